"""What cannot happen: nothing to sell, nobody to do it, more people than there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sim.mechanics.commission.config import CommissionConfig
from sim.mechanics.community_group_buy import CommunityGroupBuyConfig
from sim.mechanics.coupon import CouponConfig
from sim.mechanics.flash_sale import FlashSaleConfig
from sim.mechanics.friend_feed import FriendFeedConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.scenario.margin import sales
from sim.scenario.model import Scenario
from sim.scenario.offers import offers_of, pushes_of
from sim.scenario.planned import planned_spend_fen
from sim.settings.problems import ScenarioWarning
from sim.units import yuan

BUYERS_SHARE_MOST = 0.25
"""Of a community in a month, in one category. source: 18 % of those who looked at one bought in it (Shen et
al. 2020), 25 % taken as the most; a group of more is not filled."""

LEADER_ORDERS_MOST = 60
"""Of one leader on one day. source: 10 to 60 on one platform (press 2021-22)."""


def _nothing_to_sell(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """No stock, no quota, nobody who pays."""
    for product in scenario.products:
        if product.stock == 0:
            yield ScenarioWarning(
                "stock-zero",
                f"products.{product.id}.stock",
                "库存为 0：此商品卖不出一件",
                "the stock is 0: not one is sold",
            )
    for kind in (GroupBuyConfig, FlashSaleConfig, CommunityGroupBuyConfig):
        for offer, path in offers_of(scenario, kind):
            for priced in offer.prices:
                if priced.quota == 0:
                    yield ScenarioWarning(
                        "quota-zero",
                        f"{path}.prices.{priced.id}.quota",
                        "活动库存为 0：此价卖不出一件",
                        "the quota is 0: not one is sold at this price",
                    )
    if scenario.orders.payment_prob == 0:
        yield ScenarioWarning(
            "payment-zero",
            "orders.payment_prob",
            "付款概率为 0：没有一单会付款",
            "the chance of payment is 0: no order is ever paid",
        )


def _groups(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Groups that this community, or what is set aside, cannot fill."""
    members, new = scenario.population.members, _new_customers(scenario)
    stock = {product.id: product.stock for product in scenario.products}
    for offer, path in offers_of(scenario, GroupBuyConfig):
        seats = offer.seats_needed
        field = f"{path}.ladder.0.people" if offer.ladder else f"{path}.group_size"
        wanted_new = seats - 1 if offer.mode == "pull_new" else offer.min_new_customers
        if seats > BUYERS_SHARE_MOST * members:
            yield ScenarioWarning(
                "group-too-large",
                field,
                f"成团需 {seats} 人，而社群只有 {members} 人，一个月内会买的至多 "
                f"{BUYERS_SHARE_MOST:.0%}：凑不齐",
                f"a group needs {seats} people, but of {members} members at most {BUYERS_SHARE_MOST:.0%} buy "
                "in a month: it cannot fill",
            )
        elif wanted_new > new:
            yield ScenarioWarning(
                "group-wants-too-many-new",
                field if offer.mode == "pull_new" else f"{path}.min_new_customers",
                f"每团需 {wanted_new} 名新客，而社群中约只有 {new:.0f} 名",
                f"each group needs {wanted_new} new customers, but the community has about {new:.0f}",
            )
        for priced in offer.prices:
            units = [one for one in (priced.quota, stock[priced.id]) if one is not None]
            if units and 0 < min(units) < seats:
                yield ScenarioWarning(
                    "group-above-stock",
                    f"{path}.prices.{priced.id}.quota" if priced.quota else f"products.{priced.id}.stock",
                    f"成团需 {seats} 件，而只备了 {min(units)} 件：一个团也成不了",
                    f"a group takes {seats} units, but there are {min(units)}: not one group can succeed",
                )


def _new_customers(scenario: Scenario) -> float:
    """How many members have not paid in this shop before, on average over luck."""
    segments = scenario.population.segments
    weight = sum(segment.share for segment in segments)
    share = sum(segment.share * (1.0 - segment.old_customer_share) for segment in segments) / weight
    return scenario.population.members * share


def _leaders(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Community buying without leaders, or with a minimum that none of them reaches."""
    members, share = scenario.population.members, scenario.roles.distributors.share
    for offer, path in offers_of(scenario, CommunityGroupBuyConfig):
        if share == 0:
            yield ScenarioWarning(
                "no-leaders",
                "roles.distributors.share",
                "社区团购需要团长，而团长占比为 0：无人能下单",
                "community buying needs leaders, but their share is 0: nobody can order",
            )
            continue
        people = min(LEADER_ORDERS_MOST, members, round(1.0 / share))
        most_fen = people * _most_a_day_fen(scenario, offer)
        if offer.minimum_order_fen > most_fen:
            yield ScenarioWarning(
                "minimum-out-of-reach",
                f"{path}.minimum_order_fen",
                f"起送额 {yuan(offer.minimum_order_fen)} 高于一名团长一天至多 {people} 名顾客的 "
                f"{yuan(most_fen)}：订单会被取消",
                f"a minimum of {yuan(offer.minimum_order_fen)} is above {yuan(most_fen)}, which the {people} "
                "customers that a leader has in a day at most may buy for: orders are cancelled",
            )


def _most_a_day_fen(scenario: Scenario, offer: CommunityGroupBuyConfig) -> int:
    """For how much one customer may buy in a day: the dearest goods, several only of what runs out."""
    most = offer.limit_per_member_day
    prices = [
        sale.price_fen
        for sale in sales(scenario)
        if sale.offer is offer
        for _ in range(1 if sale.product.repurchase_days is None else most)
    ]
    return sum(sorted(prices, reverse=True)[:most])


def _nobody(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Offers that reach nobody, or that nobody carries out."""
    for offer, path in (*pushes_of(scenario), *offers_of(scenario, CouponConfig)):
        if offer.audience_share == 0:
            yield _reaches_nobody(f"{path}.audience_share")
        elif getattr(offer, "budget_people", None) == 0:
            yield _reaches_nobody(f"{path}.budget_people")
    for offer, path in offers_of(scenario, FriendFeedConfig):
        if offer.opt_out_share == 1:
            yield _reaches_nobody(f"{path}.opt_out_share")
    for offer, path in offers_of(scenario, CommissionConfig):
        if scenario.roles.distributors.share:
            continue
        if offer.recruit == "designated" or (offer.recruit == "apply" and not offer.apply_prob):
            yield ScenarioWarning(
                "nobody-sells",
                f"{path}.recruit" if offer.recruit == "designated" else f"{path}.apply_prob",
                "开始时没有分销员，之后也无人加入",
                "there are no distributors at the start, and nobody becomes one",
            )
    for offer, path in offers_of(scenario, KolSeedingConfig):
        if offer.choose == "kols" and not sum(tier.count for tier in scenario.roles.kols):
            yield _reaches_nobody(f"{path}.choose")
        elif not offer.posts and (offer.fee_fen or offer.commission_share or not offer.sample):
            yield ScenarioWarning(
                "no-posts",
                f"{path}.posts",
                "发帖数为 0：稿费与分佣都不会发生",
                "there are 0 posts: neither fee nor commission comes to pass",
            )


def _budget(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """A budget that does not hold what is planned."""
    budget_fen = scenario.operator.budget_fen
    planned_fen = planned_spend_fen(scenario)
    if budget_fen is not None and budget_fen < planned_fen:
        yield ScenarioWarning(
            "budget-below-plan",
            "operator.budget_fen",
            f"推送、达人、寄样与奖金按计划要花 {yuan(planned_fen)}，多于预算 {yuan(budget_fen)}："
            "超出部分不会执行",
            f"pushes, KOLs, samples and prizes are planned to cost {yuan(planned_fen)}, more than the budget "
            f"of {yuan(budget_fen)}: what is beyond it is left out",
        )


def _reaches_nobody(path: str) -> ScenarioWarning:
    return ScenarioWarning("reaches-nobody", path, "按此设置没有人会收到", "set like this, it reaches nobody")


RULES: tuple[Callable[[Scenario], Iterable[ScenarioWarning]], ...] = (
    _nothing_to_sell,
    _groups,
    _leaders,
    _nobody,
    _budget,
)
"""All rules, in the order in which their warnings are shown."""
