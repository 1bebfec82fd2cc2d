"""Which orders earn, who can be bound, and how long that holds; each setting turned both ways."""

from pathlib import Path
from typing import Any

import pytest
from commission_rows import by_both, rows
from stage import merged, product
from test_mechanic_commission import commission, earned, fenxiao, played, stage

from sim.events import EventTable, Kind, Route
from sim.mechanics.commission.config import WAYS
from sim.run import prepare
from sim.scenario.load import load_text
from sim.scenario.margin import sales, worst_margin
from sim.scenario.model import Scenario
from sim.scenario.warnings import scenario_warnings
from sim.settings.problems import ScenarioError
from sim.units import DAY

COMMISSION_AND_FLASH = """\
id: commission-and-flash
extends: distribution-shop
mechanics:
  - id: commission
    ranking: null
  - id: evening-flash
    type: flash_sale
    from_day: 2
    days: 10
    start_hours: [20]
    prices: [{id: mask, price_fen: 4990, quota: 40}]
"""


def table_of(**sets: object) -> EventTable:
    loaded = load_text(COMMISSION_AND_FLASH, Path("case.yaml"), sets=sets)
    prepared = prepare(loaded.scenario, members=3000, seed=1)
    return by_both(prepared.scenario, prepared.graph)


def claims_by_route(table: EventTable) -> dict[int, list[int]]:
    """Amounts of claims by the route of their orders."""
    route = {row["order"]: row["value"] for row in rows(table, Kind.ORDER_PLACED)}
    found: dict[int, list[int]] = {}
    for row in rows(table, Kind.COMMISSION_ACCRUED):
        found.setdefault(route[row["order"]], []).append(row["amount_fen"])
    return found


# ways of buying


def test_the_commission_and_flash_case() -> None:
    everything = claims_by_route(table_of())
    assert (len(everything[Route.FLASH]), sum(map(len, everything.values()))) == (43, 279)
    assert sum(everything[Route.FLASH]) == 18_931
    without = claims_by_route(table_of(**{"mechanics.commission.earns_on": ["alone", "group", "community"]}))
    assert Route.FLASH not in without
    assert len(without[Route.BUY_ALONE]) > 200


GROUP = {"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2000}]}


@pytest.mark.parametrize(("ways", "earns"), [(["alone", "flash", "community"], False), (["group"], True)])
def test_a_way_that_does_not_earn_earns_nobody_and_binds_all_the_same(ways: list[str], earns: bool) -> None:
    scene = stage(GROUP, earns_on=ways, ranking={"prizes_fen": [900]})
    effort = scene.model.behaviour.deciding.effort
    object.__setattr__(effort, "buy_alone", 100.0)
    played(scene.reads(100, 5, sender=1).reads(200, 6))
    assert scene.actors(Kind.BOUND) == [5]
    assert earned(scene) == ([(1, 1, 200), (0, 2, 60)] if earns else [])
    assert commission(scene).standing[1].own_sales_fen == (2000 if earns else 0)


def test_every_way_of_buying_is_one_of_those_that_can_earn() -> None:
    assert set(WAYS) == set(Route) - {Route.NONE, Route.RESERVE}
    assert set(WAYS.values()) == {"alone", "group", "flash", "community"}


def expected_fen(scene: Any) -> list[int]:
    """What distributor 1 expects for a sale on each day's noon."""
    found: list[int] = []
    world = scene.model
    for day in range(4):
        scene.at(
            day * DAY + DAY // 2,
            lambda: found.append(commission(scene).rewards_sharing_fen(world, 1, 0)),
        )
    played(scene)
    return found


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [300, 300, 300, 300]),  # 10 % of the list price of 3,000
        ({"earns_on": ["alone"]}, [300, 300, 300, 300]),
        ({"earns_on": ["group"]}, [0, 200, 200, 0]),  # 10 % of 2,000 while the group-buy is open
        ({"earns_on": ["group", "flash"]}, [0, 200, 250, 250]),  # of the dearer one
        ({"earns_on": ["flash"]}, [0, 0, 250, 250]),
        ({"earns_on": ["community"]}, [0, 0, 0, 0]),  # there is none
        ({"earns_on": ["group"], "base": "list_price"}, [0, 300, 300, 0]),
        ({"earns_on": ["group"], "fixed_fen": [70]}, [0, 70, 70, 0]),
    ],
)
def test_what_is_expected_for_a_sale_is_what_an_open_way_earns(
    settings: dict[str, Any], expected: list[int]
) -> None:
    group = GROUP | {"from_day": 1.0, "days": 2.0}
    flash = {"id": "seckill", "type": "flash_sale", "from_day": 2.0, "days": 2.0,
             "prices": [{"id": "rice", "price_fen": 2500}]}  # fmt: skip
    assert expected_fen(stage(group, flash, changes={"orders": {"exclusive": False}}, **settings)) == expected


SHOP: dict[str, Any] = {
    "id": "ways",
    "population": {
        "members": 60, "segments": [{"id": "all", "browse_per_day": 2.0, "old_customer_share": 0.3}],
    },
    "roles": {"distributors": {"share": 0.2, "second_level_share": 0.5, "posts_per_day": 4.0}},
    "products": [
        {"id": "rice", "list_price_fen": 3000, "cost_fen": 1000, "repurchase_days": 1.0},
        {"id": "soup", "list_price_fen": 9000, "cost_fen": 1000, "repurchase_days": 1.0},
    ],
    "orders": {"payment_prob": 1.0, "exclusive": False},
    "mechanics": [
        fenxiao(),
        GROUP,
        {"id": "seckill", "type": "flash_sale", "from_day": 2.0,
         "prices": [{"id": "rice", "price_fen": 2500}]},
        {"id": "tuan", "type": "community_group_buy", "prices": [{"id": "soup", "price_fen": 8000}]},
    ],
    "behaviour": {"deciding": {"base": dict.fromkeys(("staple", "interest", "limited", "content"), 1.0)}},
    "run": {"horizon_days": 5.0, "seed": 3},
}  # fmt: skip


def shop(**settings: Any) -> EventTable:
    mechanics = [fenxiao(**settings), *SHOP["mechanics"][1:]]
    return by_both(Scenario.model_validate(merged(SHOP, {"mechanics": mechanics})))


def test_each_way_can_be_the_only_one_that_earns_and_sellers_choose_what_to_post_by_it() -> None:
    posts = {}
    for way in ("alone", "group", "flash", "community"):
        table = shop(earns_on=[way])
        scheme = [row for row in rows(table, Kind.COMMISSION_ACCRUED) if row["offer"] == 0]
        route = {row["order"]: row["value"] for row in rows(table, Kind.ORDER_PLACED)}
        assert {WAYS[Route(route[row["order"]])] for row in scheme} == {way}
        told = [row["product"] for row in rows(table, Kind.SEND) if row["offer"] == 0]
        posts[way] = told.count(1) / len(told)
    assert posts["group"] < posts["alone"]  # soup, which is dear, earns nothing in groups
    assert posts["flash"] < posts["community"]  # only soup does in the neighbourhood


def test_ways_that_earn_nothing_cost_nothing_and_are_warned_about_where_none_is_open() -> None:
    def with_ways(*ways: str) -> Scenario:
        return Scenario.model_validate(merged(SHOP, {"mechanics": [fenxiao(earns_on=list(ways)), GROUP]}))

    fen = [worst_margin(with_ways("alone"), sale).commission_fen for sale in sales(with_ways("alone"))]
    assert fen == [390, 1170, 0]  # 10 % + 3 % of 3,000 and 9,000, nothing of the group's 2,000
    codes = {
        ways: [one.code for one in scenario_warnings(with_ways(*ways))] for ways in (("group",), ("flash",))
    }
    assert "commission-never-earned" not in codes[("group",)]
    assert "commission-never-earned" in codes[("flash",)]


# who can be bound, and how long


def bound(scene: Any) -> list[tuple[int, int]]:
    return [(row["actor"], row["source"]) for row in scene.rows(Kind.BOUND)]


GOODS = [product(id_) for id_ in ("rice", "soap", "soup")]


def buying(*when_whose: tuple[int, int], changes: dict[str, Any] | None = None, **settings: Any) -> Any:
    """Member 5 buys one thing after another at a time, each through a distributor or -1."""
    scene = stage(changes={"products": GOODS, "run": {"horizon_days": 40.0}} | (changes or {}), **settings)
    for number, (when_s, whose) in enumerate(when_whose):
        scene.reads(when_s, 5, sender=whose, product=number)
    return played(scene)


def first_level(scene: Any) -> list[tuple[int, int]]:
    """Product and earner of each claim of the first level."""
    return [
        (row["product"], row["actor"]) for row in scene.rows(Kind.COMMISSION_ACCRUED) if row["value"] == 1
    ]


@pytest.mark.parametrize("binding", ["all", "first_click"])
@pytest.mark.parametrize(
    ("days", "first", "bindings"),
    [
        (None, [(0, 1), (1, 1), (2, 1)], [(5, 1)]),  # for good
        (20.0, [(0, 1), (1, 1), (2, 0)], [(5, 1), (5, 0)]),  # run out by day 30, bound to 0 then
        (9.0, [(0, 1), (2, 0)], [(5, 1), (5, 0)]),  # nobody's on day 10
    ],
)
def test_a_binding_holds_for_its_days(
    binding: str, days: float | None, first: list[tuple[int, int]], bindings: list[tuple[int, int]]
) -> None:
    when = ((100, 1), (10 * DAY, -1), (30 * DAY, 0))
    scene = buying(*when, binding=binding, binding_days=days)
    assert first_level(scene) == first
    assert bound(scene) == bindings


def test_the_last_second_of_a_binding_counts() -> None:
    paid_s = buying((100, 1), binding="all").rows(Kind.BOUND)[0]["time_s"]
    for late_s, claims in ((0, 2), (1, 1)):
        when = ((100, 1), (paid_s + 5 * DAY - 1 + late_s, -1))
        assert len(first_level(buying(*when, binding="all", binding_days=5.0))) == claims


def test_a_recruit_whose_binding_has_run_out_has_no_upline_by_it() -> None:
    averse = {
        "population": {"segments": [{"id": "all", "browse_per_day": 0.0, "utility": {"interest": -90.0}}]},
        "products": [product("look", category="interest"), product("rice")],
        "orders": {"auto_receive_days": 0.5},
    }
    for days, upline in ((None, 1), (30.0, 1), (0.5, -1)):
        settings = {"binding": "first_click", "binding_days": days, "recruit": "everyone"}
        scene = stage(changes=averse, **settings).reads(
            100, 5, sender=1, product=0
        )  # looks, and does not buy
        played(scene.reads(DAY, 5, product=1))
        assert [(row["actor"], row["source"]) for row in scene.rows(Kind.RECRUITED)] == [(5, upline)]


@pytest.mark.parametrize("binding", ["all", "first_click", "last_click", "permanent"])
@pytest.mark.parametrize(
    ("whom", "newcomer", "old"),
    [
        ("as_binding", True, True),
        ("everyone", True, True),
        ("never_paid", True, False),
        ("never_ordered", True, False),
    ],
)
def test_who_can_be_bound_is_a_setting(binding: str, whom: str, newcomer: bool, old: bool) -> None:
    for old_share, earns in ((0.0, newcomer), (1.0, old)):
        people = {
            "population": {
                "segments": [{"id": "all", "browse_per_day": 0.0, "old_customer_share": old_share}]
            }
        }
        scene = buying((100, 1), binding=binding, bindable=whom, changes=people)
        assert bool(first_level(scene)) == earns


def test_who_has_ordered_and_not_paid_is_no_new_user_and_has_never_paid() -> None:
    def earns(**settings: Any) -> bool:
        scene = stage(changes={"products": GOODS}, **settings)
        rules = scene.model.rules
        object.__setattr__(rules, "payment_prob", 0.0)
        scene.reads(100, 5, product=0)
        scene.at(DAY, lambda: object.__setattr__(rules, "payment_prob", 1.0))
        return bool(first_level(played(scene.reads(DAY + 1, 5, sender=1, product=1))))

    for binding in ("all", "first_click", "last_click"):
        assert earns(binding=binding, bindable="never_paid")
        assert not earns(binding=binding, bindable="never_ordered")


def test_new_only_is_all_for_those_who_never_paid() -> None:
    tables = [
        shop(**settings)
        for settings in ({"binding": "new_only"}, {"binding": "all", "bindable": "never_paid"})
    ]
    assert all((tables[0][name] == tables[1][name]).all() for name in tables[0].columns)
    assert len(rows(tables[0], Kind.BOUND)) > 3
    assert len(rows(shop(binding="all"), Kind.BOUND)) > len(rows(tables[0], Kind.BOUND))


def test_permanent_is_the_first_click_for_good() -> None:
    tables = [shop(binding=binding) for binding in ("permanent", "first_click")]
    assert all((tables[0][name] == tables[1][name]).all() for name in tables[0].columns)
    short = shop(binding="first_click", binding_days=0.5)
    assert len(rows(short, Kind.BOUND)) > len(rows(tables[0], Kind.BOUND)) > 10


@pytest.mark.parametrize("whom", ["never_paid", "never_ordered"])
def test_both_engines_bind_only_whom_they_may(whom: str) -> None:
    bound_ = {row["actor"] for row in rows(shop(binding="first_click", bindable=whom), Kind.BOUND)}
    everyone = {row["actor"] for row in rows(shop(binding="first_click"), Kind.BOUND)}
    assert 0 < len(bound_) < len(everyone)  # three in ten have bought before


def test_a_click_by_somebody_who_has_paid_takes_nothing_over() -> None:
    when = ((100, 1), (10 * DAY, 0))
    assert first_level(buying(*when, binding="last_click", last_click_days=30.0)) == [(0, 1), (1, 0)]
    kept = buying(*when, binding="last_click", last_click_days=30.0, bindable="never_paid")
    assert first_level(kept) == [(0, 1), (1, 1)]


# what is refused


@pytest.mark.parametrize(
    ("settings", "place", "says"),
    [
        ({"earns_on": []}, "earns_on", "at least 1"),
        ({"earns_on": ["bargain"]}, "earns_on", "community"),
        ({"binding": "new_only", "bindable": "everyone"}, "bindable", "use binding 'all'"),
        ({"binding": "permanent", "binding_days": 15}, "binding_days", "first_click"),
        ({"binding": "last_click", "binding_days": 15}, "binding_days", "last_click_days"),
        ({"binding": "all", "binding_days": -1}, "binding_days", "0"),
        ({"debts_paid": True, "clawback": False}, "debts_paid", "clawback: true"),
    ],
)
def test_what_contradicts_itself_is_refused(settings: dict[str, Any], place: str, says: str) -> None:
    sets = {f"mechanics.commission.{name}": value for name, value in settings.items()}
    with pytest.raises(ScenarioError) as caught:
        load_text(COMMISSION_AND_FLASH, Path("case.yaml"), sets=sets)
    problem = caught.value.problems[0]
    assert problem.dotted.startswith(f"mechanics.commission.{place}")
    assert says in problem.message("en")
    assert problem.message("zh") != problem.message("en")


def unrecoverable(**settings: Any) -> list[str]:
    sets = {f"mechanics.commission.{name}": value for name, value in settings.items()}
    loaded = load_text(COMMISSION_AND_FLASH, Path("case.yaml"), sets=sets)
    return [one.message("en") for one in loaded.warnings if one.code == "commission-unrecoverable"]


def test_commission_that_can_be_withdrawn_before_goods_come_back_is_warned_about() -> None:
    assert unrecoverable(freeze_days=7.0) == []
    assert "from later commission only" in unrecoverable(freeze_days=0.0)[0]
    assert "it is not clawed back" in unrecoverable(freeze_days=0.0, clawback=False)[0]
    assert unrecoverable(freeze_days=0.0, debts_paid=True) == []
