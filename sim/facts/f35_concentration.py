"""F35: few customers make most sales, few items most group-buys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.facts.beibei.statistics import gini
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.shared.catalogue import ITEMS
from sim.facts.shared.group_shop import by_item, resolved, share_of_largest, shop
from sim.metrics.view import TableView
from sim.settings.problems import Text

_ARM = "shop"


def customers(view: TableView) -> Row:
    """Sales of paid orders that stand, those of the top fifth of customers, and how many customers."""
    rows = view.standing
    spent_fen = np.bincount(view.table["actor"][rows], weights=view.table["amount_fen"][rows])
    spent_fen = np.sort(spent_fen[spent_fen > 0])[::-1]
    return {
        "customers": float(len(spent_fen)),
        "sales_fen": float(spent_fen.sum()),
        "top_fen": float(spent_fen[: round(len(spent_fen) * 0.2)].sum()),
    }


def _count(arm: str, trial: Trial) -> Row:
    return customers(trial.view) | resolved(trial.view)


def _top_customers(samples: Sequence[Sample]) -> float:
    return quotient(pooled(samples, _ARM, "top_fen"), pooled(samples, _ARM, "sales_fen"))


def _top_items(share: float) -> Callable[[Sequence[Sample]], float]:
    def statistic(samples: Sequence[Sample]) -> float:
        won = [by_item(sample[_ARM], "won", ITEMS) for sample in samples]
        return share_of_largest(np.sum(won, axis=0), share)

    return statistic


def _gini(samples: Sequence[Sample]) -> float:
    return gini(np.sum([by_item(sample[_ARM], "won", ITEMS) for sample in samples], axis=0))


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    buyers = int(pooled(samples, _ARM, "customers"))
    return (
        estimate(
            "sales of the top 20 % of customers", samples, _top_customers, Band(0.60, 0.78), "%", buyers
        ),
        estimate("group-buys of the top 10 % of items", samples, _top_items(0.10), Band(0.45, 0.65), "%"),
        estimate("group-buys of the top 1 % of items", samples, _top_items(0.01), None, "%"),
        estimate("Gini of group-buys over items", samples, _gini),
    )


FACT = Fact(
    id="F35",
    star=False,
    title=Text("a fifth of customers make two thirds of sales", "五分之一的顾客贡献三分之二的销售额"),
    source="McCarthy & Winer 2018; items counted from the data of Zhang et al. 2021 (BeiBei)",
    status="P",
    claim=Text(
        "the shop of F2, 30 days: sales of the top 20 % of customers ÷ sales 60–78 %; succeeded groups of "
        "the top 10 % of items ÷ succeeded groups 45–65 % (BeiBei: 54 %, top 1 % 21.5 %, Gini 0.62)",
        "F2 的店铺、30 天：前 20 % 顾客的销售额占比 60–78 %；前 10 % 商品的成功团占比 45–65 %"
        "（贝贝：54 %，前 1 % 为 21.5 %，基尼系数 0.62）",
    ),
    arms={
        _ARM: Arm(
            ("group-shop", "invited-by-friends"),
            shop(),
            events="outcomes",
        )
    },
    seeds=6,
    count=_count,
    conclude=_conclude,
    mechanisms=(Mechanism("tastes last", {"behaviour.deciding.taste_persistence": 0.0}),),
)
