"""A scenario file with its bases, its variants and values set by hand, put together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.merge import duplicate_ids, merge, set_value
from sim.scenario.shape import Shape
from sim.scenario.shipped import scenario_folders, shipped_paths
from sim.scenario.source import Node, Source, read_source
from sim.settings.problems import NO_VALUE, Problem, ScenarioError, Text, nearest, shown

MAX_BASES = 10  # assumption: a longer chain is a mistake


@dataclass(frozen=True, slots=True)
class Layers:
    """A scenario file over its bases.

    Attributes:
        root: The merged mapping, without `extends` and `variants`.
        variants: Name -> what the variant lays on top. Those of bases are not inherited.
        files: The file and its bases as messages name them, the file first.
        paths: Where these are, in the same order.
        problems: What was wrong so far; reported with what validation finds.
    """

    root: Node
    variants: Mapping[str, Node]
    files: tuple[str, ...]
    paths: tuple[Path, ...]
    problems: tuple[Problem, ...]


def shown_name(path: Path) -> str:
    """Return a path as messages show it: relative to the working folder if it lies in there."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # no working folder; another drive
        return str(path)
    return str(path) if relative.startswith("..") else relative


def read_layers(path: Path) -> Layers:
    """Read a scenario file and its bases.

    Raises:
        ScenarioError: A file of the chain cannot be read at all, or the chain is circular or too long.
    """
    return stack(read_source(path, shown_name(path)), path)


def stack(source: Source, path: Path) -> Layers:
    """Lay a source that was read from (or belongs at) `path` over its bases; see `read_layers`."""
    chain: list[Node] = []
    seen = [path.resolve()]
    files = [source.root.file]
    problems: list[Problem] = []
    variants = _variants(source.root, problems)
    while True:
        problems += source.problems
        problems += duplicate_ids(source.root)
        entries = dict(source.root.value) if isinstance(source.root.value, dict) else {}
        entries.pop("variants", None)
        extends = entries.pop("extends", None)
        chain.append(Node(entries, source.root.file, source.root.line))
        if extends is None:
            break
        found = _base(extends, seen[-1].parent)
        if isinstance(found, Problem):
            raise ScenarioError([*problems, found])
        files.append(shown_name(found))
        if found.resolve() in seen:
            names = " -> ".join(files)
            circle = Text(f"the bases form a circle: {names}", f"基础文件形成循环：{names}")
            raise ScenarioError([*problems, Problem(extends.file, extends.line, "extends", circle)])
        if len(seen) > MAX_BASES:
            long = Text(f"at most {MAX_BASES} bases on top of each other", f"最多叠加 {MAX_BASES} 层基础文件")
            raise ScenarioError([*problems, Problem(extends.file, extends.line, "extends", long)])
        seen.append(found.resolve())
        try:
            source = read_source(found, files[-1])
        except ScenarioError as error:
            raise ScenarioError([*problems, *error.problems]) from None
    root = chain.pop()
    while chain:
        root = merge(root, chain.pop(), problems)
    return Layers(root, variants, tuple(files), tuple(seen), tuple(problems))


def compose(
    layers: Layers, shape: Shape, variant: str | None, sets: Mapping[str, object]
) -> tuple[Node, list[Problem]]:
    """Return the data of a variant with values set by hand, and all problems up to here.

    Args:
        layers: The file over its bases.
        shape: The shape of the scenario model.
        variant: Its name; None for the scenario as it stands.
        sets: Dotted path -> value; applied in this order, over the variant.

    Raises:
        ScenarioError: There is no such variant.
    """
    root, problems = layers.root, list(layers.problems)
    if variant is not None:
        if variant not in layers.variants:
            hint = nearest(variant, layers.variants)
            name = shown(variant)
            text = Text(f"no such variant {name}; {hint.en}", f"没有变体 {name}；{hint.zh}")
            raise ScenarioError([*problems, Problem(layers.files[0], 0, "variants", text)])
        root = merge(root, layers.variants[variant], problems)
    for path, value in sets.items():
        root = set_value(root, path, value, shape, problems)
    return root, problems


def _variants(root: Node, problems: list[Problem]) -> dict[str, Node]:
    node = root.value.get("variants") if isinstance(root.value, dict) else None
    if node is None or node.value is None:
        return {}
    rule = Text("must be a mapping of names to what differs", "必须是从名称到差异的映射")
    if not isinstance(node.value, dict):
        problems.append(Problem(node.file, node.line, "variants", rule, NO_VALUE))
        return {}
    variants: dict[str, Node] = {}
    for name, over in node.value.items():
        at = f"variants.{name}"
        if not isinstance(over.value, dict):
            must = Text("must be a mapping of what differs", "必须是差异的映射")
            problems.append(Problem(over.file, over.line, at, must, over.value))
            continue
        for key in ("extends", "variants"):
            if key in over.value:
                not_here = Text("is not allowed in a variant", "不能用于变体")
                line = over.value[key].line
                problems.append(Problem(over.file, line, f"{at}.{key}", not_here))
        variants[name] = Node(
            {k: v for k, v in over.value.items() if k not in ("extends", "variants")}, over.file, over.line
        )
    return variants


def _base(extends: Node, folder: Path) -> Path | Problem:
    """Return the file of a base: beside the file that names it, else among the shipped ones."""
    name = extends.value
    if not isinstance(name, str) or not name:
        rule = Text("must be the path of a scenario file", "必须是场景文件的路径")
        return Problem(extends.file, extends.line, "extends", rule, name)
    shipped = shipped_paths()
    try:
        for candidate in (folder / name, *(shipped_folder / name for shipped_folder in scenario_folders())):
            if candidate.is_file():
                return candidate
        if name in shipped:
            return shipped[name]
        beside = [
            path.relative_to(folder).as_posix()
            for pattern in ("*.yaml", "base/*.yaml")
            for path in folder.glob(pattern)
        ]
    except (OSError, ValueError):
        beside = []
    hint = nearest(name, sorted({*beside, *shipped}))
    missing = Text(f"no such file {shown(name)}; {hint.en}", f"文件 {shown(name)} 不存在；{hint.zh}")
    return Problem(extends.file, extends.line, "extends", missing)
