import gc
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from event_rows import header, row, table

from sim.decode import decode
from sim.errors import InputError
from sim.event_files import (
    EventWriter,
    file_sha256,
    read_events,
    table_sha256,
    write_events,
    write_series_csv,
    write_series_parquet,
)
from sim.events import COLUMNS, EVENT_SCHEMA_VERSION, Channel, EventTable, Kind, Reason, Route
from sim.metrics.daily import daily_columns
from sim.outcomes import condensed
from sim.replace_file import replace_file

ROWS = [
    row(0, Kind.READ, 1, source=2, channel=Channel.CHAT, cause=2**62),
    row(60, Kind.ORDER_PLACED, 1, order=0, amount_fen=2**40, value=Route.OPEN_GROUP, offer=0),
    row(90, Kind.GROUP_FAILED, 1, group=0, value=Reason.GROUP_EXPIRED, runoff=1),
]


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "events.parquet"
    written = table(*ROWS)
    write_events(written, path)
    found = read_events(path)
    assert found.header == written.header
    for name, dtype in COLUMNS.items():
        assert found[name].dtype == dtype
        assert not found[name].flags.writeable
        np.testing.assert_array_equal(found[name], written[name])
    assert table_sha256(found) == table_sha256(written)
    assert [file.name for file in tmp_path.iterdir()] == ["events.parquet"]


def test_an_empty_table_is_a_table(tmp_path):
    write_events(table(), tmp_path / "events.parquet")
    assert len(read_events(tmp_path / "events.parquet")) == 0


def test_equal_tables_give_equal_bytes_in_any_process(tmp_path):
    write_events(table(*ROWS), tmp_path / "here.parquet")
    script = """
import sys
from pathlib import Path
from sim.event_files import read_events, table_sha256, write_events
table = read_events(Path(sys.argv[1]))
write_events(table, Path(sys.argv[2]))
print(table_sha256(table))
"""
    for hash_seed in ("0", "1"):
        there = tmp_path / f"there{hash_seed}.parquet"
        printed = subprocess.run(
            [sys.executable, "-c", script, tmp_path / "here.parquet", there],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        assert there.read_bytes() == (tmp_path / "here.parquet").read_bytes()
        assert printed.strip() == table_sha256(table(*ROWS))


def test_the_hash_sees_every_cell_and_the_header():
    written = table(*ROWS)
    hashes = {table_sha256(written), table_sha256(table(*ROWS, seed=8))}
    for name in COLUMNS:
        columns = dict(written.columns)
        columns[name] = columns[name].copy()
        columns[name][1] += 1
        hashes.add(table_sha256(EventTable(written.header, columns)))
    assert len(hashes) == 2 + len(COLUMNS)


def test_another_schema_version_is_refused(tmp_path):
    path = tmp_path / "events.parquet"
    write_events(table(*ROWS, event_schema_version=99), path)
    with pytest.raises(InputError, match=r"events\.parquet: event schema version 99.* reads version"):
        read_events(path)


def _arrow(**changes):
    written = table(*ROWS)
    columns = {name: pa.array(written[name]) for name in COLUMNS} | changes
    return pa.table(columns)


def test_files_that_are_no_event_tables_are_refused(tmp_path):
    path = tmp_path / "events.parquet"
    write_events(table(*ROWS), path)
    whole, metadata = path.read_bytes(), pq.read_schema(path).metadata

    def refused(match):
        with pytest.raises(InputError, match=match) as caught:
            read_events(path)
        assert str(path) in str(caught.value)

    path.write_bytes(whole[: len(whole) // 2])
    refused("not a readable Parquet file")
    path.write_bytes(b"")
    refused("not a readable Parquet file")
    path.write_text("time_s,kind\n", encoding="utf-8")
    refused("not a readable Parquet file")
    pq.write_table(_arrow(), path)
    refused("not an event table")
    pq.write_table(_arrow().replace_schema_metadata({b"shapan.header": b"{"}), path)
    refused("header is broken")
    pq.write_table(
        _arrow().replace_schema_metadata(
            {b"shapan.header": f'{{"event_schema_version": {EVENT_SCHEMA_VERSION}}}'.encode()}
        ),
        path,
    )
    refused("columns")
    pq.write_table(_arrow().drop_columns(["cause"]).replace_schema_metadata(metadata), path)
    refused("columns")
    path.unlink()
    refused("no such file")
    path.mkdir()
    refused("no such file")


@pytest.mark.parametrize(
    ("column", "code"),
    [("kind", 999), ("actor", 10), ("product", 2), ("offer", 1), ("channel", 10), ("source", -2)],
)
def test_codes_that_stand_for_nothing_are_refused(tmp_path, column, code):
    columns = dict(table(*ROWS).columns)
    columns[column] = columns[column].copy()
    columns[column][1] = code
    write_events(EventTable(header(), columns), tmp_path / "events.parquet")
    with pytest.raises(InputError, match=f"column {column} "):
        read_events(tmp_path / "events.parquet")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "events.parquet"
    write_events(table(*ROWS), path)
    before = path.read_bytes()
    short = EventTable(header(), {name: column[:1] for name, column in table(*ROWS).columns.items()})
    short.columns["kind"] = np.zeros(5, dtype=np.int16)
    with pytest.raises(ValueError, match="not of one length"):
        write_events(short, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["events.parquet"]
    with pytest.raises(InputError, match="cannot be written"):
        write_events(table(*ROWS), tmp_path / "missing" / "events.parquet")
    with pytest.raises(InputError, match="cannot be written"):
        write_events(table(*ROWS), path / "events.parquet")


def test_a_full_disk_is_one_clear_error(tmp_path, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_events(table(*ROWS), tmp_path / "events.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def long_table(monkeypatch):
    """Five row groups and a part, of rows that compress badly."""
    monkeypatch.setattr("sim.event_files._ROW_GROUP_ROWS", 100)
    rows = [row(n, Kind.READ, n * n % 10, cause=n**5, value=n * 7919 % 1000) for n in range(530)]
    return table(*rows)


@pytest.mark.parametrize("step", [1, 7, 99, 100, 101, 250, 530])
def test_however_it_is_cut_the_bytes_are_the_same(tmp_path, long_table, step):
    write_events(long_table, tmp_path / "whole.parquet")
    with EventWriter(tmp_path / "pieces.parquet", long_table.header) as writer:
        for start in range(0, 530, step):
            piece = {name: column[start : start + step].copy() for name, column in long_table.columns.items()}
            writer.write(piece)
            for column in piece.values():
                column[:] = 0  # the writer has its own copy
        writer.write({name: column[:0] for name, column in long_table.columns.items()})
    assert (tmp_path / "pieces.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    assert table_sha256(read_events(tmp_path / "pieces.parquet")) == table_sha256(long_table)
    groups = pq.ParquetFile(tmp_path / "whole.parquet").metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [100] * 5 + [30]


def test_row_groups_have_the_size_that_was_pinned(tmp_path):
    """A file's bytes follow it, so it does not change by the way."""
    columns = {name: np.repeat(column[:1], 2**18 + 1) for name, column in table(*ROWS).columns.items()}
    write_events(EventTable(header(), columns), tmp_path / "events.parquet")
    groups = pq.ParquetFile(tmp_path / "events.parquet").metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [2**18, 1]


def test_a_file_half_written_is_none(tmp_path, long_table):
    path = tmp_path / "events.parquet"
    with pytest.raises(KeyboardInterrupt), EventWriter(path, long_table.header) as writer:  # noqa: PT012
        writer.write(long_table.columns)
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    writer = EventWriter(path, long_table.header)
    writer.write(long_table.columns)
    assert not path.exists()
    writer.close()
    writer.close()
    assert len(read_events(path)) == 530


def test_a_writer_killed_leaves_nothing_under_the_name(tmp_path):
    script = """
import os, signal, sys
from pathlib import Path
from sim.event_files import EventWriter, read_events
table = read_events(Path(sys.argv[1]))
writer = EventWriter(Path(sys.argv[2]), table.header)
for _ in range(20_000):
    writer.write(table.columns)
os.kill(os.getpid(), signal.SIGKILL)
"""
    write_events(table(*ROWS), tmp_path / "here.parquet")
    there = tmp_path / "there.parquet"
    ended = subprocess.run([sys.executable, "-c", script, tmp_path / "here.parquet", there], check=False)
    assert ended.returncode == -9
    assert not there.exists()


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_disk_that_fills_up_on_the_way_is_one_clear_error(tmp_path, long_table, monkeypatch):
    class Full:
        def __init__(self, file):
            self._file = file
            self.closed = False

        def write(self, data):
            if self._file.tell() > 3000:
                raise OSError(28, "No space left on device")
            return self._file.write(data)

        def __getattr__(self, name):
            return getattr(self._file, name)

    @contextmanager
    def small_disk(path):
        with replace_file(path) as file:
            yield Full(file)

    monkeypatch.setattr("sim.event_files.replace_file", small_disk)
    with pytest.raises(InputError, match="No space left on device"):
        write_events(long_table, tmp_path / "events.parquet")
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_columns_that_do_not_fit_are_refused(tmp_path):
    columns = dict(table(*ROWS).columns)
    for wrong in (
        columns | {"value": columns["value"].astype(np.int64)},
        {name: column for name, column in columns.items() if name != "value"},
    ):
        with pytest.raises(ValueError, match="value"):
            write_events(EventTable(header(), wrong), tmp_path / "events.parquet")
    assert list(tmp_path.iterdir()) == []


def test_some_columns_can_be_read_alone(tmp_path, long_table):
    path = tmp_path / "events.parquet"
    write_events(long_table, path)
    some = read_events(path, ["value", "kind"])
    assert list(some.columns) == ["kind", "value"]
    assert len(some) == 530
    np.testing.assert_array_equal(some["value"], long_table["value"])
    assert file_sha256(path) == table_sha256(long_table)
    with pytest.raises(ValueError, match="price"):
        read_events(path, ["price"])


def test_an_outcomes_table_is_read_back_as_one(tmp_path):
    made = condensed(table(*ROWS), 3600)
    write_events(made, tmp_path / "events.parquet")
    found = read_events(tmp_path / "events.parquet")
    assert (found.header.events, found.header.period_s) == ("outcomes", 3600)
    assert table_sha256(found) == table_sha256(made) != table_sha256(table(*ROWS))
    assert "count_reads" in decode(found)["kind"].tolist()


def test_decoded_rows_have_names():
    frame = decode(table(*ROWS))
    assert frame["time"].tolist()[1] == pd.Timestamp("2026-03-02 20:01:00")
    assert frame["kind"].tolist() == ["read", "order_placed", "group_failed"]
    assert frame["value_name"].isna().tolist() == [True, False, False]
    assert frame["value_name"].tolist()[1:] == ["open_group", "group_expired"]
    assert frame["product"].tolist() == ["rice"] * 3
    assert frame["channel"].tolist()[0] == "chat"
    assert frame["channel"].isna().tolist() == [False, True, True]
    assert frame["order"].isna().tolist() == [True, False, True]
    assert frame["segment"].tolist() == ["student"] * 3
    assert frame["runoff"].tolist() == [False, False, True]
    assert len(decode(table())) == 0


def test_writing_results_does_not_wait_for_pandas(tmp_path):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from event_rows import table\n"
        "from sim.event_files import write_events, write_series_csv, write_series_parquet\n"
        "from sim.metrics.daily import daily_columns\n"
        "write_events(table(), Path('events'))\n"
        "write_series_parquet(daily_columns(table()), Path('daily'))\n"
        "write_series_csv(daily_columns(table()), Path('daily.csv'))\n"
        "print('pandas' in sys.modules)"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


def test_series_files(tmp_path):
    columns = daily_columns(table(*ROWS))
    series = pd.DataFrame(columns)
    write_series_csv(columns, tmp_path / "daily.csv")
    write_series_parquet(columns, tmp_path / "daily.parquet")
    assert (tmp_path / "daily.csv").read_bytes().startswith(b"\xef\xbb\xbfday,date,")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "daily.csv"), series, check_dtype=False)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "daily.parquet"), series, check_dtype=False)
