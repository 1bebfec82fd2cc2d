"""Laying a calibration under a scenario: it takes the place of defaults, and of nothing that a file sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.calibration.calibration import Calibration
from sim.scenario.layers import Layers, compose
from sim.scenario.shape import Shape
from sim.scenario.source import Node
from sim.settings.problems import Problem


def compose_over(
    calibration: Calibration, layers: Layers, shape: Shape, variant: str | None, sets: Mapping[str, object]
) -> tuple[Node, list[Problem]]:
    """As `sim.scenario.layers.compose`, over the defaults of a calibration.

    It is laid under before values are set by hand, which would else write out the model's own defaults, and
    once more after them, because null by hand resets to a default.

    Raises:
        ScenarioError: there is no such variant.
    """
    root, problems = compose(layers, shape, variant, {})
    root = _over(calibration, root)
    layers = replace(layers, root=root, problems=tuple(problems))
    root, problems = compose(layers, shape, None, sets)
    return _over(calibration, root), problems


def _over(calibration: Calibration, root: Node) -> Node:
    return filled(root, Node({"behaviour": calibration.behaviour}, root.file, root.line))


def filled(over: Node, under: Node) -> Node:
    """Return `over` with what it lacks from `under`; what it has, null included, stays.

    Unlike `sim.scenario.merge.merge`, for which null resets: nothing that a file says of its own is undone.
    """
    if not isinstance(over.value, dict) or not isinstance(under.value, dict):
        return over
    entries = dict(over.value)
    for key, item in under.value.items():
        entries[key] = filled(entries[key], item) if key in entries else item
    return Node(entries, over.file, over.line)
