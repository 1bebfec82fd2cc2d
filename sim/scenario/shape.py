"""What may stand at a place of a scenario: a walk through the JSON Schema of its model.

The schema is the one description of the models that is public, plain data and complete: names, types, ranges,
choices and defaults all come from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from sim.settings.problems import Limits
from sim.text import Lang

_DATES = {
    "date": ("a date such as 2025-11-01", "日期，如 2025-11-01"),
    "date-time": ("a date and time such as 2025-11-01T09:00:00", "日期和时间，如 2025-11-01T09:00:00"),
    "time": ("a time of day such as 14:00", "时刻，如 14:00"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The schema of one place, and the definitions that it may refer to."""

    schema: Mapping[str, Any]
    definitions: Mapping[str, Any]

    def branches(self) -> tuple[Shape, ...]:
        """The alternatives of this place, references followed; itself if there is one only."""
        schema = self.schema
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].rsplit("/", 1)[-1]]
        for key in ("anyOf", "oneOf"):
            if key in schema and "discriminator" not in schema:
                return tuple(b for s in schema[key] for b in Shape(s, self.definitions).branches())
        return (Shape(schema, self.definitions),)

    def solid(self) -> tuple[Shape, ...]:
        """The alternatives other than null."""
        return tuple(b for b in self.branches() if b.schema.get("type") != "null")

    def tagged(self) -> Mapping[str, str]:
        """Tag -> reference, if this is one union told apart by a tag; else empty."""
        solid = self.solid()
        if len(solid) != 1:
            return {}
        mapping: Mapping[str, str] = solid[0].schema.get("discriminator", {}).get("mapping", {})
        return mapping

    def tag_key(self) -> str:
        """The key that holds the tag of such a union."""
        return str(self.solid()[0].schema["discriminator"]["propertyName"])

    def with_tag(self, tag: object) -> Shape:
        """The member of such a union with this tag; anything goes if there is none."""
        reference = self.tagged().get(str(tag))
        return Shape({"$ref": reference} if reference else {}, self.definitions)

    def names(self) -> tuple[str, ...]:
        """The keys that a mapping may have here."""
        return tuple(name for b in self.solid() for name in b.schema.get("properties", {}))

    def child(self, key: str | int, value: object = None) -> Shape:
        """The shape one step further; `value` is the data *here*, which tells tagged alternatives apart."""
        tagged = self.tagged()
        if tagged:
            tag = value.get(self.tag_key()) if isinstance(value, Mapping) else None
            return self.with_tag(tag).child(key, value)
        for branch in self.solid():
            schema = branch.schema
            found: Any = None
            if isinstance(key, str):
                found = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            elif key < len(schema.get("prefixItems", ())):
                found = schema["prefixItems"][key]
            else:
                found = schema.get("items")
            if isinstance(found, Mapping):
                return Shape(found, self.definitions)
        return Shape({}, self.definitions)

    def limits(self) -> Limits | None:
        """What a number may be here; None if something else may stand here too."""
        solid = [one.schema for one in self.solid()]
        if len(solid) != 1 or solid[0].get("type") not in ("integer", "number"):
            return None
        return Limits(
            low=solid[0].get("minimum"),
            high=solid[0].get("maximum"),
            above=solid[0].get("exclusiveMinimum"),
            below=solid[0].get("exclusiveMaximum"),
            whole=solid[0]["type"] == "integer",
        )

    def describe(self, lang: Lang) -> str:
        """What is allowed here in plain words: `a whole number, 2 to 10000`."""
        zh = lang == "zh"
        texts: list[str] = []
        for branch in self.branches():
            text = _describe(branch.schema, zh)
            if text not in texts:
                texts.append(text)
        return ("，或" if zh else " or ").join(texts)


@lru_cache(maxsize=64)
def shape_of(model: type[BaseModel]) -> Shape:
    """Return the shape of a model's root."""
    schema = model.model_json_schema(mode="validation")
    return Shape(schema, schema.get("$defs", {}))


def bounds(schema: Mapping[str, Any], zh: bool) -> str:
    """Return the allowed range of a number, "" if any number is allowed."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{_number(low)} {'到' if zh else 'to'} {_number(high)}"
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    parts = [
        (low, "at least", "不小于"),
        (above, "more than", "大于"),
        (high, "at most", "不大于"),
        (below, "less than", "小于"),
    ]
    words = [f"{word_zh if zh else en} {_number(n)}" for n, en, word_zh in parts if n is not None]
    return ("且" if zh else " and ").join(words)


def _describe(schema: Mapping[str, Any], zh: bool) -> str:
    if "discriminator" in schema:
        tags = ", ".join(schema["discriminator"]["mapping"])
        key = schema["discriminator"]["propertyName"]
        return f"映射，其 `{key}` 为 {tags} 之一" if zh else f"a mapping whose `{key}` is one of {tags}"
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if choices:
        listed = ", ".join(_number(choice) for choice in choices)
        if len(choices) == 1:
            return listed
        return f"以下之一：{listed}" if zh else f"one of {listed}"
    kind = schema.get("type")
    if kind in ("integer", "number"):
        name = {"integer": ("a whole number", "整数"), "number": ("a number", "数字")}[kind][zh]
        limits = bounds(schema, zh)
        return f"{name}{'，' if zh else ', '}{limits}" if limits else name
    if kind == "string":
        if schema.get("format") in _DATES:
            return _DATES[schema["format"]][zh]
        text = "文本" if zh else "text"
        if "pattern" in schema:
            text += f"，须匹配 {schema['pattern']}" if zh else f" that matches {schema['pattern']}"
        return text + _lengths(schema, "Length", zh, "characters", "个字符")
    if kind == "array":
        return ("列表" if zh else "a list") + _lengths(schema, "Items", zh, "items", "项")
    names = {
        "boolean": ("true or false", "true 或 false"),
        "null": ("empty (null)", "空（null）"),
        "object": ("a mapping (`key: value`)", "映射（`键: 值`）"),
    }
    return names.get(str(kind), ("another value", "其他值"))[zh]


def _lengths(schema: Mapping[str, Any], what: str, zh: bool, unit: str, unit_zh: str) -> str:
    low, high = schema.get(f"min{what}"), schema.get(f"max{what}")
    if low is None and high is None:
        return ""
    if low == high:
        return f"，共 {low} {unit_zh}" if zh else f" of exactly {low} {unit}"
    limits = bounds({"minimum": low, "maximum": high}, zh)
    return f"，{limits} {unit_zh}" if zh else f" of {limits} {unit}"


def _number(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
