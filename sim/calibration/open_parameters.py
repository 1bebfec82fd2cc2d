"""What the published facts leave open: ranges of parameters of behaviour, and points drawn from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import qmc

from sim.calibration.calibration import FOLDER, OPEN_PARAMETERS, Calibration, CalibrationFile
from sim.scenario.layers import shown_name
from sim.scenario.shape import shape_of
from sim.scenario.shipped import shipped_file
from sim.scenario.source import Node, plain, read_source
from sim.scenario.validate import validate
from sim.settings.problems import Problem, ScenarioError, Text

_SEED = 1  # which Latin hypercube is drawn; the luck of runs does not come from it
_ROOT = "behaviour."


@dataclass(frozen=True)
class OpenParameter:
    """A parameter and the range left open.

    Attributes:
        path: dotted, from `behaviour` on.
        low: lowest value.
        high: highest value.
        whole: whether it is a whole number.
        file: where the range stands.
        line: likewise.
    """

    path: str
    low: float
    high: float
    whole: bool
    file: str
    line: int

    def at(self, share: float) -> float | int:
        """The value at a share (0-1) of the range; each whole number has an equal part of it."""
        if self.whole:
            return int(self.low) + min(int(share * (self.high - self.low + 1)), int(self.high - self.low))
        return self.low + share * (self.high - self.low)


def open_parameters() -> tuple[OpenParameter, ...]:
    """Return what the facts leave open of the shipped defaults.

    Raises:
        ScenarioError: the file that says so is not valid.
    """
    return read_open_parameters(shipped_file(f"{FOLDER}/{OPEN_PARAMETERS}.yaml"))


def read_open_parameters(path: Path) -> tuple[OpenParameter, ...]:
    """Read a file of lines `dotted.path: [lowest, highest]`.

    Raises:
        ScenarioError: it is not valid; holds all problems at once.
    """
    source = read_source(path, shown_name(path))
    problems = list(source.problems)
    parameters = []
    assert isinstance(source.root.value, dict)
    for name, node in source.root.value.items():
        found = _parameter(name, node)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            parameters.append(found)
    for share in (0.0, 1.0):  # both ends, so that everything between them is valid too
        under = behaviour_at(parameters, [share] * len(parameters))
        name_ = Node({"en": Node("", under.file, 0)}, under.file, 0)
        validate(Node({"name": name_, "behaviour": under}, under.file, 0), CalibrationFile, problems)
    return tuple(parameters)


def drawn(parameters: Sequence[OpenParameter], points: int) -> tuple[Calibration, ...]:
    """So many points of the ranges, by a Latin hypercube: the same each time."""
    if not parameters or points < 1:
        return ()
    shares = qmc.LatinHypercube(len(parameters), seed=_SEED).random(points)
    nameless = Text("", "")
    return tuple(
        Calibration(f"point-{number}", nameless, nameless, behaviour_at(parameters, row.tolist()))
        for number, row in enumerate(np.asarray(shares))
    )


def behaviour_at(parameters: Sequence[OpenParameter], shares: Sequence[float]) -> Node:
    """The section `behaviour` of a calibration in which each parameter is at a share of its range."""
    root: dict[str, Node] = {}
    for one, share in zip(parameters, shares, strict=True):
        entries, *steps = root, *one.path.removeprefix(_ROOT).split(".")
        for step in steps[:-1]:
            below = entries.setdefault(step, Node({}, one.file, one.line)).value
            if not isinstance(below, dict):
                raise ScenarioError([Problem(one.file, one.line, one.path, _overlap())])
            entries = below
        entries[steps[-1]] = Node(one.at(share), one.file, one.line)
    return Node(root, parameters[0].file if parameters else "", 0)


def value_at(data: Mapping[str, object], path: str) -> object:
    """The value at a dotted path of plain data."""
    value: object = data
    for step in path.split("."):
        assert isinstance(value, Mapping)
        value = value[step]
    return value


def _parameter(path: str, node: Node) -> OpenParameter | Problem:
    ends = plain(node)
    numbers = (
        isinstance(ends, list)
        and len(ends) == 2
        and all(isinstance(end, (int, float)) and not isinstance(end, bool) for end in ends)
    )
    if not path.startswith(_ROOT):
        rule = Text("must be a path that begins with behaviour.", "必须是以 behaviour. 开头的路径")
        return Problem(node.file, node.line, path, rule)
    if not numbers or not ends[0] < ends[1]:
        rule = Text("must be [lowest, highest], two numbers", "应为 [最低, 最高] 两个数")
        return Problem(node.file, node.line, path, rule, ends)
    shape = shape_of(CalibrationFile)
    for step in path.split("."):
        shape = shape.child(step)
    whole = any(one.schema.get("type") == "integer" for one in shape.solid())
    return OpenParameter(path, float(ends[0]), float(ends[1]), whole, node.file, node.line)


def _overlap() -> Text:
    return Text("is inside another open parameter", "位于另一个未定参数之内")
