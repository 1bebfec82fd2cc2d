"""Activity: how alive the community is, and who turns away."""

from __future__ import annotations

import numpy as np

from sim.events import Kind
from sim.metrics.view import TableView, ratio
from sim.units import DAY

_OWN_ACTS = (
    Kind.SEND,
    Kind.CONSIDER,
    Kind.REVIEW,
    Kind.RESERVE,
    Kind.ORDER_PLACED,
)
_RETENTION_S = 7 * DAY  # assumption: a week against a week, so that every weekday counts once


def active_members(view: TableView) -> int:
    """Members who did more than read: looked closer, passed on, ordered, reviewed or reserved."""
    return int(view.members_in(view.table["actor"][view.rows(*_OWN_ACTS)]).sum())


def active_share(view: TableView) -> float | None:
    """Active members / members."""
    return ratio(active_members(view), view.header.members)


def retention(view: TableView) -> float | None:
    """Readers of the first seven days who also read in the last seven before the horizon / those readers.

    None where the horizon is under fourteen days.
    """
    horizon_s = view.header.horizon_s
    if horizon_s < 2 * _RETENTION_S:
        return None
    times, actors = view.column(Kind.READ, "time_s"), view.column(Kind.READ, "actor")
    first = view.members_in(actors[times < _RETENTION_S])
    last = view.members_in(actors[(times >= horizon_s - _RETENTION_S) & (times < horizon_s)])
    return ratio(int((first & last).sum()), int(first.sum()))


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
