"""Designs compared on the same luck: paired differences with intervals, never a bare winner."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, RunError
from sim.estimate import CONFIDENCE, Estimate, estimate, least_seeds
from sim.metrics.measure import asking_messages
from sim.metrics.metric import GAINED, Number
from sim.metrics.pooling import by_seed
from sim.metrics.registry import (
    BREAKDOWNS,
    INCREMENTS,
    METRICS,
    higher_is_better,
    measure_of,
    unit_of,
)
from sim.own_rules import load_own_rules
from sim.play import FULL_MEMBERS_MAX, chosen_engine
from sim.run import GraphFiles, prepare
from sim.scenario.model import Scenario
from sim.settings.problems import shown
from sim.sweep.job import Outcome
from sim.sweep.many import Progress, run_many
from sim.sweep.outputs import BOOKS
from sim.sweep.pool import usable_processors
from sim.text import Text
from sim.verdict import Verdict, verdict

_HERE_SECONDS = 5.0  # assumption: what takes less is done before other processes have started
_FIRST_RUNS = 2  # the first loads what the others have then, the second tells how long they will take


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

    def __repr__(self) -> str:
        size = f"{len(self.seeds):,} seeds, {len(self.values)} metrics"
        return f"<Comparison of {shown(', '.join(self.names))}: {size}>"


def compare(
    designs: Mapping[str, Sequence[Design]],
    seeds: Sequence[int],
    *,
    files: GraphFiles | None = None,
    members: int | None = None,
    engine: str = "auto",
    events: str = "auto",
    rules: str | None = None,
    twin: bool = True,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Comparison]:
    """Run every design with every seed under every calibration.

    Designs that differ in the campaign only share people, graph, tastes, sessions and coin flips, and one
    no-campaign twin for each seed and calibration.

    Args:
        designs: calibration -> at least two designs of different names; of the same names under each.
        seeds: at least one, all different.
        files: see `sim.run.prepare`.
        members: see `sim.run.prepare`.
        engine: see `sim.play.play`.
        events: likewise.
        rules: place of the user's own Python rules, see `sim.own_rules`.
        twin: measure the increments over the no-campaign twin too.
        workers: how many processes; by default one a processor, or this one alone if that takes seconds and
            there are no own rules.
        progress: called with how many runs are done, and of how many.

    Returns:
        Calibration -> what came out.

    Raises:
        InputError: there are too few designs or seeds, the community cannot be made, or the engine cannot
            run what is asked.
        RunError: a run failed.
        Cancelled: `progress` raised it.
    """
    names = _checked_names(designs, seeds)
    chosen, fallback_reason = chosen_engine(engine, load_own_rules(rules))
    asked = {"files": files, "members": members, "engine": engine, "events": events, "rules": rules}
    notes = _notes(next(iter(designs.values())), files, members, seeds[0])
    runs = [(one.scenario, seed) for seed in seeds for these in designs.values() for one in these]
    outcomes = iter(_made(runs, workers, progress, outputs=_outputs(twin=twin), **asked))
    measured: dict[str, list[list[dict[str, Number]]]] = {one: [[] for _ in names] for one in designs}
    for _ in seeds:
        for calibration, by_design in measured.items():
            for name, mine in zip(names, by_design, strict=True):
                mine.append(_values(next(outcomes), f"{calibration}, {name}"))
    return {
        calibration: Comparison(
            **_compared(names, seeds, by_design, events),
            notes=notes,
            engine=chosen,
            fallback_reason=fallback_reason,
        )
        for calibration, by_design in measured.items()
    }


def _checked_names(designs: Mapping[str, Sequence[Design]], seeds: Sequence[int]) -> tuple[str, ...]:
    names = [tuple(one.name for one in these) for these in designs.values()] or [()]
    for these in names:
        if len(these) < 2 or len(set(these)) < len(these) or these != names[0]:
            raise InputError(
                f"compare: needs two or more designs of different names, got {', '.join(these) or 'none'}",
                f"compare：需要两个或更多名称不同的方案，实际为 {'、'.join(these) or '无'}",
            )
    if not seeds or len(set(seeds)) < len(seeds):
        raise InputError(
            "compare: needs one or more seeds, all different", "compare：需要一个或更多互不相同的种子"
        )
    return names[0]


def _outputs(*, twin: bool) -> tuple[str, ...]:
    """All there is."""
    return (
        *(metric.name for metric in METRICS),
        *(f"{GAINED}.{one.name}" for one in INCREMENTS if twin),
        *(breakdown.name for breakdown in BREAKDOWNS),
        BOOKS,
    )


def _notes(
    designs: Iterable[Design], files: GraphFiles | None, members: int | None, seed: int
) -> tuple[Text, ...]:
    """What is said of the communities; what cannot be made is refused here, before the runs."""
    notes: dict[Text, None] = {}
    for design in designs:
        for note in prepare(design.scenario, files=files, members=members, seed=seed).notes:
            notes[Text(f"{design.name}: {note.en}", f"{design.name}：{note.zh}")] = None
    return tuple(notes)


def _made(
    runs: Sequence[tuple[Scenario, int]], workers: int | None, progress: Progress | None, **asked: Any
) -> list[Outcome]:
    """The outcomes of runs, in their order; the first few are made here and tell how long it will take."""
    if workers is None and asked["rules"] is not None:
        workers = max(2, usable_processors())  # nobody knows what they do: a process of theirs may end
    if workers is not None:
        return list(run_many(runs, workers=workers, progress=progress, **asked))
    made: list[Outcome] = []

    def report(done: int, of: int) -> None:  # equal runs are made once, so `of` may be less than all
        if progress is not None and of:
            progress(len(made) + done * (len(runs) - len(made)) // of, len(runs))

    for one in runs[:_FIRST_RUNS]:
        made += run_many([one], workers=1, **asked)
        report(0, 1)
    left = runs[_FIRST_RUNS:]
    here = made[-1].seconds * len(left) < _HERE_SECONDS
    made += run_many(left, workers=1 if here else None, progress=report, **asked)
    return made


def _values(outcome: Outcome, whose: str) -> dict[str, Number]:
    if outcome.error is not None:
        en, zh = outcome.why or (outcome.error, outcome.error)
        raise RunError(f"{whose}: {en}", f"{whose}：{zh}")
    return outcome.values


def _compared(
    names: tuple[str, ...], seeds: Sequence[int], measured: list[list[dict[str, Number]]], events: str
) -> dict[str, Any]:
    """What the runs under one calibration say; measured: by design and seed."""
    runs = [one for these in measured for one in these]
    largest = max(int(one["members"] or 0) for one in runs)
    counted = events == "outcomes" or (events == "auto" and largest > FULL_MEMBERS_MAX)
    values = _by_metric(measured)
    books = values.pop(BOOKS)
    return {
        "names": names,
        "seeds": tuple(seeds),
        "values": values,
        "unavailable": asking_messages() if counted else (),
        "books_residual_fen": int(np.abs(books).max()),
        "events": "outcomes" if counted else "full",
    }


def seeds_from(first: int, count: int) -> tuple[int, ...]:
    """So many seeds, beginning with `first`; after the last possible one they go on from 0."""
    return tuple((first + step) % 2**32 for step in range(count))


def difference(comparison: Comparison, metric: str, design: int) -> Estimate:
    """By how much a design exceeds the first one: the mean of the differences of equal seeds."""
    return _estimate(metric, _by_seed(comparison, metric, design) - _by_seed(comparison, metric, 0))


def level(comparison: Comparison, metric: str, design: int) -> Estimate:
    """What a design gives, over the seeds."""
    return _estimate(metric, _by_seed(comparison, metric, design))


def _by_seed(comparison: Comparison, metric: str, design: int) -> NDArray[np.float64]:
    def values_of(name: str) -> NDArray[np.float64] | None:
        return comparison.values[name][design] if name in comparison.values else None

    return by_seed(metric, values_of)


def gaps(comparison: Comparison, metric: str, design: int, other: int = 0) -> NDArray[np.float64]:
    """By how much a design exceeds another one, the first unless told otherwise, by seed."""
    values = comparison.values[metric]
    found: NDArray[np.float64] = values[design] - values[other]
    return found


def judged(comparisons: Mapping[str, Comparison], metric: str, design: int, other: int = 0) -> Verdict:
    """What a metric says of a design and another one, over calibrations and a number of seeds fixed before.

    Raises:
        KeyError: it is measured under no calibration, or not under all.
    """
    found = verdict(
        {
            name: _by_seed(one, metric, design) - _by_seed(one, metric, other)
            for name, one in comparisons.items()
        },
        higher_is_better=higher_is_better(metric),
        least=least_seeds(unit_of(metric)),
        looks=False,
    )
    if measure_of(metric).of is None:
        return found
    apart = gaps(next(iter(comparisons.values())), metric, design, other)  # seeds count as they are
    return replace(found, wins=int((apart < 0 if higher_is_better(metric) is False else apart > 0).sum()))


def _estimate(metric: str, values: NDArray[np.float64]) -> Estimate:
    return estimate(values, least=least_seeds(unit_of(metric)))


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
    """How often each design was the best by a metric; of a neutral one, how often it had the most."""
    values = comparison.values[metric]
    values = values[:, ~np.isnan(values).any(axis=0)]
    if values.shape[1] == 0:
        return Best((0,) * len(values), 0)
    first = values == (values.min(axis=0) if higher_is_better(metric) is False else values.max(axis=0))
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
                "best_in_seeds": None if higher_is_better(metric) is None else won.wins[number],
                "of_seeds": won.seeds,
                "values": [None if math.isnan(value) else value for value in values[number].tolist()],
            }
            for number, name in enumerate(comparison.names)
        ]
    return {
        "designs": list(comparison.names),
        "seeds": list(comparison.seeds),
        "interval": CONFIDENCE,
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
