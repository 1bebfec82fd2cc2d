"""Money: what came in, what it cost, what is left, and who earned."""

from __future__ import annotations

import numpy as np

from sim.events import Kind
from sim.ledger import cash_by_row_fen
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, ratio

COMMISSION_LINES = ("commission_level_1", "commission_level_2", "commission_other")
MARKETING_LINES = (*COMMISSION_LINES, "rewards", "prizes", "kol_fees", "samples", "push")
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


def gross_after_success_fen(view: TableView) -> int:
    """Payments of standing orders: without those of groups that failed, of what was oversold and the like."""
    return int(view.table["amount_fen"][view.standing].sum())


def margin_fen(view: TableView) -> int:
    """Net sales and the platform's subsidies less everything the merchant spent; entry fees do not count.

    After the run-off this and `joining_fees_fen` are the balance of the merchant's account; before it,
    sales count from payment, costs from when they arise.
    """
    lines = view.spending_fen
    spent = sum(fen for line, fen in lines.items() if line not in ("subsidy", "joining_fees"))
    return net_fen(view) + lines["subsidy"] - spent


def margin_share(view: TableView) -> float | None:
    """Margin / net sales."""
    return ratio(margin_fen(view), net_fen(view))


def joining_fees_fen(view: TableView) -> int:
    """What distributors paid to become such: no margin of goods, and against the law in most of its forms."""
    return -view.spending_fen["joining_fees"]


def marketing_fen(view: TableView) -> int:
    """What was paid to sell: `MARKETING_LINES`. Lower prices and coupons are in `promotion_fen`."""
    lines = view.spending_fen
    return sum(lines[line] for line in MARKETING_LINES)


def coupon_cost_fen(view: TableView) -> int:
    """The merchant's part of coupons, on paid orders of which nothing came back whole."""
    return _on_kept(view, Kind.COUPON_USED) - _on_kept(view, Kind.SUBSIDY)


def price_cuts_fen(view: TableView) -> int:
    """The shop's own price less what was paid for the goods, coupons apart, on paid orders that were kept.

    Of every unit, what the customer paid and coupons took off are taken from the list price; partial refunds
    (ladders) count as cuts.
    """
    list_fen = np.array([product.list_price_fen for product in view.header.products] or [0], dtype=np.int64)
    items = view.rows(Kind.ORDER_ITEMS)
    order, units = view.table["order"][items], view.table["value"][items]
    goods_fen = (list_fen[view.table["product"][items]] * units + view.table["amount_fen"][items])[
        view.kept[order]
    ].sum()
    paid_fen = _on_kept(view, Kind.ORDER_PAID) - _on_kept(view, Kind.PARTIAL_REFUND)
    return int(goods_fen) - paid_fen - _on_kept(view, Kind.COUPON_USED)


def promotion_fen(view: TableView) -> int:
    """All that the campaign costs: marketing, the merchant's part of coupons, and price cuts."""
    return marketing_fen(view) + coupon_cost_fen(view) + price_cuts_fen(view)


def spend_share(view: TableView) -> float | None:
    """Marketing / net sales."""
    return ratio(marketing_fen(view), net_fen(view))


def promotion_share(view: TableView) -> float | None:
    """Full promotion cost / net sales."""
    return ratio(promotion_fen(view), net_fen(view))


def sales_to_spend(view: TableView) -> float | None:
    """Gross sales / marketing (return on ad spend)."""
    return ratio(gross_fen(view), marketing_fen(view))


def sales_to_promotion(view: TableView) -> float | None:
    """Gross sales / full promotion cost."""
    return ratio(gross_fen(view), promotion_fen(view))


def budget_short(view: TableView) -> int:
    """People not pushed to, not hired or given no prize for want of budget; once for each push and prize."""
    return view.total(Kind.BUDGET_SHORT, "value")


def roi(view: TableView) -> float | None:
    """Margin (after marketing) / marketing. All sales count; see `incremental` for what marketing added."""
    return ratio(margin_fen(view), marketing_fen(view))


def roi_full(view: TableView) -> float | None:
    """Margin / full promotion cost. All sales count; net sales are after price cuts and coupons."""
    return ratio(margin_fen(view), promotion_fen(view))


def acquisition_cost_fen(view: TableView) -> float | None:
    """Marketing / new customers."""
    return ratio(marketing_fen(view), int(view.new_customers.sum()))


def acquisition_cost_full_fen(view: TableView) -> float | None:
    """Full promotion cost / new customers."""
    return ratio(promotion_fen(view), int(view.new_customers.sum()))


def coupons_granted(view: TableView) -> int:
    """Coupons handed out or claimed."""
    return view.count(Kind.COUPON_GRANTED)


def coupons_used(view: TableView) -> int:
    """Coupons used on orders placed, less coupons returned."""
    return view.count(Kind.COUPON_USED) - view.count(Kind.COUPON_RETURNED)


def coupon_redemption_rate(view: TableView) -> float | None:
    """Coupons used, less returned / coupons granted."""
    return ratio(coupons_used(view), coupons_granted(view))


def coupon_discount_fen(view: TableView) -> int:
    """Discounts given by coupons on orders placed, less coupons returned."""
    return view.total(Kind.COUPON_USED) - view.total(Kind.COUPON_RETURNED)


def cash_lowest_fen(view: TableView) -> int:
    """How far the merchant's account ever fell below where it began: 0 or less.

    What customers pay comes in when they confirm receipt.
    """
    account = cash_by_row_fen(view.orders)
    return int(account.min(initial=0))


def spending_fen(view: TableView) -> dict[str, int]:
    """What was spent, by line; `subsidy` by the platform, the rest by the merchant."""
    return view.spending_fen


def _on_kept(view: TableView, kind: Kind) -> int:
    """The amounts of a kind on paid orders of which nothing came back whole."""
    return int(view.by_order(kind)[view.kept].sum())


METRICS: tuple[Metric, ...] = (
    Metric("gross_fen", gross_fen, "fen", "成交额", "gross sales", "more"),
    Metric(
        "gross_after_success_fen",
        gross_after_success_fen,
        "fen",
        "成团后成交额",
        "sales of standing orders",
        "more",
    ),
    Metric("refunds_fen", refunds_fen, "fen", "退款额", "refunds", "less"),
    Metric("net_fen", net_fen, "fen", "净销售额", "net sales", "more"),
    Metric("margin_fen", margin_fen, "fen", "营销后毛利", "margin after marketing", "more"),
    Metric(
        "margin_share",
        margin_share,
        "share",
        "营销后毛利率",
        "margin share",
        "more",
        "净销售额",
        "net sales",
        of=("margin_fen", "net_fen"),
    ),
    Metric("joining_fees_fen", joining_fees_fen, "fen", "入门费", "entry fees", "neither"),
    Metric("marketing_fen", marketing_fen, "fen", "营销花费（现金）", "marketing spend, cash", "less"),
    Metric("price_cuts_fen", price_cuts_fen, "fen", "让价", "price cuts", "less"),
    Metric(
        "coupon_cost_fen", coupon_cost_fen, "fen", "优惠券成本（商家）", "coupons, merchant's part", "less"
    ),
    Metric(
        "promotion_fen",
        promotion_fen,
        "fen",
        "活动总投入（含让价与券）",
        "full promotion cost",
        "less",
    ),
    Metric(
        "spend_share",
        spend_share,
        "share",
        "费销比（现金）",
        "marketing to sales",
        "less",
        "净销售额",
        "net sales",
        of=("marketing_fen", "net_fen"),
    ),
    Metric(
        "promotion_share",
        promotion_share,
        "share",
        "费销比（含让价与券）",
        "full promotion cost to sales",
        "less",
        "净销售额",
        "net sales",
        of=("promotion_fen", "net_fen"),
    ),
    Metric("budget_short", budget_short, "times", "预算不足未触达", "left out for want of budget", "less"),
    Metric(
        "sales_to_spend",
        sales_to_spend,
        "ratio",
        "投入产出比（成交额÷现金花费）",
        "sales per marketing (ROAS)",
        "more",
        "营销花费（现金）",
        "marketing spend, cash",
        of=("gross_fen", "marketing_fen"),
    ),
    Metric(
        "sales_to_promotion",
        sales_to_promotion,
        "ratio",
        "投入产出比（成交额÷总投入）",
        "sales per full promotion cost",
        "more",
        "活动总投入",
        "full promotion cost",
        of=("gross_fen", "promotion_fen"),
    ),
    Metric(
        "roi",
        roi,
        "ratio",
        "毛利÷现金花费",
        "margin per marketing spent",
        "more",
        "营销花费（现金）",
        "marketing spend, cash",
        of=("margin_fen", "marketing_fen"),
    ),
    Metric(
        "roi_full",
        roi_full,
        "ratio",
        "毛利÷总投入",
        "margin per full cost",
        "more",
        "活动总投入",
        "full promotion cost",
        of=("margin_fen", "promotion_fen"),
    ),
    Metric(
        "acquisition_cost_fen",
        acquisition_cost_fen,
        "fen",
        "获客成本（现金）",
        "acquisition cost, cash",
        "less",
        "新客",
        "new customers",
        of=("marketing_fen", "new_customers"),
    ),
    Metric(
        "acquisition_cost_full_fen",
        acquisition_cost_full_fen,
        "fen",
        "获客成本（含让价与券）",
        "acquisition cost, full",
        "less",
        "新客",
        "new customers",
        of=("promotion_fen", "new_customers"),
    ),
    Metric("coupons_granted", coupons_granted, "items", "发券数", "coupons granted", "neither"),
    Metric("coupons_used", coupons_used, "items", "用券数", "coupons used", "neither"),
    Metric(
        "coupon_redemption_rate",
        coupon_redemption_rate,
        "share",
        "核销率",
        "coupon redemption",
        "more",
        "发券数",
        "coupons granted",
        of=("coupons_used", "coupons_granted"),
    ),
    Metric("coupon_discount_fen", coupon_discount_fen, "fen", "优惠券抵扣", "coupon discounts", "less"),
    Metric("cash_lowest_fen", cash_lowest_fen, "fen", "资金最低点", "lowest point of cash", "more"),
)

BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown("spending_fen", spending_fen, "fen", "花费明细", "spending by line", "neither"),
)
