"""Messages in a compiled run."""

from __future__ import annotations

from sim.compiled import internal
from sim.kernel.records import message_of, world_at


@internal
def new_message(
    w: int,
    cause: int,
    time_s: int,
    channel: int,
    sender: int,
    product: int,
    offer: int,
    group: int,
    chat: int,
    adopted: bool,
    promotional: bool,
    advertising: bool,
    rewarded: bool,
    step: float,
    charm: float,
) -> int:
    """Write a message; its number."""
    world = world_at(w, 0)
    number = world.message_used
    world.message_used += 1
    message = message_of(w, number)
    message.cause, message.time_s, message.channel, message.sender = cause, time_s, channel, sender
    message.product, message.offer, message.group, message.chat = product, offer, group, chat
    message.adopted, message.promotional = adopted, promotional
    message.advertising, message.rewarded = advertising, rewarded
    message.step, message.charm = step, charm
    return int(number)
