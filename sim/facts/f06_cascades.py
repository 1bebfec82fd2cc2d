"""F6: most of what is posted is never passed on, and what spreads far was broadcast."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.events import Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.notes import ALIKE, everybody_posts, notes
from sim.facts.shared.reshares import message_forest
from sim.metrics.cascades import Trees, trees
from sim.settings.problems import Text

_MEMBERS = 100_000
_NOTES = 30
_BIG = 100  # messages in a cascade
_ARM = "posts"


def sums(measured: Trees) -> Row:
    """Counts of cascades, and of the big ones what their correlation of log size and virality needs."""
    big = measured.size >= _BIG
    x, y = np.log(measured.size[big]), measured.virality[big]
    return {
        "cascades": len(measured.size),
        "singletons": int(np.count_nonzero(measured.size == 1)),
        "one hop": int(np.count_nonzero(measured.depth == 1)),
        "deeper": int(np.count_nonzero(measured.depth > 1)),
        "big": int(np.count_nonzero(big)),
        "x": float(x.sum()), "y": float(y.sum()),
        "xx": float((x * x).sum()), "yy": float((y * y).sum()), "xy": float((x * y).sum()),
    }  # fmt: skip


def correlation(samples: Sequence[Sample]) -> float:
    """Of log size and virality, over the big cascades of all samples; NaN for fewer than three."""
    n, x, y, xx, yy, xy = (pooled(samples, _ARM, name) for name in ("big", "x", "y", "xx", "yy", "xy"))
    if n < 3:
        return math.nan
    return quotient(n * xy - x * y, math.sqrt(max(0.0, (n * xx - x * x) * (n * yy - y * y))))


def _count(arm: str, trial: Trial) -> Row:
    table = trial.view.table
    return {"reads": trial.view.count(Kind.READ)} | sums(trees(message_forest(table)))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    cascades, big = (int(pooled(samples, _ARM, name)) for name in ("cascades", "big"))

    def share(name: str, part: str, whole: str, band: Band | None = None, unit: str = "%") -> Estimate:
        return estimate(
            name, samples,
            lambda some: quotient(pooled(some, _ARM, part), pooled(some, _ARM, whole)),
            band, unit, int(pooled(samples, _ARM, whole)),
        )  # fmt: skip

    return (
        share("cascades that nobody passed on", "singletons", "cascades", Band(0.73, 0.95)),
        share(f"cascades of {_BIG} messages and more", "big", "cascades", Band(0.00005, 0.001)),
        estimate(
            f"correlation of log size and virality among those of {_BIG} and more",
            samples, correlation, Band(-0.3, 0.3), n=big,
        ),
        share("cascades of one hop", "one hop", "cascades"),
        share("deeper cascades", "deeper", "cascades"),
        share(f"mean structural virality of those of {_BIG} and more", "y", "big", unit=""),
        Estimate("cascades", cascades, math.nan, math.nan),
    )  # fmt: skip


FACT = Fact(
    id="F6",
    star=True,
    title=Text(
        "most posts are never passed on; what spreads far was broadcast",
        "多数帖子无人转发；传得远的靠广播",
    ),
    source="Goel, Watts, Goldstein 2012, EC; Goel et al. 2016, Management Science",
    status="P",
    claim=Text(
        "each of 100,000 members posts one of 30 notes, readers who like one may pass it on; a cascade: a "
        "post and all that goes back to it. Never passed on 73–95 %; 100 messages and more 0.005–0.1 %; "
        "among these |corr(log size, structural virality)| < 0.3",
        "10 万成员各发 30 篇笔记之一，喜欢的读者可转发；级联＝一帖及由其而来的全部转发。无人转发 73–95 %；"
        "≥ 100 条 0.005–0.1 %；其中 |corr(log 规模, 结构病毒性)| < 0.3",
    ),
    arms={
        _ARM: Arm(
            ("content-platform",),
            {"products": notes(_NOTES), "mechanics": everybody_posts(_NOTES, _MEMBERS, 30)},
        )
    },
    seeds=10,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("audiences differ", {"network.degree_sigma": 0.0}),
        Mechanism("people differ in sharing", ALIKE),
        Mechanism("tastes last", {"behaviour.deciding.taste_persistence": 0.0}),
    ),
)  # fmt: skip
