"""Which message was passed on: cascades of messages, exactly, where only liking makes people share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.events import EventTable, Kind
from sim.metrics.cascades import Forest

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Reshares:
    """Messages passed on after reading.

    send: int64[reshares], the row of what the reader sent; read: int64[reshares], the row of the reading.
    """

    send: Rows
    read: Rows


def reshares(table: EventTable) -> Reshares:
    """What was passed on straight after reading it, which is how a reader who likes something does.

    Raises:
        ValueError: a message names a source and does not follow its sender's reading.
    """
    sends = sent_by_members(table)
    passed_on = sends[table["source"][sends] >= 0]
    reads = np.flatnonzero(table["kind"] == Kind.READ)
    before = np.searchsorted(reads, passed_on) - 1
    if np.any(before < 0):
        raise ValueError("a message was passed on before anything was read")
    read = reads[before]
    for name in ("actor", "source", "product", "time_s"):
        if not np.array_equal(table[name][read], table[name][passed_on]):
            raise ValueError("a message was passed on for another reason than having just read it")
    return Reshares(passed_on, read)


def sent_by_members(table: EventTable) -> Rows:
    """Rows of the messages that members sent: int64[messages]."""
    return np.flatnonzero((table["kind"] == Kind.SEND) & (table["actor"] >= 0))


def parents(table: EventTable) -> Rows:
    """For each message of a member the place of the one it passes on: int64[messages], -1 for none."""
    sends, found = sent_by_members(table), reshares(table)
    cause = table["cause"][sends]
    by_cause = np.argsort(cause, kind="stable")
    parent = np.full(len(sends), -1, dtype=np.int64)
    wanted = np.searchsorted(cause, table["cause"][found.read], sorter=by_cause)
    parent[np.searchsorted(sends, found.send)] = by_cause[wanted]
    return parent


def message_forest(table: EventTable) -> Forest:
    """The forest whose nodes are messages of members, each below the one it passes on."""
    sends, parent = sent_by_members(table), parents(table)
    depth, root, descendants = shape(parent)
    adopted = np.zeros(len(sends), dtype=np.bool_)
    member, product = table["actor"][sends], table["product"][sends]
    return Forest(member, product, sends, parent, depth, root, descendants, adopted)


def shape(parent: Rows) -> tuple[Rows, Rows, Rows]:
    """Depth, root and number of descendants (itself included) of every node; parents come before children."""
    depth, root = np.where(parent < 0, 0, -1), np.arange(len(parent))
    generations: list[Rows] = []
    left = np.flatnonzero(parent >= 0)
    while left.size:
        ready = depth[parent[left]] >= 0
        here, left = left[ready], left[~ready]
        depth[here], root[here] = len(generations) + 1, root[parent[here]]
        generations.append(here)
    descendants = np.ones(len(parent), dtype=np.int64)
    for here in reversed(generations):
        np.add.at(descendants, parent[here], descendants[here])
    return depth, root, descendants
