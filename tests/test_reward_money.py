"""Rewards and coupons after goods come back, and coupons on orders of several units: reckoned by hand."""

from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from commission_rows import by_both, rows, share_fen
from hypothesis import given, settings
from hypothesis import strategies as st
from stage import Stage, bare, product

from sim.conform.engines import NamedEngine
from sim.events import EventTable, Kind
from sim.ledger import balances_fen, books_residual_fen, money_by_line_fen
from sim.metrics.money import coupon_discount_fen
from sim.metrics.view import TableView
from sim.run import prepare
from sim.scenario.load import load_text
from sim.scenario.model import Scenario
from sim.settings.problems import RuleError
from sim.units import DAY

TEN_OFF_FIFTY = """\
id: ten-off-fifty
extends: staple-group-buy
mechanics:
  - id: pintuan
    limit_per_order: 5
    limit_per_member: 20
  - id: ten-off-fifty
    type: coupon
    name: {zh: 满50减10, en: 10 off from 50}
    off_fen: 1000
    threshold_fen: 5000
    channel: granted
    per_member: 2
    valid_hours: 720
behaviour:
  deciding:
    stockpile_units: 3
"""

COUPON_AFTER_RETURN = """\
id: coupon-after-return
extends: staple-group-buy
products:
  - {id: tissue, return_prob: 0.4}
  - {id: oranges, return_prob: 0.4}
mechanics:
  - id: three-off
    type: coupon
    name: {zh: 立减3元, en: 3 yuan off}
    off_fen: 300
    threshold_fen: 1000
    channel: granted
    valid_hours: 720
"""

LEADER_AFTER_RETURNS = """\
id: leader-reward-after-returns
extends: staple-group-buy
products:
  - {id: oranges, return_prob: 0.3}
  - {id: tissue, return_prob: 0.3}
mechanics:
  - {id: pintuan, leader_commission_share: 0.05}
"""

AFTER_RETURN = ("kept", "taken_back", "paid_when_final")
BACK = (Kind.REFUNDED, Kind.REFUNDED_AFTER)


def table_of(text: str, **sets: object) -> EventTable:
    """The run of seed 1 and 1,500 members as `shapan run` makes it."""
    loaded = load_text(text, Path("case.yaml"), sets=sets)
    prepared = prepare(loaded.scenario, members=1500, seed=1)
    return NamedEngine("fast")(prepared.scenario, prepared.graph, None)


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def back(table: EventTable) -> set[int]:
    """Orders whose money went back, whole."""
    return {row["order"] for row in rows(table, *BACK)}


def kept_fen(table: EventTable) -> dict[int, int]:
    """What was paid for the goods of each order and stayed: without postage, 0 where it all went back."""
    postage = {row["order"]: row["amount_fen"] for row in rows(table, Kind.ORDER_ITEMS)}
    kept = {row["order"]: row["amount_fen"] - postage[row["order"]] for row in rows(table, Kind.ORDER_PAID)}
    for row in rows(table, Kind.PARTIAL_REFUND):
        kept[row["order"]] -= row["amount_fen"]
    return kept | dict.fromkeys(back(table), 0)


def rewarded_fen(table: EventTable) -> int:
    return sum(row["amount_fen"] for row in rows(table, Kind.REWARD_PAID)) - sum(
        row["amount_fen"] for row in rows(table, Kind.REWARD_REVERSED)
    )


# coupons on orders of several units


def several(*coupons: dict[str, Any], limit: int = 5, **changes: Any) -> Stage:
    """Group-buys of a consumable at 23.90 that is worth 60.00 to everybody; the price says how many."""
    group = {
        "id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2390}],
        "limit_per_order": limit, "limit_per_member": 20,
    }  # fmt: skip
    goods = [product(list_price_fen=6000, repurchase_days=30.0)]
    deciding = {"stockpile_units": 3.0, "effort": {"buy_alone": 100.0, "open_group": 1.0}}
    plain: dict[str, Any] = {
        "products": goods, "behaviour": {"deciding": deciding}, "orders": {"stacking": ["group"]},
    }  # fmt: skip
    return Stage(bare(group, *coupons, **(plain | changes)))


def from_fifty(**changes: Any) -> dict[str, Any]:
    """10 off from 50."""
    plain = {"id": "ten-off", "type": "coupon", "off_fen": 1000, "threshold_fen": 5000, "per_member": 9}
    return plain | changes


def sizes_and_sums(scene: Stage) -> list[tuple[int, int]]:
    units = {row["order"]: row["value"] for row in scene.rows(Kind.ORDER_ITEMS)}
    return [(units[row["order"]], row["amount_fen"]) for row in scene.rows(Kind.ORDER_PLACED)]


def twelve(scene: Stage) -> Stage:
    for member in range(12):
        scene.reads(100 + member, member)
    return played(scene)


def test_the_goods_of_the_order_meet_the_threshold() -> None:
    """3 x 23.90 = 71.70 pays 61.70, 2 x 23.90 = 47.80 pays 47.80."""
    pays = {1: 2390, 2: 4780, 3: 6170, 4: 8560, 5: 10_950}
    found = sizes_and_sums(twelve(several(from_fifty())))
    assert {units for units, _ in found} >= {1, 3}
    assert all(fen == pays[units] for units, fen in found)


def test_one_unit_can_be_what_the_threshold_is_on() -> None:
    found = sizes_and_sums(twelve(several(from_fifty(threshold_on="one_unit"))))
    assert all(fen == 2390 * units for units, fen in found)
    cheap = sizes_and_sums(
        twelve(several(from_fifty(threshold_on="one_unit", off_fen=200, threshold_fen=2390)))
    )
    assert all(fen == 2390 * units - 200 for units, fen in cheap)  # once, however many


@pytest.mark.parametrize(("on", "counted"), [("all_goods", None), ("one_unit", 1)])
def test_a_share_is_of_what_the_threshold_is_on(on: str, counted: int | None) -> None:
    """9 折: 10 % of all goods of the order, or of one unit."""
    tenth = from_fifty(off_fen=0, off_share=0.1, threshold_fen=0, threshold_on=on)
    found = sizes_and_sums(twelve(several(tenth)))
    assert {units for units, _ in found} >= {1, 2}
    assert all(fen == 2390 * units - 239 * (counted or units) for units, fen in found)


def test_who_is_short_of_the_threshold_may_take_what_is_missing() -> None:
    """With the coupon some take three who took two; nobody takes less, and nobody more than that for it."""
    without, with_it = (
        [units for units, _ in sizes_and_sums(twelve(several(*coupons)))] for coupons in ((), (from_fifty(),))
    )
    changed = {(before, now) for before, now in zip(without, with_it, strict=True) if before != now}
    assert (2, 3) in changed
    assert all(now == 3 for _, now in changed)  # 3 x 23.90 is the first to reach it


@pytest.mark.parametrize(
    "changes",
    [
        {"limit": 2},  # an order may have two
        {"products": [product(list_price_fen=6000, repurchase_days=30.0, stock=2)]},  # there are two
        {"products": [product(list_price_fen=6000)]},  # nothing that is stocked up on
        {"orders": {"stacking": []}},  # a coupon does not go with a group price
    ],
)
def test_no_more_are_taken_than_there_may_be(changes: dict[str, Any]) -> None:
    limit = changes.pop("limit", 5)
    stocks_up = "orders" in changes
    found = sizes_and_sums(twelve(several(from_fifty(), limit=limit, **changes)))
    assert all(fen == 2390 * units for units, fen in found)  # no coupon was used
    assert stocks_up or max(units for units, _ in found) <= 2


def test_a_wallet_bounds_what_is_taken_for_a_coupon() -> None:
    """Two units for 47.80 fit into 60.00 a month, three with the coupon, for 61.70, do not."""
    segment = {"id": "all", "browse_per_day": 0.0, "old_customer_share": 0.0, "sessions_per_day": 100.0,
               "tolerance_items": 1e6, "wallet_per_30_days_fen": 6000, "sharing_sigma": 0.0}  # fmt: skip
    wide = sizes_and_sums(twelve(several(from_fifty())))
    narrow = sizes_and_sums(twelve(several(from_fifty(), population={"segments": [segment]})))
    assert (3, 6170) in wide
    assert all(fen <= 6000 for _, fen in narrow)
    assert (2, 4780) in narrow


def test_ten_off_fifty_as_reported() -> None:
    """Every order whose goods come to 50 and more, of a member who holds a coupon, is 10 cheaper."""
    table = table_of(TEN_OFF_FIFTY)
    units = {row["order"]: row["value"] for row in rows(table, Kind.ORDER_ITEMS)}
    postage = {row["order"]: row["amount_fen"] for row in rows(table, Kind.ORDER_ITEMS)}
    used = {row["order"] for row in rows(table, Kind.COUPON_USED)}
    returned = {row["order"]: row["time_s"] for row in rows(table, Kind.COUPON_RETURNED)}
    held = Counter({row["actor"]: 0 for row in rows(table, Kind.COUPON_GRANTED)})
    paid_for_three: Counter[int] = Counter()
    for row in rows(table, Kind.COUPON_GRANTED, Kind.COUPON_RETURNED, Kind.COUPON_USED):
        held[row["actor"]] += 1 if row["kind"] != Kind.COUPON_USED else -1
        assert 0 <= held[row["actor"]] <= 2
    assert returned.keys() <= used
    for row in rows(table, Kind.ORDER_PLACED):
        goods_fen = row["amount_fen"] - postage[row["order"]] + 1000 * (row["order"] in used)
        assert goods_fen % units[row["order"]] == 0  # the coupon came off once
        assert row["order"] not in used or goods_fen >= 5000
        if goods_fen == 3 * 2390:
            paid_for_three[row["amount_fen"] - postage[row["order"]]] += 1
    assert paid_for_three.keys() == {6170}
    assert paid_for_three[6170] > 20


# a coupon after a return


@pytest.mark.parametrize(
    ("settings", "days_later", "returned"),
    [
        ({}, 1, 0),  # as it was: used is used
        ({"back_after_return": True, "valid_hours": 720}, 1, 1),
        ({"back_after_return": True, "valid_hours": 12}, 1, 0),  # it has lapsed meanwhile
    ],
)
def test_goods_sent_back_bring_the_coupon_back_while_it_is_good(
    settings: dict[str, Any], days_later: int, returned: int
) -> None:
    goods = {"products": [product(return_prob=1.0)], "orders": {"auto_receive_days": 60.0}}
    coupon = {"id": "quan", "type": "coupon", "off_fen": 500, "threshold_fen": 2000} | settings
    free = {
        "behaviour": {"deciding": {"effort": {"buy_alone": 0.0}}},
        "run": {"horizon_days": 60.0, "seed": 7},
    }
    scene = Stage(bare(coupon, **goods, **free)).reads(100, 0).reads(50 * DAY, 0)
    played(scene)
    assert scene.count(Kind.REFUNDED) >= 1
    assert scene.count(Kind.COUPON_RETURNED) == returned
    first_back = scene.rows(Kind.REFUNDED)[0]["time_s"]
    assert all(row["time_s"] == first_back for row in scene.rows(Kind.COUPON_RETURNED)[:1])


def test_a_coupon_that_came_back_is_used_again() -> None:
    goods = {
        "products": [product(return_prob=1.0, repurchase_days=1.0)],
        "orders": {"auto_receive_days": 60.0},
    }
    coupon = {"id": "quan", "type": "coupon", "off_fen": 500, "threshold_fen": 2000, "valid_hours": 24 * 60,
              "back_after_return": True}  # fmt: skip
    free = {
        "behaviour": {"deciding": {"effort": {"buy_alone": 0.0}}},
        "run": {"horizon_days": 60.0, "seed": 7},
    }
    scene = played(Stage(bare(coupon, **goods, **free)).reads(100, 0).reads(50 * DAY, 0))
    held, again = True, 0
    for row in scene.rows(Kind.ORDER_PLACED, Kind.COUPON_RETURNED):
        if row["kind"] == Kind.COUPON_RETURNED:
            held, again = True, again + 1
        else:
            assert row["amount_fen"] == (2500 if held else 3000)
            held = False
    assert again > 1
    assert scene.table is not None
    assert coupon_discount_fen(TableView(scene.table)) == 500 * (scene.count(Kind.COUPON_USED) - again)


@pytest.mark.parametrize("goes_back", [False, True])
def test_coupon_after_return_as_reported(goes_back: bool) -> None:
    """Every coupon of an order sent back whole comes back while it is good, or none."""
    table = table_of(COUPON_AFTER_RETURN, **{"mechanics.three-off.back_after_return": goes_back})
    granted_s = {row["actor"]: row["time_s"] for row in rows(table, Kind.COUPON_GRANTED)}
    sent_back = {row["order"]: row["time_s"] for row in rows(table, *BACK) if row["value"] == 8}
    used = {row["order"]: row["actor"] for row in rows(table, Kind.COUPON_USED)}
    back_again = {row["order"] for row in rows(table, Kind.COUPON_RETURNED)} & set(sent_back)
    good = {
        order for order, when_s in sent_back.items()
        if order in used and granted_s[used[order]] + 720 * 3600 > when_s
    }  # fmt: skip
    assert len(good) > 20
    assert back_again == (good if goes_back else set())


# the leader's reward


LEADER_FEN = {"kept": 239, "taken_back": 120, "paid_when_final": 120}
"""5 % of 2 x 23.95 is 239 (of 239.5); of the 23.95 that stay, 119 (of 119.75)."""


def pair(**settings: Any) -> Scenario:
    """A group of two, who pay 23.95 each."""
    group = {"id": "pintuan", "type": "group_buy", "group_size": 2, "leader_commission_share": 0.05,
             "prices": [{"id": "rice", "price_fen": 2395}]} | settings  # fmt: skip
    return bare(group, orders={"auto_receive_days": 1.0, "refund_window_days": 3.0})


def sent_back_by(scene: Stage, *members: int) -> Stage:
    """These members send their goods back, a day after receipt."""
    desk = scene.model.desk

    def send_back() -> None:
        for order in desk.orders:
            if order.member in members:
                desk._return(order)

    return scene.at(3 * DAY, send_back)


@pytest.mark.parametrize("who", [(), (0,), (1,), (0, 1)])
@pytest.mark.parametrize("after", AFTER_RETURN)
def test_the_leaders_reward_is_for_what_the_group_keeps(after: str, who: tuple[int, ...]) -> None:
    scene = Stage(pair(reward_after_return=after)).reads(100, 0).reads(200, 1)
    played(sent_back_by(scene, *who))
    kept = {0: 239, 1: 119, 2: 0}[len(who)]
    paid, reversed_fen = scene.fen(Kind.REWARD_PAID), scene.fen(Kind.REWARD_REVERSED)
    assert paid == (kept if after == "paid_when_final" else 239)
    assert reversed_fen == (239 - kept if after == "taken_back" else 0)
    assert scene.table is not None
    assert money_by_line_fen(scene.table)["rewards"] == paid - reversed_fen
    assert {row["actor"] for row in scene.rows(Kind.REWARD_PAID, Kind.REWARD_REVERSED)} <= {0}


def test_it_is_paid_to_the_second_after_which_nothing_comes_back() -> None:
    scene = played(Stage(pair(reward_after_return="paid_when_final")).reads(100, 0).reads(200, 1))
    last = max(row["time_s"] for row in scene.rows(Kind.RECEIVED))
    assert [row["time_s"] for row in scene.rows(Kind.REWARD_PAID)] == [last + 3 * DAY + 1]


@pytest.mark.parametrize("after", AFTER_RETURN)
def test_leader_reward_after_returns_as_reported(after: str) -> None:
    """5 % of what each group that succeeded keeps, group by group; or of what it paid."""
    table = table_of(LEADER_AFTER_RETURNS, **{"mechanics.pintuan.reward_after_return": after})
    assert books_residual_fen(table) == 0
    won = {row["group"] for row in rows(table, Kind.GROUP_SUCCEEDED)}
    seats: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows(table, Kind.GROUP_JOINED):
        if row["group"] in won:
            seats[row["group"]].append(row["order"])
    kept, sent_back = kept_fen(table), back(table)
    paid = {row["order"]: row["amount_fen"] for row in rows(table, Kind.ORDER_PAID)}
    postage = {row["order"]: row["amount_fen"] for row in rows(table, Kind.ORDER_ITEMS)}
    has: Counter[int] = Counter()
    for row in rows(table, Kind.REWARD_PAID):
        has[row["group"]] += row["amount_fen"]
    for row in rows(table, Kind.REWARD_REVERSED):
        has[row["group"]] -= row["amount_fen"]
    assert any(set(orders) <= sent_back for orders in seats.values())
    for group, orders in seats.items():
        base = sum(paid[one] - postage[one] if after == "kept" else kept[one] for one in orders)
        assert has[group] == share_fen(base, 0.05), group


# referral rewards and cash for reviews


def shop(after: str, kind: str = "referral", **settings: Any) -> Stage:
    """A reward for a sale to member 5, told by member 1."""
    mechanic: dict[str, Any] = {
        "referral": {"id": "invite", "type": "referral", "rewards": "both", "sender_fen": 500,
                     "receiver_fen": 300},
        "review_cash_back": {"id": "show", "type": "review_cash_back", "cash_fen": 200},
    }[kind]  # fmt: skip
    return Stage(
        bare(
            mechanic | {"reward_after_return": after} | settings,
            behaviour={
                "deciding": {"effort": {"buy_alone": 0.0}},
                "after_sales": {"review_prob": 1.0},
            },
            orders={"auto_receive_days": 1.0, "refund_window_days": 9.0},
            run={"horizon_days": 20.0, "seed": 7},
        )
    )


def both(scene: Stage) -> list[tuple[Kind, int, int, int]]:
    return [
        (Kind(row["kind"]), row["actor"], row["source"], row["amount_fen"])
        for row in scene.rows(Kind.REWARD_PAID, Kind.REWARD_REVERSED)
    ]


PAID = [(Kind.REWARD_PAID, 1, 5, 500), (Kind.REWARD_PAID, 5, 1, 300)]
REVERSED = [(Kind.REWARD_REVERSED, 1, 5, 500), (Kind.REWARD_REVERSED, 5, 1, 300)]


@pytest.mark.parametrize(
    ("after", "when", "stays", "goes_back"),
    [
        ("kept", "received", PAID, PAID),
        ("kept", "paid", PAID, PAID),
        ("taken_back", "received", PAID, PAID + REVERSED),
        ("taken_back", "paid", PAID, PAID + REVERSED),
        ("paid_when_final", "received", PAID, []),
    ],
)
def test_a_referral_after_a_return(after: str, when: str, stays: list[Any], goes_back: list[Any]) -> None:
    assert both(played(shop(after, when=when).reads(100, 5, sender=1))) == stays
    assert both(played(sent_back_by(shop(after, when=when).reads(100, 5, sender=1), 5))) == goes_back


def test_a_referral_that_waits_is_paid_when_nothing_can_come_back() -> None:
    scene = played(shop("paid_when_final").reads(100, 5, sender=1))
    received_s = scene.rows(Kind.RECEIVED)[0]["time_s"]
    assert [row["time_s"] for row in scene.rows(Kind.REWARD_PAID)] == [received_s + 9 * DAY + 1] * 2


@pytest.mark.parametrize(("after", "rewards"), [("kept", 2), ("taken_back", 0)])
def test_a_group_that_fails_brought_nobody(after: str, rewards: int) -> None:
    """Paid with the order, a reward for a group that comes to nothing goes back too."""
    invite = {"id": "invite", "type": "referral", "rewards": "both", "receiver_fen": 300, "when": "paid",
              "reward_after_return": after}  # fmt: skip
    group = {"id": "pintuan", "type": "group_buy", "group_size": 3, "window_hours": 2.0,
             "prices": [{"id": "rice", "price_fen": 2400}]}  # fmt: skip
    scene = played(Stage(bare(group, invite)).reads(100, 5, sender=1))
    assert scene.count(Kind.GROUP_FAILED) == 1
    assert scene.count(Kind.REWARD_PAID) == 2
    assert scene.count(Kind.REWARD_PAID) - scene.count(Kind.REWARD_REVERSED) == rewards


def test_a_lottery_that_waits_pays_what_was_drawn() -> None:
    now, later = (
        both(played(shop(after, lottery_prob=0.5).reads(100, 5, sender=1).reads(200, 6, sender=2)))
        for after in ("kept", "paid_when_final")
    )
    assert now == later
    assert {fen for *_, fen in now} <= {1000, 600}
    assert 0 < len(now) < 4


def test_what_waits_can_not_be_paid_with_the_order() -> None:
    with pytest.raises(ValueError, match="when must be 'received'"):
        shop("paid_when_final", when="paid")
    assert issubclass(RuleError, ValueError)


@pytest.mark.parametrize(
    ("after", "stays", "goes_back"),
    [("kept", 200, 200), ("taken_back", 200, 0), ("paid_when_final", 200, 0)],
)
def test_cash_for_a_review_after_a_return(after: str, stays: int, goes_back: int) -> None:
    """The goods go back on the third day, after the review and its money."""
    for members, expected in (((), stays), ((5,), goes_back)):
        scene = shop(after, "review_cash_back", delay_days=0.0).reads(100, 5)
        _review_at_once(scene)
        played(sent_back_by(scene, *members))
        assert scene.fen(Kind.REWARD_PAID) - scene.fen(Kind.REWARD_REVERSED) == expected
        if after == "paid_when_final":
            assert scene.count(Kind.REWARD_REVERSED) == 0


def test_cash_for_a_review_waits_for_its_delay_too() -> None:
    """Nothing can come back after ten days; the money is promised after fifteen."""
    scene = shop("paid_when_final", "review_cash_back", delay_days=15.0).reads(100, 5)
    played(scene)
    review_s = scene.rows(Kind.REVIEW)[0]["time_s"]
    assert [row["time_s"] for row in scene.rows(Kind.REWARD_PAID)] == [review_s + 15 * DAY]


def _review_at_once(scene: Stage) -> None:
    """Half a day after the goods arrive, before they go back."""
    desk, mechanics = scene.model.desk, scene.model.mechanics

    def review() -> None:
        for order in desk.orders:
            mechanics.reviewed(scene.model, order, 5)

    scene.at(2 * DAY + DAY // 2, review)
    object.__setattr__(scene.model.behaviour.after_sales, "review_prob", 0.0)


@pytest.mark.parametrize("waits", [0, 1, 2])
def test_one_that_waits_does_not_have_the_others_paid_again(waits: int) -> None:
    """One of three mechanics pays when nothing can come back; the others do as they say, in both engines."""
    after = ["taken_back", "kept", "taken_back"]
    after[waits] = "paid_when_final"
    mechanics = [
        {"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2411}],
         "leader_commission_share": 0.1, "limit_per_member": 9},
        {"id": "invite", "type": "referral", "rewards": "both", "receiver_fen": 200,
         "new_customers_only": False},
        {"id": "show", "type": "review_cash_back"},
    ]  # fmt: skip
    made = [one | {"reward_after_return": how} for one, how in zip(mechanics, after, strict=True)]
    table = by_both(Scenario.model_validate(SHOP | {"mechanics": made}))
    once = Counter((row["offer"], row["order"], row["actor"]) for row in rows(table, Kind.REWARD_PAID))
    assert len({offer for offer, *_ in once}) == 3
    assert max(once.values()) == 1


# every reward, in any shop


SHOP: dict[str, Any] = {
    "id": "rewards",
    "population": {
        "members": 60, "segments": [{"id": "all", "browse_per_day": 3.0, "old_customer_share": 0.4}],
    },
    "products": [
        {"id": "rice", "list_price_fen": 3017, "cost_fen": 1000, "postage_fen": 299, "return_prob": 0.4,
         "repurchase_days": 5.0},
    ],
    "behaviour": {"deciding": {"base": {"staple": 0.5}}, "after_sales": {"review_prob": 0.7}},
    "run": {"horizon_days": 9.0, "seed": 5},
}  # fmt: skip


@given(
    seed=st.integers(0, 2**32 - 1),
    after=st.sampled_from(AFTER_RETURN),
    share=st.sampled_from([0.05, 0.0333, 0.111]),
    prices=st.sampled_from([[2411], [2411, 2133], [2411, 2133, 1999]]),
    back_days=st.sampled_from([(7.0, 7.0), (1.0, 4.0), (0.0, 15.0)]),
    threshold=st.sampled_from([0, 4000, 9000]),
    when=st.sampled_from(["paid", "received"]),
)
@settings(max_examples=25, deadline=None)
def test_rewards_are_the_rate_times_what_remains(
    seed: int, after: str, share: float, prices: list[int], back_days: tuple[float, float], threshold: int,
    when: str,
) -> None:  # fmt: skip
    """Whatever comes back, and when: in both engines, group by group and order by order."""
    ladder = [{"people": 2 + step, "price_fen": fen} for step, fen in enumerate(prices)]
    scenario = Scenario.model_validate(
        SHOP
        | {
            "orders": {"auto_receive_days": back_days[0], "refund_window_days": back_days[1],
                       "stacking": ["group"]},
            "mechanics": [
                {"id": "pintuan", "type": "group_buy", "mode": "ladder", "ladder": ladder,
                 "prices": [{"id": "rice", "price_fen": prices[0]}], "leader_commission_share": share,
                 "limit_per_order": 4, "limit_per_member": 9, "reward_after_return": after},
                {"id": "invite", "type": "referral", "rewards": "both", "sender_fen": 501, "receiver_fen": 77,
                 "when": "received" if after == "paid_when_final" else when, "daily_cap": None,
                 "new_customers_only": False, "reward_after_return": after},
                {"id": "show", "type": "review_cash_back", "cash_fen": 199, "reward_after_return": after},
                {"id": "quan", "type": "coupon", "off_share": 0.1, "threshold_fen": threshold,
                 "valid_hours": 400.0, "per_member": 2, "back_after_return": True},
            ],
            "run": {"horizon_days": 9.0, "seed": seed},
        }
    )  # fmt: skip
    table = by_both(scenario)
    assert books_residual_fen(table) == 0
    assert sum(balances_fen(table).values()) == 0
    kept, gone = kept_fen(table), back(table)
    units = {row["order"]: row["value"] for row in rows(table, Kind.ORDER_ITEMS)}
    # coupons: once, on goods that reach the threshold
    price_fen = {1: 3017, 2: prices[0], 3: prices[0]}
    route = {row["order"]: row["value"] for row in rows(table, Kind.ORDER_PLACED)}
    for row in rows(table, Kind.COUPON_USED):
        goods_fen = price_fen[route[row["order"]]] * units[row["order"]]
        assert goods_fen >= threshold
        assert row["amount_fen"] == int(goods_fen * Fraction("0.1"))
    # rewards: what each mechanic has paid for each order, or group
    has: Counter[tuple[int, int, int]] = Counter()
    for kind, sign in ((Kind.REWARD_PAID, 1), (Kind.REWARD_REVERSED, -1)):
        for row in rows(table, kind):
            assert row["amount_fen"] > 0
            has[(row["offer"], row["group"] if row["offer"] == 0 else row["order"], row["actor"])] += (
                sign * row["amount_fen"]
            )
    assert after == "taken_back" or not rows(table, Kind.REWARD_REVERSED)
    if after == "kept":
        return
    won = {row["group"]: row["actor"] for row in rows(table, Kind.GROUP_SUCCEEDED)}
    seats: defaultdict[int, int] = defaultdict(int)
    for row in rows(table, Kind.GROUP_JOINED):
        if row["group"] in won:
            seats[row["group"]] += kept[row["order"]]
    expected: Counter[tuple[int, int, int]] = Counter()
    for group, leader in won.items():
        expected[(0, group, leader)] = share_fen(seats[group], share)
    for row in rows(table, Kind.ORDER_PAID if when == "paid" and after == "taken_back" else Kind.RECEIVED):
        if row["order"] not in gone and row["source"] >= 0:
            expected[(1, row["order"], row["source"])] = 501
            expected[(1, row["order"], row["actor"])] = 77
    in_time = {row["order"] for row in rows(table, Kind.REVIEW) if row["time_s"] < table.header.horizon_s}
    for row in rows(table, Kind.REVIEW):
        if row["order"] in in_time - gone:
            expected[(2, row["order"], row["actor"])] = 199
    assert {name: fen for name, fen in has.items() if fen} == {
        name: fen for name, fen in expected.items() if fen
    }
