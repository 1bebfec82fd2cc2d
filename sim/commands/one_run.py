"""One run as a command makes it: loaded, made ready, run, and written where that was asked for."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.calibration.calibration import Calibration
from sim.commands.engine import ready_engine, warn_if_slow
from sim.commands.graphs import read_asked
from sim.commands.options import GraphAsked
from sim.commands.progress import ProgressStyle
from sim.commands.session import Session, warning_data
from sim.luck import OtherLuck, other_luck, seeds_worth
from sim.own_rules import load_own_rules
from sim.play import FULL_MEMBERS_MAX, OwnRules, chosen_engine
from sim.results import EVENTS, manifest, scratch_folder, write_results
from sim.run import GraphFiles, Progress, RunResult, prepare, run
from sim.scenario.load import Loaded, load_scenario, parse_assignment
from sim.scenario.model import Scenario

OTHER_SEEDS = "other seeds"
"""The stage of a run in which it is made again, as `Progress` names it."""


@dataclass(frozen=True)
class RunOptions:
    """What `shapan run` was told; see its help."""

    scenario: str
    calibration: str | None
    calibrations: bool
    graph: GraphAsked
    seed: int | None
    members: int | None
    engine: str
    events: str
    rules: str | None
    variant: str | None
    sets: tuple[str, ...]
    out: Path | None
    force: bool
    twin: bool
    keep_twin: bool
    interval_seeds: int | None
    progress: ProgressStyle


@dataclass(frozen=True)
class OneRun:
    """A finished run. inputs: what it was started with; manifest: what was, or would be, written of it.

    luck: the same over other seeds, if that was made.
    """

    loaded: Loaded
    result: RunResult
    inputs: dict[str, Any]
    manifest: dict[str, Any]
    luck: OtherLuck | None


@dataclass(frozen=True)
class Bench:
    """What runs with the same options share: the user's rules, the engine, and the graph read from files."""

    own: OwnRules | None
    engine: str
    files: GraphFiles | None


def load(options: RunOptions, calibration: Calibration | None) -> Loaded:
    """Load the scenario, over the defaults of a calibration if one is given.

    Raises:
        ScenarioError: it is not valid.
    """
    return load_scenario(options.scenario, options.variant, assignments(options.sets), calibration)


def get_ready(session: Session, options: RunOptions) -> Bench:
    """Load what the options name and make the engine ready.

    Raises:
        InputError: something of it cannot be used.
    """
    own = load_own_rules(options.rules)
    engine = chosen_engine(options.engine, own)[0]
    ready_engine(session, options.progress)
    return Bench(own, engine, read_asked(session, options.graph))


def one_run(
    session: Session,
    options: RunOptions,
    bench: Bench,
    loaded: Loaded,
    calibration: str,
    out: Path | None,
    progress: Progress | None,
    *,
    luck: bool = False,
) -> OneRun:
    """Run a scenario, and write the results if `out` is a folder; `calibration` is told with them.

    luck: make it again with other seeds too, as many as the options say or are worth while.

    Raises:
        ShapanError: see `sim.run` and `sim.results`.
    """
    prepared = prepare(loaded.scenario, files=bench.files, members=options.members, seed=options.seed)
    warn_if_slow(session, bench.engine, prepared.graph.n)
    asked: dict[str, Any] = {"engine": options.engine, "events": options.events, "own": bench.own}
    inputs = {
        "scenario": options.scenario,
        "calibration": calibration,
        "variant": options.variant,
        "sets": list(options.sets),
        "rules": options.rules,
        "files": list(loaded.files),
        "warnings": [warning_data(warning) for warning in loaded.warnings_of(prepared.scenario)],
    }
    with ExitStack() as place:
        events_file = None
        if out is not None and prepared.graph.n > FULL_MEMBERS_MAX:
            events_file = place.enter_context(scratch_folder(out)) / EVENTS
        result = run(prepared, progress=progress, twin=options.twin, events_file=events_file, **asked)
        other = _other_luck(options, loaded.scenario, result, progress) if luck else None
        if out is None:
            written = manifest(result, inputs)
        else:
            written = write_results(
                out,
                result,
                inputs,
                force=options.force,
                events_file=events_file,
                keep_twin=options.keep_twin,
                luck=other,
            )
    return OneRun(loaded, result, inputs, written, other)


def _other_luck(
    options: RunOptions, scenario: Scenario, result: RunResult, progress: Progress | None
) -> OtherLuck | None:
    count = options.interval_seeds
    if count is None:
        count = seeds_worth(result.table.header.members) if result.engine == "fast" else 0
    if not count:
        return None
    return other_luck(
        scenario,
        result.prepared,
        count,
        twin=options.twin,
        engine=options.engine,
        rules=options.rules,
        progress=None if progress is None else lambda share: progress(OTHER_SEEDS, share),
    )


def assignments(sets: tuple[str, ...]) -> dict[str, object]:
    """Values set by hand, by path; of equal paths the last counts.

    Raises:
        ScenarioError: one is not of the form path=value.
    """
    return dict(parse_assignment(text) for text in sets)
