"""Measure the engine beside plain Mesa and print a Markdown table: `python -m benchmarks [--repeats N]`.

Every measurement is a process of its own, so that peak memory is that of one workload; the workloads take
turns, so that a busy minute of the machine does not fall on one of them alone. Seconds differ between
machines; the ratios are what to compare.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

PAIRS = {"staple-group-buy": "mesa-hourly", "cascade": "mesa-cascade"}
"""Workload of this engine -> its yardstick in plain Mesa."""
RATIO = "yardstick ÷ run"  # of their run seconds
WARM_UP_MEMBERS, WARM_UP_DAYS = 500, 30  # assumption: enough for every function to be compiled and cached


def measured(workload: str, members: int, days: int, seed: int) -> dict[str, Any]:
    """One measurement, in a new process; `process_seconds` includes its start and imports."""
    began = time.perf_counter()
    done = subprocess.run(
        [
            sys.executable, "-m", "benchmarks.measure", workload,
            "--members", str(members), "--days", str(days), "--seed", str(seed),
        ],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return {**json.loads(done.stdout), "process_seconds": time.perf_counter() - began}


def spread(values: Sequence[float], digits: int) -> str:
    """Median and range."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=30, help="of the campaign, not of the cascades")
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()

    workloads = [name for pair in PAIRS.items() for name in pair]
    costs: dict[str, list[dict[str, Any]]] = {name: [] for name in workloads}
    for name in workloads:
        measured(name, WARM_UP_MEMBERS, WARM_UP_DAYS, 0)
    for seed in range(1, chosen.repeats + 1):
        for name in workloads:
            costs[name].append(measured(name, chosen.members, chosen.days, seed))

    print(
        f"{chosen.members:,} members, {chosen.days} days, {chosen.repeats} seeds, median (range); "
        f"Python {platform.python_version()}, {platform.machine()}\n"
    )
    titles = (
        "workload",
        "run, s",
        "events",
        "events/s",
        "set-up, s",
        "whole process, s",
        "its CPU, s",
        "peak, MiB",
        RATIO,
    )
    print(f"| {' | '.join(titles)} |")
    print("|---" * len(titles) + "|")
    for name, rows in costs.items():
        per_second = [row["events"] / row["run_seconds"] for row in rows]
        ratio = "–"
        if name in PAIRS:
            pairs = zip(costs[PAIRS[name]], rows, strict=True)
            ratio = spread([toy["run_seconds"] / row["run_seconds"] for toy, row in pairs], 2)
        columns = [
            name,
            spread([row["run_seconds"] for row in rows], 2),
            spread([row["events"] for row in rows], 0),
            spread(per_second, 0),
            spread([row["setup_seconds"] for row in rows], 2),
            spread([row["process_seconds"] for row in rows], 1),
            spread([row["cpu_seconds"] for row in rows], 1),
            spread([row["peak_mib"] for row in rows], 0),
            ratio,
        ]
        print(f"| {' | '.join(columns)} |")


if __name__ == "__main__":
    main()
