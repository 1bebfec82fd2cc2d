"""Members, compiled: they read, decide, buy, pass it on, tire, judge and browse. As `sim.engine.member`."""

from __future__ import annotations

from sim import streams
from sim.compiled import compiled, internal
from sim.decisions import rating_of
from sim.events import Channel, Kind, Route
from sim.fast.choice import best_untried, weigh_routes
from sim.fast.desk import place
from sim.fast.sharing import share_liked
from sim.fast.talk import clicked, leave_or_mute, mute_pushes
from sim.kernel.agenda import BROWSING, visit_at
from sim.kernel.codes import CHAT, NEIGHBOUR_WEIGHT, PUSH
from sim.kernel.members import fatigue, standing, standing_at, tie
from sim.kernel.records import (
    HEARD_HERE,
    float64_array,
    heard_of,
    int64_array,
    member_of,
    message_of,
    order_of,
    product_of,
    route_of,
    segment_of,
    settings_of,
    world_at,
)
from sim.kernel.rows import emit
from sim.mechanics import kernel_registry
from sim.sessions import BROWSE_BLOCK_HOURS, NEVER, browsed_item, next_candidate

_TRIES = 3  # ways to buy that are tried; as in the readable engine
_READ, _CONSIDER, _REVIEW = int(Kind.READ), int(Kind.CONSIDER), int(Kind.REVIEW)
_RESERVE, _BROWSE_CHANNEL = int(Route.RESERVE), int(Channel.BROWSE)

BROWSED = 0
"""The message that stands for what one is looking at; used again each time."""


@internal
def read(w: int, member: int, number: int, known_tie: float) -> None:
    """An exposure: note it, tire of it, decide, perhaps pass it on. known_tie: -1 if not known yet."""
    world, settings, message = world_at(w, 0), settings_of(w, 0), message_of(w, number)
    emit(
        w,
        _READ,
        member,
        message.sender,
        message.product,
        message.offer,
        message.group,
        -1,
        message.channel,
        0,
        0,
        message.cause,
    )
    if message.product < 0:
        _rest(w, member, settings.value_item_heals)
        return
    product = message.product
    here_at = standing(w, member, product)
    here = standing_at(here_at, 0)
    limit = settings.high_heard if product_of(w, product).high_effort else settings.low_heard
    if message.adopted and message.sender >= 0 and here.heard < limit:
        _hear(w, member, message.sender, here_at)
    kernel_registry.heard(w, member, product, number)
    has_enough = here.adopted and (here.due_s < 0 or world.now_s < here.due_s)
    if here.pending < 0 and not has_enough:
        strength = known_tie if known_tie >= 0.0 else tie(w, member, message.sender)
        _decide(w, member, product, number, strength, here_at)
    if message_of(w, number).promotional:
        _tire(w, member, number)


@internal
def _hear(w: int, member: int, sender: int, here_at: int) -> None:
    """Remember from whom one has heard; more than the response table tells apart are not kept."""
    world, here = world_at(w, 0), standing_at(here_at, 0)
    for one in range(min(here.heard, HEARD_HERE)):
        if here.heard_from[one] == sender:
            return
    known = here.heard_first
    while known >= 0:
        if heard_of(w, known).sender == sender:
            return
        known = heard_of(w, known).next
    if here.heard < HEARD_HERE:
        here.heard_from[here.heard] = sender
    else:
        new = world.heard_used
        world.heard_used += 1
        heard_of(w, new).sender, heard_of(w, new).next = sender, here.heard_first
        here.heard_first = new
    here.heard += 1
    if settings_of(w, 0).response == NEIGHBOUR_WEIGHT and tie(w, member, sender) > 0.0:
        here.heard_friends += 1


@internal
def _decide(w: int, member: int, product: int, number: int, strength: float, here_at: int) -> None:
    """Take the best way to buy if it is worth it; look closer, or like it, if it nearly is."""
    world, settings, message = world_at(w, 0), settings_of(w, 0), message_of(w, number)
    count = weigh_routes(w, member, product, number, strength, here_at)
    k = best_untried(w, count)
    best = route_of(w, k).utility
    if best > -settings.consider_margin:
        emit(
            w,
            _CONSIDER,
            member,
            message.sender,
            product,
            -1,
            -1,
            -1,
            message.channel,
            0,
            0,
            message.cause,
        )
        clicked(w, number, member)
    taken = False
    for _ in range(_TRIES):
        if k < 0 or route_of(w, k).utility <= 0.0 or world.now_s >= world.horizon_s:
            break
        if route_of(w, k).route == _RESERVE:
            kernel_registry.reserved(w, member, product, number, k)
            taken = True
        else:
            taken = place(w, member, product, number, k, here_at)
        if taken:
            break
        route_of(w, k).tried = 1
        k = best_untried(w, count)
    if not taken and best > -settings.liked_margin:
        share_liked(w, member, number)


# tiring


@internal
def _tire(w: int, member: int, number: int) -> None:
    """A promotional item adds to the load; past one's tolerance one mutes where it came from."""
    settings, m, message = settings_of(w, 0), member_of(w, member), message_of(w, number)
    _rest(w, member, -(settings.per_push if message.channel == PUSH else settings.per_item))
    if m.fatigue <= m.tolerance:
        return
    if message.channel == CHAT:
        leave_or_mute(w, member, message.chat, m.fatigue > settings.leave_at * m.tolerance)
    elif message.channel == PUSH:
        mute_pushes(w, member)


@internal
def _rest(w: int, member: int, units: float) -> None:
    m = member_of(w, member)
    m.fatigue = max(0.0, fatigue(w, member) - units)
    m.fatigue_s = world_at(w, 0).now_s


# judging


@internal
def review(w: int, number: int) -> None:
    """Leave a rating that others see."""
    order = order_of(w, number)
    what = product_of(w, order.product)
    rating = rating_of(what.quality, order.satisfaction)
    what.rating_sum += rating
    what.ratings += 1
    emit(w, _REVIEW, order.member, -1, order.product, -1, -1, number, -1, 0, rating, order.cause)
    kernel_registry.reviewed(w, number, rating)


# own browsing


@internal
def plan_browse(w: int, member: int, from_s: int) -> None:
    """Put the member's next look at the shop on the agenda."""
    world = world_at(w, 0)
    per_hour = segment_of(w, member_of(w, member).segment).browse_per_hour
    if per_hour <= 0.0:
        return
    when_s, k = next_candidate(
        world.seed,
        streams.BROWSE_COUNT,
        streams.BROWSE_TIME,
        member,
        per_hour,
        float64_array(world.summed_rate, 0, world.hours + 1),
        BROWSE_BLOCK_HOURS,
        from_s,
    )
    if when_s < NEVER:
        visit_at(w, BROWSING, member, when_s, k)


@compiled
def plan_browsing(w: int) -> None:
    """Put everybody's first look at the shop on the agenda."""
    for member in range(world_at(w, 0).members):
        plan_browse(w, member, 0)


@internal
def browse(w: int, member: int, cause: int) -> None:
    """Look at one item of the shop, as likely as it is popular."""
    world = world_at(w, 0)
    product = browsed_item(
        world.seed,
        member,
        cause,
        int64_array(world.product_address, 0, world.products),
        float64_array(world.popularity, 0, world.products),
    )
    if product >= 0:
        message = message_of(w, BROWSED)
        message.cause, message.time_s, message.product = cause, world.now_s, product
        read(w, member, BROWSED, 0.0)
    plan_browse(w, member, world.now_s + 1)
