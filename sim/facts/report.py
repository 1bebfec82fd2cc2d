"""The table of facts in words, failures as plain as the rest, and as data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from sim.facts.estimate import Band, Estimate
from sim.facts.suite import Elsewhere, Result

VERDICTS = {"holds": "holds", "open": "holds, interval reaches out", "fails": "**fails**", "reported": "–"}
_MET = ("holds", "open")
_NOT_ELSEWHERE, _ASSUMED = "†", "‡"


def count_line(results: Sequence[Result]) -> str:
    """How many rows meet their bands."""
    held = [result for result in results if result.verdict in _MET]
    stars = [result for result in results if result.fact.star]
    starred = [result for result in stars if result in held]
    assumed = sum(result.fact.assumed is not None for result in held)
    there = sum(any(_lost(result, other) for other in result.elsewhere) for result in held)
    line = (
        f"{len(held)} of {len(results)} facts are met, among them {len(starred)} of the {len(stars)} "
        f"that one parameter set must meet at once (★)."
    )
    if assumed:
        line += f" Met, but in part of assumed form ({_ASSUMED}): {assumed}."
    if there:
        line += f" Met, but not in every other situation tried ({_NOT_ELSEWHERE}): {there}."
    return line


def rows(result: Result) -> Iterator[tuple[str, str, str, str]]:
    """Name, value, band and verdict, with the signs of `notes`, of each estimate that has a band."""
    lost = {one.name for other in result.elsewhere for one in _lost(result, other)}
    for one in result.estimates:
        if one.band is not None:
            signs = _NOT_ELSEWHERE if one.name in lost else ""
            if result.fact.assumed is not None and one.verdict in _MET:
                signs += _ASSUMED
            verdict = f"{VERDICTS[one.verdict]} {signs}".rstrip()
            yield one.name, measured(one), band_text(one.band, one.unit), verdict


def notes(result: Result) -> Iterator[str]:
    """What the signs beside a fact's verdicts say."""
    fact = result.fact
    missed = []
    for other in result.elsewhere:
        lost = "; ".join(f"{one.name}: {measured(one)}" for one in _lost(result, other))
        if lost:
            missed.append(f"{other.situation.name} ({lost})")
    if missed:
        elsewhere = "; nor where ".join(missed)
        yield f"{_NOT_ELSEWHERE} {fact.id} holds in the situation described; not where {elsewhere}."
    if fact.assumed is not None:
        yield f"{_ASSUMED} {fact.id} is in part of assumed form: {fact.assumed.en}."


def _lost(result: Result, other: Elsewhere) -> list[Estimate]:
    """The estimates that meet their bands in the situation described and miss them in another."""
    both = zip(result.estimates, other.estimates, strict=True)
    return [there for here, there in both if here.verdict in _MET and there.verdict == "fails"]


def markdown_table(results: Sequence[Result]) -> str:
    """The short table: one row an estimate that a verdict hangs on; below it what its signs say."""
    cells = []
    for result in results:
        fact = result.fact
        first = (f"{fact.id}{' ★' if fact.star else ''}", fact.title.en)
        for row in rows(result):
            cells.append((*first, *row))
            first = ("", "")
    heads = ("fact", "what is known", "estimate", "measured (95 % interval)", "band", "verdict")
    said = "".join(f"\n{note}\n" for result in results for note in notes(result))
    return markdown_rows(heads, cells) + said


def markdown_rows(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """A table as Markdown."""
    lines = [f"| {' | '.join(_escaped(cell) for cell in row)} |" for row in (heads, *cells)]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]]) + "\n"


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
    """A number as people read it; see `Estimate` for units."""
    if unit in ("%", "pt"):
        return f"{_rounded(100 * value)} {unit}"
    return f"{_rounded(value)} ×" if unit == "x" else _rounded(value)


def _rounded(value: float) -> str:
    if round(value, 6) == 0:
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
            "seeds": result.seeds,
            "runs": result.runs,
            "kept": result.kept,
            "assumed": None if result.fact.assumed is None else result.fact.assumed.en,
            "estimates": [_plain(one) for one in result.estimates],
            "ablations": [
                {
                    "mechanism": one.mechanism.name,
                    "redundant": one.redundant,
                    "seeds": one.seeds,
                    "estimates": [_plain(each) for each in one.estimates],
                    "changes": [_plain(each) for each in one.changes],
                }
                for one in result.ablations
            ],
            "elsewhere": [
                {
                    "situation": one.situation.name,
                    "sets": dict(one.situation.sets),
                    "estimates": [_plain(each) for each in one.estimates],
                }
                for one in result.elsewhere
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
