"""Edges of XML that are written alike, one after another, read at one stroke.

A parser calls Python several times for each edge. Where one edge has been read, those that follow and have
the same attributes and data in the same order, of plain characters, are found by a pattern of exactly that
form; whatever is written in another way is left to the parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_KINDS_KEPT = 100  # assumption: nearly all edges of a file are written in a few ways
_SPACE = r"(?:[ \t\n]|\r\n)"
# What XML allows and nobody has to interpret: no reference, no end of a line (a space in an attribute), and
# none of the characters that XML forbids.
_NOT_PLAIN = "&<\\x00-\\x1f\\ufffe\\uffff\ud800-\udfff"
EDGE_BEGINS = re.compile(r"<edge(?=[ \t\r\n])")


@dataclass(frozen=True)
class EdgeForm:
    """How an edge is written.

    Attributes:
        attributes: names of its attributes, in their order.
        data: keys of its data elements (GraphML), in their order; each has nothing but its key and a text.
        fixed: attributes that must have the same value in all edges of a run, with that value.
    """

    attributes: tuple[str, ...]
    data: tuple[str, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class EdgeRun:
    """Edges of one form, one after another.

    Attributes:
        rows: the values of each edge: of its attributes, then of its data.
        lines: in which line of the text each begins, the first line being 0.
        end: where in the text they end.
    """

    rows: list[tuple[str, ...]]
    lines: list[int]
    end: int


def edge_run(form: EdgeForm, text: str, begin: int) -> EdgeRun:
    """Find the edges of a form that begin at a place of a text; maybe none."""
    match, count = _pattern(form).match, text.count
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    place, line, before = begin, 0, begin
    found = match(text, place)
    while found is not None:
        at = found.start(1)
        line += count("\n", before, at)
        before = at
        lines.append(line)
        rows.append(found.groups()[1:])
        place = found.end()
        found = match(text, place)
    return EdgeRun(rows, lines, place)


@lru_cache(_KINDS_KEPT)
def _pattern(form: EdgeForm) -> re.Pattern[str]:
    fixed = dict(form.fixed)
    value, text = rf'([^"{_NOT_PLAIN}]*+)', rf"([^>{_NOT_PLAIN}]*+)"
    attributes = "".join(
        rf'{_SPACE}++{re.escape(name)}="{f"({re.escape(fixed[name])})" if name in fixed else value}"'
        for name in form.attributes
    )
    data = "".join(rf'<data{_SPACE}++key="{re.escape(key)}">{text}</data>{_SPACE}*+' for key in form.data)
    ends = rf">{_SPACE}*+{data}</edge>" if form.data else rf"(?:/>|>{_SPACE}*+</edge>)"
    return re.compile(rf"{_SPACE}*+(<edge){attributes}{_SPACE}*+{ends}")
