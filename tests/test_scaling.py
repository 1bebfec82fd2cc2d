"""Scaling a scenario to another number of members: all that counts heads or units, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from sim.errors import InputError
from sim.mechanics.base import MechanicConfig
from sim.mechanics.commission.config import CommissionConfig, Ranking
from sim.mechanics.coupon import CouponConfig
from sim.mechanics.flash_sale import FlashSaleConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.mechanics.push import PushConfig
from sim.mechanics.review_cash_back import ReviewCashBackConfig
from sim.scenario.load import load_scenario, load_variants
from sim.scenario.model import Operator, Scenario
from sim.scenario.planned import planned_spend_fen
from sim.scenario.scaling import LABELS, scaled
from sim.scenario.shipped import shipped_paths
from sim.scenario.sizes import SIZES, Size, size_of
from sim.settings.community import ChatKind, Communities, KolTier, Population, Roles
from sim.settings.shop import Product


def _scenario() -> Scenario:
    return Scenario(
        id="everything",
        population=Population(members=10_000),
        communities=Communities(chats=(ChatKind(id="block", size_mean=120),)),
        roles=Roles(
            kols=(
                KolTier(id="koc", count=30, public_pool=100, followers_share=0.005),
                KolTier(id="star", count=1, public_pool=500, followers_share=0.2),
            )
        ),
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
            CommissionConfig(
                id="commission",
                invite_bonus_daily_cap=10,
                ranking=Ranking(prizes_fen=(20_000, 10_000, 5_001)),
            ),
        ),
        operator=Operator(
            budget_fen=100_001, schedule=(PushConfig(id="push", budget_people=5000, cost_fen_per_person=4),)
        ),
    )


def test_a_tenth_of_the_people() -> None:
    small, changes = scaled(_scenario(), 1000)
    assert small.population.members == 1000
    koc, star = small.roles.kols
    assert (koc.count, koc.person_share, koc.public_pool) == (3, 1.0, 100)  # fewer people, each a whole one
    assert (star.count, star.person_share, star.public_pool) == (1, 0.1, 50)  # a tenth of a person
    assert koc.followers_share == pytest.approx(0.05)  # 50 people follow each of them still
    assert star.followers_share == 0.2
    assert [product.stock for product in small.products] == [90, None, 0]
    group_buy, flash, coupon, seeds, praise, commission = small.mechanics
    assert isinstance(commission, CommissionConfig)
    assert commission.ranking is not None
    assert commission.ranking.prizes_fen == (2000, 1000, 500)
    assert isinstance(group_buy, GroupBuyConfig)
    assert group_buy.prices[0].quota == 50
    assert isinstance(flash, FlashSaleConfig)
    assert flash.prices[0].quota is None
    assert (flash.bots, flash.throughput_per_second) == (5, 0.8)
    assert isinstance(coupon, CouponConfig)
    assert coupon.total == 100
    assert isinstance(seeds, KolSeedingConfig)
    assert (seeds.count, seeds.person_share) == (2, 0.75)
    assert isinstance(praise, ReviewCashBackConfig)
    assert praise.total == 10
    assert small.operator.budget_fen == 10_000
    assert small.operator.schedule[0].budget_people == 500
    lines = [change.note() for change in changes]
    assert "members (population.members): 10,000 -> 1,000" in [line.en for line in lines]
    assert "rice: stock (products.rice.stock): 900 -> 90" in [line.en for line in lines]
    assert "rice：活动库存（mechanics.pintuan.prices.rice.quota）：501 → 50" in [line.zh for line in lines]
    assert "营销预算（operator.budget_fen）：¥1,000.01 → ¥100.00" in [line.zh for line in lines]
    prizes = next(change for change in changes if change.path.endswith("prizes_fen"))
    assert prizes.note(with_path=False).en == (
        "commission: ranking prizes: ¥200.00, ¥100.00, ¥50.01 -> ¥20.00, ¥10.00, ¥5.00"
    )
    assert "mechanics" not in prizes.note(with_path=False).zh
    assert len({change.path for change in changes}) == len(changes) == 16


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


def _numbers(part: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str]]:
    """Every number of a part of a scenario and of its parts: (part, field)."""
    for name, field in part.model_fields.items():
        for kind in _kinds(field.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _numbers(kind)
            elif kind in (int, float):
                yield part, name


def _kinds(annotation: Any) -> Iterator[Any]:
    """The plain types in an annotation."""
    if hasattr(annotation, "__metadata__"):
        yield from _kinds(get_args(annotation)[0])
    elif get_origin(annotation) in (tuple, Union, UnionType):
        for one in get_args(annotation):
            yield from _kinds(one)
    else:
        yield annotation


def test_every_number_of_a_scenario_says_what_it_is_counted_for() -> None:
    numbers = set(_numbers(Scenario))
    assert len(numbers) > 250
    unsaid = sorted(f"{part.__name__}.{name}" for part, name in numbers if size_of(part, name) is None)
    assert unsaid == [], "add them to SIZES in sim/scenario/sizes.py"
    fields = {
        (part, name) for part, sizes in SIZES.items() for some in sizes.values() for name in some.split()
    }
    inherited = {(MechanicConfig, "from_day"), (MechanicConfig, "days")}
    assert fields - numbers <= inherited, "SIZES names numbers that there are not"
    said_twice = [
        (part.__name__, name)
        for part, sizes in SIZES.items()
        for name in " ".join(sizes.values()).split()
        if " ".join(sizes.values()).split().count(name) > 1
    ]
    assert said_twice == []


def test_what_scales_has_a_label_and_what_has_a_label_scales() -> None:
    follow = {
        name for part, name in set(_numbers(Scenario)) if size_of(part, name) in (Size.SHOP, Size.HEADS)
    }
    assert follow | {"members"} == set(LABELS)


@given(st.integers(2, 1_000_000))
def test_cost_and_reach_of_opinion_leaders_follow_exactly(members: int) -> None:
    before, after = _scenario(), scaled(_scenario(), members)[0]
    factor = members / before.population.members
    for old, new in zip(before.roles.kols, after.roles.kols, strict=True):
        assert new.count * new.person_share == pytest.approx(factor * old.count)
        assert new.count * new.followers_share == pytest.approx(old.count * old.followers_share)
        assert 0 < new.person_share <= 1.5
        pool = factor * old.count * old.public_pool
        assert abs(new.count * new.public_pool - pool) <= max(new.count, pool * 0.5)
    seeds = next(offer for offer in after.mechanics if isinstance(offer, KolSeedingConfig))
    assert seeds.count is not None
    assert seeds.count * seeds.person_share == pytest.approx(15 * factor)


def test_there_and_back_again() -> None:
    there = scaled(_scenario(), 2000)[0]
    back = scaled(there, 10_000)[0]
    for old, new in zip(_scenario().roles.kols, back.roles.kols, strict=True):
        assert (new.count, new.public_pool) == (old.count, old.public_pool)
        assert new.person_share == pytest.approx(1.0)
        assert new.followers_share == pytest.approx(old.followers_share)


def test_planned_spending_follows_the_number_of_members() -> None:
    plan_fen = {
        members: planned_spend_fen(scaled(_scenario(), members)[0]) for members in (10_000, 2000, 500)
    }
    assert plan_fen[2000] == pytest.approx(plan_fen[10_000] / 5, rel=0.01)
    assert plan_fen[500] == pytest.approx(plan_fen[10_000] / 20, rel=0.01)


def test_a_limit_on_how_many_leaders_are_hired_follows_their_tiers() -> None:
    some = KolSeedingConfig(id="some", count=16, tiers=("koc",))
    all_ = KolSeedingConfig(id="all", count=31)
    scenario = _scenario().model_copy(update={"mechanics": (some, all_)})
    after = scaled(scenario, 2000)[0].mechanics
    assert [one.count for one in after if isinstance(one, KolSeedingConfig)] == [3, 7]


@pytest.mark.parametrize("members", [2, 40, 2_000, 1_000_000])
@pytest.mark.parametrize("name", list(shipped_paths()))
def test_a_shipped_scenario_of_any_size_is_one_that_would_be_accepted(name, members):
    """What is scaled is written with the results, and read again."""
    for loaded in load_variants(name):
        smaller, _ = scaled(loaded.scenario, members)
        assert Scenario.model_validate(smaller.model_dump(mode="json")) == smaller


def test_more_than_is_allowed_is_refused_before_the_run():
    with pytest.raises(InputError, match=r"roles\.kols\.koc\.count 60,000; at most 10,000") as refused:
        scaled(load_scenario("kol-seeding").scenario, 20_000_000)
    assert "最多允许 10,000" in refused.value.text.zh


def test_warnings_are_of_the_community_that_is_run():
    loaded = load_scenario("staple-group-buy", None, {"mechanics.pintuan.group_size": 500})
    codes = {warning.code for warning in loaded.warnings}
    smaller, _ = scaled(loaded.scenario, 200)
    more = [one for one in loaded.warnings_of(smaller) if one.code not in codes]
    assert "mechanics.pintuan.group_size" in {warning.path for warning in more}
    assert all(warning.file for warning in more)
