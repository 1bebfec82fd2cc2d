"""F7: automatic notices spread a product further than invitations, which persuade better each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.events import Channel, Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Otherwise, Row, Sample, Trial
from sim.facts.shared.exposures import exposures
from sim.settings.problems import Text

_USERS = 200  # who have it at first, of 10,000. assumption: few enough that most of their friends know one
_NO_LIMIT = 5000  # source: Facebook's limit of friends, all of whom may be invited


def _count(arm: str, trial: Trial) -> Row:
    users = trial.view.members_in(trial.view.column(Kind.SEED, "actor"))
    graph = trial.graph
    friends = np.zeros(graph.n, dtype=np.bool_)
    for user in np.flatnonzero(users):
        friends[graph.friends(int(user))] = True
    friends &= ~users
    seen = exposures(trial.view)
    row: Row = {
        "friends": float(friends.sum()),
        "adopters": float((friends & trial.view.buyers).sum()),
    }
    for name, channel in (("private", Channel.PRIVATE), ("moments", Channel.MOMENTS)):
        on_it = seen.channel == channel
        row[f"{name}_reads"] = float(on_it.sum())
        row[f"{name}_adoptions"] = float((on_it & seen.bought).sum())
    return row


def _conversion(samples: Sequence[Sample], arm: str, channel: str) -> float:
    return quotient(pooled(samples, arm, f"{channel}_adoptions"), pooled(samples, arm, f"{channel}_reads"))


def _added(samples: Sequence[Sample], arm: str, less: str) -> float:
    """What an arm has more than another, ÷ the control."""
    more = pooled(samples, arm, "adopters") - pooled(samples, less, "adopters")
    return quotient(more, pooled(samples, "control", "adopters"))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    return (
        estimate(
            "adopters among friends, notices: more than control", samples,
            lambda some: _added(some, "notices", "control"), Band(1.5, 3.5), "%",
            n=int(pooled(samples, "control", "adopters")),
        ),
        estimate(
            "adopters among friends, invitations too: more than notices, ÷ control", samples,
            lambda some: _added(some, "invitations", "notices"), Band(0.5, 1.5), "%",
            n=int(pooled(samples, "notices", "adopters")),
        ),
        estimate(
            "adoptions ÷ reads, invitation ÷ notice", samples,
            lambda some: quotient(
                _conversion(some, "invitations", "private"), _conversion(some, "notices", "moments")
            ),
            Band(low=1), "x", n=int(pooled(samples, "invitations", "private_reads")),
        ),
        estimate(
            "adopters ÷ friends, control", samples,
            lambda some: quotient(pooled(some, "control", "adopters"), pooled(some, "control", "friends")),
            unit="%", n=int(pooled(samples, "control", "friends")),
        ),
    )  # fmt: skip


def _arm(notices: bool, invitations: bool) -> Arm:
    mechanics: list[dict[str, Any]] = [
        {"id": "users", "type": "kol_seeding", "choose": "random", "count": _USERS, "posts": 0,
         "shares_as_buyer": invitations},
    ]  # fmt: skip
    if notices:
        mechanics.append({"id": "feed", "type": "friend_feed"})
    triggers = ["paid"] if invitations else []
    changes = {
        # assumption: the product itself asks its users to invite their friends, where it lets them
        "products": [{"id": "item", "shareability": 3}],
        "mechanics": mechanics,
        "behaviour": {"sharing": {"triggers": triggers, "channels": ["private"], "private_limit": _NO_LIMIT}},
    }
    return Arm(("one-item",), changes)


FACT = Fact(
    id="F7",
    star=True,
    title=Text(
        "passive broadcast raises contagion by 246 %, personal invitations by 98 % more",
        "被动广播使传播增加 246 %，再加主动邀请只多 98 %",
    ),
    source="Aral and Walker 2011, Management Science",
    status="P",
    claim=Text(
        "30 days; adopters among friends of first users, against no viral features: notices +150–350 %, "
        "personal invitations +50–150 % more; adoptions ÷ reads of an invitation above those of a notice",
        "30 天；首批用户的好友中的采纳者，相对无传播功能组：自动通知 +150–350 %，再加个人邀请 +50–150 %；"
        "每条邀请的 采纳 ÷ 阅读 高于每条通知",
    ),
    arms={
        "control": _arm(notices=False, invitations=False),
        "notices": _arm(notices=True, invitations=False),
        "invitations": _arm(notices=True, invitations=True),
    },
    seeds=24,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("a friend's notice counts", {"behaviour.deciding.source_step.moments": 0.0}),
        Mechanism("a friend's personal message counts", {"behaviour.deciding.source_step.private": 0.0}),
        Mechanism(
            "adopters heard of count",
            {
                "behaviour.deciding.response.low_effort.points.1.prob": 0.5,
                "behaviour.deciding.response.low_effort.points.2.prob": 0.5,
            },
        ),
    ),
    otherwise=(
        Otherwise(
            "invitations go to no more friends than by default", {"behaviour.sharing.private_limit": None}
        ),
        Otherwise("the product does not ask its users to invite", {"products.item.shareability": 0.0}),
    ),
    assumed=Text(
        "that a message persuades more than a notice is the order of two settings, source_step.private above "
        "source_step.moments; by how much the adoptions ÷ reads differ is not",
        "一条私信比一条通知更有说服力，是由两项设定的大小次序（source_step.private 高于 source_step.moments）"
        "写定的；采纳 ÷ 阅读相差多少则不是",
    ),
)
