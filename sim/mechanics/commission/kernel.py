"""Commission 分销, compiled: the same as `sim.mechanics.commission.rules`, function by function."""

from __future__ import annotations

from sim.compiled import internal
from sim.decisions import next_effort
from sim.events import Kind, Route
from sim.kernel.agenda import at
from sim.kernel.notes import first_note, forget, note_order
from sim.kernel.records import (
    coverage_of,
    int64_at,
    member_of,
    message_of,
    note_of,
    offer_of,
    order_of,
    product_of,
    settings_of,
    world_at,
)
from sim.kernel.requests import ask_promote
from sim.kernel.rows import emit
from sim.kernel.shares import share_of_fen
from sim.mechanics.commission.customers_kernel import bought, clicked_on, clicks, holder
from sim.mechanics.commission.payout_kernel import claw, pay, row
from sim.mechanics.commission.record import (
    ADAPT,
    APPLY,
    CLAIM,
    DESIGNATED,
    LAST_CLICK,
    LIST_PRICE,
    PAID_WITH_POSTAGE,
    PLAN_DAY,
    POSTS,
    RANK,
    SETTLES,
    SPENT,
    commission_at,
    distributor_at,
)
from sim.mechanics.commission.rules import EARNS_WEIGHT, POST, RANKING, REVIEW_EFFORT, SETTLE
from sim.mechanics.world import Phase
from sim.people import DISTRIBUTOR as ROLE
from sim.people import lasting_taste
from sim.streams import EFFORT, RECRUIT, gumbel, mix3, poisson_quantile, uniform
from sim.units import DAY

_DISTRIBUTOR, _INCENTIVE = int(Phase.DISTRIBUTOR), int(Phase.INCENTIVE)
_DORMANT, _RECRUITED, _JOINING_FEE, _REWARD_PAID = (
    int(kind) for kind in (Kind.DORMANT, Kind.RECRUITED, Kind.JOINING_FEE, Kind.REWARD_PAID)
)
_ACCRUED, _REVERSED, _LOST = (
    int(Kind.COMMISSION_ACCRUED),
    int(Kind.COMMISSION_REVERSED),
    int(Kind.COMMISSION_LOST),
)
_ALONE = int(Route.BUY_ALONE)


@internal
def start(w: int, k: int) -> None:
    """Enrol those who start as distributors, and set the weekly and monthly dates."""
    offer = offer_of(w, k)
    own = commission_at(offer.own, 0)
    for member in range(world_at(w, 0).members):
        if member_of(w, member).role == ROLE:
            enrol(w, k, member, offer.start_s // DAY)
    week_s = 7 * DAY
    when_s = offer.start_s + week_s
    while when_s <= offer.end_s:
        at(w, when_s, _DISTRIBUTOR, -1, mix3(REVIEW_EFFORT, offer.address, when_s), k, ADAPT, 0, 0)
        when_s += week_s
    if own.ranking_s:
        when_s = offer.start_s + own.ranking_s
        while when_s <= offer.end_s:
            at(w, when_s, _INCENTIVE, -1, mix3(RANKING, offer.address, when_s), k, RANK, 0, 0)
            when_s += own.ranking_s


@internal
def enrol(w: int, k: int, member: int, first_day: int) -> None:
    """A member sells from now on."""
    standing = distributor_at(commission_at(offer_of(w, k).own, 0).distributors, member)
    standing.enrolled = 1
    standing.effort_per_day = settings_of(w, 0).posts_per_day
    plan_day(w, k, member, first_day)


@internal
def plan_day(w: int, k: int, member: int, day: int) -> None:
    """Lay the day's posts at drawn times, and the planning of the next day."""
    world, offer = world_at(w, 0), offer_of(w, k)
    standing = distributor_at(commission_at(offer.own, 0).distributors, member)
    if day * DAY >= offer.end_s:
        return
    cause = mix3(POST, offer.address, day)
    posts = poisson_quantile(uniform(world.seed, EFFORT, member, day, cause), standing.effort_per_day)
    for number in range(0 if standing.dormant else posts):
        name = mix3(cause, member, number)
        # what: -1, as the choice of the product draws at the same cause with each product's number
        when_s = day * DAY + int(uniform(world.seed, EFFORT, member, -1, name) * DAY)
        if when_s > world.now_s and offer.start_s <= when_s < offer.end_s:
            at(w, when_s, _DISTRIBUTOR, member, name, k, POSTS, 0, 0)
    next_s = (day + 1) * DAY
    if next_s < offer.end_s:
        at(w, next_s, _DISTRIBUTOR, member, mix3(cause, member, -1), k, PLAN_DAY, day + 1, 0)


@internal
def post(w: int, k: int, member: int, cause: int) -> None:
    """Promote the product with the best mix of commission and own liking."""
    world, offer = world_at(w, 0), offer_of(w, k)
    best, best_score = -1, -1e300
    homophily, community = settings_of(w, 0).homophily, member_of(w, member).community
    for place in range(offer.products_n):
        product = int64_at(offer.products, place)
        address = product_of(w, product).address
        score = (
            EARNS_WEIGHT * _unit_fen(w, k, product)
            + lasting_taste(world.seed, homophily, community, member, address)
            + gumbel(world.seed, EFFORT, member, address, cause)
        )
        if score > best_score:
            best, best_score = product, score
    if best >= 0:
        ask_promote(w, member, best, k, cause, False)


@internal
def adapt(w: int, k: int) -> None:
    """Once a week effort follows earnings against expectation; too little, and one stops."""
    settings, distributors = settings_of(w, 0), commission_at(offer_of(w, k).own, 0).distributors
    for member in range(world_at(w, 0).members):
        standing = distributor_at(distributors, member)
        if not standing.enrolled or standing.dormant:
            continue
        standing.effort_per_day = next_effort(
            standing.effort_per_day,
            standing.earned_week_fen,
            settings.expectation_fen_per_week,
            settings.effort_step,
        )
        standing.earned_week_fen = 0
        if standing.effort_per_day < settings.dormant_below_per_day:
            standing.dormant = 1
            emit(w, _DORMANT, member, -1, -1, k, -1, -1, -1, 0, 0, 0)


@internal
def _recruit(w: int, k: int, number: int) -> None:
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own, member = commission_at(offer.own, 0), order.member
    standing = distributor_at(own.distributors, member)
    if standing.enrolled or own.recruit == DESIGNATED:
        return
    if own.recruit == SPENT and standing.spent_fen < own.spent_fen:
        return
    luck = uniform(world.seed, RECRUIT, member, offer.address, order.cause)
    if own.recruit == APPLY and luck >= own.apply_prob:
        return
    upline = holder(w, k, member)
    if upline < 0 and order.source >= 0 and distributor_at(own.distributors, order.source).enrolled:
        upline = int(order.source)
    standing.upline = upline if upline != member else -1
    emit(w, _RECRUITED, member, standing.upline, -1, k, -1, number, -1, 0, 0, order.cause)
    if own.joining_fee_fen:
        emit(w, _JOINING_FEE, member, -1, -1, k, -1, number, -1, own.joining_fee_fen, 0, order.cause)
    enrol(w, k, member, world.now_s // DAY)
    if upline >= 0 and upline != member and distributor_at(own.distributors, upline).enrolled:
        _invited(w, k, upline, number)


@internal
def _invited(w: int, k: int, upline: int, number: int) -> None:
    own, order = commission_at(offer_of(w, k).own, 0), order_of(w, number)
    standing = distributor_at(own.distributors, upline)
    standing.invites += 1
    day = world_at(w, 0).now_s // DAY
    if standing.invited_day != day:
        standing.invited_day, standing.invited = day, 0
    if own.invite_bonus_fen and standing.invited < own.invite_bonus_daily_cap:
        standing.invited += 1
        emit(
            w, _REWARD_PAID, upline, order.member, -1, k, -1, number, -1, own.invite_bonus_fen, 0, order.cause
        )


# who is whose customer


@internal
def heard(w: int, k: int, member: int, number: int) -> None:
    """Reading a distributor's message counts as a click on the link."""
    world, offer, message = world_at(w, 0), offer_of(w, k), message_of(w, number)
    sender = message.sender
    if sender < 0 or sender == member or not offer.start_s <= world.now_s < offer.end_s:
        return
    if distributor_at(commission_at(offer.own, 0).distributors, sender).enrolled:
        clicks(w, k, member, sender, message.cause)


@internal
def _promoter(w: int, k: int, number: int) -> int:
    """Who earns on an order at the first level, or -1."""
    own, order = commission_at(offer_of(w, k).own, 0), order_of(w, number)
    member, source = order.member, order.source
    standing = distributor_at(own.distributors, member)
    if standing.enrolled and own.self_purchase:
        return int(member)
    if own.binds_by == LAST_CLICK:
        return clicked_on(w, k, member)
    if source >= 0 and source != member and distributor_at(own.distributors, source).enrolled:
        bought(w, k, number, source)
    bound_to = holder(w, k, member)
    return bound_to if bound_to >= 0 else int(standing.upline)


# what is earned


@internal
def rewards_sharing_fen(w: int, k: int, member: int, product: int) -> int:
    """What a distributor gets for one sale."""
    world, offer = world_at(w, 0), offer_of(w, k)
    if not distributor_at(commission_at(offer.own, 0).distributors, member).enrolled:
        return 0
    if not coverage_of(w, k * world.products + product).covered:
        return 0
    if not offer.start_s <= world.now_s < offer.end_s:
        return 0
    return _unit_fen(w, k, product)


@internal
def _unit_fen(w: int, k: int, product: int) -> int:
    """What the seller earns on one unit, sold in the dearest way that earns and is open now."""
    world, own = world_at(w, 0), commission_at(offer_of(w, k).own, 0)
    base_fen = product_of(w, product).list_price_fen
    if not own.earns_on[_ALONE]:
        best_fen = 0  # no price is as low
        for other in range(world.offers):
            sale, cover = offer_of(w, other), coverage_of(w, other * world.products + product)
            if own.earning_type[sale.type] and cover.covered and sale.start_s <= world.now_s < sale.end_s:
                best_fen = max(best_fen, cover.price_fen)
        if best_fen == 0:
            return 0
        if own.base != LIST_PRICE:
            base_fen = best_fen
    return _amount(w, k, base_fen, 1, product, 0)


@internal
def _amount(w: int, k: int, base_fen: int, units: int, product: int, level: int) -> int:
    """A product's own rates come before fixed sums, those before the general rates."""
    own = commission_at(offer_of(w, k).own, 0)
    cover = coverage_of(w, k * world_at(w, 0).products + product)
    if cover.rates:
        if level >= cover.rates:
            return 0
        rate = cover.rate_0_ppm if level == 0 else (cover.rate_1_ppm if level == 1 else cover.rate_2_ppm)
        return share_of_fen(base_fen, rate)
    if own.fixed_n:
        return int(own.fixed_fen[level] * units) if level < own.fixed_n else 0
    return share_of_fen(base_fen, own.rate_ppm[level]) if level < own.rates_n else 0


@internal
def _base_fen(w: int, k: int, number: int) -> int:
    order, base = order_of(w, number), commission_at(offer_of(w, k).own, 0).base
    if base == LIST_PRICE:
        return int(product_of(w, order.product).list_price_fen * order.quantity)
    postage_fen = order.postage_fen if base == PAID_WITH_POSTAGE else 0
    return int(order.price_fen + postage_fen - order.refunded_fen)


@internal
def _due_fen(w: int, k: int, number: int, place: int) -> int:
    """What a claim comes to on what is left of its order: worked out anew, never scaled."""
    claim, order = note_of(w, place), order_of(w, number)
    base_fen = _base_fen(w, k, number)
    due_fen = _amount(w, k, base_fen, order.quantity, order.product, claim.level - 1)
    if claim.bonus:
        due_fen += share_of_fen(base_fen, commission_at(offer_of(w, k).own, 0).up_bonus_ppm)
    return due_fen


@internal
def paid(w: int, k: int, number: int) -> None:
    """Accrue commission level by level, up the line."""
    offer, order = offer_of(w, k), order_of(w, number)
    own = commission_at(offer.own, 0)
    if not coverage_of(w, k * world_at(w, 0).products + order.product).covered:
        return
    if not offer.start_s <= order.paid_s < offer.end_s:
        return
    distributor = _promoter(w, k, number)
    if not own.earns_on[order.route]:
        return  # it binds all the same, and counts for no tier or ranking. assumption
    first, second = -1, -1  # who has earned already: a line that closes on itself earns once
    for level in range(own.levels):
        if distributor < 0 or distributor in (first, second):
            break
        standing = distributor_at(own.distributors, distributor)
        if not standing.enrolled:
            break
        first, second = distributor, first
        place = note_order(w, number, k, CLAIM, distributor, 0, 0)
        claim = note_of(w, place)
        claim.level, claim.bonus = level + 1, level == 0 and _has_risen(w, k, distributor)
        claim.amount_fen = _due_fen(w, k, number, place)
        row(w, k, _ACCRUED, number, place, claim.amount_fen, claim.level)
        _count_sale(w, k, distributor, level, order.price_fen)
        distributor = int(standing.upline)


@internal
def _has_risen(w: int, k: int, distributor: int) -> bool:
    """Whether a distributor has reached the higher tier."""
    own = commission_at(offer_of(w, k).own, 0)
    standing = distributor_at(own.distributors, distributor)
    return (
        own.has_level_up != 0
        and standing.invites >= own.up_invites
        and standing.own_sales_fen >= own.up_own_fen
        and standing.downline_sales_fen >= own.up_downline_fen
    )


@internal
def _count_sale(w: int, k: int, distributor: int, level: int, amount_fen: int) -> None:
    standing = distributor_at(commission_at(offer_of(w, k).own, 0).distributors, distributor)
    if level == 0:
        standing.own_sales_fen += amount_fen
        standing.ranked_fen += amount_fen
    else:
        standing.downline_sales_fen += amount_fen


@internal
def confirmed(w: int, k: int, number: int) -> None:
    """What was given back in part neither earns nor was sold; effort follows confirmed earnings."""
    own, order = commission_at(offer_of(w, k).own, 0), order_of(w, number)
    place = first_note(w, order.notes, k, CLAIM)
    while place >= 0:
        claim = note_of(w, place)
        due_fen = _due_fen(w, k, number, place)
        row(w, k, _REVERSED, number, place, claim.amount_fen - due_fen, claim.level)
        claim.amount_fen = due_fen
        _count_sale(w, k, claim.who, claim.level - 1, -order.refunded_fen)
        distributor_at(own.distributors, claim.who).earned_week_fen += claim.amount_fen
        place = first_note(w, claim.next, k, CLAIM)


@internal
def returned(w: int, k: int, number: int) -> None:
    """A return takes the commission back, where it still can."""
    order = order_of(w, number)
    if order.received_s >= 0:
        standing = distributor_at(commission_at(offer_of(w, k).own, 0).distributors, order.member)
        standing.spent_fen -= order.price_fen - order.refunded_fen
    void(w, k, number)


@internal
def received(w: int, k: int, number: int) -> None:
    """The freeze begins; buyers may become distributors."""
    world, offer, order = world_at(w, 0), offer_of(w, k), order_of(w, number)
    own = commission_at(offer.own, 0)
    if first_note(w, order.notes, k, CLAIM) >= 0:
        cause = mix3(SETTLE, offer.address, order.cause)
        at(w, world.now_s + own.freeze_s, _INCENTIVE, order.member, cause, k, SETTLES, number, 0)
    standing = distributor_at(own.distributors, order.member)
    standing.spent_fen += order.price_fen - order.refunded_fen
    if offer.start_s <= world.now_s < offer.end_s and world.now_s < world.horizon_s:
        _recruit(w, k, number)


@internal
def settle(w: int, k: int, number: int) -> None:
    """The freeze is over."""
    place = first_note(w, order_of(w, number).notes, k, CLAIM)
    while place >= 0:
        pay(w, k, number, place)
        place = first_note(w, note_of(w, place).next, k, CLAIM)


@internal
def void(w: int, k: int, number: int) -> None:
    """No sale, no commission."""
    own, order = commission_at(offer_of(w, k).own, 0), order_of(w, number)
    sold_fen = order.price_fen - (order.refunded_fen if order.confirmed else 0)
    place = first_note(w, order.notes, k, CLAIM)
    while place >= 0:
        claim = note_of(w, place)
        _count_sale(w, k, claim.who, claim.level - 1, -sold_fen)
        if not claim.settled:
            row(w, k, _REVERSED, number, place, claim.amount_fen, claim.level)
        elif own.clawback:
            claw(w, k, number, place)
        else:
            row(w, k, _LOST, number, place, claim.amount_fen, claim.level)
        forget(w, number, place)
        place = first_note(w, order.notes, k, CLAIM)
