"""Reservations before an offer opens, and the reminders they lead to (预约, 预热提醒)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.events import Channel, Kind
from sim.mechanics.world import Message, Phase
from sim.streams import QUEUE, exponential, mix, mix4

if TYPE_CHECKING:
    from sim.mechanics.world import Reading, World

REMINDER, CLICK = 7001, 7002  # name the causes made here
CLICK_MEAN_S = 3.0  # from the opening to the order of somebody who waits for it. assumption


class Reminders:
    """Who asked to be reminded of which opening of one offer."""

    def __init__(self, offer: int, address: int, arrival_seconds: float) -> None:
        """Nobody yet.

        Args:
            offer: the mechanic's number.
            address: its name in addresses.
            arrival_seconds: mean delay between the reminder and being there.
        """
        self.offer = offer
        self.address = address
        self.arrival_seconds = arrival_seconds
        self.asked: set[tuple[int, int, int]] = set()

    def has_asked(self, member: int, product: int, opens_s: int) -> bool:
        """Whether the member is on the list already."""
        return (member, product, opens_s) in self.asked

    def ask(self, world: World, reading: Reading, opens_s: int, remind_s: int) -> None:
        """Write the member down; the reminder goes out at `remind_s`, and is acted on after the opening.

        Who is there before the opening waits for it and comes within seconds: an early reminder makes a
        crowd, a late one a trickle.
        """
        key = (reading.member, reading.product, opens_s)
        if key in self.asked:
            return
        self.asked.add(key)
        cause = mix4(
            mix(REMINDER, self.address),
            reading.member,
            world.people.product_address[reading.product],
            opens_s,
        )
        world.emit(
            Kind.RESERVE,
            reading.member,
            source=reading.message.sender,
            product=reading.product,
            offer=self.offer,
            channel=reading.message.channel,
            cause=cause,
        )
        who, what = reading.member, reading.product
        there_s = remind_s + int(exponential(world.seed, QUEUE, who, what, cause) * self.arrival_seconds)
        click_s = int(exponential(world.seed, QUEUE, who, what, mix(CLICK, cause)) * CLICK_MEAN_S)
        when_s = max(there_s, opens_s + click_s, world.now_s + 1)
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
