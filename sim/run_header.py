"""The header of a run's event table, for both engines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sim.events import EVENT_SCHEMA_VERSION, Header, OfferInfo, ProductInfo
from sim.network.graph import SocialGraph
from sim.people import People
from sim.scenario.model import Scenario
from sim.version import MODEL_VERSION


def run_header(
    scenario: Scenario, graph: SocialGraph, people: People, seed: int, own_offers: Iterable[Any] = ()
) -> Header:
    """What a run's codes stand for; own_offers: settings of a user's own mechanics."""
    segments = scenario.population.segments
    return Header(
        event_schema_version=EVENT_SCHEMA_VERSION,
        model_version=MODEL_VERSION,
        scenario_id=scenario.id,
        seed=seed,
        members=people.members,
        start=datetime.fromisoformat(scenario.run.start).isoformat(timespec="minutes"),
        horizon_s=scenario.run.decisions_s,
        washout_s=scenario.run.decisions_s - scenario.run.campaign_s,
        segments=tuple(one.id for one in segments),
        segment_members=tuple(int((people.segment == number).sum()) for number in range(len(segments))),
        products=tuple(
            ProductInfo(one.id, one.name.zh, one.name.en, one.category, one.list_price_fen, one.stock)
            for one in scenario.products
        ),
        offers=(
            *(OfferInfo(one.id, one.type, _whole_quota(one)) for one in scenario.offers),
            *(OfferInfo(one.id, one.type) for one in own_offers),
        ),
        chats=graph.chats,
        kols=people.kols,
        distributors=people.distributors,
    )


def _whole_quota(config: Any) -> int | None:
    """The sum of an offer's quotas; None when any product has none."""
    quotas = [priced.quota for priced in getattr(config, "prices", ())]
    return None if not quotas or None in quotas else sum(quotas)
