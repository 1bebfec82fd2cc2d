"""The people: traits, roles and tastes laid over a graph, from addressed draws.

A member's traits depend on seed and member number only, never on other members or on the mechanics,
so that the same person lives in every variant.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import streams
from sim.compiled import compiled
from sim.network.graph import SocialGraph
from sim.people import DISTRIBUTOR, KOL, MEMBER, People
from sim.scenario.model import Scenario
from sim.seeding import FIRST_CHOICE, choose_seeds
from sim.settings.community import KolTier, Segment
from sim.streams import Integer, address_of, normal, uniform

_TIER = 9001  # names the causes made here


def populate(scenario: Scenario, graph: SocialGraph, seed: int) -> People:
    """Lay segments, traits and roles over a graph."""
    segments = scenario.population.segments
    n = graph.n
    segment = _segments(seed, n, np.array([one.share for one in segments]))
    role, tier, kols_by_tier = _kols(scenario, graph, seed)
    upline = _distributors(scenario, role, seed)
    wallets = np.array(
        [-1 if one.wallet_per_30_days_fen is None else one.wallet_per_30_days_fen for one in segments]
    )
    activity = _lognormal(seed, streams.TRAIT_ACTIVITY, _of(segments, segment, "trait_sigma"))
    traits: dict[str, NDArray[Any]] = {
        "segment": segment,
        "role": role,
        "tier": tier,
        "upline": upline,
        "sessions_per_hour": _of(segments, segment, "sessions_per_day") / 24.0 * activity,
        "browse_per_hour": _of(segments, segment, "browse_per_day") / 24.0,
        "attention": _of(segments, segment, "attention_items").astype(np.int64),
        "price_coefficient": _of(segments, segment, "price_coefficient")
        * _lognormal(seed, streams.TRAIT_PRICE, _of(segments, segment, "price_coefficient_sigma")),
        "trust": _of(segments, segment, "trust")
        * _lognormal(seed, streams.TRAIT_TRUST, _of(segments, segment, "trait_sigma")),
        "conformity": _of(segments, segment, "conformity")
        * _lognormal(seed, streams.TRAIT_CONFORMITY, _of(segments, segment, "trait_sigma")),
        "tolerance": np.maximum(
            1e-9,
            _of(segments, segment, "tolerance_items")
            * _lognormal(seed, streams.TRAIT_TOLERANCE, _of(segments, segment, "trait_sigma")),
        ),
        "sharing": _of(segments, segment, "sharing")
        + _of(segments, segment, "sharing_sigma") * _normals(seed, streams.TRAIT_SHARING, n),
        "privacy": _of(segments, segment, "privacy"),
        "wallet_fen": wallets[segment].astype(np.int64),
        "old_customer": _uniforms(seed, streams.ROLE, n) < _of(segments, segment, "old_customer_share"),
    }
    for array in traits.values():
        array.setflags(write=False)
    return People(
        seed=seed,
        members=n,
        product_address=np.array([address_of(product.id) for product in scenario.products], dtype=np.int64),
        homophily=scenario.behaviour.deciding.homophily,
        community=graph.community,
        kols_by_tier=kols_by_tier,
        person_share={
            member: one.person_share for one in scenario.roles.kols for member in kols_by_tier[one.id]
        },
        audience=_audiences(scenario, kols_by_tier, n, seed),
        **traits,
    )


def uplines_at_start(scenario: Scenario, graph: SocialGraph, seed: int) -> dict[int, int]:
    """By member who starts as a distributor, ascending, who had recruited them: -1 for nobody."""
    role, _, _ = _kols(scenario, graph, seed)
    upline = _distributors(scenario, role, seed)
    return {int(member): int(upline[member]) for member in np.flatnonzero(role == DISTRIBUTOR)}


def _of(segments: tuple[Segment, ...], segment: NDArray[np.int8], field: str) -> NDArray[np.float64]:
    """A segment field, member by member."""
    return np.array([float(getattr(one, field)) for one in segments])[segment]


@compiled
def _fill_uniforms(seed: Integer, stream: Integer, out: NDArray[np.float64]) -> None:
    for member in range(len(out)):
        out[member] = uniform(seed, stream, member, 0, 0)


@compiled
def _fill_normals(seed: Integer, stream: Integer, out: NDArray[np.float64]) -> None:
    for member in range(len(out)):
        out[member] = normal(seed, stream, member, 0, 0)


@compiled
def _fill_lognormals(
    seed: Integer, stream: Integer, sigma: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    for member in range(len(out)):
        s = sigma[member]
        out[member] = math.exp(s * normal(seed, stream, member, 0, 0) - 0.5 * s * s)


def _uniforms(seed: int, stream: int, n: int) -> NDArray[np.float64]:
    out = np.empty(n)
    _fill_uniforms(seed, stream, out)
    return out


def _normals(seed: int, stream: int, n: int) -> NDArray[np.float64]:
    out = np.empty(n)
    _fill_normals(seed, stream, out)
    return out


def _lognormal(seed: int, stream: int, sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lognormal factors with mean 1."""
    out = np.empty(len(sigma))
    _fill_lognormals(seed, stream, sigma, out)
    return out


def _segments(seed: int, n: int, shares: NDArray[np.float64]) -> NDArray[np.int8]:
    bounds = np.cumsum(shares / shares.sum())
    bounds[-1] = 1.0
    return np.searchsorted(bounds, _uniforms(seed, streams.SEGMENT, n), side="right").astype(np.int8)


def _kols(
    scenario: Scenario, graph: SocialGraph, seed: int
) -> tuple[NDArray[np.int8], NDArray[np.int16], dict[str, tuple[int, ...]]]:
    """Tiers choose one after the other, the next from those who are left."""
    role = np.zeros(graph.n, dtype=np.int8)
    tier = np.full(graph.n, -1, dtype=np.int16)
    by_tier: dict[str, tuple[int, ...]] = {}
    wanted = sum(one.count for one in scenario.roles.kols)
    by_degree = iter(choose_seeds(graph, "by_degree", min(wanted, graph.n), seed, FIRST_CHOICE))
    at_random = iter(choose_seeds(graph, "random", min(2 * wanted, graph.n), seed, FIRST_CHOICE))
    for number, one in enumerate(scenario.roles.kols):
        source = by_degree if one.choose == "by_degree" else at_random
        chosen: list[int] = []
        while len(chosen) < one.count:
            member = next(source, None)
            if member is None:
                break
            if role[member] == MEMBER:
                role[member], tier[member] = KOL, number
                chosen.append(member)
        by_tier[one.id] = tuple(chosen)
    return role, tier, by_tier


def _distributors(scenario: Scenario, role: NDArray[np.int8], seed: int) -> NDArray[np.int32]:
    """Draw those who start as distributors, and who recruited whom among them (a forest)."""
    settings = scenario.roles.distributors
    drawn = _uniforms(seed, streams.RECRUIT, len(role)) < settings.share
    role[drawn & (role == MEMBER)] = DISTRIBUTOR
    upline = np.full(len(role), -1, dtype=np.int32)
    members = np.flatnonzero(role == DISTRIBUTOR)
    first_level = [
        int(member)
        for member in members
        if uniform(seed, streams.RECRUIT, int(member), 1, 0) >= settings.second_level_share
    ]
    heads = set(first_level)
    # on a ring of addressed places the next head is one's upline: one head more moves only its own recruits
    ring = sorted((uniform(seed, streams.RECRUIT, head, 3, 0), head) for head in first_level)
    for member in (int(one) for one in members):
        if ring and member not in heads:
            place = bisect_left(ring, (uniform(seed, streams.RECRUIT, member, 2, 0), 0))
            upline[member] = ring[place % len(ring)][1]
    return upline


@compiled
def _mark_followers(
    seed: Integer, kol: Integer, cause: Integer, share: float, out: NDArray[np.bool_]
) -> None:
    for member in range(len(out)):
        out[member] = uniform(seed, streams.KOL_AUDIENCE, member, kol, cause) < share and member != kol


def _audiences(
    scenario: Scenario, kols_by_tier: dict[str, tuple[int, ...]], n: int, seed: int
) -> dict[int, NDArray[np.int32]]:
    tiers: dict[str, KolTier] = {one.id: one for one in scenario.roles.kols}
    audiences: dict[int, NDArray[np.int32]] = {}
    follows = np.empty(n, dtype=np.bool_)
    for id_, members in kols_by_tier.items():
        for kol in members:
            _mark_followers(seed, kol, _TIER, tiers[id_].followers_share, follows)
            audiences[kol] = np.flatnonzero(follows).astype(np.int32)
    return audiences
