import math
import sys

import numpy as np
import pytest
from scipy import stats
from small_shop import write_shop

import sim.compare
import sim.sweep.workshop
from sim.calibration.agreement import orders
from sim.compare import (
    Best,
    Comparison,
    Design,
    as_data,
    best,
    compare,
    difference,
    judged,
    level,
    named,
    seeds_from,
)
from sim.errors import InputError, RunError
from sim.estimate import estimate
from sim.metrics.registry import BREAKDOWNS, INCREMENTS, METRICS, higher_is_better, unit_of
from sim.play import play
from sim.run import prepare, run
from sim.scenario.load import load_scenario


@pytest.fixture(scope="module")
def designs(tmp_path_factory):
    path = write_shop(tmp_path_factory.mktemp("shop"))
    return [Design(str(name), load_scenario(path, name).scenario) for name in (None, "five")]


def by_hand(**values):
    arrays = {name: np.array(rows, dtype=float) for name, rows in values.items()}
    designs, seeds = next(iter(arrays.values())).shape
    return Comparison(tuple("abcdef"[:designs]), tuple(range(seeds)), arrays, (), (), 0, "fast", None, "full")


def single(designs, seeds, **asked):
    """The comparison under one calibration."""
    (found,) = compare({"usual": designs}, seeds, **asked).values()
    return found


LUCK = np.random.default_rng(8).normal(size=(2, 40))


@pytest.mark.parametrize("workers", [None, 1, 2])
def test_every_value_is_that_of_a_single_run(designs, workers):
    comparison = single(designs, (5, 6), workers=workers)
    assert list(comparison.values)[: len(METRICS)] == [metric.name for metric in METRICS]
    for number, design in enumerate(designs):
        for place, seed in enumerate((5, 6)):
            summary = run(prepare(design.scenario, seed=seed)).summary
            assert comparison.values["buyers"][number][place] == summary["buyers"]
            assert (
                comparison.values["incremental.net_fen"][number][place] == summary["incremental"]["net_fen"]
            )
    assert comparison.books_residual_fen == 0


def test_what_runs_share_is_made_once_whatever_the_calibration(designs, monkeypatch):
    played, prepared = [], []

    def counting(scenario, graph, **options):
        played.append((scenario.run.seed, len(scenario.mechanics)))
        return play(scenario, graph, **options)

    def preparing(scenario, **given):
        prepared.append(scenario.run.seed)
        return prepare(scenario, **given)

    monkeypatch.setattr(sim.sweep.workshop, "play", counting)
    monkeypatch.setattr(sim.sweep.workshop, "prepare", preparing)
    keen = [Design(one.name, with_base(one.scenario, -1.0)) for one in designs]
    found = compare({"usual": designs, "keen": keen}, (5, 6), workers=1)
    assert prepared == [5, 6]
    assert sorted(played) == [(seed, n) for seed in (5, 6) for n in (0, 0, 1, 1, 1, 1)]
    assert found["usual"].values["buyers"].sum() < found["keen"].values["buyers"].sum()
    alone = single(keen, (5, 6))
    for name, values in alone.values.items():
        assert np.array_equal(values, found["keen"].values[name], equal_nan=True), name
    played.clear()
    assert "incremental.buyers" not in single(designs, (5,), twin=False).values
    assert played == [(5, 1), (5, 1)]


def with_base(scenario, base):
    data = scenario.model_dump(mode="json")
    data["behaviour"]["deciding"]["base"] = dict.fromkeys(data["behaviour"]["deciding"]["base"], base)
    return type(scenario).model_validate(data)


def test_what_is_asked_for_goes_to_the_campaign_and_to_the_twin(designs, monkeypatch):
    engines = []

    def noting(scenario, graph, **options):
        played = play(scenario, graph, **options)
        engines.append((played.engine, played.table.header.events))
        return played

    monkeypatch.setattr(sim.sweep.workshop, "play", noting)
    comparison = single(designs, (5,), engine="mesa", events="outcomes")
    assert (comparison.engine, comparison.fallback_reason, comparison.events) == ("mesa", None, "outcomes")
    assert set(engines) == {("mesa", "outcomes")}
    assert len(comparison.unavailable) > 5
    del engines[:]
    fast = single(designs, (5,))
    assert (fast.engine, fast.events, fast.unavailable) == ("fast", "full", ())
    assert set(engines) == {("fast", "full")}
    for name in comparison.values.keys() - set(comparison.unavailable):
        assert np.array_equal(comparison.values[name], fast.values[name], equal_nan=True), name


def test_large_communities_are_counted_only_and_it_says_so(designs, monkeypatch):
    for place in ("sim.compare", "sim.play"):
        monkeypatch.setattr(f"{place}.FULL_MEMBERS_MAX", 100)
    large = single(designs, (5,))
    assert large.events == "outcomes"
    assert np.isnan(large.values["k_factor"]).all()
    assert "k_factor" in large.unavailable
    assert single(designs, (5,), events="full").events == "full"


def test_progress_grows_to_the_end(designs):
    for workers in (None, 1):
        done = []
        compare({"usual": designs}, (5, 6), workers=workers, progress=lambda *now, to=done: to.append(now))
        assert done == sorted(done)
        assert done[-1] == (4, 4)
        assert len({now for now, _ in done}) >= 3


def test_long_work_is_given_to_other_processes_and_short_work_is_not(designs, monkeypatch):
    made = []

    def noting(runs, *, workers, **asked):
        made.append((len(runs), workers))
        return sim.sweep.many.run_many(runs, workers=1, **asked)

    monkeypatch.setattr(sim.compare, "run_many", noting)
    short = single(designs, (5, 6))
    assert made == [(1, 1), (1, 1), (2, 1)]
    del made[:]
    monkeypatch.setattr(sim.compare, "_HERE_SECONDS", 0.0)
    long = single(designs, (5, 6))
    assert made == [(1, 1), (1, 1), (2, None)]
    del made[:]
    single(designs, (5, 6), workers=3)
    assert made == [(4, 3)]
    assert np.array_equal(short.values["buyers"], long.values["buyers"])


def test_a_run_that_fails_ends_the_comparison_and_is_named(designs, monkeypatch):
    def failing(scenario, graph, **options):
        raise RunError("by nothing", "无故")

    monkeypatch.setattr(sim.sweep.workshop, "play", failing)
    with pytest.raises(RunError, match=f"usual, {designs[0].name}: by nothing"):
        single(designs, (5,))


def test_a_design_against_itself_is_the_same(designs):
    twice = single(named((designs[0], designs[0])), seeds_from(1, 20))
    found = judged({"usual": twice}, "buyers", 1)
    assert (found.kind, found.same, found.needed, found.gap.mean) == ("open", True, None, 0.0)


def test_differences_are_of_equal_seeds():
    first, second = LUCK * 5 + 100
    comparison = by_hand(buyers=[first, second])
    found = difference(comparison, "buyers", 1)
    assert found == estimate(second - first)
    assert found.mean == pytest.approx(second.mean() - first.mean())
    paired = stats.ttest_rel(second, first).confidence_interval(0.95)
    assert found.low <= paired.low + 1e-9
    assert found.high >= paired.high - 1e-9
    assert level(comparison, "buyers", 0).mean == pytest.approx(first.mean())


def test_shares_need_more_seeds_for_an_interval_than_counts():
    for seeds, counted, shared in (
        (19, False, False),
        (20, True, False),
        (39, True, False),
        (40, True, True),
    ):
        comparison = by_hand(buyers=LUCK[:, :seeds], reach_share=LUCK[:, :seeds], k_factor=LUCK[:, :seeds])
        assert (difference(comparison, "buyers", 1).low is not None) == counted
        for metric in ("reach_share", "k_factor"):
            assert (difference(comparison, metric, 1).low is not None) == shared
            assert (judged({"x": comparison}, metric, 1).kind != "early") == shared


def test_a_verdict_is_on_what_is_better():
    worse = by_hand(refunds_fen=[LUCK[0], LUCK[0] + 5 + LUCK[1] / 9], buyers=[LUCK[0], LUCK[0] + 5])
    assert judged({"x": worse}, "refunds_fen", 1).better == 0
    assert judged({"x": worse}, "buyers", 1).better == 1
    assert judged({"x": worse}, "buyers", 0, 1).better == 0
    assert judged({"x": worse}, "refunds_fen", 1).wins == 0


def test_everything_measured_has_a_unit(designs):
    values = single(designs, (5,)).values
    assert {unit_of(name) for name in values} >= {"share", "fen", "members", "ratio"}
    assert [unit_of(f"incremental.{one.name}") for one in INCREMENTS] == [one.unit for one in INCREMENTS]
    assert all(unit_of(f"{one.name}.part") == one.unit for one in BREAKDOWNS)
    with pytest.raises(KeyError):
        unit_of("byers")


def test_what_was_not_measured_is_left_out_pair_by_pair():
    comparison = by_hand(roi=[[1.0, math.nan, 3.0], [2.0, 5.0, 3.0]])
    found = difference(comparison, "roi", 1)
    assert (found.mean, found.seeds) == (0.5, 2)
    assert best(comparison, "roi") == Best((0, 1), 2)


def test_quotients_are_pooled_over_seeds():
    """One seed of the second design added nobody: it counts, and no other decides in its place."""
    comparison = by_hand(
        **{
            "incremental.cost_per_buyer_fen": [[10.0, 20.0], [5.0, math.nan]],
            "incremental.marketing_fen": [[100.0, 100.0], [50.0, 150.0]],
            "incremental.buyers": [[10.0, 5.0], [10.0, 0.0]],
        }
    )
    first, second = (level(comparison, "incremental.cost_per_buyer_fen", number) for number in (0, 1))
    assert (first.mean, first.seeds) == (pytest.approx(200 / 15), 2)
    assert second.mean is None  # without one of the two seeds there is nothing to divide by
    comparison.values["incremental.buyers"][1] = [10.0, 2.0]
    second = level(comparison, "incremental.cost_per_buyer_fen", 1)
    assert (second.mean, second.seeds) == (pytest.approx(200 / 12), 2)
    found = difference(comparison, "incremental.cost_per_buyer_fen", 1)
    assert found.mean == pytest.approx(200 / 12 - 200 / 15)


def test_the_best_has_most_or_least_and_ties_count_for_nobody():
    rows = [[1.0, 2.0, 3.0], [1.0, 1.0, 4.0]]
    assert best(by_hand(buyers=rows), "buyers") == Best((1, 1), 3)
    assert best(by_hand(refund_rate=[[1.0, 2.0], [0.5, 1.0]]), "refund_rate") == Best((0, 2), 2)
    assert best(by_hand(buyers=[[math.nan], [1.0]]), "buyers") == Best((0, 0), 0)


def test_of_every_measure_it_is_said_which_way_it_is_better_once():
    measures = [*METRICS, *BREAKDOWNS, *INCREMENTS]
    assert {one.better for one in measures} == {"more", "less", "neither"}
    assert higher_is_better("disappointed_by_reason.sold_out") is False
    with pytest.raises(KeyError):
        higher_is_better("luck")


def test_nobody_is_better_by_what_is_neither_better_nor_worse():
    comparison = by_hand(exposures=[[1.0] * 20, [3.0] * 20], buyers=[[1.0] * 20, [3.0] * 20])
    found = judged({"usual": comparison}, "exposures", 1)
    assert (found.kind, found.better, found.gap.mean) == ("clear", None, 2.0)
    assert judged({"usual": comparison}, "buyers", 1).better == 1
    assert orders({"usual": comparison}, "exposures") == ()
    metrics = as_data(comparison)["metrics"]
    assert [one["best_in_seeds"] for one in metrics["exposures"]] == [None, None]
    assert [one["best_in_seeds"] for one in metrics["buyers"]] == [0, 20]


RULES_THAT_END = """\
import os
from sim.engine.member import Member
from sim.play import OwnRules


class Ending(Member):
    def weigh(self, reading):
        os._exit(3)


OWN = OwnRules(member_class=Ending)
"""


def test_own_rules_that_end_their_process_are_an_error(designs, tmp_path, monkeypatch):
    (tmp_path / "rules_that_end.py").write_text(RULES_THAT_END, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(RunError, match="EXIT"):
        single(designs, (5,), rules="rules_that_end:OWN", engine="auto")


def test_plain_data_says_everything_once():
    data = as_data(by_hand(buyers=[[1.0, 2.0], [3.0, math.nan]]))
    first, second = data["metrics"]["buyers"]
    assert first["difference"] is None
    assert first["values"] == [1.0, 2.0]
    assert second["values"] == [3.0, None]
    assert second["difference"] == {"mean": 2.0, "low": None, "high": None, "seeds": 1}
    assert (first["best_in_seeds"], second["best_in_seeds"], second["of_seeds"]) == (0, 1, 1)


def test_equal_names_are_told_apart(designs):
    scenario = designs[0].scenario
    made = named([Design("a", scenario), Design("b", scenario), Design("a", scenario)])
    assert [design.name for design in made] == ["a", "b", "a (2)"]


def test_too_few_designs_or_seeds_are_refused(designs):
    with pytest.raises(InputError, match="two or more"):
        single(designs[:1], (1,))
    with pytest.raises(InputError, match="two or more"):
        single([designs[0], designs[0]], (1,))
    with pytest.raises(InputError, match="two or more"):
        compare({"usual": designs, "keen": designs[::-1]}, (1,))
    with pytest.raises(InputError, match="two or more"):
        compare({}, (1,))
    with pytest.raises(InputError, match="one or more seeds"):
        single(designs, ())
    with pytest.raises(InputError, match="all different"):
        single(designs, (1, 1))


def test_seeds_stay_in_range():
    assert seeds_from(2**32 - 2, 4) == (2**32 - 2, 2**32 - 1, 0, 1)
