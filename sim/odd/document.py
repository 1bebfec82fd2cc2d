"""The document: the template's prose with what stands in double braces filled in from the code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from sim.errors import RunError
from sim.events import EVENT_SCHEMA_VERSION
from sim.odd import tables
from sim.odd.source import functions
from sim.version import MODEL_VERSION

TEMPLATE = Path(__file__).with_name("template.md")
COMMAND = "shapan odd --out docs/ODD.md"
"""What writes the document that stands in the repository."""

_GIVEN: dict[str, Callable[..., str]] = {
    "channels": tables.channels,
    "command": lambda: COMMAND,
    "constant": tables.constant,
    "constants": tables.constants,
    "event_schema_version": lambda: str(EVENT_SCHEMA_VERSION),
    "facts": tables.facts,
    "fields": tables.fields,
    "formulas": tables.formulas,
    "kinds": tables.kinds,
    "mechanics": tables.mechanics,
    "metrics": tables.metrics,
    "model_version": lambda: MODEL_VERSION,
    "parameters": tables.parameters,
    "phases": tables.phases,
    "priority": tables.priority,
    "reasons": tables.reasons,
    "routes": tables.routes,
    "streams": tables.streams,
}
"""What may stand in double braces: a name, then arguments after spaces."""

_BRACES = re.compile(r"\{\{([^{}]+)\}\}")


def odd_document() -> str:
    """The document as the code gives it now.

    Raises:
        RunError: the template asks for what there is not, or leaves a decision out or states it twice.
    """
    template = TEMPLATE.read_text(encoding="utf-8")
    asked = [match.split() for match in _BRACES.findall(template)]
    stated = [name for words in asked if words[0] == "formulas" for name in words[1:]]
    if sorted(stated) != sorted(functions("sim.decisions")):
        wrong = sorted(set(stated) ^ set(functions("sim.decisions"))) or sorted(
            {name for name in stated if stated.count(name) > 1}
        )
        raise RunError(
            f"{TEMPLATE.name} must state each function of sim.decisions once: {', '.join(wrong)}",
            f"{TEMPLATE.name} 须将 sim.decisions 的每个函数各写一次：{', '.join(wrong)}",
        )
    return _BRACES.sub(lambda match: _filled(match[1].split()), template)


def _filled(words: list[str]) -> str:
    try:
        return _GIVEN[words[0]](*words[1:])
    except (KeyError, TypeError) as error:
        raise RunError(
            f"{TEMPLATE.name}: {{{{{' '.join(words)}}}}} cannot be filled in: {error}",
            f"{TEMPLATE.name}: {{{{{' '.join(words)}}}}} 无法填写：{error}",
        ) from error
