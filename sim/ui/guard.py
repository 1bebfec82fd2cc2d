"""The guard: what goes wrong in a page, in a part of it or after a click becomes a box that says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

import streamlit as st

from sim.ui.failure import Failure, failure_of, forget_failure, last_failure
from sim.ui.state import forget_work, go, plain, say, t
from sim.ui.widgets import button, expander

P = ParamSpec("P")


def fragment(draw: Callable[P, None], *, run_every: float) -> Callable[P, None]:
    """A part of a page that is drawn anew by itself (`run_every`, in seconds), with a box in its place."""

    @wraps(draw)
    def safe(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except Exception as error:
            _box(failure_of(error), "part")

    return cast("Callable[P, None]", st.fragment(safe, run_every=run_every))


def draw_guarded(draw: Callable[[], None]) -> None:
    """Draw a page, beneath what went wrong before it or in it."""
    above = st.container()
    failure = last_failure()
    try:
        draw()
    except Exception as error:
        failure = failure_of(error)
    if failure is not None:
        with above:
            _box(failure, "page")


def draw_failure(error: Exception) -> bool:
    """Say what no other guard has caught; True: it is said."""
    _box(failure_of(error), "rest")
    return True


def _box(failure: Failure, place: str) -> None:
    """What happened, a way back, and the details to copy."""
    with st.container(border=True, key=f"failure-{place}"):
        st.markdown(f"**{t('failure.title')}**")
        st.markdown(t("failure.unforeseen") if failure.message is None else plain(say(failure.message)))
        with st.container(horizontal=True):
            if button(f"failure-back-{place}", t("failure.back"), primary=True):
                forget_failure()
                st.rerun()
            if button(f"failure-home-{place}", t("failure.home")):
                forget_failure()
                forget_work()
                go("home")
        with expander(f"failure-details-{place}", t("failure.details")):
            st.code(failure.details, language=None, wrap_lines=True)
