"""What the operator plans to spend by its own decision, whatever is sold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sim.mechanics.commission.config import CommissionConfig
from sim.mechanics.kol_seeding import KolSeedingConfig, post_times
from sim.mechanics.push import PushConfig, push_times
from sim.mechanics.registry import covered_products
from sim.scenario.model import Scenario
from sim.units import DAY, HOUR, fen_share


def planned_spend_fen(scenario: Scenario) -> int:
    """What pushes, opinion leaders, samples and ranking prizes cost if all of them are paid, in fen.

    It is what `operator.budget_fen` must hold at least if nothing is to be left out. Commission, rewards and
    cash-back come on top: they depend on what is sold. Audiences are as large as they are expected to be at
    the campaign's start, nobody having muted pushes.
    """
    return sum(planned_by_offer_fen(scenario).values())


def planned_by_offer_fen(scenario: Scenario) -> dict[str, int]:
    """The same by the id of the mechanic or push; those that plan no spending are left out."""
    found = {offer.id: sum(_planned_fen(scenario, offer)) for offer in scenario.offers}
    return {id_: fen for id_, fen in found.items() if fen}


def _planned_fen(scenario: Scenario, offer: Any) -> Iterator[int]:
    clock_s = datetime.fromisoformat(scenario.run.start).hour * HOUR
    horizon_s = int(scenario.run.horizon_days * DAY)
    start_s = int(offer.from_day * DAY)
    end_s = horizon_s if offer.days is None else int((offer.from_day + offer.days) * DAY)
    if isinstance(offer, PushConfig):
        times = len(push_times(offer, start_s, min(end_s, horizon_s), clock_s))
        people = times * round(_audience(scenario, offer))
        if offer.budget_people is not None:
            people = min(people, offer.budget_people)
        yield people * offer.cost_fen_per_person
    elif isinstance(offer, KolSeedingConfig) and start_s < horizon_s:
        posts = post_times(offer, start_s, min(end_s, horizon_s), clock_s)
        cost_fen = {product.id: product.cost_fen for product in scenario.products}
        covered = covered_products(offer, tuple(cost_fen))
        sample_fen = sum(cost_fen[id_] for id_ in covered) if offer.sample else 0
        for share in _seeds(scenario, offer):
            yield fen_share(sample_fen, share) + (fen_share(offer.fee_fen, share) if posts else 0)
    elif isinstance(offer, CommissionConfig) and offer.ranking is not None:
        every_s = (7 if offer.ranking.every == "weekly" else 30) * DAY
        yield max(0, end_s - start_s) // every_s * sum(offer.ranking.prizes_fen)


def _audience(scenario: Scenario, push: PushConfig) -> float:
    """How many people a push is meant for, as the campaign starts."""
    segments = scenario.population.segments
    weight = sum(segment.share for segment in segments)
    meant = 0.0
    for segment in segments:
        if push.audience == "segment" and segment.id not in push.segments:
            continue
        old = segment.old_customer_share
        part = {"buyers": old, "not_buyers": 1.0 - old}.get(push.audience, 1.0)
        meant += part * segment.share / weight
    return meant * push.audience_share * scenario.population.members


def _seeds(scenario: Scenario, offer: KolSeedingConfig) -> list[float]:
    """What part of a person each who is to be hired or given a sample stands for."""
    members = scenario.population.members
    if offer.choose == "members":
        return [offer.person_share] * len({member for member in offer.members if member < members})
    if offer.choose != "kols":
        return [offer.person_share] * min(offer.count or 0, members)
    tiers = {tier.id: tier for tier in scenario.roles.kols}
    shares: list[float] = []
    for id_ in dict.fromkeys(offer.tiers or tiers):
        shares += [tiers[id_].person_share] * min(tiers[id_].count, members)
    return shares if offer.count is None else shares[: offer.count]
