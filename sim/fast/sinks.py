"""Where a compiled run's rows go: chunk by chunk to a file, or into a table in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.events import COLUMNS, EventTable, Header


class RowSink(Protocol):
    """Takes rows as they come, as `sim.event_files.EventWriter` does."""

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Append rows: every column of the table by name, with its dtype, all of one length."""


class KeptRows:
    """A table that grows, in little more memory than it will take in the end."""

    def __init__(self) -> None:
        """No rows yet."""
        self._columns = {name: np.empty(0, dtype=dtype) for name, dtype in COLUMNS.items()}
        self._rows = 0

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Append rows."""
        end = self._rows + len(columns["time_s"])
        for name, kept in self._columns.items():
            if end > len(kept):
                # an eighth beyond, so that growing is rare; nothing else refers to the array
                kept.resize(end + end // 8, refcheck=False)
            kept[self._rows : end] = columns[name]
        self._rows = end

    def table(self, header: Header) -> EventTable:
        """All rows as a table; nothing can be appended afterwards."""
        for kept in self._columns.values():
            kept.resize(self._rows, refcheck=False)
            kept.setflags(write=False)
        return EventTable(header, self._columns)


def narrowed(rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Rows of a compiled run as columns with the table's dtypes.

    Args:
        rows: of `sim.kernel.records.ROW`; they may be written over afterwards.

    Raises:
        OverflowError: a number does not fit its column.
    """
    columns = {}
    for name, dtype in COLUMNS.items():
        columns[name] = rows[name].astype(dtype)
        if rows[name].dtype != dtype and not np.array_equal(columns[name], rows[name]):
            raise OverflowError(f"event table column {name} holds a number that does not fit {dtype}")
    return columns
