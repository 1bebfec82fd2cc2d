"""Simulated shops as the files would show them: in processes, each run's figures kept."""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.compiled import cache_folder
from sim.errors import InputError
from sim.facts.beibei.figures import measured
from sim.facts.beibei.observation import files_of
from sim.facts.beibei.shop import Shop, scenario
from sim.facts.beibei.statistics import Figures
from sim.play import play
from sim.replace_file import replace_file
from sim.run import prepare
from sim.scenario.model import Scenario

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One run."""

    shop: Shop
    members: int
    seed: int


def simulated(
    jobs: Sequence[Job], workers: int = 1, progress: Callable[[float], None] | None = None
) -> list[dict[str, Figures]]:
    """Split -> figures, of each run in turn; those of the same code that are kept are read.

    progress: called with the share that is done; it may raise `Cancelled`, and what was finished stays.
    """
    found: dict[Job, dict[str, Figures]] = {}
    for job, figures in _done(list(dict.fromkeys(jobs)), workers):
        found[job] = figures
        if progress is not None:
            progress(len(found) / len(set(jobs)))
    return [found[job] for job in jobs]


def _done(jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, dict[str, Figures]]]:
    if workers == 1:
        for job in jobs:
            yield job, run(job)
        return
    executor = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
    try:
        futures = {executor.submit(run, job): job for job in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def run(job: Job) -> dict[str, Figures]:
    """The figures of a run, played unless they are kept."""
    played = scenario(job.shop, job.members, job.seed)
    path = kept_at(played)
    try:
        kept: dict[str, Figures] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    except (OSError, ValueError):
        pass
    table = play(played, prepare(played).graph, events="outcomes").table
    figures = measured(files_of(table, played.run.seed))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            file.write(json.dumps(figures).encode())
    except (OSError, InputError) as error:
        _LOG.info("figures are not kept: %s", error)
    return figures


def kept_at(played: Scenario) -> Path:
    """Where the figures are kept: named by the engine's sources, those of this folder, and the scenario."""
    digest = hashlib.sha256()
    # the whole scenario, defaults and all: they may change while the sources of the engine do not
    for part in (cache_folder().name, _sources(), played.model_dump_json()):
        digest.update(part.encode() + b"\0")
    return cache_folder().parents[1] / "facts" / "beibei" / f"{digest.hexdigest()[:32]}.json"


@cache
def _sources() -> str:
    """Hash of what makes a run's figures beside the engine."""
    digest = hashlib.sha256()
    for name in ("figures", "observation", "records", "statistics"):
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()
