"""Tie strengths between given people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.network.csr import arc_codes, row_numbers
from sim.network.graph import SocialGraph


def ties_between(graph: SocialGraph, a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.float64]:
    """Strength of the tie of each pair: float64[pairs], 0 for those who are no friends."""
    codes = arc_codes(row_numbers(graph.friend_start), graph.friend_target)  # ascending, as rows are
    wanted = arc_codes(a, b)
    at = np.minimum(np.searchsorted(codes, wanted), max(0, codes.size - 1))
    return np.where(codes[at] == wanted, graph.friend_tie[at], 0.0) if codes.size else np.zeros(a.size)
