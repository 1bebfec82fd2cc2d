"""Passing it on, compiled: whether, over which channel, to whom. The same as `sim.engine.sharing`."""

from __future__ import annotations

from sim import streams
from sim.compiled import internal
from sim.decisions import share_prob
from sim.events import Kind
from sim.fast.talk import deliver, post, put_before, send_row, show_to_strangers
from sim.kernel.codes import CHAT, KOL_POST, MOMENTS
from sim.kernel.members import fatigue, standing, standing_at, wear_credibility
from sim.kernel.messages import new_message
from sim.kernel.records import (
    chat_of,
    float64_at,
    friend_start_of,
    friend_target_of,
    friend_tie_of,
    int8_at,
    int32_at,
    int64_at,
    member_of,
    message_of,
    order_of,
    product_of,
    put_float64,
    put_int32,
    segment_of,
    settings_of,
    tier_of,
    world_at,
)
from sim.mechanics.kernel_registry import part_in_filling, rewards_sharing_fen
from sim.people import KOL
from sim.recipients import friend_score
from sim.streams import gumbel, mix, mix3, uniform

_MESSAGE, _LIKED = 8201, 8202  # name the causes made here; as in the readable engine
_DELIVERED = int(Kind.DELIVERED)

# occasions


@internal
def share_paid(w: int, number: int) -> None:
    """After paying; a group that lacks people makes it urgent."""
    if not settings_of(w, 0).on_paid:
        return
    order = order_of(w, number)
    waiting = standing_at(standing(w, order.member, order.product), 0).waiting
    if waiting < 0:
        _maybe(
            w, order.member, order.product, order.cause, order.source, order.offer, order.group,
            0.0, 0.0, 0.0, True,
        )  # fmt: skip
    else:
        _maybe(
            w, order.member, order.product, order.cause, order.source, order.offer, waiting,
            1.0, part_in_filling(w, waiting), 0.0, True,
        )  # fmt: skip


@internal
def share_received(w: int, number: int) -> None:
    """After the parcel, as satisfied as one is."""
    if settings_of(w, 0).on_received:
        order = order_of(w, number)
        cause = mix(order.cause, _DELIVERED)
        _maybe(
            w, order.member, order.product, cause, order.source, order.offer, -1,
            0.0, 0.0, order.satisfaction, True,
        )  # fmt: skip


@internal
def share_liked(w: int, member: int, number: int) -> None:
    """After reading something one likes without buying it."""
    if settings_of(w, 0).on_liked:
        message = message_of(w, number)
        cause = mix3(_LIKED, member, message.cause)
        _maybe(
            w, member, message.product, cause, message.sender, message.offer, message.group,
            0.0, 0.0, 0.0, False,
        )  # fmt: skip


@internal
def share_seeded(w: int, member: int, product: int, cause: int) -> None:
    """A seed who passes it on like anybody who has bought."""
    _maybe(w, member, product, cause, -1, -1, -1, 0.0, 0.0, 0.0, True)


@internal
def promote(w: int, member: int, product: int, offer: int, cause: int, only_chats: bool) -> None:
    """A distributor's post: made for the commission, without a second thought."""
    world = world_at(w, 0)
    if world.now_s < world.horizon_s:
        adopted = standing_at(standing(w, member, product), 0).adopted != 0
        _send(w, member, product, cause, -1, offer, -1, adopted, True, only_chats)


@internal
def announce(w: int, member: int, product: int, cause: int, number: int) -> None:
    """The platform shows a member's friends what the member has got, by order or (-1) as a gift."""
    world = world_at(w, 0)
    first, end = friend_start_of(w, member), friend_start_of(w, member + 1)
    if world.now_s >= world.horizon_s or first == end:
        return
    offer, group = -1, -1
    if number >= 0:
        order = order_of(w, number)
        waiting = standing_at(standing(w, member, product), 0).waiting
        offer, group = order.offer, order.group if waiting < 0 else waiting
    _tell_friends(w, member, product, cause, -1, offer, group, True, False, MOMENTS)


# whether


@internal
def _maybe(
    w: int, member: int, product: int, cause: int, source: int, offer: int, group: int,
    waiting: float, own_part: float, satisfaction: float, adopted: bool,
) -> None:  # fmt: skip
    world, settings = world_at(w, 0), settings_of(w, 0)
    if world.now_s >= world.horizon_s:
        return
    m = member_of(w, member)
    reward_fen = rewards_sharing_fen(w, member, product)
    prob = share_prob(
        settings.intercept + (settings.bought if adopted else 0.0),
        m.sharing,
        product_of(w, product).shareability,
        settings.waiting_group * waiting,
        own_part,
        settings.satisfaction * satisfaction,
        reward_fen,
        settings.reward_jump,
        settings.reward_slope,
        settings.social_cost,
        segment_of(w, m.segment).privacy,
        settings.fatigue_weight * min(2.0, fatigue(w, member) / m.tolerance),
    )
    if uniform(world.seed, streams.SHARE, member, 0, cause) < prob:
        _send(w, member, product, cause, source, offer, group, adopted, reward_fen > 0, False)


# where and to whom


@internal
def _send(
    w: int, member: int, product: int, cause: int, source: int, offer: int, group: int,
    adopted: bool, rewarded: bool, only_chats: bool,
) -> None:  # fmt: skip
    channel = _channel(w, member, cause, only_chats)
    if channel < 0:
        return
    if channel == CHAT:
        for rank in range(_choose_chats(w, member, cause)):
            chat = int32_at(world_at(w, 0).chosen, rank)
            number = _message(w, member, product, cause, offer, group, adopted, rewarded, channel, chat)
            post(w, number, source)
    else:
        _tell_friends(w, member, product, cause, source, offer, group, adopted, rewarded, channel)
    if rewarded:
        wear_credibility(w, member)


@internal
def _message(
    w: int, member: int, product: int, cause: int, offer: int, group: int,
    adopted: bool, rewarded: bool, channel: int, chat: int,
) -> int:  # fmt: skip
    name = mix3(_MESSAGE + channel, cause, mix(member, chat))
    return new_message(
        w, name, world_at(w, 0).now_s + 1, channel, member, product, offer, group, chat,
        adopted, True, False, rewarded, 0.0, 1.0,
    )  # fmt: skip


@internal
def _channel(w: int, member: int, cause: int, only_chats: bool) -> int:
    """The channel liked best, with addressed noise, among those the member has."""
    settings, seed = settings_of(w, 0), world_at(w, 0).seed
    best, best_score = -1, -1e300
    has_friends = friend_start_of(w, member + 1) > friend_start_of(w, member)
    for place in range(1 if only_chats else 3):
        channel = CHAT if only_chats else settings.shares_by[place]
        if channel < 0:
            continue
        if not (_has_chats(w, member) if channel == CHAT else has_friends):
            continue
        score = settings.liking[channel] + gumbel(seed, streams.SHARE_CHANNEL, member, channel, cause)
        if score > best_score:
            best, best_score = channel, score
    return best


@internal
def _has_chats(w: int, member: int) -> bool:
    """Whether the member is in a live chat."""
    world = world_at(w, 0)
    for place in range(
        int64_at(world.member_chat_start, member), int64_at(world.member_chat_start, member + 1)
    ):
        if (
            not int8_at(world.member_chat_left, place)
            and not chat_of(w, int32_at(world.member_chat, place)).dead
        ):
            return True
    return False


@internal
def _choose_chats(w: int, member: int, cause: int) -> int:
    """Put the chats to post in on the list `chosen`, ascending; how many."""
    world, limit = world_at(w, 0), settings_of(w, 0).chats_limit
    count = 0
    for place in range(
        int64_at(world.member_chat_start, member), int64_at(world.member_chat_start, member + 1)
    ):
        chat = int32_at(world.member_chat, place)
        if int8_at(world.member_chat_left, place) or chat_of(w, chat).dead:
            continue
        score = gumbel(world.seed, streams.SHARE_CHAT, member, chat, cause)
        count = _rank(w, count, limit, chat, score)
    _ascend(w, count)
    return count


@internal
def _rank(w: int, count: int, limit: int, what: int, score: float) -> int:
    """Take something into the ranked list `chosen` (scores in `scores`); the first of equals stays ahead."""
    world = world_at(w, 0)
    if count == limit and score <= float64_at(world.scores, count - 1):
        return count
    place = count if count < limit else limit - 1
    while place > 0 and float64_at(world.scores, place - 1) < score:
        put_float64(world.scores, place, float64_at(world.scores, place - 1))
        put_int32(world.chosen, place, int32_at(world.chosen, place - 1))
        place -= 1
    put_float64(world.scores, place, score)
    put_int32(world.chosen, place, what)
    return min(count + 1, limit)


@internal
def _ascend(w: int, count: int) -> None:
    """Sort the list `chosen`."""
    chosen = world_at(w, 0).chosen
    for place in range(1, count):
        what = int32_at(chosen, place)
        hole = place
        while hole > 0 and int32_at(chosen, hole - 1) > what:
            put_int32(chosen, hole, int32_at(chosen, hole - 1))
            hole -= 1
        put_int32(chosen, hole, what)


@internal
def _tell_friends(
    w: int, member: int, product: int, cause: int, source: int, offer: int, group: int,
    adopted: bool, rewarded: bool, channel: int,
) -> None:  # fmt: skip
    """All friends but the one it came from, or the best of them."""
    world, settings = world_at(w, 0), settings_of(w, 0)
    first, end = friend_start_of(w, member), friend_start_of(w, member + 1)
    others = end - first
    for place in range(first, end):
        others -= friend_target_of(w, place) == source
    if others == 0:
        return
    number = _message(w, member, product, cause, offer, group, adopted, rewarded, channel, -1)
    limit = settings.private_limit
    if channel == MOMENTS or limit < 0 or others <= limit:
        send_row(w, number, others, source)
        for place in range(first, end):
            if friend_target_of(w, place) != source:
                put_before(w, friend_target_of(w, place), number, friend_tie_of(w, place))
        return
    count = 0
    for place in range(first, end):
        friend = friend_target_of(w, place)
        if friend == source:
            continue
        score = friend_score(
            world.seed,
            member,
            product_of(w, product).address,
            cause,
            friend,
            friend_tie_of(w, place),
            member_of(w, friend).community,
            settings.homophily,
            settings.tie_weight,
            settings.reward_tie_shift,
            rewarded,
            settings.guess_weight,
            settings.guess_noise_sigma,
        )
        count = _rank(w, count, limit, place - first, score)
    _ascend(w, count)
    send_row(w, number, count, source)
    for rank in range(count):
        place = first + int32_at(world.chosen, rank)
        put_before(w, friend_target_of(w, place), number, friend_tie_of(w, place))


# seeds


@internal
def post_as_kol(
    w: int, member: int, product: int, offer: int, cause: int, step: float, advertising: bool, adopted: bool
) -> None:
    """A seed's post to followers and friends, and a KOL's to strangers; advertising wears credibility."""
    m, charm, public_pool = member_of(w, member), 1.0, 0
    if m.role == KOL:
        tier, category = tier_of(w, m.tier), product_of(w, product).category
        fits = tier.fits_0 if category == 0 else (
            tier.fits_1 if category == 1 else (tier.fits_2 if category == 2 else tier.fits_3)
        )  # fmt: skip
        charm = tier.charm if fits else 0.0
        public_pool = tier.public_pool
    name = mix3(_MESSAGE + KOL_POST, cause, member)
    number = new_message(
        w, name, world_at(w, 0).now_s + 1, KOL_POST, member, product, offer, -1, -1,
        adopted, True, advertising, False, step, charm,
    )  # fmt: skip
    deliver(w, number, _choose_audience(w, member), -1)
    if advertising:
        wear_credibility(w, member)
    if public_pool:
        show_to_strangers(w, number, public_pool, 0, -1)


@internal
def _choose_audience(w: int, member: int) -> int:
    """Put friends and followers on the list `chosen`, ascending and each once; how many."""
    world = world_at(w, 0)
    a, a_end = friend_start_of(w, member), friend_start_of(w, member + 1)
    b, b_end = int64_at(world.follow_start, member), int64_at(world.follow_start, member + 1)
    c, c_end = int64_at(world.audience_start, member), int64_at(world.audience_start, member + 1)
    count = 0
    while a < a_end or b < b_end or c < c_end:
        following = 2**31
        if a < a_end:
            following = min(following, friend_target_of(w, a))
        if b < b_end:
            following = min(following, int32_at(world.follow_target, b))
        if c < c_end:
            following = min(following, int32_at(world.audience, c))
        if a < a_end and friend_target_of(w, a) == following:
            a += 1
        if b < b_end and int32_at(world.follow_target, b) == following:
            b += 1
        if c < c_end and int32_at(world.audience, c) == following:
            c += 1
        if following != member:
            put_int32(world.chosen, count, following)
            count += 1
    return count
