"""One colour for each design, the same everywhere."""

from __future__ import annotations

SIDES = ("A", "B")
"""Short names of the designs."""

COLOURS = ("#0072B2", "#E69F00")
"""source: Okabe and Ito, Color Universal Design (2008): told apart by colour-blind people too."""

GREY = "#6b665e"
"""The no-campaign twin, and what is said aside: 5.5 to 1 on the page's background, where text needs 4.5."""

INK = "#4a463f"
"""Captions, and the words of charts."""


def dot(number: int) -> str:
    """A spot in the colour of a design, as HTML."""
    return f'<span style="color:{COLOURS[number]};font-size:1.1em">●</span>'


STYLE = f"""<style>
.stMainBlockContainer {{padding: 2.5rem 3rem 3rem; max-width: 1280px}}
@media (max-width: 640px) {{.stMainBlockContainer {{padding: 3.5rem 1rem 2rem}}}}
[data-testid="stSidebar"] {{max-width: 230px; min-width: 210px}}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {{color: {INK}; opacity: 1}}
[class*="st-key-card-"] h2 {{font-size: 1.05rem; padding: 0 0 .5rem}}
[data-testid="stButtonGroup"] * {{flex-wrap: wrap}}
@media (max-width: 640px) {{[data-testid="stTable"] table {{table-layout: fixed; font-size: .72rem}}
  [data-testid="stTable"] :is(td, th) {{padding: .3rem .2rem; overflow-wrap: anywhere}}}}
</style>"""
"""What the theme cannot say: more of the page above the fold."""
