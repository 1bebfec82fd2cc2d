"""Reservations before an offer opens, compiled; as `sim.mechanics.reminders`."""

from __future__ import annotations

from sim.compiled import internal
from sim.events import Channel, Kind
from sim.kernel.agenda import at
from sim.kernel.codes import READ
from sim.kernel.messages import new_message
from sim.kernel.records import int64_at, message_of, offer_of, product_of, put_int64, world_at
from sim.kernel.rows import emit
from sim.kernel.tables import name_slot
from sim.mechanics.reminders import CLICK, CLICK_MEAN_S, REMINDER
from sim.mechanics.world import Phase
from sim.streams import QUEUE, exponential, mix, mix4

_RESERVE, _REMINDER_CHANNEL, _ARRIVAL = int(Kind.RESERVE), int(Channel.REMINDER), int(Phase.ARRIVAL)


@internal
def _name(w: int, k: int, member: int, product: int, opens_s: int) -> int:
    address = product_of(w, product).address
    return mix4(mix(REMINDER, offer_of(w, k).address), member, address, opens_s)


@internal
def has_asked(w: int, k: int, member: int, product: int, opens_s: int) -> bool:
    """Whether the member is on the list already."""
    name = _name(w, k, member, product, opens_s)
    return int64_at(world_at(w, 0).asked, name_slot(w, name)) == name


@internal
def ask(
    w: int,
    k: int,
    member: int,
    product: int,
    number: int,
    opens_s: int,
    remind_s: int,
    arrival_seconds: float,
) -> None:
    """Write the member down; the reminder goes out at `remind_s`, and is acted on after the opening."""
    world, message = world_at(w, 0), message_of(w, number)
    cause = _name(w, k, member, product, opens_s)
    slot = name_slot(w, cause)
    if int64_at(world.asked, slot) == cause:
        return
    put_int64(world.asked, slot, cause)
    world.asked_used += 1
    emit(w, _RESERVE, member, message.sender, product, k, -1, -1, message.channel, 0, 0, cause)
    there_s = remind_s + int(exponential(world.seed, QUEUE, member, product, cause) * arrival_seconds)
    click_s = int(exponential(world.seed, QUEUE, member, product, mix(CLICK, cause)) * CLICK_MEAN_S)
    when_s = max(there_s, opens_s + click_s, world.now_s + 1)
    reminder = new_message(
        w, cause, when_s, _REMINDER_CHANNEL, message.sender, product, k, -1, -1,
        False, False, False, False, 0.0, 1.0,
    )  # fmt: skip
    at(w, when_s, _ARRIVAL, member, cause, -1, READ, reminder, 0)
