"""What a fact's table of results leaves out: source, situation, ablations, other situations."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.facts.contexts import changed_values, contexts, layers_of
from sim.facts.estimate import Estimate
from sim.facts.fact import Fact
from sim.facts.report import VERDICTS, band_text, measured
from sim.facts.suite import Result

_STATUS = {"P": "primary", "S": "secondary", "W": "weak"}
_SHORT = 40  # characters that the values of a path may take, all together


@dataclass(frozen=True)
class Table:
    """A table with what it shows."""

    caption: str
    heads: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


def lines(result: Result) -> Iterator[tuple[str, str]]:
    """What is to be said of a fact: heading and text; code is in backticks."""
    fact = result.fact
    used = dict.fromkeys(id_ for arm in fact.arms.values() for id_ in arm.contexts)
    yield "source", f"{fact.source} ({_STATUS[fact.status]})"
    yield "measured", fact.claim.en
    yield "arms", "; ".join(fact.arms)
    yield "runs", f"{result.seeds} seeds each; {result.runs:,} in all, {result.kept:,} read from kept counts"
    yield "situation", "; ".join(contexts()[id_].name.en for id_ in used) or "as the defaults are"
    networks = "; ".join(_networks(fact))
    if networks:
        yield "network", networks
    yield "paths it changes", ", ".join(f"`{one}`" for one in _settings(fact))
    if fact.assumed is not None:
        yield "assumed", fact.assumed.en
    reported = [f"{one.name}: {measured(one)}" for one in result.estimates if one.band is None]
    if reported:
        yield "reported without a band", "; ".join(reported)


def tables(result: Result) -> Iterator[Table]:
    """What the fact comes to without each mechanism, and in other situations."""
    if result.ablations:
        yield _without_mechanisms(result)
    if result.elsewhere:
        yield _in_other_situations(result)


def changed(one: Estimate) -> str:
    """A change with its sign and interval."""
    return f"+{measured(one)}" if one.value > 0 else measured(one)


def _without_mechanisms(result: Result) -> Table:
    seeds, base = result.ablations[0].seeds, result.ablations[0].base
    cells = [("none", *(measured(one) for one in base))]
    for ablation in result.ablations:
        name = f"{ablation.mechanism.name}{' (redundant here)' if ablation.redundant else ''}"
        both = zip(ablation.estimates, ablation.changes, strict=True)
        cells.append((name, *(f"{measured(_bare(one))}; change {changed(change)}" for one, change in both)))
    return Table(
        f"Without each mechanism, {seeds} seeds; the change is from all mechanisms on, seed by seed. "
        "Redundant: of no estimate that has a band can a change be told with so many seeds.",
        ("mechanism off", *(one.name for one in base)),
        tuple(cells),
    )


def _bare(one: Estimate) -> Estimate:
    return Estimate(one.name, one.value, float("nan"), float("nan"), one.band, one.unit)


def _in_other_situations(result: Result) -> Table:
    cells = []
    situations = [("as described", result.estimates)]
    situations += [(f"where {one.situation.name}", one.estimates) for one in result.elsewhere]
    for name, estimates in situations:
        banded = [one for one in estimates if one.band is not None]
        for one in banded:
            first = name if one is banded[0] else ""
            cells.append(
                (first, one.name, measured(one), band_text(one.band, one.unit), VERDICTS[one.verdict])
            )
    return Table(
        f"In other situations, {result.seeds} seeds:",
        ("situation otherwise", "estimate", "measured (95 % interval)", "band", "verdict"),
        tuple(cells),
    )


def _networks(fact: Fact) -> Iterator[str]:
    """The networks that arms bring, in the words of the functions that lay them out."""
    brought: dict[str, list[str]] = {}
    for name, arm in fact.arms.items():
        if arm.graph is not None:
            said = inspect.getdoc(arm.graph) or f"laid out by `{arm.graph.__name__}`"
            brought.setdefault(" ".join(said.split()).rstrip("."), []).append(name)
    for said, arms in brought.items():
        yield said if len(arms) == len(fact.arms) else f"{said} ({', '.join(arms)})"


def _settings(fact: Fact) -> list[str]:
    """The paths that a fact's arms change, each with its values where they are short."""
    found: dict[str, dict[str, Any]] = {}
    for arm in fact.arms.values():
        laid = {path: value for lays in layers_of(arm) for path, value in changed_values(lays)}
        for path, value in laid.items():
            values = found.setdefault(_general(path), {})
            if "*" not in path.split("."):  # several items without ids, of which only the last is known here
                values[repr(value)] = value
    return [f"{path}{_values(list(found[path].values()))}" for path in sorted(found)]


def _values(values: list[Any]) -> str:
    """` = one, another` or, of many numbers, ` = least … most`; nothing for other long values."""
    text = ", ".join(_short(value) for value in values)
    if text and len(text) <= _SHORT:
        return f" = {text}"
    if values and all(type(value) in (int, float) for value in values):
        return f" = {_short(min(values))} … {_short(max(values))}"
    return ""


def _short(value: Any) -> str:
    """A value as a scenario file has it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_short(one) for one in value)}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _general(path: str) -> str:
    """A path that stands for all items of a catalogue, and for all that are numbered."""
    numbered = re.sub(r"-\d+(?=\.|$)", "-*", path)
    return re.sub(r"^products\.[^.]+", "products.*", numbered)
