"""Simulated shops as the files would show them: in processes, each run's figures kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.facts.beibei.figures import measured
from sim.facts.beibei.observation import files_of
from sim.facts.beibei.shop import Shop, scenario
from sim.facts.beibei.statistics import Figures
from sim.facts.kept import done, keep, place_of, read_kept
from sim.play import play
from sim.run import prepare
from sim.scenario.model import Scenario

_SOURCES = tuple(
    Path(__file__).with_name(f"{name}.py")
    for name in ("figures", "observation", "records", "runs", "statistics")
)


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
    for job, figures in done(run, list(dict.fromkeys(jobs)), workers):
        found[job] = figures
        if progress is not None:
            progress(len(found) / len(set(jobs)))
    return [found[job] for job in jobs]


def run(job: Job) -> dict[str, Figures]:
    """The figures of a run, played unless they are kept."""
    played = scenario(job.shop, job.members, job.seed)
    path = kept_at(played)
    kept: dict[str, Figures] | None = read_kept(path)
    if kept is not None:
        return kept
    table = play(played, prepare(played).graph, events="outcomes").table
    figures = measured(files_of(table, played.run.seed))
    keep(path, figures)
    return figures


def kept_at(played: Scenario) -> Path:
    """Where the figures are kept: named by the sources of this folder too, and by the scenario."""
    # the whole scenario, defaults and all: they may change while the sources of the engine do not
    return place_of("beibei", *_SOURCES, played.model_dump_json())
