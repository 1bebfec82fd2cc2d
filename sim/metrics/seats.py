"""How each paid seat of a group came about: who had invited whom, as far as the rows tell.

Somebody decides on reading a message, and rows of their order name its sender, whatever it was about: another
group, or the product alone. An invitation is a message about this very group that they had read when they
ordered. A post that the platform makes in a member's name counts as that member's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, EventTable, Kind


class Way(IntEnum):
    """How somebody came to a seat."""

    OPENED = 0  # opened the group
    INVITED = 1  # had read a message about this group when ordering
    LISTED = 2  # had read none: found it on the list of open groups
    MOVED = 3  # had ordered into another group, which could not take them any more; the shop put them here


@dataclass(frozen=True)
class Seats:
    """One entry a paid seat, in the order of paying.

    row: int64[seats], its GROUP_JOINED row; way: int8[seats], a `Way`; inviter: int32[seats], who sent the
    last message about this group that was read before ordering, -1 unless `INVITED`; sender, channel:
    int32[seats], int8[seats], of the message on which it was ordered, -1 for none; wanted: int32[seats], the
    other group that was ordered into, -1 for none.
    """

    row: NDArray[np.int64]
    way: NDArray[np.int8]
    inviter: NDArray[np.int32]
    sender: NDArray[np.int32]
    channel: NDArray[np.int8]
    wanted: NDArray[np.int32]


def seats(table: EventTable, group: int | None = None) -> Seats:
    """The seats of a table, or of one of its groups.

    Raises:
        ValueError: it is an outcomes table, which counts messages and does not say who read which.
    """
    if table.header.events != "full":
        raise ValueError("an outcomes table does not say who read what")
    kind, actor, about = table["kind"], table["actor"], table["group"]
    row = np.flatnonzero((kind == Kind.GROUP_JOINED) & (True if group is None else about == group))
    ordered = _ordered(table, row)
    seated = about[row]

    # what was read of the list itself is nobody's message
    reads = np.flatnonzero((kind == Kind.READ) & (table["channel"] != Channel.OPEN_LIST))
    deciding = _last(reads, actor[reads], actor[row], ordered)
    # a user's own rules may order without reading; then the order alone tells
    fits = (deciding >= 0) & (table["time_s"][deciding] == table["time_s"][ordered])
    fits &= table["product"][deciding] == table["product"][ordered]
    deciding = np.where(fits, deciding, ordered)

    told = reads[(about[reads] >= 0) & (table["source"][reads] >= 0)]
    groups = int(about.max(initial=-1)) + 1
    told_name, seat_name = (actor[at].astype(np.int64) * groups + about[at] for at in (told, row))
    invitation = _last(told, told_name, seat_name, ordered)

    wanted = np.where(about[ordered] == seated, -1, about[ordered])
    opened = np.zeros(len(row), dtype=np.bool_)
    opened[np.unique(seated, return_index=True)[1]] = True  # nobody sits in a group before its opener
    conditions = [opened, wanted >= 0, invitation >= 0]
    way = np.select(conditions, [Way.OPENED, Way.MOVED, Way.INVITED], default=Way.LISTED)
    inviter = np.where(way == Way.INVITED, table["source"][invitation], -1)
    return Seats(
        row,
        way.astype(np.int8),
        inviter.astype(np.int32),
        table["source"][deciding],
        table["channel"][deciding],
        wanted.astype(np.int32),
    )


def _ordered(table: EventTable, row: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ORDER_PLACED row of the order of each of these rows; the row itself where there is none."""
    placed = np.flatnonzero(table["kind"] == Kind.ORDER_PLACED)
    of_order = np.full(int(table["order"].max(initial=-1)) + 2, -1, dtype=np.int64)
    of_order[table["order"][placed]] = placed
    found = of_order[table["order"][row]]
    return np.where(found >= 0, found, row)


def _last(
    rows: NDArray[np.int64],
    names: NDArray[np.integer],
    wanted: NDArray[np.integer],
    before: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The last of `rows` that has the wanted name and stands before a row, for each; -1 where there is none.

    Args:
        rows: ascending.
        names: of each of them.
        wanted: the name that is looked for, one entry an answer.
        before: the row before which it must stand, likewise.
    """
    if not len(rows) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int64)
    known, which = np.unique(wanted, return_inverse=True)
    place = np.minimum(np.searchsorted(known, names), len(known) - 1)
    mine = known[place] == names
    width = int(max(rows[-1], before.max())) + 1
    stamps = np.sort(place[mine] * width + rows[mine])
    found = np.searchsorted(stamps, which * width + before) - 1
    stamp = np.where(found >= 0, np.append(stamps, -1)[found], -1)
    return np.where((stamp >= 0) & (stamp // width == which), stamp % width, -1)
