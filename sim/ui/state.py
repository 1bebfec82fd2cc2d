"""What the page remembers: language, the draft, the job. The address carries what a link needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, cast

import streamlit as st
from streamlit import runtime
from streamlit.navigation.page import Page as StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sim.text import Lang, Text
from sim.ui.draft import Draft
from sim.ui.job_files import JobRequest
from sim.ui.jobs import Desk
from sim.ui.texts import text
from sim.ui.verdicts import BY

PageName = Literal["home", "design", "results"]
_LANGUAGES: tuple[Lang, ...] = ("zh", "en")
_LONGEST_NAME = 60  # assumption: longer than any name in a link of ours
_UNSEEN = "\u2060"  # the word joiner: no width, no break


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """The desk of this server, the same for all tabs."""
    return Desk(connected=_is_open)


def language() -> Lang:
    """The language of this tab."""
    if "language" not in st.session_state:
        st.session_state["language"] = _first_language()
    return cast(Lang, st.session_state["language"])


def set_language(one: str) -> None:
    """Speak this language from now on."""
    if one in _LANGUAGES:
        st.session_state["language"] = one


def t(key: str, **values: object) -> str:
    """A text of the page in the language of this tab."""
    return text(key, language(), **values)


def say(one: Text) -> str:
    """A text of a scenario in the language of this tab."""
    return one.get(language())


def plain(words: str) -> str:
    """Words that are not ours, as Markdown that shows them as they are, in one line."""
    words = re.sub(r"([\\`*_\[\]<>$~#:|&])", r"\\\1", " ".join(words.split()))
    words = re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", words)  # else a list or a heading
    # Names of icons and addresses are looked for after escapes are gone: something unseen keeps them apart
    return re.sub(r"(?<=:)(?=[a-z/])|(?<=@)|(?<=www)(?=\.)", _UNSEEN, words, flags=re.IGNORECASE)


def draft() -> Draft | None:
    """What this tab is designing."""
    return cast("Draft | None", st.session_state.get("draft"))


def set_draft(one: Draft) -> None:
    """Design this from now on."""
    st.session_state["draft"] = one


def job() -> str | None:
    """The job that is shown: of the link, else the last one of this tab."""
    return _remembered("job")


def set_job(one: str) -> None:
    """Show this job from now on."""
    st.session_state["job"] = one


def start_job(request: JobRequest, *, more: bool = False) -> None:
    """Run this and show it. This tab does not wait any more for what it had started before.

    more: go on to the next look, though the job is done.
    """
    name = request.id
    for before in st.session_state.get("started", ()):
        if before != name:
            desk().leave(before, tab())
    st.session_state["started"], st.session_state["shown"] = [name], name
    _left().discard(name)
    desk().start(request, tab(), outcome(), more=more)
    set_job(name)


def wait_for(name: str) -> None:
    """A sign that this tab waits for a job that it shows, unless it has left it."""
    before = st.session_state.get("shown")
    if before is not None and before not in (name, *st.session_state.get("started", ())):
        desk().leave(before, tab())  # it only looked on
    st.session_state["shown"] = name
    if name not in _left():
        desk().attend(name, tab(), outcome())


def leave_job(name: str) -> None:
    """This tab does not wait for a job any more; others may."""
    _left().add(name)
    desk().leave(name, tab())


def has_left(name: str) -> bool:
    """Whether this tab has left a job."""
    return name in _left()


def wait_again(name: str) -> None:
    """Wait for a job that this tab had left."""
    _left().discard(name)


def tab() -> str:
    """The name of this tab, as the desk knows it."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


def _left() -> set[str]:
    return cast("set[str]", st.session_state.setdefault("left", set()))


def _is_open(one: str) -> bool:
    """Whether a tab is connected: browsers let hidden tabs sleep, so that they do not ask for minutes."""
    return runtime.exists() and runtime.get_instance().is_active_session(one)


def outcome() -> str:
    """The outcome that the verdict is on: of the link, else the last one that was picked."""
    given = st.query_params.get("by")
    if given in BY:
        st.session_state["by"] = given
    return cast(str, st.session_state.get("by", BY[0]))


def set_outcome(one: str) -> None:
    """Conclude on this outcome from now on."""
    st.session_state["by"] = one
    link("by", one)


def link_outcome() -> None:
    """Put it into the address, unless it is what a link without it means: that would be a step back more."""
    if "by" in st.query_params or outcome() != BY[0]:
        link("by", outcome())


def forget_work() -> None:
    """Start afresh: no draft, no job, no scenario."""
    for name in ("draft", "job", "scenario"):
        st.session_state.pop(name, None)
        unlink(name)


def scenario() -> str | None:
    """The scenario that the link asks for, else the last one of this tab."""
    return _remembered("scenario")


def set_scenario(one: str) -> None:
    """Design this scenario from now on."""
    st.session_state["scenario"] = one


def link(name: str, value: str) -> None:
    """Put what is shown into the address."""
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def unlink(name: str) -> None:
    """Take something out of the address."""
    if name in st.query_params:
        del st.query_params[name]


def set_pages(pages: Mapping[PageName, StreamlitPage]) -> None:
    """Tell where the pages are."""
    st.session_state["pages"] = pages


def go(page: PageName) -> None:
    """Go to a page. What it shows is in the address at once: put in later, it would be a step back more."""
    query: dict[str, str] = {"lang": language()}
    shown = {"design": "scenario", "results": "job"}.get(page)
    if shown is not None and (value := st.session_state.get(shown)):
        query[shown] = value
    if page == "results" and outcome() != BY[0]:
        query["by"] = outcome()
    st.switch_page(st.session_state["pages"][page], query_params=query)


def _remembered(name: str) -> str | None:
    given = st.query_params.get(name)
    if given:
        st.session_state[name] = given[:_LONGEST_NAME]
    return cast("str | None", st.session_state.get(name))


def _first_language() -> Lang:
    asked = st.query_params.get("lang")
    if asked in _LANGUAGES:
        return asked
    locale = st.context.locale or ""
    return "zh" if locale.lower().startswith("zh") else "en"
