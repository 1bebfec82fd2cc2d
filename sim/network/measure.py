"""What a friend graph looks like: the measures of Ugander et al. 2011 (arXiv 1111.4503), on arrays."""

from dataclasses import dataclass

import numpy as np

from sim.network.csr import Floats, Ints, Members, arc_codes, code_ends, codes_of, row_numbers
from sim.network.graph import SocialGraph
from sim.network.ties import common_friends


@dataclass(frozen=True)
class FriendMeasures:
    """Measures of the friend layer.

    Attributes:
        members: number of members.
        friendships: number of undirected ties.
        component_share: share of all members in the largest component.
        degree_median: median number of friends.
        degree_mean: mean number of friends.
        clustering_at_median: mean local clustering of the members whose degree is within 10 % of the median.
        clustering_mean: mean local clustering of the members with at least 2 friends.
        assortativity: correlation of the degrees at the two ends of a tie.
        paradox_share: share of the members with friends who have fewer than the median of their friends has.
    """

    members: int
    friendships: int
    component_share: float
    degree_median: float
    degree_mean: float
    clustering_at_median: float
    clustering_mean: float
    assortativity: float
    paradox_share: float


def components(start: Ints, target: Members) -> Members:
    """The component of each member in a symmetric layer, int32[n]."""
    from scipy.sparse import csr_array  # scipy takes a moment to import, and few runs need it
    from scipy.sparse.csgraph import connected_components

    n = start.size - 1
    matrix = csr_array((np.ones(target.size, dtype=np.int8), target, start), shape=(n, n))
    return np.asarray(connected_components(matrix, directed=False)[1], dtype=np.int32)


def largest_component(start: Ints, target: Members) -> Ints:
    """Members of the largest component, ascending; of equal ones the one with the lowest member."""
    group = components(start, target)
    size = np.bincount(group)[group]
    return np.flatnonzero(group == group[np.argmax(size)])


def local_clustering(graph: SocialGraph) -> Floats:
    """Share of a member's pairs of friends who are friends, float64[n]; 0 below two friends."""
    codes = codes_of(graph.friend_start, graph.friend_target)
    lo, hi = code_ends(codes)
    count = common_friends(graph.n, codes)
    ordered_pairs = np.bincount(lo, count, graph.n) + np.bincount(hi, count, graph.n)
    degree = graph.degree
    clustering: Floats = ordered_pairs / np.maximum(1, degree * (degree - 1))
    return clustering


def _paradox(start: Ints, target: Members) -> int:
    """How many have fewer friends than the median of their friends has."""
    degree = np.diff(start)
    of_friends = np.sort(arc_codes(row_numbers(start), degree[target].astype(np.int32))) & 0xFFFFFFFF
    some = degree > 0
    lower = of_friends[(start[:-1] + (degree - 1) // 2)[some]]
    upper = of_friends[(start[:-1] + degree // 2)[some]]
    return int((2 * degree[some] < lower + upper).sum())


def measure_friends(graph: SocialGraph) -> FriendMeasures:
    """Measure the friend layer (F13)."""
    degree = graph.degree
    median = float(np.median(degree))
    clustering = local_clustering(graph)
    near = (degree >= max(2.0, 0.9 * median)) & (degree <= 1.1 * median)
    several = degree >= 2
    row, other = np.repeat(degree, degree), degree[graph.friend_target]
    varies = row.size > 0 and row.min() < row.max()
    return FriendMeasures(
        members=graph.n,
        friendships=graph.friend_target.size // 2,
        component_share=largest_component(graph.friend_start, graph.friend_target).size / graph.n,
        degree_median=median,
        degree_mean=float(degree.mean()),
        clustering_at_median=float(clustering[near].mean()) if near.any() else 0.0,
        clustering_mean=float(clustering[several].mean()) if several.any() else 0.0,
        assortativity=float(np.corrcoef(row, other)[0, 1]) if varies else 0.0,
        paradox_share=_paradox(graph.friend_start, graph.friend_target) / max(1, int((degree > 0).sum())),
    )
