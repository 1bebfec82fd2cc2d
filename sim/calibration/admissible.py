"""Points that the facts leave open: walks among values that meet the starred bands the defaults meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sim.calibration.panel import PANEL, measured
from sim.calibration.priors import Prior, shipped
from sim.facts.kept import done
from sim.facts.suite import FACTS
from sim.streams import uniform

STARRED = tuple(sorted((fact.id for fact in FACTS if fact.star and fact.id in PANEL), key="F2".__eq__))
"""What must hold at once, as far as small communities show it; what takes longest comes last."""

_BLOCK = 8  # parameters that move at once; assumption
_TRIES = 6  # assumption: a block that has found no other place by then stays where it is
_SEED, _ORDER, _PLACE = 1, 10_107, 10_108  # streams free for own use

Point = dict[str, float]
"""Path of a prior -> value."""


def admissible(
    parameters: Sequence[Prior],
    points: int,
    *,
    workers: int = 1,
    progress: Callable[[float], None] | None = None,
) -> tuple[Point, ...]:
    """Each point is the end of a walk of its own from the defaults, once over all parameters.

    Every step is simulated with the luck of the defaults, and keeps every band that these meet. The walk is
    slice sampling with shrinking boxes (Neal 2003, Annals of Statistics), a uniform prior under it.

    Args:
        parameters: what moves, in their ranges.
        points: how many walks.
        workers: processes.
        progress: called with the share that is done; it may raise `Cancelled`.

    Raises:
        RunError: a run failed.
    """
    wanted = frozenset(one.name for one in measured({}, STARRED) if one.value in one.band)
    found: dict[int, Point] = {}
    for walk, point in done(partial(walked, tuple(parameters), wanted), range(points), workers):
        found[walk] = point
        if progress is not None:
            progress(len(found) / points)
    return tuple(found[walk] for walk in range(points))


def walked(parameters: Sequence[Prior], wanted: frozenset[str], walk: int) -> Point:
    """The end of a walk; wanted: names of the statistics that stay in their bands."""
    here: Point = {one.path: shipped(one.path) for one in parameters}
    order = sorted(range(len(parameters)), key=lambda k: uniform(_SEED, _ORDER, walk, k, 0))
    for first in range(0, len(order), _BLOCK):
        block = [parameters[k] for k in order[first : first + _BLOCK]]
        box = {one.path: (one.low, one.high) for one in block}
        for attempt in range(_TRIES):
            luck = (uniform(_SEED, _PLACE, walk, first + k, attempt) for k in range(len(block)))
            moved = {
                one.path: _within(one, box[one.path], share) for one, share in zip(block, luck, strict=True)
            }
            if meets({**here, **moved}, wanted):
                here |= moved
                break
            for path, value in moved.items():
                low, high = box[path]
                box[path] = (value, high) if value < here[path] else (low, value)
    return here


def meets(values: Point, wanted: frozenset[str]) -> bool:
    """Whether every wanted statistic is in its band; fact by fact, so that the first miss ends it."""
    return all(
        one.value in one.band for fact in STARRED for one in measured(values, [fact]) if one.name in wanted
    )


def _within(parameter: Prior, ends: tuple[float, float], share: float) -> float:
    """Of a whole number the nearest one; else with three digits, as it is written down."""
    value = ends[0] + share * (ends[1] - ends[0])
    return round(value) if parameter.whole else float(f"{value:.3g}")
