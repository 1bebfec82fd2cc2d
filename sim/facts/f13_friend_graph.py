"""F13: what a network of friends looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from sim.facts.estimate import Band, Estimate, estimate
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.network.measure import measure_friends
from sim.settings.problems import Text

_ARM = "friends"
_BANDS = (
    ("members in the largest component", "component_share", Band(0.99, None), "%"),
    ("mean clustering within 10 % of the median degree", "clustering_at_median", Band(0.10, 0.25), ""),
    ("assortativity of degrees", "assortativity", Band(0.1, 0.35), ""),
    ("members with fewer friends than their friends' median", "paradox_share", Band(0.75, 0.90), "%"),
    ("median degree", "degree_median", None, ""),
    ("mean degree", "degree_mean", None, ""),
)  # fmt: skip


def _count(arm: str, trial: Trial) -> Row:
    return {name: float(value) for name, value in asdict(measure_friends(trial.graph)).items()}


def _mean(samples: Sequence[Sample], measure: str) -> float:
    return sum(sample[_ARM][measure] for sample in samples) / len(samples)


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    members = int(sum(sample[_ARM]["members"] for sample in samples))
    return tuple(
        estimate(name, samples, partial(_mean, measure=measure), band, unit, members)
        for name, measure, band, unit in _BANDS
    )


FACT = Fact(
    id="F13",
    star=True,
    title=Text("the shape of friend networks", "好友网络的形态"),
    source="Ugander, Karrer, Backstrom, Marlow 2011, arXiv 1111.4503",
    status="P",
    claim=Text(
        "the generator alone, 20,000 members at a median degree of 100: largest component > 99 %, clustering "
        "at that degree 0.10–0.25, assortativity 0.1–0.35, fewer friends than their friends' median 75–90 %",
        "仅网络生成器，2 万成员、度中位数 100：最大连通分量 > 99 %，该度处聚类系数 0.10–0.25，"
        "同配性 0.1–0.35，好友数少于其好友中位数者 75–90 %",
    ),
    arms={
        _ARM: Arm(
            ("one-item",), {"population": {"members": 20000}, "network": {"median_degree": 100}}, played=False
        )
    },
    seeds=5,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("communities", {"network.inside_share": 0.0}),
        Mechanism("people of like degree meet", {"network.sorting": 0.0}),
        Mechanism("degrees differ", {"network.degree_sigma": 0.0}),
    ),
)
