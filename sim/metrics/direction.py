"""Which way a measure is better: what comparisons, verdicts and rankings go by.

Whoever adds a measure says so here; a test holds every name to exactly one of the three.
"""

from __future__ import annotations

HIGHER_IS_BETTER = frozenset(
    {
        "reached", "reach_share", "read_rate", "considering", "ordering", "considered", "consider_rate",
        "conversion_of_readers", "conversion_of_members", "conversion_of_messages",
        "orders_placed", "orders_paid", "orders_standing", "payment_rate", "order_value_fen",
        "buyers", "new_customers", "repeat_rate", "reservations",
        "groups_opened", "groups_succeeded", "group_success_rate", "group_success_of_opened",
        "grouped_share_of_visitors", "joiners", "joiners_new_share",
        "senders", "share_rate", "k_factor", "cascade_size_mean", "cascade_size_max",
        "gross_fen", "net_fen", "margin_fen", "margin_share", "roi",
        "active_members", "active_share", "retention", "rating_mean",
        "conversion_by_channel", "reach_share_by_segment", "conversion_by_segment", "joiners_by_channel",
        "k_factor_by_generation",
        "incremental.buyers", "incremental.orders", "incremental.net_fen", "incremental.margin_fen",
        "incremental.roi",
    }
)  # fmt: skip
"""Of these the design with the most is the best."""

LOWER_IS_BETTER = frozenset(
    {
        "refunds_fen", "orders_refunded", "refund_rate", "return_rate", "unpaid_holds", "oversold",
        "disappointed", "groups_failed", "hours_to_fill_median", "hours_to_fill_p90",
        "acquisition_cost_fen", "marketing_fen", "commission_fen", "coupon_discount_fen", "budget_short",
        "commission_uncollected_fen", "commission_gini", "distributors_earning_nothing_share",
        "chats_muted", "chats_left", "chats_dead", "chats_dead_share", "opt_out_share",
        "members_muting_share",
        "disappointed_by_reason", "cancelled_by_reason", "groups_failed_by_reason",
        "incremental.cost_per_buyer_fen", "incremental.marketing_fen", "incremental.lost_buyers",
        "incremental.pulled_forward_share",
    }
)  # fmt: skip
"""Of these the one with the least."""

NEUTRAL = frozenset(
    {
        # what the community is, not what the design did
        "members", "old_customers",
        # pressure: more is more work, or more noise
        "exposures", "exposures_per_reached", "delivered", "sends", "sends_per_buyer",
        "exposures_by_channel",
        # when, and in what shape: neither early nor late, wide nor deep is better for every shop
        "hours_to_half_of_buyers", "hours_to_sold_out", "stock_min", "cascades", "cascade_singleton_share",
        "cascade_depth_max", "structural_virality_mean",
        # neither a success nor a failure yet, or one that the operator made up
        "groups_undecided", "groups_virtually_filled",
        # where it goes, of a sum that another measure judges
        "distributors", "sales_share_by_source", "spending_fen", "commission_by_fate_fen",
        "incremental.pulled_forward_buyers",
    }
)  # fmt: skip
"""Of these more is neither better nor worse."""


def higher_is_better(name: str) -> bool | None:
    """Which way a metric, a part of a breakdown (`name.part`) or an increment (`incremental.name`) is better.

    None: neither way.

    Raises:
        KeyError: there is no such measure.
    """
    whole = name if name.startswith("incremental.") else name.partition(".")[0]
    for names, answer in ((HIGHER_IS_BETTER, True), (LOWER_IS_BETTER, False), (NEUTRAL, None)):
        if whole in names:
            return answer
    raise KeyError(name)
