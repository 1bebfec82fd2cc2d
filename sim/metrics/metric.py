"""What a measure says of itself: how it is measured, its unit, its names, and which way it is better.

Each family of measures (`sim.metrics.funnel`, `orders`, `groups`, `spread`, `money`, `commission`,
`activity`) lists its own below its functions; `sim.metrics.registry` puts the lists together. Whatever shows,
ranks, compares or documents measures goes by these fields alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from sim.metrics.sources import SOURCES
from sim.metrics.view import TableView

Number = int | float | None
"""A measured value; None where the denominator is 0 or nothing was there to measure."""

Function = TypeVar("Function", bound=Callable[..., object])

GAINED = "incremental"
"""The section of a summary that holds the increments."""

Better = Literal["more", "less", "neither"]
"""Which way a measure is better: of `neither` nobody is the best."""


@dataclass(frozen=True)
class Measure(Generic[Function]):
    """What every measure says of itself.

    Attributes:
        name: stable key in `summary.json`; ends in its unit for money (`_fen`).
        function: measures it; its docstring says exactly what it counts.
        unit: members, orders, groups, messages, times, chats, cascades, items, steps, fen, hours, share (a
            part of 1), or ratio.
        zh: Chinese label, the trade's own word.
        en: English label.
        better: which way it is better.
        per_zh: its denominator in Chinese; empty for what is not a quotient.
        per_en: the same in English.
        needs_messages: asks who told whom, which an outcomes table does not say.
        of: full names of the two measures whose quotient it is, where seeds are pooled: the sum of the first
            over the sum of the second, see `sim.estimate.pooled`. A mean of quotients would let seeds with
            next to nothing to divide by decide, and leave out those with nothing.
    """

    name: str
    function: Function
    unit: str
    zh: str
    en: str
    better: Better
    per_zh: str = ""
    per_en: str = ""
    needs_messages: bool = False
    of: tuple[str, str] | None = None

    @property
    def full_name(self) -> str:
        """The name by which it is asked for: with its section, where it has one of its own."""
        return self.name

    @property
    def source(self) -> str:
        """Whose definition it is."""
        return SOURCES[self.full_name]


@dataclass(frozen=True)
class Metric(Measure[Callable[[TableView], Number]]):
    """One number of a run."""


@dataclass(frozen=True)
class Breakdown(Measure[Callable[[TableView], Mapping[str, Number]]]):
    """Numbers of a run by channel, reason or the like; keys `name.part` in `summary.json`.

    `function` gives a number for each part, and all parts are better the same way. parts: of one that needs
    the messages, the parts it would have.
    """

    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Increment(Measure[Callable[[TableView, TableView], Number]]):
    """What a campaign added to the same without it; keys `incremental.name`.

    `function` takes the campaign and the same without it. signed: it is a difference, shown with its sign.
    """

    signed: bool = True

    @property
    def full_name(self) -> str:
        """`incremental.name`."""
        return f"{GAINED}.{self.name}"
