"""The worker processes of the desk: started, listened to, given tasks, and ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sim.text import Text
from sim.ui.job_files import Task

WORKERS_MOST = 4
"""assumption: more would each hold the engine and a community in memory for little."""
_LAST_LINES = 20  # assumption: of what a worker said before it died; the last one is the cause
_AFTERWARDS_SECONDS = 1.0  # assumption: what it said last has arrived by then

COMMAND = ("-P", "-m", "sim.ui.worker")
"""`-P`: a file of the user's that is called like a module is not run in its place."""


@dataclass
class Doing:
    """What a worker is at: the job's name, the task, since when (monotonic seconds), and the share done."""

    job: str
    task: Task
    since: float
    share: float = 0.0
    unwanted: bool = False


class Worker:
    """One worker process.

    Attributes:
        ready: whether its engine is loaded.
        prepared_share: else how much of it is compiled.
        doing: what it is at; None: it is free.
        dismissed: whether it was ended on purpose.
    """

    def __init__(self, folder: Path) -> None:
        """Start it in `folder`, where nobody's files lie about."""
        self.ready = False
        self.prepared_share = 0.0
        self.doing: Doing | None = None
        self.dismissed = False
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self.process = subprocess.Popen(
            [sys.executable, *COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=folder,
            env=_environment(),
        )
        self._reader = threading.Thread(target=self._read_errors, daemon=True)

    def listen(
        self, heard: Callable[[Worker, dict[str, Any]], None], ended: Callable[[Worker], None]
    ) -> None:
        """Call `heard` with each thing it says, and `ended` when it has; returns at once."""

        def follow() -> None:
            for line in _pipe(self.process.stdout):
                try:
                    words = json.loads(line)
                except ValueError:
                    continue
                if isinstance(words, dict):
                    heard(self, words)
            self.process.wait()
            self._reader.join(_AFTERWARDS_SECONDS)
            ended(self)

        self._reader.start()
        threading.Thread(target=follow, daemon=True).start()

    def give(self, job: Path, task: Task) -> None:
        """Let it do a task."""
        self.doing = Doing(job.name, task, time.monotonic())
        self._order(run=os.fspath(job), seed=task.seed, calibration=task.calibration)

    def interrupt(self) -> None:
        """Tell it to leave its task."""
        self._order(stop=True)

    def dismiss(self) -> None:
        """End it."""
        self.dismissed = True
        self.process.kill()
        self.process.wait()

    def cause(self) -> Text:
        """Why it has ended, as far as that can be told."""
        code = self.process.returncode
        last = next((line for line in reversed(self._last_lines) if line.strip()), "").strip()
        if code < 0:
            name = _signal_name(-code)
            return Text(f"it was ended by {name}", f"被信号 {name} 终止")
        en, zh = f"it ended with code {code}", f"退出码 {code}"
        return Text(f"{en}: {last}", f"{zh}：{last}") if last else Text(en, zh)

    @property
    def killed(self) -> bool:
        """Whether it was ended from outside by SIGKILL, as the system does when memory runs out."""
        return self.process.returncode == -getattr(signal, "SIGKILL", 9)

    def _order(self, **order: object) -> None:
        """Tell it something; if it is dead, whoever listens to it will notice."""
        try:
            pipe = _pipe(self.process.stdin)
            pipe.write(json.dumps(order) + "\n")
            pipe.flush()
        except OSError:
            pass

    def _read_errors(self) -> None:
        for line in _pipe(self.process.stderr):
            self._last_lines.append(line)
            sys.stderr.write(line)


def _environment() -> dict[str, str]:
    """As it is here, with places that do not depend on the working folder."""
    environment = dict(os.environ)
    for name in ("SHAPAN_CACHE", "SHAPAN_DATA"):
        if environment.get(name):
            environment[name] = os.path.abspath(environment[name])
    return environment


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
