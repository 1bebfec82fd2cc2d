"""Coupon 优惠券: a fixed sum or a share off, above a threshold, for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.events import Kind, Route
from sim.mechanics.base import Mechanic, MechanicConfig, Offered
from sim.mechanics.world import Phase
from sim.settings.fields import ItemFen, PositiveCount, Share
from sim.settings.problems import RuleError
from sim.streams import COUPON, mix3, uniform
from sim.units import HOUR, fen_share

if TYPE_CHECKING:
    from sim.mechanics.world import Order, Reading, World

GRANT = 7301  # names the causes made here

_STACKS = {
    Route.BUY_ALONE: None,
    Route.JOIN_GROUP: "group",
    Route.OPEN_GROUP: "group",
    Route.FLASH: "flash",
    Route.COMMUNITY: "community",
}
"""Which entry of `orders.stacking` lets a coupon be used on a way to buy; None needs none."""


class CouponConfig(MechanicConfig):
    """Settings of a coupon (MECHANICS section 5)."""

    type: Literal["coupon"] = "coupon"
    off_fen: ItemFen = 0
    off_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    threshold_fen: ItemFen = 0  # the goods must cost at least this, before discounts and without postage
    # what must reach the threshold, and what off_share is a share of: all goods of the order, or one unit
    threshold_on: Literal["all_goods", "one_unit"] = "all_goods"
    total: PositiveCount | None = None
    # assumption: a thick book of coupons
    per_member: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    valid_hours: Annotated[float, Field(gt=0, le=24 * 366)] = 72.0
    channel: Literal["granted", "claimed_on_reading", "newcomers"] = "granted"
    audience_share: Share = 1.0  # of those who are eligible
    borne_by: Literal["merchant", "platform"] = "merchant"
    back_after_return: bool = False  # whether goods sent back bring back the coupon, while it is good

    @model_validator(mode="after")
    def _one_discount(self) -> CouponConfig:
        if (self.off_fen > 0) == (self.off_share > 0):
            raise RuleError(
                "give exactly one of off_fen and off_share",
                "off_fen 与 off_share 必须且只能给出一个",
                "off_fen",
                "off_share",
            )
        if self.off_fen and self.threshold_fen < self.off_fen:
            raise RuleError(
                "threshold_fen must be at least off_fen, or goods could cost less than nothing",
                "threshold_fen 不能低于 off_fen，否则商品价格会低于零",
                "threshold_fen",
                "off_fen",
            )
        return self

    def units_needed(self, price_fen: int) -> int:
        """From how many units at a price on goods reach the threshold; 0 if more units do not help."""
        units = max(1, -(-self.threshold_fen // price_fen))
        return units if units == 1 or self.threshold_on == "all_goods" else 0

    def discount_fen(self, price_fen: int, units: int) -> int:
        """What it takes off an order of so many units at a price: once, and 0 below the threshold."""
        if not 0 < self.units_needed(price_fen) <= units:
            return 0
        counted = units if self.threshold_on == "all_goods" else 1
        return self.off_fen or fen_share(price_fen * counted, self.off_share)


class Coupon(Mechanic):
    """A coupon campaign at work."""

    config: CouponConfig

    def __init__(self, config: CouponConfig, index: int, products: tuple[int, ...], horizon_s: int) -> None:
        """Nobody holds one yet."""
        super().__init__(config, index, products, horizon_s)
        self.held: dict[int, list[int]] = {}  # member -> times at which held coupons lapse
        self.granted: dict[int, int] = {}
        self.used_by_order: dict[int, tuple[int, int]] = {}  # order cause -> (lapse time, discount)
        self.left = config.total

    def start(self, world: World) -> None:
        """Coupons that are handed out go out as the window opens."""
        if self.config.channel != "claimed_on_reading":
            world.agenda.at(
                self.start_s, Phase.OPERATOR, -1, mix3(GRANT, self.address, 0), self._hand_out, world
            )

    def _hand_out(self, world: World) -> None:
        lots = sorted(
            (uniform(world.seed, COUPON, member, self.address, 0), member)
            for member in range(world.people.members)
        )
        for lot, member in lots:
            if self.config.channel == "newcomers" and world.has_paid_before(member):
                continue
            if lot < self.config.audience_share:
                for _ in range(self.config.per_member):
                    self._grant(world, member)

    def heard(self, world: World, reading: Reading) -> None:
        """Readers may claim one with what they read."""
        if self.config.channel != "claimed_on_reading" or not self.open_at(world.now_s):
            return
        if self.granted.get(reading.member, 0) >= self.config.per_member:
            return
        if self._valid(world, reading.member) is not None:
            return
        if (
            uniform(world.seed, COUPON, reading.member, self.address, reading.message.cause)
            < self.config.audience_share
        ):
            self._grant(world, reading.member)

    def _grant(self, world: World, member: int) -> None:
        if self.left is not None:
            if self.left == 0:
                return
            self.left -= 1
        self.granted[member] = self.granted.get(member, 0) + 1
        self.held.setdefault(member, []).append(world.now_s + int(self.config.valid_hours * HOUR))
        world.emit(
            Kind.COUPON_GRANTED,
            member,
            offer=self.index,
            amount_fen=self.config.off_fen,
            cause=mix3(GRANT, self.address, self.granted[member]),
        )

    def units_for_discount(self, world: World, member: int, product: int, offered: Offered) -> int:
        """From how many units on the goods reach the threshold; 0: no coupon held, or none allowed here."""
        return self.config.units_needed(offered.price_fen) if self._usable(world, member, offered) else 0

    def discount_fen(self, world: World, member: int, product: int, offered: Offered, units: int) -> int:
        """The discount a held coupon gives on an order of so many units: once, however many they are."""
        return (
            self.config.discount_fen(offered.price_fen, units) if self._usable(world, member, offered) else 0
        )

    def _usable(self, world: World, member: int, offered: Offered) -> bool:
        """Whether a member holds one that is good, and it goes with this way to buy."""
        stack = _STACKS.get(offered.route, "none")
        if stack is not None and stack not in world.rules.stacking:
            return False
        if offered.leader_discount and "leader_discount" not in world.rules.stacking:
            return False
        return self._valid(world, member) is not None

    def _valid(self, world: World, member: int) -> int | None:
        return next((lapses_s for lapses_s in self.held.get(member, ()) if lapses_s > world.now_s), None)

    def placed(self, world: World, order: Order) -> None:
        """The order that got the discount uses the coupon up."""
        discount_fen = order.discounts_fen.get(self.index, 0)
        lapses_s = self._valid(world, order.member)
        if not discount_fen or lapses_s is None:
            return
        self.held[order.member].remove(lapses_s)
        self.used_by_order[order.cause] = (lapses_s, discount_fen)
        self._row(world, Kind.COUPON_USED, order, discount_fen)

    def paid(self, world: World, order: Order) -> None:
        """A platform that bears the discount makes it good to the merchant."""
        used = self.used_by_order.get(order.cause)
        if used is not None and self.config.borne_by == "platform":
            world.desk.subsidise(order, used[1], self.index)

    def cancelled(self, world: World, order: Order) -> None:
        """Cancelling returns the coupon, with the time it had."""
        self._give_back(world, order)

    def returned(self, world: World, order: Order) -> None:
        """Sending the goods back returns it too, where that is the rule and it is still good."""
        used = self.used_by_order.get(order.cause)
        if self.config.back_after_return and used is not None and used[0] > world.now_s:
            self._give_back(world, order)

    def _give_back(self, world: World, order: Order) -> None:
        used = self.used_by_order.pop(order.cause, None)
        if used is not None:
            self.held[order.member].append(used[0])
            self.held[order.member].sort()
            self._row(world, Kind.COUPON_RETURNED, order, used[1])

    def _row(self, world: World, kind: Kind, order: Order, amount_fen: int) -> None:
        world.emit(
            kind,
            order.member,
            product=order.product,
            offer=self.index,
            order=order.number,
            amount_fen=amount_fen,
            cause=order.cause,
        )
