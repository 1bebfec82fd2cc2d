"""What the facts pin down, as a page of the documentation and as the file of what they leave open."""

from __future__ import annotations

from sim.calibration.panel import PANEL
from sim.calibration.recover import Finding, Identification, Statistic
from sim.facts.report import band_text
from sim.settings.problems import Lang, Text
from sim.version import MODEL_VERSION

COMMAND = "shapan identify --out docs/identification.md"


_OPEN_HEAD = """\
# What the published facts leave open: dotted path -> [lowest, highest]. `shapan calibrations --table` draws
# points from this box (Latin hypercube) and says how far each metric of the shipped scenarios moves in it.
# Written by `shapan identify --open`: 90 % intervals of what is not pinned down, given the published bands
# and the pinned parameters as shipped; widened to the shipped value where that is outside. Drawn without
# their correlations, so that a corner of the box may miss a band."""


def page(found: Identification, lang: Lang) -> str:
    """The page as Markdown."""
    pinned = [one for one in found.findings if one.pinned]
    assumed = [one for one in found.findings if not one.pinned]
    parts = [
        _head(found, len(pinned), lang),
        _table(Text("Pinned down", "已定的参数"), pinned, lang),
        _table(Text("Assumed", "假定的参数"), assumed, lang),
        _panel(found, lang),
    ]
    return "\n\n".join(parts) + "\n"


def open_parameters_file(found: Identification) -> str:
    """Ranges of what is not pinned, as `sim.calibration.open_parameters` reads them.

    What no path of behaviour names (traits of segments, rises of a response table) stands in comments.
    """
    lines = [_OPEN_HEAD]
    for one in sorted(found.findings, key=lambda one: one.prior.path):
        if one.left_open is None:
            continue
        default = one.prior.default
        low, high = min(one.left_open[0], default), max(one.left_open[1], default)
        plain = one.prior.path.startswith("behaviour.") and ".rise_" not in one.prior.path
        ends = f"{round(low)}, {round(high)}" if one.prior.whole else f"{low:.3g}, {high:.3g}"
        lines.append(f"{'' if plain else '# not drawn: '}{one.prior.path}: [{ends}]")
    return "\n".join(lines) + "\n"


def _head(found: Identification, pinned: int, lang: Lang) -> str:
    title = Text("What the published facts pin down", "公开事实能定下哪些参数")
    met = {name: f"{share:.0%}" for name, share in found.bands_met.items()}
    coverage = sum(one.coverage for one in found.findings) / len(found.findings)
    used = sum(one.used for one in found.statistics)
    text = Text(
        f"Written by `{COMMAND}`: model version {MODEL_VERSION}, {len(found.findings)} parameters, "
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
        f"by the facts. {pinned} are pinned, by the facts that make up a fifth or more of what is known "
        "of them.\n\n"
        "*Published* is the 90 % interval given the facts' bands instead (a band with two ends counts "
        "as an interval "
        "of 90 %); bands say less than measurements: what can be recovered is not "
        "thereby known, "
        "and a width above 0.5 in this column says that the published bands leave it open in practice. "
        "⚠ marks a shipped value outside it.\n\n"
        f"Bands met, on average: {met['prior']} at points of the prior, {met['published']} at points "
        "drawn given the "
        f"bands, {met['open']} within what is left open with the pinned parameters as shipped (these "
        "three as "
        f"predicted), {met['shipped']} as simulated with the shipped values in this reduced panel, "
        "whose intervals "
        "are far wider than those of `shapan facts`.",
        f"由 `{COMMAND}` 生成：模型版本 {MODEL_VERSION}，{len(found.findings)} 个参数，先验范围内 "
        f"{found.points} 个点"
        f"（Sobol），每点在小社区、少量种子下测 {len(PANEL)} 条事实的 {used} 个统计量。\n\n"
        f"“先模拟、后恢复”：依次把其中 {found.truths} 个点当作真值，只凭统计量、用未见过它们的代理模型（"
        "稀疏二次式）"
        "反推参数。“恢复宽度”为 90 % 区间平均宽度占先验范围之比（0.90 即一无所知）；“覆盖率”为真值落入区"
        "间的比例，"
        f"全部参数平均 {coverage:.0%}，应为 90 %。区间超过先验一半者列为“假定”：默认值来自其出处或假定，"
        "而非事实。"
        f"{pinned} 个参数已定，并列出提供五分之一以上信息的事实。\n\n"
        "“公开区间”改以事实的接受范围为据（两端的范围视作 90 % 区间），范围所说少于测量：能恢复不等于已知，"
        "该列宽度超过 0.5 表示公开范围实际上未能定下它。⚠ 表示默认值在区间之外。\n\n"
        f"平均满足的范围：先验点 {met['prior']}，按公开范围抽取的点 {met['published']}，已定参数取默认值"
        "、其余在未定"
        f"范围内 {met['open']}（以上为代理模型预测），默认值在此缩小面板中的模拟 {met['shipped']}"
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
            f"`{prior.path.removeprefix('behaviour.')}`",
            _number(prior.default),
            f"{_number(prior.low)} … {_number(prior.high)}",
            f"{one.width:.2f}",
            f"{one.coverage:.0%}",
            ", ".join(one.facts) if one.pinned else Text("assumed", "假定").get(lang),
            f"{low} … {high} ({one.published_width:.2f}){mark}",
            prior.source,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


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
    return f"{value:.3g}".replace("-", "−") if abs(value) < 100 else f"{value:.0f}"
