"""The desk with workers that play nothing: who waits, what goes first, what is kept, and what dies."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.settings.problems import Problem, ScenarioError
from sim.text import Text
from sim.ui import crew, jobs
from sim.ui.job_files import DesignRequest, JobRequest, read_state, write_request, write_state
from sim.ui.job_files import JobState as State
from sim.ui.jobs import Desk
from sim.ui.lanes import WAITER_SECONDS, Pace, Work, in_order, seconds_left

STUB = Path(__file__).with_name("stub_worker.py")


def ask(kind, repeats=2, members=60, seed=1):
    return JobRequest((DesignRequest(kind), DesignRequest(kind)), members, seed, repeats, ("one", "two"))


def wait(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def open_desk(tmp_path, monkeypatch, clock):
    """Opens desks whose workers are the stub; the time of waiters is the test's."""
    monkeypatch.setattr(crew, "COMMAND", ("-P", os.fspath(STUB)))
    monkeypatch.setattr(jobs, "answer_digest", lambda scenarios: "")
    monkeypatch.setattr("sim.ui.job_files.answer_digest", lambda scenarios: "")
    opened = []

    def opens(workers=2, **more):
        desk = Desk(tmp_path / "jobs", workers, clock=clock, **more)
        opened.append(desk)
        return desk

    (tmp_path / "jobs").mkdir()
    yield opens
    for desk in opened:
        desk.close()


def ended(desk, job):
    wait(lambda: not desk.state(job).active)
    return desk.state(job)


def test_a_job_is_every_seed_under_every_calibration_and_is_answered_once(open_desk, tmp_path):
    desk = open_desk()
    job = desk.start(ask("quick", 3), "tab")
    state = ended(desk, job)
    assert (state.stage, state.pairs, state.goal, state.share) == ("done", 3, 3, 1.0)
    assert sorted((one.calibration, one.seed) for one in desk.results(job) if one.design == 0) == [
        (name, seed) for name in ("one", "two") for seed in (1, 2, 3)
    ]
    log = (tmp_path / "jobs" / job / "log").read_text()
    assert desk.start(ask("quick", 3), "other") == job
    assert ended(desk, job).stage == "done"
    assert (tmp_path / "jobs" / job / "log").read_text() == log


def test_one_tab_never_stops_another(open_desk):
    desk = open_desk()
    job = desk.start(ask("slow"), "mine")
    desk.start(ask("slow"), "theirs")
    desk.attend(job, "a third that has the link")
    assert desk.waiters(job) == 3
    wait(lambda: desk.state(job).stage == "running")
    desk.leave(job, "mine")
    desk.leave(job, "mine")
    desk.leave(job, "somebody who never waited")
    assert desk.state(job).stage == "running"
    desk.leave(job, "theirs")
    assert desk.state(job).stage == "running"
    desk.leave(job, "a third that has the link")
    assert desk.state(job).stage == "stopped"
    desk.attend(job, "mine")  # a look at what was stopped does not start it again
    assert desk.state(job).stage == "stopped"
    assert desk.start(ask("slow"), "mine") == job
    assert desk.state(job).active


def test_a_tab_without_a_sign_does_not_wait_any_more(open_desk, clock):
    asleep = {"hidden"}
    desk = open_desk(connected=lambda waiter: waiter in asleep)
    job = desk.start(ask("slow"), "closed")
    clock.now = WAITER_SECONDS - 1
    desk.tick()
    assert desk.waiters(job) == 1
    desk.attend(job, "hidden")
    clock.now = WAITER_SECONDS + 1
    desk.tick()
    assert desk.waiters(job) == 1  # the one that was closed has gone
    clock.now = 5 * WAITER_SECONDS
    desk.tick()
    assert desk.state(job).active  # it gives no sign, but it is there
    asleep.clear()
    clock.now = 10 * WAITER_SECONDS
    desk.tick()
    assert desk.state(job).stage == "left"
    desk.attend(job, "a link that is opened later")
    assert desk.state(job).active


def test_what_does_not_stop_is_ended_within_a_second_and_the_desk_goes_on(open_desk):
    desk = open_desk(workers=1)
    job = desk.start(ask("deaf"), "tab")
    wait(lambda: desk.state(job).stage == "running")
    desk.leave(job, "tab")
    assert desk.state(job).stage == "stopped"
    other = desk.start(ask("quick"), "tab")
    assert ended(desk, other).stage == "done"


def test_a_short_job_does_not_wait_behind_a_long_one(open_desk):
    desk = open_desk(workers=2)
    long = desk.start(ask("slow", 300, members=50_000), "one")
    second = desk.start(ask("slow", 300, members=50_000, seed=7), "one")
    wait(lambda: desk.state(long).stage == "running")
    short = desk.start(ask("quick"), "two")
    state = desk.state(second)
    assert (state.stage, state.ahead) in (("queued", 2), ("queued", 1))  # the short one may be done by now
    assert state.left_seconds > desk.state(long).left_seconds > 0
    assert ended(desk, short).stage == "done"
    assert desk.state(long).stage == "running"  # it was interrupted, and goes on


def test_the_order_and_how_long_it_takes():
    pace = Pace()
    long, short, other = (
        Work(name, ask(name, repeats, members))
        for name, repeats, members in (("long", 300, 20_000), ("short", 2, 200), ("other", 3, 200))
    )
    for work in (long, short, other):
        work.aim(work.request.repeats)
    order = in_order([long, short, other], pace, 2)
    assert [one.name for one in order] == ["short", "other", "long"]
    each = pace.task_seconds(short)
    assert seconds_left(short, order, {}, pace, 2) == (0, pytest.approx(4 * each / 2))
    short.todo.popleft()
    ahead, left = seconds_left(other, order, {"short": 0.5}, pace, 2)
    assert (ahead, left) == (1, pytest.approx((3.5 * each + 6 * pace.task_seconds(other)) / 2))
    pace.note(short, 30.0)  # it was thought to be short, and is not
    assert [one.name for one in in_order([short, other], pace, 2)] == ["other", "short"]
    assert pace.task_seconds(short) == 30.0
    assert pace.task_seconds(Work("like", ask("short", 2, 400))) == pytest.approx(59.9, abs=0.2)


def test_a_small_job_does_not_make_a_large_one_seem_to_take_hours():
    pace, small = Pace(), Work("small", ask("a", members=20))
    large = Work("large", ask("a", members=50_000))
    before = pace.task_seconds(large)
    for _ in range(20):
        pace.note(small, 0.6)  # loading and writing, on a busy machine
    assert pace.task_seconds(large) == before
    assert pace.task_seconds(small) == pytest.approx(0.6)


def test_what_is_done_is_not_made_again_after_the_server_was_killed(open_desk, tmp_path):
    desk = open_desk()
    request = ask("quick", 3)
    job = desk.start(request, "tab")
    ended(desk, job)
    folder = tmp_path / "jobs" / job
    desk.close()
    write_state(folder, State("running", goal=3))  # as a server that was killed leaves it
    (folder / "two-2.json").unlink()
    (folder / "one-3.json").write_text("torn")
    (folder / "log").unlink()
    again = open_desk()
    assert again.state(job).stage == "left"
    again.attend(job, "tab")
    assert ended(again, job).stage == "done"
    assert sorted((folder / "log").read_text().split()) == ["one-3", "two-2"]
    assert len(again.results(job)) == 12


def test_workers_end_with_a_server_that_is_killed(open_desk, tmp_path):
    script = (
        "import os, sys, time; from pathlib import Path\n"
        "from sim.ui import crew; from sim.ui.jobs import Desk\n"
        f"crew.COMMAND = ('-P', {os.fspath(STUB)!r})\n"
        f"desk = Desk(Path({os.fspath(tmp_path / 'jobs')!r}), 2)\n"
        "while sum(one.ready for one in desk._crew) < 2: time.sleep(0.01)\n"
        "print(*(one.process.pid for one in desk._crew), flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as server:
        pids = [int(word) for word in server.stdout.readline().split()]
        server.kill()
    assert len(pids) == 2
    wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids) or not Path("/proc").exists())


def test_a_task_whose_worker_died_is_tried_once_more(open_desk):
    desk = open_desk()
    job = desk.start(ask("die-once"), "tab")
    assert ended(desk, job).stage == "done"


def test_a_task_that_kills_its_worker_fails_and_says_how(open_desk):
    desk = open_desk()
    job = desk.start(ask("die", 1), "tab")
    state = ended(desk, job)
    assert state.stage == "failed"
    assert "SIGKILL" in state.message.en
    assert "SIGKILL" in state.message.zh
    assert "fewer members" in state.message.en
    assert ended(desk, desk.start(ask("quick"), "tab")).stage == "done"  # the desk goes on


def test_what_fails_says_why_in_both_languages(open_desk):
    desk = open_desk()
    job = desk.start(ask("bad"), "tab")
    state = ended(desk, job)
    assert (state.stage, state.message.en, state.message.zh) == ("failed", "no such thing", "没有这个")


def test_an_engine_that_does_not_start_is_said(open_desk, monkeypatch, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("raise ImportError('no engine here')")
    monkeypatch.setattr(crew, "COMMAND", ("-P", os.fspath(broken)))
    desk = open_desk()
    wait(lambda: desk.trouble is not None)
    assert "no engine here" in desk.trouble.en
    assert "no engine here" in desk.trouble.zh
    assert not desk.ready
    job = desk.start(ask("quick"), "tab")  # another try
    state = ended(desk, job)
    assert state.stage == "failed"
    assert "no engine here" in state.message.en
    monkeypatch.setattr(crew, "COMMAND", ("-P", os.fspath(STUB)))
    assert ended(desk, desk.start(ask("quick"), "tab")).stage == "done"
    assert desk.trouble is None


def test_children_start_without_the_working_folder(tmp_path, monkeypatch):
    assert crew.COMMAND[0] == "-P"
    (tmp_path / "sim.py").write_text("open('was-run', 'w')")
    monkeypatch.chdir(tmp_path)
    worker = crew.Worker(tmp_path)
    try:
        assert '"' in worker.process.stdout.readline()
        assert not (tmp_path / "was-run").exists()
    finally:
        worker.dismiss()


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such rights")
def test_only_the_owner_can_read_what_is_kept(open_desk, tmp_path):
    before = os.umask(0)
    try:
        desk = open_desk()
        job = desk.start(ask("bad"), "tab")
        ended(desk, job)
        folder = tmp_path / "jobs" / job
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.glob("*.json"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_job_without_a_number_ends_at_the_first_look_that_is_clear(open_desk):
    desk = open_desk()
    job = desk.start(ask("quick", None), "tab")
    state = ended(desk, job)
    assert (state.pairs, state.verdicts["margin"]) == (20, ("clear", 1))
    other = desk.start(ask("quick", None, seed=5), "tab", by="buyers")  # the stub measures none
    state = ended(desk, other)
    assert (state.pairs, state.verdicts["buyers"][0]) == (80, "early")
    desk.start(ask("quick", None, seed=5), "tab", by="buyers", more=True)
    assert ended(desk, other).pairs == 160


def test_what_is_kept_is_listed_and_can_be_deleted(open_desk, tmp_path):
    desk = open_desk()
    first = desk.start(ask("quick"), "tab")
    ended(desk, first)
    running = desk.start(ask("slow"), "tab")
    assert [(one.name, one.state.stage) for one in desk.kept()][1:] == [(first, "done")]
    assert desk.kept()[0].name == running
    desk.forget(running)  # somebody waits for it
    desk.forget(first)
    assert [one.name for one in desk.kept()] == [running]
    assert desk.state(first) is None


def test_a_full_disk_is_not_waited_for(open_desk, tmp_path, monkeypatch):
    desk = open_desk()
    job = desk.start(ask("slow"), "tab")

    def full(folder, state):
        raise ScenarioError([Problem("state.json", 0, "", Text("disk full", "磁盘已满"))])

    monkeypatch.setattr(jobs, "write_state", full)
    desk.leave(job, "tab")
    assert desk.state(job).stage == "stopped"


def test_a_request_of_another_state_of_the_files_is_not_gone_on_with(open_desk, tmp_path, monkeypatch):
    desk = open_desk()
    request = ask("quick")
    name = request.id
    write_request(tmp_path / "jobs" / name, request)
    monkeypatch.setattr("sim.ui.job_files.answer_digest", lambda scenarios: "edited since")
    desk.attend(name, "tab")
    assert desk.state(name).stage == "left"
    assert read_state(tmp_path / "jobs" / name) is None
