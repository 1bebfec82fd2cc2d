"""Plans that cannot come off are warned about at the value that is wrong, and not at the nearest good one."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import price_warnings, reach_warnings, time_warnings
from sim.scenario.model import Scenario
from sim.scenario.warnings import scenario_warnings

PRODUCT = {"id": "rice", "list_price_fen": 3000, "cost_fen": 1500}
RULES = (*price_warnings.RULES, *reach_warnings.RULES, *time_warnings.RULES)

Parts = dict[str, Any]


def priced(price_fen: int = 2500, **more: Any) -> tuple[Parts, ...]:
    return ({"id": "rice", "price_fen": price_fen, **more},)


def group(**fields: Any) -> Parts:
    return {"mechanics": ({"id": "m", "type": "group_buy", "prices": priced(), **fields},)}


def flash(**fields: Any) -> Parts:
    return {"mechanics": ({"id": "m", "type": "flash_sale", "prices": priced(), **fields},)}


def community(leaders: float = 0.02, **fields: Any) -> Parts:
    return {
        "mechanics": ({"id": "m", "type": "community_group_buy", "prices": priced(), **fields},),
        "roles": {"distributors": {"share": leaders}},
    }


def coupon(**fields: Any) -> Parts:
    return {"mechanics": ({"id": "m", "type": "coupon", "off_fen": 500, "threshold_fen": 2000, **fields},)}


def several(**fields: Any) -> Parts:
    """A coupon for group-buys of up to three units at 28.00, which runs out."""
    bought = group(prices=priced(2800), limit_per_order=3, limit_per_member=9)["mechanics"][0]
    ticket = {"id": "c", "type": "coupon", "off_fen": 500, **fields}
    stacks = {"orders": {"stacking": ("group",)}}
    return {"mechanics": (bought, ticket), **product(repurchase_days=30.0), **stacks}


def commission(leaders: float = 0.02, **fields: Any) -> Parts:
    return {
        "mechanics": ({"id": "m", "type": "commission", "rates": (0.05,), **fields},),
        "roles": {"distributors": {"share": leaders}},
    }


def seeding(**fields: Any) -> Parts:
    return {"mechanics": ({"id": "m", "type": "kol_seeding", "choose": "random", "count": 3, **fields},)}


def pushes(*given: Parts, **rest: Any) -> Parts:
    schedule = tuple({"id": f"p{number}", "type": "push", **one} for number, one in enumerate(given))
    return {"operator": {"schedule": schedule}, **rest}


def product(**fields: Any) -> Parts:
    return {"products": (PRODUCT | fields,)}


def people(members: int = 1000, **segment: Any) -> Parts:
    return {"population": {"members": members, "segments": ({"id": "all", **segment},)}}


def spends(budget_fen: int) -> Parts:
    """Three messages to 1,000 people at 4 fen each."""
    push = {"id": "p", "type": "push", "times": 3, "cost_fen_per_person": 4}
    return people(1000) | {"operator": {"budget_fen": budget_fen, "schedule": (push,)}}


LADDER = ({"people": 2, "price_fen": 2600}, {"people": 9, "price_fen": 2000})
HALF_NEW = people(old_customer_share=0.996)  # of 1,000 members 4 are new

CASES: list[tuple[str, str, Parts, Parts]] = [
    # code, path, what is warned about, the nearest that is not
    (
        "price-above-list",
        "mechanics.m.prices.rice.price_fen",
        group(prices=priced(3001)),
        group(prices=priced(2999)),
    ),
    (
        "price-above-list",
        "mechanics.m.prices.rice.price_fen",
        flash(prices=priced(3001)),
        flash(prices=priced(2999)),
    ),
    (
        "price-above-list",
        "mechanics.m.prices.rice.price_fen",
        community(prices=priced(3001)),
        community(prices=priced(3000)),
    ),
    (
        "price-above-list",
        "mechanics.m.ladder.0.price_fen",
        group(mode="ladder", ladder=({"people": 2, "price_fen": 3001}, LADDER[1])),
        group(mode="ladder", ladder=LADDER),
    ),
    (
        "price-not-below-list",
        "mechanics.m.prices.rice.price_fen",
        group(prices=priced(3000)),
        group(prices=priced(3000), leader_discount_fen=1),
    ),
    (
        "price-not-below-list",
        "mechanics.m.prices.rice.price_fen",
        flash(prices=priced(3000)),
        flash(prices=priced(2999)),
    ),
    (
        "price-below-cost",
        "mechanics.m.prices.rice.price_fen",
        group(prices=priced(1499)),
        group(prices=priced(1500)),
    ),
    (
        "price-below-cost",
        "products.rice.list_price_fen",
        product(list_price_fen=1499),
        product(list_price_fen=1500),
    ),
    (
        "leader-discount-above-price",
        "mechanics.m.leader_discount_fen",
        group(leader_discount_fen=2500),
        group(leader_discount_fen=2499),
    ),
    (
        "coupon-out-of-reach",
        "mechanics.m.threshold_fen",
        coupon(threshold_fen=3001),
        coupon(threshold_fen=3000),
    ),
    (
        "coupon-out-of-reach",  # 3 x 28.00 are the most
        "mechanics.c.threshold_fen",
        several(threshold_fen=8401),
        several(threshold_fen=8400),
    ),
    (
        "coupon-out-of-reach",
        "mechanics.c.threshold_fen",
        several(threshold_fen=3001, threshold_on="one_unit"),
        several(threshold_fen=3000, threshold_on="one_unit"),
    ),
    (
        "coupon-leaves-nothing",  # 2 x 28.00 for nothing
        "mechanics.c.off_fen",
        several(threshold_fen=5600, off_fen=5600),
        several(threshold_fen=5600, off_fen=5599),
    ),
    (
        "coupon-leaves-nothing",
        "mechanics.m.off_fen",
        coupon(off_fen=3000, threshold_fen=3000),
        coupon(off_fen=2999, threshold_fen=3000),
    ),
    ("commission-zero", "mechanics.m.rates", commission(rates=(0.0, 0.05)), commission(rates=(0.01, 0.0))),
    ("commission-zero", "mechanics.m.fixed_fen", commission(fixed_fen=(0,)), commission(fixed_fen=(1,))),
    (
        "commission-zero",
        "mechanics.m.rates",
        commission(rates=(0.0,)),
        commission(rates=(0.0,), product_rates=({"id": "rice", "rates": (0.1,)},)),
    ),
    (
        "level-up-without-bonus",
        "mechanics.m.level_up.bonus_rate",
        commission(level_up={"own_sales_fen": 1000, "bonus_rate": 0.0}),
        commission(level_up={"own_sales_fen": 1000, "bonus_rate": 0.01}),
    ),
    (
        "ranking-without-prizes",
        "mechanics.m.ranking.prizes_fen",
        commission(ranking={"prizes_fen": (0, 0)}),
        commission(ranking={"prizes_fen": (1, 0)}),
    ),
    (
        "leader-commission-zero",
        "mechanics.m.leader_commission",
        community(leader_commission=({"from_fen": 0, "share": 0.0},)),
        community(leader_commission=({"from_fen": 0, "share": 0.01},)),
    ),
    ("stock-zero", "products.rice.stock", product(stock=0), product(stock=1)),
    (
        "quota-zero",
        "mechanics.m.prices.rice.quota",
        group(prices=priced(quota=0)),
        group(prices=priced(quota=2)),
    ),
    (
        "quota-zero",
        "mechanics.m.prices.rice.quota",
        flash(prices=priced(quota=0)),
        flash(prices=priced(quota=1)),
    ),
    (
        "payment-zero",
        "orders.payment_prob",
        {"orders": {"payment_prob": 0.0}},
        {"orders": {"payment_prob": 0.01}},
    ),
    (
        "group-too-large",
        "mechanics.m.group_size",
        group(group_size=251) | people(),
        group(group_size=250) | people(),
    ),
    (
        "group-too-large",
        "mechanics.m.ladder.0.people",
        group(mode="ladder", ladder=({"people": 8, "price_fen": 2600}, LADDER[1])) | people(31),
        group(mode="ladder", ladder=({"people": 8, "price_fen": 2600}, LADDER[1])) | people(32),
    ),
    (
        "group-wants-too-many-new",
        "mechanics.m.group_size",
        group(mode="pull_new", group_size=6) | HALF_NEW,
        group(mode="pull_new", group_size=5) | HALF_NEW,
    ),
    (
        "group-wants-too-many-new",
        "mechanics.m.min_new_customers",
        group(min_new_customers=5, group_size=9) | HALF_NEW,
        group(min_new_customers=4, group_size=9) | HALF_NEW,
    ),
    (
        "group-above-stock",
        "mechanics.m.prices.rice.quota",
        group(group_size=3, prices=priced(quota=2)),
        group(group_size=3, prices=priced(quota=3)),
    ),
    (
        "group-above-stock",
        "products.rice.stock",
        group(group_size=3) | product(stock=2),
        group(group_size=3) | product(stock=3),
    ),
    ("no-leaders", "roles.distributors.share", community(leaders=0.0), community(leaders=0.001)),
    (
        "minimum-out-of-reach",
        "mechanics.m.minimum_order_fen",
        community(minimum_order_fen=50 * 2500 + 1),  # a leader has 50 members
        community(minimum_order_fen=50 * 2500),
    ),
    (
        "minimum-out-of-reach",
        "mechanics.m.minimum_order_fen",
        community(leaders=0.001, minimum_order_fen=60 * 2500 + 1),  # of 1,000 members no more order in a day
        community(leaders=0.001, minimum_order_fen=60 * 2500),
    ),
    (
        "minimum-out-of-reach",  # each of 50 may buy four of what runs out
        "mechanics.m.minimum_order_fen",
        community(minimum_order_fen=200 * 2500 + 1) | product(repurchase_days=9.0),
        community(minimum_order_fen=200 * 2500) | product(repurchase_days=9.0),
    ),
    (
        "reaches-nobody",
        "operator.schedule.p0.audience_share",
        pushes({"audience_share": 0.0}),
        pushes({"audience_share": 0.01}),
    ),
    (
        "reaches-nobody",
        "operator.schedule.p0.budget_people",
        pushes({"budget_people": 0}),
        pushes({"budget_people": 1}),
    ),
    ("reaches-nobody", "mechanics.m.audience_share", coupon(audience_share=0.0), coupon(audience_share=0.01)),
    (
        "reaches-nobody",
        "mechanics.m.opt_out_share",
        {"mechanics": ({"id": "m", "type": "friend_feed", "opt_out_share": 1.0},)},
        {"mechanics": ({"id": "m", "type": "friend_feed", "opt_out_share": 0.99},)},
    ),
    (
        "reaches-nobody",
        "mechanics.m.choose",
        seeding(choose="kols", count=None),
        seeding(choose="kols", count=None) | {"roles": {"kols": ({"id": "star"},)}},
    ),
    (
        "nobody-sells",
        "mechanics.m.apply_prob",
        commission(leaders=0.0, apply_prob=0.0),
        commission(leaders=0.0, apply_prob=0.01),
    ),
    (
        "nobody-sells",
        "mechanics.m.recruit",
        commission(leaders=0.0, recruit="designated"),
        commission(leaders=0.01, recruit="designated"),
    ),
    ("budget-below-plan", "operator.budget_fen", spends(11_999), spends(12_000)),
    ("no-posts", "mechanics.m.posts", seeding(posts=0, fee_fen=100), seeding(posts=1, fee_fen=100)),
    ("no-posts", "mechanics.m.posts", seeding(posts=0, sample=False), seeding(posts=0)),
    ("window-under-an-hour", "mechanics.m.window_hours", group(window_hours=0.99), group(window_hours=1.0)),
    ("window-under-an-hour", "mechanics.m.valid_hours", coupon(valid_hours=0.5), coupon(valid_hours=1.0)),
    ("window-under-an-hour", "mechanics.m.days", group(days=0.04), group(days=0.042, window_hours=1.0)),
    (
        "window-under-an-hour",
        "mechanics.m.cut_off_hour",
        community(open_hour=14.0, cut_off_hour=14.9),
        community(open_hour=14.0, cut_off_hour=15.0),
    ),
    (
        "sale-at-night",
        "mechanics.m.start_hours.1",
        flash(start_hours=(20.0, 5.9)),
        flash(start_hours=(20.0, 6.0)),
    ),
    ("sale-at-night", "mechanics.m.start_hours.0", flash(start_hours=(24.0,)), flash(start_hours=(23.9,))),
    ("post-at-night", "mechanics.m.hour", seeding(hour=3.0), seeding(hour=3.0, posts=0)),
    (
        "push-at-night",
        "operator.schedule.p0.hours.1",
        pushes({"hours": (10.0, 22.0)}),
        pushes({"hours": (10.0, 21.9)}),
    ),
    ("push-at-night", "operator.schedule.p0.hours.0", pushes({"hours": (7.9,)}), pushes({"hours": (8.0,)})),
    (
        "too-many-messages",
        "operator.schedule.p0.hours",
        pushes({"hours": (9.0, 12.0, 15.0)}, {"hours": (20.0,)}),
        pushes({"hours": (9.0, 12.0, 15.0)}),
    ),
    (
        "too-many-messages",
        "operator.schedule.p0.hours",
        pushes({"hours": (9.0, 12.0)}, {"hours": (20.0, 21.0), "every_days": 7}),
        pushes({"hours": (9.0, 12.0)}, {"hours": (20.0, 21.0), "from_day": 1.0, "days": 0.5}),
    ),
    (
        "too-many-messages",
        "operator.schedule.p0.hours",
        pushes({"hours": (9.0, 12.0), "audience": "buyers"}, {"hours": (10.0, 13.0)}),
        pushes(
            {"hours": (9.0, 12.0), "audience": "buyers"}, {"hours": (10.0, 13.0), "audience": "not_buyers"}
        ),
    ),
    (
        "too-many-messages",
        "mechanics.m.leader_posts_per_day",
        community(leader_posts_per_day=4),
        community(leader_posts_per_day=3),
    ),
    (
        "push-outside-offer",
        "operator.schedule.p0.about",
        pushes({"about": "m", "days": 6.0}, **group(days=5.0)),
        pushes({"about": "m", "days": 5.0}, **group(days=5.0)),
    ),
    (
        "push-outside-offer",
        "operator.schedule.p0.about",
        pushes({"about": "m"}, **coupon(from_day=1.0)),
        pushes({"about": "m", "from_day": 1.0}, **coupon(from_day=1.0)),
    ),
    (
        "cancelled-before-paid",
        "orders.unpaid_timeout_minutes",
        {"orders": {"unpaid_timeout_minutes": 10.0, "payment_delay_minutes": 11.0}},
        {"orders": {"unpaid_timeout_minutes": 10.0, "payment_delay_minutes": 10.0}},
    ),
]


def scenario(parts: Parts) -> Scenario:
    return Scenario.model_validate({"id": "toy", "products": (PRODUCT,), **parts})


@pytest.mark.parametrize(("code", "path", "bad", "good"), CASES, ids=[row[0] for row in CASES])
def test_a_plan_that_cannot_come_off(code: str, path: str, bad: Parts, good: Parts) -> None:
    found = [warning for warning in scenario_warnings(scenario(bad)) if warning.code == code]
    assert [warning.path for warning in found] == [path]
    assert found[0].message_zh
    assert found[0].message_en
    assert not found[0].law  # none of these rests on a law
    assert code not in {warning.code for warning in scenario_warnings(scenario(good))}


def test_every_rule_has_a_case() -> None:
    scenarios = [scenario(bad) for _, _, bad, _ in CASES]
    assert not [rule.__name__ for rule in RULES if not any(list(rule(one)) for one in scenarios)]


def test_community_buying_below_cost_is_told_with_its_law_alone() -> None:
    found = [w for w in scenario_warnings(scenario(community(prices=priced(1499)))) if "cost" in w.code]
    assert [warning.code for warning in found] == ["below-cost"]
