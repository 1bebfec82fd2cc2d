import csv
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli import cli
from sim.compare import seeds_from
from sim.luck import LEAST_SEEDS, luck_of, other_luck, range_share, seeds_worth
from sim.metrics.registry import METRICS
from sim.run import prepare, run
from sim.scenario.load import load_scenario
from sim.scenario.shipped import shipped_paths

MEMBERS = 120


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(shipped_paths()["wechat-private-domain"]).scenario


def lucky(values, name="buyers"):
    known = {name: np.array(values, dtype=float)}
    return luck_of(name, known.get)


def test_the_range_is_what_the_next_run_falls_into():
    """Of n exchangeable runs the next lies between the k-th from below and from above with that share."""
    assert [range_share(seeds) for seeds in (5, 9, 19, 39)] == [4 / 6, 0.8, 0.9, 0.9]
    for seeds in (5, 9, 19, 39, 77, 200):
        luck = lucky(np.random.default_rng(seeds).permutation(seeds))
        below, above = int(luck.low), seeds - 1 - int(luck.high)
        assert below == above
        assert range_share(seeds) == (seeds - 1 - 2 * below) / (seeds + 1)
        assert seeds < 19 or 0.9 <= range_share(seeds) < 0.96
        assert luck.middle == (seeds - 1) / 2


def test_what_could_not_be_measured_counts_for_nothing():
    assert lucky([math.nan] * 9) == lucky([])
    luck = lucky([5, math.nan, 1, 2, 4, 3])
    assert (luck.middle, luck.low, luck.high, luck.seeds) == (3, 1, 5, 5)
    few = lucky([1, 2, 3, math.nan])
    assert (few.middle, few.low, few.high, few.seeds) == (2, None, None, 3)


def test_the_middle_of_a_quotient_is_the_sum_over_the_sum():
    values = {
        "roi": np.array([9.0, math.nan, 1, 1, 1, 1]),
        "margin_fen": np.array([9.0, 5, 10, 10, 10, 10]),
        "marketing_fen": np.array([1.0, 0, 10, 10, 10, 10]),
    }
    luck = luck_of("roi", values.get)
    assert luck.middle == pytest.approx(54 / 41)
    assert (luck.low, luck.high, luck.seeds) == (1, 9, 5)


def test_other_luck_is_what_runs_with_the_seeds_after_it_give(scenario):
    prepared = prepare(scenario, members=MEMBERS, seed=3)
    luck = other_luck(scenario, prepared, 5)
    assert luck.seeds == (4, 5, 6, 7, 8)
    runs = [run(prepare(scenario, members=MEMBERS, seed=seed)).summary for seed in luck.seeds]
    buyers = sorted(one["runoff"]["buyers"] for one in runs)
    found = luck.figures["buyers"]
    assert (found.middle, found.low, found.high) == (buyers[2], buyers[0], buyers[4])
    added = sorted(one["incremental"]["margin_fen"] for one in runs)
    assert luck.figures["incremental.margin_fen"].middle == added[2]
    assert luck.figures.keys() >= {one.name for one in METRICS if not one.needs_messages}
    assert not any(one.needs_messages for one in METRICS if one.name in luck.figures)


def test_without_the_twin_nothing_is_said_of_what_was_added(scenario):
    prepared = prepare(scenario, members=MEMBERS, seed=1)
    alone = other_luck(scenario, prepared, 5, twin=False)
    assert not any(name.startswith("incremental.") for name in alone.figures)


@pytest.mark.parametrize(("members", "seeds"), [(2, 19), (4736, 19), (4737, 9), (10_000, 9), (10_001, 0)])
def test_many_members_are_not_run_over_and_over_unasked(members, seeds):
    assert seeds_worth(members) == seeds


def shapan(*arguments):
    result = CliRunner().invoke(cli, ["run", "wechat-private-domain", "--members", str(MEMBERS), *arguments])
    assert not result.exception or isinstance(result.exception, SystemExit)
    return result


def test_the_terminal_the_folder_and_json_tell_the_same(tmp_path):
    folder = tmp_path / "out"
    told = json.loads(shapan("--json", "--out", str(folder)).stdout)
    luck = told["intervals"]
    assert luck["seeds"] == list(seeds_from(told["manifest"]["seed"] + 1, 19))
    assert luck["range_share"] == 0.9
    with (folder / "intervals.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = {line["measure"]: line for line in csv.DictReader(file)}
    assert lines.keys() == luck["figures"].keys()
    for name, line in lines.items():
        one = luck["figures"][name]
        section, _, rest = name.rpartition(".")
        for cell, value in (
            (line["this_run"], told["summary"][section or "runoff"][rest]),
            *((line[key], one[key]) for key in ("middle", "low", "high", "seeds")),
        ):
            assert (float(cell) if cell else None) == value
        assert line["of_seeds"] == "19"
        assert bool(line["range_share"]) == (one["low"] is not None)
    shown = shapan("--lang", "en").stdout
    assert "How much is luck: the same with 19 other seeds" in shown
    assert "90% of runs" in shown
    assert "换 19 个种子" in shapan("--lang", "zh").stdout


def test_it_can_be_turned_off_and_leaves_nothing_of_before(tmp_path):
    folder = tmp_path / "out"
    assert shapan("--quiet", "--interval-seeds", "7", "--out", str(folder)).exit_code == 0
    assert (folder / "intervals.csv").exists()
    shapan("--quiet", "--interval-seeds", "0", "--out", str(folder), "--force")
    assert not (folder / "intervals.csv").exists()
    assert json.loads(shapan("--json", "--interval-seeds", "0").stdout)["intervals"] is None
    assert "--interval-seeds 19" in shapan("--lang", "en", "--interval-seeds", "0").stdout
    assert shapan("--engine", "mesa", "--json", "--no-twin").stdout.count('"intervals": null') == 1


@pytest.mark.parametrize("wrong", [("--interval-seeds", "4"), ("--interval-seeds", "9", "--calibrations")])
def test_too_few_for_a_range_are_refused(wrong):
    refused = shapan(*wrong)
    assert refused.exit_code == 2
    assert "interval-seeds" in refused.output
    assert LEAST_SEEDS == 5
