"""The findings as a table in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from sim.settings.problems import Lang, Text
from sim.verification.finding import FAMILY_LEVEL, Finding, Verdict, verdicts

HEADS = (
    Text("Model", "模型"),
    Text("Held to", "对照"),
    Text("Test", "检验"),
    Text("Statistic", "统计量"),
    Text("p", "p"),
    Text("Power", "功效"),
    Text("Verdict", "结论"),
)
"""The columns of the table."""

VERDICTS: dict[Verdict, Text] = {
    "passed": Text("passed", "通过"),
    "failed": Text("FAILED", "未通过"),
    "skipped": Text("skipped", "跳过"),
}

LEVEL = Text(
    f"Tests by chance fail together in {FAMILY_LEVEL:.0%} of correct programs (Holm); powers are at the "
    "strictest level.",
    f"各随机检验合计以 {FAMILY_LEVEL:.0%} 的概率误判正确的程序（Holm 法）；功效按最严格的水平计算。",
)
"""What the verdicts mean."""


def count_line(findings: Sequence[Finding]) -> Text:
    """How many comparisons were made, and how many could not be."""
    skipped = sum(one.missing is not None for one in findings)
    made = len(findings) - skipped
    return Text(f"{made} comparisons made, {skipped} skipped.", f"完成 {made} 项对照，跳过 {skipped} 项。")


def cells(findings: Sequence[Finding], lang: Lang) -> list[tuple[str, ...]]:
    """The rows of the table, in the order of `HEADS`."""
    return [
        _row(finding, verdict, lang) for finding, verdict in zip(findings, verdicts(findings), strict=True)
    ]


def _row(finding: Finding, verdict: Verdict, lang: Lang) -> tuple[str, ...]:
    word = VERDICTS[verdict].get(lang)
    if finding.missing is not None:
        word = f"{word}: {finding.missing.get(lang)}"
    power = "" if finding.power is None else f"{finding.power:.2f}, {finding.detects.get(lang)}"
    return (
        finding.model.get(lang),
        finding.against.get(lang),
        finding.test.get(lang),
        finding.statistic.get(lang),
        "" if finding.p is None else f"{finding.p:.2g}",
        power,
        word,
    )


def markdown(findings: Sequence[Finding], lang: Lang) -> str:
    """The table, and what its verdicts mean and how many there are."""
    lines = [_line([head.get(lang) for head in HEADS]), _line(["---"] * len(HEADS))]
    lines += [_line(row) for row in cells(findings, lang)]
    return "\n".join([*lines, "", LEVEL.get(lang), "", count_line(findings).get(lang), ""])


def _line(row: Sequence[str]) -> str:
    # a bar would end the cell
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
