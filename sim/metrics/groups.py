"""Group-buying: how many groups were opened, filled and failed, how fast, and by whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind, Reason
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, ratio
from sim.units import HOUR

_ROUNDING = 1e-9  # of a product of as many quotients as there are groups


def groups_opened(view: TableView) -> int:
    """Groups opened (their leaders have paid)."""
    return view.count(Kind.GROUP_OPENED)


def groups_succeeded(view: TableView) -> int:
    """Groups that succeeded, those filled with virtual members included."""
    return view.count(Kind.GROUP_SUCCEEDED)


def groups_failed(view: TableView) -> int:
    """Groups that failed, for whatever reason."""
    return view.count(Kind.GROUP_FAILED)


def groups_undecided(view: TableView) -> int:
    """Groups opened that have neither succeeded nor failed."""
    return groups_opened(view) - groups_succeeded(view) - groups_failed(view)


def groups_virtually_filled(view: TableView) -> int:
    """Groups that the platform completed with fake members."""
    return len(np.unique(view.column(Kind.GROUP_VIRTUAL_FILL, "group")))


def group_success_rate(view: TableView) -> float | None:
    """Groups succeeded / (succeeded + failed); undecided ones apart."""
    return ratio(groups_succeeded(view), groups_succeeded(view) + groups_failed(view))


def group_success_of_opened(view: TableView) -> float | None:
    """Groups succeeded / groups opened."""
    return ratio(groups_succeeded(view), groups_opened(view))


def grouped_share_of_visitors(view: TableView) -> float | None:
    """Pairs of a member and a product got into a group that succeeded / pairs read, over products of groups.

    Read is a product that groups were opened for, once by each member; a seat whose order was refunded before
    receipt does not count. Who has a seat has read about it.
    """
    readers = view.counts(Kind.COUNT_READERS_OF_PRODUCT)
    visitors = readers.total(np.isin(readers.product, view.column(Kind.GROUP_OPENED, "product")))
    seats = _real_seats(view)
    won = np.isin(view.table["group"][seats], view.column(Kind.GROUP_SUCCEEDED, "group"))
    return ratio(len(view.pairs(seats[won])), visitors)


def hours_to_fill_median(view: TableView) -> float | None:
    """Hours from opening by which half of all groups opened have succeeded; None where fewer than half do.

    By Kaplan and Meier (1958): a group that failed or is undecided tells that it took longer than it lasted.
    Over the groups that succeeded alone it would look the faster, the more of the slow ones fail.
    """
    return _hours_to_fill(view, 0.5)


def hours_to_fill_p90(view: TableView) -> float | None:
    """Hours from opening by which nine in ten of all groups have succeeded; None where fewer do."""
    return _hours_to_fill(view, 0.9)


def joiners(view: TableView) -> int:
    """Seats paid by others than the group's opener."""
    return len(_joined(view))


def joins_from_list(view: TableView) -> int:
    """Seats paid by others than the opener who found the group on the list of open groups."""
    return int((view.table["channel"][_joined(view)] == Channel.OPEN_LIST).sum())


def joins_from_list_share(view: TableView) -> float | None:
    """Seats joined from the list of open groups / seats joined."""
    return ratio(joins_from_list(view), joiners(view))


def joiners_new_share(view: TableView) -> float | None:
    """Seats joined by members whose order was their first payment ever / seats joined."""
    table = view.table
    joined = _joined(view)
    paid = view.rows(Kind.ORDER_PAID)
    first = paid[table["value"][paid] == 1]
    return ratio(int(np.isin(table["order"][joined], table["order"][first]).sum()), len(joined))


def joiners_by_channel(view: TableView) -> dict[str, int]:
    """Seats paid by others than the opener, by the channel that brought them."""
    channels = view.table["channel"][_joined(view)]
    return {channel.name.lower(): int((channels == channel).sum()) for channel in Channel}


def groups_failed_by_reason(view: TableView) -> dict[str, int]:
    """Groups failed, by why."""
    reasons = view.column(Kind.GROUP_FAILED, "value")
    return {reason.name.lower(): int((reasons == reason).sum()) for reason in Reason}


def _hours_to_fill(view: TableView, share: float) -> float | None:
    """When the Kaplan-Meier estimate of the share filled first comes to `share`; None if it does not."""
    opened_s = _by_group(view, Kind.GROUP_OPENED, "time_s")
    filled_s, failed_s = (_by_group(view, one, "time_s") for one in (Kind.GROUP_SUCCEEDED, Kind.GROUP_FAILED))
    seen_until_s = max(view.header.horizon_s, int(view.table["time_s"].max(initial=0)))
    last_s = np.select([filled_s >= 0, failed_s >= 0], [filled_s, failed_s], seen_until_s)
    opened = opened_s >= 0
    lasted, filled = (last_s - opened_s)[opened], (filled_s >= 0)[opened]
    at_s, events = np.unique(lasted[filled], return_counts=True)
    at_risk = len(lasted) - np.searchsorted(np.sort(lasted), at_s)  # who fails in that second was there too
    enough = np.flatnonzero(np.cumprod(1 - events / at_risk) <= 1 - share + _ROUNDING)
    return float(at_s[enough[0]]) / HOUR if len(enough) else None


def _by_group(view: TableView, kind: Kind, name: str) -> NDArray[np.int64]:
    """A column of the kind's rows, by group number; -1 where a group has no such row."""
    values: NDArray[np.int64] = np.full(int(view.table["group"].max(initial=-1)) + 1, -1, dtype=np.int64)
    values[view.column(kind, "group")] = view.column(kind, name)
    return values


def _joined(view: TableView) -> NDArray[np.int64]:
    """Rows of seats paid by others than the group's opener."""
    rows = view.rows(Kind.GROUP_JOINED)
    opener = _by_group(view, Kind.GROUP_OPENED, "actor")
    joined: NDArray[np.bool_] = view.table["actor"][rows] != opener[view.table["group"][rows]]
    return rows[joined]


def _real_seats(view: TableView) -> NDArray[np.int64]:
    """Rows of seats whose order was not refunded before receipt."""
    rows = view.rows(Kind.GROUP_JOINED)
    back: NDArray[np.bool_] = view.refunded[view.table["order"][rows]]
    return rows[~back]


METRICS: tuple[Metric, ...] = (
    Metric("groups_opened", groups_opened, "groups", "开团数", "groups opened", "more"),
    Metric("groups_succeeded", groups_succeeded, "groups", "成团数", "groups succeeded", "more"),
    Metric("groups_failed", groups_failed, "groups", "失败团数", "groups failed", "less"),
    Metric("groups_undecided", groups_undecided, "groups", "未决团数", "groups undecided", "neither"),
    Metric(
        "groups_virtually_filled",
        groups_virtually_filled,
        "groups",
        "模拟成团数",
        "groups virtually filled",
        "neither",
    ),
    Metric(
        "group_success_rate",
        group_success_rate,
        "share",
        "成团率",
        "group success",
        "more",
        "已决团数（成团 + 失败）",
        "groups decided (succeeded + failed)",
    ),
    Metric(
        "group_success_of_opened",
        group_success_of_opened,
        "share",
        "成团率（按开团）",
        "group success of opened",
        "more",
        "开团数",
        "groups opened",
    ),
    Metric(
        "grouped_share_of_visitors",
        grouped_share_of_visitors,
        "share",
        "成团率（按浏览）",
        "grouped of those who read",
        "more",
        "看过拼团商品的人次（成员 × 商品）",
        "members × products read",
    ),
    Metric(
        "hours_to_fill_median",
        hours_to_fill_median,
        "hours",
        "成团用时（中位数）",
        "time to fill, median",
        "less",
    ),
    Metric(
        "hours_to_fill_p90",
        hours_to_fill_p90,
        "hours",
        "成团用时（九成）",
        "time to fill, nine in ten",
        "less",
    ),
    Metric("joiners", joiners, "times", "参团人次", "seats joined", "more"),
    Metric(
        "joins_from_list",
        joins_from_list,
        "times",
        "从可参团列表参团",
        "seats joined from the list",
        "neither",
    ),
    Metric(
        "joins_from_list_share",
        joins_from_list_share,
        "share",
        "从可参团列表参团占比",
        "joined from the list",
        "neither",
        "参团人次",
        "seats joined",
    ),
    Metric(
        "joiners_new_share",
        joiners_new_share,
        "share",
        "参团新客占比",
        "new customers among joiners",
        "more",
        "参团人次",
        "seats joined",
    ),
)


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "groups_failed_by_reason",
        groups_failed_by_reason,
        "groups",
        "拼团失败原因",
        "groups failed by reason",
        "less",
    ),
    Breakdown(
        "joiners_by_channel", joiners_by_channel, "times", "参团来源", "seats joined by channel", "more"
    ),
)
