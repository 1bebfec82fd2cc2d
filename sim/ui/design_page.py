"""Design: two designs of one scenario side by side, with errors and legal warnings at the field."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sim.scenario.shipped import shipped_paths
from sim.settings.problems import ScenarioError
from sim.ui.difference import difference_line
from sim.ui.draft import (
    MEMBERS,
    SEEDS_MOST,
    Checked,
    Draft,
    Side,
    SideCheck,
    base_of,
    check,
    differences,
    draft_of,
    new_draft,
)
from sim.ui.form import Fields, draw_group, notes
from sim.ui.palette import SIDES, dot
from sim.ui.settings import Setting, general_settings, named, setting_groups, written
from sim.ui.state import (
    desk,
    draft,
    go,
    job,
    language,
    link,
    plain,
    say,
    scenario,
    set_draft,
    set_scenario,
    start_job,
    t,
)

_NONE = "-"
"""Stands for "no second design" and "the scenario as it is" in selections."""


def design_page() -> None:
    """Draw the page."""
    st.title(t("design.title"))
    one = _draft()
    if one is None:
        return
    link("scenario", one.scenario)
    _pick_scenario(one)
    base = base_of(one.scenario, None).scenario
    st.markdown(plain(say_about(base)))
    checked = check(one)
    with st.container(border=True):
        _shared(one, checked)
    for column, number in zip(st.columns(2), range(2), strict=True):
        with column, st.container(border=True, height="stretch"):
            _side(one, number, checked.sides[number] if number < len(checked.sides) else None)
    _differences(checked)
    if st.button(t("design.run"), type="primary", disabled=checked.request is None, key="run"):
        assert checked.request is not None
        start_job(checked.request)
        go("results")
    if checked.request is None:
        st.markdown(f":red[{t('design.fix')}]")


def say_about(base: Any) -> str:
    """What can be learnt from a scenario."""
    return str(getattr(base.about, language())).strip()


def _draft() -> Draft | None:
    """The draft of this tab; else of the linked scenario, of the last job, or of the first scenario."""
    one = draft()
    wanted = scenario()
    if one is not None and wanted in (None, one.scenario):
        return one
    try:
        last = desk().request(job() or "")
        if last is not None and wanted in (None, last.designs[0].scenario):
            one = draft_of(last)
        else:
            one = new_draft(wanted or next(iter(shipped_paths())))
    except ScenarioError:
        st.error(plain(t("design.missing", name=str(wanted))))
        one = new_draft(next(iter(shipped_paths())))
        set_scenario(one.scenario)
    set_draft(one)
    return one


def _pick_scenario(one: Draft) -> None:
    names = list(shipped_paths())
    if one.scenario not in names:
        names.append(one.scenario)
    key = f"scenario-{one.scenario}"
    st.session_state.setdefault(key, one.scenario)

    def changed() -> None:
        set_draft(new_draft(st.session_state[key]))
        set_scenario(st.session_state[key])
        link("scenario", st.session_state[key])

    lang = language()
    st.selectbox(
        t("design.scenario"),
        names,
        format_func=lambda name: named(base_of(name, None).scenario, lang),
        key=key,
        on_change=changed,
    )


def _shared(one: Draft, checked: Checked) -> None:
    st.markdown(f"**{t('design.shared')}**")
    base = base_of(one.scenario, None).scenario
    settings = general_settings(base)
    columns = st.columns(len(settings) + 1)
    for column, setting in zip(columns, settings, strict=False):
        with column:
            _general(one, setting)
    with columns[-1]:
        key = f"general.{one.scenario}.{one.version}.seeds"
        st.session_state.setdefault(key, one.seeds)

        def changed() -> None:
            one.seeds = st.session_state[key]

        st.text_input(t("design.seeds"), key=key, on_change=changed, help=t("design.seeds_help"))
    for setting in settings:
        notes(checked.general.get(setting.path, ()), (), setting=setting)
    if checked.seeds_problem:
        rule = t("design.seeds_range", least=1, most=SEEDS_MOST) + t("design.got", value=one.seeds or '""')
        st.markdown(f":red[**{t('design.seeds')}** {plain(rule)}]")
    members = one.general[MEMBERS]
    if members != str(base.population.members) and MEMBERS not in checked.general:
        st.caption(t("design.scaled", written=f"{base.population.members:,}", members=f"{int(members):,}"))


def _general(one: Draft, setting: Setting) -> None:
    key = f"general.{one.scenario}.{one.version}.{setting.path}"
    st.session_state.setdefault(key, one.general[setting.path])

    def changed() -> None:
        one.general[setting.path] = st.session_state[key]

    st.text_input(say(setting.label), key=key, on_change=changed)


def _side(one: Draft, number: int, checked: SideCheck | None) -> None:
    st.markdown(f"{dot(number)} **{t(f'design.side_{SIDES[number].lower()}')}**", unsafe_allow_html=True)
    _start(one, number)
    if checked is None:
        return
    side = one.sides[number]
    key = f"set.{one.scenario}.{number}.{side.variant}.{one.version}"

    def store(setting: Setting, value: str | bool) -> None:
        as_shipped = setting.value if isinstance(value, bool) else written(setting, setting.value)
        if value == as_shipped:
            side.edits.pop(setting.path, None)
        else:
            side.edits[setting.path] = value

    fields = Fields(key, side.edits, store, checked.problems, checked.warnings)
    if side.edits:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("design.changed", n=len(side.edits)))
            if st.button(t("design.reset"), key=f"reset-{number}"):
                side.edits.clear()
                one.version += 1
                st.rerun()
    if "" in checked.problems or "" in checked.warnings:
        with st.container(key=f"whole-{number}"):
            st.markdown(f"**{t('design.general_notes')}**")
            notes(checked.problems.get("", ()), checked.warnings.get("", ()))
    for group in setting_groups(checked.base.scenario):
        own = group.path.startswith("mechanics.")
        with st.expander(
            say(group.title), expanded=own or fields.marked(group), key=f"{key}.group.{group.path}"
        ):
            draw_group(group, fields)


def _start(one: Draft, number: int) -> None:
    """Where a design starts from."""
    base = base_of(one.scenario, None)
    options = [_NONE, *base.variants] if number == 0 else ["", _NONE, *base.variants]
    current = (one.sides[number].variant or _NONE) if number < len(one.sides) else ""
    key = f"start.{one.scenario}.{number}.{one.version}"
    st.session_state.setdefault(key, current)

    names = {"": t("design.none"), _NONE: t("design.base", name=named(base.scenario, language()))}
    for variant in base.variants:
        names[variant] = named(base_of(one.scenario, variant).scenario, language())

    def changed() -> None:
        chosen = st.session_state[key]
        one.sides[number:] = (
            [] if not chosen else [Side(None if chosen == _NONE else chosen), *one.sides[number + 1 :]]
        )

    st.selectbox(
        t("design.start"), options, format_func=lambda option: names[option], key=key, on_change=changed
    )


def _differences(checked: Checked) -> None:
    if len(checked.sides) < 2:
        return
    a, b = checked.sides[0].loaded, checked.sides[1].loaded
    if a is None or b is None:
        return
    found = differences(a, b)
    st.markdown(f"**{t('design.differs')}**")
    if not found:
        st.caption(t("design.same"))
    for one in found:
        st.markdown(f"- {plain(difference_line(one))}")
