"""What becomes of a group, compiled: the second half of `sim.mechanics.group_buy.rules`."""

from __future__ import annotations

from sim.compiled import internal
from sim.events import Kind, Reason, Route
from sim.kernel.agenda import at
from sim.kernel.members import standing, standing_at
from sim.kernel.records import (
    coverage_of,
    group_of,
    offer_of,
    order_of,
    world_at,
)
from sim.kernel.requests import ask_confirm, ask_refund
from sim.kernel.rows import emit, seen_on
from sim.mechanics.group_buy.leader_reward_kernel import succeeded
from sim.mechanics.group_buy.offer_kernel import first_joinable, is_new, may_join, waits_here
from sim.mechanics.group_buy.record import (
    ANY,
    EXPIRE,
    JOIN_ANOTHER,
    OFF,
    OPEN_NEW,
    QUITS,
    group_buy_at,
)
from sim.mechanics.group_buy.rules import QUIT, RESTART
from sim.mechanics.quota_kernel import change, count_units
from sim.mechanics.world import Phase
from sim.streams import EFFORT, mix, uniform

_OPEN_ROUTE = int(Route.OPEN_GROUP)
_DEADLINE, _INCENTIVE = int(Phase.DEADLINE), int(Phase.INCENTIVE)
_GROUP_FULL, _GROUP_EXPIRED, _OFFER_ENDED = (
    int(Reason.GROUP_FULL),
    int(Reason.GROUP_EXPIRED),
    int(Reason.OFFER_ENDED),
)
_BEFORE_SUCCESS, _LEADER_QUIT, _TOO_FEW_NEW = (
    int(Reason.BEFORE_SUCCESS),
    int(Reason.LEADER_QUIT),
    int(Reason.TOO_FEW_NEW),
)
_OPENED, _JOINED, _SUCCEEDED, _FAILED, _VIRTUAL_FILL, _LEADER_CHANGED = (
    int(Kind.GROUP_OPENED),
    int(Kind.GROUP_JOINED),
    int(Kind.GROUP_SUCCEEDED),
    int(Kind.GROUP_FAILED),
    int(Kind.GROUP_VIRTUAL_FILL),
    int(Kind.LEADER_CHANGED),
)


@internal
def cancelled(w: int, k: int, number: int) -> None:
    """Give quota and limit back."""
    order = order_of(w, number)
    if order.offer == k:
        change(w, k, number, order.quantity)
        count_units(w, k, order.member, -order.quantity)


@internal
def paid(w: int, k: int, number: int) -> None:
    """A paid leader opens the group; a paid joiner takes a seat, or finds it gone."""
    order = order_of(w, number)
    if waits_here(w, k, order.member, order.product):
        ask_refund(w, number, _GROUP_FULL)
    elif order.route == _OPEN_ROUTE:
        _open(w, k, number)
    else:
        _join(w, k, number)


@internal
def _open(w: int, k: int, number: int) -> None:
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own = group_buy_at(offer.own, 0)
    if order.paid_s >= offer.end_s:
        ask_refund(w, number, _OFFER_ENDED)
        return
    g = world.group_used
    world.group_used += 1
    group = group_of(w, g)
    group.cause, group.product, group.leader, group.offer = order.cause, order.product, order.member, k
    group.leader_paid_s = order.paid_s
    group.deadline_s = min(order.paid_s + own.window_s, offer.end_s)
    group.restarts, group.new, group.seats, group.first, group.last = 0, 0, 0, -1, -1
    group.open, group.succeeded, group.reward_seats = 1, 0, 0
    _list(w, k, g)
    order.group = g
    _row(w, _OPENED, g, order.member, order.source, own.seats_needed)
    at(w, group.deadline_s, _DEADLINE, group.leader, group.cause, k, EXPIRE, g, 0)
    _seat(w, k, g, number)


@internal
def _join(w: int, k: int, number: int) -> None:
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own = group_buy_at(offer.own, 0)
    g = int(order.group)
    if may_join(w, k, g, order.member, number):
        if group_of(w, g).open:
            _seat(w, k, g, number)
        else:
            _append(w, g, number)
            _joined(w, k, g, number)
            ask_confirm(w, number, -1, _saved_fen(w, k, number, group_of(w, g).seats))
        return
    if own.overflow == JOIN_ANOTHER:
        other = first_joinable(w, k, order.product, order.member, number)
        if other >= 0:
            order.group = other
            order.from_list = 1
            _seat(w, k, other, number)
            return
    if own.overflow == OPEN_NEW and offer.start_s <= world.now_s < offer.end_s:
        _open(w, k, number)
        return
    ask_refund(w, number, _GROUP_FULL if group_of(w, g).succeeded else _GROUP_EXPIRED)


@internal
def _append(w: int, g: int, number: int) -> None:
    """Add an order to a group's."""
    group = group_of(w, g)
    order_of(w, number).next = -1
    if group.last >= 0:
        order_of(w, group.last).next = number
    else:
        group.first = number
    group.last = number
    group.seats += 1


@internal
def _seat(w: int, k: int, g: int, number: int) -> None:
    world, group, order = world_at(w, 0), group_of(w, g), order_of(w, number)
    own = group_buy_at(offer_of(w, k).own, 0)
    _append(w, g, number)
    standing_at(standing(w, order.member, order.product), 0).waiting = g
    _joined(w, k, g, number)
    if is_new(w, k, g, order.member, number):
        group.new += 1
    if group.seats >= own.most_seats and group.new >= own.min_new:
        _succeed(w, k, g)
    elif own.refund_before_success:
        luck = uniform(world.seed, EFFORT, order.member, 0, mix(QUIT, order.cause))
        if luck < own.quit_prob:
            # the same draw, rescaled to (0, 1), says when
            wait_s = int(luck / own.quit_prob * (group.deadline_s - world.now_s))
            at(
                w,
                world.now_s + 1 + wait_s,
                _INCENTIVE,
                order.member,
                mix(QUIT, order.cause),
                k,
                QUITS,
                g,
                number,
            )


@internal
def quits(w: int, k: int, g: int, number: int) -> None:
    """A member asks for the money back before the group is complete."""
    world, group, order = world_at(w, 0), group_of(w, g), order_of(w, number)
    offer = offer_of(w, k)
    own = group_buy_at(offer.own, 0)
    if not group.open or world.now_s >= world.horizon_s or not _remove(w, g, number):
        return
    if is_new(w, k, g, order.member, number):
        group.new -= 1
    standing_at(standing(w, order.member, order.product), 0).waiting = -1
    if group.seats == 0 or (order.member == group.leader and own.dissolves):
        _fail(w, k, g, _LEADER_QUIT)
    elif order.member == group.leader:
        group.leader = order_of(w, group.first).member
        _row(w, _LEADER_CHANGED, g, group.leader, order.member, 0)
        if own.restarts:
            group.restarts += 1
            group.deadline_s = min(world.now_s + own.window_s, offer.end_s)
            _unlist(w, k, g)
            _list(w, k, g)
            cause = mix(RESTART + group.restarts, group.cause)
            when_s = max(group.deadline_s, world.now_s + 1)
            at(w, when_s, _DEADLINE, group.leader, cause, k, EXPIRE, g, group.restarts)
    ask_refund(w, number, _BEFORE_SUCCESS)


@internal
def _remove(w: int, g: int, number: int) -> bool:
    """Take an order out of a group's; False if it is not among them."""
    group = group_of(w, g)
    before, seat = -1, int(group.first)
    while seat >= 0 and seat != number:
        before, seat = seat, int(order_of(w, seat).next)
    if seat < 0:
        return False
    following = order_of(w, number).next
    if before < 0:
        group.first = following
    else:
        order_of(w, before).next = following
    if group.last == number:
        group.last = before
    group.seats -= 1
    return True


@internal
def expire(w: int, k: int, g: int, restarts: int) -> None:
    """The group's time is up."""
    group, own = group_of(w, g), group_buy_at(offer_of(w, k).own, 0)
    if not group.open or restarts != group.restarts:
        return
    enough = group.seats >= own.seats_needed
    if enough and group.new >= own.min_new:
        _succeed(w, k, g)
    elif not enough and _fills_virtually(w, k, g):
        _row(w, _VIRTUAL_FILL, g, group.leader, -1, own.seats_needed - group.seats)
        _succeed(w, k, g)
    else:
        _fail(w, k, g, _GROUP_EXPIRED if not enough else _TOO_FEW_NEW)


@internal
def _fills_virtually(w: int, k: int, g: int) -> bool:
    own = group_buy_at(offer_of(w, k).own, 0)
    if own.virtual_fill == OFF:
        return False
    return own.virtual_fill == ANY or group_of(w, g).seats >= own.virtual_fill_share * own.seats_needed


@internal
def _succeed(w: int, k: int, g: int) -> None:
    group, own = group_of(w, g), group_buy_at(offer_of(w, k).own, 0)
    group.succeeded = 1
    _close(w, k, g)
    own.succeeded += 1
    people = group.seats
    _row(w, _SUCCEEDED, g, group.leader, -1, people)
    leader_order, paid_fen = -1, 0
    seat = group.first
    while seat >= 0:
        order = order_of(w, seat)
        if leader_order < 0 and order.member == group.leader:
            leader_order = int(seat)
        paid_fen += order.price_fen - _saved_fen(w, k, seat, people)
        seat = order.next
    if own.leader_commission_ppm and leader_order >= 0:
        succeeded(w, k, g, leader_order, paid_fen)
    seat = group.first
    while seat >= 0:
        ask_confirm(w, seat, -1, _saved_fen(w, k, seat, people))
        seat = order_of(w, seat).next


@internal
def _saved_fen(w: int, k: int, number: int, people: int) -> int:
    """What a ladder gives back on an order when the group has so many people."""
    order, own = order_of(w, number), group_buy_at(offer_of(w, k).own, 0)
    price_fen = coverage_of(w, k * world_at(w, 0).products + order.product).price_fen
    now_fen = price_fen
    for step in range(own.steps):
        if people >= own.people[step]:
            now_fen = own.step_price_fen[step]
    return min((price_fen - now_fen) * order.quantity, order.price_fen)


@internal
def _fail(w: int, k: int, g: int, reason: int) -> None:
    group = group_of(w, g)
    _close(w, k, g)
    group_buy_at(offer_of(w, k).own, 0).failed += 1
    _row(w, _FAILED, g, group.leader, -1, reason)
    seat = group.first
    while seat >= 0:
        ask_refund(w, seat, reason)
        seat = order_of(w, seat).next


@internal
def _close(w: int, k: int, g: int) -> None:
    group = group_of(w, g)
    group.open = 0
    _unlist(w, k, g)
    seat = group.first
    while seat >= 0:
        order = order_of(w, seat)
        standing_at(standing(w, order.member, order.product), 0).waiting = -1
        seat = order.next


@internal
def _list(w: int, k: int, g: int) -> None:
    group = group_of(w, g)
    cover = coverage_of(w, k * world_at(w, 0).products + group.product)
    group.earlier, group.later = cover.list_last, -1
    if cover.list_last >= 0:
        group_of(w, cover.list_last).later = g
    else:
        cover.list_first = g
    cover.list_last = g


@internal
def _unlist(w: int, k: int, g: int) -> None:
    group = group_of(w, g)
    cover = coverage_of(w, k * world_at(w, 0).products + group.product)
    if group.earlier >= 0:
        group_of(w, group.earlier).later = group.later
    else:
        cover.list_first = group.later
    if group.later >= 0:
        group_of(w, group.later).earlier = group.earlier
    else:
        cover.list_last = group.earlier


@internal
def _joined(w: int, k: int, g: int, number: int) -> None:
    order, group = order_of(w, number), group_of(w, g)
    emit(
        w,
        _JOINED,
        order.member,
        order.source,
        group.product,
        k,
        g,
        number,
        seen_on(w, number),
        0,
        group.seats,
        order.cause,
    )


@internal
def _row(w: int, kind: int, g: int, actor: int, source: int, value: int) -> None:
    group = group_of(w, g)
    emit(w, kind, actor, source, group.product, group.offer, g, -1, -1, 0, value, group.cause)
