"""The three files of BeiBei's group buys: two leave-one-out splits of the successes, and the failures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.tables.decode import read_lines
from sim.tables.source import shown, where

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

SUCCEEDED = 721_605
"""Groups that succeeded in all. source: Zhang et al. 2021, arXiv 2010.06848; the files hold 332,826."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of two or more, one an index.

    initiator, item, joiners: int64[groups], whose, of what, how many joined; joiner: int64[sum of joiners],
    who, group after group.
    """

    initiator: Ints
    item: Ints
    joiners: Ints
    joiner: Ints

    def __len__(self) -> int:
        """How many groups."""
        return len(self.initiator)

    @property
    def host(self) -> Ints:
        """The initiator of each joiner: int64[sum of joiners]."""
        return np.repeat(self.initiator, self.joiners)

    @property
    def joined_item(self) -> Ints:
        """The item of each joiner: int64[sum of joiners]."""
        return np.repeat(self.item, self.joiners)

    def where(self, chosen: Mask) -> Groups:
        """Some of the groups, in the same order."""
        return Groups(
            self.initiator[chosen],
            self.item[chosen],
            self.joiners[chosen],
            self.joiner[np.repeat(chosen, self.joiners)],
        )


@dataclass(frozen=True, eq=False)
class Files:
    """What is shown of a shop's group buys.

    Attributes:
        tune, test: successes, at most one an initiator in each; who is in `tune` is in `test`.
        failed: failures, each pair of initiator and item once.
        succeeded: how many succeeded in all, shown or not.
    """

    tune: Groups
    test: Groups
    failed: Groups
    succeeded: int

    def split(self, name: str) -> Groups:
        """One of the splits by its name."""
        return self.tune if name == "tune" else self.test


def read_files(folder: Path) -> Files:
    """Read `beibei_tune.txt.gz`, `beibei_test.txt.gz` and `beibei_invalid.txt.gz` of a folder.

    Raises:
        InputError: one is missing or no such table.
    """
    tune, test, failed = (
        read_groups(folder / f"beibei_{name}.txt.gz") for name in ("tune", "test", "invalid")
    )
    return Files(tune, test, failed, SUCCEEDED)


def read_groups(path: Path) -> Groups:
    """Read groups, one a line: numbers of initiator, item and joiners, with tabs between.

    Raises:
        InputError: the file cannot be read or a line is no such group.
    """
    numbers: list[list[int]] = []
    for line, text in read_lines(path):
        try:
            group = [int(part) for part in text.split("\t") if part]
        except ValueError:
            group = []
        if len(group) < 2:
            raise InputError(
                f"{where(path, line)}: a group is the numbers of an initiator, an item and joiners, with "
                f"tabs between; got {shown(text)}",
                f"{where(path, line)}: 一个团应为发起人、商品和参团人的编号，"
                f"以制表符分隔；实际为 {shown(text)}",
            )
        numbers.append(group)
    return groups_of(numbers)


def groups_of(numbers: list[list[int]]) -> Groups:
    """Groups from rows of initiator, item, joiners."""
    return Groups(
        np.array([group[0] for group in numbers], dtype=np.int64),
        np.array([group[1] for group in numbers], dtype=np.int64),
        np.array([len(group) - 2 for group in numbers], dtype=np.int64),
        np.array([one for group in numbers for one in group[2:]], dtype=np.int64),
    )
