"""What the files would show of a simulated shop: the observation model.

1. An initiator and an item are one record: a success if any of their groups succeeded, else one failure.
   (In the data no pair occurs twice, neither in the splits nor among the failures nor in both, where chance
   alone would give over a hundred: they were merged before they were published.)
2. Of each initiator's successes, at random, one is in `test` and, where there are two, another in `tune`;
   the rest is not shown. (How leave-one-out chose is not known; at random is an assumption.)
3. Failures are complete. Groups undecided at the end run off first, so that there are none.
"""

from __future__ import annotations

import numpy as np

from sim.events import EventTable, Kind
from sim.facts.beibei.records import Files, Groups, Ints, Mask
from sim.streams import uniform

_SHOWN = 10_105  # stream free for own use


def files_of(table: EventTable, seed: int) -> Files:
    """The files of a run.

    Args:
        table: its events, run-off included.
        seed: of the draw of the successes that are shown.
    """
    succeeded, failed = _groups(table, Kind.GROUP_SUCCEEDED), _groups(table, Kind.GROUP_FAILED)
    merged = succeeded.where(_first_of_pair(succeeded))
    failed = failed.where(_first_of_pair(failed))
    failed = failed.where(~np.isin(_pair(failed), _pair(merged)))
    place = _place_of_initiator(merged, seed)
    return Files(merged.where(place == 1), merged.where(place == 0), failed, len(merged))


def _groups(table: EventTable, outcome: Kind) -> Groups:
    """The groups that ended so, in the order of their numbers."""
    ended, opened = table.rows(outcome), table.rows(Kind.GROUP_OPENED)
    numbers = np.sort(ended["group"].astype(np.int64))
    if not len(numbers):
        none: Ints = np.zeros(0, dtype=np.int64)
        return Groups(none, none, none, none)
    first = np.argsort(opened["group"], kind="stable")
    rows = first[np.searchsorted(opened["group"][first], numbers)]
    initiator = opened["actor"][rows].astype(np.int64)
    seats = table.rows(Kind.GROUP_JOINED)
    place = np.minimum(np.searchsorted(numbers, seats["group"]), len(numbers) - 1)
    joined = (numbers[place] == seats["group"]) & (initiator[place] != seats["actor"])
    if outcome is Kind.GROUP_FAILED:
        joined[:] = False  # the file of failures names nobody but the initiator
    place, joiner = place[joined], seats["actor"][joined].astype(np.int64)
    order = np.argsort(place, kind="stable")
    return Groups(
        initiator,
        opened["product"][rows].astype(np.int64),
        np.bincount(place, minlength=len(numbers)).astype(np.int64),
        joiner[order],
    )


def _pair(groups: Groups) -> Ints:
    return (groups.initiator << 32) | groups.item


def _first_of_pair(groups: Groups) -> Mask:
    first = np.zeros(len(groups), dtype=np.bool_)
    first[np.unique(_pair(groups), return_index=True)[1]] = True
    return first


def _place_of_initiator(groups: Groups, seed: int) -> Ints:
    """The place of each group among its initiator's, 0 first, in drawn order."""
    pairs = zip(groups.initiator.tolist(), groups.item.tolist(), strict=True)
    luck = np.array([uniform(seed, _SHOWN, initiator, item, 0) for initiator, item in pairs])
    order = np.lexsort((luck, groups.initiator))
    ranked = groups.initiator[order]
    place = np.empty(len(groups), dtype=np.int64)
    place[order] = np.arange(len(ranked)) - np.searchsorted(ranked, ranked)
    return place
