"""Whether the order of two designs depends on the calibration: by intervals, not by means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from sim.compare import Comparison, judged
from sim.metrics.registry import higher_is_better
from sim.verdict import Verdict

Agreement = Literal["all", "some", "reversed", "none", "early"]
"""all: one is better under every calibration. some: under some, and under the others they cannot be told
apart. reversed: one is better under one calibration, the other under another. none: they can be told apart
under no calibration. early: too few seeds for an interval under some calibration. Better always means that
the 95 % interval of the paired difference leaves 0 out."""


@dataclass(frozen=True)
class Order:
    """Which of two designs is better by one metric under each calibration.

    Attributes:
        designs: the numbers of the two.
        better: calibration -> the number of the better one; None where they cannot be told apart.
        agreement: see `Agreement`.
    """

    designs: tuple[int, int]
    better: Mapping[str, int | None]
    agreement: Agreement


def agreement(found: Verdict) -> Agreement:
    """How far calibrations agree on two designs."""
    sides = {one.side for one in found.by_calibration.values()}
    if None in sides:
        return "early"
    if found.reversed:
        return "reversed"
    if sides == {0}:
        return "none"
    return "some" if 0 in sides else "all"


def orders(comparisons: Mapping[str, Comparison], metric: str) -> tuple[Order, ...]:
    """The order of every two designs by a metric that was measured under every calibration.

    By one that is neither better nor worse there is none.
    """
    up = higher_is_better(metric)
    if up is None:
        return ()
    designs = range(len(next(iter(comparisons.values())).names))
    found = []
    for first, second in combinations(designs, 2):
        one = judged(comparisons, metric, second, first)
        better = {-1: first, 1: second} if up else {-1: second, 1: first}
        by = {name: better.get(gap.side or 0) for name, gap in one.by_calibration.items()}
        found.append(Order((first, second), by, agreement(one)))
    return tuple(found)
