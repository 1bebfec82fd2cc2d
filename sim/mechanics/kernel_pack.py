"""The settings of any mechanic, written into the record that its compiled form reads."""

from __future__ import annotations

from typing import Any

from sim.kernel.memory import Memory
from sim.mechanics import (
    community_group_buy_kernel,
    coupon_kernel,
    flash_sale_kernel,
    friend_feed_kernel,
    kol_seeding_kernel,
    push_kernel,
    referral_kernel,
    review_cash_back_kernel,
)
from sim.mechanics.commission import record as commission_record
from sim.mechanics.group_buy import record as group_buy_record
from sim.mechanics.kernel_registry import TYPES
from sim.network.graph import SocialGraph
from sim.people import People


def pack(
    memory: Memory,
    config: Any,
    k: int,
    about: int,
    window_s: tuple[int, int],
    product_ids: list[str],
    segment_ids: tuple[str, ...],
    people: People,
    graph: SocialGraph,
) -> tuple[int, int]:
    """Write a mechanic's settings into a record of its own.

    Args:
        memory: of the run.
        config: the settings.
        k: the offer's number.
        about: the offer it points to, or -1.
        window_s: its first second, and the one after its last.
        product_ids: of the catalogue.
        segment_ids: of the population.
        people: everybody.
        graph: who knows whom.

    Returns:
        the record's address, and how many entries its start makes at most.
    """
    covered = len(product_ids)
    match config.type:
        case "group_buy":
            return group_buy_record.pack(memory, config, window_s[0]), 0
        case "flash_sale":
            own = flash_sale_kernel.pack(memory, config, k, *window_s)
            return own, 2 * flash_sale_kernel.sessions(own)
        case "community_group_buy":
            days = (window_s[1] - window_s[0]) // 86400 + 3
            entries = community_group_buy_kernel.entries(config, people, days)
            return community_group_buy_kernel.pack(memory, config, people, graph), entries
        case "commission":
            own = commission_record.pack(memory, config, k, product_ids, TYPES, people)
            return own, commission_record.entries(people, window_s)
        case "referral":
            return referral_kernel.pack(memory, config), 0
        case "coupon":
            return coupon_kernel.pack(memory, config), 1
        case "kol_seeding":
            own = kol_seeding_kernel.pack(memory, config, about, window_s, people, graph)
            return own, kol_seeding_kernel.entries(own, covered)
        case "push":
            own = push_kernel.pack(memory, config, about, window_s, segment_ids)
            return own, push_kernel.entries(own)
        case "review_cash_back":
            return review_cash_back_kernel.pack(memory, config), 0
        case "friend_feed":
            return friend_feed_kernel.pack(memory, config), 0
        case other:
            raise ValueError(f"mechanic {other} has no compiled form")
