"""Matrix Market: square matrices, an entry for each link.

Source: Boisvert, Pozo and Remington, "The Matrix Market exchange formats", NISTIR 5935, 1996. scipy reads
these files too, but its reader (1.17) ends the whole process at some damaged ones: a segmentation fault.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sim.network.csr import arc_codes
from sim.network.edge_list import EDGES_MAX
from sim.network.graph_text import read_graph_text
from sim.network.recorded import Recorded, masked
from sim.tables.source import shown
from sim.text import Text

_FORMS, _FIELDS = ("coordinate", "array"), ("real", "double", "integer", "pattern")
_SYMMETRIES = ("general", "symmetric")
_DIGITS_MAX = 18  # such a number fits into int64


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The words of lines with their numbers, without the first line, blank ones and comments."""
    begin, number, size = text.find("\n") + 1 or len(text), 1, len(text)
    while begin < size:
        end = text.find("\n", begin)
        end = size if end < 0 else end
        number += 1
        if text[begin] != "%" and (words := text[begin:end].split(None, 4)):
            yield number, words
        begin = end + 1


def _whole(recorded: Recorded, word: str, most: int, line: int) -> int:
    number = int(word) if word.isascii() and word.isdigit() and len(word) <= _DIGITS_MAX else 0
    if not 1 <= number <= most:
        raise recorded.wrong(
            line,
            f"must be a whole number from 1 to {most:,}, got {masked(word)}",
            f"应为 1 至 {most:,} 的整数，实际为 {masked(word)}",
        )
    return number


def read_matrix_market(path: Path) -> Recorded:
    """Read a Matrix Market file, of which row i and column j are the members called i and j, from "1".

    A symmetric matrix holds friendships; so does a general one that is symmetric, or filled on one side of
    its diagonal only. In another one the member of the row follows that of the column. Errors name lines.

    Raises:
        InputError: no such file, a matrix that is not square, complex entries, or beyond the limits.
    """
    text, encoding = read_graph_text(path)
    recorded = Recorded(path)
    recorded.encoding = encoding
    head = text[: max(0, text.find("\n"))].casefold().split()
    if len(head) != 5 or head[:2] != ["%%matrixmarket", "matrix"] or head[2] not in _FORMS:
        raise recorded.wrong(
            1,
            "is not Matrix Market: the first line must be like %%MatrixMarket matrix coordinate real general",
            "不是 Matrix Market：首行应形如 %%MatrixMarket matrix coordinate real general",
        )
    form, field, symmetry = head[2:]
    if field not in _FIELDS or symmetry not in _SYMMETRIES:
        raise recorded.wrong(
            1,
            f"a {shown(field)} {shown(symmetry)} matrix is no graph of members; read are "
            f"{', '.join(_FIELDS)} and {', '.join(_SYMMETRIES)}",
            f"{shown(field)} {shown(symmetry)} 矩阵不是成员的图；可读取 {', '.join(_FIELDS)} 与 "
            f"{', '.join(_SYMMETRIES)}",
        )
    lines = _lines(text)
    line, words = next(lines, (1, []))
    if len(words) != (3 if form == "coordinate" else 2):
        raise recorded.wrong(
            line, "is not Matrix Market: it lacks the line of its size", "不是 Matrix Market：缺少尺寸行"
        )
    rows, columns = (_whole(recorded, word, 10**_DIGITS_MAX, line) for word in words[:2])
    if rows != columns:
        raise recorded.wrong(
            line,
            f"has {rows:,} rows and {columns:,} columns; a graph of members has as many of both",
            f"有 {rows:,} 行、{columns:,} 列；成员的图应行列相等",
        )
    entries = rows * (rows + 1) // 2 if symmetry == "symmetric" else rows * rows
    if form == "coordinate":
        entries = _whole(recorded, words[2], EDGES_MAX, line)
    elif entries > EDGES_MAX:
        raise recorded.wrong(line, f"more than {EDGES_MAX:,} entries", f"超过 {EDGES_MAX:,} 项")
    recorded.numbered_nodes(rows, min(entries, len(text)), line)
    if form == "coordinate":
        found = _coordinates(recorded, lines, rows, field == "pattern")
    else:
        found = _cells(recorded, lines, rows, symmetry == "symmetric")
    if found != entries:
        raise recorded.wrong(
            line,
            f"says that it has {entries:,} entries, but has {found:,}: it is cut off or damaged",
            f"声明有 {entries:,} 项，实际有 {found:,} 项：文件被截断或已损坏",
        )
    recorded.says_undirected = symmetry == "symmetric"
    if symmetry != "symmetric":
        _direct(recorded)
    return recorded


def _coordinates(recorded: Recorded, lines: Iterator[tuple[int, list[str]]], n: int, pattern: bool) -> int:
    """Record entries of rows, columns and values; how many there are."""
    found = 0
    width = 2 if pattern else 3
    for line, words in lines:
        if len(words) != width:
            raise recorded.wrong(
                line,
                f"an entry of this matrix has {width} numbers, got {len(words)}",
                f"该矩阵的每一项应有 {width} 个数，实际为 {len(words)} 个",
            )
        one, other = words[0], words[1]
        if recorded.find(one) is None or recorded.find(other) is None:
            one, other = (str(_whole(recorded, word, n, line)) for word in words[:2])
        recorded.edge(one, other, line, False, {} if pattern else {"weight": words[2]})
        found += 1
    return found


def _cells(recorded: Recorded, lines: Iterator[tuple[int, list[str]]], n: int, symmetric: bool) -> int:
    """Record the cells of a matrix, given column by column; how many there are."""
    row, column, found = 1, 1, 0
    for line, words in lines:
        for cell in words:
            found += 1
            if column <= n and cell not in ("0", "0.0"):
                recorded.edge(str(row), str(column), line, False, {"weight": cell})
            row += 1
            if row > n:
                column += 1
                row = column if symmetric else 1
    return found


def _direct(recorded: Recorded) -> None:
    """Tell whether the entries of a general matrix have a direction."""
    recorded.take()
    a, b = np.array(recorded.a), np.array(recorded.b)
    there, back = np.sort(arc_codes(a, b)), np.sort(arc_codes(b, a))
    if np.array_equal(there, back) or (a >= b).all() or (a <= b).all():
        recorded.notes.append(
            Text(
                "the matrix is symmetric or has one side only: its entries are friendships",
                "矩阵对称或只有一侧：各项为好友关系",
            )
        )
        return
    recorded.direct()
    recorded.notes.append(
        Text(
            "the matrix is not symmetric: the member of the row follows that of the column",
            "矩阵不对称：行的成员关注列的成员",
        )
    )
