"""Numbering the members of a file by what they are called, not by where they stand in it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

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
        return self._new(text, line) if found is None else found

    def _new(self, text: str, line: int) -> int:
        name = clean(text)
        if not name or len(name) > _LENGTH_MAX:
            raise InputError(
                f"{where(self.path, line)}: a member's id must have 1 to {_LENGTH_MAX:,} characters, got "
                f"{len(name):,}; complete the line, or delete it",
                f"{where(self.path, line)}: 成员 id 的长度应为 1 至 {_LENGTH_MAX:,} 个字符，"
                f"实际为 {len(name):,} 个；请补全或删去该行",
            )
        place = self._place.get(name)
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
        are_numbers = all(map(is_whole_number, self._names))
        names = [str(int(name)) for name in self._names] if are_numbers else self._names
        return numbered(names, are_numbers=are_numbers, keyed=keyed, content=content)


def numbered(
    names: Sequence[str], *, are_numbers: bool, keyed: bool | None, content: Iterable[str]
) -> Numbered:
    """Members of these names, one for each place, in final order; see `MemberIds.final`."""
    once = dict.fromkeys(names)
    hidden = [name for name in once if (is_personal(name) if keyed is None else keyed)]
    apart = set(hidden)
    kept = [name for name in once if name not in apart]
    kept.sort(key=(lambda name: (int(name), name)) if are_numbers else (lambda name: (0, name)))
    keys: dict[str, str] = {}
    if hidden:
        prefix = free_prefix(kept)
        order = key_order(hidden, (*kept, *content))
        keys = {hidden[place]: f"{prefix}{rank}" for rank, place in enumerate(order, 1)}
    place_of = {name: number for number, name in enumerate((*kept, *keys))}
    number = np.array([place_of[name] for name in names], dtype=np.int64)
    return Numbered((*kept, *keys.values()), number, Keys(keys))
