"""Activity: how alive the community is, and who turns away."""

from __future__ import annotations

import numpy as np

from sim.events import Kind
from sim.metrics.metric import Metric
from sim.metrics.view import Counts, TableView, ratio
from sim.outcomes import BACK_DAYS, since_midnight_s
from sim.units import DAY


def active_members(view: TableView) -> int:
    """Members who did more than read: looked closer, passed on, reserved or ordered."""
    return view.counts(Kind.COUNT_ACTIVE).total()


def active_share(view: TableView) -> float | None:
    """Active members / members."""
    return ratio(active_members(view), view.header.members)


def retention_d1(view: TableView) -> float | None:
    """Members who act again on the local day after their first act / members who could have.

    To act is to look closer, pass on, reserve or order; who only reads, because pushed at, does not.
    Members could have whose first act was so early that the day is over by the horizon.
    """
    return _retention(view, Kind.COUNT_BACK_D1)


def retention_d7(view: TableView) -> float | None:
    """The same on the seventh local day after the first act."""
    return _retention(view, Kind.COUNT_BACK_D7)


def retention_d30(view: TableView) -> float | None:
    """The same on the thirtieth local day after the first act; None in runs of under 31 days."""
    return _retention(view, Kind.COUNT_BACK_D30)


def reading_retention(view: TableView) -> float | None:
    """Readers of the first seven days who also read in the last seven before the horizon / those readers.

    None where the horizon is under fourteen days. More messages raise it: whoever is pushed at reads.
    """
    kept, early = view.counts(Kind.COUNT_READERS_KEPT), view.counts(Kind.COUNT_READERS_EARLY)
    return ratio(kept.total(), early.total())


def chats_muted(view: TableView) -> int:
    """Times a member muted a chat."""
    return int((view.column(Kind.MUTE, "value") >= 0).sum())


def chats_left(view: TableView) -> int:
    """Times a member left a chat."""
    return view.count(Kind.LEAVE)


def opted_out(view: TableView) -> int:
    """Members who muted the operator's pushes."""
    muted = view.column(Kind.MUTE, "actor")[view.column(Kind.MUTE, "value") == -1]
    return int(view.members_in(muted).sum())


def opt_out_share(view: TableView) -> float | None:
    """Members who muted the operator's pushes / members who read one (nobody mutes what they never read)."""
    return ratio(opted_out(view), view.counts(Kind.COUNT_PUSH_READERS).total())


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


def _retention(view: TableView, kind: Kind) -> float | None:
    """Members who are back so many days later / members whose day of being back is over by the horizon."""
    began_s = since_midnight_s(view.header.start)
    days = (view.header.horizon_s + began_s) // DAY  # that are over by then, counted from the first midnight

    def until(counts: Counts, day: int) -> int:
        return counts.total((counts.time_s + began_s) // DAY < day)

    first = until(view.counts(Kind.COUNT_ACTIVE), days - BACK_DAYS[kind])
    return ratio(until(view.counts(kind), days), first)


METRICS: tuple[Metric, ...] = (
    Metric("active_members", active_members, "members", "活跃成员", "active members", "more"),
    Metric("active_share", active_share, "share", "活跃率", "active share", "more", "成员", "members"),
    Metric(
        "retention_d1",
        retention_d1,
        "share",
        "次日留存率（有动作）",
        "retention by action, day 1",
        "more",
        "首次动作满一日的成员",
        "members active a day before the end",
    ),
    Metric(
        "retention_d7",
        retention_d7,
        "share",
        "7 日留存率（有动作）",
        "retention by action, day 7",
        "more",
        "首次动作满七日的成员",
        "members active 7 days before the end",
    ),
    Metric(
        "retention_d30",
        retention_d30,
        "share",
        "30 日留存率（有动作）",
        "retention by action, day 30",
        "more",
        "首次动作满三十日的成员",
        "members active 30 days before the end",
    ),
    Metric(
        "reading_retention",
        reading_retention,
        "share",
        "阅读留存率",
        "retention of readers",
        "more",
        "首周阅读者",
        "readers of the first week",
    ),
    Metric("chats_muted", chats_muted, "times", "屏蔽群次数", "chats muted", "less"),
    Metric("chats_left", chats_left, "times", "退群次数", "chats left", "less"),
    Metric("opted_out", opted_out, "members", "推送退订人数", "members who muted pushes", "less"),
    Metric(
        "opt_out_share",
        opt_out_share,
        "share",
        "推送退订率",
        "push opt-out",
        "less",
        "看过推送的成员",
        "members who read a push",
    ),
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
