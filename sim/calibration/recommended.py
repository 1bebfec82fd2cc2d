"""Which design is the best, and whether that depends on the calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sim.compare import LOWER_IS_BETTER, Comparison, estimate


@dataclass(frozen=True)
class Recommended:
    """The best design by one metric.

    Attributes:
        designs: calibration -> the design with the best mean; None where designs tie or nothing is known.
        differs: whether two calibrations have different ones.
        beyond_luck: whether, in two calibrations that differ, each one's best design is better than the
            other's by more than the 95 % interval of the paired difference.
    """

    designs: Mapping[str, str | None]
    differs: bool
    beyond_luck: bool


def recommended(comparisons: Mapping[str, Comparison], metric: str) -> Recommended:
    """The best design by a metric with each calibration; comparisons of the same designs and seeds."""
    best = {name: best_design(one, metric) for name, one in comparisons.items()}
    apart = [
        (first, second)
        for first, second in combinations([name for name, number in best.items() if number is not None], 2)
        if best[first] != best[second]
    ]
    return Recommended(
        designs={
            name: None if number is None else comparisons[name].names[number] for name, number in best.items()
        },
        differs=bool(apart),
        beyond_luck=any(
            all(_is_apart(comparisons[one], metric, best[first], best[second]) for one in (first, second))
            for first, second in apart
        ),
    )


def best_design(comparison: Comparison, metric: str) -> int | None:
    """The number of the design with the best mean over seeds with which all could be measured."""
    if metric in comparison.unavailable:
        return None
    values = comparison.values[metric]
    means = values[:, ~np.isnan(values).any(axis=0)]
    if means.shape[1] == 0:
        return None
    means = means.mean(axis=1)
    best = np.flatnonzero(means == (means.min() if metric in LOWER_IS_BETTER else means.max()))
    return int(best[0]) if len(best) == 1 else None


def _is_apart(comparison: Comparison, metric: str, first: int | None, second: int | None) -> bool:
    """Whether two designs differ by more than luck."""
    if first is None or second is None:
        return False
    values = comparison.values[metric]
    gap = estimate(values[first] - values[second])
    return gap.low is not None and gap.high is not None and (gap.low > 0 or gap.high < 0)
