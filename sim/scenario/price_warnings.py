"""Prices, discounts and rewards that help nobody, or give goods away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sim.mechanics.commission.config import SALES, CommissionConfig
from sim.mechanics.community_group_buy import CommunityGroupBuyConfig
from sim.mechanics.coupon import CouponConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.registry import covered_products
from sim.scenario.margin import Sale, sales
from sim.scenario.model import Scenario
from sim.scenario.offers import offers_of
from sim.settings.problems import ScenarioWarning
from sim.units import fen_share, yuan


def _above_list(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """A promotion that is no cheaper than the shop itself."""
    for sale in sales(scenario):
        list_fen = sale.product.list_price_fen
        if sale.offer is None or sale.price_fen < list_fen:
            continue
        if sale.price_fen > list_fen:
            yield ScenarioWarning(
                "price-above-list",
                sale.path,
                f"活动价 {yuan(sale.price_fen)} 高于单买价 {yuan(list_fen)}：没有人会参加",
                f"the offer's price of {yuan(sale.price_fen)} is above the shop's own, {yuan(list_fen)}: "
                "nobody has a reason to take part",
            )
        elif not isinstance(sale.offer, CommunityGroupBuyConfig) and not _leader_gains(sale):
            yield ScenarioWarning(
                "price-not-below-list",
                sale.path,
                f"活动价与单买价同为 {yuan(list_fen)}：参加者得不到任何好处",
                f"the offer's price is the shop's own, {yuan(list_fen)}: whoever takes part is no better off",
            )


def _leader_gains(sale: Sale) -> bool:
    """Whether at least who opens a group has something of it."""
    return isinstance(sale.offer, GroupBuyConfig) and bool(
        sale.offer.leader_discount_fen or sale.offer.leader_commission_share
    )


def _below_cost(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """A price below cost; where community buying has it, the law is told instead."""
    for sale in sales(scenario):
        cost_fen = sale.product.cost_fen
        if sale.price_fen < cost_fen and not isinstance(sale.offer, CommunityGroupBuyConfig):
            yield ScenarioWarning(
                "price-below-cost",
                sale.path,
                f"售价 {yuan(sale.price_fen)} 低于成本 {yuan(cost_fen)}：每件先亏 "
                f"{yuan(cost_fen - sale.price_fen)}；若为引流款，请确认数量与预算",
                f"a price of {yuan(sale.price_fen)} is below cost, {yuan(cost_fen)}: each unit loses "
                f"{yuan(cost_fen - sale.price_fen)} before anything else; if it is to draw people in, see to "
                "its quantity and budget",
            )


def _leader_discount(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """A leader discount of the whole price or more."""
    for sale in sales(scenario):
        offer = sale.offer
        if isinstance(offer, GroupBuyConfig) and offer.leader_discount_fen >= sale.price_fen:
            yield ScenarioWarning(
                "leader-discount-above-price",
                f"mechanics.{offer.id}.leader_discount_fen",
                f"团长优惠 {yuan(offer.leader_discount_fen)} 不低于拼团价 {yuan(sale.price_fen)}："
                "团长等于白拿",
                f"a leader discount of {yuan(offer.leader_discount_fen)} is no less than the group's price, "
                f"{yuan(sale.price_fen)}: leaders get the goods for nothing",
            )


def _coupons(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Coupons that can be used on nothing, or that leave nothing to pay."""
    ids = [product.id for product in scenario.products]
    stacking = scenario.orders.stacking
    for coupon, path in offers_of(scenario, CouponConfig):
        covered = covered_products(coupon, ids)
        usable = [
            sale
            for sale in sales(scenario)
            if sale.product.id in covered and (sale.stack is None or sale.stack in stacking)
        ]
        reaching = [(sale.price_fen, units) for sale in usable if (units := sale.units_for(coupon))]
        if not reaching:
            one_unit = coupon.threshold_on == "one_unit"
            dearest_fen = max(sale.price_fen * (1 if one_unit else sale.most_units) for sale in usable)
            yield ScenarioWarning(
                "coupon-out-of-reach",
                f"{path}.threshold_fen",
                f"门槛 {yuan(coupon.threshold_fen)} 高于可用的一单商品的最高金额 {yuan(dearest_fen)}："
                "此券用不出去",
                f"a threshold of {yuan(coupon.threshold_fen)} is above what an order that it may be used on "
                f"comes to at most, {yuan(dearest_fen)}: nobody can use it",
            )
            continue
        cheapest_fen = min(price_fen * units for price_fen, units in reaching)
        if (coupon.off_fen or fen_share(cheapest_fen, coupon.off_share)) >= cheapest_fen:
            yield ScenarioWarning(
                "coupon-leaves-nothing",
                f"{path}.off_fen" if coupon.off_fen else f"{path}.off_share",
                f"券后价为零：{yuan(cheapest_fen)} 的商品可以白拿",
                f"goods of {yuan(cheapest_fen)} cost nothing with this coupon",
            )


def _no_commission(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Sellers and leaders who get nothing for it."""
    for offer, path in offers_of(scenario, CommissionConfig):
        field = "fixed_fen" if offer.fixed_fen else "rates"
        if not getattr(offer, field)[0] and not any(one.rates[0] for one in offer.product_rates):
            yield ScenarioWarning(
                "commission-zero",
                f"{path}.{field}",
                "一级佣金为 0：分销员没有理由推广",
                "the first level's commission is 0: distributors have no reason to sell",
            )
        if not {"alone", *(SALES.get(one.type) for one in scenario.mechanics)} & set(offer.earns_on):
            yield ScenarioWarning(
                "commission-never-earned",
                f"{path}.earns_on",
                "计佣的购买方式在本方案中都没有：不会有任何佣金",
                "none of the ways of buying that earn is open in this plan: there is no commission",
            )
        if offer.level_up is not None and not offer.level_up.bonus_rate:
            yield ScenarioWarning(
                "level-up-without-bonus",
                f"{path}.level_up.bonus_rate",
                "升级后的加佣为 0：升级没有意义",
                "the higher tier adds 0 to the rate: there is no reason to reach it",
            )
        if offer.ranking is not None and not any(offer.ranking.prizes_fen):
            yield ScenarioWarning(
                "ranking-without-prizes",
                f"{path}.ranking.prizes_fen",
                "排行榜的奖金全为 0",
                "all prizes of the ranking are 0",
            )
    for offer, path in offers_of(scenario, CommunityGroupBuyConfig):
        if any(not tier.share for tier in offer.leader_commission):
            yield ScenarioWarning(
                "leader-commission-zero",
                f"{path}.leader_commission",
                "有一档团长佣金为 0：团长没有理由开团",
                "a tier of the leader's commission is 0: leaders have no reason to go on",
            )


RULES: tuple[Callable[[Scenario], Iterable[ScenarioWarning]], ...] = (
    _above_list,
    _below_cost,
    _leader_discount,
    _coupons,
    _no_commission,
)
"""All rules, in the order in which their warnings are shown."""
