"""What a member does with a product over time: due again, returns, reviews, hearing, reference price."""

from typing import Any

import pytest
from stage import Stage, bare, graph, merged, product

from sim.events import Channel, Kind
from sim.ledger import books_residual_fen
from sim.units import DAY

LONG = {"run": {"horizon_days": 40.0}}


def stage(*mechanics: dict[str, Any], community: Any = None, **changes: Any) -> Stage:
    return Stage(bare(*mechanics, **merged(LONG, changes)), community)


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def test_who_has_it_does_not_buy_it_again_and_a_consumable_runs_out() -> None:
    once = played(stage().reads(100, 0).reads(30 * DAY, 0))
    assert once.count(Kind.ORDER_PLACED) == 1
    again = played(stage(products=[product(repurchase_days=10.0)]).reads(100, 0))
    needs = [row["time_s"] for row in again.rows(Kind.READ) if row["channel"] == Channel.OWN_NEED]
    assert 2 <= len(needs) <= 8
    assert again.count(Kind.ORDER_PLACED) == 1 + len(needs)


def test_a_member_who_is_due_stays_due_when_a_group_fails() -> None:
    group = {"id": "pintuan", "type": "group_buy", "from_day": 20.0, "days": 5.0,
             "prices": [{"id": "rice", "price_fen": 2000}]}  # fmt: skip
    scene = stage(group, products=[product(repurchase_days=0.0)])
    effort = scene.model.behaviour.deciding.effort
    object.__setattr__(effort, "buy_alone", 0.0)
    averse = scene.at(DAY, lambda: object.__setattr__(effort, "buy_alone", 100.0))
    averse.reads(100, 0).reads(20 * DAY, 0).reads(22 * DAY, 0)
    played(scene)
    assert scene.count(Kind.REFUNDED) == 2  # tried twice: the first try did not count as having it


def test_goods_that_went_back_are_not_held() -> None:
    kept = played(stage().reads(100, 0))
    assert kept.model.members[0].has_bought
    back = played(stage(products=[product(return_prob=1.0)]).reads(100, 0))
    assert back.count(Kind.REFUNDED, Kind.REFUNDED_AFTER) == 1
    assert not back.model.members[0].has_bought
    failed = played(
        stage({"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2000}]}).reads(
            100, 0
        )
    )
    assert not failed.model.members[0].has_bought
    assert failed.model.products[0].adopters == 0


def test_the_reference_price_follows_prices_paid() -> None:
    scene = stage(products=[product(reference_price_fen=4000)]).reads(100, 0)
    played(scene)
    assert scene.model.members[0].reference_fen(0) == pytest.approx(0.75 * 4000 + 0.25 * 3000)


def test_reviews_are_seen_by_those_who_come_later() -> None:
    reviews = {
        "behaviour": {"after_sales": {"review_prob": 1.0}},
        "products": [product(quality=0.9, known_share=0.0)],
    }
    scene = stage(**reviews)
    seen: list[float] = []
    scene.model.watch = frozenset({8, 9})
    scene.model.on_decision = lambda one: seen.append(one.routes[0].terms["quality"])
    scene.reads(50, 8)
    for member in range(6):
        scene.reads(100, member)
    played(scene.reads(35 * DAY, 9))
    assert scene.count(Kind.REVIEW) == 8
    assert seen[1] > seen[0]


def test_messages_heard_from_adopters_count_once_each() -> None:
    averse = {"behaviour": {"deciding": {"base": {"staple": -50.0}}}}
    scene = stage(community=graph(12, [(0, 1)]), **averse)
    for number in range(3):
        scene.at(100 + number, scene.model.share_as_buyer, 0, 0, number)
    object.__setattr__(scene.model.behaviour.sharing, "intercept", 90.0)
    played(scene)
    assert scene.model.members[1].standing(0).heard == {0}


def bulk(price_fen: int) -> dict[str, Any]:
    return {
        "id": "pintuan", "type": "group_buy", "virtual_fill": "any", "limit_per_member": 9,
        "limit_per_order": 9,
        "prices": [{"id": "rice", "price_fen": price_fen}],
    }  # fmt: skip


def test_a_stockpile_grows_with_the_discount() -> None:
    def units(price_fen: int) -> int:
        scene = stage(
            bulk(price_fen), products=[product(repurchase_days=1000.0)], population={"members": 100}
        )
        for member in range(100):
            scene.reads(100, member)
        return sum(row["value"] for row in played(scene).rows(Kind.ORDER_CONFIRMED))

    assert units(3000) == 100
    assert units(1500) > 150


def test_prices_of_several_units_hold_one_coupon() -> None:
    coupon = {"id": "quan", "type": "coupon", "off_fen": 100, "threshold_fen": 100}
    scene = stage(bulk(1500), coupon, products=[product(repurchase_days=1000.0)], population={"members": 50})
    for member in range(50):
        scene.reads(100, member)
    played(scene)
    units = {row["order"]: row["value"] for row in scene.rows(Kind.ORDER_CONFIRMED)}
    assert max(units.values()) > 2
    for row in scene.rows(Kind.ORDER_PAID):
        assert row["amount_fen"] == 1500 * units[row["order"]] - 100
