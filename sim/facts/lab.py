"""Runs the arms of facts: in processes, each result kept, so that nothing is run twice."""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path

from sim.compiled import cache_folder
from sim.errors import InputError, RunError
from sim.facts.contexts import scenario_of
from sim.facts.fact import Fact, Row, Trial
from sim.network.chats import lay_chats
from sim.play import play
from sim.replace_file import replace_file
from sim.run import prepare
from sim.scenario.model import Scenario

_LOG = logging.getLogger(__name__)
_FOLDER = Path(__file__).parent
_SHARED = re.compile(r"^from (sim\.facts\.shared\.\w+) import", re.MULTILINE)


@dataclass(frozen=True)
class Job:
    """One run of one arm. module: where the fact is; sets: see `scenario_of`, as pairs."""

    module: str
    arm: str
    seed: int
    sets: tuple[tuple[str, object], ...]


def run_jobs(
    jobs: Sequence[Job], workers: int, progress: Callable[[float], None] | None = None
) -> dict[Job, Row]:
    """What each job counted; those done before, by the same code, are read from the user's cache.

    progress: called with the share of jobs that are done; it may raise `Cancelled`, and what was finished
    stays.

    Raises:
        RunError: a run failed; the others that were finished stay.
    """
    rows: dict[Job, Row] = {}
    left = []
    for job in jobs:
        kept = _kept(job)
        if kept is None:
            left.append(job)
        else:
            rows[job] = kept
    for job, row in _done(left, workers):
        rows[job] = row
        if progress is not None:
            progress(len(rows) / len(jobs))
    return rows


def _done(jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, Row]]:
    if workers == 1 or len(jobs) < 2:
        for job in jobs:
            yield job, do(job)
        return
    executor = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
    try:
        futures = {executor.submit(do, job): job for job in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def do(job: Job) -> Row:
    """Run an arm once, count, and keep the counts.

    Raises:
        RunError: it failed; says where.
    """
    fact, scenario = fact_of(job.module), _scenario(job)
    arm = fact.arms[job.arm]
    try:
        if arm.graph is None:
            graph = prepare(scenario).graph
        else:
            graph = arm.graph(scenario, job.seed)
            if not graph.chats:
                graph = lay_chats(graph, scenario.communities.chats, job.seed)
        table = play(scenario, graph, events=arm.events).table if arm.played else None
        row = fact.count(job.arm, Trial(job.seed, scenario, graph, table))
    except Exception as error:
        raise RunError(
            f"fact {fact.id}, arm {job.arm!r}, seed {job.seed}: {type(error).__name__}: {error}"
        ) from error
    _keep(job, row)
    return row


def fact_of(module: str) -> Fact:
    """The fact of a module."""
    fact = import_module(module).FACT
    assert isinstance(fact, Fact)
    return fact


def _kept(job: Job) -> Row | None:
    try:
        row: Row = json.loads(_path(job).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return row


def _keep(job: Job, row: Row) -> None:
    try:
        path = _path(job)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            file.write(json.dumps(row).encode())
    except (OSError, InputError) as error:
        _LOG.info("counts are not kept: %s", error)


def _path(job: Job) -> Path:
    """Where the counts are kept: named by the engine's sources, the fact's own, the scenario and the seed."""
    digest = hashlib.sha256()
    for part in (cache_folder().name, _sources(job.module), job.arm, _scenario(job).model_dump_json()):
        digest.update(part.encode() + b"\0")
    return cache_folder().parents[1] / "facts" / fact_of(job.module).id / f"{digest.hexdigest()[:32]}.json"


@lru_cache(maxsize=16)
def _scenario(job: Job) -> Scenario:
    fact = fact_of(job.module)
    return scenario_of(
        f"fact-{fact.id.lower()}", fact.arms[job.arm], {**dict(job.sets), "run.seed": job.seed}
    )


@cache
def _sources(module: str) -> str:
    """Hash of the fact's module and of what it shares with others."""
    digest, left, seen = hashlib.sha256(), [module], {module}
    while left:
        path = _FOLDER.joinpath(*left.pop().split(".")[2:]).with_suffix(".py")
        text = path.read_text(encoding="utf-8")
        digest.update(text.encode())
        for found in _SHARED.findall(text):
            if found not in seen:
                seen.add(found)
                left.append(found)
    return digest.hexdigest()
