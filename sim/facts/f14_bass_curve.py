"""F14: a durable spreads along a Bass curve, by imitation more than by innovation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.settings.problems import Text
from sim.units import DAY

_ARM = "launch"
_STEP_HOURS, _DAYS = 6, 30  # assumption: several readings of the curve a day, as a day is long here
_STEPS = _DAYS * 24 // _STEP_HOURS

Curve = NDArray[np.float64]


def bass(days: Curve, market: float, p: float, q: float) -> Curve:
    """Cumulative adopters after so many days: Bass's closed form."""
    passed = np.exp(-(p + q) * days)
    adopters: Curve = market * (1 - passed) / (1 + q / p * passed)
    return adopters


def fitted(days: Curve, adopters: Curve) -> tuple[float, float, float]:
    """Market, p and q a day by least squares, the best from several starts."""
    from scipy.optimize import curve_fit  # scipy takes a moment to import, and few facts need it

    best, least = (np.nan, np.nan, np.nan), np.inf
    for p, q in ((0.1, 0.1), (0.02, 1.0), (0.3, 1.0), (0.1, 5.0), (0.01, 0.01)):
        found, _ = curve_fit(
            bass, days, adopters, (adopters[-1], p, q),
            bounds=((0, 1e-8, 1e-8), (10 * adopters[-1], 100, 1000)), max_nfev=20000,
        )  # fmt: skip
        error = float(((bass(days, *found) - adopters) ** 2).sum())
        if error < least:
            best, least = (float(found[0]), float(found[1]), float(found[2])), error
    return best


def _days() -> Curve:
    return np.linspace(0, _DAYS, _STEPS + 1, dtype=np.float64)[1:]


def _count(arm: str, trial: Trial) -> Row:
    view = trial.view
    member, when_s = view.table["actor"][view.standing], view.table["time_s"][view.standing]
    _, first = np.unique(member, return_index=True)
    by_then = np.searchsorted(np.sort(when_s[first]), _days() * DAY)
    row: Row = {f"adopters {step}": int(number) for step, number in enumerate(by_then)}
    return row | {"members": trial.graph.n}


def curve(samples: Sequence[Sample]) -> Curve:
    """Adopters of all samples together, by step."""
    return np.array([pooled(samples, _ARM, f"adopters {step}") for step in range(_STEPS)])


def _explained(samples: Sequence[Sample]) -> float:
    adopters = curve(samples)
    left = ((bass(_days(), *fitted(_days(), adopters)) - adopters) ** 2).sum()
    return 1 - quotient(float(left), float(((adopters - adopters.mean()) ** 2).sum()))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    def fit(name: str, statistic: int, unit: str = "") -> Estimate:
        return estimate(
            name, samples, lambda some: fitted(_days(), curve(some))[statistic], None, unit, adopters
        )

    adopters = int(curve(samples)[-1])
    return (
        estimate(
            "q ÷ p", samples,
            lambda some: quotient(*fitted(_days(), curve(some))[:0:-1]), Band(5, 50), "x", adopters,
        ),
        fit("p a day", 1),
        fit("q a day", 2),
        estimate("variance explained by the fit", samples, _explained, None, "%", adopters),
        estimate(
            "adopters ÷ members", samples,
            lambda some: quotient(curve(some)[-1], pooled(some, _ARM, "members")), None, "%",
            int(pooled(samples, _ARM, "members")),
        ),
    )  # fmt: skip


FACT = Fact(
    id="F14",
    star=False,
    title=Text("durables spread by imitation: q ÷ p of 5 to 50", "耐用品靠模仿扩散：q÷p 为 5 至 50"),
    source="Sultan, Farley, Lehmann 1990, Journal of Marketing Research",
    status="S",
    claim=Text(
        "a durable shown to the friends of those who have it, first purchases in 30 days, Bass's curve "
        "fitted to their cumulative number: q ÷ p in 5–50 (a ratio: free of the unit of time)",
        "购买后展示给好友的耐用品，30 天内首次购买的累计人数拟合 Bass 曲线：q÷p 为 5–50（与时间单位无关）",
    ),
    arms={_ARM: Arm(("new-durable",))},
    seeds=8,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("friends see it", {"mechanics.feed.opt_out_share": 1.0}),
        Mechanism("adopters heard", {"behaviour.deciding.response.argument": "constant"}),
        Mechanism("people tell", {"behaviour.sharing.triggers": ()}),
    ),
)
