"""F3: how many people a two-person group ends with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.events import Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.group_shop import shop
from sim.metrics.view import TableView
from sim.settings.problems import Text


def people(view: TableView) -> Row:
    """Groups that succeeded (`succeeded`), those of them with two people in the end, and the most in one."""
    seats = np.bincount(view.column(Kind.GROUP_JOINED, "group"))
    in_the_end = seats[view.column(Kind.GROUP_SUCCEEDED, "group")]
    return {
        "succeeded": float(len(in_the_end)),
        "two": float((in_the_end == 2).sum()),
        "most": float(in_the_end.max(initial=0)),
    }


def _count(arm: str, trial: Trial) -> Row:
    return people(trial.view)


def _two(samples: Sequence[Sample]) -> float:
    return quotient(pooled(samples, "list", "two"), pooled(samples, "list", "succeeded"))


def _most(samples: Sequence[Sample]) -> float:
    return max(sample["list"]["most"] for sample in samples)


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    groups = int(pooled(samples, "list", "succeeded"))
    return (
        estimate("exactly two people ÷ succeeded", samples, _two, Band(0.97), "%", groups),
        estimate("most people in a group", samples, _most),
    )


FACT = Fact(
    id="F3",
    star=False,
    title=Text("99.4 % of two-person groups end with two people", "99.4 % 的二人团最终恰为两人"),
    source="counted from the data of Zhang et al. 2021, ICDE, arXiv 2010.06848 (BeiBei)",
    status="P",
    claim=Text(
        "groups of two that stay joinable after success: with exactly two people ÷ succeeded, at least 97 %",
        "成团后仍可加入的二人团：恰为两人÷成功，不低于 97 %",
    ),
    arms={
        "list": Arm(
            ("group-shop", "invited-by-friends"), shop(joinable_after_success=True), events="outcomes"
        )
    },
    seeds=4,
    count=_count,
    conclude=_conclude,
    mechanisms=(Mechanism("who waits for others tells them", {"behaviour.sharing.waiting_group": 0.0}),),
)  # fmt: skip
