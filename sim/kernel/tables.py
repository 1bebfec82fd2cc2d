"""Tables of open addressing in a compiled run: standings by member and product, names that are taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.kernel.records import int64_at, put_int32, put_int64, world_at
from sim.streams import mix


@compiled
def standing_slot(w: int, key: int) -> int:
    """Where member x products + product stands in the table, or would stand (there the key is negative)."""
    world = world_at(w, 0)
    slot = mix(key, 0) & world.standing_mask
    while int64_at(world.standing_keys, slot) >= 0 and int64_at(world.standing_keys, slot) != key:
        slot = (slot + 1) & world.standing_mask
    return slot


@compiled
def name_slot(w: int, name: int) -> int:
    """Where a name stands in the table of reminders asked for, or would stand."""
    world = world_at(w, 0)
    slot = name & world.asked_mask
    while int64_at(world.asked, slot) >= 0 and int64_at(world.asked, slot) != name:
        slot = (slot + 1) & world.asked_mask
    return slot


@compiled
def file_standings(w: int, keys: NDArray[np.int64], values: NDArray[np.int32]) -> None:
    """Write standings into a new table."""
    world = world_at(w, 0)
    for place in range(len(keys)):
        slot = standing_slot(w, keys[place])
        put_int64(world.standing_keys, slot, keys[place])
        put_int32(world.standing_values, slot, values[place])


@compiled
def file_names(w: int, names: NDArray[np.int64]) -> None:
    """Write names into a new table."""
    for place in range(len(names)):
        put_int64(world_at(w, 0).asked, name_slot(w, names[place]), names[place])
