"""GML, the Graph Modelling Language, as networkx, igraph, Gephi, yEd and published data sets write it.

Source: Himsolt, "GML: a portable graph file format", University of Passau, 1997. networkx reads only ASCII,
neither repeated edges nor nodes without labels unless told, and a million edges in more than a minute.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.network.graph_text import read_graph_text
from sim.network.recorded import TOGETHER, Recorded, edge_mark, masked, node_mark
from sim.tables.source import where

_KINDS_KEPT = 100  # assumption: nearly all edges of a file have the same keys
_SHOWN = 40  # characters of what is no GML
_DEPTH_MAX = 100  # assumption: graph files nest about five deep
_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*(?:\n\s*|\Z))*
    (?: (?P<key>[A-Za-z_][\w.\-]*) | "(?P<text>[^"]*)"
      | (?P<number>[+\-]?[0-9.][0-9.eE+\-]*|[+\-](?:inf|nan)\b)
      | (?P<opens>\[) | (?P<closes>\]) | (?P<end>\Z) )""",
    re.VERBOSE | re.IGNORECASE,
)
# A node or edge of words, numbers and texts, maybe with one list (how it is drawn): read at one stroke.
_FLAT = re.compile(
    r"""\s*(node|edge)\s*\[((?:[^\[\]"#]++|"[^"]*+")*+)
    (?:\[(?:[^\[\]"#]++|"[^"]*+")*+\]((?:[^\[\]"#]++|"[^"]*+")*+))?\]""",
    re.VERBOSE,
)
_WORD = re.compile(r'"[^"]*"|[^\s"]+')

Pairs = list[tuple[str, Any]]


def _id(value: Any) -> str:
    """An id as its name: a whole number has no decimal places."""
    text = str(value)
    if text.isdecimal():
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else text


def _words(text: str, after: str | None) -> list[Any]:
    """The keys and values of a list, one after another, without the list in it, after which `after` follows.

    [] if it is not plain: a text stands where a key must, or nothing where the list's key must.
    """
    if after is not None:
        before, rest = _words(text + " list", None), _words(after, None)
        return before[:-2] + rest if before and len(before) % 2 == 0 and len(rest) % 2 == 0 else []
    if '"' not in text:
        return text.split()
    words: list[Any] = _WORD.findall(text)
    if '"' in "".join(words[::2]):
        return []
    values = [word[1:-1] if word[0] == '"' else word for word in words[1::2]]
    words[1::2] = map(html.unescape, values) if "&" in text else values
    return words


@lru_cache(_KINDS_KEPT)
def _places(keys: tuple[str, ...]) -> tuple[int, int, tuple[tuple[str, int], ...]] | None:
    """Where among the words of an edge with these keys its ends and marks stand; None: an end is missing."""
    if "source" not in keys or "target" not in keys:
        return None
    marks = tuple((mark, 2 * i + 1) for i, key in enumerate(keys) if (mark := edge_mark(key)) is not None)
    return 2 * keys.index("source") + 1, 2 * keys.index("target") + 1, marks


@lru_cache(_KINDS_KEPT)
def _alike(keys: tuple[str, ...]) -> tuple[re.Pattern[str], str | None] | None:
    """What matches an edge with these keys and plain values: its beginning, its ends, maybe its one mark.

    Returns:
        The pattern, and the name of the mark if there is one; None: the edge has more, or other ends first.
    """
    names = [key if key in ("source", "target") else edge_mark(key) for key in keys]
    used = [name for name in names if name is not None]
    if used[:2] != ["source", "target"] or len(used) > 3 or "source" in used[2:] or "target" in used[2:]:
        return None
    value, other = r"""([^\s"\[\]\#]++)""", r"""(?:"[^"]*+"|[^\s"\[\]\#]++)"""
    pairs = r"\s++".join(
        rf"{re.escape(key)}\s++{value if name else other}" for key, name in zip(keys, names, strict=True)
    )
    return re.compile(rf"\s*+(edge)\s*+\[\s*+{pairs}\s*+\]"), used[2] if len(used) > 2 else None


class _Parser:
    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text, self.place = path, text, 0
        self.recorded = Recorded(path, self._at)

    def _at(self, place: int) -> str:
        return where(self.path, self.text.count("\n", 0, place) + 1)

    def token(self) -> re.Match[str]:
        """The next token.

        Raises:
            InputError: what stands there is none.
        """
        found = _TOKEN.match(self.text, self.place)
        if found is None:
            spaces = len(self.text[self.place :]) - len(self.text[self.place :].lstrip())
            place = self.place + spaces
            line = self.text[place : place + _SHOWN].partition("\n")[0]
            raise self.recorded.wrong(
                place, f"is not GML: cannot read {masked(line)}", f"不是 GML：无法读取 {masked(line)}"
            )
        self.place = found.end()
        return found

    def value(self, key: re.Match[str], depth: int) -> Any:
        """The value after a key; a list of pairs in brackets."""
        found = self.token()
        if found["opens"] is not None:
            return list(self.pairs(depth + 1, key.start("key")))
        if found["text"] is not None:
            return html.unescape(found["text"])
        if found["number"] is not None:
            return found["number"]
        if found["key"] is not None:
            return found["key"]  # such as NAN, or a text that lacks its quotes
        raise self.recorded.wrong(
            key.start("key"), f"is not GML: {key['key']} has no value", f"不是 GML：{key['key']} 没有值"
        )

    def pairs(self, depth: int, begin: int) -> Iterator[tuple[str, Any]]:
        """Keys and values up to the closing bracket, or at depth 0 to the end of the text."""
        if depth > _DEPTH_MAX:
            raise self.recorded.wrong(
                begin, f"lists are nested more than {_DEPTH_MAX} deep", f"列表嵌套超过 {_DEPTH_MAX} 层"
            )
        while True:
            found = self.token()
            if found["key"] is not None:
                yield found["key"], self.value(found, depth)
            elif found["closes" if depth else "end"] is not None:
                return
            elif found["end"] is not None:
                raise self.recorded.wrong(
                    begin,
                    "is not GML: a [ has no ]; the file is cut off",
                    "不是 GML：[ 没有对应的 ]；文件被截断",
                )
            else:
                raise self.recorded.wrong(
                    max(begin, found.end() - 1),
                    f"is not GML: a key must stand here, got {masked(found[0].strip())}",
                    f"不是 GML：此处应为键，实际为 {masked(found[0].strip())}",
                )

    def graph(self) -> None:
        """Read the nodes and edges of the graph whose [ has just been read."""
        begin = self.place
        directed = False
        while True:
            flat = _FLAT.match(self.text, self.place)
            words = _words(flat[2], flat[3]) if flat is not None else []
            if flat is not None and words and len(words) % 2 == 0:
                self.place = flat.end()
                name, place = flat[1], flat.start(1)
                if name == "edge" and (plan := _places(tuple(words[::2]))) is not None:
                    a, b, marks = plan
                    said = {mark: words[at] for mark, at in marks}
                    self.recorded.edge(_id(words[a]), _id(words[b]), place, False, said)
                    self._edges_alike(tuple(words[::2]))
                    continue
                value = list(zip(words[::2], words[1::2], strict=True))
            else:
                found = self.token()
                place = found.end() - 1
                if found["closes"] is not None:
                    break
                if found["key"] is None:
                    got = found[0].strip() or "the end"
                    raise self.recorded.wrong(
                        begin if found["end"] is not None else place,
                        f"is not GML: a key or ] must stand here, got {masked(got)}",
                        f"不是 GML：此处应为键或 ]，实际为 {masked(got)}",
                    )
                place, name, value = found.start("key"), found["key"], self.value(found, 1)
            if name == "directed":
                directed = str(value).strip() in ("1", "1.0", "true")
                self.recorded.says_undirected = not directed
            elif name in ("node", "edge") and not isinstance(value, list):
                raise self.recorded.wrong(
                    place, f"is not GML: {name} must have a list in [ ]", f"不是 GML：{name} 后应为 [ ] 列表"
                )
            elif name == "node":
                self._node(value, place)
            elif name == "edge":
                self._edge(value, place)
        if directed:
            self.recorded.direct()

    def _edges_alike(self, keys: tuple[str, ...]) -> None:
        """Read the edges that follow as long as they have these keys and plain values."""
        if (alike := _alike(keys)) is None:
            return
        pattern, mark = alike
        match, text, place = pattern.match, self.text, self.place
        self.recorded.take()
        found = match(text, place)
        while found is not None:
            ones: list[str] = []
            others: list[str] = []
            places: list[int] = []
            written: list[str] = []
            while found is not None and len(ones) < TOGETHER:
                places.append(found.start(1))
                ones.append(found[2])
                others.append(found[3])
                if mark is not None:
                    written.append(found[4])
                place = found.end()
                found = match(text, place)
            for ends in (ones, others):
                if not "".join(ends).isdecimal():
                    ends[:] = map(_id, ends)
            self.recorded.edges(ones, others, places, False, mark, written or places)
        self.place = place

    def _node(self, pairs: Pairs, place: int) -> None:
        id = next((value for key, value in pairs if key == "id"), None)
        if id is None or isinstance(id, list):
            raise self.recorded.wrong(place, "a node has no id", "节点没有 id")
        node = self.recorded.node(_id(id), place)
        for key, value in pairs:
            mark = node_mark(key)
            if mark is not None and not isinstance(value, list):
                self.recorded.mark(node, mark, value)

    def _edge(self, pairs: Pairs, place: int) -> None:
        ends: dict[str, Any] = {}
        marks: dict[str, Any] = {}
        for key, value in pairs:
            if key in ("source", "target"):
                ends.setdefault(key, value)
            elif (mark := edge_mark(key)) is not None and not isinstance(value, list):
                marks[mark] = value
        for end in ("source", "target"):
            if end not in ends or isinstance(ends[end], list):
                raise self.recorded.wrong(place, f"an edge has no {end}", f"边没有 {end}")
        self.recorded.edge(_id(ends["source"]), _id(ends["target"]), place, False, marks)


def read_gml(path: Path) -> Recorded:
    """Read a GML file: its one graph, with nodes, edges and whether it is directed.

    Raises:
        InputError: no GML, several graphs, a node without an id, an edge without ends, or beyond the limits.
    """
    text, encoding = read_graph_text(path)
    parser = _Parser(path, text)
    parser.recorded.encoding = encoding
    graphs = 0
    while True:
        found = parser.token()
        if found["end"] is not None:
            break
        if found["key"] == "graph":
            graphs += 1
            if graphs > 1:
                raise parser.recorded.wrong(
                    found.start("key"),
                    "a second graph begins here; a file is read as one community: save each graph in its own",
                    "这里开始第二张图；一个文件按一个社群读取：请把每张图各存一个文件",
                )
            if parser.token()["opens"] is None:
                raise parser.recorded.wrong(
                    found.start("key"),
                    "is not GML: graph must have a list in [ ]",
                    "不是 GML：graph 后应为 [ ]",
                )
            parser.graph()
        elif found["key"] is not None:
            parser.value(found, 0)
        else:
            raise parser.recorded.wrong(
                max(0, found.end() - 1),
                f"is not GML: a key must stand here, got {masked(found[0].strip())}",
                f"不是 GML：此处应为键，实际为 {masked(found[0].strip())}",
            )
    if not graphs:
        raise InputError(f"{path}: is not GML: it holds no graph", f"{path}: 不是 GML：没有 graph")
    return parser.recorded
