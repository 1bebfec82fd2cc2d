"""Making the engine ready: its program is made once on a machine, for each state of the sources.

Processes that start at once wait for the one that makes it (`sim.program.machine`); one that is killed leaves
the work to the others. Without a usable cache each process makes it for itself.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.program.machine import NoProgramError, do_without, is_prepared, prepare


def engine_is_prepared() -> bool:
    """Whether a run would begin at once; otherwise it compiles first, for half a minute or so."""
    return is_prepared()


def prepare_engine(progress: Callable[[int, int], None] | None = None) -> None:
    """Make the program that runs need, unless that has been done on this machine.

    Args:
        progress: called with (functions done, all functions); it may raise to stop.
    """
    if not is_prepared():
        try:
            prepare(progress)
        except NoProgramError as error:
            do_without(error)
