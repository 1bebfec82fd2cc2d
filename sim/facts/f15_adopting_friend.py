"""F15: a friend who has it raises the odds of buying, most for those with few friends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.network.csr import row_numbers
from sim.network.graph import SocialGraph
from sim.seeding import choice_of, choose_seeds
from sim.settings.problems import Text
from sim.streams import address_of

_GIFT = "gift"  # id of what gives it; its luck hangs on that
_GIFTS = 200  # assumption: 2 % of the members
_PARTS = ("few", "many")


def friends_of_one(graph: SocialGraph, chosen: Sequence[int]) -> NDArray[np.int64]:
    """Members with exactly one of the chosen among their friends, who are not chosen themselves."""
    gifted = np.zeros(graph.n, dtype=np.bool_)
    gifted[list(chosen)] = True
    number = np.bincount(row_numbers(graph.friend_start), gifted[graph.friend_target], minlength=graph.n)
    return np.flatnonzero((number == 1) & ~gifted)


def _count(arm: str, trial: Trial) -> Row:
    friends = friends_of_one(
        trial.graph, choose_seeds(trial.graph, "random", _GIFTS, trial.seed, choice_of(address_of(_GIFT)))
    )
    degree = trial.graph.degree[friends]
    few = degree <= np.median(degree)
    row: Row = {}
    for part, inside in zip(_PARTS, (few, ~few), strict=True):
        row[f"{part} friends"] = float(np.count_nonzero(inside))
        row[f"{part} buyers"] = float(np.count_nonzero(trial.view.buyers[friends[inside]]))
    return row


def _odds(samples: Sequence[Sample], arm: str, parts: Sequence[str]) -> float:
    buyers = sum(pooled(samples, arm, f"{part} buyers") for part in parts)
    return quotient(buyers, sum(pooled(samples, arm, f"{part} friends") for part in parts) - buyers)


def _odds_ratio(samples: Sequence[Sample], parts: Sequence[str]) -> float:
    return quotient(_odds(samples, "gift", parts), _odds(samples, "control", parts))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    n = int(sum(pooled(samples, "gift", f"{part} friends") for part in _PARTS))

    def ratio_of(part: str) -> Estimate:
        return estimate(
            f"odds ratio, {part} friends", samples, lambda some: _odds_ratio(some, (part,)), unit="x",
            n=int(pooled(samples, "gift", f"{part} friends")),
        )  # fmt: skip

    return (
        estimate(
            "odds of purchase of friends, gift ÷ control", samples,
            lambda some: _odds_ratio(some, _PARTS), Band(1.3, 1.8), "x", n=n,
        ),
        estimate(
            "that ratio for those with fewer friends than the median ÷ for the others", samples,
            lambda some: quotient(_odds_ratio(some, ("few",)), _odds_ratio(some, ("many",))),
            Band(1, None), "x", n=n,
        ),
        ratio_of("few"),
        ratio_of("many"),
        estimate(
            "buyers ÷ friends, control", samples,
            lambda some: quotient(
                sum(pooled(some, "control", f"{part} buyers") for part in _PARTS),
                sum(pooled(some, "control", f"{part} friends") for part in _PARTS),
            ), unit="%", n=n,
        ),
    )  # fmt: skip


def _shop(*seeding: dict[str, Any]) -> Arm:
    feed = {"id": "feed", "type": "friend_feed"}
    return Arm(("subscription", "on-its-own"), {"mechanics": [feed, *seeding]}, events="outcomes")


FACT = Fact(
    id="F15",
    star=False,
    title=Text("an adopting friend raises the odds of purchase by half", "有好友购买使购买几率提高约一半"),
    source="Bapna & Umyarov 2015, Management Science",
    status="P",
    claim=Text(
        "a subscription given to 2 % of members by lot, shown to their friends: odds of purchase of those "
        "with one such friend ÷ the same people's without gifts 1.3–1.8; higher for those with few friends",
        "会员资格随机赠给 2 % 成员并展示给好友：恰有一位受赠好友者的购买几率 ÷ 无赠送时 1.3–1.8；"
        "好友少者更高",
    ),
    arms={
        "gift": _shop({"id": _GIFT, "type": "kol_seeding", "choose": "random", "count": _GIFTS, "posts": 0}),
        "control": _shop(),
    },
    seeds=32,
    count=_count,
    conclude=_conclude,
    mechanisms=(Mechanism("adopters heard", {"behaviour.deciding.response.argument": "constant"}),),
)
