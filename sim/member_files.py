"""Lists of members in a results folder: what they are called, and who stood above whom at the start."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sim.errors import InputError, cannot_read
from sim.text import Text

MEMBERS = "members.csv"
"""What the graph's file calls its members, or the keys in place of it; only where there are such labels."""

UPLINES = "uplines.csv"
"""Who started as a distributor, and who had recruited them; only of runs with a commission."""


def labels_csv(labels: Iterable[str]) -> str:
    """What `MEMBERS` holds: one row a member, in the order of their numbers."""
    return _csv(("member", "label"), enumerate(labels))


def uplines_csv(uplines: Mapping[int, int]) -> str:
    """What `UPLINES` holds: a row for each who starts as a distributor, empty where nobody is above them."""
    rows = ((member, upline if upline >= 0 else "") for member, upline in sorted(uplines.items()))
    return _csv(("member", "upline"), rows)


def read_labels(path: Path, members: int) -> tuple[str, ...] | None:
    """The labels of a run's members, None if it has none.

    Raises:
        InputError: the file cannot be read, or has not one row for each member.
    """
    if not path.exists():
        return None
    whose = Text(f"{members} members", f"{members} 名成员")
    return tuple(_second_column(path, range(members), whose))


def read_uplines(path: Path, distributors: Iterable[int]) -> dict[int, int] | None:
    """By distributor of the start, who had recruited them, -1 for nobody; None if the run has no commission.

    Args:
        path: the file.
        distributors: who they are, ascending.

    Raises:
        InputError: the file cannot be read, has not one row for each of them, or an upline who is none.
    """
    if not path.exists():
        return None
    starting = list(distributors)
    count = len(starting)
    whose = Text(f"{count} distributors of the start", f"开局的 {count} 名分销员")
    cells = _second_column(path, starting, whose)
    found: dict[int, int] = {}
    known = {"": -1} | {str(member): member for member in starting}
    for line, (member, cell) in enumerate(zip(starting, cells, strict=True), start=2):
        upline = known.get(cell)
        if upline is None or upline == member:
            raise InputError(
                f"{path}:{line}: upline must be another distributor of the start or empty, got {cell!r}",
                f"{path}:{line}: upline 应为另一名开局分销员或留空，实际为 {cell!r}",
            )
        found[member] = upline
    return found


def _csv(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _second_column(path: Path, members: Sequence[int], whose: Text) -> list[str]:
    """What stands beside each of these members; `whose`: how they are called.

    Raises:
        InputError: the file cannot be read, or has not one row for each of them, in their order.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
    except (OSError, ValueError, csv.Error) as error:
        raise cannot_read(path, error) from error
    if any(len(row) != 2 for row in rows) or [row[0] for row in rows] != [str(member) for member in members]:
        raise InputError(
            f"{path}: must have one row for each of {whose.en}", f"{path}: 应为 {whose.zh}各一行"
        )
    return [row[1] for row in rows]
