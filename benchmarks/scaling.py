"""How far the return of shipped scenarios depends on the number of members: `python -m benchmarks.scaling`.

Prints the table of `docs/scaling.md`: what the campaign added per what it added of cost, in full and in cash,
pooled over seeds with 95 % intervals (`sim.estimate`).
"""

from __future__ import annotations

import argparse
from itertools import product

import numpy as np

from sim.compare import seeds_from
from sim.estimate import estimate, least_seeds
from sim.metrics.pooling import by_seed
from sim.metrics.registry import measure_of
from sim.scenario.load import load_scenario
from sim.scenario.shipped import shipped_paths
from sim.sweep.many import run_many

SIZES = (2_000, 10_000)
SHOWN = ("incremental.roi_full", "incremental.roi")
HEADS = ("full cost", "cash")
SEEDS = 40  # fewest that give a ratio an interval


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--workers", type=int, help="processes; by default one a processor")
    chosen = parser.parse_args()
    columns = [f"{head}, {size:,}" for head, size in product(HEADS, SIZES)]
    columns[0] += " members"
    print(f"| scenario | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name, path in sorted(shipped_paths().items()):
        cells = {size: returns(str(path), size, chosen.seeds, chosen.workers) for size in SIZES}
        row = [cells[size][number] for number, size in product(range(len(SHOWN)), SIZES)]
        print(f"| `{name}` | {' | '.join(row)} |", flush=True)


def returns(path: str, members: int, seeds: int, workers: int | None) -> list[str]:
    """Each of `SHOWN` of a scenario in a community of so many, with its interval."""
    names = [*SHOWN, *dict.fromkeys(part for one in SHOWN for part in measure_of(one).of or ())]
    scenario = load_scenario(path).scenario
    outcomes = run_many(
        [(scenario, seed) for seed in seeds_from(1, seeds)], outputs=names, members=members, workers=workers
    )
    values = {name: np.array([one.values[name] for one in outcomes], dtype=float) for name in names}
    shown = []
    for name in SHOWN:
        one = estimate(by_seed(name, values.get), least=least_seeds(measure_of(name).unit))
        ends = "" if one.low is None else f" ({one.low:.2f} … {one.high:.2f})"
        shown.append("–" if one.mean is None else f"{one.mean:.2f}{ends}")
    return shown


if __name__ == "__main__":
    main()
