"""The compiled engine writes the outcomes table itself, and it is the condensed full one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.conform.cases import Case, community_of, drawn_case
from sim.conform.difference import first_difference
from sim.events import EventTable, Kind
from sim.fast.engine import FastRun
from sim.fast.loop import MORE_ROOM, advance
from sim.outcomes import COUNT_KINDS, MESSAGE_KINDS, condensed
from sim.play import play
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.scaling import scaled
from sim.scenario.shipped import shipped_paths
from sim.streams import FORCED_HIGH, FORCED_LOW

RUNS: list[dict[str, Any]] = [
    {},
    {"period_hours": 1 / 3600},
    {"period_hours": 0.3, "start": "2026-11-02T20:00"},
    {"period_hours": 7.3, "start": "2026-12-31T23:00", "horizon_days": 3.3},
    {"period_hours": 24.0, "start": "2026-11-02T09:00", "horizon_days": 14.0},
    {"period_hours": 1000.0, "start": "2026-11-02T01:00", "horizon_days": 17.05},
    {"period_hours": 30.0, "start": "2026-11-02T20:00", "horizon_days": 32.2},
    {"period_hours": 5.0, "horizon_days": 13.999},
    {"period_hours": 2.0, "horizon_days": 1e-5},  # no whole second
]
"""When and how long, and periods of one second to more than the run."""


def with_run(case: Case, **run: Any) -> Case:
    """The same case in another frame."""
    changed = case.scenario.run.model_copy(update=run)
    return replace(case, scenario=case.scenario.model_copy(update={"run": changed}))


def many_products(count: int) -> Case:
    """A case with so many products more, whose members browse them."""
    case = drawn_case(20, 5)
    plain = case.scenario.model_dump()
    last = plain["products"][-1] | {"popularity": 1.0}
    for segment in plain["population"]["segments"]:
        segment["browse_per_day"] = 40.0
    more = [last | {"id": f"more{number}"} for number in range(count)]
    plain["products"] = [*plain["products"], *more]
    return replace(case, scenario=Scenario.model_validate(plain))


def written(case: Case, seed: int | None = None) -> EventTable:
    """The outcomes table as the engine writes it, after a comparison with the condensed full one."""
    expected = condensed(FastRun(case.scenario, case.graph, seed=seed).run(), case.scenario.run.period_s)
    direct = FastRun(case.scenario, case.graph, seed=seed, events="outcomes").run()
    difference = first_difference(expected, direct, ("condensed", "direct"))
    assert difference is None, f"{case.name}: {difference.text}"
    assert {name: column.dtype for name, column in direct.columns.items()} == {
        name: column.dtype for name, column in expected.columns.items()
    }
    return direct


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_drawn_cases(run: dict[str, Any]) -> None:
    kinds: set[int] = set()
    for number in range(12):
        kinds.update(written(with_run(drawn_case(20, number), **run))["kind"].tolist())
    days = run.get("horizon_days", 0.0)
    if days >= 14.0:  # else nobody is kept
        assert kinds >= set(COUNT_KINDS) - ({Kind.COUNT_BACK_D30} if days < 31.0 else set())


@pytest.mark.parametrize("seed", [FORCED_LOW, FORCED_HIGH])
def test_forced_luck(seed: int) -> None:
    for number in range(4):
        written(drawn_case(21, number), seed)


@pytest.mark.parametrize("name", shipped_paths())
def test_shipped_scenarios(name: str) -> None:
    scenario, _ = scaled(load_scenario(name).scenario, 300)
    case = Case(name, scenario, community_of(scenario))
    for period_hours in (0.05, 24.0):
        made = written(with_run(case, period_hours=period_hours))
        assert np.isin(Kind.COUNT_ACTIVE, made["kind"])


def test_standings_found_by_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.fast.rooms.DENSE_BYTES", 0)
    written(drawn_case(20, 5))


def test_a_period_with_more_counts_than_there_was_room_for_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    case = with_run(many_products(100), period_hours=1000.0)
    monkeypatch.setattr("sim.fast.rooms.ROWS", 1)
    monkeypatch.setattr("sim.fast.engine.ROWS", 1)
    room = int(FastRun(case.scenario, case.graph, events="outcomes").memory.world["row_room"][0])
    made = written(case)
    counts = np.isin(made["kind"], np.array(COUNT_KINDS))
    _, in_period = np.unique(made["time_s"][counts], return_counts=True)
    assert in_period.max() > room


def test_room_is_asked_for_before_the_counts_would_not_fit() -> None:
    case = drawn_case(20, 5)
    memory = FastRun(case.scenario, case.graph, events="outcomes").memory
    memory.world["counted_used"] = memory.world["row_room"]
    assert advance(memory.w, 0) == MORE_ROOM


def test_what_is_counted_is_not_listed() -> None:
    case = drawn_case(20, 5)
    full = FastRun(case.scenario, case.graph).run()
    assert (full.header.events, full.header.period_s) == ("full", 0)
    assert not np.isin(full["kind"], np.array(COUNT_KINDS)).any()
    assert set(MESSAGE_KINDS) <= set(full["kind"].tolist())
    assert not np.isin(written(case)["kind"], np.array(MESSAGE_KINDS)).any()


def test_played_by_either_engine() -> None:
    case = drawn_case(20, 5)
    tables = [
        play(case.scenario, case.graph, engine=engine, events="outcomes").table for engine in ("mesa", "fast")
    ]
    assert tables[1].header.events == "outcomes"
    assert first_difference(tables[0], tables[1]) is None
