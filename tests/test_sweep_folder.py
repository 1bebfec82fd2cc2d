"""A sweep in a folder: the same final bytes however it was made, stopped, damaged or changed on the way."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from small_shop import write_ring
from sweep_files import SWEEP, write_sweep

import sim.sweep.workshop
from sim.cli import cli
from sim.errors import InputError, RunError
from sim.play import ENGINES, play
from sim.streams import uniform
from sim.sweep.folder import CHUNKS, MANIFEST, RUNS, RUNS_CSV, make_sweep
from sim.sweep.plan import read_plan

KEPT = {CHUNKS, "sweep.yaml", RUNS, MANIFEST}


@pytest.fixture
def plan(tmp_path):
    return read_plan(write_sweep(tmp_path))


def names(folder):
    return {path.name for path in folder.iterdir()}


def table(folder):
    return pq.read_table(folder / RUNS)


def timeless(manifest):
    return {key: value for key, value in manifest.items() if key != "timing"}


def test_the_table_has_a_row_a_run_in_the_order_of_the_plan(plan, tmp_path):
    out = tmp_path / "out"
    manifest = make_sweep(plan, out, workers=1, csv=True)
    assert names(out) == KEPT | {RUNS_CSV}
    rows = table(out)
    assert rows.column_names[:6] == [
        "index",
        "point",
        "run_id",
        "mechanics.pintuan.group_size",
        "products.tissue.utility",
        "seed",
    ]
    assert rows.column_names[6:9] == ["buyers", "horizon.net_fen", "incremental.buyers"]
    assert all(name.startswith("exposures_by_channel.") for name in rows.column_names[9:-1])
    assert rows.column_names[-1] == "error"
    data = rows.to_pydict()
    assert data["index"] == list(range(24))
    assert data["point"] == [number for number in range(4) for _ in range(6)]
    assert data["mechanics.pintuan.group_size"] == [2] * 12 + [3] * 12
    assert data["products.tissue.utility"] == ([1.5] * 6 + [2.0] * 6) * 2
    assert data["seed"] == [7, 8, 9, 10, 11, 12] * 4
    assert data["error"] == [None] * 24
    assert len(set(data["run_id"])) == 24
    text = (out / RUNS_CSV).read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 25
    assert manifest == json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    assert (manifest["runs"], manifest["points"], manifest["failed"]) == (24, 4, 0)
    assert manifest["engines"] == {"mesa": 24}
    assert manifest["runs_sha256"] == hashlib.sha256((out / RUNS).read_bytes()).hexdigest()
    assert (out / "sweep.yaml").read_bytes() == plan.path.read_bytes()


def test_values_that_are_no_numbers_have_columns_too(tmp_path):
    grid = """\
  products.tissue.known_share: [1, 0.5]
  mechanics.pintuan.open_list: [true, false]
  mechanics.pintuan.overflow: [join_another]
  products.tissue.stock: [null, 9]
  mechanics.pintuan.prices: [[{id: tissue, price_fen: 2000}]]
"""
    text = f"scenario: small-shop.yaml\nvariants: [null, five]\nmembers: 20\ngrid:\n{grid}seeds: [1]\n"
    plan = read_plan(write_sweep(tmp_path, f"{text}outputs: [hours_to_fill_median]\nengine: mesa\n"))
    make_sweep(plan, tmp_path / "out", workers=1)
    data = table(tmp_path / "out").to_pydict()
    assert data["variant"] == [None] * 8 + ["five"] * 8
    assert data["products.tissue.known_share"] == ([1.0] * 4 + [0.5] * 4) * 2
    assert data["mechanics.pintuan.open_list"] == ([True] * 2 + [False] * 2) * 4
    assert data["mechanics.pintuan.overflow"] == ["join_another"] * 16
    assert data["products.tissue.stock"] == [None, 9] * 8
    assert data["mechanics.pintuan.prices"][0] == '[{"id": "tissue", "price_fen": 2000}]'


def test_the_same_bytes_whatever_the_workers_and_again(plan, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    first = make_sweep(plan, one, workers=1)
    (two / CHUNKS).mkdir(parents=True)
    for place in (two, two / CHUNKS):
        (place / ".a.killed-0.shapan-part").write_bytes(b"half")
    second = make_sweep(plan, two, workers=2, csv=True)
    assert (one / RUNS).read_bytes() == (two / RUNS).read_bytes()
    assert timeless(first) == timeless(second)
    again = make_sweep(plan, two, workers=1)
    assert again["timing"]["runs_reused"] == 24
    assert names(two) == KEPT
    assert (one / RUNS).read_bytes() == (two / RUNS).read_bytes()


def test_a_changed_sweep_reuses_the_runs_it_shares_with_the_former(plan, tmp_path):
    out = tmp_path / "out"
    make_sweep(plan, out, workers=1)
    other = read_plan(
        write_sweep(tmp_path, SWEEP.replace("[2, 3]", "[3, 4]").replace("count: 6", "count: 5"))
    )
    changed = make_sweep(other, out, workers=1)
    assert changed["timing"]["runs_reused"] == 10
    assert changed["runs"] == 20
    make_sweep(other, tmp_path / "afresh", workers=1)
    assert (out / RUNS).read_bytes() == (tmp_path / "afresh" / RUNS).read_bytes()
    assert make_sweep(plan, out, workers=1)["timing"]["runs_reused"] == 24


def test_a_broken_chunk_is_made_again(plan, tmp_path):
    out = tmp_path / "out"
    make_sweep(plan, out, workers=1)
    whole = (out / RUNS).read_bytes()
    chunk = sorted((out / CHUNKS).glob("*.jsonl"))[0]
    chunk.write_bytes(chunk.read_bytes()[:-5])
    assert make_sweep(plan, out, workers=1)["timing"]["runs_reused"] < 24
    assert (out / RUNS).read_bytes() == whole


def test_what_another_version_of_the_model_left_is_kept_and_said(plan, tmp_path, monkeypatch):
    out = tmp_path / "out"
    for name in ("folder", "store", "identity"):
        monkeypatch.setattr(f"sim.sweep.{name}.MODEL_VERSION", "0")
    make_sweep(plan, out, workers=1, csv=True)
    former = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.*") if path.is_file()}
    monkeypatch.undo()
    monkeypatch.setattr(sim.sweep.folder, "MODEL_VERSION", "1")  # by itself: the runs are those of before
    for name in ("store", "identity"):
        monkeypatch.setattr(f"sim.sweep.{name}.MODEL_VERSION", "1")
    options = ("--out", out, "--workers", 1)
    result = call(plan.path, *options, "--lang", "en")
    assert "24 runs (0 were there already)" in result.stdout
    told = result.stdout.replace("\n", "")
    assert f"24 runs of another version are kept in {out / CHUNKS}" in told
    assert f"The table of another version is kept in {out / 'model-0'}" in told
    for path, content in former.items():
        assert (out / path if path.parts[0] == CHUNKS else out / "model-0" / path).read_bytes() == content
    assert json.loads((out / MANIFEST).read_text(encoding="utf-8"))["of_other_versions"] == {
        "runs": 24,
        "tables": ["model-0"],
    }
    assert "24 runs (24 were there already)" in call(plan.path, *options, "--lang", "en").stdout
    assert names(out) == KEPT | {"model-0"}
    assert "另一版本" in call(plan.path, *options, "--lang", "zh").stdout


def test_runs_on_a_graph_from_a_file(tmp_path):
    write_ring(tmp_path)
    plan = read_plan(write_sweep(tmp_path, SWEEP.replace("members: 30", "members: 30\ngraph: [ring.txt]")))
    manifest = make_sweep(plan, tmp_path / "out", workers=2)
    assert manifest["graphs"][0]["report"]["members"] == 60
    assert manifest["failed"] == 0
    assert len(set(table(tmp_path / "out")["buyers"].to_pylist())) > 1


def test_a_folder_with_something_else_in_it_is_left_alone(plan, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="holds no sweep"):
        make_sweep(plan, full)
    assert names(full) == {"mine.txt"}
    with pytest.raises(InputError, match="is a file"):
        make_sweep(plan, full / "mine.txt")


# the command


def call(*arguments):
    return CliRunner().invoke(cli, ["sweep", *map(str, arguments)])


def test_the_command_says_what_it_did(plan, tmp_path):
    result = call(plan.path, "--out", tmp_path / "out", "--workers", 1, "--csv", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "24 runs (0 were there already)" in result.stdout
    plan.path.write_text(SWEEP.replace("count: 6", "count: 7"), encoding="utf-8")
    result = call(plan.path, "--out", tmp_path / "out", "--workers", 1, "--lang", "en")
    assert "not the one this folder was begun with" in result.stdout
    assert "28 runs (24 were there already)" in result.stdout
    result = call(plan.path, "--out", tmp_path / "out", "--workers", 1, "--json", "--progress", "lines")
    assert json.loads(result.stdout)["runs"] == 28
    assert json.loads(result.stderr.splitlines()[-1]) == {"stage": "sweep", "share": 1.0}


def test_a_dry_run_counts_and_makes_nothing(plan, tmp_path):
    before = names(tmp_path)
    result = call(plan.path, "--dry-run", "--lang", "en")
    assert "4 designs x 6 seeds = 24 runs" in result.stdout
    assert json.loads(call(plan.path, "--dry-run", "--json").stdout)["runs"] == 24
    assert names(tmp_path) == before


def test_what_cannot_be_made_is_refused_with_code_2(plan, tmp_path):
    result = call(plan.path)
    assert (result.exit_code, result.stderr[:19]) == (2, "Error: sweep: needs")
    plan.path.write_text(SWEEP.replace("buyers", "byers", 1), encoding="utf-8")
    result = call(plan.path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "sweep.yaml:7: outputs[0]: no such output `byers`" in result.stderr
    assert not (tmp_path / "out").exists()


def test_failed_runs_are_in_the_table_and_make_code_3(plan, tmp_path, monkeypatch):
    def failing(scenario, graph, **given):
        if scenario.run.seed == 8 and scenario.mechanics:
            raise RunError("out of luck", "运气不佳")
        return play(scenario, graph, **given)

    monkeypatch.setattr(sim.sweep.workshop, "play", failing)
    options = ("--out", tmp_path / "out", "--workers", 1, "--lang", "en")
    result = call(plan.path, *options)
    assert result.exit_code == 3
    assert "4 of 24 runs failed" in result.stderr
    assert "4 of them: out of luck" in " ".join(result.stderr.split())
    assert "其中 4 次：运气不佳" in "".join(call(plan.path, *options[:-1], "zh").stderr.split("\n"))
    errors = table(tmp_path / "out")["error"].to_pylist()
    assert [errors[index] for index in (1, 7, 13, 19)] == ["RunError: out of luck"] * 4
    assert sum(error is not None for error in errors) == 4
    monkeypatch.undo()
    assert call(plan.path, *options).exit_code == 3
    assert call(plan.path, *options, "--retry-failed").exit_code == 0


# in a process of its own, and ended


def start(path, out):
    """The command as the shell starts it: in a process group that hears Ctrl-C as a whole."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", "sweep", path, "--out", out, "--workers", "2", "--lang", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def chunks(out):
    return len(list((out / CHUNKS).glob("*.jsonl")))


def wait_for_chunks(process, out, count):
    """Until so many chunks are there, or the process has ended by itself."""
    while chunks(out) < count and process.poll() is None:
        time.sleep(0.005)


def see_them_end(processes):
    _, left = psutil.wait_procs(processes, timeout=20)
    for process in left:
        process.kill()
    assert left == []


BUSY = SWEEP.replace("members: 30", "members: 300")  # runs long enough to be caught in the middle
MANY = SWEEP.replace("count: 6", "count: 250").replace("members: 30", "members: 200").replace("mesa", "auto")


@pytest.mark.parametrize(
    ("text", "kills"),
    [
        (BUSY, 3),
        pytest.param(
            MANY,
            5,
            marks=[
                pytest.mark.slow,
                pytest.mark.skipif("fast" not in ENGINES, reason="takes hours without the fast engine"),
            ],
        ),
    ],
    ids=["24-runs", "1000-runs"],
)
def test_killed_at_any_moment_and_started_again_it_ends_the_same(tmp_path, text, kills):
    path, out = write_sweep(tmp_path, text), tmp_path / "out"
    plan = read_plan(path)
    for turn in range(kills):
        process = start(path, out)
        wait_for_chunks(process, out, chunks(out) + 1)
        time.sleep(0.2 * uniform(5, 0, turn, 0, 0))
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 2
        process.kill()
        see_them_end(family)
        process.communicate()
        assert not (out / MANIFEST).exists()
    kept = chunks(out)
    assert kept >= kills
    process = start(path, out)
    output, error = process.communicate()
    assert process.returncode == 0, error
    reused = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["timing"]["runs_reused"]
    assert kills <= reused < plan.size
    assert f"({reused} were there already)" in output
    make_sweep(plan, tmp_path / "uninterrupted", workers=1)
    assert (out / RUNS).read_bytes() == (tmp_path / "uninterrupted" / RUNS).read_bytes()
    assert names(out) == KEPT
    assert {name.rpartition(".")[2] for name in names(out / CHUNKS)} == {"jsonl", "lock"}


@pytest.mark.parametrize("whom", [os.killpg, os.kill], ids=["terminal", "process"])
def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process(tmp_path, whom):
    path, out = write_sweep(tmp_path, BUSY.replace("count: 6", "count: 50")), tmp_path / "out"
    process = start(path, out)
    wait_for_chunks(process, out, 1)
    assert "in use by another sweep" in call(path, "--out", out).stderr
    family = psutil.Process(process.pid).children(recursive=True)
    whom(process.pid, signal.SIGINT)
    assert "of 200 runs are finished and kept, the same command goes on from there" in one_error(process)
    assert not (out / MANIFEST).exists()
    assert chunks(out) >= 1
    see_them_end(family)


def test_ctrl_c_while_the_processes_start_is_one_error_too(tmp_path):
    process = start(write_sweep(tmp_path), tmp_path / "out")
    family = []
    while len(family) < 4 and process.poll() is None:  # the workers, and what multiprocessing needs itself
        family = psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.005)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    assert "0 of 24 runs are finished" in one_error(process)
    see_them_end(family)


def one_error(process):
    """The only line that a cancelled sweep prints."""
    output, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == ""
    assert len(error.splitlines()) == 1, error
    return error


def test_paths_of_a_sweep_file_are_seen_from_where_it_is(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    write_ring(tmp_path / "deep")
    write_sweep(tmp_path / "deep", SWEEP.replace("members: 30", "graph: [ring.txt]"))
    monkeypatch.chdir(tmp_path)
    assert read_plan(Path("deep/sweep.yaml")).graphs[0].files.paths == (Path("deep/ring.txt"),)


def test_every_design_is_run_on_every_graph_and_the_rows_say_on_which(tmp_path):
    write_ring(tmp_path)
    (tmp_path / "star.csv").write_text(
        "source,target\n" + "".join(f"0,{i}\n" for i in range(1, 40)), encoding="utf-8"
    )
    graphs = "graphs:\n  - {name: ring, files: [ring.txt]}\n  - {name: star, files: [star.csv]}"
    path = write_sweep(tmp_path, SWEEP.replace("members: 30", graphs))
    options = ("--out", tmp_path / "out", "--workers", 1, "--lang", "en")
    result = call(path, *options)
    assert result.exit_code == 0, result.output
    assert "star.csv" in result.stderr
    rows = table(tmp_path / "out")
    half = len(rows) // 2
    assert rows["graph"].to_pylist() == ["ring"] * half + ["star"] * half
    assert rows["point"].to_pylist()[:half] == rows["point"].to_pylist()[half:]
    assert len(set(rows["run_id"].to_pylist())) == 2 * half
    assert rows["buyers"].to_pylist()[:half] != rows["buyers"].to_pylist()[half:]
    before = (tmp_path / "out" / "runs.parquet").read_bytes()
    shutil.copytree(tmp_path / "out", tmp_path / "again")
    assert f"{2 * half} were there already" in call(path, "--out", tmp_path / "again", "--lang", "en").stdout
    assert (tmp_path / "again" / "runs.parquet").read_bytes() == before


def test_a_sweep_goes_on_with_none_of_the_runs_on_a_graph_that_has_changed(tmp_path):
    write_ring(tmp_path)
    path = write_sweep(tmp_path, SWEEP.replace("members: 30", "graph: [ring.txt]"))
    ring, out = tmp_path / "ring.txt", tmp_path / "out"
    before, asked = ring.read_text(encoding="utf-8"), ("--out", out, "--workers", 1, "--lang", "en")
    assert call(path, *asked).exit_code == 0
    first = table(out)
    ring.write_text(before + "0 7\n", encoding="utf-8")
    assert "(0 were there already)" in call(path, *asked).stdout
    changed = table(out)
    assert not set(changed["run_id"].to_pylist()) & set(first["run_id"].to_pylist())
    assert len(changed) == len(first)
    ring.write_text(before, encoding="utf-8")
    assert f"({len(first)} were there already)" in call(path, *asked).stdout
    assert table(out).equals(first)
