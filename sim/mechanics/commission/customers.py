"""Who is whose customer in a commission scheme: who can be bound, by what, and how long it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.events import Kind
from sim.mechanics.commission.config import CommissionConfig
from sim.units import DAY

if TYPE_CHECKING:
    from sim.mechanics.world import Order, World


class Customers:
    """The customers of one scheme's distributors.

    bound: member -> (distributor, since when); last_click: member -> (distributor, when).
    """

    def __init__(self, config: CommissionConfig, index: int) -> None:
        """Nobody is anybody's customer. index: the scheme's offer number."""
        self.config = config
        self.index = index
        self.bound: dict[int, tuple[int, int]] = {}
        self.last_click: dict[int, tuple[int, int]] = {}

    def holder(self, world: World, member: int) -> int:
        """The distributor whose bound customer a member is now, or -1."""
        return self._holding(world, self.bound, member)

    def clicked_on(self, world: World, member: int) -> int:
        """The distributor whose message a member read last and recently enough, or -1."""
        return self._holding(world, self.last_click, member)

    def clicks(self, world: World, member: int, distributor: int, cause: int) -> None:
        """A member reads a distributor's message, which counts as a click on the link."""
        if self.config.binds_by == "purchase" or not self._bindable(world, member):
            return
        if self.config.binds_by == "last_click":
            self.last_click[member] = (distributor, world.now_s)
        elif self.holder(world, member) < 0:
            self._bind(world, member, distributor, cause)

    def bought(self, world: World, order: Order, distributor: int) -> None:
        """An order was paid through a distributor."""
        fits = {
            "everyone": True,
            "never_paid": order.first_purchase,
            "never_ordered": order.first_order,
        }[self.config.binds_whom]
        if self.config.binds_by == "purchase" and fits and self.holder(world, order.member) < 0:
            self._bind(world, order.member, distributor, order.cause)

    def _bindable(self, world: World, member: int) -> bool:
        if self.config.binds_whom == "never_paid":
            return not world.has_paid_before(member)
        return self.config.binds_whom == "everyone" or not world.has_ordered_before(member)

    def _bind(self, world: World, member: int, distributor: int, cause: int) -> None:
        self.bound[member] = (distributor, world.now_s)
        world.emit(Kind.BOUND, member, source=distributor, offer=self.index, cause=cause)

    def _holding(self, world: World, since: dict[int, tuple[int, int]], member: int) -> int:
        distributor, since_s = since.get(member, (-1, 0))
        return distributor if world.now_s - since_s <= self.config.binding_holds_days * DAY else -1
