"""Work in a thread of its own: whoever waits for it can be interrupted, and look after it meanwhile.

Compiled code knows nothing of Ctrl-C: Python hears of a signal between two of its own steps only, in its main
thread. So what takes long is worked at beside it, in compiled code that does not hold Python back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

R = TypeVar("R")

LOOK_SECONDS = 0.1
"""How often whoever waits looks up. assumption: at once to the eye, and nothing to the processor."""

_GRACE_SECONDS = 1.0  # assumption: what nobody can stop is mostly over by then


class _Work(Generic[R]):
    """A piece of work and what became of it."""

    def __init__(self, work: Callable[[], R]) -> None:
        self._work = work
        self.result: R | None = None
        self.error: BaseException | None = None
        self.ended = threading.Event()

    def __call__(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:  # whoever waits is to get it, whatever it is
            self.error = error
        finally:
            self.ended.set()


def wait_for(
    work: Callable[[], R], look: Callable[[], None] | None = None, stop: Callable[[], None] | None = None
) -> R:
    """Do a piece of work in a thread of its own, and give what it gives or raises.

    Args:
        work: what is to be done.
        look: called every `LOOK_SECONDS` by the thread that waits; it may raise to stop.
        stop: tells the work to end soon, which is then waited for. Without it, work that is not over within
            a second after an interruption is left to itself, and ends with the process.
    """
    doing = _Work(work)
    threading.Thread(target=doing, daemon=True).start()
    try:
        while not doing.ended.wait(LOOK_SECONDS):
            if look is not None:
                look()
    except BaseException:
        if stop is not None:
            stop()
        doing.ended.wait(None if stop is not None else _GRACE_SECONDS)
        raise
    if doing.error is not None:
        raise doing.error
    return doing.result  # type: ignore[return-value]  # of type R once there was no error
