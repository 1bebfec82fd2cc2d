"""F31: shown scarcity raises the wish to buy; which kind works better depends on the kind of product."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.deals import claims, deals_arm
from sim.settings.problems import Text

_CLAIMED = 0.5  # of the bar at the opening, where it is shown; assumption
_GOODS = {"utilitarian": "staple", "experience": "content"}  # as in the source -> the model's category


def _deals(category: str, shown: bool) -> Arm:
    return deals_arm(
        product={"category": category}, sale={"progress_bar": shown, "progress_start_share": _CLAIMED}
    )


def _arm(goods: str, shown: bool) -> str:
    return f"{goods}, bar {'shown' if shown else 'hidden'}"


def _count(arm: str, trial: Trial) -> Row:
    return {"claims": claims(trial)}


def lift(samples: Sequence[Sample], goods: str) -> float:
    """Claims with the bar shown ÷ with it hidden."""
    shown, hidden = (pooled(samples, _arm(goods, shown), "claims") for shown in (True, False))
    return quotient(shown, hidden)


def _utilitarian(samples: Sequence[Sample]) -> float:
    return lift(samples, "utilitarian")


def _order(samples: Sequence[Sample]) -> float:
    lifts = [lift(samples, goods) for goods in ("utilitarian", "experience")]
    return math.log(lifts[0] / lifts[1]) if all(one > 0 for one in lifts) else math.nan


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    n = int(pooled(samples, _arm("utilitarian", False), "claims"))
    return (
        estimate("claims, claimed share shown ÷ hidden", samples, _utilitarian, Band(1.001, None), "x", n),
        estimate("log lift, utilitarian less experience", samples, _order, Band(0.001, None)),
    )


FACT = Fact(
    id="F31",
    star=False,
    title=Text(
        "scarcity raises intention; demand-type for utilitarian goods, supply-type for experiences",
        "稀缺提高购买意愿；实用品靠需求型稀缺，体验品靠供给型稀缺",
    ),
    source="Barton et al. 2022, J. Retailing (416 effects)",
    status="P",
    claim=Text(
        "claimed share shown or hidden: claims with it ÷ without it above 1, and above what it is for "
        "experiences; cues of supply (limited editions) are not modelled",
        "显示与不显示已抢比例：抢购件数之比大于 1，且实用品高于体验品；供给型稀缺（限量版）未建模",
    ),
    arms={
        _arm(goods, shown): _deals(category, shown)
        for goods, category in _GOODS.items()
        for shown in (True, False)
    },
    seeds=12,
    count=_count,
    conclude=_conclude,
    mechanisms=(Mechanism("shown scarcity", {"behaviour.deciding.scarcity": 0.0}),),
)
