"""A compiled run's rows leave it as they are written, to a file or into a table in memory."""

import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from event_rows import table as table_of
from numpy.typing import NDArray

from sim.conform.cases import drawn_case
from sim.errors import Cancelled
from sim.event_files import EventWriter, file_sha256, table_sha256
from sim.events import COLUMNS
from sim.fast.engine import FastRun
from sim.fast.sinks import KeptRows, narrowed
from sim.kernel.records import ROW

CASE = drawn_case(20, 5)


class Chunks:
    """A sink that keeps what it is given, piece by piece."""

    def __init__(self) -> None:
        self.all: list[Mapping[str, NDArray[Any]]] = []

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        self.all.append(columns)


def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.fast.rooms.ROWS", 10)
    monkeypatch.setattr("sim.fast.engine.ROWS", 10)


@pytest.mark.parametrize("events", ["full", "outcomes"])
def test_the_pieces_are_the_table(monkeypatch: pytest.MonkeyPatch, events: Any) -> None:
    whole = FastRun(CASE.scenario, CASE.graph, events=events).run()
    small_chunks(monkeypatch)
    run, chunks = FastRun(CASE.scenario, CASE.graph, events=events), Chunks()
    run.run(sink=chunks)
    assert len(chunks.all) > 5
    for name, column in whole.columns.items():
        joined = np.concatenate([chunk[name] for chunk in chunks.all])
        assert joined.dtype == column.dtype == COLUMNS[name]
        np.testing.assert_array_equal(joined, column)
    assert run.header == whole.header
    assert table_sha256(FastRun(CASE.scenario, CASE.graph, events=events).run()) == table_sha256(whole)


def test_a_table_is_read_only() -> None:
    table = FastRun(CASE.scenario, CASE.graph).run()
    assert not any(column.flags.writeable for column in table.columns.values())


def test_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    run = FastRun(CASE.scenario, CASE.graph)
    with EventWriter(path, run.header) as writer:
        run.run(sink=writer)
    assert file_sha256(path) == table_sha256(FastRun(CASE.scenario, CASE.graph).run())


def test_a_cancelled_run_leaves_no_file(tmp_path: Path) -> None:
    def stop(done_s: int, horizon_s: int) -> None:
        if 2 * done_s > horizon_s:
            raise Cancelled("enough", "够了")

    run = FastRun(CASE.scenario, CASE.graph)
    with pytest.raises(Cancelled), EventWriter(tmp_path / "events.parquet", run.header) as writer:
        run.run(stop, sink=writer)
    assert list(tmp_path.iterdir()) == []


def test_room_for_rows_does_not_follow_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    run = FastRun(CASE.scenario, CASE.graph)
    rows = len(run.run())
    assert int(run.memory.world["row_room"][0]) < rows / 5


def some_rows(count: int) -> NDArray[Any]:
    rows = np.zeros(count, dtype=ROW)
    for number, name in enumerate(COLUMNS):
        rows[name] = np.arange(count) % 100 + number
    return rows


def test_columns_are_apart_from_the_rows() -> None:
    rows = some_rows(7)
    columns = narrowed(rows)
    expected = {name: rows[name].copy() for name in COLUMNS}
    rows["kind"] = rows["value"] = 0
    for name, column in columns.items():
        assert column.dtype == COLUMNS[name]
        np.testing.assert_array_equal(column, expected[name])


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 2**32])
def test_a_number_that_does_not_fit(value: int) -> None:
    rows = some_rows(3)
    rows["value"][1] = value
    with pytest.raises(OverflowError, match="column value holds a number"):
        narrowed(rows)


def test_a_table_takes_little_more_memory_than_its_size() -> None:
    chunk = narrowed(some_rows(10_000))
    tracemalloc.start()
    kept = KeptRows()
    for _ in range(100):
        kept.write(chunk)
    table = kept.table(table_of().header)
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = sum(column.nbytes for column in table.columns.values())
    assert len(table) == 1_000_000
    assert now < 1.01 * size
    assert peak < 1.3 * size
    assert table["time_s"][::10_000].tolist() == [0] * 100
