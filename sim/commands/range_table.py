"""A result over several calibrations as a table: each measure with its range."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sim.calibration.calibration import DEFAULT
from sim.calibration.ranges import Range
from sim.commands.session import Session
from sim.commands.summary_table import BECAUSE, NOT_RECORDED, SECTIONS, label, shown
from sim.metrics.registry import INCREMENTS, METRICS

_NAME_WIDTH = 28  # assumption: leaves the denominators enough of 80 columns

_BY_NAME = {metric.name: metric for metric in METRICS}


def range_table(
    session: Session, found: Mapping[str, Mapping[str, Range]], missing: Collection[str], title: str
) -> Table:
    """Key figures, all settled: with the default calibration, and the lowest and highest over all.

    Args:
        session: whom to tell.
        found: section -> measure -> range, see `sim.calibration.ranges.ranges`.
        missing: measures that some run did not record.
        title: of the table.
    """
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", pad_edge=False, box=None
    )
    table.add_column("", width=_NAME_WIDTH)
    table.add_column(DEFAULT, justify="right", no_wrap=True)
    table.add_column(session.text("lowest – highest", "最低 – 最高"), justify="right", no_wrap=True)
    table.add_column("  " + session.text("of", "分母"), style="dim")
    for en, zh, names in SECTIONS:
        rows: list[tuple[str, str, str, str]] = []
        for name in names:
            metric, one = _BY_NAME[name], found["runoff"][name]
            if name in missing:
                rows.append((label(session, metric), session.text(*NOT_RECORDED), "", BECAUSE))
            elif any((one.default, one.lowest, one.highest)):
                per = session.text(metric.per_en, metric.per_zh)
                rows.append((label(session, metric), *range_cells(one, metric.unit), per))
        _add(table, session.text(en, zh), rows)
    gained = [
        (session.text(gain.en, gain.zh), *range_cells(one, gain.unit, signed=gain.signed), "")
        for gain in INCREMENTS
        if (one := found["incremental"][gain.name]).lowest is not None
    ]
    _add(table, session.text("More than without the campaign", "较无活动的增量"), gained)
    return table


def range_cells(one: Range, unit: str, *, signed: bool = False) -> tuple[str, str]:
    """A measure's value and its range; without a range where all calibrations give the same."""
    value, low, high = (shown(each, unit, signed=signed) for each in (one.default, one.lowest, one.highest))
    return value, "" if one.lowest == one.highest == one.default else f"{low} – {high}"


def _add(table: Table, name: str, rows: Sequence[tuple[str, str, str, str]]) -> None:
    if not rows:
        return
    if table.row_count:
        table.add_row()
    table.add_row(Text(name, style="bold"))
    for words, value, between, per in rows:
        table.add_row(Padding(words, (0, 0, 0, 2)), value, between, f"  {per}" if per else "")
