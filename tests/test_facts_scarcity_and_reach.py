"""Facts on deals, pushes and influencers: their statistics on made-up samples, and that their arms build."""

from __future__ import annotations

import math

import pytest

from sim.facts import (
    f11_claimed_share,
    f28_deal_buyers,
    f29_flash_depletion,
    f31_scarcity,
    f32_push_fatigue,
    f38_small_influencers,
)
from sim.facts.contexts import scenario_of
from sim.facts.fact import Fact, Row

FACTS = [
    module.FACT
    for module in (
        f11_claimed_share,
        f28_deal_buyers,
        f29_flash_depletion,
        f31_scarcity,
        f32_push_fatigue,
        f38_small_influencers,
    )
]


@pytest.mark.parametrize(
    ("fact", "arm"),
    [(fact, arm) for fact in FACTS for arm in fact.arms],
    ids=lambda one: getattr(one, "id", one),
)
def test_every_arm_is_a_valid_scenario(fact: Fact, arm: str) -> None:
    scenario_of("arm", fact.arms[arm], {})


def by_name(fact: Fact, sample: dict[str, Row]) -> dict[str, float]:
    return {one.name: one.value for one in fact.conclude([sample, sample])}


def test_elasticity_is_the_exponent_of_a_power_law() -> None:
    claimed = {share: 1000 * share**0.2 for share in (0.15, 0.3, 0.6)}
    assert f11_claimed_share.elasticity(claimed) == pytest.approx(0.2)
    assert math.isnan(f11_claimed_share.elasticity({0.15: 0, 0.3: 5, 0.6: 7}))


def test_the_exponents_of_kinds_of_deals_are_compared() -> None:
    exponents = {"plain": 0.2, "deep": 0.05, "good": 0.25, "poor": 0.15}
    sample: dict[str, Row] = {
        f"{deal}, {share:.0%} claimed": {"claims": 1000 * share**exponent}
        for deal, exponent in exponents.items()
        for share in (0.15, 0.3, 0.6)
    }
    assert by_name(f11_claimed_share.FACT, sample) == pytest.approx(
        {
            "elasticity in claimed share": 0.2,
            "half price, against 20 % off": -0.15,
            "rated well, against badly": 0.1,
        }
    )


def test_deal_buyers_are_compared_with_buyers_of_the_other_arm() -> None:
    sample: dict[str, Row] = {
        "deal": {"buyers": 80, "came_back": 20, "served": 80, "stars": 288},
        "full price": {"buyers": 10, "came_back": 9, "served": 10, "stars": 40},
    }
    assert by_name(f28_deal_buyers.FACT, sample) == pytest.approx(
        {"deal buyers who come back at full price": 0.25, "rating against full-price buyers": -0.1}
    )


def test_one_run_that_oversells_is_seen() -> None:
    fine: dict[str, Row] = {arm: {"sold": 100, "stock": 100} for arm in ("up", "down")}
    oversold: dict[str, Row] = {**fine, "down": {"sold": 101, "stock": 100}}
    assert f29_flash_depletion.most_sold([fine, fine]) == 1.0
    assert f29_flash_depletion.most_sold([fine, oversold]) == 1.01


def test_lift_is_claims_with_the_bar_over_those_without() -> None:
    sample: dict[str, Row] = {
        "utilitarian, bar shown": {"claims": 132},
        "utilitarian, bar hidden": {"claims": 100},
        "experience, bar shown": {"claims": 60},
        "experience, bar hidden": {"claims": 50},
    }
    assert by_name(f31_scarcity.FACT, sample) == pytest.approx(
        {
            "claims, claimed share shown ÷ hidden": 1.32,
            "log lift, utilitarian less experience": math.log(1.1),
        }
    )


def test_opt_out_that_quickens_is_convex() -> None:
    assert f32_push_fatigue.convexity({1: 0.06, 7: 0.12, 14: 0.33}) == pytest.approx(0.02)
    assert f32_push_fatigue.convexity({1: 0.1, 7: 0.7, 14: 0.8}) < 0


def test_sales_are_best_inside_only_if_both_ends_are_worse() -> None:
    assert f32_push_fatigue.inner_advantage({1: 50, 4: 90, 7: 110, 14: 100}) == pytest.approx(1.1)
    assert f32_push_fatigue.inner_advantage({1: 50, 4: 60, 7: 80, 14: 100}) == pytest.approx(0.8)


def test_influencers_are_compared_by_people_reached() -> None:
    def tier(engaged: float, revenue_fen: float) -> Row:
        return {"followers": 1000, "engaged": engaged, "revenue_fen": revenue_fen, "orders": 1}

    sample = {"nano": tier(46, 540), "micro": tier(23, 300), "mid": tier(17, 150), "macro": tier(16, 100)}
    found = by_name(f38_small_influencers.FACT, sample)
    assert found["revenue a follower, nano ÷ macro"] == pytest.approx(5.4)
    assert found["engagement, micro ÷ nano"] == pytest.approx(0.5)
    assert found["flattens: macro ÷ mid, less micro ÷ nano"] == pytest.approx(16 / 17 - 0.5)
