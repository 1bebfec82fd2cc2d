"""Putting a base, a file, a variant and values set by hand on top of each other.

One rule: mappings merge by key; lists whose items all carry an `id` merge by id (an item with a new id is
appended, `remove: true` takes one out); everything else replaces. `null` in what is laid on top resets a key
to its default. An empty list replaces.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario.shape import Shape
from sim.scenario.source import Node, node_of, plain
from sim.settings.problems import NO_VALUE, Place, Problem, Text, dotted, nearest


def merge(base: Node | None, over: Node, problems: list[Problem], path: str = "") -> Node:
    """Return `over` laid on `base`; what cannot be done is added to `problems`.

    A merged mapping or list has the place of `over`, where a missing key is best added, unless both stand in
    one file: then the place of `base`, because `over` is a variant.
    """
    line = base.line if base and base.file == over.file else over.line
    if isinstance(over.value, dict):
        entries = dict(base.value) if base and isinstance(base.value, dict) else {}
        for key, item in over.value.items():
            if item.value is None:
                entries.pop(key, None)
            else:
                entries[key] = merge(entries.get(key), item, problems, f"{path}.{key}" if path else key)
        return Node(entries, over.file, line)
    if isinstance(over.value, list) and over.value and all(item_id(item) is not None for item in over.value):
        below = base.value if base and isinstance(base.value, list) else []
        if all(item_id(item) is not None for item in below):
            return Node(_merge_by_id(below, over.value, problems, path), over.file, line)
    return over


def item_id(node: Node) -> str | None:
    """Return the id of a list item, None if it has none."""
    if isinstance(node.value, dict) and "id" in node.value:
        value = node.value["id"].value
        return value if isinstance(value, str) else None
    return None


def duplicate_ids(node: Node, path: str = "") -> list[Problem]:
    """Return a problem for every item whose id another item of its list already has."""
    problems: list[Problem] = []
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            problems += duplicate_ids(child, f"{path}.{key}" if path else key)
    elif isinstance(node.value, list):
        first: dict[str, int] = {}
        for index, child in enumerate(node.value):
            name = item_id(child)
            at = f"{path}{step_name(index, child)}"
            if name is not None and name in first:
                en, zh = (
                    f"duplicate id, first on line {first[name]}",
                    f"重复的 id，首次出现在第 {first[name]} 行",
                )
                problems.append(Problem(child.file, child.line, at, Text(en, zh)))
            elif name is not None:
                first[name] = child.line
            problems += duplicate_ids(child, at)
    return problems


def set_value(root: Node, path: str, value: object, shape: Shape, problems: list[Problem]) -> Node:
    """Return `root` with the value at a dotted path replaced (or merged, for mappings and lists by id).

    Args:
        root: The scenario so far.
        path: Like `mechanics.pintuan.group_size`: keys, ids of list items, positions in other lists.
        value: Plain data; None resets to the default.
        shape: The shape of the root; it supplies defaults that the files do not write out.
        problems: Filled with what is wrong; whether a key exists is left to the validation.
    """
    steps = path.split(".")
    if not all(steps):
        where = Text("must be names joined by dots", "必须是以点连接的名称")
        problems.append(Problem("--set", 0, "", where, path))
        return root
    try:
        node = node_of(value, "--set", 0)
    except TypeError:
        what = Text(
            "must be a number, text, true, false, a list or a mapping", "必须是数字、文本、真假、列表或映射"
        )
        problems.append(Problem("--set", 0, path, what, str(type(value).__name__)))
        return root
    return _set(root, steps, node, shape, "", problems)


def find(root: Node, place: Place) -> tuple[Node, str, object]:
    """Return the deepest existing node on the way to a place, the place in words, and the value there.

    The value is NO_VALUE if the place does not exist.
    """
    node, path, exists = root, "", True
    for step in place:
        child: Node | None = None
        if isinstance(node.value, dict) and isinstance(step, str):
            child = node.value.get(step)
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            child = node.value[step]
        exists = exists and child is not None
        path += (
            step_name(step, child if exists else None)
            if isinstance(step, int)
            else f".{step}"
            if path
            else step
        )
        if exists and child is not None:
            node = child
    return node, path, plain(node) if exists else NO_VALUE


def place_of(root: Node, path: str) -> Place:
    """Return a dotted path with ids as keys and positions; what does not exist stays a name."""
    node: Node | None = root
    place: list[str | int] = []
    for step in dotted(path).split(".") if path else ():
        index = _index(node.value, step) if node and isinstance(node.value, list) else None
        place.append(step if index is None else index)
        if node and isinstance(node.value, dict):
            node = node.value.get(step)
        else:
            node = node.value[index] if node and isinstance(node.value, list) and index is not None else None
    return tuple(place)


def _merge_by_id(base: list[Node], over: list[Node], problems: list[Problem], path: str) -> list[Node]:
    items = {str(item_id(item)): item for item in base}
    for index, item in enumerate(over):
        name = str(item_id(item))
        at = f"{path}{step_name(index, item)}"
        assert isinstance(item.value, dict)
        if "remove" not in item.value:
            items[name] = merge(items.get(name), item, problems, at)
        elif item.value["remove"].value is not True or len(item.value) > 2:
            rule = Text(
                "`remove` must be true and stand with `id` alone", "`remove` 必须为 true，且只与 `id` 同用"
            )
            problems.append(Problem(item.file, item.value["remove"].line, f"{at}.remove", rule))
        elif items.pop(name, None) is None:
            hint = nearest(name, items)
            rule = Text(f"no such item to remove; {hint.en}", f"没有可移除的该项；{hint.zh}")
            problems.append(Problem(item.file, item.line, at, rule))
    return list(items.values())


def _set(
    node: Node | None, steps: Sequence[str], value: Node, shape: Shape, path: str, problems: list[Problem]
) -> Node:
    if node is None and (default := shape.schema.get("default")) is not None:
        node = node_of(default, value.file, value.line)
    if not steps:
        return merge(node, value, problems, path)
    if node is None:
        node = Node({}, value.file, value.line)
    step, rest = steps[0], steps[1:]
    if isinstance(node.value, dict):
        entries = dict(node.value)
        if not rest and value.value is None:
            entries.pop(step, None)
        else:
            below = shape.child(step, plain(node))
            at = f"{path}.{step}" if path else step
            entries[step] = _set(entries.get(step), rest, value, below, at, problems)
        return Node(entries, node.file, node.line)
    if isinstance(node.value, list):
        items = list(node.value)
        index = _index(items, step)
        if index is None:
            ids = [name for item in items if (name := item_id(item)) is not None]
            hint = nearest(step, ids or [str(i) for i in range(len(items))])
            rule = Text(f"no such item; {hint.en}", f"没有该项；{hint.zh}")
            at = f"{path}[id={step}]" if ids else f"{path}[{step}]"
            problems.append(Problem(value.file, value.line, at, rule))
        elif not rest and value.value is None:
            del items[index]
        else:
            at = f"{path}{step_name(index, items[index])}"
            items[index] = _set(items[index], rest, value, shape.child(index, plain(node)), at, problems)
        return Node(items, node.file, node.line)
    rule = Text(f"is a single value and has no `{step}`", f"是单个值，没有 `{step}`")
    problems.append(Problem(value.file, value.line, path, rule, node.value))
    return node


def _index(items: list[Node], step: str) -> int | None:
    for index, item in enumerate(items):
        if item_id(item) == step:
            return index
    has_ids = any(item_id(item) is not None for item in items)
    return int(step) if step.isdecimal() and not has_ids and int(step) < len(items) else None


def step_name(index: int, node: Node | None) -> str:
    """Return an item's step of a path in words: `[id=pintuan]`, or `[2]` for one without an id."""
    name = item_id(node) if node is not None else None
    return f"[{index}]" if name is None else f"[id={name}]"
