"""A partition of a loaded graph into communities, without any luck.

Louvain's method (Blondel et al. 2008, J. Stat. Mech. P10008) on modularity, in whole numbers: members are
looked at in the order of their numbers, and again when a neighbour has moved away (Traag et al. 2019, Sci.
Rep. 9:5233); equal gains go to where the member is, then to the lowest community. Leiden
as libraries have it finds slightly better partitions, but draws from a generator the whole process shares,
and another version of it would give another community, so other tastes, on the same graph and seed.
"""

import numpy as np

from sim.compiled import compiled
from sim.network.csr import Ints, Members, arc_codes, canonical_numbers, code_ends, row_numbers


@compiled
def _settle(start: Ints, target: Members, weight: Ints, strength: Ints, community: Ints) -> int:
    """Move nodes to the neighbouring community that gains most until none gains; returns how many moves."""
    n = start.size - 1
    total = strength.copy()
    whole = strength.sum()
    link = np.zeros(n, dtype=np.int64)
    near = np.empty(n, dtype=np.int64)
    waiting = np.ones(n, dtype=np.bool_)
    queue = np.arange(n)
    first, length = 0, n
    moves = 0
    while length > 0:
        i = queue[first]
        first = (first + 1) % n
        length -= 1
        waiting[i] = False
        home = community[i]
        found = 0
        for a in range(start[i], start[i + 1]):
            if target[a] == i:
                continue
            c = community[target[a]]
            if link[c] == 0:
                near[found] = c
                found += 1
            link[c] += weight[a]
        total[home] -= strength[i]
        best, best_gain = home, link[home] * whole - total[home] * strength[i]
        for k in range(found):
            c = near[k]
            gain = link[c] * whole - total[c] * strength[i]
            if gain > best_gain or (gain == best_gain and best != home and c < best):
                best, best_gain = c, gain
        for k in range(found):
            link[near[k]] = 0
        total[best] += strength[i]
        community[i] = best
        if best == home:
            continue
        moves += 1
        for a in range(start[i], start[i + 1]):
            j = target[a]
            if community[j] != best and not waiting[j]:
                waiting[j] = True
                queue[(first + length) % n] = j
                length += 1
    return moves


@compiled
def _strength(start: Ints, weight: Ints) -> Ints:
    strength = np.zeros(start.size - 1, dtype=np.int64)
    for i in range(strength.size):
        for a in range(start[i], start[i + 1]):
            strength[i] += weight[a]
    return strength


def _merged(start: Ints, target: Members, weight: Ints, group: Members) -> tuple[Ints, Members, Ints]:
    """The weighted graph of groups; links within a group become a link of the group with itself."""
    codes = arc_codes(group[row_numbers(start)], group[target])
    order = np.argsort(codes, kind="stable")
    codes.sort()
    first = np.flatnonzero(np.concatenate((np.ones(1, dtype=np.bool_), codes[1:] != codes[:-1])))
    row, merged_target = code_ends(codes[first])
    merged_start = np.zeros(int(group.max()) + 2, dtype=np.int64)
    np.cumsum(np.bincount(row, minlength=merged_start.size - 1), out=merged_start[1:])
    return merged_start, merged_target, np.add.reduceat(weight[order], first)


def partition(start: Ints, target: Members) -> Members:
    """Main community of each member of a symmetric layer, int32[n], numbered by lowest member.

    A member without links is a community of its own.
    """
    group = np.arange(start.size - 1, dtype=np.int32)
    if target.size == 0:
        return group
    weight = np.ones(target.size, dtype=np.int64)
    while True:
        n = start.size - 1
        strength = _strength(start, weight)
        community = np.arange(n, dtype=np.int64)
        if _settle(start, target, weight, strength, community) == 0:
            return canonical_numbers(group)
        step = canonical_numbers(community)
        group = step[group]
        start, target, weight = _merged(start, target, weight, step)
