"""Referral 邀请有礼: a reward when somebody new comes through a member's link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.events import Kind
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.mechanics.clock import midnight_before
from sim.mechanics.rewards import AfterReturn
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
    reward_after_return: AfterReturn = "kept"

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
        if self.reward_after_return == "paid_when_final" and self.when == "paid":
            raise RuleError(
                "a reward that is paid when goods can no longer come back is not paid with the order: "
                "when must be 'received'",
                "退货期满才发放的奖励不能在付款时发放：when 必须为 'received'",
                "reward_after_return",
                "when",
            )
        return self


class Referral(Mechanic):
    """A referral campaign at work."""

    config: ReferralConfig

    def __init__(self, config: ReferralConfig, index: int, products: tuple[int, ...], horizon_s: int) -> None:
        """Nobody has been rewarded yet."""
        super().__init__(config, index, products, horizon_s)
        self.today: dict[tuple[int, int], int] = {}  # (sender, midnight) -> rewards
        # order cause -> (who, for whom, fen), earned and not yet beyond recall
        self.earned: dict[int, list[tuple[int, int, int]]] = {}

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
        """Pay a reward, or put it down until it is final, unless it is a lottery and lost."""
        if self.config.lottery_prob < 1.0:
            if uniform(world.seed, REWARD, actor, self.address, order.cause) >= self.config.lottery_prob:
                return False
            amount_fen = int(amount_fen / self.config.lottery_prob)
        if self.config.reward_after_return != "kept":
            self.earned.setdefault(order.cause, []).append((actor, source, amount_fen))
        if self.config.reward_after_return != "paid_when_final":
            self._row(world, Kind.REWARD_PAID, order, actor, source, amount_fen)
        return True

    def cancelled(self, world: World, order: Order) -> None:
        """A paid order that came to nothing brought nobody."""
        self._void(world, order)

    def returned(self, world: World, order: Order) -> None:
        """Goods that came back brought nobody."""
        self._void(world, order)

    def _void(self, world: World, order: Order) -> None:
        """Take back what was paid for an order, or do not pay it; it stays counted for the day."""
        for earned in self.earned.pop(order.cause, ()):
            if self.config.reward_after_return == "taken_back":
                self._row(world, Kind.REWARD_REVERSED, order, *earned)

    def final(self, world: World, order: Order) -> None:
        """Pay what has waited."""
        for earned in self.earned.pop(order.cause, ()):
            self._row(world, Kind.REWARD_PAID, order, *earned)

    def _row(self, world: World, kind: Kind, order: Order, actor: int, source: int, amount_fen: int) -> None:
        world.emit(
            kind,
            actor,
            source=source,
            product=order.product,
            offer=self.index,
            order=order.number,
            amount_fen=amount_fen,
            cause=order.cause,
        )
