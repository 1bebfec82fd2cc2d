"""Choosing settings: by addressed draws here, by hypothesis in the tests; who chooses does not matter."""

from __future__ import annotations

from typing import Any, Literal, Protocol, TypeVar, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.streams import uniform

T = TypeVar("T")
Settings = dict[str, Any]
"""Settings as a scenario file would give them."""

_STREAM = 9000  # of the model's streams, far from those that a run draws from


class Chooser(Protocol):
    """Something that decides."""

    def one(self, *values: T) -> T:
        """One of these values; the first is the plainest."""

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""


class Drawn:
    """Chooses by addressed draws: the same number gives the same choices on every machine."""

    def __init__(self, seed: int, number: int) -> None:
        """seed: of the series; number: which of its scenarios."""
        self._seed, self._number, self._made = seed, number, 0

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, each as likely."""
        self._made += 1
        return low + int(uniform(self._seed, _STREAM, self._number, self._made, 0) * (high - low + 1))

    def one(self, *values: T) -> T:
        """One of these values, each as likely; a value that is given twice is twice as likely."""
        return values[self.whole(0, len(values) - 1)]


def values_of(model: type[BaseModel], field: str) -> tuple[Any, ...]:
    """The values that a field of enumeration type allows."""
    annotation = model.model_fields[field].annotation
    if get_origin(annotation) is not Literal:
        raise TypeError(f"{model.__name__}.{field} is no enumeration")
    return get_args(annotation)


def any_of(choose: Chooser, model: type[BaseModel], *fields: str) -> Settings:
    """For each field of enumeration type any of its values."""
    return {field: choose.one(*values_of(model, field)) for field in fields}


def some_of(choose: Chooser, values: tuple[T, ...]) -> list[T]:
    """A few of these values, perhaps none or all."""
    return [value for value in values if choose.one(True, False)]


def stirred(choose: Chooser, model: type[BaseModel], most: int, *without: str) -> Settings:
    """Up to `most` of a model's numbers, each other than its default; `without`: not of these fields."""
    fields = [
        name for name, field in model.model_fields.items() if name not in without and other_numbers(field)
    ]
    return {
        name: choose.one(*other_numbers(model.model_fields[name]))
        for name in sorted({choose.one(*fields) for _ in range(choose.whole(0, most))})
    }


def other_numbers(field: FieldInfo) -> tuple[float, ...]:
    """Numbers that a field allows, about its default but not it; none if it is no number."""
    default = field.default
    if isinstance(default, bool) or not isinstance(default, (int, float)):
        return ()
    low, high = _bounds(field)
    unit = 0.4 if high <= 1 else (2 if isinstance(default, int) else 0.7)
    tried = (default * 2, default / 2, 0 * default) if default else (unit, -unit)
    fitted = [min(max(one, low), high) for one in tried]
    if isinstance(default, int):
        fitted = [int(one) for one in fitted]
    return tuple(dict.fromkeys(one for one in fitted if one != default and _allowed(field, one)))


def _bounds(field: FieldInfo) -> tuple[float, float]:
    lows = [float(str(one.ge)) for one in field.metadata if isinstance(one, Ge)]
    highs = [float(str(one.le)) for one in field.metadata if isinstance(one, Le)]
    return max(lows, default=-1e18), min(highs, default=1e18)


def _allowed(field: FieldInfo, number: float) -> bool:
    above = all(number > float(str(one.gt)) for one in field.metadata if isinstance(one, Gt))
    return above and all(number < float(str(one.lt)) for one in field.metadata if isinstance(one, Lt))
