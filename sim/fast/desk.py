"""The shop's desk, compiled: an order from placing to the end of its refund window. As `sim.engine.desk`."""

from __future__ import annotations

from sim.compiled import internal
from sim.decisions import (
    adapted_reference,
    believed_quality,
    return_prob,
    satisfaction_with,
    wanted_for_itself,
)
from sim.events import Channel, Kind, Reason, Route
from sim.fast.quantity import wanted_units
from sim.fast.sharing import share_paid, share_received
from sim.kernel.agenda import at
from sim.kernel.codes import ARRIVE, FINAL, PAY, READ, RECEIVE, RETURN, REVIEW, TIME_OUT
from sim.kernel.members import (
    adopt,
    has_ordered_before,
    has_paid_before,
    note_registered,
    standing,
    standing_at,
)
from sim.kernel.messages import new_message
from sim.kernel.records import (
    member_of,
    message_of,
    order_of,
    product_of,
    route_of,
    segment_of,
    settings_of,
    world_at,
)
from sim.kernel.requests import ask_after_payment
from sim.kernel.rows import emit, emit_money, emit_order, seen_on
from sim.kernel.shares import share_of_fen
from sim.mechanics import kernel_registry
from sim.mechanics.rewards import FINAL as FINAL_CAUSE
from sim.mechanics.rewards import final_s
from sim.mechanics.world import Phase
from sim.streams import (
    DELIVERY_DELAY,
    PAYMENT,
    PAYMENT_DELAY,
    REPURCHASE,
    SATISFACTION,
    exponential,
    mix,
    mix4,
    normal,
    uniform,
)
from sim.streams import (
    RETURN as RETURN_STREAM,
)
from sim.streams import (
    REVIEW as REVIEW_STREAM,
)
from sim.units import DAY

_ORDER, _NEED = 8001, 8002  # name the causes made here; as in the readable engine
_REVIEW_DELAY_S = DAY  # mean delay of a review after delivery; as in the readable engine
_MONTH_S = 30 * DAY

_COMMUNITY, _JOIN = int(Route.COMMUNITY), int(Route.JOIN_GROUP)
_OWN_NEED = int(Channel.OWN_NEED)
_PAYMENT, _DEADLINE, _PARCEL, _INCENTIVE, _NEED_PHASE = (
    int(Phase.PAYMENT),
    int(Phase.DEADLINE),
    int(Phase.PARCEL),
    int(Phase.INCENTIVE),
    int(Phase.NEED),
)
_NONE, _UNPAID, _STOCK_OUT, _OVERSOLD, _RETURNED = (
    int(Reason.NONE),
    int(Reason.UNPAID),
    int(Reason.STOCK),
    int(Reason.OVERSOLD),
    int(Reason.RETURNED),
)
_DISAPPOINTED, _PLACED, _ITEMS, _PAID, _CANCELLED, _CONFIRMED = (
    int(Kind.DISAPPOINTED),
    int(Kind.ORDER_PLACED),
    int(Kind.ORDER_ITEMS),
    int(Kind.ORDER_PAID),
    int(Kind.ORDER_CANCELLED),
    int(Kind.ORDER_CONFIRMED),
)
_SHIPPED, _CARRIAGE, _DELIVERED, _RECEIVED, _RESTOCKED = (
    int(Kind.SHIPPED),
    int(Kind.CARRIAGE),
    int(Kind.DELIVERED),
    int(Kind.RECEIVED),
    int(Kind.RESTOCKED),
)
_REFUNDED, _REFUNDED_AFTER, _PARTIAL_REFUND, _SUBSIDY, _PLATFORM_FEE = (
    int(Kind.REFUNDED),
    int(Kind.REFUNDED_AFTER),
    int(Kind.PARTIAL_REFUND),
    int(Kind.SUBSIDY),
    int(Kind.PLATFORM_FEE),
)
_STOCK, _SOLD_OUT, _REVIEW = int(Kind.STOCK), int(Kind.SOLD_OUT), int(Kind.REVIEW)

# placing and paying


@internal
def place(w: int, member: int, product: int, message_number: int, k: int, here_at: int) -> bool:
    """Place an order the way `k`; False: wallet or (with a DISAPPOINTED row) stock, quota, queue say no."""
    world, settings = world_at(w, 0), settings_of(w, 0)
    m, what, way = member_of(w, member), product_of(w, product), route_of(w, k)
    message, here = message_of(w, message_number), standing_at(here_at, 0)
    # the member's first, second, ... order of it, whoever told of it and whatever way to buy it is
    cause = mix4(_ORDER, member, what.address, here.ordered)
    postage_fen = 0 if way.route == _COMMUNITY else what.postage_fen
    wallet_fen = segment_of(w, m.segment).wallet_fen
    month = world.now_s // _MONTH_S
    spent_fen = m.spent_fen if m.spent_month == month else 0
    for_goods_fen = -1 if wallet_fen < 0 else max(0, wallet_fen - spent_fen - postage_fen)
    luck = uniform(world.seed, REPURCHASE, member, 0, mix(_ORDER, cause))
    quantity = wanted_units(w, member, product, k, luck, here.reference_fen, for_goods_fen)
    number = world.order_used
    order = order_of(w, number)
    order.cause, order.member, order.product, order.route = cause, member, product, way.route
    order.offer, order.group, order.quantity = way.offer, way.group, quantity
    order.price_fen = way.price_fen * quantity - kernel_registry.discounts(w, member, product, k, quantity)
    order.postage_fen = postage_fen
    order.source, order.channel, order.placed_s = message.sender, message.channel, world.now_s
    order.from_list = way.route == _JOIN and way.group != message.group
    order.paid_s, order.received_s, order.refunded_fen, order.subsidy_fen = -1, -1, 0, 0
    order.confirmed, order.closed, order.past_stock, order.first_purchase = 0, 0, 0, 0
    order.first_order = not has_ordered_before(w, member)
    order.expected_quality, order.wanted, order.satisfaction = 0.0, 0.0, 0.0
    order.notes, order.next = -1, -1
    payable_fen = order.price_fen + order.postage_fen
    if wallet_fen >= 0 and spent_fen + payable_fen > wallet_fen:
        return False
    reason = _NONE if _stock_allows(w, number) else _STOCK_OUT
    if reason == _NONE:
        reason = kernel_registry.accept(w, number)
    if reason != _NONE:
        emit(
            w,
            _DISAPPOINTED,
            member,
            order.source,
            product,
            order.offer,
            order.group,
            -1,
            seen_on(w, number),
            0,
            reason,
            cause,
        )
        return False
    world.order_used += 1
    order.expected_quality = believed_quality(what.quality, what.known_share, what.rating_sum, what.ratings)
    order.wanted = wanted_for_itself(way.utility, way.price_term)
    emit_order(w, _PLACED, number, payable_fen, order.route)
    emit_order(w, _ITEMS, number, postage_fen, quantity)
    if not settings.on_payment:
        _deduct(w, number)
    here.pending = number
    here.ordered += 1
    m.orders_placed += 1
    note_registered(w, member)
    m.spent_month, m.spent_fen = month, spent_fen + payable_fen
    kernel_registry.placed(w, number)
    _await_payment(w, number)
    return True


@internal
def _await_payment(w: int, number: int) -> None:
    world, settings, order = world_at(w, 0), settings_of(w, 0), order_of(w, number)
    seed, member, cause = world.seed, order.member, order.cause
    pays = uniform(seed, PAYMENT, member, 0, cause) < settings.payment_prob
    delay_s = 1 + int(exponential(seed, PAYMENT_DELAY, member, 0, cause) * settings.payment_mean_s)
    if pays and delay_s < settings.timeout_s:
        at(w, world.now_s + delay_s, _PAYMENT, member, cause, -1, PAY, number, 0)
    else:
        at(w, world.now_s + settings.timeout_s, _DEADLINE, member, cause, -1, TIME_OUT, number, 0)


@internal
def cancel(w: int, number: int, reason: int) -> None:
    """An unpaid order comes to nothing: stock, quota and coupon go back."""
    order = order_of(w, number)
    order.closed = 1
    emit_order(w, _CANCELLED, number, 0, reason)
    if not settings_of(w, 0).on_payment:
        _change_stock(w, number, order.quantity)
    _note_ended(w, number)
    kernel_registry.cancelled(w, number)


@internal
def pay(w: int, number: int) -> None:
    """The money is there; what follows it is done when the mechanics are through."""
    world, settings, order = world_at(w, 0), settings_of(w, 0), order_of(w, number)
    if settings.on_payment:
        if not _stock_allows(w, number):
            cancel(w, number, _STOCK_OUT)
            return
        _deduct(w, number)
    order.paid_s = world.now_s
    order.first_purchase = not has_paid_before(w, order.member)
    here = standing_at(standing(w, order.member, order.product), 0)
    member_of(w, order.member).orders_paid += 1
    here.bought += 1
    adopt(w, order.member, order.product)
    here.reference_fen = adapted_reference(
        here.reference_fen, order.price_fen / order.quantity, settings.reference_adaptation
    )
    emit_order(w, _PAID, number, order.price_fen + order.postage_fen, order.first_purchase)
    if order.past_stock and _below_zero(w, order.product):
        refund(w, number, _OVERSOLD)
        return
    world.unconfirmed += 1
    kernel_registry.paid(w, number)
    ask_after_payment(w, number)


@internal
def follow_up(w: int, number: int) -> None:
    """After a payment: an order without an offer is served at once; the buyer may tell others."""
    order = order_of(w, number)
    if order.offer < 0 and not order.closed:
        confirm(w, number, -1, 0)
    if not order.closed:
        share_paid(w, number)


# serving


@internal
def confirm(w: int, number: int, arrives_s: int, given_back_fen: int) -> None:
    """The order will be served: buy the goods, ship them; a part of the price may be given back first."""
    world, order = world_at(w, 0), order_of(w, number)
    if given_back_fen:
        order.refunded_fen += given_back_fen
        emit_money(w, _PARTIAL_REFUND, number, given_back_fen, 0)
    if order.closed or order.confirmed:
        return
    what = product_of(w, order.product)
    order.confirmed = 1
    world.unconfirmed -= 1
    emit_order(w, _CONFIRMED, number, 0, order.quantity)
    emit_money(w, _SHIPPED, number, what.cost_fen * order.quantity, 0)
    emit_money(w, _CARRIAGE, number, what.carriage_fen, 0)
    if arrives_s < 0:
        # half of the delivery time is fixed, half exponential (assumption)
        luck = exponential(world.seed, DELIVERY_DELAY, order.member, 0, order.cause)
        arrives_s = world.now_s + int(what.delivery_days * DAY * (0.5 + 0.5 * luck))
    arrives_s = max(arrives_s, world.now_s + 1)
    at(w, arrives_s, _PARCEL, order.member, order.cause, -1, ARRIVE, number, 0)
    kernel_registry.confirmed(w, number)


@internal
def arrive(w: int, number: int) -> None:
    """The parcel is there: the buyer judges it, and may send it back, review it, tell others."""
    world, settings, order = world_at(w, 0), settings_of(w, 0), order_of(w, number)
    seed, member, cause = world.seed, order.member, order.cause
    what = product_of(w, order.product)
    luck = settings.satisfaction_sigma * normal(seed, SATISFACTION, member, 0, cause)
    order.satisfaction = satisfaction_with(
        what.quality, order.expected_quality, luck, settings.price_won_fit, order.wanted
    )
    emit_order(w, _DELIVERED, number, 0, int(order.satisfaction * 1000))
    received_s = world.now_s + max(1, int(settings.auto_receive_days * DAY))
    at(w, received_s, _PARCEL, member, mix(cause, _RECEIVED), -1, RECEIVE, number, 0)
    chance = return_prob(what.return_prob, order.satisfaction, settings.dissatisfied_return_prob)
    if uniform(seed, RETURN_STREAM, member, 0, cause) < chance:
        back = mix(cause, _RESTOCKED)
        delay_s = 1 + int(
            exponential(seed, RETURN_STREAM, member, 0, back) * settings.return_delay_days * DAY
        )
        if delay_s <= (settings.auto_receive_days + settings.refund_window_days) * DAY:
            at(w, world.now_s + delay_s, _PARCEL, member, back, -1, RETURN, number, 0)
    here = standing_at(standing(w, member, order.product), 0)
    if here.pending == number:
        here.pending = -1
    share_received(w, number)
    if uniform(seed, REVIEW_STREAM, member, 0, cause) < settings.review_prob:
        said = mix(cause, _REVIEW)
        delay_s = int(exponential(seed, REVIEW_STREAM, member, 0, said) * _REVIEW_DELAY_S)
        at(w, world.now_s + 1 + delay_s, _NEED_PHASE, member, said, -1, REVIEW, number, 0)
    if what.repurchase_days >= 0.0:
        spread = 0.5 + uniform(seed, REPURCHASE, member, 0, cause)
        due_s = world.now_s + 1 + int(what.repurchase_days * DAY * order.quantity * spread)
        here.due_s = due_s
        need = mix(_NEED, cause)
        reminder = new_message(
            w, need, due_s, _OWN_NEED, -1, order.product, -1, -1, -1, False, False, False, False, 0.0, 1.0
        )
        at(w, due_s, _NEED_PHASE, member, need, -1, READ, reminder, 0)


@internal
def receive(w: int, number: int) -> None:
    """Receipt is confirmed: the merchant gets the money."""
    order = order_of(w, number)
    if order.closed:
        return
    order.received_s = world_at(w, 0).now_s
    amount_fen = order.price_fen + order.postage_fen - order.refunded_fen + order.subsidy_fen
    emit_order(w, _RECEIVED, number, amount_fen, 0)
    fee_fen = share_of_fen(amount_fen, settings_of(w, 0).platform_fee_ppm)
    emit_money(w, _PLATFORM_FEE, number, fee_fen, 0)
    kernel_registry.received(w, number)
    if settings_of(w, 0).waits_for_final:
        when_s = final_s(order.received_s, settings_of(w, 0).refund_window_days)
        at(w, when_s, _INCENTIVE, order.member, mix(order.cause, FINAL_CAUSE), -1, FINAL, number, 0)


# giving back


@internal
def refund(w: int, number: int, reason: int) -> None:
    """Give a paid, unconfirmed order its money back, and its stock."""
    order = order_of(w, number)
    if order.closed or order.confirmed:
        return
    order.closed = 1
    if reason != _OVERSOLD:
        world_at(w, 0).unconfirmed -= 1
    emit_money(w, _REFUNDED, number, order.price_fen + order.postage_fen - order.refunded_fen, reason)
    _reverse_subsidy(w, number)
    _change_stock(w, number, order.quantity)
    _note_ended(w, number)
    member_of(w, order.member).orders_paid -= 1
    here = standing_at(standing(w, order.member, order.product), 0)
    if here.bought == 0 and here.adopted:
        here.adopted = 0
        product_of(w, order.product).adopters -= 1
    kernel_registry.cancelled(w, number)


@internal
def send_back(w: int, number: int) -> None:
    """Goods come back: from escrow before receipt, from the merchant after it; postage included."""
    order = order_of(w, number)
    order.closed = 1
    kind = _REFUNDED if order.received_s < 0 else _REFUNDED_AFTER
    emit_money(w, kind, number, order.price_fen + order.postage_fen - order.refunded_fen, _RETURNED)
    if order.received_s < 0:
        _reverse_subsidy(w, number)
    else:
        emit_money(w, _PLATFORM_FEE, number, order.subsidy_fen, 0)  # the merchant pays it back
    what = product_of(w, order.product)
    if what.resellable:
        emit_money(w, _RESTOCKED, number, what.cost_fen * order.quantity, 0)
        _change_stock(w, number, order.quantity)
    _note_ended(w, number)
    kernel_registry.returned(w, number)


@internal
def _reverse_subsidy(w: int, number: int) -> None:
    order = order_of(w, number)
    if order.subsidy_fen:
        emit_money(w, _SUBSIDY, number, -order.subsidy_fen, 0)
        order.subsidy_fen = 0


@internal
def _note_ended(w: int, number: int) -> None:
    """An order was cancelled or its goods went back: the member's money is free again."""
    order = order_of(w, number)
    here = standing_at(standing(w, order.member, order.product), 0)
    if here.pending == number:
        here.pending = -1
    if order.paid_s >= 0:
        here.bought -= 1
    m = member_of(w, order.member)
    if m.spent_month == order.placed_s // _MONTH_S:  # an earlier month's money is never looked at again
        m.spent_fen -= order.price_fen + order.postage_fen


# stock


@internal
def _stock_allows(w: int, number: int) -> bool:
    order = order_of(w, number)
    what = product_of(w, order.product)
    return not what.limited or what.stock >= order.quantity or not settings_of(w, 0).oversell_guard


@internal
def _deduct(w: int, number: int) -> None:
    """Take the order's units; without a guard there may be none, and then this order is one too many."""
    order = order_of(w, number)
    _change_stock(w, number, -order.quantity)
    order.past_stock = _below_zero(w, order.product)


@internal
def _below_zero(w: int, product: int) -> bool:
    what = product_of(w, product)
    return what.limited != 0 and what.stock < 0


@internal
def _change_stock(w: int, number: int, units: int) -> None:
    order = order_of(w, number)
    what = product_of(w, order.product)
    if not what.limited:
        return
    what.stock += units
    emit_order(w, _STOCK, number, 0, units)
    if what.stock <= 0 < what.stock - units:
        emit(w, _SOLD_OUT, -1, -1, order.product, -1, -1, -1, -1, 0, 0, 0)
