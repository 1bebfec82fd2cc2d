"""Numbering the members of a file by what they are called, not by where they stand in it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np

from sim.errors import InputError
from sim.network.csr import Ints
from sim.tables.keys import Keys, free_prefix, key_order
from sim.tables.personal import is_personal
from sim.tables.rows import clean
from sim.tables.source import where

_LENGTH_MAX = 1000
_DIGITS_MAX = 100  # assumption: whole numbers of more digits are texts; Python refuses some thousands


def is_whole_number(text: str) -> bool:
    """Whether a text is a whole number in plain digits, maybe with a sign."""
    return (
        text.isascii()
        and text.lstrip("+-").isdigit()
        and len(text) - len(text.lstrip("+-")) <= 1
        and len(text) <= _DIGITS_MAX
    )


class Numbered(NamedTuple):
    """Members in final order.

    Attributes:
        labels: what each is called in the graph.
        number: int64, the final number of each place.
        keys: what a file calls members -> their labels, of those who are not called as in the file.
    """

    labels: tuple[str, ...]
    number: Ints
    keys: Keys


class MemberIds:
    """Ids of members in the order they turn up, given their final numbers at the end.

    If all ids are whole numbers, "007" and "7" are the same member; if one is none, all are texts. Final
    numbers follow the ids, by size if they are whole numbers and else by code point, so the order of lines
    does not matter.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._place: dict[str, int] = {}
        self._names: list[str] = []
        self.find = self._place.get  # the place of an id as it stood there; None of one that is new

    def __len__(self) -> int:
        return len(self._names)

    @property
    def names(self) -> Sequence[str]:
        """The ids in the order in which they turned up."""
        return self._names

    def place(self, text: str, line: int) -> int:
        """The place of an id in order of appearance.

        Raises:
            InputError: an empty id, or one of more than 1,000 characters.
        """
        found = self._place.get(text)
        return self.new(text, line) if found is None else found

    def places(self, texts: Sequence[str], lines: Sequence[int]) -> list[int]:
        """The places of many ids, as `place` gives each."""
        found = list(map(self.find, texts))
        if None in found:
            found = [
                self.place(texts[i], lines[i]) if place is None else place for i, place in enumerate(found)
            ]
        return cast("list[int]", found)

    def new(self, text: str, line: int) -> int:
        """The place of an id that `find` does not know as it stands there; errors as of `place`."""
        name = clean(text)
        if not name or len(name) > _LENGTH_MAX:
            raise InputError(
                f"{where(self.path, line)}: a member's id must have 1 to {_LENGTH_MAX:,} characters, got "
                f"{len(name):,}; complete the line, or delete it",
                f"{where(self.path, line)}: 成员 id 的长度应为 1 至 {_LENGTH_MAX:,} 个字符，"
                f"实际为 {len(name):,} 个；请补全或删去该行",
            )
        place = None if name == text else self._place.get(name)
        if place is None:
            place = len(self._names)
            self._place[name] = place
            self._names.append(name)
        self._place[text] = place
        return place

    def final(self, *, keyed: bool | None = False, content: Iterable[str] = ()) -> Numbered:
        """The members in final order.

        Args:
            keyed: who is called by a key in place of the id: nobody; all; or (None) those whose ids lead to
                a person (`is_personal`).
            content: what else was taken from the file; see `sim.tables.keys`.
        """
        if not all(map(is_whole_number, self._names)):
            return numbered(self._names, are_numbers=False, keyed=keyed, content=content)
        place_of: dict[str, int] = {}
        places = [place_of.setdefault(str(int(name)), len(place_of)) for name in self._names]
        found = numbered(list(place_of), are_numbers=True, keyed=keyed, content=content)
        return found if len(place_of) == len(places) else found._replace(number=found.number[places])


def numbered(
    names: Sequence[str], *, are_numbers: bool, keyed: bool | None, content: Iterable[str]
) -> Numbered:
    """Members of these names, all distinct, in final order; see `MemberIds.final`."""
    hidden: Sequence[int] = range(len(names)) if keyed else ()
    kept: list[int] = [] if keyed else [*range(len(names))]
    if keyed is None and (hidden := [i for i, name in enumerate(names) if is_personal(name)]):
        apart = set(hidden)
        kept = [i for i in kept if i not in apart]
    if are_numbers:
        kept.sort(key=lambda i: (int(names[i]), names[i]))
    else:
        kept.sort(key=names.__getitem__)
    labels = [names[i] for i in kept]
    number = np.empty(len(names), dtype=np.int64)
    number[kept] = np.arange(len(kept))
    keys: dict[str, str] = {}
    if hidden:
        secret = [names[i] for i in hidden]
        prefix = free_prefix(labels)
        rank = np.empty(len(hidden), dtype=np.int64)
        rank[key_order(secret, (*labels, *content))] = np.arange(len(hidden))
        number[hidden] = len(kept) + rank
        called = [f"{prefix}{i}" for i in range(1, len(hidden) + 1)]
        keys = {name: called[i] for name, i in zip(secret, rank.tolist(), strict=True)}
        labels += called
    return Numbered(tuple(labels), number, Keys(keys))
