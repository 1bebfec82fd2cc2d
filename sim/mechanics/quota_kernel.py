"""The units an offer sets aside, compiled; as `sim.mechanics.quota`."""

from __future__ import annotations

from sim.compiled import internal
from sim.events import Kind, Reason
from sim.kernel.records import coverage_of, int32_at, member_of, offer_of, order_of, put_int32, world_at
from sim.kernel.rows import emit

_NONE, _STOCK, _QUOTA = int(Reason.NONE), int(Reason.STOCK), int(Kind.QUOTA)


@internal
def units_bought(w: int, k: int, member: int) -> int:
    """How many units of an offer count to a member."""
    if member_of(w, member).orders_placed == 0:
        return 0  # spares a look into memory that nearly all readers would need
    return int(int32_at(offer_of(w, k).bought, member))


@internal
def count_units(w: int, k: int, member: int, units: int) -> None:
    """Count units of an offer to a member, or take them off."""
    bought = offer_of(w, k).bought
    put_int32(bought, member, int32_at(bought, member) + units)


@internal
def claim(w: int, k: int, number: int) -> int:
    """Set the order's units aside and count them to the member; STOCK if too few are left."""
    order = order_of(w, number)
    cover = coverage_of(w, k * world_at(w, 0).products + order.product)
    if cover.limited and cover.left < order.quantity:
        return _STOCK
    change(w, k, number, -order.quantity)
    count_units(w, k, order.member, order.quantity)
    return _NONE


@internal
def sold_share(w: int, k: int, product: int) -> float:
    """Share of the quota that is gone; 0 when unlimited."""
    cover = coverage_of(w, k * world_at(w, 0).products + product)
    return 0.0 if not cover.limited or cover.quota == 0 else 1.0 - cover.left / cover.quota


@internal
def change(w: int, k: int, number: int, units: int) -> None:
    """Change what is left by an order's units."""
    order = order_of(w, number)
    cover = coverage_of(w, k * world_at(w, 0).products + order.product)
    if cover.limited:
        cover.left += units
        emit(w, _QUOTA, order.member, -1, order.product, k, -1, number, -1, 0, units, order.cause)
