"""Statistics of group buys as the files show them, the same for the data and for what is simulated.

Those of items, joiners and initiators are of one split with the failures; those of both splits are named so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.facts.beibei.records import Files, Groups, Ints
from sim.facts.estimate import quotient
from sim.network.csr import pair_codes, sorted_unique, symmetric_rows
from sim.network.measure import components
from sim.network.ties import common_friends

Counts = NDArray[np.int64]

Figures = dict[str, float]
"""Statistic -> value; NaN where there was nothing to measure."""


def item_figures(files: Files, split: str) -> Figures:
    """How groups and their failures spread over items."""
    shown = files.split(split)
    items, counts = _by_item(shown.item, files.failed.item)
    won, lost = counts[:, 0].astype(float), counts[:, 1].astype(float)
    all_won = won * quotient(files.succeeded, len(shown))  # those not shown are like those shown
    groups = all_won + lost
    rate = all_won / groups
    large = np.argsort(-groups, kind="stable")[: max(1, len(items) // 10)]
    total = groups.sum()
    return {
        "item_icc": intraclass(won, lost),
        "items_top_tenth": top_share(won[won > 0], 0.1),
        "items_gini": gini(won[won > 0]),
        "items_once": quotient(float((won == 1).sum()), float((won > 0).sum())),
        "failures_top_tenth": top_share(lost[lost > 0], 0.1),
        "groups_in_items_above_90": quotient(groups[rate > 0.9].sum(), total),
        "groups_in_items_below_20": quotient(groups[rate < 0.2].sum(), total),
        "success_large_items": quotient(all_won[large].sum(), groups[large].sum()),
        "success_other_items": quotient(all_won.sum() - all_won[large].sum(), total - groups[large].sum()),
    }


def person_figures(files: Files, split: str, initiators: Ints) -> Figures:
    """How often the same people open, fail, join and meet again.

    Args:
        files: what is shown.
        split: whose successes.
        initiators: of these only, where a figure is an average over initiators.
    """
    shown = files.split(split)
    own = shown.where(np.isin(shown.initiator, initiators))
    failures = _times(own.initiator, files.failed.initiator)
    joiners, seats = np.unique(shown.joiner, return_counts=True)
    return {
        "failures_mean": _mean(failures),
        "failures_none": _mean(failures == 0),
        "failures_variance_to_mean": _variance_to_mean(failures),
        "same_joiner": _same_joiner(files, initiators),
        "reciprocity": _reciprocity([shown]),
        "seats_per_joiner": quotient(float(seats.sum()), len(joiners)),
        "joiners_top_tenth": top_share(seats, 0.1),
        "joiners_gini": gini(seats),
        "initiators_who_join": _mean(np.isin(own.initiator, joiners)),
        "joiner_opens_same_item": _opens_same_item(shown, files),
        "joins_with_failures": _correlation(_times(own.initiator, shown.joiner), failures),
        "groups_of_two": _mean(shown.joiners == 1),
    }


def total_figures(files: Files) -> Figures:
    """What hangs on both splits, or on all groups, shown or not."""
    everybody = len(files.test)
    return {
        "success_rate": quotient(files.succeeded, files.succeeded + len(files.failed)),
        "successes_per_initiator": quotient(files.succeeded, everybody),
        "second_success": quotient(len(files.tune), everybody),
        "groups_per_item": quotient(
            files.succeeded + len(files.failed),
            len(np.unique(np.concatenate((files.tune.item, files.test.item, files.failed.item)))),
        ),
        "failing_without_success": _mean(~np.isin(np.unique(files.failed.initiator), files.test.initiator)),
        "item_pairs_lift": _item_pairs_lift(files),
        "reciprocity_both": _reciprocity([files.tune, files.test]),
        **{f"{name}_both": value for name, value in graph_figures([files.tune, files.test]).items()},
    }


def graph_figures(groups: Sequence[Groups]) -> Figures:
    """The graph of who bought together."""
    links = np.concatenate([np.stack((one.host, one.joiner), axis=1) for one in groups])
    people, place = np.unique(links, return_inverse=True)
    pairs = sorted_unique(pair_codes(*place.reshape(-1, 2).T))
    start, target = symmetric_rows(len(people), pairs)
    degree = np.diff(start)
    sizes = np.bincount(components(start, target)) if len(people) else degree
    return {
        "degree_mean": _mean(degree),
        "degree_one": _mean(degree == 1),
        "largest_component": quotient(sizes.max(initial=0), len(people)),
        "transitivity": quotient(
            common_friends(len(people), pairs).sum(), (degree * (degree - 1) // 2).sum()
        ),
        "degree_assortativity": _correlation(np.repeat(degree, degree), degree[target]),
    }


def intraclass(won: NDArray[np.float64], lost: NDArray[np.float64]) -> float:
    """Share of the variance of a group's outcome that lies between items (one-way analysis of variance).

    won, lost: float64[items], how many of each; items without any do not count.
    """
    n = won + lost
    won, n = won[n > 0], n[n > 0]
    k, total = len(n), n.sum()
    if k < 2 or total <= k:
        return float("nan")
    rate, mean = won / n, won.sum() / total
    between = (n * (rate - mean) ** 2).sum() / (k - 1)
    within = (n * rate * (1 - rate)).sum() / (total - k)
    size = (total - (n * n).sum() / total) / (k - 1)
    return float(quotient(between - within, between + (size - 1) * within))


def gini(counts: NDArray[np.float64] | Counts) -> float:
    """Gini coefficient of positive counts."""
    ranked = np.sort(counts).astype(float)
    n = len(ranked)
    if not n:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ ranked / (n * ranked.sum()))


def top_share(counts: NDArray[np.float64] | Counts, share: float) -> float:
    """What the largest `share` of the counts (at least one) hold of their sum."""
    ranked = np.sort(counts)[::-1]
    return quotient(float(ranked[: max(1, round(share * len(ranked)))].sum()), float(ranked.sum()))


def _mean(values: NDArray[np.bool_] | Counts) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _variance_to_mean(values: Counts) -> float:
    return quotient(float(np.var(values)), _mean(values)) if len(values) else float("nan")


def _by_item(*columns: Ints) -> tuple[Ints, Counts]:
    """The items in any column, and how often each is in which: int64[items, columns]."""
    items, place = np.unique(np.concatenate(columns), return_inverse=True)
    ends = np.cumsum([len(column) for column in columns])[:-1]
    parts = np.split(place, ends)
    return items, np.stack([np.bincount(part, minlength=len(items)) for part in parts], axis=1)


def _times(who: Ints, among: Ints) -> Counts:
    """How often each of `who` is in `among`."""
    ranked = np.sort(among)
    return np.searchsorted(ranked, who, side="right") - np.searchsorted(ranked, who, side="left")


def _pairs(a: Ints, b: Ints) -> Ints:
    return (a << 32) | b


def _same_joiner(files: Files, initiators: Ints) -> float:
    """Share of initiators with two groups shown whose two groups have a joiner in common."""
    two = np.intersect1d(np.intersect1d(files.tune.initiator, files.test.initiator), initiators)
    common = np.intersect1d(
        _pairs(files.tune.host, files.tune.joiner), _pairs(files.test.host, files.test.joiner)
    )
    return quotient(float(np.isin(two, common >> 32).sum()), len(two))


def _reciprocity(splits: Sequence[Groups]) -> float:
    """Share of the pairs initiator → joiner that occur the other way round too."""
    host = np.concatenate([one.host for one in splits])
    joiner = np.concatenate([one.joiner for one in splits])
    pairs = np.unique(_pairs(host, joiner))
    return _mean(np.isin(_pairs(pairs & 0xFFFFFFFF, pairs >> 32), pairs))


def _opens_same_item(shown: Groups, files: Files) -> float:
    """Share of joiners who are shown to have opened a group of the same item."""
    opened = [_pairs(one.initiator, one.item) for one in (files.tune, files.test, files.failed)]
    return _mean(np.isin(_pairs(shown.joiner, shown.joined_item), np.concatenate(opened)))


def _correlation(a: Counts, b: Counts) -> float:
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _item_pairs_lift(files: Files) -> float:
    """How much oftener two initiators have the same two items than if items were dealt out anew."""
    _, one, other = np.intersect1d(files.tune.initiator, files.test.initiator, return_indices=True)
    n = len(one)
    _, counts = _by_item(files.tune.item[one], files.test.item[other])
    a, b = (counts / max(1, n)).T
    # two pairs dealt are the same in this order, or in the other, less what is both
    same = (a @ a) * (b @ b) + (a @ b) ** 2 - (a * a) @ (b * b)
    met = _coincidences(files.tune.item[one], files.test.item[other])
    return quotient(met, float(n * (n - 1) / 2 * same))


def _coincidences(a: Ints, b: Ints) -> float:
    _, times = np.unique(_pairs(np.minimum(a, b), np.maximum(a, b)), return_counts=True)
    return float((times * (times - 1) // 2).sum())
