"""What one comparison with a textbook model has come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sim.settings.problems import Text

Verdict = Literal["passed", "failed", "skipped"]

FAMILY_LEVEL = 0.01
"""Chance that any comparison of a correct program fails. assumption: rare enough to be looked into."""

TESTS = 12
"""Tests by chance in a full run: cascades on three graphs by two programs, Bass 2, branching 2, price 2."""

STRICTEST_LEVEL = FAMILY_LEVEL / TESTS
"""What the smallest p of a full run is held to (Holm 1979); powers are given at this level."""


_NOTHING = Text("", "")


@dataclass(frozen=True)
class Finding:
    """One comparison: of what, with what, how, and what came of it.

    Attributes:
        model: the textbook model.
        against: what it is held to.
        test: how, with sample sizes.
        statistic: the numbers seen.
        p: chance of as much or more if both are the same; None where chance has no part.
        differences: where chance has no part, how many cases differ.
        power: chance to fail if the two differed by `detects`; None where chance has no part.
        detects: the difference that `power` is about.
        missing: why it could not be made; None if it was.
    """

    model: Text
    against: Text
    test: Text = _NOTHING
    statistic: Text = _NOTHING
    p: float | None = None
    differences: int | None = None
    power: float | None = None
    detects: Text = _NOTHING
    missing: Text | None = None


def verdicts(findings: Sequence[Finding]) -> tuple[Verdict, ...]:
    """A verdict for each finding: tests by chance fail at the family's level by Holm's (1979) procedure."""
    found: list[Verdict] = []
    rejected = _rejected([one.p for one in findings if one.p is not None])
    for one in findings:
        if one.missing is not None:
            found.append("skipped")
        else:
            bad = one.p in rejected if one.p is not None else one.differences != 0
            found.append("failed" if bad else "passed")
    return tuple(found)


def _rejected(values: Sequence[float]) -> set[float]:
    """The p values that Holm's procedure rejects: the smallest ones, up to the first that is large enough."""
    rejected: set[float] = set()
    for place, p in enumerate(sorted(values)):
        if p > FAMILY_LEVEL / (len(values) - place):
            break
        rejected.add(p)
    return rejected
