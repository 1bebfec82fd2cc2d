"""Who tells whom: delivery into inboxes, sessions that read them, chats that live and die."""

from __future__ import annotations

from collections.abc import Sequence

from sim import streams
from sim.engine.community import Community
from sim.events import Channel, Kind
from sim.mechanics.world import Message, Phase
from sim.sessions import NEVER, SESSION_BLOCK_HOURS, next_candidate, session_cause
from sim.streams import mix, mix3, uniform

_STRANGERS = 8101  # names the causes made here

PRIORITY = {
    Channel.PRIVATE: 0,
    Channel.REMINDER: 0,
    Channel.KOL_POST: 1,
    Channel.PUSH: 2,
    Channel.CHAT: 3,
    Channel.MOMENTS: 4,
    Channel.PUBLIC: 5,
}
"""What is read first in a session. assumption: what is personal comes first."""


class Talk:
    """Delivers messages, wakes readers, keeps each chat's listeners."""

    def __init__(self, world: Community) -> None:
        """Everybody listens in all their chats."""
        self.world = world
        graph = world.graph
        self.listeners: list[list[int]] = [graph.chat(chat).tolist() for chat in range(graph.chats)]
        self.chat_size = [len(listeners) for listeners in self.listeners]
        self.dead = [False] * graph.chats
        self._muted: set[tuple[int, int]] = set()
        self._left: set[tuple[int, int]] = set()
        self._muted_pushes: set[int] = set()
        stale = world.behaviour.staleness
        self.stale_s = {
            Channel.PRIVATE: stale.private * 3600,
            Channel.REMINDER: stale.private * 3600,
            Channel.CHAT: stale.chat * 3600,
            Channel.MOMENTS: stale.moments * 3600,
            Channel.KOL_POST: stale.kol_post * 3600,
            Channel.PUBLIC: stale.public * 3600,
            Channel.PUSH: stale.push * 3600,
        }

    # delivering

    def deliver(self, message: Message, recipients: Sequence[int], source: int) -> None:
        """Put a message in inboxes and write its SEND row; `source`: from whom the sender had it."""
        if message.channel is not Channel.PUBLIC:  # counted before they are drawn
            self.world.meter.tell(self.world.now_s, message.channel, len(recipients))
        self.world.emit(
            Kind.SEND,
            message.sender,
            source=source,
            product=message.product,
            offer=message.offer,
            group=message.group,
            channel=message.channel,
            value=len(recipients),
            cause=message.cause,
        )
        members = self.world.members
        for recipient in recipients:
            members[recipient].inbox.append(message)
            self.wake(recipient, message.time_s)
            self.world.meter.tick()

    def post(self, message: Message, source: int) -> None:
        """Put a message before everybody who listens in its chat."""
        self.deliver(message, [one for one in self.listeners[message.chat] if one != message.sender], source)

    def wake(self, member: int, from_s: int) -> None:
        """See to it that a member with unread items has a session."""
        agent = self.world.members[member]
        if agent.wakes:
            return
        people = self.world.people
        when_s, k = next_candidate(
            self.world.seed,
            streams.SESSION_COUNT,
            streams.SESSION_TIME,
            member,
            people.sessions_per_hour[member],
            self.world.summed_rate,
            SESSION_BLOCK_HOURS,
            from_s,
        )
        if when_s < NEVER:
            agent.wakes = True
            cause = session_cause(when_s, k)
            self.world.agenda.at(when_s, Phase.SESSION, member, cause, agent.wake_up, cause)

    def look_in(self, member: int, when_s: int, cause: int) -> None:
        """Have a member look at the inbox at a time outside the usual sessions (@)."""
        agent = self.world.members[member]
        self.world.agenda.at(when_s, Phase.SESSION, member, cause, agent.session, 0.0)

    def readable(self, message: Message, now_s: int) -> bool:
        """Whether an unread item is not past reading."""
        return now_s - message.time_s <= self.stale_s[message.channel]

    def reading_order(self, message: Message, member: int) -> tuple[int, int, int, int]:
        """Priority, then newest; equals by an addressed tie."""
        return (
            PRIORITY[message.channel],
            -message.time_s,
            mix3(self.world.seed, member, message.cause),
            message.cause,
        )

    # strangers

    def show_to_strangers(self, message: Message, number: int, address: int, source: int) -> None:
        """The platform shows a post to so many people drawn at random."""
        world = self.world
        world.meter.tell(world.now_s, Channel.PUBLIC, number)
        public = Message(
            cause=mix3(_STRANGERS, message.cause, address),
            time_s=world.now_s + 1,
            channel=Channel.PUBLIC,
            sender=message.sender,
            product=message.product,
            offer=message.offer,
            adopted=message.adopted,
            advertising=message.advertising,
            step=message.step,
            charm=message.charm,
        )
        drawn = {
            int(uniform(world.seed, streams.PUBLIC_POOL, place, 0, public.cause) * world.people.members)
            for place in range(number)
        }
        drawn.discard(message.sender)
        if drawn:
            self.deliver(public, sorted(drawn), source)

    def clicked(self, message: Message, member: int) -> None:
        """Engagement with a KOL's post makes the platform show it to more people."""
        if message.channel not in (Channel.KOL_POST, Channel.PUBLIC) or message.sender < 0:
            return
        tier = self.world.people.tier[message.sender]
        if tier < 0:
            return
        growth = self.world.roles.kols[tier].public_pool_growth
        click = mix(message.cause, member)
        luck = uniform(self.world.seed, streams.PUBLIC_POOL, member, -1, click)
        more = int(growth) + (luck < growth - int(growth))
        if more:
            self.show_to_strangers(message, more, click, message.sender)

    # mute and leave

    def has_left(self, member: int, chat: int) -> bool:
        """Whether the member has left a chat for good."""
        return (member, chat) in self._left

    def has_muted_pushes(self, member: int) -> bool:
        """Whether the member no longer gets the operator's pushes."""
        return member in self._muted_pushes

    def mute_pushes(self, member: int) -> None:
        """The member has had enough of the operator."""
        if member not in self._muted_pushes:
            self._muted_pushes.add(member)
            self.world.emit(Kind.MUTE, member, channel=Channel.PUSH, value=-1)

    def leave_or_mute(self, member: int, chat: int, leave: bool) -> None:
        """The member stops listening in a chat, for good when leaving."""
        if (member, chat) not in self._muted:
            self._muted.add((member, chat))
            self.listeners[chat].remove(member)
            self.world.emit(Kind.MUTE, member, channel=Channel.CHAT, value=chat)
        if leave and (member, chat) not in self._left:
            self._left.add((member, chat))
            self.world.emit(Kind.LEAVE, member, channel=Channel.CHAT, value=chat)
        limit = self.world.behaviour.fatigue.chat_dies_below * self.chat_size[chat]
        if not self.dead[chat] and len(self.listeners[chat]) < limit:
            self.dead[chat] = True
            self.world.emit(Kind.CHAT_DEAD, channel=Channel.CHAT, value=chat)
