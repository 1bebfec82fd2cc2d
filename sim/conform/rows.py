"""Rows of an event table, one by one and readable."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from sim.event_files import REASON_KINDS
from sim.events import Channel, EventTable, Kind, Reason, Route
from sim.units import DAY, HOUR, MINUTE

Row = Mapping[str, int]


def rows_of(table: EventTable) -> list[Row]:
    """All rows as mappings of plain integers."""
    names = list(table.columns)
    lists = (table[name].tolist() for name in names)
    return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]


def row_at(table: EventTable, place: int) -> Row:
    """One row."""
    return {name: int(column[place]) for name, column in table.columns.items()}


def read_row(table: EventTable, row: Row) -> str:
    """A row in words: when, what, who, and every number that says something."""
    shown = [when(row["time_s"]), named(Kind, row["kind"])]
    for name, value in row.items():
        if name in ("time_s", "kind") or value == (0 if name in _EMPTY_AT_0 else -1):
            continue
        shown.append(f"{name} {cell(table, row, name)}")
    return " · ".join(shown)


def cell(table: EventTable, row: Row, name: str) -> str:
    """One number of a row in words."""
    value = row[name]
    if name == "time_s":
        return when(value)
    if name == "kind":
        return named(Kind, value)
    if name == "channel":
        return named(Channel, value) if value >= 0 else "none"
    if name in ("product", "offer", "segment"):
        header = table.header
        ids = {
            "product": [one.id for one in header.products],
            "offer": [one.id for one in header.offers],
            "segment": list(header.segments),
        }[name]
        return ids[value] if 0 <= value < len(ids) else str(value)
    if name == "value" and row["kind"] in REASON_KINDS:
        return named(Reason, value)
    if name == "value" and row["kind"] == Kind.ORDER_PLACED:
        return named(Route, value)
    return str(value)


def when(time_s: int) -> str:
    """A time since the start, as `2 d 03:04:05`."""
    hours, minutes = time_s % DAY // HOUR, time_s % HOUR // MINUTE
    return f"{time_s // DAY} d {hours:02}:{minutes:02}:{time_s % MINUTE:02}"


_EMPTY_AT_0 = ("amount_fen", "value", "cause", "runoff")


def named(codes: type[IntEnum], value: int) -> str:
    """A code's name, or the number where it stands for nothing."""
    return codes(value).name if value in list(codes) else str(value)
