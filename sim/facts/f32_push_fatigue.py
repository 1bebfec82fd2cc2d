"""F32: the more pushes a week, the more opt out, faster and faster; sales have an optimum in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sim.events import Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.metrics.activity import opted_out
from sim.settings.problems import Text

_ITEMS = [f"item-{number:02}" for number in range(1, 21)]
_SENT = {  # pushes a week -> days of the week, hours of the day
    1: ([0], [12]),
    2: ([0, 3], [12]),
    4: ([0, 2, 4, 6], [12]),
    7: (range(7), [12]),
    14: (range(7), [12, 20]),
}
_STATED = {1: "10 %", 2: "47 % at 2–5", 4: "47 % at 2–5", 7: "80 % at 6–10", 14: "nothing"}
"""Pushes a week -> what the source's respondents said of it, cumulative."""


def _arm(per_week: int) -> str:
    return f"{per_week} a week"


def _pushed(per_week: int) -> Arm:
    days, hours = _SENT[per_week]
    schedule = [
        {
            "id": f"day-{day}",
            "type": "push",
            "from_day": day,
            "every_days": 7,
            "hours": hours,
            "products": [*_ITEMS[3 * day :], *_ITEMS[: 3 * day]],  # another item each day
        }
        for day in days
    ]
    changes = {
        "population": {"members": 3000, "segments": [{"id": "everyone"}]},
        "products": [{"id": item, "list_price_fen": 3000, "cost_fen": 1500} for item in _ITEMS],
        "operator": {"schedule": schedule},
    }
    return Arm(("on-its-own",), changes, events="outcomes")


def _count(arm: str, trial: Trial) -> Row:
    return {
        "members": trial.graph.n,
        "opted_out": opted_out(trial.view),
        "orders": trial.view.count(Kind.ORDER_PLACED),
    }


def _opt_out(samples: Sequence[Sample], per_week: int) -> float:
    arm = _arm(per_week)
    return quotient(pooled(samples, arm, "opted_out"), pooled(samples, arm, "members"))


def _opt_out_at(per_week: int) -> Callable[[Sequence[Sample]], float]:
    return lambda samples: _opt_out(samples, per_week)


def _growth(samples: Sequence[Sample]) -> float:
    return _opt_out(samples, 14) - _opt_out(samples, 1)


def convexity(opt_out: Mapping[int, float]) -> float:
    """What a push more adds to the opt-out in the upper half of the range less what it adds in the lower.

    opt_out: pushes a week -> share of members; at 1, 7 and 14.
    """
    return (opt_out[14] - opt_out[7]) / 7 - (opt_out[7] - opt_out[1]) / 6


def _convexity(samples: Sequence[Sample]) -> float:
    return convexity({per_week: _opt_out(samples, per_week) for per_week in _SENT})


def inner_advantage(sales: Mapping[int, float]) -> float:
    """The best inner rate's sales ÷ the better of the two ends'."""
    ends = (min(sales), max(sales))
    best = max(value for per_week, value in sales.items() if per_week not in ends)
    return quotient(best, max(sales[end] for end in ends))


def _inner_advantage(samples: Sequence[Sample]) -> float:
    return inner_advantage({per_week: pooled(samples, _arm(per_week), "orders") for per_week in _SENT})


def _orders_at(per_week: int) -> Callable[[Sequence[Sample]], float]:
    return lambda samples: quotient(
        pooled(samples, _arm(per_week), "orders"), pooled(samples, _arm(per_week), "members")
    )


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    return (
        estimate("opt-out at 14 a week, less that at 1", samples, _growth, Band(0.05, None), "%"),
        estimate("convexity: added a push above 7, less below", samples, _convexity, Band(0.001, None), "%"),
        estimate("sales, best inner rate ÷ better end", samples, _inner_advantage, Band(1, None), "x"),
        *(
            estimate(
                f"opt-out at {per_week} a week (stated: {stated})", samples, _opt_out_at(per_week), unit="%"
            )
            for per_week, stated in _STATED.items()
        ),
        *(
            estimate(f"orders ÷ member at {per_week} a week", samples, _orders_at(per_week))
            for per_week in _SENT
        ),
    )


FACT = Fact(
    id="F32",
    star=False,
    title=Text("push fatigue: opt-out grows with weekly pushes", "推送疲劳：每周推送越多，关闭推送的人越多"),
    source="Localytics 2017 (stated, cumulative: 10 % at 1 a week, 47 % at 2-5, 80 % at 6-10)",
    status="W",
    claim=Text(
        "1, 2, 4, 7, 14 pushes a week for 30 days: members who mute pushes ÷ members grows, convexly; "
        "orders are most at an inner rate. Not its level: what people say they would do (10 % at 1 a week, "
        "47 % at 2–5, 80 % at 6–10, cumulative) stands beside it without a band",
        "每周推送 1、2、4、7、14 次，30 天：关闭推送的成员÷成员 递增且越来越快；订单数在中间频次最多。"
        "不判断水平：受访者自述（每周 1 次 10 %，2–5 次 47 %，6–10 次 80 %，累计）列在一旁，不设区间",
    ),
    arms={_arm(per_week): _pushed(per_week) for per_week in _SENT},
    seeds=6,
    count=_count,
    conclude=_conclude,
    mechanisms=(Mechanism("tolerance", {"population.segments.everyone.tolerance_items": 1_000_000.0}),),
)
