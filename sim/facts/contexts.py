"""Named contexts: the situations of the facts, without any coefficient of behaviour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.errors import unknown_name
from sim.facts.fact import Arm
from sim.scenario.layers import Layers, compose
from sim.scenario.merge import merge
from sim.scenario.model import Scenario
from sim.scenario.shape import shape_of
from sim.scenario.shipped import shipped_file
from sim.scenario.source import Node, node_of, plain, read_source
from sim.scenario.validate import validate
from sim.settings.problems import Problem, ScenarioError, Text

PLATFORM_RULES = frozenset(
    f"behaviour.sharing.{rule}" for rule in ("triggers", "channels", "private_limit", "chats_limit")
)
"""What of `behaviour` a context may set: what a platform allows, not how people are."""

_COEFFICIENTS = (
    re.compile(r"behaviour(\.|$)"),
    re.compile(
        r"population\.segments\.[^.]+\.(utility|price_coefficient|price_coefficient_sigma|trust|trait_sigma|"
        r"conformity|sharing|sharing_sigma|privacy|tolerance_items)(\.|$)"
    ),
    re.compile(r"communities\.chats\.[^.]+\.step$"),
    re.compile(r"roles\.kols\.[^.]+\.(credibility|charm)$"),
    re.compile(r"orders\.payment_prob$"),
    re.compile(r"calendar\.[^.]+\.utility$"),
)


@dataclass(frozen=True)
class Context:
    """A named situation: what it lays over a scenario, as plain data."""

    id: str
    name: Text
    lays: Mapping[str, Any]


@cache
def contexts() -> Mapping[str, Context]:
    """Every named context by its id.

    Raises:
        ScenarioError: their file cannot be read.
    """
    data = plain(read_source(shipped_file("facts/contexts.yaml"), "scenarios/facts/contexts.yaml").root)
    assert isinstance(data, dict)
    return {
        id_: Context(id_, Text(one["name"]["en"], one["name"]["zh"]), one["lays"])
        for id_, one in data.items()
    }


def scenario_of(name: str, arm: Arm, sets: Mapping[str, object]) -> Scenario:
    """The scenario of an arm.

    Args:
        name: becomes its id.
        arm: contexts and changes, laid over the defaults.
        sets: dotted path -> value on top: another calibration, or a mechanism switched off.

    Raises:
        InputError: there is no such context.
        ScenarioError: the result is no valid scenario.
    """
    problems: list[Problem] = []
    root = Node({"id": node_of(name, "facts", 0)}, "facts", 0)
    for lays in layers_of(arm):
        root = merge(root, node_of(lays, "facts", 0), problems)
    layers = Layers(root, {}, ("facts",), (), tuple(problems))
    composed, problems = compose(layers, shape_of(Scenario), None, sets)
    scenario = validate(composed, Scenario, problems)
    if problems:
        raise ScenarioError(problems)
    return scenario


def layers_of(arm: Arm) -> Iterator[Mapping[str, Any]]:
    """What an arm lays over the defaults, in order."""
    for id_ in arm.contexts:
        if id_ not in contexts():
            raise unknown_name(Text("context", "情境"), id_, contexts())
        yield contexts()[id_].lays
    yield arm.changes


def changed_paths(lays: object) -> Iterator[str]:
    """The dotted paths that a piece of plain data sets; items of lists by id, `*` for those without."""
    return (path for path, _ in changed_values(lays))


def changed_values(lays: object, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each of these paths with what it is set to."""
    if isinstance(lays, Mapping):
        for key, value in lays.items():
            yield from changed_values(value, f"{path}.{key}" if path else str(key))
    elif isinstance(lays, (list, tuple)) and any(isinstance(item, Mapping) for item in lays):
        for item in lays:
            yield from changed_values(
                {key: value for key, value in item.items() if key != "id"}, f"{path}.{item.get('id', '*')}"
            )
    else:
        yield path, lays


def behavioural(path: str) -> bool:
    """Whether a dotted path is a coefficient of behaviour, which no context may set."""
    if any(path == rule or path.startswith(f"{rule}.") for rule in PLATFORM_RULES):
        return False
    return any(pattern.match(path) for pattern in _COEFFICIENTS)
