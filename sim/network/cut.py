"""Cutting a ball of exactly so many members out of a graph."""

from dataclasses import replace

import numpy as np

from sim.compiled import compiled
from sim.errors import InputError
from sim.network.csr import Floats, Ints, Members, canonical_numbers, row_numbers
from sim.network.graph import SocialGraph, plain_labels
from sim.network.measure import largest_component
from sim.streams import CUT, uniform


@compiled
def _draw_ranks(seed: int, rank: Floats) -> None:
    for i in range(rank.size):
        rank[i] = uniform(seed, CUT, i, 0, 0)


@compiled
def _distances(start: Ints, target: Members, root: int, enough: int) -> Members:
    """Steps from the root, -1 where not reached; stops after the layer that reaches `enough` members."""
    n = start.size - 1
    distance = np.full(n, -1, dtype=np.int32)
    queue = np.empty(n, dtype=np.int64)
    queue[0], distance[root] = root, 0
    first, last = 0, 1
    while first < last and last < enough:
        layer_end = last
        while first < layer_end:
            i = queue[first]
            first += 1
            for a in range(start[i], start[i + 1]):
                j = target[a]
                if distance[j] < 0:
                    distance[j] = distance[i] + 1
                    queue[last] = j
                    last += 1
    return distance


def _cut_rows(start: Ints, target: Members, number: Members, n: int) -> tuple[Ints, Members, Ints]:
    """Rows among the kept members, and which entries they come from."""
    row = number[row_numbers(start)]
    kept = np.flatnonzero((row >= 0) & (number[target] >= 0))
    new_start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(row[kept], minlength=n), out=new_start[1:])
    return new_start, number[target[kept]], kept


def cut_ball(graph: SocialGraph, members: int, seed: int) -> SocialGraph:
    """The breadth-first ball of exactly `members` people around a drawn one of the largest component.

    Steps go over friendships (co-purchases where no friends are known). Of the outermost layer those with
    the lowest draws stay. Members keep their order and their labels; of chats those with two members left.

    Raises:
        InputError: the largest component has fewer than `members`, or `members` is below 2.
    """
    start, target = graph.closest_layer()
    component = largest_component(start, target)
    if not 2 <= members <= component.size:
        raise InputError(
            f"members: must be 2 to {component.size} (the largest component of this graph), got {members}",
            f"members：应为 2 至 {component.size}（此图最大连通分支的人数），实际为 {members}",
        )
    rank = np.empty(graph.n)
    _draw_ranks(seed, rank)
    root = component[np.argmin(rank[component])]
    distance = _distances(start, target, int(root), members)
    reached = np.flatnonzero(distance >= 0)
    kept = np.sort(reached[np.lexsort((rank[reached], distance[reached]))][:members])
    number = np.full(graph.n, -1, dtype=np.int32)
    number[kept] = np.arange(members, dtype=np.int32)

    friend_start, friend_target, friend_kept = _cut_rows(
        graph.friend_start, graph.friend_target, number, members
    )
    follow_start, follow_target, _ = _cut_rows(graph.follow_start, graph.follow_target, number, members)
    co_start, co_target, _ = _cut_rows(graph.co_purchase_start, graph.co_purchase_target, number, members)
    chat, member = row_numbers(graph.chat_start), number[graph.chat_member]
    size = np.bincount(chat[member >= 0], minlength=graph.chats)
    lives = size >= 2
    chat_start = np.zeros(int(lives.sum()) + 1, dtype=np.int64)
    np.cumsum(size[lives], out=chat_start[1:])
    return replace(
        graph,
        n=members,
        labels=plain_labels(tuple(graph.label(i) for i in kept.tolist())),
        friend_start=friend_start,
        friend_target=friend_target,
        friend_tie=graph.friend_tie[friend_kept],
        follow_start=follow_start,
        follow_target=follow_target,
        community=canonical_numbers(graph.community[kept]),
        chat_start=chat_start,
        chat_member=member[(member >= 0) & lives[chat]],
        chat_kind=graph.chat_kind[lives],
        co_purchase_start=co_start,
        co_purchase_target=co_target,
    )
