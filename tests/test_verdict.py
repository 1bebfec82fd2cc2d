"""A verdict claims no more than the repeats show, under every calibration."""

import math

import numpy as np
import pytest

from sim.estimate import estimate
from sim.verdict import LOOK_CONFIDENCE, LOOKS, NEEDED_MOST, verdict

LUCK = np.random.default_rng(9).normal(size=400)


def gaps(mean, n=20):
    """Gaps whose sample has exactly this mean and a standard deviation of 1."""
    values = LUCK[:n]
    return (values - values.mean()) / values.std(ddof=1) + mean


def judged(*arrays, **more):
    names = ("usual", "other", "third")
    return verdict(dict(zip(names, arrays, strict=False)), **({"higher_is_better": True} | more))


CLEAR, LIKELY, OPEN = gaps(1.0), gaps(0.55), gaps(0.2)


def test_the_three_kinds():
    assert [judged(one).kind for one in (CLEAR, LIKELY, OPEN)] == ["clear", "likely", "open"]
    assert estimate(LIKELY).low > 0 > estimate(LIKELY, confidence=LOOK_CONFIDENCE).low


@pytest.mark.parametrize("sign", [1, -1])
def test_the_weakest_calibration_decides(sign):
    assert judged(sign * CLEAR, sign * CLEAR).kind == "clear"
    assert judged(sign * CLEAR, sign * LIKELY).kind == "likely"
    assert judged(sign * CLEAR, sign * LIKELY, sign * OPEN).kind == "open"
    assert judged(sign * CLEAR, -sign * CLEAR).kind == "open"


def test_who_is_better_depends_on_what_is_good():
    assert judged(CLEAR).better == 1
    assert judged(-CLEAR).better == 0
    assert judged(CLEAR, higher_is_better=False).better == 0
    assert judged(-LIKELY, higher_is_better=False).better == 1
    assert judged(CLEAR, higher_is_better=None).better is None
    assert judged(OPEN).better is None


def test_wins_are_pairs_in_which_b_is_better_and_ties_count_for_nobody():
    values = np.array([1.0, 2.0, -1.0, 0.0, math.nan] * 5)
    assert (judged(values, looks=False).wins, judged(values, looks=False).of) == (10, 20)
    assert judged(values, higher_is_better=False, looks=False).wins == 5
    assert judged(values, higher_is_better=None, looks=False).wins == 10


def test_a_against_itself_is_the_same_and_nothing_to_wait_for():
    found = judged(np.zeros(20), np.zeros(20))
    assert (found.kind, found.better, found.needed, found.same) == ("open", None, None, True)
    assert (found.gap.mean, found.gap.low, found.gap.high, found.wins) == (0.0, 0.0, 0.0, 0)
    assert not found.mixed
    assert not judged(np.zeros(20), OPEN).same


def test_too_few_pairs_claim_nothing():
    for found in (
        judged(CLEAR[:19]),
        judged(CLEAR, least=40),
        judged(CLEAR, CLEAR[:19]),
        judged(np.append(CLEAR[:19], math.nan)),
        judged(np.full(20, math.nan)),
    ):
        assert (found.kind, found.better, found.needed, found.same) == ("early", None, None, False)
    assert judged(np.full(20, math.nan)).gap.mean is None


def test_the_repeats_named_are_those_that_make_it():
    """Gaps of the same mean and spread, as many as were named, are as good as promised."""
    likely = judged(gaps(0.3)).needed
    assert 20 < likely < 400
    assert judged(gaps(0.3, likely), looks=False).kind == "likely"
    clear = judged(LIKELY).needed
    assert 20 < clear < 80
    assert judged(gaps(0.55, clear), looks=False).kind == "clear"
    assert judged(CLEAR).needed is None


def test_fewer_repeats_are_needed_for_a_larger_gap_and_the_worst_calibration_counts():
    needed = [judged(gaps(mean)).needed for mean in (0.1, 0.2, 0.3, 0.4)]
    assert needed == sorted(needed, reverse=True)
    assert judged(gaps(0.4), gaps(0.1)).needed == needed[0]
    assert judged(CLEAR, gaps(0.1)).needed == needed[0]


def test_no_number_is_named_where_there_is_none():
    tiny = judged(gaps(1e-4))
    assert (tiny.kind, tiny.needed, tiny.mixed, tiny.same) == ("open", None, False, False)
    assert judged(gaps(0.01)).needed < NEEDED_MOST
    mixed = judged(gaps(0.2), gaps(-0.1))
    assert (mixed.needed, mixed.mixed, mixed.reversed) == (None, True, False)


def test_it_names_the_calibrations_that_do_not_agree():
    found = judged(CLEAR, -CLEAR, OPEN)
    assert found.disagree == ("other", "third")
    assert found.reversed
    assert not judged(CLEAR, OPEN).reversed
    assert judged(CLEAR, LIKELY).disagree == ()
    assert list(found.by_calibration) == ["usual", "other", "third"]


def test_between_looks_nothing_changes():
    """Otherwise somebody who watches would stop at a lucky moment."""
    values = np.concatenate([gaps(0.2), np.full(19, 9.0), [9.0]])
    assert judged(values[:20]).kind == judged(values[:39]).kind == "open"
    assert judged(values[:39]).of == 20
    assert judged(values[:39], looks=False).of == 39
    assert judged(values[:40]).of == 40
    assert judged(gaps(0.3, 100)).of == LOOKS[-1]


def test_looks_claim_a_difference_that_is_not_there_in_few_comparisons():
    luck, trials, claimed, plain = np.random.default_rng(11), 300, 0, 0
    for _ in range(trials):
        values = luck.normal(size=LOOKS[-1])
        found = [judged(values[:look]).kind for look in LOOKS]
        claimed += "clear" in found
        plain += set(found) != {"open"}
    assert claimed / trials <= 0.05
    assert plain > 2 * claimed


def test_a_calibration_is_needed():
    with pytest.raises(ValueError, match="at least one"):
        verdict({}, higher_is_better=True)
