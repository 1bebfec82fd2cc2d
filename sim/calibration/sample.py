"""Points of the prior and what the panel measures at them; each is kept, so that stopped work goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from math import ceil, log2
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

import sim.facts
from sim.calibration.panel import PANEL, Measurement, measured
from sim.calibration.priors import Prior
from sim.facts.contexts import contexts
from sim.facts.estimate import Band
from sim.facts.kept import done, key_of
from sim.program.store import cache_folder

_SEED = 1  # of the scrambled Sobol sequence; the luck of runs does not come from it
SHIPPED = -1
"""Number of the point at which everything is as shipped."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """The panel measured at points of the prior.

    Attributes:
        priors: the parameters.
        shares: where the points are: float64[points, parameters], 0-1 in the range of each.
        values: float64[points, statistics]; NaN where there was nothing to measure.
        shipped: the statistics where everything is as shipped, with their bands.
    """

    priors: tuple[Prior, ...]
    shares: Floats
    values: Floats
    shipped: tuple[Measurement, ...]


def drawn_shares(parameters: int, points: int) -> Floats:
    """Points of the unit cube by a Sobol sequence: fewer are the first of more."""
    sequence = qmc.Sobol(parameters, seed=_SEED)
    return np.asarray(sequence.random_base2(ceil(log2(max(points, 2))))[:points], dtype=np.float64)


def sampled(
    parameters: Sequence[Prior],
    points: int,
    *,
    facts: Sequence[str] = tuple(PANEL),
    workers: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Sample:
    """Measure the panel at the shipped values and at points of the prior.

    Args:
        parameters: what is varied.
        points: how many.
        facts: of the panel.
        workers: processes.
        progress: called with the share that is done; it may raise `Cancelled`.

    Raises:
        RunError: a run failed.
    """
    shares = drawn_shares(len(parameters), points)
    path = _path(parameters, facts)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = _kept(path)
    wanted = {
        number: {}
        if number == SHIPPED
        else {one.path: one.at(share) for one, share in zip(parameters, shares[number], strict=True)}
        for number in (SHIPPED, *range(points))
    }
    left = [(number, values) for number, values in wanted.items() if number not in kept]
    with path.open("a", encoding="utf-8") as file:
        for (number, _), found in done(partial(_measured_at, facts), left, workers):
            kept[number] = found
            # the line before may have been cut off
            file.write("\n" + json.dumps([number, [asdict(one) for one in found]]))
            file.flush()
            if progress is not None:
                progress(1 - sum(one not in kept for one in wanted) / len(wanted))
    values = np.array([[one.value for one in kept[number]] for number in range(points)])
    return Sample(tuple(parameters), shares, values, kept[SHIPPED])


def _measured_at(facts: Sequence[str], numbered: tuple[int, Mapping[str, float]]) -> tuple[Measurement, ...]:
    return measured(numbered[1], facts)


def _kept(path: Path) -> dict[int, tuple[Measurement, ...]]:
    """What was measured before; a line that was cut off is left out."""
    if not path.exists():
        return {}
    kept = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            number, found = json.loads(line)
        except ValueError:
            continue
        kept[number] = tuple(Measurement(one["name"], one["value"], Band(**one["band"])) for one in found)
    return kept


def _path(parameters: Sequence[Prior], facts: Sequence[str]) -> Path:
    """Where the points are kept: named by engine, facts, contexts, panel and ranges."""
    folder = Path(next(iter(sim.facts.__path__)))
    sources = sorted([*folder.glob("f[0-9]*.py"), *folder.glob("shared/*.py"), folder / "estimate.py"])
    panel = [Path(__file__).with_name(f"{name}.py") for name in ("panel", "priors")]
    ranges = [(one.path, one.low, one.high) for one in parameters]
    reduced = [(fact, repr(PANEL[fact])) for fact in facts]
    lays = [(one.id, one.lays) for one in contexts().values()]
    key = key_of(*sources, *panel, json.dumps([ranges, reduced, lays], default=str))
    return cache_folder().parents[1] / "identify" / f"{key}.jsonl"
