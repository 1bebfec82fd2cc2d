"""KOL seeding 种草, compiled: the same as `sim.mechanics.kol_seeding`, function by function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import internal
from sim.events import Channel, Kind
from sim.kernel.agenda import at
from sim.kernel.members import adopt
from sim.kernel.memory import Memory
from sim.kernel.purse import pays_for, set_aside
from sim.kernel.records import (
    coverage_of,
    int8_at,
    int64_at,
    offer_of,
    order_of,
    product_of,
    put_int8,
    settings_of,
    world_at,
)
from sim.kernel.requests import ask_kol_post, ask_share
from sim.kernel.rows import emit
from sim.kernel.shares import share_of_fen
from sim.kernel.views import record_at, seen
from sim.mechanics.kol_seeding import (
    FORMAT_STEP,
    HIRE,
    POST,
    SAMPLE,
    SETTLE,
    KolSeedingConfig,
    chosen_seeds,
    person_shares,
    post_times,
)
from sim.mechanics.world import Phase
from sim.network.graph import SocialGraph
from sim.people import People
from sim.streams import mix3, mix4
from sim.units import DAY, share_ppm

SEEDED, POSTS, PAY_SHARE = 141, 142, 143
"""What its timers do."""

KOL_SEEDING = np.dtype(
    [
        *(
            (name, "i8")
            for name in [
                "fee_fen",
                "sample",
                "shares_as_buyer",
                "commission_ppm",
                "disclosed",
                "about",
                "seeds",
                "seeds_n",
                "share_ppm",
                "hired",
                "hiring_done",
                "is_seed",
                "posts_s",
                "posts_n",
            ]
        ),
        ("step", "f8"),
    ],
    align=True,
)
"""about: an offer, or -1; seeds, share_ppm, posts_s: addresses of int64; hired: address of int8[seeds_n];
is_seed: address of int8[members]."""
_at = record_at(KOL_SEEDING)

_OPERATOR, _KOL, _INCENTIVE = int(Phase.OPERATOR), int(Phase.KOL), int(Phase.INCENTIVE)
_SEED, _SAMPLE, _KOL_FEE = int(Kind.SEED), int(Kind.SAMPLE), int(Kind.KOL_FEE)
_BUDGET_SHORT = int(Kind.BUDGET_SHORT)
_KOL_POST, _PUBLIC = int(Channel.KOL_POST), int(Channel.PUBLIC)


def pack(
    memory: Memory,
    config: KolSeedingConfig,
    about: int,
    window_s: tuple[int, int],
    people: People,
    graph: SocialGraph,
) -> int:
    """Write the settings into a record, choose the seeds, lay out the posts; the record's address."""
    own: Any = np.zeros(1, dtype=KOL_SEEDING)
    own["fee_fen"], own["sample"], own["shares_as_buyer"] = (
        config.fee_fen,
        config.sample,
        config.shares_as_buyer,
    )
    own["commission_ppm"], own["disclosed"] = share_ppm(config.commission_share), config.disclosed
    own["about"], own["step"] = about, FORMAT_STEP[config.format]
    chosen = chosen_seeds(config, people, graph, int(memory.world["seed"][0]))
    shares = [share_ppm(share) for share in person_shares(config, chosen, people)]
    own["share_ppm"] = memory.keep(np.array(shares, dtype=np.int64))
    own["hired"] = memory.keep(np.zeros(len(chosen), dtype=np.int8))
    seeds = np.array(chosen, dtype=np.int64)
    is_seed: NDArray[np.int8] = np.zeros(people.members, dtype=np.int8)
    is_seed[seeds] = 1
    times = np.array(post_times(config, *window_s, int(memory.world["clock_s"][0])), dtype=np.int64)
    own["seeds"], own["seeds_n"], own["is_seed"] = memory.keep(seeds), len(seeds), memory.keep(is_seed)
    own["posts_s"], own["posts_n"] = memory.keep(times), len(times)
    return memory.keep(own)


def entries(own: int, products: int) -> int:
    """How many entries `start` makes, at most."""
    record = seen(own, 0, 1, KOL_SEEDING)[0]
    return int(record["seeds_n"]) * (products + int(record["posts_n"]))


@internal
def start(w: int, k: int) -> None:
    """Put samples and posts on the agenda."""
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    for place in range(own.seeds_n):
        seed = int64_at(own.seeds, place)
        for row in range(offer.products_n):
            product = int64_at(offer.products, row)
            cause = mix4(SAMPLE, offer.address, seed, product_of(w, product).address)
            at(w, offer.start_s, _OPERATOR, seed, cause, k, SEEDED, product, place)
        for number in range(own.posts_n):
            cause = mix4(POST, offer.address, seed, number)
            at(w, int64_at(own.posts_s, number), _KOL, seed, cause, k, POSTS, number, place)


@internal
def _hire(w: int, k: int) -> None:
    """Hire the seeds in their order, each whom the rest of the budget pays for, and set that aside."""
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    own.hiring_done = 1
    posts = own.posts_n and int64_at(own.posts_s, 0) < world_at(w, 0).horizon_s
    short = 0
    for place in range(own.seeds_n):
        cost_fen = _fee_fen(w, k, place) if posts else 0
        for row in range(offer.products_n):
            cost_fen += _sample_fen(w, k, place, int64_at(offer.products, row))
        if pays_for(w, 1, cost_fen):
            put_int8(own.hired, place, 1)
            set_aside(w, cost_fen)
        else:
            short += 1
    if short:
        cause = mix3(HIRE, offer.address, offer.start_s)
        emit(w, _BUDGET_SHORT, -1, -1, -1, k, -1, -1, -1, 0, short, cause)


@internal
def _fee_fen(w: int, k: int, place: int) -> int:
    own = _at(offer_of(w, k).own, 0)
    return share_of_fen(own.fee_fen, int64_at(own.share_ppm, place))


@internal
def _sample_fen(w: int, k: int, place: int, product: int) -> int:
    own = _at(offer_of(w, k).own, 0)
    if not own.sample:
        return 0
    return share_of_fen(product_of(w, product).cost_fen, int64_at(own.share_ppm, place))


@internal
def seed_one(w: int, k: int, seed: int, product: int, place: int, cause: int) -> bool:
    """A seed who is hired gets a sample, if there are any."""
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    if not own.hiring_done:  # the first of all who begin now: all are hired, in the scenario's order
        for other in range(world_at(w, 0).offers):
            one = offer_of(w, other)
            if one.type == offer.type and one.start_s == offer.start_s:
                _hire(w, other)
    if not own.sample or not int8_at(own.hired, place):
        return False
    emit(w, _SEED, seed, -1, product, k, -1, -1, -1, 0, 0, cause)
    cost_fen = _sample_fen(w, k, place, product)
    if cost_fen:
        set_aside(w, -cost_fen)
        emit(w, _SAMPLE, seed, -1, product, k, -1, -1, -1, cost_fen, 0, cause)
    adopt(w, seed, product)
    if own.shares_as_buyer:
        ask_share(w, seed, product, cause)
    return True


@internal
def post(w: int, k: int, seed: int, number: int, place: int, cause: int) -> None:
    """A seed who is hired posts; the fee is due at the first post."""
    offer = offer_of(w, k)
    own = _at(offer.own, 0)
    if not int8_at(own.hired, place):
        return
    product, fee_fen = int64_at(offer.products, number % offer.products_n), _fee_fen(w, k, place)
    if number == 0 and fee_fen:
        set_aside(w, -fee_fen)
        emit(w, _KOL_FEE, seed, -1, product, k, -1, -1, -1, fee_fen, 0, cause)
    ask_kol_post(w, seed, product, own.about, cause, own.step, own.disclosed != 0, own.sample != 0)


@internal
def received(w: int, k: int, number: int) -> None:
    """A KOL's share of the sales that came through the posts, once the goods cannot come back."""
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own = _at(offer.own, 0)
    if not own.commission_ppm or order.source < 0 or not int8_at(own.is_seed, order.source):
        return
    if not coverage_of(w, k * world.products + order.product).covered:
        return
    if order.channel not in (_KOL_POST, _PUBLIC):
        return
    when_s = world.now_s + max(1, int(settings_of(w, 0).refund_window_days * DAY))
    cause = mix3(SETTLE, offer.address, order.cause)
    at(w, when_s, _INCENTIVE, order.source, cause, k, PAY_SHARE, number, 0)


@internal
def pay_share(w: int, k: int, number: int) -> None:
    """Pay it."""
    order = order_of(w, number)
    amount_fen = share_of_fen(order.price_fen - order.refunded_fen, _at(offer_of(w, k).own, 0).commission_ppm)
    if order.closed or not amount_fen:
        return
    emit(
        w, _KOL_FEE, order.source, order.member, order.product, k, -1, number, -1, amount_fen, 0, order.cause
    )
