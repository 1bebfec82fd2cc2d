"""Money, three ways: what the campaign added, what it took in full, and what it took in cash.

*Incremental* is against the same without the campaign; *full* counts price cuts and the merchant's part of
coupons beside what is paid out; *cash* counts what is paid out alone. By cash a campaign of low prices looks
as if it cost nothing, so the incremental way stands first.
"""

from __future__ import annotations

from sim.text import Text

WAYS: tuple[Text, ...] = (
    Text("added by the campaign", "活动增量"),
    Text("full cost", "含让价与券"),
    Text("cash", "现金口径"),
)
"""The three ways, in their order."""

MONEY_ROWS: tuple[tuple[Text, tuple[str | None, str | None, str | None]], ...] = (
    (Text("cost", "花费"), ("incremental.promotion_fen", "promotion_fen", "marketing_fen")),
    (Text("net sales", "净销售额"), ("incremental.net_fen", "net_fen", "net_fen")),
    (Text("margin after marketing", "营销后毛利"), ("incremental.margin_fen", "margin_fen", "margin_fen")),
    (Text("margin per cost", "毛利÷花费"), ("incremental.roi_full", "roi_full", "roi")),
    (
        Text("gross sales per cost (ROAS)", "投入产出比（成交额÷花费）"),
        (None, "sales_to_promotion", "sales_to_spend"),
    ),
    (Text("cost to sales", "费销比"), (None, "promotion_share", "spend_share")),
    (Text("cost per buyer added", "每增一位购买者花费"), ("incremental.cost_per_buyer_full_fen", None, None)),
    (
        Text("cost per new customer", "获客成本"),
        (
            "incremental.cost_per_new_customer_full_fen",
            "acquisition_cost_full_fen",
            "acquisition_cost_fen",
        ),
    ),
)
"""Each row of the table: what it is, and the measure of each way; None where a way has none."""
