"""Community group-buy 社区团购, corner by corner. 0 leads the chat of 0-5, 6 is near nobody."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from stage import Stage, bare, graph, product

from sim.engine.model import CommunityModel
from sim.events import Kind, Reason
from sim.ledger import books_residual_fen
from sim.mechanics.community_group_buy import CommunityGroupBuy
from sim.people import DISTRIBUTOR
from sim.population import populate
from sim.units import DAY, HOUR

OPEN, CUT_OFF = 14 * HOUR, 24 * HOUR


def tuan(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": "tuan", "type": "community_group_buy", "prices": [{"id": "rice", "price_fen": 2000}],
        "leader_posts_per_day": 0,
    }  # fmt: skip
    return plain | changes


@pytest.fixture(autouse=True)
def one_leader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Member 0 is the only distributor of the start."""

    def with_leader(*args: Any) -> Any:
        people = populate(*args)
        role = np.zeros_like(people.role)
        role[0] = DISTRIBUTOR
        return replace(people, role=role, upline=np.full_like(people.upline, -1))

    monkeypatch.setattr("sim.engine.model.populate", with_leader)


def stage(*, changes: dict[str, Any] | None = None, **settings: Any) -> Stage:
    kinds = {"communities": {"chats": [{"id": "chat"}]}}
    return Stage(bare(tuan(**settings), **(kinds | (changes or {}))), graph(12, chats=[range(6)]))


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def mechanic(scene: Stage) -> CommunityGroupBuy:
    found = scene.model.mechanics.all[0]
    assert isinstance(found, CommunityGroupBuy)
    return found


def test_orders_wait_for_the_cut_off_and_arrive_next_day() -> None:
    scene = played(stage().reads(OPEN, 1).reads(OPEN + HOUR, 2))
    assert [row["time_s"] for row in scene.rows(Kind.ORDER_CONFIRMED)] == [CUT_OFF] * 2
    assert {row["time_s"] for row in scene.rows(Kind.DELIVERED)} == {DAY + int(11.5 * HOUR)}


def test_the_list_is_open_from_its_hour_to_the_cut_off() -> None:
    scene = (
        stage(cut_off_hour=20.0).reads(OPEN - 1, 1).reads(OPEN, 2).reads(20 * HOUR - 1, 3).reads(20 * HOUR, 4)
    )
    assert played(scene).actors(Kind.ORDER_PLACED) == [2, 3]


def test_only_who_is_near_a_leader_can_order() -> None:
    assert played(stage().reads(OPEN, 5).reads(OPEN, 6)).actors(Kind.ORDER_PLACED) == [5]


def test_below_the_minimum_the_days_orders_are_refunded() -> None:
    enough = played(stage(minimum_order_fen=4000).reads(OPEN, 1).reads(OPEN, 2))
    assert enough.count(Kind.RECEIVED) == 2
    short = played(stage(minimum_order_fen=4001).reads(OPEN, 1).reads(OPEN, 2))
    assert short.reasons(Kind.REFUNDED) == [Reason.MINIMUM] * 2
    assert short.count(Kind.COMMISSION_ACCRUED) == 0


def test_the_leader_earns_by_the_tier_of_the_months_turnover_and_not_on_own_orders() -> None:
    tiers = [{"from_fen": 0, "share": 0.08}, {"from_fen": 4000, "share": 0.10}]
    scene = stage(leader_commission=tiers)
    scene.reads(OPEN, 1).reads(OPEN, 0).reads(OPEN + DAY, 2)
    played(scene)
    accrued = scene.rows(Kind.COMMISSION_ACCRUED)
    assert [(row["actor"], row["source"], row["amount_fen"]) for row in accrued] == [(0, 1, 160), (0, 2, 200)]
    received_s = {row["order"]: row["time_s"] for row in scene.rows(Kind.RECEIVED)}
    paid = scene.rows(Kind.COMMISSION_PAID)
    assert all(row["time_s"] == received_s[row["order"]] for row in paid)


@pytest.mark.parametrize(
    ("receive_days", "kind"), [(60.0, Kind.COMMISSION_REVERSED), (0.0, Kind.COMMISSION_CLAWED)]
)
def test_returned_goods_take_the_leaders_commission_back(receive_days: float, kind: Kind) -> None:
    changes = {
        "products": [product(return_prob=1.0)],
        "orders": {"auto_receive_days": receive_days, "refund_window_days": 60.0},
    }
    scene = played(stage(changes=changes).reads(OPEN, 1))
    assert scene.fen(kind) == scene.fen(Kind.COMMISSION_ACCRUED) == 160
    assert scene.fen(Kind.COMMISSION_COLLECTED) == (160 if kind is Kind.COMMISSION_CLAWED else 0)


def test_the_quota_is_each_days() -> None:
    scene = stage(prices=[{"id": "rice", "price_fen": 2000, "quota": 1}])
    scene.reads(OPEN, 1).reads(OPEN + 10, 2).reads(OPEN + DAY, 3).reads(OPEN + DAY + 10, 4)
    played(scene)
    assert scene.actors(Kind.ORDER_PLACED) == [1, 3]
    assert scene.reasons(Kind.DISAPPOINTED) == [Reason.STOCK] * 2


def test_an_order_cancelled_after_its_day_gives_the_next_day_nothing() -> None:
    late = {"orders": {"payment_prob": 0.0, "unpaid_timeout_minutes": 60.0}}
    scene = stage(
        changes=late, prices=[{"id": "rice", "price_fen": 2000, "quota": 1}], limit_per_member_day=1
    )
    scene.reads(CUT_OFF - 60, 1)
    played(scene.at(DAY + OPEN, lambda: None))
    assert [row["value"] for row in scene.rows(Kind.QUOTA)] == [-1]
    assert mechanic(scene).quota.left == {0: 1}
    assert mechanic(scene).bought_today.of(1) == 0


def test_who_pays_after_the_cut_off_goes_with_the_next_day() -> None:
    scene = played(stage().reads(CUT_OFF - 1, 1))
    assert [row["time_s"] for row in scene.rows(Kind.ORDER_PAID)] == [CUT_OFF]
    assert [row["time_s"] for row in scene.rows(Kind.ORDER_CONFIRMED)] == [CUT_OFF + DAY]


def test_who_pays_after_the_last_cut_off_is_refunded() -> None:
    scene = played(stage().reads(4 * DAY + CUT_OFF - 1, 1))
    assert scene.reasons(Kind.REFUNDED) == [Reason.OFFER_ENDED]
    assert scene.fen(Kind.REFUNDED) == 2000


def test_a_member_orders_so_much_a_day() -> None:
    goods = [product(), product("soap"), product("tea")]
    prices = [{"id": one["id"], "price_fen": 2000} for one in goods]
    scene = stage(changes={"products": goods}, prices=prices, limit_per_member_day=2)
    for number in range(3):
        scene.reads(OPEN + number, 1, product=number)
    scene.reads(OPEN + DAY, 1, product=2)
    played(scene)
    assert [row["product"] for row in scene.rows(Kind.ORDER_PLACED)] == [0, 1, 2]
    assert [row["time_s"] // DAY for row in scene.rows(Kind.ORDER_PLACED)] == [0, 0, 1]


def test_the_leader_posts_into_the_chat_every_day() -> None:
    scene = played(
        stage(leader_posts_per_day=2, changes={"behaviour": {"deciding": {"base": {"staple": -50.0}}}})
    )
    sent = scene.rows(Kind.SEND)
    assert len(sent) == 10
    assert {(row["actor"], row["value"]) for row in sent} == {(0, 5)}
    assert [row["time_s"] % DAY for row in sent[:2]] == [OPEN + 60, OPEN + 5 * HOUR + 60]


def test_two_leaders_share_a_chat_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_leaders(*args: Any) -> Any:
        people = populate(*args)
        role = np.zeros_like(people.role)
        role[[0, 1]] = DISTRIBUTOR
        return replace(people, role=role, upline=np.full_like(people.upline, -1))

    monkeypatch.setattr("sim.engine.model.populate", with_leaders)
    scenario = bare(tuan(), population={"members": 60}, communities={"chats": [{"id": "chat"}]})
    model = CommunityModel(scenario, graph(60, chats=[range(60)]))
    leader_of = next(one for one in model.mechanics.all if isinstance(one, CommunityGroupBuy)).leader_of
    assert leader_of[0] == 0
    assert leader_of[1] == 1
    shares = [leader_of.tolist().count(leader) for leader in (0, 1)]
    assert sum(shares) == 60
    assert min(shares) > 15  # not all with the lowest number


def test_a_coupon_is_used_where_the_shop_allows_it() -> None:
    def paid(*stacking: str) -> list[int]:
        quan = {"id": "quan", "type": "coupon", "off_fen": 300, "threshold_fen": 300}
        kinds = {"communities": {"chats": [{"id": "chat"}]}, "orders": {"stacking": stacking}}
        scene = Stage(bare(tuan(), quan, **kinds), graph(12, chats=[range(6)])).reads(OPEN, 1)
        return [row["amount_fen"] for row in played(scene).rows(Kind.ORDER_PAID)]

    assert paid() == [2000]
    assert paid("community") == [1700]


def test_a_tier_may_pay_less() -> None:
    tiers = [{"from_fen": 0, "share": 0.1}, {"from_fen": 1000, "share": 0.05}]
    scene = played(stage(leader_commission=tiers).reads(OPEN, 1).reads(OPEN + DAY, 2))
    assert [row["amount_fen"] for row in scene.rows(Kind.COMMISSION_ACCRUED)] == [200, 100]
