"""Spread: how far it was passed on, by whom, and what sold it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind
from sim.metrics.invitations import completed_until_s, delays_s
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, nearest_rank, ratio
from sim.units import HOUR

GENERATIONS = ("0", "1", "2", "3", "4")  # assumption: later ones are too small to say anything

SALES_SOURCES = ("kol", "distributor", "friend", "chat", "push", "list", "own")
"""What an order is credited to; see `sales_share_by_source`."""

LARGE = 10
"""People from whom on a cascade is a large one: structural virality tells shapes apart only where several are
possible. Two people are always at 1, three at 4/3; of ten, a star is at 1.8 and a chain at 3.67 (assumption;
Goel, Anderson, Hofman and Watts 2016 take 100, of a billion posts).
"""


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


def invites_per_customer(view: TableView) -> float | None:
    """People whom completed customers put messages before once they had paid / completed customers.

    A person before whom two messages are put counts twice. `sim.metrics.invitations` says who is completed.
    """
    return ratio(view.invitations.invited, view.invitations.customers)


def invite_conversion(view: TableView) -> float | None:
    """Customers whom completed customers brought by what they sent after paying / people they invited so."""
    return ratio(view.invitations.brought, view.invitations.invited)


def k_factor(view: TableView) -> float | None:
    """Customers brought by completed customers / completed customers: invites per customer x conversion.

    Above 1, customers alone make it grow; below 1 it fades without the operator. A customer counts once a
    product; those who paid less than a cycle before the horizon are left out (`sim.metrics.invitations`).
    """
    return ratio(view.invitations.brought, view.invitations.customers)


def cycle_hours_median(view: TableView) -> float | None:
    """Median hours from the first act of who brought somebody to that of who was brought.

    Of an even number, the lower of the two in the middle.
    """
    seconds = nearest_rank(delays_s(view.table, view.forest), 0.5)
    return None if seconds is None else seconds / HOUR


def brought_by_others_share(view: TableView) -> float | None:
    """People brought to act by others / people who acted; to act is to pass on or adopt, once a product.

    It is 1 - 1 / the mean size of a cascade, and so below 1 in any run; it says nothing about growth.
    """
    parents = view.forest.parent
    return ratio(int((parents >= 0).sum()), len(parents))


def k_factor_by_generation(view: TableView) -> dict[str, float | None]:
    """People brought to act by completed people of a generation / these; generation 0 had it from nobody.

    The reproduction number R. Completed is who first acted a cycle or more before the horizon (see
    `sim.metrics.invitations`); None for a generation in which nobody has.
    """
    grown = view.forest
    completed = view.table["time_s"][grown.first] <= completed_until_s(view.table, grown)
    brought = grown.parent[grown.parent >= 0]
    brought = brought[completed[brought]]
    people = np.bincount(grown.depth[completed], minlength=len(GENERATIONS))
    followers = np.bincount(grown.depth[brought], minlength=len(GENERATIONS))
    return {
        name: ratio(int(followers[generation]), int(people[generation]))
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


def acts_beyond_first_step_share(view: TableView) -> float | None:
    """People two steps or more from the root of their cascade / people who acted."""
    return ratio(int((view.forest.depth >= 2).sum()), len(view.forest.depth))


def structural_virality_mean(view: TableView) -> float | None:
    """Mean structural virality of cascades of two people or more (1 for a pair, about 2 for a star)."""
    shared = view.trees.virality[view.trees.size > 1]
    return float(shared.mean()) if len(shared) else None


def cascades_large(view: TableView) -> int:
    """Cascades of `LARGE` people or more."""
    return int((view.trees.size >= LARGE).sum())


def structural_virality_large_median(view: TableView) -> float | None:
    """Median structural virality of cascades of `LARGE` people or more: 1.8 or more, the deeper the more.

    Of an even number, the lower of the two in the middle.
    """
    return _virality_of_large(view, 0.5)


def structural_virality_large_p90(view: TableView) -> float | None:
    """The structural virality that nine in ten of the cascades of `LARGE` people or more do not exceed."""
    return _virality_of_large(view, 0.9)


def sales_share_by_source(view: TableView) -> dict[str, float | None]:
    """Paid amount of standing orders credited to the source / that of all standing orders.

    The first that fits: `kol`, a KOL is credited or it came over a KOL's post or the platform's
    recommendation of one; `distributor`, somebody is credited who was a distributor at that time; `push`,
    `chat`, `friend` (private message, feed), `list` (a group found on the list of open groups) by channel;
    `own`, the rest: browsing, reminders, need. Credited is who was read last; commission may be owed to
    somebody else, to whom the buyer is bound, and so differ from it.
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
    by_channel = [channel == one for one in (Channel.CHAT, Channel.PUSH, Channel.OPEN_LIST)]
    conditions = [kol, distributor, friend, *by_channel]
    return np.select(conditions, list(range(len(conditions))), default=len(conditions))


def _virality_of_large(view: TableView, quantile: float) -> float | None:
    large = view.trees.virality[view.trees.size >= LARGE]
    return float(np.quantile(large, quantile, method="inverted_cdf")) if len(large) else None


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
        "invites_per_customer",
        invites_per_customer,
        "ratio",
        "人均邀请人次",
        "invites per customer",
        "more",
        "早于末周期付款的客户",
        "completed customers",
        needs_messages=True,
    ),
    Metric(
        "invite_conversion",
        invite_conversion,
        "share",
        "邀请转化率",
        "invite conversion",
        "more",
        "客户邀请的人次",
        "people invited",
        needs_messages=True,
    ),
    Metric(
        "k_factor",
        k_factor,
        "ratio",
        "K 因子",
        "K-factor",
        "more",
        "早于末周期付款的客户",
        "completed customers",
        needs_messages=True,
    ),
    Metric(
        "cycle_hours_median",
        cycle_hours_median,
        "hours",
        "传播周期（中位数）",
        "cycle time, median",
        "less",
        needs_messages=True,
    ),
    Metric(
        "brought_by_others_share",
        brought_by_others_share,
        "share",
        "由他人带来的占比",
        "brought by others",
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
        "acts_beyond_first_step_share",
        acts_beyond_first_step_share,
        "share",
        "两层及以上的占比",
        "two steps deep or more",
        "more",
        "行动者人次",
        "people who acted",
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
    Metric(
        "cascades_large",
        cascades_large,
        "cascades",
        "十人及以上的传播链数",
        "cascades of ten or more",
        "more",
        needs_messages=True,
    ),
    Metric(
        "structural_virality_large_median",
        structural_virality_large_median,
        "ratio",
        "结构病毒性（中位数）",
        "median structural virality",
        "neither",
        "十人及以上的传播链",
        "cascades of ten or more",
        needs_messages=True,
    ),
    Metric(
        "structural_virality_large_p90",
        structural_virality_large_p90,
        "ratio",
        "结构病毒性（九成分位）",
        "structural virality, 90 %",
        "neither",
        "十人及以上的传播链",
        "cascades of ten or more",
        needs_messages=True,
    ),
)


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "k_factor_by_generation",
        k_factor_by_generation,
        "ratio",
        "各代再生数 R",
        "reproduction number by generation",
        "more",
        "本代早于末周期行动的人次",
        "people of the generation who acted before the last cycle",
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
