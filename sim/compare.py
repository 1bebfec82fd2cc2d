"""Designs compared on the same luck: paired differences with intervals, never a bare winner."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.errors import InputError
from sim.events import EventTable
from sim.metrics.measure import unavailable
from sim.metrics.registry import METRICS, Number
from sim.metrics.summary import incremental, summarise
from sim.metrics.view import TableView
from sim.play import ENGINES, play
from sim.run import GraphFiles, Progress, prepare
from sim.scenario.model import Scenario
from sim.scenario.twin import without_campaign
from sim.settings.problems import Text

INTERVAL = 0.95
"""Confidence of the intervals."""

LOWER_IS_BETTER = frozenset(
    {
        "refunds_fen",
        "refund_rate",
        "return_rate",
        "unpaid_holds",
        "oversold",
        "disappointed",
        "groups_failed",
        "acquisition_cost_fen",
        "marketing_fen",
        "commission_gini",
        "distributors_earning_nothing_share",
        "chats_muted",
        "chats_left",
        "chats_dead",
        "chats_dead_share",
        "opt_out_share",
        "members_muting_share",
        "hours_to_fill_median",
        "incremental.cost_per_buyer_fen",
        "incremental.marketing_fen",
        "incremental.lost_buyers",
    }
)
"""Metrics of which the design with the least is the best; of all others, that with the most."""


@dataclass(frozen=True)
class Design:
    """One of the designs to compare."""

    name: str
    scenario: Scenario


@dataclass(frozen=True)
class Comparison:
    """What each design gave with each seed, after the run-off.

    Attributes:
        names: of the designs; the first is the one the others are compared with.
        seeds: the luck; every design was run with each.
        values: metric -> float64[designs, seeds], NaN where there was nothing to measure. Increments over
            the no-campaign twin are called `incremental.buyers` and so on.
        unavailable: metrics that some run did not record, since its messages were counted only.
        notes: what `sim.run.prepare` said, each line once.
        books_residual_fen: the largest of all runs; 0 if all books balance.
    """

    names: tuple[str, ...]
    seeds: tuple[int, ...]
    values: dict[str, NDArray[np.float64]]
    unavailable: tuple[str, ...]
    notes: tuple[Text, ...]
    books_residual_fen: int


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds and its interval by Student's t.

    Attributes:
        mean: None if nothing could be measured.
        low: lower end of the interval; None with fewer than two seeds.
        high: its upper end.
        seeds: with how many seeds it could be measured.
    """

    mean: float | None
    low: float | None
    high: float | None
    seeds: int


def compare(
    designs: Sequence[Design],
    seeds: Sequence[int],
    *,
    files: GraphFiles | None = None,
    members: int | None = None,
    engine: str = "mesa",
    twin: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Run every design with every seed.

    Designs that differ in the campaign only share people, graph, tastes, sessions and coin flips, and one
    no-campaign twin for each seed.

    Args:
        designs: at least two, of different names.
        seeds: at least one, all different.
        files: see `sim.run.prepare`.
        members: see `sim.run.prepare`.
        engine: see `sim.run.run`.
        twin: measure the increments over the no-campaign twin too.
        progress: called with the name of the design and the seed, and the share of all runs that is done.

    Raises:
        InputError: there are too few designs or seeds, or the community cannot be made.
        RunError: a run failed.
        Cancelled: `progress` raised it.
    """
    names = tuple(design.name for design in designs)
    if len(names) < 2 or len(set(names)) < len(names):
        raise InputError(
            f"compare: needs two or more designs of different names, got {', '.join(names) or 'none'}"
        )
    if not seeds or len(set(seeds)) < len(seeds):
        raise InputError("compare: needs one or more seeds, all different")
    if engine not in ENGINES:
        raise InputError(f"engine: must be one of {', '.join(ENGINES)}, got {engine!r}")
    measured: list[list[dict[str, Number]]] = [[] for _ in designs]
    notes: dict[Text, None] = {}
    missing: dict[str, None] = {}
    residual = 0
    for turn, seed in enumerate(seeds):
        twins: list[tuple[Scenario, str, EventTable]] = []
        for number, design in enumerate(designs):
            done = turn * len(designs) + number
            report = _shared(progress, f"{design.name}, {seed}", done, len(designs) * len(seeds))
            prepared = prepare(design.scenario, files=files, members=members, seed=seed)
            for note in prepared.notes:
                notes[Text(f"{design.name}: {note.en}", f"{design.name}：{note.zh}")] = None
            table = play(prepared.scenario, prepared.graph, progress=report).table
            summary = summarise(table, None)
            residual = max(residual, _whole(summary["books_residual_fen"]))
            missing |= dict.fromkeys(unavailable(table.header))
            after = summary["runoff"]
            assert isinstance(after, dict)
            values = dict(after)
            if twin:
                without = without_campaign(prepared.scenario)
                again = next(
                    (t for s, sha, t in twins if s == without and sha == prepared.graph.sha256), None
                )
                if again is None:
                    again = play(without, prepared.graph).table
                    twins.append((without, prepared.graph.sha256, again))
                gained = incremental(TableView(table), TableView(again))
                values |= {f"incremental.{name}": value for name, value in gained.items()}
            measured[number].append(values)
    return Comparison(names, tuple(seeds), _by_metric(measured), tuple(missing), tuple(notes), residual)


def seeds_from(first: int, count: int) -> tuple[int, ...]:
    """So many seeds, beginning with `first`; after the last possible one they go on from 0."""
    return tuple((first + step) % 2**32 for step in range(count))


def difference(comparison: Comparison, metric: str, design: int) -> Estimate:
    """By how much a design exceeds the first one: the mean of the differences of equal seeds."""
    values = comparison.values[metric]
    return estimate(values[design] - values[0])


def level(comparison: Comparison, metric: str, design: int) -> Estimate:
    """What a design gives, over the seeds."""
    return estimate(comparison.values[metric][design])


def estimate(values: NDArray[np.float64]) -> Estimate:
    """Mean and t interval of independent values; NaN count as not measured."""
    known = values[~np.isnan(values)]
    n = len(known)
    if n == 0:
        return Estimate(None, None, None, 0)
    mean = math.fsum(known) / n
    if n == 1:
        return Estimate(mean, None, None, 1)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in known) / (n - 1) / n)
    half = float(stdtrit(n - 1, 0.5 + INTERVAL / 2)) * spread
    return Estimate(mean, mean - half, mean + half, n)


@dataclass(frozen=True)
class Best:
    """How often each design was better than all others.

    A count, not a probability: of a few seeds a share such as 100 % would claim too much.

    Attributes:
        wins: for each design, with how many seeds it was; a tie for the first place counts for nobody.
        seeds: with how many seeds all designs could be measured.
    """

    wins: tuple[int, ...]
    seeds: int


def best(comparison: Comparison, metric: str) -> Best:
    """How often each design was the best by a metric."""
    values = comparison.values[metric]
    values = values[:, ~np.isnan(values).any(axis=0)]
    if values.shape[1] == 0:
        return Best((0,) * len(values), 0)
    first = values == (values.min(axis=0) if metric in LOWER_IS_BETTER else values.max(axis=0))
    alone = first & (first.sum(axis=0) == 1)
    return Best(tuple(int(wins) for wins in alone.sum(axis=1)), values.shape[1])


def as_data(comparison: Comparison) -> dict[str, object]:
    """The comparison as plain data: every metric with levels, differences, wins and single values."""
    metrics = {}
    for metric, values in comparison.values.items():
        won = best(comparison, metric)
        metrics[metric] = [
            {
                "design": name,
                "level": _estimate_data(level(comparison, metric, number)),
                "difference": None if number == 0 else _estimate_data(difference(comparison, metric, number)),
                "best_in_seeds": won.wins[number],
                "of_seeds": won.seeds,
                "values": [None if math.isnan(value) else value for value in values[number].tolist()],
            }
            for number, name in enumerate(comparison.names)
        ]
    return {
        "designs": list(comparison.names),
        "seeds": list(comparison.seeds),
        "interval": INTERVAL,
        "books_residual_fen": comparison.books_residual_fen,
        "unavailable": list(comparison.unavailable),
        "notes": [note.en for note in comparison.notes],
        "metrics": metrics,
    }


def named(designs: Sequence[Design]) -> tuple[Design, ...]:
    """The designs with names made different: of equal ones the second gets ` (2)`, and so on."""
    seen: dict[str, int] = {}
    result = []
    for design in designs:
        seen[design.name] = seen.get(design.name, 0) + 1
        number = seen[design.name]
        result.append(design if number == 1 else replace(design, name=f"{design.name} ({number})"))
    return tuple(result)


def _shared(progress: Progress | None, what: str, done: int, total: int) -> Callable[[float], None] | None:
    return None if progress is None else lambda share: progress(what, (done + share) / total)


def _by_metric(measured: list[list[dict[str, Number]]]) -> dict[str, NDArray[np.float64]]:
    """Metrics of the registry in its order, then increments, then what not all runs have (parts)."""
    order = dict.fromkeys(metric.name for metric in METRICS)
    for runs in measured:
        for values in runs:
            order.update(dict.fromkeys(name for name in values if name.startswith("incremental.")))
    for runs in measured:
        for values in runs:
            order.update(dict.fromkeys(values))
    return {
        name: np.array([[_float(values.get(name)) for values in runs] for runs in measured]) for name in order
    }


def _float(value: Number) -> float:
    return math.nan if value is None else float(value)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return abs(value)


def _estimate_data(one: Estimate) -> dict[str, object]:
    return {"mean": one.mean, "low": one.low, "high": one.high, "seeds": one.seeds}
