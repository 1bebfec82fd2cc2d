"""F4: purchases per recommendation message."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.events import Channel, Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.settings.problems import Text

_TITLES = [
    # books, films and music: nobody needs one that he has not heard of; shareability, assumption: all are
    # asked at the check-out, which decides how many messages there are, not what comes of one
    {
        "id": f"title-{number}", "category": "content", "list_price_fen": 4000, "cost_fen": 2000,
        "shareability": 3,
    }
    for number in range(40)  # assumption; many, so that no single one's luck decides
]  # fmt: skip


def _count(arm: str, trial: Trial) -> Row:
    view = trial.view
    delivered, read = view.counts(Kind.COUNT_RECIPIENTS), view.counts(Kind.COUNT_READS)
    return {
        "messages": delivered.total(delivered.channel == Channel.PRIVATE),
        "reads": read.total(read.channel == Channel.PRIVATE),
        "purchases": float(np.count_nonzero(view.table["channel"][view.standing] == Channel.PRIVATE)),
    }


def _quotient(samples: Sequence[Sample], below: str) -> float:
    return quotient(pooled(samples, "shop", "purchases"), pooled(samples, "shop", below))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    return (
        estimate(
            "purchases ÷ messages delivered", samples, lambda some: _quotient(some, "messages"),
            Band(0.004, 0.016), "%", n=int(pooled(samples, "shop", "messages")),
        ),
        estimate(
            "purchases ÷ messages read", samples, lambda some: _quotient(some, "reads"), unit="%",
            n=int(pooled(samples, "shop", "reads")),
        ),
    )  # fmt: skip


FACT = Fact(
    id="F4",
    star=True,
    title=Text("1.09 % of recommendations lead to a purchase", "每条推荐带来 1.09 % 的购买"),
    source="Leskovec, Adamic, Huberman 2007, ACM TWEB",
    status="S",
    claim=Text(
        "the shipped scenario referral-messages (private messages, both sides rewarded, one a sender, no "
        "chats) with twice the members: purchases ÷ messages delivered 0.4–1.6 %",
        "随附情景 referral-messages（双方有奖的私信推荐，每人一条，无群），成员加倍："
        "购买÷送达的消息 0.4–1.6 %",
    ),
    arms={"shop": Arm(("recommendations",), {"products": _TITLES}, events="outcomes")},
    seeds=10,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("guess of the friend's taste", {"behaviour.sharing.guess_weight": 0.0}),
        Mechanism("the receiver's reward", {"behaviour.deciding.incentive": 0.0}),
        Mechanism(
            "a friend's word",
            {"behaviour.deciding.source_step.private": 0.0, "behaviour.deciding.tie_slope": 0.0},
        ),
    ),
)
