"""Estimates with intervals from samples by seed, and their verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from scipy import stats

S = TypeVar("S")

Verdict = Literal["holds", "open", "fails", "reported"]
"""holds: estimate and interval inside the band; open: the estimate is, the interval reaches out of it;
fails: the estimate is outside or there is none; reported: there is no band."""


@dataclass(frozen=True)
class Band:
    """What is accepted; None: no limit on that side. The project's own bands, not the sources'."""

    low: float | None = None
    high: float | None = None

    def __contains__(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Estimate:
    """One number of a fact.

    Attributes:
        name: what it is, in plain English; unit: "", "%" (value is a share), "x" (a ratio).
        value: NaN where there was nothing to measure.
        low, high: 95 % interval; NaN where one sample gives none.
        band: None: reported only, no verdict hangs on it.
        n: the denominator, in all samples together, if there is one.
    """

    name: str
    value: float
    low: float
    high: float
    band: Band | None = None
    unit: str = ""
    n: int | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether it meets its band."""
        if self.band is None:
            return "reported"
        if math.isnan(self.value) or self.value not in self.band:
            return "fails"
        ends = [end for end in (self.low, self.high) if not math.isnan(end)]
        return "holds" if all(end in self.band for end in ends) else "open"


def estimate(
    name: str,
    samples: Sequence[S],
    statistic: Callable[[Sequence[S]], float],
    band: Band | None = None,
    unit: str = "",
    n: int | None = None,
) -> Estimate:
    """A statistic of all samples, with a 95 % interval by the jackknife over samples (seeds).

    statistic: from samples to a number, such as a ratio of sums; NaN where it is undefined. The interval
    is Student's t over the pseudo-values (Tukey 1958), which suits ratios of sums with few seeds.
    """
    value = statistic(samples)
    k = len(samples)
    if k < 2 or math.isnan(value):
        return Estimate(name, value, math.nan, math.nan, band, unit, n)
    without = [statistic([*samples[:i], *samples[i + 1 :]]) for i in range(k)]
    pseudo = k * value - (k - 1) * np.array(without)
    half = float(stats.t.ppf(0.975, k - 1) * np.std(pseudo, ddof=1) / math.sqrt(k))
    return Estimate(name, value, value - half, value + half, band, unit, n)


def pooled(samples: Sequence[Any], arm: str, name: str) -> float:
    """The sum of a count of an arm over samples."""
    return float(sum(sample[arm][name] for sample in samples))


def quotient(numerator: float, denominator: float) -> float:
    """The quotient; NaN when there is nothing to divide by."""
    return numerator / denominator if denominator else math.nan
