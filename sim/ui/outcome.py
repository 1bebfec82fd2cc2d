"""What a job gave so far under one calibration: only seeds that all designs have, so that all compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.estimate import Estimate, estimate, least_seeds
from sim.luck import Luck, luck_of
from sim.metrics.pooling import by_seed
from sim.metrics.registry import unit_of
from sim.ui.job_files import DesignResult, JobRequest

PAIRS_LEAST = 5
"""requirement: fewer give no picture of one design against another; their differences are mostly luck."""

MONEY_LINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gross", ("gross_fen",)),
    ("refunds", ("refunds_fen",)),
    ("subsidy", ("spending_fen.subsidy",)),
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

COMES_IN = ("gross", "subsidy")
"""Lines that bring money; of all others it goes, and the margin is what is left: the lines add up to it."""

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
        members: how many there were.
        seeds: with which seeds all designs were run, in their order.
        runs: by design, then by seed.
    """

    members: int
    seeds: tuple[int, ...]
    runs: tuple[tuple[DesignResult, ...], ...]
    _known: dict[tuple[int, str, str], NDArray[np.float64]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def designs(self) -> int:
        """How many designs there are."""
        return len(self.runs)

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

    def written(self, design: int) -> int | None:
        """For how many members a design is written; None if just as many were run: no sum is scaled."""
        written = self.runs[design][0].written
        return None if written == self.members else written

    @property
    def compares(self) -> bool:
        """Whether there are two designs, and pairs enough to put one beside the other."""
        return self.designs > 1 and len(self.seeds) >= PAIRS_LEAST

    def values(self, design: int, measure: str, section: str = "runoff") -> NDArray[np.float64]:
        """A measure of one design by seed, NaN where there was nothing to measure: float64[seeds]."""
        key = (design, measure, section)
        if key not in self._known:
            found = (run.summary[section].get(measure) for run in self.runs[design])
            self._known[key] = np.array([np.nan if one is None else float(one) for one in found])
        return self._known[key]

    def gaps(self, measure: str, section: str = "runoff") -> NDArray[np.float64]:
        """By how much the second design exceeds the first, by seed: float64[seeds]."""
        return self.values(1, measure, section) - self.values(0, measure, section)

    def level(self, design: int, measure: str, section: str = "runoff") -> Estimate:
        """What a design gives, over the seeds; quotients pooled."""
        return estimate(self._by_seed(design, measure, section), least=least_pairs(measure, section))

    def difference(self, measure: str, section: str = "runoff") -> Estimate:
        """By how much the second exceeds the first, with an interval if there are pairs enough for one."""
        gaps = self._by_seed(1, measure, section) - self._by_seed(0, measure, section)
        return estimate(gaps, least=least_pairs(measure, section))

    def luck(self, design: int, measure: str, section: str = "runoff") -> Luck:
        """What a design gives with one seed: the middle, and the range that runs fall into."""
        return luck_of(_full_name(measure, section), self._values_of(design))

    def _by_seed(self, design: int, measure: str, section: str) -> NDArray[np.float64]:
        return by_seed(_full_name(measure, section), self._values_of(design))

    def _values_of(self, design: int) -> Callable[[str], NDArray[np.float64]]:
        def values_of(name: str) -> NDArray[np.float64]:
            where, _, rest = name.rpartition(".")
            return self.values(design, rest, where or "runoff")

        return values_of


def _full_name(measure: str, section: str) -> str:
    return measure if section == "runoff" else f"{section}.{measure}"


def least_pairs(measure: str, section: str = "runoff") -> int:
    """With how many pairs a measure gets an interval."""
    return least_seeds(unit_of(_full_name(measure, section)))


def outcome_of(
    request: JobRequest, results: Sequence[DesignResult], calibration: str | None = None
) -> Outcome | None:
    """What was run with every design under a calibration (None: the default one); None if nothing was."""
    name = request.calibrations[0] if calibration is None else calibration
    found: dict[int, dict[int, DesignResult]] = {}
    for one in results:
        if one.calibration == name:
            found.setdefault(one.seed, {})[one.design] = one
    numbers = range(len(request.designs))
    whole = {seed: designs for seed, designs in found.items() if all(n in designs for n in numbers)}
    if not whole:
        return None
    seeds = tuple(sorted(whole, key=lambda seed: (seed - request.seed) % 2**32))
    return Outcome(
        next(iter(whole.values()))[0].members,
        seeds,
        tuple(tuple(whole[seed][number] for seed in seeds) for number in numbers),
    )


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


def has_twin(outcome: Outcome) -> bool:
    """Whether the same without the campaign was run too."""
    return all(bool(run.twin_buyers) for runs in outcome.runs for run in runs)


def added_by_day(outcome: Outcome) -> pd.DataFrame:
    """Buyers more, or less, than without the campaign, counted cumulatively by day: columns as `adoption`."""
    return pd.concat(
        [
            _over_seeds(
                number,
                [
                    [have - without for have, without in zip(run.buyers, run.twin_buyers, strict=False)]
                    for run in runs
                ],
                runs[0].day,
            )
            for number, runs in enumerate(outcome.runs)
        ],
        ignore_index=True,
    )


def money_by_day(outcome: Outcome) -> pd.DataFrame:
    """Cash, margin and marketing up to each day, in yuan: columns as `adoption`, and `what`."""
    frames = []
    for number, runs in enumerate(outcome.runs):
        for what in runs[0].by_day_fen:
            series = [run.by_day_fen[what] for run in runs]
            longest = max(map(len, series))  # a run that is settled sooner stays where it is
            filled = [[*one, *one[-1:] * (longest - len(one))] for one in series]
            frame = _over_seeds(number, filled, range(longest)).assign(what=what)
            frame[["mean", "low", "high"]] /= 100
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def funnel(outcome: Outcome) -> pd.DataFrame:
    """Members by step: columns `side`, `step`, `members`, `share` (of all members); means over seeds."""
    rows = []
    for number, runs in enumerate(outcome.runs):
        for step in runs[0].funnel:
            mean = float(np.mean([run.funnel[step] for run in runs]))
            rows.append({"side": number, "step": step, "members": mean, "share": mean / outcome.members})
    return pd.DataFrame(rows)


def money(outcome: Outcome) -> pd.DataFrame:
    """Money by line, in yuan: columns `side`, `line`, `yuan`; lines that are 0 everywhere are left out.

    What goes is below 0, so that all lines before the margin add up to it.
    """
    rows = []
    for line, measures in MONEY_LINES:
        sign = 1 if line in (*COMES_IN, "margin") else -1
        amounts = [
            sign * sum(float(outcome.values(number, measure).mean()) for measure in measures) / 100
            for number in range(outcome.designs)
        ]
        if any(amounts) or line in ("gross", "margin"):
            rows += [{"side": n, "line": line, "yuan": amount} for n, amount in enumerate(amounts)]
    return pd.DataFrame(rows)


def paired(outcome: Outcome) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Differences of the second design to the first, as shares of the first one's mean.

    First one row for each measure that has an interval: `measure`, `mean`, `low`, `high`, `difference` (the
    mean in the measure's own unit). Then one row for each pair of the measures that have none, since there
    are too few for one: `measure`, `value`.
    """
    means, points = [], []
    for measure in PAIRED:
        first = outcome.level(0, measure).mean
        gap = outcome.difference(measure)
        if not first or gap.mean is None:
            continue
        scale = abs(first)
        if gap.low is not None and gap.high is not None:
            means.append((measure, gap.mean / scale, gap.low / scale, gap.high / scale, gap.mean))
        else:
            gaps = outcome.gaps(measure)
            points += [(measure, float(one) / scale) for one in gaps[~np.isnan(gaps)]]
    return (
        pd.DataFrame(means, columns=["measure", "mean", "low", "high", "difference"]),
        pd.DataFrame(points, columns=["measure", "value"]),
    )


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
