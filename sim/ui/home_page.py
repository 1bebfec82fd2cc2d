"""Home: the scenarios that ship, with what can be learnt from each."""

from __future__ import annotations

import streamlit as st

from sim.scenario.shipped import ShippedScenario, shipped_scenarios
from sim.settings.problems import ScenarioError
from sim.ui.draft import base_of, check, new_draft
from sim.ui.guard import fragment
from sim.ui.settings import named
from sim.ui.state import desk, go, language, plain, set_draft, set_scenario, start_job, t
from sim.ui.widgets import button

_COLUMNS = 2


def home_page() -> None:
    """Draw the page."""
    st.title(t("home.title"))
    st.markdown(t("home.lead"))
    if not desk().ready and desk().trouble is None:
        _wait_until_ready()
    shipped = shipped_scenarios()
    for first in range(0, len(shipped), _COLUMNS):
        columns = st.columns(_COLUMNS)
        for column, one in zip(columns, shipped[first : first + _COLUMNS], strict=False):
            with column, st.container(border=True, height="stretch", key=f"card-{one.id}"):
                _card(one)


def _getting_ready() -> None:
    """How far the engine is, until it is ready."""
    share = desk().prepared_share
    if desk().ready or desk().trouble is not None:
        st.rerun()
    elif share:
        st.progress(share, t("results.preparing", share=f"{share:.0%}"))
    else:
        st.caption(t("home.cold"))


_READY_SECONDS = 1.0
_wait_until_ready = fragment(_getting_ready, run_every=_READY_SECONDS)


def _card(one: ShippedScenario) -> None:
    zh = language() == "zh"
    st.markdown(f"## {plain(one.name_zh if zh else one.name_en)}")
    st.markdown(plain((one.about_zh if zh else one.about_en).strip()))
    try:
        base = base_of(one.id, None)
        first = base_of(one.id, base.variants[0]) if base.variants else None
    except ScenarioError as error:  # somebody has edited it
        st.markdown(f":red[{plain(error.render(language()))}]")
        return
    if first is not None:
        a, b = (named(each.scenario, language()) for each in (base, first))
        st.caption(plain(t("home.versus", a=a, b=b)))
    with st.container(horizontal=True):
        if button(f"rehearse-{one.id}", t("home.rehearse"), primary=True):
            _rehearse(one.id)
        if button(f"change-{one.id}", t("home.change")):
            set_draft(new_draft(one.id))
            set_scenario(one.id)
            go("design")


def _rehearse(name: str) -> None:
    """Run the scenario as it ships against its first variant, and go and look."""
    draft = new_draft(name)
    set_draft(draft)
    set_scenario(name)
    request = check(draft).request
    if request is None:  # a shipped scenario is valid; a user's edited copy may not be
        go("design")
        return
    start_job(request)
    go("results")
