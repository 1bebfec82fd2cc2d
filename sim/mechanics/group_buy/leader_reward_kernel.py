"""The leader's reward, compiled: the same as `leader_reward`, function by function."""

from __future__ import annotations

from sim.compiled import internal
from sim.events import Kind
from sim.kernel.records import group_of, offer_of, order_of
from sim.kernel.rows import emit
from sim.kernel.shares import share_of_fen
from sim.mechanics.group_buy.record import group_buy_at
from sim.mechanics.rewards import PAID_WHEN_FINAL, TAKEN_BACK

_REWARD_PAID, _REWARD_REVERSED = int(Kind.REWARD_PAID), int(Kind.REWARD_REVERSED)


@internal
def succeeded(w: int, k: int, g: int, leader_order: int, group_paid_fen: int) -> None:
    """Pay it, unless it has to wait; what a ladder gives back is off `group_paid_fen` already."""
    group, own = group_of(w, g), group_buy_at(offer_of(w, k).own, 0)
    group.reward_seats = group.reward_open = group.seats
    group.reward_order, group.reward_fen = leader_order, 0
    if own.after_return != PAID_WHEN_FINAL:
        _move(w, k, g, share_of_fen(group_paid_fen, own.leader_commission_ppm))


@internal
def returned(w: int, k: int, number: int) -> None:
    """One order less to count for it."""
    order, own = order_of(w, number), group_buy_at(offer_of(w, k).own, 0)
    if order.offer != k or not _counts(w, int(order.group), number):
        return
    g = int(order.group)
    if own.after_return == TAKEN_BACK:
        _move(w, k, g, _due_fen(w, k, g))
    _decide(w, k, g)


@internal
def final(w: int, k: int, number: int) -> None:
    """One order more that stays."""
    order = order_of(w, number)
    if order.offer == k and _counts(w, int(order.group), number):
        _decide(w, k, int(order.group))


@internal
def _counts(w: int, g: int, number: int) -> bool:
    """Whether an order is among those that the group had as it succeeded."""
    group = group_of(w, g)
    seat = group.first
    for _ in range(group.reward_seats):
        if seat == number:
            return True
        seat = order_of(w, seat).next
    return False


@internal
def _decide(w: int, k: int, g: int) -> None:
    group = group_of(w, g)
    group.reward_open -= 1
    if group.reward_open == 0 and group_buy_at(offer_of(w, k).own, 0).after_return == PAID_WHEN_FINAL:
        _move(w, k, g, _due_fen(w, k, g))


@internal
def _due_fen(w: int, k: int, g: int) -> int:
    group = group_of(w, g)
    paid_fen, seat = 0, group.first
    for _ in range(group.reward_seats):
        order = order_of(w, seat)
        if not order.closed:
            paid_fen += order.price_fen - order.refunded_fen
        seat = order.next
    return share_of_fen(paid_fen, group_buy_at(offer_of(w, k).own, 0).leader_commission_ppm)


@internal
def _move(w: int, k: int, g: int, due_fen: int) -> None:
    """Pay or take back what brings it to what is due."""
    group = group_of(w, g)
    change_fen = due_fen - group.reward_fen
    group.reward_fen = due_fen
    if change_fen != 0:
        kind = _REWARD_PAID if change_fen > 0 else _REWARD_REVERSED
        amount_fen, order = abs(change_fen), group.reward_order
        emit(w, kind, group.leader, -1, group.product, k, g, order, -1, amount_fen, 0, group.cause)
