"""The social graph: every layer of a community as read-only arrays."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.network.csr import Floats, Ints, Members, empty_rows, transposed, weighted_rows
from sim.network.ties import overlap_ties

MEMBERS_MAX = 2**31 - 1
"""Members are int32."""

ARRAYS: dict[str, np.dtype[Any]] = {
    "friend_start": np.dtype(np.int64),
    "friend_target": np.dtype(np.int32),
    "friend_tie": np.dtype(np.float64),
    "follow_start": np.dtype(np.int64),
    "follow_target": np.dtype(np.int32),
    "community": np.dtype(np.int32),
    "chat_start": np.dtype(np.int64),
    "chat_member": np.dtype(np.int32),
    "chat_kind": np.dtype(np.int8),
    "co_purchase_start": np.dtype(np.int64),
    "co_purchase_target": np.dtype(np.int32),
}
"""The arrays of a graph, in the order they are hashed and saved."""


@dataclass(frozen=True, eq=False)
class SocialGraph:
    """All layers of a community of members 0..n-1; rows are compressed (`sim.network.csr`), arrays read-only.

    Attributes:
        n: number of members.
        labels: the ids of a loaded file in member order; None where they are just 0..n-1.
        friend_start: int64[n+1], rows of the undirected friend layer.
        friend_target: int32[2m], friends of each member, ascending.
        friend_tie: float64[2m], tie strength in (0, 1], equal in both directions.
        follow_start: int64[n+1], rows of the directed follow layer.
        follow_target: int32, the *followers* of each member, ascending.
        community: int32[n], main community of each member, numbered in order of its lowest member.
        chat_start: int64[chats+1], rows of the chats.
        chat_member: int32, members of each chat, ascending.
        chat_kind: int8[chats], index into the scenario's list of chat kinds.
        co_purchase_start: int64[n+1], rows of the undirected layer of those who bought together.
        co_purchase_target: int32, ascending.
    """

    n: int
    labels: tuple[str, ...] | None
    friend_start: Ints
    friend_target: Members
    friend_tie: Floats
    follow_start: Ints
    follow_target: Members
    community: Members
    chat_start: Ints
    chat_member: Members
    chat_kind: np.ndarray[tuple[int], np.dtype[np.int8]]
    co_purchase_start: Ints
    co_purchase_target: Members

    def __post_init__(self) -> None:
        """Make sure that compiled code finds the arrays as documented, and make them read-only.

        This looks at types and lengths, not at every entry: `sim.network.check` does that.

        Raises:
            InputError: an array has another type or length than documented.
        """
        for name, value in self.arrays():
            wanted = ARRAYS[name]
            if not isinstance(value, np.ndarray) or value.dtype != wanted or value.ndim != 1:
                found = (
                    f"{value.dtype} in {value.ndim}"
                    if isinstance(value, np.ndarray)
                    else type(value).__name__
                )
                raise InputError(
                    f"graph: {name} must be {wanted} in 1 dimension, got {found}",
                    f"graph：{name} 应为一维 {wanted} 数组，实际为 {found}",
                )
            value = np.require(value, requirements=["C", "A"])  # a copy of what is not
            value.flags.writeable = False
            object.__setattr__(self, name, value)
        self._check_lengths()

    def _check_lengths(self) -> None:
        if not 0 <= self.n <= MEMBERS_MAX:
            raise InputError(
                f"graph: n must be 0 to {MEMBERS_MAX}, got {self.n}",
                f"graph：n 应为 0 至 {MEMBERS_MAX}，实际为 {self.n}",
            )
        rows = (
            ("friend_start", self.n, self.friend_target),
            ("follow_start", self.n, self.follow_target),
            ("co_purchase_start", self.n, self.co_purchase_target),
            ("chat_start", self.chats, self.chat_member),
        )
        for name, count, entries in rows:
            start: Ints = getattr(self, name)
            if start.size != count + 1 or start[0] != 0 or start[-1] != entries.size:
                raise InputError(
                    f"graph: {name} must have {count + 1} entries, from 0 to {entries.size}",
                    f"graph：{name} 应有 {count + 1} 项，从 0 到 {entries.size}",
                )
        lengths = (
            ("friend_tie", self.friend_tie.size, self.friend_target.size),
            ("community", self.community.size, self.n),
            ("labels", self.n if self.labels is None else len(self.labels), self.n),
        )
        for name, found, wanted in lengths:
            if found != wanted:
                raise InputError(
                    f"graph: {name} must have {wanted} entries, got {found}",
                    f"graph：{name} 应有 {wanted} 项，实际为 {found}",
                )

    def __repr__(self) -> str:
        return f"<SocialGraph: {self.n:,} members, {self.links:,} links, {self.chats:,} chats>"

    def arrays(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """The arrays by name, in the order of `ARRAYS`."""
        return ((name, getattr(self, name)) for name in ARRAYS)

    @classmethod
    def of_friends(
        cls,
        n: int,
        codes: Ints,
        community: Members,
        *,
        ties: Floats | None = None,
        labels: tuple[str, ...] | None = None,
    ) -> Self:
        """A graph with a friend layer only, from sorted distinct pair codes.

        Args:
            n: number of members.
            codes: int64[m], code of each friendship (`sim.network.csr`), ascending.
            community: int32[n].
            ties: float64[m] in (0, 1]; by default they come from the overlap of friends (`overlap_ties`).
            labels: ids of the members.
        """
        if ties is None:
            ties = overlap_ties(n, codes)
        start, target, tie = weighted_rows(n, codes, ties)
        no_start, nobody = empty_rows(n)
        return cls(
            n=n, labels=labels, friend_start=start, friend_target=target, friend_tie=tie,
            follow_start=no_start, follow_target=nobody, community=community,
            chat_start=np.zeros(1, dtype=np.int64), chat_member=nobody, chat_kind=np.zeros(0, dtype=np.int8),
            co_purchase_start=no_start, co_purchase_target=nobody,
        )  # fmt: skip

    @cached_property
    def sha256(self) -> str:
        """Hash of the content: the same on every machine for equal layers and labels."""
        digest = hashlib.sha256(f"social graph 1, n={self.n}\n".encode())
        for name, value in self.arrays():
            digest.update(f"{name} {value.size}\n".encode())
            digest.update(value.astype(value.dtype.newbyteorder("<"), copy=False).data)
        for label in self.labels or ():
            digest.update(f"{len(label)} {label}\n".encode())
        return digest.hexdigest()

    @cached_property
    def degree(self) -> Ints:
        """Number of friends of each member, int64[n]."""
        return np.diff(self.friend_start)

    @cached_property
    def chats_of(self) -> tuple[Ints, Members]:
        """Rows of the chats each member is in: `start` int64[n+1], `chat` int32, ascending."""
        return transposed(self.chat_start, self.chat_member, self.n)

    @property
    def chats(self) -> int:
        """Number of chats."""
        return self.chat_kind.size

    @property
    def communities(self) -> int:
        """Number of main communities."""
        return int(self.community.max()) + 1 if self.n else 0

    @property
    def links(self) -> int:
        """Number of friendships; of co-purchases where there are none; else of those who follow another."""
        return (self.friend_target.size or self.co_purchase_target.size) // 2 or self.follow_target.size

    def friends(self, member: int) -> Members:
        """The friends of a member, ascending."""
        return self.friend_target[self.friend_start[member] : self.friend_start[member + 1]]

    def ties(self, member: int) -> Floats:
        """Tie strengths to `friends(member)`, in the same order."""
        return self.friend_tie[self.friend_start[member] : self.friend_start[member + 1]]

    def chat(self, number: int) -> Members:
        """The members of one chat, ascending."""
        return self.chat_member[self.chat_start[number] : self.chat_start[number + 1]]

    def chats_with(self, member: int) -> Members:
        """The chats a member is in, ascending."""
        start, chat = self.chats_of
        return chat[start[member] : start[member + 1]]

    def followers(self, member: int) -> Members:
        """Who follows a member, ascending."""
        return self.follow_target[self.follow_start[member] : self.follow_start[member + 1]]

    def label(self, member: int) -> str:
        """The id of a member as its file gave it."""
        return str(member) if self.labels is None else self.labels[member]

    def closest_layer(self) -> tuple[Ints, Members]:
        """Rows of the layer that says who is near whom: friends, or else co-purchases."""
        if self.friend_target.size or not self.co_purchase_target.size:
            return self.friend_start, self.friend_target
        return self.co_purchase_start, self.co_purchase_target


def plain_labels(labels: tuple[str, ...]) -> tuple[str, ...] | None:
    """The labels, or None where they are just "0", "1", ..., "n-1" in order (a graph then needs none)."""
    return None if all(label == str(i) for i, label in enumerate(labels)) else labels


def check_size(n: int, what: str) -> None:
    """Refuse a graph that is no community.

    Raises:
        InputError: fewer than two members.
    """
    if n < 2:
        raise InputError(
            f"{what}: a graph must have at least 2 members, got {n}",
            f"{what}: 图至少要有 2 名成员，实际为 {n}",
        )
