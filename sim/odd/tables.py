"""The tables of the document that list what the code registers: each a function without arguments."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from sim.engine.talk import PRIORITY
from sim.events import Route
from sim.mechanics.base import Mechanic
from sim.mechanics.registry import MECHANICS
from sim.mechanics.world import LAST_OBLIGATION, Phase
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.registry import BREAKDOWNS, METRICS
from sim.odd.markdown import code, table
from sim.odd.parameters import Block, blocks
from sim.odd.source import (
    Line,
    class_docstring,
    class_lines,
    functions,
    imports,
    mentions,
    module_lines,
    module_title,
    modules,
)
from sim.odd.standing import prior_and_status

_MODEL_MODULES = (
    "sim.people",
    "sim.population",
    "sim.recipients",
    "sim.seeding",
    "sim.sessions",
    "sim.settings.behaviour",
    "sim.settings.community",
    "sim.network.generate",
    "sim.network.chats",
    "sim.network.cut",
    "sim.network.ties",
)
"""What makes the community and what both engines share; beside the readable engine and the mechanics."""


def _readable() -> list[str]:
    """The modules of the readable engine and of the mechanics, without the compiled forms of these."""
    found = [*modules("engine"), *modules("mechanics")]
    return [module for module in found if not module.endswith("kernel") and "kernel_" not in module]


def phases() -> str:
    """The order of events that fall into the same second."""
    who = {module: mentions(module, "Phase") for module in _readable() if module != Phase.__module__}
    return table(
        ("order", "phase", "after the horizon", "put on the agenda by"),
        (
            (
                str(int(phase)),
                code(phase.name),
                "runs off" if phase <= LAST_OBLIGATION else "ends",
                ", ".join(code(module) for module, used in who.items() if phase.name in used),
            )
            for phase in Phase
        ),
    )


def priority() -> str:
    """What is read first in a session."""
    places = sorted(set(PRIORITY.values()))
    return ", then ".join(
        " and ".join(code(channel.name) for channel, at in PRIORITY.items() if at == place)
        for place in places
    )


def streams() -> str:
    """Every stream of luck, and what it decides."""
    lines = module_lines("sim.streams").values()
    named = [line for line in lines if line.name.isupper() and line.value.isdigit() and line.beside]
    drawn = {
        module: imports(module, "sim.streams") | mentions(module, "streams")
        for module in (*_MODEL_MODULES, *_readable())
    }
    return table(
        ("stream", "number", "decides", "drawn in"),
        (
            (
                code(one.name),
                one.value,
                one.beside,
                ", ".join(code(module) for module, used in drawn.items() if one.name in used),
            )
            for one in named
        ),
    )


def kinds() -> str:
    """What a row of the event table can say."""
    return _codes("Kind", "what a row says")


def channels() -> str:
    """How news reaches a member."""
    return _codes("Channel", "how it reaches a member")


def routes() -> str:
    """The ways to buy."""
    return ", ".join(code(route.name) for route in Route if route is not Route.NONE)


def reasons() -> str:
    """Why something came to nothing."""
    return _codes("Reason", "why it came to nothing")


def mechanics() -> str:
    """The mechanics there are, and the moments at which each acts."""
    moments = [name for name, one in vars(Mechanic).items() if callable(one) and name[0] != "_"]
    moments.remove("open_at")
    return table(
        ("`type`", "what it is", "its moments", "module"),
        (
            (
                code(type_),
                module_title(mechanic.__module__),
                ", ".join(code(name) for name in moments if name in vars(mechanic)),
                code(mechanic.__module__),
            )
            for type_, mechanic in MECHANICS.items()
        ),
    )


def metrics() -> str:
    """Every metric: what it counts, and of what."""
    every: Iterable[Metric | Breakdown] = (*METRICS, *BREAKDOWNS)
    return table(
        ("metric", "unit", "denominator", "what it is"),
        ((code(one.name), one.unit, one.per_en, _first_line(one.function.__doc__)) for one in every),
    )


def constants() -> str:
    """Numbers of the model that no scenario sets, with what their source says."""
    return table(
        ("constant", "module", "value", "source"),
        (
            (code(line.name), code(module), code(line.value), line.note)
            for module in (*_MODEL_MODULES, *_readable())
            for line in module_lines(module).values()
            if _is_sourced(line)
        ),
    )


def facts() -> str:
    """The published facts, from the suite that tests them where there is one."""
    try:
        suite = importlib.import_module("sim.facts.suite")
    except ModuleNotFoundError as error:
        if error.name not in ("sim.facts", "sim.facts.suite"):
            raise
        return "The suite of facts is not part of this version."
    return table(
        ("fact", "what is known", "source", "what is measured, and the band", "mechanisms"),
        (
            (
                fact.id + ("★" if fact.star else ""),
                fact.title.en,
                f"{fact.source} ({fact.status})",
                fact.claim.en,
                "; ".join(one.name for one in fact.mechanisms),
            )
            for fact in suite.FACTS
        ),
    )


def parameters() -> str:
    """Every setting of a scenario."""
    return "\n\n".join(_block(one) for one in blocks())


def formulas(*wanted: str) -> str:
    """Functions of `sim.decisions` as written there: what they say of themselves, and what they compute."""
    known = functions("sim.decisions")
    parts = []
    for name in wanted:
        one = known[name]
        called = f"**`{one.name}`** ({', '.join(one.arguments)}). {one.docstring}"
        parts.append(f"{called}\n\n```python\n{one.body}\n```")
    return "\n\n".join(parts)


def fields(module: str, name: str) -> str:
    """What an entity of the engine is, and what it is made of."""
    made_of = "; ".join(
        code(f"{line.name}: {line.annotation}") + (f" ({line.note})" if line.note else "")
        for line in class_lines(module, name).values()
    )
    return f"**`{name}`**: {' '.join(class_docstring(module, name).split())} {made_of}."


def constant(module: str, name: str) -> str:
    """A constant's value as written."""
    return module_lines(module)[name].value


def _is_sourced(line: Line) -> bool:
    words = line.note.lower()
    return not line.annotation and any(word in words for word in ("assumption", "source:"))


def _codes(name: str, head: str) -> str:
    return table(
        ("code", "name", head),
        ((line.value, code(line.name), line.meaning) for line in class_lines("sim.events", name).values()),
    )


def _block(block: Block) -> str:
    places = ", ".join(code(place) for place in block.places if place) or "the scenario itself"
    known = [prior_and_status(path) for path, _ in block.paths()]
    behavioural = any(status for _, status in known)
    columns = ("prior", "status") if behavioural else ()
    rows = (
        (code(one.path), one.unit, code(one.default), one.allowed, *(more if behavioural else ()), one.note)
        for one, more in zip(block.parameters, known, strict=True)
    )
    head = ("setting", "unit", "default", "allowed", *columns, "meaning and source")
    return f"**{places}**. {block.title}\n\n{table(head, rows)}"


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().partition("\n")[0]
