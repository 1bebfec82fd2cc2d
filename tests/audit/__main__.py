"""Audit shipped scenarios with all their variants: `python -m tests.audit [--members N] [SCENARIO ...]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from sim.scenario.load import load_variants

from .recount import record, recount, recount_tables, same_tables

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


def main() -> None:
    """Run, recount, print a line a variant; the first of each scenario is also run on the other engine."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help="file names without .yaml; default: all"
    )
    parser.add_argument("--members", type=int, default=2000)
    chosen = parser.parse_args()
    paths = [SCENARIOS / f"{name}.yaml" for name in chosen.scenarios] or sorted(SCENARIOS.glob("*.yaml"))
    figures = faults = 0
    began = time.perf_counter()
    for path in paths:
        for loaded in load_variants(path):
            with tempfile.TemporaryDirectory() as scratch:
                found = audited(path, loaded.variant, chosen.members, Path(scratch))
            figures += found[0]
            faults += len(found[1])
            print(
                f"{path.stem}, {loaded.variant or 'base'}: {found[0]} figures, {len(found[1])} faults",
                flush=True,
            )
            print("".join(f"  {fault}\n" for fault in found[1]), end="", flush=True)
    print(f"{figures} figures, {faults} faults, {time.perf_counter() - began:.0f} seconds")
    sys.exit(faults > 0)


def audited(path: Path, variant: str | None, members: int, scratch: Path) -> tuple[int, list[str]]:
    """Number of figures compared and faults of one variant; None is the scenario itself."""
    options = ["--members", str(members), *([] if variant is None else ["--variant", variant])]
    full = record(scratch / "full", path, *options, "--events", "full", "--engine", "fast")
    outcomes = record(scratch / "outcomes", path, *options, "--events", "outcomes", "--engine", "fast")
    found, tables = recount(full, outcomes), recount_tables(full, outcomes)
    found.figures += tables.figures
    found.faults += tables.faults
    if variant is None:
        mesa = record(scratch / "mesa", path, *options, "--events", "full", "--engine", "mesa")
        if not same_tables([full, mesa]):
            found.faults.append("the engines write different tables")
    return found.figures, found.faults


if __name__ == "__main__":
    main()
