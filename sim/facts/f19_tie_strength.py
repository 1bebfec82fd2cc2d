"""F19: a strong tie counts for more, the weak ties together carry most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.events import Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.notes import FOR_FEW, everybody_posts, notes
from sim.facts.shared.reshares import reshares
from sim.facts.shared.ties import ties_between
from sim.settings.problems import Text

_ARM = "feed"
_MEMBERS = 20_000
_NOTES = 30
_STRONG = (
    0.8  # assumption: the closest fifth of one's friends are strong ties; strengths are even over (0, 1)
)
_MIDDLE = 0.5


def _count(arm: str, trial: Trial) -> Row:
    table = trial.view.table
    reads = np.flatnonzero((table["kind"] == Kind.READ) & (table["source"] >= 0))
    tie = ties_between(trial.graph, table["actor"][reads], table["source"][reads])
    passed_on = np.isin(reads, reshares(table).read, assume_unique=True)
    row: Row = {}
    for name, cut in (("strong", _STRONG), ("closer", _MIDDLE)):
        above = tie > cut
        row[f"{name} reads"] = int(np.count_nonzero(above))
        row[f"{name} shares"] = int(np.count_nonzero(above & passed_on))
    row["reads"], row["shares"] = len(reads), int(np.count_nonzero(passed_on))
    return row


def _advantage(samples: Sequence[Sample], name: str) -> float:
    """P(share | read) over the ties called so ÷ over all others."""
    reads, shares, all_reads, all_shares = (
        pooled(samples, _ARM, count) for count in (f"{name} reads", f"{name} shares", "reads", "shares")
    )
    return quotient(quotient(shares, reads), quotient(all_shares - shares, all_reads - reads))


def _others(samples: Sequence[Sample], name: str) -> float:
    """Share of transmissions that went over the other ties."""
    return 1 - quotient(pooled(samples, _ARM, f"{name} shares"), pooled(samples, _ARM, "shares"))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    reads, shares = (int(pooled(samples, _ARM, name)) for name in ("reads", "shares"))
    return (
        estimate(
            "P(pass on | read), strong ties (the closest fifth) ÷ weak ones (the rest)", samples,
            lambda some: _advantage(some, "strong"), Band(1, None), "x", reads,
        ),
        estimate(
            "transmissions over weak ties (all but the closest fifth)", samples,
            lambda some: _others(some, "strong"), Band(0.5, None), "%", shares,
        ),
        estimate(
            "P(pass on | read), ties split evenly: closer ÷ other half", samples,
            lambda some: _advantage(some, "closer"), None, "x", reads,
        ),
        estimate(
            "transmissions over weak ties, ties split evenly: the less close half", samples,
            lambda some: _others(some, "closer"), None, "%", shares,
        ),
    )  # fmt: skip


FACT = Fact(
    id="F19",
    star=False,
    title=Text("strong ties persuade more, weak ties carry more", "强关系更有说服力，弱关系传播更多"),
    source="Bakshy, Rosenn, Marlow, Adamic 2012, WWW",
    status="P",
    claim=Text(
        "a feed of friends; weak ties: all but the closest fifth, a cut of this project on which the share "
        "that they carry hangs (that of an even split is reported). P(pass on | read) strong ÷ weak > 1; "
        "messages passed on that came over weak ties > 50 %",
        "好友动态；弱关系＝最亲近五分之一以外的关系，此划分由本项目设定，弱关系所占份额取决于它，"
        "故亦报告对半划分。P(转发 | 阅读) 强÷弱 > 1；来自弱关系的转发 > 50 %",
    ),
    arms={
        _ARM: Arm(
            ("content-platform", "friends-feed"),
            {"products": notes(_NOTES, FOR_FEW), "mechanics": everybody_posts(_NOTES, _MEMBERS, 30)},
        )
    },
    seeds=8,
    count=_count,
    conclude=_conclude,
    mechanisms=(Mechanism("closer ties persuade more", {"behaviour.deciding.tie_slope": 0.0}),),
)
