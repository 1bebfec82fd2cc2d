"""The folder a run leaves behind: written whole or not at all, and read again.

`events.parquet` (the event table), `daily.parquet` and `daily.csv` (the daily series), `by_product.csv`,
`by_offer.csv` and `by_leader.csv` (orders and money by them), `scenario.yaml` (as it was run, every default
written out), `summary.json`, and `manifest.json` (how to get the same again). Where
there is something to say, also `members.csv` and `uplines.csv` (`sim.member_files`); where they were made,
`intervals.csv` (what other seeds give) and `twin_events.parquet` (the event table of the same without the
campaign).
"""

from __future__ import annotations

import json
import platform
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim import __version__
from sim.errors import InputError, cannot_read, cannot_write
from sim.event_files import read_events, table_sha256, write_events, write_series_csv, write_series_parquet
from sim.events import EventTable
from sim.leftovers import clear_leftovers, is_for_now, new_stage
from sim.luck import OtherLuck, luck_columns
from sim.mechanics.commission.config import CommissionConfig
from sim.member_files import MEMBERS, UPLINES, labels_csv, read_labels, read_uplines, uplines_csv
from sim.metrics.budget import budget_short_by_offer
from sim.metrics.by import by_leader, by_offer, by_product, series_of
from sim.metrics.daily import daily_columns
from sim.outcomes import without_messages
from sim.population import uplines_at_start
from sim.replace_file import put_in_place, replace_file
from sim.run import RunResult
from sim.scenario.load import dump_yaml, load_scenario, scenario_sha256
from sim.scenario.model import Scenario
from sim.settings.problems import Text

EVENTS, DAILY, DAILY_CSV = "events.parquet", "daily.parquet", "daily.csv"
BY_PRODUCT, BY_OFFER, BY_LEADER = "by_product.csv", "by_offer.csv", "by_leader.csv"
LUCK = "intervals.csv"
"""What other seeds give (`sim.luck`); only where they were run."""
TWIN_EVENTS = "twin_events.parquet"
"""The event table of the same without the campaign; only where that was to be kept."""
SCENARIO, SUMMARY, MANIFEST = "scenario.yaml", "summary.json", "manifest.json"

_NOT_ALWAYS = (MEMBERS, UPLINES, LUCK, TWIN_EVENTS)
_VERSIONS_OF = ("numpy", "numba", "mesa", "pandas", "pyarrow", "pydantic", "networkx")


@dataclass(frozen=True)
class SavedRun:
    """What a folder holds of a run.

    Attributes:
        folder: the folder.
        manifest: `manifest.json`.
        scenario: as it was run.
        table: the event table.
        labels: what members are called, by number; None where they are just numbers.
        uplines: by member who started as a distributor, who had recruited them, -1 for nobody; None where
            the run has no commission.
    """

    folder: Path
    manifest: dict[str, Any]
    scenario: Scenario
    table: EventTable
    labels: tuple[str, ...] | None = None
    uplines: dict[int, int] | None = None

    def __repr__(self) -> str:
        return f"<SavedRun in {self.folder}: {self.table!r}>"

    def twin_table(self) -> EventTable | None:
        """Everything that happened without the campaign, read from the file; None where that was not kept.

        Raises:
            InputError: the file is missing, broken, or not the one that the manifest names.
        """
        wanted = self.manifest.get("twin_events_sha256")
        if wanted is None:
            return None
        path = self.folder / TWIN_EVENTS
        table = read_events(path)
        if table_sha256(table) != wanted:
            raise InputError(
                f"{path}: is not the event table that {MANIFEST} names; it was changed",
                f"{path}: 与 {MANIFEST} 中登记的事件表不一致，已被改动",
            )
        return table


def check_folder(path: Path, *, force: bool) -> None:
    """See that results can be written to `path`, before the work for them is done.

    What killed processes left there is cleared away.

    Raises:
        InputError: it is no folder, is not empty (and `force` is not given), or cannot be written to.
    """
    try:
        folder = _nearest_folder(path)
        for above in (folder.absolute(), *folder.absolute().parents):  # it was the nearest to another run
            clear_leftovers(above)
        if path.is_dir() and not force and not all(is_for_now(one.name) for one in path.iterdir()):
            raise InputError(
                f"{path}: is not empty; choose another folder, or --force to replace results in it",
                f"{path}: 不是空文件夹；请另选文件夹，或用 --force 替换其中的结果",
            )
        with new_stage(folder):
            pass
    except (OSError, ValueError) as error:
        raise cannot_write(path, error) from error


@contextmanager
def staged_folder(path: Path, *, force: bool, last: str, stale: Collection[str] = ()) -> Iterator[Path]:
    """A folder to write files into, which take their place in `path` when the body has ended well.

    When it raises, nothing is left of them. With `force`, files of the same names are replaced, at the end
    and together; other files in `path` stay as they are.

    Args:
        path: the folder to be; made if there is none.
        force: whether it may hold something already.
        last: the file by whose presence the folder is complete; it is put in place last.
        stale: files that go if they are not written anew, as they would be of what was there before.

    Raises:
        InputError: as `check_folder`; or the disk is full.
    """
    check_folder(path, force=force)
    try:
        with new_stage(_nearest_folder(path)) as stage:
            yield stage
            if path.is_dir():
                _exchange(stage, path, last, stale)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                put_in_place(stage, path)
    except OSError as error:
        raise cannot_write(path, error) from error
    except InputError as error:
        if isinstance(error.__cause__, OSError):  # it names the folder for the time being, which says nothing
            raise cannot_write(path, error.__cause__) from error
        raise


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """A folder beside the folder `path`, for as long as the body runs.

    Raises:
        InputError: there is no place for it.
    """
    with ExitStack() as place:
        try:
            scratch = place.enter_context(new_stage(_nearest_folder(path)))
        except OSError as error:
            raise cannot_write(path, error) from error
        yield scratch


def write_results(
    path: Path,
    result: RunResult,
    inputs: dict[str, Any],
    *,
    force: bool,
    events_file: Path | None = None,
    keep_twin: bool = False,
    luck: OtherLuck | None = None,
) -> dict[str, Any]:
    """Write everything about a run into the folder `path`; returns the manifest.

    Args:
        path: the folder.
        result: the run.
        inputs: what the run was started with, for the manifest; its `calibration`, if it has one, is told
            in the summary and above the scenario too.
        force: replace the results of another run.
        events_file: the run's event table as a file that is already written; it is moved into the folder.
        keep_twin: write the event table of the same without the campaign too.
        luck: the same run over other seeds, if that was made.

    Raises:
        InputError: see `staged_folder`; or there is no twin to keep.
    """
    if keep_twin and result.twin_table is None:
        raise InputError(
            "keep_twin: the run was made without its no-campaign twin, so there is nothing to keep",
            "keep_twin：此次运行没有对照的无活动运行，无可保留",
        )
    with staged_folder(
        path, force=force, last=MANIFEST, stale=(MEMBERS, UPLINES, TWIN_EVENTS, LUCK)
    ) as stage:
        began = time.perf_counter()
        if events_file is None:
            write_events(result.table, stage / EVENTS)
        else:
            shutil.move(events_file, stage / EVENTS)
        series = daily_columns(result.table)
        write_series_parquet(series, stage / DAILY)
        write_series_csv(series, stage / DAILY_CSV)
        sold = without_messages(result.table)
        write_series_csv(series_of(by_product(sold), "product"), stage / BY_PRODUCT)
        write_series_csv(series_of(by_offer(sold), "offer"), stage / BY_OFFER)
        write_series_csv(by_leader(sold), stage / BY_LEADER)
        if luck is not None:
            write_series_csv(luck_columns(luck, result.summary), stage / LUCK)
        used = inputs.get("calibration")
        above = "" if used is None else f"calibration: {used}"
        _write(stage / SCENARIO, dump_yaml(result.prepared.scenario, above))
        if (labels := result.prepared.graph.labels) is not None:
            _write(stage / MEMBERS, labels_csv(labels))
        if (uplines := _uplines(result)) is not None:
            _write(stage / UPLINES, uplines_csv(uplines))
        kept_twin = None
        if keep_twin and result.twin_table is not None:
            write_events(result.twin_table, stage / TWIN_EVENTS)
            kept_twin = table_sha256(result.twin_table)
        write_json(stage / SUMMARY, summary_data(result, inputs))
        written_s = time.perf_counter() - began
        content = manifest(result, inputs, write_seconds=written_s, twin_events_sha256=kept_twin)
        write_json(stage / MANIFEST, content)
    return content


def _uplines(result: RunResult) -> dict[int, int] | None:
    """Who stands above whom at the start, if commission is paid by it."""
    prepared = result.prepared
    if not any(isinstance(offer, CommissionConfig) for offer in prepared.scenario.offers):
        return None
    return uplines_at_start(prepared.scenario, prepared.graph, result.table.header.seed)


def summary_data(result: RunResult, inputs: dict[str, Any]) -> dict[str, Any]:
    """What `summary.json` holds: the measures, how they were recorded, and what in the run is illegal.

    inputs: as for `write_results`.
    """
    return {
        **result.summary,
        "budget_fen": result.prepared.scenario.operator.budget_fen,
        "budget_short_by_offer": budget_short_by_offer(result.table),
        "illegal_offers": list(result.illegal_offers),
        "engine": result.engine,
        "fallback_reason": _english(result.fallback_reason),
        "events": result.table.header.events,
        "calibration": inputs.get("calibration"),
    }


def manifest(
    result: RunResult,
    inputs: dict[str, Any],
    write_seconds: float | None = None,
    twin_events_sha256: str | None = None,
) -> dict[str, Any]:
    """What must be known to get the same run again.

    `events_sha256` is that of the table's content (`sim.event_files.table_sha256`), `twin_events_sha256` of
    the twin's if that is kept, `scenario_sha256` of the scenario as it was run, `graph_sha256` of the graph
    with its chats.
    """
    prepared, header = result.prepared, result.table.header
    return {
        "scenario_sha256": scenario_sha256(prepared.scenario.model_dump(mode="json")),
        "graph_sha256": prepared.graph.sha256,
        "seed": header.seed,
        "members": header.members,
        "engine": result.engine,
        "fallback_reason": _english(result.fallback_reason),
        "own_rules": result.own_rules,
        "model_version": header.model_version,
        "event_schema_version": header.event_schema_version,
        "events": header.events,
        "period_s": header.period_s,
        "versions": versions(),
        "rows": len(result.table),
        "events_sha256": table_sha256(result.table),
        "twin_events_sha256": twin_events_sha256,
        "setup_seconds": round(result.setup_seconds, 3),
        "run_seconds": round(result.run_seconds, 3),
        "twin_seconds": round(result.twin_seconds, 3),
        "write_seconds": None if write_seconds is None else round(write_seconds, 3),
        "scenario_id": header.scenario_id,
        "inputs": inputs,
        "graph_files": []
        if prepared.files is None
        else [str(path.resolve()) for path in prepared.files.paths],
        "graph_report": None if prepared.files is None else prepared.files.report.plain(),
        "graph_reading": {} if prepared.files is None else prepared.files.reading.plain(),
        "members_asked": prepared.members_asked,
        "notes": [note.en for note in prepared.notes],
        "illegal_offers": list(result.illegal_offers),
    }


def versions() -> dict[str, str]:
    """The versions of Shapan, Python and what results depend on."""
    found = {"shapan": __version__, "python": platform.python_version()}
    for name in _VERSIONS_OF:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def read_results(folder: Path) -> SavedRun:
    """Read what `write_results` wrote.

    Raises:
        InputError: the folder is not one, lacks a file, or its files are broken.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise InputError(
            f"{folder}: no such folder; name one that `shapan run --out` has written",
            f"{folder}: 没有此文件夹；请指明 `shapan run --out` 写出的文件夹",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder}: has no {MANIFEST}; name a folder that `shapan run --out` has written",
            f"{folder}: 没有 {MANIFEST}；请指明 `shapan run --out` 写出的文件夹",
        ) from None
    except (OSError, ValueError) as error:
        raise cannot_read(path, error) from error
    needed = (
        "scenario_sha256",
        "events_sha256",
        "graph_sha256",
        "graph_files",
        "graph_reading",
        "members_asked",
    )
    missing = [key for key in needed if not isinstance(content, dict) or key not in content]
    if missing:
        raise InputError(
            f"{path}: is not the manifest of a run: {', '.join(missing)} missing",
            f"{path}: 不是一次运行的清单：缺少 {', '.join(missing)}",
        )
    scenario, table = load_scenario(folder / SCENARIO).scenario, read_events(folder / EVENTS)
    labels = read_labels(folder / MEMBERS, table.header.members)
    uplines = read_uplines(folder / UPLINES, table.header.distributors)
    return SavedRun(folder, content, scenario, table, labels, uplines)


def write_json(path: Path, data: Any) -> None:
    """Write plain data as readable JSON, whole or not at all.

    Raises:
        InputError: the place cannot be written to.
    """
    _write(path, json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _english(text: Text | None) -> str | None:
    return None if text is None else text.en


def _write(path: Path, text: str) -> None:
    with replace_file(path) as file:
        file.write(text.encode())


def _nearest_folder(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    if path.is_symlink() and not path.exists():
        raise InputError(
            f"{path}: is a link to {path.readlink()}, which does not exist",
            f"{path}: 是指向 {path.readlink()} 的链接，而后者不存在",
        )
    nearest = next(above for above in (path, *path.absolute().parents) if above.exists())
    if not nearest.is_dir():
        raise InputError(
            f"{nearest}: is a file; results go into a folder", f"{nearest}: 是文件；结果须写入文件夹"
        )
    return nearest


def _exchange(stage: Path, path: Path, last: str, stale: Collection[str]) -> None:
    """Move the files of `stage` into `path`; if that fails on the way, everything is as it was."""
    names = sorted((file.name for file in stage.iterdir()), key=lambda name: (name == last, name))
    replaced = [*names, *(name for name in stale if name not in names)]
    with new_stage(path) as old:
        try:
            for name in reversed(replaced):
                if (path / name).exists() or (path / name).is_symlink():
                    put_in_place(path / name, old / name)
            for name in names:
                put_in_place(stage / name, path / name)
        except BaseException:
            for name in names:
                if not (stage / name).exists():
                    put_in_place(path / name, stage / name)
            for name in replaced:
                if (old / name).exists() or (old / name).is_symlink():
                    put_in_place(old / name, path / name)
            raise
