"""The compiled forms of the mechanics, and the one place that hands them their moments.

Beside `sim.mechanics.registry`, and to be read with it: the same moments in the same order. A mechanic of
this list has a number, and stands in `MOMENTS` for the moments it cares about.
"""

from __future__ import annotations

from sim.compiled import compiled, internal
from sim.events import Reason
from sim.kernel.records import (
    coverage_of,
    int32_at,
    int64_at,
    offer_of,
    order_of,
    put_int64,
    route_of,
    settings_of,
    world_at,
)
from sim.mechanics import (
    community_group_buy_kernel,
    coupon_kernel,
    flash_sale_kernel,
    friend_feed_kernel,
    kol_seeding_kernel,
    push_kernel,
    referral_kernel,
    review_cash_back_kernel,
)
from sim.mechanics.commission import kernel as commission_kernel
from sim.mechanics.commission import ranking_kernel as commission_ranking_kernel
from sim.mechanics.commission.record import ADAPT, PLAN_DAY, POSTS, RANK, SETTLES
from sim.mechanics.community_group_buy_kernel import CUT_OFF, LEADER_POSTS
from sim.mechanics.coupon_kernel import HAND_OUT
from sim.mechanics.flash_sale_kernel import BOT_ARRIVES, BOT_RELEASED, CLOSE, OPEN
from sim.mechanics.friend_feed_kernel import SHOWS
from sim.mechanics.group_buy import kernel as group_buy_kernel
from sim.mechanics.group_buy import leader_reward_kernel
from sim.mechanics.group_buy import offer_kernel as group_buy_offer_kernel
from sim.mechanics.group_buy.record import EXPIRE, QUITS
from sim.mechanics.kol_seeding_kernel import PAY_SHARE, SEEDED
from sim.mechanics.kol_seeding_kernel import POSTS as KOL_POSTS
from sim.mechanics.push_kernel import SEND
from sim.mechanics.quota_kernel import claim
from sim.mechanics.review_cash_back_kernel import PAY_BACK

TYPES = (
    "group_buy", "flash_sale", "community_group_buy", "commission", "referral", "coupon", "kol_seeding",
    "push", "review_cash_back", "friend_feed",
)  # fmt: skip
"""The mechanics that have a compiled form, in the order of their numbers."""

(
    _GROUP_BUY, _FLASH_SALE, _COMMUNITY, _COMMISSION, _REFERRAL, _COUPON, _KOL_SEEDING, _PUSH,
    _REVIEW_CASH_BACK, _FRIEND_FEED,
) = range(len(TYPES))  # fmt: skip

MOMENTS: tuple[tuple[int, ...], ...] = (
    (_GROUP_BUY, _FLASH_SALE, _COMMUNITY),
    (_GROUP_BUY, _COMMUNITY, _COMMISSION, _REFERRAL),
    (_REFERRAL,), (_COUPON,), (_COUPON,),
    (_COMMISSION, _REFERRAL, _COUPON, _FRIEND_FEED),
    (_GROUP_BUY, _FLASH_SALE, _COMMUNITY, _COMMISSION, _REFERRAL, _COUPON),
    (_COMMISSION,),
    (_COMMUNITY, _COMMISSION, _REFERRAL, _KOL_SEEDING),
    (_GROUP_BUY, _COMMUNITY, _COMMISSION, _REFERRAL, _COUPON, _REVIEW_CASH_BACK),
    (_GROUP_BUY, _REFERRAL, _REVIEW_CASH_BACK),
    (_REVIEW_CASH_BACK,), (_COMMISSION, _COUPON), (_FRIEND_FEED,),
)  # fmt: skip
"""By moment, which mechanics care."""
(
    _ROUTES, _REWARDS_SHARING, _REWARDS_BUYING, _DISCOUNTS, _PLACED, _PAID, _CANCELLED, _CONFIRMED,
    _RECEIVED, _RETURNED, FINAL, _REVIEWED, _HEARD, _SEEDED,
) = range(len(MOMENTS))  # fmt: skip

_NONE = int(Reason.NONE)


@compiled
def start(w: int, k: int) -> None:
    """Have a mechanic schedule its set times."""
    kind = offer_of(w, k).type
    if kind == _FLASH_SALE:
        flash_sale_kernel.start(w, k)
    elif kind == _COMMUNITY:
        community_group_buy_kernel.start(w, k)
    elif kind == _COMMISSION:
        commission_kernel.start(w, k)
    elif kind == _COUPON:
        coupon_kernel.start(w, k)
    elif kind == _KOL_SEEDING:
        kol_seeding_kernel.start(w, k)
    elif kind == _PUSH:
        push_kernel.start(w, k)


@internal
def _first(w: int, moment: int) -> int:
    return int(int64_at(world_at(w, 0).moment_start, moment))


@internal
def _offer(w: int, place: int) -> int:
    return int(int32_at(world_at(w, 0).moment, place))


@internal
def routes(w: int, member: int, product: int, number: int, count: int) -> int:
    """Put all ways to buy that mechanics open to a reader behind the first `count`; how many there are."""
    for place in range(_first(w, _ROUTES), _first(w, _ROUTES + 1)):
        k = _offer(w, place)
        kind = offer_of(w, k).type
        if kind == _GROUP_BUY:
            count = group_buy_offer_kernel.routes(w, k, member, product, number, count)
        elif kind == _FLASH_SALE:
            count = flash_sale_kernel.routes(w, k, member, product, count)
        else:
            count = community_group_buy_kernel.routes(w, k, member, product, count)
    return count


@internal
def rewards_sharing_fen(w: int, member: int, product: int) -> int:
    """The most a member is promised for bringing one buyer."""
    most_fen = 0
    for place in range(_first(w, _REWARDS_SHARING), _first(w, _REWARDS_SHARING + 1)):
        k = _offer(w, place)
        kind = offer_of(w, k).type
        if kind == _GROUP_BUY:
            reward_fen = group_buy_offer_kernel.rewards_sharing_fen(w, k, member, product)
        elif kind == _COMMUNITY:
            reward_fen = community_group_buy_kernel.rewards_sharing_fen(w, k, member, product)
        elif kind == _COMMISSION:
            reward_fen = commission_kernel.rewards_sharing_fen(w, k, member, product)
        else:
            reward_fen = referral_kernel.rewards_sharing_fen(w, k, product)
        most_fen = max(most_fen, reward_fen)
    return most_fen


@internal
def rewards_buying(w: int, member: int, product: int, number: int) -> bool:
    """Whether the reader gets something personally for buying through this message."""
    for place in range(_first(w, _REWARDS_BUYING), _first(w, _REWARDS_BUYING + 1)):
        if referral_kernel.rewards_buying(w, _offer(w, place), member, product, number):
            return True
    return False


@internal
def units_for_next_discount(w: int, member: int, product: int, r: int, above: int) -> int:
    """From how many units on, more than `above`, an order gets another discount; 0: from none."""
    world, least = world_at(w, 0), 0
    for place in range(_first(w, _DISCOUNTS), _first(w, _DISCOUNTS + 1)):
        k = _offer(w, place)
        if coverage_of(w, k * world.products + product).covered:
            units = coupon_kernel.units_for_discount(w, k, member, r)
            if units > above and (least == 0 or units < least):
                least = units
    return least


@internal
def discounts(w: int, member: int, product: int, r: int, units: int) -> int:
    """What comes off an order of so many units, in fen: the best, or all where they stack.

    Never the whole price. By offer it stands on the list `discounts`.
    """
    world = world_at(w, 0)
    first, end = _first(w, _DISCOUNTS), _first(w, _DISCOUNTS + 1)
    found, best, best_fen = 0, -1, 0
    for place in range(first, end):
        k = _offer(w, place)
        discount_fen = 0
        if coverage_of(w, k * world.products + product).covered:
            discount_fen = coupon_kernel.discount_fen(w, k, member, r, units)
        put_int64(world.discounts, k, discount_fen)
        if discount_fen > 0:
            found += 1
            if discount_fen > best_fen:
                best, best_fen = k, discount_fen
    alone = found > 1 and not settings_of(w, 0).stacks_coupon
    left_fen = route_of(w, r).price_fen * units - 1
    total_fen = 0
    for place in range(first, end):
        k = _offer(w, place)
        discount_fen = 0 if alone and k != best else min(left_fen, int64_at(world.discounts, k))
        put_int64(world.discounts, k, discount_fen)
        left_fen -= discount_fen
        total_fen += discount_fen
    return total_fen


@internal
def part_in_filling(w: int, g: int) -> float:
    """The part that each has in filling a group."""
    return group_buy_offer_kernel.part_in_filling(w, g)


@internal
def heard(w: int, member: int, product: int, number: int) -> None:
    """A message was read."""
    for place in range(_first(w, _HEARD), _first(w, _HEARD + 1)):
        k = _offer(w, place)
        if offer_of(w, k).type == _COMMISSION:
            commission_kernel.heard(w, k, member, number)
        else:
            coupon_kernel.heard(w, k, member, number)


@internal
def reserved(w: int, member: int, product: int, number: int, r: int) -> None:
    """A reminder was asked for."""
    k = route_of(w, r).offer
    if offer_of(w, k).type == _GROUP_BUY:
        group_buy_offer_kernel.reserved(w, k, member, product, number)
    else:
        flash_sale_kernel.reserved(w, k, member, product, number)


@internal
def accept(w: int, number: int) -> int:
    """What the order's own offer has against it; as it takes quota it is asked last, and no other objects."""
    k = order_of(w, number).offer
    if k < 0:
        return _NONE
    if offer_of(w, k).type == _FLASH_SALE:
        return flash_sale_kernel.accept(w, k, number)
    return claim(w, k, number)


@internal
def placed(w: int, number: int) -> None:
    """An order was placed; what comes off it stands on the list `discounts`."""
    for place in range(_first(w, _PLACED), _first(w, _PLACED + 1)):
        coupon_kernel.placed(w, _offer(w, place), number)


@internal
def paid(w: int, number: int) -> None:
    """An order was paid: incentives first; its own offer last, as that may confirm or refund."""
    for place in range(_first(w, _PAID), _first(w, _PAID + 1)):
        k = _offer(w, place)
        kind = offer_of(w, k).type
        if kind == _COMMISSION:
            commission_kernel.paid(w, k, number)
        elif kind == _REFERRAL:
            referral_kernel.paid(w, k, number)
        elif kind == _COUPON:
            coupon_kernel.paid(w, k, number)
        else:
            friend_feed_kernel.paid(w, k, number)
    k = order_of(w, number).offer
    if k >= 0:
        kind = offer_of(w, k).type
        if kind == _GROUP_BUY:
            group_buy_kernel.paid(w, k, number)
        elif kind == _FLASH_SALE:
            flash_sale_kernel.paid(w, number)
        elif kind == _COMMUNITY:
            community_group_buy_kernel.paid(w, k, number)


@internal
def cancelled(w: int, number: int) -> None:
    """An order came to nothing before it was confirmed."""
    for place in range(_first(w, _CANCELLED), _first(w, _CANCELLED + 1)):
        k = _offer(w, place)
        kind = offer_of(w, k).type
        if kind == _GROUP_BUY:
            group_buy_kernel.cancelled(w, k, number)
        elif kind == _FLASH_SALE:
            flash_sale_kernel.cancelled(w, k, number)
        elif kind == _COMMUNITY:
            community_group_buy_kernel.cancelled(w, k, number)
        elif kind == _COMMISSION:
            commission_kernel.void(w, k, number)
        elif kind == _REFERRAL:
            referral_kernel.void(w, k, number)
        else:
            coupon_kernel.cancelled(w, k, number)


@internal
def confirmed(w: int, number: int) -> None:
    """An order will be served."""
    for place in range(_first(w, _CONFIRMED), _first(w, _CONFIRMED + 1)):
        commission_kernel.confirmed(w, _offer(w, place), number)


@internal
def received(w: int, number: int) -> None:
    """Receipt was confirmed."""
    for place in range(_first(w, _RECEIVED), _first(w, _RECEIVED + 1)):
        k = _offer(w, place)
        kind = offer_of(w, k).type
        if kind == _COMMUNITY:
            community_group_buy_kernel.received(w, k, number)
        elif kind == _COMMISSION:
            commission_kernel.received(w, k, number)
        elif kind == _REFERRAL:
            referral_kernel.received(w, k, number)
        else:
            kol_seeding_kernel.received(w, k, number)


@internal
def returned(w: int, number: int) -> None:
    """Goods came back."""
    for place in range(_first(w, _RETURNED), _first(w, _RETURNED + 1)):
        k = _offer(w, place)
        kind = offer_of(w, k).type
        if kind == _GROUP_BUY:
            leader_reward_kernel.returned(w, k, number)
        elif kind == _COMMUNITY:
            community_group_buy_kernel.returned(w, k, number)
        elif kind == _COMMISSION:
            commission_kernel.returned(w, k, number)
        elif kind == _REFERRAL:
            referral_kernel.void(w, k, number)
        elif kind == _COUPON:
            coupon_kernel.returned(w, k, number)
        else:
            review_cash_back_kernel.returned(w, k, number)


@internal
def final(w: int, number: int) -> None:
    """Goods can no longer come back."""
    for place in range(_first(w, FINAL), _first(w, FINAL + 1)):
        k = _offer(w, place)
        kind = offer_of(w, k).type
        if kind == _GROUP_BUY:
            leader_reward_kernel.final(w, k, number)
        elif kind == _REFERRAL:
            referral_kernel.final(w, k, number)
        else:
            review_cash_back_kernel.final(w, k, number)


@internal
def reviewed(w: int, number: int, rating: int) -> None:
    """A review was left."""
    for place in range(_first(w, _REVIEWED), _first(w, _REVIEWED + 1)):
        review_cash_back_kernel.reviewed(w, _offer(w, place), number, rating)


@internal
def seeded(w: int, member: int, product: int, cause: int) -> None:
    """A member was given a product."""
    for place in range(_first(w, _SEEDED), _first(w, _SEEDED + 1)):
        friend_feed_kernel.seeded(w, _offer(w, place), member, product, cause, -1)


@internal
def timer(w: int, k: int, action: int, who: int, a: int, b: int, cause: int) -> None:
    """A time that a mechanic has set has come."""
    if action == EXPIRE:
        group_buy_kernel.expire(w, k, a, b)
    elif action == QUITS:
        group_buy_kernel.quits(w, k, a, b)
    elif action == OPEN:
        flash_sale_kernel.open_session(w, k, a)
    elif action == CLOSE:
        flash_sale_kernel.close_session(w, k, a)
    elif action == BOT_ARRIVES:
        flash_sale_kernel.bot_arrives(w, k, a, cause)
    elif action == BOT_RELEASED:
        flash_sale_kernel.bot_released(w, k, a, b, cause)
    elif action == HAND_OUT:
        coupon_kernel.hand_out(w, k)
    elif action == PAY_BACK:
        review_cash_back_kernel.pay_back(w, k, a)
    elif action == SEEDED:
        if kol_seeding_kernel.seed_one(w, k, who, a, b, cause):
            seeded(w, who, a, cause)
    elif action == KOL_POSTS:
        kol_seeding_kernel.post(w, k, who, a, b, cause)
    elif action == PAY_SHARE:
        kol_seeding_kernel.pay_share(w, k, a)
    elif action == SEND:
        push_kernel.send(w, k, a)
    elif action == CUT_OFF:
        community_group_buy_kernel.cut_off(w, k, a)
    elif action == LEADER_POSTS:
        community_group_buy_kernel.post(w, k, who, a, cause)
    elif action == POSTS:
        commission_kernel.post(w, k, who, cause)
    elif action == PLAN_DAY:
        commission_kernel.plan_day(w, k, who, a)
    elif action == ADAPT:
        commission_kernel.adapt(w, k)
    elif action == RANK:
        commission_ranking_kernel.rank(w, k)
    elif action == SETTLES:
        commission_kernel.settle(w, k, a)
    elif action == SHOWS:
        friend_feed_kernel.show(w, who, a, b, cause)
