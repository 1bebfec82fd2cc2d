"""The one list of metrics: what summaries, comparisons, the app and the documentation go by.

A metric's function says in its docstring exactly what it counts; the labels and denominators here are
for people. Metrics are measured on a `TableView`: of the rows up to the horizon, or of all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.metrics import activity, funnel, groups, money, orders, spread
from sim.metrics.view import TableView

Number = int | float | None
"""A measured value; None where the denominator is 0 or nothing was there to measure."""


@dataclass(frozen=True)
class Metric:
    """One number of a run.

    Attributes:
        name: stable key in `summary.json`; ends in its unit for money (`_fen`).
        function: measures it.
        unit: members, orders, groups, messages, times, chats, cascades, items, steps, fen, hours, share (a
            part of 1), or ratio.
        zh: Chinese label.
        en: English label.
        per_zh: its denominator in Chinese; empty for what is not a quotient.
        per_en: the same in English.
        needs_messages: asks who told whom, which an outcomes table does not say.
    """

    name: str
    function: Callable[[TableView], Number]
    unit: str
    zh: str
    en: str
    per_zh: str = ""
    per_en: str = ""
    needs_messages: bool = False


@dataclass(frozen=True)
class Breakdown:
    """Numbers of a run by channel, reason or the like; keys `name.part` in `summary.json`.

    Attributes are those of `Metric`; `function` gives a number for each part. parts: of one that needs the
    messages, the parts it would have.
    """

    name: str
    function: Callable[[TableView], Mapping[str, Number]]
    unit: str
    zh: str
    en: str
    per_zh: str = ""
    per_en: str = ""
    needs_messages: bool = False
    parts: tuple[str, ...] = ()


METRICS: tuple[Metric, ...] = (
    # the funnel
    Metric("members", funnel.members, "members", "成员", "members"),
    Metric("reached", funnel.reached, "members", "触达人数", "members reached"),
    Metric("reach_share", funnel.reach_share, "share", "触达率", "reach", "成员", "members"),
    Metric("exposures", funnel.exposures, "times", "曝光次数", "exposures"),
    Metric(
        "exposures_per_reached",
        funnel.exposures_per_reached,
        "ratio",
        "人均曝光",
        "exposures per person",
        "触达人数",
        "members reached",
    ),
    Metric("delivered", funnel.delivered, "messages", "消息送达", "messages delivered"),
    Metric("read_rate", funnel.read_rate, "share", "阅读率", "read rate", "消息送达", "messages delivered"),
    Metric("considering", funnel.considering, "members", "点击人数", "members who looked closer"),
    Metric("ordering", funnel.ordering, "members", "下单人数", "members who ordered"),
    Metric("considered", funnel.considered, "times", "点击查看", "click-throughs"),
    Metric(
        "consider_rate",
        funnel.consider_rate,
        "share",
        "点击率",
        "click-through rate",
        "曝光次数",
        "exposures",
    ),
    Metric(
        "conversion_of_readers",
        funnel.conversion_of_readers,
        "share",
        "转化率(按触达)",
        "conversion of readers",
        "触达人数",
        "members reached",
    ),
    Metric(
        "conversion_of_members",
        funnel.conversion_of_members,
        "share",
        "转化率(按成员)",
        "conversion of members",
        "成员",
        "members",
    ),
    Metric(
        "conversion_of_messages",
        funnel.conversion_of_messages,
        "share",
        "转化率(按消息)",
        "conversion of messages",
        "消息送达",
        "messages delivered",
    ),
    # orders
    Metric("orders_placed", orders.orders_placed, "orders", "下单数", "orders placed"),
    Metric("orders_paid", orders.orders_paid, "orders", "支付订单", "orders paid"),
    Metric("orders_standing", orders.orders_standing, "orders", "有效订单", "standing orders"),
    Metric("orders_refunded", orders.orders_refunded, "orders", "全额退款订单", "orders refunded"),
    Metric("refund_rate", orders.refund_rate, "share", "退款率", "refund rate", "支付订单", "orders paid"),
    Metric(
        "return_rate", orders.return_rate, "share", "退货率", "return rate", "签收订单", "orders received"
    ),
    Metric("payment_rate", orders.payment_rate, "share", "支付率", "payment rate", "下单数", "orders placed"),
    Metric("unpaid_holds", orders.unpaid_holds, "orders", "超时未付款订单", "unpaid holds released"),
    Metric(
        "order_value_fen", orders.order_value_fen, "fen", "客单价", "order value", "支付订单", "orders paid"
    ),
    Metric("buyers", orders.buyers, "members", "购买人数", "buyers"),
    Metric("new_customers", orders.new_customers, "members", "新客", "new customers"),
    Metric("old_customers", orders.old_customers, "members", "老客", "old customers"),
    Metric("repeat_rate", orders.repeat_rate, "share", "复购率", "repeat rate", "购买人数", "buyers"),
    Metric(
        "hours_to_half_of_buyers",
        orders.hours_to_half_of_buyers,
        "hours",
        "半数购买者用时",
        "time to half of buyers",
    ),
    Metric("stock_min", orders.stock_min, "items", "最低库存", "lowest stock"),
    Metric("oversold", orders.oversold, "orders", "超卖订单", "oversold orders"),
    Metric("hours_to_sold_out", orders.hours_to_sold_out, "hours", "售罄用时", "time to sold out"),
    Metric("disappointed", orders.disappointed, "times", "想买未得", "disappointed"),
    Metric("reservations", orders.reservations, "times", "预约提醒", "reminders asked for"),
    # groups
    Metric("groups_opened", groups.groups_opened, "groups", "开团数", "groups opened"),
    Metric("groups_succeeded", groups.groups_succeeded, "groups", "成团数", "groups succeeded"),
    Metric("groups_failed", groups.groups_failed, "groups", "失败团数", "groups failed"),
    Metric("groups_undecided", groups.groups_undecided, "groups", "未决团数", "groups undecided"),
    Metric(
        "groups_virtually_filled",
        groups.groups_virtually_filled,
        "groups",
        "模拟成团数",
        "groups virtually filled",
    ),
    Metric(
        "group_success_rate",
        groups.group_success_rate,
        "share",
        "成团率",
        "group success",
        "已决团数(成团 + 失败)",
        "groups decided (succeeded + failed)",
    ),
    Metric(
        "group_success_of_opened",
        groups.group_success_of_opened,
        "share",
        "成团率(按开团)",
        "group success of opened",
        "开团数",
        "groups opened",
    ),
    Metric(
        "grouped_share_of_visitors",
        groups.grouped_share_of_visitors,
        "share",
        "成团率(按访客)",
        "grouped visitors",
        "看过拼团商品的访客",
        "visitors of group-buy products",
    ),
    Metric(
        "hours_to_fill_median",
        groups.hours_to_fill_median,
        "hours",
        "成团用时(中位数)",
        "time to fill, median",
    ),
    Metric(
        "hours_to_fill_p90",
        groups.hours_to_fill_p90,
        "hours",
        "成团用时(九成)",
        "time to fill, nine in ten",
    ),
    Metric("joiners", groups.joiners, "times", "参团人次", "seats joined"),
    Metric(
        "joiners_new_share",
        groups.joiners_new_share,
        "share",
        "参团新客占比",
        "new customers among joiners",
        "参团人次",
        "seats joined",
    ),
    # spread
    Metric("sends", spread.sends, "times", "分享次数", "sends"),
    Metric("senders", spread.senders, "members", "分享人数", "senders"),
    Metric(
        "share_rate",
        spread.share_rate,
        "share",
        "分享率",
        "share rate",
        "看过或分享过的成员",
        "members who read or sent",
    ),
    Metric(
        "sends_per_buyer",
        spread.sends_per_buyer,
        "ratio",
        "付款后人均分享",
        "sends after paying",
        "付过款的成员",
        "members who have paid",
    ),
    Metric(
        "k_factor",
        spread.k_factor,
        "ratio",
        "K 因子",
        "K-factor",
        "行动者人次",
        "people who acted",
        needs_messages=True,
    ),
    Metric("cascades", spread.cascades, "cascades", "传播链数", "cascades", needs_messages=True),
    Metric(
        "cascade_singleton_share",
        spread.cascade_singleton_share,
        "share",
        "无人跟随的传播链占比",
        "cascades nobody followed",
        "传播链数",
        "cascades",
        needs_messages=True,
    ),
    Metric(
        "cascade_size_mean",
        spread.cascade_size_mean,
        "ratio",
        "传播链平均人数",
        "mean cascade size",
        "传播链数",
        "cascades",
        needs_messages=True,
    ),
    Metric(
        "cascade_size_max",
        spread.cascade_size_max,
        "members",
        "最大传播链人数",
        "largest cascade",
        needs_messages=True,
    ),
    Metric(
        "cascade_depth_max",
        spread.cascade_depth_max,
        "steps",
        "最深传播层数",
        "deepest cascade",
        needs_messages=True,
    ),
    Metric(
        "structural_virality_mean",
        spread.structural_virality_mean,
        "ratio",
        "平均结构病毒性",
        "mean structural virality",
        "两人及以上的传播链",
        "cascades of two or more",
        needs_messages=True,
    ),
    # money
    Metric("gross_fen", money.gross_fen, "fen", "成交额", "gross sales"),
    Metric("refunds_fen", money.refunds_fen, "fen", "退款额", "refunds"),
    Metric("net_fen", money.net_fen, "fen", "净销售额", "net sales"),
    Metric("margin_fen", money.margin_fen, "fen", "毛利(扣营销)", "margin after marketing"),
    Metric("margin_share", money.margin_share, "share", "毛利率", "margin share", "净销售额", "net sales"),
    Metric("marketing_fen", money.marketing_fen, "fen", "营销花费", "marketing spend"),
    Metric("budget_short", money.budget_short, "times", "预算不足未触达", "left out for want of budget"),
    Metric("roi", money.roi, "ratio", "投入产出比", "ROI", "营销花费", "marketing spend"),
    Metric(
        "acquisition_cost_fen",
        money.acquisition_cost_fen,
        "fen",
        "获客成本",
        "acquisition cost",
        "新客",
        "new customers",
    ),
    Metric("coupon_discount_fen", money.coupon_discount_fen, "fen", "优惠券抵扣", "coupon discounts"),
    Metric("commission_fen", money.commission_fen, "fen", "佣金", "commission"),
    Metric("distributors", money.distributors, "members", "分销员", "distributors"),
    Metric(
        "commission_uncollected_fen",
        money.commission_uncollected_fen,
        "fen",
        "未追回佣金",
        "commission not got back",
    ),
    Metric("commission_gini", money.commission_gini, "ratio", "佣金基尼系数", "Gini of commission"),
    Metric(
        "distributors_earning_nothing_share",
        money.distributors_earning_nothing_share,
        "share",
        "零收入分销员占比",
        "distributors earning nothing",
        "分销员",
        "distributors",
    ),
    # activity
    Metric("active_members", activity.active_members, "members", "活跃成员", "active members"),
    Metric("active_share", activity.active_share, "share", "活跃率", "active share", "成员", "members"),
    Metric(
        "retention",
        activity.retention,
        "share",
        "留存率",
        "retention",
        "首周阅读者",
        "readers of the first week",
    ),
    Metric("chats_muted", activity.chats_muted, "times", "屏蔽群次数", "chats muted"),
    Metric("chats_left", activity.chats_left, "times", "退群次数", "chats left"),
    Metric("opt_out_share", activity.opt_out_share, "share", "推送退订率", "push opt-out", "成员", "members"),
    Metric(
        "members_muting_share",
        activity.members_muting_share,
        "share",
        "屏蔽或退群成员占比",
        "members who muted or left",
        "成员",
        "members",
    ),
    Metric("chats_dead", activity.chats_dead, "chats", "死群数", "dead chats"),
    Metric(
        "chats_dead_share", activity.chats_dead_share, "share", "死群率", "dead chats share", "群", "chats"
    ),
    Metric("rating_mean", activity.rating_mean, "ratio", "平均评分", "mean rating", "评价", "reviews"),
)
"""Every scalar metric, in the order in which summaries list them."""

BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "exposures_by_channel",
        funnel.exposures_by_channel,
        "times",
        "各渠道曝光",
        "exposures by channel",
    ),
    Breakdown(
        "conversion_by_channel",
        funnel.conversion_by_channel,
        "share",
        "各渠道转化率",
        "conversion by channel",
        "经该渠道看过的人与商品",
        "pairs of member and product read through it",
    ),
    Breakdown(
        "reach_share_by_segment",
        funnel.reach_share_by_segment,
        "share",
        "各人群触达率",
        "reach by segment",
        "该人群成员",
        "members of the segment",
    ),
    Breakdown(
        "conversion_by_segment",
        funnel.conversion_by_segment,
        "share",
        "各人群转化率",
        "conversion by segment",
        "该人群触达人数",
        "members of the segment reached",
    ),
    Breakdown(
        "disappointed_by_reason",
        orders.disappointed_by_reason,
        "times",
        "想买未得的原因",
        "disappointed by reason",
    ),
    Breakdown(
        "cancelled_by_reason",
        orders.cancelled_by_reason,
        "orders",
        "订单取消原因",
        "orders cancelled by reason",
    ),
    Breakdown(
        "groups_failed_by_reason",
        groups.groups_failed_by_reason,
        "groups",
        "拼团失败原因",
        "groups failed by reason",
    ),
    Breakdown(
        "joiners_by_channel", groups.joiners_by_channel, "times", "参团来源", "seats joined by channel"
    ),
    Breakdown(
        "k_factor_by_generation",
        spread.k_factor_by_generation,
        "ratio",
        "各代 K 因子",
        "K-factor by generation",
        "本代人数",
        "people in the generation",
        needs_messages=True,
        parts=spread.GENERATIONS,
    ),
    Breakdown(
        "sales_share_by_source",
        spread.sales_share_by_source,
        "share",
        "销售来源占比",
        "share of sales by source",
        "有效订单支付额",
        "paid amount of standing orders",
    ),
    Breakdown("spending_fen", money.spending_fen, "fen", "花费明细", "spending by line"),
    Breakdown(
        "commission_by_fate_fen", money.commission_by_fate_fen, "fen", "佣金去向", "commission by fate"
    ),
)
"""Every metric that is a table of parts."""
