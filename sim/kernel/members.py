"""Members in a compiled run: their ties, their standing with a product, how tired and believed they are."""

from __future__ import annotations

from sim.compiled import internal
from sim.decisions import healed_credibility, rested
from sim.kernel.records import (
    NOT_YET,
    STANDING,
    friend_start_of,
    friend_target_of,
    friend_tie_of,
    int8_at,
    int32_at,
    int64_at,
    member_of,
    product_of,
    put_int8,
    put_int32,
    put_int64,
    settings_of,
    tier_of,
    world_at,
)
from sim.kernel.tables import standing_slot
from sim.kernel.views import record_at
from sim.people import lasting_taste

_SIZE = STANDING.itemsize

standing_at = record_at(STANDING)


@internal
def standing(w: int, member: int, product: int) -> int:
    """Address of the record of where a member stands with a product; use `standing_at(address, 0)`."""
    world = world_at(w, 0)
    if world.dense:
        address = world.standing + (member * world.products + product) * _SIZE
    else:
        address = world.sparse + _sparse_place(w, member * world.products + product) * _SIZE
    here = standing_at(address, 0)
    if not here.known:
        here.known = 1
        here.reference_fen = product_of(w, product).reference_fen
        here.taste = lasting_taste(
            world.seed,
            settings_of(w, 0).homophily,
            member_of(w, member).community,
            member,
            product_of(w, product).address,
        )
        here.heard, here.heard_friends, here.heard_first = 0, 0, -1
        here.pending, here.ordered, here.bought, here.waiting, here.due_s = -1, 0, 0, -1, -1
        here.adopted, here.channels = 0, 0
    return address


@internal
def _sparse_place(w: int, key: int) -> int:
    """Where a standing is in the growing array, by a table of open addressing."""
    world = world_at(w, 0)
    slot = standing_slot(w, key)
    if int64_at(world.standing_keys, slot) == key:
        return int(int32_at(world.standing_values, slot))
    place = world.sparse_used
    world.sparse_used += 1
    put_int64(world.standing_keys, slot, key)
    put_int32(world.standing_values, slot, place)
    standing_at(world.sparse + place * _SIZE, 0).known = 0
    return int(place)


@internal
def tie(w: int, member: int, other: int) -> float:
    """Strength of the tie between two members; 0 for strangers and for the operator."""
    if other < 0:
        return 0.0
    low, high = friend_start_of(w, member), friend_start_of(w, member + 1)
    end = high
    while low < high:
        middle = (low + high) >> 1
        if friend_target_of(w, middle) < other:
            low = middle + 1
        else:
            high = middle
    if low < end and friend_target_of(w, low) == other:
        return float(friend_tie_of(w, low))
    return 0.0


@internal
def fatigue(w: int, member: int) -> float:
    """Promotional load now."""
    m, settings = member_of(w, member), settings_of(w, 0)
    heals = settings.value_item_heals * m.value_posts
    elapsed_s = float(world_at(w, 0).now_s - m.fatigue_s)
    return rested(m.fatigue, elapsed_s, settings.half_life_s, heals)


@internal
def has_paid_before(w: int, member: int) -> bool:
    """Whether the member has ever paid in this shop, before the campaign or in it."""
    m = member_of(w, member)
    return m.old_customer != 0 or m.orders_paid > 0


@internal
def has_ordered_before(w: int, member: int) -> bool:
    """Whether the member has ever placed an order in this shop, paid or not."""
    m = member_of(w, member)
    return m.old_customer != 0 or m.orders_placed > 0


@internal
def note_registered(w: int, member: int) -> None:
    """The member orders; the first time is remembered."""
    m = member_of(w, member)
    if m.registered_s == NOT_YET:
        m.registered_s = world_at(w, 0).now_s


@internal
def credibility(w: int, member: int) -> float:
    """How far a sender is believed now (0-1)."""
    if member < 0 or not int8_at(world_at(w, 0).doubted, member):
        return 1.0
    m = member_of(w, member)
    start = tier_of(w, m.tier).credibility if m.tier >= 0 else 1.0
    if m.credibility_s < 0:
        return start
    elapsed_s = float(world_at(w, 0).now_s - m.credibility_s)
    return start * healed_credibility(m.credibility, elapsed_s, settings_of(w, 0).credibility_half_life_s)


@internal
def wear_credibility(w: int, member: int) -> None:
    """Paid promotion was sent: the sender is believed a little less."""
    m = member_of(w, member)
    start = tier_of(w, m.tier).credibility if m.tier >= 0 else 1.0
    if start > 0.0:
        kept = 1.0 - settings_of(w, 0).credibility_wear
        m.credibility = credibility(w, member) / start * kept
        m.credibility_s = world_at(w, 0).now_s
        put_int8(world_at(w, 0).doubted, member, 1)


@internal
def adopt(w: int, member: int, product: int) -> None:
    """A member has the product from now on."""
    here = standing_at(standing(w, member, product), 0)
    if not here.adopted:
        here.adopted = 1
        product_of(w, product).adopters += 1
