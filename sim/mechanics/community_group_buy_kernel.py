"""Community group-buy 社区团购, compiled: the same as `sim.mechanics.community_group_buy`."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled import internal
from sim.events import Kind, Reason, Route
from sim.kernel.agenda import at
from sim.kernel.memory import Memory
from sim.kernel.notes import first_note, forget, note_order
from sim.kernel.records import (
    coverage_of,
    int32_array,
    int32_at,
    int64_at,
    note_of,
    offer_of,
    order_of,
    put_int32,
    route_of,
    settings_of,
    world_at,
)
from sim.kernel.requests import ask_confirm, ask_promote, ask_refund
from sim.kernel.rows import emit
from sim.kernel.shares import share_of_fen
from sim.kernel.views import record_at
from sim.mechanics.clock import hour_of_day, midnight_before
from sim.mechanics.community_group_buy import CYCLE, POST, CommunityGroupBuyConfig, nearest_leaders
from sim.mechanics.quota_kernel import change, count_units, units_bought
from sim.mechanics.world import Phase
from sim.network.graph import SocialGraph
from sim.people import People
from sim.streams import mix, mix3, mix4
from sim.units import DAY, HOUR, share_ppm

CUT_OFF, LEADER_POSTS = 161, 162
"""What its timers do."""

_EARNED = 2  # what a note on an order says: its leader (who) earns so much (amount)
_TIERS = 20

COMMUNITY = np.dtype(
    [
        *(
            (name, "i8")
            for name in [
                "arrival_s",
                "minimum_order_fen",
                "limit_per_order",
                "limit_per_member_day",
                "posts_per_day",
                "cycle_s",
                "last_cut_off_s",
                "leaders",
                "leaders_n",
                "leader_of",
                "first_order",
                "last_order",
                "turnover",
                "tiers",
            ]
        ),
        ("open_hour", "f8"),
        ("cut_off_hour", "f8"),
        ("from_fen", "i8", (_TIERS,)),
        ("tier_ppm", "i8", (_TIERS,)),
    ],
    align=True,
)
"""leaders: address of int64[leaders_n]; leader_of: of int32[members]; first_order, last_order: of
int32[members], a leader's orders of the day; turnover: of `TURNOVER`[members]."""

TURNOVER = np.dtype([("month", "i8"), ("fen", "i8")])
_at, _turnover_at = record_at(COMMUNITY), record_at(TURNOVER)

_COMMUNITY = int(Route.COMMUNITY)
_OFFER_ENDED, _MINIMUM = int(Reason.OFFER_ENDED), int(Reason.MINIMUM)
_DEADLINE, _DISTRIBUTOR = int(Phase.DEADLINE), int(Phase.DISTRIBUTOR)
_ACCRUED, _PAID, _CLAWED, _COLLECTED, _REVERSED = (
    int(Kind.COMMISSION_ACCRUED),
    int(Kind.COMMISSION_PAID),
    int(Kind.COMMISSION_CLAWED),
    int(Kind.COMMISSION_COLLECTED),
    int(Kind.COMMISSION_REVERSED),
)


def pack(memory: Memory, config: CommunityGroupBuyConfig, people: People, graph: SocialGraph) -> int:
    """Write the settings into a record; its address."""
    own: Any = np.zeros(1, dtype=COMMUNITY)
    own["open_hour"], own["cut_off_hour"] = config.open_hour, config.cut_off_hour
    own["arrival_s"] = int(config.arrival_hour * HOUR)
    own["minimum_order_fen"], own["limit_per_order"] = config.minimum_order_fen, config.limit_per_order
    own["limit_per_member_day"] = config.limit_per_member_day
    own["posts_per_day"] = config.leader_posts_per_day
    own["tiers"] = len(config.leader_commission)
    for row, tier in enumerate(config.leader_commission):
        own["from_fen"][0, row], own["tier_ppm"][0, row] = tier.from_fen, share_ppm(tier.share)
    leaders = np.array(people.distributors, dtype=np.int64)
    own["leaders"], own["leaders_n"] = memory.keep(leaders), len(leaders)
    own["leader_of"] = memory.keep(nearest_leaders(people, graph, int(memory.world["seed"][0])))
    own["first_order"] = memory.keep(np.full(people.members, -1, dtype=np.int32))
    own["last_order"] = memory.keep(np.full(people.members, -1, dtype=np.int32))
    own["turnover"] = memory.keep(np.zeros(people.members, dtype=TURNOVER))
    return memory.keep(own)


def entries(config: CommunityGroupBuyConfig, people: People, days: int) -> int:
    """How many entries `start` makes, at most."""
    return days * (1 + len(people.distributors) * config.leader_posts_per_day)


@internal
def start(w: int, k: int) -> None:
    """Every day is cut off at its hour, and the leaders post before it."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    day_s = midnight_before(world.clock_s, offer.start_s)
    number = 0
    while day_s < offer.end_s:
        cut_off_s = day_s + int(own.cut_off_hour * HOUR)
        if cut_off_s > offer.start_s:
            cause = mix3(CYCLE, offer.address, number)
            at(w, cut_off_s, _DEADLINE, -1, cause, k, CUT_OFF, number, 0)
            own.last_cut_off_s = cut_off_s
            _plan_posts(w, k, day_s, number)
        day_s += DAY
        number += 1


@internal
def _plan_posts(w: int, k: int, day_s: int, number: int) -> None:
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    span_s = (own.cut_off_hour - own.open_hour) * HOUR
    for place in range(own.leaders_n):
        leader = int64_at(own.leaders, place)
        for post in range(own.posts_per_day):
            when_s = day_s + int(own.open_hour * HOUR + span_s * post / own.posts_per_day) + 60
            if offer.start_s <= when_s < offer.end_s:
                row = (number * own.posts_per_day + post) % offer.products_n
                cause = mix(mix4(POST, offer.address, number, post), leader)
                product = int64_at(offer.products, row)
                at(w, when_s, _DISTRIBUTOR, leader, cause, k, LEADER_POSTS, product, 0)


@internal
def post(w: int, k: int, leader: int, product: int, cause: int) -> None:
    """A leader posts the day's list into the chats."""
    ask_promote(w, leader, product, k, cause, True)


@internal
def routes(w: int, k: int, member: int, product: int, count: int) -> int:
    """Order while the day's list is open, through one's leader."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own, cover = _at(offer.own, 0), coverage_of(w, k * world.products + product)
    if not cover.covered or int32_at(own.leader_of, member) < 0:
        return count
    if not offer.start_s <= world.now_s < offer.end_s:
        return count
    hour = hour_of_day(world.clock_s, world.now_s)
    if not own.open_hour <= hour < own.cut_off_hour:
        return count
    left = own.limit_per_member_day - units_bought(w, k, member)
    if left <= 0:
        return count
    way = route_of(w, count)
    way.route, way.price_fen, way.effort = _COMMUNITY, cover.price_fen, settings_of(w, 0).effort_community
    way.offer, way.group, way.belief, way.scarcity = k, -1, 1.0, 0.0
    way.urgency = (hour - own.open_hour) / (own.cut_off_hour - own.open_hour)
    way.limit_units, way.leader_discount = min(own.limit_per_order, left), 0
    return count + 1


@internal
def rewards_sharing_fen(w: int, k: int, member: int, product: int) -> int:
    """What a leader earns on one unit."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own, cover = _at(offer.own, 0), coverage_of(w, k * world.products + product)
    if not cover.covered or int32_at(own.leader_of, member) != member:
        return 0
    if not offer.start_s <= world.now_s < offer.end_s:
        return 0
    return share_of_fen(cover.price_fen, own.tier_ppm[0])


@internal
def cancelled(w: int, k: int, number: int) -> None:
    """Give the day's quota back, while it is still that day."""
    order = order_of(w, number)
    if order.offer == k and order.placed_s >= _at(offer_of(w, k).own, 0).cycle_s:
        change(w, k, number, order.quantity)
        count_units(w, k, order.member, -order.quantity)


@internal
def paid(w: int, k: int, number: int) -> None:
    """Paid orders wait for the cut-off; one paid after it goes with the next day's, if there is one."""
    own, order = _at(offer_of(w, k).own, 0), order_of(w, number)
    if world_at(w, 0).now_s >= own.last_cut_off_s:
        ask_refund(w, number, _OFFER_ENDED)
        return
    leader = int32_at(own.leader_of, order.member)
    last = int32_at(own.last_order, leader)
    if last < 0:
        put_int32(own.first_order, leader, number)
    else:
        order_of(w, last).next = number
    put_int32(own.last_order, leader, number)


@internal
def cut_off(w: int, k: int, day: int) -> None:
    """The day's orders are served, leader by leader; the next day begins with its whole quota."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    own.cycle_s = world.now_s
    int32_array(offer.bought, 0, world.members)[:] = 0
    for place in range(offer.products_n):
        cover = coverage_of(w, k * world.products + int64_at(offer.products, place))
        cover.left = cover.quota
    arrival_s = midnight_before(world.clock_s, offer.start_s) + (day + 1) * DAY + own.arrival_s
    for place in range(own.leaders_n):
        leader = int64_at(own.leaders, place)
        first = int32_at(own.first_order, leader)
        put_int32(own.first_order, leader, -1)
        put_int32(own.last_order, leader, -1)
        if first >= 0:
            _serve(w, k, leader, first, arrival_s)


@internal
def _serve(w: int, k: int, leader: int, first: int, arrival_s: int) -> None:
    own = _at(offer_of(w, k).own, 0)
    total_fen, number = 0, first
    while number >= 0:
        total_fen += order_of(w, number).price_fen
        number = order_of(w, number).next
    if total_fen >= own.minimum_order_fen:
        _accrue(w, k, leader, first, total_fen)
    number = first
    while number >= 0:
        if total_fen < own.minimum_order_fen:
            ask_refund(w, number, _MINIMUM)
        else:
            ask_confirm(w, number, arrival_s, 0)
        number = order_of(w, number).next


@internal
def _accrue(w: int, k: int, leader: int, first: int, total_fen: int) -> None:
    own = _at(offer_of(w, k).own, 0)
    turnover = _turnover_at(own.turnover, leader)
    month = world_at(w, 0).now_s // (30 * DAY)
    if turnover.month != month:
        turnover.month, turnover.fen = month, 0
    share = own.tier_ppm[0]
    for row in range(own.tiers):
        if own.from_fen[row] <= turnover.fen:
            share = own.tier_ppm[row]
    turnover.fen += total_fen
    number = first
    while number >= 0:
        order = order_of(w, number)
        amount_fen = share_of_fen(order.price_fen, share)
        if amount_fen and order.member != leader:
            note_order(w, number, k, _EARNED, leader, amount_fen, 0)
            _row(w, k, _ACCRUED, number, leader, amount_fen)
        number = order.next


@internal
def received(w: int, k: int, number: int) -> None:
    """Fetched: the leader is paid."""
    place = first_note(w, order_of(w, number).notes, k, _EARNED)
    if place >= 0:
        _row(w, k, _PAID, number, note_of(w, place).who, note_of(w, place).amount_fen)


@internal
def returned(w: int, k: int, number: int) -> None:
    """Returned: the leader's commission is taken back, all of it, as leaders do not withdraw."""
    order = order_of(w, number)
    place = first_note(w, order.notes, k, _EARNED)
    if place >= 0:
        leader, amount_fen = note_of(w, place).who, note_of(w, place).amount_fen
        if order.received_s >= 0:
            _row(w, k, _CLAWED, number, leader, amount_fen)
            _row(w, k, _COLLECTED, number, leader, amount_fen)
        else:
            _row(w, k, _REVERSED, number, leader, amount_fen)
        forget(w, number, place)


@internal
def _row(w: int, k: int, kind: int, number: int, leader: int, amount_fen: int) -> None:
    order = order_of(w, number)
    emit(w, kind, leader, order.member, order.product, k, -1, number, -1, amount_fen, 1, order.cause)
