"""F14: a durable spreads along a Bass curve, by imitation more than by innovation.

The curve is read in its own time: over the life cycle, from the launch until nearly all have adopted who do,
at equal steps. That is the unit of time of all that is fitted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.settings.problems import Text
from sim.units import DAY

_ARM = "launch"
_READINGS = 12  # assumption: the annual series of the literature have ten to twenty
_OTHERWISE = (_READINGS // 2, 2 * _READINGS)  # what is found must not hang on how often the curve is read
_LIFE = 0.95  # assumption: adopters of the horizon at which the life cycle ends
_GOOD_FIT = 0.95  # assumption: an S followed as closely as cumulative curves of the literature are

Curve = NDArray[np.float64]


def bass(time: Curve, market: float, p: float, q: float) -> Curve:
    """Cumulative adopters by then: Bass's closed form."""
    passed = np.exp(-(p + q) * time)
    adopters: Curve = market * (1 - passed) / (1 + q / p * passed)
    return adopters


def fitted(time: Curve, adopters: Curve) -> tuple[float, float, float]:
    """Market, p and q by least squares, the best from several starts."""
    from scipy.optimize import curve_fit  # scipy takes a moment to import, and few facts need it

    best, least = (np.nan, np.nan, np.nan), np.inf
    for p, q in ((0.1, 0.1), (0.02, 1.0), (0.3, 1.0), (0.1, 5.0), (0.01, 0.01), (0.1, 50.0)):
        found, _ = curve_fit(
            bass, time, adopters, (adopters[-1], p, q),
            bounds=((0, 1e-8, 1e-8), (10 * adopters[-1], 100, 1000)), max_nfev=20000,
        )  # fmt: skip
        error = float(((bass(time, *found) - adopters) ** 2).sum())
        if error < least:
            best, least = (float(found[0]), float(found[1]), float(found[2])), error
    return best


def _times(readings: int) -> Curve:
    return np.arange(1, readings + 1, dtype=np.float64) / readings


def _count(arm: str, trial: Trial) -> Row:
    view = trial.view
    member, when_s = view.table["actor"][view.standing], view.table["time_s"][view.standing]
    _, first = np.unique(member, return_index=True)
    adopted_s = np.sort(when_s[first])
    life_s = float(np.quantile(adopted_s, _LIFE)) if adopted_s.size else 0.0
    row: Row = {"members": trial.graph.n, "adopters": int(adopted_s.size), "life_days": life_s / DAY}
    for readings in (_READINGS, *_OTHERWISE):
        by_then = np.searchsorted(adopted_s, _times(readings) * life_s, side="right")
        row |= {f"reading {place} of {readings}": int(number) for place, number in enumerate(by_then, 1)}
    return row


def curve(samples: Sequence[Sample], readings: int = _READINGS) -> Curve:
    """Adopters of all samples together, by reading."""
    return np.array(
        [pooled(samples, _ARM, f"reading {place} of {readings}") for place in range(1, readings + 1)]
    )


def _fit(samples: Sequence[Sample], readings: int = _READINGS) -> tuple[float, float, float]:
    return fitted(_times(readings), curve(samples, readings))


def _ratio(samples: Sequence[Sample], readings: int = _READINGS) -> float:
    _, p, q = _fit(samples, readings)
    return quotient(q, p)


def _explained(samples: Sequence[Sample]) -> float:
    adopters = curve(samples)
    left = ((bass(_times(_READINGS), *_fit(samples)) - adopters) ** 2).sum()
    return 1 - quotient(float(left), float(((adopters - adopters.mean()) ** 2).sum()))


def _share(samples: Sequence[Sample], above: float, below: str) -> float:
    return quotient(above, pooled(samples, _ARM, below))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    n = int(pooled(samples, _ARM, "adopters"))
    return (
        estimate("q ÷ p", samples, _ratio, Band(5, 50), "x", n),
        estimate("variance explained by the fit", samples, _explained, Band(_GOOD_FIT, None), "%", n),
        *(
            estimate(f"q ÷ p, with {other} readings", samples, partial(_ratio, readings=other), None, "x", n)
            for other in _OTHERWISE
        ),
        estimate(
            "adopters by the first reading ÷ adopters", samples,
            lambda some: _share(some, curve(some)[0], "adopters"), None, "%", n,
        ),
        estimate(
            "days until 95 % had adopted", samples,
            lambda some: quotient(pooled(some, _ARM, "life_days"), len(some)),
        ),
        estimate(
            "adopters ÷ members", samples,
            lambda some: _share(some, pooled(some, _ARM, "adopters"), "members"), None, "%",
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
        "a durable shown to the friends of those who have it, first purchases of 30 days, Bass's curve "
        "fitted to their cumulative number at 12 equal readings until 95 % have adopted: q ÷ p in 5–50 (a "
        "ratio: free of the unit of time), at least 95 % of variance explained; 6 and 24 readings reported",
        "购买后展示给好友的耐用品，30 天内首次购买的累计人数，从上市到 95 % 的采用者已采用等分为 12 个读数，"
        "拟合 Bass 曲线：q÷p 为 5–50（与时间单位无关），解释方差至少 95 %；另报告 6 与 24 个读数",
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
