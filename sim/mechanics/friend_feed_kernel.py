"""Friend feed 好友动态, compiled: the same as `sim.mechanics.friend_feed`."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import streams
from sim.compiled import internal
from sim.kernel.agenda import at
from sim.kernel.memory import Memory
from sim.kernel.records import coverage_of, offer_of, order_of, world_at
from sim.kernel.requests import ask_announce
from sim.kernel.views import record_at
from sim.mechanics.friend_feed import OPT_OUT, SHOW, FriendFeedConfig
from sim.mechanics.world import Phase
from sim.streams import mix, mix3, uniform

SHOWS = 181
"""What its timer does."""

FRIEND_FEED = np.dtype([("opt_out_share", "f8")])
_at = record_at(FRIEND_FEED)

_INCENTIVE = int(Phase.INCENTIVE)


def pack(memory: Memory, config: FriendFeedConfig) -> int:
    """Write the settings into a record; its address."""
    own: Any = np.zeros(1, dtype=FRIEND_FEED)
    own["opt_out_share"] = config.opt_out_share
    return memory.keep(own)


@internal
def paid(w: int, k: int, number: int) -> None:
    """Show a paid order, a second later."""
    order = order_of(w, number)
    seeded(w, k, order.member, order.product, order.cause, number)


@internal
def seeded(w: int, k: int, member: int, product: int, cause: int, number: int) -> None:
    """Show what a member has got, a second later; number: of the order, or -1."""
    world, offer = world_at(w, 0), offer_of(w, k)
    covered = coverage_of(w, k * world.products + product).covered
    if not covered or not offer.start_s <= world.now_s < offer.end_s:
        return
    luck = uniform(world.seed, streams.SHARE, member, 0, mix(OPT_OUT, offer.address))
    if luck < _at(offer.own, 0).opt_out_share:
        return
    show = mix3(SHOW, offer.address, cause)
    at(w, world.now_s + 1, _INCENTIVE, member, show, k, SHOWS, product, number)


@internal
def show(w: int, member: int, product: int, number: int, cause: int) -> None:
    """Have the friends told."""
    ask_announce(w, member, product, cause, number)
