"""The probit over routes: what every way to buy is worth to one reader (MODEL section 4)."""

from __future__ import annotations

from sim import decisions
from sim.engine.community import Community
from sim.engine.decision import RouteTerms
from sim.events import Channel, Route
from sim.mechanics.base import Offered
from sim.mechanics.world import Reading
from sim.streams import ROUTE_TASTE, TASTE_NOISE, normal, normal_quantile


def weigh_routes(world: Community, reading: Reading) -> list[RouteTerms]:
    """All ways to buy, weighed, in the order: alone, then the mechanics in theirs."""
    product = world.catalogue[reading.product]
    deciding = world.behaviour.deciding
    alone = Offered(Route.BUY_ALONE, product.list_price_fen, deciding.effort.buy_alone)
    common = {
        "base": base_term(world, reading),
        "taste": taste_term(world, reading),
        "source": source_term(world, reading),
        "response": response_term(world, reading),
        "incentive": deciding.incentive if world.mechanics.rewards_buying(world, reading) else 0.0,
        "fatigue": fatigue_term(world, reading),
    }
    state = world.products[reading.product]
    believed = decisions.believed_quality(
        product.quality, product.known_share, state.rating_sum, state.ratings
    )
    return [
        _weigh(world, reading, offered, common, believed)
        for offered in (alone, *world.mechanics.routes(world, reading))
    ]


def _weigh(
    world: Community, reading: Reading, offered: Offered, common: dict[str, float], believed: float
) -> RouteTerms:
    """One way to buy; `common`: the terms that all ways share; `believed`: the quality as seen."""
    member, deciding = reading.member, world.behaviour.deciding
    product, state = world.catalogue[reading.product], world.products[reading.product]
    discounts_fen = world.mechanics.discounts_fen(world, member, reading.product, offered, 1)
    price_fen = offered.price_fen - sum(discounts_fen.values())
    reference_fen = world.members[member].reference_fen(reading.product)
    coefficient = float(world.people.price_coefficient[member])
    terms = {
        **common,
        "price": decisions.price_term(coefficient, reference_fen, float(price_fen)),
        "quality": decisions.quality_term(
            deciding.quality_weight,
            believed,
            deciding.unknown_quality_penalty,
            product.known_share,
            state.ratings,
            reference_fen,
            float(price_fen),
        ),
        "pressure": decisions.pressure_term(
            deciding.urgency,
            offered.urgency,
            deciding.scarcity,
            offered.scarcity,
            believed,
            reference_fen,
            float(price_fen),
        ),
        "route_taste": deciding.route_taste_sigma
        * normal(world.seed, ROUTE_TASTE, member, int(offered.route), 0),
        "effort": -offered.effort,
        "belief": decisions.belief_term(offered.belief),
    }
    utility = decisions.route_utility(
        terms["base"],
        terms["taste"],
        terms["price"],
        terms["source"],
        terms["response"],
        terms["quality"],
        terms["pressure"],
        terms["route_taste"],
        terms["incentive"],
        terms["effort"],
        terms["fatigue"],
        terms["belief"],
    )
    return RouteTerms(offered, price_fen, discounts_fen, terms, utility)


def base_term(world: Community, reading: Reading) -> float:
    """Need of this segment for this category and item, and what the calendar adds today."""
    product = world.catalogue[reading.product]
    segment = world.segments[world.people.segment[reading.member]]
    own = getattr(world.behaviour.deciding.base, product.category) + getattr(
        segment.utility, product.category
    )
    return float(own + product.utility + world.calendar_utility(reading.product))


def taste_term(world: Community, reading: Reading) -> float:
    """Lasting taste and the passing part: one draw for each sender, else for each exposure."""
    member, product, message = reading.member, reading.product, reading.message
    address = message.sender if message.sender >= 0 else message.cause
    passing = normal(world.seed, TASTE_NOISE, member, world.people.product_address[product], address)
    persistence = world.behaviour.deciding.taste_persistence
    return decisions.mixed_taste(persistence, world.people.taste(member, product), passing)


def source_term(world: Community, reading: Reading) -> float:
    """Channel, tie, and how far the sender is believed."""
    message, deciding = reading.message, world.behaviour.deciding
    step = getattr(deciding.source_step, message.channel.name.lower()) + message.step
    if message.channel is Channel.CHAT:
        step += world.chat_step(message.chat)
    return decisions.source_term(
        step,
        message.charm,
        float(world.people.trust[reading.member]),
        world.credibility(message.sender),
        reading.tie,
        deciding.tie_slope,
        (deciding.advertising_share if message.advertising else 1.0)
        * (deciding.rewarded_share if message.rewarded else 1.0),
    )


def response_term(world: Community, reading: Reading) -> float:
    """What others do, as seen: the table of the product's effort class, in probability units."""
    table = world.response_tables[world.catalogue[reading.product].high_effort]
    zero_z = normal_quantile(decisions.table_value(*table, 0.0))
    z = normal_quantile(decisions.table_value(*table, response_argument(world, reading)))
    return decisions.response_term(z, zero_z, float(world.people.conformity[reading.member]))


def response_argument(world: Community, reading: Reading) -> float:
    """Where the response table is read."""
    argument = world.behaviour.deciding.response.argument
    standing = world.members[reading.member].standing(reading.product)
    if argument == "adopters":
        return float(len(standing.heard))
    if argument == "neighbour_weight":
        friends = sum(world.tie(reading.member, one) > 0.0 for one in standing.heard)
        return friends / max(1, int(world.graph.degree[reading.member]))
    if argument == "tie":
        return reading.tie
    if argument == "population_share":
        return world.products[reading.product].adopters / world.people.members
    return 0.0


def fatigue_term(world: Community, reading: Reading) -> float:
    """The tired want nothing; what one looked for oneself does not tire."""
    if not reading.message.promotional:
        return 0.0
    member = world.members[reading.member]
    return -world.behaviour.deciding.fatigue_weight * min(2.0, member.fatigue / member.tolerance)
