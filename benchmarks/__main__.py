"""Measure Shapan, beside other programs, and print Markdown tables: `python -m benchmarks [--full]`.

Every measurement is a process of its own, so that peak memory is that of one workload; those that are
compared take turns, so that a busy minute of the machine does not fall on one of them alone. Compiling is
not measured, but for the cold start. Seconds differ between machines; the ratios are what to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path

from benchmarks import sections
from benchmarks.bench import Bench, bench

SECTIONS: dict[str, Callable[[Bench], str]] = {
    "networks": sections.networks,
    "engines": sections.engines,
    "cascades": sections.cascades,
    "growth": sections.growth,
    "small-runs": sections.many_small_runs,
    "compare": sections.comparisons,
    "start-up": sections.start_up,
    "page": sections.page,
    "tables": sections.tables,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all sizes, up to 5 million members: an hour")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="SECTION")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write every measurement to this file")
    chosen = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors", flush=True
    )
    with bench(chosen.full, chosen.repeats) as where:
        try:
            for name in chosen.only:
                print(f"\n{SECTIONS[name](where)}", flush=True)
        finally:
            if chosen.json is not None:
                chosen.json.write_text(
                    json.dumps(where.taken, indent=1, default=str) + "\n", encoding="utf-8"
                )


if __name__ == "__main__":
    main()
