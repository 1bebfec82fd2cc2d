"""How many units an order has, compiled: the same as `sim.engine.quantity`."""

from __future__ import annotations

from sim.compiled import internal
from sim.decisions import extra_unit_fen, stockpile_mean
from sim.kernel.records import coverage_of, product_of, route_of, settings_of, world_at
from sim.mechanics.kernel_registry import discounts, units_for_next_discount
from sim.streams import poisson_quantile


@internal
def wanted_units(
    w: int, member: int, product: int, r: int, luck: float, reference_fen: float, wallet_fen: int
) -> int:
    """Units of a consumable, within the limits of the way to buy `r`; of anything else, one.

    luck: the order's draw, in (0, 1); wallet_fen: what the wallet still holds for goods, -1 without limit.
    """
    way = route_of(w, r)
    if way.limit_units <= 1 or product_of(w, product).repurchase_days < 0.0:
        return 1
    units = min(int(way.limit_units), _wanted_at(w, luck, reference_fen, float(way.paid_fen)))
    most = _most(w, product, r)
    more = units_for_next_discount(w, member, product, r, units)
    while 0 < more <= most:
        saved_fen = discounts(w, member, product, r, more)
        before_fen = discounts(w, member, product, r, units)
        each_fen = extra_unit_fen(way.price_fen, more - units, saved_fen - before_fen)
        affordable = wallet_fen < 0 or way.price_fen * more - saved_fen <= wallet_fen
        if affordable and _wanted_at(w, luck, reference_fen, each_fen) >= more:
            units = more
        more = units_for_next_discount(w, member, product, r, more)
    return units


@internal
def _wanted_at(w: int, luck: float, reference_fen: float, price_fen: float) -> int:
    mean = stockpile_mean(settings_of(w, 0).stockpile_units, reference_fen, price_fen)
    return 1 + poisson_quantile(luck, mean)


@internal
def _most(w: int, product: int, r: int) -> int:
    """The most units that the limits, the stock and the quota allow."""
    way, what = route_of(w, r), product_of(w, product)
    most = int(way.limit_units)
    if what.limited:
        most = min(most, int(what.stock))
    if way.offer >= 0:
        cover = coverage_of(w, way.offer * world_at(w, 0).products + product)
        if cover.limited:
            most = min(most, int(cover.left))
    return most
