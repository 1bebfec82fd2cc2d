"""From merged data to a validated model, or to every problem in plain words with file and line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.hidden import hidden_character
from sim.scenario.merge import find, place_of, step_name
from sim.scenario.shape import Shape, bounds, shape_of
from sim.scenario.source import Node, is_name, node_of, plain, refused
from sim.settings.problems import (
    MAX_SHOWN,
    NO_VALUE,
    BrokenRulesError,
    Place,
    Problem,
    RuleError,
    ScenarioError,
    Text,
    nearest,
    shown,
)

M = TypeVar("M", bound=BaseModel)

_RANGES = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})
_RULES = frozenset({"value_error", "assertion_error"})
_ROUNDS = 4  # assumption: how often stand-ins are tried before hidden rules are given up


def validate(root: Node, model: type[M], problems: Iterable[Problem] = ()) -> M:
    """Return the validated model.

    Data are read as strict JSON: no text for a number, no number for a truth value; lists become tuples.

    Args:
        root: The merged data.
        model: The pydantic model.
        problems: What reading and merging found before; reported together with what is found here.

    Raises:
        ScenarioError: Anything is wrong; holds all problems at once.
    """
    before = [*problems, *_unseen(root, "")]
    scenario, errors = _attempt(root, model)
    if scenario is not None and not before:
        return scenario
    found = [p for error in errors[: 4 * MAX_SHOWN] for p in _problems(error, root, model)]
    if errors and len(errors) <= 4 * MAX_SHOWN:
        found += _hidden(root, model, errors)
    taken = {(p.file, p.line) for p in before if p.line}
    # A value that could not be read is not to be reported again as a wrong value
    listed = before + [p for p in found if (p.file, p.line) not in taken]
    order = {root.file: 0}
    for p in listed:
        order.setdefault(p.file, len(order))
    joined = _joined(sorted(listed, key=lambda p: (order[p.file], p.line)))
    raise ScenarioError(joined, max(0, len(errors) - 4 * MAX_SHOWN))


def _unseen(node: Node, path: str) -> Iterator[Problem]:
    """What was set by hand and holds characters that cannot be seen; those of files are found in reading."""
    if isinstance(node.value, str):
        hidden = hidden_character(node.value, name=is_name(path))
        if hidden is not None:
            yield Problem(node.file, node.line, path, refused(hidden))
    elif isinstance(node.value, dict):
        for key, item in node.value.items():
            yield from _unseen(item, f"{path}.{key}" if path else key)
    elif isinstance(node.value, list):
        for index, item in enumerate(node.value):
            yield from _unseen(item, f"{path}{step_name(index, item)}")


def _attempt(root: Node, model: type[M]) -> tuple[M | None, list[ErrorDetails]]:
    try:
        return model.model_validate_json(json.dumps(plain(root)), strict=True), []
    except ValidationError as error:
        return None, [e for e in error.errors(include_url=False) if not _counts_valid_items_only(e)]


def _counts_valid_items_only(error: ErrorDetails) -> bool:
    """Tell whether a list is "too short" only because of its wrong items, which are reported themselves."""
    given = error["input"]
    return (
        error["type"] == "too_short" and isinstance(given, list) and len(given) >= error["ctx"]["min_length"]
    )


def _trace(loc: tuple[int | str, ...], root: Node, shape: Shape) -> tuple[Place, Shape]:
    """Return the place in the data of a pydantic location, without its tags and labels of unions."""
    place: list[int | str] = []
    labelled_at = -1
    for step in loc:
        if step in shape.tagged():
            shape = shape.with_tag(step)
        elif len(shape.solid()) > 1 and labelled_at != len(place):
            labelled_at = len(place)
            named = [s for s in shape.schema.get("anyOf", ()) if str(s.get("$ref", "")).endswith(f"/{step}")]
            shape = Shape(named[0], shape.definitions) if named else shape
        elif step != "[key]":
            place.append(step)
            shape = shape.child(step)
    return tuple(place), shape


def _problems(error: ErrorDetails, root: Node, model: type[BaseModel]) -> list[Problem]:
    """Return what is wrong by one pydantic error: one problem, or one for each broken rule."""
    place, shape = _trace(error["loc"], root, shape_of(model))
    rules = _rules(error)
    if rules:
        return [_rule_problem(rule, place, root) for rule in rules]
    kind, context = error["type"], error.get("ctx", {})
    if kind.startswith("union_tag"):
        place = (*place, str(context["discriminator"]).strip("'"))
    node, path, value = find(root, place)
    text, limits = Text(error["msg"], error["msg"]), None
    if kind.startswith("union_tag") and value is not NO_VALUE:
        hint = nearest(str(value), shape.tagged())
        given, value = shown(value), NO_VALUE
        text = Text(f"unknown {place[-1]} {given}; {hint.en}", f"未知的 {place[-1]} {given}；{hint.zh}")
    elif kind.startswith("union_tag"):
        tags = ", ".join(shape.tagged())
        text = Text(f"is required: one of {tags}", f"必填，为以下之一：{tags}")
    elif kind == "missing":
        text = Text(f"is required: {shape.describe('en')}", f"必填：{shape.describe('zh')}")
    elif kind == "extra_forbidden":
        hint = nearest(str(place[-1]), _trace(error["loc"][:-1], root, shape_of(model))[1].names())
        text = Text(f"unknown key; {hint.en}", f"未知的键；{hint.zh}")
        value = NO_VALUE
    elif kind in _RULES:
        text = Text(str(context.get("error", error["msg"])), str(context.get("error", error["msg"])))
        value = NO_VALUE if isinstance(value, (dict, list)) else value
    elif error["loc"][-1:] == ("[key]",):
        text = Text(f"is not a valid key here: {error['msg']}", f"不是此处有效的键：{error['msg']}")
        value = NO_VALUE
    elif kind in _RANGES and (limited := [s.schema for s in shape.solid() if bounds(s.schema, zh=False)]):
        text, limits = _must(bounds(limited[0], zh=False), bounds(limited[0], zh=True)), shape.limits()
    elif shape.schema:
        text, limits = _must(shape.describe("en"), shape.describe("zh")), shape.limits()
    return [Problem(node.file, node.line, path, text, value, limits=limits)]


def _must(en: str, zh: str) -> Text:
    direct = zh.startswith(("不", "大", "小"))
    return Text(f"must be {en}", f"应{zh}" if direct else f"应为 {zh}" if zh[0].isascii() else f"应为{zh}")


def _rules(error: ErrorDetails) -> tuple[RuleError, ...]:
    raised = error.get("ctx", {}).get("error")
    if isinstance(raised, BrokenRulesError):
        return raised.errors
    return (raised,) if isinstance(raised, RuleError) else ()


def _fields(rule: RuleError, place: Place, root: Node) -> list[Place]:
    """Return the places that a rule of the model at `place` reads."""
    model = find(root, place)[0]
    return [(*place, *place_of(model, field)) for field in rule.fields] or [place]


def _rule_problem(rule: RuleError, place: Place, root: Node) -> Problem:
    """Return the problem of a broken rule of the model at `place`, shown at the first field it names."""
    node, path, value = find(root, _fields(rule, place, root)[0])
    return Problem(
        node.file, node.line, path, rule.text, NO_VALUE if isinstance(value, (dict, list)) else value
    )


def _hidden(root: Node, model: type[BaseModel], errors: list[ErrorDetails]) -> list[Problem]:
    """Return broken rules that pydantic did not get to, because fields beside them are wrong.

    Wrong values are replaced by stand-ins until the rules run; of what they then say, only that counts which
    reads none of the stand-ins.
    """
    repaired: set[Place] = set()
    problems: list[Problem] = []
    data = plain(root)
    for _ in range(_ROUNDS):
        for error in errors:
            if error["type"].startswith("union_tag"):
                return problems  # the tag would say which rules apply
            for place, shape in _wrong_places(error, root, model):
                repaired.add(place)
                _stand_in(data, place, shape)
        errors = _attempt(node_of(data, "", 0), model)[1]
        for error in errors:
            place, _ = _trace(error["loc"], root, shape_of(model))
            for rule in _rules(error):
                read = _fields(rule, place, root)
                if not any(_overlap(a, b) for a in read for b in repaired):
                    problems.append(_rule_problem(rule, place, root))
    return problems


def _wrong_places(error: ErrorDetails, root: Node, model: type[BaseModel]) -> Iterator[tuple[Place, Shape]]:
    """Yield what must change for an error to go: of a broken rule, the first field that it names."""
    place, shape = _trace(error["loc"], root, shape_of(model))
    for at in [_fields(rule, place, root)[0] for rule in _rules(error)] or [place]:
        below = shape
        for n in range(len(place), len(at)):
            below = below.child(at[n], find(root, at[:n])[2])
        if at:
            yield at, below


def _stand_in(data: Any, place: Place, shape: Shape) -> None:
    """Replace the value at a place by one that is probably valid, or drop it where it may be absent."""
    parent, last = data, place[-1]
    for step in place[:-1]:
        try:
            parent = parent[step]
        except (KeyError, IndexError, TypeError):
            return  # replaced with what held it
    if type(parent) not in (dict, list):
        return
    solid = shape.solid()[0].schema if shape.solid() else {}
    if isinstance(parent, dict) and last not in parent:
        parent[last] = None
    if isinstance(parent, dict) and ("default" in shape.schema or not solid):
        parent.pop(last, None)
        return
    low = solid.get("minimum", solid.get("exclusiveMinimum", 0))
    middle = (low + min(solid.get("maximum", low + 2), low + 2)) / 2
    by_type = {
        "integer": int(middle),
        "number": middle,
        "boolean": False,
        "string": "x",
        "array": [],
        "object": {},
    }
    if isinstance(parent[last], dict) and "id" in parent[last]:
        by_type["object"] = {"id": parent[last]["id"]}  # others refer to it
    choices = [solid["const"]] if "const" in solid else solid.get("enum")
    parent[last] = choices[0] if choices else by_type.get(str(solid.get("type")))


def _overlap(a: Place, b: Place) -> bool:
    n = min(len(a), len(b))
    return a[:n] == b[:n]


def _joined(problems: list[Problem]) -> list[Problem]:
    """Merge the problems of one value (the alternatives of a union), drop repetitions."""
    merged: dict[tuple[str, int, str], Problem] = {}
    for p in problems:
        key = (p.file, p.line, p.path)
        old = merged.get(key)
        if old is None:
            merged[key] = p
        elif p.text.en not in old.text.en.split(" / "):
            text = Text(f"{old.text.en} / {p.text.en}", f"{old.text.zh} / {p.text.zh}")
            merged[key] = Problem(p.file, p.line, p.path, text, old.value)
    return list(merged.values())
