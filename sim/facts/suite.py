"""The facts there are, and running them: estimates, verdicts, and what each mechanism contributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.errors import InputError
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
from sim.facts.estimate import Estimate, Verdict
from sim.facts.fact import Fact, Mechanism, Row, Sample
from sim.facts.lab import Job, run_jobs

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
class Result:
    """What a fact came to.

    Attributes:
        fact: which.
        estimates: as the fact concludes them.
        ablations: with each mechanism off, the same estimates; empty unless asked for.
        base: the estimates with the ablations' seeds and all mechanisms on.
    """

    fact: Fact
    estimates: tuple[Estimate, ...]
    ablations: tuple[tuple[Mechanism, tuple[Estimate, ...]], ...] = ()
    base: tuple[Estimate, ...] = ()

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
            raise InputError(f"there is no fact {id_!r}; known: {', '.join(known)}")
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
        ablate: also with each mechanism switched off, with fewer seeds.
        seeds: in place of each fact's own number.
        workers: processes.
        progress: called with the share that is done; it may raise `Cancelled`.

    Raises:
        RunError: a run failed.
        ScenarioError: `sets` do not fit.
    """
    plans = [
        _Plan(fact, off, {**(sets or {}), **({} if off is None else off.off)}, number)
        for fact in facts
        for off, number in _offs(fact, seeds or fact.seeds, ablate)
    ]
    rows = run_jobs([job for plan in plans for job in plan.jobs()], workers, progress)
    results = []
    for fact in facts:
        own = [plan for plan in plans if plan.fact is fact]
        off = tuple((plan.off, plan.conclude(rows)) for plan in own if plan.off is not None)
        base = replace(own[0], seeds=own[-1].seeds).conclude(rows) if off else ()
        results.append(Result(fact, own[0].conclude(rows), off, base))
    return results


def _offs(fact: Fact, seeds: int, ablate: bool) -> list[tuple[Mechanism | None, int]]:
    """Nothing off, then each mechanism if asked for, with how many seeds."""
    off = [
        (mechanism, min(seeds, _FEWER_SEEDS.get(fact.id, _ABLATION_SEEDS)))
        for mechanism in fact.mechanisms
        if ablate
    ]
    return [(None, seeds), *off]


@dataclass(frozen=True)
class _Plan:
    """One fact with its mechanisms, or with one switched off."""

    fact: Fact
    off: Mechanism | None
    sets: Mapping[str, object]
    seeds: int

    def jobs(self) -> list[Job]:
        return [self._job(arm, seed) for seed in range(1, self.seeds + 1) for arm in self.fact.arms]

    def conclude(self, rows: Mapping[Job, Row]) -> tuple[Estimate, ...]:
        samples: list[Sample] = [
            {arm: rows[self._job(arm, seed)] for arm in self.fact.arms} for seed in range(1, self.seeds + 1)
        ]
        return self.fact.conclude(samples)

    def _job(self, arm: str, seed: int) -> Job:
        return Job(self.fact.count.__module__, arm, seed, tuple(sorted(self.sets.items())))
