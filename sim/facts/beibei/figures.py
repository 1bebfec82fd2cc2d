"""The statistics that are compared: their names, what is fitted, on how many the data rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.facts.beibei.records import Files
from sim.facts.beibei.statistics import (
    Figures,
    graph_figures,
    item_figures,
    person_figures,
    total_figures,
)
from sim.settings.problems import Text


@dataclass(frozen=True)
class Figure:
    """One statistic.

    Attributes:
        id: its key in `Figures`.
        name: what it is.
        fitted: whether the fit sees it (of `tune`); the others are what the fitted model says unasked.
        scale: `logit` for shares, `log` for positive numbers: where errors are even.
        both: whether it rests on both splits, so that `tune` and `test` are one number.
        sized: whether it hangs on how many people and groups there are.
    """

    id: str
    name: Text
    fitted: bool = False
    scale: Literal["logit", "log", "plain"] = "logit"
    both: bool = False
    sized: bool = False


FIGURES = (
    Figure(
        "success_rate",
        Text("groups that succeed (published totals)", "成团率（公布的总数）"),
        True,
        both=True,
    ),
    Figure(
        "successes_per_initiator",
        Text("successes an initiator (published totals)", "每位成功发起人的成团数（公布的总数）"),
        True,
        "log",
        both=True,
    ),
    Figure(
        "second_success", Text("initiators with a second success", "有第二次成团的发起人"), True, both=True
    ),
    Figure(
        "item_icc",
        Text("variance of failure that lies between items", "失败的方差中商品间的份额"),
        True,
        "plain",
    ),
    Figure("items_top_tenth", Text("successes in the top 10 % of items", "前 10 % 商品占成团的份额"), True),
    Figure("failures_top_tenth", Text("failures in the top 10 % of items", "前 10 % 商品占失败的份额"), True),
    Figure("failures_mean", Text("failures an initiator", "每位发起人的失败次数"), True, "log"),
    Figure("failures_none", Text("initiators without a failure", "没有失败过的发起人"), True),
    Figure(
        "failures_variance_to_mean",
        Text("failures an initiator, variance ÷ mean", "每位发起人失败次数的方差÷均值"),
        True,
        "log",
    ),
    Figure(
        "same_joiner", Text("two groups of an initiator share a joiner", "发起人两个团有相同参团人"), True
    ),
    Figure("reciprocity", Text("pairs that also join the other way round", "互为参团人的对子"), True),
    Figure("joiners_top_tenth", Text("seats of the top 10 % of joiners", "前 10 % 参团人占席位的份额"), True),
    Figure("items_gini", Text("Gini of successes over items", "成团在商品间的基尼系数")),
    Figure("items_once", Text("items with one success shown", "只显示一次成团的商品")),
    Figure(
        "groups_in_items_above_90",
        Text("groups in items above 90 % success", "成团率高于 90 % 的商品占团数的份额"),
    ),
    Figure(
        "groups_in_items_below_20",
        Text("groups in items below 20 % success", "成团率低于 20 % 的商品占团数的份额"),
    ),
    Figure("success_large_items", Text("success in the largest 10 % of items", "最大 10 % 商品的成团率")),
    Figure("success_other_items", Text("success in the other items", "其他商品的成团率")),
    Figure("groups_per_item", Text("groups an item", "每件商品的团数"), scale="log", both=True),
    Figure(
        "item_pairs_lift",
        Text("same two items of two initiators, against chance", "两位发起人买同两件商品，为随机的几倍"),
        scale="log",
        both=True,
        sized=True,
    ),
    Figure(
        "failing_without_success",
        Text("failing initiators with no success", "失败过而从未成团的发起人"),
        both=True,
    ),
    Figure("reciprocity_both", Text("the same, in both splits", "同上，两份合计"), both=True),
    Figure("seats_per_joiner", Text("seats a joiner", "每位参团人的席位数"), scale="log"),
    Figure("joiners_gini", Text("Gini of seats over joiners", "席位在参团人间的基尼系数")),
    Figure("initiators_who_join", Text("initiators who join others", "也参别人团的发起人")),
    Figure(
        "joiner_opens_same_item",
        Text("joiners who opened a group of the item too", "也为同一商品开过团的参团人"),
    ),
    Figure(
        "joins_with_failures",
        Text("correlation of joins and failures", "参团数与失败数的相关"),
        scale="plain",
    ),
    Figure("groups_of_two", Text("groups of exactly two", "恰为两人的团")),
    Figure("degree_mean", Text("co-purchase graph: mean degree", "共购图：平均度"), scale="log"),
    Figure("degree_one", Text("co-purchase graph: degree 1", "共购图：度为 1 的人")),
    Figure(
        "largest_component", Text("co-purchase graph: largest component", "共购图：最大连通分量"), sized=True
    ),
    Figure(
        "degree_mean_both", Text("the same in both: mean degree", "两份合计：平均度"), scale="log", both=True
    ),
    Figure(
        "largest_component_both",
        Text("the same in both: largest component", "两份合计：最大连通分量"),
        both=True,
        sized=True,
    ),
    Figure(
        "transitivity_both", Text("the same in both: transitivity", "两份合计：传递性"), both=True, sized=True
    ),
    Figure(
        "degree_assortativity_both",
        Text("the same in both: degree assortativity", "两份合计：度同配性"),
        scale="plain",
        both=True,
    ),
)
"""In the order of the table. Fitted: what was asked to be fitted, and the totals that set the level."""

FITTED = tuple(one for one in FIGURES if one.fitted)

SPLITS = ("tune", "test")


def measured(files: Files, halves: bool = False) -> dict[str, Figures]:
    """Split -> its figures.

    Args:
        files: what is shown.
        halves: averages over initiators are of those with even numbers for `tune`, with odd ones for `test`,
            so that no initiator is in both.
    """
    totals = total_figures(files)
    return {
        split: {
            **totals,
            **item_figures(files, split),
            **person_figures(files, split, _initiators(files, split, halves)),
            **graph_figures([files.split(split)]),
        }
        for split in SPLITS
    }


def _initiators(files: Files, split: str, halves: bool) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    initiators = files.split(split).initiator
    return initiators[initiators % 2 == SPLITS.index(split)] if halves else initiators
