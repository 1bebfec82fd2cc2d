"""Only what compares is shown, and shares, means and intervals are what they say."""

import pytest

from sim.ui.charts import adoption_chart, funnel_chart, money_chart, paired_chart
from sim.ui.figures import mean_shown
from sim.ui.job_files import DesignRequest, DesignResult, JobRequest
from sim.ui.outcome import MONEY_LINES, adoption, funnel, money, outcome_of, paired, twin_adoption
from sim.ui.texts import text

REQUEST = JobRequest((DesignRequest("a"), DesignRequest("a", "b")), 1000, (1, 2))


def result(design, seed, *, quick=False, buyers=10, margin_fen=500):
    after = {name: 0 for _, names in MONEY_LINES for name in names}
    after |= {"buyers": buyers, "margin_fen": margin_fen, "gross_fen": 2000, "net_fen": None}
    return DesignResult(
        design=design,
        seed=seed,
        members=300 if quick else 1000,
        quick=quick,
        summary={
            "runoff": after,
            "incremental": {"buyers": buyers - 1},
            "books_residual_fen": 0,
            "unavailable": [],
        },
        funnel={"members": 300 if quick else 1000, "bought": buyers},
        day=[0, 1, 2],
        buyers=[1, 2, buyers],
        twin_buyers=[] if quick else [0, 1, 1],
        illegal_offers=[],
    )


def test_the_first_look_gives_way_to_the_first_seed_that_all_designs_have():
    quick = [result(0, 1, quick=True), result(1, 1, quick=True)]
    assert outcome_of(REQUEST, quick[:1]) is None
    first = outcome_of(REQUEST, [*quick, result(0, 1)])
    assert first.quick
    assert first.members == 300
    assert not first.has_twin
    whole = outcome_of(REQUEST, [*quick, result(0, 1), result(1, 1), result(0, 2)])
    assert not whole.quick
    assert whole.seeds == (1,)
    assert whole.has_twin


def test_differences_are_paired_and_told_as_shares_of_the_first():
    runs = [
        result(0, 1, buyers=10),
        result(1, 1, buyers=14),
        result(0, 2, buyers=30),
        result(1, 2, buyers=36),
    ]
    outcome = outcome_of(REQUEST, runs)
    row = paired(outcome).set_index("measure").loc["buyers"]
    assert row["difference"] == 5  # (4 + 6) / 2
    assert row["mean"] == 5 / 20
    assert row["low"] != row["low"]  # NaN: so few seeds have no interval
    assert "net_fen" not in set(paired(outcome)["measure"])  # nothing was measured


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
    outcome = outcome_of(JobRequest(REQUEST.designs, 1000, (1,)), runs)
    steps = funnel(outcome).set_index(["side", "step"])
    assert steps.loc[(1, "bought"), "share"] == 0.02
    lines = money(outcome).set_index(["side", "line"])["yuan"]
    assert lines[0, "margin"] == -3
    assert lines[0, "gross"] == 20
    assert (0, "push") not in lines.index  # 0 in both


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_can_be_drawn_in_both_languages(lang):
    runs = [result(0, 1, margin_fen=-300), result(1, 1), result(0, 2), result(1, 2, buyers=12)]
    outcome = outcome_of(REQUEST, runs)

    def say(key):
        return text(key, lang)

    gaps = paired(outcome).assign(name=["购买", "毛利"], label=["+1", "+2"])
    for chart in (
        adoption_chart(adoption(outcome), twin_adoption(outcome), say),
        funnel_chart(funnel(outcome), say),
        money_chart(money(outcome), say),
        paired_chart(gaps),
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
