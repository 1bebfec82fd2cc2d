"""The marketing budget binds: what is beyond it is not sent, hired or given, and the table says so."""

from typing import Any

import pytest
from stage import Stage, bare, merged

from sim.conform.cases import drawn_case
from sim.conform.difference import first_difference
from sim.conform.engines import NamedEngine
from sim.conform.invariants import budget
from sim.conform.rows import rows_of
from sim.events import Kind
from sim.ledger import books_residual_fen
from sim.metrics.budget import budget_short_by_offer
from sim.metrics.money import budget_short, marketing_fen
from sim.metrics.view import TableView
from sim.scenario.planned import planned_by_offer_fen, planned_spend_fen
from sim.units import DAY, HOUR

AVERSE = {"behaviour": {"deciding": {"base": {"staple": -50.0}}}}


def stage(*mechanics: dict[str, Any], budget_fen: int | None, **changes: Any) -> Stage:
    changes = merged(AVERSE, changes)
    return Stage(bare(*mechanics, **merged(changes, {"operator": {"budget_fen": budget_fen}})))


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    assert not list(budget(scene.model.settings, rows_of(scene.table)))
    return scene


def short(scene: Stage) -> list[tuple[int, int, int]]:
    return [(row["time_s"], row["offer"], row["value"]) for row in scene.rows(Kind.BUDGET_SHORT)]


def spent_fen(scene: Stage) -> int:
    assert scene.table is not None
    return marketing_fen(TableView(scene.table))


PUSH = {"id": "push", "type": "push", "hours": [10.0], "cost_fen_per_person": 7}
SEEDS = {"id": "seeds", "type": "kol_seeding", "choose": "members", "members": [5, 3, 8], "posts": 1,
         "fee_fen": 400, "hour": 12.0}  # fmt: skip


def test_a_push_goes_to_as_many_as_the_budget_pays_for() -> None:
    scene = played(stage(PUSH, budget_fen=30 * 7 + 6))
    assert [row["value"] for row in scene.rows(Kind.PUSH_COST)] == [12, 12, 6]
    assert [row["value"] for row in scene.rows(Kind.SEND)] == [12, 12, 6]
    days = [day * DAY + 10 * HOUR for day in (2, 3, 4)]
    assert short(scene) == [(days[0], 0, 6), (days[1], 0, 12), (days[2], 0, 12)]
    assert spent_fen(scene) == 210
    # the same people as a budget of so many messages: those first in the line
    counted = played(stage(PUSH | {"budget_people": 30}, budget_fen=None))
    assert sorted(counted.actors(Kind.READ)) == sorted(scene.actors(Kind.READ))
    assert short(counted) == []


def test_what_costs_nothing_is_sent_without_a_budget() -> None:
    scene = played(stage(PUSH | {"cost_fen_per_person": 0}, budget_fen=0))
    assert [row["value"] for row in scene.rows(Kind.SEND)] == [12] * 5
    assert short(scene) == []


def test_whom_the_budget_does_not_pay_is_not_hired_in_the_order_of_hiring() -> None:
    # a fee of 400 and a sample that costs 1,000
    scene = played(stage(SEEDS, budget_fen=2 * 1400 + 1399))
    assert sorted(scene.actors(Kind.SEED)) == sorted(scene.actors(Kind.KOL_FEE)) == [3, 5]
    assert sorted(row["actor"] for row in scene.rows(Kind.SEND)) == [3, 5]
    assert short(scene) == [(0, 0, 1)]
    assert spent_fen(scene) == 2800


def test_a_cheaper_one_is_hired_where_a_dearer_one_is_not_the_scenarios_first_first() -> None:
    dear = SEEDS | {"id": "a-dear", "fee_fen": 5000, "sample": False}
    cheap = SEEDS | {"id": "b-cheap", "members": [1, 2], "sample": False}
    for order in ((dear, cheap), (cheap, dear)):
        scene = played(stage(*order, budget_fen=5400))
        fees = sorted(row["amount_fen"] for row in scene.rows(Kind.KOL_FEE))
        assert fees == ([400, 5000] if order[0] is dear else [400, 400])


def test_money_for_those_who_are_hired_is_kept_for_them() -> None:
    late = SEEDS | {"first_post_day": 2.0, "sample": False}
    scene = played(stage(late, PUSH, budget_fen=1200 + 20 * 7))
    assert [row["value"] for row in scene.rows(Kind.PUSH_COST)] == [12, 8]
    assert len(scene.actors(Kind.KOL_FEE)) == 3
    assert spent_fen(scene) == 1200 + 140
    # a fee that falls due after the horizon is kept for nobody
    never = played(stage(late | {"first_post_day": 9.0, "days": 30.0}, PUSH, budget_fen=140))
    assert [row["value"] for row in never.rows(Kind.PUSH_COST)] == [12, 8]


def test_what_was_promised_is_paid_and_stops_what_would_be_sent_next() -> None:
    invite = {"id": "invite", "type": "referral", "sender_fen": 500, "when": "paid"}
    eager = {"behaviour": {"deciding": {"base": {"staple": 50.0}, "effort": {"buy_alone": 0.0}}}}
    # one member buys on the first evening; from then on nothing is left for pushes
    scene = stage(invite, PUSH | {"hours": [20.0]}, budget_fen=400, **eager)
    scene.reads(100, 5, sender=1)
    played(scene)
    assert [row["amount_fen"] for row in scene.rows(Kind.REWARD_PAID)][:1] == [500]
    assert scene.count(Kind.PUSH_COST) == 0
    assert short(scene)[0] == (20 * HOUR, 1, 12)


def test_prizes_end_with_the_budget_the_first_place_first() -> None:
    fenxiao = {"id": "fenxiao", "type": "commission", "rates": [0.1], "binding": "all",
               "ranking": {"every": "weekly", "prizes_fen": [900, 300, 100]}}  # fmt: skip
    eager = {
        "behaviour": {"deciding": {"base": {"staple": 50.0}, "effort": {"buy_alone": 0.0}}},
        "roles": {"distributors": {"share": 0.4, "posts_per_day": 0.0, "second_level_share": 0.0}},
        "run": {"horizon_days": 8.0},
    }

    def prizes(budget_fen: int | None) -> tuple[list[int], list[int]]:
        scene = stage(fenxiao, budget_fen=budget_fen, **eager)
        sellers = scene.model.people.distributors
        buyers = [member for member in range(12) if member not in sellers]
        assert len(sellers) >= 3
        for buyer, seller in zip(buyers, [*sellers[:3], sellers[0]], strict=False):
            scene.reads(100 + buyer, buyer, sender=seller)
        played(scene)
        return [row["amount_fen"] for row in scene.rows(Kind.PRIZE)], [row[2] for row in short(scene)]

    commission_fen = 4 * 300
    assert prizes(None) == ([900, 300, 100], [])
    assert prizes(commission_fen + 1250) == ([900, 300], [1])
    assert prizes(commission_fen + 350) == ([], [3])  # nobody below the first place is preferred


BINDING = (0, 1, 4, 6, 74, 112)
"""Drawn cases in which pushes, opinion leaders and prizes fall short."""


def test_both_engines_stop_at_the_same_person() -> None:
    found = set()
    for number in BINDING:
        case = drawn_case(1, number)
        mesa, fast = (NamedEngine(name)(case.scenario, case.graph, None) for name in ("mesa", "fast"))
        assert first_difference(mesa, fast) is None
        found |= {
            case.scenario.offers[offer].type for offer in mesa.rows(Kind.BUDGET_SHORT)["offer"].tolist()
        }
    assert found == {"push", "kol_seeding", "commission"}


@pytest.mark.parametrize("number", BINDING)
def test_a_budget_that_is_never_short_changes_nothing(number: int) -> None:
    case = drawn_case(1, number)
    tables = []
    for budget_fen in (None, 10**11):
        operator = case.scenario.operator.model_copy(update={"budget_fen": budget_fen})
        changed = case.scenario.model_copy(update={"operator": operator})
        tables.append(NamedEngine("fast")(changed, case.graph, None))
    assert first_difference(*tables) is None
    assert tables[0].rows(Kind.BUDGET_SHORT)["value"].size == 0


def test_the_purse_counts_what_the_marketing_metric_counts() -> None:
    for number in BINDING:
        case = drawn_case(1, number)
        operator = case.scenario.operator.model_copy(update={"budget_fen": 10**9})
        scene = Stage(case.scenario.model_copy(update={"operator": operator}), case.graph)
        scene.play()
        assert scene.table is not None
        purse = scene.model.purse
        assert purse.left_fen is not None
        assert 10**9 - purse.left_fen == marketing_fen(TableView(scene.table))


def test_the_metrics_read_it_from_the_table() -> None:
    scene = played(stage(SEEDS, PUSH, budget_fen=1400 + 70))
    assert scene.table is not None
    assert budget_short_by_offer(scene.table) == {"seeds": 2, "push": 2 + 4 * 12}
    assert budget_short(TableView(scene.table)) == 52


def test_what_is_planned_is_what_an_unlimited_campaign_spends() -> None:
    scene = played(stage(SEEDS, PUSH, budget_fen=None))
    scenario = scene.model.settings
    assert planned_by_offer_fen(scenario) == {"seeds": 3 * 1400, "push": 5 * 12 * 7}
    assert planned_spend_fen(scenario) == spent_fen(scene)
    enough = played(stage(SEEDS, PUSH, budget_fen=planned_spend_fen(scenario)))
    assert short(enough) == []
    less = played(stage(SEEDS, PUSH, budget_fen=planned_spend_fen(scenario) - 1))
    assert short(less) == [(4 * DAY + 10 * HOUR, 1, 1)]
