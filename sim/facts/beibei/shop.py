"""The shop and its community: what is fitted, and the scenario it makes.

People are the defaults of the model, whatever is fitted: nothing here is a coefficient of behaviour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sim.facts.contexts import scenario_of
from sim.facts.fact import Arm
from sim.scenario.model import Scenario
from sim.streams import normal, normal_quantile, uniform

PEOPLE_PER_ITEM = 189_821 / 30_551  # source: counted from the files
_DAYS = 60.0  # assumption: the files have no times
_LOOKS_PER_DAY = 1.0  # assumption: whose looks are as many again buys as one whom the shop suits better
_SESSIONS_PER_DAY = 1.0  # assumption: the chats where groups are shown are opened once a day, on average
_PRICE_FEN = 5000  # assumption; only ratios of prices matter
_GROUP_PRICE_SHARE = 0.75  # assumption: a quarter below what people think an item is worth
_ALONE_FACTOR = 2.0  # assumption: so dear that hardly anybody buys alone; the files have groups only
_CLASSES = 8  # assumption: classes of equal size stand for a lognormal spread
_APPEAL, _LEADER = 10_103, 10_104  # streams free for own use
_ITEMS_A_MECHANIC = 1000  # a group-buy lists no more


@dataclass(frozen=True)
class Shop:
    """What is fitted.

    Attributes:
        appeal_mean: of items, in standard deviations of taste: how well the shop suits its customers.
        appeal_sigma: spread of appeal between items.
        popularity_sigma: lognormal spread between items of how many look at them.
        activity_sigma: lognormal spread between members of sessions and looks.
        chat_size: mean members of a chat; everybody is in one, and that is where groups are shown.
        leader_share: share of the items whose initiator gets them cheaper (团长优惠).
        leader_discount: how much cheaper, as a share of the group price.
    """

    appeal_mean: float
    appeal_sigma: float
    popularity_sigma: float
    activity_sigma: float
    chat_size: float
    leader_share: float
    leader_discount: float


def scenario(shop: Shop, members: int, seed: int) -> Scenario:
    """The scenario of a shop with so many members and, in proportion, items, which the seed draws too."""
    return scenario_of("beibei", Arm((), lays(shop, members, seed)), {"run.seed": seed})


def lays(shop: Shop, members: int, seed: int) -> dict[str, Any]:
    """What is laid over the defaults, as a scenario file would."""
    items = range(round(members / PEOPLE_PER_ITEM))
    favoured = [k for k in items if uniform(seed, _LEADER, k, 0, 0) < shop.leader_share]
    chosen = set(favoured)
    return {
        "population": {"members": members, "segments": _segments(shop)},
        "communities": {"chats": [{"id": "friends", "size_mean": shop.chat_size}]},
        "products": [_item(shop, k, len(items), seed) for k in items],
        "mechanics": [
            *_group_buys("plain", [k for k in items if k not in chosen], 0.0),
            *_group_buys("favoured", favoured, shop.leader_discount),
        ],
        # assumption: a link to a group is put into a chat; strangers see no list of open groups
        "behaviour": {"sharing": {"channels": ["chat"]}},
        "run": {"horizon_days": _DAYS},
    }


def _segments(shop: Shop) -> list[dict[str, Any]]:
    weights = [math.exp(shop.activity_sigma * normal_quantile((k + 0.5) / _CLASSES)) for k in range(_CLASSES)]
    mean = sum(weights) / _CLASSES
    return [
        {
            "id": f"class-{k}",
            "browse_per_day": _LOOKS_PER_DAY * weight / mean,
            "sessions_per_day": _SESSIONS_PER_DAY * weight / mean,
        }
        for k, weight in enumerate(weights)
    ]


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


def _group_buys(name: str, items: list[int], leader_discount: float) -> list[dict[str, Any]]:
    price_fen = round(_PRICE_FEN * _GROUP_PRICE_SHARE)
    return [
        {
            "id": f"{name}-{start}",
            "type": "group_buy",
            "group_size": 2,
            "open_list": False,
            "limit_per_member": len(items),  # nothing but their wants limits how much people buy
            "leader_discount_fen": round(price_fen * leader_discount),
            "prices": [
                {"id": f"item-{number:04d}", "price_fen": price_fen}
                for number in items[start : start + _ITEMS_A_MECHANIC]
            ],
        }
        for start in range(0, len(items), _ITEMS_A_MECHANIC)
    ]
