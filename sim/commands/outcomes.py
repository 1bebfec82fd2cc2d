"""`shapan outcomes`: every measure with its unit, meaning and denominator."""

from __future__ import annotations

from pathlib import Path

from sim.commands.document import document_command
from sim.commands.session import Session
from sim.odd.measures import measures_document


def outcomes_command(session: Session, out: Path | None, *, check: bool) -> None:
    """Print the page on all measures, write it, or check that a file is it; errors as `document_command`."""
    document_command(session, "shapan outcomes", measures_document, out, check=check)
