"""Key figures with their denominators: the cards on top, and the table of all."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import pandas as pd
import streamlit as st

from sim.calibration.ranges import Range
from sim.commands.summary_table import BECAUSE, NOT_RECORDED, SECTIONS, mean_shown
from sim.estimate import Estimate
from sim.luck import LEAST_SEEDS, Luck, range_share
from sim.metrics.metric import Increment, Metric
from sim.metrics.registry import INCREMENTS, METRICS, measure_of
from sim.metrics.ways import MONEY_ROWS, WAYS
from sim.ui.outcome import Outcome
from sim.ui.over import Over
from sim.ui.palette import GREY, SIDES, dot
from sim.ui.state import language, t

_METRICS = {metric.name: metric for metric in METRICS}
CARDS = ("buyers", "conversion_of_readers", "net_fen", "margin_fen")
"""The measures on the cards."""

_GAINED = {"buyers": "buyers", "net_fen": "net_fen", "margin_fen": "margin_fen"}
"""Cards that also tell how much more it is than without the campaign: measure -> increment."""


def cards(outcome: Outcome, ranges: Over | None = None) -> None:
    """The few figures that everybody asks for first, of every design; with ranges over calibrations."""
    for column, name in zip(st.columns(len(CARDS)), CARDS, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.html(_card(outcome, _METRICS[name], ranges))


def table(outcome: Outcome, ranges: Over | None = None) -> None:
    """All key figures: a line for each measure, a column for each design; with ranges over calibrations."""
    rows: list[list[str]] = []
    for head, lines in _groups(outcome, ranges):
        if kept := [line for line in lines if line is not None]:
            rows.append([f"**{head}**", *[""] * (len(_columns(outcome)) - 1)])
            rows += kept
    st.table(pd.DataFrame(rows, columns=_columns(outcome)), border="horizontal", hide_index=True)


def _groups(outcome: Outcome, ranges: Over | None) -> Iterator[tuple[str, list[list[str] | None]]]:
    """The groups of figures, what the campaign added first: the head, and a line for each measure."""
    gained = [_row(outcome, ranges, one, one.name, "incremental") for one in INCREMENTS]
    yield _of_size(t("results.gained"), outcome), gained
    for en, zh, names in SECTIONS:
        head = zh if language() == "zh" else en
        yield (
            _of_size(head, outcome) if any(_METRICS[name].unit == "fen" for name in names) else head,
            [_row(outcome, ranges, _METRICS[name], name, "runoff") for name in names if name != "members"],
        )


def scaled(outcome: Outcome, key: str = "results.scaled") -> str:
    """That money is that of another number of members than a design is written for; else nothing."""
    written = next((one for n in range(outcome.designs) if (one := outcome.written(n)) is not None), None)
    return "" if written is None else t(key, members=f"{outcome.members:,}", written=f"{written:,}")


def _of_size(head: str, outcome: Outcome) -> str:
    words = scaled(outcome, "results.scaled_short")
    return f"{head}（{words}）" if words and language() == "zh" else f"{head} ({words})" if words else head


def money_ways(outcome: Outcome) -> None:
    """What the campaign cost and brought, three ways in one table: a column for each design."""
    zh = language() == "zh"
    sides = list(SIDES[: outcome.designs])
    rows = []
    for number, way in enumerate(WAYS):
        rows.append([f"**{way.zh if zh else way.en}**", *[""] * outcome.designs])
        for what, measures in MONEY_ROWS:
            measure = measures[number]
            if measure is not None:
                cells = [level_shown(outcome, side, measure) for side in range(outcome.designs)]
                rows.append([what.zh if zh else what.en, *cells])
    columns = [t("results.measure"), *sides]
    st.table(pd.DataFrame(rows, columns=columns), border="horizontal", hide_index=True)


def level_shown(outcome: Outcome, number: int, measure: str) -> str:
    """What a design gives of a measure, by its full name, as the page shows it."""
    section, _, name = measure.rpartition(".")
    one = measure_of(measure)
    mean = outcome.level(number, name, section or "runoff").mean
    signed = isinstance(one, Increment) and one.signed
    return mean_shown(mean, one.unit, signed=signed).replace("$", "\\$")


def labelled(means: pd.DataFrame, points: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both with `name` in the language of this tab, and means with `label`."""
    labels = [
        mean_shown(float(difference), _METRICS[measure].unit, signed=True)
        for measure, difference in zip(means["measure"], means["difference"], strict=True)
    ]
    return (
        means.assign(name=[named_measure(one) for one in means["measure"]], label=labels),
        points.assign(name=[named_measure(one) for one in points["measure"]]),
    )


def label(metric: Metric | Increment) -> str:
    """A metric's name in the language of this tab."""
    return metric.zh if language() == "zh" else metric.en[:1].upper() + metric.en[1:]


def named_measure(name: str) -> str:
    """The label of a measure by its name."""
    return label(_METRICS[name])


def range_shown(one: Range, unit: str, *, signed: bool = False) -> str:
    """The range of a mean over calibrations; nothing if it is the same with all, or was never measured."""
    if one.lowest is None or one.highest is None or one.lowest == one.highest == one.default:
        return ""
    low, high = (mean_shown(end, unit, signed=signed) for end in (one.lowest, one.highest))
    return f"⟨{low} … {high}⟩"


def _columns(outcome: Outcome) -> list[str]:
    sides = list(SIDES[: outcome.designs])
    gap = [t("results.difference")] if outcome.compares else []
    luck = [] if outcome.designs > 1 else [t("results.range", share=f"{_range_share(outcome):.0%}")]
    return [t("results.measure"), *sides, *luck, *gap, t("results.per")]


def _row(
    outcome: Outcome, ranges: Over | None, metric: Metric | Increment, measure: str, section: str
) -> list[str] | None:
    if section == "runoff" and measure in outcome.unavailable:
        cells = [NOT_RECORDED[language() == "zh"]] * outcome.designs
        return [label(metric), *cells, *[""] * (len(_columns(outcome)) - 2 - outcome.designs), BECAUSE]
    levels = [outcome.level(number, measure, section) for number in range(outcome.designs)]
    around = [] if ranges is None else [ranges.level(n, measure, section) for n in range(outcome.designs)]
    if not any(level.mean for level in levels) and not any(one.lowest or one.highest for one in around):
        return None
    cells = [_of_seeds(mean_shown(level.mean, metric.unit), level, outcome) for level in levels]
    if ranges is not None:
        cells = [
            f"{cell} {range_shown(one, metric.unit)}".rstrip()
            for cell, one in zip(cells, around, strict=True)
        ]
    if outcome.designs == 1:
        cells.append(_lucky(outcome.luck(0, measure, section), metric.unit))
    if outcome.compares:
        cells.append(_gap(outcome.difference(measure, section), metric.unit))
        if ranges is not None:
            gap = range_shown(ranges.difference(measure, section), metric.unit, signed=True)
            cells[-1] = f"{cells[-1]} {gap}".strip().replace("%", " pp")
    return [
        label(metric),
        *(cell.replace("$", "\\$") for cell in cells),
        metric.per_zh if language() == "zh" else metric.per_en,
    ]


def _of_seeds(words: str, level: Estimate, outcome: Outcome) -> str:
    """A mean, and with how many of the repeats it could be measured where that was not all."""
    if 0 < level.seeds < len(outcome.seeds):
        return f"{words} ({level.seeds}/{len(outcome.seeds)})"
    return words


def _range_share(outcome: Outcome) -> float:
    return range_share(max(len(outcome.seeds), LEAST_SEEDS))


def _lucky(luck: Luck, unit: str) -> str:
    """The range that runs fall into; nothing where there are too few, or all are the same."""
    if luck.low is None or luck.high is None or luck.low == luck.high:
        return ""
    return f"{mean_shown(luck.low, unit)} … {mean_shown(luck.high, unit)}"


def _gap(gap: Estimate, unit: str) -> str:
    words = mean_shown(gap.mean, unit, signed=True)
    if gap.low is not None and gap.high is not None:
        low, high = (mean_shown(end, unit, signed=True) for end in (gap.low, gap.high))
        words = f"{words} [{low} … {high}]"
    return words.replace("%", " pp")  # percentage points


def _card(outcome: Outcome, metric: Metric, ranges: Over | None) -> str:
    lines = [f'<div style="font-weight:600;margin-bottom:.2rem">{escape(label(metric))}</div>']
    for number in range(outcome.designs):
        value = mean_shown(outcome.level(number, metric.name).mean, metric.unit)
        lines.append(
            f'<div style="font-size:1.35rem;line-height:1.35">{dot(number)} {escape(value)}</div>'
            f"{_around(ranges, number, metric)}{_range(outcome, number, metric)}"
            f'<div style="font-size:.8rem;color:{GREY};margin-bottom:.25rem">'
            f"{escape(_aside(outcome, number, metric))}</div>"
        )
    return "".join(lines)


def _around(ranges: Over | None, number: int, metric: Metric) -> str:
    if ranges is None:
        return ""
    words = range_shown(ranges.level(number, metric.name), metric.unit)
    return f'<div style="font-size:.9rem">{escape(words)}</div>'


def _range(outcome: Outcome, number: int, metric: Metric) -> str:
    """What single runs give; of money, for how many members it is written where that is another number."""
    words = _lucky(outcome.luck(number, metric.name), metric.unit)
    share = f"{_range_share(outcome):.0%}"
    lines = [t("results.luck_range", share=share, range=words, n=len(outcome.seeds))] if words else []
    written = outcome.written(number)
    if metric.unit == "fen" and written is not None:
        lines.append(t("results.scaled_short", members=f"{outcome.members:,}", written=f"{written:,}"))
    return "".join(f'<div style="font-size:.8rem;color:{GREY}">{escape(line)}</div>' for line in lines)


def _aside(outcome: Outcome, number: int, metric: Metric) -> str:
    """What the figure is out of, or how much of it the campaign brought."""
    if metric.name == "conversion_of_readers":
        return t("results.readers", n=mean_shown(outcome.level(number, "readers").mean, "members"))
    gained = outcome.level(number, _GAINED[metric.name], "incremental")
    if gained.mean is not None:
        more = "results.gain" if gained.mean >= 0 else "results.loss"
        return t(more, n=mean_shown(abs(gained.mean), metric.unit))
    return t("results.all_members", n=f"{outcome.members:,}")
