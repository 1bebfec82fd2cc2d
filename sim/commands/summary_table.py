"""The summary of a run as a table that fits 80 columns."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from sim.commands.session import Session
from sim.luck import OtherLuck, figure_of
from sim.metrics.metric import GAINED, Increment, Metric
from sim.metrics.registry import INCREMENTS, METRICS, measure_of
from sim.metrics.ways import MONEY_ROWS, WAYS
from sim.units import yuan

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Reach and conversion",
        "触达与转化",
        (
            "members",
            "reach_share",
            "exposures_per_reached",
            "consider_rate",
            "conversion_of_reached",
            "readers",
            "conversion_of_readers",
            "conversion_of_members",
        ),
    ),
    (
        "Orders",
        "订单",
        (
            "orders_placed",
            "orders_paid",
            "order_value_fen",
            "sales_per_buyer_fen",
            "units_per_order",
            "buyers",
            "new_customers",
            "repeat_rate",
            "repurchase_rate",
            "refund_rate",
            "unfilled_refund_rate",
            "stock_min",
            "rounds_sold_out_share",
            "seconds_to_sold_out_median",
            "orders_per_minute_peak",
            "hours_to_peak_minute",
            "disappointed",
        ),
    ),
    (
        "Group-buy",
        "拼团",
        (
            "groups_opened",
            "groups_succeeded",
            "groups_failed",
            "group_success_rate",
            "grouped_share_of_visitors",
            "hours_to_fill_median",
            "joins_from_list_share",
        ),
    ),
    (
        "Spread",
        "传播",
        (
            "sends",
            "share_rate",
            "invites_per_customer",
            "invite_conversion",
            "k_factor",
            "cycle_hours_median",
            "brought_by_others_share",
            "cascade_size_max",
            "acts_beyond_first_step_share",
            "structural_virality_large_median",
        ),
    ),
    (
        "Money",
        "资金",
        (
            "gross_fen",
            "gross_after_success_fen",
            "refunds_fen",
            "net_fen",
            "margin_fen",
            "margin_share",
            "joining_fees_fen",
            "marketing_fen",
            "price_cuts_fen",
            "coupon_cost_fen",
            "promotion_fen",
            "roi",
            "roi_full",
            "sales_to_spend",
            "acquisition_cost_fen",
            "acquisition_cost_full_fen",
            "uv_value_fen",
            "ltv_to_date_fen",
            "ltv_d7_fen",
            "ltv_d30_fen",
            "ltv_to_cac",
            "payback_days",
            "coupon_redemption_rate",
            "commission_fen",
            "commission_uncollected_fen",
            "distributors_out_of_pocket_share",
            "commission_gini",
            "cash_lowest_fen",
        ),
    ),
    (
        "Community",
        "社群",
        (
            "active_share",
            "retention_d1",
            "retention_d7",
            "retention_d30",
            "members_muting_share",
            "chats_dead_share",
            "rating_mean",
        ),
    ),
)
"""What the table shows, in its order: English, Chinese, metrics."""

MAIN = (
    "incremental.buyers",
    "incremental.margin_fen",
    "incremental.roi_full",
    "reached",
    "buyers",
    "new_customers",
    "conversion_of_readers",
    "gross_fen",
    "net_fen",
    "margin_fen",
    "promotion_fen",
    "acquisition_cost_full_fen",
    "refund_rate",
    "group_success_rate",
)
"""The figures whose luck is shown; all others are in `intervals.csv` and `--json`."""

NOT_RECORDED = ("not recorded", "未记录")
"""What stands in place of a measure that an outcomes table does not tell: English, Chinese."""

BECAUSE = "events: outcomes"
"""Why it was not recorded: the setting, as it is written."""

_BY_NAME = {metric.name: metric for metric in METRICS}


def summary_table(session: Session, summary: dict[str, Any]) -> Table:
    """Key figures with their denominators, after the run-off and at the horizon."""
    table = Table(header_style="bold", pad_edge=False, box=None)
    table.add_column("", no_wrap=True)
    table.add_column(session.text("all settled", "全部结清后"), justify="right", no_wrap=True)
    table.add_column(session.text("at the horizon", "活动期末"), justify="right", no_wrap=True)
    table.add_column("  " + session.text("of", "分母"), style="dim")
    horizon, runoff = summary["horizon"], summary["runoff"]
    missing = frozenset(summary["unavailable"])
    for en, zh, names in SECTIONS:
        metrics = [
            _BY_NAME[name] for name in names if name in missing or not horizon[name] is runoff[name] is None
        ]
        if any(horizon[metric.name] or runoff[metric.name] for metric in metrics):
            _section(table, session.text(en, zh))
            for metric in metrics:
                if metric.name in missing:
                    cell = session.text(*NOT_RECORDED)
                    table.add_row(f"  {label(session, metric)}", cell, cell, f"  {BECAUSE}")
                else:
                    _row(session, table, metric, runoff[metric.name], horizon[metric.name])
    return table


def money_table(session: Session, summary: dict[str, Any]) -> Table:
    """Money, three ways in one table, all settled; without the first where no twin was run."""
    gained = has_gains(summary)
    ways = range(0 if gained else 1, len(WAYS))
    table = Table(
        title=session.text("Money, three ways", "三种口径的资金"),
        title_justify="left", title_style="bold", header_style="bold", pad_edge=False, box=None,
    )  # fmt: skip
    table.add_column("", no_wrap=True)
    for way in ways:
        table.add_column(session.text(WAYS[way].en, WAYS[way].zh), justify="right", no_wrap=True)
    for what, measures in MONEY_ROWS:
        cells = [_value(summary, measures[way]) for way in ways]
        if any(cells):
            table.add_row(f"  {session.text(what.en, what.zh)}", *cells)
    return table


def incremental_table(session: Session, summary: dict[str, Any]) -> Table | None:
    """What else the campaign added to its no-campaign twin; None if that was not run."""
    if not has_gains(summary):
        return None
    gained = summary["incremental"]
    title = session.text("More than without the campaign", "较无活动的增量")
    table = Table(
        title=title, title_justify="left", title_style="bold", show_header=False, pad_edge=False, box=None
    )
    table.add_column("")
    table.add_column("", justify="right", no_wrap=True)
    elsewhere = {measure for _, measures in MONEY_ROWS for measure in measures}
    for one in INCREMENTS:
        if gained[one.name] is not None and f"{GAINED}.{one.name}" not in elsewhere:
            value = shown(gained[one.name], one.unit, signed=one.signed)
            table.add_row("  " + session.text(one.en, one.zh), value)
    return table


def luck_table(session: Session, luck: OtherLuck, summary: dict[str, Any]) -> Table:
    """The main figures of a run, all settled, beside what other seeds give."""
    seeds = len(luck.seeds)
    table = Table(
        title=session.text(
            f"How much is luck: the same with {seeds} other seeds",
            f"运气有多大：换 {seeds} 个种子各演一次",
        ),
        title_justify="left", title_style="bold", header_style="bold", pad_edge=False, box=None,
    )  # fmt: skip
    table.add_column("", no_wrap=True)
    table.add_column(session.text("this run", "本次"), justify="right", no_wrap=True)
    table.add_column(session.text("middle", "居中"), justify="right", no_wrap=True)
    table.add_column(
        session.text(f"{luck.share:.0%} of runs", f"{luck.share:.0%} 的推演"), justify="right", no_wrap=True
    )
    for name in MAIN:
        one, own = luck.figures.get(name), figure_of(summary, name)
        if one is None or not any((own, one.low, one.high)):
            continue
        measure = measure_of(name)
        signed = isinstance(measure, Increment) and measure.signed
        own_cell, middle, low, high = (
            mean_shown(value, measure.unit, signed=signed) for value in (own, one.middle, one.low, one.high)
        )
        measured = "" if one.seeds == seeds else f" ({one.seeds}/{seeds})"
        more = session.text(", added", "（增量）") if signed else ""
        name_shown = f"  {session.text(measure.en, measure.zh)}{more}"
        table.add_row(name_shown, own_cell, middle, f"{low} … {high}{measured}")
    return table


def has_gains(summary: dict[str, Any]) -> bool:
    """Whether the same without the campaign was run."""
    return any(value is not None for value in summary["incremental"].values())


def _value(summary: dict[str, Any], measure: str | None) -> str:
    if measure is None:
        return ""
    one = measure_of(measure)
    section, _, name = measure.rpartition(".")
    value = summary[section or "runoff"][name]
    return shown(value, one.unit, signed=isinstance(one, Increment) and one.signed)


def shown(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A measured value as people read it; `signed` puts a plus before what is above 0."""
    if value is None:
        return "–"
    plus = "+" if signed and value > 0 else ""
    if unit == "fen":
        return plus + yuan(round(value))
    if unit == "share":
        return f"{plus}{value:.1%}" if abs(value) >= 0.1 or value == 0 else f"{plus}{value:.2%}"
    if unit == "hours":
        return f"{plus}{value:,.1f} h"
    if unit == "seconds":
        return f"{plus}{value:,.0f} s"
    if unit == "days":
        return f"{plus}{value:,.0f} d"
    return f"{plus}{value:,}" if isinstance(value, int) else f"{plus}{value:,.2f}"


def mean_shown(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A mean as people read it: what is counted, and money from ¥10 on, without decimals; 0 has no sign."""
    if value is None:
        return shown(None, unit)
    if unit == "fen" and (abs(value) >= 1_000 or value == 0):
        text = f"¥{abs(value) / 100:,.0f}"
    elif unit not in ("fen", "share", "days", "hours", "seconds", "ratio"):
        text = f"{abs(value):,{'.0f' if abs(value) >= 10 or value == int(value) else '.1f'}}"
    else:
        text = shown(abs(value), unit)
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{'−' if value < 0 else '+' if signed else ''}{text}"


def label(session: Session, metric: Metric) -> str:
    """A metric's name in the chosen language."""
    return session.text(metric.en, metric.zh)


def _section(table: Table, name: str) -> None:
    if table.row_count:
        table.add_row()
    table.add_row(Text(name, style="bold"))


def _row(session: Session, table: Table, metric: Metric, runoff: float | None, horizon: float | None) -> None:
    per = session.text(metric.per_en, metric.per_zh)
    cells = (shown(runoff, metric.unit), shown(horizon, metric.unit))
    table.add_row(f"  {label(session, metric)}", *cells, f"  {per}" if per else "")
