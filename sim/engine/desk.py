"""The shop's desk: an order from placing to the end of its refund window."""

from __future__ import annotations

from sim.decisions import (
    adapted_reference,
    believed_quality,
    return_prob,
    satisfaction_with,
    wanted_for_itself,
)
from sim.engine.community import Community
from sim.engine.decision import RouteTerms
from sim.engine.quantity import wanted_units
from sim.events import Kind, Reason, Route
from sim.mechanics.rewards import FINAL, final_s
from sim.mechanics.world import Order, Phase, Reading
from sim.streams import (
    DELIVERY_DELAY,
    PAYMENT,
    PAYMENT_DELAY,
    REPURCHASE,
    RETURN,
    SATISFACTION,
    exponential,
    mix,
    mix4,
    normal,
    uniform,
)
from sim.units import DAY, MINUTE, fen_share

_ORDER, _NEED = 8001, 8002  # name the causes made here


class Desk:
    """Places, collects, ships, settles and refunds orders, and keeps stock."""

    def __init__(self, world: Community) -> None:
        """No orders yet."""
        self.world = world
        self.rules = world.rules
        self.orders: list[Order] = []

    # placing and paying

    def place(self, reading: Reading, weighed: RouteTerms) -> Order | None:
        """Place an order; None when the wallet, or (with a DISAPPOINTED row) stock, quota or queue say no."""
        world, offered = self.world, weighed.offered
        member = world.members[reading.member]
        product = world.catalogue[reading.product]
        # the member's first, second, ... order of it: whoever told of it, and whatever way to buy it is,
        # whether it is paid, kept and passed on is the same luck, so that nothing else moves with them
        ordered = member.standing(reading.product).ordered
        cause = mix4(_ORDER, reading.member, world.people.product_address[reading.product], ordered)
        postage_fen = 0 if offered.route is Route.COMMUNITY else product.postage_fen
        luck = uniform(world.seed, REPURCHASE, reading.member, 0, mix(_ORDER, cause))
        quantity = wanted_units(world, reading, weighed, luck, postage_fen)
        discounts_fen = world.mechanics.discounts_fen(
            world, reading.member, reading.product, offered, quantity
        )
        order = Order(
            number=len(self.orders),
            cause=cause,
            member=reading.member,
            product=reading.product,
            route=offered.route,
            offer=offered.offer,
            group=offered.group,
            quantity=quantity,
            price_fen=offered.price_fen * quantity - sum(discounts_fen.values()),
            postage_fen=postage_fen,
            discounts_fen=discounts_fen,
            source=reading.message.sender,
            channel=reading.message.channel,
            placed_s=world.now_s,
            first_order=not world.has_ordered_before(reading.member),
            from_list=offered.route is Route.JOIN_GROUP and offered.group != reading.message.group,
        )
        if not member.can_afford(order.payable_fen):
            return None
        reason = Reason.NONE if self._stock_allows(order) else Reason.STOCK
        if reason is Reason.NONE:
            reason = world.mechanics.accept(world, order)
        if reason is not Reason.NONE:
            self._row(Kind.DISAPPOINTED, order, value=int(reason), labelled=False)
            return None
        self.orders.append(order)
        state = world.products[order.product]
        order.expected_quality = believed_quality(
            product.quality, product.known_share, state.rating_sum, state.ratings
        )
        order.wanted = wanted_for_itself(weighed.utility, weighed.terms["price"])
        self._row(Kind.ORDER_PLACED, order, amount_fen=order.payable_fen, value=int(order.route))
        self._row(Kind.ORDER_ITEMS, order, amount_fen=postage_fen, value=quantity)
        if self.rules.stock_deducted_on == "order":
            self._deduct(order)
        member.note_placed(order)
        world.mechanics.placed(world, order)
        self._await_payment(order)
        return order

    def _await_payment(self, order: Order) -> None:
        world = self.world
        timeout_s = max(1, int(self.rules.unpaid_timeout_minutes * MINUTE))
        pays = uniform(world.seed, PAYMENT, order.member, 0, order.cause) < self.rules.payment_prob
        mean_s = self.rules.payment_delay_minutes * MINUTE
        delay_s = 1 + int(exponential(world.seed, PAYMENT_DELAY, order.member, 0, order.cause) * mean_s)
        if pays and delay_s < timeout_s:
            world.agenda.at(world.now_s + delay_s, Phase.PAYMENT, order.member, order.cause, self._pay, order)
        else:
            world.agenda.at(
                world.now_s + timeout_s, Phase.DEADLINE, order.member, order.cause, self._time_out, order
            )

    def _time_out(self, order: Order) -> None:
        self._cancel(order, Reason.UNPAID)

    def _cancel(self, order: Order, reason: Reason) -> None:
        """An unpaid order comes to nothing: stock, quota and coupon go back."""
        order.closed = True
        self._row(Kind.ORDER_CANCELLED, order, value=int(reason))
        if self.rules.stock_deducted_on == "order":
            self._change_stock(order, order.quantity)
        self.world.members[order.member].note_ended(order)
        self.world.mechanics.cancelled(self.world, order)

    def _pay(self, order: Order) -> None:
        world = self.world
        member = world.members[order.member]
        if self.rules.stock_deducted_on == "payment":
            if not self._stock_allows(order):
                self._cancel(order, Reason.STOCK)
                return
            self._deduct(order)
        order.paid_s = world.now_s
        order.first_purchase = not world.has_paid_before(order.member)
        member.note_paid(order)
        self._row(Kind.ORDER_PAID, order, amount_fen=order.payable_fen, value=int(order.first_purchase))
        if order.past_stock and self._below_zero(order.product):
            self.refund(order, Reason.OVERSOLD)
            return
        world.mechanics.paid(world, order)
        if order.offer < 0 and not order.closed:
            self.confirm(order)
        if not order.closed:
            member.after_paying(order)

    # serving

    def confirm(self, order: Order, arrives_s: int | None = None) -> None:
        """The order will be served: buy the goods, ship them."""
        world = self.world
        if order.closed or order.confirmed:
            return
        product = world.catalogue[order.product]
        order.confirmed = True
        self._row(Kind.ORDER_CONFIRMED, order, value=order.quantity)
        self._money(Kind.SHIPPED, order, product.cost_fen * order.quantity)
        self._money(Kind.CARRIAGE, order, product.carriage_fen)
        if arrives_s is None:
            # half of the delivery time is fixed, half exponential (assumption)
            luck = exponential(world.seed, DELIVERY_DELAY, order.member, 0, order.cause)
            arrives_s = world.now_s + int(product.delivery_days * DAY * (0.5 + 0.5 * luck))
        arrives_s = max(arrives_s, world.now_s + 1)
        world.agenda.at(arrives_s, Phase.PARCEL, order.member, order.cause, self._deliver, order)
        world.mechanics.confirmed(world, order)

    def _deliver(self, order: Order) -> None:
        world = self.world
        product, rules = world.catalogue[order.product], world.behaviour.after_sales
        luck = rules.satisfaction_sigma * normal(world.seed, SATISFACTION, order.member, 0, order.cause)
        order.satisfaction = satisfaction_with(
            product.quality, order.expected_quality, luck, rules.price_won_fit, order.wanted
        )
        self._row(Kind.DELIVERED, order, value=int(order.satisfaction * 1000))
        received_s = world.now_s + max(1, int(self.rules.auto_receive_days * DAY))
        world.agenda.at(
            received_s, Phase.PARCEL, order.member, mix(order.cause, int(Kind.RECEIVED)), self._receive, order
        )
        chance = return_prob(product.return_prob, order.satisfaction, rules.dissatisfied_return_prob)
        if uniform(world.seed, RETURN, order.member, 0, order.cause) < chance:
            luck = exponential(world.seed, RETURN, order.member, 0, mix(order.cause, int(Kind.RESTOCKED)))
            delay_s = 1 + int(luck * rules.return_delay_days * DAY)
            if delay_s <= (self.rules.auto_receive_days + self.rules.refund_window_days) * DAY:
                cause = mix(order.cause, int(Kind.RESTOCKED))
                world.agenda.at(world.now_s + delay_s, Phase.PARCEL, order.member, cause, self._return, order)
        member = world.members[order.member]
        member.after_delivery(order)
        if product.repurchase_days is not None:
            spread = 0.5 + uniform(world.seed, REPURCHASE, order.member, 0, order.cause)
            due_s = world.now_s + 1 + int(product.repurchase_days * DAY * order.quantity * spread)
            member.note_due(order.product, due_s, mix(_NEED, order.cause))

    def _receive(self, order: Order) -> None:
        if order.closed:
            return
        world = self.world
        order.received_s = world.now_s
        amount_fen = order.payable_fen - order.refunded_fen + order.subsidy_fen
        self._row(Kind.RECEIVED, order, amount_fen=amount_fen)
        self._money(Kind.PLATFORM_FEE, order, fen_share(amount_fen, self.rules.platform_fee_share))
        world.mechanics.received(world, order)
        if world.mechanics.wait_for_final:
            when_s = final_s(world.now_s, self.rules.refund_window_days)
            cause = mix(order.cause, FINAL)
            world.agenda.at(when_s, Phase.INCENTIVE, order.member, cause, self._final, order)

    def _final(self, order: Order) -> None:
        if not order.closed:
            self.world.mechanics.final(self.world, order)

    # giving back

    def refund(self, order: Order, reason: Reason) -> None:
        """Give a paid, unconfirmed order its money back, and its stock."""
        if order.closed or order.confirmed:
            return
        order.closed = True
        self._money(Kind.REFUNDED, order, order.payable_fen - order.refunded_fen, value=int(reason))
        self._reverse_subsidy(order)
        self._change_stock(order, order.quantity)
        self.world.members[order.member].note_refunded(order)
        self.world.mechanics.cancelled(self.world, order)

    def _return(self, order: Order) -> None:
        """Goods come back: from escrow before receipt, from the merchant after it; postage included."""
        order.closed = True
        kind = Kind.REFUNDED if order.received_s < 0 else Kind.REFUNDED_AFTER
        self._money(kind, order, order.payable_fen - order.refunded_fen, value=int(Reason.RETURNED))
        if order.received_s < 0:
            self._reverse_subsidy(order)
        else:
            self._money(Kind.PLATFORM_FEE, order, order.subsidy_fen)  # the merchant pays it back
        product = self.world.catalogue[order.product]
        if product.resellable:
            self._money(Kind.RESTOCKED, order, product.cost_fen * order.quantity)
            self._change_stock(order, order.quantity)
        self.world.members[order.member].note_ended(order)
        self.world.mechanics.returned(self.world, order)

    def partial_refund(self, order: Order, amount_fen: int) -> None:
        """Give part of the price back; the order stands."""
        order.refunded_fen += amount_fen
        self._money(Kind.PARTIAL_REFUND, order, amount_fen)

    def subsidise(self, order: Order, amount_fen: int, offer: int) -> None:
        """The platform adds to escrow what an offer took off the price."""
        order.subsidy_fen += amount_fen
        self._money(Kind.SUBSIDY, order, amount_fen)

    def _reverse_subsidy(self, order: Order) -> None:
        if order.subsidy_fen:
            self._money(Kind.SUBSIDY, order, -order.subsidy_fen)
            order.subsidy_fen = 0

    # stock

    def _stock_allows(self, order: Order) -> bool:
        stock = self.world.products[order.product].stock
        return stock is None or stock >= order.quantity or not self.rules.oversell_guard

    def _deduct(self, order: Order) -> None:
        """Take the order's units; without a guard there may be none, and then this order is one too many."""
        self._change_stock(order, -order.quantity)
        order.past_stock = self._below_zero(order.product)

    def _below_zero(self, product: int) -> bool:
        stock = self.world.products[product].stock
        return stock is not None and stock < 0

    def _change_stock(self, order: Order, units: int) -> None:
        state = self.world.products[order.product]
        if state.stock is None:
            return
        state.stock += units
        self._row(Kind.STOCK, order, value=units)
        if state.stock <= 0 < state.stock - units:
            self.world.emit(Kind.SOLD_OUT, product=order.product)

    # rows

    def _money(self, kind: Kind, order: Order, amount_fen: int, value: int = 0) -> None:
        if amount_fen:
            self._row(kind, order, amount_fen=amount_fen, value=value)

    def _row(
        self, kind: Kind, order: Order, *, amount_fen: int = 0, value: int = 0, labelled: bool = True
    ) -> None:
        self.world.emit(
            kind,
            order.member,
            source=order.source,
            product=order.product,
            offer=order.offer,
            group=order.group,
            order=order.number if labelled else -1,
            channel=order.seen_on,
            amount_fen=amount_fen,
            value=value,
            cause=order.cause,
        )


def reference_after(reference_fen: float, order: Order, weight: float) -> float:
    """Reference price of one unit after paying an order."""
    return adapted_reference(reference_fen, order.price_fen / order.quantity, weight)
