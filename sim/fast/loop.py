"""The compiled run: what is due is done, step by step, until a time or until an array needs more room.

One explicit dispatch of the engine's own actions stands here; that of the mechanics' stands beside their
registry. Between two steps the caller may enlarge arrays and take out the rows written so far.
"""

from __future__ import annotations

from sim.compiled import compiled, internal
from sim.events import Reason
from sim.fast.desk import arrive, cancel, confirm, follow_up, pay, receive, refund, send_back
from sim.fast.reader import browse, read, review
from sim.fast.sharing import announce, post_as_kol, promote, share_seeded
from sim.fast.talk import begin_session, deliver, end_session, next_read
from sim.kernel.agenda import pop_before, release, visit_cause
from sim.kernel.codes import (
    ARRIVE,
    FINAL,
    LOOK_IN,
    PAY,
    READ,
    RECEIVE,
    RETURN,
    REVIEW,
    TIME_OUT,
)
from sim.kernel.counts import end_period
from sim.kernel.records import entry_of, member_of, order_of, request_of, visit_of, world_at
from sim.kernel.requests import ANNOUNCE, CONFIRM, DELIVER, KOL_POST, PAID, PROMOTE, REFUND, SHARE
from sim.kernel.stopping import stopped
from sim.mechanics.kernel_registry import final, timer
from sim.mechanics.world import LAST_OBLIGATION
from sim.streams import SESSION_MARK, uniform

_UNPAID, _LAST_OBLIGATION = int(Reason.UNPAID), int(LAST_OBLIGATION)

DONE, MORE_ROOM, STOPPED = 0, 1, 2
"""Why `advance` comes back: nothing more is due before the time, an array must be enlarged, or the run is
not to go on."""


@compiled
def advance(w: int, until_s: int) -> int:
    """Handle everything due before a time; DONE, MORE_ROOM or STOPPED."""
    world = world_at(w, 0)
    while True:
        if stopped(w):
            return STOPPED
        if _lacks_room(w):
            return MORE_ROOM
        if world.request_at < world.request_used:
            world.request_at += 1
            _serve(w, world.request_at - 1)
            if world.request_at == world.request_used:
                world.request_at, world.request_used = 0, 0
        elif world.reader >= 0:
            if world.reading < world.readings:
                number, tie = next_read(w)
                read(w, world.reader, number, tie)
            else:
                end_session(w)
        else:
            number = pop_before(w, until_s)
            if number == -1:
                return DONE
            if number < 0:
                _visit(w, -2 - number)
            else:
                _act(w, number)


@internal
def _lacks_room(w: int) -> bool:
    """Whether the next step might need more than there is; `sim.fast.rooms` says what steps need."""
    world = world_at(w, 0)
    return (
        world.row_used + world.step_row + world.unconfirmed + world.counted_used > world.row_room
        or world.item_used + world.step_item > world.item_room
        or world.entry_used + world.step_entry > world.entry_room
        or world.note_used + world.step_note + world.unconfirmed > world.note_room
        or world.message_used + world.step_message > world.message_room
        or world.order_used + world.step_order > world.order_room
        or world.group_used + world.step_group > world.group_room
        or world.heard_used + world.step_heard > world.heard_room
        or world.request_used + world.step_request + world.unconfirmed > world.request_room
        or (not world.dense and world.sparse_used + world.step_sparse > world.sparse_room)
        or 2 * (world.asked_used + 1) > world.asked_mask
    )


@internal
def _act(w: int, number: int) -> None:
    """Do what an entry of the agenda says."""
    world, entry = world_at(w, 0), entry_of(w, number)
    action, who, a, cause = entry.action, entry.who, entry.a, entry.cause
    offer, b = entry.offer, entry.b
    phase = entry.phase
    if world.running_off and phase > _LAST_OBLIGATION:
        release(w, number)
        return
    if entry.time_s > world.period_end_s:
        end_period(w, entry.time_s)
    world.now_s = entry.time_s
    release(w, number)
    if action == PAY:
        pay(w, a)
    elif action == ARRIVE:
        arrive(w, a)
    elif action == RECEIVE:
        receive(w, a)
    elif action == READ:
        read(w, who, a, -1.0)
    elif action == TIME_OUT:
        cancel(w, a, _UNPAID)
    elif action == RETURN:
        send_back(w, a)
    elif action == REVIEW:
        review(w, a)
    elif action == LOOK_IN:
        begin_session(w, who, 0.0)
    elif action == FINAL:
        if not order_of(w, a).closed:
            final(w, a)
    else:
        timer(w, offer, action, who, a, b, cause)


@internal
def _visit(w: int, visit: int) -> None:
    """A member looks at the phone, or at the shop."""
    world = world_at(w, 0)
    if world.running_off:
        return
    when_s, cause = visit_of(w, visit).time_s, visit_cause(w, visit)
    if when_s > world.period_end_s:
        end_period(w, when_s)
    world.now_s = when_s
    if visit < world.members:
        member_of(w, visit).wakes = 0
        begin_session(w, visit, uniform(world.seed, SESSION_MARK, visit, 0, cause))
    else:
        browse(w, visit - world.members, cause)


@internal
def _serve(w: int, number: int) -> None:
    """Do what a mechanic has asked for."""
    request = request_of(w, number)
    kind = request.kind
    if kind == CONFIRM:
        confirm(w, request.a, request.cause, request.amount)
    elif kind == REFUND:
        refund(w, request.a, request.b)
    elif kind == PAID:
        follow_up(w, request.a)
    elif kind == PROMOTE:
        promote(w, request.who, request.what, request.offer, request.cause, request.flag != 0)
    elif kind == KOL_POST:
        post_as_kol(
            w,
            request.who,
            request.what,
            request.offer,
            request.cause,
            request.step,
            request.flag != 0,
            request.a != 0,
        )
    elif kind == SHARE:
        share_seeded(w, request.who, request.what, request.cause)
    elif kind == DELIVER:
        deliver(w, request.a, request.b, -1)
    elif kind == ANNOUNCE:
        announce(w, request.who, request.what, request.cause, request.a)
