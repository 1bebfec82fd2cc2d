"""A result over calibrations: only whole results on the same seeds, and ranges that are what they say."""

from dataclasses import replace

from test_ui_outcome import REQUEST, result

from sim.calibration.ranges import Range
from sim.ui.figures import range_shown
from sim.ui.outcome import outcome_of
from sim.ui.over import over

BESIDE = REQUEST.over(["chats", "third"])
SHOWN = outcome_of(REQUEST, [result(0, 1), result(0, 2, buyers=20), result(1, 1, buyers=12), result(1, 2)])


def beside(buyers, **more):
    """Results of the two other calibrations, two designs each, the same with both seeds."""
    return [result(n, seed, buyers=each, **more) for n, each in enumerate(buyers) for seed in (1, 2)]


def test_the_other_calibrations_are_asked_for_by_design():
    assert [(one.variant, one.calibration) for one in BESIDE.designs] == [
        (None, "chats"),
        ("b", "chats"),
        (None, "third"),
        ("b", "third"),
    ]
    assert BESIDE.id != REQUEST.id


def test_levels_and_differences_have_the_range_of_all_calibrations():
    ranges = over(SHOWN, BESIDE, beside((5, 8, 30, 29)))
    assert ranges.level(0, "buyers") == Range(15, 5, 30)
    assert ranges.level(1, "buyers") == Range(11, 8, 29)
    assert ranges.difference("buyers") == Range(-4, -4, 3)
    assert ranges.level(0, "net_fen") == Range(None, None, None)
    assert ranges.level(0, "buyers", "incremental") == Range(14, 4, 29)
    assert ranges.disagree("buyers")
    assert not over(SHOWN, BESIDE, beside((5, 4, 30, 29))).disagree("buyers")


def test_nothing_is_shown_before_the_same_seeds_are_there():
    results = beside((5, 8, 30, 29))
    assert over(SHOWN, BESIDE, results[:-1]) is None
    assert over(SHOWN, BESIDE, beside((5, 8, 30, 29), quick=True)) is None
    first = outcome_of(REQUEST, [result(0, 1), result(1, 1)])
    assert over(first, BESIDE, results) is None
    assert over(replace(SHOWN, quick=True), BESIDE, results) is None


def test_a_range_is_shown_in_the_unit_or_not_at_all():
    assert range_shown(Range(0.2, 0.15, 0.3), "share") == "⟨15.0% … 30.0%⟩"
    assert range_shown(Range(1, -2, 3), "members", signed=True) == "⟨−2 … +3⟩"
    assert range_shown(Range(None, None, None), "share") == range_shown(Range(2, 2, 2), "share") == ""
