"""The process that runs jobs for the page: `python -m sim.ui.worker`.

It loads the engine once and then waits, so that a click is answered at once. Orders come as lines of JSON on
standard input, `{"run": FOLDER}` and `{"stop": true}`. On standard output it says `preparing SHARE` while it
compiles the engine, the first time on a machine, then `ready` once, and `done` after each job; everything
else is in the job's folder. It ends with its standard input.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sim.cold_start import prepare_engine
from sim.errors import Cancelled, ShapanError, out_of_memory, unexpected
from sim.events import EventTable
from sim.metrics import funnel, spread
from sim.metrics.daily import daily_columns
from sim.metrics.summary import summarise
from sim.metrics.view import TableView
from sim.network.graph import SocialGraph
from sim.play import play
from sim.run import illegal_offers, prepare
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.twin import without_campaign
from sim.text import Text
from sim.ui.job_files import (
    QUICK_MEMBERS,
    DesignResult,
    JobRequest,
    JobState,
    Stage,
    failed,
    read_request,
    write_result,
    write_state,
)

_REPORT_SECONDS = 0.15  # assumption: the page looks twice a second
_WARM_UP = ("staple-group-buy", 60)  # any small run that goes through what most runs go through


class JobRun:
    """One job at work: what is done of it, and whether it shall stop."""

    def __init__(self, job: Path, request: JobRequest, stop: threading.Event) -> None:
        self._job = job
        self._request = request
        self._stop = stop
        self._began = time.monotonic()
        self._reported = 0.0
        self._done = 0.0  # in members simulated
        self._share = 0.0
        quick = QUICK_MEMBERS if request.members > QUICK_MEMBERS else 0
        self._total = len(request.designs) * quick + (len(request.designs) + 1) * len(request.seeds) * (
            request.members
        )

    def run(self) -> None:
        """Run everything that was asked for, a first look first.

        Raises:
            ShapanError: a design is not valid, or cannot be run.
            Cancelled: it was told to stop.
        """
        request = self._request
        scenarios = [
            load_scenario(one.scenario, one.variant, one.sets, one.calibration).scenario
            for one in request.designs
        ]
        write_state(self._job, self.state())
        if request.members > QUICK_MEMBERS:
            for number, scenario in enumerate(scenarios):
                self._first_look(number, scenario)
        for seed in request.seeds:
            twins: list[tuple[Scenario, str, EventTable]] = []
            for number, scenario in enumerate(scenarios):
                self._whole(number, scenario, seed, twins)

    def state(self, stage: Stage = "running") -> JobState:
        """How far it is, or was when it ended."""
        return JobState(stage, self._share, time.monotonic() - self._began)

    def failed(self, why: Text) -> JobState:
        """How far it was when it failed, and why it did."""
        return failed(why, self._share, time.monotonic() - self._began)

    def _first_look(self, number: int, scenario: Scenario) -> None:
        prepared = prepare(scenario, members=QUICK_MEMBERS, seed=self._request.seeds[0])
        table = self._play(prepared.scenario, prepared.graph)
        self._done += QUICK_MEMBERS
        write_result(self._job, design_result(number, prepared.scenario, table, None, quick=True))

    def _whole(
        self, number: int, scenario: Scenario, seed: int, twins: list[tuple[Scenario, str, EventTable]]
    ) -> None:
        members = self._request.members
        prepared = prepare(scenario, members=members, seed=seed)
        table = self._play(prepared.scenario, prepared.graph)
        self._done += members
        without, sha256 = without_campaign(prepared.scenario), prepared.graph.sha256
        twin = next((t for s, sha, t in twins if s == without and sha == sha256), None)
        if twin is None:
            if twins:
                self._total += (
                    members  # designs that differ in more than the campaign have twins of their own
                )
            twin = self._play(without, prepared.graph)
            self._done += members
            twins.append((without, sha256, twin))
        write_result(self._job, design_result(number, prepared.scenario, table, twin, quick=False))

    def _play(self, scenario: Scenario, graph: SocialGraph) -> EventTable:
        return play(scenario, graph, events="auto", progress=self._progress(graph.n)).table

    def _progress(self, members: int) -> Callable[[float], None]:
        def passed(share: float) -> None:
            if self._stop.is_set():
                raise Cancelled("stopped", "已停止")
            self._share = min(1.0, (self._done + share * members) / self._total)
            now = time.monotonic()
            if now - self._reported >= _REPORT_SECONDS:
                self._reported = now
                write_state(self._job, self.state())

        return passed


def design_result(
    number: int, scenario: Scenario, table: EventTable, twin: EventTable | None, *, quick: bool
) -> DesignResult:
    """Measure a finished run for the page."""
    days, buyers = _cumulative_buyers(table)
    twin_buyers = [] if twin is None else _cumulative_buyers(twin)[1]
    return DesignResult(
        design=number,
        seed=table.header.seed,
        members=table.header.members,
        quick=quick,
        summary=dict(summarise(table, twin)),
        funnel=member_funnel(TableView(table)),
        day=days,
        buyers=buyers,
        twin_buyers=twin_buyers,
        illegal_offers=list(illegal_offers(scenario)),
    )


def _cumulative_buyers(table: EventTable) -> tuple[list[int], list[int]]:
    """The days up to the horizon, and how many have bought by then."""
    daily = daily_columns(table)
    shown = ~daily["runoff"]
    return daily["day"][shown].tolist(), daily["cumulative_buyers"][shown].tolist()


def member_funnel(view: TableView) -> dict[str, int]:
    """How many members came so far: each step counts different members, not times."""
    return {
        "members": view.header.members,
        "reached": funnel.reached(view),
        "considered": funnel.considering(view),
        "ordered": funnel.ordering(view),
        "bought": int(view.buyers.sum()),
        "shared": spread.senders(view),
    }


def run_job(job: Path, stop: threading.Event) -> None:
    """Run the job in a folder and leave its last state there; never raises for what a job can do wrong."""
    request = read_request(job)
    if request is None:
        write_state(job, failed(Text("the job's request cannot be read", "无法读取该试演的请求")))
        return
    run = JobRun(job, request, stop)
    try:
        run.run()
        end = replace(run.state("done"), share=1.0)
    except Cancelled:
        end = run.state("stopped")
    except ShapanError as error:
        end = run.failed(error.text)
    except MemoryError:
        end = run.failed(out_of_memory().text)
    except Exception as error:  # the page shall say so instead of waiting for ever
        end = run.failed(unexpected(error).text)
    write_state(job, end)


def warm_up(preparing: Callable[[int, int], None]) -> None:
    """Load (or compile) what a run needs; `preparing` is told what is compiled: functions done and all."""
    prepare_engine(preparing)
    name, members = _WARM_UP
    try:
        prepared = prepare(load_scenario(name).scenario, members=members)
        table = play(prepared.scenario, prepared.graph).table
        design_result(0, prepared.scenario, table, table, quick=True)
    except ShapanError:
        pass  # the job itself will say what is wrong


def main() -> None:
    """Take orders until standard input ends."""
    orders: queue.SimpleQueue[Path] = queue.SimpleQueue()
    stop = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            order = json.loads(line)
            if order.get("stop"):
                stop.set()
            else:
                orders.put(Path(order["run"]))
        os._exit(0)  # the page's server has gone, and nobody else can stop what runs

    threading.Thread(target=listen, daemon=True).start()
    warm_up(lambda done, functions: print(f"preparing {done / functions:.3f}", flush=True))
    print("ready", flush=True)
    while True:
        job = orders.get()
        stop.clear()
        run_job(job, stop)
        print("done", flush=True)


if __name__ == "__main__":
    main()
