"""Running the checks over many cases, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sim.conform.cases import Case
from sim.conform.checks import CHECKS, Check, Subject, Trial
from sim.conform.coverage import Coverage, events_of, uses
from sim.conform.fresh import hashes_elsewhere
from sim.errors import RunError
from sim.event_files import table_sha256

FRESH = "fresh process"
"""The check that is made of several cases at once."""

_FRESH_CASES = 4  # assumption: what depends on the process shows in any case

Progress = Callable[[float], None]
"""Called with the share that is done; may raise `Cancelled`."""


@dataclass
class Verdict:
    """What came of one check.

    Attributes:
        check: its name.
        cases: over how many cases it was made; 0: not at all, as nothing was there to compare with.
        failed: names of the cases it failed in.
        finding: what was found first, in words; "" if nothing.
    """

    check: str
    cases: int = 0
    failed: list[str] = field(default_factory=list)
    finding: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.failed

    def note(self, case: Case, found: str) -> None:
        """One case more, with what was found in it, "" if nothing."""
        self.cases += 1
        if found:
            self.failed.append(case.name)
            self.finding = self.finding or found


@dataclass(frozen=True)
class Report:
    """What came of all checks, and what the cases they were made on have exercised."""

    verdicts: tuple[Verdict, ...]
    coverage: Coverage

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return all(verdict.passed for verdict in self.verdicts)


def conform(
    subject: Subject,
    cases: Sequence[Case],
    *,
    checks: Iterable[str] = (FRESH, *CHECKS),
    progress: Progress | None = None,
) -> Report:
    """Run checks over cases; a run that fails fails its check and does not end the others.

    Args:
        subject: what is tested.
        cases: what it is tested on.
        checks: names out of `CHECKS`, and `FRESH`.
        progress: told how far it is.

    Raises:
        Cancelled: `progress` raised it.
    """
    wanted = list(checks)
    verdicts = {name: Verdict(name) for name in wanted}
    steps, done = len(cases) * len(wanted), 0
    trials: list[Trial] = []
    events: set[str] = set()
    for case in cases:
        trial = Trial(subject, case)
        for name in wanted:
            if name in CHECKS and not (name == "identical events" and subject.reference is None):
                verdicts[name].note(case, _found(CHECKS[name], trial))
            done += 1
            if progress is not None:
                progress(done / steps)
        events |= _events(trial)
        if len(trials) < _FRESH_CASES:
            trials.append(trial)
    if FRESH in wanted:
        _elsewhere(subject, trials, verdicts[FRESH])
    used = frozenset(use.name for case in cases for use in uses(case.scenario))
    return Report(tuple(verdicts.values()), Coverage(used, frozenset(), frozenset(events)))


def _events(trial: Trial) -> set[str]:
    try:
        return events_of(trial.table)
    except RunError:
        return set()  # the checks have said so


def _found(check: Check, trial: Trial) -> str:
    try:
        return next(check(trial), "")
    except RunError as error:
        return str(error)


def _elsewhere(subject: Subject, trials: list[Trial], verdict: Verdict) -> None:
    """Run the first cases again in another process."""
    try:
        here = [table_sha256(trial.table) for trial in trials]
        hashes = hashes_elsewhere(subject.engine, [trial.case for trial in trials])
    except RunError as error:
        verdict.note(trials[0].case, str(error))
        return
    for trial, expected, actual in zip(trials, here, hashes, strict=True):
        same = expected == actual
        verdict.note(trial.case, "" if same else "another process gives another table for the same case")
