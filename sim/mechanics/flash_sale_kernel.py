"""Flash sale 秒杀, compiled: the same as `sim.mechanics.flash_sale`, function by function."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled import internal
from sim.events import Kind, Reason, Route
from sim.kernel.agenda import at
from sim.kernel.memory import Memory
from sim.kernel.records import (
    coverage_of,
    int64_at,
    offer_of,
    order_of,
    route_of,
    settings_of,
    world_at,
)
from sim.kernel.requests import ask_confirm
from sim.kernel.rows import emit
from sim.kernel.views import record_at, seen
from sim.mechanics.flash_sale import OPENING, SCRIPT, FlashSaleConfig, session_times
from sim.mechanics.quota_kernel import change, claim, count_units, sold_share, units_bought
from sim.mechanics.reminders_kernel import ask, has_asked
from sim.mechanics.world import Phase
from sim.streams import BOT, mix4, uniform
from sim.units import DAY, MINUTE

OPEN, CLOSE, BOT_ARRIVES, BOT_RELEASED = 111, 112, 113, 114
"""What its timers do."""

FLASH_SALE = np.dtype(
    [
        ("limit_per_order", "i8"),
        ("limit_total", "i8"),
        ("progress_bar", "i8"),
        ("reminders", "i8"),
        ("remind_s", "i8"),
        ("bots", "i8"),
        ("sessions", "i8"),
        ("opens", "i8"),  # addresses of int64[sessions]
        ("closes", "i8"),
        ("current", "i8"),  # the session that is open, or -1
        ("next_slot_s", "f8"),
        ("progress_start_share", "f8"),
        ("reminder_s", "f8"),
        ("arrival_seconds", "f8"),
        ("throughput_per_second", "f8"),
        ("patience_seconds", "f8"),
        ("bot_seconds", "f8"),
    ],
    align=True,
)
_at = record_at(FLASH_SALE)

_FLASH, _RESERVE = int(Route.FLASH), int(Route.RESERVE)
_OFFER, _ARRIVAL, _DEADLINE = int(Phase.OFFER), int(Phase.ARRIVAL), int(Phase.DEADLINE)
_NONE, _QUEUE = int(Reason.NONE), int(Reason.QUEUE)
_SALE_OPENED, _SALE_CLOSED, _SOLD_OUT, _QUOTA = (
    int(Kind.SALE_OPENED),
    int(Kind.SALE_CLOSED),
    int(Kind.SOLD_OUT),
    int(Kind.QUOTA),
)


def pack(memory: Memory, config: FlashSaleConfig, k: int, start_s: int, end_s: int) -> int:
    """Write the settings into a record, and lay out the sessions; the record's address."""
    world = memory.world[0]
    own: Any = np.zeros(1, dtype=FLASH_SALE)
    own["limit_per_order"], own["limit_total"] = config.limit_per_order, config.limit_total
    own["progress_bar"], own["progress_start_share"] = config.progress_bar, config.progress_start_share
    own["reminders"], own["reminder_s"] = config.reminders, config.reminder_days * DAY
    own["remind_s"], own["arrival_seconds"] = int(config.remind_minutes * MINUTE), config.arrival_seconds
    own["throughput_per_second"] = config.throughput_per_second
    own["patience_seconds"] = config.patience_seconds
    own["bots"], own["bot_seconds"] = config.bots, config.bot_seconds
    own["current"] = -1
    times = session_times(config, start_s, end_s, int(world["horizon_s"]), int(world["clock_s"]))
    own["sessions"] = len(times)
    own["opens"] = memory.keep(np.array([opens_s for opens_s, _ in times], dtype=np.int64))
    own["closes"] = memory.keep(np.array([closes_s for _, closes_s in times], dtype=np.int64))
    return memory.keep(own)


def sessions(own: int) -> int:
    """How many sessions a packed record has."""
    return int(seen(own, 0, 1, FLASH_SALE)[0]["sessions"])


@internal
def start(w: int, k: int) -> None:
    """Each session opens and closes at its time. Quotas are on sale in sessions only."""
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    for number in range(own.sessions):
        cause = mix4(OPENING, offer.address, number, 0)
        at(w, int64_at(own.opens, number), _OFFER, -1, cause, k, OPEN, number, 0)
        at(w, int64_at(own.closes, number), _OFFER, -1, cause, k, CLOSE, number, 0)


@internal
def open_session(w: int, k: int, number: int) -> None:
    """A session begins with its whole quota."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    if own.current >= 0:
        close_session(w, k, number - 1)  # it ends in this very second
    own.current = number
    own.next_slot_s = float(world.now_s)
    for place in range(offer.products_n):
        product = int64_at(offer.products, place)
        cover = coverage_of(w, k * world.products + product)
        cover.sold_out = 0
        cover.left = cover.quota
        value = cover.quota if cover.limited else -1
        cause = mix4(OPENING, offer.address, number, 0)
        emit(w, _SALE_OPENED, -1, -1, product, k, -1, -1, -1, 0, value, cause)
    for bot in range(own.bots):
        cause = mix4(SCRIPT, offer.address, number, bot)
        wait_s = 1 + int(uniform(world.seed, BOT, bot, number, cause) * own.bot_seconds)
        product = int64_at(offer.products, bot % offer.products_n)
        at(w, world.now_s + wait_s, _ARRIVAL, -1, cause, k, BOT_ARRIVES, product, 0)


@internal
def close_session(w: int, k: int, number: int) -> None:
    """A session ends, unless it has already."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own = _at(offer.own, 0)
    if own.current < 0 or own.current != number:
        return
    own.current = -1
    for place in range(offer.products_n):
        product = int64_at(offer.products, place)
        cover = coverage_of(w, k * world.products + product)
        value = cover.left if cover.limited else -1
        cause = mix4(OPENING, offer.address, number, 0)
        emit(w, _SALE_CLOSED, -1, -1, product, k, -1, -1, -1, 0, value, cause)


@internal
def routes(w: int, k: int, member: int, product: int, count: int) -> int:
    """Buy while a session is open; ask to be reminded before."""
    world, offer = world_at(w, 0), offer_of(w, k)
    own, cover = _at(offer.own, 0), coverage_of(w, k * world.products + product)
    bought = units_bought(w, k, member)
    if not cover.covered or bought >= own.limit_total:
        return count
    way = route_of(w, count)
    way.price_fen, way.offer, way.group, way.belief = cover.price_fen, k, -1, 1.0
    way.leader_discount = 0
    if own.current >= 0:
        opens_s, closes_s = int64_at(own.opens, own.current), int64_at(own.closes, own.current)
        way.route, way.effort = _FLASH, settings_of(w, 0).effort_flash
        way.urgency = (world.now_s - opens_s) / (closes_s - opens_s)
        way.scarcity = _shown_progress(w, k, product)
        way.limit_units = min(own.limit_per_order, own.limit_total - bought)
        return count + 1
    next_s = _next_opening(w, k)
    if not own.reminders or next_s < 0 or next_s - world.now_s > own.reminder_s:
        return count
    if has_asked(w, k, member, product, next_s):
        return count
    way.route, way.effort, way.urgency, way.scarcity, way.limit_units = _RESERVE, 0.0, 0.0, 0.0, 1
    return count + 1


@internal
def _shown_progress(w: int, k: int, product: int) -> float:
    own = _at(offer_of(w, k).own, 0)
    if not own.progress_bar:
        return 0.0
    share = own.progress_start_share
    return share + (1.0 - share) * sold_share(w, k, product)


@internal
def _next_opening(w: int, k: int) -> int:
    """When the next session opens, or -1."""
    own, now_s = _at(offer_of(w, k).own, 0), world_at(w, 0).now_s
    for number in range(own.sessions):
        if int64_at(own.opens, number) > now_s:
            return int(int64_at(own.opens, number))
    return -1


@internal
def reserved(w: int, k: int, member: int, product: int, number: int) -> None:
    """Remind the member shortly before the next session; the reminded come as it opens."""
    own, opens_s = _at(offer_of(w, k).own, 0), _next_opening(w, k)
    if opens_s >= 0:
        ask(w, k, member, product, number, opens_s, opens_s - own.remind_s, own.arrival_seconds)


@internal
def _gets_through(w: int, k: int) -> bool:
    """Line up for the server; False when the queue is too long to stay. The wait itself is seconds."""
    own, now_s = _at(offer_of(w, k).own, 0), world_at(w, 0).now_s
    ready_s = max(own.next_slot_s, float(now_s))
    if ready_s - now_s > own.patience_seconds:
        return False
    own.next_slot_s = ready_s + 1.0 / own.throughput_per_second
    return True


@internal
def accept(w: int, k: int, number: int) -> int:
    """First the server's queue, then the quota."""
    if not _gets_through(w, k):
        return _QUEUE
    reason = claim(w, k, number)
    if reason == _NONE:
        _note_sold_out(w, k, order_of(w, number).product)
    return reason


@internal
def _note_sold_out(w: int, k: int, product: int) -> None:
    cover = coverage_of(w, k * world_at(w, 0).products + product)
    if cover.limited and cover.left == 0 and not cover.sold_out:
        cover.sold_out = 1
        emit(w, _SOLD_OUT, -1, -1, product, k, -1, -1, -1, 0, 0, 0)


@internal
def cancelled(w: int, k: int, number: int) -> None:
    """An unpaid hold goes back on sale while its session is open."""
    order, own = order_of(w, number), _at(offer_of(w, k).own, 0)
    if order.offer != k:
        return
    count_units(w, k, order.member, -order.quantity)
    if own.current >= 0 and order.placed_s >= int64_at(own.opens, own.current):
        change(w, k, number, order.quantity)
        coverage_of(w, k * world_at(w, 0).products + order.product).sold_out = 0


@internal
def paid(w: int, number: int) -> None:
    """A paid order is served at once."""
    ask_confirm(w, number, -1, 0)


@internal
def bot_arrives(w: int, k: int, product: int, cause: int) -> None:
    """A script takes a unit that nobody will pay for: it blocks the hold until it times out."""
    world, own = world_at(w, 0), _at(offer_of(w, k).own, 0)
    cover = coverage_of(w, k * world.products + product)
    if own.current < 0 or not _gets_through(w, k) or (cover.limited and cover.left == 0):
        return
    if cover.limited:
        cover.left -= 1
        emit(w, _QUOTA, -1, -1, product, k, -1, -1, -1, 0, -1, cause)
        _note_sold_out(w, k, product)
    release_s = world.now_s + settings_of(w, 0).timeout_s
    at(w, release_s, _DEADLINE, -1, cause, k, BOT_RELEASED, product, own.current)


@internal
def bot_released(w: int, k: int, product: int, session: int, cause: int) -> None:
    """The script's hold has timed out."""
    cover = coverage_of(w, k * world_at(w, 0).products + product)
    if _at(offer_of(w, k).own, 0).current == session and cover.limited:
        cover.left += 1
        cover.sold_out = 0
        emit(w, _QUOTA, -1, -1, product, k, -1, -1, -1, 0, 1, cause)
