"""The sentence in which a verdict is told, in both languages."""

from __future__ import annotations

from collections.abc import Callable

from sim.text import Text
from sim.verdict import NEEDED_MOST, Verdict


def verdict_text(
    found: Verdict, *, a: str, b: str, outcome: Text, shown: Callable[[float], str], least: int
) -> Text:
    """Say what is known of two designs.

    Args:
        found: what their repeats say.
        a: name of the first design.
        b: name of the second.
        outcome: what they are compared by.
        shown: a difference of it as people read it, with its sign.
        least: fewest repeats that are judged, as `sim.verdict.verdict` was told.
    """
    told = _told(found, a, b, outcome, shown, least)
    if found.of == found.made:
        return told
    return _joined(
        told,
        Text(
            f"It could be measured in {found.of} of {found.made} repeats.",
            f"{found.made} 次重复中有 {found.of} 次可以测得。",
        ),
    )


def _told(found: Verdict, a: str, b: str, outcome: Text, shown: Callable[[float], str], least: int) -> Text:
    if found.kind == "early":
        there = min(one.seeds for one in found.by_calibration.values())
        return Text(
            f"Too early to compare {b} with {a} by {outcome.en}: it takes {least} repeats, and there are "
            f"{there}.",
            f"为时尚早：按{outcome.zh}比较 {b} 与 {a} 需 {least} 次重复，现有 {there} 次。",
        )
    if found.kind == "open":
        return _open(found, a, b, outcome, shown)
    low, high = found.gap.low or 0.0, found.gap.high or 0.0
    mean, more, less = found.gap.mean or 0.0, b, a
    if found.better == 0 or (found.better is None and mean < 0):
        mean, low, high, more, less = -mean, -high, -low, a, b
    said = Text("Clear", "明确") if found.kind == "clear" else Text("Likely", "很可能")
    gap = _gap(mean, low, high, shown)
    under = (
        Text(", under every calibration", "，各标定下皆然") if len(found.by_calibration) > 1 else Text("", "")
    )
    if found.better is None:
        line = Text(
            f"{said.en}: {more} has more than {less} of {outcome.en}: {gap.en}{under.en}.",
            f"{said.zh}：{more} 的{outcome.zh}高于 {less}：{gap.zh}{under.zh}。",
        )
    else:
        line = Text(
            f"{said.en}: {more} is better than {less} by {outcome.en}: {gap.en}{under.en}.",
            f"{said.zh}：按{outcome.zh}，{more} 优于 {less}：{gap.zh}{under.zh}。",
        )
    return (
        line if found.kind == "clear" else _joined(line, _repeats(found.needed, "make it clear", "才能明确"))
    )


def _open(found: Verdict, a: str, b: str, outcome: Text, shown: Callable[[float], str]) -> Text:
    """Two designs that cannot be told apart, under every calibration at least."""
    if found.same:
        return Text(
            f"No difference: {a} and {b} gave the same {outcome.en} in each of {found.of} repeats.",
            f"没有差别：{found.of} 次重复中 {a} 与 {b} 的{outcome.zh}每次都相同。",
        )
    above = [name for name, one in found.by_calibration.items() if one.side == 1]
    below = [name for name, one in found.by_calibration.items() if one.side == -1]
    if found.reversed:
        return Text(
            f"IT DEPENDS ON THE CALIBRATION: by {outcome.en}, {b} is above {a} under {', '.join(above)} and "
            f"below it under {', '.join(below)}.",
            f"取决于标定：按{outcome.zh}，{b} 在 {'、'.join(above)} 下高于 {a}，"
            f"在 {'、'.join(below)} 下低于 {a}。",
        )
    gap = _gap(found.gap.mean or 0.0, found.gap.low or 0.0, found.gap.high or 0.0, shown)
    line = Text(
        f"{b} and {a} cannot be told apart by {outcome.en}: {gap.en}.",
        f"按{outcome.zh}，分不出 {b} 与 {a} 的高下：{gap.zh}。",
    )
    if above or below:
        only, word = above or below, Text("above", "高于") if above else Text("below", "低于")
        line = Text(
            f"By {outcome.en}, {b} is {word.en} {a} ONLY UNDER {', '.join(only)}; under all calibrations "
            "together they cannot be told apart.",
            f"按{outcome.zh}，{b} 仅在 {'、'.join(only)} 下{word.zh} {a}；就全部标定而言分不出高下。",
        )
    if found.mixed:
        return _joined(
            line,
            Text(
                "Who is ahead depends on the calibration: more repeats may never tell.",
                "领先者因标定而异：再多重复也未必能分出。",
            ),
        )
    return _joined(line, _repeats(found.needed, "tell them apart", "才能分出"))


def _gap(mean: float, low: float, high: float, shown: Callable[[float], str]) -> Text:
    return Text(
        f"{shown(mean)} (95 % interval {shown(low)} to {shown(high)})",
        f"{shown(mean)}（95% 区间 {shown(low)} 至 {shown(high)}）",
    )


def _repeats(needed: int | None, en: str, zh: str) -> Text:
    """How many repeats would do what, if the difference is what it looks like."""
    if needed is None:
        return Text(
            f"More than {NEEDED_MOST:,} repeats would be needed to {en}.",
            f"需要超过 {NEEDED_MOST:,} 次重复{zh}。",
        )
    return Text(
        f"About {needed:,} repeats in all would {en}, if the difference is what it looks like now.",
        f"若差异确如目前所见，共约需 {needed:,} 次重复{zh}。",
    )


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.en} {second.en}", f"{first.zh}{second.zh}")
