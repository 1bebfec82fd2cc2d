"""The model is a Mesa model: stepped, collected, subclassed, dropped; and the same in every process."""

import ast
import doctest
import gc
import inspect
import os
import subprocess
import sys
import weakref
from typing import Any

import mesa
import pytest
from generated import community_of
from stage import Stage, bare, graph, merged

from sim.engine.agenda import Agenda
from sim.engine.member import KOL, Distributor, Member
from sim.engine.model import CommunityModel
from sim.errors import RunError
from sim.event_files import table_sha256
from sim.events import Kind
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.mechanics.world import Order, Phase, World
from sim.scenario.model import Scenario
from sim.units import DAY, HOUR

LIVELY: dict[str, Any] = {
    "id": "lively",
    "population": {"members": 60, "segments": [{"id": "all", "browse_per_day": 2.0}]},
    "communities": {"chats": [{"id": "chat", "size_mean": 12.0}]},
    "roles": {"kols": [{"id": "head", "count": 1}], "distributors": {"share": 0.1}},
    "products": [{"id": "rice", "list_price_fen": 3000, "cost_fen": 1000, "stock": 30}],
    "mechanics": [
        {"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2000}]},
        {"id": "fenxiao", "type": "commission"},
        {"id": "push", "type": "push", "about": "pintuan", "mention": True},
        {"id": "seeds", "type": "kol_seeding"},
    ],
    "behaviour": {"deciding": {"base": {"staple": -1.0}}},
    "run": {"horizon_days": 3.0, "seed": 11},
}


def lively(**changes: Any) -> Scenario:
    return Scenario.model_validate(merged(LIVELY, changes))


def build(scenario: Scenario | None = None, **options: Any) -> CommunityModel:
    scenario = scenario or lively()
    return CommunityModel(scenario, community_of(scenario), **options)


def test_steps_advance_one_period_until_the_horizon() -> None:
    model = build(lively(run={"period_hours": 7.0}))
    assert isinstance(model, mesa.Model)
    times = []
    while model.running:
        model.step()
        times.append(model.now_s)
    assert times == [*(7 * HOUR * number for number in range(1, 11)), 3 * DAY]
    assert model.steps == 11
    model.run_off()
    assert table_sha256(model.table()) == table_sha256(build(lively(run={"period_hours": 7.0})).run())


def names_given(*kinds: type) -> set[str]:
    """The methods of classes, and what those set on `self`."""
    nodes = [node for kind in kinds for node in ast.walk(ast.parse(inspect.getsource(kind)))]
    methods = {one.name for one in nodes if isinstance(one, ast.FunctionDef)} - {"__init__"}
    stored = [one for one in nodes if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)]
    return methods | {one.attr for one in stored if ast.unparse(one.value) == "self"}


def test_no_name_is_given_that_mesa_has_for_something_else() -> None:
    """Setting one of mesa's may do anything: in 3.5 its `scenario` writes to what it is given."""
    plain = mesa.Model(rng=1)
    assert names_given(CommunityModel) & set(dir(plain)) == {"running", "step"}
    assert names_given(Member, KOL, Distributor).isdisjoint(dir(mesa.Agent(plain)))


def test_the_run_off_waits_for_the_horizon() -> None:
    with pytest.raises(RunError, match="horizon"):
        build().run_off()


def test_agents_and_reporters_work_as_mesa_users_expect() -> None:
    collector = mesa.DataCollector(
        model_reporters={"paid": lambda model: sum(one.orders_paid for one in model.members)},
        agent_reporters={"fatigue": "fatigue", "orders": "orders_paid"},
    )
    model = build(datacollector=collector)
    assert len(model.agents) == 60
    kinds = {kind: len(model.agents_by_type.get(kind, ())) for kind in (Member, KOL, Distributor)}
    assert kinds[KOL] == 1
    assert kinds[Distributor] == len(model.people.distributors) > 0
    table = model.run()
    paid = collector.get_model_vars_dataframe()["paid"]
    assert len(paid) == 72
    at_horizon = table.at_horizon()
    net = len(at_horizon.rows(Kind.ORDER_PAID)["actor"])
    assert 0 < paid.iloc[-1] <= net
    agents = collector.get_agent_vars_dataframe()
    assert len(agents) == 72 * 60
    assert agents["fatigue"].max() > 0.0
    assert table_sha256(table) == table_sha256(build().run())  # looking on changes nothing


def test_one_behaviour_is_overridden_in_a_few_lines_as_documented() -> None:
    everybody = lively(roles={"kols": [], "distributors": {"share": 0.0}})
    usual = build(everybody).run().rows(Kind.ORDER_PLACED)["amount_fen"]
    assert set(usual.tolist()) == {2000, 3000}
    names = {"Member": Member, "CommunityModel": CommunityModel, "Kind": Kind}
    names |= {"scenario": everybody, "graph": community_of(everybody)}
    example = doctest.DocTestParser().get_doctest(Member.__doc__ or "", names, "Member", None, 0)
    assert len(example.examples) == 3
    assert doctest.DocTestRunner().run(example).failed == 0


class GiftConfig(MechanicConfig):
    """A gift for everybody who pays."""

    type: str = "gift"
    worth_fen: int = 100


class Gift(Mechanic):
    """A user's own mechanic."""

    config: GiftConfig

    def received(self, world: World, order: Order) -> None:
        """Give it."""
        world.emit(
            Kind.REWARD_PAID, order.member, offer=self.index, order=order.number,
            amount_fen=self.config.worth_fen, cause=order.cause,
        )  # fmt: skip


def test_a_users_own_mechanic_runs_beside_the_others() -> None:
    def gift(index: int, horizon_s: int) -> Gift:
        return Gift(GiftConfig(id="gift"), index, (0,), horizon_s)

    table = build(mechanics=[gift]).run()
    rewards = table.rows(Kind.REWARD_PAID)
    assert table.header.offers[4].id == "gift"
    assert set(rewards["offer"].tolist()) == {4}
    assert sorted(rewards["order"].tolist()) == sorted(table.rows(Kind.RECEIVED)["order"].tolist())


def test_a_dropped_model_is_forgotten() -> None:
    model = build()
    model.run()
    gone, agent = weakref.ref(model), weakref.ref(model.members[0])
    del model
    gc.collect()
    assert gone() is None
    assert agent() is None


def test_a_second_model_in_between_changes_nothing_in_the_first() -> None:
    alone = table_sha256(build().run())
    first = build()
    first.advance(DAY)
    second = build(lively(run={"seed": 12}))
    second.run()
    assert table_sha256(first.run()) == alone


SCRIPT = """
import json, sys
from generated import run_small
from sim.event_files import table_sha256
from sim.scenario.model import Scenario
print(table_sha256(run_small(Scenario.model_validate(json.loads(sys.argv[1])))))
"""


def test_another_process_with_another_hash_seed_gives_the_same_table() -> None:
    here = table_sha256(build().run())
    path = os.pathsep.join([os.path.dirname(__file__), os.path.dirname(os.path.dirname(__file__))])
    environment = os.environ | {"PYTHONHASHSEED": "4321", "PYTHONPATH": path}
    command = [sys.executable, "-c", SCRIPT, lively().model_dump_json()]
    other = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == here


def test_watching_decisions_changes_nothing_and_sees_their_terms() -> None:
    seen: list[Any] = []
    table = build(watch=frozenset(range(60)), on_decision=seen.append).run()
    assert table_sha256(table) == table_sha256(build().run())
    chosen = [one for one in seen if one.chosen is not None]
    assert len(chosen) >= len(table.rows(Kind.ORDER_PLACED)["actor"]) > 0
    for one in seen:
        for route in one.routes:
            assert route.utility == pytest.approx(sum(route.terms.values()), abs=1e-9)
    assert all(one.chosen.utility > 0.0 for one in chosen)


def test_an_effect_cannot_come_before_its_cause() -> None:
    agenda = Agenda(1)
    agenda.at(5, Phase.SESSION, 0, 1, print)
    agenda.pop_before(10)
    for late_s in (4, 5):
        with pytest.raises(RunError, match="second"):
            agenda.at(late_s, Phase.OFFER, 0, 2, print)


def test_the_agenda_orders_by_time_phase_and_luck_never_by_scheduling() -> None:
    entries = [
        (time_s, phase, who)
        for time_s in (1, 2)
        for phase in (Phase.SESSION, Phase.OFFER)
        for who in range(8)
    ]

    def popped(order: list[tuple[int, Phase, int]]) -> list[tuple[int, int, int]]:
        agenda = Agenda(7)
        for time_s, phase, who in order:
            agenda.at(time_s, phase, who, 1, print)
        taken = []
        while (entry := agenda.pop_before(99)) is not None:
            taken.append((entry[0], entry[1], entry[4]))
        return taken

    forward = popped(entries)
    assert forward == popped(entries[::-1])
    assert [one[:2] for one in forward] == sorted(one[:2] for one in forward)
    first = [who for time_s, phase, who in forward if (time_s, phase) == (1, Phase.OFFER)]
    assert first != sorted(first)


def test_strangers_have_no_tie_and_friends_the_same_both_ways() -> None:
    scene = Stage(bare(), graph(12, [(2, 7)]))
    assert scene.model.tie(2, 7) == scene.model.tie(7, 2) == 0.5
    assert scene.model.tie(2, 6) == scene.model.tie(2, -1) == 0.0
