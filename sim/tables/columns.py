"""Columns by their names: what is called how stands in `columns.yaml` beside this file."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

_MARKS = re.compile(r"[\s_\-.·:：*'\"“”#&|]+")
_BRACKETS = re.compile(r"(?<=.)[(\[【〔].*$")  # a unit, or a remark

_EMPTY_LENGTH_MAX = 9  # of "undefined": a longer cell says something

PERSONS = ("customer", "inviter")
"""Fields whose names have kinds: id, phone, name."""


def plain(name: str) -> str:
    """A name without what makes no difference between names."""
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    return _MARKS.sub("", _BRACKETS.sub("", text)) or _MARKS.sub("", text)


@dataclass(frozen=True)
class _Words:
    """What `columns.yaml` says, in plain names.

    Attributes:
        rank: field -> plain name -> (kind, how far down its list).
        around: words that may stand before or after.
        ends: pairs of ends, and how their names would go on.
        empty: cells that say nothing.
        nobody: cells that name nobody who invited.
        totals: how rows of sums begin.
    """

    rank: Mapping[str, Mapping[str, tuple[str, int]]]
    around: tuple[str, ...]
    ends: tuple[tuple[str, str, str], ...]
    empty: frozenset[str]
    nobody: frozenset[str]
    totals: frozenset[str]


@cache
def words() -> _Words:
    """What `columns.yaml` says; read once."""
    said = YAML(typ="safe", pure=True).load(Path(__file__).with_suffix(".yaml"))
    around, ends = said.pop("around"), said.pop("ends")
    cells = {name: frozenset(word.casefold() for word in said.pop(name)) for name in ("empty", "nobody")}
    totals = frozenset(plain(word) for word in said.pop("totals"))
    rank: dict[str, dict[str, tuple[str, int]]] = {}
    for field, names in said.items():
        place = 0
        rank[field] = {}
        for kind, listed in names.items() if field in PERSONS else (("", names),):
            for name in listed:
                rank[field].setdefault(plain(name), (kind, place))
                place += 1
    return _Words(
        rank,
        tuple(around),
        tuple((a, b, more) for a, b, more in ends),
        cells["empty"],
        cells["nobody"],
        totals,
    )


def _bare(name: str) -> str:
    """A plain name without the words around what it is."""
    text = name
    while True:
        for word in words().around:
            if text.startswith(word) and len(text) > len(word):
                text = text[len(word) :]
                break
            if text.endswith(word) and len(text) > len(word):
                text = text[: -len(word)]
                break
        else:
            return text


@cache
def _places(name: str) -> Mapping[str, tuple[str, int]]:
    """Each field that a plain name may mean, with its kind and how far down; derived names come after all."""
    found = {field: names[name] for field, names in words().rank.items() if name in names}
    if not found:
        bare = _bare(name)
        if bare != name and len(bare) > 1:
            for field, names in words().rank.items():
                if bare in names:
                    kind, place = names[bare]
                    found[field] = (kind, 1000 + place)
    return found


def field_named(name: str) -> str | None:
    """The field that a word means, as itself or as one of its names; None if it means none."""
    if name in words().rank:
        return name
    return next(iter(_places(plain(name))), None)


def is_known(name: str) -> bool:
    """Whether a text is what some column is called."""
    return bool(_places(plain(name)))


def columns_for(field: str, names: Sequence[str], kind: str | None = None) -> list[int]:
    """The columns that may be a field, the best first; `kind`: of persons, only names of that kind."""
    found = []
    for column, name in enumerate(names):
        known = _places(plain(name)).get(field)
        if known is not None and kind in (None, known[0]):
            found.append((known[1], column))
    return [column for _, column in sorted(found)]


def kinds_for(field: str, names: Sequence[str]) -> Iterator[str]:
    """The kinds in which a table names its persons, the best first."""
    for kind in ("id", "phone", "name"):
        if columns_for(field, names, kind):
            yield kind


def two_ends(names: Sequence[str]) -> tuple[int, int] | None:
    """The first two columns whose names differ only as the two ends of a link do.

    Where the names go on in the same way (`t1`, `t2`, `t3`), these are no ends.
    """
    place = {plain(name): column for column, name in reversed(list(enumerate(names)))}
    for name, column in sorted(place.items(), key=lambda item: item[1]):
        for one, other, more in words().ends:
            if name.endswith(one) and len(name) > len(one):
                stem = name.removesuffix(one)
                if stem + other in place and stem + more not in place:
                    return column, place[stem + other]
            if name.startswith(one) and len(name) > len(one):
                stem = name.removeprefix(one)
                if other + stem in place and more + stem not in place:
                    return column, place[other + stem]
    return None


def are_ends(one: str, other: str) -> bool:
    """Whether two plain names are by themselves what the names of two ends differ in, such as u and v."""
    return any((one, other) == (a, b) for a, b, _ in words().ends)


def is_empty(cell: str) -> bool:
    """Whether a cell says that there is nothing."""
    return len(cell) <= _EMPTY_LENGTH_MAX and cell.casefold() in words().empty


def is_nobody(cell: str) -> bool:
    """Whether a cell of a column of who invited names nobody."""
    return cell.casefold() in words().nobody or is_empty(cell)


def is_total(cell: str) -> bool:
    """Whether a row that begins so holds sums."""
    return plain(cell) in words().totals


@cache
def starts_of_totals() -> frozenset[str]:
    """The characters that rows of sums begin with, in small and capital letters; and spaces."""
    return frozenset(char for word in words().totals for char in (word[0], word[0].upper())) | {" ", "\u3000"}
