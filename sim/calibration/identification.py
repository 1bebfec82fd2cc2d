"""What the facts pin down, as a page of the documentation and as the file of what they leave open."""

from __future__ import annotations

from collections.abc import Sequence

from sim.calibration.panel import PANEL
from sim.calibration.recover import Finding, Identification, Statistic
from sim.facts.report import band_text
from sim.odd.standing import not_varied, standings
from sim.settings.problems import Lang, Text
from sim.version import MODEL_VERSION

OPEN_IN_PRACTICE = 0.5
"""A pinned parameter is marked if its published interval covers more of its prior than this."""

_MARK = "‡"


def page(found: Identification, lang: Lang) -> str:
    """The page as Markdown."""
    pinned = [one for one in found.findings if one.pinned]
    assumed = [one for one in found.findings if not one.pinned]
    parts = [
        _head(found, pinned, lang),
        _table(Text("Pinned down", "已定的参数"), pinned, lang),
        _table(Text("Assumed", "假定的参数"), assumed, lang),
        _points_vary(found, lang),
        _not_varied(lang),
        _panel(found, lang),
    ]
    return "\n\n".join(parts) + "\n"


def _command(found: Identification, lang: Lang) -> str:
    """What writes the page again."""
    language = "" if lang == "en" else f" --lang {lang}"
    sizes = f"--points {found.points} --truths {found.truths}"
    return f"shapan identify {sizes} --out docs/identification.md{language}"


def _head(found: Identification, recovered: Sequence[Finding], lang: Lang) -> str:
    title = Text("What the published facts pin down", "公开事实能定下哪些参数")
    met = {name: f"{share:.0%}" for name, share in found.bands_met.items()}
    coverage = sum(one.coverage for one in found.findings) / len(found.findings)
    used = sum(one.used for one in found.statistics)
    pinned, marked = len(recovered), sum(map(_open_in_practice, recovered))
    text = Text(
        f"Written by `{_command(found, lang)}`: model version {MODEL_VERSION}, "
        f"{len(found.findings)} parameters, "
        f"{found.points} points of their prior ranges (Sobol), {used} statistics of {len(PANEL)} facts "
        "measured at "
        "each in small communities with few seeds.\n\n"
        f"*Simulate and recover.* {found.truths} of the points were taken for the truth in turn and "
        "their parameters "
        "inferred from the statistics alone, by emulators (sparse quadratics) that had not seen them. "
        "*Recovered* is "
        "the mean width of the 90 % interval as a share of the prior range (0.90: nothing was learnt); "
        "*coverage* is "
        f"how often the truth was inside, {coverage:.0%} over all parameters where 90 % is due. A "
        "parameter whose "
        "interval covers over half its range is *assumed*: its default is fixed by its source or by "
        "assumption, not "
        f"by the facts. {pinned} are *pinned*, by the facts that make up a fifth or more of what is known "
        "of them. *Pinned* means just this: recovered from simulated measurements, each of which is one "
        "number, while of most facts no more than a band is published.\n\n"
        "*Published* is the 90 % interval given the facts' bands instead (a band with two ends counts "
        "as an interval "
        "of 90 %); bands say less than measurements: what can be recovered is not "
        "thereby known, "
        f"and {marked} of the pinned, marked {_MARK}, have a width above {OPEN_IN_PRACTICE:g} here: "
        "recoverable; the published bands alone leave them open. "
        "⚠ marks a shipped value outside it.\n\n"
        f"Bands met, on average: {met['prior']} at points of the prior, {met['published']} at points "
        "drawn given the "
        f"bands (both as predicted), {met['shipped']} as simulated with the shipped values in this reduced "
        "panel, "
        "whose intervals "
        "are far wider than those of `shapan facts`.",
        f"由 `{_command(found, lang)}` 生成：模型版本 {MODEL_VERSION}，"
        f"{len(found.findings)} 个参数，先验范围内 "
        f"{found.points} 个点"
        f"（Sobol），每点在小社区、少量种子下测 {len(PANEL)} 条事实的 {used} 个统计量。\n\n"
        f"“先模拟、后恢复”：依次把其中 {found.truths} 个点当作真值，只凭统计量、用未见过它们的代理模型（"
        "稀疏二次式）"
        "反推参数。“恢复宽度”为 90 % 区间平均宽度占先验范围之比（0.90 即一无所知）；“覆盖率”为真值落入区"
        "间的比例，"
        f"全部参数平均 {coverage:.0%}，应为 90 %。区间超过先验一半者列为“假定”：默认值来自其出处或假定，"
        "而非事实。"
        f"{pinned} 个参数已定（仅指可由模拟的统计量恢复），并列出提供五分之一以上信息的事实。\n\n"
        "“公开区间”改以事实的接受范围为据（两端的范围视作 90 % 区间），范围所说少于测量：能恢复不等于已知，"
        f"已定参数中有 {marked} 个（标 {_MARK}）此列宽度超过 {OPEN_IN_PRACTICE:g}："
        "可由测量恢复，但仅凭公开范围仍未定。⚠ 表示默认值在区间之外。\n\n"
        f"平均满足的范围：先验点 {met['prior']}，按公开范围抽取的点 {met['published']}"
        f"（以上为代理模型预测），默认值在此缩小面板中的模拟 {met['shipped']}"
        "（其误差远大于 `shapan facts`）。",
    )
    return f"# {title.get(lang)}\n\n{text.get(lang)}"


def _table(title: Text, findings: list[Finding], lang: Lang) -> str:
    heads = Text(
        "parameter | default | prior | recovered | coverage | pinned by | published (width) | source of "
        "the prior",
        "参数 | 默认值 | 先验 | 恢复宽度 | 覆盖率 | 由何定 | 公开区间（宽度） | 先验出处",
    )
    lines = [f"## {title.get(lang)}", "", f"| {heads.get(lang)} |", "|---|---:|---|---:|---:|---|---|---|"]
    for one in sorted(findings, key=lambda one: one.width):
        prior = one.prior
        low, high = (_number(end) for end in one.published)
        mark = "" if one.default_inside else " ⚠"
        cells = (
            _name(prior.path),
            _number(prior.default),
            f"{_number(prior.low)} … {_number(prior.high)}",
            f"{one.width:.2f}",
            f"{one.coverage:.0%}",
            _pinned_by(one, lang),
            f"{low} … {high} ({one.published_width:.2f}){mark}",
            prior.source,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _pinned_by(one: Finding, lang: Lang) -> str:
    if not one.pinned:
        return Text("assumed", "假定").get(lang)
    return ", ".join(one.facts) + (f" {_MARK}" if _open_in_practice(one) else "")


def _open_in_practice(one: Finding) -> bool:
    return one.published_width > OPEN_IN_PRACTICE


def _points_vary(found: Identification, lang: Lang) -> str:
    """Which of the parameters the points of what is left open do not vary."""
    fixed = ", ".join(_name(one.prior.path) for one in found.findings if not one.prior.of_behaviour)
    text = Text(
        "The points of what is left open (`scenarios/calibrations/open-parameters.yaml`, "
        "`docs/calibrations.md`) vary what a calibration can set. Traits of segments and rises of response "
        f"tables are not among that, and as shipped at all of them, pinned or not: {fixed or '–'}.",
        "未定范围内的各点（`scenarios/calibrations/open-parameters.yaml`、`docs/calibrations.md`）只变动标定"
        f"所能设定者；人群特征与响应表升幅不在其内，无论已定与否均取默认值：{fixed or '–'}。",
    )
    return text.get(lang)


def _not_varied(lang: Lang) -> str:
    """What has no prior: nothing is known of it, and nothing here tells what depends on it."""
    numbers = not_varied()
    units = ", ".join(_name(one.path) for one in standings() if one.normalisation)
    title = Text("Assumed, and not varied", "假定且未变动")
    text = Text(
        f"{len(numbers)} of the {len(standings())} numbers of behaviour and of a segment's traits have no "
        "prior; no point varies them, here or in `docs/calibrations.md`, and what results owe to them is "
        "not known. Nor is it of the form of response tables: where they have points, and that they are flat "
        "beyond. "
        f"Normalisations, units or zero points that are free to choose, are not among them: {units}. "
        "*Reason* is the comment beside the number in the source, in the words that appendix A of "
        "`docs/ODD.md` explains; without effect as shipped are the weight "
        "of a single segment, needs of 0, and a wallet that does not bind. `rise_0`: where a response "
        "table begins.",
        f"行为与人群特征共 {len(standings())} 个数，其中 {len(numbers)} 个没有先验，此处与 "
        "`docs/calibrations.md` 的各点都不变动它们：结果在多大程度上取决于它们，不得而知。"
        f"响应表的形式（各点的位置、末点之后持平）亦然。归一化（可任取的单位或零点）不列入：{units}。"
        "“理由”为源码中该数旁的注释，用语见 `docs/ODD.md` 附录 A；"
        "唯一人群的权重、为 0 的需求、不起约束的钱包按默认值没有作用。`rise_0`：响应表的起点。",
    )
    heads = Text("parameter | default | reason", "参数 | 默认值 | 理由")
    lines = [f"## {title.get(lang)}", "", text.get(lang), "", f"| {heads.get(lang)} |", "|---|---:|---|"]
    lines += [f"| {_name(one.path)} | {_minus(one.default)} | {one.note} |" for one in numbers]
    return "\n".join(lines)


def _name(path: str) -> str:
    return f"`{path.removeprefix('behaviour.')}`"


def _panel(found: Identification, lang: Lang) -> str:
    title = Text("The panel", "统计量")
    text = Text(
        "*R²*: share of a statistic's variance over the prior that its emulator explains at points it "
        "has not seen "
        "(the rest is the luck of few seeds, and what no sparse quadratic shows); *measured*: points at "
        "which there "
        "was anything to measure. Nothing is concluded from statistics with –. "
        "*In the band*: points that meet it; ✗: hardly any, so that it is out of the model's reach "
        "whatever the "
        "values, and left out of *published*.",
        "R²：代理模型对未见过的点所解释的方差比例（其余为少量种子的运气与二次式未能刻画者）；“可测”：有"
        "数可测的点的比例。"
        "标 – 者不作推断。"
        "“在范围内”为满足范围的点的比例；✗ 表示几乎没有，即无论取何值模型都达不到，故不用于公开区间。",
    )
    heads = Text(
        "statistic | band | shipped | measured | in the band | R²",
        "统计量 | 范围 | 默认值下 | 可测 | 在范围内 | R²",
    )
    lines = [
        f"## {title.get(lang)}",
        "",
        text.get(lang),
        "",
        f"| {heads.get(lang)} |",
        "|---|---|---:|---:|---:|---:|",
    ]
    lines += [_statistic(one) for one in found.statistics]
    return "\n".join(lines)


def _statistic(one: Statistic) -> str:
    shipped = one.shipped
    cells = (
        shipped.name.replace("|", "\\|"),
        band_text(shipped.band, ""),
        _number(shipped.value),
        f"{one.known:.0%}",
        f"{one.met:.0%}" if one.reached else f"{one.met:.0%} ✗",
        f"{one.r2:.2f}" if one.used else "–",
    )
    return f"| {' | '.join(cells)} |"


def _number(value: float) -> str:
    return _minus(f"{value:.3g}") if abs(value) < 100 else f"{value:.0f}"


def _minus(text: str) -> str:
    return text.replace("-", "−")
