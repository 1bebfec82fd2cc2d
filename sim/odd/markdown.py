"""Tables and values as Markdown shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

_POWERS_FROM = 10**6  # assumption: from here on a power of ten reads better as one


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(one) for one in line) + " |" for line in lines)


def code(text: str) -> str:
    """A name as code; nothing where there is none."""
    return f"`{text}`" if text else ""


def number(value: float) -> str:
    """A number as people read it: 0.35, 20,000,000, 10^12."""
    if value >= _POWERS_FROM and value == int(value) and set(str(int(value))[1:]) == {"0"}:
        lead = str(int(value))[0]
        return ("" if lead == "1" else f"{lead}·") + f"10^{len(str(int(value))) - 1}"
    return f"{value:,}"


def value(given: Any) -> str:
    """A setting's value as a scenario file would have it, in one line, without what is default in it."""
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    if isinstance(given, (int, float)):
        return number(given)
    if isinstance(given, BaseModel):
        given = {name: one for name, one in given if one != type(given).model_fields[name].default}
    if isinstance(given, Mapping):
        return "{" + ", ".join(f"{name}: {value(one)}" for name, one in given.items()) + "}"
    if isinstance(given, (list, tuple)):
        return "[" + ", ".join(value(one) for one in given) + "]"
    return str(given)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
