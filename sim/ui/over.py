"""A result over several calibrations: the same designs with each of them, on the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.calibration.ranges import Range, range_of
from sim.ui.job_files import DesignResult, JobRequest
from sim.ui.outcome import Outcome, outcome_of


@dataclass(frozen=True)
class Over:
    """Outcomes of the same designs and seeds, one for each calibration, the default one first."""

    outcomes: tuple[Outcome, ...]

    def level(self, design: int, measure: str, section: str = "runoff") -> Range:
        """What a design gives, over the seeds: with the default calibration, and the range."""
        return range_of([one.level(design, measure, section).mean for one in self.outcomes])

    def difference(self, measure: str, section: str = "runoff") -> Range:
        """By how much the second design exceeds the first."""
        return range_of([one.difference(measure, section).mean for one in self.outcomes])

    def disagree(self, measure: str) -> bool:
        """Whether which of two designs is better depends on the calibration."""
        gap = self.difference(measure)
        return gap.lowest is not None and gap.highest is not None and gap.lowest < 0 < gap.highest


def over(outcome: Outcome, request: JobRequest, results: Sequence[DesignResult]) -> Over | None:
    """The outcome together with those of other calibrations; None until these are there in full.

    Args:
        outcome: with the default calibration.
        request: of the other calibrations, see `JobRequest.over`.
        results: of that request.
    """
    others = outcome_of(request, results)
    if outcome.quick or others is None or others.quick or others.seeds != outcome.seeds:
        return None
    size = outcome.designs
    parts = [others.runs[start : start + size] for start in range(0, others.designs, size)]
    return Over((outcome, *(Outcome(False, others.members, others.seeds, runs) for runs in parts)))
