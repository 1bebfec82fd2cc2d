"""How much of a run's figures is luck: the same run over other seeds, and the range that runs fall into.

A campaign is launched once, so what counts is not how well its mean is known but how far one run lies from
another. Of `n` other runs, put in order, the next one falls between the `k`-th from below and the `k`-th from
above with probability `(n + 1 - 2k) / (n + 1)`, whatever the distribution (Wilks 1941, Determination of
sample sizes for setting tolerance limits, Annals of Mathematical Statistics 12).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compare import seeds_from
from sim.metrics.metric import Number
from sim.metrics.pooling import by_seed
from sim.metrics.registry import INCREMENTS, METRICS, measure_of
from sim.metrics.summary import Summary
from sim.run import Prepared
from sim.scenario.model import Scenario
from sim.sweep.many import run_many

LEAST_SEEDS = 5
"""Fewest other seeds: between the extremes of five the next run falls two times in three."""

_SHARE = 0.9  # assumption: nine in ten runs are what a planner wants to be ready for
_STEPS = (19, 9)  # nine in ten, and eight in ten, lie between the extremes of so many
_MEMBERS_MOST = 90_000
"""Of all other runs together. assumption: two to eight seconds (0.03 to 0.08 ms a member with the twin)."""


@dataclass(frozen=True)
class Luck:
    """What one figure is with other luck.

    Attributes:
        middle: the median; of a quotient that is pooled (`sim.metrics.pooling`), the sum over the sum.
        low: lower end of the range; None where there are too few.
        high: its upper end; likewise.
        seeds: with how many seeds it could be measured.
    """

    middle: float | None
    low: float | None
    high: float | None
    seeds: int


@dataclass(frozen=True)
class OtherLuck:
    """A run's figures over other seeds.

    Attributes:
        seeds: which.
        figures: full name of a measure, all settled -> its luck; of measures that ask who told whom, nothing.
    """

    seeds: tuple[int, ...]
    figures: Mapping[str, Luck]

    @property
    def share(self) -> float:
        """The part of runs that falls into the ranges, of figures that all seeds have."""
        return range_share(len(self.seeds))


def seeds_worth(members: int) -> int:
    """With how many other seeds a run is made again if nobody says; 0: with so many members it takes long."""
    return next((seeds for seeds in _STEPS if seeds * members <= _MEMBERS_MOST), 0)


def other_luck(
    scenario: Scenario,
    prepared: Prepared,
    count: int,
    *,
    twin: bool = True,
    engine: str = "auto",
    rules: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> OtherLuck:
    """Make a run again with the `count` seeds after its own; messages are only counted.

    Args:
        scenario: as it was written, before it was made ready.
        prepared: the same made ready, as it was run.
        count: how many other seeds, at least 1.
        twin: measure what the campaign added too.
        engine: see `sim.play.play`.
        rules: place of the user's own Python rules, see `sim.own_rules`.
        progress: called with the share that is done; may raise `Cancelled`.

    Raises:
        InputError: there are no such rules.
        Cancelled: `progress` raised it.
    """
    names = [one.name for one in METRICS if not one.needs_messages]
    names += [one.full_name for one in INCREMENTS if twin]
    seeds = seeds_from(prepared.scenario.run.seed + 1, count)
    outcomes = run_many(
        [(scenario, seed) for seed in seeds],
        outputs=names,
        files=prepared.files,
        members=prepared.members_asked,
        engine=engine,
        events="outcomes",
        rules=rules,
        workers=1 if count * prepared.graph.n <= _MEMBERS_MOST and rules is None else None,
        progress=None if progress is None else lambda done, of: progress(done / max(of, 1)),
    )
    values = {name: np.array([_float(one.values.get(name)) for one in outcomes]) for name in names}
    return OtherLuck(seeds, {name: luck_of(name, values.get) for name in names})


def luck_of(name: str, values_of: Callable[[str], NDArray[np.float64] | None]) -> Luck:
    """The luck of a measure.

    Args:
        name: its full name.
        values_of: gives the values of a measure by its full name, float64[seeds], NaN where there was nothing
            to measure; None of one that was not measured.
    """
    own = values_of(name)
    assert own is not None
    known = np.sort(own[~np.isnan(own)])
    if not len(known):
        return Luck(None, None, None, 0)
    middle = float(np.median(known))
    if measure_of(name).of is not None:
        pooled = by_seed(name, values_of)
        middle = math.nan if np.isnan(pooled).all() else float(np.nanmean(pooled))
    if len(known) < LEAST_SEEDS:
        return Luck(None if math.isnan(middle) else middle, None, None, len(known))
    k = _beyond(len(known))
    return Luck(None if math.isnan(middle) else middle, float(known[k - 1]), float(known[-k]), len(known))


def range_share(seeds: int) -> float:
    """The part of runs that falls into the range of so many seeds: about nine in ten, or what there is."""
    return (seeds + 1 - 2 * _beyond(seeds)) / (seeds + 1)


def _beyond(seeds: int) -> int:
    """Which of the values in order, counted from outside, ends the range."""
    return max(1, math.floor((seeds + 1) * (1 - _SHARE) / 2 + 1e-9))


def _float(value: Number) -> float:
    return math.nan if value is None else float(value)


def luck_data(luck: OtherLuck) -> dict[str, Any]:
    """The same as plain data."""
    figures = {name: asdict(one) for name, one in luck.figures.items()}
    return {"seeds": list(luck.seeds), "range_share": luck.share, "figures": figures}


def luck_columns(luck: OtherLuck, summary: Summary) -> dict[str, NDArray[Any]]:
    """The same as columns, beside the figures of the run itself; None for what could not be measured."""
    return {
        "measure": np.array(list(luck.figures), dtype=str),
        "unit": np.array([measure_of(name).unit for name in luck.figures], dtype=str),
        "this_run": np.array([figure_of(summary, name) for name in luck.figures], dtype=object),
        **{
            column: np.array([getattr(one, column) for one in luck.figures.values()], dtype=object)
            for column in ("middle", "low", "high", "seeds")
        },
        "of_seeds": np.full(len(luck.figures), len(luck.seeds)),
        "range_share": np.array(
            [None if one.low is None else range_share(one.seeds) for one in luck.figures.values()],
            dtype=object,
        ),
    }


def figure_of(summary: Summary, name: str) -> Number:
    """A settled figure of a summary by its full name."""
    section, _, rest = name.rpartition(".")
    numbers = summary[section or "runoff"]
    assert isinstance(numbers, dict)
    return numbers[rest]
