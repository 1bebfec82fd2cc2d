"""What the campaign added: a run against the same people and chance without the campaign, both settled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Kind
from sim.metrics import funnel, money, orders
from sim.metrics.metric import Increment
from sim.metrics.view import TableView, ratio


def reached(campaign: TableView, twin: TableView) -> int:
    """Members reached by messages in the campaign less those reached without it."""
    return funnel.reached(campaign) - funnel.reached(twin)


def buyers(campaign: TableView, twin: TableView) -> int:
    """Buyers of the campaign less buyers without it."""
    return orders.buyers(campaign) - orders.buyers(twin)


def new_customers(campaign: TableView, twin: TableView) -> int:
    """New customers of the campaign less those without it."""
    return orders.new_customers(campaign) - orders.new_customers(twin)


def orders_standing(campaign: TableView, twin: TableView) -> int:
    """Standing orders of the campaign less those without it."""
    return orders.orders_standing(campaign) - orders.orders_standing(twin)


def net_fen(campaign: TableView, twin: TableView) -> int:
    """Net sales of the campaign less those without it."""
    return money.net_fen(campaign) - money.net_fen(twin)


def margin_fen(campaign: TableView, twin: TableView) -> int:
    """Margin of the campaign less that without it."""
    return money.margin_fen(campaign) - money.margin_fen(twin)


def margin_share(campaign: TableView, twin: TableView) -> float | None:
    """Margin added / margin of the campaign: how much of it the campaign brought. None without a margin."""
    whole_fen = money.margin_fen(campaign)
    return ratio(margin_fen(campaign, twin), whole_fen) if whole_fen > 0 else None


def marketing_fen(campaign: TableView, twin: TableView) -> int:
    """Marketing of the campaign less that without it."""
    return money.marketing_fen(campaign) - money.marketing_fen(twin)


def promotion_fen(campaign: TableView, twin: TableView) -> int:
    """Full promotion cost of the campaign less that without it."""
    return money.promotion_fen(campaign) - money.promotion_fen(twin)


def buyers_in_both(campaign: TableView, twin: TableView) -> int:
    """Buyers of the campaign who also buy without it: they would have bought anyway, now or later."""
    return int((campaign.buyers & twin.buyers).sum())


def buyers_in_both_share(campaign: TableView, twin: TableView) -> float | None:
    """Buyers of the campaign who also buy without it / buyers of the campaign."""
    return ratio(buyers_in_both(campaign, twin), orders.buyers(campaign))


def pulled_forward_buyers(campaign: TableView, twin: TableView) -> int:
    """Buyers in both whose first standing payment comes earlier than without the campaign."""
    return int((_first_paid_s(campaign) < _first_paid_s(twin))[campaign.buyers & twin.buyers].sum())


def pulled_forward_share(campaign: TableView, twin: TableView) -> float | None:
    """Buyers in both who buy earlier than without the campaign / buyers of the campaign."""
    return ratio(pulled_forward_buyers(campaign, twin), orders.buyers(campaign))


def lost_buyers(campaign: TableView, twin: TableView) -> int:
    """Buyers without the campaign who do not buy in it."""
    return orders.buyers(twin) - buyers_in_both(campaign, twin)


def given_to_both_share(campaign: TableView, twin: TableView) -> float | None:
    """Commission and coupons on orders of buyers in both / all commission and coupons, of orders kept."""
    both = campaign.buyers & twin.buyers
    given_fen = sum(
        sign * campaign.by_order(kind)
        for kind, sign in (
            (Kind.COUPON_USED, 1),
            (Kind.COMMISSION_ACCRUED, 1),
            (Kind.COMMISSION_REVERSED, -1),
        )
    )
    paid = campaign.rows(Kind.ORDER_PAID)
    kept = paid[campaign.kept[campaign.table["order"][paid]]]
    of_order_fen: NDArray[np.int64] = np.asarray(given_fen)[campaign.table["order"][kept]]
    return ratio(int(of_order_fen[both[campaign.table["actor"][kept]]].sum()), int(of_order_fen.sum()))


def roi(campaign: TableView, twin: TableView) -> float | None:
    """Margin added / marketing added."""
    return ratio(margin_fen(campaign, twin), marketing_fen(campaign, twin))


def roi_full(campaign: TableView, twin: TableView) -> float | None:
    """Margin added / full promotion cost added."""
    return ratio(margin_fen(campaign, twin), promotion_fen(campaign, twin))


def cost_per_buyer_fen(campaign: TableView, twin: TableView) -> float | None:
    """Marketing added / buyers added; None unless the campaign added buyers."""
    return _each(marketing_fen(campaign, twin), buyers(campaign, twin))


def cost_per_buyer_full_fen(campaign: TableView, twin: TableView) -> float | None:
    """Full promotion cost added / buyers added; None unless the campaign added buyers."""
    return _each(promotion_fen(campaign, twin), buyers(campaign, twin))


def cost_per_new_customer_fen(campaign: TableView, twin: TableView) -> float | None:
    """Marketing added / new customers added; None unless the campaign added new customers."""
    return _each(marketing_fen(campaign, twin), new_customers(campaign, twin))


def cost_per_new_customer_full_fen(campaign: TableView, twin: TableView) -> float | None:
    """Full promotion cost added / new customers added; None unless the campaign added new customers."""
    return _each(promotion_fen(campaign, twin), new_customers(campaign, twin))


def _each(cost_fen: int, added: int) -> float | None:
    return ratio(cost_fen, added) if added > 0 else None


def _first_paid_s(view: TableView) -> NDArray[np.int64]:
    """When each member first paid for what stands: int64[members], the far future if never."""
    first = np.full(view.header.members, np.iinfo(np.int64).max)
    np.minimum.at(first, view.table["actor"][view.standing], view.table["time_s"][view.standing])
    return first


INCREMENTS: tuple[Increment, ...] = (
    Increment("reached", reached, "members", "触达人数", "members reached", "more"),
    Increment("buyers", buyers, "members", "购买人数", "buyers", "more"),
    Increment("new_customers", new_customers, "members", "新客", "new customers", "more"),
    Increment("orders", orders_standing, "orders", "有效订单", "standing orders", "more"),
    Increment("net_fen", net_fen, "fen", "净销售额", "net sales", "more"),
    Increment(
        "margin_fen",
        margin_fen,
        "fen",
        "营销后毛利",
        "margin after marketing",
        "more",
    ),
    Increment(
        "margin_share",
        margin_share,
        "share",
        "毛利中的增量占比",
        "share of the margin that was added",
        "more",
        "营销后毛利",
        "margin after marketing",
        signed=False,
        of=("incremental.margin_fen", "margin_fen"),
    ),
    Increment("marketing_fen", marketing_fen, "fen", "营销花费（现金）", "marketing spend, cash", "less"),
    Increment(
        "promotion_fen", promotion_fen, "fen", "活动总投入（含让价与券）", "full promotion cost", "less"
    ),
    Increment(
        "roi",
        roi,
        "ratio",
        "增量毛利÷增量现金花费",
        "margin added per marketing added",
        "more",
        "增加的现金花费",
        "marketing added",
        signed=False,
        of=("incremental.margin_fen", "incremental.marketing_fen"),
    ),
    Increment(
        "roi_full",
        roi_full,
        "ratio",
        "增量毛利÷增量总投入",
        "margin added per full cost added",
        "more",
        "增加的总投入",
        "full promotion cost added",
        signed=False,
        of=("incremental.margin_fen", "incremental.promotion_fen"),
    ),
    Increment(
        "cost_per_buyer_fen",
        cost_per_buyer_fen,
        "fen",
        "每增一位购买者的现金花费",
        "marketing per buyer added",
        "less",
        "增加的购买人数",
        "buyers added",
        signed=False,
        of=("incremental.marketing_fen", "incremental.buyers"),
    ),
    Increment(
        "cost_per_buyer_full_fen",
        cost_per_buyer_full_fen,
        "fen",
        "每增一位购买者的总投入",
        "full cost per buyer added",
        "less",
        "增加的购买人数",
        "buyers added",
        signed=False,
        of=("incremental.promotion_fen", "incremental.buyers"),
    ),
    Increment(
        "cost_per_new_customer_fen",
        cost_per_new_customer_fen,
        "fen",
        "每增一位新客的现金花费",
        "marketing per new customer added",
        "less",
        "增加的新客",
        "new customers added",
        signed=False,
        of=("incremental.marketing_fen", "incremental.new_customers"),
    ),
    Increment(
        "cost_per_new_customer_full_fen",
        cost_per_new_customer_full_fen,
        "fen",
        "每增一位新客的总投入",
        "full cost per new customer added",
        "less",
        "增加的新客",
        "new customers added",
        signed=False,
        of=("incremental.promotion_fen", "incremental.new_customers"),
    ),
    Increment(
        "buyers_in_both",
        buyers_in_both,
        "members",
        "本来也会购买者",
        "buyers who would have bought anyway",
        "neither",
        signed=False,
    ),
    Increment(
        "buyers_in_both_share",
        buyers_in_both_share,
        "share",
        "本来也会购买者占比",
        "share who would have bought anyway",
        "less",
        "购买人数",
        "buyers",
        signed=False,
        of=("incremental.buyers_in_both", "buyers"),
    ),
    Increment(
        "pulled_forward_buyers",
        pulled_forward_buyers,
        "members",
        "提前购买者",
        "buyers who buy earlier",
        "neither",
        signed=False,
    ),
    Increment(
        "pulled_forward_share",
        pulled_forward_share,
        "share",
        "提前购买者占比",
        "share who buy earlier",
        "neither",
        "购买人数",
        "buyers",
        signed=False,
        of=("incremental.pulled_forward_buyers", "buyers"),
    ),
    Increment("lost_buyers", lost_buyers, "members", "流失的购买者", "buyers lost", "less", signed=False),
    Increment(
        "given_to_both_share",
        given_to_both_share,
        "share",
        "佣金与券给了本来也会购买者的占比",
        "commission and coupons for who would have bought anyway",
        "less",
        "佣金与券",
        "commission and coupons",
        signed=False,
    ),
)
"""In the order in which summaries list them: what was added, what it cost, who would have come anyway."""
