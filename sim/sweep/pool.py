"""Processes that make runs: they end with their parent, however it ends, and leave nothing behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from sim.sweep.job import Chunk, Outcome, Setup
from sim.sweep.workshop import Workshop

Submit = Callable[[Chunk], "Future[list[Outcome]]"]

_workshop: Workshop | None = None  # of a process of the pool, from `_begin` to its end


def usable_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


@contextmanager
def pool(workers: int, setup: Setup) -> Iterator[Submit]:
    """Something to hand chunks to while the body runs; one worker works in this process.

    The processes are started afresh (`spawn`), so a script that uses them needs the usual
    `if __name__ == "__main__":`. When the body raises, what they are doing is given up.
    """
    if workers == 1:
        yield _here(Workshop(setup))
        return
    context = multiprocessing.get_context("spawn")
    # Nobody writes: its end is the sign to end, and comes also when this process is killed.
    ending, held = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(setup, ending))
    resource_tracker.ensure_running()  # it would unblock the signals while the first process starts

    def submit(chunk: Chunk) -> Future[list[Outcome]]:
        # Ctrl-C goes to all processes of a terminal; they inherit that it is none of their business.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
        try:
            return executor.submit(_work, chunk)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    try:
        yield submit
    except BaseException:
        held.close()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        held.close()
        ending.close()


def _here(workshop: Workshop) -> Submit:
    def submit(chunk: Chunk) -> Future[list[Outcome]]:
        future: Future[list[Outcome]] = Future()
        future.set_result(workshop.outcomes(chunk))
        return future

    return submit


def _begin(setup: Setup, ending: Connection) -> None:
    """Make this process ready for chunks."""
    global _workshop
    threading.Thread(target=_end_with, args=(ending,), daemon=True).start()
    _workshop = Workshop(setup)


def _end_with(ending: Connection) -> None:
    try:
        ending.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _work(chunk: Chunk) -> list[Outcome]:
    assert _workshop is not None
    return _workshop.outcomes(chunk)
