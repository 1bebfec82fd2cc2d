"""A calibration: its file, and finding one by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from sim.scenario.layers import shown_name
from sim.scenario.merge import duplicate_ids, find
from sim.scenario.shipped import scenario_folders
from sim.scenario.source import Node, read_source
from sim.scenario.validate import validate
from sim.settings.behaviour import Behaviour
from sim.settings.fields import Frozen
from sim.settings.fields import Text as Named
from sim.settings.problems import NO_VALUE, Problem, ScenarioError, Text, nearest

DEFAULT = "open-list"
"""Id of the calibration that the defaults of `sim.settings.behaviour` are."""

FOLDER = "calibrations"
OPEN_PARAMETERS = "open-parameters"
"""Name of the file of `sim.calibration.open_parameters`."""

_PLATFORM_RULES = (
    "behaviour.sharing.triggers",
    "behaviour.sharing.channels",
    "behaviour.deciding.response.argument",
)
"""What of `behaviour` says what a platform offers or shows, the same for whoever comes. `private_limit` and
`chats_limit` are not among them: how many one bothers is a habit, up to what the platform allows."""

_NONE = (OPEN_PARAMETERS, "priors")
"""Files in the folder of calibrations that are none."""


class CalibrationFile(Frozen):
    """What a file of a calibration may hold."""

    name: Named
    about: Named = Named()
    behaviour: Behaviour = Field(default=Behaviour())


@dataclass(frozen=True)
class Calibration:
    """Other defaults of behaviour.

    Attributes:
        id: of a shipped one its id, else its path.
        name: for people.
        about: what sets it apart.
        behaviour: what stands in its file and nothing else, each value with its place; a mapping.
    """

    id: str
    name: Text
    about: Text
    behaviour: Node

    def __repr__(self) -> str:
        return f"<Calibration {self.id}>"


def calibration_paths() -> dict[str, Path]:
    """Return id -> file of every shipped calibration, the one of the defaults first."""
    paths: dict[str, Path] = {}
    for folder in scenario_folders():
        for path in sorted((folder / FOLDER).glob("*.yaml")):
            if path.stem not in _NONE:
                paths.setdefault(path.stem, path)
    return dict(sorted(paths.items(), key=lambda item: (item[0] != DEFAULT, item[0])))


def shipped_calibrations() -> tuple[Calibration, ...]:
    """Return every shipped calibration, the one of the defaults first.

    Raises:
        ScenarioError: one of them is not valid.
    """
    return tuple(_read(id_, path) for id_, path in calibration_paths().items())


def find_calibration(name_or_path: str | Path) -> Calibration:
    """Return the calibration in a file, or the shipped one of this id.

    Raises:
        ScenarioError: there is neither, or it is not valid; holds all problems at once.
    """
    path, shipped = Path(name_or_path), calibration_paths()
    if path.suffix not in (".yaml", ".yml") and str(name_or_path) in shipped:
        return _read(str(name_or_path), shipped[str(name_or_path)])
    try:
        exists = path.exists()
    except (OSError, ValueError):  # a name that no file can have
        exists = False
    if exists:
        return _read(str(name_or_path), path)
    hint = nearest(path.stem, shipped)
    text = Text(
        f"no such calibration file or shipped calibration; {hint.en}", f"没有该标定文件或自带标定；{hint.zh}"
    )
    raise ScenarioError([Problem(str(name_or_path), 0, "", text)])


def _read(id_: str, path: Path) -> Calibration:
    source = read_source(path, shown_name(path))
    problems = (*source.problems, *duplicate_ids(source.root), *_rules_set(source.root))
    file = validate(source.root, CalibrationFile, problems)
    assert isinstance(source.root.value, dict)
    behaviour = source.root.value.get("behaviour", Node({}, source.root.file, source.root.line))
    return Calibration(id_, _text(file.name), _text(file.about), behaviour)


def _rules_set(root: Node) -> Iterator[Problem]:
    """The rules of the platform that a file sets."""
    for rule in _PLATFORM_RULES:
        node, path, value = find(root, tuple(rule.split(".")))
        if value is not NO_VALUE:
            text = Text(
                "must be left out: a rule of the platform, which only a scenario may set",
                "应删去：属于平台规则，只有场景可以设定",
            )
            yield Problem(node.file, node.line, path, text, value)


def _text(named: Named) -> Text:
    """A text of a file; where one language is missing, the other."""
    return Text(named.en.strip() or named.zh.strip(), named.zh.strip() or named.en.strip())
