"""Group-buy 拼团, compiled: the same as `sim.mechanics.group_buy.rules`, function by function."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.apart import apart
from sim.compiled import compiled
from sim.decisions import fill_belief
from sim.events import Channel, Kind, Reason, Route
from sim.kernel.agenda import at
from sim.kernel.members import has_ordered_before, has_paid_before, standing, standing_at
from sim.kernel.memory import Memory
from sim.kernel.records import (
    coverage_of,
    group_of,
    member_of,
    message_of,
    offer_of,
    order_of,
    record_at,
    route_of,
    settings_of,
    world_at,
)
from sim.kernel.requests import ask_confirm, ask_refund
from sim.kernel.rows import emit
from sim.kernel.shares import share_of_fen
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.group_buy.rules import QUIT, RESTART
from sim.mechanics.quota_kernel import change, count_units, units_bought
from sim.mechanics.reminders_kernel import ask, has_asked
from sim.mechanics.world import Phase
from sim.streams import EFFORT, mix, uniform
from sim.units import HOUR, MINUTE, share_ppm

EXPIRE, QUITS = 101, 102
"""What its timers do."""

_NEVER_PAID, _NO_ORDER = 0, 1
_NEW_RULES = ("never_paid", "no_order", "registered_after_leader_paid")
_REFUND, _JOIN_ANOTHER, _OPEN_NEW = 0, 1, 2
_OVERFLOWS = ("refund", "join_another", "open_new")
_OFF, _AT_EXPIRY, _ANY = 0, 1, 2
_FILLS = ("off", "at_expiry", "any")
_STEPS = 20  # of a ladder, at most

GROUP_BUY = np.dtype(
    [
        *(
            (name, "i8")
            for name in [
                "window_s",
                "limit_per_member",
                "limit_per_order",
                "leader_discount_fen",
                "seats_needed",
                "most_seats",
                "pull_new",
                "open_list",
                "new_rule",
                "min_new",
                "remind_s",
                "overflow",
                "dissolves",
                "restarts",
                "joinable",
                "refund_before_success",
                "leader_commission_ppm",
                "virtual_fill",
                "steps",
                "succeeded",
                "failed",
            ]
        ),
        *((name, "f8") for name in ["preheat_s", "quit_prob", "virtual_fill_share"]),
        ("people", "i8", (_STEPS,)),
        ("step_price_fen", "i8", (_STEPS,)),
    ],
    align=True,
)
_at = record_at(GROUP_BUY)

_JOIN_ROUTE, _OPEN_ROUTE, _RESERVE_ROUTE = (
    int(Route.JOIN_GROUP),
    int(Route.OPEN_GROUP),
    int(Route.RESERVE),
)
_DEADLINE, _INCENTIVE, _OPEN_LIST = int(Phase.DEADLINE), int(Phase.INCENTIVE), int(Channel.OPEN_LIST)
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
_OPENED, _JOINED, _SUCCEEDED, _FAILED, _VIRTUAL_FILL, _LEADER_CHANGED, _REWARD_PAID = (
    int(Kind.GROUP_OPENED),
    int(Kind.GROUP_JOINED),
    int(Kind.GROUP_SUCCEEDED),
    int(Kind.GROUP_FAILED),
    int(Kind.GROUP_VIRTUAL_FILL),
    int(Kind.LEADER_CHANGED),
    int(Kind.REWARD_PAID),
)
_ARRIVAL_SECONDS = 60.0  # as in the readable form


def pack(memory: Memory, config: GroupBuyConfig, start_s: int) -> int:
    """Write the settings into a record; its address. Prices and quotas stand in the coverage."""
    own: Any = np.zeros(1, dtype=GROUP_BUY)
    own["window_s"] = max(1, int(config.window_hours * HOUR))
    own["limit_per_member"], own["limit_per_order"] = config.limit_per_member, config.limit_per_order
    own["leader_discount_fen"] = config.leader_discount_fen
    own["seats_needed"] = config.seats_needed
    own["most_seats"] = config.ladder[-1].people if config.ladder else config.group_size
    own["pull_new"], own["open_list"] = config.mode == "pull_new", config.open_list
    own["new_rule"], own["min_new"] = _NEW_RULES.index(config.new_customer_rule), config.min_new_customers
    own["remind_s"] = start_s - int(config.remind_minutes * MINUTE)
    own["preheat_s"] = config.preheat_hours * HOUR
    own["overflow"], own["dissolves"] = _OVERFLOWS.index(config.overflow), config.leader_quits == "dissolve"
    own["restarts"], own["joinable"] = config.restart_deadline, config.joinable_after_success
    own["refund_before_success"], own["quit_prob"] = config.refund_before_success, config.quit_prob
    own["leader_commission_ppm"] = share_ppm(config.leader_commission_share)
    own["virtual_fill"] = _FILLS.index(config.virtual_fill)
    own["virtual_fill_share"] = config.virtual_fill_share
    own["steps"] = len(config.ladder)
    for k, step in enumerate(config.ladder):
        own["people"][0, k], own["step_price_fen"][0, k] = step.people, step.price_fen
    return memory.keep(own)


# what is offered


@apart
def routes(w: int, k: int, member: int, product: int, number: int, count: int) -> int:
    """Join the group one was told of (or one on the open list), open one, or ask to be reminded."""
    world, offer, settings = world_at(w, 0), offer_of(w, k), settings_of(w, 0)
    cover, own = coverage_of(w, k * world.products + product), _at(offer.own, 0)
    if not cover.covered or _waits_here(w, k, member, product):
        return count
    if not offer.start_s <= world.now_s < offer.end_s:
        return _preheat(w, k, member, product, count)
    bought = units_bought(w, k, member)
    if bought >= own.limit_per_member:
        return count
    limit = min(own.limit_per_order, own.limit_per_member - bought)
    g = _group_to_join(w, k, member, product, number)
    if g >= 0:
        group = group_of(w, g)
        urgency = 1.0 - (group.deadline_s - world.now_s) / own.window_s
        way = route_of(w, count)
        way.route, way.price_fen, way.effort = _JOIN_ROUTE, cover.price_fen, settings.effort_join_group
        way.offer, way.group, way.belief = k, g, _belief(w, k, group.seats + 1)
        way.urgency, way.scarcity = min(1.0, max(0.0, urgency)), 0.0
        way.limit_units, way.leader_discount = limit, 0
        count += 1
    way = route_of(w, count)
    way.route, way.effort = _OPEN_ROUTE, settings.effort_open_group
    way.price_fen = max(1, cover.price_fen - own.leader_discount_fen)
    way.offer, way.group, way.belief = k, -1, _belief(w, k, 1)
    way.urgency, way.scarcity = 0.0, 0.0
    way.limit_units, way.leader_discount = limit, own.leader_discount_fen > 0
    return count + 1


@compiled
def _waits_here(w: int, k: int, member: int, product: int) -> bool:
    waiting = standing_at(standing(w, member, product), 0).waiting
    return waiting >= 0 and group_of(w, waiting).offer == k


@compiled
def _preheat(w: int, k: int, member: int, product: int, count: int) -> int:
    world, offer = world_at(w, 0), offer_of(w, k)
    opens_in_s = offer.start_s - world.now_s
    if not 0 < opens_in_s <= _at(offer.own, 0).preheat_s:
        return count
    if has_asked(w, k, member, product, offer.start_s):
        return count
    way = route_of(w, count)
    way.route, way.effort = _RESERVE_ROUTE, 0.0
    way.price_fen = coverage_of(w, k * world.products + product).price_fen
    way.offer, way.group, way.belief, way.urgency, way.scarcity = k, -1, 1.0, 0.0, 0.0
    way.limit_units, way.leader_discount = 1, 0
    return count + 1


@apart
def reserved(w: int, k: int, member: int, product: int, number: int) -> None:
    """Remind the member when the offer opens."""
    offer = offer_of(w, k)
    ask(w, k, member, product, number, offer.start_s, _at(offer.own, 0).remind_s, _ARRIVAL_SECONDS)


@apart
def rewards_sharing_fen(w: int, k: int, member: int, product: int) -> int:
    """A leader is paid a share of the group's money, when it succeeds."""
    g = standing_at(standing(w, member, product), 0).waiting
    if g < 0 or group_of(w, g).offer != k or group_of(w, g).leader != member:
        return 0
    own = _at(offer_of(w, k).own, 0)
    price_fen = coverage_of(w, k * world_at(w, 0).products + product).price_fen
    return share_of_fen(price_fen * own.seats_needed, own.leader_commission_ppm)


@compiled
def missing_share(w: int, g: int) -> float:
    """Share of the seats beside the leader's that a group still lacks."""
    group = group_of(w, g)
    own = _at(offer_of(w, group.offer).own, 0)
    missing = max(0, own.seats_needed - group.seats)
    return min(1.0, missing / max(1, own.seats_needed - 1))


@compiled
def _belief(w: int, k: int, seats_taken: int) -> float:
    settings, own = settings_of(w, 0), _at(offer_of(w, k).own, 0)
    missing = max(0, own.seats_needed - seats_taken)
    return fill_belief(
        settings.fill_prior,
        settings.fill_prior_groups,
        own.succeeded,
        own.failed,
        missing,
        own.seats_needed,
    )


@compiled
def _group_to_join(w: int, k: int, member: int, product: int, number: int) -> int:
    message = message_of(w, number)
    if message.offer == k and message.group >= 0 and _may_join(w, k, message.group, member, -1):
        return int(message.group)
    if not _at(offer_of(w, k).own, 0).open_list:
        return -1
    return _first_joinable(w, k, product, member, -1)


@compiled
def _first_joinable(w: int, k: int, product: int, member: int, number: int) -> int:
    """The first group on the open list that a member may join, or -1."""
    g = coverage_of(w, k * world_at(w, 0).products + product).list_first
    while g >= 0 and not _may_join(w, k, g, member, number):
        g = group_of(w, g).later
    return int(g)


@compiled
def _may_join(w: int, k: int, g: int, member: int, number: int) -> bool:
    """Whether a member may; `number`: of their order once paid (else -1), which remembers how new they were."""
    group, own = group_of(w, g), _at(offer_of(w, k).own, 0)
    if world_at(w, 0).now_s >= group.deadline_s or not (group.open or (group.succeeded and own.joinable)):
        return False
    if group.open:
        if standing_at(standing(w, member, group.product), 0).waiting == g:
            return False
    elif _has_seat(w, g, member):
        return False
    if group.open and group.seats >= own.most_seats:
        return False
    if own.pull_new:
        return _is_new(w, k, g, member, number)
    if group.open and own.min_new:
        missing_new = own.min_new - group.new
        if max(0, own.seats_needed - group.seats) <= missing_new:
            return _is_new(w, k, g, member, number)
    return True


@compiled
def _has_seat(w: int, g: int, member: int) -> bool:
    seat = group_of(w, g).first
    while seat >= 0:
        if order_of(w, seat).member == member:
            return True
        seat = order_of(w, seat).next
    return False


@compiled
def _is_new(w: int, k: int, g: int, member: int, number: int) -> bool:
    rule = _at(offer_of(w, k).own, 0).new_rule
    if rule == _NEVER_PAID:
        return not has_paid_before(w, member) if number < 0 else order_of(w, number).first_purchase != 0
    if rule == _NO_ORDER:
        return not has_ordered_before(w, member) if number < 0 else order_of(w, number).first_order != 0
    return member_of(w, member).registered_s >= group_of(w, g).leader_paid_s


# what becomes of it


@apart
def cancelled(w: int, k: int, number: int) -> None:
    """Give quota and limit back."""
    order = order_of(w, number)
    if order.offer == k:
        change(w, k, number, order.quantity)
        count_units(w, k, order.member, -order.quantity)


@apart
def paid(w: int, k: int, number: int) -> None:
    """A paid leader opens the group; a paid joiner takes a seat, or finds it gone."""
    order = order_of(w, number)
    if _waits_here(w, k, order.member, order.product):
        ask_refund(w, number, _GROUP_FULL)
    elif order.route == _OPEN_ROUTE:
        _open(w, k, number)
    else:
        _join(w, k, number)


@compiled
def _open(w: int, k: int, number: int) -> None:
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own = _at(offer.own, 0)
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
    group.open, group.succeeded = 1, 0
    _list(w, k, g)
    order.group = g
    _row(w, _OPENED, g, order.member, order.source, own.seats_needed)
    at(w, group.deadline_s, _DEADLINE, group.leader, group.cause, k, EXPIRE, g, 0)
    _seat(w, k, g, number)


@compiled
def _join(w: int, k: int, number: int) -> None:
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own = _at(offer.own, 0)
    g = int(order.group)
    if _may_join(w, k, g, order.member, number):
        if group_of(w, g).open:
            _seat(w, k, g, number)
        else:
            _append(w, g, number)
            _joined(w, k, g, number)
            ask_confirm(w, number, -1, _saved_fen(w, k, number, group_of(w, g).seats))
        return
    if own.overflow == _JOIN_ANOTHER:
        other = _first_joinable(w, k, order.product, order.member, number)
        if other >= 0:
            order.group = other
            order.from_list = 1
            _seat(w, k, other, number)
            return
    if own.overflow == _OPEN_NEW and offer.start_s <= world.now_s < offer.end_s:
        _open(w, k, number)
        return
    ask_refund(w, number, _GROUP_FULL if group_of(w, g).succeeded else _GROUP_EXPIRED)


@compiled
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


@compiled
def _seat(w: int, k: int, g: int, number: int) -> None:
    world, group, order = world_at(w, 0), group_of(w, g), order_of(w, number)
    own = _at(offer_of(w, k).own, 0)
    _append(w, g, number)
    standing_at(standing(w, order.member, order.product), 0).waiting = g
    _joined(w, k, g, number)
    if _is_new(w, k, g, order.member, number):
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


@apart
def quits(w: int, k: int, g: int, number: int) -> None:
    """A member asks for the money back before the group is complete."""
    world, group, order = world_at(w, 0), group_of(w, g), order_of(w, number)
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    if not group.open or world.now_s >= world.horizon_s or not _remove(w, g, number):
        return
    if _is_new(w, k, g, order.member, number):
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


@compiled
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


@apart
def expire(w: int, k: int, g: int, restarts: int) -> None:
    """The group's time is up."""
    group, own = group_of(w, g), _at(offer_of(w, k).own, 0)
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


@compiled
def _fills_virtually(w: int, k: int, g: int) -> bool:
    own = _at(offer_of(w, k).own, 0)
    if own.virtual_fill == _OFF:
        return False
    return own.virtual_fill == _ANY or group_of(w, g).seats >= own.virtual_fill_share * own.seats_needed


@compiled
def _succeed(w: int, k: int, g: int) -> None:
    group, own = group_of(w, g), _at(offer_of(w, k).own, 0)
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
    bonus_fen = share_of_fen(paid_fen, own.leader_commission_ppm)
    if bonus_fen and leader_order >= 0:
        emit(
            w,
            _REWARD_PAID,
            group.leader,
            -1,
            group.product,
            k,
            g,
            leader_order,
            -1,
            bonus_fen,
            0,
            group.cause,
        )
    seat = group.first
    while seat >= 0:
        ask_confirm(w, seat, -1, _saved_fen(w, k, seat, people))
        seat = order_of(w, seat).next


@compiled
def _saved_fen(w: int, k: int, number: int, people: int) -> int:
    """What a ladder gives back on an order when the group has so many people."""
    order, own = order_of(w, number), _at(offer_of(w, k).own, 0)
    price_fen = coverage_of(w, k * world_at(w, 0).products + order.product).price_fen
    now_fen = price_fen
    for step in range(own.steps):
        if people >= own.people[step]:
            now_fen = own.step_price_fen[step]
    return min((price_fen - now_fen) * order.quantity, order.price_fen)


@compiled
def _fail(w: int, k: int, g: int, reason: int) -> None:
    group = group_of(w, g)
    _close(w, k, g)
    _at(offer_of(w, k).own, 0).failed += 1
    _row(w, _FAILED, g, group.leader, -1, reason)
    seat = group.first
    while seat >= 0:
        ask_refund(w, seat, reason)
        seat = order_of(w, seat).next


@compiled
def _close(w: int, k: int, g: int) -> None:
    group = group_of(w, g)
    group.open = 0
    _unlist(w, k, g)
    seat = group.first
    while seat >= 0:
        order = order_of(w, seat)
        standing_at(standing(w, order.member, order.product), 0).waiting = -1
        seat = order.next


@compiled
def _list(w: int, k: int, g: int) -> None:
    group = group_of(w, g)
    cover = coverage_of(w, k * world_at(w, 0).products + group.product)
    group.earlier, group.later = cover.list_last, -1
    if cover.list_last >= 0:
        group_of(w, cover.list_last).later = g
    else:
        cover.list_first = g
    cover.list_last = g


@compiled
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


@compiled
def _joined(w: int, k: int, g: int, number: int) -> None:
    order, group = order_of(w, number), group_of(w, g)
    channel = _OPEN_LIST if order.from_list else order.channel
    emit(
        w,
        _JOINED,
        order.member,
        order.source,
        group.product,
        k,
        g,
        number,
        channel,
        0,
        group.seats,
        order.cause,
    )


@compiled
def _row(w: int, kind: int, g: int, actor: int, source: int, value: int) -> None:
    group = group_of(w, g)
    emit(w, kind, actor, source, group.product, group.offer, g, -1, -1, 0, value, group.cause)
