"""The shop and its community: what is fitted, and the scenario it makes.

People are the defaults of the model, whatever is fitted: nothing here is a coefficient of behaviour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sim.facts.contexts import scenario_of
from sim.facts.fact import Arm
from sim.scenario.model import Scenario
from sim.streams import normal, normal_quantile, uniform

PEOPLE = 189_821  # source: counted from the files
PEOPLE_PER_ITEM = PEOPLE / 30_551  # source: counted from the files
_DAYS = 180.0  # assumption: the files have no times
_LOOKS_PER_DAY = 1 / 3  # assumption: whose looks are as many again buys as one whom the shop suits better
_SESSIONS_PER_DAY = 2.0  # assumption: the chats where groups are shown are opened twice a day, on average
_CHATS_PER_MEMBER = 1.25  # assumption: some are in two chats, so that chats overlap
_PRICE_FEN = 5000  # assumption; only ratios of prices matter
_GROUP_PRICE_SHARE = 0.75  # assumption: a quarter below what people think an item is worth
_ALONE_FACTOR = 2.0  # assumption: so dear that hardly anybody buys alone; the files have groups only
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0  # its multiples spread evenly over each stretch of items
_APPEAL, _KIND = 10_103, 10_104  # streams free for own use
_ITEMS_A_MECHANIC = 1000  # a group-buy lists no more


_EVERYONE = {"id": "everyone", "browse_per_day": _LOOKS_PER_DAY, "sessions_per_day": _SESSIONS_PER_DAY}


class Kind(Enum):
    """How the groups of an item find their people."""

    NEWCOMERS = "newcomers"
    LISTED = "listed"
    TOLD = "told"


@dataclass(frozen=True)
class Shop:
    """What is fitted.

    Attributes:
        appeal_mean: of items, in standard deviations of taste: how well the shop suits its customers.
        appeal_sigma: spread of appeal between items.
        popularity_sigma: lognormal spread between items of how many look at them.
        chat_size: mean members of a chat; that is where groups are shown.
        listed_share: share of the items whose open groups are on a list for everybody to join (凑团).
        newcomer_share: share of the items whose groups only new customers may join (拉新团).
        newcomer_discount: how much cheaper those are, as a share of the group price.
    """

    appeal_mean: float
    appeal_sigma: float
    popularity_sigma: float
    chat_size: float
    listed_share: float
    newcomer_share: float
    newcomer_discount: float


def scenario(shop: Shop, members: int, seed: int) -> Scenario:
    """The scenario of a shop with so many members and, in proportion, items, which the seed draws too."""
    return scenario_of("beibei", Arm((), lays(shop, members, seed)), {"run.seed": seed})


def lays(shop: Shop, members: int, seed: int) -> dict[str, Any]:
    """What is laid over the defaults, as a scenario file would."""
    items = range(round(members / PEOPLE_PER_ITEM))
    kinds = [_kind(shop, k, seed) for k in items]
    newcomers, listed, told = ([k for k in items if kinds[k] == kind] for kind in Kind)
    chat = {"id": "friends", "size_mean": shop.chat_size, "memberships_per_member": _CHATS_PER_MEMBER}
    return {
        "population": {"members": members, "segments": [_EVERYONE]},
        "communities": {"chats": [chat]},
        "products": [_item(shop, k, len(items), seed) for k in items],
        "mechanics": [
            *_group_buys("told", told),
            *_group_buys("listed", listed, open_list=True),
            *_group_buys("newcomers", newcomers, shop.newcomer_discount, mode="pull_new"),
        ],
        # assumption: a link to a group is put into a chat
        "behaviour": {"sharing": {"channels": ["chat"]}},
        "run": {"horizon_days": _DAYS},
    }


def _kind(shop: Shop, number: int, seed: int) -> Kind:
    """How the groups of an item find their people; each kind has its share of popular items and of others."""
    place = (uniform(seed, _KIND, 0, 0, 0) + _GOLDEN * number) % 1.0
    if place < shop.newcomer_share:
        return Kind.NEWCOMERS
    return Kind.LISTED if place < shop.newcomer_share + shop.listed_share else Kind.TOLD


def _item(shop: Shop, number: int, items: int, seed: int) -> dict[str, Any]:
    """An item; all cost the same, popularity takes even quantiles."""
    return {
        "id": f"item-{number:04d}",
        "list_price_fen": round(_ALONE_FACTOR * _PRICE_FEN),
        "reference_price_fen": _PRICE_FEN,
        "cost_fen": _PRICE_FEN // 2,  # assumption; decides nothing
        "popularity": math.exp(shop.popularity_sigma * normal_quantile(1.0 - (number + 0.5) / items)),
        "utility": shop.appeal_mean + shop.appeal_sigma * normal(seed, _APPEAL, number, 0, 0),
    }


def _group_buys(
    name: str, items: list[int], discount: float = 0.0, **settings: object
) -> list[dict[str, Any]]:
    price_fen = round(_PRICE_FEN * _GROUP_PRICE_SHARE * (1.0 - discount))
    return [
        {
            "id": f"{name}-{start}",
            "type": "group_buy",
            "group_size": 2,
            "open_list": False,
            "limit_per_member": len(items),  # nothing but their wants limits how much people buy
            "prices": [
                {"id": f"item-{number:04d}", "price_fen": price_fen}
                for number in items[start : start + _ITEMS_A_MECHANIC]
            ],
            **settings,
        }
        for start in range(0, len(items), _ITEMS_A_MECHANIC)
    ]
