"""Group-buy 拼团, corner by corner: every scene is scripted to the second."""

from typing import Any

import pytest
from stage import Stage, bare, graph, product

from sim.events import Kind, Reason
from sim.ledger import books_residual_fen
from sim.units import DAY, HOUR

PRICE = 2000


def pintuan(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": "pintuan", "type": "group_buy", "group_size": 2, "window_hours": 24.0,
        "prices": [{"id": "rice", "price_fen": PRICE}],
    }  # fmt: skip
    return plain | changes


def stage(
    *, orders: dict[str, Any] | None = None, community: Any = None, more: Any = None, **changes: Any
) -> Stage:
    return Stage(bare(pintuan(**changes), orders=orders or {}, **(more or {})), community)


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def test_two_make_a_group_and_both_pay_the_group_price() -> None:
    scene = played(stage().reads(100, 0).reads(200, 1))
    assert scene.actors(Kind.GROUP_OPENED) == [0]
    assert scene.actors(Kind.GROUP_JOINED) == [0, 1]
    assert [row["value"] for row in scene.rows(Kind.GROUP_SUCCEEDED)] == [2]
    assert [row["amount_fen"] for row in scene.rows(Kind.ORDER_PAID)] == [PRICE, PRICE]
    assert sorted(scene.actors(Kind.RECEIVED)) == [0, 1]
    assert scene.fen(Kind.REFUNDED) == 0


def test_an_unfilled_group_expires_and_everybody_gets_everything_back() -> None:
    scene = played(stage(group_size=3).reads(100, 0).reads(200, 1))
    expired = scene.rows(Kind.GROUP_FAILED)
    assert [row["time_s"] for row in expired] == [101 + 24 * HOUR]
    assert scene.reasons(Kind.GROUP_FAILED) == [Reason.GROUP_EXPIRED]
    assert scene.fen(Kind.REFUNDED) == scene.fen(Kind.ORDER_PAID) == 2 * PRICE
    assert scene.reasons(Kind.REFUNDED) == [Reason.GROUP_EXPIRED] * 2
    assert scene.count(Kind.SHIPPED) == 0


def two_for_the_last_seat(**changes: Any) -> Stage:
    # all three read before any has paid: 0 opened long ago, 1 and 2 pay for the one seat left
    return stage(**changes).reads(100, 0).reads(500, 1).reads(500, 2)


def test_the_second_who_pays_for_the_last_seat_is_refunded() -> None:
    scene = played(two_for_the_last_seat(overflow="refund"))
    assert scene.count(Kind.ORDER_PAID) == 3
    assert scene.reasons(Kind.REFUNDED) == [Reason.GROUP_FULL]
    assert scene.count(Kind.GROUP_OPENED) == 1
    assert scene.count(Kind.RECEIVED) == 2


def test_the_second_who_pays_for_the_last_seat_opens_a_new_group() -> None:
    scene = played(two_for_the_last_seat(overflow="open_new"))
    assert scene.count(Kind.GROUP_OPENED) == 2
    late = scene.actors(Kind.GROUP_OPENED)[1]
    assert late in (1, 2)
    assert scene.reasons(Kind.REFUNDED) == [Reason.GROUP_EXPIRED]  # nobody joined that one


def test_the_second_who_pays_for_the_last_seat_joins_another_group() -> None:
    # 3 opens a group that nobody on the list is told of first: its deadline is later
    scene = stage(overflow="join_another").reads(100, 0)
    scene.reads(100, 3)  # opens its own in the same second, before 0 has paid
    played(scene.reads(500, 1).reads(500, 2))
    assert scene.count(Kind.GROUP_OPENED) == 2
    assert scene.count(Kind.GROUP_SUCCEEDED) == 2
    assert scene.count(Kind.REFUNDED) == 0


def test_join_another_without_another_group_refunds() -> None:
    scene = played(two_for_the_last_seat(overflow="join_another"))
    assert scene.reasons(Kind.REFUNDED) == [Reason.GROUP_FULL]


def test_a_deadline_comes_before_a_payment_in_the_same_second() -> None:
    deadline_s = 101 + 24 * HOUR
    late = played(stage().reads(100, 0).reads(deadline_s - 1, 1))  # would be paid at the deadline
    assert late.reasons(Kind.GROUP_FAILED) == [Reason.GROUP_EXPIRED]
    assert late.reasons(Kind.REFUNDED) == [Reason.GROUP_EXPIRED] * 2
    in_time = played(stage().reads(100, 0).reads(deadline_s - 2, 1))
    assert in_time.count(Kind.GROUP_SUCCEEDED) == 1


def test_a_window_is_capped_by_the_end_of_the_offer() -> None:
    scene = played(stage(window_hours=240.0, days=2.0).reads(100, 0))
    assert [row["time_s"] for row in scene.rows(Kind.GROUP_FAILED)] == [2 * DAY]


def test_a_window_longer_than_the_campaign_runs_off_to_its_end() -> None:
    scene = played(stage(window_hours=240.0, days=8.0).reads(100, 0))
    failed = scene.rows(Kind.GROUP_FAILED)
    assert [(row["time_s"], row["runoff"]) for row in failed] == [(8 * DAY, 1)]
    assert scene.fen(Kind.REFUNDED) == PRICE


def test_who_pays_after_the_offer_has_ended_is_refunded() -> None:
    scene = played(stage(days=2.0).reads(2 * DAY - 1, 0))
    assert scene.reasons(Kind.REFUNDED) == [Reason.OFFER_ENDED]
    assert scene.count(Kind.GROUP_OPENED) == 0


def quits_at(scene: Stage, time_s: int, member: int) -> Stage:
    """Have a waiting member ask for the money back at a second."""
    group_buy = scene.model.mechanics.group_buys[0]

    def quit_() -> None:
        group = group_buy.group_of(member, 0)
        assert group is not None
        order = next(one for one in group.orders if one.member == member)
        group_buy._quit(scene.model, group, order)

    return scene.at(time_s, quit_)


def waiting_three(**changes: Any) -> Stage:
    plain = {"group_size": 4, "refund_before_success": True, "quit_prob": 0.0}
    return stage(**(plain | changes)).reads(100, 0).reads(200, 1).reads(300, 2)


def test_when_the_leader_quits_the_next_joiner_leads() -> None:
    scene = played(quits_at(waiting_three(), 1000, 0).reads(2000, 3).reads(3000, 4))
    changed = scene.rows(Kind.LEADER_CHANGED)
    assert [(row["actor"], row["source"]) for row in changed] == [(1, 0)]
    assert scene.actors(Kind.GROUP_SUCCEEDED) == [1]
    assert scene.reasons(Kind.REFUNDED) == [Reason.BEFORE_SUCCESS]
    assert sorted(scene.actors(Kind.RECEIVED)) == [1, 2, 3, 4]


def test_when_the_leader_quits_the_group_is_dissolved() -> None:
    scene = played(quits_at(waiting_three(leader_quits="dissolve"), 1000, 0))
    assert scene.reasons(Kind.GROUP_FAILED) == [Reason.LEADER_QUIT]
    assert scene.fen(Kind.REFUNDED) == 3 * PRICE


def test_a_member_who_quits_leaves_the_group_open() -> None:
    scene = played(quits_at(waiting_three(group_size=3, leader_quits="dissolve"), 250, 1).reads(2000, 3))
    assert scene.count(Kind.LEADER_CHANGED) == 0
    assert sorted(scene.actors(Kind.RECEIVED)) == [0, 2, 3]


@pytest.mark.parametrize(("restart", "ends_s"), [(False, 101 + 24 * HOUR), (True, 1000 + 24 * HOUR)])
def test_a_new_leader_may_restart_the_deadline(restart: bool, ends_s: int) -> None:
    scene = played(quits_at(waiting_three(restart_deadline=restart), 1000, 0))
    assert [row["time_s"] for row in scene.rows(Kind.GROUP_FAILED)] == [ends_s]


def test_the_last_to_quit_ends_the_group() -> None:
    scene = played(quits_at(stage(refund_before_success=True, quit_prob=0.0).reads(100, 0), 1000, 0))
    assert scene.reasons(Kind.GROUP_FAILED) == [Reason.LEADER_QUIT]
    assert scene.reasons(Kind.REFUNDED) == [Reason.BEFORE_SUCCESS]


def test_everybody_quits_by_themselves_where_all_do() -> None:
    scene = played(stage(group_size=4, refund_before_success=True, quit_prob=1.0).reads(100, 0).reads(200, 1))
    assert scene.reasons(Kind.REFUNDED) == [Reason.BEFORE_SUCCESS] * 2
    waited = [row["time_s"] for row in scene.rows(Kind.REFUNDED)]
    assert all(time_s <= 101 + 24 * HOUR for time_s in waited)


def test_nobody_quits_where_it_is_not_allowed_or_after_the_horizon() -> None:
    scene = played(stage(group_size=4, quit_prob=1.0).reads(100, 0))
    assert scene.reasons(Kind.REFUNDED) == [Reason.GROUP_EXPIRED]
    late = stage(group_size=4, refund_before_success=True, quit_prob=1.0, window_hours=2400.0, days=100.0)
    played(late.reads(5 * DAY - 10, 0))
    assert late.reasons(Kind.REFUNDED) == [Reason.GROUP_EXPIRED]  # quitting is a decision


OLD = {"population": {"segments": [{"id": "all", "browse_per_day": 0.0, "old_customer_share": 1.0}]}}


@pytest.mark.parametrize("rule", ["never_paid", "no_order", "registered_after_leader_paid"])
def test_only_new_customers_join_a_pull_new_group(rule: str) -> None:
    new = played(stage(mode="pull_new", new_customer_rule=rule).reads(100, 0).reads(200, 1))
    assert new.count(Kind.GROUP_SUCCEEDED) == 1
    old = played(stage(mode="pull_new", new_customer_rule=rule, more=OLD).reads(100, 0).reads(200, 1))
    assert old.actors(Kind.GROUP_OPENED) == [0, 1]  # anyone may open
    assert old.count(Kind.GROUP_SUCCEEDED) == 0


TWO_GOODS = {"products": [product(), product("soap")]}


@pytest.mark.parametrize(
    ("rule", "joins"), [("never_paid", True), ("no_order", False), ("registered_after_leader_paid", False)]
)
def test_the_three_rules_differ_on_who_ordered_and_did_not_pay(rule: str, joins: bool) -> None:
    # 1 orders soap alone first and does not pay, then reads of the group that 0 has opened in between
    scene = stage(mode="pull_new", new_customer_rule=rule, more=TWO_GOODS)
    model = scene.model
    unpaid = model.rules.model_copy(update={"payment_prob": 0.0})
    usual = model.rules
    effort = model.behaviour.deciding.effort
    object.__setattr__(effort, "buy_alone", 0.0)
    scene.at(40, lambda: setattr(model.desk, "rules", unpaid)).reads(50, 1, product=1)
    scene.at(60, lambda: setattr(model.desk, "rules", usual))
    scene.at(60, lambda: object.__setattr__(effort, "buy_alone", 100.0))
    played(scene.reads(100, 0).reads(5000, 1))
    assert scene.count(Kind.GROUP_SUCCEEDED) == int(joins)


def test_a_group_that_lacks_new_customers_keeps_its_last_seats_for_them() -> None:
    more = {"population": {"segments": [{"id": "all", "browse_per_day": 0.0, "old_customer_share": 0.5}]}}
    scene = stage(group_size=3, min_new_customers=2, more=more)
    old = [member for member in range(12) if scene.model.people.old_customer[member]]
    new = [member for member in range(12) if not scene.model.people.old_customer[member]]
    scene.reads(100, old[0]).reads(200, old[1])  # the second old one has to open another group
    played(scene.reads(300, new[0]).reads(400, new[1]))
    assert scene.actors(Kind.GROUP_OPENED) == [old[0], old[1]]
    assert sorted(scene.actors(Kind.RECEIVED)) == sorted([old[0], new[0], new[1]])


def test_a_group_of_old_customers_fails_for_too_few_new() -> None:
    scene = stage(group_size=3, min_new_customers=1)
    group_buy = scene.model.mechanics.group_buys[0]
    scene.reads(100, 0).reads(200, 1)

    def fill() -> None:  # a third seat taken, and all three turn out to be old customers
        group = next(iter(group_buy.groups.values()))
        for order in group.orders:
            order.first_purchase = False
        group.orders.append(group.orders[0])
        group.new = 0

    def undo() -> None:
        next(iter(group_buy.groups.values())).orders.pop()

    scene.at(300, fill)
    scene.model.advance(101 + 24 * HOUR)
    group = next(iter(group_buy.groups.values()))
    group_buy._expire(scene.model, group, 0)
    assert scene.reasons(Kind.GROUP_FAILED) == [Reason.TOO_FEW_NEW]


def test_the_ladder_refunds_the_difference_on_success() -> None:
    ladder = [
        {"people": 2, "price_fen": 2000},
        {"people": 3, "price_fen": 1700},
        {"people": 4, "price_fen": 1500},
    ]
    scene = played(stage(mode="ladder", ladder=ladder).reads(100, 0).reads(200, 1).reads(300, 2))
    assert [row["value"] for row in scene.rows(Kind.GROUP_SUCCEEDED)] == [3]  # at expiry, with three
    assert [row["amount_fen"] for row in scene.rows(Kind.ORDER_PAID)] == [2000] * 3
    assert [row["amount_fen"] for row in scene.rows(Kind.PARTIAL_REFUND)] == [300] * 3
    assert [row["amount_fen"] for row in scene.rows(Kind.RECEIVED)] == [1700] * 3
    full = stage(mode="ladder", ladder=ladder).reads(100, 0).reads(200, 1).reads(300, 2).reads(400, 3)
    played(full)
    assert [row["time_s"] for row in full.rows(Kind.GROUP_SUCCEEDED)] == [401]  # nobody else can come
    assert full.fen(Kind.PARTIAL_REFUND) == 4 * 500


def test_who_joins_a_full_ladder_late_pays_its_last_price() -> None:
    ladder = [{"people": 2, "price_fen": 2000}, {"people": 3, "price_fen": 1700}]
    scene = stage(mode="ladder", ladder=ladder, joinable_after_success=True)
    scene.reads(100, 0).reads(200, 1).reads(300, 2)
    played(scene.reads(1000, 3, sender=0, offer=0, group=0))
    assert [row["amount_fen"] for row in scene.rows(Kind.RECEIVED)] == [1700] * 4


@pytest.mark.parametrize(
    ("fill", "share", "filled"),
    [("off", 0.5, False), ("at_expiry", 0.5, True), ("at_expiry", 0.6, False), ("any", 0.9, True)],
)
def test_virtual_members_fill_a_group_only_where_that_is_switched_on(
    fill: str, share: float, filled: bool
) -> None:
    scene = played(
        stage(group_size=4, virtual_fill=fill, virtual_fill_share=share).reads(100, 0).reads(200, 1)
    )
    assert [row["value"] for row in scene.rows(Kind.GROUP_VIRTUAL_FILL)] == ([2] if filled else [])
    assert scene.count(Kind.GROUP_SUCCEEDED) == int(filled)
    assert scene.count(Kind.RECEIVED) == (2 if filled else 0)


def test_the_quota_binds_and_a_failed_group_gives_it_back() -> None:
    scene = stage(group_size=3, prices=[{"id": "rice", "price_fen": PRICE, "quota": 2}])
    scene.reads(100, 0).reads(200, 1).reads(300, 2)  # the third finds nothing
    after_s = 102 + 24 * HOUR
    played(scene.reads(after_s, 3))
    assert scene.actors(Kind.ORDER_PLACED) == [0, 1, 3]
    assert [row["value"] for row in scene.rows(Kind.QUOTA)] == [-1, -1, 1, 1, -1, 1]


def test_a_member_buys_no_more_than_the_limit() -> None:
    more = {"products": [product(repurchase_days=0.0)]}
    scene = stage(limit_per_member=1, more=more).reads(100, 0).reads(200, 1)
    played(scene.reads(3 * DAY, 0))  # delivered, and due again
    assert scene.actors(Kind.ORDER_PLACED) == [0, 1]
    twice = stage(limit_per_member=2, more=more).reads(100, 0).reads(200, 1)
    played(twice.reads(3 * DAY, 0).reads(3 * DAY, 1))
    assert sorted(twice.actors(Kind.ORDER_PLACED)) == [0, 0, 1, 1]


def test_the_leader_pays_less_and_earns_a_share() -> None:
    scene = played(stage(leader_discount_fen=300, leader_commission_share=0.05).reads(100, 0).reads(200, 1))
    assert [row["amount_fen"] for row in scene.rows(Kind.ORDER_PAID)] == [PRICE - 300, PRICE]
    rewards = scene.rows(Kind.REWARD_PAID)
    assert [(row["actor"], row["amount_fen"]) for row in rewards] == [(0, (2 * PRICE - 300) // 20)]


def test_a_closed_list_admits_only_who_is_told() -> None:
    scene = stage(open_list=False).reads(100, 0).reads(200, 1)
    played(scene.reads(300, 2, sender=0, offer=0, group=0))
    assert scene.actors(Kind.GROUP_OPENED) == [0, 1]
    joined = [row for row in scene.rows(Kind.GROUP_JOINED) if row["actor"] == 2]
    assert [(row["group"], row["source"]) for row in joined] == [(0, 0)]


def test_one_may_join_a_group_that_has_succeeded_where_that_is_allowed() -> None:
    told = {"sender": 0, "offer": 0, "group": 0}
    open_ = stage(joinable_after_success=True).reads(100, 0).reads(200, 1).reads(300, 2, **told)
    played(open_.reads(101 + 24 * HOUR, 3, **told))  # but not after its deadline
    assert open_.actors(Kind.GROUP_JOINED) == [0, 1, 2, 3]
    assert open_.actors(Kind.GROUP_OPENED) == [0, 3]
    shut = played(stage().reads(100, 0).reads(200, 1).reads(300, 2, **told))
    assert shut.actors(Kind.GROUP_OPENED) == [0, 2]


def test_reservations_before_the_opening_are_reminded_at_it() -> None:
    scene = stage(from_day=1.0, preheat_hours=6.0, remind_minutes=5.0)
    scene.reads(17 * HOUR, 0)  # too early to reserve
    scene.reads(20 * HOUR, 1).reads(21 * HOUR, 1).reads(22 * HOUR, 2)
    played(scene)
    assert scene.actors(Kind.RESERVE) == [1, 2]
    orders = scene.rows(Kind.ORDER_PLACED)
    assert sorted(row["actor"] for row in orders) == [1, 2]
    assert all(DAY <= row["time_s"] < DAY + HOUR for row in orders)


def test_a_waiting_member_tells_others_about_the_very_group() -> None:
    sharing = {"triggers": ["paid"], "channels": ["private"], "intercept": 50.0}
    quick = {"behaviour": {"sharing": sharing}}
    scene = stage(more=quick, community=graph(12, [(0, 1)])).reads(100, 0)
    played(scene)
    sent = scene.rows(Kind.SEND)[0]
    assert (sent["actor"], sent["group"], sent["offer"]) == (0, 0, 0)
    assert scene.actors(Kind.GROUP_SUCCEEDED) == [0]


def test_who_orders_first_in_the_second_in_which_the_leader_pays_is_new() -> None:
    rule = {"mode": "pull_new", "new_customer_rule": "registered_after_leader_paid"}
    scene = played(stage(**rule).reads(100, 0).reads(101, 1))
    assert scene.count(Kind.GROUP_SUCCEEDED) == 1
