"""What is due in a compiled run: a calendar queue, in the same order as the readable engine's agenda.

Far entries wait unsorted in buckets of equal length; when a bucket's time comes, its entries go into a
small heap. The order is that of (time, phase, tie, cause, who), whatever the length of a bucket.

A member's next session and next look at the shop, which are most of what is due, are no entries: there is
at most one of each, and they are chained by member (a visit's number is lane x members + member). In the
heap, and from `pop_before`, a visit is the negative number -2 - visit.
"""

from __future__ import annotations

from sim.compiled import internal
from sim.kernel.records import (
    entry_of,
    int32_at,
    place_of,
    prefetch_member,
    put_int32,
    visit_of,
    world_at,
)
from sim.sessions import browse_cause, session_cause
from sim.streams import mix3

PHASES = 16
"""More than there are phases; a heap's first key is time x this + phase."""


@internal
def at(
    w: int, time_s: int, phase: int, who: int, cause: int, offer: int, action: int, a: int, b: int
) -> None:
    """Have an action done at a time; (who, cause) is unique in a phase and breaks ties."""
    world = world_at(w, 0)
    number = world.entry_free
    if number >= 0:
        world.entry_free = entry_of(w, number).next
    else:
        number = world.entry_used
        world.entry_used += 1
    entry = entry_of(w, number)
    entry.time_s, entry.phase, entry.who, entry.cause = time_s, phase, who, cause
    entry.offer, entry.action, entry.a, entry.b = offer, action, a, b
    entry.tie = mix3(world.seed, who, cause)
    _file(w, number)


SESSIONS, BROWSING = 0, 1
"""Lanes of visits."""


@internal
def visit_at(w: int, lane: int, member: int, when_s: int, k: int) -> None:
    """Have a member's next session, or look at the shop, at a time before the horizon; k-th of its block."""
    world = world_at(w, 0)
    visit = lane * world.members + member
    record = visit_of(w, visit)
    record.time_s, record.k = when_s, k
    bucket = (when_s - world.first_bucket_s) // world.bucket_s
    if bucket <= world.at_bucket:
        _lift_visit(w, visit)
    else:
        record.next = int32_at(world.visit_bucket, bucket)
        put_int32(world.visit_bucket, bucket, visit)


@internal
def visit_cause(w: int, visit: int) -> int:
    """Name of a visit."""
    members, record = world_at(w, 0).members, visit_of(w, visit)
    if visit < members:
        return session_cause(record.time_s, record.k)
    return browse_cause(visit - members, record.time_s, record.k)


@internal
def _lift_visit(w: int, visit: int) -> None:
    world = world_at(w, 0)
    lane = visit // world.members
    phase = world.session_phase if lane == SESSIONS else world.browse_phase
    tie = mix3(world.seed, visit - lane * world.members, visit_cause(w, visit))
    _push(w, visit_of(w, visit).time_s * PHASES + phase, tie, -2 - visit)


@internal
def pop_before(w: int, until_s: int) -> int:
    """Take out the next entry due before a time, to be freed with `release`, or visit; -1: there is none."""
    world = world_at(w, 0)
    while True:
        if world.heap_used > 0:
            first = place_of(w, 0)
            if first.time_phase >= until_s * PHASES:
                return -1
            number = int(first.entry)
            _drop_first(w)
            return number
        if world.at_bucket + 1 < world.buckets:
            begins_s = world.first_bucket_s + (world.at_bucket + 1) * world.bucket_s
            if begins_s >= until_s:
                return -1
            world.at_bucket += 1
            number = int32_at(world.bucket, world.at_bucket)
            put_int32(world.bucket, world.at_bucket, -1)
            while number >= 0:
                following = int(entry_of(w, number).next)
                _lift(w, number)
                number = following
            visit = int32_at(world.visit_bucket, world.at_bucket)
            put_int32(world.visit_bucket, world.at_bucket, -1)
            while visit >= 0:
                prefetch_member(w, visit % world.members)
                _lift_visit(w, visit)
                visit = int(visit_of(w, visit).next)
        elif world.later >= 0:
            _begin_again(w)
        else:
            return -1


@internal
def release(w: int, number: int) -> None:
    """Give an entry's place back."""
    world = world_at(w, 0)
    entry_of(w, number).next = world.entry_free
    world.entry_free = number


@internal
def _file(w: int, number: int) -> None:
    world = world_at(w, 0)
    entry = entry_of(w, number)
    bucket = (entry.time_s - world.first_bucket_s) // world.bucket_s
    if bucket <= world.at_bucket:
        _lift(w, number)
    elif bucket < world.buckets:
        entry.next = int32_at(world.bucket, bucket)
        put_int32(world.bucket, bucket, number)
    else:
        entry.next = world.later
        world.later = number


@internal
def _begin_again(w: int) -> None:
    """All buckets are empty: lay them out anew from the first of the later entries on."""
    world = world_at(w, 0)
    number = world.later
    first_s = entry_of(w, number).time_s
    while number >= 0:
        entry = entry_of(w, number)
        first_s = min(first_s, entry.time_s)
        number = entry.next
    number = world.later
    world.later = -1
    world.first_bucket_s = first_s
    world.at_bucket = -1
    while number >= 0:
        following = entry_of(w, number).next
        _file(w, number)
        number = following


@internal
def _before(w: int, key: int, tie: int, number: int, other_key: int, other_tie: int, other: int) -> bool:
    if key != other_key:
        return key < other_key
    if tie != other_tie:
        return tie < other_tie
    cause, other_cause = _cause_of(w, number), _cause_of(w, other)
    if cause != other_cause:
        return cause < other_cause
    return _who_of(w, number) < _who_of(w, other)


@internal
def _cause_of(w: int, number: int) -> int:
    return int(entry_of(w, number).cause) if number >= 0 else visit_cause(w, -2 - number)


@internal
def _who_of(w: int, number: int) -> int:
    return int(entry_of(w, number).who) if number >= 0 else (-2 - number) % world_at(w, 0).members


@internal
def _lift(w: int, number: int) -> None:
    entry = entry_of(w, number)
    _push(w, entry.time_s * PHASES + entry.phase, entry.tie, number)


@internal
def _push(w: int, key: int, tie: int, number: int) -> None:
    """Put an entry or a visit into the heap."""
    world = world_at(w, 0)
    hole = world.heap_used
    world.heap_used += 1
    while hole > 0:
        parent = (hole - 1) >> 1
        above = place_of(w, parent)
        if not _before(w, key, tie, number, above.time_phase, above.tie, above.entry):
            break
        here = place_of(w, hole)
        here.time_phase, here.tie, here.entry = above.time_phase, above.tie, above.entry
        hole = parent
    here = place_of(w, hole)
    here.time_phase, here.tie, here.entry = key, tie, number


@internal
def _drop_first(w: int) -> None:
    """Take the first entry off the heap."""
    world = world_at(w, 0)
    world.heap_used -= 1
    size = world.heap_used
    last = place_of(w, size)
    key, tie, number = last.time_phase, last.tie, last.entry
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        below = place_of(w, child)
        if child + 1 < size:
            right = place_of(w, child + 1)
            if _before(w, right.time_phase, right.tie, right.entry, below.time_phase, below.tie, below.entry):
                child += 1
                below = place_of(w, child)
        if not _before(w, below.time_phase, below.tie, below.entry, key, tie, number):
            break
        here = place_of(w, hole)
        here.time_phase, here.tie, here.entry = below.time_phase, below.tie, below.entry
        hole = child
    here = place_of(w, hole)
    here.time_phase, here.tie, here.entry = key, tie, number
