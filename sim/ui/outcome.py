"""What a job gave so far, ready to be shown: only what all designs have run with, so that all compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.estimate import Estimate, estimate
from sim.ui.job_files import DesignResult, JobRequest

MONEY_LINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross", ("gross_fen",)),
    ("refunds", ("refunds_fen",)),
    ("goods", ("spending_fen.goods",)),
    ("carriage", ("spending_fen.carriage",)),
    ("platform_fee", ("spending_fen.platform_fee",)),
    (
        "commission",
        (
            "spending_fen.commission_level_1",
            "spending_fen.commission_level_2",
            "spending_fen.commission_other",
        ),
    ),
    ("rewards", ("spending_fen.rewards", "spending_fen.prizes")),
    ("kol_fees", ("spending_fen.kol_fees",)),
    ("samples", ("spending_fen.samples",)),
    ("push", ("spending_fen.push",)),
    ("margin", ("margin_fen",)),
)
"""Lines of the money chart, and the measures that make them up."""

PAIRED = (
    "reached",
    "buyers",
    "new_customers",
    "orders_standing",
    "sends",
    "net_fen",
    "margin_fen",
    "marketing_fen",
)
"""Measures whose differences are shown side by side."""


@dataclass(frozen=True)
class Outcome:
    """Results that compare.

    Attributes:
        quick: whether this is the first look only.
        members: how many there were.
        seeds: with which seeds all designs were run.
        runs: by design, then by seed.
    """

    quick: bool
    members: int
    seeds: tuple[int, ...]
    runs: tuple[tuple[DesignResult, ...], ...]

    @property
    def designs(self) -> int:
        """How many designs there are."""
        return len(self.runs)

    @property
    def has_twin(self) -> bool:
        """Whether it is known what would have happened without the campaign."""
        return all(run.twin_buyers for runs in self.runs for run in runs)

    @property
    def illegal_offers(self) -> tuple[str, ...]:
        """Mechanics that may not be used, of all designs."""
        return tuple(dict.fromkeys(name for runs in self.runs for run in runs for name in run.illegal_offers))

    @property
    def unavailable(self) -> frozenset[str]:
        """Measures that some run did not record, since its messages were counted only."""
        return frozenset(name for runs in self.runs for run in runs for name in run.summary["unavailable"])

    @property
    def books_residual_fen(self) -> int:
        """The largest of all runs; 0 if all books balance."""
        return max(abs(int(run.summary["books_residual_fen"])) for runs in self.runs for run in runs)

    def values(self, design: int, measure: str, section: str = "runoff") -> NDArray[np.float64]:
        """A measure of one design by seed, NaN where there was nothing to measure: float64[seeds]."""
        found = (run.summary[section].get(measure) for run in self.runs[design])
        return np.array([np.nan if one is None else float(one) for one in found])

    def level(self, design: int, measure: str, section: str = "runoff") -> Estimate:
        """What a design gives, over the seeds."""
        return estimate(self.values(design, measure, section))

    def difference(self, measure: str, section: str = "runoff") -> Estimate:
        """By how much the second design exceeds the first, by paired seeds."""
        return estimate(self.values(1, measure, section) - self.values(0, measure, section))


def outcome_of(request: JobRequest, results: Sequence[DesignResult]) -> Outcome | None:
    """What can be shown: whole results as soon as there are any, else the first look, else None."""
    found = {(one.quick, one.design, one.seed): one for one in results}
    numbers = range(len(request.designs))
    for quick in (False, True):
        seeds = tuple(s for s in request.seeds if all((quick, number, s) in found for number in numbers))
        if seeds:
            runs = tuple(tuple(found[quick, number, seed] for seed in seeds) for number in numbers)
            return Outcome(quick, runs[0][0].members, seeds, runs)
    return None


def adoption(outcome: Outcome) -> pd.DataFrame:
    """Cumulative buyers by day: columns `side` (number of the design), `day`, `mean`, `low`, `high`.

    Days are counted to their end: day 1 is what has come of the first day, and day 0 is the start.
    """
    return pd.concat(
        [
            _over_seeds(number, [run.buyers for run in runs], runs[0].day)
            for number, runs in enumerate(outcome.runs)
        ],
        ignore_index=True,
    )


def twin_adoption(outcome: Outcome) -> pd.DataFrame:
    """The same without the campaign, of the first design."""
    runs = outcome.runs[0]
    return _over_seeds(-1, [run.twin_buyers for run in runs], runs[0].day)


def funnel(outcome: Outcome) -> pd.DataFrame:
    """Members by step: columns `side`, `step`, `members`, `share` (of all members); means over seeds."""
    rows = []
    for number, runs in enumerate(outcome.runs):
        for step in runs[0].funnel:
            mean = float(np.mean([run.funnel[step] for run in runs]))
            rows.append({"side": number, "step": step, "members": mean, "share": mean / outcome.members})
    return pd.DataFrame(rows)


def money(outcome: Outcome) -> pd.DataFrame:
    """Money by line, in yuan: columns `side`, `line`, `yuan`; lines that are 0 everywhere are left out."""
    rows = []
    for line, measures in MONEY_LINES:
        amounts = [
            sum(float(outcome.values(number, measure).mean()) for measure in measures) / 100
            for number in range(outcome.designs)
        ]
        if any(amounts) or line in ("gross", "margin"):
            rows += [{"side": n, "line": line, "yuan": amount} for n, amount in enumerate(amounts)]
    return pd.DataFrame(rows)


def paired(outcome: Outcome) -> pd.DataFrame:
    """Differences of the second design to the first, as shares of the first one's mean.

    Columns `measure`, `mean`, `low`, `high` (NaN with one seed), `difference` (in the measure's own unit).
    """
    rows = []
    for measure in PAIRED:
        first = outcome.level(0, measure).mean
        gap = outcome.difference(measure)
        if not first or gap.mean is None:
            continue
        scale = abs(first)
        low, high = (np.nan if end is None else end / scale for end in (gap.low, gap.high))
        rows.append(
            {"measure": measure, "mean": gap.mean / scale, "low": low, "high": high, "difference": gap.mean}
        )
    return pd.DataFrame(rows, columns=["measure", "mean", "low", "high", "difference"])


def _over_seeds(side: int, series: Sequence[Sequence[int]], days: Sequence[int]) -> pd.DataFrame:
    days = list(days)[: min(len(days), *(len(one) for one in series))]
    table = np.array([one[: len(days)] for one in series], dtype=np.float64)
    start = np.zeros((len(table), 1))
    table = np.concatenate([start, table], axis=1)
    return pd.DataFrame(
        {
            "side": side,
            "day": [0, *(day + 1 for day in days)],
            "mean": table.mean(axis=0),
            "low": table.min(axis=0),
            "high": table.max(axis=0),
        }
    )
