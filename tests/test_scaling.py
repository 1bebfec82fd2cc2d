"""Scaling a scenario to another number of members: all that counts heads or units, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.mechanics.commission.config import CommissionConfig
from sim.mechanics.coupon import CouponConfig
from sim.mechanics.flash_sale import FlashSaleConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.mechanics.push import PushConfig
from sim.mechanics.review_cash_back import ReviewCashBackConfig
from sim.scenario.model import Operator, Scenario
from sim.scenario.scaling import scaled
from sim.settings.community import ChatKind, Communities, KolTier, Population, Roles
from sim.settings.shop import Product


def _scenario() -> Scenario:
    return Scenario(
        id="everything",
        population=Population(members=10_000),
        communities=Communities(chats=(ChatKind(id="block", size_mean=120),)),
        roles=Roles(kols=(KolTier(id="koc", count=30, public_pool=100), KolTier(id="star", count=1))),
        products=(
            Product(id="rice", list_price_fen=3000, cost_fen=1000, stock=900),
            Product(id="soap", list_price_fen=1000, cost_fen=300),
            Product(id="gone", list_price_fen=1000, cost_fen=300, stock=0),
        ),
        mechanics=(
            GroupBuyConfig(id="pintuan", prices=({"id": "rice", "price_fen": 2000, "quota": 501},)),
            FlashSaleConfig(
                id="flash",
                prices=({"id": "soap", "price_fen": 900},),
                bots=50,
                throughput_per_second=8.0,
                limit_total=3,
            ),
            CouponConfig(id="coupon", off_fen=100, threshold_fen=200, total=1000, per_member=2),
            KolSeedingConfig(id="seeds", choose="random", count=15, fee_fen=500),
            ReviewCashBackConfig(id="praise", total=100, cash_fen=200),
            CommissionConfig(id="commission", invite_bonus_daily_cap=10),
        ),
        operator=Operator(
            budget_fen=100_001, schedule=(PushConfig(id="push", budget_people=5000, cost_fen_per_person=4),)
        ),
    )


def test_a_tenth_of_the_people() -> None:
    small, notes = scaled(_scenario(), 1000)
    assert small.population.members == 1000
    assert [tier.count for tier in small.roles.kols] == [3, 1]
    assert [tier.public_pool for tier in small.roles.kols] == [10, 0]
    assert [product.stock for product in small.products] == [90, None, 0]
    group_buy, flash, coupon, seeds, praise, _ = small.mechanics
    assert isinstance(group_buy, GroupBuyConfig)
    assert group_buy.prices[0].quota == 50
    assert isinstance(flash, FlashSaleConfig)
    assert flash.prices[0].quota is None
    assert (flash.bots, flash.throughput_per_second) == (5, 0.8)
    assert isinstance(coupon, CouponConfig)
    assert coupon.total == 100
    assert isinstance(seeds, KolSeedingConfig)
    assert seeds.count == 2
    assert isinstance(praise, ReviewCashBackConfig)
    assert praise.total == 10
    assert small.operator.budget_fen == 10_000
    assert small.operator.schedule[0].budget_people == 500
    for place in ("population.members", "products.rice.stock", "mechanics.pintuan.prices.rice.quota"):
        assert any(note.startswith(f"{place}: ") for note in notes), place
    assert "operator.schedule.push.budget_people: 5,000 -> 500" in notes
    assert len(notes) == 12


def test_what_is_for_each_member_or_a_price_stays() -> None:
    before, after = _scenario(), scaled(_scenario(), 777)[0]
    for part in ("communities", "network", "behaviour", "orders", "run", "calendar"):
        assert getattr(before, part) == getattr(after, part)
    for old, new in zip(before.products, after.products, strict=True):
        assert old.model_copy(update={"stock": new.stock}) == new
    kept = (
        "per_member",
        "off_fen",
        "limit_total",
        "group_size",
        "fee_fen",
        "cash_fen",
        "invite_bonus_daily_cap",
    )
    for old_offer, new_offer in zip(before.offers, after.offers, strict=True):
        for field in kept:
            assert getattr(old_offer, field, None) == getattr(new_offer, field, None)


def test_same_number_changes_nothing_and_says_nothing() -> None:
    assert scaled(_scenario(), 10_000) == (_scenario(), ())


def test_a_loaded_graph_sets_the_members_only() -> None:
    small, notes = scaled(_scenario(), 4039, loaded_graph=True)
    assert notes == ()
    assert small.population.members == 4039
    assert small.model_copy(update={"population": _scenario().population}) == _scenario()


@pytest.mark.parametrize("members", [1, 0, -5, 20_000_001])
def test_impossible_numbers_are_refused(members: int) -> None:
    with pytest.raises(InputError, match="members"):
        scaled(_scenario(), members)


@given(st.integers(2, 1_000_000))
def test_scaled_scenarios_stay_valid(members: int) -> None:
    after = scaled(_scenario(), members)[0]
    assert Scenario.model_validate(after.model_dump()) == after
    assert all(tier.count >= 1 for tier in after.roles.kols)
    assert after.products[0].stock is not None
    assert after.products[0].stock >= 1
    assert after.products[2].stock == 0
