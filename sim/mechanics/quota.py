"""The units an offer sets aside, product by product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.events import Kind

if TYPE_CHECKING:
    from sim.mechanics.world import Order, World


class Quota:
    """Units left of each product; None is unlimited. Every change is a row of the event table."""

    def __init__(self, offer: int, products: Sequence[int], quotas: Sequence[int | None]) -> None:
        """offer: its number; products and quotas: parallel."""
        self.offer = offer
        self.start = dict(zip(products, quotas, strict=True))
        self.left = dict(self.start)

    def allows(self, product: int, units: int) -> bool:
        """Whether so many units are left."""
        left = self.left[product]
        return left is None or left >= units

    def take(self, world: World, order: Order) -> None:
        """Set the order's units aside."""
        self._change(world, order, -order.quantity)

    def give_back(self, world: World, order: Order) -> None:
        """Put the order's units back."""
        self._change(world, order, order.quantity)

    def sold_share(self, product: int) -> float:
        """Share of the quota that is gone; 0 when unlimited."""
        start, left = self.start[product], self.left[product]
        return 0.0 if not start or left is None else 1.0 - left / start

    def _change(self, world: World, order: Order, units: int) -> None:
        left = self.left[order.product]
        if left is None:
            return
        self.left[order.product] = left + units
        world.emit(
            Kind.QUOTA,
            order.member,
            product=order.product,
            offer=self.offer,
            order=order.number,
            value=units,
            cause=order.cause,
        )
