"""Whether a compiled run is to go on: what is told is counted, and who waits for the run may stop it."""

from __future__ import annotations

from sim.apart import apart
from sim.kernel.records import int64_at, put_int64, world_at

GO_ON, STOP, TOLD_TOO_MANY = 0, 1, 2
"""What the world's field `stop` says. Whoever waits for the run writes it, from another thread."""

LOOK_EVERY = 256
"""After so many people a loop asks. assumption: often enough, and nothing beside telling them"""


@apart
def stopped(w: int) -> bool:
    """Whether the run is to end; a loop over many people asks now and then, and leaves off."""
    return bool(world_at(w, 0).stop != GO_ON)


@apart
def tell(w: int, channel: int, people: int) -> None:
    """Count people to whom something is told, and have the run end when it is too many."""
    world = world_at(w, 0)
    put_int64(world.told_by, channel, int64_at(world.told_by, channel) + people)
    world.told += people
    if world.told > world.told_most and world.stop == GO_ON:
        world.stop = TOLD_TOO_MANY
