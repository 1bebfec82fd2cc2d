"""What `summary.json` holds: a run measured at the horizon, after run-off, and against its twin."""

from __future__ import annotations

from sim.events import EventTable
from sim.ledger import books_residual_fen
from sim.metrics.measure import measure, unavailable
from sim.metrics.metric import Number
from sim.metrics.registry import INCREMENTS
from sim.metrics.view import TableView

Summary = dict[str, Number | dict[str, Number] | list[str]]
"""What `summarise` gives: numbers, sections of numbers, and the list of what is unavailable."""

TOP_LEVEL = (
    "members",
    "reached",
    "exposures",
    "orders_paid",
    "buyers",
    "groups_opened",
    "groups_succeeded",
    "gross_fen",
    "net_fen",
    "refunds_fen",
    "stock_min",
)
"""Metrics that stand at the top of a summary too, as after the run-off."""


def summarise(table: EventTable, twin: EventTable | None) -> Summary:
    """Measure a finished run.

    Args:
        table: the whole run, run-off included.
        twin: the same scenario and luck without the campaign, or None.

    Returns:
        `TOP_LEVEL` and `books_residual_fen`, then the sections `horizon` and `runoff` with every metric
        and breakdown, and `incremental` (all None without a twin). Values are plain numbers or None.
        `unavailable` lists what the sections do not tell because messages were counted only; such a
        value is None too, but not because there was nothing to measure.
    """
    whole = TableView(table)
    runoff = measure(whole)
    top: Summary = {name: runoff[name] for name in TOP_LEVEL}
    top["books_residual_fen"] = books_residual_fen(whole.orders)
    top["unavailable"] = list(unavailable(table.header))
    top["horizon"] = measure(whole.at_horizon)
    top["runoff"] = runoff
    top["incremental"] = incremental(whole, None if twin is None else TableView(twin))
    return top


def incremental(campaign: TableView, twin: TableView | None) -> dict[str, Number]:
    """What the campaign added to the same people and chance without it; all None without a twin."""
    return {one.name: None if twin is None else one.function(campaign, twin) for one in INCREMENTS}
