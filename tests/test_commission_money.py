"""What is due on what is left of an order, and what is got back of what was paid: reckoned by hand."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from commission_rows import by_both, by_claim, gone, left_fen, owed_fen, rows, share_fen
from hypothesis import given, settings
from hypothesis import strategies as st
from stage import merged, product
from test_mechanic_commission import earned, played, stage

from sim.events import EventTable, Kind
from sim.ledger import GIVES_BACK_TO_BUDGET, Account, balances_fen, books_residual_fen, money_by_line_fen
from sim.metrics.commission import commission_by_fate_fen, commission_fen, commission_uncollected_fen
from sim.metrics.money import margin_fen
from sim.metrics.view import TableView
from sim.run import prepare
from sim.scenario.load import load_text
from sim.scenario.model import Scenario
from sim.units import DAY

LADDER_AND_POSTAGE = """\
id: ladder-postage
extends: distribution-shop
products:
  - id: mask
    postage_fen: 1000
    return_prob: 0.15
mechanics:
  - id: commission
    rates: [0.10, 0.03]
    base: paid_with_postage
    ranking: null
  - id: pin
    type: group_buy
    mode: ladder
    window_hours: 48
    prices: [{id: mask, price_fen: 8000, quota: 2000}]
    ladder: [{people: 2, price_fen: 8000}, {people: 3, price_fen: 5000}]
    limit_per_member: 3
"""

CLAWED_AFTER_WITHDRAWAL = """\
id: clawed-after-withdrawal
extends: distribution-shop
products:
  - {id: mask, return_prob: 0.5, known_share: 0.0}
  - {id: honey, return_prob: 0.5}
  - {id: wipes, return_prob: 0.5}
  - {id: tremella, return_prob: 0.5}
orders: {auto_receive_days: 1, refund_window_days: 15}
mechanics:
  - id: commission
    rates: [0.12, 0.04]
    freeze_days: 0
    withdraw_min_fen: 0
    ranking: null
"""


def table_of(text: str, members: int, **sets: object) -> EventTable:
    """A run of seed 1 as `shapan run` makes it, by both engines."""
    loaded = load_text(text, Path("case.yaml"), sets=sets)
    prepared = prepare(loaded.scenario, members=members, seed=1)
    return by_both(prepared.scenario, prepared.graph)


# on what is left of an order


def ladder(price_fen: int, less_fen: int) -> dict[str, Any]:
    """A group whose third member brings the price down from one sum to another."""
    steps = [{"people": 2, "price_fen": price_fen}, {"people": 3, "price_fen": less_fen}]
    return {"id": "pintuan", "type": "group_buy", "mode": "ladder", "ladder": steps,
            "prices": [{"id": "rice", "price_fen": price_fen}]}  # fmt: skip


GROUPS_ONLY = {"behaviour": {"deciding": {"effort": {"buy_alone": 100.0}}}}


@pytest.mark.parametrize(
    ("settings", "level_1", "level_2"),
    [
        # 8,000 + 1,000 of postage were paid, 3,000 given back
        ({"base": "paid_with_postage"}, 600, 180),  # 10 % and 3 % of 8,000 - 3,000 + 1,000 = 6,000
        ({"base": "paid"}, 500, 150),  # of 8,000 - 3,000 = 5,000
        ({"base": "list_price"}, 300, 90),  # of the list price of 3,000, which nothing changes
        ({"fixed_fen": [70, 30]}, 70, 30),  # sums do not follow prices
        ({"product_rates": [{"id": "rice", "rates": [0.333, 0.0777]}]}, 1665, 388),  # .333, .0777 x 5,000
        # the tier is reached by nothing at all: 2.5 % more, of the same base, each share rounded by itself
        ({"level_up": {"bonus_rate": 0.0251}, "rates": [0.1003, 0.03]}, 501 + 125, 150),
        ({"level_up": {"bonus_rate": 0.0251}, "base": "paid_with_postage"}, 600 + 150, 180),
        ({"level_up": {"bonus_rate": 0.0251}, "fixed_fen": [70, 30]}, 70 + 125, 30),  # the bonus follows
        ({"level_up": {"bonus_rate": 0.0251}, "base": "list_price"}, 300 + 75, 90),
        ({"level_up": {"bonus_rate": 0.0251, "invites": 1}}, 500, 150),  # not reached, no bonus
    ],
)
def test_after_a_partial_refund_commission_is_that_of_what_is_left(
    settings: dict[str, Any], level_1: int, level_2: int
) -> None:
    goods = {"products": [product(postage_fen=1000)]}
    scene = stage(ladder(8000, 5000), changes=goods, **settings)
    object.__setattr__(scene.model.behaviour.deciding.effort, "buy_alone", 100.0)
    played(scene.reads(100, 5, sender=1).reads(200, 6).reads(300, 7))
    assert scene.fen(Kind.PARTIAL_REFUND) == 3 * 3000
    assert earned(scene, Kind.COMMISSION_PAID) == [(1, 1, level_1), (0, 2, level_2)]


def test_after_several_partial_refunds_it_is_that_of_what_is_left() -> None:
    """Of 2,999 fen 10, 20 and 33 go back, one after the other."""
    group = {"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2999}]}
    scene = stage(group, changes={"products": [product(postage_fen=7)]})
    object.__setattr__(scene.model.behaviour.deciding.effort, "buy_alone", 100.0)
    desk, scheme = scene.model.desk, scene.model.mechanics.all[0]
    whole = desk.confirm

    def in_parts(order: Any, arrives_s: int | None = None) -> None:
        for part_fen in (10, 20, 33):
            desk.partial_refund(order, part_fen)
        whole(order, arrives_s)

    desk.confirm = in_parts
    played(scene.reads(100, 5, sender=1).reads(200, 6))
    assert earned(scene, Kind.COMMISSION_PAID) == [(1, 1, 293), (0, 2, 88)]  # 10 %, 3 % of 2,936
    assert scheme.standing[1].own_sales_fen == 2936


def test_what_was_given_back_was_not_sold() -> None:
    """8,000 paid and 3,000 given back are a sale of 5,000: no higher tier from 6,000 on."""
    up = {"own_sales_fen": 6000, "bonus_rate": 0.02}
    scene = stage(ladder(8000, 5000), level_up=up)
    effort = scene.model.behaviour.deciding.effort
    object.__setattr__(effort, "buy_alone", 100.0)
    scene.reads(100, 5, sender=1).reads(200, 6).reads(300, 7)
    scene.at(DAY, lambda: object.__setattr__(effort, "buy_alone", 0.0)).reads(DAY + 1, 8, sender=1)
    played(scene)
    assert earned(scene)[2:] == [(1, 1, 300), (0, 2, 90)]
    goods = {"products": [product(return_prob=1.0)], "orders": {"refund_window_days": 60.0}}
    back = stage(ladder(8000, 5000), changes=goods)
    object.__setattr__(back.model.behaviour.deciding.effort, "buy_alone", 100.0)
    played(back.reads(100, 5, sender=1).reads(200, 6).reads(300, 7))
    assert back.count(Kind.REFUNDED, Kind.REFUNDED_AFTER) == 3
    assert back.model.mechanics.all[0].standing[1].own_sales_fen == 0


def test_the_ladder_with_postage_case() -> None:
    table = table_of(LADDER_AND_POSTAGE, 1500)
    earned_fen = by_claim(table, Kind.COMMISSION_ACCRUED)
    earned_fen.subtract(by_claim(table, Kind.COMMISSION_REVERSED))
    of_one = {level: fen for (order, _, level), fen in earned_fen.items() if order == 120}
    assert of_one == {1: 600, 2: 180}  # 8,000 - 3,000 + 1,000 = 6,000; 10 %, 3 %
    left, away = left_fen(table), gone(table)
    assert left[120] == 6000
    rates = {1: 0.10, 2: 0.03}
    for (order, _, level), fen in earned_fen.items():
        if order not in away:
            assert fen == share_fen(left[order], rates[level])
    kept = by_claim(table, Kind.COMMISSION_PAID)
    partly = {row["order"] for row in rows(table, Kind.PARTIAL_REFUND)}
    assert sum(order in partly for order, _, _ in kept) >= 11
    assert books_residual_fen(table) == 0


# what is got back of what was paid


def fates(table: EventTable) -> dict[str, int]:
    """What became of commission, of which nothing may be missing, in every account alike."""
    assert books_residual_fen(table) == 0
    view = TableView(table)
    fate = commission_by_fate_fen(view)
    assert fate["frozen"] == 0
    assert fate["accrued"] == sum(fate[part] for part in ("reversed", "kept", "collected", "uncollected"))
    assert commission_fen(view) == fate["kept"] + fate["uncollected"]
    assert commission_uncollected_fen(view) == fate["uncollected"] >= 0
    assert margin_fen(view) == balances_fen(table)[Account.MERCHANT]
    lines = money_by_line_fen(table)
    levels = Counter({"level_1": lines["commission_level_1"], "level_2": lines["commission_level_2"]})
    assert levels.total() + lines["commission_other"] == commission_fen(view)
    assert min(*levels.values(), lines["commission_other"]) >= 0
    return fate


def test_the_clawback_after_withdrawal_case() -> None:
    table = table_of(CLAWED_AFTER_WITHDRAWAL, 3000)
    fate = fates(table)
    assert (fate["paid"], fate["clawed"], fate["lost"]) == (171_133, 70_156, 0)
    assert (fate["collected"], fate["uncollected"]) == (37_288, 32_868)
    assert len(owed_fen(table)) == 34
    assert sum(owed_fen(table).values()) == 32_868
    view = TableView(table)
    paid = TableView(table_of(CLAWED_AFTER_WITHDRAWAL, 3000, **{"mechanics.commission.debts_paid": True}))
    assert commission_by_fate_fen(paid)["collected"] == 70_156
    assert commission_fen(paid) == commission_fen(view) - 32_868 == 100_977
    assert margin_fen(paid) == margin_fen(view) + 32_868


QUICK = {"orders": {"auto_receive_days": 0.0, "refund_window_days": 30.0}, "run": {"horizon_days": 40.0}}
"""Parcels are received at once and may come back for a month."""


def sent_back(scene: Any, *, bought_s: tuple[int, ...], back: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Members 5, 6, ... buy through distributor 1; those of `back` return it. All about distributor 1."""
    for number, when_s in enumerate(bought_s):
        scene.reads(when_s, 5 + number, sender=1)
    desk = scene.model.desk
    for number in back:
        when_s = bought_s[number] + 5 * DAY

        def give_back(member: int) -> None:
            orders = [claims for claims in scene.placed if claims.member == member]
            desk._return(orders[0])

        scene.at(when_s, give_back, 5 + number)
    played(scene)
    kinds = (Kind.COMMISSION_PAID, Kind.COMMISSION_CLAWED, Kind.COMMISSION_COLLECTED, Kind.WITHDRAWN)
    return [(row["kind"], row["order"], row["amount_fen"]) for row in scene.rows(*kinds) if row["actor"] == 1]


def scripted(**settings_: Any) -> Any:
    """A stage that remembers the orders that were received."""
    scene = stage(changes=QUICK, freeze_days=0.0, rates=[0.10], **settings_)
    scene.placed = []
    received = scene.model.mechanics.received

    def note(world: Any, order: Any) -> None:
        scene.placed.append(order)
        received(world, order)

    scene.model.mechanics.received = note
    return scene


PAID, CLAWED, GOT, TAKEN = (
    Kind.COMMISSION_PAID,
    Kind.COMMISSION_CLAWED,
    Kind.COMMISSION_COLLECTED,
    Kind.WITHDRAWN,
)


def test_what_was_withdrawn_is_asked_for_and_kept_back_from_what_is_earned_later() -> None:
    """300 are paid and withdrawn; asked for again, nothing is there. The next 300 cover the debt whole."""
    found = sent_back(scripted(), bought_s=(100, 10 * DAY), back=(0,))
    assert found == [(PAID, 0, 300), (TAKEN, -1, 300), (CLAWED, 0, 300), (PAID, 1, 300), (GOT, 1, 300)]


def test_what_is_never_earned_again_is_never_got_back() -> None:
    scene = scripted()
    assert sent_back(scene, bought_s=(100,), back=(0,))[-1] == (CLAWED, 0, 300)
    fate = fates(scene.table)
    assert (fate["clawed"], fate["collected"], fate["uncollected"]) == (300, 0, 300)


def test_the_balance_gives_what_it_has_and_later_commission_the_rest() -> None:
    """Withdrawn from 500 on. 300 + 300 are withdrawn, then 300 stay; of 600 asked for, 300 are got at once.

    Of the next 300, all are kept back: nothing is owed any more, and of the last 300 nothing is.
    """
    days = (100, 200, 300, 10 * DAY, 20 * DAY)
    found = sent_back(scripted(withdraw_min_fen=500), bought_s=days, back=(0, 1))
    assert [row for row in found if row[0] != PAID] == [
        (TAKEN, -1, 600), (CLAWED, 0, 300), (GOT, 0, 300), (CLAWED, 1, 300), (GOT, 3, 300)
    ]  # fmt: skip


def test_debts_that_are_paid_are_got_at_once_and_only_once() -> None:
    scene = scripted(debts_paid=True)
    found = sent_back(scene, bought_s=(100, 10 * DAY), back=(0,))
    assert found == [
        (PAID, 0, 300), (TAKEN, -1, 300), (CLAWED, 0, 300), (GOT, 0, 300), (PAID, 1, 300), (TAKEN, -1, 300)
    ]  # fmt: skip
    assert fates(scene.table)["uncollected"] == 0


def test_without_clawback_all_that_was_paid_is_lost() -> None:
    scene = scripted(clawback=False)
    assert GOT not in [row[0] for row in sent_back(scene, bought_s=(100, 10 * DAY), back=(0,))]
    fate = fates(scene.table)
    assert (fate["clawed"], fate["lost"], fate["uncollected"], fate["kept"]) == (0, 300, 300, 300)


def test_the_budget_gets_back_what_is_got_back() -> None:
    assert Kind.COMMISSION_COLLECTED in GIVES_BACK_TO_BUDGET
    assert Kind.COMMISSION_CLAWED not in GIVES_BACK_TO_BUDGET
    changes = QUICK | {"operator": {"budget_fen": 1000}}
    scene = stage(changes=changes | {"products": [product(return_prob=1.0)]}, freeze_days=0.0, rates=[0.10])
    played(scene.reads(100, 5, sender=1))
    assert scene.count(Kind.COMMISSION_CLAWED) == 1
    assert scene.model.purse.left_fen == 1000 - 300  # asked for, and not got


# whatever the scheme


PRODUCTS: list[dict[str, Any]] = [
    {"id": "rice", "list_price_fen": 3000, "cost_fen": 1000, "repurchase_days": 2.0},
    {"id": "soup", "list_price_fen": 4999, "cost_fen": 1000},
]
SHOP: dict[str, Any] = {
    "id": "many",
    "population": {
        "members": 50, "segments": [{"id": "all", "browse_per_day": 2.0, "old_customer_share": 0.3}],
    },
    "roles": {"distributors": {"share": 0.2, "second_level_share": 0.7, "posts_per_day": 4.0}},
    "orders": {"payment_prob": 1.0, "auto_receive_days": 0.5, "refund_window_days": 12.0},
    "behaviour": {
        "deciding": {"base": dict.fromkeys(("staple", "interest", "limited", "content"), 1.0)},
        "sharing": {"intercept": -1.0},
    },
    "run": {"horizon_days": 8.0},
}  # fmt: skip


@st.composite
def schemes(draw: st.DrawFn) -> Scenario:
    """A shop with ladder, postage, returns and withdrawals of all sorts."""

    def one(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    rates = one([0.1, 0.03], [0.0777, 0.0333], [0.35], [0.123, 0.045, 0.017])
    scheme = {
        "id": "fenxiao", "type": "commission", "rates": rates, "allow_illegal": True,
        "base": one("paid_with_postage", "paid", "list_price"),
        "fixed_fen": one([], [], [], [77, 33]),
        "level_up": one(None, {"own_sales_fen": 5000, "bonus_rate": 0.0213}),
        "binding": one("all", "first_click", "last_click"),
        "self_purchase": one(False, True),
        "recruit": one("everyone", "designated"),
        "freeze_days": one(0.0, 1.0, 20.0),
        "withdraw_min_fen": one(0, 700),
        "withdraw_fee_share": one(0.0, 0.1),
        "clawback": True,
        "earns_on": one(["alone", "group", "flash", "community"], ["group"], ["alone", "flash"]),
    }  # fmt: skip
    how = one("kept", "kept", "paid", "lost")
    scheme |= {"debts_paid": how == "paid", "clawback": how != "lost"}
    steps = [{"people": 2, "price_fen": 2999}, {"people": 3, "price_fen": one(2501, 1789, 1)}]
    group = {
        "id": "pin", "type": "group_buy", "mode": "ladder", "ladder": steps, "window_hours": 20.0,
        "prices": [{"id": "rice", "price_fen": 2999}], "limit_per_member": 9, "limit_per_order": one(1, 3),
    }  # fmt: skip
    coupon = {"id": "quan", "type": "coupon", "off_fen": 301, "threshold_fen": 301, "per_member": 3}
    changes = {
        "products": [
            made | {"postage_fen": one(0, 600, 1001), "return_prob": one(0.1, 0.5)} for made in PRODUCTS
        ],
        "orders": {"stacking": ["coupon", "group"]},
        "mechanics": [scheme, group, *([coupon] if one(False, True) else [])],
        "run": {"seed": draw(st.integers(0, 10**6))},
    }  # fmt: skip
    return Scenario.model_validate(merged(SHOP, changes))


def due_fen(scenario: Scenario, table: EventTable, order: int, level: int, bonus: bool) -> int:
    """What one level earns on what is left of an order."""
    scheme: Any = scenario.mechanics[0]
    number = next(row["product"] for row in rows(table, Kind.ORDER_PAID) if row["order"] == order)
    units = next(row["value"] for row in rows(table, Kind.ORDER_CONFIRMED) if row["order"] == order)
    what = scenario.products[number]
    base_fen = left_fen(table)[order] - (what.postage_fen if scheme.base == "paid" else 0)
    if scheme.base == "list_price":
        base_fen = what.list_price_fen * units
    sums = [fen * units for fen in scheme.fixed_fen] or [share_fen(base_fen, one) for one in scheme.rates]
    found = sums[level - 1] if level <= len(sums) else 0
    return found + (share_fen(base_fen, scheme.level_up.bonus_rate) if bonus else 0)


def test_commission_is_the_rate_of_what_remains_and_no_claim_is_cash() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=25)
    @given(schemes())
    def holds(scenario: Scenario) -> None:
        table = by_both(scenario)
        fate = fates(table)
        seen.update(got=fate["collected"], owed=fate["uncollected"])
        seen.update(partly=rates_hold(scenario, table), withdrawn=len(rows(table, Kind.WITHDRAWN)))
        debts_hold(scenario, table, fate)

    holds()
    assert min(seen[what] for what in ("partly", "got", "owed", "withdrawn")) > 0, seen


def rates_hold(scenario: Scenario, table: EventTable) -> int:
    """Each order that stands earns each level its rate; of how many a part was given back."""
    scheme: Any = scenario.mechanics[0]
    earned_fen = by_claim(table, Kind.COMMISSION_ACCRUED)
    earned_fen.subtract(by_claim(table, Kind.COMMISSION_REVERSED))
    away = gone(table)
    partly = {row["order"] for row in rows(table, Kind.PARTIAL_REFUND)}
    standing = {claim: fen for claim, fen in earned_fen.items() if claim[0] not in away}
    for (order, _, level), fen in standing.items():
        bonuses = (False, True) if level == 1 and scheme.level_up is not None else (False,)
        assert fen in {due_fen(scenario, table, order, level, bonus) for bonus in bonuses}
    return sum(order in partly for order, _, _ in standing)


def debts_hold(scenario: Scenario, table: EventTable, fate: dict[str, int]) -> None:
    """Nobody gives back more than is asked for, and what is not got is what was withdrawn."""
    scheme: Any = scenario.mechanics[0]
    left: Counter[tuple[int, int]] = Counter()
    for row in rows(table, Kind.COMMISSION_CLAWED, Kind.COMMISSION_COLLECTED):
        sign = 1 if row["kind"] == Kind.COMMISSION_CLAWED else -1
        left[(row["actor"], row["value"])] += sign * row["amount_fen"]
        assert left[(row["actor"], row["value"])] >= 0
    owed: Counter[int] = Counter()
    for (member, _), fen in left.items():
        owed[member] += fen
    assert +owed == ({} if scheme.debts_paid else owed_fen(table))
    if not scheme.clawback:
        assert fate["clawed"] == fate["collected"] == 0
        assert fate["uncollected"] == fate["lost"]
