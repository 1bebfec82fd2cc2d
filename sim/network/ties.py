"""Tie strength from the shape of the graph, and the common friends it is counted from."""

import numpy as np

from sim.compiled import compiled
from sim.network.csr import Floats, Ints, Members, code_ends

_STEPS = 4096  # assumption: overlaps closer than 1/4096 count as equal


@compiled
def _count(a: Members, b: Members, start: Ints, head: Members, edge: Ints, count: Members) -> None:
    # Every friendship points from its end with fewer friends (rank a) to the other (rank b), so that lists
    # are short and each triangle is met once, from its lowest rank: O(m**1.5) (Schank and Wagner 2005).
    n = start.size - 1
    for e in range(a.size):
        start[a[e] + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]
    position = start[:-1].copy()
    for e in range(a.size):
        head[position[a[e]]] = b[e]
        edge[position[a[e]]] = e
        position[a[e]] += 1
    link = np.full(n, -1, dtype=np.int64)
    for i in range(n):
        for x in range(start[i], start[i + 1]):
            link[head[x]] = edge[x]
        for x in range(start[i], start[i + 1]):
            j = head[x]
            for y in range(start[j], start[j + 1]):
                closing = link[head[y]]
                if closing >= 0:
                    count[closing] += 1
                    count[edge[x]] += 1
                    count[edge[y]] += 1
        for x in range(start[i], start[i + 1]):
            link[head[x]] = -1


def common_friends(n: int, codes: Ints) -> Members:
    """How many common friends the two ends of each friendship have, int32[m] by code."""
    lo, hi = code_ends(codes)
    degree = np.bincount(lo, minlength=n) + np.bincount(hi, minlength=n)
    rank = np.empty(n, dtype=np.int32)
    rank[np.argsort(degree, kind="stable")] = np.arange(n, dtype=np.int32)
    a, b = rank[lo], rank[hi]
    count = np.zeros(codes.size, dtype=np.int32)
    head, edge = np.empty(codes.size, dtype=np.int32), np.empty(codes.size, dtype=np.int64)
    _count(np.minimum(a, b), np.maximum(a, b), np.zeros(n + 1, dtype=np.int64), head, edge, count)
    return count


def overlap_ties(n: int, codes: Ints) -> Floats:
    """Tie strength of each friendship, float64[m] in (0, 1), by code.

    It is the share of friendships in this graph whose ends overlap less in their friends (equals stand at
    their middle), so that half of all ties are stronger than 0.5 in every graph.
    Source: Onnela et al. 2007, PNAS 104(18):7332 (calling time grows with the overlap
    c / ((d_i - 1) + (d_j - 1) - c)), after Granovetter 1973. That strength is the rank is an assumption.
    """
    count = common_friends(n, codes)
    lo, hi = code_ends(codes)
    degree = np.bincount(lo, minlength=n) + np.bincount(hi, minlength=n)
    around = np.maximum(1, degree[lo] + degree[hi] - 2 - count)
    step = count.astype(np.int64) * _STEPS // around
    equals = np.bincount(step, minlength=_STEPS + 1)
    middle = (np.cumsum(equals) - equals / 2) / max(1, step.size)
    return middle[step]


def strongest_ties(codes: Ints, weights: Floats) -> Floats:
    """Tie strength of each distinct code, ascending, from the largest of its weights above 0.

    Weights are divided by the largest of all, if that is above 1: strengths are in (0, 1].
    """
    if codes.size == 0:
        return np.zeros(0)
    order = np.lexsort((weights, codes))
    last = np.append(np.flatnonzero(np.diff(codes[order])), codes.size - 1)
    strongest: Floats = weights[order][last]
    return np.maximum(strongest / max(1.0, float(strongest.max())), np.finfo(np.float64).tiny)
