"""Passing it on: whether, over which channel, to whom (MODEL section 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import streams
from sim.decisions import share_prob
from sim.engine.community import Community
from sim.events import Channel, Kind
from sim.mechanics.world import Message, Order, Reading
from sim.recipients import best_friends, recipient_scores
from sim.streams import gumbel, mix, mix3, uniform

_MESSAGE, _LIKED = 8201, 8202  # name the causes made here

_CHANNELS = {"private": Channel.PRIVATE, "chat": Channel.CHAT, "moments": Channel.MOMENTS}


@dataclass(frozen=True, slots=True)
class Motive:
    """Why somebody might pass a product on."""

    cause: int
    source: int  # from whom they had it
    offer: int = -1
    group: int = -1
    waiting: float = 0.0  # 1 for a member of an unfinished group
    own_part: float = 0.0  # in filling it: 1 ÷ people who wait, while seats are missing
    satisfaction: float = 0.0
    adopted: bool = True


class Sharer:
    """How one member passes things on."""

    def __init__(self, world: Community, number: int) -> None:
        """number: of the member."""
        self.world = world
        self.number = number
        self.rules = world.behaviour.sharing

    # occasions

    def paid(self, order: Order) -> None:
        """After paying; a group that lacks people makes it urgent."""
        if "paid" not in self.rules.triggers:
            return
        found = self.world.mechanics.group_of(self.number, order.product)
        if found is None:
            motive = Motive(order.cause, order.source, order.offer, order.group)
        else:
            mechanic, group = found
            own_part = 1.0 / len(group.orders) if mechanic.seats_missing(group) else 0.0
            motive = Motive(order.cause, order.source, order.offer, group.number, 1.0, own_part)
        self._maybe(order.product, motive)

    def received(self, order: Order) -> None:
        """After the parcel, as satisfied as one is."""
        if "received" in self.rules.triggers:
            cause = mix(order.cause, int(Kind.DELIVERED))
            self._maybe(
                order.product, Motive(cause, order.source, order.offer, satisfaction=order.satisfaction)
            )

    def liked(self, reading: Reading) -> None:
        """After reading something one likes without buying it."""
        if "liked" in self.rules.triggers:
            message = reading.message
            cause = mix3(_LIKED, self.number, message.cause)
            self._maybe(
                reading.product, Motive(cause, message.sender, message.offer, message.group, adopted=False)
            )

    def seeded(self, product: int, cause: int) -> None:
        """A seed who passes it on like anybody who has bought."""
        self._maybe(product, Motive(cause, -1))

    def promoted(self, product: int, offer: int, cause: int, only_chats: bool) -> None:
        """A distributor's post: made for the commission, without a second thought."""
        if self.world.now_s < self.world.horizon_s:
            adopted = self.world.members[self.number].standing(product).adopted
            channels = ("chat",) if only_chats else self.rules.channels
            self._send(product, Motive(cause, -1, offer, adopted=adopted), True, channels)

    def announced(self, product: int, cause: int, order: Order | None) -> None:
        """The platform shows the member's friends what the member has got, by order or as a gift."""
        world = self.world
        if world.now_s >= world.horizon_s:
            return
        motive = Motive(cause, -1)
        if order is not None:
            found = world.mechanics.group_of(self.number, product)
            group = order.group if found is None else found[1].number
            motive = Motive(cause, -1, order.offer, group)
        friends = self._friends(product, motive, Channel.MOMENTS, False)
        if friends:
            world.talk.deliver(self._message(product, motive, Channel.MOMENTS, False), friends, -1)

    # whether

    def _maybe(self, product: int, motive: Motive) -> None:
        world, rules = self.world, self.rules
        if world.now_s >= world.horizon_s:
            return
        reward_fen = world.mechanics.rewards_sharing_fen(world, self.number, product)
        member = world.members[self.number]
        prob = share_prob(
            rules.intercept + (rules.bought if motive.adopted else 0.0),
            float(world.people.sharing[self.number]),
            world.catalogue[product].shareability,
            rules.waiting_group * motive.waiting,
            motive.own_part,
            rules.satisfaction * motive.satisfaction,
            reward_fen,
            rules.reward_jump,
            rules.reward_slope,
            rules.social_cost,
            float(world.people.privacy[self.number]),
            world.behaviour.deciding.fatigue_weight * min(2.0, member.fatigue / member.tolerance),
        )
        if uniform(world.seed, streams.SHARE, self.number, 0, motive.cause) < prob:
            self._send(product, motive, reward_fen > 0, rules.channels)

    # where and to whom

    def _send(self, product: int, motive: Motive, rewarded: bool, channels: tuple[str, ...]) -> None:
        channel = self._channel(motive.cause, channels)
        if channel is None:
            return
        if channel is Channel.CHAT:
            for chat in self._chats(motive.cause):
                self.world.talk.post(self._message(product, motive, channel, rewarded, chat), motive.source)
        else:
            recipients = self._friends(product, motive, channel, rewarded)
            if recipients:
                self.world.talk.deliver(
                    self._message(product, motive, channel, rewarded), recipients, motive.source
                )
        if rewarded:
            self.world.wear_credibility(self.number)

    def _channel(self, cause: int, channels: tuple[str, ...]) -> Channel | None:
        """The channel liked best, with addressed noise, among those the member has."""
        best, best_score = None, -1e300
        has_friends = len(self.world.graph.friends(self.number)) > 0
        has_chats = len(self._own_chats()) > 0
        for name in channels:
            channel = _CHANNELS[name]
            if not (has_chats if channel is Channel.CHAT else has_friends):
                continue
            score = getattr(self.rules.liking, name) + gumbel(
                self.world.seed, streams.SHARE_CHANNEL, self.number, int(channel), cause
            )
            if score > best_score:
                best, best_score = channel, score
        return best

    def _own_chats(self) -> list[int]:
        """The live chats the member is in."""
        talk = self.world.talk
        chats = (int(chat) for chat in self.world.graph.chats_with(self.number))
        return [chat for chat in chats if not talk.dead[chat] and not talk.has_left(self.number, chat)]

    def _chats(self, cause: int) -> list[int]:
        chats = self._own_chats()
        chats.sort(key=lambda chat: -gumbel(self.world.seed, streams.SHARE_CHAT, self.number, chat, cause))
        return sorted(chats[: self.rules.chats_limit])

    def _friends(self, product: int, motive: Motive, channel: Channel, rewarded: bool) -> list[int]:
        world, rules = self.world, self.rules
        friends, ties = world.graph.friends(self.number), world.graph.ties(self.number)
        others = friends != motive.source
        friends, ties = friends[others], ties[others]
        if channel is Channel.MOMENTS or rules.private_limit is None or len(friends) <= rules.private_limit:
            return [int(friend) for friend in friends]
        scores = np.empty(len(friends))
        recipient_scores(
            world.seed,
            self.number,
            int(world.people.product_address[product]),
            motive.cause,
            friends,
            ties,
            world.people.community,
            world.people.homophily,
            rules.tie_weight,
            rules.reward_tie_shift,
            rewarded,
            rules.guess_weight,
            rules.guess_noise_sigma,
            scores,
        )
        return best_friends(scores, friends, rules.private_limit)

    def _message(
        self, product: int, motive: Motive, channel: Channel, rewarded: bool, chat: int = -1
    ) -> Message:
        return Message(
            cause=mix3(_MESSAGE + channel, motive.cause, mix(self.number, chat)),
            time_s=self.world.now_s + 1,
            channel=channel,
            sender=self.number,
            product=product,
            offer=motive.offer,
            group=motive.group,
            chat=chat,
            adopted=motive.adopted,
            rewarded=rewarded,
        )

    def post(
        self,
        product: int,
        offer: int,
        cause: int,
        *,
        step: float,
        charm: float,
        advertising: bool,
        adopted: bool,
    ) -> Message:
        """A seed's post, before followers and friends; advertising wears credibility."""
        world = self.world
        message = Message(
            cause=mix3(_MESSAGE + Channel.KOL_POST, cause, self.number),
            time_s=world.now_s + 1,
            channel=Channel.KOL_POST,
            sender=self.number,
            product=product,
            offer=offer,
            adopted=adopted,
            advertising=advertising,
            step=step,
            charm=charm,
        )
        audience = {
            *world.graph.friends(self.number).tolist(),
            *world.graph.followers(self.number).tolist(),
            *world.people.audience.get(self.number, np.empty(0, dtype=np.int32)).tolist(),
        }
        audience.discard(self.number)
        world.talk.deliver(message, sorted(audience), -1)
        if advertising:
            world.wear_credibility(self.number)
        return message
