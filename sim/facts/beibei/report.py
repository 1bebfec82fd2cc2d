"""What the fit came to: verdicts, and the report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.facts.beibei.figures import FIGURES, SPLITS, Figure
from sim.facts.beibei.fit import PARAMETERS, Fit
from sim.facts.estimate import Estimate
from sim.settings.problems import Lang, Text

Verdict = Literal["reproduced", "near", "open", "not reproduced"]

VERDICTS: Mapping[Verdict, Text] = {
    "reproduced": Text("reproduced", "再现"),
    "near": Text("near", "接近"),
    "open": Text("open", "未定"),
    "not reproduced": Text("not reproduced", "未再现"),
}

_NEAR = 0.15  # assumption: of the data's value


@dataclass(frozen=True)
class Line:
    """One figure: data and model, by split; the verdict is on `test`."""

    figure: Figure
    data: Mapping[str, Estimate]
    model: Mapping[str, Estimate]

    @property
    def verdict(self) -> Verdict:
        """Whether the model's median is less than 15 % off, and whether its interval meets the data's.

        Reproduced: both; near: the first; open: the second, as what the model predicts is too wide to tell.
        """
        data, model = self.data["test"], self.model["test"]
        low, high = (end if np.isfinite(end) else data.value for end in (data.low, data.high))
        meets = model.low <= high and low <= model.high
        if abs(model.value - data.value) <= _NEAR * abs(data.value):
            return "reproduced" if meets else "near"
        return "open" if meets else "not reproduced"


def lines(data: Mapping[str, Mapping[str, Estimate]], fitted: Fit) -> list[Line]:
    """All figures, in the order of the table."""
    return [
        Line(
            one,
            {split: data[split][one.id] for split in SPLITS},
            {split: _predicted(one, split, fitted) for split in SPLITS},
        )
        for one in FIGURES
    ]


def _predicted(figure: Figure, split: str, fitted: Fit) -> Estimate:
    """The median of the runs that predict, and what 95 % of them lie in."""
    values = np.array([run[split][figure.id] for run in fitted.predicted])
    if not np.isfinite(values).any():
        return Estimate(figure.name.en, float("nan"), float("nan"), float("nan"))
    low, middle, high = np.nanquantile(values, (0.025, 0.5, 0.975))
    return Estimate(figure.name.en, float(middle), float(low), float(high))


def markdown(found: list[Line], fitted: Fit, lang: Lang) -> str:
    """The report."""
    return "\n".join(_markdown(found, fitted, lang)) + "\n"


def _markdown(found: list[Line], fitted: Fit, lang: Lang) -> Iterator[str]:
    for text in _INTRODUCTION:
        yield from (text.get(lang), "")
    for heading, chosen in (
        (Text("## What was fitted", "## 拟合所用"), [one for one in found if one.figure.fitted]),
        (Text("## What was not", "## 未参与拟合"), [one for one in found if not one.figure.fitted]),
    ):
        yield from (heading.get(lang), "")
        head = Text(
            "| statistic | tune | model, tune | test | model, test | verdict |",
            "| 统计量 | tune | 模型（tune） | test | 模型（test） | 结论 |",
        )
        yield from (head.get(lang), "|---|---|---|---|---|---|")
        for line in chosen:
            cells = (
                line.figure.name.get(lang) + " ¹" * line.figure.sized + " ²" * line.figure.both,
                shown(line.data["tune"]), shown(line.model["tune"]),
                shown(line.data["test"]), shown(line.model["test"]),
                VERDICTS[line.verdict].get(lang),
            )  # fmt: skip
            yield f"| {' | '.join(cells)} |"
        yield ""
    note = Text(
        f"¹ hangs on how many people there are (190,000 in the data, {fitted.plan.members:,} in the model) "
        "and on how chats overlap: here everybody is in one, so that the graph falls into islands, as the "
        "data's does not.",
        f"¹ 与人数有关（数据约 19 万，模型 {fitted.plan.members:,}），也与群的"
        "重叠有关：模型中每人只在一个群，共购图因此碎成孤岛，数据则不然。",
    )
    yield from (note.get(lang), "")
    note = Text(
        "² of both splits or of the published totals: one "
        "number, so that `test` checks nothing the fit has not "
        "seen where it is fitted.",
        "² 出自两份合计或公布的总数：只有一个数，若已参与拟合，则 `test` 不构成检验。",
    )
    yield from (note.get(lang), "")
    yield from (Text("## The fitted shop", "## 拟合的店铺与社群").get(lang), "")
    head = Text("| parameter | fit | 95 % | sought in |", "| 参数 | 拟合值 | 95 % 区间 | 范围 |")
    yield from (head.get(lang), "|---|---|---|---|")
    for one in PARAMETERS:
        low, high = fitted.spread[one.field]
        value = getattr(fitted.shop, one.field)
        yield f"| {one.name.get(lang)} | {value:.3g} | {low:.3g} – {high:.3g} | {one.low:g} – {one.high:g} |"
    last = Text(
        "\nAll are of the shop and its community; how people decide and share stays at the shipped defaults.",
        "\n以上全属店铺与社群；人如何决策与分享，一律为默认值。",
    )
    yield last.get(lang)


def shown(one: Estimate) -> str:
    """A value with its interval; without one where there is none."""
    value = f"{one.value:.3g}"
    if not (np.isfinite(one.low) and np.isfinite(one.high)) or one.low == one.high:
        return value
    return f"{value} [{one.low:.3g}, {one.high:.3g}]"


_INTRODUCTION = (
    Text("# The group buys of BeiBei", "# 贝贝网拼团数据"),
    Text(
        "Data: Zhang et al. 2021 (ICDE, arXiv 2010.06848). 721,605 groups succeeded and 211,291 failed. The "
        "files show one success of each initiator in `test`, "
        "another in `tune` where there is one (332,826 in "
        "all), and the failures. The shop is fitted to `tune` and checked on `test`.",
        "数据：Zhang 等 2021（ICDE，arXiv 2010.06848）。共成团 721,605、失败 211,291。"
        "文件中每位发起人在 `test` 里有一次成团，若有第二次则在 `tune` 里（共 332,826），失败记录完整。"
        "以 `tune` 拟合，以 `test` 检验。",
    ),
    Text(
        "Observation model, laid over simulated events: an "
        "initiator and an item are one record (a success if "
        "any of their groups succeeded); of each initiator's successes one, at random, goes to `test` and "
        "another to `tune`; the other successes are not "
        "shown; failures all are. In the data no initiator has "
        "the same item twice, in any two of the files, where chance alone would give about 130: repeated "
        "groups were merged, so that a failure that a later success mended is not among the failures.",
        "观测模型（作用于模拟事件）：同一发起人与同一商品只算一条记录（只要有一次成团即为成功）；"
        "每位发起人的成团随机取一次进 `test`、再取一次进 `tune`，其余不显示；失败全部显示。"
        "数据中没有任何发起人与商品的组合重复出现（仅凭偶然也应约有 130 次），可见重复的团已被合并："
        "先失败后成团的不在失败之列。",
    ),
    Text(
        "What `test` cannot show: failures and initiators "
        "are largely the same in both splits, so that this is "
        "a check on other successes, not on another shop. "
        "Averages over initiators (failures, same joiner) are "
        "of those with even numbers in `tune` and with odd ones in `test`.",
        "`test` 的局限：两份文件的失败记录与发起人大体相同，所以检验的是另一批成团，而不是另一家店。"
        "发起人的平均值（失败次数、相同参团人）在 `tune` 中取编号为偶数者、在 `test` 中取奇数者。",
    ),
    Text(
        "Model: median and 95 % of fresh runs at refits. Data: 95 % by the jackknife over items or "
        "initiators. Reproduced: the median is less than 15 % off and the intervals meet; near: only the "
        "first; open: only the second, the model's interval being too wide to tell.",
        "模型：在各次重新拟合处新跑的中位数与 95 % 范围。数据：按商品或发起人刀切的 95 % 区间。"
        "再现：中位数相差不到 15 % 且两区间相交；接近：仅前者；未定：仅后者，模型区间太宽，无法判断。",
    ),
    Text(
        "What the table does not show: the structure of the shop (groups are shown in chats and on no open "
        "list, some items have a leader's price, chats are opened once a day) was chosen by hand after some "
        "fifty trial runs, with the figures of both splits in view. `test` is no blind check of that choice.",
        "表中看不到的：店铺的结构（团只发在群里、没有凑团列表、部分商品有团长优惠、每天看一次群）是在约五十次试跑之后"
        "由人选定的，当时两份文件的统计量都已看过。`test` 对这一选择不构成盲检。",
    ),
)
