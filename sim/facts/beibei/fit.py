"""The fit: minimum distance between simulated figures and those of `tune`, by local linear regression.

Waves of runs, each over a smaller box around the few runs that came nearest to the data. At the end the runs
nearest to the data give a linear model of the figures, and the point among them where it comes nearest to
the data is the fit (as in approximate Bayesian computation with regression adjustment: Beaumont, Zhang,
Balding 2002, Genetics). Refits to resampled runs, against data shaken by the noise of a shop of their size,
say how well each parameter is known; fresh runs at those points are what the model predicts.
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

from sim.errors import InputError
from sim.facts.beibei.figures import FITTED, Figure
from sim.facts.beibei.runs import Job, simulated
from sim.facts.beibei.shop import PEOPLE, Shop
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
        "appeal_mean", Text("mean appeal of items (sd of taste)", "商品吸引力均值（口味标准差）"), -0.6, 0.6
    ),
    Parameter(
        "appeal_sigma", Text("spread of appeal (sd of taste)", "商品吸引力的离散（口味标准差）"), 0.1, 1.2
    ),
    Parameter("popularity_sigma", Text("spread of popularity (log)", "关注度的离散（对数）"), 0.6, 2.2),
    Parameter("chat_size", Text("members of a chat", "群人数"), 12.0, 120.0, "log"),
    Parameter("listed_share", Text("items with a list of open groups", "有凑团列表的商品"), 0.05, 0.6),
    Parameter("newcomer_share", Text("items for newcomers only", "拉新团商品"), 0.02, 0.25, "log"),
    Parameter(
        "newcomer_discount", Text("discount of those (of group price)", "拉新团再优惠（占团价）"), 0.3, 0.9
    ),
)
"""The limits are assumptions: what a reader would still call a shop and a community."""

_FEW = 6  # assumption: so many runs, those nearest to the data, say where to look next
_NARROWER = 0.6  # assumption: a wave's box, in each parameter, against that of the wave before
_NEAREST = 3  # assumption: a local model rests on so many runs for each of its coefficients
_TOLERANCE = 0.05  # assumption: what differs by less than 5 % (of odds, for shares) is not worth fitting
_REFIT = 10_106  # stream free for own use
_REFITS = 200  # assumption: enough for 95 %
_PULL = 0.02  # assumption: a weak pull to the box's middle where the data do not say
_RIDGE = 2e-4  # keeps the slopes finite where resampled runs coincide; squared places, beside about 0.005


@dataclass(frozen=True)
class Plan:
    """How much is run: members of each run, runs of each wave, runs that predict (200 at most)."""

    members: int = 2000
    waves: tuple[int, ...] = (48, 36, 36, 36)
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
        predicted: the figures of fresh runs at some of the refits: a list of split -> figures.
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

    Raises:
        InputError: there is a figure to be fitted that `tune` does not give.
    """
    missing = [one.name for one in FITTED if not math.isfinite(target[one.id])]
    if missing:
        raise InputError(
            f"the groups of `tune` are too few to compute: {'; '.join(name.en for name in missing)}",
            f"`tune` 的团太少，无法计算：{'；'.join(name.zh for name in missing)}",
        )
    goal = scaled(target)
    places, rows = np.empty((0, len(PARAMETERS))), np.empty((0, len(FITTED)))
    centre, width, done = np.full(len(PARAMETERS), 0.5), 1.0, 0

    def run(where: Floats, first_seed: int) -> list[dict[str, Figures]]:
        def step(share: float) -> None:
            if progress is not None:
                progress((done + share * len(where)) / plan.runs)

        jobs = [Job(shop_at(place), plan.members, first_seed + k) for k, place in enumerate(where)]
        return simulated(jobs, workers, step)

    for wave, size in enumerate(plan.waves):
        drawn = qmc.LatinHypercube(len(PARAMETERS), rng=wave).random(size)
        new = np.clip(centre, 0.5 * width, 1.0 - 0.5 * width) + width * (drawn - 0.5)
        figures = run(new, 1000 * (wave + 1))
        places = np.concatenate((places, new))
        rows = np.concatenate((rows, [scaled(one["tune"]) for one in figures]))
        few = np.argsort(_distance(rows, goal), kind="stable")[:_FEW]
        centre, done, width = places[few].mean(axis=0), done + size, width * _NARROWER
    noise = local(places, rows, goal)[2] * math.sqrt(plan.members / PEOPLE)
    refits = np.array([_refit(places, rows, goal, noise, number) for number in range(_REFITS)])
    ends = np.quantile(refits, (0.025, 0.975), axis=0)
    return Fit(
        plan,
        shop_at(solved(places, rows, goal)),
        {
            one.field: (one.at(float(ends[0, k])), one.at(float(ends[1, k])))
            for k, one in enumerate(PARAMETERS)
        },
        run(refits[: plan.predictive], 9000),
    )


def _refit(places: Floats, rows: Floats, goal: Floats, noise: Floats, number: int) -> Floats:
    """The fit to runs drawn again, with replacement, and to a goal shaken by the noise of the data."""
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
    distance = _distance(rows, goal)
    keep = _nearest(places, rows, goal)
    weight = np.sqrt(1.0 - 0.9 * distance[keep] / distance[keep].max())[:, None]
    design = np.column_stack((np.ones(len(keep)), places[keep] - 0.5))
    ridge = _RIDGE * len(keep) * np.diag([0.0, *np.ones(places.shape[1])])
    left = (weight * design).T @ (weight * design) + ridge
    coefficients = np.linalg.solve(left, (weight * design).T @ (weight * rows[keep]))
    freedom = max(1, len(keep) - design.shape[1])
    noise = np.sqrt(((rows[keep] - design @ coefficients) ** 2).sum(axis=0) / freedom)
    return coefficients[0], coefficients[1:].T, noise


def _nearest(places: Floats, rows: Floats, goal: Floats) -> NDArray[np.int64]:
    """The runs that a local model rests on."""
    distance = _distance(rows, goal)
    usable = int(np.isfinite(distance).sum())
    return np.argsort(distance, kind="stable")[: min(usable, _NEAREST * (places.shape[1] + 1))]


def _distance(rows: Floats, goal: Floats) -> Floats:
    """How far each run is from the goal, in spreads of each figure over the runs; inf if one is missing."""
    spread = np.nanmedian(np.abs(rows - np.nanmedian(rows, axis=0)), axis=0) + _TOLERANCE
    distance = (((rows - goal) / spread) ** 2).sum(axis=1)
    return np.where(np.isfinite(distance), distance, np.inf)


def solved(places: Floats, rows: Floats, goal: Floats) -> Floats:
    """The place where the local model comes nearest to the goal, among the runs that the model rests on."""
    constant, slopes, noise = local(places, rows, goal)
    scale = np.sqrt(noise**2 + _TOLERANCE**2)[:, None]
    near = places[_nearest(places, rows, goal)]
    pull = math.sqrt(_PULL) * np.eye(places.shape[1])
    found = lsq_linear(
        np.concatenate((slopes / scale, pull)),
        np.concatenate(((goal - constant) / scale[:, 0], np.zeros(places.shape[1]))),
        bounds=(near.min(axis=0) - 0.5 - 1e-9, near.max(axis=0) - 0.5 + 1e-9),
    )
    return np.asarray(found.x + 0.5, dtype=np.float64)
