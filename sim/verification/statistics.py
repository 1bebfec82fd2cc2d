"""Tests of goodness of fit, and what they can detect.

What is random here comes from scipy's generator, not from the streams that are put to the test.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq

from sim.network.csr import Floats, Ints
from sim.verification.finding import STRICTEST_LEVEL

POWER_TRIALS = 400
"""assumption: gives a power of 0.9 to within 0.03."""

_EXPECTED_MIN = 5.0  # the usual least expected count of a class of chi-square


def two_samples(ours: ArrayLike, theirs: ArrayLike, random_state: int = 1) -> tuple[float, float]:
    """Cramér and von Mises's statistic of two samples of whole numbers, and its p (Anderson 1962).

    It sees differences anywhere in the distribution, those of means almost as well as a test of means does;
    its p can be as small as a family of tests needs. Equal numbers are put in random order.
    """
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    places = stats.uniform.rvs(size=a.size + b.size, random_state=random_state)
    found = stats.cramervonmises_2samp(a + places[: a.size], b + places[a.size :], method="asymptotic")
    return float(found.statistic), float(found.pvalue)


def two_samples_power(sizes: ArrayLike, ours: int, theirs: int, mean_sd: float) -> float:
    """Share of pairs of samples that `two_samples` tells apart when the second has a larger mean.

    The first is drawn from `sizes`, the second from them by weights that grow exponentially with size (as if
    large cascades came somewhat more often); a mere shift would be found by its gaps alone.

    Args:
        sizes: what is drawn from, with replacement.
        ours: how many the first has.
        theirs: how many the second has.
        mean_sd: by how much its mean is larger, in standard deviations of `sizes`.

    Returns:
        The power at the strictest level of the family.
    """
    pool = np.sort(np.asarray(sizes, dtype=float))
    upto = np.cumsum(_tilted((pool - pool.mean()) / pool.std(), mean_sd))
    rejected = 0
    for trial in range(POWER_TRIALS):
        places = stats.uniform.rvs(size=ours + theirs, random_state=trial)
        a = pool[(places[:ours] * pool.size).astype(np.int64)]
        b = pool[np.searchsorted(upto, places[ours:] * upto[-1])]
        rejected += two_samples(a, b, POWER_TRIALS + trial)[1] <= STRICTEST_LEVEL
    return rejected / POWER_TRIALS


def _tilted(z: Floats, mean: float) -> Floats:
    """Weights that grow exponentially with z and give it this mean."""

    def weights(rate: float) -> Floats:
        grown = np.exp(rate * (z - z.max()))
        return np.asarray(grown / grown.sum())

    return weights(float(brentq(lambda rate: weights(rate) @ z - mean, 0.0, 5.0)))


def classes(counts: Ints, probs: Floats, other: Floats) -> tuple[float, int, float, float]:
    """Pearson's chi-square of counts by class, its degrees of freedom, its p, and its power.

    counts: int64[k]; probs: float64[k], their chances, adding up to 1; other: float64[k], the chances that
    the power is about. The last classes are taken together until all can be expected to have 5.
    """
    total = int(counts.sum())
    last = len(counts)
    while last > 2 and total * min(probs[: last - 1].min(), probs[last - 1 :].sum()) < _EXPECTED_MIN:
        last -= 1
    seen, fit, off = (np.append(one[: last - 1], one[last - 1 :].sum()) for one in (counts, probs, other))
    found = stats.chisquare(seen, total * fit)
    degrees = last - 1
    away = total * float(((off - fit) ** 2 / fit).sum())
    return float(found.statistic), degrees, float(found.pvalue), chi_square_power(degrees, away)


def chi_square_power(degrees: int, away: float) -> float:
    """Chance that chi-square is above its strictest limit; away: its noncentrality (Cohen 1988)."""
    return float(stats.ncx2.sf(stats.chi2.isf(STRICTEST_LEVEL, degrees), degrees, away))


def shares(bought: Sequence[int], asked: int, probs: Floats, other: Floats) -> tuple[float, float, float]:
    """Chi-square of independent binomial counts with known chances, its p, and its power.

    bought: counts; asked: of so many each; probs, other: float64, as for `classes`.
    """
    variance = asked * probs * (1.0 - probs)
    statistic = float((((np.asarray(bought) - asked * probs) ** 2) / variance).sum())
    away = float(((asked * (other - probs)) ** 2 / variance).sum())
    return statistic, float(stats.chi2.sf(statistic, len(probs))), chi_square_power(len(probs), away)
