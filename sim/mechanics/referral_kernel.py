"""Referral 邀请有礼, compiled: the same as `sim.mechanics.referral`, function by function."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled import internal
from sim.events import Kind
from sim.kernel.members import has_paid_before
from sim.kernel.memory import Memory
from sim.kernel.notes import first_note, forget, note_order
from sim.kernel.records import coverage_of, message_of, note_of, offer_of, order_of, world_at
from sim.kernel.rows import emit
from sim.kernel.views import record_at
from sim.mechanics.clock import midnight_before
from sim.mechanics.referral import ReferralConfig
from sim.mechanics.rewards import AFTER_RETURN, KEPT, PAID_WHEN_FINAL, TAKEN_BACK
from sim.streams import REWARD, uniform

REFERRAL = np.dtype(
    [
        *(
            (name, "i8")
            for name in [
                "sender",
                "receiver",
                "sender_fen",
                "receiver_fen",
                "when_paid",
                "new_only",
                "daily_cap",
                "today",
                "after_return",
            ]
        ),
        ("lottery_prob", "f8"),
    ],
    align=True,
)
"""daily_cap: -1 for none; today: address of `TODAY`[members]."""

TODAY = np.dtype([("midnight_s", "i8"), ("rewards", "i8")], align=True)
_at, _today_at = record_at(REFERRAL), record_at(TODAY)

_REWARD_PAID, _REWARD_REVERSED = int(Kind.REWARD_PAID), int(Kind.REWARD_REVERSED)
_EARNED = 1  # what a note on an order says: a reward, who earned it, how much, whether for bringing (level)


def pack(memory: Memory, config: ReferralConfig) -> int:
    """Write the settings into a record; its address."""
    own: Any = np.zeros(1, dtype=REFERRAL)
    own["sender"] = config.rewards in ("sender", "both")
    own["receiver"] = config.rewards in ("receiver", "both")
    own["sender_fen"], own["receiver_fen"] = config.sender_fen, config.receiver_fen
    own["when_paid"], own["new_only"] = config.when == "paid", config.new_customers_only
    own["daily_cap"] = -1 if config.daily_cap is None else config.daily_cap
    own["after_return"] = AFTER_RETURN.index(config.reward_after_return)
    own["lottery_prob"] = config.lottery_prob
    own["today"] = memory.keep(np.zeros(int(memory.world["members"][0]), dtype=TODAY))
    return memory.keep(own)


@internal
def rewards_sharing_fen(w: int, k: int, product: int) -> int:
    """What the sender is promised."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    covered = coverage_of(w, k * world.products + product).covered
    if not own.sender or not covered or not offer.start_s <= world.now_s < offer.end_s:
        return 0
    return int(own.sender_fen)


@internal
def rewards_buying(w: int, k: int, member: int, product: int, number: int) -> bool:
    """What the receiver is promised for buying through a person's link."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    if not own.receiver or message_of(w, number).sender < 0:
        return False
    if not offer.start_s <= world.now_s < offer.end_s:
        return False
    if not coverage_of(w, k * world.products + product).covered:
        return False
    return not (own.new_only and has_paid_before(w, member))


@internal
def paid(w: int, k: int, number: int) -> None:
    """Reward at payment, where that is the rule."""
    if _at(offer_of(w, k).own, 0).when_paid:
        _reward(w, k, number)


@internal
def received(w: int, k: int, number: int) -> None:
    """Reward at receipt, where that is the rule."""
    if not _at(offer_of(w, k).own, 0).when_paid:
        _reward(w, k, number)


@internal
def _reward(w: int, k: int, number: int) -> None:
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own = _at(offer.own, 0)
    covered = coverage_of(w, k * world.products + order.product).covered
    if order.source < 0 or not covered or not offer.start_s <= order.paid_s < offer.end_s:
        return
    if own.new_only and not order.first_purchase:
        return
    if own.sender:
        today = _today_at(own.today, order.source)
        midnight_s = midnight_before(world.clock_s, world.now_s)
        if today.midnight_s != midnight_s:
            today.midnight_s, today.rewards = midnight_s, 0
        if (own.daily_cap < 0 or today.rewards < own.daily_cap) and _pay(
            w, k, number, order.source, order.member, own.sender_fen
        ):
            today.rewards += 1
    if own.receiver:
        _pay(w, k, number, order.member, order.source, own.receiver_fen)


@internal
def _pay(w: int, k: int, number: int, actor: int, source: int, amount_fen: int) -> bool:
    """Pay a reward, or put it down until it is final, unless it is a lottery and lost."""
    offer, order = offer_of(w, k), order_of(w, number)
    own = _at(offer.own, 0)
    if own.lottery_prob < 1.0:
        luck = uniform(world_at(w, 0).seed, REWARD, actor, offer.address, order.cause)
        if luck >= own.lottery_prob:
            return False
        amount_fen = int(amount_fen / own.lottery_prob)
    if own.after_return != KEPT:
        place = note_order(w, number, k, _EARNED, actor, amount_fen, 0)
        note_of(w, place).level = actor == order.source  # else it is for having been brought
    if own.after_return != PAID_WHEN_FINAL:
        _row(w, k, _REWARD_PAID, number, actor, source, amount_fen)
    return True


@internal
def void(w: int, k: int, number: int) -> None:
    """Take back what was paid for an order, or do not pay it; it stays counted for the day."""
    own = _at(offer_of(w, k).own, 0)
    _settle(w, k, number, _REWARD_REVERSED if own.after_return == TAKEN_BACK else 0)


@internal
def final(w: int, k: int, number: int) -> None:
    """Pay what has waited."""
    _settle(w, k, number, _REWARD_PAID)


@internal
def _settle(w: int, k: int, number: int, kind: int) -> None:
    """Forget what was earned by an order, with rows of a kind; 0: without."""
    order = order_of(w, number)
    place = first_note(w, order.notes, k, _EARNED)
    while place >= 0:
        actor, amount_fen = note_of(w, place).who, note_of(w, place).amount_fen
        source = order.member if note_of(w, place).level else order.source
        forget(w, number, place)
        if kind:
            _row(w, k, kind, number, actor, source, amount_fen)
        place = first_note(w, order.notes, k, _EARNED)


@internal
def _row(w: int, k: int, kind: int, number: int, actor: int, source: int, amount_fen: int) -> None:
    order = order_of(w, number)
    emit(w, kind, actor, source, order.product, k, -1, number, -1, amount_fen, 0, order.cause)
