"""The first difference between two event tables, put so that one sees what went differently."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from sim.conform.rows import cell, read_row, row_at
from sim.events import EventTable


@dataclass(frozen=True)
class Difference:
    """Where two tables part.

    Attributes:
        row: number of the first row that differs, from 0; -1: it is the headers that differ.
        column: the first column in it that does; "" where one table has ended.
        text: both rows in words, side by side.
    """

    row: int
    column: str
    text: str


def first_difference(
    expected: EventTable, actual: EventTable, names: tuple[str, str] = ("expected", "actual")
) -> Difference | None:
    """The first difference, headers before rows; None: the tables are the same.

    names: what the two tables are called in the text.
    """
    for field in fields(expected.header):
        one, other = getattr(expected.header, field.name), getattr(actual.header, field.name)
        if one != other:
            text = f"header {field.name}: {one} ({names[0]}), {other} ({names[1]})"
            return Difference(-1, field.name, text)
    return first_different_row(expected, actual, names)


def first_different_row(
    expected: EventTable, actual: EventTable, names: tuple[str, str] = ("expected", "actual")
) -> Difference | None:
    """The first difference in the rows; headers are not compared."""
    common = min(len(expected), len(actual))
    row = common
    for name, numbers in expected.columns.items():
        different = np.flatnonzero(numbers[:row] != actual[name][:row])
        if different.size:
            row = int(different[0])
    if row == common and len(expected) == len(actual):
        return None
    lengths = "" if len(expected) == len(actual) else f" ({len(expected):,} and {len(actual):,} rows)"
    if row == common:
        longer = expected if len(expected) > len(actual) else actual
        ends = names[1] if longer is expected else names[0]
        more = read_row(longer, row_at(longer, row))
        return Difference(row, "", f"row {row}: {ends} has ended{lengths}; the other goes on: {more}")
    one, other = row_at(expected, row), row_at(actual, row)
    column = next(name for name in one if one[name] != other[name])
    width = max(len(name) for name in names)
    lines = [
        f"row {row}, column {column}: {cell(expected, one, column)} ({names[0]}), "
        f"{cell(actual, other, column)} ({names[1]}){lengths}",
        f"  {names[0]:{width}}  {read_row(expected, one)}",
        f"  {names[1]:{width}}  {read_row(actual, other)}",
    ]
    if row:
        lines.append(f"  {'before':{width}}  {read_row(expected, row_at(expected, row - 1))}")
    return Difference(row, column, "\n".join(lines))
