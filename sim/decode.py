"""The event table in words, as a data frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.event_files import REASON_KINDS
from sim.events import Channel, EventTable, Kind, Reason, Route


def decode(table: EventTable) -> pd.DataFrame:
    """Readable rows: local time, names in place of codes, empty cells in place of -1.

    `value` keeps its number; `value_name` says the `Reason` or `Route` it stands for, where it does.
    """
    header = table.header
    kinds = table["kind"]
    value_name = np.full(len(table), None, dtype=object)
    with_reason = np.isin(kinds, np.array(REASON_KINDS))
    value_name[with_reason] = _names(Reason, table["value"][with_reason])
    with_route = kinds == Kind.ORDER_PLACED
    value_name[with_route] = _names(Route, table["value"][with_route])
    return pd.DataFrame(
        {
            "time": pd.Timestamp(header.start) + pd.to_timedelta(table["time_s"], unit="s"),
            "kind": _names(Kind, kinds),
            "actor": _or_empty(table["actor"]),
            "source": _or_empty(table["source"]),
            "product": _picked([product.id for product in header.products], table["product"]),
            "offer": _picked([offer.id for offer in header.offers], table["offer"]),
            "group": _or_empty(table["group"]),
            "order": _or_empty(table["order"]),
            "channel": _names(Channel, table["channel"]),
            "amount_fen": table["amount_fen"],
            "value": table["value"],
            "value_name": value_name,
            "cause": _or_empty(table["cause"]),
            "segment": _picked(list(header.segments), table["segment"]),
            "runoff": table["runoff"].astype(bool),
        }
    )


def _names(codes: type[Kind | Channel | Reason | Route], column: NDArray[Any]) -> pd.Categorical[Any]:
    """The enumeration's names in lower case; codes it lacks, such as -1, are empty."""
    return pd.Categorical(
        pd.Series(column).map({int(code): code.name.lower() for code in codes}),
        categories=[code.name.lower() for code in codes],
    )


def _picked(names: list[str], column: NDArray[Any]) -> pd.Categorical[Any]:
    return pd.Categorical.from_codes(column, dtype=pd.CategoricalDtype(pd.Index(names, dtype=object)))


def _or_empty(column: NDArray[Any]) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(column.astype(np.int64), column == -1)
