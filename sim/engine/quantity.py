"""How many units an order has: what the price makes one stock up, and what a coupon still lacks."""

from __future__ import annotations

from sim.decisions import extra_unit_fen, stockpile_mean
from sim.engine.community import Community
from sim.engine.decision import RouteTerms
from sim.mechanics.world import Reading
from sim.streams import poisson_quantile


def wanted_units(
    world: Community, reading: Reading, weighed: RouteTerms, luck: float, postage_fen: int
) -> int:
    """Units of a consumable, within the limits of the way to buy; of anything else, one.

    First as many as the price of one unit makes wanted. Then, threshold by threshold from the lowest, what
    is missing for the next coupon, if at its price less what is saved as many are wanted, and if they are
    there and the wallet bears them. The way to buy itself is weighed at the price of one unit (assumption).

    luck: the order's draw, in (0, 1), the same for both steps.
    """
    member, product, offered = reading.member, reading.product, weighed.offered
    if offered.limit_units <= 1 or world.catalogue[product].repurchase_days is None:
        return 1
    scale = world.behaviour.deciding.stockpile_units
    reference_fen = world.members[member].reference_fen(product)

    def wanted_at(price_fen: float) -> int:
        return 1 + poisson_quantile(luck, stockpile_mean(scale, reference_fen, price_fen))

    def saved_fen(units: int) -> int:
        return sum(world.mechanics.discounts_fen(world, member, product, offered, units).values())

    units = min(offered.limit_units, wanted_at(float(weighed.price_fen)))
    left = (world.products[product].stock, world.mechanics.units_left(offered, product))
    most = min([offered.limit_units, *(one for one in left if one is not None)])
    for more in world.mechanics.units_for_discounts(world, member, product, offered):
        if not units < more <= most:
            continue
        payable_fen = offered.price_fen * more - saved_fen(more) + postage_fen
        each_fen = extra_unit_fen(offered.price_fen, more - units, saved_fen(more) - saved_fen(units))
        if wanted_at(each_fen) >= more and world.members[member].can_afford(payable_fen):
            units = more
    return units
