"""Coupon 优惠券, compiled: the same as `sim.mechanics.coupon`, function by function."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled import internal
from sim.events import Kind, Route
from sim.kernel.agenda import at
from sim.kernel.members import has_paid_before
from sim.kernel.memory import Memory
from sim.kernel.notes import first_note, forget, free_note, new_note, note_order
from sim.kernel.records import (
    int32_at,
    int64_at,
    message_of,
    note_of,
    offer_of,
    order_of,
    put_int32,
    route_of,
    settings_of,
    world_at,
)
from sim.kernel.rows import emit, emit_money
from sim.kernel.shares import share_of_fen
from sim.kernel.sorting import sort_by
from sim.kernel.stopping import LOOK_EVERY, stopped
from sim.kernel.views import record_at
from sim.mechanics.coupon import GRANT, CouponConfig
from sim.mechanics.world import Phase
from sim.streams import COUPON, mix3, uniform
from sim.units import HOUR, share_ppm

HAND_OUT = 121
"""What its timer does."""

_USED_UP = 1  # what a note on an order says: a coupon, until when it was good (time), what it gave (amount)

_GRANTED, _CLAIMED, _NEWCOMERS = 0, 1, 2
_CHANNELS = ("granted", "claimed_on_reading", "newcomers")

COUPONS = np.dtype(
    [
        *(
            (name, "i8")
            for name in [
                "off_fen",
                "off_ppm",
                "threshold_fen",
                "on_order",
                "back_after_return",
                "limited",
                "left",
                "per_member",
                "valid_s",
                "channel",
                "platform",
                "held",
                "granted",
            ]
        ),
        ("audience_share", "f8"),
    ],
    align=True,
)
_at = record_at(COUPONS)

_ALONE, _JOIN, _OPEN, _FLASH, _COMMUNITY = (
    int(Route.BUY_ALONE),
    int(Route.JOIN_GROUP),
    int(Route.OPEN_GROUP),
    int(Route.FLASH),
    int(Route.COMMUNITY),
)
_COUPON_GRANTED, _COUPON_USED, _COUPON_RETURNED, _SUBSIDY = (
    int(Kind.COUPON_GRANTED),
    int(Kind.COUPON_USED),
    int(Kind.COUPON_RETURNED),
    int(Kind.SUBSIDY),
)
_OPERATOR = int(Phase.OPERATOR)


def pack(memory: Memory, config: CouponConfig) -> int:
    """Write the settings into a record; its address. Nobody holds a coupon yet."""
    members = int(memory.world["members"][0])
    own: Any = np.zeros(1, dtype=COUPONS)
    own["off_fen"], own["off_ppm"] = config.off_fen, share_ppm(config.off_share)
    own["threshold_fen"], own["on_order"] = config.threshold_fen, config.threshold_on == "all_goods"
    own["per_member"], own["back_after_return"] = config.per_member, config.back_after_return
    own["limited"], own["left"] = config.total is not None, config.total or 0
    own["valid_s"], own["channel"] = int(config.valid_hours * HOUR), _CHANNELS.index(config.channel)
    own["platform"], own["audience_share"] = config.borne_by == "platform", config.audience_share
    own["held"] = memory.keep(np.full(members, -1, dtype=np.int32))
    own["granted"] = memory.keep(np.zeros(members, dtype=np.int32))
    return memory.keep(own)


@internal
def start(w: int, k: int) -> None:
    """Coupons that are handed out go out as the window opens."""
    offer = offer_of(w, k)
    if _at(offer.own, 0).channel != _CLAIMED:
        at(w, offer.start_s, _OPERATOR, -1, mix3(GRANT, offer.address, 0), k, HAND_OUT, 0, 0)


@internal
def hand_out(w: int, k: int) -> None:
    """Grant the coupons, in the order of the members' lots."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    lots, line = np.empty(world.members), np.empty(world.members, dtype=np.int32)
    for member in range(world.members):
        lots[member], line[member] = uniform(world.seed, COUPON, member, offer.address, 0), member
    sort_by(lots, line)
    for place in range(line.size):
        member = line[place]
        if place % LOOK_EVERY == 0 and stopped(w):
            return
        if own.channel == _NEWCOMERS and has_paid_before(w, member):
            continue
        if lots[member] < own.audience_share:
            for _ in range(own.per_member):
                _grant(w, k, member)


@internal
def heard(w: int, k: int, member: int, number: int) -> None:
    """Readers may claim one with what they read."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    if own.channel != _CLAIMED or not offer.start_s <= world.now_s < offer.end_s:
        return
    if int32_at(own.granted, member) >= own.per_member or _valid(w, k, member) >= 0:
        return
    if uniform(world.seed, COUPON, member, offer.address, message_of(w, number).cause) < own.audience_share:
        _grant(w, k, member)


@internal
def _grant(w: int, k: int, member: int) -> None:
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    if own.limited:
        if own.left == 0:
            return
        own.left -= 1
    granted = int32_at(own.granted, member) + 1
    put_int32(own.granted, member, granted)
    _hold(w, k, member, world_at(w, 0).now_s + own.valid_s)
    cause = mix3(GRANT, offer.address, granted)
    emit(w, _COUPON_GRANTED, member, -1, -1, k, -1, -1, -1, own.off_fen, 0, cause)


@internal
def _hold(w: int, k: int, member: int, lapses_s: int) -> None:
    """Add a coupon to those a member holds, which stand in the order in which they lapse."""
    held = _at(offer_of(w, k).own, 0).held
    place = new_note(w)
    note_of(w, place).time_s = lapses_s
    before, following = -1, int(int32_at(held, member))
    while following >= 0 and note_of(w, following).time_s <= lapses_s:
        before, following = following, int(note_of(w, following).next)
    note_of(w, place).next = following
    if before < 0:
        put_int32(held, member, place)
    else:
        note_of(w, before).next = place


@internal
def units_for_discount(w: int, k: int, member: int, r: int) -> int:
    """From how many units on the goods reach the threshold; 0: no coupon held, or none allowed here."""
    way, own = route_of(w, r), _at(offer_of(w, k).own, 0)
    if not _stacks(w, way.route) or (way.leader_discount and not settings_of(w, 0).stacks_leader_discount):
        return 0
    if _valid(w, k, member) < 0:
        return 0
    units = max(1, -(-own.threshold_fen // way.price_fen))
    return int(units) if units == 1 or own.on_order else 0


@internal
def discount_fen(w: int, k: int, member: int, r: int, units: int) -> int:
    """The discount a held coupon gives on an order of so many units: once, however many they are."""
    own = _at(offer_of(w, k).own, 0)
    if not 0 < units_for_discount(w, k, member, r) <= units:
        return 0
    if not own.off_ppm:
        return int(own.off_fen)
    counted = units if own.on_order else 1
    return share_of_fen(route_of(w, r).price_fen * counted, own.off_ppm)


@internal
def _stacks(w: int, route: int) -> bool:
    """Whether `orders.stacking` lets a coupon be used on a way to buy."""
    settings = settings_of(w, 0)
    if route == _ALONE:
        return True
    if route in (_JOIN, _OPEN):
        return settings.stacks_group != 0
    if route == _FLASH:
        return settings.stacks_flash != 0
    return route == _COMMUNITY and settings.stacks_community != 0


@internal
def _valid(w: int, k: int, member: int) -> int:
    """The first coupon of a member that is still good, or -1."""
    place = int32_at(_at(offer_of(w, k).own, 0).held, member)
    now_s = world_at(w, 0).now_s
    while place >= 0 and note_of(w, place).time_s <= now_s:
        place = note_of(w, place).next
    return int(place)


@internal
def placed(w: int, k: int, number: int) -> None:
    """The order that got the discount uses the coupon up."""
    order = order_of(w, number)
    discount_fen = int64_at(world_at(w, 0).discounts, k)
    used = _valid(w, k, order.member)
    if not discount_fen or used < 0:
        return
    held = _at(offer_of(w, k).own, 0).held
    lapses_s = note_of(w, used).time_s
    before, place = -1, int(int32_at(held, order.member))
    while place != used:
        before, place = place, int(note_of(w, place).next)
    if before < 0:
        put_int32(held, order.member, note_of(w, used).next)
    else:
        note_of(w, before).next = note_of(w, used).next
    free_note(w, used)
    note_order(w, number, k, _USED_UP, -1, discount_fen, lapses_s)
    _row(w, k, _COUPON_USED, number, discount_fen)


@internal
def paid(w: int, k: int, number: int) -> None:
    """A platform that bears the discount makes it good to the merchant."""
    order = order_of(w, number)
    place = first_note(w, order.notes, k, _USED_UP)
    if place >= 0 and _at(offer_of(w, k).own, 0).platform:
        amount_fen = note_of(w, place).amount_fen
        order.subsidy_fen += amount_fen
        emit_money(w, _SUBSIDY, number, amount_fen, 0)


@internal
def cancelled(w: int, k: int, number: int) -> None:
    """Cancelling returns the coupon, with the time it had."""
    _give_back(w, k, number)


@internal
def returned(w: int, k: int, number: int) -> None:
    """Sending the goods back returns it too, where that is the rule and it is still good."""
    place = first_note(w, order_of(w, number).notes, k, _USED_UP)
    if place < 0 or not _at(offer_of(w, k).own, 0).back_after_return:
        return
    if note_of(w, place).time_s > world_at(w, 0).now_s:
        _give_back(w, k, number)


@internal
def _give_back(w: int, k: int, number: int) -> None:
    order = order_of(w, number)
    place = first_note(w, order.notes, k, _USED_UP)
    if place >= 0:
        amount_fen, lapses_s = note_of(w, place).amount_fen, note_of(w, place).time_s
        forget(w, number, place)
        _hold(w, k, order.member, lapses_s)
        _row(w, k, _COUPON_RETURNED, number, amount_fen)


@internal
def _row(w: int, k: int, kind: int, number: int, amount_fen: int) -> None:
    order = order_of(w, number)
    emit(w, kind, order.member, -1, order.product, k, -1, number, -1, amount_fen, 0, order.cause)
