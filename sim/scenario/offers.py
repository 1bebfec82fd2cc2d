"""Which offers of a kind a scenario has, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.mechanics.push import PushConfig
from sim.scenario.model import Scenario


def offers_of(scenario: Scenario, kind: type[Any]) -> Iterator[tuple[Any, str]]:
    """Yield the mechanics of a kind, each with its dotted path."""
    for offer in scenario.mechanics:
        if isinstance(offer, kind):
            yield offer, f"mechanics.{offer.id}"


def pushes_of(scenario: Scenario) -> Iterator[tuple[PushConfig, str]]:
    """Yield every push, scheduled or among the mechanics, with its dotted path."""
    yield from offers_of(scenario, PushConfig)
    for push in scenario.operator.schedule:
        yield push, f"operator.schedule.{push.id}"
