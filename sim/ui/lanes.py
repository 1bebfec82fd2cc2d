"""The order of jobs: who waits for them, which goes first, and how long that will take.

Two lanes: what takes `SHORT_SECONDS` at most never waits behind what takes longer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sim.ui.job_files import JobRequest, Task

SHORT_SECONDS = 20.0
"""requirement: a job that takes no longer goes into the short lane."""
WAITER_SECONDS = 30.0
"""requirement: after so long without a sign a tab does not wait any more."""

_SECONDS_PER_MEMBER_DAY = 3e-6
"""What one run takes a member and day, until some have been measured; measured on a 2-core machine: 0.9 s for
10,000 members and 30 days of the staple group-buy, which is among the slower scenarios."""
_SECONDS_PER_TASK = 0.1  # assumption: loading and writing
_TELLING_SIZE = 30_000.0
"""Members times days of designs from which on a task tells how long others take. assumption: of less, most
of the time is loading and writing, and a large job would seem to take hours."""
_OVERHEAD_SECONDS = 20 * _SECONDS_PER_TASK  # assumption: on a busy machine; what takes longer, works
_USUAL_DAYS = 30  # assumption: days of a job that does not say how many
_DAYS = "run.horizon_days"


@dataclass
class Work:
    """A job under way.

    Attributes:
        name: of the job.
        request: what was asked for.
        goal: so many pairs are wanted for now.
        todo: tasks up to there that nobody is at.
        done: tasks that are done.
        waiters: tab -> when it last gave a sign (monotonic seconds), and the outcome it looks at.
        taken_seconds: what tasks took that were done under way, the last ones.
        failures: task -> how often its worker has died of it.
    """

    name: str
    request: JobRequest
    goal: int = 0
    todo: deque[Task] = field(default_factory=deque)
    done: set[Task] = field(default_factory=set)
    waiters: dict[str, tuple[float, str]] = field(default_factory=dict)
    taken_seconds: deque[float] = field(default_factory=lambda: deque(maxlen=20))
    failures: dict[Task, int] = field(default_factory=dict)

    def aim(self, goal: int) -> None:
        """Want so many pairs."""
        self.goal = goal
        self.todo = deque(task for task in self.request.tasks(goal) if task not in self.done)

    @property
    def pairs(self) -> int:
        """Seeds that are done under every calibration."""
        seeds = {task.seed for task in self.done}
        return sum(all(Task(s, name) in self.done for name in self.request.calibrations) for s in seeds)

    def outcomes(self) -> frozenset[str]:
        """What those who wait for it look at."""
        return frozenset(by for _, by in self.waiters.values())

    def silent(self, now: float) -> list[str]:
        """Those who have given no sign for `WAITER_SECONDS`."""
        return [name for name, (seen, _) in self.waiters.items() if now - seen > WAITER_SECONDS]


class Pace:
    """How long tasks take: as measured for the scenario, else by a rule of thumb."""

    def __init__(self) -> None:
        self._measured: dict[str, float] = {}  # scenario -> seconds for each member and day of a design

    def note(self, work: Work, seconds: float) -> None:
        """A task of this job took so long."""
        work.taken_seconds.append(seconds)
        if _size(work.request) < _TELLING_SIZE and seconds < _OVERHEAD_SECONDS:
            return
        pace = max(0.0, seconds - _SECONDS_PER_TASK) / _size(work.request)
        name = work.request.designs[0].scenario
        self._measured[name] = (self._measured.get(name, pace) + pace) / 2

    def task_seconds(self, work: Work) -> float:
        """What a task of this job takes."""
        if work.taken_seconds:
            return sum(work.taken_seconds) / len(work.taken_seconds)
        pace = self._measured.get(work.request.designs[0].scenario, _SECONDS_PER_MEMBER_DAY)
        return _SECONDS_PER_TASK + pace * _size(work.request)

    def is_short(self, work: Work, workers: int) -> bool:
        """Whether the job belongs into the short lane, by all it has to do for this goal and had to."""
        before = max((look for look in work.request.looks if look < work.goal), default=0)
        tasks = (work.goal - before) * len(work.request.calibrations)
        return tasks * self.task_seconds(work) / max(1, workers) <= SHORT_SECONDS


def _size(request: JobRequest) -> float:
    days = sum(float(design.sets.get(_DAYS, _USUAL_DAYS)) for design in request.designs)
    return max(1.0, request.members * days)


def in_order(works: Iterable[Work], pace: Pace, workers: int) -> list[Work]:
    """Jobs as they come first: the short ones, then the long ones, each as they were asked for."""
    return sorted(works, key=lambda work: not pace.is_short(work, workers))


def seconds_left(
    work: Work, order: Sequence[Work], running: Mapping[str, float], pace: Pace, workers: int
) -> tuple[int, float]:
    """How many jobs go before this one, and about how long it takes until it is done.

    running: job -> how many tasks' worth of work is left of those that workers are at.
    """
    ahead = order[: order.index(work)]
    left = [(len(one.todo) + running.get(one.name, 0.0)) * pace.task_seconds(one) for one in (*ahead, work)]
    return len(ahead), sum(left) / max(1, workers)
