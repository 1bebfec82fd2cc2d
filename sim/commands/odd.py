"""`shapan odd`: the model described as the ODD protocol asks, with its tables from the code."""

from __future__ import annotations

from pathlib import Path

from sim.commands.document import document_command
from sim.commands.session import Session
from sim.odd.document import odd_document


def odd_command(session: Session, out: Path | None, *, check: bool) -> None:
    """Print the document, write it, or check that a file is it; errors as `document_command`."""
    document_command(session, "shapan odd", odd_document, out, check=check)
