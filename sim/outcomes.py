"""Outcomes tables: messages and exposures counted by period, everything else row for row.

A full table has one row for each message sent (SEND), exposure (READ) and closer look (CONSIDER); in a
large community they are nearly all of it. An outcomes table has the same columns, but in place of these
rows, for each period, product, channel and segment in which there was something to count, one row of each
`COUNT_...` kind, with the number in `value`. Every metric that does not ask who told whom is the same on
both; the others are unavailable on it (`needs_messages` in `sim.metrics.registry`).

This module is the definition: `condensed` makes the outcomes table of a full one. The compiled engine
writes it directly, by this rule. Counted is as the rows of the full table are written (`counted`):

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
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def counted(table: EventTable, kind: Kind) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which rows of a full table a kind of count counts.

    Args:
        table: a full table, or the part of one up to some row.
        kind: one of `COUNT_KINDS`.

    Returns:
        int64[rows], ascending row numbers; int64[rows], what each of them adds.
    """
    rows = _counted_rows(table, kind)
    if kind is Kind.COUNT_RECIPIENTS:
        return rows, table["value"][rows].astype(np.int64)
    return rows, np.ones(len(rows), dtype=np.int64)


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
    counts = [_count_rows(table, kind, period_s) for kind in COUNT_KINDS]
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


def _count_rows(table: EventTable, kind: Kind, period_s: int) -> dict[str, NDArray[Any]]:
    """The rows of one kind of count, by period, product, channel and segment."""
    rows, weights = counted(table, kind)
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


def _counted_rows(table: EventTable, kind: Kind) -> NDArray[np.int64]:
    time_s, actor = table["time_s"], table["actor"]
    horizon_s = table.header.horizon_s
    match kind:
        case Kind.COUNT_SENDS | Kind.COUNT_RECIPIENTS:
            return _rows(table, Kind.SEND)
        case Kind.COUNT_SENDS_AFTER_PAYING:
            return _after_paying(table, _of_members(table, Kind.SEND))
        case Kind.COUNT_SENDERS:
            return _firsts(table, _of_members(table, Kind.SEND))
        case Kind.COUNT_READS:
            return _rows(table, Kind.READ)
        case Kind.COUNT_READERS:
            return _firsts(table, _rows(table, Kind.READ))
        case Kind.COUNT_READERS_OF_DAY:
            rows = _rows(table, Kind.READ)
            return _firsts(table, rows, (time_s[rows] + since_midnight_s(table.header.start)) // DAY)
        case Kind.COUNT_READERS_OF_PRODUCT:
            rows = _rows(table, Kind.READ)
            return _firsts(table, rows, table["product"][rows])
        case Kind.COUNT_READERS_IN_CHANNEL:
            rows = _rows(table, Kind.READ)
            return _firsts(table, rows, table["product"][rows], table["channel"][rows])
        case Kind.COUNT_READERS_EARLY:
            return _early(table)
        case Kind.COUNT_READERS_KEPT:
            rows = _rows(table, Kind.READ)
            rows = rows[np.isin(actor[rows], actor[_early(table)]) & (time_s[rows] < horizon_s)]
            return _firsts(table, rows[time_s[rows] >= horizon_s - WEEK_S])
        case Kind.COUNT_CONSIDERS:
            return _rows(table, Kind.CONSIDER)
        case Kind.COUNT_CONSIDERERS:
            return _firsts(table, _rows(table, Kind.CONSIDER))
        case Kind.COUNT_READERS_OR_SENDERS:
            return _firsts(table, _of_members(table, Kind.READ, Kind.SEND))
        case Kind.COUNT_ACTIVE:
            return _firsts(table, _of_members(table, *_ACTS))
        case Kind.COUNT_REACHED:
            return _firsts(table, _read_in(table, MESSAGE_CHANNELS))
        case Kind.COUNT_VISITORS:
            return _firsts(table, _read_in(table, _VISITED_CHANNELS))
        case Kind.COUNT_PUSH_READERS:
            return _firsts(table, _read_in(table, (Channel.PUSH,)))
        case Kind.COUNT_BACK_D1 | Kind.COUNT_BACK_D7 | Kind.COUNT_BACK_D30:
            return _back(table, BACK_DAYS[kind])
    raise ValueError(f"{kind.name} is not a count")


def _rows(table: EventTable, *kinds: Kind) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(table["kind"], np.array(kinds)))


def _of_members(table: EventTable, *kinds: Kind) -> NDArray[np.int64]:
    rows = _rows(table, *kinds)
    return rows[table["actor"][rows] >= 0]


def _firsts(table: EventTable, rows: NDArray[np.int64], *by: NDArray[Any]) -> NDArray[np.int64]:
    """Of these rows, the first of each actor, or of each actor and values of `by` (-1 or more); ascending."""
    actor = table["actor"][rows]
    if not by:  # the last write stays, and here that is the first row
        first = np.full(table.header.members, -1, dtype=np.int64)
        first[actor[::-1]] = rows[::-1]
        return np.sort(first[first >= 0])
    return np.sort(rows[np.unique(_name(actor, *by), return_index=True)[1]])


def _name(*keys: NDArray[Any]) -> NDArray[np.int64]:
    """One number for each combination of keys of -1 or more, in their order; they fit by far."""
    name = keys[0].astype(np.int64)
    for key in keys[1:]:
        name = name * (int(key.max(initial=-1)) + 2) + key + 1
    return name


def _read_in(table: EventTable, channels: tuple[int, ...]) -> NDArray[np.int64]:
    rows = _rows(table, Kind.READ)
    return rows[np.isin(table["channel"][rows], np.array(channels))]


def _back(table: EventTable, days: int) -> NDArray[np.int64]:
    """Of each member the first act so many local days after the day of the member's first one."""
    rows = _of_members(table, *_ACTS)
    day = (table["time_s"][rows] + since_midnight_s(table.header.start)) // DAY
    began = np.full(table.header.members, -1, dtype=np.int64)
    began[table["actor"][rows][::-1]] = day[::-1]  # the last write stays, and here that is the first row
    return _firsts(table, rows[day == began[table["actor"][rows]] + days])


def _early(table: EventTable) -> NDArray[np.int64]:
    """The first reads of who reads in the first week; none where there are no two weeks to compare."""
    if table.header.horizon_s < 2 * WEEK_S:
        return np.zeros(0, dtype=np.int64)
    firsts = _firsts(table, _rows(table, Kind.READ))
    return firsts[table["time_s"][firsts] < WEEK_S]


def _after_paying(table: EventTable, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    since = np.full(table.header.members, len(table), dtype=np.int64)
    paid = _rows(table, Kind.ORDER_PAID)
    np.minimum.at(since, table["actor"][paid], paid)
    after: NDArray[np.bool_] = rows > since[table["actor"][rows]]
    return rows[after]
