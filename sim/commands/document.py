"""A document that the code gives: printed, written, or held against a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from sim.commands.out_file import check_file, write_file
from sim.commands.session import Session
from sim.errors import InputError, RunError


def document_command(
    session: Session, command: str, document: Callable[[], str], out: Path | None, *, check: bool
) -> None:
    """Print a document, write it, or check that a file is it.

    Args:
        session: of the command line.
        command: what is called, for messages.
        document: gives it.
        out: the file, or None to print.
        check: whether to write nothing and compare.

    Raises:
        InputError: there is no file to check, or it cannot be written.
        RunError: the file is not what the code gives.
    """
    if check and out is None:
        raise InputError(
            "--check needs --out FILE, the file to be checked", "--check 须与 --out FILE（要检查的文件）同用"
        )
    if not check:
        check_file(out)
    markdown = document()
    if out is None:
        if session.json:
            session.print_json({"markdown": markdown})
        elif not session.quiet:
            click.echo(markdown, nl=False)
        return
    if check:
        # what is not UTF-8 is not the document either
        if not out.is_file() or out.read_text(encoding="utf-8", errors="replace") != markdown:
            raise RunError(
                f"{out} is not what the code gives; `{command} --out {out}` writes it anew",
                f"{out} 与代码给出的不一致；`{command} --out {out}` 可重写",
            )
    else:
        write_file(session, out, markdown)
    if session.json:
        session.print_json({"out": str(out), "checked": check})
    elif check:
        session.say(session.text(f"{out} is what the code gives", f"{out} 与代码一致"))
