"""A result over several calibrations: what it is with the default one, and how far the others move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.metrics.metric import Number
from sim.metrics.summary import Summary

SECTIONS = ("horizon", "runoff", "incremental")
"""Sections of a summary that hold measures."""


@dataclass(frozen=True)
class Range:
    """One measure; None where nothing was there to measure.

    Attributes:
        default: with the first calibration.
        lowest: of all calibrations with which it could be measured.
        highest: likewise.
    """

    default: Number
    lowest: Number
    highest: Number


def range_of(values: Sequence[Number]) -> Range:
    """The range of a measure's values, one for each calibration, the default one first."""
    known = [value for value in values if value is not None]
    return Range(values[0], min(known, default=None), max(known, default=None))


def ranges(summaries: Sequence[Summary]) -> dict[str, dict[str, Range]]:
    """Every measure of runs of one scenario, one run for each calibration: section -> measure -> range."""
    return {section: _section([_measures(one, section) for one in summaries]) for section in SECTIONS}


def _measures(summary: Summary, section: str) -> Mapping[str, Number]:
    measures = summary[section]
    assert isinstance(measures, dict)
    return measures


def _section(measures: Sequence[Mapping[str, Number]]) -> dict[str, Range]:
    names = dict.fromkeys(name for one in measures for name in one)
    return {name: range_of([one.get(name) for one in measures]) for name in names}
