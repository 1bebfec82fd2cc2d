"""Outcomes tables: messages and exposures counted by period, everything else row for row.

A full table has one row for each message sent (SEND), exposure (READ) and closer look (CONSIDER); in a
large community they are nearly all of it. An outcomes table has the same columns, but in place of these
rows, for each period, product, channel and segment in which there was something to count, one row of each
`COUNT_...` kind, with the number in `value`. Every metric that does not ask who told whom is the same on
both; the others are unavailable on it (`needs_messages` in `sim.metrics.registry`).

This module is the definition: `condensed` makes the outcomes table of a full one. The compiled engine
writes it directly, by this rule. Counted is as the rows of the full table are written (`Counting`):

| count | of each row of kind | is the row's | kept in mind |
|---|---|---|---|
| COUNT_SENDS | SEND | 1 | |
| COUNT_RECIPIENTS | SEND | `value` | |
| COUNT_SENDS_AFTER_PAYING | SEND of a member with an ORDER_PAID row before it | 1 | paid, by member |
| COUNT_SENDERS | SEND of a member, the first | 1 | sent, by member |
| COUNT_READS | READ | 1 | |
| COUNT_READERS | READ, the member's first | 1 | read, by member |
| COUNT_READERS_OF_DAY | READ, the member's first of the local calendar day | 1 | last day, by member |
| COUNT_READERS_OF_PRODUCT | READ, the member's first of the product (-1 too) | 1 | by member and product |
| COUNT_READERS_IN_CHANNEL | the same, of product and channel | 1 | channel bits, by member and product |
| COUNT_READERS_EARLY | READ, the member's first, if before `WEEK_S` | 1 | early, by member |
| COUNT_READERS_KEPT | READ of an early reader, the first from `horizon_s - WEEK_S` on | 1 | kept, by member |
| COUNT_CONSIDERS | CONSIDER | 1 | |
| COUNT_CONSIDERERS | CONSIDER, the member's first | 1 | considered, by member |
| COUNT_READERS_OR_SENDERS | READ or SEND, the member's first of either | 1 | read or sent |
| COUNT_ACTIVE | SEND, CONSIDER, RESERVE or ORDER_PLACED, the member's first of any | 1 | its day, by member |
| COUNT_REACHED | READ in `MESSAGE_CHANNELS`, the member's first | 1 | reached, by member |
| COUNT_VISITORS | READ in another channel, the member's first | 1 | visited, by member |
| COUNT_PUSH_READERS | READ of a push, the member's first | 1 | pushed to, by member |
| COUNT_BACK_D1, _D7, _D30 | the same, the first on that day after the first one's | 1 | each, by member |

READERS_EARLY and READERS_KEPT are counted only where the horizon is two weeks or more. Rows of the
operator (actor -1) count as sends and recipients only, with segment -1. A count row carries product,
channel and segment of the rows it counts; actor, source, offer, group and order are -1, amount and cause
are 0. Counts of 0 have no row.

Periods begin at 0 and have `period_s` seconds, but none goes past a local midnight or the horizon
(`period_end_s`). A period's count rows carry its last second; they stand after all other rows up to that
second and before all later ones, ordered by kind, product, channel and segment. Nobody decides after the
horizon, so nothing is counted there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.by_kind import ByKind
from sim.compiled import compiled
from sim.events import COLUMNS, Channel, EventTable, Header, Kind
from sim.units import DAY

WEEK_S = 7 * DAY
"""Retention compares a week with a week, so that every weekday counts once (assumption)."""

MESSAGE_CHANNELS = (
    Channel.PRIVATE,
    Channel.CHAT,
    Channel.MOMENTS,
    Channel.KOL_POST,
    Channel.PUBLIC,
    Channel.PUSH,
)
"""Channels over which somebody sends something to others, who are reached by reading it.

What members read in the others is a visit: they look for themselves, have run out of it, or come back at a
reminder that they had asked for.
"""

_VISITED_CHANNELS = (-1, *(channel for channel in Channel if channel not in MESSAGE_CHANNELS))

BACK_DAYS = {Kind.COUNT_BACK_D1: 1, Kind.COUNT_BACK_D7: 7, Kind.COUNT_BACK_D30: 30}
"""Local days after a member's first act on which the member acts again, by what counts it."""

MESSAGE_KINDS = (Kind.SEND, Kind.READ, Kind.CONSIDER)
"""The kinds that an outcomes table counts and does not list."""

COUNT_KINDS = tuple(kind for kind in Kind if kind.name.startswith("COUNT_"))
"""The kinds that only an outcomes table has."""

_ACTS = (Kind.SEND, Kind.CONSIDER, Kind.RESERVE, Kind.ORDER_PLACED)

_SPARSE = 8
"""Names by row from which on sorting the names takes less than a place for each (measured)."""


def since_midnight_s(start: str) -> int:
    """How far into its local calendar day a campaign starts, in seconds; `start`: ISO date and time."""
    moment = datetime.fromisoformat(start)
    return (moment.hour * 60 + moment.minute) * 60 + moment.second


@compiled
def period_end_s(time_s: int, period_s: int, since_midnight_s: int, horizon_s: int) -> int:
    """The last second of the period that `time_s`, before the horizon, lies in."""
    period = (time_s // period_s + 1) * period_s
    midnight = ((time_s + since_midnight_s) // 86400 + 1) * 86400 - since_midnight_s
    return min(period, midnight, horizon_s) - 1


def condensed(table: EventTable, period_s: int) -> EventTable:
    """The outcomes table of a full one.

    Args:
        table: a full table.
        period_s: length of a period in seconds, at least 1.

    Raises:
        ValueError: it is no full table, or has something to count after the horizon.
    """
    if table.header.events != "full" or period_s < 1:
        raise ValueError("only a full table can be condensed, to periods of at least one second")
    kept = ~np.isin(table["kind"], np.array(MESSAGE_KINDS))
    counting = Counting(table, ByKind(table))
    counts = [_count_rows(table, *counting.counted(kind), kind, period_s) for kind in COUNT_KINDS]
    counted_at_s = np.concatenate([rows["time_s"] for rows in counts])
    # count rows come behind the others of their second; each of both is in order already but for the time
    behind = np.repeat([0, 1], [int(kept.sum()), len(counted_at_s)])
    order = np.lexsort((behind, np.concatenate((table["time_s"][kept], counted_at_s))))
    columns: dict[str, NDArray[Any]] = {}
    for name, dtype in COLUMNS.items():
        column = np.concatenate((table[name][kept], *(rows[name] for rows in counts)))[order]
        columns[name] = column.astype(dtype, copy=False)
        columns[name].setflags(write=False)
    return EventTable(replace(table.header, events="outcomes", period_s=period_s), columns)


def without_messages(table: EventTable) -> EventTable:
    """The table without messages, exposures and their counts, which are nearly all of it."""
    kept = ~np.isin(table["kind"], np.array((*MESSAGE_KINDS, *COUNT_KINDS)))
    return EventTable(table.header, {name: column[kept] for name, column in table.columns.items()})


def _count_rows(
    table: EventTable, rows: NDArray[np.int64], weights: NDArray[np.int64], kind: Kind, period_s: int
) -> dict[str, NDArray[Any]]:
    """The rows of one kind of count, by period, product, channel and segment."""
    ends_s = _period_ends_s(table.header, table["time_s"][rows], period_s)
    name = _name(ends_s, *(table[column][rows] for column in ("product", "channel", "segment")))
    _, first, which = np.unique(name, return_index=True, return_inverse=True)
    sums = np.zeros(len(first), dtype=np.int64)
    np.add.at(sums, which, weights)
    first, sums = first[sums > 0], sums[sums > 0]
    columns: dict[str, NDArray[Any]] = {
        name: np.full(len(sums), -1, dtype=np.dtype(dtype)) for name, dtype in COLUMNS.items()
    }
    columns["time_s"], columns["kind"], columns["value"] = ends_s[first], np.full(len(sums), kind), sums
    for column in ("product", "channel", "segment"):
        columns[column] = table[column][rows[first]]
    for column in ("amount_fen", "cause", "runoff"):
        columns[column] = np.zeros(len(sums), dtype=np.int64)
    return columns


def _period_ends_s(header: Header, times_s: NDArray[np.int64], period_s: int) -> NDArray[np.int64]:
    if len(times_s) and times_s.max() >= header.horizon_s:
        raise ValueError("a message, an exposure, a reservation or an order stands after the horizon")
    return _ends_s(times_s, period_s, since_midnight_s(header.start), header.horizon_s)


@compiled
def _ends_s(
    times_s: NDArray[np.int64], period_s: int, since_midnight_s: int, horizon_s: int
) -> NDArray[np.int64]:
    ends_s = np.empty(len(times_s), dtype=np.int64)
    for row in range(len(times_s)):
        ends_s[row] = period_end_s(times_s[row], period_s, since_midnight_s, horizon_s)
    return ends_s


class Counting:
    """What each kind of count counts in a full table; what several of them need is found once.

    Args:
        table: a full table, or the part of one up to some row.
        by_kind: its rows by kind.
    """

    def __init__(self, table: EventTable, by_kind: ByKind) -> None:
        self._table = table
        self._by_kind = by_kind
        self._began_s = since_midnight_s(table.header.start)
        self._firsts: dict[Kind, NDArray[np.int64]] = {}

    def counted(self, kind: Kind) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which rows a kind of count counts, and what each of them adds: int64[rows] twice, rows ascending.

        Raises:
            ValueError: it is not one of `COUNT_KINDS`.
        """
        rows = self._rows(kind)
        if kind is Kind.COUNT_RECIPIENTS:
            return rows, self._table["value"][rows].astype(np.int64)
        return rows, np.ones(len(rows), dtype=np.int64)

    def _rows(self, kind: Kind) -> NDArray[np.int64]:
        horizon_s = self._table.header.horizon_s
        match kind:
            case Kind.COUNT_SENDS | Kind.COUNT_RECIPIENTS:
                return self._by_kind.rows(Kind.SEND)
            case Kind.COUNT_SENDS_AFTER_PAYING:
                sends = self._of_members(Kind.SEND)
                after: NDArray[np.bool_] = sends > self._first(Kind.ORDER_PAID)[self._table["actor"][sends]]
                return sends[after]
            case Kind.COUNT_SENDERS:
                return self._found(self._first(Kind.SEND))
            case Kind.COUNT_READS:
                return self._by_kind.rows(Kind.READ)
            case Kind.COUNT_READERS:
                return self._found(self._first(Kind.READ))
            case Kind.COUNT_READERS_OF_DAY:
                return self._first_reads(self._day(self._by_kind.rows(Kind.READ)))
            case Kind.COUNT_READERS_OF_PRODUCT:
                return self._first_reads(self._read["product"])
            case Kind.COUNT_READERS_IN_CHANNEL:
                return self._first_reads(self._read["product"], self._read["channel"])
            case Kind.COUNT_READERS_EARLY:
                return self._early()
            case Kind.COUNT_READERS_KEPT:
                rows, time_s, actor = (self._read[name] for name in ("row", "time_s", "actor"))
                was_early = np.zeros(self._table.header.members, dtype=np.bool_)
                was_early[self._table["actor"][self._early()]] = True
                late = (time_s >= horizon_s - WEEK_S) & (time_s < horizon_s) & was_early[actor]
                return self._found(self._first_of(rows[late]))
            case Kind.COUNT_CONSIDERS:
                return self._by_kind.rows(Kind.CONSIDER)
            case Kind.COUNT_CONSIDERERS:
                return self._found(self._first(Kind.CONSIDER))
            case Kind.COUNT_READERS_OR_SENDERS:
                return self._found(np.minimum(self._first(Kind.READ), self._first(Kind.SEND)))
            case Kind.COUNT_ACTIVE:
                return self._found(self._first_act)
            case Kind.COUNT_REACHED:
                return self._found(self._first_read_in(MESSAGE_CHANNELS))
            case Kind.COUNT_VISITORS:
                return self._found(self._first_read_in(_VISITED_CHANNELS))
            case Kind.COUNT_PUSH_READERS:
                return self._found(self._first_read_in((Channel.PUSH,)))
            case Kind.COUNT_BACK_D1 | Kind.COUNT_BACK_D7 | Kind.COUNT_BACK_D30:
                return self._back(BACK_DAYS[kind])
        raise ValueError(f"{kind.name} is not a count")

    @cached_property
    def _read(self) -> dict[str, NDArray[Any]]:
        """Rows of reads, and what they say."""
        rows = self._by_kind.rows(Kind.READ)
        columns = ("time_s", "actor", "product", "channel")
        return {"row": rows, **{name: self._table[name][rows] for name in columns}}

    def _of_members(self, kind: Kind) -> NDArray[np.int64]:
        rows = self._by_kind.rows(kind)
        return rows[self._table["actor"][rows] >= 0]

    def _first_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of these ascending rows the first of each member: int64[members], the table's length for none."""
        first = np.full(self._table.header.members, len(self._table), dtype=np.int64)
        first[self._table["actor"][rows[::-1]]] = rows[::-1]  # the last write stays: the first row
        return first

    def _first(self, kind: Kind) -> NDArray[np.int64]:
        """The same of all rows of a kind."""
        if kind not in self._firsts:
            self._firsts[kind] = self._first_of(self._of_members(kind))
        return self._firsts[kind]

    @cached_property
    def _first_act(self) -> NDArray[np.int64]:
        first: NDArray[np.int64] = np.minimum.reduce([self._first(kind) for kind in _ACTS])
        return first

    def _first_read_in(self, channels: tuple[int, ...]) -> NDArray[np.int64]:
        return self._first_of(self._read["row"][np.isin(self._read["channel"], np.array(channels))])

    def _first_reads(self, *by: NDArray[Any]) -> NDArray[np.int64]:
        """The first read of each actor and values of `by` (-1 or more), ascending."""
        rows, name = self._read["row"], _name(self._read["actor"], *by)
        names = int(name.max(initial=-1)) + 1
        if names > _SPARSE * len(rows):
            return np.sort(rows[np.unique(name, return_index=True)[1]])
        first = np.full(names, len(self._table), dtype=np.int64)
        first[name[::-1]] = rows[::-1]  # as above
        return self._found(first)

    def _found(self, first: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.sort(first[first < len(self._table)])

    def _day(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The local calendar day of each row, 0 that of the start."""
        days: NDArray[np.int64] = (self._table["time_s"][rows] + self._began_s) // DAY
        return days

    def _back(self, days: int) -> NDArray[np.int64]:
        """Of each member the first act so many local days after the day of the member's first one."""
        first = self._first_act
        began = np.full(len(first), -1, dtype=np.int64)
        began[first < len(self._table)] = self._day(first[first < len(self._table)])
        back = np.full(len(first), len(self._table), dtype=np.int64)
        for kind in _ACTS:
            rows = self._of_members(kind)
            rows = rows[self._day(rows) == began[self._table["actor"][rows]] + days]
            back = np.minimum(back, self._first_of(rows))
        return self._found(back)

    def _early(self) -> NDArray[np.int64]:
        """The first reads of who reads in the first week; none where there are no two weeks to compare."""
        if self._table.header.horizon_s < 2 * WEEK_S:
            return np.zeros(0, dtype=np.int64)
        firsts = self._found(self._first(Kind.READ))
        return firsts[self._table["time_s"][firsts] < WEEK_S]


def _name(*keys: NDArray[Any]) -> NDArray[np.int64]:
    """One number for each combination of keys of -1 or more, in their order; they fit by far."""
    name = keys[0].astype(np.int64)
    for key in keys[1:]:
        name = name * (int(key.max(initial=-1)) + 2) + key + 1
    return name
