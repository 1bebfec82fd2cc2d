"""`shapan verify`: the textbook models by settings alone, held to other programs and to mathematics."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from sim.commands.engine import ready_engine
from sim.commands.out_file import check_file
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.errors import InputError, RunError
from sim.replace_file import replace_file
from sim.verification.finding import Finding, verdicts
from sim.verification.graphs import data_folder
from sim.verification.report import HEADS, LEVEL, VERDICTS, cells, count_line, markdown
from sim.verification.suite import QUICK_SHARE, Scale, verify

FAILED = 1
"""Exit code where a comparison fails."""


@dataclass(frozen=True)
class VerifyOptions:
    """What `shapan verify` was told; see its help."""

    only: tuple[str, ...]
    quick: bool
    data: Path | None
    out: Path | None
    progress: ProgressStyle


def verify_command(session: Session, options: VerifyOptions) -> None:
    """Make the comparisons, show them and write the table.

    Raises:
        InputError: the options are not usable, or the table cannot be written.
        RunError: a run of a comparison failed, or there was no comparison that could be made.
    """
    _check_data(options.data)
    check_file(options.out)
    ready_engine(session, options.progress)
    scale = Scale(QUICK_SHARE if options.quick else 1.0, data_folder(options.data))
    with reporting(session, options.progress) as report:
        findings = list(verify(options.only, scale=scale, progress=report))
    found = verdicts(findings)
    if not (session.json or session.quiet):
        session.console.print(_table(session, findings))
        session.say(f"\n{LEVEL.get(session.lang)}")
        session.say(count_line(findings).get(session.lang))
    if all(verdict == "skipped" for verdict in found):
        raise RunError(
            "no comparison could be made: what each of them lacks stands in its verdict",
            "没有一项比较能够进行：各自缺少什么，见其结论",
        )
    if options.out is not None:
        with replace_file(options.out) as file:
            file.write(markdown(findings, session.lang).encode())
    if session.json:
        session.print_json(
            [asdict(one) | {"verdict": verdict} for one, verdict in zip(findings, found, strict=True)]
        )
    if "failed" in found:
        raise click.exceptions.Exit(FAILED)  # the table says which


def _check_data(chosen: Path | None) -> None:
    """What was named shall be there; only a folder that nobody named may be missing."""
    named = os.environ.get("SHAPAN_DATA") if chosen is None else str(chosen)
    if named and not Path(named).is_dir():
        raise InputError(
            f"{'SHAPAN_DATA' if chosen is None else '--data'}: {named} is not a folder",
            f"{'SHAPAN_DATA' if chosen is None else '--data'}: {named} 不是文件夹",
        )


def _table(session: Session, findings: Sequence[Finding]) -> Table:
    """All columns but the verdict are narrow; the terminal wraps them."""
    table = Table(box=None, pad_edge=False)
    for head in HEADS:
        table.add_column(head.get(session.lang))
    styles = {VERDICTS["passed"].get(session.lang): "green", VERDICTS["failed"].get(session.lang): "bold red"}
    for row in cells(findings, session.lang):
        table.add_row(*row[:-1], Text(row[-1], style=styles.get(row[-1], "dim")))
    return table
