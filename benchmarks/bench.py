"""Taking measurements, each in a new process, and showing them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Measured = dict[str, Any]
"""What a workload gave back, and `process_seconds`: its process from start to end, imports included."""


@dataclass
class Bench:
    """Where and how thoroughly to measure.

    Attributes:
        full: all sizes, not only those that take a moment.
        repeats: how often the shorter measurements are made.
        folder: for graphs and results, removed at the end.
        taken: every measurement so far, with its arguments.
    """

    full: bool
    repeats: int
    folder: Path
    taken: list[Measured] = field(default_factory=list)

    def measured(self, workload: str, **arguments: Any) -> Measured:
        """One measurement, in a new process.

        Raises:
            subprocess.CalledProcessError: it failed; its own message went to standard error.
        """
        asked = json.dumps(arguments)
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.measure", workload, asked],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self.note(workload, arguments, json.loads(done.stdout), time.perf_counter() - began)

    def commanded(self, *words: str, cache: Path | None = None) -> Measured:
        """How long a `shapan` command takes, as a user waits for it; cache: of machine code, if another."""
        environment = os.environ | ({} if cache is None else {"SHAPAN_CACHE": str(cache)})
        began, began_cpu = time.perf_counter(), sum(os.times()[2:4])  # of ended child processes
        subprocess.run(
            [sys.executable, "-m", "sim", *words], check=True, stdout=subprocess.DEVNULL, env=environment
        )
        seconds, cpu_seconds = time.perf_counter() - began, sum(os.times()[2:4]) - began_cpu
        return self.note("command", {"words": words}, {"cpu_seconds": cpu_seconds}, seconds)

    def note(self, workload: str, arguments: Any, result: Measured, process_seconds: float) -> Measured:
        """Keep a measurement, and say on standard error that it was taken."""
        measured = {**result, "process_seconds": process_seconds}
        self.taken.append({"workload": workload, "arguments": arguments, **measured})
        shown = json.dumps(arguments, default=str).replace(str(self.folder), "")
        print(f"{workload} {shown}: {process_seconds:.1f} s", file=sys.stderr, flush=True)
        return measured

    def community(self, members: int) -> Path:
        """The file of the staple group-buy's community of so many members; made at the first call."""
        path = self.folder / f"staple-{members}.shapan-graph"
        if not path.exists():
            self.network(members)
        return path

    def network(self, members: int) -> Measured:
        """Make the community of the staple group-buy, to be used by others too."""
        return self.measured(
            "network", members=members, path=str(self.folder / f"staple-{members}.shapan-graph")
        )


@contextmanager
def bench(full: bool, repeats: int) -> Iterator[Bench]:
    """A bench with a folder that lives as long as it."""
    with tempfile.TemporaryDirectory(prefix="shapan-benchmarks-") as folder:
        yield Bench(full, repeats, Path(folder))


def number(value: float) -> str:
    """Three digits that count, thousands grouped."""
    if value == 0:
        return "0"
    digits = 0
    while digits < 6 and abs(value) < 100 / 10**digits:
        digits += 1
    return f"{value:,.{digits}f}"


def spread(values: Sequence[float]) -> str:
    """Median, and the range if there are several."""
    middle = number(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({number(min(values))}–{number(max(values))})"


def of(rows: Iterable[Measured], name: str, per: float = 1.0) -> str:
    """The spread of one number over measurements, divided by `per`."""
    return spread([row[name] / per for row in rows])


def ratios(rows: Sequence[Measured], others: Sequence[Measured], name: str) -> str:
    """The spread of how many times as much the others took, turn by turn."""
    return spread([other[name] / row[name] for row, other in zip(rows, others, strict=True)])


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
