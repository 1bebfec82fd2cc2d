"""Room for what grows in a run: to begin with, and what a single step may add at most.

A step is one turn of `sim.fast.loop.advance`; between two of them arrays are enlarged. Compiled code checks
no bounds, so what stands here must hold whatever a scenario says. Beside it a step may confirm or refund
every order that is paid and not served yet, which `advance` counts itself.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.memory import Memory, aligned
from sim.kernel.records import GROWING, ROUTE, STANDING
from sim.mechanics.commission.record import POSTS_MAX
from sim.network.graph import SocialGraph
from sim.people import People
from sim.scenario.model import Scenario
from sim.settings.community import KolTier

MARGIN = 64
"""What any step may add to any array, beside what grows with the scenario."""

DENSE_BYTES = 1 << 30
"""Standings are laid out for every member and product up to this size, else found by a table. assumption"""

ROWS = 1 << 16
"""Rows that are written before they are taken out, at least. assumption"""

ASKED = 1024
"""Places of the table of reminders asked for, a power of two. assumption"""

SPARE: dict[str, float] = {
    "message": 1.0,
    "item": 1.0,
    "entry": 1.0,
    "order": 1.0,
    "note": 0.25,
    "group": 1.0,
    "sparse": 4.0,
    "heard": 1.0,
    "request": 1.0,
}
"""Places for each member to begin with, beside what a step needs. assumption: large runs grow a few times."""


def make_rooms(memory: Memory, scenario: Scenario, graph: SocialGraph, people: People) -> None:
    """Give every growing array and scratch list room, and write down what a step needs of them."""
    world, n = memory.world, people.members
    degree = int(graph.degree.max(initial=0))
    most_chats = int(np.diff(graph.chats_of[0]).max(initial=0))
    pool = max([0, *(_strangers(tier) for tier in scenario.roles.kols)])
    steps = _steps(scenario, graph, n, most_chats, degree, min(pool, n))
    for name in GROWING:
        world[f"step_{name}"] = MARGIN + steps.get(name, 0)
        if name != "sparse":
            memory.make_room(name, int(world[f"step_{name}"][0]) + int(SPARE.get(name, 0.0) * n))
    memory.make_room("row", int(world["step_row"][0]) + ROWS)
    memory.put("chosen", np.empty(max(n, pool) + MARGIN, dtype=np.int32))
    memory.put("scores", np.empty(max(degree, most_chats) + MARGIN))
    memory.put("routes", np.zeros(2 + 2 * len(scenario.offers), dtype=ROUTE))
    memory.put("discounts", np.zeros(len(scenario.offers) + 1, dtype=np.int64))
    memory.put("asked", np.full(ASKED, -1, dtype=np.int64))
    world["asked_mask"] = ASKED - 1
    products = len(scenario.products)
    if n * products * STANDING.itemsize <= DENSE_BYTES:
        world["dense"] = 1
        memory.put("standing", aligned(n * products, STANDING))
    else:
        memory.make_room("sparse", int(world["step_sparse"][0]) + int(SPARE["sparse"] * n))
        memory.find_standings_anew()


def _strangers(tier: KolTier) -> int:
    """Most strangers that see a post, or a click on it, of a tier."""
    return max(tier.public_pool, math.ceil(tier.public_pool_growth))


def _steps(
    scenario: Scenario, graph: SocialGraph, n: int, most_chats: int, degree: int, strangers: int
) -> dict[str, int]:
    """What a step may add to each array beside `MARGIN`."""
    offers = scenario.offers
    types = [offer.type for offer in offers]
    chats = min(scenario.behaviour.sharing.chats_limit, most_chats)
    largest_chat = int(np.diff(graph.chat_start).max(initial=0))
    everyone = n if {"push", "kol_seeding"} & set(types) else 0
    # who looks closer and does not buy shows it to strangers, and may pass it on
    items = max(degree, chats * largest_chat) + everyone + strangers
    bots = max([0, *(getattr(offer, "bots", 0) for offer in offers)])
    coupons = [offer for offer in offers if offer.type == "coupon"]
    handed = max([0, *(min(n * one.per_member, one.total or n * one.per_member) for one in coupons)])
    sales = 2 * len(scenario.products)  # a session closes as the next one opens
    dormant = n if "commission" in types else 0
    return {
        "item": items,
        # a push wakes its readers and calls those it mentions; a buyer is recruited by every scheme
        "entry": 2 * items + bots + 2 * len(offers) + types.count("commission") * POSTS_MAX,
        # of one order a scheme writes six rows at most: at each of three levels it asks again, and gets it
        # who is seeded first has every scheme that begins now hire, which may say that money is short
        "row": handed + sales + dormant + chats + 7 * len(offers),
        "note": handed + 4 * len(offers),
        "message": chats,
    }
