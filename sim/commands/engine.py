"""The engine a command runs on: made ready before its first use, and warned of where it is slow."""

from __future__ import annotations

import click

from sim.cold_start import engine_is_prepared, prepare_engine
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.play import MESA_MEMBERS

PREPARING = "engine"
"""Stage of preparing it in the lines of progress."""


def ready_engine(session: Session, style: ProgressStyle) -> None:
    """Compile what this machine has not compiled yet, and say so; both engines take formulas from it.

    Args:
        session: whom to tell.
        style: of the progress.
    """
    if engine_is_prepared():
        return
    if style != "lines":
        _tell(
            session,
            "First use after an installation: preparing the engine takes half a minute or so, once.",
            "安装后首次使用：需准备引擎半分钟左右，仅此一次。",
        )
    with reporting(session, style) as report:
        prepare_engine(None if report is None else lambda done, total: report(PREPARING, done / total))


def warn_if_slow(session: Session, engine: str, members: int) -> None:
    """Say that the readable engine is not made for so many."""
    if engine == "mesa" and members > MESA_MEMBERS:
        _tell(
            session,
            f"Warning: {members:,} members on mesa, the readable engine, take long and much memory; "
            "--engine auto is made for them.",
            f"提醒：用可读引擎 mesa 运行 {members:,} 名成员耗时长、占内存多；请用 --engine auto。",
        )


def _tell(session: Session, en: str, zh: str) -> None:
    """A line on standard error, so that output can be piped."""
    if not session.quiet:
        click.echo(session.text(en, zh), err=True)
