"""`shapan run`: one campaign in one community."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.commands.engine import ready_engine, warn_if_slow
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session, warning_data, warning_line
from sim.commands.summary_table import incremental_table, summary_table
from sim.network.load import GraphFormat
from sim.own_rules import load_own_rules
from sim.play import FULL_MEMBERS_MAX, chosen_engine
from sim.results import EVENTS, check_folder, manifest, scratch_folder, summary_data, write_results
from sim.run import RunResult, prepare, read_files, run
from sim.scenario.load import Loaded, load_scenario, parse_assignment
from sim.scenario.model import Scenario
from sim.units import yuan


@dataclass(frozen=True)
class RunOptions:
    """What `shapan run` was told; see its help."""

    scenario: str
    graph: tuple[Path, ...]
    graph_format: GraphFormat | None
    seed: int | None
    members: int | None
    engine: str
    events: str
    rules: str | None
    variant: str | None
    sets: tuple[str, ...]
    out: Path | None
    force: bool
    twin: bool
    progress: ProgressStyle


def run_command(session: Session, options: RunOptions) -> None:
    """Run a scenario, write its results and show them.

    Raises:
        ShapanError: see `sim.run` and `sim.results`.
    """
    loaded = load_scenario(options.scenario, options.variant, assignments(options.sets))
    if options.out is not None:
        check_folder(options.out, force=options.force)
    own = load_own_rules(options.rules)
    asked: dict[str, Any] = {"engine": options.engine, "events": options.events, "own": own}
    engine = chosen_engine(options.engine, own)[0]
    ready_engine(session, engine, options.progress)
    files = read_files(options.graph, options.graph_format)
    prepared = prepare(loaded.scenario, files=files, members=options.members, seed=options.seed)
    warn_if_slow(session, engine, prepared.graph.n)
    inputs = {
        "scenario": options.scenario,
        "variant": options.variant,
        "sets": list(options.sets),
        "rules": options.rules,
        "files": list(loaded.files),
        "warnings": [warning_data(warning) for warning in loaded.warnings],
    }
    with ExitStack() as place:
        events_file = None
        if options.out is not None and prepared.graph.n > FULL_MEMBERS_MAX:
            events_file = place.enter_context(scratch_folder(options.out)) / EVENTS
        with reporting(session, options.progress) as progress:
            result = run(prepared, progress=progress, twin=options.twin, events_file=events_file, **asked)
        if options.out is None:
            written = manifest(result, inputs)
        else:
            written = write_results(options.out, result, inputs, force=options.force, events_file=events_file)
    if session.json:
        out = None if options.out is None else str(options.out)
        session.print_json({"summary": summary_data(result), "manifest": written, "out": out})
    elif not session.quiet:
        _show(session, loaded, result, written, options.out)


def assignments(sets: tuple[str, ...]) -> dict[str, object]:
    """Values set by hand, by path; of equal paths the last counts.

    Raises:
        ScenarioError: one is not of the form path=value.
    """
    return dict(parse_assignment(text) for text in sets)


def _show_budget(session: Session, scenario: Scenario, result: RunResult) -> None:
    """Marketing spent against the operator's budget, where there is one."""
    budget_fen, settled = scenario.operator.budget_fen, result.summary["runoff"]
    if budget_fen is None or not isinstance(settled, dict):
        return
    spent_fen = int(settled["marketing_fen"] or 0)
    over = session.text(": OVER IT", "：已超支") if spent_fen > budget_fen else ""
    session.say(
        session.text(
            f"Marketing took {yuan(spent_fen)} of the budget of {yuan(budget_fen)}{over}.",
            f"营销花费 {yuan(spent_fen)}，预算 {yuan(budget_fen)}{over}。",
        )
    )


def _show(
    session: Session, loaded: Loaded, result: RunResult, written: dict[str, Any], out: Path | None
) -> None:
    scenario, header = result.prepared.scenario, result.table.header
    name = session.text(scenario.name.en, scenario.name.zh) or scenario.id
    title = name if loaded.variant is None else f"{name} / {loaded.variant}"
    seed = session.text("seed", "种子")
    ran = f"{seed} {header.seed}, {session.text('engine', '引擎')} {result.engine}, events: {header.events}"
    session.console.print(summary_table(session, result.summary, f"{title}  ({ran})"))
    gained = incremental_table(session, result.summary)
    if gained is not None:
        session.say("")
        session.console.print(gained)
    session.say("")
    _show_budget(session, scenario, result)
    residual = result.summary["books_residual_fen"]
    if residual == 0:
        session.say(session.text("The books balance.", "账目平衡。"))
    else:
        session.say(session.text(f"The books do NOT balance: {residual} fen.", f"账目不平：{residual} 分。"))
    for offer in result.illegal_offers:
        session.say(
            session.text(
                f"ILLEGAL: {offer} may not be used; for study only.", f"违法：{offer} 不得使用，仅供研究。"
            )
        )
    session.say_fallback(result.engine, result.fallback_reason)
    session.say_notes(result.prepared.notes)
    for warning in loaded.warnings:
        session.say(f"{session.text('Warning: ', '提醒：')}{warning_line(warning, session)}")
    if loaded.warnings:
        session.say(session.text("(Warnings are no legal advice.)", "（提醒不构成法律意见。）"))
    seconds = f"{written['setup_seconds']:.1f} + {written['run_seconds']:.1f} s"
    session.say(
        session.text(
            f"{written['rows']:,} events in {seconds} (setup + run)",
            f"{written['rows']:,} 个事件，用时 {seconds}（准备 + 运行）",
        )
    )
    if out is not None:
        session.say(session.text(f"Written to {out}", f"已写入 {out}"))
