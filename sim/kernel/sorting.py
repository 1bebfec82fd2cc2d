"""Sorting in place, in compiled code: heapsort, short, where numpy's sorts take seconds to compile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import internal

Ints = NDArray[np.int32]


@internal
def sort(values: Ints) -> None:
    """Put numbers in ascending order."""
    for root in range(values.size // 2 - 1, -1, -1):
        _sink(values, root, values.size)
    for end in range(values.size - 1, 0, -1):
        values[0], values[end] = values[end], values[0]
        _sink(values, 0, end)


@internal
def sort_by(key: NDArray[np.float64], places: Ints) -> None:
    """Put places in the order of their keys; among equal keys the lower place comes first."""
    for root in range(places.size // 2 - 1, -1, -1):
        _sink_by(key, places, root, places.size)
    for end in range(places.size - 1, 0, -1):
        places[0], places[end] = places[end], places[0]
        _sink_by(key, places, 0, end)


@internal
def _sink(values: Ints, root: int, end: int) -> None:
    """Move a number down the heap until none below it is larger."""
    while 2 * root + 1 < end:
        below = 2 * root + 1
        if below + 1 < end and values[below + 1] > values[below]:
            below += 1
        if values[below] <= values[root]:
            return
        values[root], values[below] = values[below], values[root]
        root = below


@internal
def _sink_by(key: NDArray[np.float64], places: Ints, root: int, end: int) -> None:
    while 2 * root + 1 < end:
        below = 2 * root + 1
        if below + 1 < end and _before(key, places[below], places[below + 1]):
            below += 1
        if not _before(key, places[root], places[below]):
            return
        places[root], places[below] = places[below], places[root]
        root = below


@internal
def _before(key: NDArray[np.float64], a: int, b: int) -> bool:
    return bool(key[a] < key[b] or (key[a] == key[b] and a < b))
