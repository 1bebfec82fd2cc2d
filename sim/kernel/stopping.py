"""Whether a compiled run is to go on: it may be stopped, or write or tell too much (`sim.allowance`)."""

from __future__ import annotations

from sim.compiled import internal
from sim.kernel.records import int64_at, put_int64, world_at
from sim.units import DAY

GO_ON, STOP, TOLD_TOO_MANY, TOO_MANY_ROWS = 0, 1, 2, 3
"""What the world's field `stop` says. Whoever waits for the run writes it, from another thread."""

LOOK_EVERY = 256
"""After so many people a loop asks. assumption: often enough, and nothing beside telling them"""


@internal
def stopped(w: int) -> bool:
    """Whether the run is to end; asked between steps, and now and then by a loop over many people."""
    world = world_at(w, 0)
    if world.stop != GO_ON:
        return True
    allowed = max(world.rows_least, world.rows_a_day * (1 + world.now_s // DAY))
    if world.rows_taken + world.row_used > min(world.rows_most, allowed):
        world.stop = TOO_MANY_ROWS
        return True
    return False


@internal
def tell(w: int, channel: int, people: int) -> None:
    """Count people to whom something is told, and have the run end when it is too many."""
    world = world_at(w, 0)
    put_int64(world.told_by, channel, int64_at(world.told_by, channel) + people)
    world.told += people
    allowed = max(world.told_least, world.told_a_day * (1 + world.now_s // DAY))
    if world.told > allowed and world.stop == GO_ON:
        world.stop = TOLD_TOO_MANY
