"""Many runs: the same outcomes as one at a time, whatever the number of workers and whatever is kept."""

import dataclasses
import itertools
import os
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_shop import SHOP, write_ring

import sim.sweep.many
import sim.sweep.pool
import sim.sweep.workshop
from sim.errors import Cancelled, InputError, RunError
from sim.play import play
from sim.run import prepare, read_files, run
from sim.scenario.load import load_text
from sim.sweep.identity import job, packed
from sim.sweep.job import Setup
from sim.sweep.many import run_many
from sim.sweep.outputs import output_of
from sim.sweep.store import open_store

OUTPUTS = (
    "buyers",
    "horizon.net_fen",
    "incremental.margin_fen",
    "exposures_by_channel",
    "books_residual_fen",
)


def shop(text=SHOP, variant=None):
    return load_text(text, Path("shop.yaml"), variant).scenario


DESIGNS = (
    shop(),
    shop(variant="five"),
    shop(SHOP.replace("utility: 1.5", "utility: 1.8")),
    shop(SHOP.replace("size_mean: 30", "size_mean: 12")),
)
SEEDS = (3, 1)


def values_of(outcomes):
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    return [outcome.values for outcome in outcomes]


def many(designs=DESIGNS, seeds=SEEDS, **given):
    return run_many(
        itertools.product(designs, seeds), **{"outputs": OUTPUTS, "members": 90, "engine": "mesa", **given}
    )


@pytest.fixture(scope="module")
def one_process():
    return many(workers=1)


def test_each_gives_what_a_run_of_its_own_gives(one_process):
    expected = []
    for scenario, seed in itertools.product(DESIGNS, SEEDS):
        summary = run(prepare(scenario, members=90, seed=seed)).summary
        row = {
            "buyers": summary["runoff"]["buyers"],
            "horizon.net_fen": summary["horizon"]["net_fen"],
            "incremental.margin_fen": summary["incremental"]["margin_fen"],
        }
        row |= {k: v for k, v in summary["runoff"].items() if k.startswith("exposures_by_channel.")}
        row["books_residual_fen"] = summary["books_residual_fen"]
        expected.append(row)
    assert values_of(one_process) == expected
    assert [list(values) for values in values_of(one_process)] == [list(row) for row in expected]
    assert len({str(row) for row in expected}) == len(expected)


def test_the_order_is_that_of_the_runs_whatever_the_number_of_workers(one_process):
    outcomes = many(workers=2)
    assert [outcome.run_id for outcome in outcomes] == [outcome.run_id for outcome in one_process]
    assert values_of(outcomes) == values_of(one_process)


def test_a_loaded_graph_is_cut_for_each_seed_as_for_one_run(tmp_path):
    files = read_files([write_ring(tmp_path)])
    outcomes = many(DESIGNS[:2], files=files, members=30, outputs=("buyers",), workers=1)
    expected = [
        run(prepare(scenario, files=files, members=30, seed=seed), twin=False).summary["buyers"]
        for scenario, seed in itertools.product(DESIGNS[:2], SEEDS)
    ]
    assert [values["buyers"] for values in values_of(outcomes)] == expected
    whole = many(DESIGNS[:1], files=files, members=None, outputs=("members",), workers=1)
    assert [values["members"] for values in values_of(whole)] == [60, 60]


def test_what_runs_share_is_made_once_a_seed(monkeypatch):
    made = []

    def preparing(scenario, **given):
        made.append(("community", scenario.run.seed))
        return prepare(scenario, **given)

    def playing(scenario, graph, **given):
        made.append(("campaign" if scenario.mechanics else "twin", scenario.run.seed))
        return play(scenario, graph, **given)

    monkeypatch.setattr(sim.sweep.workshop, "prepare", preparing)
    monkeypatch.setattr(sim.sweep.workshop, "play", playing)
    many(workers=1)
    # of four designs two have the same twin, and three the same community
    assert {kind: sum(one == (kind, 3) for one in made) for kind, _ in made} == {
        "community": 2,
        "campaign": 4,
        "twin": 3,
    }
    made.clear()
    many(workers=1, outputs=("buyers",))
    assert ("twin", 3) not in made


def test_a_run_that_fails_is_recorded_and_does_not_stop_the_others(one_process, monkeypatch):
    def failing(scenario, graph, **given):
        if scenario.mechanics and scenario.mechanics[0].group_size == 5:
            raise RunError(f"seed {scenario.run.seed}: by nothing", "无故失败")
        return play(scenario, graph, **given)

    def without_chats(scenario, **given):
        if scenario.communities.chats[0].size_mean == 12:
            raise KeyError("chats")
        return prepare(scenario, **given)

    monkeypatch.setattr(sim.sweep.workshop, "play", failing)
    monkeypatch.setattr(sim.sweep.workshop, "prepare", without_chats)
    outcomes = many(workers=1)
    assert [one.error for one in outcomes[2:4]] == [f"RunError: seed {seed}: by nothing" for seed in SEEDS]
    assert [outcome.error for outcome in outcomes[6:]] == ["KeyError: 'chats'"] * 2
    assert [(outcome.values, outcome.engine) for outcome in outcomes if outcome.error] == [({}, None)] * 4
    others = [outcome.values for outcome in outcomes if not outcome.error]
    assert others == values_of(one_process[:2] + one_process[4:6])


def test_equal_runs_are_made_once():
    seen = []
    outcomes = many(
        (DESIGNS[0], shop(), DESIGNS[0]), (3,), workers=1, progress=lambda *done: seen.append(done)
    )
    assert seen == [(0, 1), (1, 1)]
    assert outcomes[0] is outcomes[1] is outcomes[2]
    assert run_many((), outputs=OUTPUTS) == ()


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_counts_up_and_can_cancel_with_what_is_finished_kept(tmp_path, monkeypatch, workers):
    monkeypatch.setattr(sim.sweep.many, "_CHUNK_SECONDS", 0)  # one run at a time
    seen = []

    def stop(done, runs):
        seen.append(done)
        assert runs == 8
        if done >= 3:
            raise Cancelled("enough", "够了")

    with open_store(tmp_path) as store:
        with pytest.raises(Cancelled):
            many(workers=workers, store=store, progress=stop)
        assert seen == [0, 1, 2, 3]
        assert len(store.finished()) == 3


def test_only_what_is_missing_is_made(tmp_path, one_process):
    with open_store(tmp_path) as store:
        many(DESIGNS[1:3], store=store, workers=1)
        seen = []
        outcomes = many(store=store, workers=1, progress=lambda *done: seen.append(done))
        assert seen[0] == (4, 8)
        assert seen[-1] == (8, 8)
        assert values_of(outcomes) == values_of(one_process)
        seen.clear()
        assert many(store=store, workers=1, progress=lambda *done: seen.append(done)) == outcomes
        assert seen == [(8, 8)]


def test_failed_runs_are_kept_and_made_again_only_if_asked(tmp_path, monkeypatch):
    def failing(*args, **given):
        raise RunError("no memory", "内存不足")

    with open_store(tmp_path) as store:
        with monkeypatch.context() as patched:
            patched.setattr(sim.sweep.workshop, "play", failing)
            assert {one.error for one in many(store=store, workers=1)} == {"RunError: no memory"}
        assert {one.error for one in many(store=store, workers=1)} == {"RunError: no memory"}
        assert {one.error for one in many(store=store, workers=1, retry_failed=True)} == {None}
        assert {one.error for one in store.finished().values()} == {None}


@pytest.fixture
def events(monkeypatch):
    """What each run recorded, as they are made in this process."""
    noted = []

    def noting(scenario, graph, **options):
        played = play(scenario, graph, **options)
        noted.append(played.table.header.events)
        return played

    monkeypatch.setattr(sim.sweep.workshop, "play", noting)
    return noted


def test_messages_are_kept_only_for_what_asks_who_told_whom(events):
    few = many(DESIGNS[:1], (3,), workers=1)
    assert set(events) == {"outcomes"}
    events.clear()
    (more,) = many(DESIGNS[:1], (3,), workers=1, outputs=(*OUTPUTS, "horizon.cascade_size_max"))
    assert set(events) == {"full"}
    assert more.values.pop("horizon.cascade_size_max") > 0
    assert more.values == few[0].values


def test_the_engine_is_compiled_once_before_several_processes_need_it(monkeypatch):
    compiled = []
    monkeypatch.setattr("sim.sweep.many.prepare_engine", lambda: compiled.append("once"))
    monkeypatch.setattr(sim.sweep.many, "pool", one_here)
    for engine, workers, times in (("fast", 1, 0), ("mesa", 2, 1), ("auto", 2, 2)):
        assert [one.error for one in many(DESIGNS[:1], engine=engine, workers=workers)] == [None, None]
        assert compiled == ["once"] * times


@contextmanager
def one_here(workers, begin, *, here):
    with sim.sweep.pool.pool(1, begin, here=True) as working:
        yield working


class Killing(sim.sweep.workshop.Workshop):
    """Ends its process at the runs of some scenarios, as the system does for want of memory."""

    def _play(self, scenario, graph):
        if scenario.mechanics and str(scenario.mechanics[0].group_size) in os.environ["KILLING"]:
            (Path(os.environ["KILLED"]) / f"{time.time_ns()}-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._play(scenario, graph)


def test_a_run_that_ends_its_process_is_set_aside_and_the_others_are_made(one_process, monkeypatch, tmp_path):
    monkeypatch.setattr(sim.sweep.many, "_begin", killing)
    monkeypatch.setenv("KILLING", "5")
    monkeypatch.setenv("KILLED", str(tmp_path))
    with open_store(tmp_path / "store") as store:
        outcomes = many(workers=2, store=store)
        assert store.finished() == {outcome.run_id: outcome for outcome in outcomes}
        assert many(workers=2, store=store) == outcomes
        assert len(list(tmp_path.glob("*-*"))) <= 2 * len(SEEDS)  # each twice at most
        monkeypatch.undo()
        again = many(workers=2, store=store, retry_failed=True)
    assert values_of(again) == values_of(one_process)
    for outcome in outcomes[2:4]:
        assert outcome.error.startswith("RunError: its process was ended twice")
        assert "SIGKILL(-9), perhaps for want of memory" in outcome.error
        assert outcome.values == {}
    assert values_of(outcomes[:2] + outcomes[4:]) == values_of(one_process[:2] + one_process[4:])


def test_a_run_that_is_the_last_one_left_does_not_end_this_process(monkeypatch, tmp_path):
    monkeypatch.setattr(sim.sweep.many, "_begin", killing)
    monkeypatch.setenv("KILLING", "5")
    monkeypatch.setenv("KILLED", str(tmp_path))
    (outcome,) = many(DESIGNS[1:2], (3,), workers=2)
    assert "ended twice" in outcome.error


def test_all_runs_may_end_their_processes(monkeypatch, tmp_path):
    monkeypatch.setattr(sim.sweep.many, "_begin", killing)
    monkeypatch.setenv("KILLING", "2 5")
    monkeypatch.setenv("KILLED", str(tmp_path))
    seen = []
    outcomes = many(DESIGNS[:2], workers=2, progress=lambda *done: seen.append(done))
    assert ["ended twice" in outcome.error for outcome in outcomes] == [True] * 4
    assert seen == [(done, 4) for done in range(5)]


def killing(setup):
    return Killing(setup).outcomes


class Once(sim.sweep.workshop.Workshop):
    """Ends its process the first time that a run of two members a group comes along."""

    def _play(self, scenario, graph):
        mark = Path(os.environ["KILLED"]) / "mark"
        if scenario.mechanics and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._play(scenario, graph)


def once(setup):
    return Once(setup).outcomes


def test_a_process_that_is_ended_from_outside_costs_no_run(one_process, monkeypatch, tmp_path):
    monkeypatch.setattr(sim.sweep.many, "_begin", once)
    monkeypatch.setenv("KILLED", str(tmp_path))
    assert values_of(many(workers=2)) == values_of(one_process)
    assert (tmp_path / "mark").exists()


def never(setup):
    os._exit(7)


def test_processes_that_cannot_begin_are_one_error_and_no_failed_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(sim.sweep.many, "_begin", never)
    with open_store(tmp_path) as store:
        with pytest.raises(RunError, match=r"worker processes end before they begin: EXIT\(7\)"):
            many(workers=2, store=store)
        assert store.finished() == {}


def test_want_of_memory_that_python_sees_is_a_failed_run(one_process, monkeypatch):
    def hungry(scenario, graph, **given):
        if scenario.mechanics and scenario.mechanics[0].group_size == 5:
            raise MemoryError
        return play(scenario, graph, **given)

    monkeypatch.setattr(sim.sweep.workshop, "play", hungry)
    outcomes = many(workers=1)
    assert [one.error for one in outcomes[2:4]] == ["MemoryError: not enough memory"] * 2
    assert values_of(outcomes[4:6]) == values_of(one_process[4:6])


def test_what_cannot_be_is_refused_before_anything_runs(monkeypatch):
    monkeypatch.setattr(sim.sweep.workshop, "play", None)
    with pytest.raises(InputError, match="no such output `byers`"):
        many(outputs=("byers",))
    with pytest.raises(InputError, match="workers: must be at least 1, got 0"):
        many(workers=0)
    with pytest.raises(InputError, match="members: must be"):
        many(members=1)


def identity(
    tmp_path, scenario=DESIGNS[0], seed=3, outputs=("buyers",), files=None, members=None, engine="mesa"
):
    setup = Setup(tuple(map(output_of, outputs)), files, members, engine)
    return job(packed(scenario, twin=False), seed, setup).run_id


def test_the_id_of_a_run_follows_from_all_that_it_follows_from_and_from_nothing_else(tmp_path, monkeypatch):
    ring, other = tmp_path / "ring", tmp_path / "other"
    ring.mkdir()
    other.mkdir()
    files, fewer = read_files([write_ring(ring)]), read_files([write_ring(other, 50)])
    again = dataclasses.replace(files, paths=(Path("elsewhere"),))
    differing = [
        identity(tmp_path),
        identity(tmp_path, DESIGNS[1]),
        identity(tmp_path, seed=4),
        identity(tmp_path, outputs=("buyers", "members")),
        identity(tmp_path, engine="auto"),
        identity(tmp_path, files=files),
        identity(tmp_path, files=fewer),
        identity(tmp_path, files=files, members=30),
    ]
    monkeypatch.setattr("sim.sweep.identity.MODEL_VERSION", "0")
    differing.append(identity(tmp_path))
    monkeypatch.undo()
    assert len(set(differing)) == len(differing)
    assert identity(tmp_path, shop(SHOP.replace("seed: 5", "seed: 6"))) == differing[0]
    assert (
        identity(
            tmp_path,
            shop(SHOP.replace("run: {horizon_days: 3, seed: 5}", "run: {seed: 5, horizon_days: 3.0}")),
        )
        == differing[0]
    )
    assert identity(tmp_path, files=again) == differing[5]


RULES = """\
from sim.engine.member import Member
from sim.play import OwnRules


class Idle(Member):
    def weigh(self, reading):
        return [way for way in super().weigh(reading) if way.price_fen == 0]


OWN = OwnRules(member_class=Idle)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_rules_of_one_s_own_are_loaded_by_each_process_and_never_kept(tmp_path, monkeypatch, workers):
    (tmp_path / "rules_of_a_sweep.py").write_text(RULES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    asked = {"rules": "rules_of_a_sweep:OWN", "engine": "auto", "outputs": ("buyers",)}
    outcomes = many(DESIGNS[:1], workers=workers, **asked)
    assert [(one.error, one.engine, one.values) for one in outcomes] == [(None, "mesa", {"buyers": 0})] * 2
    with open_store(tmp_path / "kept") as store, pytest.raises(InputError, match="cannot be kept"):
        many(DESIGNS[:1], store=store, **asked)


def test_events_that_are_asked_for_are_recorded_and_are_part_of_the_id(events):
    (plain,) = many(DESIGNS[:1], (3,), workers=1, outputs=("buyers",))
    (full,) = many(DESIGNS[:1], (3,), workers=1, outputs=("buyers",), events="full")
    (counted,) = many(DESIGNS[:1], (3,), workers=1, outputs=("buyers", "k_factor"), events="outcomes")
    assert events == ["outcomes", "full", "outcomes"]
    assert plain.values == full.values
    assert plain.run_id != full.run_id
    assert counted.values["k_factor"] is None
