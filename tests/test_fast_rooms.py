"""No step of the compiled engine needs more room than was made for it, and growing changes no table.

Compiled code checks no bounds: here every array begins with the room of one step and grows by no more than
that, between guards that must stay untouched.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from stage import merged

import sim.fast.engine
import sim.fast.pack
import sim.fast.rooms
import sim.kernel.memory
from sim.conform.cases import CATEGORIES, community_of, drawn_case
from sim.conform.corners import corner_cases
from sim.conform.difference import first_difference
from sim.conform.engines import NamedEngine
from sim.events import EventTable, Kind
from sim.fast.engine import FastRun
from sim.kernel.memory import Memory
from sim.kernel.records import GROWING
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario
from sim.streams import FORCED_HIGH

GUARD = 4096  # bytes that must stay as they are
SLACK = 1 << 23  # bytes behind them, so that a test that fails does not bring the others down
PATTERN = 0xA5
FILLED_LATER = ("offer", "coverage", "counts")
"""What is put in its place before it is filled, which a copy would miss, or takes much."""


class Guarded(Memory):
    """Memory with a guard behind every array that compiled code might write past the end of."""

    made: ClassVar[list["Guarded"]] = []

    def __init__(self) -> None:
        super().__init__()
        self.guards: dict[str, NDArray[np.uint8]] = {}
        self.grown: dict[str, int] = {}
        self.made.append(self)

    def put(self, name: str, array: NDArray[Any]) -> None:
        if name not in FILLED_LATER:
            self.check(name)
            end = array.nbytes
            whole = np.empty(end + GUARD + SLACK, dtype=np.uint8)
            whole[end : end + GUARD] = PATTERN
            self.guards[name] = whole[end : end + GUARD]
            guarded = whole[:end].view(array.dtype)
            guarded[:] = array
            array = guarded
        super().put(name, array)

    def make_room(self, name: str, room: int) -> bool:
        used, have = int(self.world[f"{name}_used"][0]), int(self.world[f"{name}_room"][0])
        assert used <= have, f"{name}: {used} places used of {have}"
        grew = super().make_room(name, room)
        self.grown[name] = self.grown.get(name, -1) + grew
        return grew

    def check(self, name: str) -> None:
        assert (self.guards.get(name, np.empty(0)) == PATTERN).all(), f"{name} was written past its end"


@pytest.fixture
def cramped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every array has room for one step, and is given no more at a time; each step is checked."""
    monkeypatch.setattr(sim.fast.pack, "Memory", Guarded)
    monkeypatch.setattr(sim.fast.rooms, "SPARE", {"sparse": 0.0})
    monkeypatch.setattr(sim.fast.rooms, "ROWS", 0)
    monkeypatch.setattr(sim.fast.engine, "ROWS", 0)
    monkeypatch.setattr(sim.fast.rooms, "ASKED", 2)
    monkeypatch.setattr(sim.kernel.memory, "GROWTH", 1.0)
    Guarded.made.clear()
    yield
    assert Guarded.made
    for memory in Guarded.made:
        for name in memory.guards:
            memory.check(name)
        for name in GROWING:
            assert memory.world[f"{name}_used"] <= memory.world[f"{name}_room"], name


@pytest.fixture(params=["dense", "sparse"])
def standings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standings of every member and product, or a table of those there are."""
    if request.param == "sparse":
        monkeypatch.setattr(sim.fast.rooms, "DENSE_BYTES", 0)


def assert_same(scenario: Scenario, graph: SocialGraph, seed: int | None = None) -> EventTable:
    expected = NamedEngine("mesa")(scenario, graph, seed)
    difference = first_difference(expected, FastRun(scenario, graph, seed=seed).run(), ("mesa", "cramped"))
    assert difference is None, difference.text
    return expected


@pytest.mark.parametrize("number", range(8))
def test_drawn_cases(number: int, cramped: None, standings: None) -> None:
    case = drawn_case(31, number)
    assert_same(case.scenario, case.graph)


GROWN = {
    "payments after the end": {"group"},
    "new customers leave": {"group", "request"},
    "eager and called": {"note", "request"},
}
"""Corner -> what grows in it, beside what grows everywhere."""


@pytest.mark.parametrize("number", range(3))
def test_corners(number: int, cramped: None, standings: None) -> None:
    case = corner_cases(1)[number]
    assert_same(case.scenario, case.graph)
    grows = {"message", "item", "entry", "order", "row"} | GROWN[case.name]
    assert {name for name, times in Guarded.made[0].grown.items() if times > 0} >= grows


def crowd(mechanics: list[dict[str, Any]], **changes: Any) -> Scenario:
    """Eager people who look often, tell each other everything and never sit on money."""
    plain = {
        "id": "crowd",
        "population": {
            "members": 150,
            "segments": [{"id": "all", "browse_per_day": 3.0, "sessions_per_day": 12.0}],
        },
        "communities": {"chats": [{"id": "chat", "size_mean": 20.0}]},
        "products": [{"id": "rice", "list_price_fen": 3000, "cost_fen": 1000}],
        "orders": {"payment_prob": 1.0, "exclusive": False},
        "mechanics": [{"id": f"m{number}"} | one for number, one in enumerate(mechanics)],
        "behaviour": {
            "deciding": {"base": dict.fromkeys(CATEGORIES, 2.0), "effort": {"buy_alone": 50.0}},
            "sharing": {"intercept": 0.0},
        },
        "run": {"horizon_days": 2.0, "seed": 11},
    }
    return Scenario.model_validate(merged(plain, changes))


RICE = [{"id": "rice", "price_fen": 2400}]
MANY = [f"p{number}" for number in range(150)]
CATALOGUE = [{"id": id_, "list_price_fen": 3000, "cost_fen": 1000} for id_ in MANY]

CROWDS: dict[str, tuple[Scenario, Kind, int]] = {
    "all of a day's orders of one leader": (
        crowd(
            [{"type": "community_group_buy", "prices": RICE, "open_hour": 0.0}],
            roles={"distributors": {"share": 0.02}},
            communities={"chats": [{"id": "chat", "size_mean": 150.0, "memberships_per_member": 2.0}]},
        ),
        Kind.COMMISSION_ACCRUED,
        100,
    ),
    "one large group": (
        crowd(
            [{"type": "group_buy", "prices": RICE, "group_size": 90, "window_hours": 48.0}],
            behaviour={
                "deciding": {
                    "base": {"staple": 9.0},
                    "route_taste_sigma": 0.0,
                    "effort": {"buy_alone": 50.0, "open_group": 5.0},
                }
            },
        ),
        Kind.GROUP_SUCCEEDED,
        1,
    ),
    "one large group that fails": (
        crowd([{"type": "group_buy", "prices": RICE, "group_size": 10_000, "window_hours": 40.0}]),
        Kind.REFUNDED,
        100,
    ),
    "many coupons a member": (
        crowd([{"type": "coupon", "off_fen": 100, "threshold_fen": 100, "per_member": 40}]),
        Kind.COUPON_GRANTED,
        150 * 40,
    ),
    "many coupons at a reading": (
        crowd(
            [
                {"type": "coupon", "off_fen": 10, "threshold_fen": 100, "channel": "claimed_on_reading"}
                for _ in range(90)
            ],
            behaviour={"deciding": {"effort": {"buy_alone": 0.0}}},
            orders={"stacking": ["coupon"]},
        ),
        Kind.COUPON_USED,
        90,
    ),
    "many chats at a time": (
        crowd(
            [],
            communities={
                "chats": [
                    {"id": f"c{number}", "size_mean": 8.0, "memberships_per_member": 15.0}
                    for number in range(8)
                ]
            },
            behaviour={
                "deciding": {"effort": {"buy_alone": 0.0}},
                "sharing": {"chats_limit": 200, "channels": ["chat"], "intercept": 1.0},
            },
            run={"horizon_days": 0.4},
            population={"members": 60},
        ),
        Kind.SEND,
        1000,
    ),
    "a session of many products after another": (
        crowd(
            [
                {
                    "type": "flash_sale",
                    "prices": [{"id": id_, "price_fen": 2000, "quota": 5} for id_ in MANY],
                    "start_hours": [8.0, 10.0, 12.0],
                    "duration_hours": 2.0,
                    "bots": 700,
                }
            ],
            products=CATALOGUE,
        ),
        Kind.SALE_OPENED,
        450,
    ),
    "strangers in crowds": (
        crowd(
            [{"type": "kol_seeding", "posts": 3, "every_days": 0.3, "hour": 8.0}],
            roles={"kols": [{"id": "head", "count": 3, "public_pool": 900, "public_pool_growth": 70.5}]},
            behaviour={"deciding": {"base": {"staple": 49.0}}},
            run={"horizon_days": 1.0},
        ),
        Kind.SEND,
        100,
    ),
    "recruits of many schemes": (
        crowd(
            [{"type": "commission", "rates": [0.1, 0.05], "recruit": "everyone"} for _ in range(12)],
            behaviour={"deciding": {"effort": {"buy_alone": 0.0}}},
            orders={"auto_receive_days": 0.0, "payment_prob": 1.0},
            products=[{"id": "rice", "list_price_fen": 3000, "cost_fen": 1000, "delivery_days": 0.0}],
            roles={"distributors": {"share": 0.1, "posts_per_day": 6.0}},
            population={"members": 40},
        ),
        Kind.RECRUITED,
        100,
    ),
    "pushes that call everybody": (
        crowd([{"type": "push", "mention": True, "mention_prob": 1.0, "hours": [9.0, 9.5, 18.0]}]),
        Kind.READ,
        150,
    ),
    "consumables, and reminders": (
        crowd(
            [
                {
                    "type": "flash_sale",
                    "prices": [{"id": id_, "price_fen": 2000} for id_ in MANY[:6]],
                    "start_hours": [20.0],
                    "limit_total": 9,
                }
            ],
            products=[one | {"repurchase_days": 0.1} for one in CATALOGUE[:6]],
        ),
        Kind.RESERVE,
        40,
    ),
}
"""What is crowded -> the scenario, and of what there are at least so many rows."""


@pytest.mark.parametrize("name", CROWDS)
def test_crowds(name: str, cramped: None) -> None:
    scenario, kind, at_least = CROWDS[name]
    table = assert_same(scenario, community_of(scenario))
    assert table.rows(kind)["kind"].size >= at_least


def test_everybody_at_once(cramped: None) -> None:
    scenario = crowd(
        [], communities={"chats": []}, population={"members": 600}, network={"median_degree": 1.0}
    )
    table = assert_same(scenario, community_of(scenario), FORCED_HIGH)
    assert table.rows(Kind.READ)["kind"].size >= 600


def test_a_window_after_the_end_takes_no_room_from_others(cramped: None) -> None:
    late = {"type": "commission", "rates": [0.1], "from_day": 3000.0}
    pushes = {"type": "push", "hours": [float(hour) for hour in range(24)], "budget_people": 0}
    scenario = crowd([pushes] * 20 + [late] * 3)
    assert_same(scenario, community_of(scenario))
