"""What a run has written and told so far, held against what it is allowed; now and then it looks up."""

from __future__ import annotations

import time
from collections.abc import Callable

from sim.allowance import Allowance, told_too_many, too_many_rows
from sim.engine.recorder import Recorder
from sim.events import Channel
from sim.scenario.model import Scenario
from sim.waiting import LOOK_SECONDS

_TICKS = 256  # assumption: asking for the time more often would take longer than what is timed
_LAST_ROWS = 65_536  # assumption: enough to see what there is too much of


class Meter:
    """Ends a run that is allowed no more, and lets whoever runs it look up (and stop it)."""

    def __init__(self, scenario: Scenario, allowance: Allowance, recorder: Recorder) -> None:
        """Nothing is told yet."""
        self._scenario = scenario
        self._allowance = allowance
        self._recorder = recorder
        self._told_by = [0] * len(Channel)
        self._told = 0
        self._ticks, self._due = 0, 0.0
        self.look: Callable[[], None] | None = None

    def wrote(self, now_s: int) -> None:
        """A row was written.

        Raises:
            RunError: it is one too many.
        """
        allowed = self._allowance.rows(now_s)
        if self._recorder.rows > allowed:
            raise too_many_rows(self._scenario, allowed, self._recorder.last(_LAST_ROWS))

    def tell(self, now_s: int, channel: int, people: int) -> None:
        """Something is told to people over a channel.

        Raises:
            RunError: they are too many.
        """
        self._told_by[channel] += people
        self._told += people
        allowed = self._allowance.told(now_s)
        if self._told > allowed:
            raise told_too_many(self._scenario, allowed, self._told_by)

    def tick(self) -> None:
        """A little was done: look up if it is time."""
        self._ticks += 1
        if self._ticks % _TICKS or self.look is None:
            return
        now = time.monotonic()
        if now >= self._due:
            self._due = now + LOOK_SECONDS
            self.look()
