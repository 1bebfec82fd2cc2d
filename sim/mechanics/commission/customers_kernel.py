"""Who is whose customer, compiled: the same as `sim.mechanics.commission.customers`, function by function."""

from __future__ import annotations

from sim.compiled import internal
from sim.events import Kind
from sim.kernel.members import has_ordered_before, has_paid_before
from sim.kernel.records import offer_of, order_of, world_at
from sim.kernel.rows import emit
from sim.mechanics.commission.record import (
    ANYBODY,
    LAST_CLICK,
    NEVER_PAID,
    PURCHASE,
    commission_at,
    distributor_at,
)

_BOUND = int(Kind.BOUND)


@internal
def holder(w: int, k: int, member: int) -> int:
    """The distributor whose bound customer a member is now, or -1."""
    own = commission_at(offer_of(w, k).own, 0)
    standing = distributor_at(own.distributors, member)
    return int(standing.bound) if world_at(w, 0).now_s - standing.since_s <= own.holds_s else -1


@internal
def clicked_on(w: int, k: int, member: int) -> int:
    """The distributor whose message a member read last and recently enough, or -1."""
    own = commission_at(offer_of(w, k).own, 0)
    standing = distributor_at(own.distributors, member)
    return int(standing.clicked) if world_at(w, 0).now_s - standing.since_s <= own.holds_s else -1


@internal
def clicks(w: int, k: int, member: int, distributor: int, cause: int) -> None:
    """A member reads a distributor's message, which counts as a click on the link."""
    own = commission_at(offer_of(w, k).own, 0)
    if own.binds_by == PURCHASE or not _bindable(w, k, member):
        return
    if own.binds_by == LAST_CLICK:
        standing = distributor_at(own.distributors, member)
        standing.clicked, standing.since_s = distributor, world_at(w, 0).now_s
    elif holder(w, k, member) < 0:
        _bind(w, k, member, distributor, cause)


@internal
def bought(w: int, k: int, number: int, distributor: int) -> None:
    """An order was paid through a distributor."""
    own, order = commission_at(offer_of(w, k).own, 0), order_of(w, number)
    if own.binds_whom == ANYBODY:
        fits = True
    elif own.binds_whom == NEVER_PAID:
        fits = order.first_purchase != 0
    else:
        fits = order.first_order != 0
    if own.binds_by == PURCHASE and fits and holder(w, k, order.member) < 0:
        _bind(w, k, order.member, distributor, order.cause)


@internal
def _bindable(w: int, k: int, member: int) -> bool:
    whom = commission_at(offer_of(w, k).own, 0).binds_whom
    if whom == NEVER_PAID:
        return not has_paid_before(w, member)
    return whom == ANYBODY or not has_ordered_before(w, member)


@internal
def _bind(w: int, k: int, member: int, distributor: int, cause: int) -> None:
    standing = distributor_at(commission_at(offer_of(w, k).own, 0).distributors, member)
    standing.bound, standing.since_s = distributor, world_at(w, 0).now_s
    emit(w, _BOUND, member, distributor, -1, k, -1, -1, -1, 0, 0, cause)
