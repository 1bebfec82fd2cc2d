"""The mechanics there are, and the one place that hands them their moments.

To add a mechanic: write one file like `sim.mechanics.review_cash_back` and add its line to `MECHANICS`
and its configuration to `AnyMechanicConfig`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sim.events import Reason
from sim.mechanics.base import Mechanic, Offered
from sim.mechanics.commission.config import CommissionConfig
from sim.mechanics.commission.rules import Commission
from sim.mechanics.community_group_buy import CommunityGroupBuy, CommunityGroupBuyConfig
from sim.mechanics.coupon import Coupon, CouponConfig
from sim.mechanics.flash_sale import FlashSale, FlashSaleConfig
from sim.mechanics.friend_feed import FriendFeed, FriendFeedConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.group_buy.rules import Group, GroupBuy
from sim.mechanics.kol_seeding import KolSeeding, KolSeedingConfig
from sim.mechanics.push import Push, PushConfig
from sim.mechanics.referral import Referral, ReferralConfig
from sim.mechanics.review_cash_back import ReviewCashBack, ReviewCashBackConfig

if TYPE_CHECKING:
    from sim.mechanics.world import Order, Reading, World

AnyMechanicConfig = Annotated[
    GroupBuyConfig
    | FlashSaleConfig
    | CommunityGroupBuyConfig
    | CommissionConfig
    | ReferralConfig
    | CouponConfig
    | KolSeedingConfig
    | PushConfig
    | ReviewCashBackConfig
    | FriendFeedConfig,
    Field(discriminator="type"),
]
"""The settings of any mechanic; `type` says which."""

MECHANICS: dict[str, type[Mechanic]] = {
    "group_buy": GroupBuy,
    "flash_sale": FlashSale,
    "community_group_buy": CommunityGroupBuy,
    "commission": Commission,
    "referral": Referral,
    "coupon": Coupon,
    "kol_seeding": KolSeeding,
    "push": Push,
    "review_cash_back": ReviewCashBack,
    "friend_feed": FriendFeed,
}
"""`type` in a scenario -> the mechanic at work."""


class MechanicSet:
    """The mechanics of one run, in the scenario's order, which is the order of every moment."""

    def __init__(
        self,
        configs: Sequence[Any],
        product_ids: Sequence[str],
        horizon_s: int,
        extra: Sequence[Mechanic] = (),
    ) -> None:
        """Build each mechanic from its settings; `extra`: a user's own, appended."""
        number_of_product = {id_: number for number, id_ in enumerate(product_ids)}
        self.all: list[Mechanic] = []
        self._numbers: dict[str, int] = {}
        for index, config in enumerate(configs):
            covered = tuple(number_of_product[id_] for id_ in covered_products(config, product_ids))
            self.all.append(MECHANICS[config.type](config, index, covered, horizon_s))
            self._numbers[config.id] = index
        self.all += extra
        self.group_buys = [mechanic for mechanic in self.all if isinstance(mechanic, GroupBuy)]
        self.wait_for_final = [mechanic for mechanic in self.all if mechanic.waits_for_final]

    def number_of(self, id_: str) -> int:
        """The offer number of a mechanic."""
        return self._numbers[id_]

    def start(self, world: World) -> None:
        """Have every mechanic schedule its set times."""
        for mechanic in self.all:
            mechanic.start(world)

    def routes(self, world: World, reading: Reading) -> list[Offered]:
        """All ways to buy that mechanics open to a reader."""
        return [offered for mechanic in self.all for offered in mechanic.routes(world, reading)]

    def rewards_sharing_fen(self, world: World, member: int, product: int) -> int:
        """The most a member is promised for bringing one buyer."""
        return max((mechanic.rewards_sharing_fen(world, member, product) for mechanic in self.all), default=0)

    def rewards_buying(self, world: World, reading: Reading) -> bool:
        """Whether the reader gets something personally for buying through this message."""
        return any(mechanic.rewards_buying(world, reading) for mechanic in self.all)

    def units_for_discounts(self, world: World, member: int, product: int, offered: Offered) -> list[int]:
        """From how many units on an order gets another discount, ascending."""
        units = (
            mechanic.units_for_discount(world, member, product, offered)
            for mechanic in self.all
            if product in mechanic.products
        )
        return sorted(set(units) - {0})

    def discounts_fen(
        self, world: World, member: int, product: int, offered: Offered, units: int
    ) -> dict[int, int]:
        """What comes off an order of so many units, by offer: the best, or all where they stack.

        Never the whole price.
        """
        found: dict[int, int] = {}
        for mechanic in self.all:
            discount_fen = mechanic.discount_fen(world, member, product, offered, units)
            if discount_fen > 0 and product in mechanic.products:
                found[mechanic.index] = discount_fen
        if len(found) > 1 and "coupon" not in world.rules.stacking:
            best = min(found, key=lambda index: (-found[index], index))
            found = {best: found[best]}
        discounts: dict[int, int] = {}
        left_fen = offered.price_fen * units - 1
        for index, discount_fen in found.items():
            if left_fen > 0:
                discounts[index] = min(left_fen, discount_fen)
                left_fen -= discounts[index]
        return discounts

    def units_left(self, offered: Offered, product: int) -> int | None:
        """What is left of the quota of a way to buy; None: it has none."""
        return self.all[offered.offer].units_left(product) if offered.offer >= 0 else None

    def group_of(self, member: int, product: int) -> tuple[GroupBuy, Group] | None:
        """The unfinished group a member waits in, and its mechanic."""
        for mechanic in self.group_buys:
            group = mechanic.group_of(member, product)
            if group is not None:
                return mechanic, group
        return None

    def seeded(self, world: World, member: int, product: int, cause: int) -> None:
        """A member was given a product."""
        for mechanic in self.all:
            mechanic.seeded(world, member, product, cause)

    def heard(self, world: World, reading: Reading) -> None:
        """A message was read."""
        for mechanic in self.all:
            mechanic.heard(world, reading)

    def reserved(self, world: World, reading: Reading, offered: Offered) -> None:
        """A reminder was asked for."""
        self.all[offered.offer].reserved(world, reading, offered)

    def accept(self, world: World, order: Order) -> Reason:
        """The first objection any mechanic has to an order; its own offer's last, as that takes quota."""
        for mechanic in sorted(self.all, key=lambda one: one.index == order.offer):
            reason = mechanic.accept(world, order)
            if reason is not Reason.NONE:
                return reason
        return Reason.NONE

    def placed(self, world: World, order: Order) -> None:
        """An order was placed."""
        for mechanic in self.all:
            mechanic.placed(world, order)

    def paid(self, world: World, order: Order) -> None:
        """An order was paid: incentives first; its own offer last, as that may confirm or refund."""
        for mechanic in self.all:
            if mechanic.index != order.offer:
                mechanic.paid(world, order)
        if order.offer >= 0:
            self.all[order.offer].paid(world, order)

    def cancelled(self, world: World, order: Order) -> None:
        """An order came to nothing before it was confirmed."""
        for mechanic in self.all:
            mechanic.cancelled(world, order)

    def confirmed(self, world: World, order: Order) -> None:
        """An order will be served."""
        for mechanic in self.all:
            mechanic.confirmed(world, order)

    def received(self, world: World, order: Order) -> None:
        """Receipt was confirmed."""
        for mechanic in self.all:
            mechanic.received(world, order)

    def returned(self, world: World, order: Order) -> None:
        """Goods came back."""
        for mechanic in self.all:
            mechanic.returned(world, order)

    def final(self, world: World, order: Order) -> None:
        """Goods can no longer come back."""
        for mechanic in self.wait_for_final:
            mechanic.final(world, order)

    def reviewed(self, world: World, order: Order, rating: int) -> None:
        """A review was left."""
        for mechanic in self.all:
            mechanic.reviewed(world, order, rating)


def covered_products(config: Any, product_ids: Sequence[str]) -> tuple[str, ...]:
    """The products a mechanic applies to: those it prices, those it names, or all."""
    prices = getattr(config, "prices", ())
    if prices:
        return tuple(priced.id for priced in prices)
    return tuple(dict.fromkeys(config.products or product_ids))
