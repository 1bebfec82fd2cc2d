"""The web page of Shapan: `shapan app` starts it."""

import streamlit as st

from sim import __version__

st.set_page_config(page_title="Shapan 沙盘", page_icon="🧭", layout="wide")
st.title("Shapan 沙盘")
st.caption(f"{__version__}")
