"""The web page of Shapan: `shapan app` starts it."""

import streamlit as st

from sim import __version__
from sim.ui.design_page import design_page
from sim.ui.home_page import home_page
from sim.ui.palette import STYLE
from sim.ui.results_page import results_page
from sim.ui.state import PageName, desk, language_switch, set_pages, t

st.set_page_config(page_title="Shapan 沙盘", page_icon="🧭", layout="wide")
st.html(STYLE)
desk()  # load the engine while people read
with st.sidebar:
    language_switch()
pages: dict[PageName, st.Page] = {
    "home": st.Page(home_page, title=t("nav.home"), url_path="home", default=True),
    "design": st.Page(design_page, title=t("nav.design"), url_path="design"),
    "results": st.Page(results_page, title=t("nav.results"), url_path="results"),
}
set_pages(pages)
page = st.navigation(list(pages.values()))
with st.sidebar:
    st.caption(f"{t('app.foot')} · {__version__}")
page.run()
