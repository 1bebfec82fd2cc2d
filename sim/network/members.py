"""Numbering the members of a file by what they are called, not by where they stand in it."""

from pathlib import Path

import numpy as np

from sim.errors import InputError
from sim.network.csr import Ints
from sim.network.source import shown, where


def is_whole_number(text: str) -> bool:
    """Whether a text is a whole number in plain digits, maybe with a sign."""
    return text.isascii() and text.lstrip("+-").isdigit() and len(text) - len(text.lstrip("+-")) <= 1


class MemberIds:
    """Ids of members in the order they turn up, given their final numbers at the end.

    If the first id is a whole number, all must be ("007" and "7" are the same member), unless `are_numbers`
    already says what they are. Final numbers follow
    the ids, by size if they are whole numbers and else by code point, so the order of lines does not matter.
    """

    def __init__(self, path: Path, are_numbers: bool | None = None) -> None:
        self.path = path
        self._place: dict[str, int] = {}
        self._names: list[str] = []
        self._are_numbers = are_numbers

    def __len__(self) -> int:
        return len(self._names)

    def place(self, text: str, line: int) -> int:
        """The place of an id in order of appearance.

        Raises:
            InputError: an empty id, or text where the ids are whole numbers.
        """
        found = self._place.get(text)
        return self._new(text, line) if found is None else found

    def _new(self, text: str, line: int) -> int:
        name = text.strip()
        if not name or len(name) > 1000:
            raise InputError(
                f"{where(self.path, line)}: a member's id must have 1 to 1,000 characters",
                f"{where(self.path, line)}: 成员 id 的长度应为 1 至 1,000 个字符",
            )
        if self._are_numbers is None:
            self._are_numbers = is_whole_number(name)
        if self._are_numbers:
            if not is_whole_number(name):
                raise InputError(
                    f"{where(self.path, line)}: ids of this file are whole numbers, got {shown(name)}",
                    f"{where(self.path, line)}: 此文件的 id 都是整数，实际为 {shown(name)}",
                )
            name = str(int(name))
        place = self._place.get(name)
        if place is None:
            place = len(self._names)
            self._place[name] = place
            self._names.append(name)
        self._place[text] = place
        return place

    def final(self) -> tuple[tuple[str, ...], Ints]:
        """The ids in final order, and the final number of each place."""
        order = sorted(range(len(self._names)), key=self._key)
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.arange(len(order))
        return tuple(self._names[i] for i in order), number

    def _key(self, place: int) -> tuple[int, str]:
        name = self._names[place]
        return (int(name), "") if self._are_numbers else (0, name)
