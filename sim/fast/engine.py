"""One run on the compiled engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.events import COLUMNS, EventTable
from sim.fast.loop import DONE, advance
from sim.fast.pack import pack
from sim.fast.reader import plan_browsing
from sim.fast.rooms import ROWS
from sim.kernel.records import GROWING
from sim.mechanics.kernel_registry import start
from sim.network.graph import SocialGraph
from sim.population import populate
from sim.run_header import run_header
from sim.scenario.model import Scenario
from sim.sessions import NEVER

Progress = Callable[[int, int], None]

PARTS = 200
"""How often `progress` is called in a run. assumption: each percent is seen to pass."""


class FastRun:
    """One run of a scenario over a graph, compiled; it writes the same table as `CommunityModel`.

    Args:
        scenario: what happens; its `run.seed` is the luck unless `seed` is given.
        graph: who knows whom.
        seed: 0 to 2**32 - 1, or forced luck (`sim.streams.FORCED_LOW`).
    """

    def __init__(self, scenario: Scenario, graph: SocialGraph, *, seed: int | None = None) -> None:
        """Populate the community and schedule the campaign."""
        luck = scenario.run.seed if seed is None else seed
        people = populate(scenario, graph, luck)
        self.memory = pack(scenario, graph, people, luck)
        self.header = run_header(scenario, graph, people, luck)
        self._horizon_s = self.header.horizon_s
        self._written: list[NDArray[Any]] = []
        plan_browsing(self.memory.w)
        for k in range(len(scenario.offers)):
            start(self.memory.w, k)

    def run(self, progress: Progress | None = None) -> EventTable:
        """Go to the horizon, then let obligations run off.

        progress: called now and then with (seconds done, horizon); it may raise to stop.
        """
        world = self.memory.world
        for part in range(1, PARTS + 1):
            until_s = self._horizon_s * part // PARTS
            self._advance(until_s)
            if progress is not None:
                progress(until_s, self._horizon_s)
        world["now_s"], world["running_off"] = self._horizon_s, 1
        self._advance(NEVER // 32)
        return self.table()

    def _advance(self, until_s: int) -> None:
        while advance(self.memory.w, until_s) != DONE:
            self._make_room()

    def _make_room(self) -> None:
        """Take out the rows that are written, and enlarge what has become too small."""
        memory, world = self.memory, self.memory.world
        self._take_rows()
        unconfirmed = int(world["unconfirmed"][0])
        more = {"row": unconfirmed + ROWS, "note": unconfirmed, "request": unconfirmed}
        for name in GROWING:
            if name == "sparse" and world["dense"][0]:
                continue
            room = int(world[f"{name}_used"][0] + world[f"step_{name}"][0]) + more.get(name, 0)
            if memory.make_room(name, room) and name == "sparse":
                memory.find_standings_anew()
        if 2 * (world["asked_used"][0] + 1) > world["asked_mask"][0]:
            memory.remember_more()

    def _take_rows(self) -> None:
        used = int(self.memory.world["row_used"][0])
        self._written.append(self.memory.array("row")[:used].copy())
        self.memory.world["row_used"] = 0

    def table(self) -> EventTable:
        """What has happened so far."""
        self._take_rows()
        columns: dict[str, NDArray[Any]] = {}
        for name, dtype in COLUMNS.items():
            column = np.concatenate([rows[name] for rows in self._written])
            narrow = column.astype(dtype, copy=False)
            if not np.array_equal(narrow, column):
                raise OverflowError(f"event table column {name} holds a number that does not fit {dtype}")
            narrow.setflags(write=False)
            columns[name] = narrow
        return EventTable(self.header, columns)
