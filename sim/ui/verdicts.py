"""What the page concludes: which design is better by a named outcome, if that can be told at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ui.job_files import DesignResult, JobRequest
from sim.ui.over import Over, over
from sim.verdict import Verdict, verdict


@dataclass(frozen=True)
class Named:
    """An outcome that a verdict can be on.

    Attributes:
        key: of its name in links.
        section: of the summary.
        measure: in there.
        unit: of it.
        alone: whether it says what a single design brings beyond doing nothing.
    """

    key: str
    section: str
    measure: str
    unit: str
    alone: bool = True


NAMED: dict[str, Named] = {
    one.key: one
    for one in (
        Named("margin", "incremental", "margin_fen", "fen"),
        Named("buyers", "incremental", "buyers", "members"),
        Named("net", "incremental", "net_fen", "fen"),
        Named("orders", "incremental", "orders", "orders"),
        Named("new", "runoff", "new_customers", "members", alone=False),
        Named("reached", "runoff", "reached", "members", alone=False),
    )
}
"""Outcomes by key, the one that is taken unless another is picked first. More of each is better."""

BY: tuple[str, ...] = tuple(NAMED)


def outcomes_of(request: JobRequest) -> tuple[str, ...]:
    """The outcomes that can be asked of a job; of a single design what it brings beyond doing nothing."""
    return tuple(key for key, one in NAMED.items() if len(request.designs) > 1 or one.alone)


def judged(request: JobRequest, results: Sequence[DesignResult]) -> dict[str, Verdict]:
    """The verdict by every outcome that can be asked of a job, by its key.

    Raises:
        ValueError: no seed is done under all calibrations.
    """
    found = over(request, results)
    if found is None:
        raise ValueError("results: needs a seed that is done under all calibrations")
    return {by: verdict_on(found, by) for by in outcomes_of(request)}


def verdict_on(found: Over, by: str) -> Verdict:
    """The verdict on two designs, or on one against doing nothing, by an outcome, on all pairs given."""
    return verdict(gaps_on(found, by), higher_is_better=True, looks=False)


def better_in(found: Over, by: str, side: int) -> int:
    """In how many pairs this one is better under the default calibration: 0 the first, 1 the second."""
    gaps = next(iter(gaps_on(found, by).values()))
    return int(np.count_nonzero(gaps > 0 if side else gaps < 0))


def gaps_on(found: Over, by: str) -> dict[str, NDArray[np.float64]]:
    """By how much the second design exceeds the first, or the only one doing nothing: float64[seeds]."""
    one = NAMED[by]
    if found.default.designs > 1:
        return found.gaps(one.measure, one.section)
    return {name: outcome.values(0, one.measure, one.section) for name, outcome in found.outcomes.items()}
