"""The frame around every page: style, language, navigation, and the guard."""

from __future__ import annotations

import streamlit as st

from sim import __version__
from sim.text import Lang
from sim.ui.design_page import design_page
from sim.ui.guard import draw_guarded
from sim.ui.home_page import home_page
from sim.ui.palette import STYLE
from sim.ui.results_page import results_page
from sim.ui.state import PageName, desk, language, link, plain, say, set_language, set_pages, t
from sim.ui.widgets import segmented

_NAMES: dict[str, str] = {"zh": "中文", "en": "English"}
_TAGS: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}
"""What a browser calls a language (BCP 47): it chooses glyphs, voices and hyphenation by it."""


def draw_app() -> None:
    """Draw what the address asks for."""
    st.set_page_config(page_title="Shapan 沙盘", page_icon="🧭", layout="wide")
    st.html(STYLE)
    desk()  # load the engine while people read
    with st.sidebar:
        segmented("lang", t("app.language"), _NAMES, language(), set_language)
    link("lang", language())
    pages: dict[PageName, st.Page] = {
        "home": st.Page(home_page, title=t("nav.home"), url_path="home", default=True),
        "design": st.Page(design_page, title=t("nav.design"), url_path="design"),
        "results": st.Page(results_page, title=t("nav.results"), url_path="results"),
    }
    set_pages(pages)
    page = st.navigation(list(pages.values()))
    with st.sidebar:
        st.caption(f"{t('app.foot')} · {__version__}")
        _tell_browser(_TAGS[language()])  # at the foot, where its empty line takes no room
    if (trouble := desk().trouble) is not None:
        st.error(plain(say(trouble)))
    draw_guarded(page.run)


_ONE_STEP = """
if (!window.shapanOneStep) {
  window.shapanOneStep = true;
  const push = history.pushState;
  let last = -Infinity;
  history.pushState = function (state, title, url) {
    const soon = performance.now() - last < 700;
    last = performance.now();
    return (soon ? history.replaceState : push).call(history, state, title, url);
  };
}
"""
"""Streamlit goes to another page in two or three steps of the browser's history: the query changes, then the
page. Those between would lead back to pages that never were. assumption: nobody goes to two in 0.7 s."""


def _tell_browser(tag: str) -> None:
    """Say in which language the page is, which Streamlit calls English; let one click be one step back."""
    script = f"document.documentElement.lang = '{tag}';{_ONE_STEP}"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
