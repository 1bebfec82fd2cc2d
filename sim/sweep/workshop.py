"""Where runs are made, one after another, with what the next one can share."""

from __future__ import annotations

import pickle
import time
from functools import lru_cache

from sim.errors import Cancelled, RunError, ShapanError
from sim.metrics.metric import Number
from sim.metrics.view import TableView
from sim.network.graph import SocialGraph
from sim.own_rules import load_own_rules
from sim.play import Played, play
from sim.run import prepare
from sim.scenario.model import Scenario
from sim.scenario.twin import without_campaign
from sim.sweep.job import Chunk, Job, Outcome, Setup
from sim.sweep.outputs import measured, needs_messages
from sim.units import plain_number

_KEPT_SCENARIOS = 1024  # assumption: about 100 MB; unpacking one takes half a millisecond


class Workshop:
    """Makes runs; keeps the last community and no-campaign twin, which the next run often has too."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._events = setup.events or ("full" if needs_messages(setup.outputs) else "outcomes")
        self._own = load_own_rules(setup.rules)
        self._community: tuple[tuple[str, int], SocialGraph] | None = None
        self._twin: tuple[tuple[str, str, int], TableView] | None = None
        self._began = 0.0

    def outcomes(self, chunk: Chunk) -> list[Outcome]:
        """Make runs in the order given; one that fails does not stop the others."""
        return [self._outcome(job) for job in chunk]

    def _outcome(self, job: Job) -> Outcome:
        began = self._began = time.perf_counter()
        played: Played | None = None
        values: dict[str, Number] = {}
        error, why = None, None
        try:
            scenario = _unpacked(job.pickled).with_seed(job.seed)
            graph = self._graph(job, scenario)
            played = self._play(scenario, graph)
            twin = None if job.twin is None else self._twin_view(job, job.twin, scenario, graph, played)
            values = measured(self._setup.outputs, played.table, twin)
        except Cancelled:
            raise
        except MemoryError as failure:
            self._community = self._twin = None  # the next run may need less
            error = f"MemoryError: {str(failure) or 'not enough memory'}"
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
            if isinstance(failure, ShapanError):
                why = (failure.render("en"), failure.render("zh"))
        return Outcome(
            run_id=job.run_id,
            values=values,
            error=error,
            engine=None if played is None else played.engine,
            seconds=time.perf_counter() - began,
            why=why,
        )

    def _play(self, scenario: Scenario, graph: SocialGraph) -> Played:
        return play(
            scenario,
            graph,
            engine=self._setup.engine,
            events=self._events,
            own=self._own,
            progress=self._see_that_it_ends,
        )

    def _see_that_it_ends(self, share: float) -> None:
        limit = self._setup.run_limit_seconds
        if limit is not None and time.perf_counter() - self._began > limit:
            raise RunError(
                f"the run was ended after {plain_number(limit)} s (run_limit_seconds)",
                f"运行超过 {plain_number(limit)} 秒（run_limit_seconds），已中止",
            )

    def _graph(self, job: Job, scenario: Scenario) -> SocialGraph:
        key = (job.community, job.seed)
        if self._community is None or self._community[0] != key:
            self._community = None  # two large ones need not fit into memory
            prepared = prepare(scenario, files=self._setup.files, members=self._setup.members)
            self._community = key, prepared.graph
        return self._community[1]

    def _twin_view(
        self, job: Job, twin: str, scenario: Scenario, graph: SocialGraph, played: Played
    ) -> TableView:
        key = (twin, job.community, job.seed)
        if self._twin is None or self._twin[0] != key:
            self._twin = None
            without = without_campaign(scenario)
            same = without == scenario
            table = played.table if same else self._play(without, graph).table
            self._twin = key, TableView(table)
        return self._twin[1]


@lru_cache(maxsize=_KEPT_SCENARIOS)
def _unpacked(pickled: bytes) -> Scenario:
    scenario = pickle.loads(pickled)
    assert isinstance(scenario, Scenario)
    return scenario
