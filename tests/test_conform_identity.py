"""Every other engine writes the Mesa engine's table, row for row, whatever the scenario."""

import os

import pytest
from generated import cases
from hypothesis import Phase, given, settings

from sim.conform.cases import Case
from sim.conform.corners import corner_cases
from sim.conform.coverage import Coverage, events_of, uses
from sim.conform.difference import first_difference
from sim.conform.engines import NamedEngine
from sim.conform.offers import BY_TYPE
from sim.play import ENGINES
from sim.streams import FORCED_HIGH, FORCED_LOW

MESA = NamedEngine("mesa")
TESTED = [name for name in ENGINES if name not in ("auto", MESA.name)]

EXAMPLES = int(os.environ.get("SHAPAN_EXAMPLES", "36"))  # for each of the ten mechanics
MORE = {"kol_seeding": 150}  # so that each of its six rules of choice is drawn

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
if "SHAPAN_NO_SHRINK" in os.environ:  # shrinking a failure takes minutes
    PHASES = PHASES[:3]


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
@pytest.mark.parametrize("name", TESTED)
def test_identical_events(name: str, type_: str) -> None:
    exercised: set[str] = set()
    events: set[str] = set()

    @settings(max_examples=max(EXAMPLES, MORE.get(type_, 0)), phases=PHASES)
    @given(cases(type_))
    def agree(case: Case) -> None:
        expected = MESA(case.scenario, case.graph)
        actual = NamedEngine(name)(case.scenario, case.graph)
        difference = first_difference(expected, actual, (MESA.name, name))
        assert difference is None, difference.text
        exercised.update(use.name for use in uses(case.scenario))
        events.update(events_of(expected))

    agree()
    coverage = Coverage(frozenset(exercised), frozenset(), frozenset(events))
    print(f"{type_}: {len(exercised)} values exercised")
    print(f"no case had {coverage.never}; no table had {coverage.missing_events}")
    assert not [setting for setting in coverage.never if setting.startswith(f"mechanics.{type_}.")]


@pytest.mark.parametrize("seed", [None, FORCED_LOW, FORCED_HIGH])
@pytest.mark.parametrize("name", TESTED)
def test_identical_events_in_corners(name: str, seed: int | None) -> None:
    for case in corner_cases(1):
        expected = MESA(case.scenario, case.graph, seed)
        difference = first_difference(expected, NamedEngine(name)(case.scenario, case.graph, seed))
        assert difference is None, f"{case.name}: {difference.text}"


@pytest.mark.parametrize("seed", [FORCED_LOW, FORCED_HIGH])
@pytest.mark.parametrize("name", TESTED)
def test_identical_events_with_forced_draws(name: str, seed: int) -> None:
    @settings(max_examples=20, phases=PHASES)
    @given(cases())
    def agree(case: Case) -> None:
        expected = MESA(case.scenario, case.graph, seed)
        difference = first_difference(expected, NamedEngine(name)(case.scenario, case.graph, seed))
        assert difference is None, difference.text

    agree()
