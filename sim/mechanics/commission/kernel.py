"""Commission 分销, compiled: the same as `sim.mechanics.commission.rules`, function by function."""

from __future__ import annotations

from sim.apart import apart
from sim.compiled import compiled
from sim.decisions import next_effort
from sim.events import Kind
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
from sim.mechanics.commission.record import (
    ADAPT,
    APPLY,
    BIND_ALL,
    CLAIM,
    DESIGNATED,
    LAST_CLICK,
    LIST_PRICE,
    NEW_ONLY,
    PAID_WITH_POSTAGE,
    PERMANENT,
    PLAN_DAY,
    POSTS,
    RANK,
    SETTLES,
    SPENT,
    commission_at,
    distributor_at,
)
from sim.mechanics.commission.rules import EARNS_WEIGHT, POST, RANKING, REVIEW_EFFORT, SETTLE, WITHDRAW
from sim.mechanics.world import Phase
from sim.people import DISTRIBUTOR as ROLE
from sim.people import lasting_taste
from sim.streams import EFFORT, RECRUIT, gumbel, mix3, poisson_quantile, uniform
from sim.units import DAY

_DISTRIBUTOR, _INCENTIVE = int(Phase.DISTRIBUTOR), int(Phase.INCENTIVE)
_DORMANT, _RECRUITED, _JOINING_FEE, _REWARD_PAID, _BOUND = (
    int(kind) for kind in (Kind.DORMANT, Kind.RECRUITED, Kind.JOINING_FEE, Kind.REWARD_PAID, Kind.BOUND)
)
_ACCRUED, _REVERSED, _COMMISSION_PAID, _CLAWED, _LOST, _WITHDRAW_FEE, _WITHDRAWN = (
    int(kind)
    for kind in (
        Kind.COMMISSION_ACCRUED,
        Kind.COMMISSION_REVERSED,
        Kind.COMMISSION_PAID,
        Kind.COMMISSION_CLAWED,
        Kind.COMMISSION_LOST,
        Kind.WITHDRAW_FEE,
        Kind.WITHDRAWN,
    )
)


@apart
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


@apart
def enrol(w: int, k: int, member: int, first_day: int) -> None:
    """A member sells from now on."""
    standing = distributor_at(commission_at(offer_of(w, k).own, 0).distributors, member)
    standing.enrolled = 1
    standing.effort_per_day = settings_of(w, 0).posts_per_day
    plan_day(w, k, member, first_day)


@apart
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


@apart
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


@apart
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


@compiled
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
    upline = int(standing.bound)
    if upline < 0 and order.source >= 0 and distributor_at(own.distributors, order.source).enrolled:
        upline = int(order.source)
    standing.upline = upline if upline != member else -1
    emit(w, _RECRUITED, member, standing.upline, -1, k, -1, number, -1, 0, 0, order.cause)
    if own.joining_fee_fen:
        emit(w, _JOINING_FEE, member, -1, -1, k, -1, number, -1, own.joining_fee_fen, 0, order.cause)
    enrol(w, k, member, world.now_s // DAY)
    if upline >= 0 and upline != member and distributor_at(own.distributors, upline).enrolled:
        _invited(w, k, upline, number)


@compiled
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


@apart
def heard(w: int, k: int, member: int, number: int) -> None:
    """Reading a distributor's message counts as a click on the link."""
    world, offer, message = world_at(w, 0), offer_of(w, k), message_of(w, number)
    own, sender = commission_at(offer.own, 0), message.sender
    if sender < 0 or sender == member or not offer.start_s <= world.now_s < offer.end_s:
        return
    if not distributor_at(own.distributors, sender).enrolled:
        return
    standing = distributor_at(own.distributors, member)
    if own.binding == LAST_CLICK:
        standing.clicked, standing.click_s = sender, world.now_s
    elif own.binding == PERMANENT and standing.bound < 0:
        _bind(w, k, member, sender, message.cause)


@compiled
def _bind(w: int, k: int, member: int, distributor: int, cause: int) -> None:
    distributor_at(commission_at(offer_of(w, k).own, 0).distributors, member).bound = distributor
    emit(w, _BOUND, member, distributor, -1, k, -1, -1, -1, 0, 0, cause)


@compiled
def _promoter(w: int, k: int, number: int) -> int:
    """Who earns on an order at the first level, or -1."""
    own, order = commission_at(offer_of(w, k).own, 0), order_of(w, number)
    member = order.member
    standing = distributor_at(own.distributors, member)
    if standing.enrolled and own.self_purchase:
        return int(member)
    if own.binding == LAST_CLICK:
        fresh = world_at(w, 0).now_s - standing.click_s <= own.last_click_s
        return int(standing.clicked) if fresh else -1
    if standing.bound < 0 and own.binding in (NEW_ONLY, BIND_ALL):
        eligible = own.binding == BIND_ALL or order.first_purchase
        source = order.source
        known = source >= 0 and source != member and distributor_at(own.distributors, source).enrolled
        if eligible and known:
            _bind(w, k, member, source, order.cause)
    return int(standing.bound if standing.bound >= 0 else standing.upline)


# what is earned


@apart
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


@compiled
def _unit_fen(w: int, k: int, product: int) -> int:
    """What the seller earns on one unit at the list price."""
    return _amount(w, k, product_of(w, product).list_price_fen, 1, product, 0)


@compiled
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


@compiled
def _base_fen(w: int, k: int, number: int) -> int:
    order, base = order_of(w, number), commission_at(offer_of(w, k).own, 0).base
    if base == LIST_PRICE:
        return int(product_of(w, order.product).list_price_fen * order.quantity)
    return int(order.price_fen + (order.postage_fen if base == PAID_WITH_POSTAGE else 0))


@apart
def paid(w: int, k: int, number: int) -> None:
    """Accrue commission level by level, up the line."""
    offer, order = offer_of(w, k), order_of(w, number)
    own = commission_at(offer.own, 0)
    if not coverage_of(w, k * world_at(w, 0).products + order.product).covered:
        return
    if not offer.start_s <= order.paid_s < offer.end_s:
        return
    distributor = _promoter(w, k, number)
    base_fen = _base_fen(w, k, number)
    first, second = -1, -1  # who has earned already: a line that closes on itself earns once
    for level in range(own.levels):
        if distributor < 0 or distributor in (first, second):
            break
        standing = distributor_at(own.distributors, distributor)
        if not standing.enrolled:
            break
        first, second = distributor, first
        amount_fen = _amount(w, k, base_fen, order.quantity, order.product, level)
        if level == 0:
            amount_fen += _bonus(w, k, distributor, base_fen)
        place = note_order(w, number, k, CLAIM, distributor, amount_fen, 0)
        note_of(w, place).level = level + 1
        _row(w, k, _ACCRUED, number, place, amount_fen)
        _count_sale(w, k, distributor, level, order.price_fen)
        distributor = int(standing.upline)


@compiled
def _bonus(w: int, k: int, distributor: int, base_fen: int) -> int:
    own = commission_at(offer_of(w, k).own, 0)
    standing = distributor_at(own.distributors, distributor)
    if not own.has_level_up or standing.invites < own.up_invites:
        return 0
    if standing.own_sales_fen < own.up_own_fen or standing.downline_sales_fen < own.up_downline_fen:
        return 0
    return share_of_fen(base_fen, own.up_bonus_ppm)


@compiled
def _count_sale(w: int, k: int, distributor: int, level: int, amount_fen: int) -> None:
    standing = distributor_at(commission_at(offer_of(w, k).own, 0).distributors, distributor)
    if level == 0:
        standing.own_sales_fen += amount_fen
        standing.ranked_fen += amount_fen
    else:
        standing.downline_sales_fen += amount_fen


@apart
def confirmed(w: int, k: int, number: int) -> None:
    """What a group's price change gave back does not earn; effort follows confirmed earnings."""
    own, order = commission_at(offer_of(w, k).own, 0), order_of(w, number)
    place = first_note(w, order.notes, k, CLAIM)
    while place >= 0:
        claim = note_of(w, place)
        if order.refunded_fen and _follows_price(w, k, order.product):
            kept_fen = claim.amount_fen * (order.price_fen - order.refunded_fen) // order.price_fen
            _row(w, k, _REVERSED, number, place, claim.amount_fen - kept_fen)
            claim.amount_fen = kept_fen
        distributor_at(own.distributors, claim.who).earned_week_fen += claim.amount_fen
        place = first_note(w, claim.next, k, CLAIM)


@compiled
def _follows_price(w: int, k: int, product: int) -> bool:
    own = commission_at(offer_of(w, k).own, 0)
    fixed = own.fixed_n and not coverage_of(w, k * world_at(w, 0).products + product).rates
    return not fixed and own.base != LIST_PRICE


@apart
def returned(w: int, k: int, number: int) -> None:
    """A return takes the commission back, where it still can."""
    order = order_of(w, number)
    if order.received_s >= 0:
        standing = distributor_at(commission_at(offer_of(w, k).own, 0).distributors, order.member)
        standing.spent_fen -= order.price_fen - order.refunded_fen
    void(w, k, number)


@apart
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


@apart
def settle(w: int, k: int, number: int) -> None:
    """The freeze is over: commissions are paid, and withdrawn from the minimum on."""
    place = first_note(w, order_of(w, number).notes, k, CLAIM)
    while place >= 0:
        claim = note_of(w, place)
        claim.settled = 1
        _row(w, k, _COMMISSION_PAID, number, place, claim.amount_fen)
        _withdraw(w, k, claim.who, claim.amount_fen, number)
        place = first_note(w, claim.next, k, CLAIM)


@compiled
def _withdraw(w: int, k: int, distributor: int, amount_fen: int, number: int) -> None:
    own = commission_at(offer_of(w, k).own, 0)
    standing = distributor_at(own.distributors, distributor)
    standing.balance_fen += amount_fen
    if standing.balance_fen < max(1, own.withdraw_min_fen):
        return
    fee_fen = share_of_fen(standing.balance_fen, own.withdraw_fee_ppm)
    cause = mix3(WITHDRAW, distributor, order_of(w, number).cause)
    if fee_fen:
        emit(w, _WITHDRAW_FEE, distributor, -1, -1, k, -1, -1, -1, fee_fen, 0, cause)
    emit(w, _WITHDRAWN, distributor, -1, -1, k, -1, -1, -1, standing.balance_fen - fee_fen, 0, cause)
    standing.balance_fen = 0


@apart
def void(w: int, k: int, number: int) -> None:
    """No sale, no commission."""
    own, order = commission_at(offer_of(w, k).own, 0), order_of(w, number)
    place = first_note(w, order.notes, k, CLAIM)
    while place >= 0:
        claim = note_of(w, place)
        _count_sale(w, k, claim.who, claim.level - 1, -order.price_fen)
        if not claim.settled:
            _row(w, k, _REVERSED, number, place, claim.amount_fen)
        elif own.clawback:
            distributor_at(own.distributors, claim.who).balance_fen -= claim.amount_fen
            _row(w, k, _CLAWED, number, place, claim.amount_fen)
        else:
            _row(w, k, _LOST, number, place, claim.amount_fen)
        forget(w, number, place)
        place = first_note(w, order.notes, k, CLAIM)


@compiled
def _row(w: int, k: int, kind: int, number: int, place: int, amount_fen: int) -> None:
    """A row about a claim, if any money moves."""
    if amount_fen:
        order, claim = order_of(w, number), note_of(w, place)
        emit(
            w, kind, claim.who, order.member, order.product, k, -1, number, -1, amount_fen, claim.level,
            order.cause,
        )  # fmt: skip
