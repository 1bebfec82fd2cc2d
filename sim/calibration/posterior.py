"""Which values of the parameters go with observed statistics: Hamiltonian Monte Carlo on the emulators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import log_ndtr, ndtr, ndtri

from sim.calibration.emulator import Emulator

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LEAPS = 10  # steps of a trajectory
_STEP = 0.15  # length of a step at first; adapted while warming up
_ACCEPTED = 0.8  # share of trajectories to accept that steps are adapted to (Beskos et al. 2013: 0.65-0.8)
_ROOT = float(np.sqrt(2.0 * np.pi))
_DENSITY = 2.0 / _ROOT  # of x, which is twice the share, by z, at 0
_SEED = 1  # of the chains


class Likelihood(Protocol):
    """How well predicted statistics go with what was observed, chain by chain."""

    def log(self, predicted: Floats) -> tuple[Floats, Floats]:
        """Of float64[chains, statistics]: log likelihood, float64[chains], and its slope in each of them."""
        ...


@dataclass(frozen=True)
class Exactly:
    """Statistics that were observed as they are, up to what emulators and few seeds leave.

    Attributes:
        observed: float64[chains, statistics]; NaN where there was nothing to measure.
        covariance: of what is left: float64[statistics, statistics].
    """

    observed: Floats
    covariance: Floats

    @cached_property
    def _precision(self) -> Floats:
        """Of the known statistics of each chain: float64[chains, statistics, statistics]."""
        precision = np.zeros((*self.observed.shape, self.observed.shape[1]))
        for chain, known in enumerate(~np.isnan(self.observed)):
            where = np.ix_(known, known)
            precision[chain][where] = np.linalg.inv(self.covariance[where])
        return precision

    def log(self, predicted: Floats) -> tuple[Floats, Floats]:
        """See `Likelihood`."""
        off = np.nan_to_num(self.observed - predicted)
        slope = np.einsum("cij,cj->ci", self._precision, off)
        return -0.5 * np.einsum("ci,ci->c", slope, off), slope


@dataclass(frozen=True)
class Within:
    """Statistics of which a band is known.

    A band with two ends is taken as an interval of 90 %, one with one end as sure up to what emulators and
    few seeds leave.

    Attributes:
        low: float64[statistics], minus infinity where there is no end.
        high: likewise, plus infinity.
        sigma: what emulators and few seeds leave: float64[statistics].
    """

    low: Floats
    high: Floats
    sigma: Floats

    def log(self, predicted: Floats) -> tuple[Floats, Floats]:
        """See `Likelihood`."""
        both = np.isfinite(self.low) & np.isfinite(self.high)
        middle, half = np.zeros_like(self.low), np.zeros_like(self.low)
        middle[both] = (self.low[both] + self.high[both]) / 2
        half[both] = (self.high[both] - self.low[both]) / 2 / ndtri(0.95)
        spread2 = self.sigma**2 + half**2
        off = middle - predicted
        up = np.isfinite(self.low)
        side = np.where(up, 1.0, -1.0)
        end = np.where(up, self.low, np.where(np.isfinite(self.high), self.high, 0.0))
        within = side * (predicted - end) / self.sigma
        log_sure = log_ndtr(within)
        slope_sure = side / self.sigma * np.exp(-0.5 * within**2 - log_sure) / _ROOT
        known = np.isfinite(self.low) | np.isfinite(self.high)
        log = np.where(both, -0.5 * off**2 / spread2, np.where(known, log_sure, 0.0))
        slope = np.where(both, off / spread2, np.where(known, slope_sure, 0.0))
        return log.sum(axis=1), slope


def drawn(
    emulators: Sequence[Emulator],
    likelihood: Likelihood,
    start: Floats,
    *,
    free: Flags | None = None,
    draws: int = 600,
    warm_up: int = 300,
) -> Floats:
    """Draw from the posterior, the prior being uniform: float64[draws, chains, parameters], as shares.

    Args:
        emulators: of each statistic.
        likelihood: of all of them.
        start: float64[chains, parameters], inside 0-1.
        free: bool[parameters]: the others stay where they start; None: all are.
        draws: of each chain.
        warm_up: further ones at first, that are left out.
    """
    chains, parameters = start.shape
    moving = np.ones(parameters) if free is None else free.astype(np.float64)
    predict = _Predictor(emulators)

    def target(z: Floats) -> tuple[Floats, Floats]:
        """Log posterior on the scale on which the prior is normal, and its slope."""
        predicted, back = predict(2.0 * ndtr(z) - 1.0)
        log, slope = likelihood.log(predicted)
        return log - 0.5 * (z * z) @ moving, (back(slope) * _DENSITY * np.exp(-0.5 * z * z) - z) * moving

    z = ndtri(start)
    log, slope = target(z)
    steps = np.full(chains, _STEP)
    kept = np.empty((draws, chains, parameters))
    for number in range(-warm_up, draws):
        luck = stats.norm.rvs(size=(chains, parameters + 2), random_state=_SEED + warm_up + number)
        momentum = luck[:, :parameters] * moving
        length = (steps * np.exp(0.2 * luck[:, parameters]))[:, None]  # uneven, so that no orbit closes
        there, there_log, there_slope, pushed = z, log, slope, momentum
        for _ in range(_LEAPS):
            pushed = pushed + 0.5 * length * there_slope
            there = there + length * pushed
            there_log, there_slope = target(there)
            pushed = pushed + 0.5 * length * there_slope
        change = there_log - log + 0.5 * (momentum**2).sum(axis=1) - 0.5 * (pushed**2).sum(axis=1)
        chance = np.exp(np.minimum(np.nan_to_num(change, nan=-np.inf), 0.0))
        taken = ndtr(luck[:, parameters + 1]) < chance
        z, slope = np.where(taken[:, None], there, z), np.where(taken[:, None], there_slope, slope)
        log = np.where(taken, there_log, log)
        if number < 0:
            steps *= np.exp(0.1 * (chance - _ACCEPTED))
        else:
            kept[number] = ndtr(z)
    return kept


class _Predictor:
    """All emulators at once, term by term: most of their terms are none."""

    def __init__(self, emulators: Sequence[Emulator]) -> None:
        matrices = np.array([np.triu(one.matrix + np.triu(one.matrix, 1)) for one in emulators])
        statistic, self._first, self._second = np.nonzero(matrices)
        self._by_statistic = np.zeros((len(statistic), len(matrices)))
        self._by_statistic[np.arange(len(statistic)), statistic] = matrices[np.nonzero(matrices)]
        parameters = np.eye(matrices.shape[1])
        self._by_first, self._by_second = parameters[self._first], parameters[self._second]

    def __call__(self, x: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
        """The statistics at x (-1 to 1), and what turns slopes in them into slopes in x."""
        all_ = np.hstack([np.ones((len(x), 1)), x])
        first, second = all_[:, self._first], all_[:, self._second]

        def back(slope: Floats) -> Floats:
            weight = slope @ self._by_statistic.T
            by_all = (weight * second) @ self._by_first + (weight * first) @ self._by_second
            return np.asarray(by_all[:, 1:])

        return (first * second) @ self._by_statistic, back
