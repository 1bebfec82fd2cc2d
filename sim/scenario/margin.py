"""What is left of an order, in the worst case: the one that draws every discount and reward at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.mechanics.commission.config import CommissionConfig
from sim.mechanics.community_group_buy import CommunityGroupBuyConfig
from sim.mechanics.coupon import CouponConfig
from sim.mechanics.flash_sale import FlashSaleConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.mechanics.referral import ReferralConfig
from sim.mechanics.registry import covered_products
from sim.mechanics.review_cash_back import ReviewCashBackConfig
from sim.scenario.model import Scenario
from sim.settings.shop import Product
from sim.units import fen_share

_STACKS = {"group_buy": "group", "flash_sale": "flash", "community_group_buy": "community"}
"""Which entry of `orders.stacking` lets a coupon be used in a promotion."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One way to sell one product.

    Attributes:
        product: What is sold.
        price_fen: For one unit, before any coupon.
        path: Dotted path of the price in the scenario.
        offer: The mechanic that sets the price, None for the shop's own price.
        stack: What `orders.stacking` must hold for a coupon to be used here, None if nothing.
    """

    product: Product
    price_fen: int
    path: str
    offer: Any = None
    stack: str | None = None

    @property
    def most_units(self) -> int:
        """How many units one order may have: only what runs out is bought by several."""
        offer = self.offer
        if offer is None or self.product.repurchase_days is None:
            return 1
        if isinstance(offer, GroupBuyConfig):
            return min(offer.limit_per_order, offer.limit_per_member)
        if isinstance(offer, FlashSaleConfig):
            return min(offer.limit_per_order, offer.limit_total)
        return int(min(offer.limit_per_order, offer.limit_per_member_day))

    def units_for(self, coupon: CouponConfig) -> int | None:
        """From how many units on its goods reach a coupon's threshold; None: never."""
        units = coupon.units_needed(self.price_fen)
        return units if 0 < units <= self.most_units else None


@dataclass(frozen=True, slots=True)
class Margin:
    """What one order brings and takes, in fen, when everything is used at once.

    Attributes:
        units: How many it has.
        price_fen: Their price, before any discount.
        discounts_fen: Leader discount and the best coupon that the merchant bears.
        commission_fen: Of all levels, of the leader and of KOLs.
        rewards_fen: For referring and for reviewing.
        goods_fen: Cost, carriage and the payment channel's fee.
        left_fen: What is left of price and postage; negative when the order loses money.
    """

    units: int
    price_fen: int
    discounts_fen: int
    commission_fen: int
    rewards_fen: int
    goods_fen: int
    left_fen: int


def sales(scenario: Scenario) -> Iterator[Sale]:
    """Yield every way to sell every product: at the shop's price, then promotion by promotion."""
    products = {product.id: product for product in scenario.products}
    for product in scenario.products:
        yield Sale(product, product.list_price_fen, f"products.{product.id}.list_price_fen")
    for offer in scenario.mechanics:
        if isinstance(offer, GroupBuyConfig | FlashSaleConfig | CommunityGroupBuyConfig):
            for priced in offer.prices:
                path = f"mechanics.{offer.id}.prices.{priced.id}.price_fen"
                yield Sale(products[priced.id], priced.price_fen, path, offer, _STACKS[offer.type])
        if isinstance(offer, GroupBuyConfig):
            for index, step in enumerate(offer.ladder):
                path = f"mechanics.{offer.id}.ladder.{index}.price_fen"
                yield Sale(products[offer.prices[0].id], step.price_fen, path, offer, _STACKS[offer.type])


def worst_margin(scenario: Scenario, sale: Sale) -> Margin:
    """Return what is left of the order that leaves least when it draws every discount, commission and reward.

    An order of one unit, or of as many as a coupon asks for.
    """
    units = {1, *(units for coupon in _coupons(scenario, sale) if (units := sale.units_for(coupon)))}
    return min((_margin(scenario, sale, count) for count in sorted(units)), key=lambda one: one.left_fen)


def _margin(scenario: Scenario, sale: Sale, units: int) -> Margin:
    product, price_fen = sale.product, sale.price_fen * units
    leader_fen = sale.offer.leader_discount_fen * units if isinstance(sale.offer, GroupBuyConfig) else 0
    coupon_fen = _best_coupon_fen(scenario, sale, units)
    both = "leader_discount" in scenario.orders.stacking
    discounts_fen = min(price_fen - 1, leader_fen + coupon_fen if both else max(leader_fen, coupon_fen))
    paid_fen = price_fen - discounts_fen
    commission_fen = _leader_commission_fen(sale, paid_fen)
    rewards_fen = 0
    for offer in _together(scenario, sale):
        if isinstance(offer, CommissionConfig) and (sale.stack or "alone") in offer.earns_on:
            commission_fen += _commission_fen(offer, product, paid_fen, units)
        elif isinstance(offer, KolSeedingConfig):
            commission_fen += fen_share(paid_fen, offer.commission_share)
        elif isinstance(offer, ReferralConfig):
            rewards_fen += offer.sender_fen if offer.rewards != "receiver" else 0
            rewards_fen += offer.receiver_fen if offer.rewards != "sender" else 0
        elif isinstance(offer, ReviewCashBackConfig):
            rewards_fen += offer.cash_fen
    fee_fen = fen_share(paid_fen + product.postage_fen, scenario.orders.platform_fee_share)
    goods_fen = product.cost_fen * units + product.carriage_fen + fee_fen
    left_fen = paid_fen + product.postage_fen - goods_fen - commission_fen - rewards_fen
    return Margin(units, price_fen, discounts_fen, commission_fen, rewards_fen, goods_fen, left_fen)


def window_of(offer: Any, horizon_days: float) -> tuple[float, float]:
    """Return the days between which an offer runs, the campaign's end taken for an open one."""
    return offer.from_day, horizon_days if offer.days is None else offer.from_day + offer.days


def _together(scenario: Scenario, sale: Sale) -> Iterator[Any]:
    """Yield the mechanics that cover the product at some time when it is sold this way."""
    ids = [product.id for product in scenario.products]
    horizon_days = scenario.run.horizon_days
    start, end = (0.0, horizon_days) if sale.offer is None else window_of(sale.offer, horizon_days)
    for offer in scenario.mechanics:
        from_day, to_day = window_of(offer, horizon_days)
        if sale.product.id in covered_products(offer, ids) and from_day < end and start < to_day:
            yield offer


def _coupons(scenario: Scenario, sale: Sale) -> Iterator[CouponConfig]:
    """Yield the coupons that may be used here and that the merchant bears."""
    if sale.stack is None or sale.stack in scenario.orders.stacking:
        for offer in _together(scenario, sale):
            if isinstance(offer, CouponConfig) and offer.borne_by == "merchant":
                yield offer


def _best_coupon_fen(scenario: Scenario, sale: Sale, units: int) -> int:
    off_fen = (coupon.discount_fen(sale.price_fen, units) for coupon in _coupons(scenario, sale))
    return max(off_fen, default=0)


def _leader_commission_fen(sale: Sale, paid_fen: int) -> int:
    if isinstance(sale.offer, GroupBuyConfig):
        return fen_share(paid_fen, sale.offer.leader_commission_share)
    if isinstance(sale.offer, CommunityGroupBuyConfig):
        return fen_share(paid_fen, max(tier.share for tier in sale.offer.leader_commission))
    return 0


def _commission_fen(offer: CommissionConfig, product: Product, paid_fen: int, units: int) -> int:
    """Of all levels, and the bonus of the higher tier."""
    own = next((one.rates for one in offer.product_rates if one.id == product.id), None)
    base_fen = product.list_price_fen * units if offer.base == "list_price" else paid_fen
    if offer.base == "paid_with_postage":
        base_fen += product.postage_fen
    bonus_fen = fen_share(base_fen, offer.level_up.bonus_rate) if offer.level_up else 0
    if own is None and offer.fixed_fen:
        return sum(offer.fixed_fen) * units + bonus_fen
    return sum(fen_share(base_fen, rate) for rate in own or offer.rates) + bonus_fen
