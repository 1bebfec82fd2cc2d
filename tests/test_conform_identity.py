"""Every other engine writes the Mesa engine's table, row for row, whatever the scenario."""

import os
from collections.abc import Iterator

import pytest
from generated import cases
from hypothesis import Phase, given, settings

from sim.conform.cases import Case, drawn_case
from sim.conform.corners import corner_cases
from sim.conform.coverage import every_setting, uses
from sim.conform.difference import first_difference
from sim.conform.engines import NamedEngine
from sim.conform.offers import BY_TYPE
from sim.play import ENGINES
from sim.streams import FORCED_HIGH, FORCED_LOW

MESA = NamedEngine("mesa")
TESTED = [name for name in ENGINES if name not in ("auto", MESA.name)]

EXAMPLES = int(os.environ.get("SHAPAN_EXAMPLES", "36"))  # for each of the ten mechanics
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
if "SHAPAN_NO_SHRINK" in os.environ:  # shrinking a failure takes minutes
    PHASES = PHASES[:3]


def covering_cases(type_: str) -> Iterator[Case]:
    """Drawn cases that between them give every setting of a mechanic each of its values."""
    missing = {name for name in every_setting() if name.startswith(f"mechanics.{type_}.")}
    for number in range(400):
        if not missing:
            return
        case = drawn_case(1, number, type_)
        found = missing & {use.name for use in uses(case.scenario)}
        if found:
            yield case
        missing -= found
    assert not missing, f"no case has {sorted(missing)}"


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
@pytest.mark.parametrize("name", TESTED)
def test_identical_events_whatever_a_mechanic_is_set_to(name: str, type_: str) -> None:
    for case in covering_cases(type_):
        expected = MESA(case.scenario, case.graph)
        difference = first_difference(expected, NamedEngine(name)(case.scenario, case.graph))
        assert difference is None, f"{case.name}: {difference.text}"


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
@pytest.mark.parametrize("name", TESTED)
def test_identical_events(name: str, type_: str) -> None:
    @settings(max_examples=EXAMPLES, phases=PHASES)
    @given(cases(type_))
    def agree(case: Case) -> None:
        expected = MESA(case.scenario, case.graph)
        difference = first_difference(expected, NamedEngine(name)(case.scenario, case.graph))
        assert difference is None, difference.text

    agree()


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
