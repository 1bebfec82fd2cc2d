"""Exposures: every reading of an item, and whether it was bought there and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.events import Kind
from sim.metrics.view import TableView


@dataclass(frozen=True)
class Exposures:
    """Readings of items in the order of the table, one entry each.

    actor, source: int32; product: int16; channel: int8 as in the table; bought: bool, an order was placed on
    this reading, paid, and not refunded before receipt; nth: int64, which of the reader's readings of this
    product it is, from 1.
    """

    actor: NDArray[np.int32]
    source: NDArray[np.int32]
    product: NDArray[np.int16]
    channel: NDArray[np.int8]
    bought: NDArray[np.bool_]
    nth: NDArray[np.int64]


def exposures(view: TableView) -> Exposures:
    """The exposures of a full table."""
    table = view.table
    reads = view.rows(Kind.READ)
    reads = reads[table["product"][reads] >= 0]
    actor, product = table["actor"][reads], table["product"][reads]
    return Exposures(
        actor=actor,
        source=table["source"][reads],
        product=product,
        channel=table["channel"][reads],
        bought=_bought(view, reads),
        nth=occurrence(actor.astype(np.int64) * (int(product.max(initial=0)) + 1) + product),
    )


def _bought(view: TableView, reads: NDArray[np.int64]) -> NDArray[np.bool_]:
    # what a reading leads to is written right after it, so an order belongs to the last reading above it
    table = view.table
    placed = view.rows(Kind.ORDER_PLACED)
    stands = np.isin(table["order"][placed], table["order"][view.standing])
    bought = np.zeros(reads.size, dtype=np.bool_)
    bought[np.searchsorted(reads, placed[stands]) - 1] = True
    return bought


def occurrence(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which occurrence of its key each entry is, from 1."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    sizes = np.diff(np.append(starts, keys.size))
    nth = np.empty(keys.size, dtype=np.int64)
    nth[order] = np.arange(keys.size) - np.repeat(starts, sizes) + 1
    return nth
