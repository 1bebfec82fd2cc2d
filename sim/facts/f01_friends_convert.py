"""F1: what friends share converts better than what is found by browsing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.events import Channel
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.catalogue import products
from sim.facts.shared.exposures import exposures
from sim.settings.problems import Text

_CHANNELS = {"private": Channel.PRIVATE, "moments": Channel.MOMENTS, "browse": Channel.BROWSE}


def _count(arm: str, trial: Trial) -> Row:
    seen = exposures(trial.view)
    row: Row = {}
    for name, channel in _CHANNELS.items():
        first = (seen.channel == channel) & (seen.nth == 1)
        row[f"{name}_reads"] = float(np.count_nonzero(first))
        row[f"{name}_purchases"] = float(np.count_nonzero(first & seen.bought))
    return row


def _rate(samples: Sequence[Sample], *channels: str) -> float:
    purchases = sum(pooled(samples, "shop", f"{one}_purchases") for one in channels)
    return quotient(purchases, sum(pooled(samples, "shop", f"{one}_reads") for one in channels))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    def ratio(name: str, *channels: str, band: Band | None = None) -> Estimate:
        return estimate(
            name, samples, lambda some: quotient(_rate(some, *channels), _rate(some, "browse")), band, "x",
            n=int(sum(pooled(samples, "shop", f"{one}_reads") for one in channels)),
        )  # fmt: skip

    return (
        ratio(
            "purchases ÷ first reads, shared by a friend ÷ own browsing",
            "private", "moments", band=Band(3, 10.5),
        ),
        ratio("the same, private messages only", "private"),
        ratio("the same, moments only", "moments"),
        estimate(
            "purchases ÷ first reads, own browsing", samples, lambda some: _rate(some, "browse"), unit="%",
            n=int(pooled(samples, "shop", "browse_reads")),
        ),
    )  # fmt: skip


FACT = Fact(
    id="F1",
    star=True,
    title=Text(
        "items shared by friends convert 3.09–10.37 × as well", "好友分享的商品转化为自主浏览的 3.09–10.37 倍"
    ),
    source="Xu et al. 2019, CSCW, doi 10.1145/3359167",
    status="P",
    claim=Text(
        "one catalogue; purchases ÷ first reads of a member and an item, told by a friend ÷ found: 3–10.5",
        "同一批商品；每人每件首次阅读的 购买÷阅读，好友分享 ÷ 自主浏览：3–10.5",
    ),
    arms={"shop": Arm((), {"products": products()})},
    seeds=12,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("homophily", {"behaviour.deciding.homophily": 0.0}),
        Mechanism("guess of the friend's taste", {"behaviour.sharing.guess_weight": 0.0}),
        Mechanism(
            "a friend's word",
            {
                "behaviour.deciding.source_step.private": 0.0,
                "behaviour.deciding.source_step.moments": 0.0,
                "behaviour.deciding.tie_slope": 0.0,
            },
        ),
        Mechanism("adopters heard", {"behaviour.deciding.response.argument": "constant"}),
    ),
)
