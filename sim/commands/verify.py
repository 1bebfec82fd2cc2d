"""`shapan verify`: the textbook models by settings alone, held to other programs and to mathematics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from sim.commands.progress import ProgressStyle, reporting, say_if_compiling
from sim.commands.session import Session
from sim.errors import InputError
from sim.replace_file import replace_file
from sim.verification.finding import Finding, verdicts
from sim.verification.graphs import data_folder
from sim.verification.report import HEADS, LEVEL, VERDICTS, cells, markdown
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
        RunError: a comparison could not be made.
    """
    if options.data is not None and not options.data.is_dir():
        raise InputError(f"{options.data}: is not a folder")
    say_if_compiling(session)
    scale = Scale(QUICK_SHARE if options.quick else 1.0, data_folder(options.data))
    with reporting(session, options.progress) as report:
        findings = list(verify(options.only, scale=scale, progress=report))
    if options.out is not None:
        with replace_file(options.out) as file:
            file.write(markdown(findings, session.lang).encode())
    found = verdicts(findings)
    if session.json:
        session.print_json(
            [asdict(one) | {"verdict": verdict} for one, verdict in zip(findings, found, strict=True)]
        )
    elif not session.quiet:
        session.console.print(_table(session, findings))
        session.say(f"\n{LEVEL.get(session.lang)}")
    if "failed" in found:
        raise click.exceptions.Exit(FAILED)  # the table says which


def _table(session: Session, findings: Sequence[Finding]) -> Table:
    """All columns but the verdict are narrow; the terminal wraps them."""
    table = Table(box=None, pad_edge=False)
    for head in HEADS:
        table.add_column(head.get(session.lang))
    styles = {VERDICTS["passed"].get(session.lang): "green", VERDICTS["failed"].get(session.lang): "bold red"}
    for row in cells(findings, session.lang):
        table.add_row(*row[:-1], Text(row[-1], style=styles.get(row[-1], "dim")))
    return table
