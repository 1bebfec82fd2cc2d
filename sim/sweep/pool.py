"""Processes that work on jobs: they end with their parent, however it ends, and leave nothing behind."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

import loky
from loky.backend import resource_tracker as loky_tracker

from sim.errors import RunError
from sim.text import Text

J = TypeVar("J")
R = TypeVar("R")

Work = Callable[[Sequence[J]], Sequence[R]]
"""Works on a list of jobs and gives what came of each."""
Begin = Callable[[], Work[J, R]]
"""Makes a process ready; what it gives works there."""

_work: Work[Any, Any] | None = None  # of a process of a pool, from `_begin` to its end


@dataclass(frozen=True)
class Ended:
    """What came of a job that ended its process: how."""

    how: Text


def usable_processors() -> int:
    """How many processors this process may use."""
    return max(1, int(loky.cpu_count()))


class Pool(Generic[J, R]):
    """Works on lists of jobs, several at a time; get one from `pool`."""

    under_way = 0
    """How many lists were handed in and have not come back."""

    def submit(self, jobs: Sequence[J]) -> None:
        """Hand in a list of jobs."""
        raise NotImplementedError

    def finished(self) -> Iterator[tuple[Sequence[J], Sequence[R] | Ended]]:
        """Wait until something is finished, and give it: jobs with what came of them.

        When a process was ended, nobody knows by which of the jobs under way. So each of these is tried
        again, alone, in a process of its own; one that ends this too comes back as `Ended`.

        Raises:
            RunError: no process can be started.
        """
        raise NotImplementedError


@contextmanager
def pool(workers: int, begin: Begin[J, R], *, here: bool = False) -> Iterator[Pool[J, R]]:
    """Something to hand jobs to while the body runs.

    The processes are started afresh, not forked. When the body raises, what they are doing is given up.

    Args:
        workers: how many processes.
        begin: called in each of them; sent there by pickling.
        here: work in this process instead, where a job that ends its process ends everything.
    """
    if here:
        yield _Here(begin())
        return
    made = _Processes(workers, begin)
    try:
        yield made
    except BaseException:
        made.give_up()
        raise
    finally:
        made.end()


class _Here(Pool[J, R]):
    def __init__(self, work: Work[J, R]) -> None:
        self._work = work
        self._waiting: deque[Sequence[J]] = deque()

    def submit(self, jobs: Sequence[J]) -> None:
        self._waiting.append(jobs)
        self.under_way = len(self._waiting)

    def finished(self) -> Iterator[tuple[Sequence[J], Sequence[R] | Ended]]:
        jobs = self._waiting.popleft()
        self.under_way = len(self._waiting)
        yield jobs, self._work(jobs)


class _Processes(Pool[J, R]):
    def __init__(self, workers: int, begin: Begin[J, R]) -> None:
        self._workers = workers
        self._begin = begin
        self._executor: loky.ProcessPoolExecutor | None = None
        self._futures: dict[Future[Sequence[R]], Sequence[J]] = {}
        # Nobody writes: its end is the sign to end, and comes also when this process is killed.
        self._ending, self._held = multiprocessing.Pipe(duplex=False)

    def submit(self, jobs: Sequence[J]) -> None:
        self._futures[self._future(self._workers, _work_on, jobs)] = jobs
        self.under_way = len(self._futures)

    def finished(self) -> Iterator[tuple[Sequence[J], Sequence[R] | Ended]]:
        done, _ = wait(self._futures, return_when=FIRST_COMPLETED)
        if any(isinstance(future.exception(), BrokenProcessPool) for future in done):
            done, _ = wait(self._futures)  # with one they all break off
        suspects: list[J] = []
        for future in [future for future in self._futures if future in done]:
            jobs = self._futures.pop(future)
            if isinstance(future.exception(), BrokenProcessPool):
                suspects += jobs
            else:
                self.under_way = len(self._futures)
                yield jobs, future.result()
        if suspects:
            self._stop()
            for job in suspects:
                yield [job], self._alone(job)
            self._stop()
        self.under_way = len(self._futures)

    def give_up(self) -> None:
        """End the processes, whatever they are doing."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=True)
            self._executor = None

    def end(self) -> None:
        """Wait for the processes to end, and take leave of them."""
        self._stop()
        self._held.close()
        self._ending.close()

    def _alone(self, job: J) -> Sequence[R] | Ended:
        try:
            self._future(1, _ready).result()
        except BrokenProcessPool as error:
            how = _how(error)
            raise RunError(
                f"worker processes end before they begin: {how.en}", f"工作进程尚未开始即结束：{how.zh}"
            ) from error
        try:
            made: Sequence[R] = self._future(1, _work_on, [job]).result()
            return made
        except BrokenProcessPool as error:
            self._stop()
            how = _how(error)
            return Ended(
                Text(
                    f"its process was ended twice, the second time while it ran alone: {how.en}",
                    f"其进程两次被终止，第二次为单独运行时：{how.zh}",
                )
            )

    def _future(self, workers: int, work: Callable[..., Any], *given: object) -> Future[Any]:
        """Hand work to the processes, which are started if there are none."""
        if self._executor is None:
            with _quiet_tracker():
                self._executor = loky.ProcessPoolExecutor(
                    workers, initializer=_begin, initargs=(self._begin, self._ending)
                )
                # They would unblock the signals while the first process starts.
                resource_tracker.ensure_running()
                loky_tracker.ensure_running()
        try:
            with _no_interrupt():
                future: Future[Any] = self._executor.submit(work, *given)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        return future

    def _stop(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True)
            self._executor = None


@contextmanager
def _quiet_tracker() -> Iterator[None]:
    """What is interrupted while processes start leaves a semaphore to loky's tracker.

    It clears that away, but says so at length on the terminal of whoever pressed Ctrl-C.
    """
    before = os.environ.get("PYTHONWARNINGS")
    quiet = "ignore::UserWarning:loky.backend.resource_tracker"
    os.environ["PYTHONWARNINGS"] = f"{before},{quiet}" if before else quiet
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Processes started meanwhile inherit that Ctrl-C, which a whole terminal hears, is not for them."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows they have to come to `_begin` for that
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _how(error: BrokenProcessPool) -> Text:
    """How a process ended, by what loky says of it."""
    codes = re.search(r"exit codes of the workers are \{(.*)\}", str(error))
    if codes is None:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        return Text(said, said)
    if codes[1].startswith(("EXIT", "SIGSEGV")):
        return Text(codes[1], codes[1])
    known = codes[1] or "?"
    return Text(f"{known}, perhaps for want of memory", f"{known}，可能是内存不足")


def _begin(begin: Begin[Any, Any], ending: Connection) -> None:
    """Make this process ready."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(ending,), daemon=True).start()
    # Else a process that keeps a large community is ended as if it leaked memory.
    loky.process_executor._MAX_MEMORY_LEAK_SIZE = float("inf")
    _work = begin()


def _end_with(ending: Connection) -> None:
    try:
        ending.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _ready() -> None:
    """Do nothing, in a process that has begun."""


def _work_on(jobs: Sequence[Any]) -> Sequence[Any]:
    assert _work is not None
    return _work(jobs)


def each(do: Callable[[J], R]) -> Begin[J, R]:
    """Work that does the same with each job and needs nothing ready."""
    return partial(_each, do)


def _each(do: Callable[[J], R]) -> Work[J, R]:
    return lambda jobs: [do(job) for job in jobs]
