"""What a statistic comes to at any values of the parameters, learnt from a sample: a sparse quadratic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

_STRICTNESS = 0.5  # gamma of the criterion; assumption: the middle of 0 (plain) and 1 (strictest)
_POINTS_A_TERM = 6  # assumption: no more terms than points ÷ this
_TINY = 1e-9
_FOLDS = 5
_MOST_SIGMA = 4.0  # what lies further out counts as that far


@dataclass(frozen=True)
class Scale:
    """A scale on which a statistic is near normal over the prior (Yeo and Johnson 2000), mean 0, variance 1.

    unit: what it is divided by; power: of the transform; mean, sigma: of the transformed.
    """

    unit: float
    power: float
    mean: float
    sigma: float

    @classmethod
    def of(cls, values: Floats) -> Scale:
        """The scale of a sample; NaN are left out."""
        known = values[~np.isnan(values)]
        unit = float(np.median(np.abs(known - np.median(known)))) or float(np.std(known)) or 1.0
        transformed, power = stats.yeojohnson(known / unit)
        return cls(unit, float(power), float(np.mean(transformed)), float(np.std(transformed)) or 1.0)

    def __call__(self, values: Floats) -> Floats:
        """Values on this scale."""
        transformed = np.asarray(stats.yeojohnson(np.asarray(values) / self.unit, lmbda=self.power))
        return np.asarray(np.clip((transformed - self.mean) / self.sigma, -_MOST_SIGMA, _MOST_SIGMA))


@dataclass(frozen=True)
class Emulator:
    """A quadratic in the parameters: constant + slope·x + x·curve·x, x from -1 to 1 over each prior."""

    constant: float
    slope: Floats
    curve: Floats

    def __call__(self, shares: Floats) -> Floats:
        """Of points: float64[points, parameters], 0-1 -> float64[points]."""
        x = 2.0 * shares - 1.0
        return np.asarray(self.constant + x @ self.slope + np.einsum("pi,ij,pj->p", x, self.curve, x))

    @cached_property
    def matrix(self) -> Floats:
        """The same as one symmetric matrix Q: (1, x)·Q·(1, x)."""
        return np.block(
            [[np.array([[self.constant]]), self.slope[None, :] / 2], [self.slope[:, None] / 2, self.curve]]
        )


def fitted(shares: Floats, values: Floats) -> Emulator:
    """Fit by forward selection: terms enter while the extended Bayesian criterion falls (Chen and Chen 2008).

    A product may enter once one of its parameters has. Terms that do less than luck stay out, so that a
    parameter is never thought to be pinned by noise.

    Args:
        shares: float64[points, parameters], 0-1.
        values: float64[points], on a scale; no NaN.
    """
    terms, first, second = _terms(shares)
    points, parameters = shares.shape
    mean = float(values.mean())
    left, free = values - mean, terms - terms.mean(axis=0)
    chosen: list[int] = []
    seen = np.zeros(parameters, dtype=np.bool_)
    score = points * np.log(max(float(left @ left), _TINY))
    while len(chosen) < points // _POINTS_A_TERM:
        size = np.einsum("ij,ij->j", free, free)
        open_ = (size > _TINY * points) & ((first == second) | seen[first] | seen[second])
        gain = np.where(open_, (free.T @ left) ** 2 / np.where(open_, size, 1.0), 0.0)
        best = int(np.argmax(gain))
        rest = max(float(left @ left) - float(gain[best]), _TINY)
        price = np.log(points) + 2.0 * _STRICTNESS * np.log(max(1, int(open_.sum())))
        fallen = points * np.log(rest) + price * (len(chosen) + 1)
        if not open_[best] or fallen >= score:
            break
        score = fallen
        chosen.append(best)
        seen[[first[best], second[best]]] = True
        direction = free[:, best] / np.sqrt(size[best])
        left = left - direction * (direction @ left)
        free = free - np.outer(direction, direction @ free)
    coefficients = np.zeros(terms.shape[1])
    design = np.hstack([np.ones((points, 1)), terms[:, chosen]])
    constant, *coefficients[chosen] = np.linalg.lstsq(design, values, rcond=None)[0]
    return _emulator(float(constant), coefficients, parameters)


def cross_validated(shares: Floats, values: Floats) -> tuple[list[Emulator], Floats]:
    """Emulators that have not seen a fold of the points, and what they say there.

    values: NaN where unknown. Point k is in fold k mod 5 (the number of emulators).
    """
    emulators, predicted = [], np.empty(len(values))
    fold = np.arange(len(values)) % _FOLDS
    for number in range(_FOLDS):
        seen = (fold != number) & ~np.isnan(values)
        emulators.append(fitted(shares[seen], values[seen]))
        predicted[fold == number] = emulators[-1](shares[fold == number])
    return emulators, predicted


def _terms(shares: Floats) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """Linear terms, squares and products, and the two parameters of each (one and the same in the linear)."""
    x = 2.0 * shares - 1.0
    parameters = shares.shape[1]
    lower, upper = np.triu_indices(parameters)
    quadratic = x[:, lower] * x[:, upper] - np.where(lower == upper, 1.0 / 3.0, 0.0)
    own = np.arange(parameters)
    return np.hstack([x, quadratic]), np.concatenate([own, lower]), np.concatenate([own, upper])


def _emulator(constant: float, coefficients: Floats, parameters: int) -> Emulator:
    lower, upper = np.triu_indices(parameters)
    curve = np.zeros((parameters, parameters))
    np.add.at(curve, (lower, upper), coefficients[parameters:] / 2)
    np.add.at(curve, (upper, lower), coefficients[parameters:] / 2)
    return Emulator(constant - float(np.trace(curve)) / 3.0, coefficients[:parameters], curve)
