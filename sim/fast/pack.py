"""From a scenario, a graph and its people to the memory of a compiled run: the one boundary there is.

Beyond it there are only records and arrays; nothing is looked up by name again.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import datetime
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from sim.allowance import allowance_of
from sim.decisions import table_value
from sim.events import Channel
from sim.fast.rooms import make_rooms
from sim.kernel.codes import ADOPTERS, NEIGHBOUR_WEIGHT, RESPONSE_ARGUMENTS
from sim.kernel.counts import CHANNEL_PLACES, NO_PERIOD, end_period
from sim.kernel.memory import Memory, aligned
from sim.kernel.records import (
    CALENDAR,
    CHAT,
    COVERAGE,
    MEMBER,
    NOT_YET,
    OFFER,
    PRODUCT,
    RESPONSE_POINTS,
    SEGMENT,
    SETTINGS,
    TIER,
    VISIT,
)
from sim.mechanics import kernel_pack, kernel_registry
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.registry import covered_products
from sim.mechanics.rewards import waits_for_final
from sim.mechanics.world import Phase
from sim.network.graph import SocialGraph
from sim.outcomes import COUNT_KINDS
from sim.people import People
from sim.scenario.model import Scenario
from sim.sessions import summed_rate
from sim.settings.community import Category
from sim.streams import address_of, normal_quantile
from sim.units import DAY, HOUR, MINUTE, share_ppm

CATEGORIES: tuple[str, ...] = get_args(Category)
CHANNELS = {"private": int(Channel.PRIVATE), "chat": int(Channel.CHAT), "moments": int(Channel.MOMENTS)}

_BUCKETS_MAX = 1 << 18  # assumption: a finer calendar costs more to walk than it saves


def pack(scenario: Scenario, graph: SocialGraph, people: People, seed: int, period_s: int) -> Memory:
    """Lay out a run; nothing is due yet. period_s: by which messages are counted, or 0 to record them."""
    memory = Memory()
    world = memory.world
    rates = summed_rate(scenario)
    world["seed"], world["horizon_s"], world["hours"] = seed, scenario.run.decisions_s, len(rates) - 1
    world["clock_s"] = datetime.fromisoformat(scenario.run.start).hour * HOUR
    world["members"], world["products"] = people.members, len(scenario.products)
    world["segments"], world["offers"] = len(scenario.population.segments), len(scenario.offers)
    world["reader"] = -1
    budget_fen = scenario.operator.budget_fen
    world["budgeted"], world["budget_left_fen"] = budget_fen is not None, budget_fen or 0
    memory.put("summed_rate", rates)
    memory.put("settings", _settings(scenario))
    memory.put("segment", _segments(scenario))
    memory.put("tier", _tiers(scenario))
    memory.put("product", _products(scenario, people))
    memory.put("product_address", np.ascontiguousarray(people.product_address))
    memory.put("popularity", np.array([one.popularity for one in scenario.products]))
    _calendar(memory, scenario)
    _graph(memory, graph, people)
    memory.put("chat", _chats(scenario, graph))
    memory.put("member", _members(scenario, graph, people))
    _queue(memory, people.members, 3600 * (len(rates) - 1))
    make_rooms(memory, scenario, graph, people)
    _browsed(memory)
    memory.put("doubted", (people.tier >= 0).astype(np.int8))
    _counts(memory, period_s)
    memory.put("told_by", np.zeros(len(Channel), dtype=np.int64))
    for name, value in asdict(allowance_of(people.members)).items():
        world[name] = value
    _offers(memory, scenario, graph, people)
    return memory


def _settings(scenario: Scenario) -> NDArray[Any]:
    made: Any = np.zeros(1, dtype=SETTINGS)
    behaviour, orders = scenario.behaviour, scenario.orders
    deciding, sharing, fatigue, after = (
        behaviour.deciding,
        behaviour.sharing,
        behaviour.fatigue,
        behaviour.after_sales,
    )
    for name in [
        "taste_persistence",
        "homophily",
        "tie_slope",
        "advertising_share",
        "rewarded_share",
        "incentive",
        "quality_weight",
        "unknown_quality_penalty",
        "urgency",
        "scarcity",
        "route_taste_sigma",
        "fill_prior",
        "fill_prior_groups",
        "consider_margin",
        "fatigue_weight",
        "reference_adaptation",
        "stockpile_units",
    ]:
        made[name] = getattr(deciding, name)
    for name in ("buy_alone", "open_group", "join_group", "join_listed", "flash", "community"):
        made[f"effort_{name}"] = getattr(deciding.effort, name)
    for name in [
        "intercept",
        "bought",
        "waiting_group",
        "reward_jump",
        "reward_slope",
        "satisfaction",
        "liked_margin",
        "social_cost",
        "tie_weight",
        "reward_tie_shift",
        "guess_weight",
        "guess_noise_sigma",
        "credibility_wear",
    ]:
        made[name] = getattr(sharing, name)
    for name in ["per_item", "per_push", "value_item_heals", "slows_sessions", "leave_at", "chat_dies_below"]:
        made[name] = getattr(fatigue, name)
    for name in [
        "satisfaction_sigma",
        "price_won_fit",
        "review_prob",
        "dissatisfied_return_prob",
        "return_delay_days",
    ]:
        made[name] = getattr(after, name)
    made["credibility_half_life_s"] = sharing.credibility_half_life_hours * HOUR
    made["half_life_s"] = fatigue.half_life_hours * 3600.0
    made["base"] = [getattr(deciding.base, name) for name in CATEGORIES]
    for channel in Channel:
        if channel is not Channel.OPEN_LIST:  # a place to find groups, not one that messages come over
            made["source_step"][0, channel] = getattr(deciding.source_step, channel.name.lower())
    made["liking"] = [getattr(sharing.liking, name) for name in CHANNELS]
    made["shares_by"] = [CHANNELS[name] for name in sharing.channels] + [-1] * (3 - len(sharing.channels))
    stale = behaviour.staleness
    hours = (stale.private, stale.kol_post, stale.push, stale.chat, stale.moments, stale.public)
    made["stale_s"] = [one * 3600 for one in hours]  # in the order of `sim.fast.talk.priority`
    made["on_paid"], made["on_received"], made["on_liked"] = (
        trigger in sharing.triggers for trigger in ("paid", "received", "liked")
    )
    made["private_limit"] = -1 if sharing.private_limit is None else sharing.private_limit
    made["chats_limit"] = sharing.chats_limit
    response = deciding.response
    made["response"] = RESPONSE_ARGUMENTS[response.argument]
    tables = {"low": response.low_effort.points, "high": response.high_effort.points}
    for name, points in tables.items():
        made[f"{name}_points"] = len(points)
        made[f"{name}_at"][0, : len(points)] = [point.at for point in points]
        made[f"{name}_prob"][0, : len(points)] = [point.prob for point in points]
        places, probs = np.array([(point.at, point.prob) for point in points], dtype=float).T.copy()
        made[f"{name}_z"] = [
            normal_quantile(table_value(places, probs, float(at))) for at in range(RESPONSE_POINTS)
        ]
    # more adopters than the table tells apart need not be remembered
    for name, points in tables.items():
        apart = {ADOPTERS: float(math.ceil(points[-1].at)), NEIGHBOUR_WEIGHT: math.inf}
        made[f"{name}_heard"] = apart.get(RESPONSE_ARGUMENTS[response.argument], 0.0)
    made["on_payment"] = orders.stock_deducted_on == "payment"
    made["timeout_s"] = max(1, int(orders.unpaid_timeout_minutes * MINUTE))
    made["oversell_guard"], made["payment_prob"] = orders.oversell_guard, orders.payment_prob
    made["payment_mean_s"] = orders.payment_delay_minutes * MINUTE
    made["auto_receive_days"] = orders.auto_receive_days
    made["refund_window_days"] = orders.refund_window_days
    made["waits_for_final"] = any(waits_for_final(offer) for offer in scenario.offers)
    made["platform_fee_ppm"] = share_ppm(orders.platform_fee_share)
    for name in ("coupon", "leader_discount", "flash", "group", "community"):
        made[f"stacks_{name}"] = name in orders.stacking
    distributors = scenario.roles.distributors
    for name in ["posts_per_day", "expectation_fen_per_week", "effort_step", "dormant_below_per_day"]:
        made[name] = getattr(distributors, name)
    made["calendar_entries"] = len(scenario.calendar)
    return made


def _segments(scenario: Scenario) -> NDArray[Any]:
    made: Any = np.zeros(len(scenario.population.segments), dtype=SEGMENT)
    for row, one in zip(made, scenario.population.segments, strict=True):
        row["browse_per_hour"], row["privacy"] = one.browse_per_day / 24.0, one.privacy
        row["attention"] = one.attention_items
        row["wallet_fen"] = -1 if one.wallet_per_30_days_fen is None else one.wallet_per_30_days_fen
        row["utility"] = [getattr(one.utility, name) for name in CATEGORIES]
    return made


def _tiers(scenario: Scenario) -> NDArray[Any]:
    made: Any = np.zeros(max(1, len(scenario.roles.kols)), dtype=TIER)
    for row, one in zip(made, scenario.roles.kols, strict=False):
        row["credibility"], row["charm"], row["growth"] = one.credibility, one.charm, one.public_pool_growth
        row["public_pool"] = one.public_pool
        for number, category in enumerate(CATEGORIES):
            row[f"fits_{number}"] = category in one.niche
    return made


def _products(scenario: Scenario, people: People) -> NDArray[Any]:
    made: Any = np.zeros(len(scenario.products), dtype=PRODUCT)
    for row, one, address in zip(made, scenario.products, people.product_address, strict=True):
        for name in [
            "quality",
            "known_share",
            "shareability",
            "utility",
            "delivery_days",
            "return_prob",
            "list_price_fen",
            "cost_fen",
            "postage_fen",
            "carriage_fen",
            "high_effort",
            "resellable",
        ]:
            row[name] = getattr(one, name)
        row["address"], row["category"] = address, CATEGORIES.index(one.category)
        row["reference_fen"] = float(one.reference_fen)
        row["repurchase_days"] = -1.0 if one.repurchase_days is None else one.repurchase_days
        row["limited"], row["stock"] = one.stock is not None, one.stock or 0
    return made


def _calendar(memory: Memory, scenario: Scenario) -> None:
    made: Any = np.zeros(max(1, len(scenario.calendar)), dtype=CALENDAR)
    applies: NDArray[np.int8] = np.zeros((len(made), len(scenario.products)), dtype=np.int8)
    for row, covers, entry in zip(made, applies, scenario.calendar, strict=False):
        row["from_day"], row["to_day"] = entry.from_day, entry.from_day + entry.days
        row["utility"], row["all_products"] = entry.utility, not entry.products
        covers[:] = [one.id in entry.products for one in scenario.products]
    memory.put("calendar", made)
    memory.put("calendar_product", applies.reshape(-1))


def _graph(memory: Memory, graph: SocialGraph, people: People) -> None:
    for name in ("friend_start", "friend_target", "friend_tie", "follow_start", "follow_target"):
        memory.put(name, getattr(graph, name))
    start, chat = graph.chats_of
    memory.put("chat_member", graph.chat_member)
    memory.put("chat_silent", np.zeros(graph.chat_member.size, dtype=np.int8))
    memory.put("member_chat_start", start)
    memory.put("member_chat", chat)
    memory.put("member_chat_left", np.zeros(chat.size, dtype=np.int8))
    sizes = np.zeros(people.members + 1, dtype=np.int64)
    for kol, followers in people.audience.items():
        sizes[kol + 1] = len(followers)
    memory.put("audience_start", np.cumsum(sizes))
    nobody = np.zeros(0, dtype=np.int32)
    memory.put(
        "audience", np.concatenate([nobody, *(people.audience[kol] for kol in sorted(people.audience))])
    )


def _chats(scenario: Scenario, graph: SocialGraph) -> NDArray[Any]:
    made: Any = np.zeros(graph.chats + 1, dtype=CHAT)[: graph.chats]
    steps = np.array([kind.step for kind in scenario.communities.chats])
    sizes = np.diff(graph.chat_start)
    made["first"], made["size"], made["listening"] = graph.chat_start[:-1], sizes, sizes
    if graph.chats:
        made["step"] = steps[graph.chat_kind]
    return made


def _members(scenario: Scenario, graph: SocialGraph, people: People) -> NDArray[Any]:
    made: Any = aligned(people.members, MEMBER)
    for name in [
        "sessions_per_hour",
        "price_coefficient",
        "trust",
        "conformity",
        "tolerance",
        "sharing",
        "segment",
        "role",
        "tier",
        "old_customer",
    ]:
        made[name] = getattr(people, name)
    made["community"] = people.community
    for name in ("inbox", "credibility_s", "spent_month", "read_day", "acted_day"):
        made[name] = -1
    made["registered_s"] = np.where(people.old_customer, -1, NOT_YET)
    if graph.chats:
        rates = np.array([kind.value_posts_per_day for kind in scenario.communities.chats])
        owner = np.repeat(np.arange(graph.chats), np.diff(graph.chat_start))
        # chat by chat, as the readable engine adds them up
        made["value_posts"] = np.bincount(
            graph.chat_member, weights=rates[graph.chat_kind][owner], minlength=people.members
        )
    return made


def _queue(memory: Memory, members: int, end_s: int) -> None:
    """Buckets of a power of two seconds: more for more members, whose entries would crowd.

    end_s: of the last hour that visits are drawn for, in which the horizon lies.
    """
    wanted = min(_BUCKETS_MAX, max(256, 4 * members))
    bucket_s = 1
    while end_s // bucket_s > wanted:
        bucket_s *= 2
    buckets = end_s // bucket_s + 1
    for name in ("bucket", "visit_bucket"):
        memory.put(name, np.full(buckets, -1, dtype=np.int32))
    memory.put("visit", np.empty(2 * members, dtype=VISIT))
    memory.world["session_phase"], memory.world["browse_phase"] = int(Phase.SESSION), int(Phase.BROWSE)
    memory.world["buckets"], memory.world["bucket_s"] = buckets, bucket_s
    memory.world["at_bucket"], memory.world["later"] = -1, -1


def _counts(memory: Memory, period_s: int) -> None:
    """Room for a period's counts; what is never counted takes none, as untouched pages are not there."""
    world = memory.world
    world["period_s"], world["period_end_s"] = period_s, NO_PERIOD
    if period_s:
        products, segments = int(world["products"][0]), int(world["segments"][0])
        cells = len(COUNT_KINDS) * (products + 1) * CHANNEL_PLACES * (segments + 1)
        memory.put("counts", np.zeros(cells, dtype=np.int64))
        memory.put("counted", np.empty(cells, dtype=np.int32))
        end_period(memory.w, 0)


def _browsed(memory: Memory) -> None:
    """The first message stands for what one is looking at in the shop."""
    memory.world["message_used"] = 1
    looked_at = memory.array("message")[:1]
    looked_at[0] = np.zeros(1, dtype=looked_at.dtype)[0]
    looked_at["channel"], looked_at["charm"] = int(Channel.BROWSE), 1.0
    for name in ("sender", "group", "chat", "offer"):
        looked_at[name] = -1


def _offers(memory: Memory, scenario: Scenario, graph: SocialGraph, people: People) -> None:
    product_ids = [one.id for one in scenario.products]
    segment_ids = tuple(one.id for one in scenario.population.segments)
    number_of = {offer.id: number for number, offer in enumerate(scenario.offers)}
    offers: Any = np.zeros(len(scenario.offers) + 1, dtype=OFFER)
    coverage: Any = np.zeros(len(scenario.offers) * len(product_ids) + 1, dtype=COVERAGE)
    memory.put("offer", offers)
    memory.put("coverage", coverage)
    coverage["list_first"] = coverage["list_last"] = -1
    entries = 0
    for k, config in enumerate(scenario.offers):
        start_s = int(config.from_day * DAY)
        end_s = scenario.run.campaign_s if config.days is None else int((config.from_day + config.days) * DAY)
        covered = [product_ids.index(id_) for id_ in covered_products(config, product_ids)]
        here = coverage[k * len(product_ids) : (k + 1) * len(product_ids)]
        here["covered"][covered] = 1
        for product, priced in zip(covered, getattr(config, "prices", ()), strict=False):
            here["price_fen"][product] = priced.price_fen
            here["limited"][product], here["quota"][product] = priced.quota is not None, priced.quota or 0
        if isinstance(config, GroupBuyConfig) and config.ladder:
            here["price_fen"][covered[0]] = config.ladder[0].price_fen
        here["left"] = here["quota"]
        row = offers[k : k + 1]
        row["type"], row["address"] = kernel_registry.TYPES.index(config.type), address_of(config.id)
        row["start_s"], row["end_s"] = start_s, end_s
        row["products"] = memory.keep(np.array(covered, dtype=np.int64))
        row["products_n"] = len(covered)
        if hasattr(config, "prices"):
            row["bought"] = memory.keep(np.zeros(people.members, dtype=np.int32))
        about = getattr(config, "about", None)
        row["own"], more = kernel_pack.pack(
            memory,
            config,
            k,
            -1 if about is None else number_of[about],
            (start_s, end_s),
            product_ids,
            segment_ids,
            people,
            graph,
        )
        entries += max(0, more)  # a window that never opens has less than none
    memory.make_room("entry", int(memory.world["entry_room"][0]) + entries)
    by_moment = [
        [
            k
            for k, config in enumerate(scenario.offers)
            if kernel_registry.TYPES.index(config.type) in types
            and (moment != kernel_registry.FINAL or waits_for_final(config))
        ]
        for moment, types in enumerate(kernel_registry.MOMENTS)
    ]
    memory.put("moment", np.array([k for offers_ in by_moment for k in offers_] + [0], dtype=np.int32))
    memory.put("moment_start", np.cumsum([0, *(len(offers_) for offers_ in by_moment)]))
