"""The verdict sentence: what can be concluded on one named outcome, and what more would take."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from sim.commands.summary_table import mean_shown
from sim.estimate import LEAST_SEEDS, Estimate
from sim.ui.job_files import JobRequest, JobState
from sim.ui.over import Over
from sim.ui.palette import SIDES
from sim.ui.state import language, outcome, plain, set_outcome, start_job, t
from sim.ui.verdicts import BY, NAMED, better_in, outcomes_of, verdict_on
from sim.ui.widgets import button, choice
from sim.verdict import Verdict

_MOST_MORE = 320  # assumption: the last look that the page offers; see `sim.ui.job_files.LOOKS_ASKED`


def conclude(request: JobRequest, state: JobState, over: Over | None) -> None:
    """Say what can be concluded so far, or that nothing can."""
    by = outcome() if outcome() in outcomes_of(request) else BY[0]
    with st.container(border=True, key="verdict"):
        pairs = 0 if over is None else len(over.seeds)
        look = _look(request, pairs)
        found = None
        if over is None or look is None:
            _sentence(*_too_early(request, state, pairs))
        else:
            seen = over.first(look)
            found = verdict_on(seen, by)
            _sentence(*_told(request, seen, found, by))
            _more_words(request, found, by, look if look < pairs else None)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _pick(request, by)
            if not state.active:
                _offer(request, state, found)


def summary_words(request: JobRequest, state: JobState) -> str:
    """A job's verdict in a few words, for a list."""
    if state.active:
        return t("kept.running")
    if state.stage == "failed":
        return t("kept.failed")
    kind, better = state.verdicts.get(BY[0], ("", None))
    if state.stage != "done" or not kind:
        return t("kept.stopped")
    if kind in ("clear", "likely") and better is not None:
        return t(f"kept.{kind}", side=_spaced(_sides(request))[better], better=t(f"better.{BY[0]}")).strip()
    return t("kept.early" if kind == "early" else "kept.undecided")


def _look(request: JobRequest, pairs: int) -> int | None:
    """How many of the pairs the verdict rests on: what the last look saw; None before the first."""
    if request.repeats is not None:
        return pairs if pairs >= request.repeats and pairs >= LEAST_SEEDS else None
    return max((look for look in request.all_looks if look <= pairs), default=None)


def _sides(request: JobRequest) -> tuple[str, str]:
    """The two that are compared."""
    if len(request.designs) > 1:
        return SIDES[0], SIDES[1]
    return t("verdict.nothing"), t("verdict.campaign")


def _sentence(words: str, colour: str) -> None:
    words = words.replace(" ：", "：").replace("  ", " ")
    st.html(
        f'<div style="font-size:1.5rem;line-height:1.35;font-weight:600;color:{colour};'
        f'overflow-wrap:anywhere">{escape(words)}</div>'
    )


_NEUTRAL, _CLEAR, _LIKELY = "#5a554d", "#1d5c3f", "#26221c"
"""Contrast against the page at least 4.5."""


def _too_early(request: JobRequest, state: JobState, pairs: int) -> tuple[str, str]:
    if request.repeats is not None and request.repeats >= LEAST_SEEDS:
        return t("verdict.wait_fixed", n=pairs, least=request.repeats), _NEUTRAL
    few = request.repeats is not None and not state.active
    return t("verdict.few" if few else "verdict.wait", n=pairs, least=LEAST_SEEDS), _NEUTRAL


def _told(request: JobRequest, seen: Over, found: Verdict, by: str) -> tuple[str, str]:
    a, b = _spaced(_sides(request))
    label, unit = t(f"by.{by}"), NAMED[by].unit
    if found.same:
        return t("verdict.same", a=a, b=b, label=label), _NEUTRAL
    if found.better is None:
        gap, low, high = _interval(found.gap, unit)
        if found.gap.side:  # what is told apart here is not under every calibration
            return t("verdict.depends", of=found.of, a=a, b=b, label=label), _NEUTRAL
        return t("verdict.open", of=found.of, a=a, b=b, label=label, gap=gap, low=low, high=high), _NEUTRAL
    shown = found.gap if found.better else _turned(found.gap)
    gap, low, high = _interval(shown, unit)
    words = t(
        f"verdict.{found.kind}",
        side=(a, b)[found.better],
        better=t(f"better.{by}"),
        label=label,
        gap=gap.lstrip("+"),
        low=low,
        high=high,
        wins=better_in(seen, by, found.better),
        of=found.of,
    )
    return words.strip(), _CLEAR if found.kind == "clear" else _LIKELY


def _more_words(request: JobRequest, found: Verdict, by: str, look: int | None) -> None:
    """What it would take to tell more, and what each calibration says."""
    a, b = _sides(request)
    unit = NAMED[by].unit
    said = []
    if found.kind == "clear":
        said.append(t("verdict.sure"))
    elif found.mixed and not found.same:
        said.append(t("verdict.mixed"))
    elif found.needed is not None:
        said.append(t("verdict.needed" if found.kind == "open" else "verdict.surer", n=f"{found.needed:,}"))
    elif not found.same:
        said.append(t("verdict.never"))
    if len(found.by_calibration) > 1 and not found.same:
        said.append(t("verdict.each", a=a, b=b, each=_each(found.by_calibration, unit)))
    if look is not None:
        said.append(t("verdict.after", n=look))
    st.caption(plain((" " if language() == "en" else "").join(said)))


def _each(gaps: Mapping[str, Estimate], unit: str) -> str:
    parts = []
    for name, gap in gaps.items():
        mean, low, high = _interval(gap, unit)
        parts.append(f"{name} {mean} [{low} … {high}]")
    return "；".join(parts) + "。" if language() == "zh" else "; ".join(parts) + "."


def _interval(one: Estimate, unit: str) -> tuple[str, str, str]:
    mean, low, high = (mean_shown(end, unit, signed=True) for end in (one.mean, one.low, one.high))
    return mean, low, high


def _turned(gap: Estimate) -> Estimate:
    mean, low, high = (None if end is None else -end for end in (gap.mean, gap.high, gap.low))
    return Estimate(mean, low, high, gap.seeds)


def _spaced(sides: tuple[str, str]) -> tuple[str, str]:
    """Chinese text has no spaces of its own around a Latin letter."""
    if language() == "en":
        return sides
    a, b = (f" {side} " if side.isascii() else side for side in sides)
    return a, b


def _pick(request: JobRequest, by: str) -> None:
    """The outcome that the verdict is on."""
    names = {key: t(f"by.{key}") for key in outcomes_of(request)}
    choice("by", t("verdict.by"), names, by, set_outcome)


def _offer(request: JobRequest, state: JobState, found: Verdict | None) -> None:
    """More repeats, where they may tell more."""
    if state.stage != "done":
        return
    if found is None:
        if request.repeats is not None and button("more", t("verdict.auto")):
            start_job(request.until_clear())
            st.rerun()
        return
    goal = request.look_after(state.pairs)
    hopeless = found.same or found.needed is None or found.needed > _MOST_MORE
    if hopeless or goal is None or found.kind not in ("likely", "open"):
        return
    if button("more", t("verdict.more", n=goal)):
        start_job(request, more=True)
        st.rerun()
