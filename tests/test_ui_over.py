"""A result over calibrations: the same seeds only, warnings that compare intervals, and the verdict."""

import pytest
from test_ui_outcome import REQUEST, result

from sim.calibration.ranges import Range
from sim.ui.figures import range_shown
from sim.ui.job_files import JobRequest
from sim.ui.over import over
from sim.ui.verdicts import BY, better_in, judged, outcomes_of, verdict_on


def runs(gaps, seeds=20, spread=30):
    """Calibration -> mean gap of buyers and margin (in fen) of B to A; each with some luck."""
    return [
        result(
            design,
            seed,
            calibration=name,
            buyers=100 + design * (gap + spread * (-1) ** seed),
            margin_fen=100 + design * (gap + spread * (-1) ** seed),
        )
        for name, gap in gaps.items()
        for seed in range(1, seeds + 1)
        for design in (0, 1)
    ]


def test_levels_and_differences_have_the_range_of_all_calibrations():
    ranges = over(REQUEST, runs({"open-list": 0, "chats": 8}))
    assert ranges.level(0, "buyers") == Range(100, 100, 100)
    assert ranges.level(1, "buyers") == Range(100, 100, 108)
    assert ranges.difference("buyers") == Range(0, 0, 8)
    assert ranges.level(0, "net_fen") == Range(None, None, None)
    assert ranges.first(2).seeds == (1, 2)
    assert ranges.first(1).difference("buyers") == Range(-30, -30, -22)


def test_only_seeds_that_all_calibrations_have_are_taken():
    whole = runs({"open-list": 0, "chats": 8}, seeds=3)
    assert over(REQUEST, [one for one in whole if one.calibration == "chats"]) is None
    assert over(REQUEST, []) is None
    missing = [one for one in whole if (one.calibration, one.seed, one.design) != ("chats", 2, 1)]
    found = over(REQUEST, missing)
    assert found.seeds == (1, 3)
    assert found.outcomes["open-list"].values(1, "buyers").tolist() == [70, 70]


@pytest.mark.parametrize(
    ("gaps", "reverses", "only"),
    [
        ({"open-list": 60, "chats": -60}, True, ()),  # intervals on both sides of 0
        ({"open-list": 3, "chats": -3}, False, ()),  # means on both sides, but neither is told apart
        ({"open-list": 60, "chats": 3}, False, ("open-list",)),
        ({"open-list": 3, "chats": -60}, False, ("chats",)),
        ({"open-list": 60, "chats": 70}, False, ()),
    ],
)
def test_the_warning_compares_intervals_and_not_means(gaps, reverses, only):
    ranges = over(REQUEST, runs(gaps))
    assert ranges.reverses("buyers") is reverses
    assert ranges.only_under("buyers") == only
    few = over(REQUEST, runs(gaps, seeds=19))
    assert not few.reverses("buyers")
    assert few.only_under("buyers") == ()


@pytest.mark.parametrize(
    ("gaps", "seeds", "kind", "better"),
    [
        ({"open-list": 60, "chats": 60}, 20, "clear", 1),
        ({"open-list": -60, "chats": -60}, 20, "clear", 0),
        ({"open-list": 60, "chats": 18}, 20, "likely", 1),
        ({"open-list": 60, "chats": 2}, 20, "open", None),
        ({"open-list": 60, "chats": -60}, 20, "open", None),
        ({"open-list": 60, "chats": 60}, 19, "early", None),
    ],
)
def test_a_verdict_needs_every_calibration(gaps, seeds, kind, better):
    found = judged(REQUEST, runs(gaps, seeds))
    assert tuple(found) == BY
    assert (found["margin"].kind, found["margin"].better) == (kind, better)
    ranges = over(REQUEST, runs(gaps, seeds))
    assert better_in(ranges, "margin", 0) + better_in(ranges, "margin", 1) == seeds  # there are no ties


def test_a_single_design_is_judged_against_doing_nothing():
    alone = JobRequest(REQUEST.designs[:1], 1000, 1, 20, REQUEST.calibrations)
    one = [
        result(0, seed, calibration=name, gained_fen=-500 + seed % 5)
        for name in REQUEST.calibrations
        for seed in range(1, 21)
    ]
    found = judged(alone, one)
    assert set(found) == set(outcomes_of(alone)) < set(BY)  # only increments say anything of one design
    assert (found["margin"].kind, found["margin"].better) == ("clear", 0)
    assert verdict_on(over(alone, one), "margin").gap.mean == -498


def test_a_range_is_shown_in_the_unit_or_not_at_all():
    assert range_shown(Range(0.2, 0.15, 0.3), "share") == "⟨15.0% … 30.0%⟩"
    assert range_shown(Range(1, -2, 3), "members", signed=True) == "⟨−2 … +3⟩"
    assert range_shown(Range(None, None, None), "share") == range_shown(Range(2, 2, 2), "share") == ""
