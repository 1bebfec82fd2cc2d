"""An interval covers the true mean as often as it says, of few and skewed values too."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.estimate import LEAST_SEEDS, Estimate, estimate, least_seeds, pooled

SYMMETRIC = np.array([-3.0, -2.0, -1.0, -0.5, 0.0, 0.0, 0.5, 1.0, 2.0, 3.0] * 2) + 7.0
SKEWED = np.random.default_rng(3).lognormal(size=30)


def t_interval(values, confidence=0.95):
    return stats.t.interval(confidence, len(values) - 1, values.mean(), stats.sem(values))


def hall_by_search(values, quantile):
    """How far the interval reaches, in standard errors, by searching Hall's cubic as he wrote it."""
    n, skewness = len(values), stats.skew(values)

    def transformed(t):
        return (
            t
            + skewness / 3 * t**2 / math.sqrt(n)
            + skewness**2 * t**3 / (27 * n)
            + skewness / (6 * math.sqrt(n))
        )

    low, high = -1e3, 1e3
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if transformed(middle) < quantile else (low, middle)
    return low


def test_of_symmetric_values_it_is_student_s():
    found = estimate(SYMMETRIC)
    assert (found.low, found.high) == pytest.approx(t_interval(SYMMETRIC))
    assert found.mean == pytest.approx(7.0)
    wider = estimate(SYMMETRIC, confidence=0.99)
    assert (wider.low, wider.high) == pytest.approx(t_interval(SYMMETRIC, 0.99))


@pytest.mark.parametrize("values", [SKEWED, -SKEWED, SKEWED[:20] ** 3])
def test_of_skewed_values_each_side_is_the_wider_of_student_s_and_hall_s(values):
    found = estimate(values)
    error, quantile = stats.sem(values), float(stats.t.ppf(0.975, len(values) - 1))
    down = max(quantile, hall_by_search(values, quantile))
    up = max(quantile, -hall_by_search(values, -quantile))
    assert found.low == pytest.approx(values.mean() - down * error)
    assert found.high == pytest.approx(values.mean() + up * error)
    low, high = t_interval(values)
    assert found.low <= low + 1e-9
    assert found.high >= high - 1e-9
    assert found.low < low - 1e-3 or found.high > high + 1e-3


POPULATIONS = {
    "normal": (lambda luck: luck.normal(size=20), 0.0),
    "exponential": (lambda luck: luck.exponential(size=20), 1.0),
    "exponential, the other way": (lambda luck: -luck.exponential(size=20), -1.0),
    "lognormal": (lambda luck: luck.lognormal(size=20), math.exp(0.5)),
}


@pytest.mark.parametrize("name", POPULATIONS)
def test_it_covers_more_often_than_student_s_where_values_are_skewed(name):
    draw, true = POPULATIONS[name]
    luck = np.random.default_rng(20)
    trials, covered, by_student = 1000, 0, 0
    for _ in range(trials):
        values = draw(luck)
        found = estimate(values)
        covered += found.low <= true <= found.high
        low, high = t_interval(values)
        by_student += low <= true <= high
    assert covered >= by_student
    assert covered / trials >= (0.91 if name == "lognormal" else 0.935)
    if name != "normal":
        assert covered > by_student + 0.02 * trials


def test_more_confidence_and_a_larger_scale_make_it_wider_in_step():
    widths = [(found := estimate(SKEWED, confidence=c)).high - found.low for c in (0.5, 0.9, 0.95, 0.99)]
    assert widths == sorted(widths)
    plain, scaled, turned = estimate(SKEWED), estimate(1e150 * SKEWED + 0.0), estimate(5.0 - SKEWED)
    assert (scaled.low, scaled.high) == pytest.approx((1e150 * plain.low, 1e150 * plain.high))
    assert (turned.low, turned.high) == pytest.approx((5.0 - plain.high, 5.0 - plain.low))


def test_the_most_skewed_values_there_can_be_have_a_finite_interval():
    """Johnson's parabola has no inverse there; Hall's cubic has one."""
    one_apart = np.append(np.zeros(19), 1.0)
    found = estimate(one_apart, confidence=0.999)
    assert -math.inf < found.low < found.mean < found.high < math.inf
    low, high = t_interval(one_apart, 0.999)
    assert found.low <= low + 1e-9
    assert found.high > high


def test_values_without_spread_are_known_exactly():
    assert estimate(np.zeros(20)) == Estimate(0.0, 0.0, 0.0, 20)
    assert estimate(np.full(21, 0.1)) == Estimate(0.1, 0.1, 0.1, 21)


def test_too_few_values_have_a_mean_and_no_interval():
    assert estimate(np.array([])) == Estimate(None, None, None, 0)
    assert estimate(np.array([math.nan])) == Estimate(None, None, None, 0)
    assert estimate(np.array([4.0]), least=1) == Estimate(4.0, None, None, 1)
    assert estimate(SKEWED[: LEAST_SEEDS - 1]).low is None
    assert estimate(SKEWED[:LEAST_SEEDS]).low is not None
    assert estimate(SKEWED, least=31).high is None


def test_what_was_not_measured_does_not_count():
    holes = np.append(SKEWED, [math.nan] * 5)
    assert estimate(holes) == estimate(SKEWED)
    assert estimate(np.append(SKEWED[:19], [math.nan] * 9)).low is None


def test_shares_and_ratios_need_more_seeds_than_counts_and_money():
    assert {unit: least_seeds(unit) for unit in ("share", "ratio", "fen", "members", "hours")} == {
        "share": 40,
        "ratio": 40,
        "fen": 20,
        "members": 20,
        "hours": 20,
    }


def test_an_interval_says_on_which_side_of_nothing_it_lies():
    ends = ((0.5, 2.0), (-2.0, -0.5), (-1.0, 1.0), (0.0, 1.0))
    assert [Estimate(1.0, low, high, 20).side for low, high in ends] == [1, -1, 0, 0]
    assert Estimate(1.0, None, None, 3).side is None


def test_a_pooled_quotient_is_the_sum_over_the_sum_and_leaves_no_seed_out():
    cost, buyers = np.array([100.0, 300.0, 200.0]), np.array([2.0, 0.0, 4.0])
    values = pooled(cost, buyers)
    assert estimate(values, least=2).mean == pytest.approx(600 / 6)
    assert estimate(values, least=2).seeds == 3  # one seed alone has nothing to divide by
    # pseudo-values by hand: 3 x 100 - 2 x (500/4, 300/6, 400/2), moved to the mean of 100
    by_hand = 300 - 2 * np.array([125.0, 50.0, 200.0])
    assert values == pytest.approx(by_hand - by_hand.mean() + 100)


def test_of_equal_denominators_it_is_the_plain_mean():
    above = np.array([1.0, 2.0, 6.0, np.nan])
    assert pooled(above, np.array([2.0, 2.0, 2.0, 2.0])) == pytest.approx(
        [0.5, 1.0, 3.0, np.nan], nan_ok=True
    )


@pytest.mark.parametrize("buyers", [[0.0, 0.0], [5.0, -6.0], [5.0, 0.0], [np.nan, np.nan]])
def test_nothing_is_divided_by_nothing(buyers):
    assert np.isnan(pooled(np.array([1.0, 1.0]), np.array(buyers))).all()


def test_its_interval_covers_the_ratio_of_means():
    """2,000 samples of 40 skewed pairs: the nominal 95 % interval holds the true quotient in 92 to 98 %."""
    draws = np.random.default_rng(1)
    inside = 0
    for _ in range(2000):
        buyers = draws.gamma(4.0, 10.0, 40)
        cost = 50.0 * buyers + draws.normal(0.0, 300.0, 40)
        one = estimate(pooled(cost, buyers), least=20)
        inside += one.low <= 50.0 <= one.high
    assert 0.92 < inside / 2000 < 0.98
