"""F22: any reward makes people recommend, its size hardly matters, and it works on weak ties."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.events import Channel, Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.ties import ties_between
from sim.settings.problems import Text

_CUSTOMERS = 2000  # members who have the product


def _count(arm: str, trial: Trial) -> Row:
    table = trial.view.table
    told = trial.view.rows(Kind.READ)
    told = told[table["channel"][told] == Channel.PRIVATE]
    sender, reader = table["source"][told], table["actor"][told]
    customers = trial.view.column(Kind.SEED, "actor")
    of_customer = np.isin(sender, customers)
    ties = ties_between(trial.graph, sender[of_customer], reader[of_customer])
    recommenders = np.intersect1d(customers, trial.view.column(Kind.SEND, "actor"))
    return {
        "customers": float(customers.size),
        "recommenders": float(recommenders.size),
        "told": float(ties.size),
        "tie": float(ties.sum()),
    }


def _rate(samples: Sequence[Sample], arm: str) -> float:
    return quotient(pooled(samples, arm, "recommenders"), pooled(samples, arm, "customers"))


def _jump(samples: Sequence[Sample]) -> float:
    return quotient(_rate(samples, "small"), _rate(samples, "none"))


def _jump_over_slope(samples: Sequence[Sample]) -> float:
    none, small, large = (_rate(samples, arm) for arm in ("none", "small", "large"))
    return (small - none) - (large - small)


def _tie(samples: Sequence[Sample], arm: str) -> float:
    return quotient(pooled(samples, arm, "tie"), pooled(samples, arm, "told"))


def _closer(arm: str) -> Callable[[Sequence[Sample]], float]:
    """How much closer those told are than without a reward."""
    return lambda samples: _tie(samples, arm) - _tie(samples, "none")


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    return (
        estimate(
            "customers who recommend, 5 yuan ÷ no reward", samples, _jump, Band(low=1), "x",
            n=int(pooled(samples, "none", "customers")),
        ),
        estimate(
            "what 5 yuan add to none − what 50 add to 5", samples, _jump_over_slope, Band(low=0), "%",
            n=int(pooled(samples, "small", "customers")),
        ),
        estimate(
            "mean tie of friends told, 5 yuan − no reward", samples, _closer("small"), Band(high=0),
            n=int(pooled(samples, "small", "told")),
        ),
        estimate(
            "mean tie of friends told, 5 yuan for the receiver − no reward (not modelled: 0)", samples,
            _closer("receiver"), n=int(pooled(samples, "receiver", "told")),
        ),
        estimate(
            "customers who recommend, 5 yuan for the receiver ÷ no reward (not modelled: 1)", samples,
            lambda some: quotient(_rate(some, "receiver"), _rate(some, "none")), unit="x",
            n=int(pooled(samples, "none", "customers")),
        ),
        estimate("customers who recommend, no reward", samples, lambda some: _rate(some, "none"), unit="%"),
    )  # fmt: skip


def _arm(reward_fen: int, rewarded: str = "sender") -> Arm:
    mechanics = [
        {"id": "customers", "type": "kol_seeding", "choose": "random", "count": _CUSTOMERS, "posts": 0,
         "shares_as_buyer": True},
    ]  # fmt: skip
    if reward_fen:
        mechanics.append(
            {"id": "reward", "type": "referral", "rewards": rewarded, f"{rewarded}_fen": reward_fen}
        )
    behaviour = {"sharing": {"triggers": [], "channels": ["private"]}}  # only customers recommend
    return Arm(("one-item",), {"mechanics": mechanics, "behaviour": behaviour, "run": {"horizon_days": 5}})


FACT = Fact(
    id="F22",
    star=False,
    title=Text(
        "a reward raises referral, its size hardly does; it works on weak ties",
        "奖励会提高推荐意愿，金额大小几乎无关；主要对弱关系起作用",
    ),
    source="Ryu and Feick 2007, J. Marketing",
    status="P",
    claim=Text(
        "customers who recommend ÷ customers, with no reward, 5 yuan, 50 yuan for the sender: more with any; "
        "ten times the reward adds less than the first; the mean tie of those told falls. That rewarding the "
        "receiver works for strong ties is not modelled: what he gets moves nobody to tell",
        "推荐者 ÷ 顾客，推荐奖励 0、5、50 元：有奖励更高；"
        "奖励十倍的增量小于从无到有；被告知者的平均关系强度下降。"
        "奖励被推荐人对强关系更有效这一点未建模：其所得不影响推荐",
    ),
    arms={"none": _arm(0), "small": _arm(500), "large": _arm(5000), "receiver": _arm(500, "receiver")},
    seeds=8,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("a jump for any reward", {"behaviour.sharing.reward_jump": 0.0}),
        Mechanism("rewards shift whom one tells to weak ties", {"behaviour.sharing.reward_tie_shift": 0.0}),
    ),
)
