"""Compressed rows: neighbour lists of all members in two arrays, built from pairs.

Row i of a pair `(start, target)` is `target[start[i]:start[i + 1]]`, ascending and without repeats.
An undirected pair (lo < hi) travels as one integer code `lo * 2**32 + hi`.
"""

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled

Ints = NDArray[np.int64]
Members = NDArray[np.int32]
Floats = NDArray[np.float64]


def arc_codes(a: NDArray[np.integer], b: NDArray[np.integer]) -> Ints:
    """One integer for each arc from a to b; they sort by a, then b."""
    return (a.astype(np.int64) << 32) | b


def pair_codes(a: NDArray[np.integer], b: NDArray[np.integer]) -> Ints:
    """Codes of undirected pairs, neither sorted nor unique; pairs of a member with itself are left out."""
    others = a != b
    return arc_codes(np.minimum(a, b)[others], np.maximum(a, b)[others])


def code_ends(codes: Ints) -> tuple[Members, Members]:
    """The two ends of each code, int32[m]; of an undirected pair the lower one first."""
    return (codes >> 32).astype(np.int32), (codes & 0xFFFFFFFF).astype(np.int32)


def sorted_unique(codes: Ints) -> Ints:
    """The distinct codes, ascending."""
    codes = np.sort(codes)
    if codes.size == 0:
        return codes
    keep = np.empty(codes.size, dtype=np.bool_)
    keep[0] = True
    np.not_equal(codes[1:], codes[:-1], out=keep[1:])
    return codes[keep]


@compiled
def _fill_symmetric(lo: Members, hi: Members, start: Ints, target: Members, edge: Ints) -> None:
    for e in range(lo.size):
        start[lo[e] + 1] += 1
        start[hi[e] + 1] += 1
    for i in range(start.size - 1):
        start[i + 1] += start[i]
    # Pairs come sorted: writing each row's lower neighbours first leaves the rows ascending.
    position = start[:-1].copy()
    for e in range(lo.size):
        target[position[hi[e]]] = lo[e]
        edge[position[hi[e]]] = e
        position[hi[e]] += 1
    for e in range(lo.size):
        target[position[lo[e]]] = hi[e]
        edge[position[lo[e]]] = e
        position[lo[e]] += 1


def symmetric_rows(n: int, codes: Ints) -> tuple[Ints, Members, Ints]:
    """Rows of an undirected graph from sorted, distinct codes.

    Returns:
        `start` int64[n+1], `target` int32[2m], and `edge` int64[2m]: which code each entry comes from.
    """
    lo, hi = code_ends(codes)
    start = np.zeros(n + 1, dtype=np.int64)
    target = np.empty(2 * codes.size, dtype=np.int32)
    edge = np.empty(2 * codes.size, dtype=np.int64)
    _fill_symmetric(lo, hi, start, target, edge)
    return start, target, edge


def codes_of(start: Ints, target: Members) -> Ints:
    """The sorted codes that symmetric rows were built from."""
    row = row_numbers(start)
    upper = target > row
    return arc_codes(row[upper], target[upper])


def directed_rows(n_rows: int, row: NDArray[np.integer], target: NDArray[np.integer]) -> tuple[Ints, Members]:
    """Rows from arcs in any order; equal arcs are merged. `start` int64[n_rows+1], `target` int32[m]."""
    rows, targets = code_ends(sorted_unique(arc_codes(row, target)))
    start = np.zeros(n_rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=n_rows), out=start[1:])
    return start, targets


def row_numbers(start: Ints) -> Ints:
    """The row each entry stands in, int64[m]."""
    return np.repeat(np.arange(start.size - 1, dtype=np.int64), np.diff(start))


def transposed(start: Ints, target: Members, n_targets: int) -> tuple[Ints, Members]:
    """The rows of the reversed arcs: from members by chat to chats by member, and the like."""
    return directed_rows(n_targets, target, row_numbers(start))


def empty_rows(n: int) -> tuple[Ints, Members]:
    """Rows without any entry."""
    return np.zeros(n + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)


def canonical_numbers(group: NDArray[np.integer]) -> Members:
    """Group numbers renamed 0, 1, 2, ... in the order of each group's lowest member, int32[n]."""
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int32)
    rank[np.argsort(first)] = np.arange(first.size, dtype=np.int32)
    numbers: Members = rank[inverse.reshape(-1)]
    return numbers
