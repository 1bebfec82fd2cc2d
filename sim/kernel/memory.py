"""The memory of one compiled run: who owns the arrays that its records point to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.records import (
    ENTRY,
    GROUP,
    HEARD,
    ITEM,
    MESSAGE,
    NOTE,
    ORDER,
    PLACE,
    REQUEST,
    ROW,
    STANDING,
    WORLD,
)
from sim.kernel.tables import file_names, file_standings

_GROWING = {
    "message": MESSAGE,
    "item": ITEM,
    "entry": ENTRY,
    "order": ORDER,
    "note": NOTE,
    "group": GROUP,
    "sparse": STANDING,
    "heard": HEARD,
    "request": REQUEST,
    "row": ROW,
}
_BESIDE = {"item": ("fresh", np.dtype(np.int32), 0), "entry": ("heap", PLACE, 2)}
"""Arrays that always have as much room as another one, and so many places more for each member: of what is
due, a session and a look at the shop are no entries."""

GROWTH = 1.5
"""An array that has become too small is given so many times its room. assumption"""


class Memory:
    """Arrays by name, and the record that holds their addresses.

    Attributes:
        world: the `WORLD` record, as an array of one.
        w: its address, which is what compiled functions take.
    """

    def __init__(self) -> None:
        """Nothing is there yet; chains of free places are empty."""
        self.world = np.zeros(1, dtype=WORLD)
        self.w = address(self.world)
        self._arrays: dict[str, NDArray[Any]] = {}
        self._kept: list[NDArray[Any]] = []
        for name in _GROWING:
            self.world[f"{name}_free"] = -1

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Let the world's field `name` point to an array (of the layout that its readers expect)."""
        self._arrays[name] = array
        self.world[name] = address(array)

    def keep(self, array: NDArray[Any]) -> int:
        """Hold an array that some record points to; its address."""
        self._kept.append(array)
        return address(array)

    def array(self, name: str) -> NDArray[Any]:
        """The array that the world's field points to."""
        return self._arrays[name]

    def make_room(self, name: str, room: int) -> bool:
        """Give a growing array at least so much room; what is in it stays. False: it had it."""
        have = int(self.world[f"{name}_room"][0])
        if room <= have:
            return False
        room = max(room, int(GROWTH * have))
        self._resize(name, _GROWING[name], room)
        self.world[f"{name}_room"] = room
        if name in _BESIDE:
            beside, dtype, by_member = _BESIDE[name]
            self._resize(beside, dtype, room + by_member * int(self.world["members"][0]))
        return True

    def find_standings_anew(self) -> None:
        """Lay out the table that finds a member's standing with a product, for the room there is."""
        size = 1 << (2 * int(self.world["sparse_room"][0]) - 1).bit_length()
        old_keys, old_values = self._arrays.get("standing_keys"), self._arrays.get("standing_values")
        self.put("standing_keys", np.full(size, -1, dtype=np.int64))
        self.put("standing_values", np.empty(size, dtype=np.int32))
        self.world["standing_mask"] = size - 1
        if old_keys is not None and old_values is not None:
            kept = old_keys >= 0
            file_standings(self.w, old_keys[kept], old_values[kept])

    def remember_more(self) -> None:
        """Double the table of the reminders that were asked for."""
        old = self._arrays["asked"]
        self.put("asked", np.full(2 * len(old), -1, dtype=np.int64))
        self.world["asked_mask"] = 2 * len(old) - 1
        file_names(self.w, old[old >= 0])

    def _resize(self, name: str, dtype: np.dtype[Any], room: int) -> None:
        array = np.empty(room, dtype=dtype)
        old = self._arrays.get(name)
        if old is not None:
            array[: len(old)] = old
        self.put(name, array)


def aligned(count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Records of zeros that begin with a line of the cache, so that none touches more lines than it must."""
    line = 64
    raw = np.empty(count * dtype.itemsize + line, dtype=np.uint8)  # of large pages, as zeros are not
    raw[:] = 0
    skip = -address(raw) % line
    return raw[skip : skip + count * dtype.itemsize].view(dtype)


def address(array: NDArray[Any]) -> int:
    """Where an array's data are.

    Raises:
        ValueError: its cells do not follow each other.
    """
    if not array.flags.c_contiguous:
        raise ValueError("compiled code reads contiguous arrays only")
    return int(array.__array_interface__["data"][0])
