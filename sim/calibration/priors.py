"""What could be: parameters of behaviour with wide ranges, and scenarios with values of them laid in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.calibration.calibration import FOLDER
from sim.calibration.entries import is_number, read_entries
from sim.scenario.model import Scenario
from sim.scenario.shipped import shipped_file
from sim.scenario.source import Node, plain
from sim.settings.behaviour import Behaviour, ResponsePoint, ResponseTable
from sim.settings.community import Segment
from sim.settings.problems import Problem, ScenarioError, Text
from sim.streams import normal_cdf, normal_quantile

PRIORS = "priors"
"""Stem of the file in the folder of calibrations that holds them."""

_BEHAVIOUR, _SEGMENT, _RISE = "behaviour.", "population.segments.*.", "rise_"


@dataclass(frozen=True)
class Prior:
    """A parameter, and the range that it was given before any fact was looked at: uniform between its ends.

    Attributes:
        path: dotted. `population.segments.*.x` is x of every segment; `...low_effort.rise_2` is what the
            response table rises from its first to its second adopter, in standard deviations of taste.
        low: lowest value.
        high: highest value.
        source: where the range comes from.
    """

    path: str
    low: float
    high: float
    source: str

    @property
    def default(self) -> float:
        """As shipped."""
        return float(shipped(self.path))

    @property
    def whole(self) -> bool:
        """Whether it is a whole number."""
        return isinstance(shipped(self.path), int)

    @property
    def of_behaviour(self) -> bool:
        """Whether a path of behaviour names it: no trait of segments, no rise of a response table."""
        return self.path.startswith(_BEHAVIOUR) and f".{_RISE}" not in self.path

    @property
    def default_share(self) -> float:
        """Where in the range the shipped value is: 0-1."""
        return (self.default - self.low) / (self.high - self.low)

    def at(self, share: float) -> float:
        """The value at a share (0-1) of the range."""
        return self.low + share * (self.high - self.low)


@cache
def priors() -> tuple[Prior, ...]:
    """Return every parameter with its range.

    Raises:
        ScenarioError: the file that says so is not valid.
    """
    return read_priors(shipped_file(f"{FOLDER}/{PRIORS}.yaml"))


def read_priors(path: Path) -> tuple[Prior, ...]:
    """Read a file of `dotted.path: {low: 0, high: 1, source: ...}`.

    Raises:
        ScenarioError: it is not valid; holds all problems at once.
    """
    found, problems = read_entries(path, _prior)
    if problems:
        raise ScenarioError(problems)
    return tuple(found)


def shipped(path: str) -> float | int:
    """The shipped value of a parameter.

    Raises:
        AttributeError, ValueError: there is none at this path.
    """
    if path.startswith(_SEGMENT):
        value: Any = Segment(id="everyone")
        return _number(value, path.removeprefix(_SEGMENT))
    value = Behaviour()
    *steps, last = path.removeprefix(_BEHAVIOUR).split(".")
    for step in steps:
        value = getattr(value, step)
    if last.startswith(_RISE):
        return _rises(value)[int(last.removeprefix(_RISE))]
    return _number(value, last)


def _number(settings: object, name: str) -> float | int:
    value = getattr(settings, name)
    if not isinstance(value, (int, float)):
        raise ValueError(f"{name} is no number")
    return value


def laid(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with other values of parameters, whatever it says of them itself.

    values: path of a prior -> value; of the parameters that are whole numbers the nearest one is taken.
    """
    traits = {
        path.removeprefix(_SEGMENT): value for path, value in values.items() if path.startswith(_SEGMENT)
    }
    segments = [one.model_copy(update=traits) for one in scenario.population.segments]
    behaviour: BaseModel = scenario.behaviour
    for path, value in values.items():
        if path.startswith(_BEHAVIOUR):
            behaviour = _with(behaviour, path.removeprefix(_BEHAVIOUR).split("."), value)
    population = scenario.population.model_copy(update={"segments": tuple(segments)})
    return scenario.model_copy(update={"population": population, "behaviour": behaviour})


def _with(settings: BaseModel, steps: Sequence[str], value: float) -> BaseModel:
    step, *below = steps
    if isinstance(settings, ResponseTable):
        return _table(settings, int(step.removeprefix(_RISE)), value)
    old = getattr(settings, step)
    new = _with(old, below, value) if below else round(value) if isinstance(old, int) else value
    return settings.model_copy(update={step: new})


def _rises(table: ResponseTable) -> list[float]:
    """Normal quantile of the first point's probability, then what each further point adds to it."""
    levels = [normal_quantile(point.prob) for point in table.points]
    return [levels[0], *(upper - lower for lower, upper in pairwise(levels))]


def _table(table: ResponseTable, number: int, rise: float) -> ResponseTable:
    rises = _rises(table)
    rises[number] = rise
    levels = [sum(rises[: k + 1]) for k in range(len(rises))]
    return ResponseTable(
        points=tuple(
            ResponsePoint(at=point.at, prob=normal_cdf(level))
            for point, level in zip(table.points, levels, strict=True)
        )
    )


def _prior(path: str, node: Node) -> Prior | Problem:
    given = plain(node)
    if not isinstance(given, dict) or set(given) != {"low", "high", "source"}:
        rule = Text("must have low, high and source", "应含 low、high 与 source")
        return Problem(node.file, node.line, path, rule, given)
    low, high, source = given["low"], given["high"], given["source"]
    if (
        not (is_number(low) and is_number(high))
        or not low < high
        or not isinstance(source, str)
        or not source.strip()
    ):
        rule = Text("low must be below high, source a text", "low 应小于 high，source 应为文字")
        return Problem(node.file, node.line, path, rule, given)
    try:
        shipped(path)
    except (AttributeError, ValueError, IndexError, TypeError):
        rule = Text("is no parameter of behaviour", "不是行为参数")
        return Problem(node.file, node.line, path, rule)
    return Prior(path, float(low), float(high), source.strip())
