import dataclasses
import errno
import json
import os

import pandas as pd
import pytest
from small_shop import write_shop

from sim.errors import InputError
from sim.event_files import read_events, table_sha256, write_events
from sim.events import Kind
from sim.results import check_folder, read_results, staged_folder, write_json, write_results
from sim.run import prepare, run
from sim.scenario.load import load_scenario, scenario_sha256

FILES = {
    "by_leader.csv", "by_offer.csv", "by_product.csv", "daily.csv", "daily.parquet", "events.parquet",
    "manifest.json", "scenario.yaml", "summary.json",
}  # fmt: skip
MANIFEST_KEYS = {
    "scenario_sha256",
    "graph_sha256",
    "seed",
    "members",
    "engine",
    "fallback_reason",
    "own_rules",
    "events",
    "model_version",
    "event_schema_version",
    "versions",
    "rows",
    "events_sha256",
    "setup_seconds",
    "run_seconds",
    "write_seconds",
}
SUMMARY_KEYS = {
    "members",
    "reached",
    "exposures",
    "orders_paid",
    "buyers",
    "groups_opened",
    "groups_succeeded",
    "gross_fen",
    "net_fen",
    "refunds_fen",
    "books_residual_fen",
    "stock_min",
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    scenario = load_scenario(write_shop(tmp_path_factory.mktemp("shop"))).scenario
    return run(prepare(scenario))


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_folder_holds_everything_and_the_same_again(result, tmp_path):
    out = tmp_path / "deep" / "out"
    write_results(out, result, {"scenario": "small"}, force=False)
    assert names(out) == FILES
    assert names(tmp_path / "deep") == {"out"}
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.keys() >= MANIFEST_KEYS
    assert manifest["inputs"] == {"scenario": "small"}
    table = read_events(out / "events.parquet")
    assert manifest["rows"] == len(table) > 0
    assert manifest["events_sha256"] == table_sha256(table) == table_sha256(result.table)
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary.keys() >= SUMMARY_KEYS
    assert summary["illegal_offers"] == []
    assert summary["budget_fen"] is None
    loaded = load_scenario(out / "scenario.yaml")
    assert loaded.scenario == result.prepared.scenario
    assert manifest["scenario_sha256"] == loaded.sha256 == scenario_sha256(loaded.data)
    parquet, csv = (
        pd.read_parquet(out / "daily.parquet"),
        pd.read_csv(out / "daily.csv", encoding="utf-8-sig"),
    )
    assert parquet["orders_paid"].tolist() == csv["orders_paid"].tolist()
    saved = read_results(out)
    assert saved.scenario == result.prepared.scenario
    assert saved.manifest == manifest


def test_the_twin_is_kept_where_that_is_asked_for(result, tmp_path):
    out = tmp_path / "out"
    content = write_results(out, result, {}, force=False, keep_twin=True)
    assert names(out) == FILES | {"twin_events.parquet"}
    twin = read_results(out).twin_table()
    assert table_sha256(twin) == table_sha256(result.twin_table) == content["twin_events_sha256"]
    assert twin.header.offers == ()
    assert 0 < len(twin) != len(result.table)
    sent = {int((table["kind"] == Kind.GROUP_OPENED).sum()) > 0 for table in (result.table, twin)}
    assert sent == {True, False}  # no campaign, no groups


def test_a_twin_that_is_not_kept_not_there_or_not_the_one_is_not_passed_off(result, tmp_path):
    write_results(tmp_path / "plain", result, {}, force=False)
    saved = read_results(tmp_path / "plain")
    assert saved.manifest["twin_events_sha256"] is None
    assert saved.twin_table() is None
    alone = dataclasses.replace(result, twin_table=None)
    with pytest.raises(InputError, match="without its no-campaign twin"):
        write_results(tmp_path / "none", alone, {}, force=False, keep_twin=True)
    assert not (tmp_path / "none").exists()
    out = tmp_path / "out"
    write_results(out, result, {}, force=False, keep_twin=True)
    write_events(result.table, out / "twin_events.parquet")
    with pytest.raises(InputError, match=r"twin_events\.parquet: is not the event table"):
        read_results(out).twin_table()
    (out / "twin_events.parquet").unlink()
    with pytest.raises(InputError, match=r"twin_events\.parquet: no such file"):
        read_results(out).twin_table()


def test_a_table_that_is_written_already_is_moved_in(result, tmp_path):
    file = tmp_path / "written.parquet"
    write_events(result.table, file)
    write_results(tmp_path / "moved", result, {}, force=False, events_file=file)
    write_results(tmp_path / "plain", result, {}, force=False)
    assert names(tmp_path) == {"moved", "plain"}
    moved, plain = ((tmp_path / name / "events.parquet").read_bytes() for name in ("moved", "plain"))
    assert moved == plain


def test_a_folder_that_holds_something_is_refused_unless_forced(result, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "summary.json").write_text("old", encoding="utf-8")
    with pytest.raises(InputError, match=r"not empty.*--force"):
        write_results(tmp_path, result, {}, force=False)
    assert names(tmp_path) == {"notes.txt", "summary.json"}
    write_results(tmp_path, result, {}, force=True)
    assert names(tmp_path) == FILES | {"notes.txt"}
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["members"] == 120


def test_an_empty_folder_is_filled_in_place(result, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = os.stat(tmp_path).st_ino
    write_results(tmp_path, result, {}, force=False)
    assert names(tmp_path) == FILES
    assert os.stat(tmp_path).st_ino == here  # a shell that stands in it still does


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize(
    "failure", [RuntimeError("x"), KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left")]
)
def test_whatever_stops_the_writing_nothing_is_left(tmp_path, failure, exists):
    out = tmp_path / "out"
    if exists:
        out.mkdir()
        (out / "a.json").write_text("old", encoding="utf-8")
    kind = InputError if isinstance(failure, OSError) else type(failure)

    def stopped():
        with staged_folder(out, force=True, last="b.json") as stage:
            write_json(stage / "a.json", {})
            raise failure

    with pytest.raises(kind):
        stopped()
    assert names(tmp_path) == ({"out"} if exists else set())
    if exists:
        assert names(out) == {"a.json"}
        assert (out / "a.json").read_text(encoding="utf-8") == "old"


def test_a_full_disk_is_one_error_that_names_the_folder(result, tmp_path, monkeypatch):
    def full(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("sim.replace_file.os.fsync", full)
    out = tmp_path / "out"
    with pytest.raises(InputError) as raised:
        write_results(out, result, {}, force=False)
    assert str(raised.value) == f"{out}: cannot be written: {os.strerror(errno.ENOSPC)}"
    assert names(tmp_path) == set()


@pytest.mark.parametrize("before", [{"a.json", "b.json"}, {"b.json"}])
def test_an_exchange_that_fails_half_way_is_undone(tmp_path, monkeypatch, before):
    for name in before:
        (tmp_path / name).write_text(f"old {name}", encoding="utf-8")
    rename, calls = os.replace, []

    def failing(source, target):
        calls.append(target)
        if len(calls) == len(before) + 2:  # the old ones went out, one came in
            raise OSError(errno.EIO, "broken disk")
        rename(source, target)

    def exchange():
        with staged_folder(tmp_path, force=True, last="b.json") as stage:
            write_json(stage / "a.json", 1)
            write_json(stage / "b.json", 2)
            monkeypatch.setattr("sim.replace_file.os.replace", failing)

    with pytest.raises(InputError, match="broken disk"):
        exchange()
    assert names(tmp_path) == before
    for name in before:
        assert (tmp_path / name).read_text(encoding="utf-8") == f"old {name}"


def test_the_file_that_completes_a_folder_comes_last_and_goes_first(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_text("old", encoding="utf-8")
    (tmp_path / "z.json").write_text("old", encoding="utf-8")
    rename, moved = os.replace, []

    def noting(source, target):
        moved.append((os.path.basename(source), os.path.dirname(target) == str(tmp_path)))
        rename(source, target)

    with staged_folder(tmp_path, force=True, last="a.json") as stage:
        write_json(stage / "a.json", 1)
        write_json(stage / "z.json", 2)
        monkeypatch.setattr("sim.replace_file.os.replace", noting)
    assert moved == [("a.json", False), ("z.json", False), ("z.json", True), ("a.json", True)]


def test_a_place_that_cannot_be_a_folder_is_refused_at_once(tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    (tmp_path / "link").symlink_to("nowhere")
    for path in (file, file / "below", tmp_path / ("x" * 300), tmp_path / "link"):
        with pytest.raises(InputError):
            check_folder(path, force=True)
    check_folder(tmp_path / "a" / "b", force=False)
    assert names(tmp_path) == {"file", "link"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="cannot be written"):
            check_folder(tmp_path / "out", force=False)
    finally:
        tmp_path.chmod(0o700)


def test_reading_what_is_no_result_says_so(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        read_results(tmp_path / "none")
    with pytest.raises(InputError, match=r"has no manifest\.json"):
        read_results(tmp_path)
    for text in ("{", "[]", "{}"):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=r"manifest\.json"):
            read_results(tmp_path)
