"""Which mechanics and pushes had too little of the marketing budget left."""

from __future__ import annotations

from sim.events import EventTable, Kind


def budget_short_by_offer(table: EventTable) -> dict[str, int]:
    """The metric `budget_short` by the id of what fell short, over the whole run; all others left out."""
    rows, short = table.rows(Kind.BUDGET_SHORT), dict[str, int]()
    for offer, people in zip(rows["offer"].tolist(), rows["value"].tolist(), strict=True):
        id_ = table.header.offers[offer].id
        short[id_] = short.get(id_, 0) + people
    return short
