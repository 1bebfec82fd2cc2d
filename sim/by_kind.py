"""The rows of an event table by kind, found once for whoever asks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import EventTable, Kind


class ByKind:
    """Row numbers of a table by kind."""

    def __init__(self, table: EventTable) -> None:
        self._sort(table, np.argsort(table["kind"], kind="stable"))

    def _sort(self, table: EventTable, by_kind: NDArray[np.int64]) -> None:
        self._by_kind = by_kind
        self._start = np.searchsorted(table["kind"], np.arange(max(Kind) + 2), sorter=by_kind)

    def up_to(self, table: EventTable) -> ByKind:
        """The same of a table that ends sooner and begins with the same rows."""
        sooner = ByKind.__new__(ByKind)
        sooner._sort(table, self._by_kind[self._by_kind < len(table)])
        return sooner

    def rows(self, *kinds: Kind) -> NDArray[np.int64]:
        """Row numbers of these kinds, ascending: int64[rows]."""
        parts = [self._by_kind[self._start[kind] : self._start[kind + 1]] for kind in kinds]
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))

    def count(self, kind: Kind) -> int:
        """How many rows are of this kind."""
        return int(self._start[kind + 1] - self._start[kind])
