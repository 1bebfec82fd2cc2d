"""A process that does tasks for the page: `python -P -m sim.ui.worker`.

It loads the engine once and then waits, so that a click is answered at once. Orders come as lines of JSON on
standard input, `{"run": FOLDER, "seed": ..., "calibration": ...}` and `{"stop": true}`. On standard output it
says, each on a line as JSON: `{"preparing": SHARE}` while it compiles the engine, the first time on a
machine; `{"ready": true}` once; `{"share": ...}` of the task that is done; and at its end `{"done": true}`,
`{"stopped": true}` or `{"failed": {"en": ..., "zh": ...}}`. Results are in the job's folder. It ends with
its standard input.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from sim.calibration.calibration import DEFAULT
from sim.cold_start import prepare_engine
from sim.errors import Cancelled, InputError, ShapanError, out_of_memory, unexpected
from sim.events import EventTable
from sim.ledger import books_residual_fen
from sim.metrics import funnel, spread
from sim.metrics.daily import daily_columns
from sim.metrics.measure import measure, unavailable
from sim.metrics.summary import incremental
from sim.metrics.view import TableView
from sim.network.graph_file import map_graph
from sim.network.reading import Reading
from sim.play import play
from sim.run import GraphFiles, illegal_offers, prepare
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.shipped import shipped_paths
from sim.scenario.twin import without_campaign
from sim.ui.job_files import DesignResult, JobRequest, Task, graph_file, read_request, write_results

Say = Callable[[dict[str, Any]], None]

_REPORT_SECONDS = 0.15  # assumption: the page looks once a second
_WARM_UP = ("staple-group-buy", 60)  # any small run that goes through what most runs go through


def run_task(job: Path, task: Task, stop: threading.Event, say: Say) -> None:
    """Do one task and leave its results in the job's folder; never raises for what a job can do wrong."""
    try:
        request = read_request(job)
        if request is None:
            raise InputError("the job's request cannot be read", "无法读取该试演的请求")
        files = None if request.graph is None else _own_graph(graph_file(job.parent, request.graph.sha256))
        write_results(job, task, task_results(request, task, _reporter(stop, say), files))
        say({"done": True})
    except Cancelled:
        say({"stopped": True})
    except ShapanError as error:
        say({"failed": asdict(error.text)})
    except MemoryError:
        say({"failed": asdict(out_of_memory().text)})
    except Exception as error:  # the page shall say so instead of waiting for ever
        say({"failed": asdict(unexpected(error).text)})


def task_results(
    request: JobRequest, task: Task, passed: Callable[[float], None], files: GraphFiles | None = None
) -> list[DesignResult]:
    """Play every design and its twin with one seed, and measure them; designs with equal twins share one.

    passed: called with the share that is done; it may raise `Cancelled`.
    files: the graph, if it is the user's own.

    Raises:
        ShapanError: a design is not valid, or cannot be run.
        Cancelled: `passed` raised it.
    """
    scenarios = _scenarios(json.dumps([_arguments(one) for one in request.designs]), task.calibration)
    plays, done = 2 * len(scenarios), 0
    twins: list[tuple[Scenario, str, TableView, list[int]]] = []
    results = []
    for number, scenario in enumerate(scenarios):
        prepared = prepare(scenario, files=files, members=request.members, seed=task.seed)
        graph = prepared.graph

        def part(share: float) -> None:
            passed((done + share) / plays)  # noqa: B023 - called before the next turn only

        table = play(prepared.scenario, graph, events="auto", progress=part).table
        done += 1
        without = without_campaign(prepared.scenario)
        twin = next((one for one in twins if one[0] == without and one[1] == graph.sha256), None)
        if twin is None:
            twin_table = play(without, graph, events="auto", progress=part).table
            twin = (
                without,
                graph.sha256,
                TableView(twin_table),
                _up_to_horizon(daily_columns(twin_table))[1],
            )
            twins.append(twin)
        done += 1
        passed(done / plays)
        written = scenario.population.members if files is None else graph.n
        results.append(design_result(number, task, prepared.scenario, table, twin[2], twin[3], written))
    return results


def design_result(
    number: int,
    task: Task,
    scenario: Scenario,
    table: EventTable,
    twin: TableView,
    twin_buyers: list[int],
    written: int,
) -> DesignResult:
    """Measure a finished run for the page; `written`: for how many members its scenario is written."""
    daily = daily_columns(table)
    days, buyers = _up_to_horizon(daily)
    whole = TableView(table)
    return DesignResult(
        design=number,
        calibration=task.calibration,
        seed=task.seed,
        members=table.header.members,
        summary={
            "runoff": measure(whole),
            "incremental": incremental(whole, twin),
            "books_residual_fen": books_residual_fen(table),
            "unavailable": list(unavailable(table.header)),
        },
        funnel=member_funnel(whole),
        day=days,
        buyers=buyers,
        twin_buyers=twin_buyers,
        written=written,
        by_day_fen={
            "cash": daily["cash_balance_fen"].tolist(),
            "margin": daily["margin_fen"].cumsum().tolist(),
            "marketing": daily["marketing_fen"].cumsum().tolist(),
        },
        illegal_offers=list(illegal_offers(scenario)),
    )


def _up_to_horizon(daily: dict[str, NDArray[Any]]) -> tuple[list[int], list[int]]:
    """The days up to the horizon, and how many have bought by then."""
    shown = ~daily["runoff"]
    return daily["day"][shown].tolist(), daily["cumulative_buyers"][shown].tolist()


def member_funnel(view: TableView) -> dict[str, int]:
    """How many members came so far: each step counts different members, not times."""
    return {
        "members": view.header.members,
        "readers": funnel.readers(view),
        "considered": funnel.considering(view),
        "ordered": funnel.ordering(view),
        "bought": int(view.buyers.sum()),
        "shared": spread.senders(view),
    }


def _arguments(design: Any) -> list[Any]:
    return [design.scenario, design.variant, dict(design.sets)]


@lru_cache(maxsize=4)  # a worker does many tasks of a job one after the other
def _scenarios(designs: str, calibration: str) -> tuple[Scenario, ...]:
    laid_under = None if calibration == DEFAULT else calibration
    shipped = shipped_paths()  # else a file of the same name in the working folder would go before
    return tuple(
        load_scenario(shipped.get(name, name), variant, sets, laid_under).scenario
        for name, variant, sets in json.loads(designs)
    )


@lru_cache(maxsize=1)
def _own_graph(path: Path) -> GraphFiles:
    graph, report = map_graph(path)
    return GraphFiles((path,), Reading(), graph, report)


def _reporter(stop: threading.Event, say: Say) -> Callable[[float], None]:
    reported = time.monotonic()

    def passed(share: float) -> None:
        nonlocal reported
        if stop.is_set():
            raise Cancelled("stopped", "已停止")
        now = time.monotonic()
        if now - reported >= _REPORT_SECONDS:
            reported = now
            say({"share": share})

    return passed


def warm_up(preparing: Callable[[int, int], None]) -> None:
    """Load (or compile) what a run needs; `preparing` is told what is compiled: functions done and all."""
    prepare_engine(preparing)
    name, members = _WARM_UP
    try:
        prepared = prepare(load_scenario(shipped_paths()[name]).scenario, members=members)
        table = play(prepared.scenario, prepared.graph).table
        design_result(0, Task(0, ""), prepared.scenario, table, TableView(table), [], members)
    except (ShapanError, KeyError):
        pass  # the job itself will say what is wrong


def main() -> None:
    """Take orders until standard input ends."""
    orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    stop = threading.Event()
    out, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer

    def say(words: dict[str, Any]) -> None:
        print(json.dumps(words), file=out, flush=True)

    def listen() -> None:
        for line in sys.stdin:
            order = json.loads(line)
            if order.get("stop"):
                stop.set()
            else:
                stop.clear()
                orders.put(order)
        os._exit(0)  # the page's server has gone, and nobody else can stop what runs

    threading.Thread(target=listen, daemon=True).start()
    warm_up(lambda done, functions: say({"preparing": round(done / functions, 3)}))
    say({"ready": True})
    while True:
        order = orders.get()
        run_task(Path(order["run"]), Task(order["seed"], order["calibration"]), stop, say)


if __name__ == "__main__":
    main()
