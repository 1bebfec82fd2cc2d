"""F27: a deeper discount sells less of what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence

from sim.events import Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Otherwise, Row, Sample, Trial
from sim.settings.problems import Text

_POINTS = 10  # of discount, from 55 to 65 % off


def _count(arm: str, trial: Trial) -> Row:
    return {"orders": trial.view.count(Kind.ORDER_PLACED)}


def _change(samples: Sequence[Sample], known: str) -> float:
    """Change of sales for each point of discount, as a share."""
    deep, shallow = pooled(samples, f"{known}-65", "orders"), pooled(samples, f"{known}-55", "orders")
    return (quotient(deep, shallow) - 1) / _POINTS


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    def change(known: str, band: Band) -> Estimate:
        return estimate(
            f"change of orders for +1 point of discount, {known} quality", samples,
            lambda some: _change(some, known), band, "%", n=int(pooled(samples, f"{known}-55", "orders")),
        )  # fmt: skip

    return change("unknown", Band(-0.05, 0)), change("known", Band(0, None))


def _at(known_share: float, off_percent: int) -> Arm:
    product = {"id": "item", "list_price_fen": 30 * (100 - off_percent), "known_share": known_share}
    changes = {"population": {"members": 40_000}, "products": [product]}
    return Arm(("one-item", "on-its-own", "short-deal"), changes, events="outcomes")


FACT = Fact(
    id="F27",
    star=False,
    title=Text("deeper discounts of unknown merchants sell less", "无名商家折扣越深卖得越少"),
    source="Cao, Hui, Xu 2017, ISR",
    status="P",
    claim=Text(
        "a deal of 3 days at 55 and 65 % off: change of orders for +1 point, −5 to 0 % where quality is "
        "unknown, above 0 where it is known",
        "3 天限时特价，55 % 与 65 % 折扣：每多 1 个百分点的订单变化，品质未知时 −5 至 0 %，已知时为正",
    ),
    arms={
        f"{known}-{off_percent}": _at(known_share, off_percent)
        for known, known_share in (("unknown", 0.0), ("known", 1.0))
        for off_percent in (55, 65)
    },
    seeds=12,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("doubt of deep discounts", {"behaviour.deciding.unknown_quality_penalty": 0.0}),
        Mechanism("price term", {"population.segments.everyone.price_coefficient": 0.0}),
    ),
    otherwise=(
        Otherwise("the deal goes on for a month, and buyers' ratings are seen", {"run.horizon_days": 30}),
    ),
)
