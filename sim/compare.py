"""Designs compared on the same luck: paired differences with intervals, never a bare winner."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.errors import InputError
from sim.ledger import books_residual_fen
from sim.metrics.measure import measure, unavailable
from sim.metrics.registry import METRICS, Number
from sim.metrics.summary import incremental
from sim.metrics.view import TableView
from sim.network.graph import SocialGraph
from sim.play import OwnRules, play
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
        "budget_short",
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
        engine: which ran them; fallback_reason: why it is not the fast one, if `auto` was asked for.
        events: `full`, or `outcomes` if messages were only counted in some run.
    """

    names: tuple[str, ...]
    seeds: tuple[int, ...]
    values: dict[str, NDArray[np.float64]]
    unavailable: tuple[str, ...]
    notes: tuple[Text, ...]
    books_residual_fen: int
    engine: str
    fallback_reason: Text | None
    events: str


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
    engine: str = "auto",
    events: str = "auto",
    own: OwnRules | None = None,
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
        engine: see `sim.play.play`.
        events: likewise.
        own: likewise.
        twin: measure the increments over the no-campaign twin too.
        progress: called with the name of the design and the seed, and the share of all runs that is done.

    Raises:
        InputError: there are too few designs or seeds, the community cannot be made, or the engine cannot
            run what is asked.
        RunError: a run failed.
        Cancelled: `progress` raised it.
    """
    names = tuple(design.name for design in designs)
    if len(names) < 2 or len(set(names)) < len(names):
        raise InputError(
            f"compare: needs two or more designs of different names, got {', '.join(names) or 'none'}",
            f"compare：需要两个或更多名称不同的方案，实际为 {'、'.join(names) or '无'}",
        )
    if not seeds or len(set(seeds)) < len(seeds):
        raise InputError(
            "compare: needs one or more seeds, all different", "compare：需要一个或更多互不相同的种子"
        )
    runs = _Runs(files, members, {"engine": engine, "events": events, "own": own}, twin=twin)
    measured: list[list[dict[str, Number]]] = [[] for _ in designs]
    for turn, seed in enumerate(seeds):
        for number, design in enumerate(designs):
            done = turn * len(designs) + number
            report = _shared(progress, f"{design.name}, {seed}", done, len(designs) * len(seeds))
            measured[number].append(runs.measure(design, seed, report))
    return Comparison(
        names=names,
        seeds=tuple(seeds),
        values=_by_metric(measured),
        unavailable=tuple(runs.missing),
        notes=tuple(runs.notes),
        books_residual_fen=runs.residual_fen,
        engine=runs.engine,
        fallback_reason=runs.fallback_reason,
        events=runs.events,
    )


class _Runs:
    """Makes the runs of a comparison one by one and keeps what is said of them all."""

    def __init__(
        self, files: GraphFiles | None, members: int | None, asked: dict[str, Any], *, twin: bool
    ) -> None:
        self.notes: dict[Text, None] = {}
        self.missing: dict[str, None] = {}
        self.residual_fen = 0
        self.engine = ""
        self.fallback_reason: Text | None = None
        self.events = "full"
        self._files, self._members, self._asked, self._twin = files, members, asked, twin
        self._twins: list[tuple[Scenario, str, TableView]] = []  # of one seed; with the graph's hash

    def measure(self, design: Design, seed: int, report: Callable[[float], None] | None) -> dict[str, Number]:
        """Run a design, and its twin unless an earlier design of this seed had the same one."""
        prepared = prepare(design.scenario, files=self._files, members=self._members, seed=seed)
        scenario, graph = prepared.scenario, prepared.graph
        for note in prepared.notes:
            self.notes[Text(f"{design.name}: {note.en}", f"{design.name}：{note.zh}")] = None
        played = play(scenario, graph, progress=report, **self._asked)
        self.engine, self.fallback_reason = played.engine, played.fallback_reason
        if played.table.header.events != "full":
            self.events = played.table.header.events
        self.missing |= dict.fromkeys(unavailable(played.table.header))
        whole = TableView(played.table)
        values = measure(whole)
        self.residual_fen = max(self.residual_fen, abs(books_residual_fen(played.table)))
        if self._twin:
            gained = incremental(whole, self._twin_view(without_campaign(scenario), graph))
            values |= {f"incremental.{name}": value for name, value in gained.items()}
        return values

    def _twin_view(self, without: Scenario, graph: SocialGraph) -> TableView:
        self._twins = [one for one in self._twins if one[0].run.seed == without.run.seed]
        for scenario, sha256, view in self._twins:
            if scenario == without and sha256 == graph.sha256:
                return view
        view = TableView(play(without, graph, **self._asked).table)
        self._twins.append((without, graph.sha256, view))
        return view


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
        "engine": comparison.engine,
        "fallback_reason": None if comparison.fallback_reason is None else comparison.fallback_reason.en,
        "events": comparison.events,
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


def _estimate_data(one: Estimate) -> dict[str, object]:
    return {"mean": one.mean, "low": one.low, "high": one.high, "seeds": one.seeds}
