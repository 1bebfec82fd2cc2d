"""Money: what came in, what it cost, what is left, and who earned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Kind
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, ratio

_COMMISSION_LINES = ("commission_level_1", "commission_level_2", "commission_other")
MARKETING_LINES = (*_COMMISSION_LINES, "rewards", "prizes", "kol_fees", "samples", "push")
"""Spending lines that are there to sell; the others are there to serve the orders."""


def gross_fen(view: TableView) -> int:
    """All payments, those refunded later included."""
    return view.total(Kind.ORDER_PAID)


def refunds_fen(view: TableView) -> int:
    """All money given back to customers: before receipt, after it, and in part."""
    return sum(view.total(kind) for kind in (Kind.REFUNDED, Kind.REFUNDED_AFTER, Kind.PARTIAL_REFUND))


def net_fen(view: TableView) -> int:
    """Gross less refunds."""
    return gross_fen(view) - refunds_fen(view)


def margin_fen(view: TableView) -> int:
    """Net sales and the platform's subsidies less everything the merchant spent.

    After the run-off this is the balance of the merchant's account; before it, sales count from payment,
    costs from when they arise.
    """
    lines = view.spending_fen
    spent = sum(fen for line, fen in lines.items() if line != "subsidy")
    return net_fen(view) + lines["subsidy"] - spent


def margin_share(view: TableView) -> float | None:
    """Margin / net sales."""
    return ratio(margin_fen(view), net_fen(view))


def marketing_fen(view: TableView) -> int:
    """What was spent to sell: `MARKETING_LINES`. Lower prices and coupons show in sales, not here."""
    lines = view.spending_fen
    return sum(lines[line] for line in MARKETING_LINES)


def budget_short(view: TableView) -> int:
    """People not pushed to, not hired or given no prize for want of budget; once for each push and prize."""
    return view.total(Kind.BUDGET_SHORT, "value")


def roi(view: TableView) -> float | None:
    """Margin (after marketing) / marketing. All sales count; see `incremental` for what marketing added."""
    return ratio(margin_fen(view), marketing_fen(view))


def acquisition_cost_fen(view: TableView) -> float | None:
    """Marketing / new customers."""
    return ratio(marketing_fen(view), int(view.new_customers.sum()))


def coupon_discount_fen(view: TableView) -> int:
    """Discounts given by coupons on orders placed, less coupons returned."""
    return view.total(Kind.COUPON_USED) - view.total(Kind.COUPON_RETURNED)


def commission_fen(view: TableView) -> int:
    """Commission accrued, less what was reversed or got back; what was asked for again in vain is spent."""
    return sum(view.spending_fen[line] for line in _COMMISSION_LINES)


def distributors(view: TableView) -> int:
    """Members who were or became distributors, or earned commission."""
    return len(_earnings_fen(view))


def commission_gini(view: TableView) -> float | None:
    """Gini coefficient of commission over distributors, those who earned nothing included."""
    earned = np.sort(_earnings_fen(view))
    total = int(earned.sum())
    if not total:
        return None
    weighted = int((earned * np.arange(1, len(earned) + 1)).sum())
    return 2 * weighted / (len(earned) * total) - (len(earned) + 1) / len(earned)


def distributors_earning_nothing_share(view: TableView) -> float | None:
    """Distributors without commission / distributors."""
    earned = _earnings_fen(view)
    return ratio(int((earned <= 0).sum()), len(earned))


def spending_fen(view: TableView) -> dict[str, int]:
    """What was spent, by line; `subsidy` by the platform, the rest by the merchant."""
    return view.spending_fen


def commission_uncollected_fen(view: TableView) -> int:
    """Commission paid on orders that were sent back, and never got back: withdrawn, or not asked for."""
    return commission_by_fate_fen(view)["uncollected"]


def commission_by_fate_fen(view: TableView) -> dict[str, int]:
    """Commission by what became of it: accrued = reversed + frozen + kept + collected + uncollected.

    `frozen` is still owed. What was `paid` is `kept`, or its order was sent back: then it was asked for again
    (`clawed`) or not (`lost`), and got back (`collected`) or not (`uncollected`, which holds `lost`).
    """
    accrued, reversed_fen = view.total(Kind.COMMISSION_ACCRUED), view.total(Kind.COMMISSION_REVERSED)
    paid, clawed = view.total(Kind.COMMISSION_PAID), view.total(Kind.COMMISSION_CLAWED)
    lost, collected = view.total(Kind.COMMISSION_LOST), view.total(Kind.COMMISSION_COLLECTED)
    return {
        "accrued": accrued,
        "reversed": reversed_fen,
        "paid": paid,
        "frozen": accrued - reversed_fen - paid,
        "kept": paid - clawed - lost,
        "clawed": clawed,
        "collected": collected,
        "uncollected": clawed - collected + lost,
        "lost": lost,
    }


def _earnings_fen(view: TableView) -> NDArray[np.int64]:
    """Commission accrued less reversed and got back of every distributor: int64[distributors]."""
    earned = np.zeros(view.header.members, dtype=np.int64)
    for kind, sign in (
        (Kind.COMMISSION_ACCRUED, 1),
        (Kind.COMMISSION_REVERSED, -1),
        (Kind.COMMISSION_COLLECTED, -1),
    ):
        np.add.at(earned, view.column(kind, "actor"), sign * view.column(kind, "amount_fen"))
    counted = view.members_in(view.column(Kind.COMMISSION_ACCRUED, "actor"))
    counted |= view.members_in(view.column(Kind.RECRUITED, "actor"))
    counted[np.array(view.header.distributors, dtype=np.int64)] = True
    return earned[counted]


METRICS: tuple[Metric, ...] = (
    Metric("gross_fen", gross_fen, "fen", "成交额", "gross sales", "more"),
    Metric("refunds_fen", refunds_fen, "fen", "退款额", "refunds", "less"),
    Metric("net_fen", net_fen, "fen", "净销售额", "net sales", "more"),
    Metric("margin_fen", margin_fen, "fen", "毛利(扣营销)", "margin after marketing", "more"),
    Metric("margin_share", margin_share, "share", "毛利率", "margin share", "more", "净销售额", "net sales"),
    Metric("marketing_fen", marketing_fen, "fen", "营销花费", "marketing spend", "less"),
    Metric("budget_short", budget_short, "times", "预算不足未触达", "left out for want of budget", "less"),
    Metric("roi", roi, "ratio", "投入产出比", "ROI", "more", "营销花费", "marketing spend"),
    Metric(
        "acquisition_cost_fen",
        acquisition_cost_fen,
        "fen",
        "获客成本",
        "acquisition cost",
        "less",
        "新客",
        "new customers",
    ),
    Metric("coupon_discount_fen", coupon_discount_fen, "fen", "优惠券抵扣", "coupon discounts", "less"),
    Metric("commission_fen", commission_fen, "fen", "佣金", "commission", "less"),
    Metric("distributors", distributors, "members", "分销员", "distributors", "neither"),
    Metric(
        "commission_uncollected_fen",
        commission_uncollected_fen,
        "fen",
        "未追回佣金",
        "commission not got back",
        "less",
    ),
    Metric("commission_gini", commission_gini, "ratio", "佣金基尼系数", "Gini of commission", "less"),
    Metric(
        "distributors_earning_nothing_share",
        distributors_earning_nothing_share,
        "share",
        "零收入分销员占比",
        "distributors earning nothing",
        "less",
        "分销员",
        "distributors",
    ),
)


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown("spending_fen", spending_fen, "fen", "花费明细", "spending by line", "neither"),
    Breakdown(
        "commission_by_fate_fen", commission_by_fate_fen, "fen", "佣金去向", "commission by fate", "neither"
    ),
)
