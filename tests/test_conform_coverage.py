"""The generated cases reach every setting and every kind of event, and what they set matters."""

import pytest

from sim.conform.cases import Case, drawn_case
from sim.conform.corners import corner_cases
from sim.conform.coverage import Coverage, covered, every_event, every_setting, uses
from sim.conform.engines import NamedEngine

ENGINE = NamedEngine("fast")  # its tables are those of the other one, see test_conform_identity
SEED = 1

GENERATED = 240  # enough that the rarest event, a leader who leaves a group, comes several times


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    drawn = [drawn_case(SEED, number) for number in range(GENERATED)]
    return [*drawn, *corner_cases(1), *corner_cases(7)]


@pytest.fixture(scope="module")
def coverage(cases: list[Case]) -> Coverage:
    return covered(cases, ENGINE)


def test_every_value_of_every_setting_is_exercised(coverage: Coverage) -> None:
    assert coverage.never == []
    assert coverage.exercised <= every_setting()
    assert len(every_setting()) > 400


def test_every_kind_of_event_reason_route_and_channel_occurs(coverage: Coverage) -> None:
    assert coverage.missing_events == []
    assert coverage.events <= every_event() | {"reason NONE"}


def test_what_is_never_exercised_is_listed() -> None:
    few = [drawn_case(SEED, number, "push") for number in range(2)]
    names = frozenset(use.name for case in few for use in uses(case.scenario))
    coverage = Coverage(names, frozenset(), frozenset({"READ"}))
    assert coverage.never
    assert not set(coverage.never) & names
    assert "ORDER_PAID" in coverage.missing_events
    assert "READ" not in coverage.missing_events


def test_each_case_can_be_made_again() -> None:
    for number in range(5):
        one, other = drawn_case(SEED, number), drawn_case(SEED, number)
        assert one.scenario == other.scenario
        assert one.graph.sha256 == other.graph.sha256
    assert drawn_case(SEED, 0).scenario != drawn_case(SEED + 1, 0).scenario


def test_a_value_is_in_effect_when_another_one_changes_a_table() -> None:
    case = corner_cases(1)[2]
    fee = case.scenario.orders.platform_fee_share
    orders = case.scenario.orders.model_copy(update={"platform_fee_share": fee / 2, "exclusive": False})
    other = Case("other", case.scenario.model_copy(update={"orders": orders}), case.graph)
    found = covered([case, other], ENGINE, effects=True, tries=2)
    assert "orders.platform_fee_share = other" in found.in_effect
    assert "orders.exclusive = false" in found.exercised - found.in_effect
    assert "orders.exclusive = false" not in found.without_effect
