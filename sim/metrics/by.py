"""Orders and money by product, by offer and by leader: what each sold, cost and left."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.events import EventTable, Kind
from sim.metrics import commission, money, orders, stock
from sim.metrics.metric import Metric, Number
from sim.metrics.view import TableView

ALONE = "alone"
"""The offer of whoever buys at the shop's own price."""

_OF_ALL = frozenset(
    {
        "stock_min", "budget_short", "cash_lowest_fen",
        "distributors", "commission_gini", "distributors_earning_nothing_share",
        "distributors_out_of_pocket_share",
    }
)  # fmt: skip
"""Measures of the shop or its people as a whole, which have no part by product or offer."""

MEASURES: tuple[Metric, ...] = tuple(
    one
    for one in (*orders.METRICS, *stock.METRICS, *money.METRICS, *commission.METRICS)
    if one.name not in _OF_ALL
)
"""What is measured of each product and offer."""


def by_product(table: EventTable) -> dict[str, dict[str, Number]]:
    """Every measure of orders and money, by the id of the product; what is spent on none is left out."""
    return {
        product.id: _measured(_rows_of(table, table["product"] == number))
        for number, product in enumerate(table.header.products)
    }


def by_offer(table: EventTable) -> dict[str, dict[str, Number]]:
    """The same by the id of the offer that a row is about, and `alone`.

    An order, with all its refunds and goods, belongs to the offer it was bought through; commission and
    rewards to the scheme that gave them, so that what they cost stands in its row, and what they sold in
    another. What coupons took off is in the price cuts of the offer they were used on.
    """
    offers = {offer.id: number for number, offer in enumerate(table.header.offers)}
    return {
        id_: _measured(_rows_of(table, table["offer"] == number))
        for id_, number in {ALONE: -1, **offers}.items()
    }


def by_leader(table: EventTable) -> dict[str, NDArray[Any]]:
    """What was sold through each leader, most sales first: one entry a leader.

    The leader of an order is that of its group; where there is none, whoever earned the first level's
    commission on it (the leader of a community group-buy, a distributor). Columns: `leader`; `orders_paid`,
    `orders_standing`, `units_sold`, `buyers`; `gross_fen`, `refunds_fen`, `net_fen`; `earned_fen` (commission
    and rewards on these orders, less what was reversed or taken back).
    """
    view = TableView(table)
    leader = _leader_of_order(view)
    paid = view.rows(Kind.ORDER_PAID)
    paid = paid[leader[table["order"][paid]] >= 0]
    leaders, which = np.unique(leader[table["order"][paid]], return_inverse=True)

    def added(rows: NDArray[np.int64], amounts: NDArray[Any]) -> NDArray[np.int64]:
        sums = np.zeros(len(leaders), dtype=np.int64)
        rows_leader = leader[table["order"][rows]]
        known = np.isin(rows_leader, leaders)
        np.add.at(sums, np.searchsorted(leaders, rows_leader[known]), amounts[known])
        return sums

    def of_kinds(signs: dict[Kind, int]) -> NDArray[np.int64]:
        parts = [
            added(rows, sign * table["amount_fen"][rows])
            for kind, sign in signs.items()
            if len(rows := view.rows(kind)[table["order"][view.rows(kind)] >= 0])
        ]
        return sum(parts, np.zeros(len(leaders), dtype=np.int64))

    standing = view.standing[leader[table["order"][view.standing]] >= 0]
    pairs = np.unique(np.stack([which, table["actor"][paid].astype(np.int64)]), axis=1)
    units = view.by_order(Kind.ORDER_ITEMS, "value")
    gross_fen = added(paid, table["amount_fen"][paid])
    refunds_fen = of_kinds(dict.fromkeys((Kind.REFUNDED, Kind.REFUNDED_AFTER, Kind.PARTIAL_REFUND), 1))
    columns: dict[str, NDArray[Any]] = {
        "leader": leaders,
        "orders_paid": np.bincount(which, minlength=len(leaders)),
        "orders_standing": added(standing, np.ones(len(standing), dtype=np.int64)),
        "units_sold": added(paid, units[table["order"][paid]]),
        "buyers": np.bincount(pairs[0], minlength=len(leaders)),
        "gross_fen": gross_fen,
        "refunds_fen": refunds_fen,
        "net_fen": gross_fen - refunds_fen,
        "earned_fen": of_kinds(
            {
                Kind.COMMISSION_ACCRUED: 1, Kind.COMMISSION_REVERSED: -1, Kind.COMMISSION_COLLECTED: -1,
                Kind.REWARD_PAID: 1, Kind.REWARD_REVERSED: -1,
            }
        ),
    }  # fmt: skip
    order = np.lexsort((leaders, -gross_fen))
    return {name: column[order] for name, column in columns.items()}


def series_of(parts: dict[str, dict[str, Number]], name: str) -> dict[str, NDArray[Any]]:
    """A table of parts as columns: `name`, then the measures; None for what could not be measured."""
    columns: dict[str, NDArray[Any]] = {name: np.array(list(parts), dtype=str)}
    for measure in MEASURES:
        columns[measure.name] = np.array([one[measure.name] for one in parts.values()], dtype=object)
    return columns


def _rows_of(table: EventTable, chosen: NDArray[np.bool_]) -> EventTable:
    return EventTable(table.header, {name: column[chosen] for name, column in table.columns.items()})


def _measured(table: EventTable) -> dict[str, Number]:
    view = TableView(table)
    return {one.name: one.function(view) for one in MEASURES}


def _leader_of_order(view: TableView) -> NDArray[np.int64]:
    """The leader of each order, -1 without one: int64[orders + 1]."""
    table = view.table
    leader = np.full(len(view.refunded), -1, dtype=np.int64)
    earned = view.rows(Kind.COMMISSION_ACCRUED)
    earned = earned[table["value"][earned] == 1]
    leader[table["order"][earned]] = table["actor"][earned]
    groups = np.full(int(table["group"].max(initial=-1)) + 2, -1, dtype=np.int64)
    for kind in (Kind.GROUP_OPENED, Kind.LEADER_CHANGED):
        groups[view.column(kind, "group")] = view.column(kind, "actor")
    seats = view.rows(Kind.GROUP_JOINED)
    leader[table["order"][seats]] = groups[table["group"][seats]]
    leader[-1] = -1  # of rows without an order
    return leader
