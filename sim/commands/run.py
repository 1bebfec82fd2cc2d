"""`shapan run`: one campaign in one community."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from sim.calibration.calibration import DEFAULT, find_calibration, shipped_calibrations
from sim.calibration.ranges import Range, ranges
from sim.commands.one_run import OneRun, RunOptions, get_ready, load, one_run
from sim.commands.progress import reporting
from sim.commands.range_table import range_table
from sim.commands.session import Session, warning_line
from sim.commands.summary_table import incremental_table, luck_table, money_table, summary_table
from sim.errors import InputError
from sim.luck import LEAST_SEEDS, luck_data
from sim.metrics.budget import budget_short_by_offer
from sim.metrics.measure import unavailable
from sim.metrics.metric import Number
from sim.results import check_folder, staged_folder, summary_data, write_json
from sim.run import Progress, RunResult
from sim.units import yuan

RANGES = "calibrations.json"
"""File with the ranges over all calibrations, beside a folder for each of them."""


def run_command(session: Session, options: RunOptions) -> None:
    """Run a scenario, with one calibration or with all that ship, write its results and show them.

    Raises:
        ShapanError: see `sim.run` and `sim.results`.
    """
    _check_keep_twin(options)
    _check_interval_seeds(options)
    if options.calibrations:
        _run_over_calibrations(session, options)
        return
    calibration = None if options.calibration is None else find_calibration(options.calibration)
    loaded = load(options, calibration)
    if options.out is not None:
        check_folder(options.out, force=options.force)
    bench = get_ready(session, options)
    name = DEFAULT if calibration is None else calibration.id
    with reporting(session, options.progress) as progress:
        told = options.out is not None or session.json or not session.quiet
        one = one_run(session, options, bench, loaded, name, options.out, progress, luck=told)
    if session.json:
        out = None if options.out is None else str(options.out)
        summary = summary_data(one.result, one.inputs)
        luck = None if one.luck is None else luck_data(one.luck)
        session.print_json({"summary": summary, "manifest": one.manifest, "intervals": luck, "out": out})
    elif not session.quiet:
        _show(session, one, options.out)


def _check_keep_twin(options: RunOptions) -> None:
    """See that there will be a twin to keep, and a place to keep it in.

    Raises:
        InputError: there is not.
    """
    if options.keep_twin and not options.twin:
        raise InputError(
            "run: --keep-twin and --no-twin cannot be used together: there is nothing to keep",
            "run：--keep-twin 与 --no-twin 不能同时使用：没有可保留的对照运行",
        )
    if options.keep_twin and options.out is None:
        raise InputError(
            "run: --keep-twin keeps events in the folder of results; name it with --out",
            "run：--keep-twin 把事件保存到结果文件夹；请用 --out 指明",
        )


def _check_interval_seeds(options: RunOptions) -> None:
    """See that there will be seeds enough for an interval, and one run that it is of.

    Raises:
        InputError: there will not.
    """
    if options.interval_seeds and options.calibrations:
        raise InputError(
            "run: --interval-seeds and --calibrations cannot be used together",
            "run：--interval-seeds 与 --calibrations 不能同时使用",
        )
    if options.interval_seeds and options.interval_seeds < LEAST_SEEDS:
        raise InputError(
            f"run: --interval-seeds must be 0, or {LEAST_SEEDS} or more, got {options.interval_seeds}",
            f"run：--interval-seeds 应为 0，或 {LEAST_SEEDS} 及以上，实际为 {options.interval_seeds}",
        )


def _show_luck(session: Session, one: OneRun) -> None:
    """How far other luck takes the main figures; or how to be told."""
    if one.luck is not None:
        session.console.print(luck_table(session, one.luck, one.result.summary))
        session.say("")
    else:
        session.say(
            session.text(
                "One run is one luck: --interval-seeds 19 says how far others lie from it.",
                "一次推演只是一种运气：加 --interval-seeds 19 可知其他种子相差多远。",
            )
        )
        session.say("")


def _show_budget(session: Session, result: RunResult, whose: str = "") -> None:
    """Marketing spent against the operator's budget, where there is one."""
    scenario, settled = result.prepared.scenario, result.summary["runoff"]
    budget_fen = scenario.operator.budget_fen
    if budget_fen is None or not isinstance(settled, dict):
        return
    spent_fen = int(settled["marketing_fen"] or 0)
    over = session.text(": OVER IT", "：已超支") if spent_fen > budget_fen else ""
    for id_, people in budget_short_by_offer(result.table).items():
        session.say(
            whose
            + session.text(
                f"The budget was too small: {id_} did without {people:,} (messages, hires or prizes).",
                f"预算不足：{id_} 少了 {people:,} 人次（推送、聘请或奖金）。",
            )
        )
    full_fen = int(settled["promotion_fen"] or 0)
    session.say(
        whose
        + session.text(
            f"Marketing took {yuan(spent_fen)} in cash of the budget of {yuan(budget_fen)}{over}; "
            f"with price cuts and coupons {yuan(full_fen)}.",
            f"现金花费 {yuan(spent_fen)}，预算 {yuan(budget_fen)}{over}；含让价与券共 {yuan(full_fen)}。",
        )
    )


def _show_size(session: Session, one: OneRun) -> None:
    """That sums are those of a smaller or larger community than the scenario is written for."""
    written, here = one.loaded.scenario.population.members, one.result.table.header.members
    if one.result.prepared.files is None and here != written:
        session.say(
            session.text(
                f"Money is that of {here:,} members: the scenario is written for {written:,}, and what the "
                "whole shop has or pays once is scaled.",
                f"金额为 {here:,} 名成员之数：场景按 {written:,} 名编写，全店的库存与一次性支出按比例缩放。",
            )
        )


def _run_over_calibrations(session: Session, options: RunOptions) -> None:
    """Run the scenario with every calibration that ships; results go into a folder of each."""
    if options.calibration is not None:
        raise InputError(
            "run: --calibration and --calibrations cannot be used together",
            "run：--calibration 与 --calibrations 不能同时使用",
        )
    calibrations = shipped_calibrations()
    loaded = [load(options, calibration) for calibration in calibrations]
    if options.out is not None:
        check_folder(options.out, force=options.force)
    bench = get_ready(session, options)
    with ExitStack() as ending:
        stage = None
        if options.out is not None:
            stage = ending.enter_context(staged_folder(options.out, force=options.force, last=RANGES))
        runs: dict[str, OneRun] = {}
        with reporting(session, options.progress) as progress:
            for calibration, one in zip(calibrations, loaded, strict=True):
                out = None if stage is None else stage / calibration.id
                report = _of_calibration(progress, calibration.id)
                runs[calibration.id] = one_run(session, options, bench, one, calibration.id, out, report)
        found = ranges([one.result.summary for one in runs.values()])
        data = {
            "default": DEFAULT,
            "calibrations": list(runs),
            "ranges": {name: _range_data(section) for name, section in found.items()},
        }
        if stage is not None:
            write_json(stage / RANGES, data)
    if session.json:
        each = {
            name: {"summary": summary_data(one.result, one.inputs), "manifest": one.manifest}
            for name, one in runs.items()
        }
        session.print_json(data | {"runs": each, "out": None if options.out is None else str(options.out)})
    elif not session.quiet:
        _show_ranges(session, runs, found, options.out)


def _of_calibration(progress: Progress | None, name: str) -> Progress | None:
    return None if progress is None else lambda stage, share: progress(f"{name}, {stage}", share)


def _range_data(section: Mapping[str, Range]) -> dict[str, dict[str, Number]]:
    return {name: asdict(one) for name, one in section.items()}


def _show(session: Session, one: OneRun, out: Path | None) -> None:
    calibration = one.inputs["calibration"]
    more = "" if calibration == DEFAULT else f", {session.text('calibration', '标定')} {calibration}"
    session.console.print(_title(session, one, more), style="bold")
    session.say("")
    gained = incremental_table(session, one.result.summary)
    if gained is not None:
        session.console.print(gained)
        session.say("")
    session.console.print(money_table(session, one.result.summary))
    _show_size(session, one)
    session.say("")
    _show_luck(session, one)
    session.console.print(summary_table(session, one.result.summary))
    session.say("")
    _show_budget(session, one.result)
    _say_books(session, one.result, "")
    _say_about(session, one)
    written = one.manifest
    seconds = f"{written['setup_seconds']:.1f} + {written['run_seconds']:.1f} s"
    session.say(
        session.text(
            f"{written['rows']:,} events in {seconds} (setup + run)",
            f"{written['rows']:,} 个事件，用时 {seconds}（准备 + 运行）",
        )
    )
    if out is not None:
        session.say(session.text(f"Written to {out}", f"已写入 {out}"))


def _show_ranges(
    session: Session, runs: Mapping[str, OneRun], found: Mapping[str, Mapping[str, Range]], out: Path | None
) -> None:
    first = runs[DEFAULT]
    missing = frozenset(name for one in runs.values() for name in unavailable(one.result.table.header))
    session.console.print(range_table(session, found, missing, _title(session, first, "")))
    session.say("")
    session.say(
        session.text(
            f"Range over the calibrations {', '.join(runs)}, each on the same luck; value: {DEFAULT}.",
            f"范围涵盖各标定（{'、'.join(runs)}），运气相同；“值”为 {DEFAULT}。",
        )
    )
    for name, one in runs.items():
        _show_budget(session, one.result, f"{name}: ")
        _say_books(session, one.result, f"{name}: ")
    _say_about(session, first)
    if out is not None:
        session.say(session.text(f"Written to {out}", f"已写入 {out}"))


def _title(session: Session, one: OneRun, more: str) -> str:
    scenario, header = one.result.prepared.scenario, one.result.table.header
    name = session.text(scenario.name.en, scenario.name.zh) or scenario.id
    title = name if one.loaded.variant is None else f"{name} / {one.loaded.variant}"
    engine = f"{session.text('engine', '引擎')} {one.result.engine}"
    return f"{title}  ({session.text('seed', '种子')} {header.seed}, {engine}, events: {header.events}{more})"


def _say_books(session: Session, result: RunResult, whose: str) -> None:
    residual = result.summary["books_residual_fen"]
    if residual == 0:
        session.say(whose + session.text("The books balance.", "账目平衡。"))
    else:
        session.say(
            whose + session.text(f"The books do NOT balance: {residual} fen.", f"账目不平：{residual} 分。")
        )


def _say_about(session: Session, one: OneRun) -> None:
    """What must be known of a run beside its figures."""
    result = one.result
    for offer in result.illegal_offers:
        session.say(
            session.text(
                f"ILLEGAL: {offer} may not be used; for study only.", f"违法：{offer} 不得使用，仅供研究。"
            )
        )
    session.say_fallback(result.engine, result.fallback_reason)
    session.say_notes(result.prepared.notes)
    warnings = one.loaded.warnings_of(result.prepared.scenario)
    for warning in warnings:
        session.say(f"{session.text('Warning: ', '提醒：')}{warning_line(warning, session)}")
    if warnings:
        session.say(session.text("(Warnings are no legal advice.)", "（提醒不构成法律意见。）"))
