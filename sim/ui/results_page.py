"""Results: what can be concluded, progress while it runs, and what each design gave on the same luck."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import streamlit as st

from sim.settings.problems import ScenarioError
from sim.ui import figures
from sim.ui.charts import (
    Chart,
    added_chart,
    adoption_chart,
    funnel_chart,
    money_by_day_chart,
    money_chart,
    paired_chart,
)
from sim.ui.conclusion import conclude
from sim.ui.difference import difference_line
from sim.ui.draft import DAYS, SHARED, Checked, check, differences, draft_of
from sim.ui.guard import fragment
from sim.ui.job_files import JobRequest, JobState
from sim.ui.kept_jobs import kept_jobs
from sim.ui.outcome import (
    PAIRS_LEAST,
    Outcome,
    added_by_day,
    adoption,
    funnel,
    has_twin,
    money,
    money_by_day,
    outcome_of,
    paired,
    twin_adoption,
)
from sim.ui.over import Over, over
from sim.ui.palette import INK, SIDES, dot
from sim.ui.settings import named
from sim.ui.state import (
    desk,
    go,
    has_left,
    job,
    language,
    leave_job,
    link,
    link_outcome,
    plain,
    set_draft,
    set_scenario,
    start_job,
    t,
    unlink,
    wait_again,
    wait_for,
)
from sim.ui.widgets import button

_POLL_SECONDS = 1.0
_DRAWN_AT = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 60, 70, 80, 120, 160, 200, 240, 280, 320)
"""After how many pairs the pictures are drawn anew. assumption: at each one they would only flicker."""


def results_page() -> None:
    """Draw the page."""
    name = job()
    request = desk().request(name) if name else None
    if name is not None and request is not None:
        wait_for(name)
    state = desk().state(name) if name else None
    if name is None or request is None or state is None:
        st.title(t("nav.results"))
        if name:
            st.markdown(plain(t("results.unknown", job=name)))
        kept_jobs()
        return
    link("job", name)
    link_outcome()
    try:
        checked = check(draft_of(request))
    except ScenarioError as error:
        st.error(plain(error.render(language())))
        return
    _heading(request, checked)
    shown, ranges = _so_far(name, desk().result_files(name))
    # each of its own, so that what stands below keeps its place when one comes or goes
    with st.container(key="end"):
        if not state.active:
            _ended(name, request, state)
    conclude(request, state, ranges)
    with st.container(key="live"):
        if state.active:
            _live(name, len(request.designs), _mark(state, shown is not None))
    with st.container(key="honest"):
        if shown is not None:
            _honest(shown, ranges)
    if shown is not None:
        _pictures(shown, ranges)
    if button("kept", t("kept.title")):
        unlink("job")
        st.session_state.pop("job", None)
        st.rerun()


@lru_cache(maxsize=16)  # all tabs that look at a job draw from one
def _so_far(name: str, files: tuple[str, ...]) -> tuple[Outcome | None, Over | None]:
    """What has come out: under all calibrations as soon as there is a pair, else under the default one."""
    request, results = desk().request(name), desk().results(name)
    if request is None:
        return None, None
    ranges = over(request, results)
    return (outcome_of(request, results) if ranges is None else ranges.default), ranges


def _mark(state: JobState, any_result: bool) -> tuple[bool, int]:
    """Changes when the pictures are to be drawn anew."""
    return any_result, max((pairs for pairs in _DRAWN_AT if pairs <= state.pairs), default=0)


def _heading(request: JobRequest, checked: Checked) -> None:
    base = checked.sides[0].base.scenario if request.designs[0].variant is None else None
    title = named(base, language()) if base else request.designs[0].scenario
    st.title(plain(title))
    chips = []
    for number, side in enumerate(checked.sides):
        label = named(side.base.scenario, language())
        changed = len([path for path in request.designs[number].sets if path not in SHARED])
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
    days = request.designs[0].sets.get(DAYS, 0)
    luck = t(
        "results.luck_auto" if request.repeats is None else "results.luck",
        members=f"{request.members:,}",
        days=f"{days:g}",
        seeds=request.repeats,
        first=request.seed,
    )
    if request.graph is not None:
        luck += " · " + t("graph.of", name=request.graph.name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(luck))
        if button("change", t("results.change")):
            set_draft(draft_of(request))
            set_scenario(request.designs[0].scenario)
            go("design")


def _draw_live(name: str, designs: int, drawn: tuple[bool, int]) -> None:
    """Progress and the stop button; draws the whole page again when there is something new to show."""
    wait_for(name)
    state = desk().state(name)
    if (
        state is None
        or not state.active
        or _mark(state, drawn[0] or _so_far(name, desk().result_files(name))[0] is not None) != drawn
    ):
        st.rerun()
    assert state is not None
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="progress"):
        st.progress(state.share, _progress_words(state, designs))
        if has_left(name):
            st.markdown(t("results.others"))
            button("wait", t("results.wait"), lambda: wait_again(name))
        else:
            label = t("results.leave" if desk().waiters(name) > 1 else "results.stop")
            button("stop", label, lambda: leave_job(name))


_live = fragment(_draw_live, run_every=_POLL_SECONDS)


def _progress_words(state: JobState, designs: int) -> str:
    if state.stage == "starting":
        return t("results.preparing", share=f"{state.share:.0%}") if state.share else t("results.starting")
    if state.stage == "queued":
        words = t("results.queued", n=state.ahead)
    else:
        key = "results.running" if designs > 1 else "results.running_alone"
        words = t(key, pairs=state.pairs, goal=state.goal)
    return (
        words if state.left_seconds is None else words + t("results.left", time=_duration(state.left_seconds))
    )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return t("results.seconds", n=max(1, round(seconds)))
    if seconds < 90 * 60:
        return t("results.minutes", n=round(seconds / 60))
    return t("results.hours", n=round(seconds / 3600))


def _ended(name: str, request: JobRequest, state: JobState) -> None:
    """Say that it has not come to its end, or that what answers it has changed since, and offer it anew."""
    current = name == request.id
    if state.stage == "done" and current:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="ended"):
        if state.stage == "failed" and state.message is not None:
            st.markdown(f":red[{plain(t('results.failed', message=state.message.get(language())))}]")
        else:
            st.markdown(t("results.stopped" if current else "results.earlier"))
        if button("again", t("results.on" if current else "results.again")):
            start_job(request)
            unlink("job")  # it may be another one now
            st.rerun()


def _honest(shown: Outcome, ranges: Over | None) -> None:
    """What the pictures rest on, and what must be said about them."""
    if shown.designs > 1 and not shown.compares:
        st.caption(t("results.first", n=len(shown.seeds), least=PAIRS_LEAST))
    if shown.illegal_offers:
        st.error(plain(t("results.illegal", offers=", ".join(shown.illegal_offers))))
    if shown.books_residual_fen:
        st.error(t("results.unbalanced", fen=shown.books_residual_fen))
    if ranges is not None and len(ranges.outcomes) > 1:
        names = list(ranges.outcomes)
        st.caption(plain(t("results.over_note", default=names[0], all=", ".join(names))))
        _say_agreement(ranges)


def _pictures(shown: Outcome, ranges: Over | None) -> None:
    figures.cards(shown, ranges)
    left, right = st.columns([3, 2])
    with left, st.container(border=True, height="stretch"):
        _title(t("results.adoption"), t("results.adoption_note") + t("results.band") * (len(shown.seeds) > 1))
        _chart(adoption_chart(adoption(shown), twin_adoption(shown), t), "adoption")
    with right, st.container(border=True, height="stretch"):
        _paired(shown)
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        _title(t("results.funnel"), t("results.funnel_note"))
        _chart(funnel_chart(funnel(shown), t), "funnel")
    with right, st.container(border=True, height="stretch"):
        _title(t("results.money"), _of_money(t("results.money_note"), shown))
        _chart(money_chart(money(shown), t), "money")
    with st.container(border=True):
        _title(t("results.by_day"), _of_money(_by_day_note(shown), shown))
        _chart(money_by_day_chart(money_by_day(shown), t), "by-day")
    if has_twin(shown):
        left, right = st.columns(2)
        with left, st.container(border=True, height="stretch"):
            _title(t("results.added"), t("results.added_note"))
            _chart(added_chart(added_by_day(shown), t), "added")
        with right, st.container(border=True, height="stretch"):
            _title(t("results.ways"), _of_money(t("results.ways_note"), shown))
            figures.money_ways(shown)
    with st.container(border=True):
        _title(t("results.figures"), t("results.figures_note"))
        figures.table(shown, ranges)


def _of_money(note: str, shown: Outcome) -> str:
    """A note, and that sums are those of another number of members than a design is written for."""
    words = figures.scaled(shown)
    return f"{note}{'。' if language() == 'zh' else '. '}{words}" if words else note


def _by_day_note(shown: Outcome) -> str:
    lowest = [
        f"{SIDES[number]} {figures.level_shown(shown, number, 'cash_lowest_fen')}"
        for number in range(shown.designs)
    ]
    return t("results.by_day_note", lowest=("，" if language() == "zh" else ", ").join(lowest))


def _paired(shown: Outcome) -> None:
    """One design beside the other, as soon as there are pairs enough for that."""
    if not shown.compares:
        alone = shown.designs < 2
        _title(
            t("results.paired"),
            t("results.paired_none" if alone else "results.paired_wait", least=PAIRS_LEAST),
        )
        return
    means, points = figures.labelled(*paired(shown))
    note = "results.paired_note" if len(means) else "results.paired_dots"
    _title(t("results.paired"), t(note, seeds=len(shown.seeds)))
    _chart(paired_chart(means, points), "paired")


def _say_agreement(ranges: Over) -> None:
    """Whether intervals under different calibrations say different things of two designs."""
    if not ranges.default.compares:
        return
    comma = "、" if language() == "zh" else ", "
    reversed_ = [figures.named_measure(one) for one in figures.CARDS if ranges.reverses(one)]
    if reversed_:
        st.warning(plain(t("results.over_reverses", measures=comma.join(reversed_))))
    under: dict[tuple[str, ...], list[str]] = {}
    for one in figures.CARDS:
        if names := ranges.only_under(one):
            under.setdefault(names, []).append(figures.named_measure(one))
    for names, measures in under.items():
        st.info(plain(t("results.over_only", names=comma.join(names), measures=comma.join(measures))))


def _title(title: str, note: str) -> None:
    st.markdown(f"**{title}**")
    st.caption(note)


def _chart(chart: Chart, name: str) -> None:
    with st.container(key=f"chart-{name}"):
        st.altair_chart(chart.configure_axis(labelColor=INK, titleColor=INK))
