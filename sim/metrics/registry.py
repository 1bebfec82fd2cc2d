"""The one list of measures: what summaries, comparisons, the app and the documentation go by."""

from __future__ import annotations

from sim.metrics import activity, added, commission, customers, funnel, groups, money, orders, spread, stock
from sim.metrics.metric import GAINED, Breakdown, Increment, Metric

METRICS: tuple[Metric, ...] = (
    *funnel.METRICS,
    *orders.METRICS,
    *stock.METRICS,
    *groups.METRICS,
    *spread.METRICS,
    *money.METRICS,
    *customers.METRICS,
    *commission.METRICS,
    *activity.METRICS,
)
"""Every scalar metric, in the order in which summaries list them; on rows up to the horizon, or on all."""

BREAKDOWNS: tuple[Breakdown, ...] = (
    *funnel.BREAKDOWNS,
    *orders.BREAKDOWNS,
    *stock.BREAKDOWNS,
    *groups.BREAKDOWNS,
    *spread.BREAKDOWNS,
    *money.BREAKDOWNS,
    *customers.BREAKDOWNS,
    *commission.BREAKDOWNS,
)
"""Every metric that is a table of parts."""

INCREMENTS: tuple[Increment, ...] = added.INCREMENTS
"""What a campaign is measured by against the same without it, both after run-off."""

_MEASURES: dict[str, Metric | Breakdown] = {
    **{one.name: one for one in METRICS},
    **{one.name: one for one in BREAKDOWNS},
}
_INCREMENTS = {one.name: one for one in INCREMENTS}


def measure_of(name: str) -> Metric | Breakdown | Increment:
    """What a name means: of a metric, of a breakdown or a part of it (`name.part`), or `incremental.name`.

    Raises:
        KeyError: there is no such measure.
    """
    section, dot, rest = name.partition(".")
    return _INCREMENTS[rest] if dot and section == GAINED else _MEASURES[section]


def unit_of(name: str) -> str:
    """The unit of a measure.

    Raises:
        KeyError: there is no such measure.
    """
    return measure_of(name).unit


def higher_is_better(name: str) -> bool | None:
    """Which way a measure is better; None: neither way.

    Raises:
        KeyError: there is no such measure.
    """
    return {"more": True, "less": False, "neither": None}[measure_of(name).better]
