"""F29: ten want what there is one of: gone as fast as the site lets them in, and never oversold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.events import Kind, Reason, Route
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.settings.problems import Text
from sim.units import HOUR, MINUTE

_STOCK = 100  # of the context
_PATIENCE_S = 10  # default of a flash sale: a longer queue turns people away
_PER_SECOND = {"up": 5.0, "slow": 2.5, "down": 0.1}  # orders the site takes; assumption, scaled to the stock
_OPENS_S = 36 * HOUR


def _site(per_second: float) -> Arm:
    sale = {
        "id": "launch",
        "type": "flash_sale",
        "prices": [{"id": "phone", "price_fen": 199_900}],
        "from_day": 1,
        "start_hours": [12],
        "duration_hours": 4,
        "reminder_days": 2,
        "remind_minutes": 0,  # who has registered comes as it opens
        "throughput_per_second": per_second,
    }
    return Arm(("phone-launch", "on-its-own"), {"mechanics": [sale]})


def _count(arm: str, trial: Trial) -> Row:
    view = trial.view
    in_sale = view.column(Kind.ORDER_PLACED, "value") == Route.FLASH
    placed_by = view.column(Kind.ORDER_PLACED, "actor")[in_sale]
    wanted_by = np.concatenate([placed_by, view.column(Kind.DISAPPOINTED, "actor")])
    sold_out_s = view.column(Kind.SOLD_OUT, "time_s")
    return {
        "wanted_by": len(np.unique(wanted_by)),
        "turned_away": float((view.column(Kind.DISAPPOINTED, "value") == Reason.QUEUE).sum()),
        "sold_out": float(len(sold_out_s) > 0),
        "seconds": float(sold_out_s[0]) - _OPENS_S if len(sold_out_s) else 0.0,
        "sold": view.count(Kind.ORDER_PAID),
        "stock": _STOCK,
    }


def _demand(samples: Sequence[Sample]) -> float:
    return quotient(pooled(samples, "up", "wanted_by"), pooled(samples, "up", "stock"))


def _sold_out(samples: Sequence[Sample]) -> float:
    return min(row["sold_out"] for sample in samples for row in sample.values())


def most_sold(samples: Sequence[Sample]) -> float:
    """Units paid ÷ stock in the run in which that is most."""
    return max(quotient(row["sold"], row["stock"]) for sample in samples for row in sample.values())


def _seconds(arm: str) -> Callable[[Sequence[Sample]], float]:
    return lambda samples: quotient(pooled(samples, arm, "seconds"), pooled(samples, arm, "sold_out"))


def _against_admission(arm: str) -> Callable[[Sequence[Sample]], float]:
    """Seconds to sold out ÷ seconds in which the site admits as many as there is stock, queue included."""
    admits_s = _STOCK / _PER_SECOND[arm] - _PATIENCE_S
    return lambda samples: _seconds(arm)(samples) / admits_s


def _minutes_down(samples: Sequence[Sample]) -> float:
    return _seconds("down")(samples) / MINUTE


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    return (
        estimate("members who want it ÷ stock", samples, _demand, Band(10, None), "x"),
        estimate("runs sold out, fewest in any arm", samples, _sold_out, Band(1, 1), "%", n=3 * len(samples)),
        estimate("paid ÷ stock, most in any run", samples, most_sold, Band(None, 1), "x", n=3 * len(samples)),
        estimate("time to sold out ÷ admission time", samples, _against_admission("up"), Band(0.8, 1.5), "x"),
        estimate("the same, site slow", samples, _against_admission("slow"), Band(0.8, 1.5), "x"),
        estimate("minutes to sold out, site down", samples, _minutes_down, Band(10, 120)),
        estimate("seconds to sold out, site up", samples, _seconds("up"), Band(None, 60)),
    )  # fmt: skip


FACT = Fact(
    id="F29",
    star=False,
    title=Text(
        "15,000 phones go in seconds, in 38 minutes while the site is down",
        "1.5 万台手机数秒售罄；网站故障时要 38 分钟",
    ),
    source="press 2014-15 (more than 150,000 registrants)",
    status="W",
    claim=Text(
        "members who try ÷ stock at least 10: always sold out, in seconds, 0.8–1.5 of the time in which the "
        "site admits as many; in 10 to 120 minutes when it admits hardly any; never more paid than in stock",
        "尝试购买的成员÷库存 不低于 10：必售罄，用时数秒，为网站放行同样人数所需时间的 0.8–1.5；"
        "几乎不放行时 10–120 分钟；付款数从不超过库存",
    ),
    arms={arm: _site(per_second) for arm, per_second in _PER_SECOND.items()},
    seeds=10,
    count=_count,
    conclude=_conclude,
    mechanisms=(Mechanism("guard against overselling", {"orders.oversell_guard": False}),),
)
