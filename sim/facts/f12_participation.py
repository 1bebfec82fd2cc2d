"""F12: a few write nearly everything."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Otherwise, Row, Sample, Trial
from sim.facts.shared.notes import ALIKE, FOR_FEW, notes
from sim.network.chats import CHAT_MAX
from sim.settings.problems import Text

_ARM = "forum"
_TOPICS = 20


def full_chats(trial: Trial) -> Iterator[NDArray[np.int64]]:
    """Number of posts of each member, most first, of every chat that is full: int64[500]."""
    table, graph = trial.view.table, trial.graph
    posts = table["actor"][(table["kind"] == Kind.SEND) & (table["channel"] == Channel.CHAT)]
    by_member = np.bincount(posts[posts >= 0], minlength=graph.n)
    for chat in range(graph.chats):
        members = graph.chat(chat)
        if len(members) == CHAT_MAX:
            yield np.sort(by_member[members])[::-1]


def _count(arm: str, trial: Trial) -> Row:
    one_percent, ten_percent = CHAT_MAX // 100, CHAT_MAX // 10
    row = dict.fromkeys(("chats", "posts", "top", "rest", "posters"), 0.0)
    for posts in full_chats(trial):
        row["chats"] += 1
        row["posts"] += int(posts.sum())
        row["top"] += int(posts[:one_percent].sum())
        row["rest"] += int(posts[ten_percent:].sum())
        row["posters"] += int(np.count_nonzero(posts))
    row["muted"] = trial.view.count(Kind.MUTE)
    row["members"] = trial.graph.n
    return row


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    def ratio(name: str, part: str, whole: str, band: Band | None = None, unit: str = "%") -> Estimate:
        return estimate(
            name, samples,
            lambda some: quotient(pooled(some, _ARM, part), pooled(some, _ARM, whole)),
            band, unit, int(pooled(samples, _ARM, whole)),
        )  # fmt: skip

    return (
        ratio("posts by the 1 % who post most", "top", "posts", Band(0.40, 0.80)),
        ratio("posts by the 90 % who post least", "rest", "posts", Band(None, 0.15)),
        ratio("posts in a chat", "posts", "chats", Band(100, None), ""),
        ratio("members who post at all, in a chat", "posters", "chats", unit=""),
        ratio("members who mute their chat", "muted", "members"),
    )


FACT = Fact(
    id="F12",
    star=True,
    title=Text("1 % write three quarters of the posts", "1 % 的人写了四分之三的帖子"),
    source="van Mierlo 2014, JMIR 16(2):e33",
    status="P",
    claim=Text(
        "chats of 500, 30 days, posts: messages to the chat: the top 1 % of a chat's members post 40–80 %, "
        "the bottom 90 % less than 15 %",
        "500 人群、30 天、群内发言：每群前 1 % 成员占 40–80 %，后 90 % 不足 15 %",
    ),
    arms={_ARM: Arm(("forum",), {"products": notes(_TOPICS, FOR_FEW)})},
    seeds=6,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("people differ in sharing", ALIKE),
        Mechanism("tastes last", {"behaviour.deciding.taste_persistence": 0.0}),
    ),
    otherwise=(
        Otherwise(
            "topics are of interest to many",
            {f"products.{note['id']}.utility": 0.0 for note in notes(_TOPICS)},
        ),
    ),
)
