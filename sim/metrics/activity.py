"""Activity: how alive the community is, and who turns away."""

from __future__ import annotations

import numpy as np

from sim.events import Kind
from sim.metrics.metric import Metric
from sim.metrics.view import TableView, ratio


def active_members(view: TableView) -> int:
    """Members who did more than read: looked closer, passed on, reserved or ordered."""
    return view.counts(Kind.COUNT_ACTIVE).total()


def active_share(view: TableView) -> float | None:
    """Active members / members."""
    return ratio(active_members(view), view.header.members)


def retention(view: TableView) -> float | None:
    """Readers of the first seven days who also read in the last seven before the horizon / those readers.

    None where the horizon is under fourteen days.
    """
    kept, early = view.counts(Kind.COUNT_READERS_KEPT), view.counts(Kind.COUNT_READERS_EARLY)
    return ratio(kept.total(), early.total())


def chats_muted(view: TableView) -> int:
    """Times a member muted a chat."""
    return int((view.column(Kind.MUTE, "value") >= 0).sum())


def chats_left(view: TableView) -> int:
    """Times a member left a chat."""
    return view.count(Kind.LEAVE)


def opt_out_share(view: TableView) -> float | None:
    """Members who muted the operator's pushes / members."""
    muted = view.column(Kind.MUTE, "actor")[view.column(Kind.MUTE, "value") == -1]
    return ratio(int(view.members_in(muted).sum()), view.header.members)


def members_muting_share(view: TableView) -> float | None:
    """Members who muted or left anything / members."""
    away = view.table["actor"][view.rows(Kind.MUTE, Kind.LEAVE)]
    return ratio(int(view.members_in(away).sum()), view.header.members)


def chats_dead(view: TableView) -> int:
    """Chats that lost their readers."""
    return len(np.unique(view.column(Kind.CHAT_DEAD, "value")))


def chats_dead_share(view: TableView) -> float | None:
    """Dead chats / chats."""
    return ratio(chats_dead(view), view.header.chats)


def rating_mean(view: TableView) -> float | None:
    """Sum of ratings (1-5) / reviews."""
    return ratio(view.total(Kind.REVIEW, "value"), view.count(Kind.REVIEW))


METRICS: tuple[Metric, ...] = (
    Metric("active_members", active_members, "members", "活跃成员", "active members", "more"),
    Metric("active_share", active_share, "share", "活跃率", "active share", "more", "成员", "members"),
    Metric(
        "retention",
        retention,
        "share",
        "留存率",
        "retention",
        "more",
        "首周阅读者",
        "readers of the first week",
    ),
    Metric("chats_muted", chats_muted, "times", "屏蔽群次数", "chats muted", "less"),
    Metric("chats_left", chats_left, "times", "退群次数", "chats left", "less"),
    Metric("opt_out_share", opt_out_share, "share", "推送退订率", "push opt-out", "less", "成员", "members"),
    Metric(
        "members_muting_share",
        members_muting_share,
        "share",
        "屏蔽或退群成员占比",
        "members who muted or left",
        "less",
        "成员",
        "members",
    ),
    Metric("chats_dead", chats_dead, "chats", "死群数", "dead chats", "less"),
    Metric(
        "chats_dead_share", chats_dead_share, "share", "死群率", "dead chats share", "less", "群", "chats"
    ),
    Metric("rating_mean", rating_mean, "ratio", "平均评分", "mean rating", "more", "评价", "reviews"),
)
