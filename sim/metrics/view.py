"""An event table opened for measuring: rows by kind, and what several metrics share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.events import EventTable, Header, Kind
from sim.ledger import money_by_line_fen
from sim.metrics.cascades import Forest, Trees, forest, trees
from sim.metrics.invitations import Invitations, invitations
from sim.outcomes import counted


@dataclass(frozen=True)
class Counts:
    """How often something was counted, one entry a row of a full table or a count row of another.

    time_s: int64, when, or the end of the period; product, channel, segment: -1 for none; number: int64.
    """

    time_s: NDArray[np.int64]
    product: NDArray[np.int16]
    channel: NDArray[np.int8]
    segment: NDArray[np.int8]
    number: NDArray[np.int64]

    def total(self, chosen: NDArray[np.bool_] | None = None) -> int:
        """How often in all, or among the chosen entries: bool[entries]."""
        return int((self.number if chosen is None else self.number[chosen]).sum())


class TableView:
    """Read-only access to `table` by kind; everything here is computed at most once.

    Attributes:
        table: the event table.
        header: its header.
    """

    def __init__(self, table: EventTable) -> None:
        self.table = table
        self.header: Header = table.header
        self._by_kind = np.argsort(table["kind"], kind="stable")
        self._start = np.searchsorted(table["kind"], np.arange(max(Kind) + 2), sorter=self._by_kind)
        self._counts: dict[Kind, Counts] = {}
        self._by_order: dict[tuple[Kind, str], NDArray[np.int64]] = {}

    def rows(self, *kinds: Kind) -> NDArray[np.int64]:
        """Row numbers of these kinds, ascending: int64[rows]."""
        parts = [self._by_kind[self._start[kind] : self._start[kind + 1]] for kind in kinds]
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def count(self, kind: Kind) -> int:
        """How many rows are of this kind."""
        return int(self._start[kind + 1] - self._start[kind])

    def column(self, kind: Kind, name: str) -> NDArray[Any]:
        """One column of the rows of one kind, in order."""
        return self.table[name][self.rows(kind)]

    def total(self, kind: Kind, name: str = "amount_fen") -> int:
        """The sum of a column over the rows of one kind."""
        return int(self.column(kind, name).sum(dtype=np.int64))

    def members_in(self, actors: NDArray[Any]) -> NDArray[np.bool_]:
        """Which members occur in `actors`: bool[members]."""
        found = np.zeros(self.header.members, dtype=np.bool_)
        found[actors[actors >= 0]] = True
        return found

    def pairs(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The distinct pairs of actor and product of these rows, as one number each, ascending."""
        product = self.table["product"][rows].astype(np.int64)
        return distinct((product + 1) * self.header.members + self.table["actor"][rows])

    def counts(self, kind: Kind) -> Counts:
        """What a kind of count (see `sim.outcomes`) counts; equal sums on a full and an outcomes table."""
        if kind not in self._counts:
            if self.header.events == "full":
                rows, number = counted(self.table, kind)
            else:
                rows = self.rows(kind)
                number = self.table["value"][rows].astype(np.int64)
            columns = {name: self.table[name][rows] for name in ("time_s", "product", "channel", "segment")}
            self._counts[kind] = Counts(**columns, number=number)
        return self._counts[kind]

    @cached_property
    def refunded(self) -> NDArray[np.bool_]:
        """Orders whose money went back out of escrow: bool[orders + 1], the last for rows without one."""
        orders = int(self.table["order"].max(initial=-1)) + 1
        back = np.zeros(orders + 1, dtype=np.bool_)
        back[self.column(Kind.REFUNDED, "order")] = True
        return back

    @cached_property
    def standing(self) -> NDArray[np.int64]:
        """Row numbers of the payments that stand: paid orders whose money did not go back before receipt."""
        paid = self.rows(Kind.ORDER_PAID)
        back: NDArray[np.bool_] = self.refunded[self.table["order"][paid]]
        return paid[~back]

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """Paid orders of which nothing came back whole, before receipt or after: bool[orders + 1]."""
        orders = len(self.refunded)
        found = np.zeros(orders, dtype=np.bool_)
        found[self.column(Kind.ORDER_PAID, "order")] = True
        found &= ~self.refunded
        found[self.column(Kind.REFUNDED_AFTER, "order")] = False
        return found

    def by_order(self, kind: Kind, name: str = "amount_fen") -> NDArray[np.int64]:
        """A column of the rows of a kind, added up by order: int64[orders + 1]."""
        if (kind, name) not in self._by_order:
            sums = np.zeros(len(self.refunded), dtype=np.int64)
            np.add.at(sums, self.column(kind, "order"), self.column(kind, name))
            self._by_order[(kind, name)] = sums
        return self._by_order[(kind, name)]

    @cached_property
    def buyers(self) -> NDArray[np.bool_]:
        """Members with at least one paid order that stands: bool[members]."""
        return self.members_in(self.table["actor"][self.standing])

    @cached_property
    def new_customers(self) -> NDArray[np.bool_]:
        """Buyers who had never paid before the run: bool[members]."""
        paid = self.rows(Kind.ORDER_PAID)
        first = paid[self.table["value"][paid] == 1]
        return self.buyers & self.members_in(self.table["actor"][first])

    @cached_property
    def spending_fen(self) -> dict[str, int]:
        """What was spent, by line."""
        return money_by_line_fen(self.table)

    @property
    def messages(self) -> EventTable:
        """The table, if it has a row for every message.

        Raises:
            ValueError: the messages were counted only.
        """
        if self.header.events != "full":
            raise ValueError("an outcomes table does not say who had it from whom")
        return self.table

    @cached_property
    def forest(self) -> Forest:
        """Who had it from whom.

        Raises:
            ValueError: the messages were counted only.
        """
        return forest(self.messages)

    @cached_property
    def trees(self) -> Trees:
        """The trees of `forest`, measured."""
        return trees(self.forest)

    @cached_property
    def invitations(self) -> Invitations:
        """Whom completed customers invited and brought."""
        return invitations(self.table, self.forest, self.standing)


def distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The different values, ascending; by sorting, which for many integers is far faster than np.unique."""
    ordered = np.sort(values)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) > 0]


def ratio(numerator: int, denominator: int) -> float | None:
    """The quotient; None when there is nothing to divide by."""
    return numerator / denominator if denominator else None


def nearest_rank(values: NDArray[np.int64], quantile: float) -> int | None:
    """The smallest observed value that at least this share of the values does not exceed; None of none."""
    if not len(values):
        return None
    return int(np.quantile(values, quantile, method="inverted_cdf"))
