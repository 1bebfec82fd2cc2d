"""F28: some who came for a deal come back at the full price; they rate lower than those who paid it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.decisions import rating_of
from sim.events import Kind, Route
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.settings.problems import Text
from sim.units import DAY

_DEAL_DAYS = 3
_DEAL: dict[str, Any] = {
    "id": "deal",
    "type": "flash_sale",
    "prices": [{"id": "meal", "price_fen": 3000}],  # half price, as the usual voucher
    "days": _DEAL_DAYS,
    "start_hours": [0],
    "duration_hours": 24,
    "reminders": False,
    "progress_bar": False,
}


def _count(arm: str, trial: Trial) -> Row:
    view = trial.view
    orders = int(view.table["order"].max(initial=-1)) + 1
    route, placed_s = np.zeros(orders, dtype=np.int64), np.zeros(orders, dtype=np.int64)
    placed = view.column(Kind.ORDER_PLACED, "order")
    route[placed], placed_s[placed] = (view.column(Kind.ORDER_PLACED, name) for name in ("value", "time_s"))
    early = placed_s < _DEAL_DAYS * DAY
    came_for = early & (route == (Route.FLASH if arm == "deal" else Route.BUY_ALONE))
    paid, buyers = view.column(Kind.ORDER_PAID, "order"), view.column(Kind.ORDER_PAID, "actor")
    came, again = np.unique(buyers[came_for[paid]]), buyers[~early[paid]]
    served = came_for[view.column(Kind.DELIVERED, "order")]
    quality = trial.scenario.products[0].quality
    satisfaction = view.column(Kind.DELIVERED, "value")[served] / 1000
    return {
        "buyers": len(came),
        "came_back": len(np.intersect1d(came, again)),
        "served": float(served.sum()),
        "stars": float(sum(rating_of(quality, one) for one in satisfaction.tolist())),
    }


def _repeat(samples: Sequence[Sample]) -> float:
    return quotient(pooled(samples, "deal", "came_back"), pooled(samples, "deal", "buyers"))


def rating_gap(samples: Sequence[Sample]) -> float:
    """Mean rating of deal buyers ÷ that of those who paid the full price, less 1."""
    deal, full = (
        quotient(pooled(samples, arm, "stars"), pooled(samples, arm, "served"))
        for arm in ("deal", "full price")
    )
    return quotient(deal, full) - 1.0


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    buyers, full = int(pooled(samples, "deal", "buyers")), int(pooled(samples, "full price", "served"))
    return (
        estimate("deal buyers who come back at full price", samples, _repeat, Band(0.10, 0.35), "%", buyers),
        estimate("rating against full-price buyers", samples, rating_gap, Band(-0.15, -0.05), "%", full),
    )


FACT = Fact(
    id="F28",
    star=False,
    title=Text(
        "13-31 % of deal buyers return at full price; they rate 10 % lower",
        "13-31% 的特价顾客会以原价回购；其评分低 10%",
    ),
    source="Dholakia 2010; Byers et al. 2012, WSDM",
    status="P",
    claim=Text(
        "a voucher at half price for 3 days: deal buyers who pay the full price within 90 days ÷ deal buyers "
        "10-35 %; mean rating due of deal buyers 5-15 % below that of buyers in the same days without it",
        "三天半价券：90 天内原价回购者÷特价顾客 10-35%；特价顾客的平均评分比无特价时的顾客低 5-15%",
    ),
    arms={
        "deal": Arm(("restaurant", "on-its-own"), {"mechanics": [_DEAL]}),
        "full price": Arm(("restaurant", "on-its-own")),
    },
    seeds=10,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("need", {"behaviour.deciding.source_step.own_need": 0.0}),
        Mechanism("reference price adapts", {"behaviour.deciding.reference_adaptation": 0.0}),
    ),
)
