"""The no-campaign twin: the same people and the same luck, without the operator's doing."""

from __future__ import annotations

from sim.scenario.model import Operator, Scenario


def without_campaign(scenario: Scenario) -> Scenario:
    """The scenario with all mechanics and pushes taken out; own demand and talk remain."""
    return scenario.model_copy(update={"mechanics": (), "operator": Operator()})
