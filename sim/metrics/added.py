"""What the campaign added: a run against the same people and chance without the campaign, both settled."""

from __future__ import annotations

from sim.metrics import money, orders
from sim.metrics.metric import Increment
from sim.metrics.view import TableView, ratio


def buyers(campaign: TableView, twin: TableView) -> int:
    """Buyers of the campaign less buyers without it."""
    return orders.buyers(campaign) - orders.buyers(twin)


def orders_standing(campaign: TableView, twin: TableView) -> int:
    """Standing orders of the campaign less those without it."""
    return orders.orders_standing(campaign) - orders.orders_standing(twin)


def net_fen(campaign: TableView, twin: TableView) -> int:
    """Net sales of the campaign less those without it."""
    return money.net_fen(campaign) - money.net_fen(twin)


def margin_fen(campaign: TableView, twin: TableView) -> int:
    """Margin of the campaign less that without it."""
    return money.margin_fen(campaign) - money.margin_fen(twin)


def marketing_fen(campaign: TableView, twin: TableView) -> int:
    """Marketing of the campaign less that without it."""
    return money.marketing_fen(campaign) - money.marketing_fen(twin)


def pulled_forward_buyers(campaign: TableView, twin: TableView) -> int:
    """Buyers of the campaign who also buy without it, and so would have bought anyway."""
    return int((campaign.buyers & twin.buyers).sum())


def pulled_forward_share(campaign: TableView, twin: TableView) -> float | None:
    """Buyers of the campaign who also buy without it / buyers of the campaign."""
    return ratio(pulled_forward_buyers(campaign, twin), orders.buyers(campaign))


def lost_buyers(campaign: TableView, twin: TableView) -> int:
    """Buyers without the campaign who do not buy in it."""
    return orders.buyers(twin) - pulled_forward_buyers(campaign, twin)


def roi(campaign: TableView, twin: TableView) -> float | None:
    """Margin added / marketing added."""
    return ratio(margin_fen(campaign, twin), marketing_fen(campaign, twin))


def cost_per_buyer_fen(campaign: TableView, twin: TableView) -> float | None:
    """Marketing added / buyers added; None unless the campaign added buyers."""
    gained = buyers(campaign, twin)
    return ratio(marketing_fen(campaign, twin), gained) if gained > 0 else None


INCREMENTS: tuple[Increment, ...] = (
    Increment("buyers", buyers, "members", "购买人数", "buyers", "more"),
    Increment("orders", orders_standing, "orders", "有效订单", "standing orders", "more"),
    Increment("net_fen", net_fen, "fen", "净销售额", "net sales", "more"),
    Increment("margin_fen", margin_fen, "fen", "毛利(扣营销)", "margin after marketing", "more"),
    Increment("marketing_fen", marketing_fen, "fen", "营销花费", "marketing spend", "less"),
    Increment(
        "pulled_forward_buyers",
        pulled_forward_buyers,
        "members",
        "本来也会购买者",
        "buyers who would have bought anyway",
        "neither",
        signed=False,
    ),
    Increment(
        "pulled_forward_share",
        pulled_forward_share,
        "share",
        "本来也会购买者占比",
        "buyers who would have bought anyway",
        "less",
        "购买人数",
        "buyers",
        signed=False,
    ),
    Increment("lost_buyers", lost_buyers, "members", "流失的购买者", "buyers lost", "less", signed=False),
    Increment(
        "roi",
        roi,
        "ratio",
        "增量投入产出比",
        "margin added per marketing added",
        "more",
        "增加的营销花费",
        "marketing added",
        signed=False,
    ),
    Increment(
        "cost_per_buyer_fen",
        cost_per_buyer_fen,
        "fen",
        "每增一位购买者花费",
        "marketing per buyer added",
        "less",
        "增加的购买人数",
        "buyers added",
        signed=False,
    ),
)
