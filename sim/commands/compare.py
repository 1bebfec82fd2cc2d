"""`shapan compare`: designs against each other, on the same luck."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from sim.commands.engine import ready_engine, warn_if_slow
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.run import assignments
from sim.commands.session import Session
from sim.commands.summary_table import BECAUSE, NOT_RECORDED, label, shown
from sim.compare import (
    LOWER_IS_BETTER,
    Comparison,
    Design,
    Estimate,
    as_data,
    best,
    compare,
    difference,
    level,
    named,
    seeds_from,
)
from sim.errors import InputError
from sim.metrics.registry import METRICS
from sim.network.load import GraphFormat
from sim.own_rules import load_own_rules
from sim.play import chosen_engine
from sim.replace_file import replace_file
from sim.results import check_folder, staged_folder, write_json
from sim.run import read_files
from sim.scenario.load import Loaded, load_scenario, load_variants

COMPARISON, VALUES = "comparison.json", "values.csv"

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


@dataclass(frozen=True)
class CompareOptions:
    """What `shapan compare` was told; see its help."""

    designs: tuple[str, ...]
    variants: bool
    seeds: int
    seed: int | None
    graph: tuple[Path, ...]
    graph_format: GraphFormat | None
    members: int | None
    engine: str
    events: str
    rules: str | None
    sets: tuple[str, ...]
    out: Path | None
    force: bool
    twin: bool
    progress: ProgressStyle


def compare_command(session: Session, options: CompareOptions) -> None:
    """Compare designs, write what came out and show it.

    Raises:
        ShapanError: see `sim.compare`.
    """
    designs = _designs(options)
    if options.out is not None:
        check_folder(options.out, force=options.force)
    own = load_own_rules(options.rules)
    engine = chosen_engine(options.engine, own)[0]
    ready_engine(session, engine, options.progress)
    files = read_files(options.graph, options.graph_format)
    largest = max(design.scenario.population.members for design in designs)
    warn_if_slow(session, engine, options.members or (largest if files is None else files.graph.n))
    first = designs[0].scenario.run.seed if options.seed is None else options.seed
    with reporting(session, options.progress) as progress:
        comparison = compare(
            designs,
            seeds_from(first, options.seeds),
            files=files,
            members=options.members,
            engine=options.engine,
            events=options.events,
            own=own,
            twin=options.twin,
            progress=progress,
        )
    data = as_data(comparison)
    if options.out is not None:
        with staged_folder(options.out, force=options.force, last=COMPARISON) as stage:
            with replace_file(stage / VALUES) as file:
                file.write(_values_csv(comparison).encode("utf-8-sig"))
            write_json(stage / COMPARISON, data)
    if session.json:
        session.print_json(data)
    elif not session.quiet:
        _show(session, comparison)
        if options.out is not None:
            session.say(session.text(f"Written to {options.out}", f"已写入 {options.out}"))


def _designs(options: CompareOptions) -> tuple[Design, ...]:
    sets = assignments(options.sets)
    if options.variants:
        if len(options.designs) != 1:
            raise InputError("compare --variants: takes one scenario, and compares it with all its variants")
        loaded = load_variants(options.designs[0], sets)
        if len(loaded) < 2:
            raise InputError(f"{options.designs[0]}: has no variants to compare")
        return tuple(Design(one.variant or one.scenario.id, one.scenario) for one in loaded)
    if len(options.designs) < 2:
        raise InputError(
            "compare: needs two or more designs; or --variants, to compare one with its variants"
        )
    designs = []
    for text in options.designs:
        one = _load(text, sets)
        name = one.scenario.id if one.variant is None else f"{one.scenario.id}:{one.variant}"
        designs.append(Design(name, one.scenario))
    return named(designs)


def _load(text: str, sets: dict[str, object]) -> Loaded:
    """Load `file` or `file:variant`; a file whose own name has a colon goes first."""
    name, colon, variant = text.rpartition(":")
    if not colon or not name or Path(text).is_file():
        return load_scenario(text, None, sets)
    return load_scenario(name, variant, sets)


def _show(session: Session, comparison: Comparison) -> None:
    seeds = len(comparison.seeds)
    first = comparison.names[0]
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
    units = {metric.name: (metric.unit, label(session, metric)) for metric in METRICS}
    units |= {name: (unit, session.text(en, zh)) for name, unit, en, zh in _GAINED}
    for metric in (*_SHOWN, *(name for name, *_ in _GAINED)):
        if metric not in comparison.values:
            continue
        if metric in comparison.unavailable:
            table.add_row(Text(units[metric][1], style="bold"), session.text(*NOT_RECORDED), BECAUSE)
            continue
        levels = [level(comparison, metric, number) for number in range(len(comparison.names))]
        if not any(one.mean for one in levels):
            continue
        unit, name = units[metric]
        less = session.text(" (less is better)", "（越少越好）") if metric in LOWER_IS_BETTER else ""
        table.add_row(Text(name + less, style="bold"))
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
                _shown(levels[number].mean, unit),
                "" if number == 0 else _shown(gap.mean, unit, signed=True),
                interval,
                session.text(
                    f"{won.wins[number]} of {won.seeds} seeds", f"{won.wins[number]}/{won.seeds} 个种子"
                )
                if won.seeds
                else "",
            )
    session.console.print(table)
    if seeds == 1:
        session.say(
            session.text(
                "One seed gives no interval: use --seeds 10 or more.",
                "仅一个种子没有区间：请用 --seeds 10 或更多。",
            )
        )
    if comparison.books_residual_fen:
        session.say(session.text("The books do NOT balance in every run.", "有的运行账目不平。"))
    session.say(
        session.text(
            f"Engine {comparison.engine}, events: {comparison.events}",
            f"引擎 {comparison.engine}，events: {comparison.events}",
        )
    )
    session.say_fallback(comparison.engine, comparison.fallback_reason)
    session.say_notes(comparison.notes)


def _shown(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A mean, which may have decimals where single values have none."""
    if value is not None and unit not in ("fen", "share", "hours", "ratio") and abs(value) >= 100:
        return shown(round(value), unit, signed=signed)
    return shown(value, unit, signed=signed)


def _values_csv(comparison: Comparison) -> str:
    """One row for each metric, design and seed; metrics that were not recorded have none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("metric", "design", "seed", "value"))
    for metric, values in comparison.values.items():
        if metric in comparison.unavailable:
            continue
        for number, design in enumerate(comparison.names):
            for seed, value in zip(comparison.seeds, values[number].tolist(), strict=True):
                writer.writerow(
                    (
                        metric,
                        design,
                        seed,
                        "" if math.isnan(value) else f"{value:g}" if value != int(value) else int(value),
                    )
                )
    return text.getvalue()
