"""What a planner should know about a valid scenario before launch."""

from __future__ import annotations

from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioWarning


def scenario_warnings(scenario: Scenario) -> tuple[ScenarioWarning, ...]:
    """Return the warnings about a scenario, in the order of its parts."""
    return ()
