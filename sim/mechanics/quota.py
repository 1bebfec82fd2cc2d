"""The units an offer sets aside, product by product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.events import Kind, Reason

if TYPE_CHECKING:
    from sim.mechanics.world import Counter, Order, World


class Quota:
    """Units left of each product; None is unlimited. Every change is a row of the event table."""

    def __init__(self, offer: int, products: Sequence[int], quotas: Sequence[int | None]) -> None:
        """offer: its number; products and quotas: parallel."""
        self.offer = offer
        self.start = dict(zip(products, quotas, strict=True))
        self.left = dict(self.start)

    def claim(self, world: World, order: Order, bought: Counter) -> Reason:
        """Set the order's units aside and count them to the member; `Reason.STOCK` if too few are left."""
        left = self.left[order.product]
        if left is not None and left < order.quantity:
            return Reason.STOCK
        self._change(world, order, -order.quantity)
        bought.add(order.member, order.quantity)
        return Reason.NONE

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
