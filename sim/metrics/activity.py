"""Activity: how alive the community is, and who turns away."""

from __future__ import annotations

import numpy as np

from sim.events import Kind
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
