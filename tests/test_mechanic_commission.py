"""Commission 分销, corner by corner. Distributor 0 recruited distributor 1."""

from typing import Any

import numpy as np
import pytest
from stage import Stage, bare, graph, product

from sim.events import Kind
from sim.ledger import Account, balances_fen, books_residual_fen
from sim.mechanics.commission.rules import Commission
from sim.units import DAY

ALONE = {"deciding": {"effort": {"buy_alone": 0.0}}}


def fenxiao(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": "fenxiao",
        "type": "commission",
        "rates": [0.10, 0.03],
        "recruit": "designated",
        "binding": "all",
    }
    return plain | changes


def stage(*more_mechanics: dict[str, Any], changes: dict[str, Any] | None = None, **settings: Any) -> Stage:
    scene = Stage(bare(fenxiao(**settings), *more_mechanics, behaviour=ALONE, **(changes or {})))
    return with_distributors(scene, {0: -1, 1: 0})


def with_distributors(scene: Stage, uplines: dict[int, int]) -> Stage:
    """Make members distributors from the start who post nothing."""
    for mechanic in scene.model.mechanics.all:
        if isinstance(mechanic, Commission):
            for member, upline in uplines.items():
                mechanic.upline[member] = upline
                mechanic._enrol(scene.model, member, 10**9)
    return scene


def commission(scene: Stage) -> Commission:
    found = scene.model.mechanics.all[0]
    assert isinstance(found, Commission)
    return found


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def earned(scene: Stage, kind: Kind = Kind.COMMISSION_ACCRUED) -> list[tuple[int, int, int]]:
    return [(row["actor"], row["value"], row["amount_fen"]) for row in scene.rows(kind)]


def test_two_levels_earn_on_what_was_paid() -> None:
    scene = played(stage().reads(100, 5, sender=1))
    assert earned(scene) == [(1, 1, 300), (0, 2, 90)]
    assert earned(scene, Kind.COMMISSION_PAID) == [(1, 1, 300), (0, 2, 90)]
    assert scene.table is not None
    assert balances_fen(scene.table)[Account.DISTRIBUTOR] == 390


def test_commission_is_paid_when_the_freeze_after_receipt_is_over() -> None:
    scene = played(stage(freeze_days=3.0).reads(100, 5, sender=1))
    received_s = scene.rows(Kind.RECEIVED)[0]["time_s"]
    assert [row["time_s"] for row in scene.rows(Kind.COMMISSION_PAID)] == [received_s + 3 * DAY] * 2


def test_a_freeze_that_the_horizon_cuts_is_settled_in_the_run_off() -> None:
    scene = played(stage().reads(100, 5, sender=1))
    assert [row["runoff"] for row in scene.rows(Kind.COMMISSION_ACCRUED)] == [0, 0]
    assert [row["runoff"] for row in scene.rows(Kind.COMMISSION_PAID)] == [1, 1]


@pytest.mark.parametrize(("base", "amount"), [("paid", 300), ("paid_with_postage", 380), ("list_price", 300)])
def test_the_base_may_hold_the_postage(base: str, amount: int) -> None:
    goods = {"products": [product(postage_fen=800)]}
    assert earned(played(stage(base=base, changes=goods).reads(100, 5, sender=1)))[0] == (1, 1, amount)


def test_the_list_price_as_base_earns_on_what_a_coupon_took_off() -> None:
    quan = {"id": "quan", "type": "coupon", "off_fen": 1000, "threshold_fen": 1000}
    for base, amount in (("paid", 200), ("list_price", 300)):
        assert earned(played(stage(quan, base=base).reads(100, 5, sender=1)))[0] == (1, 1, amount)


def test_fixed_sums_and_rates_of_single_products() -> None:
    fixed = played(stage(fixed_fen=[70, 30]).reads(100, 5, sender=1))
    assert earned(fixed) == [(1, 1, 70), (0, 2, 30)]
    own = played(stage(product_rates=[{"id": "rice", "rates": [0.5]}]).reads(100, 5, sender=1))
    assert earned(own) == [(1, 1, 1500)]


def test_what_a_distributor_buys_counts_for_the_upline_or_with_self_purchase_for_both() -> None:
    assert earned(played(stage().reads(100, 1))) == [(0, 1, 300)]
    assert earned(played(stage(self_purchase=True).reads(100, 1))) == [(1, 1, 300), (0, 2, 90)]


def test_a_refund_inside_the_freeze_reverses_it() -> None:
    scene = stage(
        changes={"products": [product(return_prob=1.0)], "orders": {"refund_window_days": 60.0}},
        freeze_days=100.0,
    )
    played(scene.reads(100, 5, sender=1))
    assert scene.count(Kind.REFUNDED, Kind.REFUNDED_AFTER) == 1
    assert earned(scene, Kind.COMMISSION_REVERSED) == earned(scene)
    assert scene.count(Kind.COMMISSION_PAID) == 0


@pytest.mark.parametrize(
    ("clawback", "kind"), [(True, Kind.COMMISSION_CLAWED), (False, Kind.COMMISSION_LOST)]
)
def test_a_refund_after_settlement_is_clawed_back_or_lost(clawback: bool, kind: Kind) -> None:
    goods = {
        "products": [product(return_prob=1.0)],
        "orders": {"auto_receive_days": 0.0, "refund_window_days": 60.0},
    }
    scheme = {"freeze_days": 0.0, "clawback": clawback, "withdraw_min_fen": 10_000}
    scene = played(stage(changes=goods, **scheme).reads(100, 5, sender=1))
    assert scene.count(Kind.REFUNDED_AFTER) == 1
    assert scene.count(Kind.COMMISSION_PAID) == 2
    assert earned(scene, kind) == earned(scene)
    assert scene.count(Kind.COMMISSION_REVERSED) == 0
    assert scene.table is not None
    assert balances_fen(scene.table)[Account.DISTRIBUTOR] == (0 if clawback else 390)


def test_a_group_that_fails_earns_nobody_anything() -> None:
    group = {"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2000}]}
    scene = stage(group, changes={})
    object.__setattr__(scene.model.behaviour.deciding.effort, "buy_alone", 100.0)
    played(scene.reads(100, 5, sender=1))
    assert scene.count(Kind.REFUNDED) == 1
    assert earned(scene, Kind.COMMISSION_REVERSED) == earned(scene) == [(1, 1, 200), (0, 2, 60)]


def test_what_a_ladder_gives_back_does_not_earn() -> None:
    ladder = [{"people": 2, "price_fen": 2000}, {"people": 3, "price_fen": 1500}]
    group = {"id": "pintuan", "type": "group_buy", "mode": "ladder", "ladder": ladder,
             "prices": [{"id": "rice", "price_fen": 2000}]}  # fmt: skip
    scene = stage(group, changes={})
    object.__setattr__(scene.model.behaviour.deciding.effort, "buy_alone", 100.0)
    played(scene.reads(100, 5, sender=1).reads(200, 6).reads(300, 7))
    assert earned(scene, Kind.COMMISSION_PAID) == [(1, 1, 150), (0, 2, 45)]


TWO_GOODS = {"products": [product(), product("soap")]}


def bought_twice(**settings: Any) -> Stage:
    """5 buys through distributor 1, then something else by itself."""
    return played(stage(changes=TWO_GOODS, **settings).reads(100, 5, sender=1).reads(DAY, 5, product=1))


def test_all_binds_whoever_buys_first_through_a_distributor() -> None:
    scene = bought_twice(binding="all")
    assert [(row["actor"], row["source"]) for row in scene.rows(Kind.BOUND)] == [(5, 1)]
    assert [(row["actor"], row["product"]) for row in scene.rows(Kind.COMMISSION_ACCRUED)] == [
        (1, 0), (0, 0), (1, 1), (0, 1)
    ]  # fmt: skip


def test_new_only_binds_nobody_who_has_paid_before() -> None:
    old = {"population": {"segments": [{"id": "all", "browse_per_day": 0.0, "old_customer_share": 1.0}]}}
    assert earned(played(stage(binding="new_only", changes=old).reads(100, 5, sender=1))) == []
    assert earned(played(stage(binding="all", changes=old).reads(100, 5, sender=1))) != []
    assert len(earned(bought_twice(binding="new_only"))) == 4


def test_the_last_click_counts_while_it_is_fresh() -> None:
    scene = stage(binding="last_click", last_click_days=0.5, changes=TWO_GOODS)
    scene.reads(100, 5, sender=0).reads(200, 6, sender=0).reads(300, 6, sender=1)
    scene.reads(400, 6, product=1).reads(DAY, 5, product=1)  # 5's click has gone stale
    played(scene)
    accrued = [
        (r["source"], r["product"], r["actor"])
        for r in scene.rows(Kind.COMMISSION_ACCRUED)
        if r["value"] == 1
    ]
    assert accrued == [(5, 0, 0), (6, 0, 0), (6, 1, 1)]


def test_a_first_click_binds_for_good() -> None:
    averse = {
        "population": {"segments": [{"id": "all", "browse_per_day": 0.0, "utility": {"interest": -90.0}}]}
    }
    goods = {"products": [product("look", category="interest"), product("rice")]}
    scene = stage(binding="permanent", changes=goods | averse).reads(100, 5, sender=1, product=0)
    played(scene.reads(4 * DAY, 5, sender=0, product=1))
    assert [(row["actor"], row["source"]) for row in scene.rows(Kind.BOUND)] == [(5, 1)]
    assert earned(scene)[0] == (1, 1, 300)


def test_buyers_become_distributors_as_the_rule_says() -> None:
    def recruits(**settings: Any) -> list[tuple[int, int]]:
        quick = {"orders": {"auto_receive_days": 1.0}} | TWO_GOODS
        scene = stage(changes=quick, **settings).reads(100, 5, sender=1).reads(200, 6)
        scene.reads(300, 6, product=1)
        return [(row["actor"], row["source"]) for row in played(scene).rows(Kind.RECRUITED)]

    assert sorted(recruits(recruit="everyone")) == [(5, 1), (6, -1)]
    assert sorted(recruits(recruit="apply", apply_prob=1.0)) == [(5, 1), (6, -1)]
    assert recruits(recruit="apply", apply_prob=0.0) == []
    assert recruits(recruit="spent", spent_fen=6000) == [(6, -1)]
    assert recruits(recruit="designated") == []


def test_money_that_was_given_back_was_not_spent() -> None:
    group = {"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2900}]}
    goods = TWO_GOODS | {"orders": {"auto_receive_days": 0.5}}
    scene = stage(group, changes=goods, recruit="spent", spent_fen=5000)
    effort = scene.model.behaviour.deciding.effort
    object.__setattr__(effort, "buy_alone", 100.0)
    scene.reads(100, 5).at(2 * DAY, lambda: object.__setattr__(effort, "buy_alone", 0.0))
    played(scene.reads(2 * DAY + 1, 5, product=1))
    assert scene.count(Kind.REFUNDED) == scene.count(Kind.RECEIVED) == 1
    assert scene.count(Kind.RECRUITED) == 0


def test_nobody_is_recruited_after_the_horizon() -> None:
    scene = played(stage(recruit="everyone", days=100.0).reads(100, 5, sender=1))
    assert [row["runoff"] for row in scene.rows(Kind.RECEIVED)] == [1]
    assert scene.count(Kind.RECRUITED) == 0


def test_a_recruit_earns_for_the_upline_from_then_on() -> None:
    quick = {"orders": {"auto_receive_days": 0.5}}
    scene = stage(changes=quick, recruit="everyone").reads(100, 5, sender=0)
    played(scene.reads(3 * DAY, 7, sender=5))
    assert [(row["source"], row["actor"], row["value"]) for row in scene.rows(Kind.COMMISSION_ACCRUED)] == [
        (5, 0, 1), (7, 5, 1), (7, 0, 2)
    ]  # fmt: skip


def test_invite_bonuses_stop_at_the_daily_cap() -> None:
    quick = {"orders": {"auto_receive_days": 0.0}, "products": [product(delivery_days=0.0)]}
    scene = stage(changes=quick, recruit="everyone", invite_bonus_fen=500, invite_bonus_daily_cap=2)
    for member in range(5, 9):
        scene.reads(100, member, sender=1)
    scene.reads(2 * DAY, 9, sender=1)
    played(scene)
    assert scene.actors(Kind.REWARD_PAID) == [1, 1, 1]
    assert [row["time_s"] // DAY for row in scene.rows(Kind.REWARD_PAID)] == [0, 0, 2]


def test_a_distributor_who_has_sold_enough_earns_more_until_it_is_given_back() -> None:
    up = {"own_sales_fen": 3000, "bonus_rate": 0.02}
    scene = played(stage(level_up=up).reads(100, 5, sender=1).reads(DAY, 6, sender=1))
    assert [row for row in earned(scene) if row[0] == 1] == [(1, 1, 300), (1, 1, 360)]
    goods = {
        "products": [product(return_prob=1.0)],
        "orders": {"refund_window_days": 60.0},
        "run": {"horizon_days": 90.0},
    }
    back = played(stage(changes=goods, level_up=up).reads(100, 5, sender=1).reads(89 * DAY, 6, sender=1))
    assert [row for row in earned(back) if row[0] == 1] == [(1, 1, 300), (1, 1, 300)]


def test_money_is_withdrawn_above_the_minimum_less_the_fee() -> None:
    scene = stage(withdraw_min_fen=500, withdraw_fee_share=0.1, rates=[0.10])
    played(scene.reads(100, 5, sender=1).reads(200, 6, sender=1).reads(300, 7, sender=1))
    assert [row["amount_fen"] for row in scene.rows(Kind.WITHDRAWN)] == [540]
    assert [row["amount_fen"] for row in scene.rows(Kind.WITHDRAW_FEE)] == [60]


def test_the_best_sellers_of_the_week_win_prizes() -> None:
    ranking = {"every": "weekly", "prizes_fen": [900, 100]}
    scene = stage(changes={"run": {"horizon_days": 15.0}}, ranking=ranking)
    scene.reads(100, 5, sender=1).reads(200, 6, sender=1).reads(300, 7, sender=0).reads(8 * DAY, 8, sender=0)
    played(scene)
    assert [(row["actor"], row["amount_fen"], row["time_s"]) for row in scene.rows(Kind.PRIZE)] == [
        (1, 900, 7 * DAY), (0, 100, 7 * DAY), (0, 900, 14 * DAY)
    ]  # fmt: skip


def posting(**changes: Any) -> Stage:
    roles = {
        "distributors": {"share": 1.0, "posts_per_day": 6.0, "second_level_share": 0.0}
        | changes.pop("roles", {})
    }
    averse = {"deciding": {"base": {"staple": -50.0}}}
    scenario = bare(fenxiao(**changes), behaviour=averse, roles=roles, run={"horizon_days": 21.0})
    ring = [(one, (one + 1) % 12) for one in range(12)]
    return Stage(scenario, graph(12, ring))


def test_distributors_post_inside_the_window_only() -> None:
    scene = played(posting(from_day=0.5, days=1.0))
    times = np.array([row["time_s"] for row in scene.rows(Kind.SEND)])
    assert len(times) > 20
    assert times.min() >= DAY // 2
    assert times.max() < DAY + DAY // 2


def test_who_earns_too_little_posts_less_and_stops() -> None:
    scene = played(posting(roles={"effort_step": 0.9, "dormant_below_per_day": 0.5}))
    assert sorted(scene.actors(Kind.DORMANT)) == list(range(12))
    asleep_s = {row["actor"]: row["time_s"] for row in scene.rows(Kind.DORMANT)}
    late = [row for row in scene.rows(Kind.SEND) if row["time_s"] > asleep_s[row["actor"]] + DAY]
    assert late == []


def test_nothing_is_bound_or_recruited_before_the_window() -> None:
    quick = {"orders": {"auto_receive_days": 0.0}}
    scene = stage(changes=quick, recruit="everyone", binding="permanent", from_day=3.0, joining_fee_fen=100)
    played(scene.reads(100, 5, sender=1).reads(4 * DAY, 6, sender=1))
    assert scene.actors(Kind.BOUND) == [6]
    assert 5 not in scene.actors(Kind.RECRUITED)


def test_a_sale_that_earned_nothing_is_taken_off_the_ranking_too() -> None:
    ranking = {"prizes_fen": [900]}
    goods = {"products": [product(return_prob=1.0)], "run": {"horizon_days": 60.0}}
    back = stage(changes=goods, rates=[0.0], ranking=ranking, from_day=0.0).reads(100, 5, sender=1)
    standing = commission(back).standing[1]
    played(back)
    assert back.count(Kind.COMMISSION_ACCRUED) == 0
    assert standing.own_sales_fen == 0


def test_fixed_sums_count_units_and_a_products_own_rates_come_first() -> None:
    bulk = {"id": "pintuan", "type": "group_buy", "virtual_fill": "any", "limit_per_member": 9,
            "limit_per_order": 9, "prices": [{"id": "rice", "price_fen": 300}]}  # fmt: skip
    goods = {"products": [product(repurchase_days=1000.0)], "population": {"members": 60}}
    averse = {"deciding": {"effort": {"buy_alone": 100.0}}}
    scene = Stage(bare(fenxiao(fixed_fen=[7]), bulk, behaviour=averse, **goods))
    with_distributors(scene, {1: -1})
    for member in range(5, 60):
        scene.reads(100, member, sender=1)
    units = {row["order"]: row["value"] for row in played(scene).rows(Kind.ORDER_CONFIRMED)}
    assert max(units.values()) > 1
    assert all(row["amount_fen"] == 7 * units[row["order"]] for row in scene.rows(Kind.COMMISSION_ACCRUED))
    own = stage(fixed_fen=[7], product_rates=[{"id": "rice", "rates": [0.5]}]).reads(100, 5, sender=1)
    assert earned(played(own)) == [(1, 1, 1500)]
