"""The figures of the data, with the error of a sample: of items, and of initiators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sim.facts.beibei.figures import FIGURES, SPLITS, measured
from sim.facts.beibei.records import Files, Groups
from sim.facts.beibei.statistics import item_figures
from sim.facts.estimate import Estimate, estimate, quotient

_BLOCKS = 10  # assumption: enough for an interval, few enough to be quick
"""Items, or initiators, are left out by so many blocks in turn."""


def data_figures(
    files: Files, progress: Callable[[float], None] | None = None
) -> dict[str, dict[str, Estimate]]:
    """Split -> figure -> its value in the data, with a 95 % interval by the jackknife over blocks.

    What is of items is jackknifed over items, the rest over initiators; what is of initiators is of half of
    them in each split, see `measured`.
    """
    whole = measured(files, halves=True)
    of_items = set(item_figures(files, SPLITS[0]))
    cut: dict[bool, list[dict[str, dict[str, float]]]] = {True: [], False: []}
    for done, (by_item, block) in enumerate((kind, b) for kind in (True, False) for b in range(_BLOCKS)):
        if by_item:
            rest = _without(files, block, by_item=True)
            cut[True].append({split: item_figures(rest, split) for split in SPLITS})
        else:
            cut[False].append(measured(_without(files, block, by_item=False), halves=True))
        if progress is not None:
            progress((done + 1) / (2 * _BLOCKS))
    return {
        split: {
            one.id: estimate(
                one.name.en,
                range(_BLOCKS),
                partial(
                    _value, whole[split][one.id], [row[split][one.id] for row in cut[one.id in of_items]]
                ),
            )
            for one in FIGURES
        }
        for split in SPLITS
    }


def _value(whole: float, without: Sequence[float], blocks: Sequence[int]) -> float:
    """A statistic of the blocks: they are all there, or one is not."""
    missing = set(range(_BLOCKS)) - set(blocks)
    return without[missing.pop()] if missing else whole


def _without(files: Files, block: int, *, by_item: bool) -> Files:
    """The files less one block of items, or of initiators."""

    def rest(groups: Groups) -> Groups:
        # initiators by pairs of numbers, for blocks with as many even ones as odd
        key = groups.item if by_item else groups.initiator // 2
        return groups.where(key % _BLOCKS != block)

    tune, test, failed = rest(files.tune), rest(files.test), rest(files.failed)
    left = quotient(len(tune) + len(test), len(files.tune) + len(files.test))
    return Files(tune, test, failed, round(files.succeeded * left))
