"""From a sweep file to all runs it asks for, each seen to be valid before any is made."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sim.network.reading import Reading
from sim.run import GraphFiles, prepare, read_files
from sim.scenario.layers import Layers, compose, read_layers, shown_name
from sim.scenario.model import Scenario
from sim.scenario.shape import shape_of
from sim.scenario.shipped import find_scenario
from sim.scenario.source import Node, read_source
from sim.scenario.validate import validate
from sim.settings.problems import MAX_SHOWN, NO_VALUE, Problem, ScenarioError, Text, dotted, nearest, shown
from sim.sweep.file import SweepFile

MAX_RUNS = 1_000_000  # assumption: more on one machine is a slip in the grid

_TAKEN = {
    "run.seed": ("is set by `seeds`", "由 `seeds` 设定"),
    "population.members": ("is set by `members` or the graph", "由 `members` 或图设定"),
}


@dataclass(frozen=True)
class SweepGraph:
    """A social graph that designs are run on; both None: each makes its own."""

    name: str | None = None
    files: GraphFiles | None = None


@dataclass(frozen=True)
class Point:
    """One design of a sweep.

    Attributes:
        variant: of the scenario; None: as it stands.
        settings: dotted path -> the value it has here.
        scenario: valid, with these values.
    """

    variant: str | None
    settings: Mapping[str, object]
    scenario: Scenario


@dataclass(frozen=True)
class Plan:
    """A sweep that can be made.

    Attributes:
        path: the sweep file.
        content: what it says, for a copy.
        file: the same, read.
        points: its designs: by variant, then in the order of the grid, the last path changing fastest.
        graphs: what each design is run on; at least one.
        scenario_files: the scenario's file and its bases.
    """

    path: Path
    content: bytes
    file: SweepFile
    points: tuple[Point, ...]
    graphs: tuple[SweepGraph, ...]
    scenario_files: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Plan {self.path}: {len(self.points):,} designs, {self.size:,} runs>"

    @property
    def runs(self) -> Iterator[tuple[SweepGraph, Point, int]]:
        """Every run in the order of the final table: graph by graph, point by point, seed by seed."""
        return itertools.product(self.graphs, self.points, self.file.all_seeds)

    @property
    def size(self) -> int:
        """How many runs there are."""
        return len(self.graphs) * len(self.points) * len(self.file.all_seeds)


def read_plan(path: Path) -> Plan:
    """Read a sweep file and see that every run it asks for is valid.

    Raises:
        InputError: anything is wrong in it, in the scenario at any point of the grid, or in the graph.
    """
    source = read_source(path, shown_name(path))
    file = validate(source.root, SweepFile, source.problems)
    problems = list(_grid_problems(source.root, file))
    layers = _layers(source.root, file, path.parent)
    problems += _variant_problems(source.root, file, layers)
    if problems:
        raise ScenarioError(problems)
    points = _points(source.root, file, layers)
    graphs = _graphs(file, path.parent)
    for graph in graphs:
        if graph.files is not None:  # whether it is large enough, and its chats are known, shows only now
            prepare(points[0].scenario, files=graph.files, members=file.members, seed=file.all_seeds[0])
    return Plan(path, path.read_bytes(), file, points, graphs, layers.files)


def _graphs(file: SweepFile, folder: Path) -> tuple[SweepGraph, ...]:
    """The graphs, each read once."""
    asked = [(one.name, one.files, one.reading) for one in file.graphs]
    given: list[tuple[str | None, tuple[str, ...], Reading]] = [*asked] or [
        (None, file.graph, Reading(format=file.graph_format, directed=file.graph_directed))
    ]
    return tuple(
        SweepGraph(name, read_files([folder / one for one in files], reading))
        for name, files, reading in given
    )


def _layers(root: Node, file: SweepFile, folder: Path) -> Layers:
    beside = folder / file.scenario
    try:
        return read_layers(beside if beside.is_file() else find_scenario(file.scenario))
    except ScenarioError as error:
        if beside.is_file() or error.problems[0].file != file.scenario:
            raise
        node = _at(root, "scenario")
        raise ScenarioError(
            [replace(problem, file=node.file, line=node.line, path="scenario") for problem in error.problems]
        ) from None


def _grid_problems(root: Node, file: SweepFile) -> Iterator[Problem]:
    grid = _at(root, "grid")
    runs = len(file.all_seeds) * max(1, len(file.variants)) * max(1, len(file.graphs))
    for path, values in file.grid.items():
        node = _at(grid, path)
        runs *= len(values)
        reserved = path == "run.seed" or (
            path == "population.members" and (file.members or file.graph or file.graphs)
        )
        if reserved:
            yield Problem(node.file, node.line, f"grid.{path}", Text(*_TAKEN[path]))
        seen: set[str] = set()
        assert isinstance(node.value, list)
        for number, (value, item) in enumerate(zip(values, node.value, strict=True)):
            text = json.dumps(value, sort_keys=True)
            if text in seen:
                twice = Text("must be different from those before", "不得与前面的重复")
                yield Problem(item.file, item.line, f"grid.{path}[{number}]", twice, value)
            seen.add(text)
    if runs > MAX_RUNS:
        many = Text(
            f"must make at most {MAX_RUNS:,} runs, makes {runs:,}",
            f"最多 {MAX_RUNS:,} 次运行，实际为 {runs:,} 次",
        )
        yield Problem(grid.file, grid.line, "grid" if file.grid else "", many)


def _variant_problems(root: Node, file: SweepFile, layers: Layers) -> Iterator[Problem]:
    for number, variant in enumerate(file.variants):
        if variant is not None and variant not in layers.variants:
            node = _at(root, "variants").value
            assert isinstance(node, list)
            hint = nearest(variant, layers.variants)
            text = Text(
                f"no such variant {shown(variant)}; {hint.en}", f"没有变体 {shown(variant)}；{hint.zh}"
            )
            yield Problem(node[number].file, node[number].line, f"variants[{number}]", text)


def _points(root: Node, file: SweepFile, layers: Layers) -> tuple[Point, ...]:
    """Every point of the grid.

    Raises:
        ScenarioError: the scenario is not valid at some of them; each problem once, where it is first.
    """
    grid, shape = _at(root, "grid"), shape_of(Scenario)
    points: list[Point] = []
    problems: dict[tuple[object, ...], Problem] = {}
    for variant in file.variants or (None,):
        for numbers in itertools.product(*(range(len(values)) for values in file.grid.values())):
            chosen = dict(zip(file.grid, numbers, strict=True))
            settings = {path: file.grid[path][number] for path, number in chosen.items()}
            try:
                merged, before = compose(layers, shape, variant, settings)
                points.append(Point(variant, settings, validate(merged, Scenario, before)))
            except ScenarioError as error:
                for problem in error.problems:
                    placed = _placed(problem, grid, chosen, variant)
                    problems.setdefault((placed.file, placed.line, placed.path, problem.text.en), placed)
            if len(problems) >= MAX_SHOWN:
                raise ScenarioError(problems.values())
    if problems:
        raise ScenarioError(problems.values())
    return tuple(points)


def _placed(problem: Problem, grid: Node, chosen: Mapping[str, int], variant: str | None) -> Problem:
    """The problem of a point, at the place in the sweep file that it comes from, if it does."""
    if problem.file == "--set":
        at = dotted(problem.path) if problem.path else str(problem.value)
        for path, number in chosen.items():
            if at == path or at.startswith(f"{path}.") or path.startswith(f"{at}."):
                node = _at(grid, path)
                assert isinstance(node.value, list)
                line = node.line if problem.value is NO_VALUE else node.value[number].line
                return replace(problem, file=node.file, line=line, path=f"grid.{problem.path or path}")
    given = []
    for path, number in chosen.items():
        values = _at(grid, path).value
        assert isinstance(values, list)
        given.append(f"{path} = {shown(values[number].value)}")
    if variant is not None:
        given.insert(0, variant)
    where = ", ".join(given)
    text = Text(
        f"{problem.text.en} (with {where})" if where else problem.text.en,
        f"{problem.text.zh}（{where} 时）" if where else problem.text.zh,
    )
    return replace(problem, text=text)


def _at(node: Node, key: str) -> Node:
    """The value of a key, or the mapping itself if it is not there."""
    assert isinstance(node.value, dict)
    return node.value.get(key, node)
