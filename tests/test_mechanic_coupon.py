"""Coupon 优惠券, corner by corner."""

from typing import Any

import pytest
from stage import Stage, bare, product

from sim.events import Kind
from sim.ledger import Account, balances_fen, books_residual_fen
from sim.units import DAY, HOUR


def coupon(**changes: Any) -> dict[str, Any]:
    return {"id": "quan", "type": "coupon", "off_fen": 500, "threshold_fen": 2000} | changes


def stage(*mechanics: dict[str, Any], **changes: Any) -> Stage:
    free = {"behaviour": {"deciding": {"effort": {"buy_alone": 0.0}}}}
    return Stage(bare(*mechanics, **(free | changes)))


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def paid(scene: Stage) -> list[int]:
    return [row["amount_fen"] for row in scene.rows(Kind.ORDER_PAID)]


def test_a_coupon_takes_its_sum_or_share_off_once() -> None:
    goods = {"products": [product(), product("soap")]}
    scene = played(stage(coupon(), **goods).reads(100, 0).reads(200, 0, product=1))
    assert paid(scene) == [2500, 3000]
    assert [row["amount_fen"] for row in scene.rows(Kind.COUPON_USED)] == [500]
    share = played(stage(coupon(off_fen=0, off_share=0.1, threshold_fen=0)).reads(100, 0))
    assert paid(share) == [2700]


@pytest.mark.parametrize(("threshold", "price"), [(3000, 2500), (3001, 3000)])
def test_the_goods_must_cost_at_least_the_threshold(threshold: int, price: int) -> None:
    assert paid(played(stage(coupon(threshold_fen=threshold)).reads(100, 0))) == [price]


def test_a_coupon_lapses_to_the_second() -> None:
    scene = stage(coupon(valid_hours=2.0, channel="granted")).reads(2 * HOUR - 1, 0).reads(2 * HOUR, 1)
    assert paid(played(scene)) == [2500, 3000]


def test_no_more_are_given_out_than_there_are() -> None:
    scene = played(stage(coupon(total=5)))
    holders = scene.actors(Kind.COUPON_GRANTED)
    assert len(set(holders)) == len(holders) == 5
    assert sorted(holders) != list(range(5))  # not the lowest numbers first: those are hubs in many graphs


def test_each_gets_so_many_and_may_claim_again_when_one_has_lapsed() -> None:
    handed_out = played(stage(coupon(per_member=2)))
    assert handed_out.count(Kind.COUPON_GRANTED) == 24
    averse = {"behaviour": {"deciding": {"base": {"staple": -50.0}}}}
    claimed = stage(coupon(channel="claimed_on_reading", per_member=2, valid_hours=1.0), **averse)
    for hour in (1, 1.5, 3, 5):
        claimed.reads(int(hour * HOUR), 0)
    played(claimed)
    assert [row["time_s"] for row in claimed.rows(Kind.COUPON_GRANTED)] == [HOUR, 3 * HOUR]


def test_newcomers_only() -> None:
    people = {"population": {"segments": [{"id": "all", "browse_per_day": 0.0, "old_customer_share": 0.5}]}}
    scene = stage(coupon(channel="newcomers"), **people)
    new = [member for member in range(12) if not scene.model.people.old_customer[member]]
    assert sorted(played(scene).actors(Kind.COUPON_GRANTED)) == new


def test_some_get_one_and_the_same_ones_and_more_with_a_wider_audience() -> None:
    few = set(played(stage(coupon(audience_share=0.3))).actors(Kind.COUPON_GRANTED))
    more = set(played(stage(coupon(audience_share=0.7))).actors(Kind.COUPON_GRANTED))
    assert few < more


GROUP = {
    "id": "pintuan", "type": "group_buy", "group_size": 2, "prices": [{"id": "rice", "price_fen": 2400}],
    "leader_discount_fen": 100,
}  # fmt: skip
NOT_ALONE = {"behaviour": {"deciding": {"effort": {"buy_alone": 100.0, "open_group": 1.0}}}}


@pytest.mark.parametrize(
    ("stacking", "prices"),
    [
        ([], [2300, 2400]),
        (["group"], [2300, 1900]),  # the leader's own discount does not go with a coupon
        (["group", "leader_discount"], [1800, 1900]),
    ],
)
def test_it_combines_with_a_group_price_as_the_shop_allows(stacking: list[str], prices: list[int]) -> None:
    scene = stage(GROUP, coupon(), orders={"stacking": stacking}, **NOT_ALONE)
    assert paid(played(scene.reads(100, 0).reads(200, 1))) == prices


@pytest.mark.parametrize(("stacking", "price"), [([], 2200), (["coupon"], 1700)])
def test_two_coupons_go_together_only_where_the_shop_allows(stacking: list[str], price: int) -> None:
    scene = stage(coupon(), coupon(id="second", off_fen=800), orders={"stacking": stacking})
    assert paid(played(scene.reads(100, 0))) == [price]
    assert scene.count(Kind.COUPON_USED) == (2 if stacking else 1)


def test_an_unpaid_order_gives_the_coupon_back_with_the_time_it_had() -> None:
    scene = stage(coupon(valid_hours=2.0), orders={"payment_prob": 0.0, "unpaid_timeout_minutes": 30.0})
    scene.reads(100, 0).reads(2 * HOUR - 1, 0).reads(4 * HOUR, 0)
    played(scene)
    assert [row["amount_fen"] for row in scene.rows(Kind.ORDER_PLACED)] == [2500, 2500, 3000]
    assert scene.count(Kind.COUPON_RETURNED) == 2


def test_a_failed_group_gives_the_coupon_back() -> None:
    goods = {"products": [product(), product("soap")]}
    scene = stage(GROUP | {"leader_discount_fen": 0}, coupon(), **(NOT_ALONE | goods))
    effort = scene.model.behaviour.deciding.effort
    scene.reads(100, 0).at(2 * DAY - 1, lambda: object.__setattr__(effort, "buy_alone", 0.0))
    played(scene.reads(2 * DAY, 0, product=1))
    assert paid(scene) == [1900, 2500]


def test_what_the_platform_bears_reaches_the_merchant_and_goes_back_with_a_refund() -> None:
    borne = coupon(borne_by="platform")
    sold = played(stage(borne).reads(100, 0))
    assert sold.fen(Kind.SUBSIDY) == 500
    assert [row["amount_fen"] for row in sold.rows(Kind.RECEIVED)] == [3000]
    assert sold.table is not None
    assert balances_fen(sold.table)[Account.PLATFORM] == -500
    failed = played(
        stage(GROUP, borne, orders={"stacking": ["group", "leader_discount"]}, **NOT_ALONE).reads(100, 0)
    )
    assert [row["amount_fen"] for row in failed.rows(Kind.SUBSIDY)] == [500, -500]


@pytest.mark.parametrize("after_days", [1.0, 9.0])
def test_returned_goods_return_what_the_platform_bore(after_days: float) -> None:
    changes = {
        "products": [product(return_prob=1.0)],
        "orders": {"auto_receive_days": after_days - 0.5, "refund_window_days": 20.0},
    }
    scene = played(stage(coupon(borne_by="platform"), **changes).reads(100, 0))
    assert scene.table is not None
    assert scene.fen(Kind.REFUNDED, Kind.REFUNDED_AFTER) == 2500
    assert balances_fen(scene.table)[Account.PLATFORM] == 0
