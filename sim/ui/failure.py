"""What went wrong in the page, kept until it is shown."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import streamlit as st

from sim.errors import ShapanError
from sim.text import Text

P = ParamSpec("P")
R = TypeVar("R")

_KEPT = "failure"


@dataclass(frozen=True)
class Failure:
    """What went wrong: in words for the user (None: nobody foresaw it), and as Python tells it."""

    message: Text | None
    details: str


def failure_of(error: Exception) -> Failure:
    """What is to be shown of an error; the log of the server has it too."""
    logging.getLogger(__name__).error("the page failed", exc_info=error)
    details = "".join(traceback.format_exception(error))
    if isinstance(error, ShapanError):
        return Failure(Text(error.render("en"), error.render("zh")), details)
    return Failure(None, details)


def guarded(act: Callable[P, R]) -> Callable[P, R | None]:
    """An answer to a click that cannot break the page: what it raises is shown above the page.

    Streamlit's own control flow (a rerun, a stop) is no `Exception` and passes.
    """

    @wraps(act)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return act(*args, **kwargs)
        except Exception as error:
            st.session_state[_KEPT] = failure_of(error)
            return None

    return safe


def last_failure() -> Failure | None:
    """What an answer to a click raised, until it is forgotten."""
    return cast("Failure | None", st.session_state.get(_KEPT))


def forget_failure() -> None:
    """Do not show it any more."""
    st.session_state.pop(_KEPT, None)
