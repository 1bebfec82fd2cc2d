"""Referral 邀请有礼 and review cash-back 晒单返现, corner by corner."""

from typing import Any

import pytest
from stage import Stage, bare, product

from sim.events import Kind
from sim.ledger import books_residual_fen
from sim.units import DAY

ALONE = {"deciding": {"effort": {"buy_alone": 0.0}}}


def stage(*mechanics: dict[str, Any], **changes: Any) -> Stage:
    return Stage(bare(*mechanics, **({"behaviour": ALONE} | changes)))


def invite(**changes: Any) -> dict[str, Any]:
    return {"id": "invite", "type": "referral", "sender_fen": 500} | changes


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def rewards(scene: Stage) -> list[tuple[int, int, int]]:
    return [(row["actor"], row["source"], row["amount_fen"]) for row in scene.rows(Kind.REWARD_PAID)]


@pytest.mark.parametrize(
    ("who", "expected"),
    [("sender", [(0, 5, 500)]), ("receiver", [(5, 0, 300)]), ("both", [(0, 5, 500), (5, 0, 300)])],
)
def test_sender_receiver_or_both_are_rewarded(who: str, expected: list[tuple[int, int, int]]) -> None:
    scene = stage(invite(rewards=who, receiver_fen=300)).reads(100, 5, sender=0).reads(200, 6)
    assert rewards(played(scene)) == expected


@pytest.mark.parametrize(("when", "kind"), [("paid", Kind.ORDER_PAID), ("received", Kind.RECEIVED)])
def test_the_reward_comes_with_payment_or_receipt(when: str, kind: Kind) -> None:
    scene = played(stage(invite(when=when)).reads(100, 5, sender=0))
    assert [row["time_s"] for row in scene.rows(Kind.REWARD_PAID)] == [scene.rows(kind)[0]["time_s"]]


def test_goods_sent_back_before_receipt_earn_no_reward_on_receipt() -> None:
    changes = {"products": [product(return_prob=1.0)], "orders": {"auto_receive_days": 60.0}}
    scene = played(stage(invite(), **changes).reads(100, 5, sender=0))
    assert scene.count(Kind.REFUNDED) == 1
    assert rewards(scene) == []


@pytest.mark.parametrize(("only", "expected"), [(True, []), (False, [(0, 5, 500)])])
def test_old_customers_count_only_where_they_are_meant_to(only: bool, expected: Any) -> None:
    old = {"population": {"segments": [{"id": "all", "browse_per_day": 0.0, "old_customer_share": 1.0}]}}
    assert rewards(played(stage(invite(new_customers_only=only), **old).reads(100, 5, sender=0))) == expected


def test_a_sender_earns_so_often_a_day() -> None:
    scene = stage(invite(when="paid", daily_cap=2))
    for member in range(5, 9):
        scene.reads(100, member, sender=0)
    scene.reads(100, 9, sender=1).reads(DAY + 100, 10, sender=0)
    senders = [reward[0] for reward in rewards(played(scene))]
    assert sorted(senders) == [0, 0, 0, 1]


def test_a_lottery_pays_some_of_them_that_much_more() -> None:
    scene = stage(invite(when="paid", lottery_prob=0.25, daily_cap=None), population={"members": 200})
    for member in range(1, 200):
        scene.reads(100, member, sender=0)
    won = rewards(played(scene))
    assert {amount for _, _, amount in won} == {2000}
    assert 25 < len(won) < 75


def test_only_rewards_that_were_won_count_for_the_cap() -> None:
    lots = invite(when="paid", lottery_prob=0.25, daily_cap=10)
    scene = stage(lots, population={"members": 200})
    for member in range(1, 200):
        scene.reads(100, member, sender=0)
    assert len(rewards(played(scene))) == 10


def test_a_promised_reward_moves_the_receiver_and_only_one_who_counts() -> None:
    scene = stage(invite(rewards="receiver", receiver_fen=300))
    seen: list[float] = []
    scene.model.watch = frozenset({5, 6})
    scene.model.on_decision = lambda decision: seen.append(decision.routes[0].terms["incentive"])
    played(scene.reads(100, 5, sender=0).reads(200, 6))
    assert seen == [scene.model.behaviour.deciding.incentive, 0.0]
    assert seen[0] > 0.0


# review cash-back

REVIEWS = {"after_sales": {"review_prob": 1.0}, **ALONE}


def cash_back(**changes: Any) -> dict[str, Any]:
    return {"id": "show", "type": "review_cash_back", "cash_fen": 200} | changes


def test_reviewers_get_cash_after_the_delay() -> None:
    scene = stage(cash_back(delay_days=2.0), behaviour=REVIEWS, run={"horizon_days": 30.0}).reads(100, 5)
    played(scene)
    assert rewards(scene) == [(5, -1, 200)]
    assert scene.rows(Kind.REWARD_PAID)[0]["time_s"] == scene.rows(Kind.REVIEW)[0]["time_s"] + 2 * DAY


def test_two_cash_backs_for_one_review_both_pay() -> None:
    two = (cash_back(), cash_back(id="more", cash_fen=50))
    scene = stage(*two, behaviour=REVIEWS, run={"horizon_days": 30.0}).reads(100, 5)
    assert sorted(amount for _, _, amount in rewards(played(scene))) == [50, 200]


def test_cash_for_good_reviews_only_and_while_the_budget_lasts() -> None:
    def paid(quality: float, **changes: Any) -> int:
        goods = [product(quality=quality, known_share=1.0)]
        scene = stage(cash_back(**changes), behaviour=REVIEWS, products=goods, run={"horizon_days": 30.0})
        for member in range(4):
            scene.reads(100, member)
        return played(scene).count(Kind.REWARD_PAID)

    assert paid(0.2, lowest_rating=4) == 0
    assert paid(0.2, lowest_rating=1) == 4
    assert paid(0.9, lowest_rating=4) == 4
    assert paid(0.9, total=3) == 3


def test_a_review_of_goods_that_went_back_is_not_paid() -> None:
    goods = {"products": [product(return_prob=1.0)], "run": {"horizon_days": 60.0}}
    scene = stage(cash_back(delay_days=30.0), behaviour=REVIEWS, **goods).reads(100, 5)
    played(scene)
    assert scene.count(Kind.REVIEW) == scene.count(Kind.REFUNDED, Kind.REFUNDED_AFTER) == 1
    assert rewards(scene) == []
