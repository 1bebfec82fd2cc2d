"""Stock and rush: what sold out and when, how dense orders came, and who could not have it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Kind, Reason
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, nearest_rank, ratio
from sim.outcomes import since_midnight_s
from sim.units import HOUR, MINUTE


def stock_min(view: TableView) -> int | None:
    """The lowest sellable stock that any product with limited stock ever had; None without such a product.

    It is of the product that came nearest to selling out; `stock_min_by_product` has each.
    """
    return min(stock_min_by_product(view).values(), default=None)


def stock_min_by_product(view: TableView) -> dict[str, int]:
    """The lowest sellable stock that each product with limited stock ever had, by its id."""
    return {
        product.id: product.stock + _lowest_change(view, number)
        for number, product in enumerate(view.header.products)
        if product.stock is not None
    }


def oversold(view: TableView) -> int:
    """Paid orders cancelled and refunded because more was sold than there was."""
    rows = view.rows(Kind.ORDER_CANCELLED, Kind.REFUNDED, Kind.REFUNDED_AFTER)
    short = rows[view.table["value"][rows] == Reason.OVERSOLD]
    return len(np.unique(view.table["order"][short]))


def rounds_sold_out_share(view: TableView) -> float | None:
    """Rounds of a sale with a quota that sold out / rounds with a quota that were opened, by product."""
    rounds, sold_out = _rounds(view)
    return ratio(int((sold_out >= 0).sum()), len(rounds))


def seconds_to_sold_out_median(view: TableView) -> float | None:
    """Median seconds from the opening of a round of a sale to when its quota was first sold out.

    Over the rounds that sold out; of an even number, the lower of the two in the middle. Of a product with
    limited stock that is in no round, from the first order of it to when its stock was first sold out.
    """
    time_s = view.table["time_s"]
    rounds, sold_out = _rounds(view)
    took_s = [time_s[sold_out[sold_out >= 0]] - time_s[rounds[sold_out >= 0]]]
    in_rounds = set(view.column(Kind.SALE_OPENED, "product").tolist())
    ends = view.rows(Kind.SOLD_OUT)
    ends = ends[view.table["offer"][ends] < 0]
    products, first = np.unique(view.table["product"][ends], return_index=True)
    placed = view.rows(Kind.ORDER_PLACED)
    for product, end in zip(products.tolist(), ends[first].tolist(), strict=True):
        begun = placed[view.table["product"][placed] == product]
        if product not in in_rounds and len(begun):
            took_s.append(time_s[end : end + 1] - time_s[begun[0]])
    return nearest_rank(np.concatenate(took_s), 0.5)


def orders_per_minute_peak(view: TableView) -> int:
    """Orders placed, paid or not, in the busiest minute of the clock."""
    return int(_placed_in_minute(view)[1].max(initial=0))


def hours_to_peak_minute(view: TableView) -> float | None:
    """Hours from the start to the beginning of the busiest minute of the clock, the first of equal ones."""
    minute, placed = _placed_in_minute(view)
    if not len(minute):
        return None
    began_s = int(minute[placed.argmax()]) * MINUTE - since_midnight_s(view.header.start)
    return max(began_s, 0) / HOUR


def disappointed(view: TableView) -> int:
    """Times a member wanted it and could not have it."""
    return view.count(Kind.DISAPPOINTED)


def reservations(view: TableView) -> int:
    """Reminders asked for."""
    return view.count(Kind.RESERVE)


def disappointed_by_reason(view: TableView) -> dict[str, int]:
    """Times a member wanted it and could not have it, by why."""
    reasons = view.column(Kind.DISAPPOINTED, "value")
    return {reason.name.lower(): int((reasons == reason).sum()) for reason in Reason}


def _placed_in_minute(view: TableView) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Minutes of the clock since the midnight before the start with an order, and the orders placed in it."""
    placed_s = view.column(Kind.ORDER_PLACED, "time_s") + since_midnight_s(view.header.start)
    return np.unique(placed_s // MINUTE, return_counts=True)


def _rounds(view: TableView) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Openings of rounds with a quota, and when they first sold out: rows, -1 for a round that did not."""
    table, never = view.table, len(view.table)

    def names(rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of offer, product and row, in this order."""
        pair = table["offer"][rows].astype(np.int64) * len(view.header.products) + table["product"][rows]
        named: NDArray[np.int64] = pair * (never + 1) + rows
        return named

    opened = np.sort(names(view.rows(Kind.SALE_OPENED)))
    pair_ends = (opened // (never + 1) + 1) * (never + 1)
    ends = np.minimum(pair_ends, np.append(opened[1:], pair_ends[-1:]))  # of the round: where the next opens
    ended = np.sort(names(view.rows(Kind.SOLD_OUT)))
    found = np.append(ended, np.iinfo(np.int64).max)[np.searchsorted(ended, opened)]
    rounds = opened % (never + 1)
    sold_out = np.where(found < ends, found % (never + 1), -1)
    limited = table["value"][rounds] >= 0
    return rounds[limited], sold_out[limited]


def _lowest_change(view: TableView, product: int) -> int:
    """The lowest running sum of the product's stock changes, at most 0: before any, there was all of it."""
    rows = view.rows(Kind.STOCK)
    changes = view.table["value"][rows[view.table["product"][rows] == product]]
    return int(np.cumsum(changes, dtype=np.int64).min(initial=0))


METRICS: tuple[Metric, ...] = (
    Metric("stock_min", stock_min, "items", "最低库存（各商品中）", "lowest stock, any product", "neither"),
    Metric("oversold", oversold, "orders", "超卖订单", "oversold orders", "less"),
    Metric(
        "rounds_sold_out_share",
        rounds_sold_out_share,
        "share",
        "售罄场次占比",
        "rounds sold out",
        "neither",
        "限量场次",
        "rounds with a quota",
    ),
    Metric(
        "seconds_to_sold_out_median",
        seconds_to_sold_out_median,
        "seconds",
        "售罄用时（中位数）",
        "time to sold out, median",
        "neither",
    ),
    Metric(
        "orders_per_minute_peak",
        orders_per_minute_peak,
        "orders",
        "每分钟下单峰值",
        "peak orders a minute",
        "neither",
    ),
    Metric(
        "hours_to_peak_minute",
        hours_to_peak_minute,
        "hours",
        "下单峰值时刻（开始后）",
        "time of the peak minute",
        "neither",
    ),
    Metric("disappointed", disappointed, "times", "想买未得", "disappointed", "less"),
    Metric("reservations", reservations, "times", "预约提醒", "reminders asked for", "more"),
)

BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "stock_min_by_product",
        stock_min_by_product,
        "items",
        "各商品最低库存",
        "lowest stock by product",
        "neither",
    ),
    Breakdown(
        "disappointed_by_reason",
        disappointed_by_reason,
        "times",
        "想买未得的原因",
        "disappointed by reason",
        "less",
    ),
)
