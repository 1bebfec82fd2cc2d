"""The table of facts: Markdown and HTML, with a small plot each, failures as plain as the rest."""

from __future__ import annotations

import html
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.facts.contexts import changed_paths, contexts, layers_of
from sim.facts.estimate import Band, Estimate
from sim.facts.suite import Result
from sim.replace_file import replace_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKS = {"holds": "holds", "open": "holds, interval reaches out", "fails": "**fails**", "reported": "–"}
_STATUS = {"P": "primary", "S": "secondary", "W": "weak"}


def write_report(results: Sequence[Result], folder: Path, note: str) -> None:
    """Write `facts.md`, `facts.html` and one `<id>.svg` each into a folder.

    Args:
        results: what was run.
        folder: made if it is not there.
        note: what was run, how long it took: under the heading.

    Raises:
        InputError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plots = {result.fact.id: plot_svg(result) for result in results}
    for id_, svg in plots.items():
        _write(folder / f"{id_}.svg", svg)
    _write(folder / "facts.md", markdown(results, note))
    _write(folder / "facts.html", page(results, note, plots))


def count_line(results: Sequence[Result]) -> str:
    """How many rows meet their bands."""
    held = [result for result in results if result.verdict in ("holds", "open")]
    stars = [result for result in results if result.fact.star]
    starred = [result for result in stars if result in held]
    return (
        f"{len(held)} of {len(results)} facts are met, among them {len(starred)} of the {len(stars)} "
        f"that one parameter set must meet at once (★)."
    )


def markdown_table(results: Sequence[Result]) -> str:
    """The short table: one row an estimate that a verdict hangs on."""
    lines = [
        "| fact | what is known | estimate | measured (95 % interval) | band | verdict |",
        "|" + "---|" * 6,
    ]
    for result in results:
        fact = result.fact
        for place, one in enumerate(one for one in result.estimates if one.band is not None):
            star = " ★" if fact.star else ""
            first = (f"{fact.id}{star}", fact.title.en) if place == 0 else ("", "")
            cells = (*first, one.name, measured(one), band_text(one.band, one.unit), _MARKS[one.verdict])
            lines.append(f"| {' | '.join(_escaped(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


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
    parts += [section for result in results for section in _details(result)]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _details(result: Result) -> list[str]:
    fact = result.fact
    lays = [path for arm in fact.arms.values() for lay in layers_of(arm) for path in changed_paths(lay)]
    paths = sorted({_general(path) for path in lays})
    used = dict.fromkeys(id_ for arm in fact.arms.values() for id_ in arm.contexts)
    lines = [
        f"- source: {fact.source} ({_STATUS[fact.status]})",
        f"- measured: {fact.claim.en}",
        f"- arms: {', '.join(fact.arms)}; {fact.seeds} seeds each",
        f"- situation: {'; '.join(contexts()[id_].name.en for id_ in used)}",
        f"- paths it changes: {', '.join(f'`{path}`' for path in paths)}",
    ]
    reported = [f"{one.name}: {measured(one)}" for one in result.estimates if one.band is None]
    if reported:
        lines.append(f"- reported without a band: {'; '.join(reported)}")
    sections = [f"## {fact.id}: {fact.title.en}", f"![{fact.id}]({fact.id}.svg)", "\n".join(lines)]
    if result.ablations:
        sections.append(_ablation_table(result))
    return sections


def _ablation_table(result: Result) -> str:
    names = [_escaped(one.name) for one in result.base]
    lines = [f"| mechanism off | {' | '.join(names)} |", "|" + "---|" * (len(names) + 1)]
    lines.append(f"| none | {' | '.join(measured(one) for one in result.base)} |")
    for mechanism, estimates in result.ablations:
        moved = any(_moved(one, base) for one, base in zip(estimates, result.base, strict=True))
        name = mechanism.name if moved else f"{mechanism.name} (redundant here)"
        lines.append(f"| {name} | {' | '.join(measured(one) for one in estimates)} |")
    return "\n".join(lines)


def _moved(one: Estimate, base: Estimate) -> bool:
    """Whether an estimate without a mechanism is off the interval of that with it."""
    if math.isnan(one.value) or math.isnan(base.value):
        return math.isnan(one.value) != math.isnan(base.value)
    return not base.low <= one.value <= base.high


def _general(path: str) -> str:
    """A path with the ids of a catalogue's items left out."""
    steps = path.split(".")
    return ".".join([steps[0], "*", *steps[2:]]) if steps[0] == "products" and len(steps) > 1 else path


def page(results: Sequence[Result], note: str, plots: Mapping[str, str]) -> str:
    """The table as one HTML page, plots inside, nothing fetched."""
    rows = []
    for result in results:
        fact, star = result.fact, " ★" if result.fact.star else ""
        inner = "".join(
            f"<tr class='{one.verdict}'><td>{html.escape(one.name)}</td><td>{measured(one)}</td>"
            f"<td>{band_text(one.band, one.unit)}</td><td>{_MARKS[one.verdict].strip('*')}</td></tr>"
            for one in result.estimates
        )
        rows.append(
            f"<section class='{result.verdict}'><h2>{fact.id}{star}: {html.escape(fact.title.en)}"
            f"<br><small>{html.escape(fact.title.zh)}</small></h2><p>{html.escape(fact.claim.en)}</p>"
            f"<p><small>{html.escape(fact.source)} ({_STATUS[fact.status]}); {fact.seeds} seeds</small></p>"
            f"<div class='both'><table>{inner}</table>{_inline(plots[fact.id])}</div></section>"
        )
    return _PAGE.format(note=html.escape(note), count=html.escape(count_line(results)), rows="".join(rows))


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shapan: published facts</title>
<style>
body{{font-family:system-ui,"Noto Sans CJK SC",sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}}
section{{border-left:.4rem solid #3a7d44;padding:0 1rem;margin:1.5rem 0}}section.fails{{border-color:#b3261e}}
section.open{{border-color:#c9a227}}td{{padding:.2rem .8rem .2rem 0;vertical-align:top}}
tr.fails{{color:#b3261e;font-weight:bold}}.both{{display:flex;gap:1rem;flex-wrap:wrap;align-items:start}}
svg{{max-width:26rem;height:auto}}</style></head><body>
<h1>The published facts, and what the model gives</h1><p>{note}</p><p>{count}</p>{rows}</body></html>
"""


def _inline(svg: str) -> str:
    return svg[svg.index("<svg") :]


def plot_svg(result: Result) -> str:
    """A small plot: each estimate with its interval over its band."""
    import matplotlib as mpl  # takes half a second, and only the report needs it
    from matplotlib.figure import Figure

    shown = [one for one in result.estimates if not math.isnan(one.value)]
    with mpl.rc_context({"svg.hashsalt": result.fact.id, "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(4.2, 0.35 + 0.62 * max(1, len(shown))), layout="constrained")
        for place, one in enumerate(shown):
            _draw(figure.add_subplot(len(shown), 1, place + 1), one)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _draw(axes: Axes, one: Estimate) -> None:
    ends = [value for value in (one.value, one.low, one.high) if not math.isnan(value)]
    if one.band is not None:
        ends += [end for end in (one.band.low, one.band.high) if end is not None]
    low, high = min(ends), max(ends)
    room = 0.15 * (high - low) or abs(high) * 0.2 or 1.0
    axes.set_xlim(low - room, high + room)
    if one.band is not None:
        left = one.band.low if one.band.low is not None else low - room
        right = one.band.high if one.band.high is not None else high + room
        axes.axvspan(left, right, color="#cfe8d5")
    colour = "#b3261e" if one.verdict == "fails" else "#1f4e79"
    if not math.isnan(one.low):
        axes.plot([one.low, one.high], [0, 0], color=colour, linewidth=2)
    axes.plot([one.value], [0], "o", color=colour, markersize=5)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.set_title(one.name, loc="left", fontsize=8, pad=2)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)


def measured(one: Estimate) -> str:
    """The estimate with its interval."""
    if math.isnan(one.value):
        return "nothing to measure"
    if math.isnan(one.low):
        return number(one.value, one.unit)
    return f"{number(one.value, one.unit)} ({number(one.low, one.unit)} … {number(one.high, one.unit)})"


def band_text(band: Band | None, unit: str) -> str:
    """The band in words."""
    if band is None:
        return "–"
    if band.low is None and band.high is None:
        return "any"
    if band.low is None:
        return f"≤ {number(band.high or 0.0, unit)}"
    if band.high is None:
        return f"≥ {number(band.low, unit)}"
    return f"{number(band.low, unit)} … {number(band.high, unit)}"


def number(value: float, unit: str) -> str:
    """A number as people read it; `%`: a share as per cent, `x`: a ratio."""
    if unit == "%":
        return f"{_rounded(100 * value)} %"
    return f"{_rounded(value)} ×" if unit == "x" else _rounded(value)


def _rounded(value: float) -> str:
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(digits, 6)}f}"
    return text.replace("-", "−")


def data(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The same for machines; None for what is not a number."""
    return [
        {
            "id": result.fact.id,
            "star": result.fact.star,
            "verdict": result.verdict,
            "estimates": [_plain(one) for one in result.estimates],
            "ablations": [
                {"mechanism": mechanism.name, "estimates": [_plain(one) for one in estimates]}
                for mechanism, estimates in result.ablations
            ],
        }
        for result in results
    ]


def _plain(one: Estimate) -> dict[str, Any]:
    numbers = {"value": one.value, "low": one.low, "high": one.high}
    plain: dict[str, Any] = {key: None if math.isnan(value) else value for key, value in numbers.items()}
    band = None if one.band is None else [one.band.low, one.band.high]
    return {"name": one.name, **plain, "band": band, "unit": one.unit, "n": one.n, "verdict": one.verdict}


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


def _write(path: Path, text: str) -> None:
    with replace_file(path) as file:
        file.write(text.encode("utf-8"))
