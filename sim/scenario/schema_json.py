"""JSON Schemas (2020-12) of scenario files, so that editors complete and check them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def full_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a complete scenario file: one without `extends`, possibly with variants."""
    schema = model.model_json_schema(mode="validation")
    override = override_schema(model)
    definitions = {**schema.get("$defs", {}), **override["$defs"]}
    properties = {**schema["properties"], "variants": _variants()}
    return {"$schema": DIALECT, **schema, "properties": properties, "$defs": definitions}


def override_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a file that extends another, or of an incomplete base.

    Every field is optional and may be null (reset to the default), list items need their `id` alone and may
    be removed, and `extends` and `variants` are known.
    """
    schema = model.model_json_schema(mode="validation")
    definitions = {f"{name}.override": _loosen(part) for name, part in schema.pop("$defs", {}).items()}
    variant = _loosen(schema, item=False)
    definitions["Variant.override"] = variant
    extends = {"type": "string", "description": "Path of the scenario file that this one is laid on."}
    properties = {"extends": extends, **variant["properties"], "variants": _variants()}
    return {"$schema": DIALECT, **variant, "properties": properties, "$defs": definitions}


def _variants() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Name -> what differs in this variant.",
        "additionalProperties": {"$ref": "#/$defs/Variant.override"},
    }


def _loosen(schema: Any, item: bool = True) -> Any:
    """Return a part of the schema in its override form; what has an id is an item of a list, or the root."""
    if not isinstance(schema, dict):
        return schema
    loose = {key: value for key, value in schema.items() if key not in ("discriminator", "required")}
    if "$ref" in loose:
        loose["$ref"] = f"{loose['$ref']}.override"
    # Without its tag an item may fit several members of a union
    for key in ("anyOf", "oneOf"):
        if key in schema:
            loose.pop(key)
            loose["anyOf"] = [_loosen(part) for part in schema[key]]
    if isinstance(schema.get("items"), dict):
        loose["items"] = _loosen(schema["items"])
        if _refers(schema["items"]):
            loose.pop("minItems", None)
    if isinstance(schema.get("additionalProperties"), dict):
        loose["additionalProperties"] = _or_null(_loosen(schema["additionalProperties"]))
    if "properties" in schema:
        properties = {name: _or_null(_loosen(part)) for name, part in schema["properties"].items()}
        if item and "id" in properties:
            properties["id"] = schema["properties"]["id"]
            properties["remove"] = {"const": True, "description": "Takes the item with this id out."}
            loose["required"] = ["id"]
        loose["properties"] = properties
    return loose


def _refers(schema: dict[str, Any]) -> bool:
    return "$ref" in schema or "anyOf" in schema or "oneOf" in schema


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    annotations: dict[str, Any] = {
        key: schema[key] for key in ("title", "description", "default") if key in schema
    }
    rest = {key: value for key, value in schema.items() if key not in annotations}
    return {**annotations, "anyOf": [rest, {"type": "null"}]}
