"""`shapan facts`: the published facts, and what the model gives."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from sim.commands.progress import ProgressStyle, reporting, say_if_compiling
from sim.commands.session import Session
from sim.errors import RunError
from sim.facts.report import band_text, count_line, data, measured, write_report
from sim.facts.suite import Result, chosen, run_facts
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
        RunError: a fact that the shipped defaults must meet is not met.
    """
    facts = chosen(options.only)
    sets = dict(parse_assignment(one) for one in options.sets)
    say_if_compiling(session)
    began = time.perf_counter()
    workers = options.workers or usable_processors()
    with reporting(session, options.progress) as progress:
        step = None if progress is None else lambda share: progress(STAGE, share)
        results = run_facts(
            facts, sets=sets, ablate=options.ablate, seeds=options.seeds, workers=workers, progress=step
        )
    seconds = time.perf_counter() - began
    note = f"Model {MODEL_VERSION}, shipped defaults, {workers} processes, {seconds:.0f} s."
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
        raise RunError(f"facts that the shipped defaults must meet are not met: {', '.join(missed)}")


def _show(session: Session, result: Result) -> None:
    """A fact's heading, and its estimates with verdicts, then without each mechanism."""
    star = " ★" if result.fact.star else ""
    title = Text(f"{result.fact.id}{star}  {result.fact.title.get(session.lang)}", style="bold")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 1))
    for one in result.estimates:
        en, zh, style = _MARKS[one.verdict]
        band = Text(band_text(one.band, one.unit))
        table.add_row(Text(one.name), Text(measured(one)), band, Text(session.text(en, zh), style=style))
    for mechanism, estimates in result.ablations:
        off = session.text("without", "去掉")
        table.add_row(Text(f"{off} {mechanism.name}", style="italic"), "", "", "")
        for one in estimates:
            table.add_row(Text(f"  {one.name}"), Text(measured(one)), "", "")
    session.console.print(title)
    session.console.print(table)
