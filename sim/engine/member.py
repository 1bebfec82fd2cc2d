"""Members: they look at their phones, read, decide, buy, pass it on, tire and judge."""

from __future__ import annotations

import mesa

from sim.decisions import rating_of, rested, session_factor
from sim.engine.choice import weigh_routes
from sim.engine.community import Community
from sim.engine.decision import Decision, RouteTerms
from sim.engine.desk import reference_after
from sim.engine.sharing import Sharer
from sim.engine.standing import Standing
from sim.events import Channel, Kind, Route
from sim.mechanics.world import Message, Order, Phase, Reading
from sim.streams import REVIEW, SESSION_MARK, exponential, mix, uniform
from sim.units import DAY

_TRIES = 3  # ways to buy that are tried, best first, when one turns out to be gone. assumption
_REVIEW_DELAY_S = DAY  # mean delay of a review after delivery. assumption


class Member(mesa.Agent):
    """One member of the community. Override a method to change one behaviour.

    Example:
        Members who never look at what costs more than 25 yuan:

        >>> class Thrifty(Member):
        ...     def weigh(self, reading):
        ...         return [way for way in super().weigh(reading) if way.price_fen <= 2500]
        >>> table = CommunityModel(scenario, graph, member_class=Thrifty).run()
        >>> int(table.rows(Kind.ORDER_PLACED)["amount_fen"].max())
        2000
    """

    model: Community

    def __init__(self, model: Community, number: int) -> None:
        """number: 0..members-1, as in the graph."""
        super().__init__(model)
        self.number = number
        self.inbox: list[Message] = []
        self.wakes = False  # a session is on the agenda
        self.standings: dict[int, Standing] = {}
        self.sharer = Sharer(model, number)
        self.orders_placed = 0
        self.orders_paid = 0
        self.registered_s: int | None = -1 if model.people.old_customer[number] else None
        self._fatigue = 0.0
        self._fatigue_s = 0
        self._spent: dict[int, int] = {}  # by 30-day month

    # state that Mesa users may collect

    @property
    def fatigue(self) -> float:
        """Promotional load now."""
        model = self.model
        rules = model.behaviour.fatigue
        half_life_s = rules.half_life_hours * 3600.0
        heals = rules.value_item_heals * model.value_posts_per_day[self.number]
        return rested(self._fatigue, float(model.now_s - self._fatigue_s), half_life_s, heals)

    @property
    def tolerance(self) -> float:
        """Promotional load at which the member has had enough."""
        return float(self.model.people.tolerance[self.number])

    @property
    def has_bought(self) -> bool:
        """Whether the member holds an order that was not given back."""
        return any(standing.bought for standing in self.standings.values())

    def standing(self, product: int) -> Standing:
        """Where the member stands with a product."""
        if product not in self.standings:
            reference_fen = float(self.model.catalogue[product].reference_fen)
            self.standings[product] = Standing(reference_fen=reference_fen)
        return self.standings[product]

    def reference_fen(self, product: int) -> float:
        """What the member thinks one unit should cost."""
        return self.standing(product).reference_fen

    # sessions

    def wake_up(self, cause: int) -> None:
        """A session that was on the agenda, unless too tired for it."""
        self.wakes = False
        self.session(uniform(self.model.seed, SESSION_MARK, self.number, 0, cause))

    def session(self, luck: float) -> None:
        """Look at the inbox, unless too tired for it; items beyond one's attention are never read."""
        now_s, talk = self.model.now_s, self.model.talk
        slows = self.model.behaviour.fatigue.slows_sessions
        if luck < session_factor(self.fatigue, self.tolerance, slows):
            ready = [message for message in self.inbox if message.time_s <= now_s]
            self.inbox = [message for message in self.inbox if message.time_s > now_s]
            fresh = [message for message in ready if talk.readable(message, now_s)]
            fresh.sort(key=lambda message: talk.reading_order(message, self.number))
            for message in fresh[: self.model.people.attention[self.number]]:
                self.read(message)
        if self.inbox:
            talk.wake(self.number, now_s + 1)

    # reading and deciding

    def read(self, message: Message) -> None:
        """An exposure: note it, tire of it, decide, perhaps pass it on."""
        model = self.model
        model.emit(
            Kind.READ,
            self.number,
            source=message.sender,
            product=message.product,
            offer=message.offer,
            group=message.group,
            channel=message.channel,
            cause=message.cause,
        )
        if message.product < 0:
            self._rest(model.behaviour.fatigue.value_item_heals)
            return
        reading = Reading(
            self.number, message.product, message, model.now_s, model.tie(self.number, message.sender)
        )
        standing = self.standing(message.product)
        if message.adopted and message.sender >= 0:
            standing.heard.add(message.sender)
        model.mechanics.heard(model, reading)
        if standing.pending is None and not self._has_enough(standing):
            self.decide(reading)
        if message.promotional:
            self.tire(message)

    def _has_enough(self, standing: Standing) -> bool:
        """Whether the member has it and needs no more for now."""
        return standing.adopted and (standing.due_s < 0 or self.model.now_s < standing.due_s)

    def decide(self, reading: Reading) -> None:
        """Take the best way to buy if it is worth it; look closer, or like it, if it nearly is."""
        model = self.model
        weighed = self.weigh(reading)
        ranked = sorted(weighed, key=lambda one: -one.utility)
        best = ranked[0].utility if ranked else -1e9
        chosen: RouteTerms | None = None
        if best > -model.behaviour.deciding.consider_margin:
            model.emit(
                Kind.CONSIDER,
                self.number,
                source=reading.message.sender,
                product=reading.product,
                channel=reading.message.channel,
                cause=reading.message.cause,
            )
            model.talk.clicked(reading.message, self.number)
        for one in ranked[:_TRIES]:
            if one.utility <= 0.0 or model.now_s >= model.horizon_s:
                break
            if self.take(reading, one):
                chosen = one
                break
        if chosen is None and best > -model.behaviour.sharing.liked_margin:
            self.sharer.liked(reading)
        if self.number in model.watch:
            model.on_decision(
                Decision(self.number, model.now_s, reading.product, reading.message, tuple(ranked), chosen)
            )

    def weigh(self, reading: Reading) -> list[RouteTerms]:
        """Every way to buy that is open, with its utility (the probit over routes)."""
        return weigh_routes(self.model, reading)

    def take(self, reading: Reading, weighed: RouteTerms) -> bool:
        """Order (or ask to be reminded); False when it turns out to be gone."""
        if weighed.offered.route is Route.RESERVE:
            self.model.mechanics.reserved(self.model, reading, weighed.offered)
            return True
        return self.model.desk.place(reading, weighed) is not None

    # tiring

    def tire(self, message: Message) -> None:
        """A promotional item adds to the load; past one's tolerance one mutes where it came from."""
        rules, talk = self.model.behaviour.fatigue, self.model.talk
        self._rest(-(rules.per_push if message.channel is Channel.PUSH else rules.per_item))
        if self._fatigue <= self.tolerance:
            return
        if message.channel is Channel.CHAT:
            talk.leave_or_mute(
                self.number, message.chat, leave=self._fatigue > rules.leave_at * self.tolerance
            )
        elif message.channel is Channel.PUSH:
            talk.mute_pushes(self.number)

    def _rest(self, units: float) -> None:
        self._fatigue = max(0.0, self.fatigue - units)
        self._fatigue_s = self.model.now_s

    # orders

    def can_afford(self, amount_fen: int) -> bool:
        """Whether the wallet of this 30-day month allows it."""
        wallet_fen = int(self.model.people.wallet_fen[self.number])
        return wallet_fen < 0 or self._spent.get(self._month(self.model.now_s), 0) + amount_fen <= wallet_fen

    def _month(self, time_s: int) -> int:
        return time_s // (30 * DAY)

    def note_placed(self, order: Order) -> None:
        """The member's own book: an order was placed."""
        standing = self.standing(order.product)
        standing.pending = order
        standing.ordered += 1
        self.orders_placed += 1
        if self.registered_s is None:
            self.registered_s = order.placed_s
        month = self._month(order.placed_s)
        self._spent[month] = self._spent.get(month, 0) + order.payable_fen

    def note_paid(self, order: Order) -> None:
        """An order was paid: the member has adopted the product."""
        self.orders_paid += 1
        standing = self.standing(order.product)
        standing.bought += 1
        if not standing.adopted:
            standing.adopted = True
            self.model.products[order.product].adopters += 1
        weight = self.model.behaviour.deciding.reference_adaptation
        standing.reference_fen = reference_after(standing.reference_fen, order, weight)

    def note_ended(self, order: Order) -> None:
        """An order was cancelled unpaid, or its goods went back: the money is free again."""
        standing = self.standing(order.product)
        if standing.pending is order:
            standing.pending = None
        if order.paid_s >= 0:
            standing.bought -= 1
        month = self._month(order.placed_s)
        self._spent[month] = self._spent.get(month, 0) - order.payable_fen

    def note_refunded(self, order: Order) -> None:
        """A paid order was refunded before it was served: it counts as never paid."""
        self.note_ended(order)
        self.orders_paid -= 1
        standing = self.standing(order.product)
        if standing.bought == 0 and standing.adopted:
            standing.adopted = False
            self.model.products[order.product].adopters -= 1

    def note_due(self, product: int, due_s: int, cause: int) -> None:
        """A consumable will run out; then the member thinks of it unprompted."""
        self.standing(product).due_s = due_s
        message = Message(cause, due_s, Channel.OWN_NEED, -1, product, promotional=False)
        self.model.agenda.at(due_s, Phase.NEED, self.number, cause, self.read, message)

    def after_paying(self, order: Order) -> None:
        """Who has paid may tell others, above all while a group is short of people."""
        self.sharer.paid(order)

    def after_delivery(self, order: Order) -> None:
        """Judge what came: perhaps a review, perhaps a word to friends."""
        model = self.model
        standing = self.standing(order.product)
        if standing.pending is order:
            standing.pending = None
        self.sharer.received(order)
        if uniform(model.seed, REVIEW, self.number, 0, order.cause) < model.behaviour.after_sales.review_prob:
            luck = exponential(model.seed, REVIEW, self.number, 0, mix(order.cause, int(Kind.REVIEW)))
            when_s = model.now_s + 1 + int(luck * _REVIEW_DELAY_S)
            model.agenda.at(
                when_s, Phase.NEED, self.number, mix(order.cause, int(Kind.REVIEW)), self.review, order
            )

    def review(self, order: Order) -> None:
        """Leave a rating that others see."""
        rating = rating_of(self.model.catalogue[order.product].quality, order.satisfaction)
        state = self.model.products[order.product]
        state.rating_sum += rating
        state.ratings += 1
        self.model.emit(
            Kind.REVIEW,
            self.number,
            product=order.product,
            order=order.number,
            value=rating,
            cause=order.cause,
        )
        self.model.mechanics.reviewed(self.model, order, rating)


class KOL(Member):
    """An opinion leader: posts to followers, and to strangers whom the platform shows the post to."""

    def post(
        self, product: int, offer: int, cause: int, *, step: float, advertising: bool, adopted: bool
    ) -> None:
        """Post about a product; advertising wears credibility."""
        model = self.model
        tier = model.roles.kols[model.people.tier[self.number]]
        fits = model.catalogue[product].category in tier.niche
        message = self.sharer.post(
            product,
            offer,
            cause,
            step=step,
            charm=tier.charm if fits else 0.0,
            advertising=advertising,
            adopted=adopted,
        )
        if tier.public_pool:
            model.talk.show_to_strangers(message, tier.public_pool, 0, -1)


class Distributor(Member):
    """A member who sells for a commission from the start; behaviour comes with the role, see `Sharer`."""
