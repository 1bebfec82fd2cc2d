"""How far the measures of scenarios move from calibration to calibration, and within what is left open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.calibration import Calibration
from sim.compare import seeds_from
from sim.errors import RunError
from sim.estimate import Estimate, estimate
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.sweep.job import Outcome
from sim.sweep.many import Progress, run_many

PERCENTILES = (5.0, 95.0)
"""Between which percentiles of the points a measure is said to move."""


@dataclass(frozen=True)
class Movement:
    """One measure of one scenario.

    Attributes:
        default: with the first calibration, with its interval over seeds.
        others: calibration -> mean over the same seeds, of all but the first; None if never measured.
        low: the 5th percentile of the means at the points of what is left open; None without points.
        high: the 95th.
    """

    default: Estimate
    others: Mapping[str, float | None]
    low: float | None
    high: float | None

    def relative(self, value: float | None) -> float | None:
        """By what share of the default a value differs from it; None where there is nothing to divide by."""
        if value is None or not self.default.mean:
            return None
        return (value - self.default.mean) / abs(self.default.mean)


def movements(
    scenarios: Sequence[str],
    calibrations: Sequence[Calibration],
    points: Sequence[Calibration],
    *,
    outputs: Sequence[str],
    members: int,
    seeds: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, dict[str, Movement]]:
    """Run scenarios with every calibration and at every point: scenario -> output -> movement.

    Args:
        scenarios: ids or files.
        calibrations: the default one first.
        points: of what is left open around it, see `sim.calibration.open_parameters.points_of`.
        outputs: see `sim.sweep.outputs.output_of`.
        members: of each run.
        seeds: how many; the same with every calibration.
        workers: see `sim.sweep.many.run_many`.
        progress: likewise.

    Raises:
        InputError: something of it cannot be used.
        RunError: a run failed.
    """
    laid = [*calibrations, *points]
    loaded = {name: [load_scenario(name, calibration=one).scenario for one in laid] for name in scenarios}
    runs = [run for these in loaded.values() for run in _runs(these, seeds)]
    outcomes = iter(run_many(runs, outputs=outputs, members=members, workers=workers, progress=progress))
    found = {}
    for name in scenarios:
        values = _values(outcomes, len(laid), seeds, outputs)
        found[name] = {
            output: _movement(values[:, :, number], calibrations) for number, output in enumerate(outputs)
        }
    return found


def _runs(scenarios: Sequence[Scenario], seeds: int) -> Iterator[tuple[Scenario, int]]:
    for one in scenarios:
        for seed in seeds_from(one.run.seed, seeds):
            yield one, seed


def _values(
    outcomes: Iterator[Outcome], calibrations: int, seeds: int, outputs: Sequence[str]
) -> NDArray[np.float64]:
    """float64[calibrations, seeds, outputs], NaN where there was nothing to measure."""
    values = np.full((calibrations, seeds, len(outputs)), np.nan)
    for row in range(calibrations):
        for column in range(seeds):
            outcome = next(outcomes)
            if outcome.error is not None:
                raise RunError(f"a run failed: {outcome.error}", f"一次运行失败：{outcome.error}")
            for number, output in enumerate(outputs):
                value = outcome.values[output]
                values[row, column, number] = np.nan if value is None else float(value)
    return values


def _movement(values: NDArray[np.float64], calibrations: Sequence[Calibration]) -> Movement:
    """values: float64[calibrations and points, seeds]."""
    means = [estimate(row).mean for row in values]
    around = [mean for mean in means[len(calibrations) :] if mean is not None]
    low, high = np.percentile(around, PERCENTILES).tolist() if around else (None, None)
    return Movement(
        default=estimate(values[0], least=2),
        others={one.id: mean for one, mean in zip(calibrations[1:], means[1:], strict=False)},
        low=low,
        high=high,
    )
