"""Operator push 推送, compiled: the same as `sim.mechanics.push`, function by function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import internal
from sim.events import Channel, Kind
from sim.kernel.agenda import at
from sim.kernel.codes import LOOK_IN
from sim.kernel.members import has_paid_before
from sim.kernel.memory import Memory
from sim.kernel.messages import new_message
from sim.kernel.purse import pays_for
from sim.kernel.records import (
    int8_at,
    int32_at,
    int64_at,
    member_of,
    offer_of,
    put_int32,
    world_at,
)
from sim.kernel.requests import ask_deliver
from sim.kernel.rows import emit
from sim.kernel.sorting import sort, sort_by
from sim.kernel.stopping import LOOK_EVERY, stopped
from sim.kernel.views import record_at, seen
from sim.mechanics.push import MENTION_DELAY_S, PUSH, PushConfig, push_times
from sim.mechanics.world import Phase
from sim.streams import KOL_AUDIENCE, MENTION, exponential, mix3, mix4, uniform

SEND = 151
"""What its timer does."""

_EVERYONE, _BUYERS, _NOT_BUYERS = 0, 1, 2
_AUDIENCES = ("everyone", "buyers", "not_buyers", "segment")

PUSHES = np.dtype(
    [
        *(
            (name, "i8")
            for name in [
                "audience",
                "by_segment",
                "segments",
                "limited",
                "left",
                "cost_fen",
                "about",
                "mention",
                "value_content",
                "times",
                "times_n",
            ]
        ),
        ("audience_share", "f8"),
        ("mention_prob", "f8"),
    ],
    align=True,
)
"""segments: address of int8[segments], 1 for those meant; times: address of int64[times_n]."""
_at = record_at(PUSHES)

_OPERATOR, _SESSION = int(Phase.OPERATOR), int(Phase.SESSION)
_CHANNEL, _PUSH_COST, _BUDGET_SHORT = int(Channel.PUSH), int(Kind.PUSH_COST), int(Kind.BUDGET_SHORT)


def pack(
    memory: Memory, config: PushConfig, about: int, window_s: tuple[int, int], segment_ids: tuple[str, ...]
) -> int:
    """Write the settings into a record; its address."""
    own: Any = np.zeros(1, dtype=PUSHES)
    own["audience"] = _AUDIENCES.index(config.audience)
    meant: NDArray[np.int8] = np.array([id_ in config.segments for id_ in segment_ids], dtype=np.int8)
    own["by_segment"], own["segments"] = bool(config.segments), memory.keep(meant)
    own["limited"], own["left"] = config.budget_people is not None, config.budget_people or 0
    own["cost_fen"], own["about"] = config.cost_fen_per_person, about
    own["mention"], own["mention_prob"] = config.mention, config.mention_prob
    own["value_content"], own["audience_share"] = config.value_content, config.audience_share
    times = np.array(push_times(config, *window_s, int(memory.world["clock_s"][0])), dtype=np.int64)
    own["times"], own["times_n"] = memory.keep(times), len(times)
    return memory.keep(own)


def entries(own: int) -> int:
    """How many entries `start` makes."""
    return int(seen(own, 0, 1, PUSHES)[0]["times_n"])


@internal
def start(w: int, k: int) -> None:
    """Put every push on the agenda."""
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    for number in range(own.times_n):
        when_s = int64_at(own.times, number)
        # named by its place in the calendar: one push more leaves the luck of the others alone
        at(w, when_s, _OPERATOR, -1, mix4(PUSH, offer.address, when_s, -1), k, SEND, number, 0)


@internal
def send(w: int, k: int, number: int) -> None:
    """Send a push to those it reaches."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    count = 0
    for member in range(world.members):
        if member % LOOK_EVERY == 0 and stopped(w):
            return
        if _reaches(w, k, member):
            put_int32(world.chosen, count, member)
            count += 1
    if own.limited and count > own.left:
        count = _keep_first(w, k, count, own.left)
    product = -1 if own.value_content else int64_at(offer.products, number % offer.products_n)
    cause = mix3(PUSH, offer.address, world.now_s)
    paid_for = pays_for(w, count, own.cost_fen)
    if paid_for < count:
        emit(w, _BUDGET_SHORT, -1, -1, product, k, -1, -1, _CHANNEL, 0, count - paid_for, cause)
        count = _keep_first(w, k, count, paid_for)
    if own.limited:
        own.left -= count
    if count == 0:
        return
    message = new_message(
        w, cause, world.now_s + 1, _CHANNEL, -1, product, own.about, -1, -1,
        False, own.value_content == 0, False, False, 0.0, 1.0,
    )  # fmt: skip
    if own.cost_fen:
        emit(w, _PUSH_COST, -1, -1, product, k, -1, -1, _CHANNEL, own.cost_fen * count, count, cause)
    ask_deliver(w, message, count)
    if own.mention:
        for place in range(count):
            member = int32_at(world.chosen, place)
            if uniform(world.seed, MENTION, member, offer.address, cause) < own.mention_prob:
                wait_s = 1 + int(exponential(world.seed, MENTION, member, -1, cause) * MENTION_DELAY_S)
                at(w, world.now_s + wait_s, _SESSION, member, cause, -1, LOOK_IN, 0, 0)


@internal
def _keep_first(w: int, k: int, count: int, left: int) -> int:
    """Keep those of the list `chosen` who stand first in the line, in the order of their numbers."""
    chosen = world_at(w, 0).chosen
    lots, places = np.empty(count), np.empty(count, dtype=np.int32)
    for place in range(count):
        lots[place], places[place] = _lot(w, k, int32_at(chosen, place)), place
    sort_by(lots, places)
    kept = places[:left]
    sort(kept)
    for place in range(left):  # as the list ascends, a place is never written before it is read
        put_int32(chosen, place, int32_at(chosen, kept[place]))
    return left


@internal
def _reaches(w: int, k: int, member: int) -> bool:
    own, m = _at(offer_of(w, k).own, 0), member_of(w, member)
    if m.muted_pushes:
        return False
    if own.audience == _BUYERS and not has_paid_before(w, member):
        return False
    if own.audience == _NOT_BUYERS and has_paid_before(w, member):
        return False
    if own.by_segment and not int8_at(own.segments, m.segment):
        return False
    return own.audience_share >= 1.0 or _lot(w, k, member) < own.audience_share


@internal
def _lot(w: int, k: int, member: int) -> float:
    """A member's place in the line for this series of pushes."""
    return uniform(world_at(w, 0).seed, KOL_AUDIENCE, member, offer_of(w, k).address, PUSH)
