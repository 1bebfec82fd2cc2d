"""Every setting of a scenario: unit, default, range, and what the source says of it."""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from sim.odd import markdown
from sim.odd.source import Line, class_docstring, class_lines
from sim.odd.units import unit_of
from sim.scenario.model import Scenario
from sim.settings.fields import Frozen

_LABELS = ("Id", "Text", "Literal[1]")
"""Annotations of what names a thing and changes no result by itself."""
_OWN_BLOCK_DEPTH = 2
"""Parts as near as this to the root have a table of their own; deeper ones stand in that of their owner."""


@dataclass(frozen=True)
class Parameter:
    """One setting.

    Attributes:
        path: dotted, from the root of its block.
        unit: "" for what is no number.
        default: as a scenario file would have it, or "required".
        allowed: the values it can have.
        note: the comments beside it.
    """

    path: str
    unit: str
    default: str
    allowed: str
    note: str


@dataclass(frozen=True)
class Block:
    """The settings of one part of a scenario. places: where in a scenario it stands, `[]` for items."""

    places: tuple[str, ...]
    title: str
    parameters: tuple[Parameter, ...]

    def paths(self) -> Iterator[tuple[str, Parameter]]:
        """Every setting with its full path, at the first of the block's places."""
        for one in self.parameters:
            yield f"{self.places[0]}.{one.path}" if self.places[0] else one.path, one


@functools.cache
def blocks() -> tuple[Block, ...]:
    """All settings there are, outer parts first."""
    found: dict[type[BaseModel], list[str]] = {Scenario: [""]}
    defaults: dict[type[BaseModel], Any] = {}
    made: list[Block] = []
    while len(made) < len(found):
        model = list(found)[len(made)]
        walk = _Walk(found, defaults, found[model][0])
        parameters = tuple(walk.fields(model, defaults.get(model), ""))
        title = class_docstring(model.__module__, model.__name__).partition("\n")[0]
        made.append(Block((), title, parameters))
    placed = [
        Block(tuple(places), block.title, block.parameters)
        for block, places in zip(made, found.values(), strict=True)
        if block.parameters
    ]
    return tuple(sorted(placed, key=_order))


def _order(block: Block) -> tuple[int, bool]:
    """As a scenario has its parts; what all mechanics share comes before what each has of its own."""
    place = block.places[0]
    return ["", *Scenario.model_fields].index(re.split(r"\W", place)[0]), "[type=" in place


class _Walk:
    """One block; parts that have blocks of their own are added to `found` (class -> places)."""

    def __init__(
        self, found: dict[type[BaseModel], list[str]], defaults: dict[type[BaseModel], Any], root: str
    ) -> None:
        self.found, self.defaults, self.root = found, defaults, root

    def fields(
        self, model: type[BaseModel], given: Any, prefix: str, around: str = ""
    ) -> Iterator[Parameter]:
        """The settings of a part. given: its value where a default has it; around: its owner's comment."""
        lines = class_lines(model.__module__, model.__name__)
        schema = model.model_json_schema()
        for name, line in lines.items():
            if name not in model.model_fields or name == "type" or line.annotation in _LABELS:
                continue
            info = model.model_fields[name]
            default = info.get_default(call_default_factory=True) if given is None else getattr(given, name)
            path = ".".join(part for part in (self.root, prefix + name) if part)
            parts = list(_models(info.annotation))
            if parts and parts[0] is info.annotation:
                if path.count(".") < _OWN_BLOCK_DEPTH:
                    self._meet(parts[0], path)
                    self.defaults[parts[0]] = default
                else:
                    yield from self.fields(parts[0], default, f"{prefix}{name}.", line.note or around)
                continue
            for part in parts:
                self._meet(part, path + _items(info.annotation, part))
            yield _parameter(model, line, default, schema, prefix, line.note or around)

    def _meet(self, part: type[BaseModel], place: str) -> None:
        places = self.found.setdefault(part, [])
        if place not in places:
            places.append(place)
        base = part.__mro__[1]
        if base is not Frozen and issubclass(base, BaseModel):
            self._meet(base, f"{place.partition('[')[0]}[]")


def _parameter(
    model: type[BaseModel], line: Line, default: Any, schema: dict[str, Any], prefix: str, note: str
) -> Parameter:
    required = default is PydanticUndefined
    return Parameter(
        path=prefix + line.name,
        unit=unit_of(model.__name__, line.name, line.annotation, note),
        default="required" if required else markdown.value(default),
        allowed=_allowed(schema["properties"][line.name]),
        note=note,
    )


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The parts a field is made of, through lists, options and unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (tuple, Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        for one in get_args(annotation):
            yield from _models(one)


def _items(annotation: Any, part: type[BaseModel]) -> str:
    """`[]` for the items of a list, `[type=push]` for those of one kind, "" for what is no list."""
    if get_origin(annotation) is not tuple:
        return ""
    tag = part.model_fields.get("type")
    return "[]" if tag is None else f"[type={tag.default}]"


def _allowed(schema: dict[str, Any]) -> str:
    """What a JSON schema lets through, in words; "" for whole parts."""
    if "anyOf" in schema:
        return " or ".join(_allowed(one) or "settings of its own" for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = schema.get("type")
    if kind == "array":
        return _many(schema)
    if kind in ("integer", "number"):
        return _interval(schema)
    return {
        "boolean": "true, false",
        "null": "null",
        "string": "an id" if "pattern" in schema else "text",
    }.get(str(kind), "")


def _many(schema: dict[str, Any]) -> str:
    low, high = schema.get("minItems", 0), schema.get("maxItems")
    count = "any number" if high is None else str(low) if low == high else f"{low} to {high:,}"
    inner = _allowed(schema.get("items", {}))
    return f"{count} of: {inner}" if inner else f"{count} of them"


def _interval(schema: dict[str, Any]) -> str:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    start = None if low is None else markdown.number(low)
    start = start if above is None else f"above {markdown.number(above)}"
    end = f"below {markdown.number(below)}" if below is not None else None
    end = markdown.number(high) if high is not None else end
    if end is None:
        return "any" if start is None else start if above is not None else f"{start} and more"
    return end if start is None else f"{start} to {end}"
