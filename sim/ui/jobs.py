"""The desk that takes jobs: their tasks go to workers, looks decide when they end, tabs wait for them."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.sweep.pool import usable_processors
from sim.text import Text
from sim.ui.crew import WORKERS_MOST, Worker
from sim.ui.job_files import (
    DesignResult,
    JobRequest,
    JobState,
    KeptJob,
    Stage,
    Task,
    is_job_id,
    job_folders,
    jobs_folder,
    prune,
    read_request,
    read_results,
    read_state,
    result_files,
    write_request,
    write_state,
)
from sim.ui.job_name import answer_digest
from sim.ui.lanes import Pace, Work, in_order, seconds_left
from sim.ui.verdicts import BY, judged

_PATIENCE_SECONDS = 0.6
"""assumption: a worker that does not stop by itself in this time is ended, to be done within a second."""
_TICK_SECONDS = 1.0  # assumption: how often it is looked whether anybody still waits
_TRIES = 2  # assumption: once may have been bad luck (memory was short), twice is the task
_NEARLY_DONE_SECONDS = 1.0  # assumption: a task that is done by then is not interrupted for another
_JOBS_READ = 8  # assumption: of so many jobs the results stay in memory, some megabytes each


class Desk:
    """Takes jobs and knows how far they are. Safe to call from several threads.

    A job ends when it is done or when nobody waits for it any more; what is done of it is kept. A tab waits
    for a job from `start` or `attend` on until `leave`, or until it has given no sign for `WAITER_SECONDS`.
    """

    def __init__(
        self,
        folder: Path | None = None,
        workers: int | None = None,
        connected: Callable[[str], bool] = lambda waiter: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the desk.

        Args:
            folder: where jobs are kept.
            workers: how many processes work; None: one for each usable processor, at most
                `WORKERS_MOST`.
            connected: whether a tab is open, which counts as a sign: browsers let hidden tabs sleep.
            clock: seconds.
        """
        self._folder = jobs_folder() if folder is None else folder
        self._wanted = min(usable_processors(), WORKERS_MOST) if workers is None else workers
        self._connected, self._clock = connected, clock
        self._lock = threading.RLock()
        self._works: dict[str, Work] = {}
        self._pace = Pace()
        self._crew: list[Worker] = []
        self._trouble: Text | None = None
        self._read: OrderedDict[str, dict[str, list[DesignResult]]] = OrderedDict()
        self._unwritten: dict[str, JobState] = {}
        self._closed = threading.Event()
        prune(self._folder)
        with self._lock:
            self._hire()  # one for now: it compiles the engine for all, if that is to be done
        threading.Thread(target=self._watch, daemon=True).start()

    # what pages ask

    @property
    def folder(self) -> Path:
        """Where jobs are kept, and the graphs that they run in."""
        return self._folder

    @property
    def ready(self) -> bool:
        """Whether an engine is loaded, so that a job starts at once."""
        return any(worker.ready for worker in self._crew)

    @property
    def ready_workers(self) -> int:
        """How many engines are loaded."""
        return sum(worker.ready for worker in self._crew)

    @property
    def prepared_share(self) -> float:
        """How much of the engine is compiled, the first time on a machine; 0 if nothing needs to be."""
        return max((worker.prepared_share for worker in self._crew), default=0.0)

    @property
    def trouble(self) -> Text | None:
        """Why nothing can be run at all; None if all is well."""
        return self._trouble

    def start(self, request: JobRequest, waiter: str, by: str = BY[0], *, more: bool = False) -> str:
        """Run what is asked for, unless that is done already, and wait for it; returns the job's name.

        Args:
            request: what is asked for.
            waiter: the tab that waits.
            by: the outcome it looks at.
            more: go on to the next look, though the job is done.
        """
        with self._lock:
            name = request.id
            if name not in self._works:
                state = self.state(name)
                if state is None or state.stage != "done":
                    self._open(name, request, state)
                elif more and (goal := request.look_after(state.pairs)) is not None:
                    self._open(name, request, replace(state, goal=goal))
            self._seen(name, waiter, by)
            self._advance()
        return name

    def attend(self, job: str, waiter: str, by: str = BY[0]) -> None:
        """A sign of a tab that waits for a job; one that was left is gone on with."""
        with self._lock:
            if job not in self._works:
                request, state = self.request(job), self.state(job)
                if request is None or state is None or state.stage != "left" or request.id != job:
                    return
                self._open(job, request, state)
            self._seen(job, waiter, by)
            self._advance()

    def leave(self, job: str, waiter: str) -> None:
        """A tab does not wait any more; a job that nobody waits for has stopped within a second."""
        with self._lock:
            work = self._works.get(job)
            if work is not None:
                work.waiters.pop(waiter, None)
                if not work.waiters:
                    self._end(work, "stopped")

    def waiters(self, job: str) -> int:
        """How many tabs wait for a job."""
        with self._lock:
            return len(self._works[job].waiters) if job in self._works else 0

    def state(self, job: str) -> JobState | None:
        """How far a job is; None if there is none of this name."""
        with self._lock:
            if job in self._works:
                return self._state_of(self._works[job])
            if job in self._unwritten:
                return self._unwritten[job]
        if not is_job_id(job) or not (self._folder / job).is_dir():
            return None
        kept = read_state(self._folder / job)
        if kept is None:
            return JobState("left")
        return replace(kept[0], stage="left") if kept[0].active else kept[0]  # its server has gone on the way

    def request(self, job: str) -> JobRequest | None:
        """What a job was asked for; None if there is none of this name."""
        return read_request(self._folder / job) if is_job_id(job) else None

    def results(self, job: str) -> list[DesignResult]:
        """What has come out so far; each file is read once."""
        files = self.result_files(job)
        with self._lock:
            known = self._read.setdefault(job, {})
            self._read.move_to_end(job)
            while len(self._read) > _JOBS_READ:
                self._read.popitem(last=False)
            for name in files:
                if name not in known:
                    known[name] = read_results(self._folder / job / name)
            return [one for name in files for one in known[name]]

    def result_files(self, job: str) -> tuple[str, ...]:
        """Names of what has come out so far."""
        return result_files(self._folder / job) if is_job_id(job) else ()

    def kept(self) -> list[KeptJob]:
        """All jobs, the newest first."""
        found = []
        for folder in job_folders(self._folder):
            request, state, kept = read_request(folder), self.state(folder.name), read_state(folder)
            if request is not None and state is not None:
                found.append(
                    KeptJob(folder.name, request, state, kept[1] if kept else folder.stat().st_mtime)
                )
        return sorted(found, key=lambda one: -one.when)

    def forget(self, job: str) -> None:
        """Delete what is kept of a job, unless somebody waits for it."""
        with self._lock:
            if is_job_id(job) and job not in self._works:
                self._read.pop(job, None)
                shutil.rmtree(self._folder / job, ignore_errors=True)

    def close(self) -> None:
        """End the workers."""
        self._closed.set()
        with self._lock:
            self._works.clear()
            for worker in self._crew:
                worker.dismiss()
            self._crew.clear()

    def tick(self) -> None:
        """Look who still waits, and end what nobody waits for."""
        with self._lock:
            now = self._clock()
            for work in list(self._works.values()):
                for waiter in work.silent(now):
                    if self._connected(waiter):
                        work.waiters[waiter] = (now, work.waiters[waiter][1])
                    else:
                        del work.waiters[waiter]
                if not work.waiters:
                    self._end(work, "left")

    # jobs

    def _open(self, name: str, request: JobRequest, state: JobState | None) -> None:
        """Take a job up: what is done of it stays."""
        folder = self._folder / name
        write_request(folder, request)
        work = Work(name, request)
        work.done = {Task(one.seed, one.calibration) for one in self.results(name)}
        work.aim(state.goal if state is not None and state.goal else request.looks[0])
        write_state(folder, JobState("running", goal=work.goal))
        os.utime(folder)
        self._unwritten.pop(name, None)
        self._works[name] = work
        prune(self._folder)
        if not self._crew:
            self._hire()

    def _seen(self, job: str, waiter: str, by: str) -> None:
        work = self._works.get(job)
        if work is not None:
            work.waiters[waiter] = (self._clock(), by)
            if not work.todo and job not in self._running():  # all of it was there
                self._look(work)

    def _look(self, work: Work) -> None:
        """All that was wanted for now is done: is it enough?"""
        results = self.results(work.name)
        try:
            verdicts = judged(work.request, results)
        except ValueError:
            gone = Text("its results were deleted on the way", "中途结果文件被删除")
            self._end(work, "failed", message=gone)
            return
        clear = all(verdicts[by].kind == "clear" for by in work.outcomes() if by in verdicts)
        further = next((look for look in work.request.looks if look > work.goal), None)
        if further is not None and not clear:
            work.aim(further)
            return
        told = {by: (one.kind, one.better) for by, one in verdicts.items()}
        self._end(work, "done", verdicts=told)

    def _end(self, work: Work, stage: Stage, **more: Any) -> None:
        del self._works[work.name]
        share = 1.0 if stage == "done" else self._share(work)
        state = JobState(stage, share, work.pairs, work.goal, **more)
        try:
            write_state(self._folder / work.name, state)
        except InputError:  # the disk may be full: then this server still knows
            self._unwritten[work.name] = state
        for worker in self._crew:
            if worker.doing is not None and worker.doing.job == work.name:
                worker.doing.unwanted = True
                worker.interrupt()
                timer = threading.Timer(_PATIENCE_SECONDS, self._replace, (worker, worker.doing))
                timer.daemon = True
                timer.start()
        self._advance()

    def _state_of(self, work: Work) -> JobState:
        share = self._share(work)
        if not self.ready:
            return JobState("starting", self.prepared_share, work.pairs, work.goal)
        running = self._running()
        workers = self.ready_workers
        order = in_order(self._works.values(), self._pace, workers)
        ahead, left = seconds_left(work, order, running, self._pace, workers)
        stage: Stage = "running" if work.name in running else "queued"
        return JobState(stage, share, work.pairs, work.goal, left, ahead)

    def _share(self, work: Work) -> float:
        """Of the work for this goal."""
        tasks = work.goal * len(work.request.calibrations)
        left = len(work.todo) + self._running().get(work.name, 0.0)
        return min(1.0, max(0.0, 1.0 - left / max(1, tasks)))

    def _running(self) -> dict[str, float]:
        left: dict[str, float] = {}
        for worker in self._crew:
            if worker.doing is not None and not worker.doing.unwanted:
                left[worker.doing.job] = left.get(worker.doing.job, 0.0) + 1.0 - worker.doing.share
        return left

    # workers

    def _hire(self) -> None:
        try:
            worker = Worker(self._folder)
        except OSError as error:
            if not self._crew:
                self._cannot_start(Text(str(error), str(error)))
            return
        self._crew.append(worker)
        worker.listen(self._heard, self._died)

    def _heard(self, worker: Worker, words: dict[str, Any]) -> None:
        with self._lock:
            if worker not in self._crew:
                return
            if "preparing" in words:
                worker.prepared_share = float(words["preparing"])
            elif "ready" in words:
                worker.ready, self._trouble = True, None
                while len(self._crew) < self._wanted:
                    before = len(self._crew)
                    self._hire()
                    if len(self._crew) == before:
                        break
            elif "share" in words and worker.doing is not None:
                worker.doing.share = float(words["share"])
            elif worker.doing is not None:
                self._task_ended(worker, words)
            self._advance()

    def _task_ended(self, worker: Worker, words: dict[str, Any]) -> None:
        doing, worker.doing = worker.doing, None
        assert doing is not None
        work = self._works.get(doing.job)
        if work is None:
            return
        if "done" in words:
            work.done.add(doing.task)
            self._read.get(work.name, {}).pop(doing.task.file_name, None)  # there may have been a broken one
            if doing.task in work.todo:  # it was interrupted too late
                work.todo.remove(doing.task)
            self._pace.note(work, time.monotonic() - doing.since)
            if not work.todo and work.name not in self._running():
                self._look(work)
        elif "failed" in words:
            self._end(work, "failed", message=Text(**words["failed"]))
        elif not doing.unwanted:
            work.todo.appendleft(doing.task)

    def _advance(self) -> None:
        """Give every free worker a task."""
        order = in_order(self._works.values(), self._pace, self.ready_workers)
        for work in order:
            while work.todo and (free := next((w for w in self._crew if w.ready and not w.doing), None)):
                free.give(self._folder / work.name, work.todo.popleft())
        waiting = next((work for work in order if work.todo), None)
        if waiting is not None:
            self._make_room(waiting, order)

    def _make_room(self, waiting: Work, order: Sequence[Work]) -> None:
        """A short job that no worker is at takes the place of the long one's task that was begun last."""
        if waiting.name in self._running() or not self._pace.is_short(waiting, self.ready_workers):
            return
        behind = {work.name: work for work in order[order.index(waiting) + 1 :]}
        at_long = []
        for worker in self._crew:
            doing = worker.doing
            if doing is None or doing.unwanted or doing.job not in behind:
                return  # one that works for the short lane, or that is about to be free
            work = behind[doing.job]
            left = (1.0 - doing.share) * self._pace.task_seconds(work)
            if self._pace.is_short(work, self.ready_workers) or left < _NEARLY_DONE_SECONDS:
                return
            at_long.append((doing.since, worker, work))
        if at_long:
            _, worker, work = max(at_long, key=lambda one: one[0])
            assert worker.doing is not None
            worker.doing.unwanted = True
            work.todo.appendleft(worker.doing.task)
            worker.interrupt()

    def _died(self, worker: Worker) -> None:
        with self._lock:
            if worker.dismissed or worker not in self._crew:
                return
            self._crew.remove(worker)
            doing, cause = worker.doing, worker.cause()
            if not worker.ready:
                if not self._crew:
                    self._cannot_start(cause)
                return
            if doing is not None and not doing.unwanted and doing.job in self._works:
                self._task_died(self._works[doing.job], doing.task, worker)
            self._hire()
            self._advance()

    def _task_died(self, work: Work, task: Task, worker: Worker) -> None:
        work.failures[task] = work.failures.get(task, 0) + 1
        if work.failures[task] < _TRIES:
            work.todo.appendleft(task)
            return
        cause = worker.cause()
        en = f"the process that worked on seed {task.seed} died twice: {cause.en}."
        zh = f"处理种子 {task.seed} 的进程两次终止：{cause.zh}。"
        if worker.killed:
            en += " Memory may have run out: try fewer members or days, or close other programs."
            zh += "可能内存不足：请减少成员数或天数，或关闭其他程序。"
        self._end(work, "failed", message=Text(en, zh))

    def _cannot_start(self, cause: Text) -> None:
        self._trouble = Text(
            f"The engine does not start, so nothing can be rehearsed: {cause.en}. Install Shapan again, or "
            "end this page and start it anew with `shapan app`.",
            f"引擎无法启动，暂时不能试演：{cause.zh}。请重新安装沙盘，或结束本页后用 `shapan app` 重新启动。",
        )
        for work in list(self._works.values()):
            self._end(work, "failed", message=self._trouble)

    def _replace(self, worker: Worker, doing: Any) -> None:
        """End a worker that is still at what nobody wants, and take on another."""
        with self._lock:
            if worker in self._crew and worker.doing is doing:
                worker.dismiss()
                self._crew.remove(worker)
                self._hire()
                self._advance()

    def _watch(self) -> None:
        answer_digest(())  # once a process, and it takes a while
        while not self._closed.wait(_TICK_SECONDS):
            self.tick()
