"""A social graph of any size out of addressed draws.

Every member has a target degree (lognormal) and one to three communities. Members of like degree meet in
the same communities, since each round of communities cuts a noisy ranking by degree into pieces; a pair in
a community are friends with a probability that follows from both their targets; what a member still lacks
is met outside, by pairing neighbours in another noisy ranking. Communities give the triangles, the
rankings the assortativity. The work grows with the number of friendships, not with pairs of members.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.errors import InputError
from sim.network.csr import (
    Floats,
    Ints,
    Members,
    canonical_numbers,
    directed_rows,
    sort_in_place,
)
from sim.network.graph import SocialGraph
from sim.streams import (
    NETWORK_COMMUNITY,
    NETWORK_DEGREE,
    NETWORK_EDGE,
    NETWORK_FOLLOW,
    NETWORK_TIE,
    normal,
    poisson_quantile,
    uniform,
)
from sim.units import plain_number

ROUNDS = 3  # assumption: at most three communities a member
FRIENDS_MAX = 5000  # source: limit of WeChat's and of Facebook's friend lists
_SIZE_SIGMA = 0.5  # assumption: spread of the sizes of communities whose members have equally many friends
_SIZE_MIN = 3  # a triangle
_SIZE_MAX = 2000  # assumption: bounds the pairs looked at
_JOINS, _PLACE, _SIZE = 0, 1, 2  # what a draw of NETWORK_COMMUNITY decides
_OUTSIDE = ROUNDS  # cause of NETWORK_EDGE outside communities; inside, it is the round


@compiled
def _draw_members(
    seed: int, sigma: float, median: float, most: int, join_prob: float, sorting: float,
    score: Floats, degree: Ints, joins: NDArray[np.bool_], place: Floats,
) -> None:  # fmt: skip
    own = math.sqrt(1.0 - sorting * sorting)
    for i in range(score.size):
        score[i] = normal(seed, NETWORK_DEGREE, i, 0, 0)
        degree[i] = max(1, min(most, math.floor(median * math.exp(sigma * score[i]) + 0.5)))
        for r in range(ROUNDS):
            at = r * score.size + i
            joins[at] = r == 0 or uniform(seed, NETWORK_COMMUNITY, i, r, _JOINS) < join_prob
            place[at] = sorting * score[i] + own * normal(seed, NETWORK_COMMUNITY, i, r, _PLACE)


@compiled
def _cut_round(
    seed: int, r: int, order: Ints, place: Floats, slope: float, typical: float, community: Ints, bounds: Ints
) -> int:
    """Cut a ranking into communities; returns their number, writes where each begins and who is in which."""
    at = 0
    number = 0
    while at < order.size:
        drawn = (
            _SIZE_SIGMA * normal(seed, NETWORK_COMMUNITY, number, r, _SIZE) - 0.5 * _SIZE_SIGMA * _SIZE_SIGMA
        )
        size = 1 + math.floor(
            min(float(_SIZE_MAX), typical * math.exp(slope * place[order[at]] + drawn)) + 0.5
        )
        end = at + max(_SIZE_MIN, min(_SIZE_MAX, size))
        if end > order.size - _SIZE_MIN:
            end = order.size
        for k in range(at, end):
            community[order[k]] = number
        bounds[number] = at
        number += 1
        at = end
    bounds[number] = order.size
    return number


@compiled
def _meet_inside(
    seed: int,
    r: int,
    order: Ints,
    bounds: Ints,
    number: int,
    weight: Floats,
    found: Members,
    codes: Ints,
    used: int,
) -> tuple[Ints, int]:
    """Draw the friendships inside the communities of a round; returns the grown list of codes and its use."""
    for c in range(number):
        total = 0.0
        for a in range(bounds[c], bounds[c + 1]):
            total += weight[order[a]]
        for a in range(bounds[c], bounds[c + 1]):
            for b in range(a + 1, bounds[c + 1]):
                lo, hi = min(order[a], order[b]), max(order[a], order[b])
                if uniform(seed, NETWORK_EDGE, lo, hi, r) * total < weight[lo] * weight[hi]:
                    if used == codes.size:
                        grown = np.empty(2 * codes.size, dtype=np.int64)
                        for k in range(used):
                            grown[k] = codes[k]
                        codes = grown
                    codes[used] = (lo << 32) | hi
                    used += 1
                    found[lo] += 1
                    found[hi] += 1
    return codes, used


@compiled
def _rank_key(value: float, at: int, bits: int) -> int:
    """A sort key: the value (compared to 2**-29; normals end at 39) above the index of so many bits."""
    return ((math.floor((value + 64.0) * 2.0**29) - 2**35) << bits) | at


@compiled
def _draw_stubs(
    seed: int, sorting: float, score: Floats, lacking: Ints, bits: int, owner: Members, key: Ints
) -> None:
    own = math.sqrt(1.0 - sorting * sorting)
    at = 0
    for i in range(lacking.size):
        for k in range(lacking[i]):
            owner[at] = i
            key[at] = _rank_key(
                sorting * score[i] + own * normal(seed, NETWORK_EDGE, i, k, _OUTSIDE), at, bits
            )
            at += 1


@compiled
def _pair_stubs(key: Ints, bits: int, owner: Members) -> int:
    """Write the codes of neighbours in the sorted keys over these; returns their number."""
    mask = (1 << bits) - 1
    used = 0
    for k in range(0, key.size - 1, 2):
        a, b = np.int64(owner[key[k] & mask]), np.int64(owner[key[k + 1] & mask])
        if a != b:
            key[used] = (min(a, b) << 32) | max(a, b)
            used += 1
    return used


@compiled
def _count_follows(seed: int, mean: float, count: Ints) -> None:
    for i in range(count.size):
        count[i] = poisson_quantile(uniform(seed, NETWORK_FOLLOW, i, 0, 0), mean)


@compiled
def _draw_follows(seed: int, count: Ints, upto: Ints, follower: Members, followed: Members) -> None:
    at = 0
    for i in range(count.size):
        for k in range(count[i]):
            wanted = math.floor(uniform(seed, NETWORK_FOLLOW, i, k, 1) * upto[-1])
            first, last = 0, upto.size - 1
            while first < last:
                middle = (first + last) // 2
                if upto[middle] > wanted:
                    last = middle
                else:
                    first = middle + 1
            follower[at] = i
            followed[at] = first
            at += 1


def _index_bits(size: int) -> int:
    return max(1, size - 1).bit_length()


@compiled
def _rank_keys(values: Floats, bits: int, key: Ints) -> None:
    for at in range(values.size):
        key[at] = _rank_key(values[at], at, bits)


def _ranking(values: Floats) -> Ints:
    """Indices by ascending value (compared to 2**-29), equals by index.

    One sort of integers is several times faster than a stable sort of floats, and as sure.
    """
    bits = _index_bits(values.size)
    key = np.empty(values.size, dtype=np.int64)
    _rank_keys(values, bits, key)
    key.sort()
    key &= (1 << bits) - 1
    return key


def _inside(
    seed: int,
    degree: Ints,
    joins: NDArray[np.bool_],
    place: Floats,
    *,
    sigma: float,
    sorting: float,
    inside_share: float,
    density: float,
) -> tuple[Ints, Members, Members]:
    """Friendships inside communities: sorted distinct codes, friends found by each, main community."""
    n = degree.size
    joined = joins.sum(axis=0)
    weight = inside_share * degree / joined
    found = np.zeros(n, dtype=np.int32)
    codes, used = np.empty(max(16, int(inside_share * degree.sum())), dtype=np.int64), 0
    main = np.zeros(n, dtype=np.int64)
    # Friends to be met in one community by the average member at the middle of the ranking.
    typical = float(np.median(weight)) * math.exp(0.5 * sigma * sigma * (1 - sorting * sorting)) / density
    for r in range(ROUNDS):
        takes_part = np.flatnonzero(joins[r])
        order = takes_part[_ranking(place[r, takes_part])]
        community = np.zeros(n, dtype=np.int64)
        bounds = np.zeros(order.size // _SIZE_MIN + 2, dtype=np.int64)
        number = _cut_round(seed, r, order, place[r], sigma * sorting, typical, community, bounds)
        codes, used = _meet_inside(seed, r, order, bounds, number, weight, found, codes, used)
        if r == 0:
            main = community
    return sort_in_place(codes[:used]), found, canonical_numbers(main)


def _outside(seed: int, sorting: float, score: Floats, lacking: Ints) -> Ints:
    """Sorted distinct codes of friendships outside communities: neighbours in a noisy ranking by degree."""
    stubs = int(lacking.sum())
    bits = _index_bits(stubs)
    owner = np.empty(stubs, dtype=np.int32)
    key = np.empty(stubs, dtype=np.int64)
    _draw_stubs(seed, sorting, score, lacking, bits, owner, key)
    key.sort()
    return sort_in_place(key[: _pair_stubs(key, bits, owner)])


@compiled
def _merge(inside: Ints, outside: Ints, codes: Ints, is_inside: NDArray[np.bool_]) -> int:
    """Merge two ascending lists of distinct codes into one; returns its length."""
    a, b, used = 0, 0, 0
    while a < inside.size or b < outside.size:
        is_inside[used] = b == outside.size or (a < inside.size and inside[a] <= outside[b])
        codes[used] = inside[a] if is_inside[used] else outside[b]
        a += a < inside.size and inside[a] == codes[used]
        b += b < outside.size and outside[b] == codes[used]
        used += 1
    return used


@compiled
def _draw_ties(seed: int, codes: Ints, is_inside: NDArray[np.bool_], weak_share: float, tie: Floats) -> None:
    for e in range(codes.size):
        u = uniform(seed, NETWORK_TIE, codes[e] >> 32, codes[e] & 0xFFFFFFFF, 0)
        tie[e] = weak_share + (1.0 - weak_share) * u if is_inside[e] else weak_share * u


def _with_ties(seed: int, inside: Ints, outside: Ints) -> tuple[Ints, Floats]:
    """All friendships, sorted and distinct, and their tie strengths.

    Ties inside communities are the strong ones (Granovetter 1973); strengths are even over (0, 1), as
    `overlap_ties` makes them on a loaded graph. assumption: no further pattern among either kind.
    """
    codes = np.empty(inside.size + outside.size, dtype=np.int64)
    is_inside = np.empty(codes.size, dtype=np.bool_)
    codes = codes[: _merge(inside, outside, codes, is_inside)]
    tie = np.empty(codes.size)
    _draw_ties(seed, codes, is_inside, 1.0 - inside.size / max(1, codes.size), tie)
    return codes, tie


def _friendships(
    seed: int, members: int, most: int, *, median: float, sigma: float, join_prob: float, inside_share: float,
    density: float, sorting: float,
) -> tuple[Ints, Floats, Members]:  # fmt: skip
    """Codes of all friendships, sorted and distinct, their ties, and the main communities."""
    score = np.empty(members)
    degree = np.empty(members, dtype=np.int64)
    joins = np.empty((ROUNDS, members), dtype=np.bool_)
    place = np.empty((ROUNDS, members))
    _draw_members(
        seed, sigma, median, most, join_prob, sorting, score, degree, joins.reshape(-1), place.reshape(-1)
    )
    inside, found, community = _inside(
        seed, degree, joins, place, sigma=sigma, sorting=sorting, inside_share=inside_share, density=density
    )
    # Everybody has a friend outside at least, which joins the communities into one graph.
    outside = _outside(seed, sorting, score, np.maximum(1, degree - found))
    return (*_with_ties(seed, inside, outside), community)


def _follow(seed: int, mean: float, degree: Ints) -> tuple[Ints, Members]:
    """Rows of followers; a member is found with a weight of its number of friends, squared."""
    n = degree.size
    count = np.zeros(n, dtype=np.int64)
    _count_follows(seed, mean, count)
    follower = np.empty(int(count.sum()), dtype=np.int32)
    followed = np.empty(follower.size, dtype=np.int32)
    _draw_follows(seed, count, np.cumsum((degree + 1) ** 2), follower, followed)
    others = follower != followed
    return directed_rows(n, followed[others], follower[others])


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(
            f"network: {name} must be {plain_number(low)} to {plain_number(high)}, got {plain_number(value)}",
            f"network：{name} 应为 {plain_number(low)} 至 {plain_number(high)}，实际为 {plain_number(value)}",
        )


def generate(
    seed: int,
    members: int,
    *,
    median_degree: float = 20.0,
    degree_sigma: float = 1.1,
    communities_per_member: float = 1.5,
    inside_share: float = 0.6,
    community_density: float = 0.2,
    sorting: float = 0.65,
    follow_mean: float = 0.0,
) -> SocialGraph:
    """Draw a social graph; the same arguments give the same graph on any machine.

    Args:
        seed: 0 to 2**32 - 1.
        members: number of members, at least 2.
        median_degree: median number of friends. assumption: 20 within one shop's customers, of the 99 that
            people have in all (Ugander et al. 2011).
        degree_sigma: standard deviation of the logarithm of the number of friends.
            source: Ugander et al. 2011, mean 190 over median 99 of a lognormal gives 1.14.
        communities_per_member: mean number of communities a member belongs to, 1 to 3. assumption.
        inside_share: share of a member's friends sought inside communities. assumption, with
            `community_density` set so that clustering meets Ugander et al. 2011 (0.14 at 99 friends).
        community_density: chance that two in a community are friends, on average; it sizes communities.
        sorting: correlation of a member's place in the rankings with the logarithm of its number of
            friends. assumption, set so that degree assortativity is near 0.226 (Ugander et al. 2011).
        follow_mean: mean number of others a member follows one-way; who is followed grows with the square
            of the number of friends (assumption). 0: no follow layer.

    Raises:
        InputError: an argument is out of range.
    """
    _check("seed", seed, 0, 2**32 - 1)
    _check("members", members, 2, 2**31 - 1)
    _check("median_degree", median_degree, 1, FRIENDS_MAX)
    _check("degree_sigma", degree_sigma, 0, 3)
    _check("communities_per_member", communities_per_member, 1, ROUNDS)
    _check("inside_share", inside_share, 0, 1)
    _check("community_density", community_density, 0.05, 1)
    _check("sorting", sorting, 0, 1)
    _check("follow_mean", follow_mean, 0, 700)
    # Nobody knows more than half of all: a graph of few members stays a graph, not a clique.
    most = max(1, min(FRIENDS_MAX, (members - 1) // 2))
    codes, ties, community = _friendships(
        seed, members, most, median=median_degree, sigma=degree_sigma,
        join_prob=(communities_per_member - 1) / (ROUNDS - 1), inside_share=inside_share,
        density=community_density, sorting=sorting,
    )  # fmt: skip
    graph = SocialGraph.of_friends(members, codes, community, ties=ties)
    if follow_mean > 0:
        start, target = _follow(seed, follow_mean, graph.degree)
        graph = replace(graph, follow_start=start, follow_target=target)
    return graph
