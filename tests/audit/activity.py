"""Activity: how alive the community is, and who turns away."""

from __future__ import annotations

import pandas as pd

from .events import DAY_S, WEEK_S, Events, members, share
from .funnel import Figures, over


def figures(events: Events) -> Figures:
    """All of the family `activity`."""
    everybody, chats = events.header["members"], events.header["chats"]
    acts = events.of("SEND", "CONSIDER", "RESERVE", "ORDER_PLACED")
    acts = acts[acts["actor"] >= 0]
    muted = events.of("MUTE")
    opted_out = members(muted[muted["value"] == -1])
    dead = set(events.of("CHAT_DEAD")["value"])
    reviews = events.of("REVIEW")
    return {
        "active_members": acts["actor"].nunique(),
        "active_share": share(acts["actor"].nunique(), everybody),
        "retention_d1": _retention(events, acts, 1),
        "retention_d7": _retention(events, acts, 7),
        "retention_d30": _retention(events, acts, 30),
        "reading_retention": _reading_retention(events),
        "chats_muted": int((muted["value"] >= 0).sum()),
        "chats_left": len(events.of("LEAVE")),
        "opted_out": len(opted_out),
        "opt_out_share": share(len(opted_out), len(members(over(events.of("READ"), {"PUSH"})))),
        "members_muting_share": share(len(members(events.of("MUTE", "LEAVE"))), everybody),
        "chats_dead": len(dead),
        "chats_dead_share": share(len(dead), chats),
        "rating_mean": share(int(reviews["value"].sum()), len(reviews)),
    }


def _retention(events: Events, acts: pd.DataFrame, days: int) -> float | None:
    day = events.local_day[acts.index]
    seen = set(zip(acts["actor"], day, strict=True))
    midnight = pd.Timestamp(events.header["start"]).normalize()
    end = pd.Timestamp(events.header["start"]) + pd.Timedelta(seconds=events.header["horizon_s"])
    first = day.groupby(acts["actor"]).min()
    could = {
        who: since + days
        for who, since in first.items()
        if midnight + pd.Timedelta(days=since + days + 1) <= end
    }
    return share(sum((who, then) in seen for who, then in could.items()), len(could))


def _reading_retention(events: Events) -> float | None:
    horizon_s, read = events.header["horizon_s"], events.of("READ")
    if horizon_s < 14 * DAY_S:
        return None
    early = members(read[read["time_s"] < WEEK_S])
    late = members(read[read["time_s"].between(horizon_s - WEEK_S, horizon_s, inclusive="left")])
    return share(len(early & late), len(early))
