"""One run on the compiled engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import overload

from sim.allowance import allowance_of, check_plan, told_too_many, too_many_rows
from sim.errors import Cancelled, RunError
from sim.events import EventDetail, EventTable
from sim.fast.loop import DONE, STOPPED, advance
from sim.fast.pack import pack
from sim.fast.reader import plan_browsing
from sim.fast.rooms import ROWS
from sim.fast.sinks import KeptRows, RowSink, narrowed
from sim.kernel.counts import end_period
from sim.kernel.records import GROWING
from sim.kernel.stopping import STOP, TOLD_TOO_MANY, TOO_MANY_ROWS
from sim.mechanics.kernel_registry import start
from sim.network.graph import SocialGraph
from sim.population import populate
from sim.run_header import run_header
from sim.scenario.model import Scenario
from sim.sessions import NEVER
from sim.waiting import wait_for

Progress = Callable[[int, int], None]


class FastRun:
    """One run of a scenario over a graph, compiled; it writes the same table as `CommunityModel`.

    It can be run once.

    Args:
        scenario: what happens; its `run.seed` is the luck unless `seed` is given.
        graph: who knows whom.
        seed: 0 to 2**32 - 1, or forced luck (`sim.streams.FORCED_LOW`).
        events: "outcomes" writes what `sim.outcomes.condensed` makes of the full table.

    Attributes:
        header: the table's.
    """

    def __init__(
        self, scenario: Scenario, graph: SocialGraph, *, seed: int | None = None, events: EventDetail = "full"
    ) -> None:
        """Populate the community and schedule the campaign."""
        luck = scenario.run.seed if seed is None else seed
        self._scenario, self._allowance = scenario, allowance_of(graph.n)
        check_plan(scenario, graph.n, self._allowance)
        people = populate(scenario, graph, luck)
        period_s = scenario.run.period_s if events == "outcomes" else 0
        self.memory = pack(scenario, graph, people, luck, period_s)
        self.header = replace(run_header(scenario, graph, people, luck), events=events, period_s=period_s)
        self._horizon_s = self.header.horizon_s
        plan_browsing(self.memory.w)
        for k in range(len(scenario.offers)):
            start(self.memory.w, k)

    @overload
    def run(self, progress: Progress | None = None) -> EventTable: ...

    @overload
    def run(self, progress: Progress | None = None, *, sink: RowSink) -> None: ...

    def run(self, progress: Progress | None = None, *, sink: RowSink | None = None) -> EventTable | None:
        """Go to the horizon, then let obligations run off.

        Args:
            progress: called with (seconds done, horizon) every `sim.waiting.LOOK_SECONDS` and at the end;
                it may raise to stop.
            sink: takes the rows as they are written, and no table is kept; its header is `header`. Another
                thread hands them over.

        Raises:
            RunError: the run writes or tells more than it is allowed (`sim.allowance`).
        """
        if sink is not None:
            self._run(progress, sink)
            return None
        kept = KeptRows()
        self._run(progress, kept)
        return kept.table(self.header)

    def _run(self, progress: Progress | None, sink: RowSink) -> None:
        world = self.memory.world

        def work() -> None:
            self._advance(self._horizon_s, sink)
            world["now_s"], world["running_off"] = self._horizon_s, 1
            self._advance(NEVER // 32, sink)
            end_period(self.memory.w, self._horizon_s)
            self._take_rows(sink)

        def look() -> None:
            if progress is not None:
                progress(min(int(world["now_s"][0]), self._horizon_s), self._horizon_s)

        def stop() -> None:
            world["stop"] = STOP

        wait_for(work, look, stop)
        look()

    def _advance(self, until_s: int, sink: RowSink) -> None:
        while (why := advance(self.memory.w, until_s)) != DONE:
            if why == STOPPED:
                raise self._stopped()
            self._take_rows(sink)
            self._make_room()

    def _stopped(self) -> RunError | Cancelled:
        """Why the run was stopped."""
        world = self.memory.world
        why, now_s = int(world["stop"][0]), int(world["now_s"][0])
        if why == TOLD_TOO_MANY:
            return told_too_many(self._scenario, self._allowance.told(now_s), self.memory.array("told_by"))
        if why == TOO_MANY_ROWS:
            last = self.memory.array("row")[: int(world["row_used"][0])]
            return too_many_rows(self._scenario, self._allowance.rows(now_s), last)
        return Cancelled("stopped", "已停止")

    def _make_room(self) -> None:
        """Enlarge what has become too small."""
        memory, world = self.memory, self.memory.world
        unconfirmed = int(world["unconfirmed"][0])
        rows = unconfirmed + int(world["counted_used"][0]) + ROWS
        more = {"row": rows, "note": unconfirmed, "request": unconfirmed}
        for name in GROWING:
            if name == "sparse" and world["dense"][0]:
                continue
            room = int(world[f"{name}_used"][0] + world[f"step_{name}"][0]) + more.get(name, 0)
            if memory.make_room(name, room) and name == "sparse":
                memory.find_standings_anew()
        if 2 * (world["asked_used"][0] + 1) > world["asked_mask"][0]:
            memory.remember_more()

    def _take_rows(self, sink: RowSink) -> None:
        used = int(self.memory.world["row_used"][0])
        if used:
            sink.write(narrowed(self.memory.array("row")[:used]))
        self.memory.world["rows_taken"] += used
        self.memory.world["row_used"] = 0
