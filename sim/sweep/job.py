"""What a process needs to make runs, and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.metrics.metric import Number
from sim.run import GraphFiles
from sim.sweep.outputs import Output


@dataclass(frozen=True)
class Setup:
    """What all runs have in common.

    Attributes:
        outputs: what is measured of each.
        files: the social graph; None: one is generated for each run.
        members: to how many a loaded graph is cut.
        engine: see `sim.play.play`.
        events: likewise; None: full tables only where an output needs the messages.
        rules: place of the user's own Python rules, see `sim.own_rules`; each process loads them.
        run_limit_seconds: after which a run fails, its no-campaign twin included; None: never.
    """

    outputs: tuple[Output, ...]
    files: GraphFiles | None
    members: int | None
    engine: str
    events: str | None = None
    rules: str | None = None
    run_limit_seconds: float | None = None


@dataclass(frozen=True)
class Job:
    """One run to be made.

    Attributes:
        run_id: see `sim.sweep.identity`.
        pickled: the scenario; bytes, so that one that is sent to a process often is packed once.
        seed: the luck.
        community: equal for scenarios that have the same community with the same seed.
        twin: equal for scenarios that have the same no-campaign twin; None: it is not needed.
    """

    run_id: str
    pickled: bytes
    seed: int
    community: str
    twin: str | None

    def __repr__(self) -> str:
        return f"<Job of run {self.run_id}: seed {self.seed}>"


@dataclass(frozen=True)
class Outcome:
    """One run that was made.

    Attributes:
        run_id: see `sim.sweep.identity`.
        values: what was measured, by name of the output.
        error: type and message of what ended the run early; then nothing was measured.
        engine: which engine ran it; None if none came to run.
        seconds: how long it took, with its share of the community and of the twin.
        why: what ended it, in English and Chinese; None if nobody foresaw it.
    """

    run_id: str
    values: dict[str, Number]
    error: str | None
    engine: str | None
    seconds: float
    why: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if self.why is not None:  # a file gives a list
            object.__setattr__(self, "why", tuple(self.why))

    def __repr__(self) -> str:
        came = f"{len(self.values)} values" if self.error is None else f"failed, {self.error}"
        return f"<Outcome of run {self.run_id}: {came}>"


Chunk = Sequence[Job]
"""Runs that are sent to a process together."""
