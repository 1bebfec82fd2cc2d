"""Files of one entry a parameter: a dotted path, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sim.scenario.layers import shown_name
from sim.scenario.source import Node, read_source
from sim.settings.problems import Problem

E = TypeVar("E")


def read_entries(path: Path, entry: Callable[[str, Node], E | Problem]) -> tuple[list[E], list[Problem]]:
    """Every entry of a file that is right, in its order, and all that is wrong in it.

    entry: reads one, from its path and what stands there.

    Raises:
        ScenarioError: there is no such file, or it is no YAML.
    """
    source = read_source(path, shown_name(path))
    problems, found = list(source.problems), []
    assert isinstance(source.root.value, dict)
    for name, node in source.root.value.items():
        one = entry(name, node)
        if isinstance(one, Problem):
            problems.append(one)
        else:
            found.append(one)
    return found, problems


def is_number(value: object) -> bool:
    """Whether plain data is a number; a truth value is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
