"""Ranges, recommendations and movements over calibrations: each is what its words say."""

import numpy as np
import pytest

import sim.calibration.admissible
import sim.calibration.movement
from sim.calibration.admissible import STARRED, admissible
from sim.calibration.agreement import Order, orders
from sim.calibration.calibration import find_calibration, shipped_calibrations
from sim.calibration.document import OVERVIEW, Line, Measured, document
from sim.calibration.movement import Movement, movements
from sim.calibration.open_parameters import (
    file_of,
    open_parameters,
    points_of,
    read_open_parameters,
    value_at,
)
from sim.calibration.panel import Measurement
from sim.calibration.priors import Prior
from sim.calibration.ranges import Range, range_of, ranges
from sim.commands.calibrations import _lines
from sim.compare import Comparison
from sim.estimate import Estimate
from sim.facts.estimate import Band
from sim.scenario.load import load_scenario
from sim.scenario.shipped import shipped_scenarios
from sim.scenario.source import plain
from sim.settings.problems import ScenarioError, Text
from sim.sweep.job import Outcome


def by_hand(**values):
    arrays = {name: np.array(rows, dtype=float) for name, rows in values.items()}
    designs, seeds = next(iter(arrays.values())).shape
    return Comparison(tuple("abcdef"[:designs]), tuple(range(seeds)), arrays, (), (), 0, "fast", None, "full")


def test_a_range_leaves_out_what_was_not_measured():
    assert range_of([2, None, 1, 3]) == Range(2, 1, 3)
    assert range_of([None, 4]) == Range(None, 4, 4)
    assert range_of([None, None]) == Range(None, None, None)


def test_ranges_go_by_section_and_measure_even_if_only_some_have_it():
    one = {"horizon": {"buyers": 1}, "runoff": {"buyers": 2, "part.a": 5}, "incremental": {"buyers": None}}
    other = {"horizon": {"buyers": 3}, "runoff": {"buyers": 1}, "incremental": {"buyers": None}}
    found = ranges([one, other])
    assert found["horizon"] == {"buyers": Range(1, 1, 3)}
    assert found["runoff"] == {"buyers": Range(2, 1, 2), "part.a": Range(5, 5, 5)}
    assert found["incremental"]["buyers"] == Range(None, None, None)


def gap(mean, seeds=20):
    """Two designs whose paired differences have this mean, and a standard deviation of 1."""
    luck = np.random.default_rng(4).normal(size=seeds)
    return [np.zeros(seeds), (luck - luck.mean()) / luck.std(ddof=1) + mean]


@pytest.mark.parametrize(
    ("means", "better", "agreement"),
    [
        ((1, 2), (1, 1), "all"),
        ((-1, -2), (0, 0), "all"),
        ((1, 0.2), (1, None), "some"),
        ((0.2, -1), (None, 0), "some"),
        ((1, -1), (1, 0), "reversed"),
        ((0.2, -0.2), (None, None), "none"),  # means differ in sign, intervals do not say so
    ],
)
def test_orders_differ_only_where_intervals_say_so(means, better, agreement):
    more = {name: by_hand(buyers=gap(mean)) for name, mean in zip("xy", means, strict=True)}
    assert orders(more, "buyers") == (Order((0, 1), dict(zip("xy", better, strict=True)), agreement),)
    less = {name: by_hand(refunds_fen=gap(-mean)) for name, mean in zip("xy", means, strict=True)}
    assert orders(less, "refunds_fen") == orders(more, "buyers")


def test_too_few_seeds_say_nothing_of_an_order():
    few = {"x": by_hand(buyers=gap(9, 19)), "y": by_hand(buyers=gap(-9))}
    assert orders(few, "buyers")[0].agreement == "early"
    shares = {"x": by_hand(reach_share=gap(9)), "y": by_hand(reach_share=gap(9, 40))}
    assert orders(shares, "reach_share")[0].agreement == "early"


def test_every_two_designs_are_looked_at():
    low, high = gap(3)
    three = {"x": by_hand(buyers=[low, high, high + 3]), "y": by_hand(buyers=[low, high + 3, high])}
    assert [(one.designs, one.agreement) for one in orders(three, "buyers")] == [
        ((0, 1), "all"),
        ((0, 2), "all"),
        ((1, 2), "reversed"),
    ]


def test_points_ship_and_surround_the_defaults():
    defaults = load_scenario("staple-group-buy").data
    parameters = open_parameters()
    for one in parameters:
        default = value_at(defaults, one.path)
        if isinstance(default, int):
            assert all(isinstance(value, int) for value in one.values)
    around = [min(one.values) <= value_at(defaults, one.path) <= max(one.values) for one in parameters]
    assert sum(around) >= 0.8 * len(around)
    assert len(parameters[0].values) >= 10


def test_a_point_is_a_calibration_with_the_values_of_its_number(tmp_path):
    path = tmp_path / "open.yaml"
    text = "behaviour.sharing.chats_limit: [1, 4]\nbehaviour.sharing.liking.chat: [0.5, -1]\n"
    path.write_text(text, encoding="utf-8")
    first, second = points_of(read_open_parameters(path), 9)
    assert plain(first.behaviour) == {"sharing": {"chats_limit": 1, "liking": {"chat": 0.5}}}
    assert plain(second.behaviour) == {"sharing": {"chats_limit": 4, "liking": {"chat": -1}}}
    assert load_scenario("staple-group-buy", calibration=second).scenario.behaviour.sharing.chats_limit == 4
    assert points_of(read_open_parameters(path), 1) == (first,)
    assert points_of(read_open_parameters(path), 0) == points_of((), 5) == ()


def test_a_walk_goes_far_and_loses_no_band_that_the_defaults_meet(monkeypatch):
    chat, limit = "behaviour.deciding.source_step.chat", "behaviour.sharing.chats_limit"
    other = "behaviour.deciding.homophily"

    def stands_in(values, facts):
        statistic = values.get(chat, 0.2) + values.get(other, 0.1)
        found = {
            "F1": Measurement("F1: sum", statistic, Band(0.2, 0.4)),
            "F2": Measurement("F2: never", 1.0, Band(None, 0.5)),  # the defaults miss it too
        }
        return tuple(found[one] for one in facts if one in found)

    monkeypatch.setattr(sim.calibration.admissible, "measured", stands_in)
    parameters = [Prior(chat, -1, 1, "x"), Prior(other, 0, 1, "x"), Prior(limit, 1, 9, "x")]
    found = admissible(parameters, 40)
    assert found == admissible(parameters, 40)
    assert all(0.2 <= one[chat] + one[other] <= 0.4 for one in found)
    assert len({one[chat] for one in found}) > 20
    assert max(one[chat] for one in found) - min(one[chat] for one in found) > 0.3
    assert all(isinstance(one[limit], int) for one in found)
    assert len({one[limit] for one in found}) > 5
    assert STARRED[-1] == "F2"  # what takes longest


def test_points_are_written_and_read_again(tmp_path):
    points = [{"behaviour.sharing.chats_limit": 3, "behaviour.deciding.homophily": 0.123}] * 2
    (tmp_path / "open.yaml").write_text(file_of(points), encoding="utf-8")
    parameters = read_open_parameters(tmp_path / "open.yaml")
    assert [(one.path, one.values) for one in parameters] == [
        ("behaviour.deciding.homophily", (0.123, 0.123)),
        ("behaviour.sharing.chats_limit", (3, 3)),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("population.members: [2, 3]", "population.members: must be a path that begins with behaviour."),
        (
            "behaviour.deciding.homofily: [0, 1]",
            "behaviour.deciding.homofily: unknown key; did you mean `homophily`?",
        ),
        ("behaviour.deciding.homophily: 1", "must be a list of numbers, one for each point, got 1"),
        ("behaviour.deciding.homophily: [0, x]", "must be a list of numbers, one for each point, got"),
        ("behaviour.deciding.homophily: [0, 2]", "behaviour.deciding.homophily: must be 0 to 1, got 2"),
        (
            "behaviour.deciding.homophily: [0]\nbehaviour.deciding.urgency: [0, 1]",
            "behaviour.deciding.urgency: must have as many values as the parameter before, 1, got 2",
        ),
    ],
)
def test_a_wrong_open_parameter_is_named_with_its_line(tmp_path, monkeypatch, line, expected):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "open.yaml").write_text(f"# why\n{line}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_open_parameters(tmp_path / "open.yaml")
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].render().startswith(f"open.yaml:{2 + line.count(chr(10))}: ")
    assert expected in caught.value.problems[0].render()


def test_movements_are_means_over_the_same_seeds_and_percentiles_of_the_points(monkeypatch):
    asked = []

    def made(runs, *, outputs, **options):
        asked.extend((one.behaviour.sharing.chats_limit, seed) for one, seed in runs)
        return tuple(Outcome(str(n), {"buyers": n}, None, "fast", 0.0) for n in range(len(runs)))

    monkeypatch.setattr(sim.calibration.movement, "run_many", made)
    calibrations = [find_calibration("open-list"), find_calibration("chats")]
    points = points_of(open_parameters(), 3)
    found = movements(["staple-group-buy"], calibrations, points, outputs=["buyers"], members=50, seeds=2)[
        "staple-group-buy"
    ]["buyers"]
    limits = [plain(one.behaviour)["sharing"]["chats_limit"] for one in points]
    assert [limit for limit, _ in asked[4:]] == [limit for limit in limits for _ in (1, 2)]
    assert [seed for _, seed in asked] == [1, 2] * 5
    assert found.default.mean == 0.5
    assert found.others == {"chats": 2.5}
    assert (found.low, found.high) == pytest.approx((4.7, 8.3))  # of 4.5, 6.5, 8.5
    assert found.relative(1) == 1
    assert found.relative(None) is None


def test_the_page_tells_everything_in_both_languages():
    nothing = Movement(Estimate(0, 0, 0, 2), {"chats": 0.0}, 0.0, 0.0)
    moved = Movement(Estimate(10, 8, 12, 2), {"chats": 15.0}, 5.0, 20.0)
    measured = Measured(
        calibrations=shipped_calibrations()[:2],
        parameters=open_parameters(),
        points=20,
        members=2000,
        seeds=2,
        scenarios={"shop": {"buyers": moved, "sends": nothing}},
        names={"shop": Text("The shop", "小店")},
        lines={
            "buyers": Line(Text("buyers", "购买人数"), lambda value: f"{value:g}"),
            "sends": Line(Text("sends", "分享次数"), lambda value: f"{value:g}"),
        },
    )
    for lang, name, label in (("en", "The shop", "buyers"), ("zh", "小店", "购买人数")):
        page = document(measured, lang)
        assert f"## shop: {name}" in page
        assert f"| {label} | 10 | ±20% | +50% | −50% … +100% |" in page
        assert "sends" not in page
        assert "分享次数" not in page
        assert all(f"| `{one.path}` |" in page for one in open_parameters())


def test_the_page_that_is_published_has_every_scenario_and_calibration(root):
    page = (root / "docs" / "calibrations.md").read_text(encoding="utf-8")
    assert all(f"## {one.id}: {one.name_en}" in page for one in shipped_scenarios())
    assert all(f"- **`{one.id}`**" in page for one in shipped_calibrations())
    assert set(OVERVIEW) <= set(_lines())
