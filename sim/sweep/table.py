"""The final table of a sweep: one row a run, the same bytes however the runs were made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sim.replace_file import replace_file
from sim.sweep.job import Outcome
from sim.sweep.plan import Plan

_COMPRESSION_LEVEL = 3  # assumption: zstd's own default, pinned so that the bytes do not follow it
_BOM = b"\xef\xbb\xbf"  # by which spreadsheets know UTF-8


def runs_table(plan: Plan, outcomes: Sequence[Outcome]) -> pa.Table:
    """The table of all runs in the order of the plan.

    Columns: `index` int64 from 0, `point` int64 from 0 (counted anew for each graph that the file names),
    `run_id`, `graph` if the file names graphs, `variant` if it names variants, one
    for each path of the grid, `seed` int64, one for each output (for each part of a breakdown; empty where
    nothing could be measured), `error` (empty if the run came to its end). Numbers are int64 where all
    of them are whole, else float64; a path whose values are of several kinds, or lists, has them as JSON.
    """
    runs = list(plan.runs)
    seeds = len(plan.file.all_seeds)
    columns: dict[str, pa.Array] = {
        "index": pa.array(range(len(runs)), pa.int64()),
        "point": pa.array([index // seeds % len(plan.points) for index in range(len(runs))], pa.int64()),
        "run_id": pa.array([outcome.run_id for outcome in outcomes], pa.string()),
    }
    if plan.file.graphs:
        columns["graph"] = pa.array([graph.name for graph, _, _ in runs], pa.string())
    if plan.file.variants:
        columns["variant"] = pa.array([point.variant for _, point, _ in runs], pa.string())
    for path in plan.file.grid:
        columns[path] = _setting([point.settings[path] for _, point, _ in runs])
    columns["seed"] = pa.array([seed for _, _, seed in runs], pa.int64())
    for name in _measured_names(plan, outcomes):
        columns[name] = _numbers([outcome.values.get(name) for outcome in outcomes])
    columns["error"] = pa.array([outcome.error for outcome in outcomes], pa.string())
    return pa.table(columns)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table, whole or not at all.

    Raises:
        InputError: the place cannot be written to.
    """
    with replace_file(path) as file:
        pq.write_table(table, file, compression="zstd", compression_level=_COMPRESSION_LEVEL)


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as UTF-8 text with commas, whole or not at all.

    Raises:
        InputError: the place cannot be written to.
    """
    with replace_file(path) as file:
        file.write(_BOM)
        pa_csv.write_csv(table, file)


def _measured_names(plan: Plan, outcomes: Sequence[Outcome]) -> list[str]:
    """The outputs in the order of the file, breakdowns by their parts as they first appear."""
    parts: dict[str, None] = dict.fromkeys(name for outcome in outcomes for name in outcome.values)
    names: list[str] = []
    for output in plan.file.outputs:
        found = [name for name in parts if name == output or name.startswith(f"{output}.")]
        names += found or [output]
    return names


def _setting(values: Sequence[object]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float}:
        return _numbers(values)
    if kinds in ({str}, {bool}):
        return pa.array(values)
    return pa.array([json.dumps(value, sort_keys=True, ensure_ascii=False) for value in values], pa.string())


def _numbers(values: Sequence[Any]) -> pa.Array:
    whole = all(value is None or isinstance(value, int) for value in values)
    return pa.array(
        [None if value is None else (value if whole else float(value)) for value in values],
        pa.int64() if whole else pa.float64(),
    )
