"""The panel: what the facts measure, in small communities with few seeds, at any values of the parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from sim.calibration.priors import laid
from sim.facts.contexts import PLATFORM_RULES, changed_paths, layers_of, scenario_of
from sim.facts.estimate import Band
from sim.facts.fact import Fact, Row, Sample, Trial
from sim.facts.lab import graph_of
from sim.facts.shared.group_shop import shop
from sim.facts.shared.notes import everybody_posts
from sim.facts.suite import FACTS
from sim.network.graph import SocialGraph
from sim.play import play
from sim.scenario.model import Scenario

_FEWER_ITEMS = 150
_NOTES = 30  # of the facts on feeds, and days on which they are posted


@dataclass(frozen=True)
class Reduced:
    """A fact made cheap.

    Attributes:
        seeds: in place of the fact's own number.
        members: of each run; None: as the fact has it.
        arms: those that the estimates with a band need; empty: all. The rows of others are left empty.
        changes: arm -> in place of the same parts of its own, where these hang on how many members there
            are.
        without: beginnings of the names of estimates that so few members distort.
    """

    seeds: int
    members: int | None = None
    arms: tuple[str, ...] = ()
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    without: tuple[str, ...] = ()


def _small_shop(*, open_list: bool) -> dict[str, Any]:
    return shop(_FEWER_ITEMS, group_size=2, open_list=open_list)


def _posts(members: int) -> dict[str, Any]:
    return {"mechanics": everybody_posts(_NOTES, members, _NOTES)}


PANEL: Mapping[str, Reduced] = {
    "F1": Reduced(seeds=1, members=3000),
    # half of the members and of the items, so that an item has as many visitors
    "F2": Reduced(
        seeds=1,
        members=5000,
        arms=("list-2", "chats-2"),
        changes={"list-2": _small_shop(open_list=True), "chats-2": _small_shop(open_list=False)},
    ),
    "F4": Reduced(seeds=1, members=2500),
    "F5": Reduced(seeds=1, members=4530),
    "F6": Reduced(seeds=1, members=4000, changes={"posts": _posts(4000)}, without=("cascades of", "corr")),
    "F7": Reduced(seeds=1),
    "F8": Reduced(seeds=2),
    "F9": Reduced(seeds=1),
    "F10": Reduced(seeds=1),
    "F11": Reduced(seeds=1, members=2000),
    "F12": Reduced(seeds=1, members=1000),
    "F14": Reduced(seeds=1, members=2000),
    "F15": Reduced(seeds=2),
    "F17": Reduced(seeds=1),
    "F19": Reduced(seeds=1, members=3000, changes={"feed": _posts(3000)}),
    "F22": Reduced(seeds=1),
    "F26": Reduced(seeds=1),
    "F27": Reduced(seeds=1, members=15_000),
    "F28": Reduced(seeds=1, members=6000),
    "F31": Reduced(seeds=1, members=3000),
    "F32": Reduced(seeds=1, members=1500),
    "F38": Reduced(seeds=1),
}
"""Which facts, and how small: about 7 s of computing for all of them. Left out are facts that need
many members (F35, F37), those of the network alone (F13), and those that rules decide more than people (F3,
F29)."""


@dataclass(frozen=True)
class Measurement:
    """A statistic of the panel.

    Attributes:
        name: fact and estimate.
        value: NaN where there was nothing to measure.
        band: what is accepted of it, by the published fact.
    """

    name: str
    value: float
    band: Band

    @property
    def fact(self) -> str:
        """Id of the fact."""
        return self.name.partition(":")[0]


def measured(values: Mapping[str, float], facts: Sequence[str] = tuple(PANEL)) -> tuple[Measurement, ...]:
    """Every estimate of these facts that has a band, with these values of parameters.

    values: path of a prior -> value; what is not among them is as shipped.

    Raises:
        ShapanError: a run failed.
    """
    return tuple(
        Measurement(f"{fact.id}: {one.name}", one.value, one.band)
        for fact in FACTS
        if fact.id in facts
        for one in fact.conclude(_samples(fact, values))
        if one.band is not None and not one.name.startswith(PANEL[fact.id].without)
    )


def _samples(fact: Fact, values: Mapping[str, float]) -> list[Sample]:
    plan = PANEL[fact.id]
    arms = plan.arms or tuple(fact.arms)
    return [
        {arm: _row(fact, arm, seed, values) if arm in arms else {} for arm in fact.arms}
        for seed in range(1, plan.seeds + 1)
    ]


def _row(fact: Fact, arm: str, seed: int, values: Mapping[str, float]) -> Row:
    base, kept = _base(fact.id, arm)
    scenario = laid(base, {path: value for path, value in values.items() if path not in kept})
    scenario = scenario.with_seed(seed)
    graph = _graph(fact.id, arm, seed)
    events = fact.arms[arm].events
    return fact.count(arm, Trial(seed, scenario, graph, play(scenario, graph, events=events).table))


@cache
def _base(fact_id: str, arm: str) -> tuple[Scenario, frozenset[str]]:
    """The scenario of an arm as shipped, and the platform's rules that it sets itself."""
    fact, plan = _fact(fact_id), PANEL[fact_id]
    smaller = replace(fact.arms[arm], changes={**fact.arms[arm].changes, **plan.changes.get(arm, {})})
    sets = {} if plan.members is None else {"population.members": plan.members}
    scenario = scenario_of(f"fact-{fact_id.lower()}", smaller, sets)
    own = {path for lays in layers_of(smaller) for path in changed_paths(lays)}
    return scenario, frozenset(own & PLATFORM_RULES)


@lru_cache(maxsize=256)
def _graph(fact_id: str, arm: str, seed: int) -> SocialGraph:
    """Who knows whom; no parameter of behaviour has a part in that."""
    return graph_of(_fact(fact_id).arms[arm], _base(fact_id, arm)[0].with_seed(seed))


def _fact(id_: str) -> Fact:
    return next(fact for fact in FACTS if fact.id == id_)
