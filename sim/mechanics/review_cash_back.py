"""Review cash-back 晒单返现: money for showing what one bought, whatever the rating.

Also the shortest example of a mechanic: this file, and its line in `sim.mechanics.registry`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sim.events import Kind
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.mechanics.rewards import AfterReturn
from sim.mechanics.world import Phase
from sim.settings.fields import Days, PositiveCount, PositiveItemFen
from sim.streams import mix3
from sim.units import DAY

if TYPE_CHECKING:
    from sim.mechanics.world import Order, World

CASH_BACK = 7401  # names the causes made here


class ReviewCashBackConfig(MechanicConfig):
    """Settings of a review cash-back (MECHANICS section 5)."""

    type: Literal["review_cash_back"] = "review_cash_back"
    cash_fen: PositiveItemFen = 200
    delay_days: Days = 1.0
    # above 1: only good reviews are paid, which is warned about
    lowest_rating: Annotated[int, Field(strict=True, ge=1, le=5)] = 1
    total: PositiveCount | None = None
    reward_after_return: AfterReturn = "kept"


class ReviewCashBack(Mechanic):
    """A review cash-back at work."""

    config: ReviewCashBackConfig

    def __init__(
        self, config: ReviewCashBackConfig, index: int, products: tuple[int, ...], horizon_s: int
    ) -> None:
        """Nothing is paid yet."""
        super().__init__(config, index, products, horizon_s)
        self.left = config.total
        self.owed: set[int] = set()  # causes of orders whose money waits until they are final
        self.final_orders: set[int] = set()
        self.paid_orders: set[int] = set()

    def reviewed(self, world: World, order: Order, rating: int) -> None:
        """Pay for the review after the delay, as long as the budget lasts."""
        if (
            order.product not in self.products
            or not self.open_at(world.now_s)
            or rating < self.config.lowest_rating
        ):
            return
        if self.left is not None:
            if self.left == 0:
                return
            self.left -= 1
        when_s = world.now_s + max(1, int(self.config.delay_days * DAY))
        world.agenda.at(
            when_s,
            Phase.INCENTIVE,
            order.member,
            mix3(CASH_BACK, self.address, order.cause),
            self._pay,
            world,
            order,
        )

    def _pay(self, world: World, order: Order) -> None:
        if order.closed:  # the goods have gone back meanwhile
            return
        if self.waits_for_final and order.cause not in self.final_orders:
            self.owed.add(order.cause)
            return
        self.paid_orders.add(order.cause)
        self._row(world, Kind.REWARD_PAID, order)

    def final(self, world: World, order: Order) -> None:
        """Pay what has waited."""
        self.final_orders.add(order.cause)
        if order.cause in self.owed:
            self._row(world, Kind.REWARD_PAID, order)

    def returned(self, world: World, order: Order) -> None:
        """Take back what was paid."""
        if self.config.reward_after_return == "taken_back" and order.cause in self.paid_orders:
            self._row(world, Kind.REWARD_REVERSED, order)

    def _row(self, world: World, kind: Kind, order: Order) -> None:
        world.emit(
            kind,
            order.member,
            product=order.product,
            offer=self.index,
            order=order.number,
            amount_fen=self.config.cash_fen,
            cause=order.cause,
        )
