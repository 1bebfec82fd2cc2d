"""What the parts of a scenario are called on the page, for all that the form has no field for.

The name of a field in English is made of its name in the file; in Chinese it stands in `_ZH`.
"""

from __future__ import annotations

import re
from typing import Any

from sim.scenario.model import Scenario
from sim.text import Lang, Text

_ZH = {
    # the whole
    "schema_version": "格式版本", "id": "编号", "name": "名称", "zh": "中文", "en": "英文", "about": "说明",
    "products": "商品", "mechanics": "玩法", "operator": "运营", "schedule": "推送日历", "orders": "订单",
    "calendar": "日历", "population": "成员", "network": "社交网络", "communities": "社群", "chats": "群",
    "roles": "角色", "kols": "达人", "distributors": "分销员", "behaviour": "行为", "run": "运行",
    "budget_fen": "预算", "start": "开始日期", "horizon_days": "天数", "washout_days": "洗脱期",
    "seed": "随机种子", "members": "成员",
    # goods and orders
    "category": "品类", "list_price_fen": "原价", "reference_price_fen": "参照价",
    "reference_price_basis": "参照价依据", "cost_fen": "成本", "postage_fen": "邮费",
    "carriage_fen": "运费", "stock": "库存", "quality": "质量", "known_share": "口碑已知程度",
    "shareability": "易分享程度", "high_effort": "需要学习", "popularity": "受欢迎程度",
    "utility": "吸引力", "repurchase_days": "复购间隔", "delivery_days": "送达天数",
    "return_prob": "退货概率", "resellable": "退货可再售", "stock_deducted_on": "扣库存时点",
    "unpaid_timeout_minutes": "未付款保留时长", "oversell_guard": "防超卖", "payment_prob": "付款概率",
    "payment_delay_minutes": "付款耗时", "auto_receive_days": "自动收货", "refund_window_days": "退货期",
    "exclusive": "活动互斥", "stacking": "优惠叠加", "platform_fee_share": "支付手续费",
    "from_day": "开始日", "days": "持续天数", "session_factor": "打开次数倍数",
    # what all offers share
    "type": "类型", "prices": "活动价目", "price_fen": "活动价", "quota": "名额",
    "limit_per_member": "每人限购", "limit_per_order": "每单限购", "limit_total": "总限购",
    "audience": "人群", "segments": "人群分层", "audience_share": "人群占比", "channels": "渠道",
    "channel": "渠道", "hours": "时刻", "hour": "时刻", "every_days": "间隔天数", "every": "周期",
    "count": "人数", "person_share": "折合人数", "choose": "选人方式", "tiers": "达人层级", "total": "总量",
    "valid_hours": "有效期", "sharing": "分享意愿", "mention": "提到所有人",
    # group buying
    "group_size": "成团人数", "window_hours": "成团时效", "leader_discount_fen": "团长优惠",
    "leader_commission_share": "团长佣金", "virtual_fill": "模拟成团", "virtual_fill_share": "模拟成团比例",
    "open_list": "开放凑团列表", "mode": "拼团方式", "ladder": "阶梯价", "people": "人数",
    "min_new_customers": "至少新客人数", "new_customer_rule": "新客口径", "overflow": "满员后",
    "leader_quits": "团长退出后", "joinable_after_success": "成团后可再加入",
    "refund_before_success": "成团前可退款", "waiting_group": "等待成团", "preheat_hours": "预热时长",
    # flash sales
    "start_hours": "开场时刻", "duration_hours": "每场时长", "throughput_per_second": "系统每秒可接单",
    "bots": "黄牛脚本", "bot_seconds": "脚本下单耗时", "progress_bar": "进度条",
    "progress_start_share": "进度条起点", "reminders": "预约提醒", "reminder": "提醒",
    "remind_minutes": "提前提醒", "reminder_days": "提醒天数", "arrival_seconds": "到场时间",
    "patience_seconds": "等待耐心", "slows_sessions": "拥堵影响打开",
    # community buying
    "open_hour": "开团时刻", "cut_off_hour": "截单时刻", "minimum_order_fen": "每团起送额",
    "leader_posts_per_day": "团长每日发布", "leader_commission": "团长佣金阶梯", "arrival_hour": "到货时刻",
    "from_fen": "起算额", "delay_days": "延迟天数", "after_sales": "售后",
    # commission and referral
    "rates": "各级佣金", "recruit": "成为分销员", "freeze_days": "冻结期", "invite_bonus_fen": "拉新奖励",
    "invite_bonus_daily_cap": "拉新奖励每日上限", "joining_fee_fen": "加入费", "self_purchase": "自购返佣",
    "allow_illegal": "允许违法（研究）", "spent_fen": "消费门槛", "apply_prob": "申请概率",
    "base": "计算基数", "earns_on": "计佣的购买方式", "binding": "绑定关系", "bindable": "可绑定的人",
    "binding_days": "绑定有效期", "clawback": "退货追回佣金", "debts_paid": "欠款会还",
    "product_rates": "单品佣金",
    "last_click_days": "末次点击有效期", "withdraw_min_fen": "提现门槛", "withdraw_fee_share": "提现手续费",
    "bonus_rate": "团队奖比例", "downline_sales_fen": "下级销售额", "own_sales_fen": "本人销售额",
    "level_up": "升级", "ranking": "榜单", "prizes_fen": "奖金", "borne_by": "费用承担",
    "commission_share": "带货佣金", "rewards": "奖励对象", "sender_fen": "邀请人奖励",
    "receiver_fen": "被邀请人奖励", "daily_cap": "每日上限", "new_customers_only": "仅限新客",
    "lottery_prob": "中奖概率", "triggers": "触发条件", "when": "发放时点", "invites": "邀请",
    "period_hours": "统计周期", "restart_deadline": "重新计时", "times": "次数",
    # coupons, KOLs, pushes, feed, reviews
    "off_fen": "减额", "off_share": "折扣", "threshold_fen": "使用门槛",
    "threshold_on": "门槛与折扣的范围", "back_after_return": "退货后返还优惠券",
    "reward_after_return": "退货后的奖励", "fee_fen": "费用",
    "posts": "每人发布", "format": "形式", "sample": "寄样", "disclosed": "标明“广告”",
    "first_post_day": "首篇日", "fixed_fen": "固定费用", "followers_share": "粉丝占比",
    "credibility": "可信度", "credibility_half_life_hours": "可信度恢复半衰期",
    "credibility_wear": "可信度损耗", "niche": "擅长品类", "public_pool": "公域流量",
    "public_pool_growth": "公域流量增长", "charm": "感染力", "cost_fen_per_person": "每人成本",
    "per_push": "每次推送", "per_item": "每条", "per_member": "每人", "limited": "限量",
    "opt_out_share": "关闭动态的成员", "cash_fen": "返现", "lowest_rating": "最低评分",
    "review_prob": "评价概率", "budget_people": "预算人数", "second_level_share": "二级占比",
    "posts_per_day": "每日发布", "expectation_fen_per_week": "每周预期收入", "effort_step": "投入调整幅度",
    "dormant_below_per_day": "休眠线（每日发布）", "share": "占比", "kol_post": "达人发布", "push": "推送",
    # people, network, chats
    "sessions_per_day": "每日打开次数", "attention_items": "每次看的条数", "browse_per_day": "每日自己逛店",
    "browse": "自己逛店", "price_coefficient": "价格敏感度", "price_coefficient_sigma": "价格敏感度离散",
    "trust": "信任", "trait_sigma": "个性离散", "conformity": "从众", "sharing_sigma": "分享意愿离散",
    "privacy": "隐私顾虑", "tolerance_items": "容忍条数", "old_customer_share": "老客占比",
    "hour_profile": "一天中的活跃", "weekend_factor": "周末倍数", "median_degree": "好友数中位数",
    "degree_sigma": "好友数离散", "communities_per_member": "每人圈子数", "inside_share": "圈内好友占比",
    "community_density": "圈子紧密度", "sorting": "同类相聚", "follow_mean": "平均关注数", "kind": "类别",
    "size_mean": "平均人数", "memberships_per_member": "每人加入群数",
    "value_posts_per_day": "每日有用内容", "step": "增减", "chats_limit": "群数上限", "community": "社区",
    # behaviour
    "staple": "日用", "interest": "兴趣", "content": "内容", "private": "私聊", "chat": "群聊",
    "moments": "朋友圈", "public": "公域", "own_need": "自己要用", "at": "位置", "prob": "概率",
    "points": "各点", "argument": "自变量", "low_effort": "低门槛", "buy_alone": "单独买",
    "open_group": "开团", "join_group": "参团", "join_listed": "参加陌生人的团", "flash": "抢购",
    "taste_persistence": "口味持续", "homophily": "口味相近", "source_step": "来源影响",
    "tie_slope": "亲密度影响", "tie_weight": "亲密度权重", "advertising_share": "广告折扣",
    "rewarded_share": "有奖分享折扣", "incentive": "激励", "response": "对他人购买的反应",
    "quality_weight": "口碑权重", "deciding": "决定", "effort": "费事程度", "fatigue": "疲劳",
    "fatigue_weight": "疲劳权重", "satisfaction": "满意", "satisfaction_sigma": "满意离散",
    "dissatisfied_return_prob": "不满意退货概率", "return_delay_days": "退货延迟",
    "stockpile_units": "囤货件数", "half_life_hours": "半衰期", "staleness": "过时", "scarcity": "稀缺感",
    "urgency": "紧迫感", "bought": "买过", "intercept": "基础值", "reward_jump": "有奖的影响",
    "reward_slope": "奖励大小的影响", "reward_tie_shift": "奖励与亲密度", "social_cost": "人情成本",
    "mention_prob": "提到概率", "quit_prob": "退出概率", "leave_at": "退群线",
    "chat_dies_below": "群沉寂线", "value_content": "有用内容", "value_item_heals": "有用内容的缓解",
    "shares_as_buyer": "买家分享倾向", "liked_margin": "喜欢的余量", "liking": "喜欢",
    "consider_margin": "细看的余量", "unknown_quality_penalty": "质量未知的折扣",
    "wallet_per_30_days_fen": "每 30 天预算", "fill_prior": "成团预期",
    "fill_prior_groups": "成团预期的团数", "guess_weight": "猜测权重", "guess_noise_sigma": "猜测误差",
    "price_won_fit": "价格影响拟合", "reference_adaptation": "参照价调整",
    "route_taste_sigma": "购买方式偏好离散", "limit_per_member_day": "每人每日上限",
    "private_limit": "私聊人数上限",
}  # fmt: skip

_EN = {"id": "id", "zh": "Chinese", "en": "English", "kols": "KOLs", "rates": "rates by level"}
"""Names that do not make themselves."""

_UNITS = {
    "_fen": ("", ""),
    "_hours": (" (hours)", "（小时）"),
    "_days": (" (days)", "（天）"),
    "_minutes": (" (minutes)", "（分钟）"),
    "_seconds": (" (seconds)", "（秒）"),
    "_per_day": (" a day", ""),
    "_share": ("", ""),
    "_prob": (" (probability)", ""),
    "_sigma": (" (spread)", ""),
}
"""How a field's name ends -> what is said of it, in English and Chinese."""

CHOICES: dict[str, Text] = {
    "off": Text("off", "关闭"),
    "at_expiry": Text("when time is up", "到期补齐"),
    "any": Text("always", "总是补齐"),
    "everyone": Text("everyone", "所有人"),
    "apply": Text("on application", "申请成为"),
    "spent": Text("after spending", "消费满额"),
    "designated": Text("chosen people", "指定人员"),
    "sender": Text("the sender", "邀请人"),
    "receiver": Text("the receiver", "被邀请人"),
    "both": Text("both", "双方"),
    "text": Text("text and pictures", "图文"),
    "short_video": Text("short video", "短视频"),
    "live": Text("live stream", "直播"),
    "kept": Text("stays paid", "不追回"),
    "taken_back": Text("taken back", "追回"),
    "paid_when_final": Text("paid when final", "退货期满才发放"),
    "all_goods": Text("the order's goods", "整单商品"),
    "one_unit": Text("one unit", "单件商品"),
    "order": Text("order", "下单"),
    "payment": Text("payment", "付款"),
    "kols": Text("the KOLs", "达人"),
    "random": Text("at random", "随机"),
    "by_degree": Text("most friends first", "好友多者优先"),
    "fringe": Text("the fringe", "边缘成员"),
    "bridges": Text("bridges", "桥接成员"),
    "members": Text("named members", "指定成员"),
    "normal": Text("plain", "普通团"),
    "pull_new": Text("for new customers", "拉新团"),
    "ladder": Text("ladder", "阶梯团"),
    "never_paid": Text("never paid", "从未付款"),
    "no_order": Text("no order yet", "从未下单"),
    "registered_after_leader_paid": Text("joined after the leader paid", "团长付款后注册"),
    "refund": Text("refund", "退款"),
    "join_another": Text("join another group", "转入他团"),
    "open_new": Text("open a new group", "另开新团"),
    "next_joiner": Text("the next one leads", "下一位接任"),
    "dissolve": Text("the group ends", "解散"),
    "buyers": Text("buyers", "买过的人"),
    "not_buyers": Text("who has not bought", "没买过的人"),
    "segment": Text("segments", "指定分层"),
    "granted": Text("given", "直接发放"),
    "claimed_on_reading": Text("claimed on reading", "看到后领取"),
    "newcomers": Text("newcomers", "新人"),
    "merchant": Text("the merchant", "商家"),
    "platform": Text("the platform", "平台"),
    "paid": Text("paid", "付款"),
    "received": Text("received", "收货"),
    "liked": Text("liked", "满意"),
    "paid_with_postage": Text("paid, with postage", "实付（含邮费）"),
    "list_price": Text("list price", "原价"),
    "new_only": Text("new ones only", "仅新客"),
    "all": Text("all", "全部"),
    "first_click": Text("first click", "首次点击"),
    "last_click": Text("last click", "末次点击"),
    "permanent": Text("first click, for good", "首次点击，永久"),
    "as_binding": Text("as the way of binding says", "随绑定方式"),
    "never_ordered": Text("never ordered", "从未下单"),
    "alone": Text("buying alone", "单独购买"),
    "weekly": Text("weekly", "每周"),
    "monthly": Text("monthly", "每月"),
    "lowest_prior_7_days": Text("lowest of the 7 days before", "前七日最低价"),
    "none": Text("none", "无"),
    "acquaintance": Text("acquaintances", "熟人群"),
    "interest": Text("interest", "兴趣"),
    "deal": Text("bargains", "优惠群"),
    "neighbourhood": Text("neighbours", "邻里群"),
    "staple": Text("staple", "日用"),
    "limited": Text("limited", "限量"),
    "content": Text("content", "内容"),
    "private": Text("private message", "私聊"),
    "chat": Text("chat", "群聊"),
    "moments": Text("moments", "朋友圈"),
    "coupon": Text("coupon", "优惠券"),
    "leader_discount": Text("leader discount", "团长优惠"),
    "flash": Text("flash sale", "秒杀"),
    "group": Text("group price", "拼团价"),
    "community": Text("community", "社区团购价"),
    "adopters": Text("adopters", "已购人数"),
    "constant": Text("constant", "常数"),
    "neighbour_weight": Text("weight of neighbours", "邻居权重"),
    "tie": Text("closeness", "亲密度"),
    "population_share": Text("share of all", "全体占比"),
    "friend_feed": Text("friends' feed", "好友动态"),
    "review_cash_back": Text("cash back for reviews", "评价返现"),
    "push": Text("push", "推送"),
    "kol_seeding": Text("KOL seeding", "达人种草"),
    "referral": Text("referral", "老带新"),
    "commission": Text("commission", "分销"),
    "community_group_buy": Text("community buying", "社区团购"),
    "flash_sale": Text("flash sale", "秒杀"),
    "group_buy": Text("group buying", "拼团"),
}
"""Names of the values of choices."""


def field_name(name: str) -> Text:
    """What a field is called; what has no Chinese name yet is called in English."""
    stem, units = name, ("", "")
    for end, (en, zh) in _UNITS.items():
        if name.endswith(end) and name != end[1:]:
            stem, units = name.removesuffix(end), (en, zh)
            break
    words = _EN.get(name, stem.replace("_", " "))
    english = words[:1].upper() + words[1:] + units[0]
    return Text(english, _ZH[name] + units[1] if name in _ZH else english)


def path_name(path: str, scenario: Scenario) -> Text:
    """What a place of a scenario is called: `Kitchen group › Window (hours)`, with the names of its parts.

    path: dotted, with ids for list items.
    """
    english: list[str] = []
    chinese: list[str] = []
    part: Any = scenario
    for step in path.split(".") if path else ():
        if isinstance(part, (tuple, list)):
            found = next((one for one in part if getattr(one, "id", None) == step), None)
            if found is None and step.isdigit() and int(step) < len(part):
                found, words = part[int(step)], Text(f"no. {int(step) + 1}", f"第 {int(step) + 1} 项")
            else:
                name = getattr(found, "name", None)
                words = Text(getattr(name, "en", "") or step, getattr(name, "zh", "") or step)
                del english[-1:], chinese[-1:]  # the thing's own name says which list it is in
            part = found
        else:
            part, words = getattr(part, step, None), field_name(step)
        english.append(words.en)
        chinese.append(words.zh)
    return Text(" › ".join(english), " › ".join(chinese))


def in_words(message: str, lang: Lang) -> str:
    """A message about a scenario with fields and choices by their names on the page."""

    def named(match: re.Match[str]) -> str:
        word = match[0].strip("`")
        last = word.rpartition(".")[2]
        quoted = message[max(0, match.start() - 1) : match.start()] == "'"
        if quoted and last in CHOICES:
            return CHOICES[last].get(lang)
        if lang == "zh" and last in _ZH:
            return _ZH[last]
        if "_" in last or "." in word:
            return field_name(last).get(lang).lower() if lang == "en" else field_name(last).zh
        return match[0]

    return re.sub(r"(?<![\w.@/-])`?[a-z]+(?:[_.][a-z0-9]+)*`?(?![\w@/-])", named, message)


def value_name(path: str, value: Any, lang: Lang) -> str:
    """A value of a field that the form does not have, as people read it; empty for none."""
    name = path.rpartition(".")[2]
    if isinstance(value, (list, tuple)):
        return ("、" if lang == "zh" else ", ").join(value_name(path, one, lang) for one in value)
    if isinstance(value, dict):
        comma, colon = ("，", " ") if lang == "zh" else (", ", " ")
        return comma.join(
            f"{field_name(str(key)).get(lang)}{colon}{value_name(str(key), one, lang)}"
            for key, one in value.items()
        )
    if isinstance(value, str):
        return CHOICES[value].get(lang) if value in CHOICES else value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if name.endswith("_fen") or "_fen_" in name:
            return f"¥{value / 100:,.2f}".removesuffix(".00")
        if name.endswith(("_share", "_prob")):
            return f"{value * 100:.10g}%"
        return f"{value:,.10g}"
    return "" if value is None else str(value)
