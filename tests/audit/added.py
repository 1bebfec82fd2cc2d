"""What the campaign added to the same without it."""

from __future__ import annotations

from . import money
from .events import MESSAGES, Events, members, share
from .funnel import Figures, over


def figures(campaign: Events, twin: Events) -> Figures:
    """The section `incremental`."""
    here, there = money.figures(campaign), money.figures(twin)
    gained = {
        name: here[name] - there[name] for name in ("net_fen", "margin_fen", "marketing_fen", "promotion_fen")
    }
    buyers = len(campaign.buyers) - len(twin.buyers)
    new = len(campaign.new_customers) - len(twin.new_customers)
    both = campaign.buyers & twin.buyers
    first_here, first_there = (one.standing.groupby("actor")["time_s"].min() for one in (campaign, twin))
    earlier = sum(first_here[who] < first_there[who] for who in both)
    heard_here, heard_there = (len(members(over(one.of("READ"), MESSAGES))) for one in (campaign, twin))
    return {
        "reached": heard_here - heard_there,
        "buyers": buyers,
        "new_customers": new,
        "orders": len(campaign.standing) - len(twin.standing),
        **gained,
        "margin_share": share(gained["margin_fen"], here["margin_fen"]) if here["margin_fen"] > 0 else None,
        "roi": share(gained["margin_fen"], gained["marketing_fen"]),
        "roi_full": share(gained["margin_fen"], gained["promotion_fen"]),
        "cost_per_buyer_fen": share(gained["marketing_fen"], max(buyers, 0)),
        "cost_per_buyer_full_fen": share(gained["promotion_fen"], max(buyers, 0)),
        "cost_per_new_customer_fen": share(gained["marketing_fen"], max(new, 0)),
        "cost_per_new_customer_full_fen": share(gained["promotion_fen"], max(new, 0)),
        "buyers_in_both": len(both),
        "buyers_in_both_share": share(len(both), len(campaign.buyers)),
        "pulled_forward_buyers": earlier,
        "pulled_forward_share": share(earlier, len(campaign.buyers)),
        "lost_buyers": len(twin.buyers - campaign.buyers),
        "given_to_both_share": _given_to(campaign, both),
    }


def _given_to(campaign: Events, both: set[int]) -> float | None:
    """Commission and coupons on kept orders, by whether the order's buyer would have bought anyway."""
    buyer = campaign.kept.set_index("order")["actor"]
    all_fen = both_fen = 0
    for name, sign in (("COUPON_USED", 1), ("COMMISSION_ACCRUED", 1), ("COMMISSION_REVERSED", -1)):
        rows = campaign.of(name)
        rows = rows[rows["order"].isin(buyer.index)]
        all_fen += sign * int(rows["amount_fen"].sum())
        both_fen += sign * int(rows.loc[rows["order"].map(buyer).isin(both), "amount_fen"].sum())
    return share(both_fen, all_fen)
