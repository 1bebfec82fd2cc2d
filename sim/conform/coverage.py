"""Which settings a set of cases has exercised, which of them had an effect, and which kinds of events came.

A setting is exercised when a case has it; it is *in effect* when some case's table becomes another one
as soon as the setting is given another value. Settings are named by their path in a scenario, with list
places and ids left out: `mechanics.group_buy.overflow = "join_another"`. Counted are

- each value of enumerations and of lists of them, both values of booleans;
- for what may be null, null and a value;
- for lists and numbers, a value other than the default (`= other`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sim.conform.cases import Case
from sim.conform.difference import first_different_row
from sim.conform.engines import Engine
from sim.event_files import REASON_KINDS
from sim.events import Channel, EventTable, Kind, Reason, Route
from sim.mechanics.registry import MECHANICS
from sim.scenario.model import Scenario

Place = tuple[str | int, ...]
"""Where a value is in a scenario's plain data."""

NO_BEHAVIOUR = (
    "about",
    "allow_illegal",
    "id",
    "name",
    "network",  # makes the graph, which is given to engines
    "population.members",
    "products.reference_price_basis",
    "run",
    "schema_version",
)
"""Settings that say nothing about how people behave: by path, or by the last part of it."""

WITHOUT_EFFECT_OF_THEIR_OWN = (
    "communities.chats.kind",  # these three lay the chats, which are given to engines with the graph
    "communities.chats.memberships_per_member",
    "communities.chats.size_mean",
    "orders.exclusive",  # refuses scenarios, changes none
)
"""Settings that are exercised and whose exchange in one community cannot show."""

OTHER, NULL, SET, EMPTY, DEFAULT = "other", "null", "set", "empty", "default"


@dataclass(frozen=True)
class Use:
    """One use of a setting in a scenario.

    Attributes:
        setting: its path, `mechanics.group_buy.overflow`.
        label: which of its values, as `Coverage` counts them.
        place: where it is.
        value: plain data.
    """

    setting: str
    label: str
    place: Place
    value: Any

    @property
    def name(self) -> str:
        """Setting and value."""
        return f"{self.setting} = {self.label}"


def every_setting() -> set[str]:
    """The names of all settings and values that there are to exercise."""
    return {f"{setting} = {label}" for setting, label in _every(Scenario, "")}


def _every(model: type[BaseModel], path: str) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        setting = f"{path}.{name}".lstrip(".")
        if _silent(setting):
            continue
        yield from ((setting, label) for label in _labels(field))
        for inner_path, inner in _inside(field.annotation, setting):
            yield from _every(inner, inner_path)


def _silent(setting: str) -> bool:
    return setting in NO_BEHAVIOUR or setting.rpartition(".")[2] in ("id", "name", "type", "allow_illegal")


def _parts(annotation: Any) -> tuple[bool, tuple[Any, ...]]:
    """Whether null is allowed, and what else is."""
    if get_origin(annotation) in (Union, UnionType):
        parts = get_args(annotation)
        return type(None) in parts, tuple(part for part in parts if part is not type(None))
    return False, (annotation,)


def _item(annotation: Any) -> Any:
    """What a tuple holds; None if it is none."""
    return get_args(annotation)[0] if get_origin(annotation) is tuple else None


def _bare(annotation: Any) -> Any:
    """The annotation without what `Annotated` adds."""
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def _inside(annotation: Any, setting: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """The models in a field, with their paths; a mechanic's has its type in it."""
    for part in _parts(_bare(annotation))[1]:
        bare = _bare(part)
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            kind = bare.model_fields["type"].default if "type" in bare.model_fields else ""
            yield (f"{setting}.{kind}" if kind in MECHANICS else setting), bare
        elif _item(bare) is not None:
            yield from _inside(_item(bare), setting)


def _labels(field: FieldInfo) -> tuple[str, ...]:
    """What there is to exercise in a field."""
    nullable, parts = _parts(field.annotation)
    bare = _bare(parts[0])
    if nullable:
        return (NULL, SET)
    if get_origin(bare) is Literal:
        return tuple(json.dumps(one) for one in get_args(bare))
    if bare is bool:
        return ("false", "true")
    item = _bare(_item(bare))
    if item is not None:
        if get_origin(item) is Literal:
            never_empty = any(isinstance(one, MinLen) and one.min_length for one in field.metadata)
            return (*(() if never_empty else (EMPTY,)), *(json.dumps(one) for one in get_args(item)))
        return () if field.is_required() else (OTHER,)
    if bare in (int, float):
        return () if field.is_required() else (OTHER,)
    return ()


def uses(scenario: Scenario) -> Iterator[Use]:
    """Every use of a setting in a scenario that counts: numbers and lists at their default do not."""
    return (use for use in _uses(scenario, "", ()) if use.label != DEFAULT)


def _uses(model: BaseModel, path: str, place: Place) -> Iterator[Use]:
    plain = model.model_dump()
    for name, field in type(model).model_fields.items():
        setting = f"{path}.{name}".lstrip(".")
        if _silent(setting):
            continue
        here, value = (*place, name), getattr(model, name)
        for label in _labels_of(field, value):
            yield Use(setting, label, here, plain[name])
        inner = list(enumerate(value)) if isinstance(value, tuple) else [(None, value)]
        for number, one in inner:
            if isinstance(one, BaseModel):
                kind = getattr(one, "type", "")
                inner_path = f"{setting}.{kind}" if kind in MECHANICS else setting
                yield from _uses(one, inner_path, here if number is None else (*here, number))


def _labels_of(field: FieldInfo, value: Any) -> Iterator[str]:
    there_are = _labels(field)
    if NULL in there_are:
        yield NULL if value is None else SET
    elif OTHER in there_are:
        yield DEFAULT if value == field.get_default(call_default_factory=True) else OTHER
    elif there_are and isinstance(value, (list, tuple)):
        yield from (json.dumps(one) for one in value) if value else (EMPTY,)
    elif there_are:
        yield json.dumps(value)


def events_of(table: EventTable) -> set[str]:
    """The codes that occur in a table: kinds, reasons, routes and channels."""
    kind, value = table["kind"], table["value"]
    found = {Kind(one).name for one in set(kind.tolist())}
    for reason_kind in REASON_KINDS:
        found |= {f"reason {Reason(one).name}" for one in set(value[kind == reason_kind].tolist())}
    found |= {f"route {Route(one).name}" for one in set(value[kind == Kind.ORDER_PLACED].tolist())}
    return found | {f"channel {Channel(one).name}" for one in set(table["channel"].tolist()) if one >= 0}


def every_event() -> set[str]:
    """All codes that a full table can hold."""
    reserved = (Route.NONE, Route.RESERVE)  # who asks to be reminded places no order
    return {
        *(kind.name for kind in Kind if not kind.name.startswith("COUNT_")),  # those are of outcomes tables
        *(f"reason {reason.name}" for reason in Reason if reason is not Reason.NONE),
        *(f"route {route.name}" for route in Route if route not in reserved),
        *(f"channel {channel.name}" for channel in Channel),
    }


@dataclass(frozen=True)
class Coverage:
    """What a set of cases has exercised.

    Attributes:
        exercised: names of settings and values that occur.
        in_effect: those of them that were seen to matter; empty if that was not looked for.
        events: codes that occur in the tables.
    """

    exercised: frozenset[str]
    in_effect: frozenset[str]
    events: frozenset[str]

    @property
    def never(self) -> list[str]:
        """Settings and values that no case has."""
        return sorted(every_setting() - self.exercised)

    @property
    def without_effect(self) -> list[str]:
        """Settings and values that made no difference anywhere."""
        return sorted(
            name
            for name in self.exercised - self.in_effect
            if name.partition(" = ")[0] not in WITHOUT_EFFECT_OF_THEIR_OWN
        )

    @property
    def missing_events(self) -> list[str]:
        """Codes that occur in no table."""
        return sorted(every_event() - self.events)


def covered(cases: Iterable[Case], engine: Engine, *, effects: bool = False, tries: int = 12) -> Coverage:
    """What cases exercise.

    Args:
        cases: to be run.
        engine: that runs them.
        effects: whether to find out what has an effect, by up to `tries` more runs for each value.
        tries: see there.
    """
    made = list(cases)
    tables = [engine(case.scenario, case.graph, None) for case in made]
    used = [list(uses(case.scenario)) for case in made]
    every = [use for some in used for use in some]
    events = frozenset(code for table in tables for code in events_of(table))
    in_effect = frozenset(_in_effect(made, tables, used, engine, tries) if effects else ())
    return Coverage(frozenset(use.name for use in every), in_effect, events)


def _in_effect(
    cases: list[Case], tables: list[EventTable], used: list[list[Use]], engine: Engine, tries: int
) -> Iterator[str]:
    """Each value that, exchanged for another that some case has in that place, changes a table."""
    donors: dict[str, dict[str, Any]] = {}
    for case in cases:
        for use in _uses(case.scenario, "", ()):
            donors.setdefault(use.setting, {}).setdefault(json.dumps(use.value), use.value)
    where: dict[str, list[tuple[int, Use]]] = {}
    for number, some in enumerate(used):
        for use in some:
            where.setdefault(use.name, []).append((number, use))
    for name, found in where.items():
        left = tries
        for number, use in sorted(found, key=lambda one: len(tables[one[0]]), reverse=True):
            for text, other in donors[use.setting].items():
                if left > 0 and text != json.dumps(use.value):
                    changed = _exchanged(cases[number].scenario, use, other)
                    if changed is None:
                        continue
                    left -= 1
                    table = engine(changed, cases[number].graph, None)
                    if first_different_row(tables[number], table) is not None:
                        left = -1
                        yield name
            if left <= 0:
                break


def _exchanged(scenario: Scenario, use: Use, value: Any) -> Scenario | None:
    """The scenario with another value in that place; None where that is not allowed."""
    data = scenario.model_dump()
    at: Any = data
    for step in use.place[:-1]:
        at = at[step]
    at[use.place[-1]] = value
    try:
        return Scenario.model_validate(data)
    except ValidationError:
        return None
