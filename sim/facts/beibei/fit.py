"""The fit: minimum distance between simulated figures and those of `tune`, by local linear regression.

Waves of runs, each over a box around the last fit. After each, the runs nearest to the data give a linear
model of the figures, and the point of the box where it comes nearest to the data is the next fit (as in
approximate Bayesian computation with regression adjustment: Beaumont, Zhang, Balding 2002, Genetics).
Refits to resampled runs, against data shaken by the noise of a run, say how well each parameter is known;
fresh runs at those points are what the model predicts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear
from scipy.stats import qmc

from sim.facts.beibei.figures import FITTED, Figure
from sim.facts.beibei.runs import Job, simulated
from sim.facts.beibei.shop import Shop
from sim.facts.beibei.statistics import Figures
from sim.settings.problems import Text
from sim.streams import normal, uniform

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameter:
    """One that is fitted, and the limits it is sought in. log: evenly by ratios."""

    field: str
    name: Text
    low: float
    high: float
    scale: Literal["log", "plain"] = "plain"

    def at(self, place: float) -> float:
        """Its value at a place from 0 (lowest) to 1."""
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** place)
        return self.low + (self.high - self.low) * place


PARAMETERS = (
    Parameter(
        "appeal_mean", Text("mean appeal of items (sd of taste)", "商品吸引力均值（口味标准差）"), -1.2, 0.4
    ),
    Parameter(
        "appeal_sigma", Text("spread of appeal (sd of taste)", "商品吸引力的离散（口味标准差）"), 0.3, 1.4
    ),
    Parameter("popularity_sigma", Text("spread of popularity (log)", "关注度的离散（对数）"), 0.2, 1.4),
    Parameter("activity_sigma", Text("spread of activity (log)", "活跃度的离散（对数）"), 0.2, 2.0),
    Parameter("chat_size", Text("members of a chat", "群人数"), 30.0, 400.0, "log"),
    Parameter("leader_share", Text("items with a leader's price", "有团长优惠的商品"), 0.02, 0.30, "log"),
    Parameter("leader_discount", Text("leader's discount (of group price)", "团长优惠（占团价）"), 0.3, 0.85),
)
"""The limits are assumptions: what a reader would still call a shop and a community."""

_NEAREST = 3  # assumption: a local model rests on so many runs for each of its coefficients
_TOLERANCE = 0.05  # assumption: what differs by less than 5 % (of odds, for shares) is not worth fitting
_REFIT = 10_106  # stream free for own use
_PULL = 0.02  # assumption: a weak pull to the box's middle where the data do not say
_RIDGE = 2e-4  # keeps the slopes finite where resampled runs coincide; squared places, beside about 0.005


@dataclass(frozen=True)
class Plan:
    """How much is run: members of each run, runs of each wave, runs that predict."""

    members: int = 2000
    waves: tuple[int, ...] = (48, 28, 28)
    predictive: int = 20

    @property
    def runs(self) -> int:
        """All of them."""
        return sum(self.waves) + self.predictive


@dataclass(frozen=True)
class Fit:
    """What came of it.

    Attributes:
        plan: as run.
        shop: the best.
        spread: parameter's field -> its 95 % interval over refits.
        predicted: the figures of fresh runs at the refits: a list of split -> figures.
    """

    plan: Plan
    shop: Shop
    spread: Mapping[str, tuple[float, float]]
    predicted: Sequence[Mapping[str, Figures]]


def fit(
    target: Figures, plan: Plan, workers: int = 1, progress: Callable[[float], None] | None = None
) -> Fit:
    """Fit a shop to figures of `tune`.

    progress: called with the share that is done; it may raise `Cancelled`.
    """
    goal = scaled(target)
    places, rows = np.empty((0, len(PARAMETERS))), np.empty((0, len(FITTED)))
    best, width, done = np.full(len(PARAMETERS), 0.5), 1.0, 0

    def run(where: Floats, first_seed: int) -> list[dict[str, Figures]]:
        def step(share: float) -> None:
            if progress is not None:
                progress((done + share * len(where)) / plan.runs)

        jobs = [Job(shop_at(place), plan.members, first_seed + k) for k, place in enumerate(where)]
        return simulated(jobs, workers, step)

    for wave, size in enumerate(plan.waves):
        drawn = qmc.LatinHypercube(len(PARAMETERS), rng=wave).random(size)
        new = np.clip(best + width * (drawn - 0.5), 0.0, 1.0)
        figures = run(new, 1000 * (wave + 1))
        places = np.concatenate((places, new))
        rows = np.concatenate((rows, [scaled(one["tune"]) for one in figures]))
        best, done, width = solved(places, rows, goal), done + size, width * 0.5
    noise = local(places, rows, goal)[2]
    refits = np.array([_refit(places, rows, goal, noise, number) for number in range(plan.predictive)])
    ends = np.quantile(refits, (0.025, 0.975), axis=0)
    return Fit(
        plan,
        shop_at(best),
        {
            one.field: (one.at(float(ends[0, k])), one.at(float(ends[1, k])))
            for k, one in enumerate(PARAMETERS)
        },
        run(refits, 9000),
    )


def _refit(places: Floats, rows: Floats, goal: Floats, noise: Floats, number: int) -> Floats:
    """The fit to runs drawn again, with replacement, and to a goal shaken by the noise of a run."""
    n = len(places)
    again = [int(n * uniform(number, _REFIT, run, 0, 0)) for run in range(n)]
    shaken = goal + noise * [normal(number, _REFIT, figure, 1, 0) for figure in range(len(goal))]
    return solved(places[again], rows[again], shaken)


def shop_at(place: Floats) -> Shop:
    """The shop at a place of the box, 0 to 1 in each parameter."""
    return Shop(**{one.field: one.at(float(x)) for one, x in zip(PARAMETERS, place, strict=True)})


def scaled(figures: Figures) -> Floats:
    """The fitted figures where errors are even."""
    return np.array([on_scale(one, figures[one.id]) for one in FITTED])


def on_scale(figure: Figure, value: float) -> float:
    """A figure's value where its errors are even; shares and numbers of 0 count as very little."""
    if figure.scale == "log":
        return math.log(max(value, 1e-3))
    if figure.scale == "logit":
        inside = min(max(value, 1e-3), 1.0 - 1e-3)
        return math.log(inside / (1.0 - inside))
    return value / 0.25  # assumption: a coefficient of correlation, on the footing of a logit


def local(places: Floats, rows: Floats, goal: Floats) -> tuple[Floats, Floats, Floats]:
    """A linear model of the figures from the runs nearest to the data: constant, slopes, noise of a run."""
    whole = np.isfinite(rows).all(axis=1)
    places, rows = places[whole], rows[whole]
    spread = np.median(np.abs(rows - np.median(rows, axis=0)), axis=0) + _TOLERANCE
    distance = (((rows - goal) / spread) ** 2).sum(axis=1)
    keep = np.argsort(distance, kind="stable")[: _NEAREST * (places.shape[1] + 1)]
    weight = np.sqrt(1.0 - 0.9 * distance[keep] / distance[keep].max())[:, None]
    design = np.column_stack((np.ones(len(keep)), places[keep] - 0.5))
    ridge = _RIDGE * len(keep) * np.diag([0.0, *np.ones(places.shape[1])])
    left = (weight * design).T @ (weight * design) + ridge
    coefficients = np.linalg.solve(left, (weight * design).T @ (weight * rows[keep]))
    freedom = max(1, len(keep) - design.shape[1])
    noise = np.sqrt(((rows[keep] - design @ coefficients) ** 2).sum(axis=0) / freedom)
    return coefficients[0], coefficients[1:].T, noise


def solved(places: Floats, rows: Floats, goal: Floats) -> Floats:
    """The place in the box where the local model comes nearest to the goal."""
    constant, slopes, noise = local(places, rows, goal)
    scale = np.sqrt(noise**2 + _TOLERANCE**2)[:, None]
    pull = math.sqrt(_PULL) * np.eye(places.shape[1])
    found = lsq_linear(
        np.concatenate((slopes / scale, pull)),
        np.concatenate(((goal - constant) / scale[:, 0], np.zeros(places.shape[1]))),
        bounds=(-0.5, 0.5),
    )
    return np.asarray(found.x + 0.5, dtype=np.float64)
