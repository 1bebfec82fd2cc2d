"""The facts there are, and running them: estimates, verdicts, and what each mechanism contributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from sim.errors import unknown_name
from sim.facts import (
    f01_friends_convert,
    f02_group_success,
    f03_group_size,
    f04_recommendations,
    f05_repeated_exposure,
    f06_cascades,
    f07_viral_features,
    f08_seeding,
    f09_complex_contagion,
    f10_price_elasticity,
    f11_claimed_share,
    f12_participation,
    f13_friend_graph,
    f14_bass_curve,
    f15_adopting_friend,
    f17_friends_likes,
    f19_tie_strength,
    f22_referral_reward,
    f26_tipping,
    f27_deep_discount,
    f28_deal_buyers,
    f29_flash_depletion,
    f31_scarcity,
    f32_push_fatigue,
    f35_concentration,
    f37_chat_lifetimes,
    f38_small_influencers,
)
from sim.facts.estimate import Estimate, Verdict, changes
from sim.facts.fact import Fact, Mechanism, Otherwise, Row, Sample
from sim.facts.lab import Job, run_jobs
from sim.text import Text

FACTS: tuple[Fact, ...] = (
    f01_friends_convert.FACT,
    f02_group_success.FACT,
    f03_group_size.FACT,
    f04_recommendations.FACT,
    f05_repeated_exposure.FACT,
    f06_cascades.FACT,
    f07_viral_features.FACT,
    f08_seeding.FACT,
    f09_complex_contagion.FACT,
    f10_price_elasticity.FACT,
    f11_claimed_share.FACT,
    f12_participation.FACT,
    f13_friend_graph.FACT,
    f14_bass_curve.FACT,
    f15_adopting_friend.FACT,
    f17_friends_likes.FACT,
    f19_tie_strength.FACT,
    f22_referral_reward.FACT,
    f26_tipping.FACT,
    f27_deep_discount.FACT,
    f28_deal_buyers.FACT,
    f29_flash_depletion.FACT,
    f31_scarcity.FACT,
    f32_push_fatigue.FACT,
    f35_concentration.FACT,
    f37_chat_lifetimes.FACT,
    f38_small_influencers.FACT,
)
"""In the order of the literature table. To add a fact: write its module and add its line."""
_ABLATION_SEEDS = 6  # assumption: what matters moves an estimate by more than luck does
_FEWER_SEEDS = {"F2": 3, "F4": 3, "F6": 2, "F13": 2, "F37": 3}  # whose runs are long


@dataclass(frozen=True)
class Ablation:
    """A fact with a mechanism off, beside it with all of them on, with the same seeds.

    changes: from base to estimates, seed by seed.
    """

    mechanism: Mechanism
    seeds: int
    base: tuple[Estimate, ...]
    estimates: tuple[Estimate, ...]
    changes: tuple[Estimate, ...]

    @property
    def redundant(self) -> bool:
        """Whether every estimate with a band stays as it is without the mechanism, as far as can be told.

        What has no interval is compared by its verdict; if none has one, nothing can be told.
        """
        banded = [
            each
            for each in zip(self.base, self.estimates, self.changes, strict=True)
            if each[0].band is not None
        ]
        told = any(not isnan(change.low) for _, _, change in banded)
        return told and not any(_moved(*each) for each in banded)


def _moved(base: Estimate, one: Estimate, change: Estimate) -> bool:
    if isnan(change.low):
        return (base.verdict == "fails") != (one.verdict == "fails")
    return not change.low <= 0 <= change.high


@dataclass(frozen=True)
class Elsewhere:
    """A fact in a situation that is chosen otherwise, with as many seeds as in its own."""

    situation: Otherwise
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True)
class Result:
    """What a fact came to.

    Attributes:
        fact: which.
        estimates: as the fact concludes them.
        seeds: of each arm.
        runs: in all, those without mechanisms and in other situations too.
        kept: how many of these were not played again but read from what earlier runs had counted.
        ablations: with each mechanism off; empty unless asked for.
        elsewhere: in other situations; likewise.
    """

    fact: Fact
    estimates: tuple[Estimate, ...]
    seeds: int
    runs: int = 0
    kept: int = 0
    ablations: tuple[Ablation, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its estimates'."""
        found = {one.verdict for one in self.estimates}
        return next(verdict for verdict in ("fails", "open", "holds", "reported") if verdict in found)


def chosen(only: Sequence[str]) -> tuple[Fact, ...]:
    """The facts with these ids; all of them for none.

    Raises:
        InputError: there is no such fact.
    """
    known = {fact.id: fact for fact in FACTS}
    for id_ in only:
        if id_ not in known:
            raise unknown_name(Text("fact", "事实"), id_, known)
    return tuple(fact for fact in FACTS if not only or fact.id in only)


def run_facts(
    facts: Sequence[Fact],
    *,
    sets: Mapping[str, object] | None = None,
    ablate: bool = False,
    seeds: int | None = None,
    workers: int = 1,
    progress: Callable[[float], None] | None = None,
) -> list[Result]:
    """Run facts and conclude.

    Args:
        facts: which.
        sets: dotted path -> value laid over every scenario: another calibration.
        ablate: also with each mechanism switched off, with fewer seeds, and in other situations.
        seeds: in place of each fact's own number.
        workers: processes.
        progress: called with the share that is done; it may raise `Cancelled`.

    Raises:
        RunError: a run failed.
        ScenarioError: `sets` do not fit.
    """
    tried = [_Tried(fact, sets or {}, seeds or fact.seeds, ablate) for fact in facts]
    rows, before = run_jobs([job for one in tried for job in one.jobs()], workers, progress)
    return [one.result(rows, before) for one in tried]


@dataclass(frozen=True)
class _Plan:
    """A fact with values laid over its scenarios."""

    fact: Fact
    sets: Mapping[str, object]
    seeds: int

    def jobs(self) -> list[Job]:
        return [self._job(arm, seed) for seed in range(1, self.seeds + 1) for arm in self.fact.arms]

    def samples(self, rows: Mapping[Job, Row]) -> list[Sample]:
        return [
            {arm: rows[self._job(arm, seed)] for arm in self.fact.arms} for seed in range(1, self.seeds + 1)
        ]

    def _job(self, arm: str, seed: int) -> Job:
        return Job(self.fact.count.__module__, arm, seed, tuple(sorted(self.sets.items())))


class _Tried:
    """All that is run of a fact."""

    def __init__(self, fact: Fact, sets: Mapping[str, object], seeds: int, ablate: bool) -> None:
        self.fact = fact
        self.whole = _Plan(fact, sets, seeds)
        fewer = min(seeds, _FEWER_SEEDS.get(fact.id, _ABLATION_SEEDS))
        off, others = (fact.mechanisms, fact.otherwise) if ablate else ((), ())
        self.off = [(one, _Plan(fact, {**sets, **one.off}, fewer)) for one in off]
        self.others = [(one, _Plan(fact, {**sets, **one.sets}, seeds)) for one in others]

    def jobs(self) -> list[Job]:
        plans = [self.whole, *(plan for _, plan in self.off), *(plan for _, plan in self.others)]
        return [job for plan in plans for job in plan.jobs()]

    def result(self, rows: Mapping[Job, Row], before: frozenset[Job]) -> Result:
        fact, jobs, samples = self.fact, self.jobs(), self.whole.samples(rows)
        ablations = []
        for mechanism, plan in self.off:
            base, without = samples[: plan.seeds], plan.samples(rows)
            moved = changes(fact.conclude, base, without)
            ablations.append(
                Ablation(mechanism, plan.seeds, fact.conclude(base), fact.conclude(without), moved)
            )
        return Result(
            fact,
            fact.conclude(samples),
            self.whole.seeds,
            len(jobs),
            len(before.intersection(jobs)),
            tuple(ablations),
            tuple(Elsewhere(one, fact.conclude(plan.samples(rows))) for one, plan in self.others),
        )
