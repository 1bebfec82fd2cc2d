"""The leader's reward 团长佣金: a share of what the group paid, and what becomes of it after returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.events import Kind
from sim.mechanics.rewards import AfterReturn
from sim.units import fen_share

if TYPE_CHECKING:
    from sim.mechanics.world import Order, World


@dataclass(slots=True, eq=False)
class LeaderReward:
    """What the leader of one group that succeeded is due, and has.

    orders: those the group had as it succeeded, which alone count for it; undecided: how many of them may
    still come back.
    """

    leader: int
    leader_order: int
    group: int
    product: int
    offer: int
    cause: int
    share: float
    after_return: AfterReturn
    orders: list[Order]
    undecided: int
    paid_fen: int = 0

    def succeeded(self, world: World, group_paid_fen: int) -> None:
        """Pay it, unless it has to wait; what a ladder gives back is off `group_paid_fen` already."""
        if self.after_return != "paid_when_final":
            self._move(world, fen_share(group_paid_fen, self.share))

    def returned(self, world: World, order: Order) -> None:
        """One order less to count for it."""
        if order not in self.orders:
            return
        if self.after_return == "taken_back":
            self._move(world, self._due_fen())
        self._decide(world)

    def final(self, world: World, order: Order) -> None:
        """One order more that stays."""
        if order in self.orders:
            self._decide(world)

    def _decide(self, world: World) -> None:
        self.undecided -= 1
        if self.undecided == 0 and self.after_return == "paid_when_final":
            self._move(world, self._due_fen())

    def _due_fen(self) -> int:
        kept = (order for order in self.orders if not order.closed)
        return fen_share(sum(order.price_fen - order.refunded_fen for order in kept), self.share)

    def _move(self, world: World, due_fen: int) -> None:
        """Pay or take back what brings it to what is due."""
        change_fen, self.paid_fen = due_fen - self.paid_fen, due_fen
        if change_fen:
            world.emit(
                Kind.REWARD_PAID if change_fen > 0 else Kind.REWARD_REVERSED,
                self.leader,
                product=self.product,
                offer=self.offer,
                group=self.group,
                order=self.leader_order,
                amount_fen=abs(change_fen),
                cause=self.cause,
            )
