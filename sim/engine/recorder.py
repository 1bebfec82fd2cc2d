"""Writes the rows of the event table."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from sim.events import COLUMNS, EventTable, Header, Kind, table_from_matrix


class Recorder:
    """Rows in the order in which they are written, as one flat array of int64."""

    def __init__(self, segment: NDArray[np.int8], horizon_s: int) -> None:
        """segment: of each member, written beside the actor."""
        self._cells = array("q")
        self._segment = segment.tolist()
        self._horizon_s = horizon_s

    def row(
        self,
        time_s: int,
        kind: Kind,
        actor: int,
        source: int,
        product: int,
        offer: int,
        group: int,
        order: int,
        channel: int,
        amount_fen: int,
        value: int,
        cause: int,
    ) -> None:
        """Write one row."""
        segment = self._segment[actor] if actor >= 0 else -1
        runoff = 1 if time_s >= self._horizon_s else 0
        self._cells.extend(
            (
                time_s,
                kind,
                actor,
                source,
                product,
                offer,
                group,
                order,
                channel,
                amount_fen,
                value,
                cause,
                segment,
                runoff,
            )
        )

    @property
    def rows(self) -> int:
        """How many rows are written."""
        return len(self._cells) // len(COLUMNS)

    def last(self, most: int) -> dict[str, NDArray[np.int64]]:
        """The rows written last, at most so many, by name of the column."""
        cells = np.array(self._cells[-most * len(COLUMNS) :], dtype=np.int64).reshape(-1, len(COLUMNS))
        return {name: cells[:, place] for place, name in enumerate(COLUMNS)}

    def table(self, header: Header) -> EventTable:
        """The finished table."""
        matrix = np.frombuffer(self._cells, dtype=np.int64).reshape(-1, len(COLUMNS))
        return table_from_matrix(header, matrix)
