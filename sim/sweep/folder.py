"""A sweep made in a folder: what it leaves there, and going on where it was stopped.

`sweep.yaml` (a copy of the sweep file), `chunks/` (finished runs, `sim.sweep.store`), and at the end
`runs.parquet`, `runs.csv` on request, and `manifest.json` (how to get the same again), by whose presence the
sweep is complete. Those that another version of the model made are moved into `model-` with that version.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.errors import InputError, cannot_write
from sim.replace_file import put_in_place, replace_file
from sim.results import check_folder, versions, write_json
from sim.sweep.job import Outcome
from sim.sweep.many import Progress, run_many
from sim.sweep.plan import Plan, SweepGraph
from sim.sweep.store import open_store
from sim.sweep.table import runs_table, write_csv, write_parquet
from sim.version import MODEL_VERSION

_ERRORS_MOST = 5  # assumption: the commonest errors that a manifest names

SWEEP, CHUNKS = "sweep.yaml", "chunks"
_ASIDE = "model-"
RUNS, RUNS_CSV, MANIFEST = "runs.parquet", "runs.csv", "manifest.json"


def make_sweep(
    plan: Plan,
    out: Path,
    *,
    workers: int | None = None,
    csv: bool = False,
    retry_failed: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Make every run of a plan that the folder does not have yet, and write the final table.

    Returns:
        The manifest. The table is the same for the same plan however often it was stopped; the manifest's
        `timing` is not.

    Raises:
        InputError: the folder holds something else, is in use, or cannot be written to.
        RunError: a process was killed. What is finished is kept.
        Cancelled: `progress` raised it. What is finished is kept.
    """
    check_folder(out, force=True)
    if out.is_dir() and any(out.iterdir()) and not ((out / SWEEP).is_file() or (out / CHUNKS).is_dir()):
        raise InputError(
            f"{out}: is not empty and holds no sweep; choose another folder",
            f"{out}: 不是空文件夹，也不是扫描的文件夹；请另选",
        )
    first: list[int] = []

    def report(before: int) -> Progress:
        def told(done: int, runs: int) -> None:
            if not first:
                first.append(done)
            if progress is not None:
                progress(before + done, plan.size)

        return told

    with open_store(out / CHUNKS) as store:
        _put_aside(out)
        (out / MANIFEST).unlink(missing_ok=True)
        with replace_file(out / SWEEP) as file:
            file.write(plan.content)
        outcomes: list[Outcome] = []
        reused = 0
        for graph in plan.graphs:
            first.clear()
            outcomes += run_many(
                itertools.product((point.scenario for point in plan.points), plan.file.all_seeds),
                outputs=plan.file.outputs,
                files=graph.files,
                members=plan.file.members,
                engine=plan.file.engine,
                run_limit_seconds=plan.file.run_limit_seconds,
                workers=workers,
                store=store,
                retry_failed=retry_failed,
                progress=report(len(outcomes)),
            )
            reused += first[0]
        table = runs_table(plan, outcomes)
        write_parquet(table, out / RUNS)
        (out / RUNS_CSV).unlink(missing_ok=True)
        if csv:
            write_csv(table, out / RUNS_CSV)
        content = _manifest(plan, outcomes, out, reused=reused, others=store.others)
        write_json(out / MANIFEST, content)
    return content


def _graph(one: SweepGraph) -> dict[str, Any]:
    assert one.files is not None
    return {
        "name": one.name,
        "files": [str(path.resolve()) for path in one.files.paths],
        "reading": one.files.reading.plain(),
        "report": one.files.report.plain(),
        "sha256": one.files.graph.sha256,
    }


def has_changed(plan: Plan, out: Path) -> bool:
    """Whether the folder was begun with a sweep file that said something else."""
    copy = out / SWEEP
    try:
        return copy.is_file() and copy.read_bytes() != plan.content
    except OSError:
        return True


def _put_aside(out: Path) -> None:
    """Move the final table of another version of the model, with what tells how it was made, aside."""
    try:
        version = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["model_version"]
    except (OSError, ValueError, TypeError, KeyError):
        return
    if version == MODEL_VERSION:
        return
    names = (f"{_ASIDE}{version}" + (f"-{number}" if number else "") for number in itertools.count())
    aside = next(out / name for name in names if not (out / name / MANIFEST).exists())
    try:
        aside.mkdir(exist_ok=True)
        for name in (SWEEP, RUNS_CSV, RUNS, MANIFEST):  # the last is that by which it is found
            if (out / name).exists():
                put_in_place(out / name, aside / name)
    except OSError as error:
        raise cannot_write(aside, error) from error


def _manifest(
    plan: Plan, outcomes: Sequence[Outcome], out: Path, *, reused: int, others: int
) -> dict[str, Any]:
    engines = Counter(outcome.engine or "none" for outcome in outcomes)
    failures = Counter(one.why or (one.error, one.error) for one in outcomes if one.error is not None)
    return {
        "sweep_file": str(plan.path),
        "sweep_sha256": hashlib.sha256(plan.content).hexdigest(),
        "scenario_files": list(plan.scenario_files),
        "graphs": [_graph(one) for one in plan.graphs if one.files is not None],
        "members_asked": plan.file.members,
        "points": len(plan.points),
        "seeds": list(plan.file.all_seeds),
        "runs": len(outcomes),
        "failed": sum(outcome.error is not None for outcome in outcomes),
        "errors": [
            {"en": en, "zh": zh, "runs": runs} for (en, zh), runs in failures.most_common(_ERRORS_MOST)
        ],
        "outputs": list(plan.file.outputs),
        "engine_asked": plan.file.engine,
        "engines": dict(sorted(engines.items())),
        "model_version": MODEL_VERSION,
        "of_other_versions": {
            "runs": others,
            "tables": sorted(path.parent.name for path in out.glob(f"{_ASIDE}*/{MANIFEST}")),
        },
        "versions": versions(),
        "runs_sha256": hashlib.sha256((out / RUNS).read_bytes()).hexdigest(),
        "timing": {
            "runs_reused": reused,
            "seconds_of_all_runs": round(sum(outcome.seconds for outcome in outcomes), 3),
        },
    }
