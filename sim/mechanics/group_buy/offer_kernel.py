"""What a group-buy offers, compiled: the first half of `sim.mechanics.group_buy.rules`."""

from __future__ import annotations

from sim.compiled import internal
from sim.decisions import fill_belief
from sim.events import Route
from sim.kernel.members import has_ordered_before, has_paid_before, standing, standing_at
from sim.kernel.records import (
    coverage_of,
    group_of,
    member_of,
    message_of,
    offer_of,
    order_of,
    route_of,
    settings_of,
    world_at,
)
from sim.kernel.shares import share_of_fen
from sim.mechanics.group_buy.record import (
    NEVER_PAID,
    NO_ORDER,
    group_buy_at,
)
from sim.mechanics.quota_kernel import units_bought
from sim.mechanics.reminders_kernel import ask, has_asked

_JOIN_ROUTE, _OPEN_ROUTE = int(Route.JOIN_GROUP), int(Route.OPEN_GROUP)
_RESERVE_ROUTE = int(Route.RESERVE)
_ARRIVAL_SECONDS = 60.0  # as in the readable form


@internal
def routes(w: int, k: int, member: int, product: int, number: int, count: int) -> int:
    """Join the group one was told of (or one on the open list), open one, or ask to be reminded."""
    world, offer, settings = world_at(w, 0), offer_of(w, k), settings_of(w, 0)
    cover, own = coverage_of(w, k * world.products + product), group_buy_at(offer.own, 0)
    if not cover.covered or waits_here(w, k, member, product):
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
        way.route, way.price_fen, way.effort = _JOIN_ROUTE, cover.price_fen, settings.effort_join_listed
        if g == message_of(w, number).group:
            way.effort = settings.effort_join_group
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


@internal
def waits_here(w: int, k: int, member: int, product: int) -> bool:
    """Whether the member waits in a group of this offer."""
    waiting = standing_at(standing(w, member, product), 0).waiting
    return waiting >= 0 and group_of(w, waiting).offer == k


@internal
def _preheat(w: int, k: int, member: int, product: int, count: int) -> int:
    world, offer = world_at(w, 0), offer_of(w, k)
    opens_in_s = offer.start_s - world.now_s
    if not 0 < opens_in_s <= group_buy_at(offer.own, 0).preheat_s:
        return count
    if has_asked(w, k, member, product, offer.start_s):
        return count
    way = route_of(w, count)
    way.route, way.effort = _RESERVE_ROUTE, 0.0
    way.price_fen = coverage_of(w, k * world.products + product).price_fen
    way.offer, way.group, way.belief, way.urgency, way.scarcity = k, -1, 1.0, 0.0, 0.0
    way.limit_units, way.leader_discount = 1, 0
    return count + 1


@internal
def reserved(w: int, k: int, member: int, product: int, number: int) -> None:
    """Remind the member when the offer opens."""
    offer = offer_of(w, k)
    ask(w, k, member, product, number, offer.start_s, group_buy_at(offer.own, 0).remind_s, _ARRIVAL_SECONDS)


@internal
def rewards_sharing_fen(w: int, k: int, member: int, product: int) -> int:
    """A leader is paid a share of the group's money, when it succeeds."""
    g = standing_at(standing(w, member, product), 0).waiting
    if g < 0 or group_of(w, g).offer != k or group_of(w, g).leader != member:
        return 0
    own = group_buy_at(offer_of(w, k).own, 0)
    price_fen = coverage_of(w, k * world_at(w, 0).products + product).price_fen
    return share_of_fen(price_fen * own.seats_needed, own.leader_commission_ppm)


@internal
def part_in_filling(w: int, g: int) -> float:
    """The part that each has in filling a group: 1 ÷ people who wait, while seats are missing."""
    group = group_of(w, g)
    missing = group_buy_at(offer_of(w, group.offer).own, 0).seats_needed - group.seats
    return 1.0 / group.seats if missing > 0 else 0.0


@internal
def _belief(w: int, k: int, seats_taken: int) -> float:
    settings, own = settings_of(w, 0), group_buy_at(offer_of(w, k).own, 0)
    missing = max(0, own.seats_needed - seats_taken)
    return fill_belief(
        settings.fill_prior,
        settings.fill_prior_groups,
        own.succeeded,
        own.failed,
        missing,
        own.seats_needed,
    )


@internal
def _group_to_join(w: int, k: int, member: int, product: int, number: int) -> int:
    message = message_of(w, number)
    if message.offer == k and message.group >= 0 and may_join(w, k, message.group, member, -1):
        return int(message.group)
    if not group_buy_at(offer_of(w, k).own, 0).open_list:
        return -1
    return first_joinable(w, k, product, member, -1)


@internal
def first_joinable(w: int, k: int, product: int, member: int, number: int) -> int:
    """The first group on the open list that a member may join, or -1."""
    g = coverage_of(w, k * world_at(w, 0).products + product).list_first
    while g >= 0 and not may_join(w, k, g, member, number):
        g = group_of(w, g).later
    return int(g)


@internal
def may_join(w: int, k: int, g: int, member: int, number: int) -> bool:
    """Whether a member may; `number`: of their order once paid (else -1), which says how new they were."""
    group, own = group_of(w, g), group_buy_at(offer_of(w, k).own, 0)
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
        return is_new(w, k, g, member, number)
    if group.open and own.min_new:
        missing_new = own.min_new - group.new
        if max(0, own.seats_needed - group.seats) <= missing_new:
            return is_new(w, k, g, member, number)
    return True


@internal
def _has_seat(w: int, g: int, member: int) -> bool:
    seat = group_of(w, g).first
    while seat >= 0:
        if order_of(w, seat).member == member:
            return True
        seat = order_of(w, seat).next
    return False


@internal
def is_new(w: int, k: int, g: int, member: int, number: int) -> bool:
    """Whether a member counts as a new customer; `number`: of their order once paid, or -1."""
    rule = group_buy_at(offer_of(w, k).own, 0).new_rule
    if rule == NEVER_PAID:
        return not has_paid_before(w, member) if number < 0 else order_of(w, number).first_purchase != 0
    if rule == NO_ORDER:
        return not has_ordered_before(w, member) if number < 0 else order_of(w, number).first_order != 0
    return member_of(w, member).registered_s >= group_of(w, g).leader_paid_s
