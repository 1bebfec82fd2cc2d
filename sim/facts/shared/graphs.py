"""Networks laid out by an experimenter: lattices, their rewired likes, and small stars, in many copies.

All ties in them are alike, and everybody is of a community of their own: subjects are put beside each other
by lot, so that neighbours share no tastes.
"""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np

from sim.network.csr import Ints, pair_codes, sorted_unique
from sim.network.graph import SocialGraph

_TIE = 0.5  # the middle: neither a close friend nor a stranger


def lattice(members: int, across: Sequence[int]) -> Ints:
    """Codes of a lattice on a torus: each member has ties to those so many places ahead and behind.

    across: of a triangular lattice with rows of s members 1, s, s + 1 (6 ties each); with s - 1 as well it is
    the Moore lattice (8 ties each). Rows are joined end to start of the next.
    """
    here = np.arange(members, dtype=np.int64)
    return sorted_unique(np.concatenate([pair_codes(here, (here + step) % members) for step in across]))


def rewired(members: int, ties: int, seed: int) -> Ints:
    """Codes of a random network in which everybody has as many ties, as after rewiring a lattice for long."""
    ends = np.array(nx.random_regular_graph(ties, members, seed=seed).edges, dtype=np.int64)
    return sorted_unique(pair_codes(ends[:, 0], ends[:, 1]))


def stars(centres: int, arms: int) -> Ints:
    """Codes of stars: member i < centres is tied to `arms` members who know nobody else."""
    return (np.arange(centres * arms, dtype=np.int64) // arms << 32) | np.arange(
        centres, centres * (1 + arms)
    )


def copies(networks: Sequence[Ints], members: int) -> SocialGraph:
    """Networks of so many members each, side by side: member m of the k-th is k · members + m."""
    shift = (np.int64(1) << 32) + 1
    codes = np.concatenate([codes + number * members * shift for number, codes in enumerate(networks)])
    n = members * len(networks)
    return SocialGraph.of_friends(n, codes, np.arange(n, dtype=np.int32), ties=np.full(codes.size, _TIE))
