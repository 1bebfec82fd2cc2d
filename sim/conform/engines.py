"""What can be put to the test: an engine by name, or the Mesa engine with a user's own mechanic."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.errors import InputError
from sim.events import EventTable
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.network.graph import SocialGraph
from sim.own_rules import object_at
from sim.play import play
from sim.scenario.model import Scenario
from sim.scenario.source import node_of
from sim.scenario.validate import validate
from sim.text import Text

Engine = Callable[[Scenario, SocialGraph, int | None], EventTable]
"""Runs a scenario in a community through its run-off. The third: luck in place of the scenario's seed,
perhaps forced (`sim.streams.FORCED_LOW`). It must be picklable, to be run in another process."""

OWN_ID = "own"
"""The id of a user's own mechanic."""


@dataclass(frozen=True)
class NamedEngine:
    """An engine of `sim.run`."""

    name: str

    def __call__(self, scenario: Scenario, graph: SocialGraph, seed: int | None = None) -> EventTable:
        """Run it."""
        return play(scenario, graph, engine=self.name, seed=seed).table


@dataclass(frozen=True)
class WithMechanic:
    """The Mesa engine with a user's own mechanic beside those of the scenario, for all products.

    Attributes:
        mechanic: its class.
        settings: of its configuration, beside the id; what is not given has its default.
    """

    mechanic: type[Mechanic]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> MechanicConfig:
        """The validated settings.

        Raises:
            InputError: its class does not say what its settings are, or they do not fit.
        """
        name = f"{self.mechanic.__module__}:{self.mechanic.__qualname__}"
        config = inspect.get_annotations(self.mechanic, eval_str=True).get("config")
        if not (isinstance(config, type) and issubclass(config, MechanicConfig)):
            raise InputError(
                f"{name}: the class must say what its settings are, as in `config: MyConfig` "
                "with a subclass of sim.mechanics.base.MechanicConfig",
                f"{name}: 该类须写明其设置的类型，如 `config: MyConfig`，"
                "并为 sim.mechanics.base.MechanicConfig 的子类",
            )
        return validate(node_of({"id": OWN_ID} | dict(self.settings), f"{name}: settings", 0), config)

    def __call__(self, scenario: Scenario, graph: SocialGraph, seed: int | None = None) -> EventTable:
        """Run it."""
        from sim.engine.model import CommunityModel  # mesa takes seconds to import

        def build(index: int, horizon_s: int) -> Mechanic:
            return self.mechanic(self.config, index, tuple(range(len(scenario.products))), horizon_s)

        return CommunityModel(scenario, graph, seed=seed, mechanics=[build]).run()


def load_mechanic(place: str, settings: str = "{}") -> WithMechanic:
    """The mechanic of a place `package.module:Class`, looked for from the working folder too.

    Args:
        place: where it is.
        settings: JSON.

    Raises:
        InputError: there is none, or the settings are not for it.
    """
    found = object_at(Text("mechanic", "玩法"), place)
    if not (isinstance(found, type) and issubclass(found, Mechanic)):
        raise InputError(
            f"mechanic {place}: is no subclass of sim.mechanics.base.Mechanic",
            f"玩法 {place}：不是 sim.mechanics.base.Mechanic 的子类",
        )
    try:
        given = json.loads(settings)
    except ValueError as error:
        raise InputError(
            f"settings of mechanic {place}: not JSON: {error}", f"玩法 {place} 的设置：不是 JSON：{error}"
        ) from error
    if not isinstance(given, dict):
        raise InputError(
            f"settings of mechanic {place}: must be a JSON object, got {settings}",
            f"玩法 {place} 的设置：应为 JSON 对象，实际为 {settings}",
        )
    made = WithMechanic(found, given)
    _ = made.config
    return made
