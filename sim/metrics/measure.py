"""Measuring a table: every metric of the registry, or one; None where there is nothing to tell."""

from __future__ import annotations

from collections.abc import Mapping

from sim.events import Header
from sim.metrics.metric import Breakdown, Metric, Number
from sim.metrics.registry import BREAKDOWNS, METRICS
from sim.metrics.view import TableView


def measure(view: TableView) -> dict[str, Number]:
    """Every metric and breakdown of the table, flat, in registry order; None also for what is unavailable."""
    values = {metric.name: value(metric, view) for metric in METRICS}
    for breakdown in BREAKDOWNS:
        values |= {f"{breakdown.name}.{part}": number for part, number in parts(breakdown, view).items()}
    return values


def value(metric: Metric, view: TableView) -> Number:
    """One metric of the table; None also if it is unavailable."""
    return None if _lacks(view.header, metric) else metric.function(view)


def parts(breakdown: Breakdown, view: TableView) -> Mapping[str, Number]:
    """One breakdown of the table, by part; all None if it is unavailable."""
    return dict.fromkeys(breakdown.parts) if _lacks(view.header, breakdown) else breakdown.function(view)


def unavailable(header: Header) -> tuple[str, ...]:
    """The keys of `measure` that a table cannot tell, since its messages were counted only.

    None of them is 0 or "nothing to measure": it was not recorded.
    """
    return () if header.events == "full" else asking_messages()


def asking_messages() -> tuple[str, ...]:
    """The keys of `measure` that ask who told whom, which only a full table tells."""
    return (
        *(metric.name for metric in METRICS if metric.needs_messages),
        *(f"{one.name}.{part}" for one in BREAKDOWNS if one.needs_messages for part in one.parts),
    )


def _lacks(header: Header, wanted: Metric | Breakdown) -> bool:
    return wanted.needs_messages and header.events != "full"
