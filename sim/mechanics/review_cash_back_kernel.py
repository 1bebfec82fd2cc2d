"""Review cash-back 晒单返现, compiled: the same as `sim.mechanics.review_cash_back`."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.apart import apart
from sim.events import Kind
from sim.kernel.agenda import at
from sim.kernel.memory import Memory
from sim.kernel.records import coverage_of, offer_of, order_of, world_at
from sim.kernel.rows import emit
from sim.kernel.views import record_at
from sim.mechanics.review_cash_back import CASH_BACK, ReviewCashBackConfig
from sim.mechanics.world import Phase
from sim.streams import mix3
from sim.units import DAY

PAY_BACK = 131
"""What its timer does."""

REVIEW_CASH_BACK = np.dtype([(name, "i8") for name in ["cash_fen", "delay_s", "lowest", "limited", "left"]])
_at = record_at(REVIEW_CASH_BACK)

_INCENTIVE, _REWARD_PAID = int(Phase.INCENTIVE), int(Kind.REWARD_PAID)


def pack(memory: Memory, config: ReviewCashBackConfig) -> int:
    """Write the settings into a record; its address."""
    own: Any = np.zeros(1, dtype=REVIEW_CASH_BACK)
    own["cash_fen"], own["delay_s"] = config.cash_fen, max(1, int(config.delay_days * DAY))
    own["lowest"] = config.lowest_rating
    own["limited"], own["left"] = config.total is not None, config.total or 0
    return memory.keep(own)


@apart
def reviewed(w: int, k: int, number: int, rating: int) -> None:
    """Pay for the review after the delay, as long as the budget lasts."""
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own = _at(offer.own, 0)
    covered = coverage_of(w, k * world.products + order.product).covered
    if not covered or not offer.start_s <= world.now_s < offer.end_s or rating < own.lowest:
        return
    if own.limited:
        if own.left == 0:
            return
        own.left -= 1
    cause = mix3(CASH_BACK, offer.address, order.cause)
    at(w, world.now_s + own.delay_s, _INCENTIVE, order.member, cause, k, PAY_BACK, number, 0)


@apart
def pay_back(w: int, k: int, number: int) -> None:
    """Pay, unless the goods have gone back meanwhile."""
    order = order_of(w, number)
    if not order.closed:
        cash_fen = _at(offer_of(w, k).own, 0).cash_fen
        emit(w, _REWARD_PAID, order.member, -1, order.product, k, -1, number, -1, cash_fen, 0, order.cause)
