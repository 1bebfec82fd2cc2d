"""The probit over routes, compiled: what every way to buy is worth to one reader.

The same as `sim.engine.choice`; the ways to buy stand on the list `routes`: alone, then the mechanics'.
"""

from __future__ import annotations

from sim import decisions
from sim.compiled import internal
from sim.events import Route
from sim.kernel.codes import ADOPTERS, CHAT, NEIGHBOUR_WEIGHT, POPULATION_SHARE, TIE
from sim.kernel.members import credibility, fatigue, standing_at
from sim.kernel.records import (
    RESPONSE_POINTS,
    calendar_of,
    chat_of,
    friend_start_of,
    int8_at,
    member_of,
    message_of,
    product_of,
    route_of,
    segment_of,
    settings_of,
    world_at,
)
from sim.mechanics.kernel_registry import discounts, rewards_buying, routes
from sim.streams import ROUTE_TASTE, TASTE_NOISE, normal, normal_quantile
from sim.units import DAY

_ALONE = int(Route.BUY_ALONE)


@internal
def weigh_routes(w: int, member: int, product: int, number: int, tie: float, here_at: int) -> int:
    """Weigh all ways to buy; how many there are. number: of the message; here_at: address of the standing."""
    settings = settings_of(w, 0)
    m, what, message = member_of(w, member), product_of(w, product), message_of(w, number)
    here = standing_at(here_at, 0)
    alone = route_of(w, 0)
    alone.route, alone.price_fen, alone.effort = _ALONE, what.list_price_fen, settings.effort_buy_alone
    alone.offer, alone.group, alone.belief, alone.urgency, alone.scarcity = -1, -1, 1.0, 0.0, 0.0
    alone.limit_units, alone.leader_discount = 1, 0
    count = routes(w, member, product, number, 1)

    base = _base_term(w, member, product)
    taste = _taste_term(w, member, product, number, here.taste)
    source = _source_term(w, member, number, tie)
    response = _response_term(w, member, product, tie, here_at)
    incentive = settings.incentive if rewards_buying(w, member, product, number) else 0.0
    tired = 0.0
    if message.promotional:
        tired = -settings.fatigue_weight * min(2.0, fatigue(w, member) / m.tolerance)
    believed = decisions.believed_quality(what.quality, what.known_share, what.rating_sum, what.ratings)
    for k in range(count):
        way = route_of(w, k)
        way.discount_fen = discounts(w, member, product, k, 1)
        way.paid_fen = way.price_fen - way.discount_fen
        way.price_term = decisions.price_term(m.price_coefficient, here.reference_fen, float(way.paid_fen))
        way.utility = decisions.route_utility(
            base,
            taste,
            way.price_term,
            source,
            response,
            decisions.quality_term(
                settings.quality_weight,
                believed,
                settings.unknown_quality_penalty,
                what.known_share,
                what.ratings,
                here.reference_fen,
                float(way.paid_fen),
            ),
            decisions.pressure_term(
                settings.urgency,
                way.urgency,
                settings.scarcity,
                way.scarcity,
                believed,
                here.reference_fen,
                float(way.paid_fen),
            ),
            settings.route_taste_sigma * _route_taste(w, member, way.route),
            incentive,
            -way.effort,
            tired,
            decisions.belief_term(way.belief),
        )
        way.tried = 0
    return count


@internal
def _route_taste(w: int, member: int, route: int) -> float:
    """A member's lasting liking of a route, drawn at the first need."""
    m = member_of(w, member)
    if not m.routes_drawn & (1 << route):
        m.routes_drawn |= 1 << route
        m.route_taste[route] = normal(world_at(w, 0).seed, ROUTE_TASTE, member, route, 0)
    return float(m.route_taste[route])


@internal
def best_untried(w: int, count: int) -> int:
    """The best way to buy that has not been tried, the first of equals; -1 if all have been."""
    best = -1
    for k in range(count):
        way = route_of(w, k)
        if not way.tried and (best < 0 or way.utility > route_of(w, best).utility):
            best = k
    return best


@internal
def _base_term(w: int, member: int, product: int) -> float:
    """Need of this segment for this category and item, and what the calendar adds today."""
    settings, what = settings_of(w, 0), product_of(w, product)
    segment = segment_of(w, member_of(w, member).segment)
    own = settings.base[what.category] + segment.utility[what.category]
    return own + what.utility + _calendar_utility(w, product)


@internal
def _calendar_utility(w: int, product: int) -> float:
    world = world_at(w, 0)
    day, total = world.now_s / DAY, 0.0
    for k in range(settings_of(w, 0).calendar_entries):
        entry = calendar_of(w, k)
        applies = entry.all_products or int8_at(world.calendar_product, k * world.products + product)
        if applies and entry.from_day <= day < entry.to_day:
            total += entry.utility
    return total


@internal
def _taste_term(w: int, member: int, product: int, number: int, lasting: float) -> float:
    """Lasting taste and the passing part: one draw for each sender, else for each exposure."""
    message = message_of(w, number)
    address = message.sender if message.sender >= 0 else message.cause
    passing = normal(world_at(w, 0).seed, TASTE_NOISE, member, product_of(w, product).address, address)
    return decisions.mixed_taste(settings_of(w, 0).taste_persistence, lasting, passing)


@internal
def _source_term(w: int, member: int, number: int, tie: float) -> float:
    """Channel, tie, and how far the sender is believed."""
    settings, message = settings_of(w, 0), message_of(w, number)
    step = settings.source_step[message.channel] + message.step
    if message.channel == CHAT:
        step += chat_of(w, message.chat).step
    return decisions.source_term(
        step,
        message.charm,
        member_of(w, member).trust,
        credibility(w, message.sender),
        tie,
        settings.tie_slope,
        (settings.advertising_share if message.advertising else 1.0)
        * (settings.rewarded_share if message.rewarded else 1.0),
    )


@internal
def _response_term(w: int, member: int, product: int, tie: float, here_at: int) -> float:
    """What others do, as seen: the table of the product's effort class, in probability units."""
    settings = settings_of(w, 0)
    high = product_of(w, product).high_effort != 0
    zero_z = settings.high_z[0] if high else settings.low_z[0]
    heard = standing_at(here_at, 0).heard
    if settings.response == ADOPTERS and heard < RESPONSE_POINTS:
        z = settings.high_z[heard] if high else settings.low_z[heard]
    else:
        argument = _response_argument(w, member, product, tie, here_at)
        if high:
            places = settings.high_at[: settings.high_points]
            probs = settings.high_prob[: settings.high_points]
        else:
            places = settings.low_at[: settings.low_points]
            probs = settings.low_prob[: settings.low_points]
        z = normal_quantile(decisions.table_value(places, probs, argument))
    return decisions.response_term(z, zero_z, member_of(w, member).conformity)


@internal
def _response_argument(w: int, member: int, product: int, tie: float, here_at: int) -> float:
    """Where the response table is read."""
    argument = settings_of(w, 0).response
    here = standing_at(here_at, 0)
    if argument == ADOPTERS:
        return float(here.heard)
    if argument == NEIGHBOUR_WEIGHT:
        degree = friend_start_of(w, member + 1) - friend_start_of(w, member)
        return here.heard_friends / max(1, degree)
    if argument == TIE:
        return tie
    if argument == POPULATION_SHARE:
        return product_of(w, product).adopters / world_at(w, 0).members
    return 0.0
