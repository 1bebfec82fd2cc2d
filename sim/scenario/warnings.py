"""What a planner should know about a valid scenario before launch.

Each rule is one function; `RULES` lists them all, those of `price_warnings`, `reach_warnings` and
`time_warnings` with them. The legal ones point to the rule they rest on and are
no legal advice (非法律意见); they follow the list in MECHANICS section 6 of the design.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sim.mechanics.commission.config import CommissionConfig
from sim.mechanics.community_group_buy import CommunityGroupBuyConfig
from sim.mechanics.flash_sale import FlashSaleConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.mechanics.referral import ReferralConfig
from sim.mechanics.review_cash_back import ReviewCashBackConfig
from sim.scenario import price_warnings, reach_warnings, time_warnings
from sim.scenario.margin import sales, window_of, worst_margin
from sim.scenario.model import Scenario
from sim.scenario.offers import offers_of
from sim.settings.problems import ScenarioWarning
from sim.units import yuan

PYRAMID = "禁止传销条例 第七条 (Regulations on the Prohibition of Pyramid Selling, Art. 7)"
PROMOTION = "规范促销行为暂行规定 (Interim Provisions on Promotional Activities, 2020-12-01)"
WECHAT = "微信外部链接内容管理规范 (WeChat rules on external links, 2019-10-28)"
UNFAIR = "反不正当竞争法 (Anti-Unfair Competition Law: false publicity, fictitious transactions)"
ONLINE_UNFAIR = "网络反不正当竞争暂行规定 (Interim Provisions against Online Unfair Competition, 2024-09-01)"
E_COMMERCE = "电商法 第四十九条 (E-Commerce Law, Art. 49)"
COMMUNITY = "社区团购“九不得” (Nine rules on community buying, 2020-12-22); 价格法 (Price Law, Art. 14)"
ADVERTISING = "互联网广告管理办法 第九条 (Measures on Internet Advertising, Art. 9, 2023-05-01)"

LOTTERY_CAP_FEN = 5_000_000  # top prize of 50,000 yuan: Anti-Unfair Competition Law and PROMOTION


def scenario_warnings(scenario: Scenario) -> tuple[ScenarioWarning, ...]:
    """Return the warnings about a scenario, rule by rule in the order of `RULES`."""
    return tuple(warning for rule in RULES for warning in rule(scenario))


def _legal(code: str, path: str, zh: str, en: str, law: str) -> ScenarioWarning:
    return ScenarioWarning(code, path, f"{zh}（非法律意见）", f"{en} (not legal advice)", law)


# money and time


def _loss(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Discounts, commission and rewards above the margin: each such order loses money."""
    for sale in sales(scenario):
        margin = worst_margin(scenario, sale)
        if margin.left_fen < 0 and sale.price_fen >= sale.product.cost_fen:  # else it is warned about anyway
            paid_fen = margin.price_fen + sale.product.postage_fen
            zh = sale.product.name.zh or sale.product.id
            en = sale.product.name.en or sale.product.id
            many_zh = f"“{zh}”{margin.units} 件一单" if margin.units > 1 else f"“{zh}”"
            many_en = f"{margin.units} of '{en}'" if margin.units > 1 else f"'{en}'"
            yield ScenarioWarning(
                "order-loses-money",
                sale.path,
                f"{many_zh}若各项优惠同时用上，"
                f"每单亏 {yuan(-margin.left_fen)}：收 {yuan(paid_fen)}，优惠 {yuan(margin.discounts_fen)}，"
                f"货与运费等 {yuan(margin.goods_fen)}，佣金 {yuan(margin.commission_fen)}，"
                f"奖励 {yuan(margin.rewards_fen)}",
                f"an order of {many_en} that uses everything at once loses "
                f"{yuan(-margin.left_fen)}: it brings {yuan(paid_fen)}, less {yuan(margin.discounts_fen)} of "
                f"discounts, {yuan(margin.goods_fen)} of goods and carriage, "
                f"{yuan(margin.commission_fen)} of commission, {yuan(margin.rewards_fen)} of rewards",
            )


def _window(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Windows, posts and groups that reach past the campaign's end."""
    horizon = scenario.run.horizon_days
    where = [(offer, f"mechanics.{offer.id}") for offer in scenario.mechanics]
    where += [(offer, f"operator.schedule.{offer.id}") for offer in scenario.operator.schedule]
    for offer, path in where:
        from_day, to_day = window_of(offer, horizon)
        if from_day >= horizon:
            yield ScenarioWarning(
                "never-opens",
                f"{path}.from_day",
                f"第 {from_day:g} 天才开始，而活动只有 {horizon:g} 天：不会发生",
                f"starts on day {from_day:g}, but the campaign has {horizon:g} days: it never happens",
            )
        elif to_day > horizon:
            yield ScenarioWarning(
                "window-past-horizon",
                f"{path}.days",
                f"到第 {to_day:g} 天才结束，而活动只有 {horizon:g} 天：会被截断",
                f"ends on day {to_day:g}, but the campaign has {horizon:g} days: it is cut off",
            )
        yield from _lost_tail(offer, path, from_day, min(to_day, horizon))


def _lost_tail(offer: Any, path: str, from_day: float, to_day: float) -> Iterator[ScenarioWarning]:
    if isinstance(offer, GroupBuyConfig) and offer.window_hours > 24 * (to_day - from_day) > 0:
        yield ScenarioWarning(
            "group-window-past-horizon",
            f"{path}.window_hours",
            f"成团时效 {offer.window_hours:g} 小时长于活动本身：到活动结束为止",
            f"groups stay open for {offer.window_hours:g} hours, longer than the offer: they end with it",
        )
    if isinstance(offer, KolSeedingConfig) and offer.posts:
        last_day = from_day + offer.first_post_day + (offer.posts - 1) * offer.every_days + offer.hour / 24
        if last_day >= to_day > from_day:
            yield ScenarioWarning(
                "posts-past-horizon",
                f"{path}.posts",
                f"最后一篇排在第 {last_day:.1f} 天，活动已结束：不会发布",
                f"the last post falls on day {last_day:.1f}, after the end: it is not published",
            )


# distribution


def _levels(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """More than two paid levels; two are no safe harbour."""
    for offer, path in offers_of(scenario, CommissionConfig):
        if offer.levels > 2:
            yield _legal(
                "three-levels",
                f"{path}.rates",
                f"{offer.levels} 级返佣属于禁止的团队计酬；三级以上且三十人以上达到刑事立案标准。"
                "结果均带违法标记",
                f"{offer.levels} paid levels are prohibited pay by downline; 3 levels and 30 people are the "
                "threshold of criminal filing. All results are marked",
                PYRAMID,
            )
        elif offer.levels == 2:
            yield _legal(
                "two-levels",
                f"{path}.rates",
                "第二级按下线销售计酬；“两级”并非安全港，请先咨询",
                "the second level is paid on a downline's sales; two levels are no safe harbour: ask first",
                PYRAMID,
            )


def _headcount(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Pay for the recruiting itself."""
    for offer, path in offers_of(scenario, CommissionConfig):
        if offer.invite_bonus_fen:
            yield _legal(
                "pay-by-headcount",
                f"{path}.invite_bonus_fen",
                f"每拉一名分销员奖 {yuan(offer.invite_bonus_fen)}：按人头计酬（拉人头），也易被薅羊毛",
                f"{yuan(offer.invite_bonus_fen)} for each recruit is pay by headcount, and easily farmed",
                PYRAMID,
            )


def _entry_fee(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """A fee, or a compulsory purchase, for the right to sell."""
    for offer, path in offers_of(scenario, CommissionConfig):
        if offer.joining_fee_fen:
            yield _legal(
                "joining-fee",
                f"{path}.joining_fee_fen",
                f"加入须交 {yuan(offer.joining_fee_fen)}：入门费",
                f"{yuan(offer.joining_fee_fen)} to join is an entry fee",
                PYRAMID,
            )
        if offer.recruit == "spent":
            yield _legal(
                "compulsory-purchase",
                f"{path}.spent_fen",
                f"须先消费 {yuan(offer.spent_fen)} 才能分销：变相入门费（如强制礼包）",
                f"having to spend {yuan(offer.spent_fen)} before one may sell is an entry fee in disguise",
                PYRAMID,
            )


def _team_bonus(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """A higher tier for invites or for the downline's sales."""
    for offer, path in offers_of(scenario, CommissionConfig):
        if offer.level_up is not None and (offer.level_up.downline_sales_fen or offer.level_up.invites):
            yield _legal(
                "team-bonus",
                f"{path}.level_up",
                "按发展人数或下线业绩升级加佣：团队计酬",
                "a higher rate for recruits or for a downline's sales is a team bonus",
                PYRAMID,
            )


# publicity


def _share_for_reward(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Links that pay for sharing get blocked in WeChat."""
    for offer, path in offers_of(scenario, ReferralConfig):
        if offer.rewards != "receiver":
            yield _legal(
                "share-for-reward",
                f"{path}.rewards",
                "以利益诱导分享的链接在微信内可能被屏蔽；请把封链当作风险准备替代路径",
                "links that pay for sharing may be blocked in WeChat; plan for the loss of the link",
                WECHAT,
            )


def _reference_price(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """A struck-through price without a stated base."""
    lowest = {product.id: product.list_price_fen for product in scenario.products}
    for sale in sales(scenario):
        lowest[sale.product.id] = min(lowest[sale.product.id], sale.price_fen)
    for product in scenario.products:
        if product.reference_price_basis == "none" and lowest[product.id] < product.reference_fen:
            yield _legal(
                "reference-price-without-base",
                f"products.{product.id}.reference_price_basis",
                f"划线价 {yuan(product.reference_fen)} 未说明依据；未标明的以活动前七日最低成交价为基准",
                f"the struck-through price {yuan(product.reference_fen)} has no stated base; the base is the "
                "lowest price of the 7 days before",
                PROMOTION,
            )


def _virtual_fill(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Groups filled with members who do not exist."""
    for offer, path in offers_of(scenario, GroupBuyConfig):
        if offer.virtual_fill != "off":
            yield _legal(
                "virtual-fill",
                f"{path}.virtual_fill",
                "模拟成团以虚构的成员成团：虚构交易；结果中单独列出",
                "groups filled with members who do not exist are fictitious transactions; reported apart",
                UNFAIR,
            )


def _fake_progress(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """A progress bar that starts above the truth."""
    for offer, path in offers_of(scenario, FlashSaleConfig):
        if offer.progress_bar and offer.progress_start_share > 0:
            yield _legal(
                "fake-progress",
                f"{path}.progress_start_share",
                f"进度条从 {offer.progress_start_share:.0%} 起：虚构销量",
                f"a progress bar that starts at {offer.progress_start_share:.0%} shows sales never made",
                UNFAIR,
            )


def _lottery(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Rewards by chance: a capped prize, published odds."""
    for offer, path in offers_of(scenario, ReferralConfig):
        if offer.lottery_prob >= 1:
            continue
        yield _legal(
            "lottery",
            f"{path}.lottery_prob",
            "有奖销售须公示奖项、数量或中奖概率，且不得变更",
            "a lottery must publish its prizes and their number or odds, and keep to them",
            PROMOTION,
        )
        sender_fen = offer.sender_fen if offer.rewards != "receiver" else 0
        receiver_fen = offer.receiver_fen if offer.rewards != "sender" else 0
        prize_fen = int(max(sender_fen, receiver_fen) / offer.lottery_prob)
        if prize_fen > LOTTERY_CAP_FEN:
            yield _legal(
                "lottery-over-cap",
                f"{path}.lottery_prob",
                f"最高奖 {yuan(prize_fen)} 超过 {yuan(LOTTERY_CAP_FEN)} 的上限",
                f"the prize of {yuan(prize_fen)} is above the cap of {yuan(LOTTERY_CAP_FEN)}",
                PROMOTION,
            )


def _paid_praise(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Cash for positive reviews only."""
    for offer, path in offers_of(scenario, ReviewCashBackConfig):
        if offer.lowest_rating > 1:
            yield _legal(
                "paid-praise",
                f"{path}.lowest_rating",
                f"只给 {offer.lowest_rating} 星及以上返现：好评返现",
                f"cash back for {offer.lowest_rating} stars and more only is paying for positive reviews",
                ONLINE_UNFAIR,
            )


def _undisclosed(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Paid posts that do not say so."""
    for offer, path in offers_of(scenario, KolSeedingConfig):
        if not offer.disclosed and offer.posts and (offer.fee_fen or offer.sample or offer.commission_share):
            yield _legal(
                "undisclosed-advertising",
                f"{path}.disclosed",
                "有偿种草并带购买链接，须显著标明“广告”",
                "paid posts with a way to buy must be clearly marked as advertising",
                ADVERTISING,
            )


# orders that are not served


def _cancelled_orders(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Paid orders that the shop may cancel: oversold, or in a group that failed."""
    if not scenario.orders.oversell_guard:
        yield _legal(
            "oversell",
            "orders.oversell_guard",
            "库存不设防，已付款订单可能因超卖被取消：合同已成立",
            "without a guard paid orders may be cancelled as oversold, though the contract stands",
            E_COMMERCE,
        )
    for offer, path in offers_of(scenario, GroupBuyConfig):
        if offer.virtual_fill != "any":
            yield _legal(
                "group-failure",
                f"{path}.window_hours",
                "未成团即取消并退款：须在付款前写明这一条件",
                "orders of groups that do not fill are cancelled: state this condition before payment",
                E_COMMERCE,
            )
    for offer, path in offers_of(scenario, CommunityGroupBuyConfig):
        if offer.minimum_order_fen:
            yield _legal(
                "group-failure",
                f"{path}.minimum_order_fen",
                "团长当日未达起送额即取消并退款：须在付款前写明这一条件",
                "orders below a leader's daily minimum are cancelled: state this condition before payment",
                E_COMMERCE,
            )


def _below_cost(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Community buying below cost."""
    for sale in sales(scenario):
        if isinstance(sale.offer, CommunityGroupBuyConfig) and sale.price_fen < sale.product.cost_fen:
            yield _legal(
                "below-cost",
                sale.path,
                f"社区团购价 {yuan(sale.price_fen)} 低于成本 {yuan(sale.product.cost_fen)}：不得低价倾销",
                f"a community price of {yuan(sale.price_fen)} is below cost, {yuan(sale.product.cost_fen)}",
                COMMUNITY,
            )


def _bots(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Scripts that could hold the whole quota unpaid."""
    for offer, path in offers_of(scenario, FlashSaleConfig):
        quotas = [priced.quota for priced in offer.prices]
        if offer.bots and None not in quotas:
            share = min(1.0, offer.bots / max(1, sum(quotas)))
            hold = f"{scenario.orders.unpaid_timeout_minutes:g}"
            yield ScenarioWarning(
                "bots-hold-stock",
                f"{path}.bots",
                f"脚本可占住至多 {share:.0%} 的名额 {hold} 分钟而不付款",
                f"scripts can hold up to {share:.0%} of the quota, unpaid, for {hold} minutes",
            )


def _unrecoverable(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Commission paid out before the goods may come back."""
    for offer, path in offers_of(scenario, CommissionConfig):
        if not offer.debts_paid and offer.freeze_days < scenario.orders.refund_window_days:
            zh, en = (
                (
                    "退货后只能从余额与以后的佣金中扣回",
                    "what was withdrawn by then comes back from later commission only",
                )
                if offer.clawback
                else ("退货后追不回", "it is not clawed back")
            )
            yield ScenarioWarning(
                "commission-unrecoverable",
                f"{path}.freeze_days",
                f"佣金冻结 {offer.freeze_days:g} 天，短于退货期 {scenario.orders.refund_window_days:g} 天："
                f"{zh}",
                f"commission is frozen for {offer.freeze_days:g} days, less than the "
                f"{scenario.orders.refund_window_days:g} in which goods may come back; {en}",
            )


RULES: tuple[Callable[[Scenario], Iterable[ScenarioWarning]], ...] = (
    _loss,
    _window,
    _levels,
    _headcount,
    _entry_fee,
    _team_bonus,
    _share_for_reward,
    _reference_price,
    _virtual_fill,
    _fake_progress,
    _lottery,
    _paid_praise,
    _undisclosed,
    _cancelled_orders,
    _below_cost,
    _bots,
    _unrecoverable,
    *price_warnings.RULES,
    *reach_warnings.RULES,
    *time_warnings.RULES,
)
"""All rules, in the order in which their warnings are shown."""
