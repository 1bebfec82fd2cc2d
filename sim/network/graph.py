"""The social graph: every layer of a community as read-only arrays."""

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

import numpy as np

from sim.errors import InputError
from sim.network.csr import Floats, Ints, Members, empty_rows, transposed, weighted_rows
from sim.network.ties import overlap_ties


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
        """Make the arrays read-only, so that a graph can be shared by runs."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

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
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                digest.update(f"{field.name} {value.size}\n".encode())
                digest.update(
                    np.ascontiguousarray(value.astype(value.dtype.newbyteorder("<"), copy=False)).data
                )
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
        raise InputError(f"{what}: a graph must have at least 2 members, got {n}")
