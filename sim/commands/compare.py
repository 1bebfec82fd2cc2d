"""`shapan compare`: designs against each other, on the same luck."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sim.calibration.calibration import DEFAULT, Calibration, find_calibration, shipped_calibrations
from sim.calibration.recommended import recommended
from sim.commands.compare_table import comparison_table, disagreements
from sim.commands.engine import ready_engine, warn_if_slow
from sim.commands.one_run import assignments
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.compare import Comparison, Design, as_data, compare, named, seeds_from
from sim.errors import InputError
from sim.network.load import GraphFormat
from sim.own_rules import load_own_rules
from sim.play import chosen_engine
from sim.replace_file import replace_file
from sim.results import check_folder, staged_folder, write_json
from sim.run import Progress, read_files
from sim.scenario.load import Loaded, load_scenario, load_variants

COMPARISON, VALUES = "comparison.json", "values.csv"


@dataclass(frozen=True)
class CompareOptions:
    """What `shapan compare` was told; see its help."""

    designs: tuple[str, ...]
    variants: bool
    calibration: str | None
    calibrations: bool
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
    """Compare designs, with one calibration or with all that ship; write what came out and show it.

    Raises:
        ShapanError: see `sim.compare`.
    """
    calibrations = _calibrations(options)
    by_calibration = {name: _designs(options, one) for name, one in calibrations.items()}
    designs = next(iter(by_calibration.values()))
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
        comparisons = {
            name: compare(
                these,
                seeds_from(first, options.seeds),
                files=files,
                members=options.members,
                engine=options.engine,
                events=options.events,
                own=own,
                twin=options.twin,
                progress=_part(progress, number, len(by_calibration)),
            )
            for number, (name, these) in enumerate(by_calibration.items())
        }
    data = _data(comparisons, several=options.calibrations)
    if options.out is not None:
        with staged_folder(options.out, force=options.force, last=COMPARISON) as stage:
            with replace_file(stage / VALUES) as file:
                file.write(_values_csv(comparisons, several=options.calibrations).encode("utf-8-sig"))
            write_json(stage / COMPARISON, data)
    if session.json:
        session.print_json(data)
    elif not session.quiet:
        _show(session, comparisons)
        if options.out is not None:
            session.say(session.text(f"Written to {options.out}", f"已写入 {options.out}"))


def _calibrations(options: CompareOptions) -> dict[str, Calibration | None]:
    """By id; None stands for the defaults of the model."""
    if options.calibrations:
        if options.calibration is not None:
            raise InputError(
                "compare: --calibration and --calibrations cannot be used together",
                "compare：--calibration 与 --calibrations 不能同时使用",
            )
        return {one.id: one for one in shipped_calibrations()}
    if options.calibration is None:
        return {DEFAULT: None}
    one = find_calibration(options.calibration)
    return {one.id: one}


def _part(progress: Progress | None, number: int, parts: int) -> Progress | None:
    return None if progress is None else lambda stage, share: progress(stage, (number + share) / parts)


def _data(comparisons: Mapping[str, Comparison], *, several: bool) -> dict[str, object]:
    if not several:
        ((name, one),) = comparisons.items()
        return as_data(one) | {"calibration": name}
    metrics = dict.fromkeys(metric for one in comparisons.values() for metric in one.values)
    return {
        "default": DEFAULT,
        "calibrations": {name: as_data(one) for name, one in comparisons.items()},
        "recommended": {
            metric: asdict(recommended(comparisons, metric))
            for metric in metrics
            if all(metric in one.values for one in comparisons.values())
        },
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
    """Load `file` or `file:variant`; a file whose own name has a colon goes first."""
    name, colon, variant = text.rpartition(":")
    if not colon or not name or Path(text).is_file():
        return load_scenario(text, None, sets, calibration)
    return load_scenario(name, variant, sets, calibration)


def _show(session: Session, comparisons: Mapping[str, Comparison]) -> None:
    session.console.print(comparison_table(session, comparisons))
    one = next(iter(comparisons.values()))
    if len(comparisons) > 1:
        _show_disagreements(session, comparisons)
    if len(one.seeds) == 1:
        session.say(
            session.text(
                "One seed gives no interval: use --seeds 10 or more.",
                "仅一个种子没有区间：请用 --seeds 10 或更多。",
            )
        )
    if any(each.books_residual_fen for each in comparisons.values()):
        session.say(session.text("The books do NOT balance in every run.", "有的运行账目不平。"))
    session.say(
        session.text(f"Engine {one.engine}, events: {one.events}", f"引擎 {one.engine}，events: {one.events}")
    )
    session.say_fallback(one.engine, one.fallback_reason)
    session.say_notes(one.notes)


def _show_disagreements(session: Session, comparisons: Mapping[str, Comparison]) -> None:
    lines = disagreements(session, comparisons)
    if not lines:
        session.say(
            session.text(
                "The best design is the same with all calibrations, by every metric shown.",
                "按所示各项指标，最优方案在各标定下一致。",
            )
        )
        return
    session.say(
        session.text("THE BEST DESIGN DEPENDS ON THE CALIBRATION, by:", "最优方案取决于标定，涉及以下指标：")
    )
    for line in lines:
        session.say(f"  {line}")


def _values_csv(comparisons: Mapping[str, Comparison], *, several: bool) -> str:
    """One row for each metric, design and seed; metrics that were not recorded have none."""
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
