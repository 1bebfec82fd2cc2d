"""The clock on the wall: what hour of the local day a second of the campaign is."""

from __future__ import annotations

from sim.compiled import compiled
from sim.units import DAY, HOUR


@compiled
def midnight_before(clock_s: int, time_s: int) -> int:
    """The last local midnight at or before a time, in seconds since the start (negative: before it).

    clock_s: seconds since local midnight as the campaign starts.
    """
    return time_s - (time_s + clock_s) % DAY


@compiled
def hour_of_day(clock_s: int, time_s: int) -> float:
    """The local hour at a time, 0 to below 24."""
    return (time_s + clock_s) % DAY / HOUR
