"""What paired repeats say of two designs: clearly better, likely better, or not to be told apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.estimate import CONFIDENCE, LEAST_SEEDS, Estimate, estimate

LOOKS = (20, 40, 80)
"""After how many pairs a comparison that goes on by itself is looked at."""

LOOK_CONFIDENCE = 1.0 - (1.0 - CONFIDENCE) / 5
"""Of the interval that decides on `clear`: a fifth of the 5 %. Measured with five looks between two designs
that do not differ: 1.5 to 3.1 % of comparisons claim a difference; with three looks at plain 95 % intervals,
11.6 % do."""

NEEDED_MOST = 100_000
"""Most repeats that are named. assumption: beyond it nobody makes them, and "more than" says enough."""

Kind = Literal["early", "clear", "likely", "open"]
"""early: too few pairs to claim anything. clear: under every calibration the `LOOK_CONFIDENCE` interval
leaves 0 out, on the same side. likely: the 95 % interval does. open: they cannot be told apart."""


@dataclass(frozen=True)
class Verdict:
    """Two designs, A and B, on one outcome.

    Attributes:
        kind: see `Kind`.
        better: 0 if A is the better one, 1 if B; None if neither is likely to be, or nobody knows whether
            more or less of the outcome is better.
        gap: B less A under the first calibration, with its 95 % interval.
        wins: in how many pairs B is better under the first calibration (has more, where nobody knows which
            is better); ties count for nobody.
        of: in how many pairs both could be measured under it.
        made: how many pairs were looked at under it.
        needed: about how many repeats it would take in all: of an open comparison until it is likely, of a
            likely one until it is clear. None where none can be named: it is clear or early, A and B are the
            `same`, means are `mixed`, or it would take more than `NEEDED_MOST`.
        same: whether A and B gave the same in every pair under every calibration.
        by_calibration: the gap under each, with its 95 % interval; the first comes first.
    """

    kind: Kind
    better: int | None
    gap: Estimate
    wins: int
    of: int
    made: int
    needed: int | None
    same: bool
    by_calibration: Mapping[str, Estimate]

    @property
    def disagree(self) -> tuple[str, ...]:
        """Calibrations whose 95 % interval lies on another side of 0, or around it, than the first's does."""
        return tuple(name for name, one in self.by_calibration.items() if one.side != self.gap.side)

    @property
    def mixed(self) -> bool:
        """Whether the mean gap has not the same sign under all calibrations, so that repeats may never do."""
        return len({np.sign(one.mean or 0.0) for one in self.by_calibration.values()}) > 1

    @property
    def reversed(self) -> bool:
        """Whether the gap has one sign for certain under one calibration and the other under another."""
        return {-1, 1} <= {one.side for one in self.by_calibration.values()}


def verdict(
    gaps: Mapping[str, NDArray[np.float64]],
    *,
    higher_is_better: bool | None,
    least: int = LEAST_SEEDS,
    looks: bool = True,
) -> Verdict:
    """Judge two designs by their paired differences.

    Args:
        gaps: calibration -> B less A by seed, float64[seeds], NaN where either was not measured. The first
            calibration is the one whose gap is told.
        higher_is_better: None if nobody knows, or it depends.
        least: fewest pairs that are judged, under every calibration; see `sim.estimate.least_seeds`.
        looks: the comparison goes on while it is watched: only what the last of `LOOKS` that has been reached
            saw is judged, so that nobody stops it at a lucky moment. False for a number of repeats that was
            fixed beforehand: all of them are judged. `clear` means the same in both.

    Raises:
        ValueError: there is no calibration.
    """
    if not gaps:
        raise ValueError("gaps: needs at least one calibration")
    seen = {name: _seen(one) if looks else one for name, one in gaps.items()}
    plain = {name: estimate(one, least=least) for name, one in seen.items()}
    strict = [estimate(one, confidence=LOOK_CONFIDENCE, least=least) for one in seen.values()]
    first = next(iter(seen.values()))
    gap = next(iter(plain.values()))
    kind = _kind(list(plain.values()), strict)
    waits_for = {"open": list(plain.values()), "likely": strict}.get(kind)
    above = 0 if higher_is_better is False else 1
    known = kind in ("clear", "likely") and higher_is_better is not None
    return Verdict(
        kind=kind,
        better=None if not known else above if gap.side == 1 else 1 - above,
        gap=gap,
        wins=int(np.count_nonzero(first < 0 if higher_is_better is False else first > 0)),
        of=gap.seeds,
        made=len(first),
        needed=None if waits_for is None else _needed(waits_for),
        same=all(not np.nan_to_num(one).any() for one in seen.values()) and gap.seeds > 0,
        by_calibration=plain,
    )


def _seen(gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gaps as they were at the last look; before the first one, all."""
    return gaps[: max((look for look in LOOKS if look <= len(gaps)), default=len(gaps))]


def _kind(plain: list[Estimate], strict: list[Estimate]) -> Kind:
    if any(one.side is None for one in plain):
        return "early"
    if {one.side for one in strict} in ({1}, {-1}):
        return "clear"
    if {one.side for one in plain} in ({1}, {-1}):
        return "likely"
    return "open"


def _needed(estimates: list[Estimate]) -> int | None:
    """Repeats after which all intervals would leave 0 out, if means and spreads stayed what they are.

    An interval shrinks with the root of the number of repeats: n' = n · (half its width ÷ the mean)², the
    half that reaches towards 0.
    """
    most = 0
    for one in estimates:
        if not one.mean or one.low is None or one.high is None or one.mean * (estimates[0].mean or 0) <= 0:
            return None
        half = one.mean - one.low if one.mean > 0 else one.high - one.mean
        needed = one.seeds * (half / one.mean) ** 2
        if needed > NEEDED_MOST:
            return None
        most = max(most, math.ceil(needed) if one.side == 0 else one.seeds)
    return max(most, max(one.seeds for one in estimates) + 1)
