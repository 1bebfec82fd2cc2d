"""Spread: how far it was passed on, by whom, and what sold it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, ratio

GENERATIONS = ("0", "1", "2", "3", "4")  # assumption: later ones are too small to say anything

SALES_SOURCES = ("kol", "distributor", "friend", "chat", "push", "own")
"""What an order is credited to; see `sales_share_by_source`."""


def sends(view: TableView) -> int:
    """Times a member passed something on (a post to 200 people is one; pushes do not count)."""
    counts = view.counts(Kind.COUNT_SENDS)
    return counts.total(counts.segment >= 0)


def senders(view: TableView) -> int:
    """Members who passed something on."""
    return view.counts(Kind.COUNT_SENDERS).total()


def share_rate(view: TableView) -> float | None:
    """Members who passed something on / members who read or passed something on."""
    return ratio(senders(view), view.counts(Kind.COUNT_READERS_OR_SENDERS).total())


def sends_per_buyer(view: TableView) -> float | None:
    """Sends by members who had paid for something by then / members who have paid, refunded later or not."""
    payers = view.members_in(view.column(Kind.ORDER_PAID, "actor"))
    return ratio(view.counts(Kind.COUNT_SENDS_AFTER_PAYING).total(), int(payers.sum()))


def k_factor(view: TableView) -> float | None:
    """People brought to act / people who acted; to act is to pass on or adopt, counted once a product.

    Below 1 in any finite run; what tells growth from fading is `k_factor_by_generation`.
    """
    parents = view.forest.parent
    return ratio(int((parents >= 0).sum()), len(parents))


def k_factor_by_generation(view: TableView) -> dict[str, float | None]:
    """People in the next generation / people in this one; generation 0 had it from nobody."""
    people = np.bincount(view.forest.depth, minlength=len(GENERATIONS) + 1)
    return {
        name: ratio(int(people[generation + 1]), int(people[generation]))
        for generation, name in enumerate(GENERATIONS)
    }


def cascades(view: TableView) -> int:
    """Trees along which products were passed on, lone roots included."""
    return len(view.trees.root)


def cascade_singleton_share(view: TableView) -> float | None:
    """Cascades that nobody followed / cascades."""
    return ratio(int((view.trees.size == 1).sum()), cascades(view))


def cascade_size_mean(view: TableView) -> float | None:
    """People in cascades / cascades."""
    return ratio(len(view.forest.parent), cascades(view))


def cascade_size_max(view: TableView) -> int | None:
    """People in the largest cascade."""
    return int(view.trees.size.max()) if cascades(view) else None


def cascade_depth_max(view: TableView) -> int | None:
    """Steps from the root to the farthest person in any cascade."""
    return int(view.trees.depth.max()) if cascades(view) else None


def structural_virality_mean(view: TableView) -> float | None:
    """Mean structural virality of cascades of two people or more (1 for a pair, about 2 for a star)."""
    shared = view.trees.virality[view.trees.size > 1]
    return float(shared.mean()) if len(shared) else None


def sales_share_by_source(view: TableView) -> dict[str, float | None]:
    """Paid amount of standing orders credited to the source / that of all standing orders.

    The first that fits: `kol`, a KOL is credited or it came over a KOL's post or the platform's
    recommendation of one; `distributor`, somebody is credited who was a distributor at that time; `push`,
    `chat`, `friend` (private message, feed) by channel; `own`, the rest: browsing, the open list,
    reminders, need.
    """
    table, rows = view.table, view.standing
    amounts = table["amount_fen"][rows]
    sources = _sales_source(view, rows)
    total = int(amounts.sum())
    return {
        name: ratio(int(amounts[sources == number].sum()), total) for number, name in enumerate(SALES_SOURCES)
    }


def _sales_source(view: TableView, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index into `SALES_SOURCES` of each of these payments."""
    table = view.table
    channel, source = table["channel"][rows], table["source"][rows]
    kol = np.isin(source, np.array(view.header.kols, dtype=np.int32))
    kol |= np.isin(channel, np.array([Channel.KOL_POST, Channel.PUBLIC]))
    distributor = (source >= 0) & (_distributor_since(view)[source] <= rows)
    friend = np.isin(channel, np.array([Channel.PRIVATE, Channel.MOMENTS]))
    conditions = [kol, distributor, friend, channel == Channel.CHAT, channel == Channel.PUSH]
    return np.select(conditions, list(range(len(conditions))), default=len(conditions))


def _distributor_since(view: TableView) -> NDArray[np.int64]:
    """The row from which on each member is a distributor: int64[members], beyond the table if never."""
    since = np.full(view.header.members, len(view.table), dtype=np.int64)
    np.minimum.at(since, view.column(Kind.RECRUITED, "actor"), view.rows(Kind.RECRUITED))
    since[np.array(view.header.distributors, dtype=np.int64)] = 0
    return since


METRICS: tuple[Metric, ...] = (
    Metric("sends", sends, "times", "分享次数", "sends", "neither"),
    Metric("senders", senders, "members", "分享人数", "senders", "more"),
    Metric(
        "share_rate",
        share_rate,
        "share",
        "分享率",
        "share rate",
        "more",
        "看过或分享过的成员",
        "members who read or sent",
    ),
    Metric(
        "sends_per_buyer",
        sends_per_buyer,
        "ratio",
        "付款后人均分享",
        "sends after paying",
        "neither",
        "付过款的成员",
        "members who have paid",
    ),
    Metric(
        "k_factor",
        k_factor,
        "ratio",
        "K 因子",
        "K-factor",
        "more",
        "行动者人次",
        "people who acted",
        needs_messages=True,
    ),
    Metric("cascades", cascades, "cascades", "传播链数", "cascades", "neither", needs_messages=True),
    Metric(
        "cascade_singleton_share",
        cascade_singleton_share,
        "share",
        "无人跟随的传播链占比",
        "cascades nobody followed",
        "neither",
        "传播链数",
        "cascades",
        needs_messages=True,
    ),
    Metric(
        "cascade_size_mean",
        cascade_size_mean,
        "ratio",
        "传播链平均人数",
        "mean cascade size",
        "more",
        "传播链数",
        "cascades",
        needs_messages=True,
    ),
    Metric(
        "cascade_size_max",
        cascade_size_max,
        "members",
        "最大传播链人数",
        "largest cascade",
        "more",
        needs_messages=True,
    ),
    Metric(
        "cascade_depth_max",
        cascade_depth_max,
        "steps",
        "最深传播层数",
        "deepest cascade",
        "neither",
        needs_messages=True,
    ),
    Metric(
        "structural_virality_mean",
        structural_virality_mean,
        "ratio",
        "平均结构病毒性",
        "mean structural virality",
        "neither",
        "两人及以上的传播链",
        "cascades of two or more",
        needs_messages=True,
    ),
)


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "k_factor_by_generation",
        k_factor_by_generation,
        "ratio",
        "各代 K 因子",
        "K-factor by generation",
        "more",
        "本代人数",
        "people in the generation",
        needs_messages=True,
        parts=GENERATIONS,
    ),
    Breakdown(
        "sales_share_by_source",
        sales_share_by_source,
        "share",
        "销售来源占比",
        "share of sales by source",
        "neither",
        "有效订单支付额",
        "paid amount of standing orders",
    ),
)
