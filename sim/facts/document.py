"""The report on the facts: one page as Markdown, one as HTML, a small picture each."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.errors import cannot_write
from sim.facts.details import Table, lines, tables
from sim.facts.plot import plot_svg
from sim.facts.report import (
    VERDICTS,
    band_text,
    count_line,
    markdown_rows,
    markdown_table,
    measured,
    notes,
    rows,
)
from sim.facts.suite import Result
from sim.replace_file import replace_file


def write_report(results: Sequence[Result], folder: Path, note: str) -> None:
    """Write `facts.md`, `facts.html` and one `<id>.svg` each into a folder.

    Args:
        results: what was run.
        folder: made if it is not there.
        note: what was run, how long it took: under the heading.

    Raises:
        InputError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    plots = {result.fact.id: plot_svg(result) for result in results}
    for id_, svg in plots.items():
        _write(folder / f"{id_}.svg", svg)
    _write(folder / "facts.md", markdown(results, note))
    _write(folder / "facts.html", page(results, note, plots))


def markdown(results: Sequence[Result], note: str) -> str:
    """The whole report."""
    parts = [
        "# The published facts, and what the model gives",
        note,
        count_line(results),
        "Written by `shapan facts`. One set of defaults for all; what differs between facts is the "
        "situation. The bands are this project's, not the sources'.",
        markdown_table(results),
    ]
    for result in results:
        fact = result.fact
        parts += [f"## {fact.id}: {fact.title.en}", f"![{fact.id}]({fact.id}.svg)"]
        parts.append("\n".join(f"- {head}: {text}" for head, text in lines(result)))
        for table in tables(result):
            parts += [table.caption, markdown_rows(table.heads, table.cells)]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def page(results: Sequence[Result], note: str, plots: Mapping[str, str]) -> str:
    """The same as one HTML page, plots inside, nothing fetched."""
    sections = "".join(_section(result, plots[result.fact.id]) for result in results)
    return _PAGE.format(note=html.escape(note), count=html.escape(count_line(results)), rows=sections)


def _section(result: Result, svg: str) -> str:
    fact, star = result.fact, " ★" if result.fact.star else ""
    signed = iter(rows(result))
    inner = []
    for one in result.estimates:
        name, value, band, verdict = (
            next(signed)
            if one.band is not None
            else (one.name, measured(one), band_text(None, one.unit), VERDICTS["reported"])
        )
        cells = "".join(
            f"<td>{html.escape(cell)}</td>" for cell in (name, value, band, verdict.replace("*", ""))
        )
        inner.append(f"<tr class='{one.verdict}'>{cells}</tr>")
    said = "".join(f"<p><small>{html.escape(one)}</small></p>" for one in notes(result))
    return (
        f"<section class='{result.verdict}'><h2>{fact.id}{star}: {html.escape(fact.title.en)}"
        f"<br><small>{html.escape(fact.title.zh)}</small></h2><p>{html.escape(fact.claim.en)}</p>"
        f"<div class='both'><table>{''.join(inner)}</table>{svg[svg.index('<svg') :]}</div>{said}"
        f"{_folded(result)}</section>"
    )


def _folded(result: Result) -> str:
    """What is shown when asked for: sources, paths, ablations."""
    items = "".join(f"<li>{html.escape(head)}: {_text(text)}</li>" for head, text in lines(result))
    found = "".join(_table(table) for table in tables(result))
    return f"<details><summary>details</summary><ul>{items}</ul>{found}</details>"


def _text(text: str) -> str:
    """Text with code in backticks, as HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _table(table: Table) -> str:
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in table.heads)
    cells = ([html.escape(cell.replace("*", "")) for cell in row] for row in table.cells)
    body = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in cells)
    return f"<p>{html.escape(table.caption)}</p><div class='wide'><table><tr>{heads}</tr>{body}</table></div>"


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shapan: published facts</title>
<style>
body{{font-family:system-ui,"Noto Sans CJK SC",sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}}
section{{border-left:.4rem solid #3a7d44;padding:0 1rem;margin:1.5rem 0}}section.fails{{border-color:#b3261e}}
section.open{{border-color:#c9a227}}td,th{{padding:.2rem .8rem .2rem 0;vertical-align:top;text-align:left}}
tr.fails{{color:#b3261e;font-weight:bold}}.both{{display:flex;gap:1rem;flex-wrap:wrap;align-items:start}}
svg{{max-width:26rem;height:auto}}details{{font-size:.85rem}}.wide{{overflow-x:auto}}
code{{overflow-wrap:anywhere}}</style></head><body>
<h1>The published facts, and what the model gives</h1><p>{note}</p><p>{count}</p>{rows}</body></html>
"""


def _write(path: Path, text: str) -> None:
    with replace_file(path) as file:
        file.write(text.encode("utf-8"))
