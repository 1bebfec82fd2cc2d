"""Review cash-back 晒单返现, compiled: the same as `sim.mechanics.review_cash_back`."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled import internal
from sim.events import Kind
from sim.kernel.agenda import at
from sim.kernel.memory import Memory
from sim.kernel.notes import first_note, note_order
from sim.kernel.records import coverage_of, offer_of, order_of, world_at
from sim.kernel.rows import emit
from sim.kernel.views import record_at
from sim.mechanics.review_cash_back import CASH_BACK, ReviewCashBackConfig
from sim.mechanics.rewards import AFTER_RETURN, PAID_WHEN_FINAL, TAKEN_BACK
from sim.mechanics.world import Phase
from sim.streams import mix3
from sim.units import DAY

PAY_BACK = 131
"""What its timer does."""

REVIEW_CASH_BACK = np.dtype(
    [(name, "i8") for name in ["cash_fen", "delay_s", "lowest", "limited", "left", "after_return"]]
)
_at = record_at(REVIEW_CASH_BACK)

_INCENTIVE = int(Phase.INCENTIVE)
_REWARD_PAID, _REWARD_REVERSED = int(Kind.REWARD_PAID), int(Kind.REWARD_REVERSED)
_OWED, _IS_FINAL, _PAID = 1, 2, 3  # what a note on an order says of its money


def pack(memory: Memory, config: ReviewCashBackConfig) -> int:
    """Write the settings into a record; its address."""
    own: Any = np.zeros(1, dtype=REVIEW_CASH_BACK)
    own["cash_fen"], own["delay_s"] = config.cash_fen, max(1, int(config.delay_days * DAY))
    own["lowest"] = config.lowest_rating
    own["after_return"] = AFTER_RETURN.index(config.reward_after_return)
    own["limited"], own["left"] = config.total is not None, config.total or 0
    return memory.keep(own)


@internal
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


@internal
def pay_back(w: int, k: int, number: int) -> None:
    """Pay, unless the goods have gone back meanwhile, or it has to wait."""
    order, after_return = order_of(w, number), _at(offer_of(w, k).own, 0).after_return
    if order.closed:
        return
    if after_return == PAID_WHEN_FINAL and first_note(w, order.notes, k, _IS_FINAL) < 0:
        note_order(w, number, k, _OWED, -1, 0, 0)
        return
    if after_return == TAKEN_BACK:
        note_order(w, number, k, _PAID, -1, 0, 0)
    _row(w, k, _REWARD_PAID, number)


@internal
def final(w: int, k: int, number: int) -> None:
    """Pay what has waited."""
    note_order(w, number, k, _IS_FINAL, -1, 0, 0)
    if first_note(w, order_of(w, number).notes, k, _OWED) >= 0:
        _row(w, k, _REWARD_PAID, number)


@internal
def returned(w: int, k: int, number: int) -> None:
    """Take back what was paid."""
    if first_note(w, order_of(w, number).notes, k, _PAID) >= 0:
        _row(w, k, _REWARD_REVERSED, number)


@internal
def _row(w: int, k: int, kind: int, number: int) -> None:
    order, cash_fen = order_of(w, number), _at(offer_of(w, k).own, 0).cash_fen
    emit(w, kind, order.member, -1, order.product, k, -1, number, -1, cash_fen, 0, order.cause)
