"""Every number is limited, and at its least and its greatest value a run ends, or is ended with a reason."""

from __future__ import annotations

import time

import pytest
from extremes import EVERYTHING, Place, dotted, extremes, numbers_of, places_of, with_value
from pydantic import ValidationError

from sim.errors import Cancelled, RunError
from sim.play import play
from sim.run import prepare
from sim.scenario.model import Scenario

BASE = Scenario.model_validate(EVERYTHING)
PLACES = [place for place, _, _ in places_of(BASE)]
ENDLESS_SECONDS = 300.0
"""After which a run is given up as endless; the longest takes a few seconds."""

NOT_TRIED = {"population.members": "its greatest value needs more memory than there is; scaling tests it"}


def tried() -> list[Place]:
    return [place for place in PLACES if dotted(place) not in NOT_TRIED]


def test_every_number_has_a_least_and_a_greatest_value() -> None:
    assert not [name for name, (low, high) in numbers_of().items() if low is None or high is None]


def test_the_scenario_uses_every_number() -> None:
    used = set()
    for place in PLACES:
        part, name = BASE, next(step for step in reversed(place) if isinstance(step, str))
        for step in place[: place.index(name)]:
            part = part[step] if isinstance(step, int) else getattr(part, step)  # type: ignore[index]
        used.add((type(part).__name__, name))
    assert not set(numbers_of()) - used


@pytest.mark.parametrize("place", tried(), ids=dotted)
def test_at_its_extremes_a_run_ends_or_is_ended_with_a_reason(place: Place) -> None:
    kind, limits = next((kind, limits) for at, kind, limits in places_of(BASE) if at == place)
    for value in extremes(kind, limits):
        try:
            scenario = Scenario.model_validate(with_value(BASE.model_dump(), place, value))
        except ValidationError as error:
            assert "value_error" in str(error)  # noqa: PT017 - a rule over several fields, in words
            continue
        began = time.monotonic()

        def look(share: float, began: float = began) -> None:
            if time.monotonic() - began > ENDLESS_SECONDS:
                raise Cancelled("endless", "不结束")

        try:
            play(scenario, prepare(scenario).graph, engine="fast", events="outcomes", progress=look)
        except RunError as error:
            assert "Change" in str(error), f"{value}: {error}"  # noqa: PT017 - it names what to change
