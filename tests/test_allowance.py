"""A run that writes or tells too much is ended by either engine, with the settings that make it so."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest
from extremes import EVERYTHING
from stage import merged

import sim.allowance
from sim.errors import Cancelled, RunError
from sim.fast.engine import FastRun
from sim.kernel.stopping import STOP
from sim.play import play
from sim.run import prepare
from sim.scenario.model import Scenario
from sim.sweep.many import run_many
from sim.waiting import LOOK_SECONDS, wait_for

ENGINES = ("fast", "mesa")
COUPONS = {"id": "off", "type": "coupon", "off_fen": 5, "threshold_fen": 9, "per_member": 100}
POSTS = {"id": "posts", "type": "kol_seeding", "choose": "random", "posts": 1000}
STARS = {"id": "star", "count": 80, "followers_share": 1.0}


def everything(**changes: Any) -> Scenario:
    return Scenario.model_validate(merged(EVERYTHING, changes))


def ended(scenario: Scenario, engine: str, **asked: Any) -> str:
    with pytest.raises(RunError) as error:
        play(scenario, prepare(scenario).graph, engine=engine, **asked)
    return str(error.value)


@pytest.fixture
def tight(monkeypatch):
    """Limits that the small scenario reaches."""

    def set_to(rows: int, told: int) -> None:
        monkeypatch.setattr(sim.allowance, "ROWS_LEAST", rows)
        monkeypatch.setattr(sim.allowance, "ROWS_PER_MEMBER_DAY", 0)
        monkeypatch.setattr(sim.allowance, "TOLD_LEAST", told)
        monkeypatch.setattr(sim.allowance, "TOLD_PER_MEMBER_DAY", 0)

    return set_to


@pytest.fixture(scope="module")
def plain():
    """The small scenario as it runs without limits that it reaches: rows, people told."""
    scenario = everything()
    run = FastRun(scenario, prepare(scenario).graph)
    return len(run.run()), int(run.memory.world["told"][0])


@pytest.mark.parametrize("engine", ENGINES)
def test_one_row_too_many_ends_a_run_and_names_what_made_most_of_them(engine, plain, tight):
    rows, _ = plain
    tight(rows, 10**9)
    assert len(play(everything(), prepare(everything()).graph, engine=engine).table) == rows
    tight(rows - 1, 10**9)
    message = ended(everything(), engine)
    assert f"more than {rows - 1:,} rows" in message
    assert "Change " in message


@pytest.mark.parametrize("engine", ENGINES)
def test_one_person_told_too_many_ends_a_run(engine, plain, tight):
    _, told = plain
    tight(10**9, told)
    play(everything(), prepare(everything()).graph, engine=engine)
    tight(10**9, told - 1)
    assert f"more than {told - 1:,} people told" in ended(everything(), engine)


def test_both_engines_end_the_same_runs_with_the_same_words(plain, tight):
    rows, told = plain
    for limits in ((rows // 2, 10**9), (10**9, told // 2), (rows // 9, told // 9)):
        tight(*limits)
        fast, mesa = (ended(everything(), engine).partition("; most")[0] for engine in ENGINES)
        assert fast == mesa


def test_rows_that_go_to_a_file_and_messages_that_are_only_counted_count_too(plain, tight, tmp_path):
    rows, told = plain
    tight(rows - 1, 10**9)
    ended(everything(), "fast", events_file=tmp_path / "events.parquet")
    assert not list(tmp_path.iterdir())
    tight(10**9, told - 1)
    ended(everything(), "fast", events="outcomes")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {
                "behaviour": {"sharing": {"intercept": 90.0, "channels": ["chat"]}},
                "mechanics": [],
                "roles": {"distributors": {"share": 0.0}},
            },
            "behaviour.sharing.chats_limit",
        ),
        (
            {"behaviour": {"sharing": {"intercept": 90.0, "channels": ["private"]}}},
            "behaviour.sharing.private_limit",
        ),
        (
            {"roles": {"kols": [{"id": "star", "count": 3, "public_pool": 30_000}]}},
            "roles.kols.star.public_pool,",
        ),
        (
            {"roles": {"kols": [{"id": "star", "count": 3, "public_pool": 9, "public_pool_growth": 900.0}]}},
            "roles.kols.star.public_pool_growth,",
        ),
        (
            {
                "operator": {
                    "schedule": [{"id": "push", "type": "push", "hours": [hour / 2 for hour in range(24)]}]
                }
            },
            "operator.schedule.push.hours",
        ),
    ],
)
def test_the_first_setting_named_is_what_was_turned_up(engine, changes, field, tight):
    tight(10**9, 3000)
    assert f"Change {field}" in ended(everything(**changes), engine) + ","


def test_a_day_has_its_own_allowance_and_what_is_left_is_kept(monkeypatch):
    monkeypatch.setattr(sim.allowance, "ROWS_LEAST", 50)
    allowed = sim.allowance.allowance_of(3)
    assert [allowed.rows(day * 86_400 - 1) for day in (1, 2)] == [600, 1200]
    assert sim.allowance.allowance_of(10**9).rows(0) == allowed.rows_most  # what the machine can hold


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"mechanics": [COUPONS]}, "mechanics.off.per_member"),
        ({"mechanics": [POSTS | {"count": 80}]}, "mechanics.posts.posts, mechanics.posts.count"),
        (
            {"mechanics": [POSTS | {"choose": "kols", "count": None}], "roles": {"kols": [STARS]}},
            "mechanics.posts.posts, roles.kols.star.count",
        ),
        (
            {"mechanics": [], "roles": {"kols": [STARS]}},
            "roles.kols.star.count, roles.kols.star.followers_share",
        ),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_planned_beyond_it_is_refused_before_room_is_made(engine, changes, fields, tight):
    tight(100, 100)
    message = ended(everything(**changes), engine)
    assert message.startswith("the run was not begun")
    assert message.endswith(f"Change {fields}")


# being stopped


def crowded() -> Scenario:
    """One post is shown to a million people at once, again and again."""
    return everything(
        population={"members": 20_000},
        roles={"kols": [{"id": "star", "count": 3, "public_pool": 1_000_000, "public_pool_growth": 1000.0}]},
        mechanics=[{"id": "posts", "type": "kol_seeding", "posts": 1000, "every_days": 0.05}],
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_who_waits_looks_up_within_one_simulated_hour_and_can_stop_the_run(engine):
    scenario = crowded()
    looked = []

    def look(share: float) -> None:
        looked.append(share)
        if len(looked) == 3:
            raise Cancelled("stop", "停")

    before = threading.active_count()
    with pytest.raises(Cancelled):
        play(scenario, prepare(scenario).graph, engine=engine, events="outcomes", progress=look)
    assert len(looked) == 3
    assert looked[-1] < 0.5
    assert threading.active_count() == before  # what was worked at has ended too


def test_a_signal_reaches_who_waits_while_compiled_code_runs():
    scenario = crowded()
    graph = prepare(scenario).graph
    run = FastRun(scenario, graph, events="outcomes")
    run.memory.world["told_least"] = 2**62  # else a slow signal comes after the run has ended by itself
    threading.Timer(LOOK_SECONDS, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        run.run()
    assert run.memory.world["stop"][0] == STOP  # and not for what it told, which it would come to


def test_work_gives_its_result_or_its_error_to_who_waits():
    assert wait_for(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        wait_for(lambda: 1 // 0)
    stop = threading.Event()

    def look() -> None:
        raise Cancelled("stop", "停")

    with pytest.raises(Cancelled):
        wait_for(stop.wait, look, stop.set)
    with pytest.raises(Cancelled):  # nobody can stop it: it is left to itself
        wait_for(lambda: time.sleep(1.5), look)


def test_a_run_of_a_sweep_that_takes_too_long_fails_and_the_others_are_made():
    quick = everything()
    outcomes = run_many([(crowded(), 1), (quick, 1)], outputs=("buyers",), workers=1, run_limit_seconds=1e-9)
    assert outcomes[0].error == "RunError: the run was ended after 0.000000001 s (run_limit_seconds)"
    outcomes = run_many([(quick, 1)], outputs=("buyers",), workers=1, run_limit_seconds=1000.0)
    assert outcomes[0].error is None
