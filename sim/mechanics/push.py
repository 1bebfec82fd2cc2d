"""Operator push 推送: the shop's own messages, at set times, to a chosen audience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.events import Channel, Kind
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.mechanics.clock import midnight_before
from sim.mechanics.world import Message, Phase
from sim.settings.fields import Count, HourOfDay, Id, PositiveCount, Prob, Share
from sim.settings.problems import RuleError
from sim.streams import KOL_AUDIENCE, MENTION, exponential, mix3, mix4, uniform
from sim.units import DAY, HOUR

if TYPE_CHECKING:
    from sim.mechanics.world import World

PUSH = 7601  # names the causes made here
MENTION_DELAY_S = 600.0  # assumption: mean delay until somebody who is mentioned (@) looks


class PushConfig(MechanicConfig):
    """Settings of an operator's push."""

    type: Literal["push"] = "push"
    # of each day of the window
    hours: tuple[HourOfDay, ...] = Field(default=(10.0,), min_length=1, max_length=24)
    every_days: Annotated[int, Field(strict=True, ge=1, le=366)] = 1  # counted from the window's first day
    times: PositiveCount | None = None  # at most so many pushes; null: all through the window
    audience: Literal["everyone", "buyers", "not_buyers", "segment"] = "everyone"
    segments: tuple[Id, ...] = ()
    audience_share: Share = 1.0  # of those who are eligible, the same people each time
    budget_people: Count | None = None  # push messages paid for over the campaign
    # assumption: 1,000 yuan at most
    cost_fen_per_person: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 0
    about: Id | None = None  # the mechanic it points to
    mention: bool = False  # @: may be looked at outside one's usual sessions
    mention_prob: Prob = 0.3  # assumption
    value_content: bool = False  # something worth reading instead of an offer

    @model_validator(mode="after")
    def _audience(self) -> PushConfig:
        if (self.audience == "segment") != bool(self.segments):
            raise RuleError(
                "segments must be given exactly when audience is 'segment'",
                "当且仅当 audience 为 'segment' 时才给出 segments",
                "segments",
                "audience",
            )
        return self


def push_times(config: PushConfig, start_s: int, end_s: int, clock_s: int) -> list[int]:
    """When it is sent, in seconds."""
    times: set[int] = set()
    day_s = midnight_before(clock_s, start_s)
    while day_s < end_s:
        times.update(day_s + int(hour * HOUR) for hour in config.hours)
        day_s += config.every_days * DAY
    inside = [time_s for time_s in sorted(times) if start_s <= time_s < end_s]
    return inside[: config.times]


class Push(Mechanic):
    """A series of pushes at work."""

    config: PushConfig

    def __init__(self, config: PushConfig, index: int, products: tuple[int, ...], horizon_s: int) -> None:
        """Nothing is sent yet."""
        super().__init__(config, index, products, horizon_s)
        self.left = config.budget_people

    def start(self, world: World) -> None:
        """Put every push on the agenda."""
        for number, when_s in enumerate(push_times(self.config, self.start_s, self.end_s, world.clock_s)):
            # named by its place in the calendar: one push more leaves the luck of the others alone
            cause = mix4(PUSH, self.address, when_s, -1)
            world.agenda.at(when_s, Phase.OPERATOR, -1, cause, self._send, world, number)

    def _send(self, world: World, number: int) -> None:
        audience = [member for member in range(world.people.members) if self._reaches(world, member)]
        if self.left is not None:
            audience = self._first(world, audience, self.left)
        product = -1 if self.config.value_content else self.products[number % len(self.products)]
        cause = mix3(PUSH, self.address, world.now_s)
        paid_for = world.purse.pays_for(len(audience), self.config.cost_fen_per_person)
        if paid_for < len(audience):
            world.emit(
                Kind.BUDGET_SHORT,
                product=product,
                offer=self.index,
                channel=Channel.PUSH,
                value=len(audience) - paid_for,
                cause=cause,
            )
            audience = self._first(world, audience, paid_for)
        if self.left is not None:
            self.left -= len(audience)
        if not audience:
            return
        message = Message(
            cause=cause,
            time_s=world.now_s + 1,
            channel=Channel.PUSH,
            sender=-1,
            product=product,
            offer=self._about(world),
            promotional=not self.config.value_content,
        )
        if self.config.cost_fen_per_person:
            world.emit(
                Kind.PUSH_COST,
                product=product,
                offer=self.index,
                channel=Channel.PUSH,
                amount_fen=self.config.cost_fen_per_person * len(audience),
                value=len(audience),
                cause=cause,
            )
        world.talk.deliver(message, audience, -1)
        if self.config.mention:
            for member in audience:
                if uniform(world.seed, MENTION, member, self.address, cause) < self.config.mention_prob:
                    wait_s = 1 + int(exponential(world.seed, MENTION, member, -1, cause) * MENTION_DELAY_S)
                    world.talk.look_in(member, world.now_s + wait_s, cause)

    def _first(self, world: World, audience: list[int], count: int) -> list[int]:
        """Those who stand first in the line, ascending in number."""
        if len(audience) <= count:
            return audience
        return sorted(sorted(audience, key=lambda member: self._lot(world, member))[:count])

    def _reaches(self, world: World, member: int) -> bool:
        if world.talk.has_muted_pushes(member):
            return False
        if self.config.audience == "buyers" and not world.has_paid_before(member):
            return False
        if self.config.audience == "not_buyers" and world.has_paid_before(member):
            return False
        if self.config.segments:
            segment = world.segments[world.people.segment[member]].id
            if segment not in self.config.segments:
                return False
        return self.config.audience_share >= 1.0 or self._lot(world, member) < self.config.audience_share

    def _lot(self, world: World, member: int) -> float:
        """A member's place in the line for this series of pushes."""
        return uniform(world.seed, KOL_AUDIENCE, member, self.address, PUSH)

    def _about(self, world: World) -> int:
        return -1 if self.config.about is None else world.mechanics.number_of(self.config.about)
