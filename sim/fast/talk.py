"""Who tells whom, compiled: delivery into inboxes, sessions that read them, chats that live and die.

The same as `sim.engine.talk`. An inbox is a chain of items; an item's key is its place in the reading
order: (priority, newest first) in one integer.
"""

from __future__ import annotations

from sim import streams
from sim.compiled import internal
from sim.decisions import session_factor
from sim.events import Kind
from sim.kernel.agenda import SESSIONS, visit_at
from sim.kernel.codes import CHAT, KOL_POST, MOMENTS, PRIVATE, PUBLIC, PUSH
from sim.kernel.members import fatigue
from sim.kernel.messages import new_message
from sim.kernel.records import (
    chat_of,
    float64_array,
    friend_start_of,
    friend_target_of,
    friend_tie_of,
    int8_at,
    int32_array,
    int32_at,
    int64_at,
    item_of,
    member_of,
    message_of,
    prefetch_inbox,
    put_int8,
    put_int32,
    segment_of,
    settings_of,
    tier_of,
    world_at,
)
from sim.kernel.rows import emit
from sim.kernel.sorting import sort
from sim.kernel.stopping import LOOK_EVERY, stopped, tell
from sim.mechanics.world import Phase
from sim.sessions import NEVER, SESSION_BLOCK_HOURS, next_candidate
from sim.streams import mix, mix3, uniform

_STRANGERS = 8101  # names the causes made here; as in the readable engine
_SEND, _MUTE, _LEAVE, _CHAT_DEAD = int(Kind.SEND), int(Kind.MUTE), int(Kind.LEAVE), int(Kind.CHAT_DEAD)
_SESSION = int(Phase.SESSION)

_AHEAD = 8  # members whose inboxes are fetched ahead; a bad choice costs time only
_TIMES = 1 << 40  # more than there are seconds in a run


@internal
def priority(channel: int) -> int:
    """What is read first in a session. assumption: what is personal comes first."""
    if channel == PRIVATE:
        return 0
    if channel == KOL_POST:
        return 1
    if channel == PUSH:
        return 2
    if channel == CHAT:
        return 3
    if channel == MOMENTS:
        return 4
    return 5 if channel == PUBLIC else 0


# delivering


@internal
def send_row(w: int, number: int, recipients: int, source: int) -> None:
    """The row of a message sent; `source`: from whom the sender had it."""
    message = message_of(w, number)
    if message.channel != PUBLIC:  # counted before they are drawn
        tell(w, message.channel, recipients)
    emit(
        w,
        _SEND,
        message.sender,
        source,
        message.product,
        message.offer,
        message.group,
        -1,
        message.channel,
        0,
        recipients,
        message.cause,
    )


@internal
def put_before(w: int, member: int, number: int, tie: float) -> None:
    """Put a message into an inbox; tie: to the sender, or -1 if it is not known yet."""
    world = world_at(w, 0)
    message = message_of(w, number)
    place = world.item_free
    if place >= 0:
        world.item_free = item_of(w, place).next
    else:
        place = world.item_used
        world.item_used += 1
    item, m = item_of(w, place), member_of(w, member)
    item.message, item.tie = number, tie
    item.key = priority(message.channel) * _TIMES + (_TIMES - 1 - message.time_s)
    item.next = m.inbox
    m.inbox = place
    if not m.wakes:
        wake(w, member, message.time_s)


@internal
def deliver(w: int, number: int, count: int, source: int) -> None:
    """Put a message before the first so many members on the list `chosen`."""
    send_row(w, number, count, source)
    chosen = world_at(w, 0).chosen
    for place in range(count):
        if place % LOOK_EVERY == 0 and stopped(w):
            return
        put_before(w, int32_at(chosen, place), number, -1.0)


@internal
def post(w: int, number: int, source: int) -> None:
    """Put a message before everybody who listens in its chat."""
    message = message_of(w, number)
    world, chat = world_at(w, 0), chat_of(w, message.chat)
    sender, recipients = message.sender, 0
    friend, end = friend_start_of(w, sender), friend_start_of(w, sender + 1)
    chat_end = chat.first + chat.size
    for place in range(chat.first, chat_end):
        if place + _AHEAD < chat_end:
            prefetch_inbox(w, int32_at(world.chat_member, place + _AHEAD))
        member = int32_at(world.chat_member, place)
        while friend < end and friend_target_of(w, friend) < member:  # both lists ascend
            friend += 1
        if member != sender and not int8_at(world.chat_silent, place):
            known = friend < end and friend_target_of(w, friend) == member
            put_before(w, member, number, friend_tie_of(w, friend) if known else 0.0)
            recipients += 1
    send_row(w, number, recipients, source)


@internal
def wake(w: int, member: int, from_s: int) -> None:
    """See to it that a member with unread items has a session."""
    world, m = world_at(w, 0), member_of(w, member)
    if m.wakes:
        return
    when_s, k = next_candidate(
        world.seed,
        streams.SESSION_COUNT,
        streams.SESSION_TIME,
        member,
        m.sessions_per_hour,
        float64_array(world.summed_rate, 0, world.hours + 1),
        SESSION_BLOCK_HOURS,
        from_s,
    )
    if when_s < NEVER:
        m.wakes = 1
        visit_at(w, SESSIONS, member, when_s, k)


# sessions


@internal
def begin_session(w: int, member: int, luck: float) -> None:
    """Look at the inbox, unless too tired for it; what is to be read stands on the list `fresh`."""
    world, m, settings = world_at(w, 0), member_of(w, member), settings_of(w, 0)
    world.reader, world.reading, world.readings = member, 0, 0
    if luck >= session_factor(fatigue(w, member), m.tolerance, settings.slows_sessions):
        return
    now_s = world.now_s
    ready, kept = 0, -1
    place = m.inbox
    while place >= 0:
        item = item_of(w, place)
        following = item.next
        time_s = _TIMES - 1 - item.key % _TIMES
        if time_s > now_s:
            item.next = kept
            kept = place
        elif now_s - time_s <= settings.stale_s[item.key // _TIMES]:
            put_int32(world.fresh, ready, place)
            ready += 1
        else:
            _free_item(w, place)
        place = following
    m.inbox = kept
    attention = min(ready, segment_of(w, m.segment).attention)
    for rank in range(attention):
        if rank % LOOK_EVERY == LOOK_EVERY - 1 and stopped(w):
            return
        best = rank
        for other in range(rank + 1, ready):
            if _first(w, member, int32_at(world.fresh, other), int32_at(world.fresh, best)):
                best = other
        swapped = int32_at(world.fresh, rank)
        put_int32(world.fresh, rank, int32_at(world.fresh, best))
        put_int32(world.fresh, best, swapped)
    for beyond in range(attention, ready):
        _free_item(w, int32_at(world.fresh, beyond))
    world.readings = attention


@internal
def _first(w: int, member: int, place: int, other: int) -> bool:
    """Whether one item is read before another: priority, then newest; equals by an addressed tie."""
    mine, theirs = item_of(w, place), item_of(w, other)
    if mine.key != theirs.key:
        return mine.key < theirs.key
    seed = world_at(w, 0).seed
    my_cause, their_cause = message_of(w, mine.message).cause, message_of(w, theirs.message).cause
    my_tie, their_tie = mix3(seed, member, my_cause), mix3(seed, member, their_cause)
    if my_tie != their_tie:
        return my_tie < their_tie
    return my_cause < their_cause


@internal
def _free_item(w: int, place: int) -> None:
    world = world_at(w, 0)
    item_of(w, place).next = world.item_free
    world.item_free = place


@internal
def next_read(w: int) -> tuple[int, float]:
    """Take the next item of the session; its message and the tie to the sender (-1: not known yet)."""
    world = world_at(w, 0)
    place = int32_at(world.fresh, world.reading)
    world.reading += 1
    item = item_of(w, place)
    number, tie = item.message, item.tie
    _free_item(w, place)
    return number, tie


@internal
def end_session(w: int) -> None:
    """What is left in the inbox waits for the next session."""
    world = world_at(w, 0)
    member = world.reader
    world.reader = -1
    if member_of(w, member).inbox >= 0:
        wake(w, member, world.now_s + 1)


# strangers


@internal
def show_to_strangers(w: int, number: int, how_many: int, address: int, source: int) -> None:
    """The platform shows a post to so many people drawn at random."""
    tell(w, PUBLIC, how_many)
    if stopped(w):
        return
    world = world_at(w, 0)
    shown = message_of(w, number)
    sender = shown.sender
    cause = mix3(_STRANGERS, shown.cause, address)
    public = new_message(
        w,
        cause,
        world.now_s + 1,
        PUBLIC,
        sender,
        shown.product,
        shown.offer,
        -1,
        -1,
        shown.adopted != 0,
        True,
        shown.advertising != 0,
        False,
        shown.step,
        shown.charm,
    )
    for place in range(how_many):
        luck = uniform(world.seed, streams.PUBLIC_POOL, place, 0, cause)
        put_int32(world.chosen, place, int(luck * world.members))
    drawn = int32_array(world.chosen, 0, how_many)
    sort(drawn)
    count = 0
    for place in range(how_many):
        member = drawn[place]
        if member != sender and (count == 0 or member != drawn[count - 1]):
            drawn[count] = member
            count += 1
    if count:
        deliver(w, public, count, source)


@internal
def clicked(w: int, number: int, member: int) -> None:
    """Engagement with a KOL's post makes the platform show it to more people."""
    message = message_of(w, number)
    if (message.channel != KOL_POST and message.channel != PUBLIC) or message.sender < 0:
        return
    tier = member_of(w, message.sender).tier
    if tier < 0:
        return
    growth = tier_of(w, tier).growth
    click = mix(message.cause, member)
    luck = uniform(world_at(w, 0).seed, streams.PUBLIC_POOL, member, -1, click)
    more = int(growth) + (1 if luck < growth - int(growth) else 0)
    if more:
        show_to_strangers(w, number, more, click, message.sender)


# mute and leave


@internal
def mute_pushes(w: int, member: int) -> None:
    """The member has had enough of the operator."""
    m = member_of(w, member)
    if not m.muted_pushes:
        m.muted_pushes = 1
        emit(w, _MUTE, member, -1, -1, -1, -1, -1, PUSH, 0, -1, 0)


@internal
def leave_or_mute(w: int, member: int, number: int, leave: bool) -> None:
    """The member stops listening in a chat, for good when leaving."""
    world, chat = world_at(w, 0), chat_of(w, number)
    low, high = chat.first, chat.first + chat.size
    while low < high:  # the member is in the chat
        middle = (low + high) >> 1
        if int32_at(world.chat_member, middle) < member:
            low = middle + 1
        else:
            high = middle
    if not int8_at(world.chat_silent, low):
        put_int8(world.chat_silent, low, 1)
        chat.listening -= 1
        emit(w, _MUTE, member, -1, -1, -1, -1, -1, CHAT, 0, number, 0)
    if leave:
        for place in range(
            int64_at(world.member_chat_start, member), int64_at(world.member_chat_start, member + 1)
        ):
            if int32_at(world.member_chat, place) == number and not int8_at(world.member_chat_left, place):
                put_int8(world.member_chat_left, place, 1)
                emit(w, _LEAVE, member, -1, -1, -1, -1, -1, CHAT, 0, number, 0)
    if not chat.dead and chat.listening < settings_of(w, 0).chat_dies_below * chat.size:
        chat.dead = 1
        emit(w, _CHAT_DEAD, -1, -1, -1, -1, -1, -1, CHAT, 0, number, 0)
