"""Where each measure's definition comes from: a standard or the trade's use of the word, or this project.

Names of measures as in `sim.metrics.registry`, increments as `incremental.name`. A source is what the
definition follows; where a measure departs from it, its docstring says how.
"""

from __future__ import annotations

OWN = "Shapan's own, no standard"
"""Defined here: no standard is known to us that counts this."""

COUNT = "a count of events, no standard"
"""Says how often something in the model happened: there is nothing to define but the event."""

MEDIA = "reach, impressions and frequency of a media plan: Farris et al., Marketing Metrics (2010), ch. 9"
CLICKS = "click-through and conversion rates: Farris et al., Marketing Metrics (2010), ch. 9"
MAIL = "e-mail marketing: opened ÷ delivered, unsubscribed; here of who read, see the definition"
SYCM = "生意参谋 (Alibaba's Business Advisor): 访客数, 支付金额, 支付买家数, 客单价 = 支付金额 ÷ 支付买家数"
UV = "生意参谋: UV价值 = 支付金额 ÷ 访客数, refunds not taken off, a visitor counted once"
RETAIL = "retail: 笔单价 = 支付金额 ÷ 订单数, 件单价 = 支付金额 ÷ 件数, 连带率 = 件数 ÷ 订单数"
REPEAT = "复购率 and 回购率 of e-commerce, e.g. blog.youkuaiyun.com/joe_lee1/article/details/105727822"
REFUNDS = "退款率 and 退货率 of Chinese platforms, refunds ÷ orders; unfilled groups apart is Shapan's own"
SURVIVAL = "Kaplan and Meier 1958, Nonparametric estimation from incomplete observations, JASA 53"
VIRAL = (
    "K = invites × conversion and cycle time of viral marketing: en.wikipedia.org/wiki/K-factor_(marketing)"
)
REPRODUCTION = "reproduction number of epidemiology, by generation"
CASCADES = "Goel, Watts and Goldstein 2012, The structure of online diffusion networks (EC'12)"
VIRALITY = "Goel, Anderson, Hofman and Watts 2016, The structural virality of online diffusion, Mgmt Sci 62"
LAST_TOUCH = "last-touch attribution: whoever was read last is credited"
MARGIN = "contribution margin: Farris et al., Marketing Metrics (2010), ch. 3"
PROMOTION = "promotional ROI (UpClear): price subsidies are trade spend"
INCREMENTAL = "incremental profit and volume over a baseline (NielsenIQ, UpClear)"
ROAS = "return on ad spend; 直通车: 投入产出比 = 成交额 ÷ 花费"
EXPENSE = "费销比: 营销费用 ÷ 销售额"
CAC = "customer acquisition cost: spend ÷ new customers, Farris et al., Marketing Metrics (2010), ch. 5"
LTV = "value and payback of a cohort, observed to date; customer value: Farris et al. (2010), ch. 5"
REDEMPTION = "核销率, coupon redemption rate: Farris et al., Marketing Metrics (2010), ch. 8"
PANTRY = "pantry loading, post-promotion dip (StrataCPG, CPG Scout)"
GINI = "Gini coefficient, zero incomes included"
RETENTION = "N-day retention by a chosen action, calendar days: amplitude.com/docs, Retention Analysis"
CASH = "lowest point of a cash-flow forecast (peak funding need)"
RUSH = "peak load of a server; 售罄用时 of a flash sale, from the opening of the round"

_BY_SOURCE: dict[str, str] = {
    MEDIA: "reached reach_share exposures exposures_per_reached reached_by_frequency reach_share_by_segment "
    "exposures_by_channel",
    CLICKS: "considered consider_rate conversion_of_readers conversion_of_reached conversion_of_members "
    "conversion_of_messages conversion_by_channel conversion_by_segment",
    MAIL: "read_rate opt_out_share",
    SYCM: "considering ordering orders_placed orders_paid payment_rate sales_per_buyer_fen gross_fen "
    "new_customers old_customers",
    UV: "uv_value_fen",
    RETAIL: "order_value_fen units_sold unit_value_fen units_per_order",
    REPEAT: "repeat_rate repurchase_rate",
    REFUNDS: "orders_refunded refund_rate unfilled_refund_rate return_rate refunds_fen net_fen",
    SURVIVAL: "hours_to_fill_median hours_to_fill_p90",
    VIRAL: "invites_per_customer invite_conversion k_factor cycle_hours_median",
    REPRODUCTION: "k_factor_by_generation",
    CASCADES: "cascades cascade_singleton_share cascade_size_mean cascade_size_max cascade_depth_max "
    "acts_beyond_first_step_share",
    VIRALITY: "structural_virality_mean structural_virality_large_median structural_virality_large_p90",
    LAST_TOUCH: "sales_share_by_source",
    MARGIN: "margin_fen margin_share spending_fen",
    PROMOTION: "price_cuts_fen coupon_cost_fen promotion_fen roi_full acquisition_cost_full_fen "
    "sales_to_promotion incremental.promotion_fen incremental.roi_full incremental.cost_per_buyer_full_fen "
    "incremental.cost_per_new_customer_full_fen",
    INCREMENTAL: "incremental.reached incremental.buyers incremental.new_customers incremental.orders "
    "incremental.net_fen incremental.margin_fen incremental.margin_share incremental.marketing_fen "
    "incremental.roi incremental.cost_per_buyer_fen incremental.cost_per_new_customer_fen "
    "incremental.buyers_in_both incremental.buyers_in_both_share incremental.lost_buyers",
    ROAS: "sales_to_spend roi marketing_fen",
    EXPENSE: "spend_share promotion_share commission_share",
    CAC: "acquisition_cost_fen",
    LTV: "new_customer_margin_fen ltv_to_date_fen ltv_d7_fen ltv_d30_fen ltv_to_cac payback_days "
    "ltv_by_cohort_fen",
    REDEMPTION: "coupons_granted coupons_used coupon_redemption_rate coupon_discount_fen",
    PANTRY: "incremental.pulled_forward_buyers incremental.pulled_forward_share",
    GINI: "commission_gini",
    RETENTION: "active_members active_share retention_d1 retention_d7 retention_d30",
    CASH: "cash_lowest_fen",
    RUSH: "rounds_sold_out_share seconds_to_sold_out_median orders_per_minute_peak hours_to_peak_minute",
    COUNT: "members delivered unpaid_holds oversold disappointed disappointed_by_reason reservations "
    "cancelled_by_reason stock_min stock_min_by_product groups_opened groups_succeeded groups_failed "
    "groups_undecided groups_virtually_filled groups_failed_by_reason joiners joins_from_list "
    "joiners_by_channel sends senders chats_muted chats_left opted_out chats_dead budget_short distributors "
    "commission_fen joining_fees_fen",
    OWN: "visitors visits readers orders_standing buyers hours_to_half_of_buyers gross_after_success_fen "
    "group_success_rate group_success_of_opened grouped_share_of_visitors joins_from_list_share "
    "joiners_new_share share_rate sends_per_buyer brought_by_others_share cascades_large "
    "reading_retention members_muting_share chats_dead_share rating_mean commission_uncollected_fen "
    "distributors_earning_nothing_share distributors_out_of_pocket_share commission_by_fate_fen "
    "incremental.given_to_both_share",
}

SOURCES: dict[str, str] = {name: source for source, names in _BY_SOURCE.items() for name in names.split()}
"""Full name of a measure -> where its definition comes from."""
