"""Comparisons of designs as tables: with one calibration, or with several."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from sim.calibration.recommended import Recommended, recommended
from sim.commands.session import Session
from sim.commands.summary_table import BECAUSE, NOT_RECORDED, label, shown
from sim.compare import LOWER_IS_BETTER, Comparison, Estimate, best, difference, level
from sim.metrics.registry import METRICS

_SHOWN = (
    "reach_share",
    "buyers",
    "conversion_of_readers",
    "new_customers",
    "group_success_rate",
    "k_factor",
    "net_fen",
    "margin_fen",
    "refund_rate",
)
_GAINED = (
    ("incremental.buyers", "members", "buyers added to no campaign", "较无活动新增购买者"),
    ("incremental.margin_fen", "fen", "margin added to no campaign", "较无活动新增毛利"),
)


def comparison_table(session: Session, comparisons: Mapping[str, Comparison]) -> Table:
    """Levels and differences by metric and design; of several calibrations, one below the other.

    comparisons: calibration -> comparison, of the same designs and seeds.
    """
    any_one = next(iter(comparisons.values()))
    seeds, first = len(any_one.seeds), any_one.names[0]
    table = Table(
        title=session.text(
            f"Differences to {first}, by paired seeds ({seeds}), with 95 % intervals",
            f"与 {first} 之差，按相同种子配对（{seeds} 个），95% 区间",
        ),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    table.add_column("", overflow="fold")
    table.add_column(session.text("mean", "均值"), justify="right", no_wrap=True)
    table.add_column(session.text("difference", "差"), justify="right", no_wrap=True)
    table.add_column(session.text("interval", "区间"), justify="right", no_wrap=True)
    table.add_column(session.text("best in", "最优"), justify="right", no_wrap=True)
    for metric, (unit, name) in _units(session).items():
        if not any(metric in one.values for one in comparisons.values()):
            continue
        if any(metric in one.unavailable for one in comparisons.values()):
            table.add_row(Text(name, style="bold"), session.text(*NOT_RECORDED), BECAUSE)
            continue
        if not any(_something(one, metric) for one in comparisons.values()):
            continue
        less = session.text(" (less is better)", "（越少越好）") if metric in LOWER_IS_BETTER else ""
        table.add_row(Text(name + less, style="bold"))
        for calibration, one in comparisons.items():
            if len(comparisons) > 1:
                table.add_row(Text(f" {calibration}", style="italic"))
            _add_designs(session, table, one, metric, unit)
    return table


def disagreements(session: Session, comparisons: Mapping[str, Comparison]) -> list[str]:
    """A line for each metric shown by which the best design is not the same with all calibrations."""
    lines = []
    for metric, (_, name) in _units(session).items():
        if all(metric in one.values for one in comparisons.values()):
            found = recommended(comparisons, metric)
            if found.differs:
                lines.append(f"{name}: {_disagreement(session, found)}")
    return lines


def _disagreement(session: Session, found: Recommended) -> str:
    best_by = "; ".join(f"{name}: {design or '–'}" for name, design in found.designs.items())
    if found.beyond_luck:
        return best_by + session.text(" (by more than luck)", "（超出运气）")
    return best_by + session.text(" (may be luck: use more --seeds)", "（可能只是运气：请加大 --seeds）")


def _units(session: Session) -> dict[str, tuple[str, str]]:
    """Metrics shown, in their order, with unit and name."""
    metrics = {metric.name: metric for metric in METRICS}
    units = {name: (metrics[name].unit, label(session, metrics[name])) for name in _SHOWN}
    return units | {name: (unit, session.text(en, zh)) for name, unit, en, zh in _GAINED}


def _something(comparison: Comparison, metric: str) -> bool:
    return any(level(comparison, metric, number).mean for number in range(len(comparison.names)))


def _add_designs(session: Session, table: Table, comparison: Comparison, metric: str, unit: str) -> None:
    won = best(comparison, metric)
    for number, design in enumerate(comparison.names):
        gap = Estimate(None, None, None, 0) if number == 0 else difference(comparison, metric, number)
        interval = (
            ""
            if gap.low is None or gap.high is None
            else f"{_shown(gap.low, unit, signed=True)} .. {_shown(gap.high, unit, signed=True)}"
        )
        table.add_row(
            Text(f"  {design}"),
            _shown(level(comparison, metric, number).mean, unit),
            "" if number == 0 else _shown(gap.mean, unit, signed=True),
            interval,
            session.text(f"{won.wins[number]} of {won.seeds} seeds", f"{won.wins[number]}/{won.seeds} 个种子")
            if won.seeds
            else "",
        )


def _shown(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A mean, which may have decimals where single values have none."""
    if value is not None and unit not in ("fen", "share", "hours", "ratio") and abs(value) >= 100:
        return shown(round(value), unit, signed=signed)
    return shown(value, unit, signed=signed)
