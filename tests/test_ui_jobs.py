"""What a worker makes of a task, how jobs are named, and what is kept of them."""

import os
import shutil
import threading
from dataclasses import replace

import pytest

from sim.metrics.view import TableView
from sim.play import play
from sim.run import prepare
from sim.scenario.load import load_scenario
from sim.scenario.twin import without_campaign
from sim.text import Text
from sim.ui.job_files import (
    DesignRequest,
    JobRequest,
    JobState,
    Task,
    is_job_id,
    jobs_folder,
    prune,
    read_request,
    read_results,
    read_state,
    write_request,
    write_state,
)
from sim.ui.job_name import code_digest, sources_from
from sim.ui.jobs import Desk
from sim.ui.worker import design_result, member_funnel, run_task, warm_up

DAYS = {"run.horizon_days": 2}
SMALL = JobRequest((DesignRequest("staple-group-buy", None, DAYS),), 60, 1, 2)
TASK = Task(1, "open-list")


def run_here(tmp_path, request, task=TASK, stop=None):
    job = tmp_path / request.id
    write_request(job, request)
    said = []
    run_task(job, task, stop or threading.Event(), said.append)
    return job / task.file_name, said


def test_a_task_gives_a_result_for_each_design_on_one_luck(tmp_path):
    request = replace(SMALL, designs=(*SMALL.designs, DesignRequest("staple-group-buy", "group-of-3", DAYS)))
    path, said = run_here(tmp_path, request)
    assert said[-1] == {"done": True}
    results = read_results(path)
    assert [(one.design, one.calibration, one.seed, one.members) for one in results] == [
        (0, "open-list", 1, 60),
        (1, "open-list", 1, 60),
    ]
    assert results[0].twin_buyers == results[1].twin_buyers  # one luck, one twin
    assert all(len(one.day) == len(one.buyers) == len(one.twin_buyers) == 2 for one in results)


@pytest.mark.parametrize("calibration", ["open-list", "chats"])
def test_results_are_those_of_the_run(tmp_path, calibration):
    task = Task(2, calibration)
    path, _ = run_here(tmp_path, SMALL, task)
    scenario = load_scenario("staple-group-buy", None, DAYS, calibration).scenario
    prepared = prepare(scenario, members=60, seed=2)
    table = play(prepared.scenario, prepared.graph).table
    twin = play(without_campaign(prepared.scenario), prepared.graph).table
    expected = design_result(0, task, prepared.scenario, table, TableView(twin), [], 10_000)
    (found,) = read_results(path)
    assert found.summary == expected.summary
    assert found.summary["incremental"]["buyers"] is not None
    steps = member_funnel(TableView(table))
    assert found.funnel == steps
    assert steps["members"] >= steps["readers"] >= steps["considered"] >= steps["ordered"] >= steps["bought"]


def test_what_fails_says_why(tmp_path):
    bad = replace(
        SMALL, designs=(DesignRequest("staple-group-buy", None, {"mechanics.pintuan.group_size": 1}),)
    )
    path, said = run_here(tmp_path, bad)
    assert "group_size" in said[-1]["failed"]["en"]
    assert "group_size" in said[-1]["failed"]["zh"]
    assert not path.exists()


def test_a_worker_that_is_told_to_stop_stops(tmp_path):
    stop = threading.Event()
    stop.set()
    path, said = run_here(tmp_path, SMALL, stop=stop)
    assert said == [{"stopped": True}]
    assert not path.exists()


def test_a_file_of_the_users_that_is_called_like_a_scenario_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "staple-group-buy").write_text("id: mine", encoding="utf-8")
    _, said = run_here(tmp_path, replace(SMALL, seed=3))
    assert said[-1] == {"done": True}


def test_the_worker_says_what_it_compiles(monkeypatch):
    told = []
    monkeypatch.setattr("sim.ui.worker.prepare_engine", lambda progress: progress(2, 8))
    warm_up(lambda done, functions: told.append((done, functions)))
    assert told == [(2, 8)]


def test_a_job_has_another_name_with_every_change_of_its_data(tmp_path, monkeypatch):
    shipped = tmp_path / "scenarios"
    (shipped / "calibrations").mkdir(parents=True)
    base = tmp_path / "elsewhere.yaml"  # a base outside the folder counts too
    files = [shipped / "mine.yaml", shipped / "calibrations" / "open-list.yaml", base]
    for file in files:
        file.write_text("about: {en: a}\n", encoding="utf-8")
    files[0].write_text("extends: ../elsewhere.yaml\n", encoding="utf-8")
    for place in (
        "sim.ui.job_name",
        "sim.scenario.shipped",
        "sim.scenario.layers",
        "sim.calibration.calibration",
    ):
        monkeypatch.setattr(f"{place}.scenario_folders", lambda: (shipped,))
    request = JobRequest((DesignRequest("mine"),), 60)
    names = [request.id]
    for file in files:
        before = file.read_text(encoding="utf-8")
        file.write_text(f"{before}# changed\n", encoding="utf-8")
        names.append(request.id)
        file.write_text(before, encoding="utf-8")
        assert request.id == names[0], f"{file.name} as it was gives another name"
    other = shipped / "another.yaml"
    other.write_text("id: another\n", encoding="utf-8")
    names.append(request.id)
    assert len(set(names)) == 5
    assert all(map(is_job_id, names))


@pytest.mark.parametrize(
    "source",
    [
        "ui/worker.py",
        "ui/job_files.py",
        "metrics/money.py",
        "calibration/under.py",
        "scenario/scaling.py",
        "settings/behaviour.py",
        "mechanics/commission/config.py",
        "fast/loop.py",
        "network/generate.py",
        "ledger.py",
        "replace_file.py",
        "__init__.py",
    ],
)
def test_a_job_has_another_name_with_every_source_that_the_worker_can_import(root, tmp_path, source):
    copy = tmp_path / "sim"
    shutil.copytree(root / "sim", copy, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    before = code_digest(copy)
    assert before == code_digest(root / "sim")  # wherever it lies
    for edited, changes in ((copy / source, True), (copy / "ui" / "texts.py", False)):
        whole = edited.read_bytes()
        edited.write_bytes(whole + b"\n# changed\n")
        assert (code_digest(copy) != before) is changes
        edited.write_bytes(whole)


def test_a_job_has_another_name_with_other_libraries(monkeypatch):
    before = code_digest()
    assert code_digest() == before
    monkeypatch.setattr("sim.ui.job_name.version", lambda name: "0.0")
    assert code_digest() != before


def test_the_sources_of_an_answer_are_the_whole_way_from_scenario_to_figure():
    sources, libraries = sources_from("sim.ui.worker")
    assert {"sim.play", "sim.fast.engine", "sim.engine.model", "sim.metrics.summary", "sim.run"} <= set(
        sources
    )
    assert {"numpy", "numba", "pydantic", "ruamel"} <= libraries
    assert "sim.ui.results_page" not in sources
    assert "streamlit" not in libraries


def test_a_job_read_again_has_its_name(tmp_path):
    write_request(tmp_path / SMALL.id, SMALL)
    assert read_request(tmp_path / SMALL.id) == SMALL
    assert read_request(tmp_path / SMALL.id).id == SMALL.id


def test_a_state_read_again_is_the_same(tmp_path):
    write_request(tmp_path / "job", SMALL)
    state = JobState("failed", 0.5, 3, 20, None, 0, Text("no", "不"), {"margin": ("open", None)})
    write_state(tmp_path / "job", state)
    assert read_state(tmp_path / "job")[0] == state
    (tmp_path / "job" / "state.json").write_text('{"stage": "done"}', encoding="utf-8")  # of another version
    assert read_state(tmp_path / "job") is None


@pytest.mark.parametrize("text", ["", "[]", '[{"design": 0}]', "{}", "[1]"])
def test_results_of_another_version_are_left_out(tmp_path, text):
    (tmp_path / "open-list-1.json").write_text(text, encoding="utf-8")
    assert read_results(tmp_path / "open-list-1.json") == []


def test_looks_are_those_of_the_verdict_or_the_number_that_was_asked_for():
    auto = replace(SMALL, repeats=None)
    assert auto.looks == (20, 40, 80)
    assert [auto.look_after(pairs) for pairs in (0, 20, 79, 80, 160, 320)] == [20, 40, 80, 160, 320, None]
    assert (SMALL.looks, SMALL.look_after(0), SMALL.look_after(2)) == ((2,), 2, None)
    assert SMALL.tasks(2) == tuple(Task(seed, name) for seed in (1, 2) for name in ("open-list", "chats"))


@pytest.mark.parametrize("name", ["", "..", "../../etc", "0" * 15, "g" * 16, "0" * 16 + "\n"])
def test_only_names_of_jobs_are_names_of_jobs(name):
    assert not is_job_id(name)


def test_jobs_go_where_they_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("SHAPAN_JOBS", os.fspath(tmp_path / "here"))
    assert jobs_folder() == tmp_path / "here"
    (tmp_path / "file").touch()
    monkeypatch.setenv("SHAPAN_JOBS", os.fspath(tmp_path / "file" / "below"))
    assert jobs_folder().is_dir()


def test_only_the_newest_are_kept(tmp_path):
    for number in range(4):
        folder = tmp_path / f"{number:016x}"
        folder.mkdir()
        os.utime(folder, (number, number))
    prune(tmp_path, keep=2)
    assert sorted(one.name[-1] for one in tmp_path.iterdir()) == ["2", "3"]


def test_the_desk_has_a_real_worker_answer(tmp_path):
    desk = Desk(tmp_path, workers=1)
    try:
        job = desk.start(SMALL, "tab")
        until = threading.Event()
        for _ in range(6000):
            if not desk.state(job).active:
                break
            until.wait(0.05)
        state = desk.state(job)
        assert (state.stage, state.pairs, state.message) == ("done", 2, None)
        assert len(desk.results(job)) == 4
    finally:
        desk.close()
