"""`shapan facts`: the published facts, and what the model gives."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from sim.commands.engine import ready_engine
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.errors import RunError
from sim.facts.details import changed
from sim.facts.document import write_report
from sim.facts.estimate import Estimate
from sim.facts.plot import require_matplotlib
from sim.facts.report import band_text, count_line, data, measured
from sim.facts.suite import Result, chosen, run_facts
from sim.results import check_folder
from sim.scenario.load import parse_assignment
from sim.sweep.pool import usable_processors
from sim.version import MODEL_VERSION

STAGE = "facts"

_MARKS = {
    "holds": ("holds", "成立", "green"),
    "open": ("holds, interval reaches out", "成立，区间越出", "yellow"),
    "fails": ("FAILS", "不成立", "red"),
    "reported": ("", "", ""),
}


@dataclass(frozen=True)
class FactsOptions:
    """What `shapan facts` was told; see its help."""

    only: tuple[str, ...]
    ablate: bool
    seeds: int | None
    sets: tuple[str, ...]
    workers: int | None
    out: Path | None
    progress: ProgressStyle


def facts_command(session: Session, options: FactsOptions) -> None:
    """Run the facts, show the table, write the report.

    Raises:
        InputError: there is no such fact, or the report cannot be written.
        RunError: a fact that the shipped defaults must meet is not met, or the report cannot be drawn.
    """
    facts = chosen(options.only)
    if options.out is not None:
        check_folder(options.out, force=True)
        require_matplotlib()
    sets = dict(parse_assignment(one) for one in options.sets)
    ready_engine(session, options.progress)
    began = time.perf_counter()
    workers = options.workers or usable_processors()
    with reporting(session, options.progress) as progress:
        step = None if progress is None else lambda share: progress(STAGE, share)
        results = run_facts(
            facts, sets=sets, ablate=options.ablate, seeds=options.seeds, workers=workers, progress=step
        )
    seconds = time.perf_counter() - began
    runs, kept = (sum(getattr(one, name) for one in results) for name in ("runs", "kept"))
    note = (
        f"Model {MODEL_VERSION}, shipped defaults, {workers} processes, {seconds:.0f} s; "
        f"{kept:,} of {runs:,} runs were read from kept counts."
    )
    if sets:
        note = note.replace("shipped defaults", ", ".join(options.sets))
    if session.json:
        session.print_json({"facts": data(results), "sets": list(options.sets), "seconds": round(seconds, 1)})
    elif not session.quiet:
        for result in results:
            _show(session, result)
    session.say(count_line(results))
    if options.out is not None:
        write_report(results, options.out, note)
        session.say(f"{session.text('Written to', '已写入')} {options.out}")
    missed = [result.fact.id for result in results if result.fact.star and result.verdict == "fails"]
    if missed and not sets:
        raise RunError(
            f"facts that the shipped defaults must meet are not met: {', '.join(missed)}",
            f"默认参数必须满足的事实未能满足：{'、'.join(missed)}",
        )


def _show(session: Session, result: Result) -> None:
    """A fact's heading, and its estimates with verdicts, then without each mechanism and elsewhere."""
    star = " ★" if result.fact.star else ""
    title = Text(f"{result.fact.id}{star}  {result.fact.title.get(session.lang)}", style="bold")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 1))
    _add(table, session, result.estimates)
    for ablation in result.ablations:
        off = session.text("without", "去掉")
        redundant = session.text(" (redundant here)", "（此处多余）") if ablation.redundant else ""
        table.add_row(Text(f"{off} {ablation.mechanism.name}{redundant}", style="italic"), "", "", "")
        for one, change in zip(ablation.estimates, ablation.changes, strict=True):
            table.add_row(Text(f"  {one.name}"), Text(measured(one)), Text(changed(change)), "")
    for other in result.elsewhere:
        table.add_row(
            Text(f"{session.text('where', '若')} {other.situation.name}", style="italic"), "", "", ""
        )
        _add(table, session, other.estimates, indent="  ")
    session.console.print(title)
    session.console.print(table)


def _add(table: Table, session: Session, estimates: Sequence[Estimate], indent: str = "") -> None:
    for one in estimates:
        en, zh, style = _MARKS[one.verdict]
        verdict = Text(session.text(en, zh), style=style)
        table.add_row(
            Text(f"{indent}{one.name}"), Text(measured(one)), Text(band_text(one.band, one.unit)), verdict
        )
