"""`shapan odd`: the model described as the ODD protocol asks, with its tables from the code."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.out_file import check_file, write_file
from sim.commands.session import Session
from sim.errors import InputError, RunError
from sim.odd.document import odd_document


def odd_command(session: Session, out: Path | None, *, check: bool) -> None:
    """Print the document, write it, or check that a file is it.

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
    document = odd_document()
    if out is None:
        if session.json:
            session.print_json({"markdown": document})
        elif not session.quiet:
            click.echo(document, nl=False)
        return
    if check:
        # what is not UTF-8 is not the document either
        if not out.is_file() or out.read_text(encoding="utf-8", errors="replace") != document:
            raise RunError(
                f"{out} is not what the code gives; `shapan odd --out {out}` writes it anew",
                f"{out} 与代码给出的不一致；`shapan odd --out {out}` 可重写",
            )
    else:
        write_file(session, out, document)
    if session.json:
        session.print_json({"out": str(out), "checked": check})
    elif check:
        session.say(session.text(f"{out} is what the code gives", f"{out} 与代码一致"))
