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


@compiled
def _drop_repeats(codes: Ints) -> int:
    kept = 0
    for e in range(codes.size):
        if kept == 0 or codes[e] != codes[kept - 1]:
            codes[kept] = codes[e]
            kept += 1
    return kept


def sort_in_place(codes: Ints) -> Ints:
    """The distinct codes, ascending, as a view of the array given, which is overwritten."""
    codes.sort()
    return codes[: _drop_repeats(codes)]


def sorted_unique(codes: Ints) -> Ints:
    """The distinct codes, ascending."""
    return sort_in_place(codes.copy())


def is_among(codes: Ints, distinct: Ints) -> NDArray[np.bool_]:
    """Whether each code is among others, which are distinct and ascend."""
    if not distinct.size:
        return np.zeros(codes.size, dtype=np.bool_)
    found: NDArray[np.bool_] = distinct[np.searchsorted(distinct[:-1], codes)] == codes
    return found


@compiled
def _fill_symmetric(codes: Ints, values: Floats, start: Ints, target: Members, value: Floats) -> None:
    for code in codes:
        start[(code >> 32) + 1] += 1
        start[(code & 0xFFFFFFFF) + 1] += 1
    for i in range(start.size - 1):
        start[i + 1] += start[i]
    # Pairs come sorted: writing each row's lower neighbours first leaves the rows ascending.
    position = start[:-1].copy()
    for e in range(codes.size):
        row = codes[e] & 0xFFFFFFFF
        target[position[row]] = codes[e] >> 32
        if values.size > 0:
            value[position[row]] = values[e]
        position[row] += 1
    for e in range(codes.size):
        row = codes[e] >> 32
        target[position[row]] = codes[e] & 0xFFFFFFFF
        if values.size > 0:
            value[position[row]] = values[e]
        position[row] += 1


def symmetric_rows(n: int, codes: Ints) -> tuple[Ints, Members]:
    """Rows of an undirected graph from sorted, distinct codes: `start` int64[n+1], `target` int32[2m]."""
    return weighted_rows(n, codes, np.zeros(0))[:2]


def weighted_rows(n: int, codes: Ints, values: Floats) -> tuple[Ints, Members, Floats]:
    """As `symmetric_rows`, and the value of each entry: that of its code, float64[2m]."""
    start = np.zeros(n + 1, dtype=np.int64)
    target = np.empty(2 * codes.size, dtype=np.int32)
    value = np.empty(2 * values.size, dtype=np.float64)
    _fill_symmetric(codes, values, start, target, value)
    return start, target, value


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


@compiled
def _number_by_first(group: Ints, number: Members, canonical: Members) -> None:
    found = 0
    for i in range(group.size):
        if number[group[i]] < 0:
            number[group[i]] = found
            found += 1
        canonical[i] = number[group[i]]


def canonical_numbers(group: NDArray[np.integer]) -> Members:
    """Groups (numbers from 0 on) renamed 0, 1, 2, ... in the order of their lowest members, int32[n]."""
    canonical = np.empty(group.size, dtype=np.int32)
    number = np.full(int(group.max()) + 1 if group.size else 0, -1, dtype=np.int32)
    _number_by_first(group.astype(np.int64), number, canonical)
    return canonical
