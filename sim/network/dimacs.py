"""DIMACS: graphs of the implementation challenges, for colouring and cliques (edges) or paths (arcs).

Source: DIMACS, "Clique and coloring problems graph format" (1993), and the format of its 9th challenge, on
shortest paths (2006): `c` comments; `p edge N M`, `p col N M` or `p sp N M`; `e U V`; `a U V LENGTH`; members
are 1 to N.
"""

from pathlib import Path

from sim.network.graph_text import read_graph_text
from sim.network.recorded import Recorded, masked
from sim.text import Text

_DIGITS_MAX = 11
_KINDS = ("edge", "edges", "col", "sp")
_PASSED_OVER = frozenset("cndvx")  # comments, and what says something of a vertex or of the problem


def _whole(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= _DIGITS_MAX else -1


def read_dimacs(path: Path) -> Recorded:
    """Read a DIMACS file; edges are friendships, of an arc the first member follows the second.

    What stands after the ends of an arc is a length, no strength, and is not used. Errors name lines.

    Raises:
        InputError: no such file, another kind of line, a member that there is not, or beyond the limits.
    """
    text, encoding = read_graph_text(path)
    recorded = Recorded(path)
    recorded.encoding = encoding
    members, said, found, lengths = 0, 0, 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if not words or words[0][0] == "c" or (words[0] in _PASSED_OVER and members):
            continue
        if words[0] == "p" and not members:
            members, said = (*map(_whole, words[2:4]), -1, -1)[:2]
            if len(words) != 4 or words[1] not in _KINDS or members < 1 or said < 0:
                raise recorded.wrong(
                    number,
                    f"is not DIMACS: a line such as p edge 5 8 must stand here, got {masked(line)}",
                    f"不是 DIMACS：此处应为形如 p edge 5 8 的行，实际为 {masked(line)}",
                )
            recorded.numbered_nodes(members, min(said, text.count("\n")), number)
        elif words[0] in ("e", "a") and members and len(words) >= 3:
            for word in words[1:3]:
                if not 1 <= _whole(word) <= members:
                    raise recorded.wrong(
                        number,
                        f"a member must be a number from 1 to {members:,}, got {masked(word)}",
                        f"成员应为 1 至 {members:,} 的编号，实际为 {masked(word)}",
                    )
            recorded.edge(str(_whole(words[1])), str(_whole(words[2])), number, words[0] == "a", {})
            lengths += len(words) > 3
            found += 1
        else:
            raise recorded.wrong(
                number,
                "is not DIMACS: a line must begin with c, p (once, before the others), e or a, and name two "
                f"members after e and a, got {masked(line)}",
                "不是 DIMACS：每行应以 c、p（一次，在其他行之前）、e 或 a 开头，e 与 a 后应有两名成员，"
                f"实际为 {masked(line)}",
            )
    if lengths:
        recorded.notes.append(
            Text(
                f"{lengths:,} lengths of arcs or edges are not used: they say how far, not how close",
                f"未使用 {lengths:,} 个长度：它表示距离，不表示亲密程度",
            )
        )
    if found != said:
        recorded.notes.append(
            Text(
                f"the file says that it has {said:,} links, but has {found:,}: some count both ways, or "
                "it is cut off",
                f"文件声明有 {said:,} 条连接，实际有 {found:,} 条：可能两个方向都计数，或被截断",
            )
        )
    return recorded
