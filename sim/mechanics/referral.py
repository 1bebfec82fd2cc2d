"""Referral 邀请有礼: a reward when somebody new comes through a member's link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.events import Kind
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.mechanics.clock import midnight_before
from sim.settings.fields import ItemFen, Units
from sim.settings.problems import RuleError
from sim.streams import REWARD, uniform

if TYPE_CHECKING:
    from sim.mechanics.world import Order, Reading, World


class ReferralConfig(MechanicConfig):
    """Settings of a referral reward (MECHANICS section 5)."""

    type: Literal["referral"] = "referral"
    rewards: Literal["sender", "receiver", "both"] = "sender"
    sender_fen: ItemFen = 500
    receiver_fen: ItemFen = 0
    when: Literal["paid", "received"] = "received"
    new_customers_only: bool = True
    # below 1 the reward is won with this chance, and is that much larger
    lottery_prob: Annotated[float, Field(ge=0.000_001, le=1)] = 1.0
    daily_cap: Units | None = 20  # rewards a sender can earn in a day

    @model_validator(mode="after")
    def _amounts(self) -> ReferralConfig:
        if self.rewards in ("sender", "both") and not self.sender_fen:
            raise RuleError(
                "sender_fen must be more than 0 when the sender is rewarded",
                "奖励邀请人时 sender_fen 必须大于 0",
                "sender_fen",
                "rewards",
            )
        if self.rewards in ("receiver", "both") and not self.receiver_fen:
            raise RuleError(
                "receiver_fen must be more than 0 when the receiver is rewarded",
                "奖励被邀请人时 receiver_fen 必须大于 0",
                "receiver_fen",
                "rewards",
            )
        return self


class Referral(Mechanic):
    """A referral campaign at work."""

    config: ReferralConfig

    def __init__(self, config: ReferralConfig, index: int, products: tuple[int, ...], horizon_s: int) -> None:
        """Nobody has been rewarded yet."""
        super().__init__(config, index, products, horizon_s)
        self.today: dict[tuple[int, int], int] = {}  # (sender, midnight) -> rewards

    def rewards_sharing_fen(self, world: World, member: int, product: int) -> int:
        """What the sender is promised."""
        if self.config.rewards == "receiver" or product not in self.products or not self.open_at(world.now_s):
            return 0
        return self.config.sender_fen

    def rewards_buying(self, world: World, reading: Reading) -> bool:
        """What the receiver is promised for buying through a person's link."""
        if self.config.rewards == "sender" or reading.message.sender < 0 or not self.open_at(world.now_s):
            return False
        return reading.product in self.products and self._counts(world, reading.member)

    def _counts(self, world: World, member: int) -> bool:
        return not (self.config.new_customers_only and world.has_paid_before(member))

    def paid(self, world: World, order: Order) -> None:
        """Reward at payment, where that is the rule."""
        if self.config.when == "paid":
            self._reward(world, order)

    def received(self, world: World, order: Order) -> None:
        """Reward at receipt, where that is the rule."""
        if self.config.when == "received":
            self._reward(world, order)

    def _reward(self, world: World, order: Order) -> None:
        if (
            order.source < 0
            or order.product not in self.products
            or not self.start_s <= order.paid_s < self.end_s
        ):
            return
        if self.config.new_customers_only and not order.first_purchase:
            return
        if self.config.rewards in ("sender", "both"):
            day = (order.source, midnight_before(world.clock_s, world.now_s))
            earned = self.today.get(day, 0)
            if (self.config.daily_cap is None or earned < self.config.daily_cap) and self._pay(
                world, order, order.source, order.member, self.config.sender_fen
            ):
                self.today[day] = earned + 1
        if self.config.rewards in ("receiver", "both"):
            self._pay(world, order, order.member, order.source, self.config.receiver_fen)

    def _pay(self, world: World, order: Order, actor: int, source: int, amount_fen: int) -> bool:
        """Pay a reward, unless it is a lottery and lost; what is paid stays paid if goods come back."""
        if self.config.lottery_prob < 1.0:
            if uniform(world.seed, REWARD, actor, self.address, order.cause) >= self.config.lottery_prob:
                return False
            amount_fen = int(amount_fen / self.config.lottery_prob)
        world.emit(
            Kind.REWARD_PAID,
            actor,
            source=source,
            product=order.product,
            offer=self.index,
            order=order.number,
            amount_fen=amount_fen,
            cause=order.cause,
        )
        return True
