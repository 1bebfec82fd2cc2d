"""The list of jobs that are kept, to be opened again or deleted."""

from __future__ import annotations

import time

import streamlit as st

from sim.settings.problems import ScenarioError
from sim.ui.conclusion import summary_words
from sim.ui.draft import SHARED, base_of
from sim.ui.job_files import KEPT_JOBS, JobRequest, KeptJob
from sim.ui.settings import named
from sim.ui.state import desk, go, language, link, plain, set_job, t
from sim.ui.widgets import button


def kept_jobs() -> None:
    """Draw the list; without any, the way to the first one."""
    jobs = desk().kept()
    if not jobs:
        st.markdown(t("results.empty"))
    if button("pick", t("results.pick"), primary=True):
        go("home")
    if jobs:
        st.markdown(f"**{t('kept.title')}**")
        st.caption(t("kept.note", n=KEPT_JOBS))
    for one in jobs:
        with st.container(border=True, key=f"kept-{one.name}"):
            _line(one)


def _line(one: KeptJob) -> None:
    st.markdown(f"**{plain(_designs(one.request))}**")
    st.caption(
        plain(
            t(
                "kept.line",
                members=f"{one.request.members:,}",
                pairs=one.state.pairs,
                when=time.strftime("%Y-%m-%d %H:%M", time.localtime(one.when)),
                state=summary_words(one.request, one.state),
            )
        )
    )
    with st.container(horizontal=True):
        if button(f"open-{one.name}", t("kept.open")):
            set_job(one.name)
            link("job", one.name)
            st.rerun()
        if not one.state.active and button(f"forget-{one.name}", t("kept.forget")):
            desk().forget(one.name)
            st.rerun()


def _designs(request: JobRequest) -> str:
    """The names of the designs, with how many values were changed by hand."""
    names = []
    for design in request.designs:
        try:
            name = named(base_of(design.scenario, design.variant).scenario, language())
        except ScenarioError:  # it does not ship any more
            name = design.scenario
        changed = len([path for path in design.sets if path not in SHARED])
        names.append(f"{name} · {t('design.changed', n=changed)}" if changed else name)
    all_names = " ／ ".join(names) if language() == "zh" else " / ".join(names)
    return all_names if request.graph is None else f"{all_names} · {t('graph.of', name=request.graph.name)}"
