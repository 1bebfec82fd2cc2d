"""The form: one field for each main setting, with what is wrong and what the law says right beneath it.

Fields take any text, so that wrong values reach the scenario's own check, and its messages the user.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from sim.settings.problems import NO_VALUE, Problem, ScenarioWarning
from sim.ui.settings import CHOICES, Group, Setting, unit_note, written
from sim.ui.state import language, plain, say, t

_COLUMNS = 2  # assumption: what half a page of 1,280 pixels holds without cutting a label or a choice


@dataclass(frozen=True)
class Fields:
    """What the fields of one design share.

    Attributes:
        key: makes widgets of different designs different.
        values: what is written in the form where it differs from the scenario, by path.
        store: called with path and new value.
        problems: by path.
        warnings: by path.
    """

    key: str
    values: Mapping[str, str | bool]
    store: Callable[[Setting, str | bool], None]
    problems: Mapping[str, Sequence[Problem]]
    warnings: Mapping[str, Sequence[ScenarioWarning]]

    def marked(self, group: Group) -> bool:
        """Whether something is said about a group."""
        return any(one.path in self.problems or one.path in self.warnings for one in group.all())


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
                    fields.problems.get(setting.path, ()),
                    fields.warnings.get(setting.path, ()),
                    setting=setting,
                )


def notes(
    problems: Sequence[Problem], warnings: Sequence[ScenarioWarning], setting: Setting | None = None
) -> None:
    """What is wrong, and what a planner should know."""
    name = f"**{say(setting.label)}**：" if setting and language() == "zh" else ""
    if setting and language() == "en":
        name = f"**{say(setting.label)}** "
    for problem in problems:
        words = problem.message(language())
        if setting is not None and problem.value is not NO_VALUE:
            words += say(unit_note(setting.kind))
        st.markdown(f":red[{name}{plain(words)}]")
    for warning in warnings:
        law = f" {t('design.law', law=warning.law)}" if warning.law else ""
        st.caption(f":orange[⚠] {name}{plain(warning.message(language()) + law)}")


def _draw(setting: Setting, fields: Fields) -> None:
    key = f"{fields.key}.{setting.path}"
    value = fields.values.get(setting.path)
    if setting.kind == "flag":
        _remember(key, bool(setting.value) if value is None else value)
        st.toggle(say(setting.label), key=key, on_change=_changed, args=(setting, key, fields))
    elif setting.kind == "choice":
        _remember(key, str(setting.value) if value is None else value)
        names = {choice: say(CHOICES[choice]) for choice in setting.choices}
        st.selectbox(
            say(setting.label),
            setting.choices,
            format_func=lambda choice: names[choice],
            key=key,
            on_change=_changed,
            args=(setting, key, fields),
        )
    else:
        _remember(key, written(setting, setting.value) if value is None else value)
        st.text_input(say(setting.label), key=key, on_change=_changed, args=(setting, key, fields))


def _remember(key: str, value: str | bool) -> None:
    """Streamlit forgets a widget that was not drawn for a while, or whose label has changed."""
    if key not in st.session_state:
        st.session_state[key] = value


def _changed(setting: Setting, key: str, fields: Fields) -> None:
    fields.store(setting, st.session_state[key])
