"""Pajek's networks (.net, .paj): vertices by number, with arcs, edges, lists of them, or a matrix.

Source: Mrvar and Batagelj, "Pajek: programs for analysis and visualization of very large networks",
reference manual, https://mrvar.fdv.uni-lj.si/pajek/. Lines that begin with % are comments; a line without a
value has 1.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from sim.network.graph_text import read_graph_text
from sim.network.recorded import Recorded, masked
from sim.tables.source import LINE_LENGTH_MAX
from sim.text import Text

_VERTEX = re.compile(r"""\s*(\S+)(?:\s+(?:"([^"]*)"|'([^']*)'|(\S+)))?""")
_NUMBER = re.compile(r"[+\-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)?|[+\-]?(?:inf|nan)", re.IGNORECASE)
_OF_VERTICES = frozenset(("partition", "vector", "permutation", "cluster", "hierarchy", "vertexattribute"))
_OTHER_SECTIONS = _OF_VERTICES | {"multiplerelations"}
_LINK_SECTIONS = {"arcs": True, "edges": False}
_LIST_SECTIONS = {"arcslist": True, "edgeslist": False}


class _Pajek:
    def __init__(self, path: Path) -> None:
        text, encoding = read_graph_text(path)
        self.text = text
        self.recorded = Recorded(path)
        self.recorded.encoding = encoding
        self.recorded.default_weight = True
        self.count = 0
        self.section = ""
        self.row = 0
        self.relations = 0
        self.two_mode = 0
        self.fewest_edges = text.count("\n")  # how many there can be at most: one a line

    def lines(self) -> Iterator[tuple[int, str]]:
        """Lines with their numbers, without blank ones and comments."""
        begin, number, size = 0, 0, len(self.text)
        while begin < size:
            end = self.text.find("\n", begin)
            end = size if end < 0 else end
            number += 1
            if end - begin > LINE_LENGTH_MAX:
                raise self.recorded.wrong(
                    number,
                    f"is longer than {LINE_LENGTH_MAX:,} characters",
                    f"超过 {LINE_LENGTH_MAX:,} 个字符",
                )
            line = self.text[begin:end].strip()
            begin = end + 1
            if line and line[0] != "%":
                yield number, line

    def read(self) -> Recorded:
        """Go through the file; lines before the first section are its title."""
        for number, line in self.lines():
            if line[0] == "*":
                self._begin(number, line)
            elif self.section in _LINK_SECTIONS:
                self._link(number, line)
            elif self.section == "vertices":
                self._vertex(number, line)
            elif self.section in _LIST_SECTIONS:
                self._list(number, line)
            elif self.section == "matrix":
                self._matrix_row(number, line)
        if not self.count:
            raise self.recorded.wrong(
                1, "is not Pajek: it has no line such as *Vertices 5", "不是 Pajek：没有形如 *Vertices 5 的行"
            )
        if self.relations > 1:
            self.recorded.notes.append(
                Text(
                    f"{self.relations} lists of links, maybe of different relations, are read as one",
                    f"{self.relations} 个连接列表（可能是不同的关系）合并读取",
                )
            )
        if self.two_mode:
            self.recorded.notes.append(
                Text(
                    f"the network has two kinds of vertices, of which {self.two_mode:,} and "
                    f"{self.count - self.two_mode:,}; all are members",
                    f"该网络有两类顶点（{self.two_mode:,} 与 {self.count - self.two_mode:,}），均作为成员",
                )
            )
        return self.recorded

    def _begin(self, number: int, line: str) -> None:
        words = line[1:].split()
        name = words[0].casefold().rstrip(":") if words else ""
        if name == "vertices" and self.section in _OF_VERTICES:
            return  # how many values follow, of the vertices of a network that stands elsewhere
        self.section = name
        if name == "vertices":
            if self.count:
                raise self.recorded.wrong(
                    number,
                    "a second network begins here; a file is read as one community: save each in its own",
                    "这里开始第二个网络；一个文件按一个社群读取：请各存一个文件",
                )
            numbers = [word for word in words[1:3] if word.isascii() and word.isdigit() and len(word) < 12]
            if not numbers or not int(numbers[0]):
                raise self.recorded.wrong(
                    number,
                    f"*Vertices must be followed by how many there are, got {masked(line)}",
                    f"*Vertices 后应为顶点数，实际为 {masked(line)}",
                )
            self.count = int(numbers[0])
            self.recorded.numbered_nodes(self.count, self.fewest_edges, number)
            self.two_mode = int(numbers[1]) if len(numbers) > 1 and int(numbers[1]) < self.count else 0
        elif name in _LINK_SECTIONS or name in _LIST_SECTIONS or name == "matrix":
            if not self.count:
                raise self.recorded.wrong(
                    number, f"*{words[0]} comes before *Vertices", f"*{words[0]} 出现在 *Vertices 之前"
                )
            self.relations += 1
            self.row = 0
        elif name != "network" and name not in _OTHER_SECTIONS:
            raise self.recorded.wrong(
                number,
                f"is not a section of Pajek that is read: {masked(line)}; read are *Vertices, *Arcs, *Edges, "
                "*Arcslist, *Edgeslist and *Matrix",
                f"不是可读取的 Pajek 段：{masked(line)}；可读取 *Vertices、*Arcs、*Edges、*Arcslist、"
                "*Edgeslist 和 *Matrix",
            )

    def _number(self, word: str, line: int) -> str:
        """The number of a vertex, as its id."""
        if self.recorded.find(word) is not None:
            return word
        number = int(word) if word.isascii() and word.isdigit() and len(word) < 12 else 0
        if not 1 <= number <= self.count:
            raise self.recorded.wrong(
                line,
                f"a vertex must be a number from 1 to {self.count:,}, got {masked(word)}",
                f"顶点应为 1 至 {self.count:,} 的编号，实际为 {masked(word)}",
            )
        return str(number)

    def _vertex(self, number: int, line: str) -> None:
        found = _VERTEX.match(line)
        if found is None:
            return
        node = self.recorded.find(self._number(found[1], number))
        if node is not None:
            self.recorded.mark(node, "label", found[2] or found[3] or found[4])

    def _link(self, number: int, line: str) -> None:
        words = line.split(None, 3)
        if len(words) < 2:
            raise self.recorded.wrong(
                number, f"must have two vertices, got {masked(line)}", f"应有两个顶点，实际为 {masked(line)}"
            )
        weight = {"weight": words[2]} if len(words) > 2 and _NUMBER.fullmatch(words[2]) else {}
        one, other = self._number(words[0], number), self._number(words[1], number)
        self.recorded.edge(one, other, number, _LINK_SECTIONS[self.section], weight)

    def _list(self, number: int, line: str) -> None:
        first, *others = (self._number(word, number) for word in line.split())
        for other in others:
            self.recorded.edge(first, other, number, _LIST_SECTIONS[self.section], {})

    def _matrix_row(self, number: int, line: str) -> None:
        cells = line.split()
        self.row += 1
        first = self.two_mode  # of two kinds, rows are of the first kind and columns of the second
        rows, columns = first or self.count, self.count - first
        if self.row > rows or len(cells) != columns:
            raise self.recorded.wrong(
                number,
                f"the matrix must have {rows:,} rows and {columns:,} columns, got {len(cells):,} in row "
                f"{self.row:,}",
                f"矩阵应有 {rows:,} 行、{columns:,} 列，实际第 {self.row:,} 行有 {len(cells):,} 列",
            )
        for column, cell in enumerate(cells, first + 1):
            if cell not in ("0", "0.0"):
                self.recorded.edge(str(self.row), str(column), number, not first, {"weight": cell})


def read_pajek(path: Path) -> Recorded:
    """Read a Pajek network.

    Raises:
        InputError: no network of Pajek, several, a vertex that there is not, or beyond the limits.
    """
    return _Pajek(path).read()
