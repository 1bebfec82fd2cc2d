"""`shapan conform`: an engine, or a user's own mechanic, put to the conformance suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from sim.commands.engine import ready_engine
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.conform.cases import Case, drawn_case
from sim.conform.checks import Subject
from sim.conform.corners import corner_cases
from sim.conform.engines import NamedEngine, WithMechanic, load_mechanic
from sim.conform.suite import FRESH, Verdict, conform
from sim.errors import InputError, RunError
from sim.results import write_json
from sim.run import prepare
from sim.scenario.load import load_scenario

REFERENCE = "mesa"
"""The engine that the others must equal."""

STAGE = "conform"

_NAMES = {
    FRESH: "新进程",
    "determinism": "确定性",
    "conservation": "资金守恒",
    "order of events": "先因后果",
    "orders": "订单终结",
    "stock and limits": "库存与限购",
    "groups": "拼团",
    "commission": "佣金",
    "zero effect": "无作用则无影响",
    "identical events": "事件相同",
    "forced draws": "极端随机",
}


@dataclass(frozen=True)
class ConformOptions:
    """What `shapan conform` was told; see its help."""

    engine: str | None
    scenario: tuple[str, ...]
    members: int | None
    mechanic: str | None
    settings: str
    inert: str | None
    count: int
    seed: int
    report: Path | None
    progress: ProgressStyle


def conform_command(session: Session, options: ConformOptions) -> None:
    """Check, show the verdicts, and write the report.

    Raises:
        InputError: the options, a scenario or the mechanic are not usable.
        RunError: a check has failed.
    """
    subject, name = _subject(options)
    cases = _cases(options)
    ready_engine(session, options.progress)
    with reporting(session, options.progress) as progress:
        step = None if progress is None else lambda share: progress(STAGE, share)
        report = conform(subject, cases, progress=step)
    verdicts, coverage = report.verdicts, report.coverage
    data = {
        "tested": name,
        "cases": [case.name for case in cases],
        "passed": report.passed,
        "verdicts": [asdict(verdict) | {"passed": verdict.passed} for verdict in verdicts],
        "settings_exercised": sorted(coverage.exercised),
        "settings_never": coverage.never,
        "events_never": coverage.missing_events,
    }
    if options.report is not None:
        write_json(options.report, data)
    if session.json:
        session.print_json(data)
    elif not session.quiet:
        session.console.print(_table(session, verdicts, f"{name}  ({len(cases)})"))
        settings = f"{len(coverage.exercised)} / {len(coverage.exercised) + len(coverage.never)}"
        events = f"{len(coverage.events)} / {len(coverage.events) + len(coverage.missing_events)}"
        session.say(
            session.text(
                f"\nValues of settings exercised: {settings}; kinds, reasons, routes, channels: {events}",
                f"\n覆盖的设置取值：{settings}；事件、原因、路径与渠道：{events}",
            )
        )
        for verdict in verdicts:
            if not verdict.passed:
                where = f"{_name(session, verdict)} · {verdict.failed[0]}"
                session.say(f"\n{where}\n{verdict.finding}")
    failed = [verdict.check for verdict in verdicts if not verdict.passed]
    if failed and session.json:
        raise click.exceptions.Exit(RunError.exit_code)  # the one document says why
    if failed:
        raise RunError(
            f"{name} does not conform: {', '.join(failed)}",
            f"{name} 不符合规范：{'、'.join(_NAMES[check] for check in failed)}",
        )


def _subject(options: ConformOptions) -> tuple[Subject, str]:
    """What is tested, and its name."""
    if options.mechanic is None:
        if options.inert is not None or options.settings != "{}":
            raise InputError(
                "--settings and --inert are of a --mechanic; there is none",
                "--settings 与 --inert 须与 --mechanic 同用",
            )
        name = options.engine or REFERENCE
        return Subject(NamedEngine(name), None if name == REFERENCE else NamedEngine(REFERENCE)), name
    if options.engine not in (None, REFERENCE):
        raise InputError(
            f"--engine {options.engine}: a mechanic of one's own runs on {REFERENCE} only",
            f"--engine {options.engine}：自编玩法只能在 {REFERENCE} 引擎上运行",
        )
    tested = load_mechanic(options.mechanic, options.settings)
    if options.inert is None:
        return Subject(tested), options.mechanic
    inert: WithMechanic = load_mechanic(options.mechanic, options.inert)
    return Subject(tested, inert=inert, without=NamedEngine(REFERENCE)), options.mechanic


def _cases(options: ConformOptions) -> list[Case]:
    """The scenarios that were named, or generated ones."""
    if options.scenario:
        made = []
        for name in options.scenario:
            prepared = prepare(load_scenario(name).scenario, members=options.members)
            made.append(Case(name, prepared.scenario, prepared.graph))
        return made
    if options.members is not None:
        raise InputError(
            "--members is of a --scenario; generated ones are small as they are",
            "--members 须与 --scenario 同用；生成的场景本来就小",
        )
    drawn = [drawn_case(options.seed, number) for number in range(options.count)]
    return [*drawn, *corner_cases(options.seed)]


def _table(session: Session, verdicts: Sequence[Verdict], title: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column(session.text("check", "检查"), no_wrap=True)
    table.add_column(session.text("cases", "场景数"), justify="right")
    table.add_column(session.text("verdict", "结论"))
    for verdict in verdicts:
        table.add_row(_name(session, verdict), str(verdict.cases), _word(session, verdict))
    return table


def _name(session: Session, verdict: Verdict) -> str:
    return session.text(verdict.check, _NAMES[verdict.check])


def _word(session: Session, verdict: Verdict) -> Text:
    if not verdict.passed:
        failed = len(verdict.failed)
        return Text(session.text(f"FAILED in {failed}", f"未通过：{failed} 个场景"), style="bold red")
    if not verdict.cases:
        return Text(session.text("nothing to compare with", "无可比对象"), style="dim")
    return Text(session.text("passed", "通过"), style="green")
