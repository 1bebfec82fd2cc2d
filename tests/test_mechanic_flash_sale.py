"""Flash sale 秒杀 and the stock behind it, corner by corner."""

from typing import Any

import pytest
from stage import Stage, bare, product

from sim.events import Kind, Reason
from sim.ledger import books_residual_fen
from sim.units import DAY, HOUR

OPENS = 20 * HOUR


def seckill(**changes: Any) -> dict[str, Any]:
    plain = {"id": "seckill", "type": "flash_sale", "prices": [{"id": "rice", "price_fen": 900, "quota": 2}]}
    return plain | changes


def stage(*, orders: dict[str, Any] | None = None, stock: int | None = None, **changes: Any) -> Stage:
    return Stage(bare(seckill(**changes), orders=orders or {}, products=[product(stock=stock)]))


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def test_only_while_a_session_is_open_can_it_be_bought() -> None:
    scene = stage(reminders=False).reads(OPENS - 1, 0).reads(OPENS, 1).reads(OPENS + 2 * HOUR, 2)
    played(scene)
    assert scene.actors(Kind.ORDER_PLACED) == [1]
    assert scene.fen(Kind.ORDER_PAID) == 900
    assert [row["time_s"] for row in scene.rows(Kind.SALE_OPENED)] == [OPENS + day * DAY for day in range(5)]
    assert [row["value"] for row in scene.rows(Kind.SALE_CLOSED)] == [1, 2, 2, 2, 2]


def test_each_session_has_its_own_quota_and_a_sold_out_one_disappoints() -> None:
    scene = stage()
    for member in range(3):
        scene.reads(OPENS + member, member)
    for member in range(3, 6):
        scene.reads(OPENS + DAY + member, member)
    played(scene)
    assert scene.actors(Kind.ORDER_PLACED) == [0, 1, 3, 4]
    assert scene.actors(Kind.DISAPPOINTED) == [2, 5]
    assert scene.reasons(Kind.DISAPPOINTED) == [Reason.STOCK] * 2
    assert scene.count(Kind.SOLD_OUT) == 2


def test_sessions_that_follow_each_other_directly_both_open_and_close() -> None:
    scene = stage(start_hours=[10.0, 12.0, 14.0, 16.0, 18.0], duration_hours=2.0)
    for start in (10, 12, 14, 16, 18):
        scene.reads(start * HOUR, start - 10)
    played(scene)
    assert scene.count(Kind.SALE_OPENED) == scene.count(Kind.SALE_CLOSED) == 25
    assert [row["value"] for row in scene.rows(Kind.SALE_CLOSED)][:5] == [1] * 5
    kinds = [row["kind"] for row in scene.rows(Kind.SALE_OPENED, Kind.SALE_CLOSED)]
    assert kinds == [Kind.SALE_OPENED, Kind.SALE_CLOSED] * 25  # never two at once


def test_an_unpaid_hold_is_released_and_sold_again_while_the_session_is_open() -> None:
    prices = [{"id": "rice", "price_fen": 900, "quota": 1}]
    scene = stage(orders={"payment_prob": 0.0, "unpaid_timeout_minutes": 30.0}, prices=prices)
    scene.reads(OPENS, 0).reads(OPENS + 1799, 1).reads(OPENS + 1800, 2).reads(OPENS + DAY, 3)
    played(scene)
    assert scene.actors(Kind.ORDER_PLACED) == [0, 2, 3]
    assert scene.reasons(Kind.ORDER_CANCELLED) == [Reason.UNPAID] * 3
    assert scene.actors(Kind.DISAPPOINTED) == [1]
    late = stage(orders={"payment_prob": 0.0, "unpaid_timeout_minutes": 180.0}, prices=prices)
    played(late.reads(OPENS, 0))
    assert [row["value"] for row in late.rows(Kind.QUOTA)] == [-1]  # too late for this session


def test_the_server_takes_so_many_orders_a_second_and_a_long_queue_turns_away() -> None:
    prices = [{"id": "rice", "price_fen": 900}]
    scene = stage(prices=prices, throughput_per_second=0.5, patience_seconds=4.0)
    for member in range(5):
        scene.reads(OPENS + 5, member)
    played(scene)
    assert scene.count(Kind.ORDER_PLACED) == 3  # the queue is 0, 2 and 4 seconds long, then 6
    assert scene.reasons(Kind.DISAPPOINTED) == [Reason.QUEUE] * 2


def test_bots_take_units_that_nobody_pays_for() -> None:
    scene = stage(bots=2, bot_seconds=1.0).reads(OPENS + 60, 0).reads(OPENS + 1900, 1)
    played(scene)
    assert scene.actors(Kind.DISAPPOINTED) == [0]
    assert scene.actors(Kind.ORDER_PLACED) == [1]  # the holds have timed out
    first_day = [row["value"] for row in scene.rows(Kind.QUOTA) if row["time_s"] < DAY]
    assert first_day == [-1, -1, 1, 1, -1]


def test_the_reminded_arrive_at_the_opening() -> None:
    prices = [{"id": "rice", "price_fen": 900, "quota": 12}]
    scene = stage(prices=prices)
    for member in range(12):
        scene.reads(OPENS - 3600, member)
    played(scene)
    assert scene.count(Kind.RESERVE) == 12
    placed = [row["time_s"] for row in scene.rows(Kind.ORDER_PLACED)]
    assert len(placed) == 12
    assert min(placed) >= OPENS
    assert max(placed) < OPENS + 600


def test_a_reminder_is_asked_for_once_and_not_too_early() -> None:
    scene = stage(reminder_days=0.5).reads(OPENS - 13 * HOUR, 0).reads(OPENS - 60, 1).reads(OPENS - 30, 1)
    played(scene)
    assert scene.actors(Kind.RESERVE) == [1]


def test_the_progress_bar_shows_more_than_the_truth_where_it_is_told_to() -> None:
    scene = stage(progress_start_share=0.4)
    sale = scene.model.mechanics.all[0]
    shown: list[float] = []
    scene.at(OPENS + 1, lambda: shown.append(sale._shown_progress(0)))
    scene.reads(OPENS + 2, 0).at(OPENS + 3, lambda: shown.append(sale._shown_progress(0)))
    played(scene)
    assert shown == pytest.approx([0.4, 0.7])
    hidden = stage(progress_bar=False, progress_start_share=0.4)
    assert hidden.model.mechanics.all[0]._shown_progress(0) == 0.0


def test_without_stock_a_session_sells_nothing() -> None:
    unset = [{"id": "rice", "price_fen": 900, "quota": None}]
    scene = played(stage(prices=unset, stock=0).reads(OPENS, 0))
    assert scene.count(Kind.ORDER_PLACED) == 0
    assert scene.reasons(Kind.DISAPPOINTED) == [Reason.STOCK]
    assert scene.count(Kind.STOCK, Kind.QUOTA) == 0


def test_a_member_buys_no_more_than_the_limit_over_all_sessions() -> None:
    def limited(total: int) -> Stage:
        scene = Stage(bare(seckill(limit_total=total), products=[product(repurchase_days=0.0)]))
        scene.reads(OPENS, 0).reads(OPENS + 3 * DAY, 0)
        return played(scene)

    assert limited(1).count(Kind.ORDER_PLACED) == 1
    assert limited(2).count(Kind.ORDER_PLACED) == 2


# stock, whatever the offer


def alone(*, orders: dict[str, Any], stock: int) -> Stage:
    scene = Stage(bare(products=[product(stock=stock)], orders=orders))
    for member in range(4):
        scene.reads(100, member)
    return scene


def test_stock_deducted_on_order_is_held_by_who_does_not_pay() -> None:
    scene = alone(orders={"payment_prob": 0.0}, stock=2).reads(5000, 5)
    played(scene)
    assert scene.count(Kind.ORDER_PLACED) == 3
    assert scene.count(Kind.DISAPPOINTED) == 2
    assert [row["value"] for row in scene.rows(Kind.STOCK)] == [-1, -1, 1, 1, -1, 1]


def test_stock_deducted_on_payment_fails_who_pays_too_late() -> None:
    scene = played(alone(orders={"stock_deducted_on": "payment"}, stock=2))
    assert scene.count(Kind.ORDER_PLACED) == 4
    assert scene.count(Kind.ORDER_PAID) == 2
    assert scene.reasons(Kind.ORDER_CANCELLED) == [Reason.STOCK] * 2
    assert [row["value"] for row in scene.rows(Kind.STOCK)] == [-1, -1]


@pytest.mark.parametrize("deducted", ["order", "payment"])
def test_without_a_guard_more_is_sold_than_there_is_and_refunded(deducted: str) -> None:
    scene = played(alone(orders={"stock_deducted_on": deducted, "oversell_guard": False}, stock=1))
    assert scene.count(Kind.ORDER_PAID) == 4
    assert scene.reasons(Kind.REFUNDED) == [Reason.OVERSOLD] * 3
    assert scene.count(Kind.RECEIVED) == 1
    assert sum(row["value"] for row in scene.rows(Kind.STOCK)) == -1


def test_nobody_pays_where_nobody_pays() -> None:
    scene = played(alone(orders={"payment_prob": 0.0}, stock=9))
    assert scene.count(Kind.ORDER_PAID) == 0
    assert scene.count(Kind.ORDER_CANCELLED) == 4


def test_an_aversion_keeps_everybody_from_buying() -> None:
    averse = {"deciding": {"base": {"staple": -50.0}}}
    scene = Stage(bare(behaviour=averse)).reads(100, 0).reads(200, 1)
    played(scene)
    assert scene.count(Kind.READ) == 2
    assert scene.count(Kind.CONSIDER, Kind.ORDER_PLACED) == 0


def test_returned_goods_are_sold_again_unless_they_cannot_be() -> None:
    for resellable, sold in ((True, 2), (False, 1)):
        goods = product(stock=1, return_prob=1.0, resellable=resellable)
        scene = Stage(bare(products=[goods], run={"horizon_days": 40.0})).reads(100, 0).reads(39 * DAY, 1)
        played(scene)
        assert scene.count(Kind.ORDER_PLACED) == sold
        assert scene.fen(Kind.RESTOCKED) == (1000 * sold if resellable else 0)
        assert scene.fen(Kind.REFUNDED, Kind.REFUNDED_AFTER) == scene.fen(Kind.ORDER_PAID)


def test_a_wallet_binds_for_a_month_and_is_freed_by_a_refund() -> None:
    segment = {"id": "all", "browse_per_day": 0.0, "wallet_per_30_days_fen": 5000}
    goods = [product(), product("soap"), product("tea")]
    people = {"population": {"segments": [segment]}}
    scene = Stage(bare(products=goods, run={"horizon_days": 40.0}, **people))
    scene.reads(100, 0, product=0).reads(200, 0, product=1).reads(31 * DAY, 0, product=2)
    played(scene)
    assert [row["product"] for row in scene.rows(Kind.ORDER_PLACED)] == [0, 2]
    unpaid = Stage(bare(products=goods, orders={"payment_prob": 0.0}, **people))
    played(unpaid.reads(100, 0, product=0).reads(1000, 0, product=1).reads(5000, 0, product=2))
    assert [row["product"] for row in unpaid.rows(Kind.ORDER_PLACED)] == [0, 2]


def test_without_a_guard_who_ordered_in_time_is_not_the_one_who_is_refunded() -> None:
    scene = played(alone(orders={"oversell_guard": False}, stock=1))
    # the first to order, not the last to pay
    assert [row["order"] for row in scene.rows(Kind.RECEIVED)] == [0]


def test_without_a_guard_units_that_come_back_serve_who_was_one_too_many() -> None:
    rules = {"oversell_guard": False, "payment_prob": 0.0, "unpaid_timeout_minutes": 10.0}
    scene = Stage(bare(products=[product(stock=1)], orders=rules))
    paying = scene.model.rules.model_copy(update={"payment_prob": 1.0, "payment_delay_minutes": 60.0})
    scene.reads(100, 0).at(500, lambda: setattr(scene.model.desk, "rules", paying))
    object.__setattr__(paying, "unpaid_timeout_minutes", 10_000.0)
    played(scene.reads(600, 1))  # 0 times out before 1 pays
    assert scene.actors(Kind.ORDER_CANCELLED) == [0]
    assert scene.actors(Kind.RECEIVED) == [1]


def test_an_early_reminder_makes_a_crowd_and_a_late_one_a_trickle() -> None:
    def arrivals(minutes: float) -> dict[int, int]:
        scene = stage(prices=[{"id": "rice", "price_fen": 900}], remind_minutes=minutes)
        for member in range(12):
            scene.reads(OPENS - 3600, member)
        return {row["actor"]: row["time_s"] - OPENS for row in played(scene).rows(Kind.ORDER_PLACED)}

    late, early = arrivals(0.0), arrivals(30.0)
    assert all(early[member] <= late[member] for member in late)
    assert max(early.values()) < 20 < max(late.values())
    assert min(early.values()) >= 0


def test_a_hold_shorter_than_a_second_is_a_second() -> None:
    scene = played(stage(orders={"unpaid_timeout_minutes": 0.001}, bots=1).reads(OPENS + 60, 0))
    assert [row["value"] for row in scene.rows(Kind.QUOTA)][:2] == [-1, 1]


def test_no_session_opens_after_the_campaign() -> None:
    scene = played(stage(days=100.0))
    assert [row["time_s"] // DAY for row in scene.rows(Kind.SALE_OPENED)] == [0, 1, 2, 3, 4]
