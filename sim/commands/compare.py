"""`shapan compare`: designs against each other, on the same luck."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.text import Text as Cell

from sim.calibration.agreement import Order, orders
from sim.calibration.calibration import DEFAULT, Calibration, find_calibration, shipped_calibrations
from sim.commands.compare_table import comparison_table, disagreements, few_seeds, legend, verdicts
from sim.commands.engine import ready_engine, warn_if_slow
from sim.commands.graphs import read_asked
from sim.commands.one_run import assignments
from sim.commands.options import GraphAsked
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.compare import Comparison, Design, as_data, compare, judged, named, seeds_from
from sim.errors import InputError
from sim.estimate import least_seeds
from sim.metrics.measure import asking_messages
from sim.metrics.metric import GAINED
from sim.metrics.registry import INCREMENTS, METRICS, unit_of
from sim.own_rules import load_own_rules
from sim.play import chosen_engine
from sim.replace_file import replace_file
from sim.results import check_folder, staged_folder, write_json
from sim.scenario.load import Loaded, load_scenario, load_variants
from sim.settings.problems import RuleError
from sim.sweep.outputs import HORIZON, output_of

COMPARISON, VALUES = "comparison.json", "values.csv"

BY, BY_WITHOUT_TWIN = f"{GAINED}.margin_fen", "margin_fen"
"""What the verdict is on unless something else is asked for."""

COMPARE = "compare"
"""Stage of a comparison in the lines of progress."""


@dataclass(frozen=True)
class CompareOptions:
    """What `shapan compare` was told; see its help."""

    designs: tuple[str, ...]
    variants: bool
    calibration: str | None
    calibrations: bool
    by: str | None
    seeds: int | None
    workers: int | None
    seed: int | None
    graph: GraphAsked
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
    """Compare designs, with one calibration or with all that ship; write what came out and show it.

    Raises:
        ShapanError: see `sim.compare`.
    """
    by = _outcome(options)
    calibrations = _calibrations(options)
    designs = {name: _designs(options, one) for name, one in calibrations.items()}
    if options.out is not None:
        check_folder(options.out, force=options.force)
    engine = chosen_engine(options.engine, load_own_rules(options.rules))[0]
    ready_engine(session, options.progress)
    files = read_asked(session, options.graph)
    first = next(iter(designs.values()))
    largest = max(design.scenario.population.members for design in first)
    warn_if_slow(session, engine, options.members or (largest if files is None else files.graph.n))
    seed = first[0].scenario.run.seed if options.seed is None else options.seed
    with reporting(session, options.progress) as progress:
        comparisons = compare(
            designs,
            seeds_from(seed, options.seeds or least_seeds(unit_of(by))),
            files=files,
            members=options.members,
            engine=options.engine,
            events=options.events,
            rules=options.rules,
            twin=options.twin,
            workers=options.workers,
            progress=None if progress is None else lambda done, runs: progress(COMPARE, done / runs),
        )
    data = _data(comparisons, by)
    if options.out is not None:
        with staged_folder(options.out, force=options.force, last=COMPARISON) as stage:
            with replace_file(stage / VALUES) as file:
                file.write(_values_csv(comparisons).encode("utf-8-sig"))
            write_json(stage / COMPARISON, data)
    if session.json:
        session.print_json(data)
    elif not session.quiet:
        _show(session, comparisons, by, details=options.calibrations)
        if options.out is not None:
            session.say(session.text(f"Written to {options.out}", f"已写入 {options.out}"))


def _outcome(options: CompareOptions) -> str:
    """What the verdict is on."""
    if options.by is None:
        return BY if options.twin else BY_WITHOUT_TWIN
    try:
        found = output_of(options.by)
    except RuleError as error:
        raise InputError(f"compare --by: {error.text.en}", f"compare --by：{error.text.zh}") from error
    if found.section == GAINED and not options.twin:
        raise InputError(
            f"compare --by {options.by}: is measured against the twin; leave out --no-twin",
            f"compare --by {options.by}：需与无活动对照相比；请去掉 --no-twin",
        )
    name = f"{GAINED}.{found.metric}" if found.section == GAINED else found.metric
    numbers = (*(metric.name for metric in METRICS), *(f"{GAINED}.{one.name}" for one in INCREMENTS))
    if found.section == HORIZON or name not in numbers:
        raise InputError(
            f"compare --by {options.by}: must be one number after the run-off, such as {BY}",
            f"compare --by {options.by}：应为结清后的单个数值，如 {BY}",
        )
    if options.events == "outcomes" and name in asking_messages():
        raise InputError(
            f"compare --by {options.by}: is not recorded with --events outcomes",
            f"compare --by {options.by}：使用 --events outcomes 时未记录",
        )
    return name


def _calibrations(options: CompareOptions) -> dict[str, Calibration | None]:
    """By id, the default one first; None stands for the defaults of the model."""
    if options.calibration is None:
        shipped = {one.id: one for one in shipped_calibrations()}
        return {DEFAULT: shipped[DEFAULT], **shipped}
    if options.calibrations:
        raise InputError(
            "compare: --calibration and --calibrations cannot be used together",
            "compare：--calibration 与 --calibrations 不能同时使用",
        )
    one = find_calibration(options.calibration)
    return {one.id: one}


def _data(comparisons: Mapping[str, Comparison], by: str) -> dict[str, object]:
    names = next(iter(comparisons.values())).names
    judgements = [
        {"design": name, "against": names[0]} | asdict(judged(comparisons, by, number))
        for number, name in enumerate(names)
        if number
    ]
    verdicts: dict[str, object] = {"by": by, "verdicts": judgements}
    if len(comparisons) == 1:
        ((name, one),) = comparisons.items()
        return as_data(one) | {"calibration": name} | verdicts
    metrics = dict.fromkeys(metric for one in comparisons.values() for metric in one.values)
    return verdicts | {
        "default": DEFAULT,
        "calibrations": {name: as_data(one) for name, one in comparisons.items()},
        "orders": {
            metric: [_order_data(order, names) for order in orders(comparisons, metric)]
            for metric in metrics
            if all(metric in one.values for one in comparisons.values())
        },
    }


def _order_data(order: Order, names: tuple[str, ...]) -> dict[str, object]:
    return {
        "designs": [names[number] for number in order.designs],
        "better": {
            calibration: None if number is None else names[number]
            for calibration, number in order.better.items()
        },
        "agreement": order.agreement,
    }


def _designs(options: CompareOptions, calibration: Calibration | None) -> tuple[Design, ...]:
    sets = assignments(options.sets)
    if options.variants:
        if len(options.designs) != 1:
            raise InputError(
                "compare --variants: takes one scenario, and compares it with all its variants",
                "compare --variants：只接受一个场景，与其所有变体比较",
            )
        loaded = load_variants(options.designs[0], sets, calibration)
        if len(loaded) < 2:
            raise InputError(
                f"{options.designs[0]}: has no variants to compare", f"{options.designs[0]}: 没有可比较的变体"
            )
        return tuple(Design(one.variant or one.scenario.id, one.scenario) for one in loaded)
    if len(options.designs) < 2:
        raise InputError(
            "compare: needs two or more designs; or --variants, to compare one with its variants",
            "compare：至少需要两个方案；或用 --variants 将一个场景与其变体比较",
        )
    designs = []
    for text in options.designs:
        one = _load(text, sets, calibration)
        name = one.scenario.id if one.variant is None else f"{one.scenario.id}:{one.variant}"
        designs.append(Design(name, one.scenario))
    return named(designs)


def _load(text: str, sets: dict[str, object], calibration: Calibration | None) -> Loaded:
    """Load `file` or `file:variant`; a file whose own name, or drive, has a colon goes first."""
    name, colon, variant = text.rpartition(":")
    drive = len(name) == 1 and variant.startswith(("/", "\\"))
    if not colon or not name or drive or Path(text).is_file():
        return load_scenario(text, None, sets, calibration)
    return load_scenario(name, variant, sets, calibration)


def _show(session: Session, comparisons: Mapping[str, Comparison], by: str, *, details: bool) -> None:
    one = next(iter(comparisons.values()))
    for line in verdicts(session, comparisons, by):
        session.console.print(Cell(line, style="bold"))
    session.say("")
    for line in legend(one):
        session.say(line)
    session.say("")
    session.console.print(comparison_table(session, comparisons, details=details))
    for line in few_seeds(session, one, by):
        session.say(line)
    if len(comparisons) > 1:
        for line in disagreements(session, comparisons):
            session.say(line)
        if not details:
            session.say(
                session.text(
                    "Figures under each calibration: --calibrations, or --json.",
                    "各标定下的数值：--calibrations 或 --json。",
                )
            )
    if any(each.books_residual_fen for each in comparisons.values()):
        session.say(session.text("The books do NOT balance in every run.", "有的运行账目不平。"))
    for line in _short_budgets(session, comparisons):
        session.say(line)
    session.say(
        session.text(f"Engine {one.engine}, events: {one.events}", f"引擎 {one.engine}，events: {one.events}")
    )
    session.say_fallback(one.engine, one.fallback_reason)
    session.say_notes(one.notes)


def _short_budgets(session: Session, comparisons: Mapping[str, Comparison]) -> list[str]:
    """A line for each design whose budget ended before its plans did."""
    lines = []
    for calibration, one in comparisons.items():
        for name, short in zip(one.names, one.values.get("budget_short", ()), strict=False):
            if runs := int((short > 0).sum()):
                whose = f"{name} ({calibration})" if len(comparisons) > 1 else name
                lines.append(
                    session.text(
                        f"{whose}: the budget was too small in {runs} of {len(short)} runs; on average "
                        f"{short.mean():,.0f} messages, hires or prizes were left out.",
                        f"{whose}：{len(short)} 次里有 {runs} 次预算不足；平均少了 {short.mean():,.0f} 人次"
                        "（推送、聘请或奖金）。",
                    )
                )
    return lines


def _values_csv(comparisons: Mapping[str, Comparison]) -> str:
    """One row for each metric, design and seed; metrics that were not recorded have none."""
    several = len(comparisons) > 1
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*(("calibration",) if several else ()), "metric", "design", "seed", "value"))
    for calibration, comparison in comparisons.items():
        for metric, values in comparison.values.items():
            if metric in comparison.unavailable:
                continue
            for number, design in enumerate(comparison.names):
                for seed, value in zip(comparison.seeds, values[number].tolist(), strict=True):
                    row = (metric, design, seed, _value_csv(value))
                    writer.writerow((calibration, *row) if several else row)
    return text.getvalue()


def _value_csv(value: float) -> str | int:
    if math.isnan(value):
        return ""
    return f"{value:g}" if value != int(value) else int(value)
