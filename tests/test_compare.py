import math

import numpy as np
import pytest
from scipy import stats
from small_shop import write_shop

import sim.compare
from sim.compare import (
    LOWER_IS_BETTER,
    Best,
    Comparison,
    Design,
    as_data,
    best,
    compare,
    difference,
    estimate,
    level,
    named,
    seeds_from,
)
from sim.errors import InputError
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


def test_every_value_is_that_of_a_single_run(designs):
    comparison = compare(designs, (5, 6))
    for number, design in enumerate(designs):
        for place, seed in enumerate((5, 6)):
            summary = run(prepare(design.scenario, seed=seed)).summary
            assert comparison.values["buyers"][number][place] == summary["buyers"]
            assert (
                comparison.values["incremental.net_fen"][number][place] == summary["incremental"]["net_fen"]
            )
    assert comparison.books_residual_fen == 0


def test_one_twin_serves_all_designs_of_a_seed(designs, monkeypatch):
    played = []

    def counting(scenario, graph, **options):
        played.append((scenario.run.seed, len(scenario.mechanics)))
        return play(scenario, graph, **options)

    monkeypatch.setattr(sim.compare, "play", counting)
    compare(designs, (5, 6))
    assert played == [(5, 1), (5, 0), (5, 1), (6, 1), (6, 0), (6, 1)]
    played.clear()
    assert "incremental.buyers" not in compare(designs, (5,), twin=False).values
    assert played == [(5, 1), (5, 1)]


def test_what_is_asked_for_goes_to_the_campaign_and_to_the_twin(designs, monkeypatch):
    engines = []

    def noting(scenario, graph, **options):
        played = play(scenario, graph, **options)
        engines.append((played.engine, played.table.header.events))
        return played

    monkeypatch.setattr(sim.compare, "play", noting)
    comparison = compare(designs, (5,), engine="mesa", events="outcomes")
    assert (comparison.engine, comparison.fallback_reason, comparison.events) == ("mesa", None, "outcomes")
    assert engines == [("mesa", "outcomes")] * 3
    fast = compare(designs, (5,))
    assert (fast.engine, fast.events) == ("fast", "full")
    assert set(engines[3:]) == {("fast", "full")}
    for name in comparison.values.keys() - set(comparison.unavailable):
        assert np.array_equal(comparison.values[name], fast.values[name], equal_nan=True), name


def test_progress_grows_to_the_end(designs):
    shares = []
    compare(designs, (5,), twin=False, progress=lambda what, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert shares[len(shares) // 2 - 1] == pytest.approx(0.5, abs=0.02)


def test_differences_are_of_equal_seeds_and_the_interval_is_student_s():
    first, second = [10.0, 20.0, 30.0, 40.0], [11.0, 22.0, 30.0, 45.0]
    comparison = by_hand(buyers=[first, second])
    found = difference(comparison, "buyers", 1)
    paired = stats.ttest_rel(second, first).confidence_interval(0.95)
    assert found.mean == 2.0
    assert found.low == pytest.approx(paired.low)
    assert found.high == pytest.approx(paired.high)
    assert found.seeds == 4
    assert level(comparison, "buyers", 0).mean == 25.0


def test_what_was_not_measured_is_left_out_pair_by_pair():
    comparison = by_hand(roi=[[1.0, math.nan, 3.0], [2.0, 5.0, 3.0]])
    found = difference(comparison, "roi", 1)
    assert (found.mean, found.seeds) == (0.5, 2)
    assert best(comparison, "roi") == Best((0, 1), 2)
    assert estimate(np.array([math.nan])).mean is None
    one = estimate(np.array([4.0]))
    assert (one.mean, one.low, one.high, one.seeds) == (4.0, None, None, 1)


def test_the_best_has_most_or_least_and_ties_count_for_nobody():
    rows = [[1.0, 2.0, 3.0], [1.0, 1.0, 4.0]]
    assert best(by_hand(buyers=rows), "buyers") == Best((1, 1), 3)
    assert best(by_hand(refund_rate=[[1.0, 2.0], [0.5, 1.0]]), "refund_rate") == Best((0, 2), 2)
    assert best(by_hand(buyers=[[math.nan], [1.0]]), "buyers") == Best((0, 0), 0)


def test_every_metric_named_as_less_is_better_exists(designs):
    assert compare(designs, (5,)).values.keys() >= LOWER_IS_BETTER


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
        compare(designs[:1], (1,))
    with pytest.raises(InputError, match="two or more"):
        compare([designs[0], designs[0]], (1,))
    with pytest.raises(InputError, match="one or more seeds"):
        compare(designs, ())
    with pytest.raises(InputError, match="all different"):
        compare(designs, (1, 1))


def test_seeds_stay_in_range():
    assert seeds_from(2**32 - 2, 4) == (2**32 - 2, 2**32 - 1, 0, 1)
