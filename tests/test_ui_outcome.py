"""Only what compares is shown, and shares, means and intervals are what they say."""

import pytest

from sim.commands.summary_table import mean_shown
from sim.ui.charts import adoption_chart, funnel_chart, money_by_day_chart, money_chart, paired_chart
from sim.ui.job_files import DesignRequest, DesignResult, JobRequest
from sim.ui.outcome import (
    MONEY_LINES,
    adoption,
    funnel,
    least_pairs,
    money,
    money_by_day,
    outcome_of,
    paired,
    twin_adoption,
)
from sim.ui.texts import text

REQUEST = JobRequest((DesignRequest("a"), DesignRequest("a", "b")), 1000, 1, 2, ("open-list", "chats"))


def result(design, seed, *, calibration="open-list", buyers=10, margin_fen=500, gained_fen=None):
    after = {name: 0 for _, names in MONEY_LINES for name in names}
    after |= {"buyers": buyers, "margin_fen": margin_fen, "gross_fen": 2000, "net_fen": None}
    gained_fen = margin_fen if gained_fen is None else gained_fen
    return DesignResult(
        design=design,
        calibration=calibration,
        seed=seed,
        members=1000,
        summary={
            "runoff": after,
            "incremental": {"buyers": buyers - 1, "margin_fen": gained_fen},
            "books_residual_fen": 0,
            "unavailable": [],
        },
        funnel={"members": 1000, "bought": buyers},
        day=[0, 1, 2],
        buyers=[1, 2, buyers],
        twin_buyers=[0, 1, 1],
        written=1000,
        by_day_fen={"cash": [-500, 100 * seed, 300], "margin": [0, 400], "marketing": [500, 500, 500]},
        illegal_offers=[],
    )


def test_only_seeds_that_all_designs_have_under_the_calibration_are_shown():
    assert outcome_of(REQUEST, []) is None
    assert outcome_of(REQUEST, [result(0, 1), result(1, 1, calibration="chats")]) is None
    found = outcome_of(
        REQUEST, [result(0, 2), result(0, 1), result(1, 2, buyers=12), result(1, 1), result(0, 3)]
    )
    assert found.seeds == (1, 2)
    assert found.values(1, "buyers").tolist() == [10, 12]
    assert found.members == 1000


def test_seeds_stand_in_the_order_in_which_they_were_asked_for():
    late = JobRequest(REQUEST.designs, 1000, 2**32 - 1, 3, ("open-list",))
    runs = [result(design, seed) for seed in (0, 2**32 - 1, 1) for design in (0, 1)]
    assert outcome_of(late, runs).seeds == (2**32 - 1, 0, 1)


def pairs(count, gap=4, spread=1):
    """Runs of so many pairs; B has `gap` buyers more, give or take `spread`."""
    return [
        one
        for seed in range(1, count + 1)
        for one in (
            result(0, seed, buyers=10 + seed % 3),
            result(1, seed, buyers=10 + seed % 3 + gap + spread * (-1) ** seed),
        )
    ]


@pytest.mark.parametrize(
    ("count", "compares", "points"), [(1, False, 1), (4, False, 4), (5, True, 5), (19, True, 19)]
)
def test_below_twenty_pairs_every_pair_is_a_point_and_nothing_has_an_interval(count, compares, points):
    outcome = outcome_of(REQUEST, pairs(count))
    assert outcome.compares is compares
    means, dots = paired(outcome)
    assert means.empty
    assert len(dots[dots["measure"] == "buyers"]) == points
    gap = outcome.difference("buyers")
    assert (gap.low, gap.high) == (None, None)


def test_differences_are_paired_and_told_as_shares_of_the_first():
    outcome = outcome_of(REQUEST, pairs(20))
    means, dots = paired(outcome)
    row = means.set_index("measure").loc["buyers"]
    assert row["difference"] == 4
    assert row["mean"] == pytest.approx(4 / outcome.level(0, "buyers").mean)
    assert row["low"] < row["mean"] < row["high"]
    assert "net_fen" not in {*means["measure"], *dots["measure"]}  # nothing was measured


def test_shares_have_no_interval_before_forty_pairs():
    assert least_pairs("margin_fen") == least_pairs("buyers") == 20
    assert (
        least_pairs("conversion_of_readers")
        == least_pairs("k_factor")
        == least_pairs("roi", "incremental")
        == 40
    )


def test_adoption_starts_at_nothing_and_spans_the_seeds():
    runs = [result(0, 1, buyers=10), result(1, 1), result(0, 2, buyers=30), result(1, 2)]
    frame = adoption(outcome_of(REQUEST, runs))
    first = frame[frame["side"] == 0]
    assert first["day"].tolist() == [0, 1, 2, 3]
    assert first["mean"].tolist() == [0, 1, 2, 20]
    assert (first["low"].iloc[-1], first["high"].iloc[-1]) == (10, 30)
    assert twin_adoption(outcome_of(REQUEST, runs))["mean"].tolist() == [0, 0, 1, 1]


def test_funnel_and_money_are_in_members_and_yuan():
    runs = [result(0, 1, buyers=10, margin_fen=-300), result(1, 1, buyers=20)]
    outcome = outcome_of(REQUEST, runs)
    steps = funnel(outcome).set_index(["side", "step"])
    assert steps.loc[(1, "bought"), "share"] == 0.02
    lines = money(outcome).set_index(["side", "line"])["yuan"]
    assert lines[0, "margin"] == -3
    assert lines[0, "gross"] == 20
    assert (0, "push") not in lines.index  # 0 in both


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_can_be_drawn_in_both_languages(lang):
    outcome = outcome_of(REQUEST, pairs(20))
    means, dots = paired(outcome)
    _, few = paired(outcome_of(REQUEST, pairs(5)))

    def say(key):
        return text(key, lang)

    means = means.assign(name=means["measure"], label="+1")
    dots, few = (one.assign(name=one["measure"]) for one in (dots, few))
    for chart in (
        adoption_chart(adoption(outcome), twin_adoption(outcome), say),
        funnel_chart(funnel(outcome), say),
        money_chart(money(outcome), say),
        paired_chart(means, dots),
        paired_chart(means.iloc[:0], few),
    ):
        assert chart.to_dict()["layer"]  # checked against the schema of Vega-Lite


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (350.0, "members", "+350"),
        (-9.5, "members", "−9.5"),
        (0.0, "members", "0"),
        (-12345.6, "fen", "−¥123"),
        (0.0, "fen", "¥0"),
        (250.0, "fen", "+¥2.50"),
        (-0.0237, "share", "−2.37%"),
        (None, "fen", "–"),
    ],
)
def test_means_read_well(value, unit, words):
    assert mean_shown(value, unit, signed=True) == words


def test_money_by_day_goes_on_until_all_is_settled_and_stays_there():
    """Cash of seed 1 and 2; margin is settled a day sooner."""
    found = outcome_of(REQUEST, [result(design, seed) for design in (0, 1) for seed in (1, 2)])
    frame = money_by_day(found)
    cash = frame[(frame["side"] == 1) & (frame["what"] == "cash")]
    assert cash["day"].tolist() == [0, 1, 2, 3]
    assert cash["mean"].tolist() == [0, -5, 1.5, 3]
    assert cash["low"].tolist() == [0, -5, 1, 3]
    chart = money_by_day_chart(frame, lambda key: key).to_dict()
    assert {one["name"] for one in list(chart["datasets"].values())[-1] if "name" in one} == {
        "by_day.cash", "by_day.margin", "by_day.marketing",
    }  # fmt: skip
    other = result(0, 2)
    sooner = type(other)(**vars(other) | {"by_day_fen": other.by_day_fen | {"cash": [-100, 700]}})
    alone = JobRequest(REQUEST.designs[:1], 1000, 1, 2, ("open-list",))
    frame = money_by_day(outcome_of(alone, [result(0, 1), sooner]))
    assert frame[frame["what"] == "cash"]["mean"].tolist() == [0, -3, 4, 5]


def test_sums_are_scaled_only_where_the_number_of_members_differs():
    at_size = outcome_of(REQUEST, [result(0, 1), result(1, 1)])
    assert (at_size.written(0), at_size.written(1)) == (None, None)
    smaller = type(result(1, 1))(**vars(result(1, 1)) | {"written": 10_000})
    assert outcome_of(REQUEST, [result(0, 1), smaller]).written(1) == 10_000


def test_the_range_is_of_single_runs_not_of_their_mean():
    alone = JobRequest(REQUEST.designs[:1], 1000, 1, 19, ("open-list",))
    found = outcome_of(alone, [result(0, seed, buyers=10 * seed) for seed in range(1, 20)])
    luck = found.luck(0, "buyers")
    assert (luck.middle, luck.low, luck.high, luck.seeds) == (100, 10, 190, 19)
    assert found.luck(0, "buyers", "incremental").low == 9
