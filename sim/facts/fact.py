"""What a published fact is to the suite: arms of an experiment, what is counted, what must come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from sim.events import EventTable
from sim.facts.estimate import Estimate
from sim.metrics.view import TableView
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario
from sim.settings.problems import Text

Row = dict[str, float]
"""What was counted in one run."""

Sample = Mapping[str, Row]
"""Arm -> what was counted in it, all with one seed."""


@dataclass(frozen=True)
class Trial:
    """One run of one arm. table: None where the arm is not played."""

    seed: int
    scenario: Scenario
    graph: SocialGraph
    table: EventTable | None

    @cached_property
    def view(self) -> TableView:
        """The table opened for measuring.

        Raises:
            ValueError: the arm was not played.
        """
        if self.table is None:
            raise ValueError("this arm is not played")
        return TableView(self.table)


@dataclass(frozen=True)
class Arm:
    """One arm of an experiment: named contexts laid over each other, then what sets this arm apart.

    Attributes:
        contexts: names in `scenarios/facts/contexts.yaml`, the later over the earlier.
        changes: laid over them, as a scenario file would; only what a context may change.
        graph: makes the community from scenario and seed; None: generated as the scenario says.
        played: False where the network alone is measured.
        events: what is recorded, `full` or `outcomes`.
    """

    contexts: tuple[str, ...]
    changes: Mapping[str, Any] = field(default_factory=dict)
    graph: Callable[[Scenario, int], SocialGraph] | None = None
    played: bool = True
    events: Literal["full", "outcomes"] = "full"


@dataclass(frozen=True)
class Mechanism:
    """What makes a fact emerge. off: dotted paths of behaviour and the values that switch it off."""

    name: str
    off: Mapping[str, Any]


@dataclass(frozen=True)
class Otherwise:
    """A fact's situation with one choice of it put to the shipped default, or to another sensible value.

    name: what is chosen, to be read after "not where"; sets: dotted paths and values, None for the default.
    """

    name: str
    sets: Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """One published fact.

    Attributes:
        id: as in the literature table, such as F6.
        star: whether the shipped defaults must meet it together with all others that have a star.
        title: what is known, in a line.
        source: author, year, place.
        status: P read in the primary abstract, paper or data; S from a secondary summary; W weak.
        claim: what is measured, with its denominator, and the band, in a line.
        arms: the arms of the experiment; all are run with the same seeds.
        seeds: how many, chosen for power.
        count: what to count in a run of an arm, by the arm's name.
        conclude: the estimates from all samples; the bands stand in them.
        mechanisms: what makes it emerge.
        otherwise: situations in which it is tried too, to say how far it hangs on the chosen one.
        assumed: what of the pattern is written into a functional form and does not emerge.
    """

    id: str
    star: bool
    title: Text
    source: str
    status: Literal["P", "S", "W"]
    claim: Text
    arms: Mapping[str, Arm]
    seeds: int
    count: Callable[[str, Trial], Row]
    conclude: Callable[[list[Sample]], tuple[Estimate, ...]]
    mechanisms: tuple[Mechanism, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()
    assumed: Text | None = None
