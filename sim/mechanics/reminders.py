"""Reservations before an offer opens, and the reminders they lead to (预约, 预热提醒)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.events import Channel, Kind
from sim.mechanics.world import Message, Phase
from sim.streams import QUEUE, exponential, mix4

if TYPE_CHECKING:
    from sim.mechanics.world import Reading, World

_REMINDER = 7001  # names the causes made here


class Reminders:
    """Who asked to be reminded of which opening of one offer."""

    def __init__(self, offer: int, arrival_seconds: float) -> None:
        """arrival_seconds: mean delay between the reminder's moment and looking at it."""
        self.offer = offer
        self.arrival_seconds = arrival_seconds
        self.asked: set[tuple[int, int, int]] = set()

    def has_asked(self, member: int, product: int, opens_s: int) -> bool:
        """Whether the member is on the list already."""
        return (member, product, opens_s) in self.asked

    def ask(self, world: World, reading: Reading, opens_s: int, remind_s: int) -> None:
        """Write the member down; at `remind_s` (never before the next second) the reminder is read."""
        key = (reading.member, reading.product, opens_s)
        if key in self.asked:
            return
        self.asked.add(key)
        cause = mix4(_REMINDER + self.offer, reading.member, reading.product, opens_s)
        world.emit(
            Kind.RESERVE,
            reading.member,
            source=reading.message.sender,
            product=reading.product,
            offer=self.offer,
            channel=reading.message.channel,
            cause=cause,
        )
        wait = exponential(world.seed, QUEUE, reading.member, reading.product, cause) * self.arrival_seconds
        # who is reminded early comes at the opening all the same, and then takes that long to be there
        when_s = max(remind_s, opens_s, world.now_s + 1) + int(wait)
        message = Message(
            cause=cause,
            time_s=when_s,
            channel=Channel.REMINDER,
            sender=reading.message.sender,
            product=reading.product,
            offer=self.offer,
            promotional=False,
        )
        world.agenda.at(when_s, Phase.ARRIVAL, reading.member, cause, world.read, reading.member, message)
