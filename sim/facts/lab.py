"""Runs the arms of facts: in processes, each result kept, so that nothing is run twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path

from sim.errors import RunError, named_reason
from sim.facts.contexts import scenario_of
from sim.facts.fact import Arm, Fact, Row, Trial
from sim.facts.kept import done, keep, place_of, read_kept
from sim.network.chats import lay_chats
from sim.network.graph import SocialGraph
from sim.play import play
from sim.run import prepare
from sim.scenario.model import Scenario

_FOLDER = Path(__file__).parent
_SHARED = re.compile(r"^from (sim\.facts\.(?:shared\.|f\d)\w+) import", re.MULTILINE)


@dataclass(frozen=True)
class Job:
    """One run of one arm. module: where the fact is; sets: see `scenario_of`, as pairs."""

    module: str
    arm: str
    seed: int
    sets: tuple[tuple[str, object], ...]


def run_jobs(
    jobs: Sequence[Job], workers: int, progress: Callable[[float], None] | None = None
) -> tuple[dict[Job, Row], frozenset[Job]]:
    """What each job counted, and which were done before, by the same code, and read from the user's cache.

    progress: called with the share of jobs that are done; it may raise `Cancelled`, and what was finished
    stays.

    Raises:
        RunError: a run failed; the others that were finished stay.
    """
    rows: dict[Job, Row] = {}
    left = []
    for job in jobs:
        kept: Row | None = read_kept(_path(job))
        if kept is None:
            left.append(job)
        else:
            rows[job] = kept
    before = frozenset(rows)
    for job, row in done(do, left, workers):
        rows[job] = row
        if progress is not None:
            progress(len(rows) / len(jobs))
    return rows, before


def do(job: Job) -> Row:
    """Run an arm once, count, and keep the counts.

    Raises:
        RunError: it failed; says where.
    """
    fact, scenario = fact_of(job.module), _scenario(job)
    arm = fact.arms[job.arm]
    try:
        graph = graph_of(arm, scenario)
        table = play(scenario, graph, events=arm.events).table if arm.played else None
        row = fact.count(job.arm, Trial(job.seed, scenario, graph, table))
    except Exception as error:
        why = named_reason(error)
        raise RunError(
            f"fact {fact.id}, arm {job.arm!r}, seed {job.seed}: {why.en}",
            f"事实 {fact.id}，情形 {job.arm!r}，种子 {job.seed}：{why.zh}",
        ) from error
    keep(_path(job), row)
    return row


def graph_of(arm: Arm, scenario: Scenario) -> SocialGraph:
    """Who knows whom in an arm: the network that it brings, with the scenario's chats, or a generated one."""
    if arm.graph is None:
        return prepare(scenario).graph
    graph = arm.graph(scenario, scenario.run.seed)
    return graph if graph.chats else lay_chats(graph, scenario.communities.chats, scenario.run.seed)


def fact_of(module: str) -> Fact:
    """The fact of a module."""
    fact = import_module(module).FACT
    assert isinstance(fact, Fact)
    return fact


def _path(job: Job) -> Path:
    """Where the counts are kept: named by the fact's own sources, the arm and the scenario with its seed."""
    return place_of(fact_of(job.module).id, *_sources(job.module), job.arm, _scenario(job).model_dump_json())


def _scenario(job: Job) -> Scenario:
    return _design(job.module, job.arm, job.sets).with_seed(job.seed)


@lru_cache(maxsize=64)
def _design(module: str, arm: str, sets: tuple[tuple[str, object], ...]) -> Scenario:
    """The scenario of an arm, which is the same for all seeds."""
    fact = fact_of(module)
    return scenario_of(f"fact-{fact.id.lower()}", fact.arms[arm], dict(sets))


@cache
def _sources(module: str) -> tuple[Path, ...]:
    """The fact's module and what it shares with others."""
    modules = [module]
    paths = []
    for one in modules:  # grows as modules name others
        paths.append(_FOLDER.joinpath(*one.split(".")[2:]).with_suffix(".py"))
        found = _SHARED.findall(paths[-1].read_text(encoding="utf-8"))
        modules += [other for other in dict.fromkeys(found) if other not in modules]
    return tuple(paths)
