"""A shop with a large catalogue: items that differ in how many look for them, how they appeal, and in price.

The items are drawn once, at addresses of their own, so that every run of every arm sells the same ones.
"""

from __future__ import annotations

import math
from typing import Any

from sim.streams import normal, normal_quantile

ITEMS = 300  # assumption; the literature table asks for 200 and more

POPULARITY_SIGMA = 1.0
"""Lognormal spread of how many look for an item. assumption; with that of appeal, group-buys are about as
unequal as those of BeiBei, where the top 10 % of items have 54 % of them (counted from the data)."""

APPEAL_SIGMA = 0.30
"""Spread of how items appeal, in standard deviations of taste. assumption: where a few readers in 100 buy, it
is a factor of about 2."""

PRICE_FEN = 5000  # assumption: median list price of a mother-and-baby shop

PRICE_SIGMA = 1.4  # assumption: lognormal; 1 item in 20 is below 5 yuan, 1 in 20 above 500

GROUP_PRICE_SHARE = 0.70
"""Group price ÷ list price. assumption: about a third below, as in the shipped staple group-buy."""

NEWCOMER_EVERY = 10
"""One item in so many is a giveaway to win newcomers (拉新团): a group of it needs one. assumption."""

NEWCOMER_PRICE_SHARE = 1 / 3
"""Price of a giveaway ÷ list price. assumption."""

_SEED = 2021  # of the catalogue alone, never of a run
_APPEAL, _PRICE = 10_101, 10_102  # streams free for own use


def products(items: int = ITEMS) -> list[dict[str, Any]]:
    """The catalogue as a scenario lists it, by falling popularity.

    Popularity takes even quantiles, so that its tail is no accident; appeal and price are drawn.
    """
    return [_product(number, items) for number in range(items)]


def group_prices(items: int = ITEMS) -> list[dict[str, Any]]:
    """What each item but the giveaways costs in a group, as a group-buy lists it."""
    return [
        _price(one, GROUP_PRICE_SHARE) for number, one in enumerate(products(items)) if not giveaway(number)
    ]


def newcomer_prices(items: int = ITEMS) -> list[dict[str, Any]]:
    """What the giveaways cost in a group."""
    return [
        _price(one, NEWCOMER_PRICE_SHARE) for number, one in enumerate(products(items)) if giveaway(number)
    ]


def giveaway(number: int) -> bool:
    """Whether an item is one; they are as popular as the others."""
    return number % NEWCOMER_EVERY == NEWCOMER_EVERY // 2


def _price(item: dict[str, Any], share: float) -> dict[str, Any]:
    return {"id": item["id"], "price_fen": round(item["list_price_fen"] * share)}


def _product(number: int, items: int) -> dict[str, Any]:
    price_fen = round(PRICE_FEN * math.exp(PRICE_SIGMA * normal(_SEED, _PRICE, number, 0, 0)))
    return {
        "id": f"item-{number:04d}",
        "list_price_fen": price_fen,
        "reference_price_fen": price_fen,
        "cost_fen": price_fen // 2,  # assumption; decides nothing
        "popularity": round(math.exp(POPULARITY_SIGMA * normal_quantile(1.0 - (number + 0.5) / items)), 4),
        "utility": round(APPEAL_SIGMA * normal(_SEED, _APPEAL, number, 0, 0), 4),
    }
