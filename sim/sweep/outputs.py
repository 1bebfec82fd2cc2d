"""What can be measured of each of many runs, by name, and only what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.events import EventTable
from sim.ledger import books_residual_fen
from sim.metrics.measure import parts, value
from sim.metrics.metric import GAINED, Number
from sim.metrics.registry import BREAKDOWNS, INCREMENTS, METRICS
from sim.metrics.summary import incremental
from sim.metrics.view import TableView
from sim.settings.problems import RuleError, nearest

RUNOFF, HORIZON = "runoff", "horizon"
"""Sections, as in `summary.json`; a name without one means `runoff`."""

BOOKS = "books_residual_fen"
"""How far the books are from balancing; stands in no section."""

_METRICS = {metric.name: metric for metric in METRICS}
_BREAKDOWNS = {breakdown.name: breakdown for breakdown in BREAKDOWNS}


@dataclass(frozen=True)
class Output:
    """One thing to measure.

    Attributes:
        name: as it was asked for; its column.
        section: where it stands in a summary.
        metric: name of a metric, of a breakdown (which gives a column `name.part` for each part), or of an
            increment over the no-campaign twin.
    """

    name: str
    section: str
    metric: str


def output_of(name: str) -> Output:
    """Find what a name such as `buyers`, `horizon.reach_share` or `incremental.margin_fen` asks for.

    Raises:
        RuleError: there is no such output.
    """
    section, dot, metric = name.partition(".")
    if name == BOOKS:
        return Output(name, "", BOOKS)
    if not dot:
        section, metric = RUNOFF, name
    known = _names(section)
    if metric in known:
        return Output(name, section, metric)
    if dot and section in _BREAKDOWNS:
        raise RuleError(
            f"a breakdown is measured as a whole: write {section}, each part becomes a column",
            f"分项指标整体输出：请写 {section}，每一项成为一列",
        )
    if dot and not known:
        hint = nearest(section, (RUNOFF, HORIZON, GAINED))
        raise RuleError(f"no such section `{section}`; {hint.en}", f"没有 `{section}` 一类；{hint.zh}")
    hint = nearest(metric, (*known, BOOKS))
    raise RuleError(f"no such output `{metric}`; {hint.en}", f"没有指标 `{metric}`；{hint.zh}")


def needs_twin(outputs: Iterable[Output]) -> bool:
    """Whether the same without the campaign must be run too."""
    return any(output.section == GAINED for output in outputs)


def needs_messages(outputs: Iterable[Output]) -> bool:
    """Whether something asks who told whom, which only a full table tells."""
    known = _METRICS | _BREAKDOWNS
    return any(known[one.metric].needs_messages for one in outputs if one.section in (RUNOFF, HORIZON))


def measured(outputs: Sequence[Output], table: EventTable, twin: TableView | None) -> dict[str, Number]:
    """Measure a finished run: name of each output (with the part, for breakdowns) -> value.

    Args:
        outputs: what to measure.
        table: the whole run.
        twin: the same without the campaign; needed for increments.
    """
    whole = TableView(table)
    sections = {output.section for output in outputs}
    views = {RUNOFF: whole, HORIZON: whole.at_horizon if HORIZON in sections else whole}
    gained: Mapping[str, Number] = incremental(whole, twin) if GAINED in sections else {}
    values: dict[str, Number] = {}
    for output in outputs:
        if output.metric == BOOKS:
            values[output.name] = books_residual_fen(table)
        elif output.section == GAINED:
            values[output.name] = gained[output.metric]
        elif output.metric in _METRICS:
            values[output.name] = value(_METRICS[output.metric], views[output.section])
        else:
            found = parts(_BREAKDOWNS[output.metric], views[output.section])
            values |= {f"{output.name}.{part}": number for part, number in found.items()}
    return values


def _names(section: str) -> tuple[str, ...]:
    if section == GAINED:
        return tuple(one.name for one in INCREMENTS)
    return (*_METRICS, *_BREAKDOWNS) if section in (RUNOFF, HORIZON) else ()
