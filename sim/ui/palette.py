"""One colour for each design, the same everywhere."""

from __future__ import annotations

SIDES = ("A", "B")
"""Short names of the designs."""

COLOURS = ("#0072B2", "#E69F00")
"""source: Okabe and Ito, Color Universal Design (2008): told apart by colour-blind people too."""

GREY = "#8a857c"
"""The no-campaign twin, and what is said aside."""


def dot(number: int) -> str:
    """A spot in the colour of a design, as HTML."""
    return f'<span style="color:{COLOURS[number]};font-size:1.1em">●</span>'


STYLE = """<style>
.stMainBlockContainer {padding: 2.5rem 3rem 3rem; max-width: 1280px}
[data-testid="stSidebar"] {max-width: 230px; min-width: 210px}
.st-key-first-look {background: #fbefe0}
</style>"""
"""What the theme cannot say: more of the page above the fold."""
