"""Group-buying: how many groups were opened, filled and failed, how fast, and by whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind, Reason
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, nearest_rank, ratio
from sim.units import HOUR


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
    """Visitors who got into a group that succeeded / visitors, over products of group offers.

    A visitor is a member who read about a product that groups were opened for, counted once a product;
    a seat whose order was refunded before receipt does not count. Who has a seat has been a visitor.
    """
    readers = view.counts(Kind.COUNT_READERS_OF_PRODUCT)
    visitors = readers.total(np.isin(readers.product, view.column(Kind.GROUP_OPENED, "product")))
    seats = _real_seats(view)
    won = np.isin(view.table["group"][seats], view.column(Kind.GROUP_SUCCEEDED, "group"))
    return ratio(len(view.pairs(seats[won])), visitors)


def hours_to_fill_median(view: TableView) -> float | None:
    """Median hours from opening to success, over groups that succeeded."""
    return _hours_to_fill(view, 0.5)


def hours_to_fill_p90(view: TableView) -> float | None:
    """Hours from opening within which nine in ten of the groups that succeeded did so."""
    return _hours_to_fill(view, 0.9)


def joiners(view: TableView) -> int:
    """Seats paid by others than the group's opener."""
    return len(_joined(view))


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


def _hours_to_fill(view: TableView, quantile: float) -> float | None:
    opened_s = _by_group(view, Kind.GROUP_OPENED, "time_s")
    groups = view.column(Kind.GROUP_SUCCEEDED, "group")
    seconds = nearest_rank(view.column(Kind.GROUP_SUCCEEDED, "time_s") - opened_s[groups], quantile)
    return None if seconds is None else seconds / HOUR


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
        "已决团数(成团 + 失败)",
        "groups decided (succeeded + failed)",
    ),
    Metric(
        "group_success_of_opened",
        group_success_of_opened,
        "share",
        "成团率(按开团)",
        "group success of opened",
        "more",
        "开团数",
        "groups opened",
    ),
    Metric(
        "grouped_share_of_visitors",
        grouped_share_of_visitors,
        "share",
        "成团率(按访客)",
        "grouped visitors",
        "more",
        "看过拼团商品的访客",
        "visitors of group-buy products",
    ),
    Metric(
        "hours_to_fill_median",
        hours_to_fill_median,
        "hours",
        "成团用时(中位数)",
        "time to fill, median",
        "less",
    ),
    Metric(
        "hours_to_fill_p90", hours_to_fill_p90, "hours", "成团用时(九成)", "time to fill, nine in ten", "less"
    ),
    Metric("joiners", joiners, "times", "参团人次", "seats joined", "more"),
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
