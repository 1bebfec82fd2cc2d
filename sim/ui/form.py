"""The form: one field for each main setting, with what is wrong and what the law says right beneath it.

Fields take any text, so that wrong values reach the scenario's own check, and its messages the user.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from sim.settings.problems import NO_VALUE, Problem, ScenarioWarning, shown
from sim.text import Lang, Text
from sim.ui.draft import SideCheck
from sim.ui.names import CHOICES, in_words, path_name
from sim.ui.settings import Group, Setting, parsed, written
from sim.ui.state import language, plain, say, t
from sim.ui.widgets import choice, field, several, toggle

_COLUMNS = 2  # assumption: what half a page of 1,280 pixels holds without cutting a label or a choice


@dataclass(frozen=True)
class Fields:
    """What the fields of one design share.

    Attributes:
        place: tells fields of different designs apart.
        version: counts what made them all start anew.
        values: what is written in the form where it differs from the scenario, by path.
        store: called with setting and new value.
        checked: what came of checking the design.
    """

    place: str
    version: int
    values: Mapping[str, str | bool]
    store: Callable[[Setting, str | bool], None]
    checked: SideCheck

    def marked(self, group: Group) -> bool:
        """Whether something is said about a group."""
        return any(
            one.path in self.checked.problems or one.path in self.checked.warnings for one in group.all()
        )


def draw_group(group: Group, fields: Fields) -> None:
    """All settings of a group."""
    _draw_settings(group.settings, fields, _COLUMNS)
    for row in group.rows:
        st.markdown(f"**{plain(say(row.title))}**")
        _draw_settings(row.settings, fields, len(row.settings))


def _draw_settings(settings: Sequence[Setting], fields: Fields, columns: int) -> None:
    """Settings side by side: text first, switches last."""
    written_ones = [one for one in settings if one.kind != "flag"]
    flags = [one for one in settings if one.kind == "flag"]
    for some in (written_ones, flags):
        for first in range(0, len(some), columns):
            line = some[first : first + columns]
            for column, setting in zip(st.columns(columns), line, strict=False):
                with column:
                    _draw(setting, fields)
            for setting in line:  # across the whole width: a law does not fit a third of it
                notes(
                    setting,
                    fields.checked.problems.get(setting.path, ()),
                    fields.checked.warnings.get(setting.path, ()),
                )


def notes(setting: Setting, problems: Sequence[Problem], warnings: Sequence[ScenarioWarning]) -> None:
    """What is wrong with a setting, and what a planner should know."""
    for problem in problems:
        say_problem(say(setting.label), said(problem, setting, language()))
    for warning in warnings:
        _say_warning(say(setting.label), warning)


def general_notes(fields: Fields) -> None:
    """The same of all that has no field in the form."""
    scenario = fields.checked.base.scenario
    for problem in fields.checked.problems.get("", ()):
        words = in_words(problem.message(language()), language())
        say_problem(say(path_name(problem.dotted, scenario)), words)
    for warning in fields.checked.warnings.get("", ()):
        _say_warning(say(path_name(warning.path, scenario)), warning)


def said(problem: Problem, setting: Setting, lang: Lang) -> str:
    """What is wrong, in the unit that the field is typed in."""
    limits, value = problem.limits, problem.value
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if limits is None or value is NO_VALUE:
        if number or isinstance(value, (list, tuple)):
            rule, got = problem.text.get(lang), written(setting, value)
            return in_words(f"{rule}，实际为 {got}" if lang == "zh" else f"{rule}, got {got}", lang)
        return in_words(problem.message(lang), lang)
    words = Text("must be ", "应为")
    if limits.whole and setting.kind != "yuan":
        words = Text(f"{words.en}a whole number, ", f"{words.zh}整数，")
    parts = [
        Text(f"{en} {_amount(limit, setting).en}", f"{zh} {_amount(limit, setting).zh}")
        for limit, en, zh in (
            (limits.low, "at least", "至少"),
            (limits.above, "more than", "大于"),
            (limits.high, "at most", "至多"),
            (limits.below, "less than", "小于"),
        )
        if limit is not None
    ]
    if limits.low is not None and limits.high is not None:
        digits, least, most = (
            _digits(limits.low, setting),
            _amount(limits.low, setting),
            _amount(limits.high, setting),
        )
        first = least.en if setting.unit.before else digits
        parts = [Text(f"{first} to {most.en}", f" {digits} 到 {most.zh}")]
    allowed = Text(" and ".join(one.en for one in parts), "、".join(one.zh for one in parts))
    given = _amount(value, setting) if number else Text(shown(value), shown(value))
    if lang == "zh":
        return f"{words.zh}{allowed.zh}，实际为 {given.zh}".replace("， ", "，")
    return f"{words.en}{allowed.en}, got {given.en}"


def _amount(value: object, setting: Setting) -> Text:
    """A number of the scenario in the unit of the field."""
    return setting.unit.amount(_digits(value, setting))


def _digits(value: object, setting: Setting) -> str:
    number = (Decimal(str(value)) / setting.unit.factor).normalize()
    return f"{number:,f}"


def say_problem(name: str, words: str) -> None:
    """Say what is wrong with a setting; words that begin with its name do not repeat it."""
    if words.casefold().startswith(name.casefold()):
        words = words[len(name) :].lstrip()
    st.markdown(f":red[{_headed(name)}{plain(words)}]")


def _say_warning(name: str, warning: ScenarioWarning) -> None:
    law = f" {t('design.law', law=warning.law)}" if warning.law else ""
    st.markdown(f":small[⚠ {_headed(name)}{plain(in_words(warning.message(language()), language()) + law)}]")


def _headed(name: str) -> str:
    if not name:
        return ""
    return f"**{plain(name)}**：" if language() == "zh" else f"**{plain(name)}** "


def _draw(setting: Setting, fields: Fields) -> None:
    place = f"{fields.place}.{setting.path}"
    value = fields.values.get(setting.path)
    label, version = say(setting.label), fields.version
    said_of = None if setting.help is None else say(setting.help)

    def store(new: str | bool) -> None:
        fields.store(setting, new)

    if setting.kind == "flag":
        flag = bool(setting.value if value is None else value)
        toggle(place, label, flag, store, version=version, help=said_of)
        return
    text = written(setting, setting.value) if value is None else str(value)
    names = {one: say(CHOICES[one]) for one in setting.choices}
    if setting.kind == "choice":
        choice(place, label, names, text, store, version=version, help=said_of)
    elif setting.kind == "choices":
        chosen = parsed(setting, text)
        several(
            place,
            label,
            names,
            chosen,
            lambda new: store(written(setting, new)),
            version=version,
            help=said_of,
        )
    else:
        field(place, label, text, store, version=version, help=said_of)
