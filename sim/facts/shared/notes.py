"""Notes that cost nothing and cannot be bought: content, read and passed on."""

from __future__ import annotations

from typing import Any

WORTH_FEN, PRICE_FEN = 3000, 150  # assumption: the trouble of reading is the least a scenario can price it at
FOR_FEW = -1.8  # utility; assumption: what one reader in ten likes


ALIKE = {"population.segments.everyone.sharing_sigma": 0.0, "behaviour.sharing.intercept": -4.1}
"""Settings under which all are equally ready to share; the intercept keeps their mean as it is."""


def notes(number: int, utility: float = 0.0) -> list[dict[str, Any]]:
    """So many notes, as a scenario's products.

    A note is known for what it is once it is read, and out of stock, so that liking it leads to no order.
    """
    return [
        {
            "id": f"note-{place}", "category": "content", "utility": utility, "known_share": 1.0, "stock": 0,
            "list_price_fen": PRICE_FEN, "reference_price_fen": WORTH_FEN, "cost_fen": 0,
        }
        for place in range(number)
    ]  # fmt: skip


def everybody_posts(number: int, members: int, days: float) -> list[dict[str, Any]]:
    """Every member posts one of so many notes to friends and followers, a note at a time over so many days.

    Each note is posted by a like share of the members, wherever they stand in the network: every `number`-th.
    """
    return [
        {
            "id": f"post-{place}", "type": "kol_seeding", "products": [f"note-{place}"],
            "choose": "members", "members": list(range(place, members, number)),
            "sample": False, "disclosed": False, "posts": 1, "first_post_day": place * days / number,
        }
        for place in range(number)
    ]  # fmt: skip
