"""F37: chats hold 500 at most, and live either briefly or long."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.notes import ALIKE, FOR_FEW, notes
from sim.network.chats import CHAT_MAX
from sim.settings.problems import Text
from sim.units import DAY

_SIZES = {"small": 10, "middling": 50, "large": 250, "full": 500}
"""Mean size of the chats of each arm. assumption: most chats are small; the full ones show the cap."""

_LIVING = ("small", "middling", "large")
_TENTHS = 10
_WEEK_DAYS = 7


def lifetimes(
    posted_s: NDArray[np.int64], chat: NDArray[np.int64], chats: int, horizon_s: int
) -> NDArray[np.int64]:
    """Chats by how long they lived, from first post to last, in tenths of the horizon: int64[10].

    posted_s, chat: of each post, in order of time. Chats without a post are left out. The last tenth is of
    those that still lived: they had a post in the horizon's last tenth, a tenth or more after their first.
    """
    first, last = np.full(chats, -1, dtype=np.int64), np.full(chats, -1, dtype=np.int64)
    last[chat] = posted_s
    first[chat[::-1]] = posted_s[::-1]
    used = first >= 0
    tenth = np.minimum((last - first)[used] * _TENTHS // horizon_s, _TENTHS - 2)
    tenth[(tenth > 0) & (last[used] * _TENTHS >= horizon_s * (_TENTHS - 1))] = _TENTHS - 1
    return np.bincount(tenth, minlength=_TENTHS)


def by_chance(posts: NDArray[np.int64]) -> NDArray[np.float64]:
    """What `lifetimes` would find on average if no chat ever died: float64[10].

    posts: of each chat, 1 and more, each put at a random time of the horizon. Of n even draws the range R has
    P(R < r) = n r^(n-1) - (n-1) r^n, and R < r with none in the last tenth 0.9 n r^(n-1) - (n-1) r^n.
    """
    n = posts.astype(np.float64)
    r = np.arange(1, _TENTHS)[:, np.newaxis] / _TENTHS
    quiet = (1 - 1 / _TENTHS) * n * r ** (n - 1) - (n - 1) * r**n
    brief = n * r[0] ** (n - 1) - (n - 1) * r[0] ** n
    alive = 1 - quiet[-1] - (brief - quiet[0])
    chances: NDArray[np.float64] = np.vstack((brief, np.diff(quiet, axis=0), alive)).sum(axis=1)
    return chances


def _count(arm: str, trial: Trial) -> Row:
    table, graph, horizon_days = trial.view.table, trial.graph, int(trial.scenario.run.horizon_days)
    start, chat_of = graph.chats_of
    own = chat_of[start[:-1]]  # everybody is in one chat
    posts = np.flatnonzero((table["kind"] == Kind.SEND) & (table["channel"] == Channel.CHAT))
    chat = own[table["actor"][posts]].astype(np.int64)
    lived = lifetimes(table["time_s"][posts], chat, graph.chats, horizon_days * DAY)
    row: Row = {f"tenth {tenth}": int(number) for tenth, number in enumerate(lived)}
    _, each = np.unique(chat, return_counts=True)
    row |= {f"by chance {tenth}": float(number) for tenth, number in enumerate(by_chance(each))}
    for name, kind in (("left", Kind.LEAVE), ("turned away", Kind.MUTE)):  # who leaves has muted before
        day = np.bincount(trial.view.column(kind, "time_s") // DAY, minlength=horizon_days)
        row[f"{name} in a week"] = int(np.convolve(day, np.ones(_WEEK_DAYS, dtype=np.int64)).max())
    row["members"], row["largest"] = graph.n, int(np.diff(graph.chat_start).max())
    return row


def _tenths(samples: Sequence[Sample], of: str = "tenth") -> list[float]:
    return [sum(pooled(samples, arm, f"{of} {tenth}") for arm in _LIVING) for tenth in range(_TENTHS)]


def _share(samples: Sequence[Sample], tenth: int) -> float:
    tenths = _tenths(samples)
    return quotient(tenths[tenth], sum(tenths))


def _middle(samples: Sequence[Sample], of: str = "tenth") -> float:
    """Mean number of chats in a tenth between the ends ÷ in the end with fewer."""
    brief, *between, alive = _tenths(samples, of)
    return quotient(sum(between) / len(between), min(brief, alive))


def _beyond_chance(samples: Sequence[Sample]) -> float:
    return quotient(_middle(samples), _middle(samples, "by chance"))


def _worst_week(samples: Sequence[Sample], what: str) -> float:
    """Highest share of members in any arm and sample."""
    return max(
        quotient(row[f"{what} in a week"], row["members"]) for sample in samples for row in sample.values()
    )


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    chats = int(sum(_tenths(samples)))
    return (
        estimate(
            "members of the largest chat", samples,
            lambda some: max(row["largest"] for sample in some for row in sample.values()),
            Band(None, CHAT_MAX),
        ),
        estimate(
            "chats that lived a middling time ÷ briefly or to the end, by tenths of the horizon", samples,
            _middle, Band(None, 1), "x", chats,
        ),
        estimate(
            "that ratio ÷ the same of chats that never die, with as many posts at random times", samples,
            _beyond_chance, Band(None, 1), "x", chats,
        ),
        estimate(
            "members who mute their chat or leave it, in the worst week and arm", samples,
            lambda some: _worst_week(some, "turned away"), Band(None, 0.15), "%",
        ),
        estimate(
            "members who leave, in the worst week and arm", samples,
            lambda some: _worst_week(some, "left"), None, "%",
        ),
        *(
            estimate(
                name, samples, partial(_share, tenth=tenth),
                None, "%", chats,
            )
            for name, tenth in (("chats that died within a tenth", 0), ("chats that lived to the end", -1))
        ),
    )  # fmt: skip


def _chats(size: int) -> Arm:
    return Arm(
        ("forum",),
        {
            "population": {"members": 5000},
            "communities": {"chats": [{"id": "chats", "size_mean": size}]},
            "products": notes(20, FOR_FEW),
            "run": {"horizon_days": 60},  # assumption: long against a chat's brief life
        },
    )


FACT = Fact(
    id="F37",
    star=False,
    title=Text("chats hold 500 at most and die early or live long", "群上限 500 人；要么早夭，要么长寿"),
    source="Qiu et al. 2016, WWW",
    status="P",
    claim=Text(
        "chats of all sizes, 60 days, life: first to last post: fewer chats live for a tenth of the time in "
        "between than die early or live to the end, also against chats that never die, whose posts (as many "
        "each) come at random times; no chat above 500; never do 15 % mute their chat (who does hears no "
        "more of it here) or leave it within 7 days",
        "各种大小的群、60 天、寿命＝首帖到末帖：寿命居中者（按十分位）少于早夭者与活到最后者，"
        "且与永不消亡、帖数相同但时间随机的群相比亦然；"
        "无群超过 500 人；7 天内屏蔽群（此处屏蔽后不再收到其消息）或退群者不足 15 %",
    ),
    arms={name: _chats(size) for name, size in _SIZES.items()},
    seeds=4,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("people differ in sharing", ALIKE),
        Mechanism("posts go stale", {"behaviour.staleness.chat": 2000.0}),
    ),
)
