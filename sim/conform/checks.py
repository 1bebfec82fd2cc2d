"""The checks: each takes one run of what is tested and yields what is wrong with it, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.conform.cases import Case
from sim.conform.choice import Settings
from sim.conform.difference import first_difference, first_different_row
from sim.conform.engines import Engine
from sim.conform.inert import inert_mechanics, numbered_without, with_mechanics
from sim.conform.invariants import RULES, Broken, books
from sim.conform.rows import Row, read_row, rows_of
from sim.events import EventTable
from sim.streams import FORCED_HIGH, FORCED_LOW

FORCED = {"lowest": FORCED_LOW, "highest": FORCED_HIGH}
"""What all draws are at once -> the seed that makes them so."""


@dataclass(frozen=True)
class Subject:
    """What is put to the test.

    Attributes:
        engine: runs a scenario.
        reference: an engine whose tables are right, to be equalled; None: there is none.
        inert: the same as `engine` with the user's mechanic given nothing to give; None: no such thing.
        without: the same without that mechanic, which `inert` must equal.
    """

    engine: Engine
    reference: Engine | None = None
    inert: Engine | None = None
    without: Engine | None = None


class Trial:
    """One case of a subject; its table is made once."""

    def __init__(self, subject: Subject, case: Case) -> None:
        """Nothing is run yet."""
        self.subject = subject
        self.case = case

    def run(self, engine: Engine, seed: int | None = None) -> EventTable:
        """The case's table, of any engine."""
        return engine(self.case.scenario, self.case.graph, seed)

    @cached_property
    def table(self) -> EventTable:
        """The table of what is tested."""
        return self.run(self.subject.engine)

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The rows of that table."""
        return rows_of(self.table)


Check = Callable[[Trial], Iterator[str]]


def determinism(trial: Trial) -> Iterator[str]:
    """The same scenario and seed give the same table."""
    again = trial.run(trial.subject.engine)
    difference = first_difference(trial.table, again, ("first run", "second run"))
    if difference is not None:
        yield difference.text


def conservation(trial: Trial) -> Iterator[str]:
    """Money in is money out; nothing is held after the run-off."""
    yield from _told(trial.table, books(trial.table))


def rules(name: str) -> Check:
    """The check of the rules of this name."""

    def check(trial: Trial) -> Iterator[str]:
        for rule in RULES[name]:
            yield from _told(trial.table, rule(trial.case.scenario, trial.rows))

    return check


def zero_effect(trial: Trial) -> Iterator[str]:
    """A mechanic with nothing to give changes nothing."""
    subject = trial.subject
    if subject.inert is not None and subject.without is not None:
        expected, actual = trial.run(subject.without), trial.run(subject.inert)
        difference = first_different_row(expected, actual, ("without it", "inert"))
        if difference is not None:
            yield f"the mechanic's inert settings have an effect: {difference.text}"
    inert = inert_mechanics(trial.case.scenario)
    if _effect(trial, inert) is None:
        return
    for one in inert:
        effect = _effect(trial, [one])
        if effect is not None:
            yield f"{one} has an effect: {effect}"


def _effect(trial: Trial, more: list[Settings]) -> str | None:
    scenario = trial.case.scenario
    table = trial.subject.engine(with_mechanics(scenario, more), trial.case.graph, None)
    kept = numbered_without(table, len(scenario.mechanics), len(more))
    difference = first_different_row(trial.table, kept, ("without it", "with it"))
    return None if difference is None else difference.text


def identity(trial: Trial) -> Iterator[str]:
    """The table is the reference's, row for row."""
    if trial.subject.reference is not None:
        expected = trial.run(trial.subject.reference)
        difference = first_difference(expected, trial.table, ("reference", "tested"))
        if difference is not None:
            yield difference.text


def forced_draws(trial: Trial) -> Iterator[str]:
    """With every draw at its lowest or highest the run ends, the books balance, the reference agrees."""
    for name, seed in FORCED.items():
        table = trial.run(trial.subject.engine, seed)
        found = list(_told(table, books(table)))
        rows = rows_of(table)
        for some in RULES.values():
            for rule in some:
                found += _told(table, rule(trial.case.scenario, rows))
        if trial.subject.reference is not None:
            expected = trial.run(trial.subject.reference, seed)
            difference = first_difference(expected, table, ("reference", "tested"))
            found += [] if difference is None else [difference.text]
        yield from (f"with all draws at their {name}: {text}" for text in found)


def _told(table: EventTable, broken: Iterator[Broken]) -> Iterator[str]:
    for what, row in broken:
        yield what if row is None else f"{what}: {read_row(table, row)}"


CHECKS: dict[str, Check] = {
    "determinism": determinism,
    "conservation": conservation,
    **{name: rules(name) for name in RULES},
    "zero effect": zero_effect,
    "identical events": identity,
    "forced draws": forced_draws,
}
"""Name -> the check, in the order of the report."""
