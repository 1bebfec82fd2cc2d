"""F5: more recommendations help less and less, and those of one sender least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.exposures import exposures
from sim.network.csr import arc_codes
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario
from sim.settings.problems import Text

_MOST = 30  # exposures
_MANY, _ONE = "many senders", "one sender"
_Values = NDArray[np.floating[Any]]


def assigned(scenario: Scenario, seed: int) -> SocialGraph:
    """Thirty senders, and readers who each have the first k of them as friends, k from 1 to 30 by turns.

    People's traits hang on seed and number, so that turns are as good as lots. Nobody shares a community,
    hence tastes; ties are of middling strength.
    """
    n = scenario.population.members
    reader = np.arange(_MOST, n, dtype=np.int64)
    friends = 1 + reader % _MOST
    told = [reader[friends > sender] for sender in range(_MOST)]
    codes = np.concatenate([arc_codes(np.full_like(by, sender), by) for sender, by in enumerate(told)])
    return SocialGraph.of_friends(n, codes, np.arange(n, dtype=np.int32), ties=np.full(codes.size, 0.5))


def life_table(nth: NDArray[np.int64], bought: NDArray[np.bool_], reader: NDArray[np.int32]) -> Row:
    """Who had a k-th exposure without having bought before ("risk k"), and bought at it ("bought k")."""
    last = np.full(int(reader.max(initial=0)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(last, reader[bought], nth[bought])
    at_risk = nth <= last[reader]
    risk = np.bincount(nth[at_risk], minlength=_MOST + 1)
    buys = np.bincount(nth[at_risk & bought], minlength=_MOST + 1)
    row: Row = {f"risk {k}": int(risk[k]) for k in range(1, _MOST + 1)}
    return row | {f"bought {k}": int(buys[k]) for k in range(1, _MOST + 1)}


def _count(arm: str, trial: Trial) -> Row:
    seen = exposures(trial.view)
    reader = seen.actor >= _MOST
    return life_table(seen.nth[reader], seen.bought[reader], seen.actor[reader])


def _hazard(samples: Sequence[Sample], arm: str, first: int, last: int) -> float:
    numbers = range(first, last + 1)
    bought = sum(pooled(samples, arm, f"bought {k}") for k in numbers)
    return quotient(bought, sum(pooled(samples, arm, f"risk {k}") for k in numbers))


def _bought_by(samples: Sequence[Sample], arm: str) -> _Values:
    """Cumulative share who have bought by the k-th exposure, k from 1."""
    hazards = [_hazard(samples, arm, k, k) for k in range(1, _MOST + 1)]
    return 1.0 - np.cumprod(1.0 - np.array(hazards))


def _step(samples: Sequence[Sample], third: int) -> float:
    """What one more sender adds to P(bought), on average over the first, second or last ten (third 0-2)."""
    bought_by = np.append(0.0, _bought_by(samples, _MANY))
    return float(bought_by[10 * third + 10] - bought_by[10 * third]) / 10


def _fitted_slope(samples: Sequence[Sample], third: int) -> float:
    """Least squares over the ten values of P(bought) after those many senders."""
    within = slice(10 * third, 10 * third + 10)
    slope, _ = np.polyfit(np.arange(10), _bought_by(samples, _MANY)[within], 1)
    return float(slope)


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    n = int(pooled(samples, _MANY, "risk 1"))

    def steps(name: str, upper: int, lower: int, band: Band) -> Estimate:
        return estimate(
            name, samples, lambda some: quotient(_step(some, upper), _step(some, lower)), band, n=n
        )

    def after(name: str, number: int) -> Estimate:
        return estimate(name, samples, lambda some: float(_bought_by(some, _MANY)[number - 1]), unit="%", n=n)

    return (
        steps("rise of P(bought) from senders 21–30 ÷ from senders 1–10", 2, 0, Band(None, 0.2)),
        estimate(
            "least-squares slope of P(bought) over 21–30 ÷ over 1–10, without the first step from 0", samples,
            lambda some: quotient(_fitted_slope(some, 2), _fitted_slope(some, 0)), Band(None, 0.2), n=n,
        ),
        steps("rise from senders 11–20 ÷ 1–10 (concave)", 1, 0, Band(None, 1)),
        steps("rise from senders 21–30 ÷ 11–20 (concave)", 2, 1, Band(None, 1)),
        estimate(
            "bought ÷ messages 2–10 of one sender, ÷ the same of his first", samples,
            lambda some: quotient(_hazard(some, _ONE, 2, 10), _hazard(some, _ONE, 1, 1)), Band(None, 1),
            n=int(pooled(samples, _ONE, "risk 1")),
        ),
        estimate(
            "P(bought) by ten messages, of one sender ÷ of ten", samples,
            lambda some: quotient(float(_bought_by(some, _ONE)[9]), float(_bought_by(some, _MANY)[9])),
            Band(None, 1),
        ),
        after("P(bought) by the first", 1),
        after("P(bought) by ten", 10),
        after("P(bought) by thirty", 30),
    )  # fmt: skip


def _told(*mechanics: dict[str, Any]) -> Arm:
    changes = {
        "population": {"members": 30_000 + _MOST},
        "mechanics": list(mechanics),
        "run": {"horizon_days": _MOST + 2},
    }
    return Arm(("one-item", "on-its-own", "only-told"), changes, graph=assigned)


def _posts(sender: int, from_day: int, number: int) -> dict[str, Any]:
    return {
        "id": f"sender-{sender}", "type": "kol_seeding", "choose": "members", "members": [sender],
        "from_day": from_day, "posts": number, "every_days": 1, "disclosed": False,
    }  # fmt: skip


FACT = Fact(
    id="F5",
    star=True,
    title=Text("more recommendations help less and less", "推荐越多，边际作用越小"),
    source="Leskovec, Adamic, Huberman 2007, ACM TWEB",
    status="S",
    claim=Text(
        "1 to 30 friends assigned by lot tell of it, one a day: bought ÷ exposed is concave, senders 21–30 "
        "add less than 20 % of what 1–10 add, also by slopes that leave the first one's part out; repeats of "
        "one sender do less than his first and than others",
        "随机分配 1–30 位好友每天一位推荐：购买÷触达 呈凹形，第 21–30 位的增量低于第 1–10 位的 20 %，"
        "不计第一位的斜率亦然；"
        "同一人重复推荐弱于其首次，也弱于他人",
    ),
    arms={
        _MANY: _told(*(_posts(sender, sender, 1) for sender in range(_MOST))),
        _ONE: _told(_posts(0, 0, _MOST)),
    },
    seeds=10,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("lasting taste", {"behaviour.deciding.taste_persistence": 0.0}),
        Mechanism("adopters heard", {"behaviour.deciding.response.argument": "constant"}),
    ),
)  # fmt: skip
