"""Orders: what was bought, by whom, and what stood in the way."""

from __future__ import annotations

import numpy as np

from sim.events import Kind, Reason
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, nearest_rank, ratio
from sim.units import HOUR


def orders_placed(view: TableView) -> int:
    """Orders placed, paid or not."""
    return view.count(Kind.ORDER_PLACED)


def orders_paid(view: TableView) -> int:
    """Orders paid, those refunded later included."""
    return view.count(Kind.ORDER_PAID)


def orders_standing(view: TableView) -> int:
    """Paid orders whose money did not go back before receipt (a failed group's orders do not stand)."""
    return len(view.standing)


def orders_refunded(view: TableView) -> int:
    """Paid orders refunded in full, before receipt or after."""
    refunds = np.concatenate([view.column(kind, "order") for kind in (Kind.REFUNDED, Kind.REFUNDED_AFTER)])
    return len(np.unique(refunds))


def refund_rate(view: TableView) -> float | None:
    """Orders refunded in full, before receipt or after / orders paid."""
    return ratio(orders_refunded(view), orders_paid(view))


def return_rate(view: TableView) -> float | None:
    """Orders refunded after receipt / orders received."""
    returned = len(np.unique(view.column(Kind.REFUNDED_AFTER, "order")))
    return ratio(returned, view.count(Kind.RECEIVED))


def payment_rate(view: TableView) -> float | None:
    """Orders paid / orders placed."""
    return ratio(orders_paid(view), orders_placed(view))


def unpaid_holds(view: TableView) -> int:
    """Orders cancelled because they were not paid in time; what they held was released."""
    return int((view.column(Kind.ORDER_CANCELLED, "value") == Reason.UNPAID).sum())


def order_value_fen(view: TableView) -> float | None:
    """Paid amount / orders paid, both with those refunded later."""
    return ratio(view.total(Kind.ORDER_PAID), orders_paid(view))


def buyers(view: TableView) -> int:
    """Members with at least one standing order: paid, and not refunded before receipt.

    Who sends the goods back after receipt has bought; who only sat in a group that failed has not. Before
    the run-off, groups still undecided count as bought.
    """
    return int(view.buyers.sum())


def new_customers(view: TableView) -> int:
    """Buyers who had never paid before the run."""
    return int(view.new_customers.sum())


def old_customers(view: TableView) -> int:
    """Buyers who had paid before the run."""
    return buyers(view) - new_customers(view)


def repeat_rate(view: TableView) -> float | None:
    """Buyers with two or more standing orders / buyers."""
    orders = np.bincount(view.table["actor"][view.standing])
    return ratio(int((orders >= 2).sum()), buyers(view))


def hours_to_half_of_buyers(view: TableView) -> float | None:
    """Hours until half of all buyers had paid their first standing order."""
    rows = view.standing
    _, first = np.unique(view.table["actor"][rows], return_index=True)
    seconds = nearest_rank(view.table["time_s"][rows[first]], 0.5)
    return None if seconds is None else seconds / HOUR


def stock_min(view: TableView) -> int | None:
    """The lowest sellable stock that any product with limited stock ever had; None without such a product."""
    lowest = [
        product.stock + _lowest_change(view, number)
        for number, product in enumerate(view.header.products)
        if product.stock is not None
    ]
    return min(lowest, default=None)


def oversold(view: TableView) -> int:
    """Paid orders cancelled and refunded because more was sold than there was."""
    rows = view.rows(Kind.ORDER_CANCELLED, Kind.REFUNDED, Kind.REFUNDED_AFTER)
    short = rows[view.table["value"][rows] == Reason.OVERSOLD]
    return len(np.unique(view.table["order"][short]))


def hours_to_sold_out(view: TableView) -> float | None:
    """Hours until a product or an offer was first sold out; None if none ever was."""
    times = view.column(Kind.SOLD_OUT, "time_s")
    return float(times[0]) / HOUR if len(times) else None


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


def cancelled_by_reason(view: TableView) -> dict[str, int]:
    """Orders cancelled, by why."""
    reasons = view.column(Kind.ORDER_CANCELLED, "value")
    return {reason.name.lower(): int((reasons == reason).sum()) for reason in Reason}


def _lowest_change(view: TableView, product: int) -> int:
    """The lowest running sum of the product's stock changes, at most 0: before any, there was all of it."""
    rows = view.rows(Kind.STOCK)
    changes = view.table["value"][rows[view.table["product"][rows] == product]]
    return int(np.cumsum(changes, dtype=np.int64).min(initial=0))


METRICS: tuple[Metric, ...] = (
    Metric("orders_placed", orders_placed, "orders", "下单数", "orders placed", "more"),
    Metric("orders_paid", orders_paid, "orders", "支付订单", "orders paid", "more"),
    Metric("orders_standing", orders_standing, "orders", "有效订单", "standing orders", "more"),
    Metric("orders_refunded", orders_refunded, "orders", "全额退款订单", "orders refunded", "less"),
    Metric("refund_rate", refund_rate, "share", "退款率", "refund rate", "less", "支付订单", "orders paid"),
    Metric(
        "return_rate", return_rate, "share", "退货率", "return rate", "less", "签收订单", "orders received"
    ),
    Metric(
        "payment_rate", payment_rate, "share", "支付率", "payment rate", "more", "下单数", "orders placed"
    ),
    Metric("unpaid_holds", unpaid_holds, "orders", "超时未付款订单", "unpaid holds released", "less"),
    Metric(
        "order_value_fen", order_value_fen, "fen", "客单价", "order value", "more", "支付订单", "orders paid"
    ),
    Metric("buyers", buyers, "members", "购买人数", "buyers", "more"),
    Metric("new_customers", new_customers, "members", "新客", "new customers", "more"),
    Metric("old_customers", old_customers, "members", "老客", "old customers", "neither"),
    Metric("repeat_rate", repeat_rate, "share", "复购率", "repeat rate", "more", "购买人数", "buyers"),
    Metric(
        "hours_to_half_of_buyers",
        hours_to_half_of_buyers,
        "hours",
        "半数购买者用时",
        "time to half of buyers",
        "neither",
    ),
    Metric("stock_min", stock_min, "items", "最低库存", "lowest stock", "neither"),
    Metric("oversold", oversold, "orders", "超卖订单", "oversold orders", "less"),
    Metric("hours_to_sold_out", hours_to_sold_out, "hours", "售罄用时", "time to sold out", "neither"),
    Metric("disappointed", disappointed, "times", "想买未得", "disappointed", "less"),
    Metric("reservations", reservations, "times", "预约提醒", "reminders asked for", "more"),
)


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "disappointed_by_reason",
        disappointed_by_reason,
        "times",
        "想买未得的原因",
        "disappointed by reason",
        "less",
    ),
    Breakdown(
        "cancelled_by_reason",
        cancelled_by_reason,
        "orders",
        "订单取消原因",
        "orders cancelled by reason",
        "less",
    ),
)
