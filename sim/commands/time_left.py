"""How long work goes on, by how long what is done of it took."""

from __future__ import annotations

from collections.abc import Callable

from sim.text import Text


class TimeLeft:
    """Tells for each stage how many seconds are left.

    clock: seconds on a clock that never goes back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun: dict[str, tuple[float, float]] = {}  # stage -> time and share at its first report

    def seconds(self, stage: str, share: float) -> float | None:
        """What is left of a stage of which this share is done; None if nobody can say yet."""
        now = self._clock()
        began, before = self._begun.setdefault(stage, (now, share))
        if share >= 1.0 or share <= before or now <= began:
            return None
        return (1.0 - share) * (now - began) / (share - before)


def about(seconds: float) -> Text:
    """A time as people say it: `about 40 s left`."""
    if seconds < 10:
        return Text("a few seconds left", "还剩几秒")
    if seconds < 90:
        tens = round(seconds / 5) * 5
        return Text(f"about {tens} s left", f"约剩 {tens} 秒")
    if seconds < 5400:
        minutes = round(seconds / 60)
        return Text(f"about {minutes} min left", f"约剩 {minutes} 分钟")
    hours = f"{seconds / 3600:.1f}"
    return Text(f"about {hours} h left", f"约剩 {hours} 小时")
