"""Design: two designs of one scenario side by side, with errors and legal warnings at the field."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sim.scenario.shipped import shipped_paths, shipped_scenarios
from sim.settings.problems import ScenarioError
from sim.ui.difference import difference_line
from sim.ui.draft import (
    MEMBERS,
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
from sim.ui.form import Fields, draw_group, general_notes, notes, say_problem
from sim.ui.own_graph import draw_own_graph
from sim.ui.palette import SIDES, dot
from sim.ui.settings import Setting, general_settings, named, parsed, setting_groups, unchanged
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
from sim.ui.widgets import button, choice, expander, field

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
    if button("run", t("design.run"), primary=True, disabled=checked.request is None):
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
    except ScenarioError as error:
        missing = wanted is not None and wanted not in shipped_paths()
        st.error(plain(t("design.missing", name=str(wanted)) if missing else error.render(language())))
        one = new_draft(next(iter(shipped_paths())))
        set_scenario(one.scenario)
    set_draft(one)
    return one


def _pick_scenario(one: Draft) -> None:
    def store(chosen: str) -> None:
        set_draft(new_draft(chosen))
        set_scenario(chosen)
        link("scenario", chosen)

    zh = language() == "zh"
    names = {each.id: each.name_zh if zh else each.name_en for each in shipped_scenarios()}
    choice("scenario", t("design.scenario"), names, one.scenario, store)


def _shared(one: Draft, checked: Checked) -> None:
    st.markdown(f"**{t('design.shared')}**")
    base = base_of(one.scenario, None).scenario
    settings = general_settings(base)
    columns = st.columns(len(settings) + 1)
    for column, setting in zip(columns, settings, strict=False):
        with column:
            _general(one, setting)
    with columns[-1]:

        def store(written: str) -> None:
            one.seeds = written

        place = f"general.{one.scenario}.seeds"
        field(
            place,
            t("design.seeds"),
            one.seeds,
            store,
            version=one.version,
            help=t("design.seeds_help"),
            placeholder=t("design.seeds_auto"),
        )
    for setting in settings:
        notes(setting, checked.general.get(setting.path, ()), ())
    if checked.seeds_problem is not None:
        say_problem(t("design.seeds"), say(checked.seeds_problem))
    if MEMBERS not in checked.general:
        (setting,) = (one for one in settings if one.path == MEMBERS)
        members, written = int(parsed(setting, one.general[MEMBERS])), base.population.members
        if members != written:
            note = "design.scaled" if one.graph is None else "graph.scaled"
            st.caption(t(note, written=f"{written:,}", members=f"{members:,}"))
    draw_own_graph(one)


def _general(one: Draft, setting: Setting) -> None:
    def store(written: str) -> None:
        one.general[setting.path] = written

    place = f"general.{one.scenario}.{setting.path}"
    about = None if setting.help is None else say(setting.help)
    field(place, say(setting.label), one.general[setting.path], store, version=one.version, help=about)


def _side(one: Draft, number: int, checked: SideCheck | None) -> None:
    st.markdown(f"{dot(number)} **{t(f'design.side_{SIDES[number].lower()}')}**", unsafe_allow_html=True)
    _start(one, number)
    if checked is None:
        return
    side = one.sides[number]
    place = f"set.{one.scenario}.{number}.{side.variant}"

    def reset() -> None:
        side.edits.clear()
        one.version += 1

    def store(setting: Setting, value: str | bool) -> None:
        if isinstance(value, bool) or setting.kind == "choice":
            as_shipped = value == setting.value
        else:
            as_shipped = unchanged(setting, value)
        if as_shipped:
            side.edits.pop(setting.path, None)
        else:
            side.edits[setting.path] = value

    fields = Fields(place, one.version, side.edits, store, checked)
    if side.edits:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("design.changed", n=len(side.edits)))
            button(f"reset-{number}", t("design.reset"), reset)
    if checked.changes:
        with expander(f"{place}.scaled", t("design.changes", n=len(checked.changes))):
            for change in checked.changes:
                st.markdown(f":small[{plain(say(change.note(with_path=False)))}]")
    if "" in checked.problems or "" in checked.warnings:
        with st.container(key=f"whole-{number}"):
            st.markdown(f"**{t('design.general_notes')}**")
            general_notes(fields)
    for group in setting_groups(checked.base.scenario):
        own = group.path.startswith("mechanics.")
        place = f"{fields.place}.group.{group.path}"
        with expander(place, say(group.title), expanded=own or fields.marked(group)):
            draw_group(group, fields)


def _start(one: Draft, number: int) -> None:
    """Where a design starts from."""
    base = base_of(one.scenario, None)
    names = {} if number == 0 else {"": t("design.none")}
    names[_NONE] = t("design.base", name=named(base.scenario, language()))
    for variant in base.variants:
        names[variant] = named(base_of(one.scenario, variant).scenario, language())
    current = (one.sides[number].variant or _NONE) if number < len(one.sides) else ""

    def store(chosen: str) -> None:
        one.sides[number:] = (
            [] if not chosen else [Side(None if chosen == _NONE else chosen), *one.sides[number + 1 :]]
        )

    place = f"start.{one.scenario}.{number}"
    choice(place, t("design.start"), names, current, store, version=one.version)


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
