"""Results: progress while it runs, then what each design gave, side by side on the same luck."""

from __future__ import annotations

from html import escape

import streamlit as st

from sim.calibration.calibration import calibration_paths
from sim.settings.problems import ScenarioError
from sim.ui import figures
from sim.ui.charts import Chart, adoption_chart, funnel_chart, money_chart, paired_chart
from sim.ui.difference import difference_line
from sim.ui.draft import DAYS, Checked, check, differences, draft_of
from sim.ui.guard import fragment
from sim.ui.job_files import QUICK_MEMBERS, JobRequest, JobState
from sim.ui.outcome import Outcome, adoption, funnel, money, outcome_of, paired, twin_adoption
from sim.ui.over import Over, over
from sim.ui.palette import INK, SIDES, dot
from sim.ui.settings import named
from sim.ui.state import (
    desk,
    go,
    job,
    language,
    link,
    plain,
    set_draft,
    set_scenario,
    start_beside,
    start_job,
    t,
    unlink,
)
from sim.ui.widgets import button, toggle

_POLL_SECONDS = 0.5


def results_page() -> None:
    """Draw the page."""
    name = job()
    request = desk().request(name) if name else None
    state = desk().state(name) if name else None
    if name is None or request is None or state is None:
        st.title(t("nav.results"))
        st.markdown(plain(t("results.unknown", job=name)) if name else t("results.empty"))
        if button("pick", t("results.pick"), primary=True):
            go("home")
        return
    link("job", name)
    try:
        checked = check(draft_of(request))
    except ScenarioError as error:
        st.error(plain(error.render(language())))
        return
    _heading(name, request, checked, state)
    outcome = outcome_of(request, desk().results(name))
    if state.active:
        _live(name, desk().result_files(name))
    else:
        _ended(name, request, state)
    with st.container(key="calibrations"):  # of its own, so that what stands below keeps its place
        # results of an earlier state make no range with those of today
        ranges = _over(request, outcome if name == request.id else None)
    if outcome is not None:
        _honest(request, state, outcome)
        _pictures(outcome, ranges)


def _heading(name: str, request: JobRequest, checked: Checked, state: JobState) -> None:
    base = checked.sides[0].base.scenario if request.designs[0].variant is None else None
    title = named(base, language()) if base else request.designs[0].scenario
    st.title(plain(title))
    chips = []
    for number, side in enumerate(checked.sides):
        label = named(side.base.scenario, language())
        changed = len(request.designs[number].sets) - (DAYS in request.designs[number].sets)
        more = f" · {t('design.changed', n=changed)}" if changed else ""
        chips.append(f"{dot(number)} <b>{SIDES[number]}</b> {escape(label + more)}")
    st.html(
        '<div style="display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;font-size:1rem">'
        + "".join(f"<span>{chip}</span>" for chip in chips)
        + "</div>"
    )
    if len(checked.sides) > 1:
        a, b = checked.sides[0].loaded, checked.sides[1].loaded
        if a is not None and b is not None:
            lines = [difference_line(one) for one in differences(a, b)]
            words = "；".join(lines) if language() == "zh" else "; ".join(lines)
            st.caption(
                plain(
                    f"{t('design.differs')}：{words}"
                    if language() == "zh"
                    else f"{t('design.differs')}: {words}"
                )
            )
    key = "results.luck" if len(request.seeds) > 1 else "results.luck_one"
    days = request.designs[0].sets.get(DAYS, 0)
    luck = t(
        key,
        members=f"{request.members:,}",
        days=f"{days:g}",
        seeds=len(request.seeds),
        list=", ".join(str(seed) for seed in request.seeds),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(luck)
        if button("change", t("results.change")):
            set_draft(draft_of(request))
            set_scenario(request.designs[0].scenario)
            go("design")


def _draw_live(name: str, seen: tuple[str, ...], key: str = "") -> None:
    """Progress and the stop button; draws the whole page again when there is something new to show."""
    state = desk().state(name)
    if state is None or not state.active or desk().result_files(name) != seen:
        st.rerun()
    assert state is not None
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"progress{key}"):
        if state.stage == "running":
            words = t("results.running", share=f"{state.share:.0%}")
            left = state.left_seconds
            if left is not None:
                words += t("results.left", time=_duration(left))
        elif state.stage == "starting" and state.share:
            words = t("results.preparing", share=f"{state.share:.0%}")
        else:
            words = t(f"results.{state.stage}")
        st.progress(state.share, words)
        button(f"stop{key}", t("results.stop"), lambda: desk().stop(name))


_live = fragment(_draw_live, run_every=_POLL_SECONDS)


def _over(request: JobRequest, outcome: Outcome | None) -> Over | None:
    """The switch over all calibrations, and what is known of them if it is on: a job beside the one shown."""
    first, *others = calibration_paths()
    if not others:
        return None
    wanted = st.session_state.setdefault("over", st.query_params.get("over") == "all")

    def store(on: bool) -> None:
        st.session_state["over"] = on

    toggle("over", t("results.over"), wanted, store, help=t("results.over_help"))
    if not wanted:
        unlink("over")
        return None
    link("over", "all")
    beside = request.over(others)
    name = beside.id
    if desk().state(name) is None:
        start_beside(beside)
    state = desk().state(name)
    if state is None or state.active:
        _live(name, desk().result_files(name), "-beside")
        st.caption(t("results.over_wait"))
    elif state.stage != "done":
        key = "results.over_failed" if state.stage == "failed" else "results.over_stopped"
        st.markdown(f":red[{plain(t(key, message=state.message(language())))}]")
        if button("again-beside", t("results.again")):
            start_beside(beside)
            st.rerun()
    ranges = None if outcome is None else over(outcome, beside, desk().results(name))
    if ranges is not None:
        st.caption(plain(t("results.over_note", default=first, all=", ".join((first, *others)))))
        _say_agreement(ranges)
    return ranges


def _say_agreement(ranges: Over) -> None:
    """Whether the better one of two designs is so with every calibration."""
    if ranges.outcomes[0].designs < 2:
        return
    apart = [figures.named_measure(name) for name in figures.CARDS if ranges.disagree(name)]
    if apart:
        words = ("、" if language() == "zh" else ", ").join(apart)
        st.warning(plain(t("results.over_differs", measures=words)))
    else:
        st.info(t("results.over_same"))


def _duration(seconds: float) -> str:
    if seconds < 90:
        return t("results.seconds", n=max(1, round(seconds)))
    return t("results.minutes", n=round(seconds / 60))


def _ended(name: str, request: JobRequest, state: JobState) -> None:
    """Say that it has not come to its end, or that what answers it has changed since, and offer it anew."""
    if state.stage == "done" and name == request.id:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="ended"):
        if state.stage == "failed":
            st.markdown(f":red[{plain(t('results.failed', message=state.message(language())))}]")
        else:
            st.markdown(t("results.earlier" if state.stage == "done" else "results.stopped"))
        if button("again", t("results.again")):
            start_job(request)
            unlink("job")  # it may be another one now
            st.rerun()


def _honest(request: JobRequest, state: JobState, outcome: Outcome) -> None:
    """What the pictures rest on, if it is less than was asked for, and what must be said about them."""
    done, wanted = len(outcome.seeds), len(request.seeds)
    if outcome.quick:
        key = "results.quick" if state.active else "results.quick_only"
        with st.container(border=True, key="first-look"):
            st.markdown(t(key, quick=QUICK_MEMBERS, members=f"{request.members:,}"))
    elif done < wanted:
        st.caption(t("results.partial" if state.active else "results.partial_end", done=done, all=wanted))
    if outcome.illegal_offers:
        st.error(plain(t("results.illegal", offers=", ".join(outcome.illegal_offers))))
    if outcome.books_residual_fen:
        st.error(t("results.unbalanced", fen=outcome.books_residual_fen))


def _pictures(outcome: Outcome, ranges: Over | None) -> None:
    figures.cards(outcome, ranges)
    left, right = st.columns([3, 2])
    with left, st.container(border=True, height="stretch"):
        note = t("results.adoption_note" if outcome.has_twin else "results.adoption_note_quick")
        if len(outcome.seeds) > 1:
            note += t("results.band")
        _title(t("results.adoption"), note)
        twin = twin_adoption(outcome) if outcome.has_twin else None
        _chart(adoption_chart(adoption(outcome), twin, t), "adoption")
    with right, st.container(border=True, height="stretch"):
        seeds = len(outcome.seeds)
        _title(
            t("results.paired"),
            t("results.paired_one") if seeds == 1 else t("results.paired_note", seeds=seeds),
        )
        if outcome.designs > 1:
            _chart(paired_chart(figures.labelled(paired(outcome))), "paired")
        else:
            st.caption(t("results.paired_none"))
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        _title(t("results.funnel"), t("results.funnel_note"))
        _chart(funnel_chart(funnel(outcome), t), "funnel")
    with right, st.container(border=True, height="stretch"):
        _title(t("results.money"), t("results.money_note"))
        _chart(money_chart(money(outcome), t), "money")
    with st.container(border=True):
        _title(t("results.figures"), t("results.figures_note"))
        figures.table(outcome, ranges)


def _title(title: str, note: str) -> None:
    st.markdown(f"**{title}**")
    st.caption(note)


def _chart(chart: Chart, name: str) -> None:
    with st.container(key=f"chart-{name}"):
        st.altair_chart(chart.configure_axis(labelColor=INK, titleColor=INK))
