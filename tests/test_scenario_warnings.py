"""Each warning appears when its trigger does, points at the value, and speaks both languages."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import price_warnings, reach_warnings, time_warnings
from sim.scenario.margin import sales, worst_margin
from sim.scenario.model import Scenario
from sim.scenario.warnings import RULES, scenario_warnings
from sim.settings.problems import ScenarioWarning

PRODUCT = {"id": "rice", "list_price_fen": 3000, "cost_fen": 1500, "carriage_fen": 300}


def _scenario(*mechanics: dict[str, Any], **rest: Any) -> Scenario:
    return Scenario.model_validate({"id": "toy", "products": (PRODUCT,), "mechanics": mechanics, **rest})


def _warnings(*mechanics: dict[str, Any], **rest: Any) -> dict[str, ScenarioWarning]:
    return {warning.code: warning for warning in scenario_warnings(_scenario(*mechanics, **rest))}


def _group(**fields: Any) -> dict[str, Any]:
    return {"id": "m", "type": "group_buy", "prices": ({"id": "rice", "price_fen": 2500},), **fields}


def _flash(**fields: Any) -> dict[str, Any]:
    return {
        "id": "m",
        "type": "flash_sale",
        "prices": ({"id": "rice", "price_fen": 2500, "quota": 40},),
        **fields,
    }


def _community(**fields: Any) -> dict[str, Any]:
    return {
        "id": "m",
        "type": "community_group_buy",
        "prices": ({"id": "rice", "price_fen": 2500},),
        **fields,
    }


def _commission(**fields: Any) -> dict[str, Any]:
    return {"id": "m", "type": "commission", "rates": (0.05,), **fields}


def _seeding(**fields: Any) -> dict[str, Any]:
    return {"id": "m", "type": "kol_seeding", "choose": "random", "count": 3, "posts": 1, **fields}


def _referral(**fields: Any) -> dict[str, Any]:
    return {"id": "m", "type": "referral", "rewards": "receiver", "receiver_fen": 100, **fields}


TRIGGERS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    # code, path, what triggers it, what does not
    (
        "three-levels",
        "mechanics.m.rates",
        _commission(rates=(0.05, 0.02, 0.01), allow_illegal=True),
        _commission(),
    ),
    ("two-levels", "mechanics.m.rates", _commission(rates=(0.05, 0.02)), _commission()),
    ("pay-by-headcount", "mechanics.m.invite_bonus_fen", _commission(invite_bonus_fen=100), _commission()),
    ("joining-fee", "mechanics.m.joining_fee_fen", _commission(joining_fee_fen=39_800), _commission()),
    (
        "compulsory-purchase",
        "mechanics.m.spent_fen",
        _commission(recruit="spent", spent_fen=39_900),
        _commission(),
    ),
    (
        "team-bonus",
        "mechanics.m.level_up",
        _commission(level_up={"downline_sales_fen": 1000}),
        _commission(level_up={"own_sales_fen": 1000}),
    ),
    (
        "commission-unrecoverable",
        "mechanics.m.freeze_days",
        _commission(clawback=False, freeze_days=3),
        _commission(clawback=False, freeze_days=7),
    ),
    ("share-for-reward", "mechanics.m.rewards", _referral(rewards="sender", sender_fen=100), _referral()),
    ("lottery", "mechanics.m.lottery_prob", _referral(lottery_prob=0.5), _referral()),
    (
        "lottery-over-cap",
        "mechanics.m.lottery_prob",
        _referral(lottery_prob=0.000_01, receiver_fen=51),
        _referral(lottery_prob=0.000_01, receiver_fen=50),
    ),
    ("virtual-fill", "mechanics.m.virtual_fill", _group(virtual_fill="at_expiry"), _group()),
    ("group-failure", "mechanics.m.window_hours", _group(), _group(virtual_fill="any")),
    (
        "group-failure",
        "mechanics.m.minimum_order_fen",
        _community(minimum_order_fen=1000),
        _community(),
    ),
    (
        "fake-progress",
        "mechanics.m.progress_start_share",
        _flash(progress_start_share=0.3),
        _flash(progress_start_share=0.3, progress_bar=False),
    ),
    ("bots-hold-stock", "mechanics.m.bots", _flash(bots=20), _flash()),
    (
        "paid-praise",
        "mechanics.m.lowest_rating",
        {"id": "m", "type": "review_cash_back", "lowest_rating": 4},
        {"id": "m", "type": "review_cash_back"},
    ),
    ("undisclosed-advertising", "mechanics.m.disclosed", _seeding(disclosed=False), _seeding()),
    (
        "below-cost",
        "mechanics.m.prices.rice.price_fen",
        _community(prices=({"id": "rice", "price_fen": 1499},)),
        _community(prices=({"id": "rice", "price_fen": 1500},)),
    ),
    ("window-past-horizon", "mechanics.m.days", _group(from_day=25, days=6), _group(from_day=25, days=5)),
    ("never-opens", "mechanics.m.from_day", _group(from_day=30), _group(from_day=29)),
    (
        "group-window-past-horizon",
        "mechanics.m.window_hours",
        _group(from_day=29, window_hours=25),
        _group(from_day=29),
    ),
    (
        "posts-past-horizon",
        "mechanics.m.posts",
        _seeding(posts=11, every_days=3),
        _seeding(posts=10, every_days=3),
    ),
]


@pytest.mark.parametrize(("code", "path", "bad", "good"), TRIGGERS, ids=[row[0] for row in TRIGGERS])
def test_trigger(code: str, path: str, bad: dict[str, Any], good: dict[str, Any]) -> None:
    warning = _warnings(bad)[code]
    assert warning.path == path
    assert warning.message_zh
    assert warning.message_en
    assert code not in _warnings(good)


def test_legal_ones_name_the_rule_and_say_they_are_no_advice() -> None:
    money_and_time = {
        "order-loses-money",
        "window-past-horizon",
        "never-opens",
        "group-window-past-horizon",
        "posts-past-horizon",
        "bots-hold-stock",
        "commission-unrecoverable",
    }
    for code, _, bad, _ in TRIGGERS:
        warning = _warnings(bad)[code]
        assert bool(warning.law) == (code not in money_and_time), code
        assert ("非法律意见" in warning.message_zh) == bool(warning.law)
        assert ("not legal advice" in warning.message_en) == bool(warning.law)


def test_oversell() -> None:
    assert _warnings(orders={"oversell_guard": False})["oversell"].path == "orders.oversell_guard"


def test_a_push_past_the_end_is_named_in_the_schedule() -> None:
    push = {"id": "p", "type": "push", "from_day": 40}
    assert _warnings(operator={"schedule": (push,)})["never-opens"].path == "operator.schedule.p.from_day"


@pytest.mark.parametrize(
    ("product", "mechanics", "warned"),
    [
        ({"reference_price_basis": "none"}, (), False),  # nothing is struck through
        ({"reference_price_basis": "none", "reference_price_fen": 4000}, (), True),
        ({"reference_price_fen": 4000}, (), False),
        ({"reference_price_basis": "none"}, (_group(),), True),  # the group price is below the list price
        ({}, (_group(),), False),
    ],
)
def test_struck_through_prices_need_a_base(
    product: dict[str, Any], mechanics: tuple[dict[str, Any], ...], warned: bool
) -> None:
    found = _warnings(*mechanics, products=({**PRODUCT, **product},))
    assert ("reference-price-without-base" in found) == warned


def _left_fen(*mechanics: dict[str, Any], way: int = 0, **rest: Any) -> int:
    scenario = _scenario(*mechanics, **rest)
    return worst_margin(scenario, list(sales(scenario))[way]).left_fen


FREE = {"platform_fee_share": 0.0}
COUPON = {"id": "coupon", "type": "coupon", "off_fen": 200, "threshold_fen": 2500}


def test_margin_of_the_own_price_counts_everything_once() -> None:
    assert _left_fen(orders=FREE) == 3000 - 1500 - 300
    assert _left_fen() == 3000 - 1500 - 300 - 18  # 0.6 % of 3,000
    assert _left_fen(_commission(rates=(0.10, 0.05)), orders=FREE) == 1200 - 300 - 150
    assert _left_fen(_commission(fixed_fen=(100, 50)), orders=FREE) == 1200 - 150
    assert _left_fen(_commission(level_up={"invites": 3, "bonus_rate": 0.02}), orders=FREE) == 1200 - 150 - 60
    assert _left_fen(COUPON, {**COUPON, "id": "bigger", "off_fen": 300}, orders=FREE) == 1200 - 300
    assert _left_fen({**COUPON, "borne_by": "platform"}, orders=FREE) == 1200
    assert _left_fen({**COUPON, "threshold_fen": 3001}, orders=FREE) == 1200
    assert _left_fen(_referral(rewards="both", sender_fen=70), orders=FREE) == 1200 - 170
    assert _left_fen({"id": "r", "type": "review_cash_back", "cash_fen": 200}, orders=FREE) == 1000
    assert _left_fen(_seeding(commission_share=0.1), orders=FREE) == 1200 - 300


def test_commission_follows_its_base() -> None:
    coupon_and = ({**COUPON, "id": "coupon"}, _commission(rates=(0.10,)))
    assert _left_fen(*coupon_and, orders=FREE) == 1200 - 200 - 280
    list_price = (coupon_and[0], _commission(rates=(0.10,), base="list_price"))
    assert _left_fen(*list_price, orders=FREE) == 1200 - 200 - 300
    postage = _commission(rates=(0.10,), base="paid_with_postage")
    assert _left_fen(postage, orders=FREE, products=({**PRODUCT, "postage_fen": 500},)) == 1200 + 500 - 350
    own = _commission(rates=(0.10,), product_rates=({"id": "rice", "rates": (0.20,)},))
    assert _left_fen(own, orders=FREE) == 1200 - 600


def test_margin_of_a_group_stacks_only_what_may_stack() -> None:
    group = _group(leader_discount_fen=100, leader_commission_share=0.1)
    group_way = {"way": 1}
    assert _left_fen(group, orders=FREE, **group_way) == 2400 - 1800 - 240
    assert _left_fen(group, COUPON, orders=FREE, **group_way) == 2200 - 1800 - 220
    apart = {**FREE, "stacking": ("group",)}
    assert _left_fen(group, COUPON, orders=apart, **group_way) == 2300 - 1800 - 230
    none = {**FREE, "stacking": ()}
    assert _left_fen(group, COUPON, orders=none, **group_way) == 2400 - 1800 - 240


def test_incentives_at_another_time_or_for_another_product_do_not_count() -> None:
    group = _group(days=5)
    later = _commission(id="c", rates=(0.2,), from_day=5)
    assert _left_fen(group, later, orders=FREE, way=1) == 700
    assert _left_fen(group, {**later, "from_day": 4.9}, orders=FREE, way=1) == 700 - 500
    others = (PRODUCT, {**PRODUCT, "id": "soap"})
    assert _left_fen({**later, "products": ("soap",)}, orders=FREE, products=others) == 1200


def test_an_order_of_several_units_can_be_the_one_that_leaves_least() -> None:
    """Three of 30.00, each of which leaves 12.00 and brings one more carriage of 3.00 less: 15.00."""
    runs_out = {**PRODUCT, "repurchase_days": 30.0}
    three = {**COUPON, "threshold_fen": 7000, "off_fen": 4000}
    group = _group(
        prices=({"id": "rice", "price_fen": 2500},), limit_per_order=3, limit_per_member=3, from_day=0
    )
    stacks = {**FREE, "stacking": ("group",)}
    margin = 3 * (2500 - 1500) - 300 - 4000
    found = {"orders": stacks, "products": (runs_out,)}
    assert _left_fen(group, three, way=1, **found) == margin
    assert _left_fen(group, {**three, "threshold_on": "one_unit"}, way=1, **found) == 700
    assert _left_fen(group, {**three, "off_fen": 100}, way=1, **found) == 700  # one unit leaves least
    warning = _warnings(group, three, **found)["order-loses-money"]
    assert "an order of 3 of 'rice'" in warning.message_en
    assert "3 件一单" in warning.message_zh


def test_loss_is_warned_about_at_the_price_that_loses() -> None:
    ladder = _group(
        mode="ladder", ladder=({"people": 2, "price_fen": 2500}, {"people": 9, "price_fen": 1700})
    )
    warning = _warnings(ladder)["order-loses-money"]
    assert warning.path == "mechanics.m.ladder.1.price_fen"
    assert "¥1.10" in warning.message_en
    assert "¥1.10" in warning.message_zh
    assert "order-loses-money" not in _warnings(_group(), products=({**PRODUCT, "cost_fen": 2185},))
    assert "order-loses-money" in _warnings(_group(), products=({**PRODUCT, "cost_fen": 2186},))


def test_a_plain_shop_has_no_warnings() -> None:
    assert scenario_warnings(_scenario()) == ()


def test_every_rule_is_triggered_by_some_test() -> None:
    scenarios = [_scenario(bad) for _, _, bad, _ in TRIGGERS]
    scenarios.append(_scenario(_commission(rates=(0.6,))))
    scenarios.append(
        _scenario(products=({**PRODUCT, "reference_price_basis": "none", "reference_price_fen": 4000},))
    )
    elsewhere = {*price_warnings.RULES, *reach_warnings.RULES, *time_warnings.RULES}  # test_plan_warnings.py
    rules = [rule for rule in RULES if rule not in elsewhere]
    silent = [rule.__name__ for rule in rules if not any(list(rule(one)) for one in scenarios)]
    assert not silent
