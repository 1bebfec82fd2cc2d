"""Ten like items in a flash sale of an hour, for the context `deals-page`."""

from __future__ import annotations

from typing import Any

from sim.events import Kind, Route
from sim.facts.fact import Arm, Trial

_ITEMS = [f"item-{number}" for number in range(10)]
_QUOTA = 20_000  # more than is ever claimed: the bar stays where the arm sets it


def deals_arm(*, price_fen: int = 2400, product: dict[str, Any], sale: dict[str, Any]) -> Arm:
    """An hour in which items worth 30 yuan are on sale.

    Args:
        price_fen: 24 yuan is 20 % off.
        product: fields of every item.
        sale: fields of the sale.
    """
    return Arm(
        ("deals-page",),
        {
            "products": [
                {"id": item, "list_price_fen": 3000, "cost_fen": 1000, **product} for item in _ITEMS
            ],
            "mechanics": [
                {
                    "id": "deals",
                    "type": "flash_sale",
                    "prices": [{"id": item, "price_fen": price_fen, "quota": _QUOTA} for item in _ITEMS],
                    "start_hours": [20],
                    "duration_hours": 1,
                    "reminders": False,
                    **sale,
                }
            ],
        },
    )


def claims(trial: Trial) -> float:
    """Units claimed in the sale, paid or not: what a cart-add is on a page of lightning deals."""
    return float((trial.view.column(Kind.ORDER_PLACED, "value") == Route.FLASH).sum())
