"""Messages and exposures counted by period, in a compiled run that records outcomes only.

By the rule of `sim.outcomes`; its table says what each count counts, and what must be kept in mind for it:
`seen` bits, the channels of items about no product, the last day of reading and the first of acting stand
with the member, the channels of a product's messages with the member's standing. Counts of the running period
are cells of one array (kind, product, channel, segment); those that are not 0 are on a list, so that the end
of a period costs what was counted and not what could have been.
"""

from __future__ import annotations

from sim.compiled import compiled, internal
from sim.events import Channel, Kind
from sim.kernel.members import standing, standing_at
from sim.kernel.records import int32_array, int64_at, member_of, put_int32, put_int64, row_of, world_at
from sim.kernel.sorting import sort
from sim.outcomes import BACK_DAYS, COUNT_KINDS, MESSAGE_CHANNELS, WEEK_S, period_end_s
from sim.units import DAY

CHANNEL_PLACES = len(Channel) + 1
"""Places of a channel: none, and each."""

NO_PERIOD = 1 << 62
"""The end of a period that does not end: in a run that records everything, and in the run-off."""

_FIRST_KIND = int(COUNT_KINDS[0])
_SENDS, _RECIPIENTS, _SENDERS = int(Kind.COUNT_SENDS), int(Kind.COUNT_RECIPIENTS), int(Kind.COUNT_SENDERS)
_SENDS_AFTER_PAYING = int(Kind.COUNT_SENDS_AFTER_PAYING)
_READS, _READERS, _READERS_OF_DAY = (
    int(Kind.COUNT_READS),
    int(Kind.COUNT_READERS),
    int(Kind.COUNT_READERS_OF_DAY),
)
_READERS_OF_PRODUCT, _READERS_IN_CHANNEL = (
    int(Kind.COUNT_READERS_OF_PRODUCT),
    int(Kind.COUNT_READERS_IN_CHANNEL),
)
_READERS_EARLY, _READERS_KEPT = int(Kind.COUNT_READERS_EARLY), int(Kind.COUNT_READERS_KEPT)
_CONSIDERS, _CONSIDERERS = int(Kind.COUNT_CONSIDERS), int(Kind.COUNT_CONSIDERERS)
_READERS_OR_SENDERS, _ACTIVE = int(Kind.COUNT_READERS_OR_SENDERS), int(Kind.COUNT_ACTIVE)
_REACHED, _VISITORS = int(Kind.COUNT_REACHED), int(Kind.COUNT_VISITORS)
_PUSH_READERS = int(Kind.COUNT_PUSH_READERS)
_BACK_D1, _BACK_D7, _BACK_D30 = (int(kind) for kind in BACK_DAYS)
_D1, _D7, _D30 = BACK_DAYS.values()

_MESSAGES = sum(1 << channel for channel in MESSAGE_CHANNELS)  # a bit each
_PUSH = int(Channel.PUSH)

_SEND, _READ, _CONSIDER = int(Kind.SEND), int(Kind.READ), int(Kind.CONSIDER)
_RESERVE, _PLACED, _PAID = int(Kind.RESERVE), int(Kind.ORDER_PLACED), int(Kind.ORDER_PAID)

# bits of a member's `seen`
_HAS_PAID, _HAS_SENT, _HAS_READ, _EARLY, _KEPT, _HAS_CONSIDERED, _READ_OR_SENT = (
    1 << bit for bit in range(7)
)
_IS_REACHED, _HAS_VISITED, _IS_PUSHED_TO, _IS_BACK_D1, _IS_BACK_D7, _IS_BACK_D30 = (
    1 << bit for bit in range(7, 13)
)


@internal
def count(w: int, kind: int, actor: int, product: int, channel: int, value: int) -> bool:
    """Count a row that is about to be written; whether counts stand in its place."""
    if kind == _READ:
        _count_read(w, actor, product, channel)
    elif kind == _SEND:
        _count_send(w, actor, product, channel, value)
    elif kind == _CONSIDER:
        _add(w, _CONSIDERS, product, channel, member_of(w, actor).segment, 1)
        _once(w, _CONSIDERERS, actor, _HAS_CONSIDERED, product, channel)
        _count_act(w, actor, product, channel)
    else:
        if kind in (_RESERVE, _PLACED):
            _count_act(w, actor, product, channel)
        elif kind == _PAID:
            member_of(w, actor).seen |= _HAS_PAID
        return False
    return True


@compiled
def end_period(w: int, time_s: int) -> None:
    """Write the counts of the period that has ended, and begin the one that `time_s` lies in."""
    world = world_at(w, 0)
    cells = int32_array(world.counted, 0, world.counted_used)
    sort(cells)
    for cell in cells:
        row = row_of(w, world.row_used)
        world.row_used += 1
        row.time_s, row.value = world.period_end_s, int64_at(world.counts, cell)
        put_int64(world.counts, cell, 0)
        rest, segments = cell // (world.segments + 1), cell % (world.segments + 1)
        row.segment, row.channel = segments - 1, rest % CHANNEL_PLACES - 1
        rest //= CHANNEL_PLACES
        row.product, row.kind = rest % (world.products + 1) - 1, _FIRST_KIND + rest // (world.products + 1)
        row.actor, row.source, row.offer, row.group, row.order = -1, -1, -1, -1, -1
        row.amount_fen, row.cause, row.runoff = 0, 0, 0
    world.counted_used = 0
    world.period_end_s = NO_PERIOD
    if time_s < world.horizon_s:
        world.period_end_s = period_end_s(time_s, world.period_s, world.clock_s, world.horizon_s)


@internal
def _add(w: int, kind: int, product: int, channel: int, segment: int, by: int) -> None:
    world = world_at(w, 0)
    place = ((kind - _FIRST_KIND) * (world.products + 1) + product + 1) * CHANNEL_PLACES + channel + 1
    cell = place * (world.segments + 1) + segment + 1
    before = int64_at(world.counts, cell)
    if before == 0 and by > 0:
        put_int32(world.counted, world.counted_used, cell)
        world.counted_used += 1
    put_int64(world.counts, cell, before + by)


@internal
def _once(w: int, kind: int, member: int, bit: int, product: int, channel: int) -> None:
    """Count a member who was not counted so far."""
    m = member_of(w, member)
    if not m.seen & bit:
        m.seen |= bit
        _add(w, kind, product, channel, m.segment, 1)


@internal
def _count_send(w: int, sender: int, product: int, channel: int, recipients: int) -> None:
    segment = member_of(w, sender).segment if sender >= 0 else -1
    _add(w, _SENDS, product, channel, segment, 1)
    _add(w, _RECIPIENTS, product, channel, segment, recipients)
    if sender < 0:
        return
    if member_of(w, sender).seen & _HAS_PAID:
        _add(w, _SENDS_AFTER_PAYING, product, channel, segment, 1)
    _once(w, _SENDERS, sender, _HAS_SENT, product, channel)
    _once(w, _READERS_OR_SENDERS, sender, _READ_OR_SENT, product, channel)
    _count_act(w, sender, product, channel)


@internal
def _count_act(w: int, member: int, product: int, channel: int) -> None:
    world, m = world_at(w, 0), member_of(w, member)
    day = (world.now_s + world.clock_s) // DAY
    if m.acted_day < 0:
        m.acted_day = day
        _add(w, _ACTIVE, product, channel, m.segment, 1)
    days = day - m.acted_day
    if days == _D1:
        _once(w, _BACK_D1, member, _IS_BACK_D1, product, channel)
    elif days == _D7:
        _once(w, _BACK_D7, member, _IS_BACK_D7, product, channel)
    elif days == _D30:
        _once(w, _BACK_D30, member, _IS_BACK_D30, product, channel)


@internal
def _count_read(w: int, member: int, product: int, channel: int) -> None:
    world, m = world_at(w, 0), member_of(w, member)
    segment = m.segment
    _add(w, _READS, product, channel, segment, 1)
    if m.seen & _EARLY:
        if world.now_s >= world.horizon_s - WEEK_S:
            _once(w, _READERS_KEPT, member, _KEPT, product, channel)
    elif not m.seen & _HAS_READ and world.now_s < WEEK_S and world.horizon_s >= 2 * WEEK_S:
        _once(w, _READERS_EARLY, member, _EARLY, product, channel)
    _once(w, _READERS, member, _HAS_READ, product, channel)
    if channel >= 0 and _MESSAGES >> int(channel) & 1:
        _once(w, _REACHED, member, _IS_REACHED, product, channel)
        if channel == _PUSH:
            _once(w, _PUSH_READERS, member, _IS_PUSHED_TO, product, channel)
    else:
        _once(w, _VISITORS, member, _HAS_VISITED, product, channel)
    _once(w, _READERS_OR_SENDERS, member, _READ_OR_SENT, product, channel)
    day = (world.now_s + world.clock_s) // DAY
    if m.read_day != day:
        m.read_day = day
        _add(w, _READERS_OF_DAY, product, channel, segment, 1)
    bit = 1 << (int(channel) + 1)
    if product < 0:
        before = m.channels
        m.channels |= bit
    else:
        here = standing_at(standing(w, member, product), 0)
        before = here.channels
        here.channels |= bit
    if before == 0:
        _add(w, _READERS_OF_PRODUCT, product, channel, segment, 1)
    if not before & bit:
        _add(w, _READERS_IN_CHANNEL, product, channel, segment, 1)
