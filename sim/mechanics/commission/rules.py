"""Commission 分销: distributors earn on what their customers, and their recruits' customers, buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.decisions import next_effort
from sim.events import Kind
from sim.mechanics.base import Mechanic
from sim.mechanics.commission.config import SALES, WAYS, CommissionConfig
from sim.mechanics.commission.customers import Customers
from sim.mechanics.commission.standing import Claim, Distributing
from sim.mechanics.world import Phase
from sim.streams import EFFORT, RECRUIT, gumbel, mix3, poisson_quantile, uniform
from sim.units import DAY, fen_share

if TYPE_CHECKING:
    from sim.mechanics.world import Order, Reading, World

# name the causes made here
POST, REVIEW_EFFORT, SETTLE, WITHDRAW, RANKING = 7501, 7502, 7503, 7504, 7505

EARNS_WEIGHT = 0.001  # of a fen earned against one SD of own liking, in choosing what to post. assumption


class Commission(Mechanic):
    """A commission scheme at work."""

    config: CommissionConfig

    def __init__(
        self, config: CommissionConfig, index: int, products: tuple[int, ...], horizon_s: int
    ) -> None:
        """Distributors of the start are enrolled in `start`."""
        super().__init__(config, index, products, horizon_s)
        self.rates: dict[int, tuple[float, ...]] = {}
        self.sales: list[Any] = []  # the mechanics whose orders earn
        self.standing: dict[int, Distributing] = {}
        self.upline: dict[int, int] = {}
        self.customers = Customers(config, index)
        self.claims: dict[int, list[Claim]] = {}  # by order cause
        self.spent: dict[int, int] = {}

    # who is a distributor

    def start(self, world: World) -> None:
        """Enrol those who start as distributors, and set the weekly and monthly dates."""
        number_of = {product.id: number for number, product in enumerate(world.catalogue)}
        self.rates = {number_of[one.id]: one.rates for one in self.config.product_rates}
        earning = [type_ for type_, way in SALES.items() if way in self.config.earns_on]
        self.sales = [one for one in world.mechanics.all if getattr(one.config, "type", "") in earning]
        for member in world.people.distributors:
            self.upline[member] = world.people.upline[member]
            self._enrol(world, member, self.start_s // DAY)
        week_s = 7 * DAY
        when_s = self.start_s + week_s
        while when_s <= self.end_s:
            world.agenda.at(
                when_s, Phase.DISTRIBUTOR, -1, mix3(REVIEW_EFFORT, self.address, when_s), self._adapt, world
            )
            when_s += week_s
        if self.config.ranking is not None:
            every_s = week_s if self.config.ranking.every == "weekly" else 30 * DAY
            when_s = self.start_s + every_s
            while when_s <= self.end_s:
                world.agenda.at(
                    when_s, Phase.INCENTIVE, -1, mix3(RANKING, self.address, when_s), self._rank, world
                )
                when_s += every_s

    def _enrol(self, world: World, member: int, first_day: int) -> None:
        self.standing[member] = Distributing(world.roles.distributors.posts_per_day)
        self._plan_day(world, member, first_day)

    def _plan_day(self, world: World, member: int, day: int) -> None:
        """Lay the day's posts at drawn times, and the planning of the next day."""
        standing = self.standing[member]
        if day * DAY >= self.end_s:
            return
        cause = mix3(POST, self.address, day)
        posts = poisson_quantile(uniform(world.seed, EFFORT, member, day, cause), standing.effort_per_day)
        for number in range(0 if standing.dormant else posts):
            post_cause = mix3(cause, member, number)
            # what: -1, as the choice of the product draws at the same cause with each product's number
            when_s = day * DAY + int(uniform(world.seed, EFFORT, member, -1, post_cause) * DAY)
            if when_s > world.now_s and self.open_at(when_s):
                world.agenda.at(
                    when_s, Phase.DISTRIBUTOR, member, post_cause, self._post, world, member, post_cause
                )
        next_s = (day + 1) * DAY
        if next_s < self.end_s:
            next_cause = mix3(cause, member, -1)
            world.agenda.at(
                next_s, Phase.DISTRIBUTOR, member, next_cause, self._plan_day, world, member, day + 1
            )

    def _post(self, world: World, member: int, cause: int) -> None:
        """Promote the product with the best mix of commission and own liking."""
        best, best_score = -1, -1e300
        for product in self.products:
            score = (
                EARNS_WEIGHT * self._unit_fen(world, product)
                + world.people.taste(member, product)
                + gumbel(world.seed, EFFORT, member, world.people.product_address[product], cause)
            )
            if score > best_score:
                best, best_score = product, score
        if best >= 0:
            world.promote(member, best, self.index, cause)

    def _adapt(self, world: World) -> None:
        """Once a week effort follows earnings against expectation; too little, and one stops."""
        roles = world.roles.distributors
        for member in sorted(self.standing):
            standing = self.standing[member]
            if standing.dormant:
                continue
            standing.effort_per_day = next_effort(
                standing.effort_per_day,
                standing.earned_week_fen,
                roles.expectation_fen_per_week,
                roles.effort_step,
            )
            standing.earned_week_fen = 0
            if standing.effort_per_day < roles.dormant_below_per_day:
                standing.dormant = True
                world.emit(Kind.DORMANT, member, offer=self.index)

    def _recruit(self, world: World, order: Order) -> None:
        member = order.member
        if member in self.standing or self.config.recruit == "designated":
            return
        if self.config.recruit == "spent" and self.spent.get(member, 0) < self.config.spent_fen:
            return
        applies = uniform(world.seed, RECRUIT, member, self.address, order.cause) < self.config.apply_prob
        if self.config.recruit == "apply" and not applies:
            return
        upline = self.customers.holder(world, member)
        if upline < 0 and order.source in self.standing:
            upline = order.source
        self.upline[member] = upline if upline != member else -1
        world.emit(
            Kind.RECRUITED,
            member,
            source=self.upline[member],
            offer=self.index,
            order=order.number,
            cause=order.cause,
        )
        if self.config.joining_fee_fen:
            world.emit(
                Kind.JOINING_FEE,
                member,
                offer=self.index,
                order=order.number,
                amount_fen=self.config.joining_fee_fen,
                cause=order.cause,
            )
        self._enrol(world, member, world.now_s // DAY)
        if upline in self.standing and upline != member:
            self._invited(world, upline, order)

    def _invited(self, world: World, upline: int, order: Order) -> None:
        standing = self.standing[upline]
        standing.invites += 1
        day = world.now_s // DAY
        paid_today = standing.invited_on.get(day, 0)
        if self.config.invite_bonus_fen and paid_today < self.config.invite_bonus_daily_cap:
            standing.invited_on[day] = paid_today + 1
            world.emit(
                Kind.REWARD_PAID,
                upline,
                source=order.member,
                offer=self.index,
                order=order.number,
                amount_fen=self.config.invite_bonus_fen,
                cause=order.cause,
            )

    # who is whose customer

    def heard(self, world: World, reading: Reading) -> None:
        """Reading a distributor's message counts as a click on the link."""
        sender, member = reading.message.sender, reading.member
        if sender in self.standing and sender != member and self.open_at(world.now_s):
            self.customers.clicks(world, member, sender, reading.message.cause)

    def _promoter(self, world: World, order: Order) -> int:
        member = order.member
        if member in self.standing and self.config.self_purchase:
            return member
        if self.config.binds_by == "last_click":
            return self.customers.clicked_on(world, member)
        if order.source in self.standing and order.source != member:
            self.customers.bought(world, order, order.source)
        holder = self.customers.holder(world, member)
        return holder if holder >= 0 else self.upline.get(member, -1)

    # what is earned

    def rewards_sharing_fen(self, world: World, member: int, product: int) -> int:
        """What a distributor gets for one sale."""
        if member not in self.standing or product not in self.products or not self.open_at(world.now_s):
            return 0
        return self._unit_fen(world, product)

    def _unit_fen(self, world: World, product: int) -> int:
        """What the seller earns on one unit, sold in the dearest way that earns and is open now."""
        base_fen = world.catalogue[product].list_price_fen
        if "alone" not in self.config.earns_on:
            open_now = [sale for sale in self.sales if product in sale.price and sale.open_at(world.now_s)]
            if not open_now:
                return 0
            if self.config.base != "list_price":
                base_fen = max(sale.price[product] for sale in open_now)
        return self._amount(base_fen, 1, product, 0)

    def _amount(self, base_fen: int, units: int, product: int, level: int) -> int:
        """A product's own rates come before fixed sums, those before the general rates."""
        own = self.rates.get(product)
        if own is None and self.config.fixed_fen:
            return self.config.fixed_fen[level] * units if level < len(self.config.fixed_fen) else 0
        rates = own or self.config.rates
        return fen_share(base_fen, rates[level]) if level < len(rates) else 0

    def _base_fen(self, world: World, order: Order) -> int:
        if self.config.base == "list_price":
            return world.catalogue[order.product].list_price_fen * order.quantity
        paid_fen = order.payable_fen if self.config.base == "paid_with_postage" else order.price_fen
        return paid_fen - order.refunded_fen

    def _due_fen(self, world: World, order: Order, claim: Claim) -> int:
        """What a claim comes to on what is left of its order: worked out anew, never scaled."""
        base_fen = self._base_fen(world, order)
        due_fen = self._amount(base_fen, order.quantity, order.product, claim.level - 1)
        if claim.bonus and self.config.level_up is not None:
            due_fen += fen_share(base_fen, self.config.level_up.bonus_rate)
        return due_fen

    def paid(self, world: World, order: Order) -> None:
        """Accrue commission level by level, up the line."""
        if order.product not in self.products or not self.start_s <= order.paid_s < self.end_s:
            return
        distributor = self._promoter(world, order)
        if WAYS[order.route] not in self.config.earns_on:
            return  # it binds all the same, and counts for no tier or ranking. assumption
        claims: list[Claim] = []
        seen = set()
        for level in range(self.config.levels):
            if distributor < 0 or distributor not in self.standing or distributor in seen:
                break
            seen.add(distributor)
            bonus = level == 0 and self._has_risen(self.standing[distributor])
            claim = Claim(distributor, level + 1, bonus)
            claim.amount_fen = self._due_fen(world, order, claim)
            claims.append(claim)
            self._row(world, Kind.COMMISSION_ACCRUED, order, claim, claim.amount_fen)
            self._count_sale(distributor, level, order.price_fen)
            distributor = self.upline.get(distributor, -1)
        if claims:
            self.claims[order.cause] = claims

    def _has_risen(self, standing: Distributing) -> bool:
        """Whether a distributor has reached the higher tier."""
        up = self.config.level_up
        return (
            up is not None
            and standing.invites >= up.invites
            and standing.own_sales_fen >= up.own_sales_fen
            and standing.downline_sales_fen >= up.downline_sales_fen
        )

    def _count_sale(self, distributor: int, level: int, amount_fen: int) -> None:
        standing = self.standing[distributor]
        if level == 0:
            standing.own_sales_fen += amount_fen
            standing.sales_ranked_fen += amount_fen
        else:
            standing.downline_sales_fen += amount_fen

    def confirmed(self, world: World, order: Order) -> None:
        """What was given back in part neither earns nor was sold; effort follows confirmed earnings."""
        for claim in self.claims.get(order.cause, ()):
            due_fen = self._due_fen(world, order, claim)
            self._row(world, Kind.COMMISSION_REVERSED, order, claim, claim.amount_fen - due_fen)
            claim.amount_fen = due_fen
            self._count_sale(claim.distributor, claim.level - 1, -order.refunded_fen)
            self.standing[claim.distributor].earned_week_fen += claim.amount_fen

    def cancelled(self, world: World, order: Order) -> None:
        """No sale, no commission."""
        self._void(world, order)

    def returned(self, world: World, order: Order) -> None:
        """A return takes the commission back, where it still can."""
        if order.received_s >= 0:
            self.spent[order.member] -= order.price_fen - order.refunded_fen
        self._void(world, order)

    def received(self, world: World, order: Order) -> None:
        """The freeze begins; buyers may become distributors."""
        if order.cause in self.claims:
            when_s = world.now_s + max(1, int(self.config.freeze_days * DAY))
            world.agenda.at(
                when_s,
                Phase.INCENTIVE,
                order.member,
                mix3(SETTLE, self.address, order.cause),
                self._settle,
                world,
                order,
            )
        self.spent[order.member] = self.spent.get(order.member, 0) + order.price_fen - order.refunded_fen
        if self.open_at(world.now_s) and world.now_s < world.horizon_s:
            self._recruit(world, order)

    def _settle(self, world: World, order: Order) -> None:
        for claim in self.claims.get(order.cause, ()):
            claim.settled = True
            self._row(world, Kind.COMMISSION_PAID, order, claim, claim.amount_fen)
            left_fen = claim.amount_fen - self._repay(world, order, claim)
            self._withdraw(world, claim.distributor, left_fen, order)

    def _repay(self, world: World, order: Order, claim: Claim) -> int:
        """Keep back of a commission what its earner owes, the first level's debts first; how much."""
        owed_fen = self.standing[claim.distributor].owed_fen
        kept_fen = 0
        for level in range(len(owed_fen)):
            part_fen = min(owed_fen[level], claim.amount_fen - kept_fen)
            owed_fen[level] -= part_fen
            kept_fen += part_fen
            self._row(world, Kind.COMMISSION_COLLECTED, order, claim, part_fen, level + 1)
        return kept_fen

    def _withdraw(self, world: World, distributor: int, amount_fen: int, order: Order) -> None:
        standing = self.standing[distributor]
        standing.balance_fen += amount_fen
        if standing.balance_fen < max(1, self.config.withdraw_min_fen):
            return
        fee_fen = fen_share(standing.balance_fen, self.config.withdraw_fee_share)
        cause = mix3(WITHDRAW, distributor, order.cause)
        if fee_fen:
            world.emit(Kind.WITHDRAW_FEE, distributor, offer=self.index, amount_fen=fee_fen, cause=cause)
        world.emit(
            Kind.WITHDRAWN,
            distributor,
            offer=self.index,
            amount_fen=standing.balance_fen - fee_fen,
            cause=cause,
        )
        standing.balance_fen = 0

    def _void(self, world: World, order: Order) -> None:
        sold_fen = order.price_fen - (order.refunded_fen if order.confirmed else 0)
        for claim in self.claims.pop(order.cause, ()):
            self._count_sale(claim.distributor, claim.level - 1, -sold_fen)
            if not claim.settled:
                self._row(world, Kind.COMMISSION_REVERSED, order, claim, claim.amount_fen)
            elif self.config.clawback:
                self._claw(world, order, claim)
            else:
                self._row(world, Kind.COMMISSION_LOST, order, claim, claim.amount_fen)

    def _claw(self, world: World, order: Order, claim: Claim) -> None:
        """Ask for a commission again: the balance gives what it has, the rest is owed, or paid in cash."""
        standing = self.standing[claim.distributor]
        self._row(world, Kind.COMMISSION_CLAWED, order, claim, claim.amount_fen)
        had_fen = min(standing.balance_fen, claim.amount_fen)
        standing.balance_fen -= had_fen
        if self.config.debts_paid:
            had_fen = claim.amount_fen
        standing.owed_fen[claim.level - 1] += claim.amount_fen - had_fen
        self._row(world, Kind.COMMISSION_COLLECTED, order, claim, had_fen)

    def _rank(self, world: World) -> None:
        """Prizes to the best sellers of the period; equals in the order of their numbers' names."""
        ranking = self.config.ranking
        assert ranking is not None
        sellers = [member for member in self.standing if self.standing[member].sales_ranked_fen > 0]
        sellers.sort(
            key=lambda member: (-self.standing[member].sales_ranked_fen, mix3(RANKING, world.seed, member))
        )
        cause = mix3(RANKING, self.address, world.now_s)
        winners = list(zip(sellers, ranking.prizes_fen, strict=False))
        for place, (member, prize_fen) in enumerate(winners):
            if not world.purse.pays_for(1, prize_fen):
                world.emit(Kind.BUDGET_SHORT, offer=self.index, value=len(winners) - place, cause=cause)
                break
            world.emit(Kind.PRIZE, member, offer=self.index, amount_fen=prize_fen, cause=cause)
        for standing in self.standing.values():
            standing.sales_ranked_fen = 0

    def _row(
        self, world: World, kind: Kind, order: Order, claim: Claim, amount_fen: int, level: int | None = None
    ) -> None:
        """A row about a claim, if any money moves. level: the claim's, if not said."""
        if not amount_fen:
            return
        world.emit(
            kind,
            claim.distributor,
            source=order.member,
            product=order.product,
            offer=self.index,
            order=order.number,
            amount_fen=amount_fen,
            value=claim.level if level is None else level,
            cause=order.cause,
        )
