"""F11: claimed stock draws further claims, less so under a deep discount, more so with a good rating."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sim.facts.estimate import Band, Estimate, estimate, pooled
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.deals import claims, deals_arm
from sim.settings.problems import Text

_SHARES = (0.15, 0.3, 0.6)  # shown as claimed at the opening, randomised; assumption: the middle of the bar
_DEALS: dict[str, tuple[int, float]] = {  # price in fen of what is worth 3,000; quality, all known
    "plain": (2400, 0.7),
    "deep": (1500, 0.7),
    "good": (2400, 0.85),
    "poor": (2400, 0.55),
}


def _deal(deal: str, share: float) -> Arm:
    price_fen, quality = _DEALS[deal]
    return deals_arm(
        price_fen=price_fen,
        product={"quality": quality, "known_share": 1.0},
        sale={"progress_start_share": share},
    )


def _arm(deal: str, share: float) -> str:
    return f"{deal}, {share:.0%} claimed"


def _count(arm: str, trial: Trial) -> Row:
    return {"claims": claims(trial)}


def elasticity(claimed: Mapping[float, float]) -> float:
    """Slope of the log of claims in the log of the share shown, weighted by claims; NaN if any are none.

    claimed: share shown -> claims in the hour after.
    """
    shares, counts = np.array(list(claimed)), np.array(list(claimed.values()))
    if not counts.all():
        return math.nan
    slope, _ = np.polyfit(np.log(shares), np.log(counts), 1, w=np.sqrt(counts))
    return float(slope)


def _elasticity_of(deal: str) -> Callable[[Sequence[Sample]], float]:
    def statistic(samples: Sequence[Sample]) -> float:
        return elasticity({share: pooled(samples, _arm(deal, share), "claims") for share in _SHARES})

    return statistic


def _difference(deal: str, other: str) -> Callable[[Sequence[Sample]], float]:
    def statistic(samples: Sequence[Sample]) -> float:
        return _elasticity_of(deal)(samples) - _elasticity_of(other)(samples)

    return statistic


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    n = int(sum(pooled(samples, _arm("plain", share), "claims") for share in _SHARES))
    return (
        estimate("elasticity in claimed share", samples, _elasticity_of("plain"), Band(0.1, 0.35), n=n),
        estimate("half price, against 20 % off", samples, _difference("deep", "plain"), Band(None, -0.001)),
        estimate("rated well, against badly", samples, _difference("good", "poor"), Band(0.001, None)),
    )  # fmt: skip


FACT = Fact(
    id="F11",
    star=True,
    title=Text(
        "10 % more claimed stock: 2.08 % more cart-adds in an hour; less if deep, more if well rated",
        "已抢比例多 10%，下一小时加购多 2.08%；折扣深时更弱，评分高时更强",
    ),
    source="Cui, Zhang, Bassamboo 2019, Management Science (randomised)",
    status="P",
    claim=Text(
        "share shown as claimed at the opening randomised, 15-60 %: elasticity of units claimed in the hour "
        "0.10 to 0.35; lower at half price than at 20 % off, higher at quality 0.85 than at 0.55 (known)",
        "随机设定开场已抢比例 15-60%：一小时内抢购件数的弹性 0.10 至 0.35；五折低于八折，"
        "已知质量 0.85 高于 0.55",
    ),
    arms={_arm(deal, share): _deal(deal, share) for deal in _DEALS for share in _SHARES},
    seeds=12,
    count=_count,
    conclude=_conclude,
    mechanisms=(Mechanism("shown scarcity", {"behaviour.deciding.scarcity": 0.0}),),
    assumed=Text(
        "the signs of both interactions: what others claimed is multiplied by the believed quality and by "
        "the share of the price that is left, after Cui, Zhang and Bassamboo; the elasticity is not",
        "两个交互作用的符号：按 Cui、Zhang 与 Bassamboo 的结果，已抢比例的作用乘以所信的品质，"
        "再乘以所剩的价格比例；弹性本身则不是",
    ),
)
