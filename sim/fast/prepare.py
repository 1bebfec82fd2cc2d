"""Making the engine ready: compiling what this machine has not compiled yet."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from sim.apart import functions_of
from sim.compiled import cache_folder, compile_once
from sim.fast.loop import advance
from sim.fast.reader import plan_browsing
from sim.mechanics.kernel_registry import start

_MARK = "engine-is-prepared"


def engine_is_prepared() -> bool:
    """Whether a run would begin at once; otherwise it compiles first, for about a minute."""
    return (cache_folder() / _MARK).exists()


def prepare_engine(progress: Callable[[int, int], None] | None = None) -> None:
    """Compile the engine, function by function, unless that has been done on this machine.

    Without a writable cache this is done anew in every process.

    Args:
        progress: called after each function with (functions done, all functions); it may raise to stop:
            what is compiled stays so.
    """
    if engine_is_prepared():
        return
    functions = functions_of(plan_browsing, start, advance)
    for number, function in enumerate(functions):
        compile_once(function)
        if progress is not None:
            progress(number + 1, len(functions))
    with contextlib.suppress(OSError):  # without a cache there is nothing to remember
        (cache_folder() / _MARK).touch()
