"""An event table opened for measuring: rows by kind, and what several metrics share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.by_kind import ByKind
from sim.events import EventTable, Header, Kind
from sim.ledger import money_by_line_fen
from sim.metrics.cascades import Forest, Trees, forest, trees
from sim.metrics.invitations import Invitations, invitations
from sim.outcomes import MESSAGE_CHANNELS, Counting, without_messages


@dataclass(frozen=True)
class Counts:
    """How often something was counted, one entry a row of a full table or a count row of another.

    table: the table; row: int64[entries], ascending; number: int64[entries].
    """

    table: EventTable
    row: NDArray[np.int64]
    number: NDArray[np.int64]

    @cached_property
    def time_s(self) -> NDArray[np.int64]:
        """When, or the last second of the period."""
        return self.table["time_s"][self.row]

    @cached_property
    def product(self) -> NDArray[np.int16]:
        """-1 for none, as of the others."""
        return self.table["product"][self.row]

    @cached_property
    def channel(self) -> NDArray[np.int8]:
        """Through which."""
        return self.table["channel"][self.row]

    @cached_property
    def segment(self) -> NDArray[np.int8]:
        """Of the actor."""
        return self.table["segment"][self.row]

    def total(self, chosen: NDArray[np.bool_] | None = None) -> int:
        """How often in all, or among the chosen entries: bool[entries]."""
        return int((self.number if chosen is None else self.number[chosen]).sum())

    @cached_property
    def over_messages(self) -> int:
        """How often in the channels over which somebody sends something."""
        return self.total(np.isin(self.channel, np.array(MESSAGE_CHANNELS)))

    def up_to(self, table: EventTable) -> Counts:
        """The same of a table that ends sooner: what is counted depends on no later row."""
        kept = int(np.searchsorted(self.row, len(table)))
        return self if kept == len(self.row) else Counts(table, self.row[:kept], self.number[:kept])


class TableView:
    """Read-only access to `table` by kind; everything here is computed at most once.

    Attributes:
        table: the event table.
        header: its header.
    """

    def __init__(self, table: EventTable, whole: TableView | None = None) -> None:
        """`whole`: of a table that goes on after this one, with which what is the same is shared."""
        self.table = table
        self.header: Header = table.header
        self._whole = whole
        self._by_kind: ByKind = ByKind(table) if whole is None else whole._by_kind.up_to(table)
        self._counts: dict[Kind, Counts] = {}
        self._by_order: dict[tuple[Kind, str], NDArray[np.int64]] = {}

    @cached_property
    def at_horizon(self) -> TableView:
        """The same without the rows of the run-off."""
        return TableView(self.table.at_horizon(), self)

    @cached_property
    def orders(self) -> EventTable:
        """The table without messages, exposures and counts, which move no money."""
        return without_messages(self.table) if self._whole is None else self._whole.orders.at_horizon()

    def rows(self, *kinds: Kind) -> NDArray[np.int64]:
        """Row numbers of these kinds, ascending: int64[rows]."""
        return self._by_kind.rows(*kinds)

    def count(self, kind: Kind) -> int:
        """How many rows are of this kind."""
        return self._by_kind.count(kind)

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
            self._counts[kind] = self._counted(kind)
        return self._counts[kind]

    def _counted(self, kind: Kind) -> Counts:
        if self._whole is not None:
            return self._whole.counts(kind).up_to(self.table)
        if self.header.events == "full":
            return Counts(self.table, *self._counting.counted(kind))
        rows = self.rows(kind)
        return Counts(self.table, rows, self.table["value"][rows].astype(np.int64))

    @cached_property
    def _counting(self) -> Counting:
        return Counting(self.table, self._by_kind)

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
        return money_by_line_fen(self.orders)

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
        acts = () if self._whole is None else self._whole.rows(Kind.SEND, Kind.SEED, Kind.ORDER_PAID)
        if self._whole is not None and not len(acts[np.searchsorted(acts, len(self.table)) :]):
            return self._whole.forest
        return forest(self.messages)

    @cached_property
    def trees(self) -> Trees:
        """The trees of `forest`, measured."""
        shared = self._whole is not None and self.forest is self._whole.forest
        return self._whole.trees if shared and self._whole else trees(self.forest)

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
