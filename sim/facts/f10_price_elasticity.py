"""F10: the mean own-price elasticity."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.events import Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.settings.problems import Text

_CHANGE = 0.10  # of the price, up and down


def _count(arm: str, trial: Trial) -> Row:
    return {"orders": trial.view.count(Kind.ORDER_PLACED), "members": trial.graph.n}


def _elasticity(samples: Sequence[Sample]) -> float:
    cheap, dear = pooled(samples, "cheaper", "orders"), pooled(samples, "dearer", "orders")
    if not cheap or not dear:
        return math.nan
    return math.log(dear / cheap) / math.log((1 + _CHANGE) / (1 - _CHANGE))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    return (
        estimate(
            "elasticity of orders ÷ members", samples, _elasticity, Band(-4, -1.5),
            n=int(pooled(samples, "cheaper", "orders")),
        ),
    )  # fmt: skip


def _at(price_fen: int) -> Arm:
    products = [{"id": "item", "list_price_fen": price_fen}]
    return Arm(("one-item", "on-its-own"), {"products": products}, events="outcomes")


FACT = Fact(
    id="F10",
    star=True,
    title=Text("mean own-price elasticity −2.62", "自身价格弹性均值 −2.62"),
    source="Bijmolt, Van Heerde, Pieters 2005, JMR",
    status="P",
    claim=Text(
        "orders ÷ members at ± 10 % of a fixed reference price, nobody telling anybody, 30 days: −4 to −1.5",
        "参考价不变、价格 ±10 %、无人互相转告、30 天：订单÷成员 的弹性在 −4 至 −1.5",
    ),
    arms={"cheaper": _at(2700), "dearer": _at(3300)},
    seeds=12,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("price term", {"population.segments.everyone.price_coefficient": 0.0}),
        Mechanism("price coefficients differ", {"population.segments.everyone.price_coefficient_sigma": 0.0}),
    ),
)
