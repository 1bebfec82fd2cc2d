"""A recorded run, as its file tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from sim.events import Kind

DAY_S = 24 * 3600
WEEK_S = 7 * DAY_S
MESSAGES = frozenset({"PRIVATE", "CHAT", "MOMENTS", "KOL_POST", "PUBLIC", "PUSH"})
"""Channels over which somebody sends something."""
VISITS = frozenset({"BROWSE", "REMINDER", "OWN_NEED"})
"""Channels by which members come upon something themselves."""

PAIR = ["actor", "product"]


@dataclass(frozen=True)
class Events:
    """Rows, the row number as index, and the header of the file as plain data."""

    header: dict[str, Any]
    frame: pd.DataFrame

    @cached_property
    def _by_kind(self) -> dict[int, pd.DataFrame]:
        return dict(iter(self.frame.groupby("kind")))

    def of(self, *names: str) -> pd.DataFrame:
        """The rows of these kinds, in order."""
        parts = [self._by_kind[code] for name in names if (code := int(Kind[name])) in self._by_kind]
        return pd.concat(parts).sort_index() if parts else self.frame.iloc[:0]

    def sum_fen(self, *names: str) -> int:
        """The amounts of these kinds."""
        return int(self.of(*names)["amount_fen"].sum())

    def orders(self, *names: str) -> set[int]:
        """Numbers of the orders that have a row of these kinds."""
        return set(self.of(*names)["order"])

    def at_horizon(self) -> Events:
        """Without the run-off."""
        return Events(self.header, self.frame[self.frame["runoff"] == 0])

    @cached_property
    def standing(self) -> pd.DataFrame:
        """Payments whose money did not go back before receipt."""
        paid = self.of("ORDER_PAID")
        return paid[~paid["order"].isin(self.orders("REFUNDED"))]

    @cached_property
    def kept(self) -> pd.DataFrame:
        """Standing payments of which nothing came back whole later either."""
        return self.standing[~self.standing["order"].isin(self.orders("REFUNDED_AFTER"))]

    @cached_property
    def buyers(self) -> set[int]:
        """Members with a standing order."""
        return set(self.standing["actor"])

    @cached_property
    def new_customers(self) -> set[int]:
        """Buyers with a payment that was their first ever."""
        paid = self.of("ORDER_PAID")
        return self.buyers & set(paid.loc[paid["value"] == 1, "actor"])

    @cached_property
    def local_day(self) -> pd.Series:
        """The calendar day of every row, 0 for the day of the start."""
        start = pd.Timestamp(self.header["start"])
        moments = start + pd.to_timedelta(self.frame["time_s"], unit="s")
        return (moments.dt.normalize() - start.normalize()).dt.days


def read(path: Path) -> Events:
    """Open an event table written by `shapan run`."""
    arrow = pq.read_table(path)
    return Events(json.loads(arrow.schema.metadata[b"shapan.header"]), arrow.to_pandas())


def share(part: float, whole: float) -> float | None:
    """A quotient; None of nothing."""
    return part / whole if whole else None


def members(rows: pd.DataFrame) -> set[int]:
    """Who acts in these rows; the operator does not count."""
    return set(rows.loc[rows["actor"] >= 0, "actor"])
