"""Chats laid over a graph: people near each other are put into the same chat."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.errors import InputError
from sim.network.csr import Floats, Ints, Members
from sim.network.graph import SocialGraph
from sim.streams import CHAT_LAYOUT, CHAT_SIZE, mix, normal, uniform

CHAT_MAX = 500  # source: F37, Qiu et al. 2016, WWW: WeChat's limit
_CHAT_MIN = 3  # fewer is a private message
_SIZE_SIGMA = 0.6  # assumption: spread of the sizes of chats of one kind, as standard deviation of the log
_ORDER, _JOIN = 0, 1  # what a draw of CHAT_LAYOUT decides


class ChatKind(Protocol):
    """What the layout needs to know of a kind of chat."""

    @property
    def kind(self) -> str:
        """Name of the kind."""

    @property
    def size_mean(self) -> float:
        """Mean number of members of a chat."""

    @property
    def memberships_per_member(self) -> float:
        """Mean number of chats of this kind a member is in."""


@compiled
def _draw_round(seed: int, cause: int, join_prob: float, rank: Floats, takes_part: NDArray[np.bool_]) -> None:
    for i in range(rank.size):
        rank[i] = uniform(seed, CHAT_LAYOUT, i, _ORDER, cause)
        takes_part[i] = join_prob >= 1.0 or uniform(seed, CHAT_LAYOUT, i, _JOIN, cause) < join_prob


@compiled
def _draw_size(seed: int, cause: int, number: int, mean: float) -> int:
    drawn = _SIZE_SIGMA * normal(seed, CHAT_SIZE, number, 0, cause) - 0.5 * _SIZE_SIGMA * _SIZE_SIGMA
    return max(_CHAT_MIN, min(CHAT_MAX, math.floor(mean * math.exp(drawn) + 0.5)))


@compiled
def _fill_round(
    seed: int,
    cause: int,
    mean: float,
    start: Ints,
    target: Members,
    roots: Ints,
    rank: Floats,
    free: NDArray[np.bool_],
    chat_of: Members,
) -> int:
    """Grow balls among the free members until all are in a chat; returns the number of chats."""
    queue = np.empty(CHAT_MAX, dtype=np.int64)
    number = 0
    left = 0
    for i in range(free.size):
        left += free[i]
    next_root = 0
    while left > 0:
        size = min(left, _draw_size(seed, cause, number, mean))
        if left - size < _CHAT_MIN and left <= CHAT_MAX:
            size = left
        filled = 0
        looked = 0
        while filled < size:
            if looked == filled:  # a new chat, or a neighbourhood used up: the next ball joins the same chat
                while not free[roots[next_root]]:
                    next_root += 1
                queue[filled] = roots[next_root]
                free[roots[next_root]] = False
                filled += 1
                continue
            i = queue[looked]
            looked += 1
            degree = start[i + 1] - start[i]
            # Friends are asked from a drawn one on: in many graphs the low numbers are hubs.
            shift = math.floor(rank[i] * degree)
            for k in range(degree):
                j = target[start[i] + (k + shift) % degree]
                if free[j] and filled < size:
                    queue[filled] = j
                    free[j] = False
                    filled += 1
        for k in range(size):
            chat_of[queue[k]] = number
        left -= size
        number += 1
    return number


def _check(kinds: Sequence[ChatKind]) -> None:
    for kind in kinds:
        if not _CHAT_MIN <= kind.size_mean <= CHAT_MAX:
            raise InputError(
                f"chats of kind {kind.kind}: size_mean must be {_CHAT_MIN} to {CHAT_MAX}, "
                f"got {kind.size_mean:g}",
                f"{kind.kind} 类的群：size_mean 应为 {_CHAT_MIN} 至 {CHAT_MAX}，实际为 {kind.size_mean:g}",
            )
        if not 0 <= kind.memberships_per_member <= 100:
            raise InputError(
                f"chats of kind {kind.kind}: memberships_per_member must be 0 to 100, got "
                f"{kind.memberships_per_member:g}",
                f"{kind.kind} 类的群：memberships_per_member 应为 0 至 "
                f"100，实际为 {kind.memberships_per_member:g}",
            )


def lay_chats(graph: SocialGraph, kinds: Sequence[ChatKind], seed: int) -> SocialGraph:
    """The graph with chats of the given kinds in place of those it has.

    In each round of a kind every member joins one chat, a part of the members in the last round if
    `memberships_per_member` is no whole number. Chats grow as balls around drawn members, over friendships
    (co-purchases where no friends are known), and go on elsewhere when a neighbourhood is used up.
    Only the last chat of a round may be smaller than drawn; none has more than 500 members.

    Raises:
        InputError: a kind asks for chats above the cap, or of fewer than 3.
    """
    _check(kinds)
    start, target = graph.closest_layer()
    sizes: list[Ints] = [np.zeros(0, dtype=np.int64)]
    members: list[Members] = [np.zeros(0, dtype=np.int32)]
    kind_of: list[NDArray[np.int8]] = [np.zeros(0, dtype=np.int8)]
    for index, kind in enumerate(kinds):
        for r in range(math.ceil(kind.memberships_per_member)):
            cause = mix(index, r)
            rank, free = np.empty(graph.n), np.empty(graph.n, dtype=np.bool_)
            _draw_round(seed, cause, kind.memberships_per_member - r, rank, free)
            chat_of = np.full(graph.n, -1, dtype=np.int32)
            roots = np.argsort(rank, kind="stable")
            roots = roots[free[roots]]
            number = _fill_round(seed, cause, kind.size_mean, start, target, roots, rank, free, chat_of)
            inside = np.flatnonzero(chat_of >= 0)
            inside = inside[np.argsort(chat_of[inside], kind="stable")]
            members.append(inside.astype(np.int32))
            sizes.append(np.bincount(chat_of[inside], minlength=number))
            kind_of.append(np.full(number, index, dtype=np.int8))
    chat_start = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(np.concatenate(sizes))))
    return replace(
        graph, chat_start=chat_start, chat_member=np.concatenate(members), chat_kind=np.concatenate(kind_of)
    )
