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
        name: what it is, in plain English.
        unit: "", "%" (value is a share), "x" (a ratio), "pt" (a difference of shares).
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
    if len(samples) < 2 or math.isnan(value):
        return Estimate(name, value, math.nan, math.nan, band, unit, n)
    half = _half(value, [statistic(_without(samples, place)) for place in range(len(samples))])
    return Estimate(name, value, value - half, value + half, band, unit, n)


def changes(
    conclude: Callable[[list[S]], tuple[Estimate, ...]], base: list[S], other: list[S]
) -> tuple[Estimate, ...]:
    """How far each estimate from other samples is off that from the base's, with a 95 % interval.

    Args:
        conclude: the estimates from samples.
        base: a sample a seed.
        other: with the same seeds: the jackknife leaves a seed out of both, so that luck they share is no
            part of the interval.

    Returns:
        Changes, of shares in points ("pt"); without an interval where an estimate has none.
    """
    before, after = conclude(base), conclude(other)
    shorter = range(len(base) if len(base) > 1 else 0)
    left = [(conclude(_without(base, place)), conclude(_without(other, place))) for place in shorter]
    found = []
    for place, (one, another) in enumerate(zip(before, after, strict=True)):
        value, half = another.value - one.value, math.nan
        if not math.isnan(one.low + another.low):
            half = _half(value, [ablated[place].value - plain[place].value for plain, ablated in left])
        unit = "pt" if one.unit == "%" else ""
        found.append(Estimate(one.name, value, value - half, value + half, None, unit))
    return tuple(found)


def _without(samples: Sequence[S], place: int) -> list[S]:
    return [*samples[:place], *samples[place + 1 :]]


def _half(value: float, without: Sequence[float]) -> float:
    """Half the interval of a value, by what it is without each sample."""
    k = len(without)
    pseudo = k * value - (k - 1) * np.array(without)
    return float(stats.t.ppf(0.975, k - 1) * np.std(pseudo, ddof=1) / math.sqrt(k))


def pooled(samples: Sequence[Any], arm: str, name: str) -> float:
    """The sum of a count of an arm over samples."""
    return float(sum(sample[arm][name] for sample in samples))


def quotient(numerator: float, denominator: float) -> float:
    """The quotient; NaN when there is nothing to divide by."""
    return numerator / denominator if denominator else math.nan
