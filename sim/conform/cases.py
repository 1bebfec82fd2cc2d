"""Small whole scenarios chosen at random: every setting there is, in communities of every shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from sim.conform.choice import Chooser, Drawn, Settings, any_of, some_of, stirred
from sim.conform.offers import Shop, offers
from sim.network.chats import lay_chats
from sim.network.csr import codes_of, empty_rows
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.scenario.model import PROMOTIONS, Scenario
from sim.settings.behaviour import (
    AfterSales,
    ChannelLiking,
    Deciding,
    Fatigue,
    Response,
    RouteEffort,
    ShareChannel,
    Sharing,
    SourceStep,
    Staleness,
    Trigger,
)
from sim.settings.community import Category, ChatKind, KolTier, Segment
from sim.settings.shop import Orders, Product
from sim.streams import NETWORK_TIE, uniform

Shape = Literal["generated", "given_ties", "strangers", "co_purchase"]
"""The community: generated; read from a file with ties of its own; chats and followers without friends;
people who only bought together."""

CATEGORIES: tuple[Category, ...] = get_args(Category)
PRODUCTS = ("rice", "cream", "phone")
SEGMENTS = ("new", "loyal")
LIST_FEN = 3000


@dataclass(frozen=True)
class Case:
    """One scenario in one community. name: how to make it again."""

    name: str
    scenario: Scenario
    graph: SocialGraph


def drawn_case(seed: int, number: int, *always: str) -> Case:
    """The case of a number, by addressed draws; `always`: types of mechanics that are in it."""
    return chosen_case(Drawn(seed, number), f"generated {seed}/{number}", *always)


def chosen_case(choose: Chooser, name: str, *always: str) -> Case:
    """A case made of choices."""
    scenario = chosen_scenario(choose, *always)
    return Case(name, scenario, community_of(scenario, choose.one(*get_args(Shape), "generated")))


def community_of(scenario: Scenario, shape: Shape = "generated") -> SocialGraph:
    """A community of a scenario's size and seed."""
    seed = scenario.run.seed
    graph = generate(seed, scenario.population.members, **scenario.network.model_dump())
    if shape == "given_ties":
        codes = codes_of(graph.friend_start, graph.friend_target)
        draws = [uniform(seed, NETWORK_TIE, int(code), -1, 0) for code in codes]
        ties = np.array([min(1.0, 1.2 * draw) for draw in draws])
        made = SocialGraph.of_friends(graph.n, codes, graph.community, ties=ties)
        graph = replace(made, follow_start=graph.follow_start, follow_target=graph.follow_target)
    elif shape == "strangers":
        graph = _friendless(graph)
    elif shape == "co_purchase":
        graph = replace(
            _friendless(graph), co_purchase_start=graph.friend_start, co_purchase_target=graph.friend_target
        )
    return lay_chats(graph, scenario.communities.chats, seed)


def _friendless(graph: SocialGraph) -> SocialGraph:
    """The same people, none of them friends."""
    start, target = empty_rows(graph.n)
    return replace(graph, friend_start=start, friend_target=target, friend_tie=np.empty(0))


def chosen_scenario(choose: Chooser, *always: str) -> Scenario:
    """A valid scenario of 20-120 members and at most eight days in which a lot is sold."""
    members = choose.one(24, 40, 60, 20, 120)
    segments = [_segment(choose, id_) for id_ in SEGMENTS[: choose.whole(1, 2)]]
    products = [_product(choose, id_) for id_ in PRODUCTS[: choose.whole(1, 3)]]
    kols = [_tier(choose, f"tier{number}") for number in range(choose.whole(0, 2))]
    shop = Shop(
        {one["id"]: one["stock"] for one in products},
        tuple(one["id"] for one in segments),
        tuple(one["id"] for one in kols),
        members,
    )
    mechanics, schedule = offers(choose, shop, always)
    orders = _orders(choose)
    if orders["exclusive"]:
        mechanics = _without_overlap(mechanics)
    ids = {one["id"] for one in (*mechanics, *schedule)}
    for one in (*mechanics, *schedule):
        if one.get("about") not in ids:
            one.pop("about", None)
    flat, evening = [1.0] * 24, [0.0] * 18 + [2.0] * 6
    return Scenario.model_validate(
        {
            "id": "generated",
            "population": {
                "members": members,
                "segments": segments,
                **choose.one({}, {"hour_profile": flat}, {"hour_profile": evening}),
                **choose.one({}, {"weekend_factor": 0.4}, {"weekend_factor": 2.0}),
            },
            "network": {"median_degree": choose.one(6.0, 3.0, 12.0), "follow_mean": choose.one(0.0, 3.0)},
            "communities": {
                "chats": [_chat(choose, f"chat{number}") for number in range(choose.one(1, 0, 2))]
            },
            "roles": {"kols": kols, "distributors": _distributors(choose)},
            "products": products,
            "orders": orders,
            "mechanics": mechanics,
            # far too little, too little for most, or enough for many
            "operator": {"schedule": schedule, "budget_fen": choose.one(None, None, 0, 900, 4_000)},
            "calendar": [_calendar(choose, f"day{number}", shop) for number in range(choose.one(0, 0, 1, 2))],
            "behaviour": _behaviour(choose),
            "run": {
                "start": choose.one("2026-11-02T00:00", "2026-11-06T18:00"),
                "horizon_days": choose.one(3.0, 1.5, 5.0, 8.0, 8.0),
                "seed": choose.whole(0, 2**32 - 1),
            },
        }
    )


def _without_overlap(mechanics: list[Settings]) -> list[Settings]:
    """The mechanics without promotions of a product that an earlier one promotes."""
    kept, taken = [], set[str]()
    for one in mechanics:
        covered = {priced["id"] for priced in one.get("prices", ())}
        if one["type"] in PROMOTIONS:
            if covered & taken:
                continue
            taken |= covered
        kept.append(one)
    return kept


def _product(choose: Chooser, id_: str) -> Settings:
    return {
        "id": id_,
        **any_of(choose, Product, "category"),
        "list_price_fen": choose.one(LIST_FEN, LIST_FEN, 12_000),
        "reference_price_fen": choose.one(None, 4000),
        "cost_fen": choose.one(1200, 0),
        "postage_fen": choose.one(0, 500),
        "stock": choose.one(None, None, 40, 5, 0),
        "high_effort": choose.one(False, True),
        "repurchase_days": choose.one(None, 0.5),
        "delivery_days": choose.one(1.0, 0.0),
        "return_prob": choose.one(0.03, 0.5, 0.9),
        "resellable": choose.one(True, False),
        **stirred(choose, Product, 2, "delivery_days", "return_prob", "postage_fen"),
    }


def _segment(choose: Chooser, id_: str) -> Settings:
    return {
        "id": id_,
        "old_customer_share": choose.one(0.0, 0.5),
        "sessions_per_day": choose.one(12.0, 4.0),
        "browse_per_day": choose.one(2.0, 0.3, 0.0),
        "attention_items": choose.one(6, 2),
        "tolerance_items": choose.one(40.0, 4.0, 1.0),
        "wallet_per_30_days_fen": choose.one(None, None, 7000),
        "utility": choose.one({}, {choose.one(*CATEGORIES): 0.6}),
        **stirred(choose, Segment, 3, "old_customer_share", "sessions_per_day", "browse_per_day",
                  "attention_items", "tolerance_items"),
    }  # fmt: skip


def _chat(choose: Chooser, id_: str) -> Settings:
    return {
        "id": id_,
        **any_of(choose, ChatKind, "kind"),
        "size_mean": choose.one(15.0, 5.0),
        "memberships_per_member": choose.one(1.0, 0.5, 2.0),
        **stirred(choose, ChatKind, 1, "size_mean", "memberships_per_member"),
    }


def _tier(choose: Chooser, id_: str) -> Settings:
    return {
        "id": id_,
        **any_of(choose, KolTier, "choose"),
        "count": choose.whole(1, 2),
        "followers_share": choose.one(0.2, 0.02),
        "niche": choose.one(CATEGORIES, CATEGORIES[:1], CATEGORIES[1:], ()),
        "public_pool": choose.one(0, 5),
        "public_pool_growth": choose.one(0.0, 0.5, 1.5),
        **stirred(choose, KolTier, 1, "count", "followers_share", "public_pool", "public_pool_growth"),
    }


def _distributors(choose: Chooser) -> Settings:
    return {
        "share": choose.one(0.0, 0.15, 0.3),
        "posts_per_day": choose.one(2.0, 0.5),
        "expectation_fen_per_week": choose.one(5_000, 0, 1_000_000),
        "effort_step": choose.one(0.25, 0.9),
        "dormant_below_per_day": choose.one(0.05, 1.0),
        "second_level_share": choose.one(0.5, 0.2),
    }


def _orders(choose: Chooser) -> Settings:
    return {
        **any_of(choose, Orders, "stock_deducted_on"),
        "oversell_guard": choose.one(True, True, True, False),
        "unpaid_timeout_minutes": choose.one(30.0, 600.0),
        "payment_prob": choose.one(1.0, 0.7),
        "payment_delay_minutes": choose.one(10.0, 0.0, 3.0, 200.0),
        "auto_receive_days": choose.one(3.0, 0.0, 7.0),
        "refund_window_days": choose.one(7.0, 0.0, 1.0),
        "platform_fee_share": choose.one(0.006, 0.0, 0.02),
        "exclusive": choose.one(False, False, True),
        "stacking": some_of(choose, ("coupon", "leader_discount", "flash", "group", "community")),
    }


def _calendar(choose: Chooser, id_: str, shop: Shop) -> Settings:
    return {
        "id": id_,
        "from_day": choose.one(0.0, 0.5, 1.0),
        "days": choose.one(1.0, 0.5, 10.0),
        "session_factor": choose.one(1.0, 0.3, 2.0),
        "utility": choose.one(0.0, 0.8, -0.8),
        "products": [choose.one(*shop.stock)] if choose.one(False, True) else [],
    }


def _behaviour(choose: Chooser) -> Settings:
    base = choose.one(-0.5, -2.0, 1.0, 2.5)
    first, second = {"at": 0.0, "prob": 0.5}, {"at": 0.3, "prob": 0.8}
    return {
        "deciding": {
            "base": dict.fromkeys(CATEGORIES, base) | {choose.one(*CATEGORIES): base + 0.3},
            "source_step": stirred(choose, SourceStep, 2),
            "response": {
                **any_of(choose, Response, "argument"),
                **choose.one({}, {}, {"low_effort": {"points": [first, second]}}),
                **choose.one({}, {}, {"high_effort": {"points": [first, second]}}),
            },
            "effort": {**stirred(choose, RouteEffort, 1), "buy_alone": choose.one(0.0, 2.0)},
            **stirred(choose, Deciding, 2),
        },
        "sharing": {
            "intercept": choose.one(-2.0, 0.0, -3.0),
            "private_limit": choose.one(6, None, 2),
            **choose.one({}, {}, {"triggers": some_of(choose, get_args(Trigger))}),
            **choose.one({}, {}, {"channels": some_of(choose, get_args(ShareChannel))}),
            "liking": stirred(choose, ChannelLiking, 1),
            **stirred(choose, Sharing, 2, "intercept", "private_limit"),
        },
        "staleness": stirred(choose, Staleness, 2),
        "fatigue": stirred(choose, Fatigue, 1),
        "after_sales": {"review_prob": choose.one(0.5, 0.1), **stirred(choose, AfterSales, 1, "review_prob")},
    }
