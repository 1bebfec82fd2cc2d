"""Prizes for those who sell most, compiled; as `rank` of `sim.mechanics.commission.rules`."""

from __future__ import annotations

import numpy as np

from sim.compiled import internal
from sim.events import Kind
from sim.kernel.purse import pays_for
from sim.kernel.records import offer_of, world_at
from sim.kernel.rows import emit
from sim.mechanics.commission.record import commission_at, distributor_at
from sim.mechanics.commission.rules import RANKING
from sim.streams import mix3

_PRIZE, _BUDGET_SHORT = int(Kind.PRIZE), int(Kind.BUDGET_SHORT)


@internal
def rank(w: int, k: int) -> None:
    """Prizes to the best sellers of the period; equals in the order of their numbers' names."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = commission_at(offer.own, 0)
    best = np.empty(own.prizes, dtype=np.int64)
    count = 0
    for member in range(world.members):
        sold_fen = distributor_at(own.distributors, member).ranked_fen
        if sold_fen <= 0:
            continue
        name = mix3(RANKING, world.seed, member)
        place = count
        while place > 0:
            above = best[place - 1]
            above_fen = distributor_at(own.distributors, above).ranked_fen
            if above_fen > sold_fen or (above_fen == sold_fen and mix3(RANKING, world.seed, above) < name):
                break
            if place < own.prizes:
                best[place] = above
            place -= 1
        if place < own.prizes:
            best[place] = member
            count = min(count + 1, own.prizes)
    cause = mix3(RANKING, offer.address, world.now_s)
    for place in range(count):
        if not pays_for(w, 1, own.prize_fen[place]):
            emit(w, _BUDGET_SHORT, -1, -1, -1, k, -1, -1, -1, 0, count - place, cause)
            break
        emit(w, _PRIZE, best[place], -1, -1, k, -1, -1, -1, own.prize_fen[place], 0, cause)
    for member in range(world.members):
        distributor_at(own.distributors, member).ranked_fen = 0
