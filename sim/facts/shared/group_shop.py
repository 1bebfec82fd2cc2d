"""What group-buys of a large catalogue come to, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.events import Kind
from sim.facts.fact import Row
from sim.facts.shared.catalogue import ITEMS, group_prices, newcomer_prices, products
from sim.metrics.view import TableView

GOOD, BAD = 0.90, 0.20
"""An item goes well where more of its groups succeed than this, badly where fewer do."""


def shop(items: int = ITEMS, **group_buy: object) -> dict[str, Any]:
    """The catalogue, every item of which can be bought alone or in a group; giveaways need a newcomer.

    items: how many there are; group_buy: settings of the group-buys that differ from their defaults.
    """
    offer = {"type": "group_buy", "limit_per_member": 50, **group_buy}  # assumption: the limit does not bind
    plain = {"id": "pintuan", **offer, "prices": group_prices(items)}
    giveaways = {"id": "laxin", **offer, "prices": newcomer_prices(items), "min_new_customers": 1}
    return {"products": products(items), "mechanics": [plain, giveaways]}


def resolved(view: TableView) -> Row:
    """Groups of each item that succeeded (`won-` and the item's number) and that failed (`lost-`).

    Items without groups are left out.
    """
    items = len(view.header.products)
    row: Row = {}
    for name, kind in (("won", Kind.GROUP_SUCCEEDED), ("lost", Kind.GROUP_FAILED)):
        number = np.bincount(view.column(kind, "product"), minlength=items)
        row |= {f"{name}-{item}": float(number[item]) for item in np.flatnonzero(number)}
    return row


def by_item(row: Mapping[str, float], name: str, items: int) -> NDArray[np.float64]:
    """One of the two counts of `resolved`, item by item: float64[items]."""
    return np.array([row.get(f"{name}-{item}", 0.0) for item in range(items)])


def share_in_items(won: NDArray[np.float64], lost: NDArray[np.float64], low: float, high: float) -> float:
    """Groups in items of which a share above `low` and below `high` succeeded ÷ groups; NaN without any."""
    groups = won + lost
    rate = won / np.maximum(groups, 1.0)
    total = float(groups.sum())
    return float(groups[(rate > low) & (rate < high)].sum()) / total if total else np.nan


def share_of_largest(amounts: NDArray[np.float64], share: float) -> float:
    """What the largest `share` of entries have of the sum of all; NaN of nothing."""
    total = float(amounts.sum())
    largest = np.sort(amounts)[::-1][: max(1, round(len(amounts) * share))]
    return float(largest.sum()) / total if total else np.nan
