"""Verification against the textbook models: each comparison passes, and fails when something is wrong.

They are with few runs here; `shapan verify` makes all of them in full.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from sim.cli import cli
from sim.errors import InputError
from sim.settings.problems import Text
from sim.verification import (
    bass,
    branching,
    independent_cascade,
    linear_threshold,
    price_response,
    statistics,
    suite,
)
from sim.verification.finding import FAMILY_LEVEL, STRICTEST_LEVEL, TESTS, Finding, verdicts
from sim.verification.graphs import SMALL, Ground, arcs, binary_trees, star
from sim.verification.references import REFERENCES
from sim.verification.report import HEADS, cells, markdown
from sim.verification.statistics import classes, shares, two_samples, two_samples_power

HERE = Text("here", "此处")


def _nothing(share: float) -> None:
    """Nobody wants to know how far it is."""


def _by_chance(p: float) -> Finding:
    return Finding(HERE, HERE, p=p)


@pytest.fixture(autouse=True)
def _global_luck() -> Any:
    """NDlib seeds numpy's global generator: leave it as it was."""
    state = np.random.get_state()
    yield
    np.random.set_state(state)


@pytest.fixture(autouse=True)
def _rough_powers(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take longer than what they are about; one test looks at them."""
    monkeypatch.setattr(statistics, "POWER_TRIALS", 10)
    monkeypatch.setattr(bass, "POWER_TRIALS", 10)


# verdicts


def test_tests_by_chance_fail_by_holm() -> None:
    just = [FAMILY_LEVEL / 3 * 0.9, FAMILY_LEVEL / 2 * 1.1, FAMILY_LEVEL * 0.9]
    assert verdicts([_by_chance(p) for p in just]) == ("failed", "passed", "passed")
    together = [FAMILY_LEVEL * 0.9, FAMILY_LEVEL / 3 * 0.9, FAMILY_LEVEL / 2 * 0.9]
    assert verdicts([_by_chance(p) for p in together]) == ("failed", "failed", "failed")


def test_one_case_that_differs_fails_and_what_is_missing_is_skipped() -> None:
    found = [
        Finding(HERE, HERE, differences=0),
        Finding(HERE, HERE, differences=1),
        Finding(HERE, HERE, missing=Text("no such program", "没有该程序")),
    ]
    assert verdicts(found) == ("passed", "failed", "skipped")
    assert [row[-1] for row in cells(found, "en")] == ["passed", "FAILED", "skipped: no such program"]
    assert "| 跳过: 没有该程序 |" in markdown(found, "zh")
    assert markdown(found, "en").endswith("\n2 comparisons made, 1 skipped.\n")


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    table = markdown([Finding(HERE, HERE, statistic=Text("|F|", ""), differences=0)], "en")
    row = table.splitlines()[2]
    assert row.replace("\\|", "").count("|") == len(HEADS) + 1


# statistics


def test_two_samples_keep_their_level_and_find_a_difference() -> None:
    draws = stats.poisson(4).rvs(size=(300, 2, 60), random_state=1)
    p = [two_samples(a, b, trial)[1] for trial, (a, b) in enumerate(draws)]
    assert stats.kstest(p, "uniform").pvalue > 0.01  # few values, many of them equal
    assert two_samples(draws[:, 0].ravel(), draws[:, 1].ravel() + 1)[1] < STRICTEST_LEVEL


def test_the_power_is_that_of_a_difference_of_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "POWER_TRIALS", 150)
    sizes = np.rint(stats.norm(500, 100).rvs(size=2000, random_state=1))
    few, enough = (two_samples_power(sizes, runs, runs, 0.25) for runs in (200, 800))
    apart = 0.25 * np.sqrt(800 / 2) - stats.norm.isf(STRICTEST_LEVEL / 2)  # a test of means, somewhat better
    assert few < 0.5 < 0.8 < enough < stats.norm.cdf(apart) + 0.04
    assert two_samples_power(sizes, 800, 800, 0.0) < 0.02


def test_classes_and_shares_have_the_power_they_say() -> None:
    probs, other = np.array([0.5, 0.3, 0.2]), np.array([0.54, 0.3, 0.16])
    counts = stats.multinomial(1000, other).rvs(size=400, random_state=1)
    found = [classes(row, probs, other) for row in counts]
    assert np.mean([one[2] <= STRICTEST_LEVEL for one in found]) == pytest.approx(found[0][3], abs=0.1)
    bought = stats.binom(1000, other).rvs(size=(400, 3), random_state=1)
    of_shares = [shares(row, 1000, probs, other) for row in bought]
    assert np.mean([one[1] <= STRICTEST_LEVEL for one in of_shares]) == pytest.approx(
        of_shares[0][2], abs=0.1
    )


def test_rare_classes_are_taken_together() -> None:
    probs = np.array([0.9, 0.09, 0.009, 0.001])
    assert classes(np.array([180, 18, 2, 0]), probs, probs)[1] == 1


# what is compared with


def test_progeny_adds_up_to_the_mean_of_a_branching_process() -> None:
    for probs in (branching.binomial_progeny(2, 0.5, 200), branching.borel(0.5, 200)):
        assert probs[-1] == pytest.approx(0.0, abs=1e-9)
        assert probs[:-1] @ np.arange(1, 201) == pytest.approx(1 / (1 - 0.5))


def test_trees_are_binary() -> None:
    graph, roots = binary_trees(3, 4)
    assert graph.n == 3 * 31
    assert graph.links == 3 * 30
    assert graph.degree[roots].tolist() == [2, 2, 2]
    assert np.bincount(graph.degree).tolist() == [0, 3 * 16, 3, 3 * 14]
    assert star(4).degree.tolist() == [4, 1, 1, 1, 1]


def test_bass_solution_and_its_deviation_are_those_of_many_chains() -> None:
    members = 400
    adopted = np.arange(members)
    rate = (bass.P + bass.Q * adopted / members) * (members - adopted)
    days = np.cumsum(stats.expon.rvs(size=(2000, members), random_state=1) / rate, axis=1)
    share, deviation = bass.solution(bass.Q, members)
    for day in (5, 15, 25, 40):
        chains = (days <= day).mean(axis=1)
        assert chains.mean() == pytest.approx(share[day], abs=0.01)
        assert chains.std() == pytest.approx(deviation[day], rel=0.1)
    assert verdicts([bass.against_chain(days[:4])]) == ("passed",)


def test_chances_to_buy_are_those_of_members_one_by_one() -> None:
    z = stats.norm.rvs(size=200_000, random_state=1)
    own = price_response.COEFFICIENT * np.exp(price_response.SIGMA * z - price_response.SIGMA**2 / 2)
    for price, chance in zip(
        price_response.PRICES_FEN,
        price_response.chances(price_response.COEFFICIENT, price_response.SIGMA),
        strict=True,
    ):
        term = own * np.log(price_response.REFERENCE_FEN / price)
        assert stats.norm.cdf(price_response.BASE + term).mean() == pytest.approx(chance, abs=0.002)


# the engine


def test_cascades_on_the_same_coins_are_those_of_all_programs() -> None:
    found = list(independent_cascade.same_coins(5, _nothing))
    assert verdicts(found) == ("passed", "passed")


def test_other_coins_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = independent_cascade.coins
    monkeypatch.setattr(independent_cascade, "coins", lambda graph, prob, seed: right(graph, prob, seed + 1))
    assert verdicts(list(independent_cascade.same_coins(5, _nothing))) == ("failed", "failed")


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(Text("small", "小"), 0.09, SMALL["communities"](1))


def test_sizes_are_distributed_as_those_of_all_programs(ground: Ground) -> None:
    found = list(independent_cascade.sizes_on(ground, 0.15, _nothing))
    assert verdicts(found) == ("passed", "passed")
    assert [one.p is not None and one.power is not None for one in found] == [True, True]


def test_sizes_of_another_chance_are_noticed(ground: Ground) -> None:
    assert ground.graph is not None
    starts = range(10)
    ours = independent_cascade.our_sizes(ground.graph, ground.prob, starts, 120, _nothing)
    for reference in REFERENCES:
        theirs = reference.sizes(ground.graph, 1.3 * ground.prob, starts, 120, _nothing)
        assert verdicts([independent_cascade.compared(HERE, ours, theirs)]) == ("failed",)


def test_without_a_program_or_data_a_comparison_is_skipped_and_says_so(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reference in REFERENCES:
        monkeypatch.setattr(reference, "name", "NoSuchProgram")
    nowhere = Ground(HERE, 0.1, None)
    found = [
        *independent_cascade.same_coins(1, _nothing),
        *independent_cascade.sizes_on(Ground(HERE, 0.09, ground.graph), 0.01, _nothing),
        *linear_threshold.small_graphs(1, _nothing),
        *linear_threshold.large_graph(ground, _nothing),
    ]
    assert {one.missing.en for one in found if one.missing} == {"NoSuchProgram is not installed"}
    found += independent_cascade.sizes_on(nowhere, 1.0, _nothing)
    monkeypatch.undo()
    found += linear_threshold.large_graph(nowhere, _nothing)
    assert set(verdicts(found)) == {"skipped"}
    assert found[-1].missing is not None
    assert "data" in found[-1].missing.en


def test_threshold_sets_are_ndlibs() -> None:
    found = list(linear_threshold.small_graphs(20, _nothing))
    assert verdicts(found) == ("passed",)
    assert "(20 spread" in found[0].statistic.en


def test_other_thresholds_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_threshold, "normal_cdf", lambda z: 0.9 * stats.norm.cdf(z))
    assert verdicts(list(linear_threshold.small_graphs(5, _nothing))) == ("failed",)


def test_bass_keeps_to_solution_and_chain_and_another_q_does_not() -> None:
    days = bass.adoption_days(2000, 4, bass.Q, _nothing)
    assert verdicts([bass.against_solution(days), bass.against_chain(days)]) == ("passed", "passed")
    days = bass.adoption_days(2000, 4, 1.25 * bass.Q, _nothing)
    assert verdicts([bass.against_solution(days), bass.against_chain(days)]) == ("failed", "failed")


def test_cascades_are_a_branching_process_and_not_another_one() -> None:
    assert verdicts(list(branching.check(0.1, _nothing))) == ("passed", "passed")
    graph, roots = binary_trees(branching.TREES, branching.DEPTH)
    settings = independent_cascade.from_members(roots.tolist())
    sizes = branching.cascade_sizes(graph, 0.5, settings, 3, _nothing)
    probs = branching.binomial_progeny(2, branching.OFFSPRING, branching.DEPTH)
    assert verdicts([branching.compared(HERE, sizes, probs, probs)]) == ("failed",)


def test_buyers_are_those_of_the_probit_and_the_spread_of_coefficients_shows() -> None:
    asked = 4000
    bought = {
        sigma: price_response.buyers(asked, sigma, _nothing) for sigma in (0.0, 2 * price_response.SIGMA)
    }
    assert verdicts([price_response.compared(bought[0.0], asked, 0.0)]) == ("passed",)
    spread = 2 * price_response.SIGMA
    assert verdicts([price_response.compared(bought[spread], asked, spread)]) == ("passed",)
    assert verdicts([price_response.compared(bought[spread], asked, 0.0)]) == ("failed",)


def test_arcs_are_in_the_order_of_the_rows(ground: Ground) -> None:
    assert ground.graph is not None
    both = arcs(ground.graph)
    assert both[:, 1].tolist() == ground.graph.friend_target.tolist()
    assert (np.diff(both[:, 0]) >= 0).all()


# the suite and the command


def test_the_family_is_as_large_as_the_level_assumes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check stands in the suite, and TESTS is the number of their tests by chance."""
    at_hand = Ground(HERE, 0.09, SMALL["communities"](1))
    monkeypatch.setattr(suite, "grounds", lambda folder: (at_hand,) * 3)
    reported: list[tuple[str, float]] = []
    found = list(
        suite.verify(scale=suite.Scale(0.02), progress=lambda name, share: reported.append((name, share)))
    )
    assert sum(one.p is not None for one in found) == TESTS
    assert list(dict.fromkeys(name for name, _ in reported)) == list(suite.CHECKS)
    for name in suite.CHECKS:
        of_check = [share for one, share in reported if one == name]
        assert of_check == sorted(of_check)
        assert of_check[-1] == pytest.approx(1.0)


def test_an_unknown_check_is_an_error() -> None:
    with pytest.raises(InputError, match="no check 'nothing'; known: independent-cascade"):
        next(suite.verify(["nothing"]))


def test_the_command_shows_and_writes_the_table(tmp_path: Path) -> None:
    out = tmp_path / "table.md"
    given = ["verify", "--only", "price-response", "--quick", "--lang", "en", "--out", str(out)]
    done = CliRunner().invoke(cli, given)
    assert done.exit_code == 0, done.output
    assert "passed" in done.output
    assert "2 comparisons made, 0 skipped" in done.output
    assert out.read_text(encoding="utf-8").count("| passed |") == 2


def test_the_command_fails_if_nothing_was_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    skipped = Finding(HERE, HERE, missing=Text("no such program", "没有该程序"))
    monkeypatch.setattr("sim.commands.verify.verify", lambda *given, **more: iter([skipped]))
    out = tmp_path / "table.md"
    done = CliRunner().invoke(cli, ["verify", "--lang", "en", "--out", str(out)])
    assert done.exit_code == 3
    assert "0 comparisons made, 1 skipped" in done.stdout
    assert "no comparison could be made" in done.stderr
    assert not out.exists()


def test_data_that_are_not_where_they_were_said_to_be_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHAPAN_DATA", "/nowhere")
    for given, said in (((), "SHAPAN_DATA: /nowhere"), (("--data", "/none"), "--data: /none")):
        done = CliRunner().invoke(cli, ["verify", "--lang", "en", *given])
        assert done.exit_code == 2
        assert f"{said} is not a folder" in done.stderr


def test_the_command_ends_with_1_when_a_comparison_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_response, "COEFFICIENT", 0.5)
    chances = price_response.chances
    monkeypatch.setattr(price_response, "chances", lambda coefficient, sigma: chances(0.95, sigma))
    done = CliRunner().invoke(cli, ["verify", "--only", "price-response", "--quick", "--json"])
    assert done.exit_code == 1
    assert '"verdict": "failed"' in done.output
