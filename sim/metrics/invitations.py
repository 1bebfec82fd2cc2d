"""Invitations: whom customers invite once they have paid, and who of these becomes a customer.

The K-factor (viral coefficient) is invitations a customer times the share of them that bring a customer. It
is taken over *completed* customers alone: who pays shortly before the end has no time left to bring anybody,
and would make a campaign look as if it faded. Completed is who paid a cycle or more before the horizon, a
cycle being the time within which nine in ten of those who were brought followed whoever brought them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.events import EventTable, Kind
from sim.metrics.cascades import Forest

FOLLOWED_SHARE = 0.9
"""How many have followed within a cycle (assumption: later ones are too few to wait for)."""


@dataclass(frozen=True)
class Invitations:
    """What completed customers did, in sums over pairs of a member and a product bought.

    customers: pairs with a standing order, paid a cycle or more before the horizon; invited: people before
    whom their messages about it were put after they had paid, a person before whom two were put counting
    twice; brought: pairs with a standing order of those who had it from them after such a message.
    """

    customers: int
    invited: int
    brought: int


def delays_s(table: EventTable, grown: Forest) -> NDArray[np.int64]:
    """From the first act of who brought somebody to that of who was brought: int64[brought], in seconds."""
    acted_s = table["time_s"][grown.first]
    brought = np.flatnonzero(grown.parent >= 0)
    delays: NDArray[np.int64] = acted_s[brought] - acted_s[grown.parent[brought]]
    return delays


def completed_until_s(table: EventTable, grown: Forest) -> int:
    """Until when, inclusive, who acted has had a cycle to bring others; the horizon if nobody was brought."""
    delays = delays_s(table, grown)
    if not len(delays):
        return table.header.horizon_s
    return table.header.horizon_s - int(np.quantile(delays, FOLLOWED_SHARE, method="inverted_cdf"))


def invitations(table: EventTable, grown: Forest, standing: NDArray[np.int64]) -> Invitations:
    """Count them. `standing`: int64[orders], the rows of payments that stand, ascending."""
    members, never = table.header.members, len(table)
    names = (grown.product.astype(np.int64) + 1) * members + grown.member
    by_name = np.argsort(names)

    def nodes_of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
        wanted = (table["product"][rows].astype(np.int64) + 1) * members + table["actor"][rows]
        nodes: NDArray[np.int64] = by_name[np.searchsorted(names, wanted, sorter=by_name)]
        return nodes

    paid = np.full(len(names), never, dtype=np.int64)  # the row, by node
    np.minimum.at(paid, nodes_of(standing), standing)
    customer = paid < never
    completed = np.zeros(len(names), dtype=np.bool_)
    completed[customer] = table["time_s"][paid[customer]] <= completed_until_s(table, grown)

    sends = np.flatnonzero((table["kind"] == Kind.SEND) & (table["actor"] >= 0))
    sender = nodes_of(sends)
    after = sends > paid[sender]
    sends, sender = sends[after], sender[after]
    invited = int(table["value"][sends[completed[sender]]].sum(dtype=np.int64))
    invites_from = np.full(len(names), never, dtype=np.int64)
    np.minimum.at(invites_from, sender, sends)

    children = np.flatnonzero((grown.parent >= 0) & customer)
    parents = grown.parent[children]
    brought = completed[parents] & (invites_from[parents] < grown.first[children])
    return Invitations(int(completed.sum()), invited, int(brought.sum()))
