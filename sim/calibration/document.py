"""How far results move, as a page of the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sim.calibration.calibration import Calibration
from sim.calibration.movement import Movement
from sim.calibration.open_parameters import OpenParameter, value_at
from sim.facts.contexts import changed_values
from sim.scenario.source import plain
from sim.settings.behaviour import Behaviour
from sim.settings.problems import Lang, Text
from sim.version import MODEL_VERSION

OVERVIEW = ("buyers", "net_fen", "margin_fen", "group_success_rate", "incremental.buyers")
"""Measures of the first table: those that a design is mostly chosen by."""

COMMAND = "shapan calibrations --table --out docs/calibrations.md"


@dataclass(frozen=True)
class Line:
    """A measure as people read it. shown: writes a value of it."""

    name: Text
    shown: Callable[[float | None], str]


@dataclass(frozen=True)
class Measured:
    """What the page is about.

    Attributes:
        calibrations: the default one first.
        parameters: what is left open.
        points: how many of its points.
        members: of each run.
        seeds: how many of each.
        scenarios: scenario -> output -> movement.
        names: of the scenarios.
        lines: output -> how it is told; in this order.
    """

    calibrations: Sequence[Calibration]
    parameters: Sequence[OpenParameter]
    points: int
    members: int
    seeds: int
    scenarios: Mapping[str, Mapping[str, Movement]]
    names: Mapping[str, Text]
    lines: Mapping[str, Line]


def document(measured: Measured, lang: Lang) -> str:
    """The page as Markdown."""
    parts = [
        _head(measured, lang),
        _calibrations(measured, lang),
        _open(measured, lang),
        _overview(measured, lang),
    ]
    parts += [_scenario(measured, name, lang) for name in measured.scenarios]
    return "\n\n".join(part for part in parts if part) + "\n"


def _moved(one: Movement, value: float | None, line: Line) -> str:
    """How far a value is from the default: as a share of it, or itself where the default is 0."""
    share = one.relative(value)
    if share is None:
        return line.shown(value)
    words = f"{share:+.0%}".replace("-", "−")
    return "0%" if words[1:] == "0%" else words


def _head(measured: Measured, lang: Lang) -> str:
    title = Text("How far results move between calibrations", "结果在各标定之间变动多少")
    text = Text(
        f"Written by `{COMMAND}`: model version {MODEL_VERSION}, {measured.members:,} members, "
        f"{measured.seeds} seeds, all settled.\n\n"
        "The published facts do not fix every parameter of behaviour. Two things follow: more than one "
        "calibration is admissible, and around the defaults a range of each parameter is left open. A number "
        "of a scenario is worth no more than the range it keeps below; a recommendation that does not hold "
        "over it is none. *Luck* is half the 95 % interval of the default's mean over the seeds. All "
        "calibrations and points run on the same seeds, so that changes are steadier than that.",
        f"由 `{COMMAND}` 生成：模型版本 {MODEL_VERSION}，{measured.members:,} 名成员，"
        f"{measured.seeds} 个种子，全部结清后。\n\n"
        "公开事实并不能定下每一个行为参数：可接受的标定不止一套，默认值周围也各有一段未定的范围。"
        "一个数字的可信程度不超过它在下表中的变动范围；在此范围内站不住的建议不算建议。"
        "“运气”为默认值多种子均值的 95% 区间的一半；各标定与各点用同样的种子，故其间的变动比它更稳。",
    )
    return f"# {title.get(lang)}\n\n{text.get(lang)}"


def _calibrations(measured: Measured, lang: Lang) -> str:
    defaults = {"behaviour": Behaviour().model_dump(mode="json")}
    lines = [f"## {Text('The calibrations', '各标定').get(lang)}", ""]
    for one in measured.calibrations:
        lines.append(f"- **`{one.id}`** {one.name.get(lang)}. {one.about.get(lang)}")
        laid = {"behaviour": plain(one.behaviour)}
        lines += [
            f"  - `{path}`: {value_at(defaults, path)} → {value}" for path, value in changed_values(laid)
        ]
    return "\n".join(lines)


def _open(measured: Measured, lang: Lang) -> str:
    if not measured.parameters or not measured.points:
        return ""
    defaults = {"behaviour": Behaviour().model_dump(mode="json")}
    text = Text(
        f"{measured.points} points, laid under each scenario: ends of walks from the defaults, every step of "
        "which was simulated in small communities and kept every starred band that the defaults meet there. "
        "Traits of people and the response tables stay as shipped. The lowest and highest values among them:",
        f"{measured.points} 个点，垫在每个场景之下：各为自默认值出发的一次游走的终点，每一步都在小社区中"
        "模拟，且守住默认值所满足的每一个带 ★ 范围。成员特质与响应表保持默认。各点的最低与最高值：",
    )
    heads = Text("parameter | default | lowest | highest", "参数 | 默认值 | 最低 | 最高")
    lines = [f"## {Text('What is left open', '未定的参数').get(lang)}", "", text.get(lang), ""]
    lines += [f"| {heads.get(lang)} |", "|---|---|---|---|"]
    lines += [
        f"| `{one.path}` | {value_at(defaults, one.path)} | {min(one.values):g} | {max(one.values):g} |"
        for one in measured.parameters
    ]
    return "\n".join(lines)


def _overview(measured: Measured, lang: Lang) -> str:
    others = [one.id for one in measured.calibrations[1:]]
    heads = [Text("scenario", "场景").get(lang), Text("measure", "指标").get(lang), *_heads(others, lang)]
    lines = [f"## {Text('At a glance', '一览').get(lang)}", "", *_table_head(heads)]
    for name, found in measured.scenarios.items():
        for output in OVERVIEW:
            if output in found and (cells := _cells(found[output], measured.lines[output], others)):
                label = measured.lines[output].name.get(lang)
                lines.append(f"| {' | '.join((f'`{name}`', label, *cells))} |")
    return "\n".join(lines)


def _scenario(measured: Measured, name: str, lang: Lang) -> str:
    others = [one.id for one in measured.calibrations[1:]]
    heads = [Text("measure", "指标").get(lang), *_heads(others, lang)]
    lines = [f"## {name}: {measured.names[name].get(lang)}", "", *_table_head(heads)]
    for output, line in measured.lines.items():
        if cells := _cells(measured.scenarios[name][output], line, others):
            lines.append(f"| {' | '.join((line.name.get(lang), *cells))} |")
    return "\n".join(lines)


def _heads(others: Sequence[str], lang: Lang) -> list[str]:
    luck, between = Text("luck", "运气"), Text("left open, 5–95 %", "未定范围内 5–95 %")
    return [Text("default", "默认").get(lang), luck.get(lang), *others, between.get(lang)]


def _table_head(heads: Sequence[str]) -> list[str]:
    return [f"| {' | '.join(heads)} |", "|---|" + "---:|" * (len(heads) - 1)]


def _cells(one: Movement, line: Line, others: Sequence[str]) -> list[str]:
    """Empty for what is nothing with every calibration and at every point."""
    if not any((one.default.mean, one.low, one.high, *one.others.values())):
        return []
    half = None
    if one.default.mean and one.default.high is not None:
        half = (one.default.high - one.default.mean) / abs(one.default.mean)
    between = "–"
    if one.low is not None and one.high is not None:
        between = f"{_moved(one, one.low, line)} … {_moved(one, one.high, line)}"
    return [
        line.shown(one.default.mean),
        "–" if half is None else f"±{half:.0%}",
        *(_moved(one, one.others[name], line) for name in others),
        between,
    ]
