"""What is due: one queue, ordered by intrinsic keys alone."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from sim.errors import RunError
from sim.mechanics.world import Phase
from sim.streams import mix3

Entry = tuple[int, int, int, int, int, Callable[..., None], tuple[Any, ...]]


class Agenda:
    """A heap of (time, phase, tie, cause, who, action, arguments).

    The tie is a hash of seed, who and cause, so that neither low member numbers nor the order of
    scheduling decide anything. Two entries with equal keys would be the same event: that is an error.
    """

    def __init__(self, seed: int) -> None:
        """Nothing is due."""
        self.seed = seed
        self.now_s = -1
        self._heap: list[Entry] = []

    def __len__(self) -> int:
        """How many entries are due."""
        return len(self._heap)

    def at(
        self, time_s: int, phase: Phase, who: int, cause: int, action: Callable[..., None], *args: Any
    ) -> None:
        """Have `action(*args)` called at `time_s`, which must be later than now.

        Raises:
            RunError: an effect would not come after its cause.
        """
        if time_s <= self.now_s:
            raise RunError(
                f"{action.__qualname__} was scheduled for second {time_s}, but it is second {self.now_s}",
                f"{action.__qualname__} 被安排在第 {time_s} 秒，但现在已是第 {self.now_s} 秒",
            )
        heapq.heappush(
            self._heap, (time_s, int(phase), mix3(self.seed, who, cause), cause, who, action, args)
        )

    def pop_before(self, time_s: int) -> Entry | None:
        """Take out the next entry due before a time, or None."""
        if not self._heap or self._heap[0][0] >= time_s:
            return None
        entry = heapq.heappop(self._heap)
        self.now_s = entry[0]
        return entry
