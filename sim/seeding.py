"""Rules for choosing whom to seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import streams
from sim.compiled import compiled
from sim.network.graph import SocialGraph
from sim.streams import Integer, mix, uniform

_CHOICE = 9101  # names the causes made here

FIRST_CHOICE = _CHOICE
"""The `choice` that makes the opinion leaders of the start, and the one where there is only one."""


def choice_of(address: int) -> int:
    """The `choice` of a mechanic of this address: no two choose the same people by the same luck."""
    return mix(_CHOICE, address)


@compiled
def _lots(seed: Integer, cause: Integer, out: NDArray[np.float64]) -> None:
    for member in range(len(out)):
        out[member] = uniform(seed, streams.TIE_BREAK, member, 0, cause)


def choose_seeds(graph: SocialGraph, rule: str, count: int, seed: int, choice: int) -> tuple[int, ...]:
    """The first `count` members by a rule, equals in an addressed random order.

    by_degree: most friends first; fringe: fewest friends first, but at least one; bridges: friends in
    the most different communities first (a cheap stand-in for betweenness, assumption); random.
    choice: whose choice it is, `FIRST_CHOICE` or a mechanic's `choice_of`: each has an order of its own.
    """
    start, target = graph.closest_layer()
    degree = np.diff(start)
    lots = np.empty(graph.n)
    _lots(seed, choice, lots)
    if rule == "by_degree":
        order = np.lexsort((lots, -degree))
    elif rule == "fringe":
        order = np.lexsort((lots, np.where(degree == 0, np.iinfo(np.int64).max, degree)))
    elif rule == "bridges":
        order = np.lexsort((lots, -_communities_touched(graph, start, target)))
    elif rule == "random":
        order = np.argsort(lots, kind="stable")
    else:
        raise ValueError(f"unknown rule for choosing seeds: {rule}")
    return tuple(int(member) for member in order[:count])


def _communities_touched(
    graph: SocialGraph, start: NDArray[np.int64], target: NDArray[np.int32]
) -> NDArray[np.int64]:
    """How many different communities each member's friends belong to: int64[n]."""
    owner = np.repeat(np.arange(graph.n, dtype=np.int64), np.diff(start))
    communities = max(1, graph.communities)
    pairs = np.unique(owner * communities + graph.community[target])
    return np.bincount(pairs // communities, minlength=graph.n)
