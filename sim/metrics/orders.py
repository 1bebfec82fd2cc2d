"""Orders: what was bought, by whom, and what came back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Kind, Reason
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, nearest_rank, ratio
from sim.units import HOUR

UNFILLED = (
    Reason.GROUP_EXPIRED,
    Reason.GROUP_FULL,
    Reason.LEADER_QUIT,
    Reason.OFFER_ENDED,
    Reason.BEFORE_SUCCESS,
    Reason.TOO_FEW_NEW,
    Reason.MINIMUM,
)
"""Why money goes back for a group or a round of orders that did not come about; not for bad goods."""


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
    return len(_refunded(view))


def refund_rate(view: TableView) -> float | None:
    """Orders refunded in full after they were confirmed, before receipt or after / orders confirmed.

    An order is confirmed when it will be served; one whose group does not fill never is, and counts in
    `unfilled_refund_rate` alone.
    """
    confirmed = view.column(Kind.ORDER_CONFIRMED, "order")
    return ratio(int(np.isin(confirmed, _refunded(view)).sum()), len(confirmed))


def unfilled_refund_rate(view: TableView) -> float | None:
    """Orders refunded because their group or round did not come about, or not with them / orders paid.

    Not with them: it was full when they paid, or they asked for their money back before it was complete.
    """
    reasons = view.column(Kind.REFUNDED, "value")
    unfilled = view.column(Kind.REFUNDED, "order")[np.isin(reasons, np.array(UNFILLED))]
    return ratio(len(np.unique(unfilled)), orders_paid(view))


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
    """Paid amount / orders paid, both with those refunded later (笔单价)."""
    return ratio(view.total(Kind.ORDER_PAID), orders_paid(view))


def sales_per_buyer_fen(view: TableView) -> float | None:
    """Paid amount / members who paid, both with what was refunded later (客单价)."""
    payers = view.members_in(view.column(Kind.ORDER_PAID, "actor"))
    return ratio(view.total(Kind.ORDER_PAID), int(payers.sum()))


def units_sold(view: TableView) -> int:
    """Units of the orders paid, those refunded later included."""
    return int(_paid_items(view, "value").sum(dtype=np.int64))


def unit_value_fen(view: TableView) -> float | None:
    """Paid amount less postage / units of the orders paid (件单价)."""
    goods_fen = view.total(Kind.ORDER_PAID) - int(_paid_items(view, "amount_fen").sum(dtype=np.int64))
    return ratio(goods_fen, units_sold(view))


def units_per_order(view: TableView) -> float | None:
    """Units of the orders paid / orders paid (连带率)."""
    return ratio(units_sold(view), orders_paid(view))


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
    """Buyers with two or more standing orders within the run / buyers.

    The window is the whole run, of whatever length; two orders of one day count as two.
    """
    orders = np.bincount(view.table["actor"][view.standing])
    return ratio(int((orders >= 2).sum()), buyers(view))


def repurchase_rate(view: TableView) -> float | None:
    """Buyers of the first half of the run who buy in the second half too / buyers of the first half.

    The trade's 回购率: of who bought in one window, the share that buys in the next; here the windows are the
    halves of the time up to the horizon. Unlike `repeat_rate`, it asks of nobody who only just came.
    """
    rows = view.standing
    later = view.table["time_s"][rows] * 2 >= view.header.horizon_s
    first, second = (view.members_in(view.table["actor"][rows[half]]) for half in (~later, later))
    return ratio(int((first & second).sum()), int(first.sum()))


def hours_to_half_of_buyers(view: TableView) -> float | None:
    """Hours until half of all buyers had paid their first standing order."""
    rows = view.standing
    _, first = np.unique(view.table["actor"][rows], return_index=True)
    seconds = nearest_rank(view.table["time_s"][rows[first]], 0.5)
    return None if seconds is None else seconds / HOUR


def cancelled_by_reason(view: TableView) -> dict[str, int]:
    """Orders cancelled, by why."""
    reasons = view.column(Kind.ORDER_CANCELLED, "value")
    return {reason.name.lower(): int((reasons == reason).sum()) for reason in Reason}


def _refunded(view: TableView) -> NDArray[np.int32]:
    """Numbers of the orders refunded in full, before receipt or after."""
    refunds: NDArray[np.int32] = np.concatenate(
        [view.column(kind, "order") for kind in (Kind.REFUNDED, Kind.REFUNDED_AFTER)]
    )
    return np.unique(refunds)


def _paid_items(view: TableView, column: str) -> NDArray[np.int64]:
    """A column of the ORDER_ITEMS rows of the orders that were paid."""
    rows = view.rows(Kind.ORDER_ITEMS)
    paid = np.isin(view.table["order"][rows], view.column(Kind.ORDER_PAID, "order"))
    items: NDArray[np.int64] = view.table[column][rows[paid]]
    return items


METRICS: tuple[Metric, ...] = (
    Metric("orders_placed", orders_placed, "orders", "下单数", "orders placed", "more"),
    Metric("orders_paid", orders_paid, "orders", "支付订单", "orders paid", "more"),
    Metric("orders_standing", orders_standing, "orders", "有效订单", "standing orders", "more"),
    Metric("orders_refunded", orders_refunded, "orders", "全额退款订单", "orders refunded", "less"),
    Metric(
        "refund_rate", refund_rate, "share", "退款率", "refund rate", "less", "确认订单", "orders confirmed"
    ),
    Metric(
        "unfilled_refund_rate",
        unfilled_refund_rate,
        "share",
        "未成团退款率",
        "refunds of unfilled groups",
        "less",
        "支付订单",
        "orders paid",
    ),
    Metric(
        "return_rate", return_rate, "share", "退货率", "return rate", "less", "签收订单", "orders received"
    ),
    Metric(
        "payment_rate", payment_rate, "share", "支付率", "payment rate", "more", "下单数", "orders placed"
    ),
    Metric("unpaid_holds", unpaid_holds, "orders", "超时未付款订单", "unpaid holds released", "less"),
    Metric(
        "order_value_fen", order_value_fen, "fen", "笔单价", "order value", "more", "支付订单", "orders paid"
    ),
    Metric(
        "sales_per_buyer_fen",
        sales_per_buyer_fen,
        "fen",
        "客单价",
        "sales per paying member",
        "more",
        "付过款的成员",
        "members who have paid",
    ),
    Metric("units_sold", units_sold, "items", "支付件数", "units sold", "more"),
    Metric(
        "unit_value_fen",
        unit_value_fen,
        "fen",
        "件单价",
        "price per unit",
        "neither",
        "支付件数",
        "units sold",
    ),
    Metric(
        "units_per_order",
        units_per_order,
        "ratio",
        "连带率",
        "units per order",
        "more",
        "支付订单",
        "orders paid",
    ),
    Metric("buyers", buyers, "members", "购买人数", "buyers", "more"),
    Metric("new_customers", new_customers, "members", "新客", "new customers", "more"),
    Metric("old_customers", old_customers, "members", "老客", "old customers", "neither"),
    Metric(
        "repeat_rate",
        repeat_rate,
        "share",
        "复购率（本次推演内）",
        "repeat rate within the run",
        "more",
        "购买人数",
        "buyers",
    ),
    Metric(
        "repurchase_rate",
        repurchase_rate,
        "share",
        "回购率（前后两半）",
        "repurchase rate, 2nd half",
        "more",
        "前半程购买人数",
        "first-half buyers",
    ),
    Metric(
        "hours_to_half_of_buyers",
        hours_to_half_of_buyers,
        "hours",
        "半数购买者用时",
        "time to half of buyers",
        "neither",
    ),
)


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "cancelled_by_reason",
        cancelled_by_reason,
        "orders",
        "订单取消原因",
        "orders cancelled by reason",
        "less",
    ),
)
