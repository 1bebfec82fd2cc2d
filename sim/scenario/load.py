"""From a scenario file to a validated scenario, and back to YAML."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.calibration.calibration import Calibration, find_calibration
from sim.calibration.under import compose_over
from sim.scenario.layers import Layers, compose, read_layers, stack
from sim.scenario.merge import find, place_of
from sim.scenario.model import Scenario
from sim.scenario.shape import shape_of
from sim.scenario.shipped import find_scenario
from sim.scenario.source import Node, parse_source, parse_value
from sim.scenario.validate import validate
from sim.scenario.warnings import scenario_warnings
from sim.settings.problems import Problem, ScenarioError, ScenarioWarning, Text


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario that is valid.

    Attributes:
        scenario: The validated model.
        data: The same with every default written out, as plain dicts, lists and scalars.
        variant: The variant that was chosen, None for the scenario as it stands.
        warnings: What a planner should know, with file and line.
        sha256: Of the canonical JSON of `data`: the same for every way of writing the same scenario.
        variants: The names of the file's variants, in its order.
        files: The file and its bases as messages name them, the file first.
    """

    scenario: Scenario
    data: dict[str, Any]
    variant: str | None
    warnings: tuple[ScenarioWarning, ...]
    sha256: str
    variants: tuple[str, ...]
    files: tuple[str, ...]
    _root: Node = field(repr=False, compare=False)

    def warnings_of(self, scenario: Scenario) -> tuple[ScenarioWarning, ...]:
        """The warnings about this scenario as it is run, in a community of another size, say."""
        return _warnings(self._root, scenario)

    def __repr__(self) -> str:
        variant = "" if self.variant is None else f", variant {self.variant}"
        return f"<Loaded {self.files[0]}{variant}: {self.scenario!r}, {len(self.warnings)} warnings>"


def load_scenario(
    name_or_path: str | Path,
    variant: str | None = None,
    sets: Mapping[str, object] | None = None,
    calibration: Calibration | str | Path | None = None,
) -> Loaded:
    """Load a scenario.

    Args:
        name_or_path: A YAML file, or the id of a shipped scenario.
        variant: The variant of the file to lay on top.
        sets: Dotted path -> value laid on top of that, such as
            `{"mechanics.pintuan.group_size": 3}`: ids for list items; None resets to the default.
        calibration: Other defaults of behaviour, laid under the file and its bases: a file, or the id of
            one that ships.

    Raises:
        ScenarioError: There is no such scenario or calibration, or it is not valid; holds all problems at
            once.
    """
    under = _calibration(calibration)
    return _load(read_layers(find_scenario(name_or_path)), variant, sets or {}, under)


def load_text(
    text: str,
    path: Path,
    variant: str | None = None,
    sets: Mapping[str, object] | None = None,
) -> Loaded:
    """Load a scenario from YAML text, as if it stood in a file at `path`; see `load_scenario`."""
    return _load(stack(parse_source(text, path.name), path), variant, sets or {})


def load_variants(
    name_or_path: str | Path,
    sets: Mapping[str, object] | None = None,
    calibration: Calibration | str | Path | None = None,
) -> tuple[Loaded, ...]:
    """Load a scenario as it stands and in each of its variants, in this order; see `load_scenario`.

    Raises:
        ScenarioError: There is no such scenario, or any variant is not valid; holds the problems of all,
            those of one variant only marked with it.
    """
    under = _calibration(calibration)
    layers = read_layers(find_scenario(name_or_path))
    loaded: list[Loaded] = []
    problems: list[Problem] = []
    known: set[tuple[str, int, str, str]] = set()
    unlisted = 0
    for variant in (None, *layers.variants):
        try:
            loaded.append(_load(layers, variant, sets or {}, under))
        except ScenarioError as error:
            unlisted += error.unlisted if variant is None else 0
            for problem in error.problems:
                key = (problem.file, problem.line, problem.path, problem.text.en)
                if key not in known:
                    known.add(key)
                    problems.append(replace(problem, variant=variant))
    if problems:
        raise ScenarioError(problems, unlisted)
    return tuple(loaded)


def parse_assignment(text: str) -> tuple[str, object]:
    """Return path and value of an assignment given by hand, such as `run.members=5000`.

    Raises:
        ScenarioError: It is not of this form.
    """
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        rule = Text("must be path=value, such as run.seed=3", "应为 路径=值，如 run.seed=3")
        raise ScenarioError([Problem("--set", 0, "", rule, text)])
    return path.strip(), parse_value(value)


def dump_yaml(scenario: Scenario, comment: str = "") -> str:
    """Return the scenario with every default written out, as YAML that loads to an equal one.

    comment: to stand before it, in one line.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # untyped there: None
    stream = io.StringIO()
    if comment:
        stream.write(f"# {' '.join(comment.split())}\n")
    yaml.dump(scenario.model_dump(mode="json"), stream)
    return stream.getvalue()


def scenario_sha256(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data as canonical JSON."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _calibration(given: Calibration | str | Path | None) -> Calibration | None:
    return find_calibration(given) if isinstance(given, (str, Path)) else given


def _load(
    layers: Layers, variant: str | None, sets: Mapping[str, object], under: Calibration | None = None
) -> Loaded:
    if under is None:
        root, problems = compose(layers, shape_of(Scenario), variant, sets)
    else:
        root, problems = compose_over(under, layers, shape_of(Scenario), variant, sets)
    scenario = validate(root, Scenario, problems)
    data = scenario.model_dump(mode="json")
    return Loaded(
        scenario=scenario,
        data=data,
        variant=variant,
        warnings=_warnings(root, scenario),
        sha256=scenario_sha256(data),
        variants=tuple(layers.variants),
        files=layers.files,
        _root=root,
    )


def _warnings(root: Node, scenario: Scenario) -> tuple[ScenarioWarning, ...]:
    """The warnings about a scenario, with where in its files that stands which they are about."""
    warnings = []
    for warning in scenario_warnings(scenario):
        node = find(root, place_of(root, warning.path))[0]
        warnings.append(replace(warning, file=node.file, line=node.line))
    return tuple(warnings)
