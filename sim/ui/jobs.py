"""The desk that takes jobs: one worker process, a queue, and stopping within a second."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO

from sim.text import Text
from sim.ui.job_files import (
    DesignResult,
    JobRequest,
    JobState,
    failed,
    is_job_id,
    jobs_folder,
    prune,
    read_request,
    read_results,
    read_state,
    result_files,
    write_request,
    write_state,
)

_PATIENCE_SECONDS = 0.6
"""assumption: a worker that does not stop by itself in this time is ended, to be done within a second."""


class _Worker:
    """One worker process, whether it is ready, and else how much of the engine it has compiled."""

    def __init__(self) -> None:
        self.ready = False
        self.prepared_share = 0.0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim.ui.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    @property
    def output(self) -> IO[str]:
        """What it says."""
        assert self.process.stdout is not None
        return self.process.stdout

    def order(self, **order: object) -> None:
        """Tell it something; if it is dead, whoever listens to it will notice."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass


class Desk:
    """Takes jobs and knows how far they are. Safe to call from several threads.

    Jobs run one at a time: two engines at once would both be slower. assumption.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Open the desk; `folder` is where jobs are kept."""
        self._folder = jobs_folder() if folder is None else folder
        self._lock = threading.RLock()
        self._queue: deque[str] = deque()
        self._current: str | None = None
        prune(self._folder)
        self._worker = self._hire()

    @property
    def ready(self) -> bool:
        """Whether the engine is loaded, so that a job starts at once."""
        return self._worker.ready

    @property
    def prepared_share(self) -> float:
        """How much of the engine is compiled, the first time on a machine; 0 if nothing needs to be."""
        return self._worker.prepared_share

    def start(self, request: JobRequest) -> str:
        """Run what is asked for, unless that is done already or under way; returns the job's name."""
        with self._lock:
            name = request.id
            state = self.state(name)
            if state is None or state.stage in ("failed", "stopped"):
                write_request(self._folder / name, request)
                self._queue.append(name)
                self._advance()
        return name

    def stop(self, job: str) -> None:
        """Stop a job; within a second it is not running any more."""
        with self._lock:
            if job in self._queue:
                self._queue.remove(job)
                write_state(self._folder / job, JobState("stopped"))
            elif job == self._current:
                worker = self._worker
                if worker.ready:
                    worker.order(stop=True)
                    timer = threading.Timer(_PATIENCE_SECONDS, self._end, (worker, job))
                    timer.daemon = True
                    timer.start()
                else:
                    self._end(worker, job)

    def state(self, job: str) -> JobState | None:
        """How far a job is; None if there is none of this name."""
        with self._lock:
            if not is_job_id(job) or not (self._folder / job).is_dir():
                return None
            state = read_state(self._folder / job)
            if job in self._queue:
                return JobState("queued")
            if job == self._current:
                if state is not None and self._worker.ready:
                    return state
                return JobState("starting", self._worker.prepared_share)
            if state is None or state.active:  # its server has gone on the way
                return JobState("stopped", state.share if state else 0.0)
            return state

    def request(self, job: str) -> JobRequest | None:
        """What a job was asked for; None if there is none of this name."""
        return read_request(self._folder / job) if is_job_id(job) else None

    def results(self, job: str) -> list[DesignResult]:
        """What has come out so far."""
        return read_results(self._folder / job) if is_job_id(job) else []

    def result_files(self, job: str) -> tuple[str, ...]:
        """Names of what has come out so far."""
        return result_files(self._folder / job) if is_job_id(job) else ()

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._queue.clear()
            self._worker.process.kill()
            self._worker.process.wait()

    def _hire(self) -> _Worker:
        worker = _Worker()
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()
        return worker

    def _listen(self, worker: _Worker) -> None:
        for line in worker.output:
            with self._lock:
                word, _, share = line.strip().partition(" ")
                if word == "preparing":
                    worker.prepared_share = float(share)
                elif word == "ready":
                    worker.ready = True
                elif word == "done":
                    self._current = None
                self._advance()
        code = worker.process.wait()
        with self._lock:
            if worker is self._worker and self._current is not None:
                job, self._current = self._folder / self._current, None
                why = Text(f"the engine ended with code {code}", f"引擎意外退出，退出码 {code}")
                write_state(job, failed(why))
                self._advance()

    def _advance(self) -> None:
        """Give the worker the next job, if it has none."""
        if self._current is None and self._queue:
            if self._worker.process.poll() is not None:
                self._worker = self._hire()
            self._current = self._queue.popleft()
            self._worker.order(run=str(self._folder / self._current))

    def _end(self, worker: _Worker, job: str) -> None:
        """End a worker that still has this job, and take on another."""
        with self._lock:
            if worker is not self._worker or self._current != job:
                return
            worker.process.kill()
            worker.process.wait()
            state = read_state(self._folder / job)
            self._current = None
            write_state(self._folder / job, JobState("stopped", state.share if state else 0.0))
            self._worker = self._hire()
            self._advance()
