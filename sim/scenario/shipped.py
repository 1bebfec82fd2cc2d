"""The scenarios that come with Shapan, and finding a scenario by its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError
from sim.scenario.source import plain, read_source
from sim.settings.problems import Problem, ScenarioError, Text, nearest


@dataclass(frozen=True, slots=True)
class ShippedScenario:
    """A scenario that comes with Shapan, as lists show it."""

    id: str
    path: Path
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str


def scenario_folders() -> tuple[Path, ...]:
    """Return where shipped scenarios are: in the installed package, else in the checkout."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent
    folders = [package / "_shipped" / "scenarios"]
    if (checkout / "pyproject.toml").is_file():  # else it is site-packages
        folders.append(checkout / "scenarios")
    return tuple(folder for folder in folders if folder.is_dir())


def shipped_file(name: str) -> Path:
    """Return a file that comes with Shapan; name: as in "facts/contexts.yaml", in the scenarios' folder.

    Raises:
        InputError: it did not come along.
    """
    for folder in scenario_folders():
        if (path := folder / name).is_file():
            return path
    raise InputError(
        f"scenarios/{name} is not among the files that Shapan was installed with",
        f"沙盘安装的文件中没有 scenarios/{name}",
    )


def shipped_paths() -> dict[str, Path]:
    """Return id -> file of every shipped scenario, by id; an installed one goes before a checkout's."""
    paths: dict[str, Path] = {}
    for folder in scenario_folders():
        for path in sorted(folder.glob("*.yaml")):
            paths.setdefault(path.stem, path)
    return dict(sorted(paths.items()))


def shipped_scenarios() -> list[ShippedScenario]:
    """Return the shipped scenarios by id.

    Raises:
        ScenarioError: One of the files cannot be read.
    """
    listed = []
    for name, path in shipped_paths().items():
        data = plain(read_source(path, path.name).root)
        texts = {key: value if isinstance(value := data.get(key), dict) else {} for key in ("name", "about")}
        listed.append(
            ShippedScenario(
                id=name,
                path=path,
                name_zh=str(texts["name"].get("zh", name)),
                name_en=str(texts["name"].get("en", name)),
                about_zh=str(texts["about"].get("zh", "")),
                about_en=str(texts["about"].get("en", "")),
            )
        )
    return listed


def find_scenario(name_or_path: str | Path) -> Path:
    """Return the file of a scenario given by path or by the id of a shipped one.

    Raises:
        ScenarioError: There is neither; suggests the nearest shipped id.
    """
    path = Path(name_or_path)
    shipped = shipped_paths()
    bare = path.stem if len(path.parts) == 1 and path.suffix in ("", ".yaml") else None
    try:
        if path.is_file():
            return path
        if bare in shipped:
            return shipped[bare]
        if path.exists():
            return path  # a directory, a device: reading it says what is wrong
    except (OSError, ValueError):
        pass  # a name that no file can have
    hint = nearest(path.stem, shipped)
    text = Text(
        f"no such scenario file or shipped scenario; {hint.en}", f"没有该场景文件或自带场景；{hint.zh}"
    )
    raise ScenarioError([Problem(str(name_or_path), 0, "", text)])
