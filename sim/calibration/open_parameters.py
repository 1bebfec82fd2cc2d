"""What the published facts leave open: values of parameters of behaviour that go together, point by point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.calibration.calibration import FOLDER, OPEN_PARAMETERS, Calibration, CalibrationFile
from sim.calibration.entries import is_number, read_entries
from sim.scenario.shipped import shipped_file
from sim.scenario.source import Node, plain
from sim.scenario.validate import validate
from sim.settings.problems import Problem, ScenarioError, Text

_ROOT = "behaviour."

_HEAD = """\
# What the published facts leave open: dotted path -> its value at each point. `shapan calibrations --table`
# says how far each metric of the shipped scenarios moves between these points. Written by `shapan identify
# --open`: each point is the end of a walk from the defaults over all these parameters in the ranges of
# priors.yaml, every step of which was simulated and kept every starred band that the defaults meet in the
# same small communities, with the same luck."""


@dataclass(frozen=True)
class OpenParameter:
    """A parameter and its value at each point.

    Attributes:
        path: dotted, from `behaviour` on.
        values: at the first point, the second, ...
        file: where they stand.
        line: likewise.
    """

    path: str
    values: tuple[float, ...]
    file: str
    line: int


def open_parameters() -> tuple[OpenParameter, ...]:
    """Return what the facts leave open of the shipped defaults.

    Raises:
        ScenarioError: the file that says so is not valid.
    """
    return read_open_parameters(shipped_file(f"{FOLDER}/{OPEN_PARAMETERS}.yaml"))


def read_open_parameters(path: Path) -> tuple[OpenParameter, ...]:
    """Read a file of lines `dotted.path: [value at the first point, at the second, ...]`.

    Raises:
        ScenarioError: it is not valid; holds all problems at once.
    """
    found, problems = read_entries(path, _parameter)
    points = len(found[0].values) if found else 0
    parameters = [one for one in found if len(one.values) == points]
    problems += [_miscounted(one, points) for one in found if len(one.values) != points]
    if problems and not parameters:
        raise ScenarioError(problems)
    for number in range(points):
        under = _behaviour_at(parameters, number)
        name_ = Node({"en": Node("", under.file, 0)}, under.file, 0)
        validate(Node({"name": name_, "behaviour": under}, under.file, 0), CalibrationFile, problems)
    return tuple(parameters)


def file_of(points: Sequence[Mapping[str, float]]) -> str:
    """Points as a file that `read_open_parameters` reads; points: dotted path -> value."""
    lines = [f"{path}: [{', '.join(f'{point[path]:g}' for point in points)}]" for path in sorted(points[0])]
    return "\n".join((_HEAD, *lines)) + "\n"


def points_of(parameters: Sequence[OpenParameter], most: int) -> tuple[Calibration, ...]:
    """The points, as calibrations; no more than the first `most`."""
    points = min(most, len(parameters[0].values)) if parameters else 0
    nameless = Text("", "")
    return tuple(
        Calibration(f"point-{number}", nameless, nameless, _behaviour_at(parameters, number))
        for number in range(points)
    )


def _behaviour_at(parameters: Sequence[OpenParameter], number: int) -> Node:
    """The section `behaviour` of the calibration of a point."""
    root: dict[str, Node] = {}
    for one in parameters:
        entries, *steps = root, *one.path.removeprefix(_ROOT).split(".")
        for step in steps[:-1]:
            below = entries.setdefault(step, Node({}, one.file, one.line)).value
            if not isinstance(below, dict):
                raise ScenarioError([Problem(one.file, one.line, one.path, _overlap())])
            entries = below
        entries[steps[-1]] = Node(one.values[number], one.file, one.line)
    return Node(root, parameters[0].file, 0)


def value_at(data: Mapping[str, object], path: str) -> object:
    """The value at a dotted path of plain data."""
    value: object = data
    for step in path.split("."):
        assert isinstance(value, Mapping)
        value = value[step]
    return value


def _parameter(path: str, node: Node) -> OpenParameter | Problem:
    values = plain(node)
    if not path.startswith(_ROOT):
        rule = Text("must be a path that begins with behaviour.", "必须是以 behaviour. 开头的路径")
        return Problem(node.file, node.line, path, rule)
    if not (isinstance(values, list) and values and all(is_number(value) for value in values)):
        rule = Text("must be a list of numbers, one for each point", "应为数的列表，每点一个")
        return Problem(node.file, node.line, path, rule, values)
    return OpenParameter(path, tuple(values), node.file, node.line)


def _miscounted(one: OpenParameter, points: int) -> Problem:
    rule = Text(
        f"must have as many values as the parameter before, {points}", f"应与前一参数的个数相同：{points}"
    )
    return Problem(one.file, one.line, one.path, rule, len(one.values))


def _overlap() -> Text:
    return Text("is inside another open parameter", "位于另一个未定参数之内")
