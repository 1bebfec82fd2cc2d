"""A result over several calibrations: the same designs with each of them, on the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.calibration.ranges import Range, range_of
from sim.ui.job_files import DesignResult, JobRequest
from sim.ui.outcome import Outcome, outcome_of


@dataclass(frozen=True)
class Over:
    """Outcomes of the same designs and seeds, one for each calibration, the default one first."""

    outcomes: Mapping[str, Outcome]

    @property
    def default(self) -> Outcome:
        """The outcome under the default calibration."""
        return next(iter(self.outcomes.values()))

    @property
    def seeds(self) -> tuple[int, ...]:
        """With which seeds all was run."""
        return self.default.seeds

    def first(self, pairs: int) -> Over:
        """The same of the first so many seeds only."""
        return Over({name: _only(one, set(one.seeds[:pairs])) for name, one in self.outcomes.items()})

    def level(self, design: int, measure: str, section: str = "runoff") -> Range:
        """What a design gives, over the seeds: with the default calibration, and the range."""
        return range_of([one.level(design, measure, section).mean for one in self.outcomes.values()])

    def difference(self, measure: str, section: str = "runoff") -> Range:
        """By how much the second design exceeds the first."""
        return range_of([one.difference(measure, section).mean for one in self.outcomes.values()])

    def gaps(self, measure: str, section: str = "runoff") -> dict[str, NDArray[np.float64]]:
        """By how much the second design exceeds the first, by seed, under each calibration."""
        return {name: one.gaps(measure, section) for name, one in self.outcomes.items()}

    def sides(self, measure: str) -> dict[str, int | None]:
        """On which side of 0 the interval of the difference lies under each calibration; None without one."""
        return {name: one.difference(measure).side for name, one in self.outcomes.items()}

    def reverses(self, measure: str) -> bool:
        """Whether it is told for certain that calibrations order the two designs differently."""
        return {-1, 1} <= set(self.sides(measure).values())

    def only_under(self, measure: str) -> tuple[str, ...]:
        """Calibrations under which the designs are told apart, if that is so under some only."""
        sides = self.sides(measure)
        told = tuple(name for name, side in sides.items() if side)
        return told if len(told) < len(sides) and not self.reverses(measure) else ()


def over(request: JobRequest, results: Sequence[DesignResult]) -> Over | None:
    """Outcomes under all calibrations, of the seeds that all of them have; None if there are none."""
    outcomes = {name: outcome_of(request, results, name) for name in request.calibrations}
    found = {name: one for name, one in outcomes.items() if one is not None}
    if len(found) < len(outcomes):
        return None
    common = set.intersection(*(set(one.seeds) for one in found.values()))
    kept = {name: _only(one, common) for name, one in found.items()}
    return Over(kept) if common else None


def _only(outcome: Outcome, seeds: set[int]) -> Outcome:
    kept = [number for number, seed in enumerate(outcome.seeds) if seed in seeds]
    if len(kept) == len(outcome.seeds):
        return outcome
    return replace(
        outcome,
        seeds=tuple(outcome.seeds[number] for number in kept),
        runs=tuple(tuple(runs[number] for number in kept) for runs in outcome.runs),
        _known={},
    )
