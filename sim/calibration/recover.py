"""What the facts pin down: truths are simulated and recovered, then what is published is let speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.emulator import Emulator, Scale, cross_validated, fitted
from sim.calibration.panel import Measurement
from sim.calibration.posterior import Exactly, Flags, Floats, Within, drawn
from sim.calibration.priors import Prior
from sim.calibration.sample import Sample, drawn_shares
from sim.facts.estimate import Band

PINNED_WIDTH = 0.5
"""A parameter is pinned down if its 90 % interval covers no more of its prior than this."""

_ENDS = (0.05, 0.95)  # of an interval of 90 %
_KNOWN = 0.7  # assumption: a statistic that cannot be measured at more points than the rest says nothing
_R2 = 0.05  # assumption: one that the parameters explain less of is luck
_REACHED = 0.02  # assumption: a band that fewer points meet, and the shipped values neither, is out of reach
_SHRINKAGE = 0.1  # assumption: of correlations of what emulators leave, towards none
_BY = 0.2  # assumption: a fact pins a parameter if at least this share of what is known of it is the fact's
_CHAINS = 16  # for what is published
_AT_AN_END = 0.1  # assumption: of the prior; even draws have their 5th percentile half as far from an end
_EDGE = 0.01  # chains start this far inside the ranges


@dataclass(frozen=True)
class Statistic:
    """A statistic of the panel.

    Attributes:
        shipped: at the shipped values, with its band.
        known: share of points at which it can be measured.
        r2: share of its variance that an emulator explains at points that it has not seen.
        used: whether anything is concluded from it.
        met: share of points at which it is within its band.
    """

    shipped: Measurement
    known: float
    r2: float
    used: bool
    met: float

    @property
    def reached(self) -> bool:
        """Whether values of the parameters meet its band at all; if not, it is the model that does not."""
        return self.met >= _REACHED or self.shipped.value in self.shipped.band


@dataclass(frozen=True)
class Finding:
    """What is known of a parameter.

    Attributes:
        prior: the parameter.
        width: mean width of the recovered 90 % interval ÷ that of the prior.
        coverage: share of truths inside their interval.
        facts: that pin it, the strongest first.
        published: 90 % interval given the published bands.
    """

    prior: Prior
    width: float
    coverage: float
    facts: tuple[str, ...]
    published: tuple[float, float]

    @property
    def pinned(self) -> bool:
        """Whether the facts pin it down."""
        return self.width <= PINNED_WIDTH

    @property
    def published_width(self) -> float:
        """Width of the interval given the published bands ÷ that of the prior."""
        return (self.published[1] - self.published[0]) / (self.prior.high - self.prior.low)

    @property
    def default_inside(self) -> bool:
        """Whether the shipped value is in that interval.

        A value at an end of the prior, which no such interval contains: whether the interval begins near it.
        """
        low, high = ((end - self.prior.low) / (self.prior.high - self.prior.low) for end in self.published)
        share = self.prior.default_share
        low = 0.0 if share <= 0.0 and low <= _AT_AN_END else low
        high = 1.0 if share >= 1.0 and high >= 1.0 - _AT_AN_END else high
        return low <= share <= high


@dataclass(frozen=True)
class Identification:
    """All that was found.

    Attributes:
        points: of the sample.
        truths: recovered.
        statistics: of the panel.
        findings: one for each parameter.
        bands_met: mean share of the bands that predicted statistics meet, over the prior ("prior"), given the
            bands ("published"), and as simulated with the shipped values.
    """

    points: int
    truths: int
    statistics: tuple[Statistic, ...]
    findings: tuple[Finding, ...]
    bands_met: dict[str, float]


@dataclass(frozen=True)
class _Learnt:
    """Used statistics. folds: emulators that have not seen a fold; covariance: of what they leave."""

    numbers: NDArray[np.intp]
    scales: list[Scale]
    scaled: Floats
    folds: list[list[Emulator]]
    final: list[Emulator]
    covariance: Floats

    @property
    def sigma(self) -> Floats:
        return np.asarray(np.sqrt(np.diag(self.covariance)))


def identified(sample: Sample, *, truths: int = 40, draws: int = 600) -> Identification:
    """Recover points of a sample from what was measured at them, then take what is published instead.

    Args:
        sample: of the prior.
        truths: how many of its points are recovered, each by emulators that have not seen it.
        draws: of each chain.
    """
    statistics, learnt = _learnt(sample)
    inside, widths = _recovered(sample, learnt, truths, draws)
    within = _bands(statistics, learnt)
    shares = drawn_shares(len(sample.priors), _CHAINS)
    published = _draws(drawn(learnt.final, within, _start(shares), draws=draws))
    low, high = np.quantile(published, _ENDS, axis=0)
    facts = _facts(statistics, learnt, sample.shares)
    findings = tuple(
        Finding(
            prior=one,
            width=float(widths[:, k].mean()),
            coverage=float(inside[:, k].mean()),
            facts=facts[k],
            published=(one.at(float(low[k])), one.at(float(high[k]))),
        )
        for k, one in enumerate(sample.priors)
    )
    met = {
        "prior": _met(sample.shares, learnt, within),
        "published": _met(published, learnt, within),
        "shipped": float(
            np.mean([one.shipped.value in one.shipped.band for one in statistics if one.used and one.reached])
        ),
    }
    return Identification(len(sample.shares), len(inside), statistics, findings, met)


def _learnt(sample: Sample) -> tuple[tuple[Statistic, ...], _Learnt]:
    statistics, numbers, scales, columns, folds, left = [], [], [], [], [], []
    for number, shipped in enumerate(sample.shipped):
        values = sample.values[:, number]
        known = ~np.isnan(values)
        usable = bool(known.mean() >= _KNOWN and np.ptp(values[known]) > 0.0)
        r2 = 0.0
        if usable:
            scale = Scale.of(values)
            scaled = np.where(known, scale(np.where(known, values, 0.0)), np.nan)
            emulators, predicted = cross_validated(sample.shares, scaled)
            residual = scaled - predicted
            r2 = 1.0 - float(np.nanvar(residual) / np.nanvar(scaled))
            if r2 >= _R2:
                numbers.append(number)
                scales.append(scale)
                columns.append(scaled)
                folds.append(emulators)
                left.append(residual)
        met = float(np.mean([value in shipped.band for value in values.tolist()]))
        statistics.append(Statistic(shipped, float(known.mean()), r2, usable and r2 >= _R2, met))
    scaled_ = np.array(columns).T
    final = [
        fitted(sample.shares[known], column[known]) for column in columns for known in (~np.isnan(column),)
    ]
    return tuple(statistics), _Learnt(
        np.array(numbers), scales, scaled_, folds, final, _covariance(np.array(left).T)
    )


def _covariance(residuals: Floats) -> Floats:
    """Of float64[points, statistics]; where one is unknown it is taken to go with no other."""
    sigma = np.sqrt(np.nanmean(residuals**2, axis=0))
    even = np.nan_to_num(residuals / sigma)
    correlation = (1.0 - _SHRINKAGE) * even.T @ even / len(even)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation * np.outer(sigma, sigma))


def _recovered(sample: Sample, learnt: _Learnt, truths: int, draws: int) -> tuple[Flags, Floats]:
    """Whether truths are inside their intervals, and how wide these are: [truths, parameters]."""
    inside, widths = [], []
    number_of_folds = len(learnt.folds[0])
    for fold in range(number_of_folds):
        chosen = np.arange(fold, min(truths, len(sample.shares)), number_of_folds)
        likelihood = Exactly(learnt.scaled[chosen], learnt.covariance)
        start = np.full((len(chosen), len(sample.priors)), 0.5)
        found = drawn([one[fold] for one in learnt.folds], likelihood, start, draws=draws)
        low, high = np.quantile(found, _ENDS, axis=0)
        inside.append((sample.shares[chosen] >= low) & (sample.shares[chosen] <= high))
        widths.append(high - low)
    return np.vstack(inside), np.vstack(widths)


def _bands(statistics: Sequence[Statistic], learnt: _Learnt) -> Within:
    bands = [one.shipped.band if one.reached else Band() for one in statistics if one.used]

    def ends(values: Sequence[float | None], none: float) -> Floats:
        return np.array(
            [
                none if value is None else float(scale(np.array(value)))
                for value, scale in zip(values, learnt.scales, strict=True)
            ]
        )

    low = ends([one.low for one in bands], -np.inf)
    return Within(low, ends([one.high for one in bands], np.inf), learnt.sigma)


def _met(shares: Floats, learnt: _Learnt, within: Within) -> float:
    predicted = np.array([one(shares) for one in learnt.final]).T
    told = np.isfinite(within.low) | np.isfinite(within.high)
    return float(np.mean(((predicted >= within.low) & (predicted <= within.high))[:, told]))


def _facts(statistics: Sequence[Statistic], learnt: _Learnt, shares: Floats) -> list[tuple[str, ...]]:
    """Of each parameter the facts that most of what is known of it comes from (Fisher's information)."""
    x = 2.0 * shares - 1.0
    by_fact: dict[str, Floats] = {}
    for number, emulator, sigma in zip(learnt.numbers, learnt.final, learnt.sigma, strict=True):
        slope = emulator.slope + 2.0 * x @ emulator.curve
        fact = statistics[number].shipped.fact
        by_fact[fact] = by_fact.get(fact, np.zeros(x.shape[1])) + (slope**2).mean(axis=0) / sigma**2
    names = list(by_fact)
    information = np.array(list(by_fact.values()))
    total = information.sum(axis=0)
    return [
        tuple(
            names[row]
            for row in np.argsort(-information[:, column])
            if information[row, column] >= _BY * total[column] > 0.0
        )
        for column in range(x.shape[1])
    ]


def _start(shares: Floats) -> Floats:
    return np.clip(shares, _EDGE, 1.0 - _EDGE)


def _draws(found: Floats) -> Floats:
    return found.reshape(-1, found.shape[-1])
