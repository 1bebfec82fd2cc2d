"""The desk and its worker: results come, what is stopped is stopped, what fails says so."""

import os
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from sim.metrics.view import TableView
from sim.play import play
from sim.run import prepare
from sim.scenario.load import load_scenario
from sim.ui.job_files import (
    DesignRequest,
    JobRequest,
    JobState,
    is_job_id,
    jobs_folder,
    read_request,
    read_results,
    read_state,
    write_request,
    write_result,
    write_state,
)
from sim.ui.jobs import Desk
from sim.ui.worker import design_result, member_funnel, run_job, warm_up

SMALL = JobRequest((DesignRequest("staple-group-buy", None, {"run.horizon_days": 2}),), 60, (1, 2))


def wait(condition, seconds=300):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


def run_here(tmp_path, request, stop=None):
    job = tmp_path / request.id
    write_request(job, request)
    run_job(job, stop or threading.Event())
    return job, read_state(job)


def test_a_job_gives_a_result_for_each_design_and_seed(tmp_path):
    request = replace(
        SMALL,
        designs=(*SMALL.designs, DesignRequest("staple-group-buy", "group-of-3", {"run.horizon_days": 2})),
    )
    job, state = run_here(tmp_path, request)
    assert (state.stage, state.share) == ("done", 1.0)
    results = read_results(job)
    assert [(one.design, one.seed, one.members, one.quick) for one in results] == [
        (design, seed, 60, False) for design in (0, 1) for seed in (1, 2)
    ]
    assert results[0].twin_buyers == results[2].twin_buyers  # one luck, one twin
    assert all(len(one.day) == len(one.buyers) == len(one.twin_buyers) == 2 for one in results)


def test_a_large_community_is_looked_at_small_first(tmp_path):
    job, _ = run_here(tmp_path, replace(SMALL, members=301, seeds=(1,)))
    assert [(one.quick, one.members) for one in read_results(job)] == [(False, 301), (True, 300)]


def test_results_are_those_of_the_run(tmp_path):
    job, _ = run_here(tmp_path, SMALL)
    prepared = prepare(
        load_scenario("staple-group-buy", None, {"run.horizon_days": 2}).scenario, members=60, seed=2
    )
    table = play(prepared.scenario, prepared.graph).table
    expected = design_result(0, prepared.scenario, table, None, quick=False)
    found = read_results(job)[1]
    assert found.summary["runoff"] == expected.summary["runoff"]
    steps = member_funnel(TableView(table))
    assert found.funnel == steps
    assert steps["members"] >= steps["reached"] >= steps["considered"] >= steps["ordered"] >= steps["bought"]


def test_what_fails_says_why(tmp_path):
    bad = replace(
        SMALL, designs=(DesignRequest("staple-group-buy", None, {"mechanics.pintuan.group_size": 1}),)
    )
    _, state = run_here(tmp_path, bad)
    assert state.stage == "failed"
    assert "group_size" in state.message("en")
    assert "group_size: 应" in state.message("zh")


def test_a_job_has_another_name_when_what_answers_it_has_changed(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.ui.job_files.scenario_folders", lambda: (tmp_path,))
    calibration = tmp_path / "calibrations" / "chats.yaml"
    calibration.parent.mkdir()
    names = []
    for homophily in (0.1, 0.2, 0.1):
        calibration.write_text(f"behaviour: {{deciding: {{homophily: {homophily}}}}}\n", encoding="utf-8")
        names.append(SMALL.id)
    assert names[0] == names[2] != names[1]
    assert is_job_id(names[0])
    monkeypatch.setattr("sim.facts.kept._sources", lambda path: "other defaults")
    assert SMALL.id not in names


def test_a_job_read_again_has_its_name(tmp_path):
    write_request(tmp_path / SMALL.id, SMALL)
    assert read_request(tmp_path / SMALL.id).id == SMALL.id


def test_a_worker_that_is_told_to_stop_stops(tmp_path):
    stop = threading.Event()
    stop.set()
    job, state = run_here(tmp_path, SMALL, stop)
    assert state.stage == "stopped"
    assert read_results(job) == []


def test_time_left_is_told_from_time_passed():
    assert JobState("running", 0.25, 10.0).left_seconds == pytest.approx(30)
    assert JobState("running", 0.01, 10.0).left_seconds is None
    assert JobState("done", 1.0, 10.0).left_seconds is None


@pytest.mark.parametrize("name", ["", "..", "../../etc", "0" * 15, "g" * 16, "0" * 16 + "\n"])
def test_only_names_of_jobs_are_names_of_jobs(name):
    assert not is_job_id(name)


def test_jobs_go_where_they_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("SHAPAN_JOBS", os.fspath(tmp_path / "here"))
    assert jobs_folder() == tmp_path / "here"
    (tmp_path / "file").touch()
    monkeypatch.setenv("SHAPAN_JOBS", os.fspath(tmp_path / "file" / "below"))
    assert jobs_folder().is_dir()


def test_the_desk_runs_stops_and_answers_twice(tmp_path):
    desk = Desk(tmp_path)
    try:
        first = desk.start(SMALL)
        long = desk.start(replace(SMALL, members=5000, seeds=tuple(range(1000))))
        assert desk.state(long).stage == "queued"
        wait(lambda: not desk.state(first).active)
        assert desk.state(first).stage == "done"
        assert len(desk.results(first)) == 2
        changed = (tmp_path / first / "request.json").stat().st_mtime_ns
        assert desk.start(SMALL) == first  # the same question: the answer is there
        assert (tmp_path / first / "request.json").stat().st_mtime_ns == changed
        wait(lambda: desk.state(long).stage == "running")
        desk.stop(long)
        wait(lambda: not desk.state(long).active, 30)
        assert desk.state(long).stage == "stopped"
        after = desk.start(replace(SMALL, seeds=(3,)))
        wait(lambda: not desk.state(after).active)
        assert desk.state(after).stage == "done"  # the desk goes on
        desk._worker.process.kill()
        wait(lambda: desk._worker.process.poll() is not None, 30)
        again = desk.start(replace(SMALL, seeds=(4,)))
        wait(lambda: not desk.state(again).active)
        assert desk.state(again).stage in ("done", "failed")  # it never hangs, whoever noticed first
        assert desk.state("0" * 16) is None
    finally:
        desk.close()


def test_how_far_the_engine_is_compiled_is_shown_until_it_is_ready(tmp_path, monkeypatch):
    seen = []

    def output():
        seen.append(desk.state(job))
        yield "preparing 0.500\n"
        seen.append(desk.state(job))
        assert desk.prepared_share == 0.5
        yield "ready\n"
        write_state(tmp_path / job, JobState("running", 0.1))
        seen.append(desk.state(job))

    worker = SimpleNamespace(
        ready=False,
        prepared_share=0.0,
        order=lambda **order: None,
        output=output(),
        process=SimpleNamespace(poll=lambda: None, wait=lambda: 0),
    )
    monkeypatch.setattr(Desk, "_hire", lambda self: worker)
    desk = Desk(tmp_path)
    job = desk.start(SMALL)
    desk._listen(worker)
    assert seen == [JobState("starting"), JobState("starting", 0.5), JobState("running", 0.1)]


def test_the_worker_says_what_it_compiles(monkeypatch):
    told = []
    monkeypatch.setattr("sim.ui.worker.prepare_engine", lambda progress: progress(2, 8))
    warm_up(lambda done, functions: told.append((done, functions)))
    assert told == [(2, 8)]


def test_what_a_server_left_unfinished_can_be_started_again(tmp_path):
    job = tmp_path / SMALL.id
    write_request(job, SMALL)
    write_state(job, JobState("running", 0.5, 3.0))
    desk = Desk(tmp_path)
    try:
        assert desk.state(SMALL.id).stage == "stopped"
    finally:
        desk.close()


def test_results_of_another_version_are_left_out(tmp_path):
    job, _ = run_here(tmp_path, replace(SMALL, seeds=(1,)))
    write_result(job, replace(read_results(job)[0], seed=9))
    (job / "result-0-9.json").write_text('{"design": 0}', encoding="utf-8")
    assert [one.seed for one in read_results(job)] == [1]
