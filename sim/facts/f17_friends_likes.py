"""F17: the first friend who is seen with it makes people click, further ones hardly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.exposures import exposures
from sim.facts.shared.graphs import copies, stars
from sim.metrics.view import TableView
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario
from sim.settings.problems import Text

_PEOPLE = 3000  # who see the advertisement; each has three friends, who know nobody else
_FRIENDS = 3


def _graph(scenario: Scenario, seed: int) -> SocialGraph:
    """Stars: each of those who see the advertisement has three friends, who know nobody else.

    Nobody shares a community, hence tastes; ties are of middling strength.
    """
    return copies([stars(_PEOPLE, _FRIENDS)], _PEOPLE * (1 + _FRIENDS))


def _count(arm: str, trial: Trial) -> Row:
    seen = exposures(trial.view)
    likes = int(arm)
    wanted = seen.channel == (Channel.MOMENTS if likes else Channel.PUSH)
    wanted &= (seen.actor < trial.graph.n // (1 + _FRIENDS)) & (seen.nth == max(1, likes))
    clicked = _clicked(trial.view)
    return {"reads": float(wanted.sum()), "clicks": float((wanted & clicked).sum())}


def _clicked(view: TableView) -> NDArray[np.bool_]:
    """Which readings led to a closer look: bool, in the order of `exposures`."""
    reads = view.rows(Kind.READ)
    reads = reads[view.table["product"][reads] >= 0]
    clicked = np.zeros(reads.size, dtype=np.bool_)
    clicked[np.searchsorted(reads, view.rows(Kind.CONSIDER)) - 1] = True
    return clicked


def _rate(samples: Sequence[Sample], likes: int) -> float:
    return quotient(pooled(samples, str(likes), "clicks"), pooled(samples, str(likes), "reads"))


def _first_lift(samples: Sequence[Sample]) -> float:
    return _rate(samples, 1) - _rate(samples, 0)


def _further(samples: Sequence[Sample]) -> float:
    return quotient(_rate(samples, 3) - _rate(samples, 1), _first_lift(samples))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    def rate(likes: int) -> Estimate:
        return estimate(
            f"clicks ÷ reads, {likes} friends", samples, lambda some: _rate(some, likes), unit="%",
            n=int(pooled(samples, str(likes), "reads")),
        )  # fmt: skip

    shown = int(pooled(samples, "1", "reads"))
    return (
        estimate("clicks ÷ reads, one friend − none", samples, _first_lift, Band(low=0), "%", n=shown),
        estimate("what two more add ÷ what the first adds", samples, _further, Band(high=0.25), "x"),
        *(rate(likes) for likes in range(_FRIENDS + 1)),
    )  # fmt: skip


def _arm(likes: int) -> Arm:
    changes: dict[str, object] = {
        "population": {"members": _PEOPLE * (1 + _FRIENDS)},
        "products": [{"id": "item", "stock": 0}],  # an advertisement: it can be clicked, nothing is sold
        "run": {"horizon_days": 3},
    }
    if likes:
        friends = range(_PEOPLE, _PEOPLE * (1 + _FRIENDS))
        shown = [friend for number, friend in enumerate(friends) if number % _FRIENDS < likes]
        changes["mechanics"] = [
            {"id": "friends", "type": "kol_seeding", "choose": "members", "members": shown, "posts": 0}
        ]
    else:
        changes["operator"] = {"schedule": [{"id": "advertisement", "type": "push", "times": 1}]}
    return Arm(("one-item", "only-told", "shown-to-friends"), changes, graph=_graph)


FACT = Fact(
    id="F17",
    star=False,
    title=Text(
        "the first friend's like raises click-through, further ones hardly",
        "第一位好友的点赞提高点击率，后续点赞几乎无效",
    ),
    source="Huang and Lin 2021 (WeChat Moments)",
    status="P",
    claim=Text(
        "clicks ÷ reads of the last notice by those with 0 (an advertisement), 1, 2 or 3 friends who are "
        "seen with it: more with one than with none; two more add less than 25 % of that",
        "点击 ÷ 阅读（最后一条提示），0（仅广告）、1、2、3 位好友：1 位高于 0 位；"
        "再多两位的增量不足首位增量的 25 %",
    ),
    arms={str(likes): _arm(likes) for likes in range(_FRIENDS + 1)},
    seeds=16,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("a friend's word counts, each time alike", {"behaviour.deciding.source_step.moments": 0.0}),
        Mechanism(
            "the first adopter heard of counts more than the next",
            {"behaviour.deciding.response.low_effort.points.2.prob": 0.655},
        ),
    ),
    assumed=Text(
        "that further friends hardly add: the response to adopters heard of, which is read off here, is a "
        "table that is all but flat from the first and flat from the second; likes have no cue of their own",
        "后续好友几乎无效：此处读出的“所知采纳者”响应本身就是一张表，从第一位起近乎持平，第二位之后持平；"
        "点赞没有自己的线索",
    ),
)
