"""Small whole scenarios for hypothesis: the choices of `sim.conform.cases`, made (and shrunk) by it."""

from typing import Any, TypeVar

from hypothesis import strategies as st

from sim.conform.cases import Case, chosen_case, community_of
from sim.engine.model import CommunityModel
from sim.events import EventTable
from sim.scenario.model import Scenario
from sim.units import DAY

T = TypeVar("T")


class ByHypothesis:
    """A `sim.conform.choice.Chooser` that leaves the choice to hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        """draw: of a composite strategy."""
        self._draw = draw

    def one(self, *values: T) -> T:
        """One of these values; it shrinks to the first."""
        return self._draw(st.sampled_from(values))

    def whole(self, low: int, high: int) -> int:
        """A whole number; it shrinks to the lowest."""
        return self._draw(st.integers(low, high))


@st.composite
def cases(draw: st.DrawFn, *always: str) -> Case:
    """A scenario and its community; `always`: types of mechanics that are in it."""
    return chosen_case(ByHypothesis(draw), "by hypothesis", *always)


def reseeded(scenario: Scenario, seed: int) -> Scenario:
    """The same scenario with other luck."""
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"seed": seed})})


def run_small(scenario: Scenario) -> EventTable:
    """Run a scenario through its run-off, in a generated community."""
    return CommunityModel(scenario, community_of(scenario)).run()


def play(case: Case, **options: Any) -> EventTable:
    """Run a case on the Mesa engine."""
    return CommunityModel(case.scenario, case.graph, **options).run()


def horizon_s(scenario: Scenario) -> int:
    """The end of decisions, in seconds."""
    return int(scenario.run.horizon_days * DAY)
