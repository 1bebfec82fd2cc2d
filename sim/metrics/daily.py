"""The daily series: what an operator's board shows, one row a calendar day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, EventTable, Kind
from sim.ledger import GIVES_BACK_TO_BUDGET, TAKES_FROM_BUDGET, cash_by_row_fen
from sim.metrics.view import TableView
from sim.outcomes import MESSAGE_CHANNELS, since_midnight_s
from sim.units import DAY

if TYPE_CHECKING:
    import pandas as pd

_COUNTED: dict[str, Kind] = {
    "orders_placed": Kind.ORDER_PLACED,
    "orders_paid": Kind.ORDER_PAID,
    "groups_opened": Kind.GROUP_OPENED,
    "groups_succeeded": Kind.GROUP_SUCCEEDED,
    "groups_failed": Kind.GROUP_FAILED,
    "disappointed": Kind.DISAPPOINTED,
    "reviews": Kind.REVIEW,
    "mutes": Kind.MUTE,
    "leaves": Kind.LEAVE,
}
_REFUNDS = (Kind.REFUNDED, Kind.REFUNDED_AFTER, Kind.PARTIAL_REFUND)
_MARKETING = {**dict.fromkeys(TAKES_FROM_BUDGET, 1), **dict.fromkeys(GIVES_BACK_TO_BUDGET, -1)}
_MARGIN = {
    Kind.ORDER_PAID: 1, **dict.fromkeys(_REFUNDS, -1), Kind.SUBSIDY: 1,
    Kind.SHIPPED: -1, Kind.RESTOCKED: 1, Kind.CARRIAGE: -1, Kind.PLATFORM_FEE: -1,
    **{kind: -sign for kind, sign in _MARKETING.items()},
}  # fmt: skip
_SUMMED: dict[str, dict[Kind, int]] = {
    "gross_fen": {Kind.ORDER_PAID: 1},
    "refunds_fen": dict.fromkeys(_REFUNDS, 1),
    "commission_accrued_fen": {Kind.COMMISSION_ACCRUED: 1},
    "marketing_fen": _MARKETING,
    "margin_fen": _MARGIN,
}
"""Sums by day: kind -> sign."""


def daily_columns(table: EventTable) -> dict[str, NDArray[Any]]:
    """One row for every local calendar day from the start to the last event, run-off included.

    Columns: `day` (0 is the day of the start), `date`, `runoff` (the day starts after the horizon);
    `readers` (members who read anything that day), `newly_reached` and `cumulative_reached` (by the first
    message they read, see `sim.metrics.funnel`), `exposures` (messages read), `visits`,
    `new_buyers` and `cumulative_buyers` (by their first standing order, see `sim.metrics.orders`),
    counts of rows, and sums in fen on the day on which they moved: those of `margin_fen` and `marketing_fen`
    add up to the measures of these names. `cash_fen` is what the merchant's account gained that day
    (customers' money comes in when they confirm receipt, commission goes when it accrues),
    `cash_balance_fen` where it stood at its end, and `cash_lowest_fen` how low it stood in it: the lowest of
    all is the measure.
    """
    view = TableView(table)
    began_s = since_midnight_s(table.header.start)
    first_day = date.fromisoformat(table.header.start[:10])
    days = (table["time_s"] + began_s) // DAY
    length = max(int(days.max(initial=0)), (began_s + table.header.horizon_s - 1) // DAY) + 1

    def per_day(rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(days[rows], minlength=length)

    def counted_per_day(kind: Kind, channels: tuple[Channel, ...] = ()) -> NDArray[np.int64]:
        counts = view.counts(kind)
        chosen = counts.segment >= 0  # the operator's pushes are not sends
        if channels:
            chosen &= np.isin(counts.channel, np.array(channels))
        return _summed(counts.number[chosen], (counts.time_s[chosen] + began_s) // DAY, length)

    newly_reached = counted_per_day(Kind.COUNT_REACHED)
    new_buyers = per_day(_first_of_each(table, view.standing))
    numbers = np.arange(length, dtype=np.int64)
    columns: dict[str, Any] = {
        "day": numbers,
        "date": np.array([(first_day + timedelta(days=day)).isoformat() for day in range(length)]),
        "runoff": numbers * DAY - began_s >= table.header.horizon_s,
        "readers": counted_per_day(Kind.COUNT_READERS_OF_DAY),
        "newly_reached": newly_reached,
        "cumulative_reached": np.cumsum(newly_reached),
        "new_buyers": new_buyers,
        "cumulative_buyers": np.cumsum(new_buyers),
    }
    columns["sends"] = counted_per_day(Kind.COUNT_SENDS)
    columns["exposures"] = counted_per_day(Kind.COUNT_READS, MESSAGE_CHANNELS)
    columns["visits"] = counted_per_day(Kind.COUNT_READS) - columns["exposures"]
    columns["considered"] = counted_per_day(Kind.COUNT_CONSIDERS)
    for name, kind in _COUNTED.items():
        columns[name] = per_day(view.rows(kind))
    for name, signs in _SUMMED.items():
        columns[name] = sum(
            sign * _summed(view.column(kind, "amount_fen"), days[view.rows(kind)], length)
            for kind, sign in signs.items()
        )
    return columns | _cash(view.orders, (view.orders["time_s"] + began_s) // DAY, length)


def _cash(table: EventTable, days: NDArray[np.int64], length: int) -> dict[str, NDArray[np.int64]]:
    """The merchant's account by day; days: int64[rows]."""
    account = cash_by_row_fen(table)
    rows = np.bincount(days, minlength=length)
    at_end = np.concatenate([[0], account])[np.cumsum(rows)]
    at_start = np.concatenate([[0], at_end[:-1]])
    lowest = at_start.copy()
    np.minimum.at(lowest, days, account)
    return {"cash_fen": at_end - at_start, "cash_balance_fen": at_end, "cash_lowest_fen": lowest}


def daily_series(table: EventTable) -> pd.DataFrame:
    """`daily_columns` as a data frame."""
    import pandas as pd  # it takes a third of a second to import, and no run needs it

    return pd.DataFrame(daily_columns(table))


def _first_of_each(table: EventTable, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of these rows, the first of each actor."""
    _, first = np.unique(table["actor"][rows], return_index=True)
    return rows[first]


def _summed(numbers: NDArray[np.int64], days: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    sums = np.zeros(length, dtype=np.int64)
    np.add.at(sums, days, numbers)
    return sums
