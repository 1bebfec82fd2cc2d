"""Matrix Market, as scipy reads it: square matrices, an entry for each link.

Source: Boisvert, Pozo and Remington, "The Matrix Market exchange formats", NISTIR 5935, 1996.
"""

import io
from pathlib import Path

import numpy as np

from sim.errors import InputError
from sim.network.csr import arc_codes
from sim.network.edge_list import EDGES_MAX
from sim.network.recorded import Recorded
from sim.network.source import read_chunks
from sim.text import Text

_BYTES_MAX = 1_000_000_000  # assumption: 50 million entries take about as much


def read_matrix_market(path: Path) -> Recorded:
    """Read a Matrix Market file, of which row i and column j are the members called i and j, from "1".

    A symmetric matrix holds friendships; so does a general one that is symmetric, or filled on one side of
    its diagonal only. In another one the member of the row follows that of the column.

    Raises:
        InputError: no such file, a matrix that is not square, complex entries, or beyond the limits.
    """
    from scipy import io as scipy_io  # it takes a moment to import, and few files need it

    whole = bytearray()
    for chunk in read_chunks(path):
        whole += chunk
        if len(whole) > _BYTES_MAX:
            raise InputError(
                f"{path}: holds more than {_BYTES_MAX:,} bytes, unpacked",
                f"{path}: 解压后超过 {_BYTES_MAX:,} 字节",
            )
    raw = bytes(whole)
    del whole
    recorded = Recorded(path, lambda place: str(path))
    try:
        rows, columns, entries, form, field, symmetry = scipy_io.mminfo(io.BytesIO(raw))
        if rows != columns:
            raise recorded.wrong(
                0,
                f"has {rows:,} rows and {columns:,} columns; a graph of members has as many of both",
                f"有 {rows:,} 行、{columns:,} 列；成员的图应行列相等",
            )
        if field == "complex" or symmetry in ("skew-symmetric", "hermitian"):
            raise recorded.wrong(
                0, f"is a {field} {symmetry} matrix, which is no graph of members",
                f"是 {field} {symmetry} 矩阵，不是成员的图",
            )  # fmt: skip
        if entries > EDGES_MAX:
            raise recorded.wrong(0, f"more than {EDGES_MAX:,} edges", f"边超过 {EDGES_MAX:,} 条")
        if entries > len(raw):
            raise recorded.wrong(
                0, f"claims {entries:,} entries, but is cut off", f"声称有 {entries:,} 项，但被截断"
            )
        recorded.numbered_nodes(rows, entries, 0)
        matrix = scipy_io.mmread(io.BytesIO(raw))
    except InputError:
        raise
    except (ValueError, OverflowError, TypeError, EOFError, OSError, IndexError) as error:
        raise InputError(
            f"{path}: is not Matrix Market ({error})", f"{path}: 不是 Matrix Market（{error}）"
        ) from error
    del raw
    if form == "array":
        a, b = np.nonzero(matrix)
        values = matrix[a, b]
    else:
        a, b, values = matrix.row, matrix.col, matrix.data
    a, b, values = a.astype(np.int64), b.astype(np.int64), values.astype(np.float64)
    if symmetry == "symmetric":
        stored = a >= b  # scipy has added the other side
        a, b, values = a[stored], b[stored], values[stored]
        arcs = False
    else:
        there, back = np.sort(arc_codes(a, b)), np.sort(arc_codes(b, a))
        arcs = not (np.array_equal(there, back) or (a >= b).all() or (a <= b).all())
        recorded.notes.append(
            Text("the matrix is not symmetric: the member of the row follows that of the column",
                 "矩阵不对称：行的成员关注列的成员")
            if arcs
            else Text("the matrix is symmetric or has one side only: its entries are friendships",
                      "矩阵对称或只有一侧：各项为好友关系")
        )  # fmt: skip
    recorded.says_undirected = symmetry == "symmetric"
    wrong = ~((values >= 0) & (values < np.inf))
    if field != "pattern" and wrong.any():
        edge = int(np.argmax(wrong))
        raise recorded.bad_weight(str(a[edge] + 1), str(b[edge] + 1), 0, values[edge])
    recorded.edges(a, b, arcs=arcs, weights=None if field == "pattern" else values)
    return recorded
