"""The clock on the wall: what hour of the local day a second of the campaign is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.units import DAY, HOUR

if TYPE_CHECKING:
    from sim.mechanics.world import World


def midnight_before(world: World, time_s: int) -> int:
    """The last local midnight at or before a time, in seconds since the start (negative: before it)."""
    return time_s - (time_s + world.clock_s) % DAY


def hour_of_day(world: World, time_s: int) -> float:
    """The local hour at a time, 0 to below 24."""
    return (time_s + world.clock_s) % DAY / HOUR
