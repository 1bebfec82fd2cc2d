"""Workloads of the staple group-buy: making its community, and playing it once."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.memory import peak_mib
from sim.events import EventTable, Kind
from sim.metrics.registry import METRICS
from sim.metrics.view import TableView
from sim.network.graph_file import map_graph
from sim.network.write import write_graph
from sim.play import play
from sim.run import prepare
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.scaling import scaled

Numbers = dict[str, Any]
"""What a workload gives back: numbers by name."""

NAME = "staple-group-buy"
WARM_UP_MEMBERS, WARM_UP_DAYS = 300, 2  # assumption: enough for everything to be loaded or compiled
DIGESTED_ROWS_MAX = 1_000_000  # tables up to here are compared between engines
COUNTED = (Kind.COUNT_SENDS, Kind.COUNT_READS, Kind.COUNT_CONSIDERS)
"""Whose values are the rows that an outcomes table does not list."""


def staple(members: int, days: int) -> Scenario:
    """The staple group-buy for so many members: KOLs, stock, quotas and budgets in proportion."""
    return scaled(load_scenario(NAME, sets={"run.horizon_days": days}).scenario, members)[0]


def network(members: int, path: str) -> Numbers:
    """Make the community of the staple group-buy and save it, as `shapan network` does."""
    prepare(staple(WARM_UP_MEMBERS, WARM_UP_DAYS))
    before_mib = peak_mib()
    prepared = prepare(staple(members, WARM_UP_DAYS))
    peak = peak_mib()
    began = time.perf_counter()
    write_graph(prepared.graph, Path(path))
    return {
        "seconds": prepared.seconds,
        "save_seconds": time.perf_counter() - began,
        "friendships": prepared.graph.links,
        "file_mib": Path(path).stat().st_size / 2**20,
        "before_mib": before_mib,
        "peak_mib": peak,
    }


def campaign(members: int, days: int, path: str, engine: str, events: str, seed: int) -> Numbers:
    """Play the campaign in a community from a file, without its twin."""
    warm_up(engine, events)
    scenario = staple(members, days)
    before_mib = peak_mib()
    began = time.perf_counter()
    graph, _ = map_graph(Path(path))
    load_seconds = time.perf_counter() - began
    began_cpu = time.process_time()
    played = play(scenario, graph, engine=engine, events=events, seed=seed)
    cpu_seconds = time.process_time() - began_cpu
    peak = peak_mib()  # of the run; measuring takes memory too
    return {
        "load_seconds": load_seconds,
        "build_seconds": played.build_seconds,
        "run_seconds": played.run_seconds,
        "cpu_seconds": cpu_seconds,
        "events": events_in(played.table),
        "rows": len(played.table),
        "reach_share": _reach_share(played.table),
        "before_mib": before_mib,
        "peak_mib": peak,
        "sha256": digest(played.table) if len(played.table) <= DIGESTED_ROWS_MAX else None,
    }


def warm_up(engine: str, events: str) -> None:
    """Load or compile what a run needs, so that it is not measured."""
    scenario = staple(WARM_UP_MEMBERS, WARM_UP_DAYS)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.shapan-graph"
        write_graph(prepare(scenario).graph, path)
        graph, _ = map_graph(path)
        play(scenario, graph, engine=engine, events=events)


def _reach_share(table: EventTable) -> float:
    reach = next(metric for metric in METRICS if metric.name == "reach_share")
    value = reach.function(TableView(table))
    assert value is not None
    return float(value)


def events_in(table: EventTable) -> int:
    """How many rows the full table has, whether this is it or counts some of them."""
    listed = int((table["kind"] < min(Kind.COUNT_SENDS, *COUNTED)).sum())
    return listed + int(table.rows(*COUNTED)["value"].sum())


def digest(table: EventTable) -> str:
    """One hash of all columns."""
    hashed = hashlib.sha256()
    for name, column in table.columns.items():
        hashed.update(f"{name} {column.dtype}".encode())
        hashed.update(column.tobytes())
    return hashed.hexdigest()
