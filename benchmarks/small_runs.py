"""Workloads of many small runs: the engine alone, `play` around it, and a sweep around that."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.campaigns import Numbers, staple, warm_up
from sim.fast.engine import FastRun
from sim.network.graph_file import map_graph
from sim.network.reading import Reading
from sim.play import play
from sim.run import GraphFiles
from sim.scenario.model import Scenario
from sim.sweep.many import run_many
from sim.sweep.store import open_store

OUTPUTS = ("buyers", "net_fen")
"""What the sweeps measure of each run; no twin is needed for it."""
FEW = 8  # runs before the measured ones: what is loaded or started once falls on them

Make = Callable[[range], object]
"""Makes the runs with these seeds."""


def small_runs(members: int, days: int, path: str, how: str, runs: int) -> Numbers:
    """Play the campaign with one seed after the other; how: one of `HOW`.

    `each_seconds` is what one run more takes, `each_cpu_seconds` that in processor time, `start_seconds` what
    comes before, such as starting processes.
    """
    warm_up("fast", "full")
    graph, report = map_graph(Path(path))
    make = HOW[how](staple(members, days), GraphFiles((Path(path),), Reading(), graph, report))
    few_seconds, few_cpu_seconds = _seconds(make, range(FEW))
    many_seconds, many_cpu_seconds = _seconds(make, range(FEW, 2 * FEW + runs))
    each_seconds = (many_seconds - few_seconds) / runs
    return {
        "each_seconds": each_seconds,
        "each_cpu_seconds": (many_cpu_seconds - few_cpu_seconds) / runs,
        "start_seconds": max(0.0, few_seconds - FEW * each_seconds),
    }


def _seconds(make: Make, seeds: range) -> tuple[float, float]:
    """By the clock, and of processors, those of ended child processes too."""
    began, began_cpu = time.perf_counter(), sum(os.times()[:4])
    make(seeds)
    return time.perf_counter() - began, sum(os.times()[:4]) - began_cpu


def _engine(scenario: Scenario, files: GraphFiles) -> Make:
    return lambda seeds: [FastRun(scenario, files.graph, seed=seed).run() for seed in seeds]


def _play(scenario: Scenario, files: GraphFiles) -> Make:
    return lambda seeds: [play(scenario, files.graph, engine="fast", seed=seed) for seed in seeds]


def _sweep(scenario: Scenario, files: GraphFiles | None, workers: int) -> Make:
    """Finished runs are kept on disk as by `shapan sweep`; without files each seed has its own graph."""

    def make(seeds: range) -> None:
        with TemporaryDirectory() as folder, open_store(Path(folder) / "chunks") as store:
            outcomes = run_many(
                [(scenario, seed) for seed in seeds],
                outputs=OUTPUTS, files=files, engine="fast", workers=workers, store=store,
            )  # fmt: skip
        errors = [outcome.error for outcome in outcomes if outcome.error is not None]
        if errors:
            raise RuntimeError(f"{len(errors)} runs of the sweep failed, the first: {errors[0]}")

    return make


HOW: dict[str, Callable[[Scenario, GraphFiles], Make]] = {
    "engine": _engine,
    "play": _play,
    "sweep": lambda scenario, files: _sweep(scenario, files, 1),
    "sweep, new graphs": lambda scenario, files: _sweep(scenario, None, 1),
    "sweep, 2 processes": lambda scenario, files: _sweep(scenario, files, 2),
}
"""Name -> what makes runs."""
