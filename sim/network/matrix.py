"""Adjacency matrices in tables: a row and a column for each member, in each cell how strong their link is."""

from array import array
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.errors import InputError
from sim.network.csr import arc_codes
from sim.network.edge_list import EDGES_MAX, Links, link_graph, number_in
from sim.network.graph import SocialGraph
from sim.network.members import MemberIds
from sim.network.reading import Reading
from sim.network.report import LoadReport
from sim.network.table_report import tables_report
from sim.tables.personal import is_personal
from sim.tables.rows import clean
from sim.tables.source import shown, where
from sim.tables.table import Table, is_number
from sim.text import Text

_SMALL = (
    3  # assumption: a square of 0 and 1 from this size on is a matrix; below, an edge list looks the same
)


def _are_numbers(cells: Sequence[str]) -> bool:
    return all(cell == "" or is_number(cell) for cell in cells)


def _head(table: Table) -> list[str]:
    """The first row of a table, be it a header or not."""
    return list(table.names) if table.names is not None else table.sample[0]


def _has_ids(table: Table) -> bool:
    """Whether the first row and the first column name the same members, with numbers between them."""
    head, rows = _head(table), table.sample if table.names is not None else table.sample[1:]
    ids = [row[0] for row in rows if row]
    return (
        len(head) > 2
        and not is_number(head[0])
        and len(rows) > 1
        and len(set(head[1:])) == len(head) - 1
        and "" not in head[1:]
        and all(len(row) == len(head) and _are_numbers(row[1:]) for row in rows)
        and (set(ids) <= set(head[1:]) or set(ids) >= set(head[1:]))
        and len(set(ids)) == len(ids)
    )


def _is_square(table: Table) -> bool:
    """Whether a table without ids of rows is a matrix: as many rows as columns, of 0 and 1, or symmetric."""
    rows = table.sample
    if (table.known and table.names is not None) or not _SMALL <= len(rows) == len(rows[0]):
        return False
    if not all(len(row) == len(rows) and _are_numbers(row) for row in rows):
        return False
    if all(cell in ("0", "1", "") for row in rows for cell in row):
        return True
    apart = all(row[i] in ("0", "0.0", "") for i, row in enumerate(rows))
    return (
        apart
        and len(rows) > _SMALL
        and all(rows[i][j] == rows[j][i] for i in range(len(rows)) for j in range(i))
    )


def is_matrix(table: Table) -> bool:
    """Whether a table is an adjacency matrix, with ids on both axes, above it only, or without any."""
    return bool(table.sample) and (_has_ids(table) or _is_square(table))


def load_matrix(table: Table, reading: Reading) -> tuple[SocialGraph, LoadReport]:
    """Read an adjacency matrix.

    A matrix that is symmetric, or filled on one side of its diagonal only, holds friendships; another one
    says who follows whom, row by row, unless the user says otherwise. Cells of 0 and empty ones are no links;
    records are the others, each friendship once.

    Raises:
        InputError: no matrix; a cell that is no number or below 0; or fewer than two members.
    """
    if not table.sample or not (_has_ids(table) or all(_are_numbers(row) for row in table.sample)):
        at = where(table.path, table.header_line or 1)
        raise InputError(
            f"{at}: a matrix has the same ids in its first row and first column, and numbers between them",
            f"{at}: 矩阵的首行与首列应为相同的 id，其余为数字",
        )
    named = _has_ids(table)
    ids = MemberIds(table.path)
    head = _head(table)[1:] if named else list(table.names or map(str, range(table.width)))
    columns = [ids.place(name, table.header_line or 1) for name in head]
    a, b, weights = array("q"), array("q"), array("d")
    skip = named and table.names is None
    number = -1
    for line, cells in table.records():
        if skip:
            skip = False
            continue
        number += 1
        if not named and number >= len(columns):
            break
        row = ids.place(cells[0], line) if named else columns[number]
        for column, cell in zip(columns, cells[1:] if named else cells, strict=False):
            if cell not in ("0", "", "0.0") and (weight := _weight(cell, table, line)):
                a.append(row)
                b.append(column)
                weights.append(weight)
        if len(a) > EDGES_MAX:
            raise InputError(
                f"{where(table.path, line)}: more than {EDGES_MAX:,} edges",
                f"{where(table.path, line)}: 边超过 {EDGES_MAX:,} 条",
            )
    if not named and number != len(columns) - 1:
        raise InputError(
            f"{table.path}: a matrix without ids must have as many rows as columns ({len(columns)}); write 0 "
            "where there is no link",
            f"{table.path}: 没有 id 的矩阵，行数应与列数（{len(columns)}）相同；没有连接处请写 0",
        )
    rows, others, values = np.array(a, dtype=np.int64), np.array(b, dtype=np.int64), np.array(weights)
    there, back = arc_codes(rows, others), arc_codes(others, rows)
    first, second = np.argsort(there), np.argsort(back)
    symmetric = np.array_equal(there[first], back[second]) and np.array_equal(values[first], values[second])
    one_side = bool((rows <= others).all() or (rows >= others).all())
    directed = not (symmetric or one_side) if reading.directed is None else reading.directed
    if not directed and symmetric:  # each friendship once
        upper = rows <= others
        rows, others, values = rows[upper], others[upper], values[upper]
    follows = Text(
        "the matrix is not symmetric, so each row says whom a member follows",
        "矩阵不对称，因此每一行表示该成员关注谁",
    )
    table.notes[:] = [*table.rows.notes, *([follows] if directed and reading.directed is None else [])]
    both = np.zeros(0, dtype=np.bool_)
    weighted = values if values.size and not (values == 1).all() else np.zeros(0)
    links = Links(rows, others, weighted, both)
    graph, report = link_graph(str(table.path), ids, links, directed=directed, keyed=None)
    report = tables_report([table], report, ())
    return graph, replace(report, format="matrix", columns_unused=(), left_out=())  # its header names members


def _weight(cell: str, table: Table, line: int) -> float:
    weight = number_in(cell, table) if clean(cell) else 0.0
    if not 0 <= weight < float("inf"):
        got = "…" if is_personal(cell) else shown(cell)
        raise InputError(
            f"{where(table.path, line)}: a cell of a matrix must be a number of 0 or above, got {got}",
            f"{where(table.path, line)}: 矩阵的单元格应为不小于 0 的数，实际为 {got}",
        )
    return weight
