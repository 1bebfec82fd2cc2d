"""All comparisons with the textbook models, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import unknown_name
from sim.text import Text
from sim.verification import bass, branching, independent_cascade, linear_threshold, price_response
from sim.verification.finding import Finding
from sim.verification.graphs import grounds
from sim.verification.references import Tick

QUICK_SHARE = 0.1
"""Of the runs, for a look whether anything is badly wrong; the powers say how little it is worth."""

Progress = Callable[[str, float], None]
"""Called with the name of a check and the share of it that is done; may raise `Cancelled`."""


@dataclass(frozen=True)
class Scale:
    """How much is done.

    Attributes:
        share: of the runs of a full verification.
        folder: where the real graphs are; None if nowhere.
    """

    share: float = 1.0
    folder: Path | None = None


def _cascades(scale: Scale, tick: Tick) -> Iterator[Finding]:
    exact = max(5, round(independent_cascade.EXACT_GRAPHS * scale.share))
    yield from independent_cascade.same_coins(exact, lambda done: tick(0.1 * done))
    for place, ground in enumerate(grounds(scale.folder)):
        yield from independent_cascade.sizes_on(ground, scale.share, _part(tick, 0.1 + 0.3 * place, 0.3))


def _thresholds(scale: Scale, tick: Tick) -> Iterator[Finding]:
    graphs = max(5, round(linear_threshold.SMALL_GRAPHS * scale.share))
    yield from linear_threshold.small_graphs(graphs, _part(tick, 0.0, 0.7))
    for place, ground in enumerate(grounds(scale.folder)[:2]):
        yield from linear_threshold.large_graph(ground, _part(tick, 0.7 + 0.15 * place, 0.15))


def _part(tick: Tick, begun: float, share: float) -> Tick:
    return lambda done: tick(begun + share * done)


CHECKS: dict[str, Callable[[Scale, Tick], Iterator[Finding]]] = {
    "independent-cascade": _cascades,
    "linear-threshold": _thresholds,
    "bass": lambda scale, tick: bass.check(scale.share, tick),
    "branching": lambda scale, tick: branching.check(scale.share, tick),
    "price-response": lambda scale, tick: price_response.check(scale.share, tick),
}
"""Name -> the check."""


def verify(
    only: Sequence[str] = (), *, scale: Scale | None = None, progress: Progress | None = None
) -> Iterator[Finding]:
    """Make the checks with these names, or all, and yield what each comparison has come to.

    Raises:
        InputError: there is no such check, or a data file cannot be read.
        RunError: a run failed, or was not what the comparison needs.
        Cancelled: `progress` raised it.
    """
    for name in only:
        if name not in CHECKS:
            raise unknown_name(Text("check", "检验"), name, CHECKS)
    for name, check in CHECKS.items():
        if not only or name in only:
            yield from check(scale or Scale(), _named(progress, name))


def _named(progress: Progress | None, name: str) -> Tick:
    return lambda done: None if progress is None else progress(name, done)
