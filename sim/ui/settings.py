"""The main settings of a scenario: which ones the form shows, in which groups, and how people write them.

Everything else is set in the scenario's YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel

from sim.scenario.model import Scenario
from sim.text import Lang, Text
from sim.ui.cell import UNITS, CellError, Unit, number_in, numbers_in

Kind = Literal["number", "percent", "yuan", "numbers", "percents", "flag", "choice", "choices"]
"""How a value is written in the form. `percent` and `yuan` are shares and fen in the scenario; `choices` are
written one after another, with commas."""


@dataclass(frozen=True)
class Setting:
    """One value that can be changed in the form.

    Attributes:
        path: dotted path in the scenario, as `sets` takes it.
        label: what it is called, with its unit.
        kind: how it is written.
        value: as the scenario has it.
        optional: whether leaving it empty means "none".
        choices: the values of a `choice`, or those that `choices` are chosen from.
        help: what a planner may want to know of it, None for nothing.
    """

    path: str
    label: Text
    kind: Kind
    value: Any
    optional: bool = False
    choices: tuple[str, ...] = ()
    help: Text | None = None

    @property
    def unit(self) -> Unit:
        """What its numbers count."""
        if self.kind in ("yuan", "percent", "percents"):
            return UNITS[self.kind.removesuffix("s")]
        return UNITS[_COUNTED.get(self.path.rpartition(".")[2], "none")]


@dataclass(frozen=True)
class Row:
    """Settings of one thing among several of a kind, shown on one line; `title` names the thing."""

    title: Text
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Group:
    """Settings that belong together.

    Attributes:
        path: dotted path of what they belong to.
        title: its name.
        settings: its own.
        rows: those of its parts.
    """

    path: str
    title: Text
    settings: tuple[Setting, ...]
    rows: tuple[Row, ...] = ()

    def all(self) -> Iterator[Setting]:
        """Every setting of the group."""
        yield from self.settings
        for row in self.rows:
            yield from row.settings


_Field = tuple[str, Kind, str, str]
"""Name in the scenario, kind, label in Chinese, label in English."""

GENERAL: tuple[_Field, ...] = (
    ("population.members", "number", "成员数", "Members"),
    ("run.horizon_days", "number", "天数", "Days"),
    ("run.washout_days", "number", "洗脱期（天）", "Washout (days)"),
    ("run.seed", "number", "随机种子", "Seed"),
)
"""What all designs of a comparison share."""

_MECHANICS: dict[str, tuple[_Field, ...]] = {
    "group_buy": (
        ("group_size", "number", "成团人数", "Group size"),
        ("window_hours", "number", "成团时效（小时）", "Window (hours)"),
        ("limit_per_member", "number", "每人限购（次）", "Limit a member"),
        ("leader_discount_fen", "yuan", "团长优惠（元）", "Leader discount (¥)"),
        ("leader_commission_share", "percent", "团长佣金（%）", "Leader commission (%)"),
        ("reward_after_return", "choice", "退货后的团长佣金", "Commission after returns"),
        ("virtual_fill", "choice", "模拟成团", "Virtual fill"),
        ("open_list", "flag", "开放凑团列表", "Open list"),
    ),
    "flash_sale": (
        ("start_hours", "numbers", "开场时刻（点）", "Start hours"),
        ("duration_hours", "number", "每场时长（小时）", "Duration (hours)"),
        ("limit_total", "number", "每人限购（件）", "Limit a member"),
        ("throughput_per_second", "number", "系统每秒可接单", "Orders a second"),
        ("bots", "number", "黄牛脚本（件/场）", "Bots (units a session)"),
        ("progress_start_share", "percent", "进度条起点（%）", "Progress bar from (%)"),
        ("reminders", "flag", "预约提醒", "Reminders"),
    ),
    "community_group_buy": (
        ("open_hour", "number", "开团时刻（点）", "Opens at (hour)"),
        ("cut_off_hour", "number", "截单时刻（点）", "Cut-off (hour)"),
        ("minimum_order_fen", "yuan", "每团起送额（元）", "Minimum a leader (¥)"),
        ("leader_posts_per_day", "number", "团长每日发布（条）", "Leader posts a day"),
    ),
    "commission": (
        ("rates", "percents", "各级佣金（%）", "Rates by level (%)"),
        ("recruit", "choice", "成为分销员", "Who may sell"),
        ("earns_on", "choices", "计佣的购买方式", "Ways that earn"),
        ("binding", "choice", "绑定关系", "Binding"),
        ("bindable", "choice", "可绑定的人", "Who can be bound"),
        ("binding_days", "number", "绑定有效期（天）", "Binding holds (days)"),
        ("freeze_days", "number", "冻结期（天）", "Freeze (days)"),
        ("invite_bonus_fen", "yuan", "拉新奖励（元/人）", "Bonus a recruit (¥)"),
        ("joining_fee_fen", "yuan", "加入费（元）", "Joining fee (¥)"),
        ("self_purchase", "flag", "自购返佣", "Own purchases"),
        ("clawback", "flag", "退货追回佣金", "Claw back"),
        ("debts_paid", "flag", "欠款会还", "Debts are paid"),
        ("allow_illegal", "flag", "允许违法（研究）", "Illegal, to study"),
    ),
    "referral": (
        ("rewards", "choice", "奖励对象", "Who is rewarded"),
        ("sender_fen", "yuan", "邀请人奖励（元）", "Sender's reward (¥)"),
        ("receiver_fen", "yuan", "被邀请人奖励（元）", "Receiver's reward (¥)"),
        ("when", "choice", "发放时点", "Paid at"),
        ("reward_after_return", "choice", "退货后的奖励", "Reward after returns"),
        ("daily_cap", "number", "每日上限（次）", "Cap a day"),
        ("new_customers_only", "flag", "仅限新客", "New ones only"),
    ),
    "coupon": (
        ("off_fen", "yuan", "减（元）", "Off (¥)"),
        ("off_share", "percent", "折扣（%）", "Off (%)"),
        ("threshold_fen", "yuan", "满（元）", "From (¥)"),
        ("threshold_on", "choice", "门槛与折扣的范围", "From and share are of"),
        ("back_after_return", "flag", "退货后返还优惠券", "Back after returns"),
        ("total", "number", "总量（张）", "Coupons in all"),
        ("valid_hours", "number", "有效期（小时）", "Valid (hours)"),
        ("audience_share", "percent", "领取比例（%）", "Share who get it (%)"),
    ),
    "kol_seeding": (
        ("count", "number", "人数", "People"),
        ("fee_fen", "yuan", "费用（元/人）", "Fee each (¥)"),
        ("commission_share", "percent", "带货佣金（%）", "Share of sales (%)"),
        ("posts", "number", "每人发布（篇）", "Posts each"),
        ("every_days", "number", "间隔（天）", "Every (days)"),
        ("format", "choice", "形式", "Format"),
        ("sample", "flag", "寄样", "Free sample"),
        ("disclosed", "flag", "标明“广告”", "Marked as ad"),
    ),
    "push": (
        ("hours", "numbers", "推送时刻（点）", "Hours of the day"),
        ("every_days", "number", "每隔（天）", "Every (days)"),
        ("audience_share", "percent", "推送人群（%）", "Audience (%)"),
        ("cost_fen_per_person", "yuan", "每人成本（元）", "Cost a person (¥)"),
    ),
    "friend_feed": (("opt_out_share", "percent", "关闭动态的成员（%）", "Members who switched it off (%)"),),
    "review_cash_back": (
        ("cash_fen", "yuan", "返现（元）", "Cash back (¥)"),
        ("lowest_rating", "number", "最低评分", "Lowest rating"),
        ("reward_after_return", "choice", "退货后的返现", "Cash after returns"),
        ("total", "number", "总量（份）", "In all"),
    ),
}
_HELP: dict[str, Text] = {
    "earns_on": Text(
        "Orders of the other ways earn no commission. In CRMEB flash sales and bargains never earn, "
        "group-buys only where the group-buy says so.",
        "其他方式的订单不计佣金。CRMEB 中秒杀与砍价不返佣，拼团须在活动里开启返佣。",
    ),
    "binding": Text(
        "New ones only and all: by a purchase. First click: by the first message read (CRMEB: permanent, or "
        "for some days). Last click: whoever was read last (CRMEB: temporary; yudao: override).",
        "仅新客、全部：购买时绑定。首次点击：读到的第一条消息即绑定（CRMEB 的永久绑定或有效期绑定）。"
        "末次点击：以最后读到的为准（CRMEB 的临时绑定，芋道的覆盖绑定）。",
    ),
    "bindable": Text(
        "Never ordered stands for new users, as nobody registers here (CRMEB: new users; yudao: on "
        "registering).",
        "这里没有注册，“从未下单”相当于新用户（CRMEB 的新用户绑定，芋道的注册绑定）。",
    ),
    "binding_days": Text(
        "Afterwards one can be bound anew; empty: for good. In CRMEB the time of binding for some days.",
        "过期后可重新绑定；留空为永久。即 CRMEB 有效期绑定的天数。",
    ),
    "clawback": Text(
        "Commission paid on an order that is sent back is asked for again: from the balance, then from what "
        "is earned later.",
        "已发佣金的订单退货后要求退回：先扣余额，再从以后的佣金中扣。",
    ),
    "debts_paid": Text(
        "What was withdrawn by then is paid back in cash. Off: it is lost unless more is earned.",
        "届时已提现的部分以现金归还。关闭时，除非以后再有佣金，否则追不回。",
    ),
    "washout_days": Text(
        "Days after the campaign in which no offer is open: they show what it took from later days.",
        "活动结束后没有任何优惠的天数：可看到活动提前透支了多少后续购买。",
    ),
    "threshold_on": Text(
        "What must reach the threshold, and what a share is off: all goods of the order (满减, as on most "
        "platforms), or one unit (assumption). Who is short of it may take what is missing.",
        "达到门槛、计算折扣的是整单商品（多数平台的满减），还是单件商品（假设）。差一点的买家可能凑单。",
    ),
    "back_after_return": Text(
        "Goods sent back bring back the coupon while it is valid (yudao: yes; CRMEB: not for paid orders).",
        "退货后，优惠券仍在有效期内则返还（芋道返还；CRMEB 已付款的订单不返还）。",
    ),
    "reward_after_return": Text(
        "What becomes of a reward when the goods go back: it stays paid; it is taken back, worked out anew "
        "on what is left; or it is paid only when nothing can come back any more. Which platform does which "
        "is not known (assumption).",
        "退货后奖励不追回；按剩余部分重新计算并追回；或退货期满后才发放。各平台做法未见资料（假设）。",
    ),
}
"""What is said of a setting, by its name."""
_PRICED: tuple[_Field, ...] = (
    ("price_fen", "yuan", "活动价（元）", "Offer price (¥)"),
    ("quota", "number", "名额", "Quota"),
)
_PRODUCT: tuple[_Field, ...] = (
    ("list_price_fen", "yuan", "原价（元）", "List price (¥)"),
    ("cost_fen", "yuan", "成本（元）", "Cost (¥)"),
    ("stock", "number", "库存", "Stock"),
)
_KOL_TIER: tuple[_Field, ...] = (
    ("count", "number", "人数", "People"),
    ("followers_share", "percent", "粉丝占比（%）", "Followers (% of members)"),
)
_DISTRIBUTORS: tuple[_Field, ...] = (
    ("share", "percent", "占成员（%）", "Share of members (%)"),
    ("posts_per_day", "number", "每日发布（条）", "Posts a day"),
)

_COUNTED = {
    "members": "people", "horizon_days": "days", "washout_days": "days", "group_size": "people",
    "window_hours": "hours",
    "limit_per_member": "times", "start_hours": "clock", "duration_hours": "hours", "limit_total": "pieces",
    "throughput_per_second": "orders", "bots": "pieces", "open_hour": "clock", "cut_off_hour": "clock",
    "leader_posts_per_day": "posts", "freeze_days": "days", "daily_cap": "times", "total": "coupons",
    "valid_hours": "hours", "count": "people", "posts": "posts", "every_days": "days", "hours": "clock",
    "lowest_rating": "stars", "quota": "pieces", "stock": "pieces", "posts_per_day": "posts",
}  # fmt: skip
"""Name in the scenario -> what it counts, see `UNITS`; others are bare numbers."""


def setting_groups(scenario: Scenario) -> tuple[Group, ...]:
    """The main settings of a scenario: its mechanics, its pushes, who sells, and the goods."""
    names = {product.id: _name(product) for product in scenario.products}
    groups = []
    for offer in scenario.offers:
        place = "operator.schedule" if offer.type == "push" else "mechanics"
        path = f"{place}.{offer.id}"
        rows = (
            Row(names[one.id], _settings(one, f"{path}.prices.{one.id}", _PRICED))
            for one in getattr(offer, "prices", ())
        )
        groups.append(
            Group(path, _name(offer), _settings(offer, path, _MECHANICS.get(offer.type, ())), tuple(rows))
        )
    roles = [
        Row(_name(tier), _settings(tier, f"roles.kols.{tier.id}", _KOL_TIER)) for tier in scenario.roles.kols
    ]
    if scenario.roles.distributors.share:
        settings = _settings(scenario.roles.distributors, "roles.distributors", _DISTRIBUTORS)
        roles.append(Row(Text("Distributors", "分销员"), settings))
    if roles:
        groups.append(Group("roles", Text("Who sells and seeds", "达人与分销员"), (), tuple(roles)))
    products = (Row(_name(one), _settings(one, f"products.{one.id}", _PRODUCT)) for one in scenario.products)
    groups.append(Group("products", Text("Products", "商品"), (), tuple(products)))
    return tuple(groups)


def general_settings(scenario: Scenario) -> tuple[Setting, ...]:
    """What all designs of a comparison share: members, days, seed."""
    settings: list[Setting] = []
    for path, kind, zh, en in GENERAL:
        part, name = path.split(".")
        settings += _settings(getattr(scenario, part), part, ((name, kind, zh, en),))
    return tuple(settings)


def written(setting: Setting, value: Any) -> str:
    """A value as the form shows it; empty for none.

    What cannot be converted is shown as it is, so that it is said to be wrong where it stands.
    """
    if value is None:
        return ""
    if setting.kind in ("numbers", "percents") and isinstance(value, (list, tuple)):
        return ", ".join(_scaled(one, setting.unit) for one in value)
    return ", ".join(value) if setting.kind == "choices" else _scaled(value, setting.unit)


def parsed(setting: Setting, text: str) -> Any:
    """What the text of a field means in the scenario.

    Raises:
        CellError: it cannot be understood for certain.
    """
    if setting.kind in ("numbers", "percents"):
        return numbers_in(text, setting.unit)
    if setting.kind == "choices":
        return text.split(", ") if text else []
    if not text.strip():
        if setting.optional:
            return None
        raise CellError(Text("must not be empty", "不能为空"))
    return number_in(text, setting.unit)


def unchanged(setting: Setting, text: str) -> bool:
    """Whether the text of a field means what the scenario has, however it is written."""
    try:
        value = parsed(setting, text)
    except CellError:
        return False
    return bool(value == (list(setting.value) if isinstance(setting.value, tuple) else setting.value))


def named(part: Any, lang: Lang) -> str:
    """The name of a part of a scenario, or its id."""
    return str(getattr(part.name, lang) or part.id)


def _name(part: Any) -> Text:
    return Text(named(part, "en"), named(part, "zh"))


def _settings(part: BaseModel, path: str, fields: Iterable[_Field]) -> tuple[Setting, ...]:
    settings = []
    for name, kind, zh, en in fields:
        annotation = type(part).model_fields[name].annotation
        arguments = get_args(annotation)
        values = get_args(arguments[0]) if kind == "choices" else arguments if kind == "choice" else ()
        settings.append(
            Setting(
                path=f"{path}.{name}",
                label=Text(en, zh),
                kind=kind,
                value=getattr(part, name),
                optional=type(None) in arguments,
                choices=tuple(str(one) for one in values),
                help=_HELP.get(name),
            )
        )
    return tuple(settings)


def _scaled(value: Any, unit: Unit) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if unit is UNITS["percent"]:
        shown = f"{value * 100:.10g}"
        return f"{shown}%" if 0 < abs(value) < 0.01 else shown  # without the sign it would be asked
    if unit is UNITS["yuan"] and isinstance(value, int):
        yuan, fen = divmod(abs(value), 100)
        return f"{'-' if value < 0 else ''}{yuan}{f'.{fen:02d}' if fen else ''}"
    return f"{float(value / float(unit.factor)):.10g}" if isinstance(value, float) else str(value)
