"""F8: seeding people with many friends beats random seeds; their word is worth no more than others'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.events import Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Otherwise, Row, Sample, Trial
from sim.facts.shared.exposures import exposures
from sim.settings.problems import Text

_SEEDS = 200  # of 10,000. assumption: 2 %


def _count(arm: str, trial: Trial) -> Row:
    seeds = trial.view.members_in(trial.view.column(Kind.SEED, "actor"))
    seen = exposures(trial.view)
    others = ~seeds[seen.actor]
    told = others & seeds[seen.source]
    return {
        "seeds": float(seeds.sum()),
        "friends": float(trial.graph.degree[seeds].sum()),
        "reached": float(np.unique(seen.actor[others]).size),
        "reads": float(told.sum()),
        "adoptions": float((told & seen.bought).sum()),
    }


def _conversion(samples: Sequence[Sample], arm: str) -> float:
    return quotient(pooled(samples, arm, "adoptions"), pooled(samples, arm, "reads"))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    def reach(other: str, band: Band | None) -> Estimate:
        return estimate(
            f"reach, hubs ÷ {other}", samples,
            lambda some: quotient(pooled(some, "hubs", "reached"), pooled(some, other, "reached")),
            band, "x", n=int(pooled(samples, other, "reached")),
        )  # fmt: skip

    def conversion(arm: str) -> Estimate:
        return estimate(
            f"adoptions ÷ reads, {arm}", samples, lambda some: _conversion(some, arm), unit="%",
            n=int(pooled(samples, arm, "reads")),
        )  # fmt: skip

    return (
        reach("random", Band(1.2, 2.0)),
        reach("fringe", Band(3, 9)),
        reach("bridges", None),
        estimate(
            "adoptions ÷ reads of the seeds' messages, hubs ÷ random", samples,
            lambda some: quotient(_conversion(some, "hubs"), _conversion(some, "random")),
            Band(0.85, 1.15), "x", n=int(pooled(samples, "random", "reads")),
        ),
        *(conversion(arm) for arm in FACT.arms),
    )  # fmt: skip


def _arm(choose: str) -> Arm:
    mechanics = [
        {"id": "seeds", "type": "kol_seeding", "choose": choose, "count": _SEEDS, "posts": 0,
         "shares_as_buyer": True},
    ]  # fmt: skip
    return Arm(("video", "students", "only-told"), {"mechanics": mechanics, "run": {"horizon_days": 10}})


FACT = Fact(
    id="F8",
    star=True,
    title=Text(
        "seeding hubs: as good as bridges, +52 % over random, up to 8 × over fringe; not more persuasive",
        "以中心人物为种子：与桥接者相当，比随机高 52 %，最高为边缘者的 8 倍；但说服力并不更强",
    ),
    source="Hinz, Skiera, Barrot and Becker 2011, J. Marketing",
    status="P",
    claim=Text(
        "equally many seeds; members reached who are no seeds: hubs ÷ random 1.2–2.0, hubs ÷ fringe 3–9; "
        "adoptions ÷ reads of the seeds' messages: hubs ÷ random 0.85–1.15",
        "种子数相同；非种子的触达人数：中心 ÷ 随机 1.2–2.0，中心 ÷ 边缘 3–9；"
        "种子消息的 采纳 ÷ 阅读：中心 ÷ 随机 0.85–1.15",
    ),
    arms={
        "hubs": _arm("by_degree"),
        "random": _arm("random"),
        "fringe": _arm("fringe"),
        "bridges": _arm("bridges"),
    },
    seeds=60,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("nobody tells more than a few friends", {"behaviour.sharing.private_limit": 5000}),
        Mechanism("people guess who would like it", {"behaviour.sharing.guess_weight": 0.0}),
    ),
    otherwise=(
        Otherwise(
            "a message goes to no more friends than by default", {"behaviour.sharing.private_limit": None}
        ),
        Otherwise("a message goes to twelve friends at most", {"behaviour.sharing.private_limit": 12}),
    ),
)
