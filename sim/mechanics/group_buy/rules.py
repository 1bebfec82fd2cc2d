"""Group-buy 拼团: a price for those who find enough others in time; otherwise everybody is refunded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.decisions import fill_belief
from sim.events import Kind, Reason, Route
from sim.mechanics.base import Mechanic, Offered
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.group_buy.leader_reward import LeaderReward
from sim.mechanics.quota import Quota
from sim.mechanics.reminders import Reminders
from sim.mechanics.world import Counter, Phase
from sim.streams import EFFORT, mix, uniform
from sim.units import HOUR, MINUTE, fen_share

if TYPE_CHECKING:
    from sim.mechanics.world import Order, Reading, World

QUIT, RESTART = 7101, 7102  # name the causes made here


@dataclass(slots=True, eq=False)
class Group:
    """One group on its way."""

    number: int
    cause: int
    product: int
    leader: int
    leader_paid_s: int
    deadline_s: int
    open: bool = True
    succeeded: bool = False
    restarts: int = 0
    new: int = 0  # of those who have paid, new customers
    orders: list[Order] = field(default_factory=list)
    reward: LeaderReward | None = None


class GroupBuy(Mechanic):
    """A group-buy at work."""

    config: GroupBuyConfig

    def __init__(self, config: GroupBuyConfig, index: int, products: tuple[int, ...], horizon_s: int) -> None:
        """Start with no groups."""
        super().__init__(config, index, products, horizon_s)
        self.window_s = max(1, int(config.window_hours * HOUR))
        self.price = {p: priced.price_fen for p, priced in zip(products, config.prices, strict=True)}
        if config.ladder:
            self.price = {products[0]: config.ladder[0].price_fen}
        self.most_seats = config.ladder[-1].people if config.ladder else config.group_size
        self.quota = Quota(index, products, [priced.quota for priced in config.prices])
        self.bought = Counter()
        self.groups: dict[int, Group] = {}
        # open groups, in the order of their deadlines, which is that of their opening
        self.listed: dict[int, list[Group]] = {p: [] for p in products}
        # (member, product) -> the open group the member is in
        self.waiting: dict[tuple[int, int], Group] = {}
        self.succeeded = 0
        self.failed = 0
        self.reminders = Reminders(index, self.address, arrival_seconds=60.0)

    # what is offered

    def routes(self, world: World, reading: Reading) -> list[Offered]:
        """Join the group one was told of (or one on the open list), open one, or ask to be reminded."""
        product, member = reading.product, reading.member
        if product not in self.price or (member, product) in self.waiting:
            return []
        if not self.open_at(world.now_s):
            return self._preheat(world, reading)
        if self.bought.of(member) >= self.config.limit_per_member:
            return []
        limit = min(self.config.limit_per_order, self.config.limit_per_member - self.bought.of(member))
        effort = world.behaviour.deciding.effort
        offered = []
        group = self._group_to_join(world, reading)
        if group is not None:
            urgency = 1.0 - (group.deadline_s - world.now_s) / self.window_s
            offered.append(
                Offered(
                    Route.JOIN_GROUP,
                    self.price[product],
                    effort.join_group if group.number == reading.message.group else effort.join_listed,
                    self.index,
                    group.number,
                    belief=self._belief(world, len(group.orders) + 1),
                    urgency=min(1.0, max(0.0, urgency)),
                    limit_units=limit,
                )
            )
        price = max(1, self.price[product] - self.config.leader_discount_fen)
        offered.append(
            Offered(
                Route.OPEN_GROUP,
                price,
                effort.open_group,
                self.index,
                belief=self._belief(world, 1),
                limit_units=limit,
                leader_discount=self.config.leader_discount_fen > 0,
            )
        )
        return offered

    def _preheat(self, world: World, reading: Reading) -> list[Offered]:
        opens_in_s = self.start_s - world.now_s
        if not 0 < opens_in_s <= self.config.preheat_hours * HOUR:
            return []
        if self.reminders.has_asked(reading.member, reading.product, self.start_s):
            return []
        return [Offered(Route.RESERVE, self.price[reading.product], 0.0, self.index)]

    def reserved(self, world: World, reading: Reading, offered: Offered) -> None:
        """Remind the member when the offer opens."""
        self.reminders.ask(
            world, reading, self.start_s, self.start_s - int(self.config.remind_minutes * MINUTE)
        )

    def rewards_sharing_fen(self, world: World, member: int, product: int) -> int:
        """A leader is paid a share of the group's money, when it succeeds."""
        group = self.waiting.get((member, product))
        if group is None or group.leader != member:
            return 0
        return fen_share(self.price[product] * self.config.seats_needed, self.config.leader_commission_share)

    def group_of(self, member: int, product: int) -> Group | None:
        """The unfinished group a member waits in."""
        return self.waiting.get((member, product))

    def seats_missing(self, group: Group) -> int:
        """Paid people a group still needs."""
        return max(0, self.config.seats_needed - len(group.orders))

    def _belief(self, world: World, seats_taken: int) -> float:
        deciding = world.behaviour.deciding
        missing = max(0, self.config.seats_needed - seats_taken)
        return fill_belief(
            deciding.fill_prior,
            deciding.fill_prior_groups,
            self.succeeded,
            self.failed,
            missing,
            self.config.seats_needed,
        )

    def _group_to_join(self, world: World, reading: Reading) -> Group | None:
        told = self.groups.get(reading.message.group) if reading.message.offer == self.index else None
        if told is not None and self._may_join(world, told, reading.member):
            return told
        if not self.config.open_list:
            return None
        for group in self.listed[reading.product]:
            if self._may_join(world, group, reading.member):
                return group
        return None

    def _may_join(self, world: World, group: Group, member: int, order: Order | None = None) -> bool:
        """Whether a member may; `order`: theirs once paid, which remembers how new they were."""
        if world.now_s >= group.deadline_s or not (
            group.open or (group.succeeded and self.config.joinable_after_success)
        ):
            return False
        if any(seat.member == member for seat in group.orders):
            return False
        if group.open and len(group.orders) >= self.most_seats:
            return False
        if self.config.mode == "pull_new":
            return self._is_new(world, group, member, order)
        if group.open and self.config.min_new_customers:
            missing_new = self.config.min_new_customers - group.new
            if self.seats_missing(group) <= missing_new:
                return self._is_new(world, group, member, order)
        return True

    def _is_new(self, world: World, group: Group, member: int, order: Order | None) -> bool:
        rule = self.config.new_customer_rule
        if rule == "never_paid":
            return not world.has_paid_before(member) if order is None else order.first_purchase
        if rule == "no_order":
            return not world.has_ordered_before(member) if order is None else order.first_order
        return world.registered_s(member) >= group.leader_paid_s  # payments come first in a second

    # what becomes of it

    def units_left(self, product: int) -> int | None:
        """What is left of the quota."""
        return self.quota.left[product]

    def accept(self, world: World, order: Order) -> Reason:
        """Take the quota; an order beyond it is refused."""
        if order.offer != self.index:
            return Reason.NONE
        return self.quota.claim(world, order, self.bought)

    def cancelled(self, world: World, order: Order) -> None:
        """Give quota and limit back."""
        if order.offer == self.index:
            self.quota.give_back(world, order)
            self.bought.add(order.member, -order.quantity)

    def paid(self, world: World, order: Order) -> None:
        """A paid leader opens the group; a paid joiner takes a seat, or finds it gone."""
        if order.offer != self.index:
            return
        if (order.member, order.product) in self.waiting:
            world.desk.refund(order, Reason.GROUP_FULL)  # has come to wait in another group meanwhile
        elif order.route is Route.OPEN_GROUP:
            self._open(world, order)
        else:
            self._join(world, order)

    def _open(self, world: World, order: Order) -> None:
        deadline_s = min(order.paid_s + self.window_s, self.end_s)
        if order.paid_s >= self.end_s:
            world.desk.refund(order, Reason.OFFER_ENDED)
            return
        group = Group(world.new_group(), order.cause, order.product, order.member, order.paid_s, deadline_s)
        self.groups[group.number] = group
        self._list(group)
        order.group = group.number
        self._row(world, Kind.GROUP_OPENED, group, order.member, order.source, self.config.seats_needed)
        world.agenda.at(
            group.deadline_s, Phase.DEADLINE, group.leader, group.cause, self._expire, world, group, 0
        )
        self._seat(world, group, order)

    def _join(self, world: World, order: Order) -> None:
        group = self.groups[order.group]
        if self._may_join(world, group, order.member, order):
            if group.open:
                self._seat(world, group, order)
            else:
                group.orders.append(order)
                self._joined(world, group, order)
                self._serve(world, order, len(group.orders))  # what is asked of the desk comes last
            return
        if self.config.overflow == "join_another":
            for other in self.listed[order.product]:
                if self._may_join(world, other, order.member, order):
                    order.group = other.number
                    order.from_list = True
                    self._seat(world, other, order)
                    return
        if self.config.overflow == "open_new" and self.open_at(world.now_s):
            self._open(world, order)
            return
        world.desk.refund(order, Reason.GROUP_FULL if group.succeeded else Reason.GROUP_EXPIRED)

    def _seat(self, world: World, group: Group, order: Order) -> None:
        group.orders.append(order)
        self.waiting[(order.member, order.product)] = group
        self._joined(world, group, order)
        group.new += self._is_new(world, group, order.member, order)
        enough_new = group.new >= self.config.min_new_customers
        if len(group.orders) >= self.most_seats and enough_new:
            self._succeed(world, group)
        elif self.config.refund_before_success:
            luck = uniform(world.seed, EFFORT, order.member, 0, mix(QUIT, order.cause))
            if luck < self.config.quit_prob:
                # the same draw, rescaled to (0, 1), says when
                wait_s = int(luck / self.config.quit_prob * (group.deadline_s - world.now_s))
                cause = mix(QUIT, order.cause)
                world.agenda.at(
                    world.now_s + 1 + wait_s,
                    Phase.INCENTIVE,
                    order.member,
                    cause,
                    self._quit,
                    world,
                    group,
                    order,
                )

    def _quit(self, world: World, group: Group, order: Order) -> None:
        if not group.open or order not in group.orders or world.now_s >= world.horizon_s:
            return
        group.orders.remove(order)
        group.new -= self._is_new(world, group, order.member, order)
        del self.waiting[(order.member, order.product)]
        if not group.orders or (order.member == group.leader and self.config.leader_quits == "dissolve"):
            self._fail(world, group, Reason.LEADER_QUIT)
        elif order.member == group.leader:
            group.leader = group.orders[0].member
            self._row(world, Kind.LEADER_CHANGED, group, group.leader, order.member, 0)
            if self.config.restart_deadline:
                group.restarts += 1
                group.deadline_s = min(world.now_s + self.window_s, self.end_s)
                self._unlist(group)
                self._list(group)
                cause = mix(RESTART + group.restarts, group.cause)
                world.agenda.at(
                    max(group.deadline_s, world.now_s + 1),
                    Phase.DEADLINE,
                    group.leader,
                    cause,
                    self._expire,
                    world,
                    group,
                    group.restarts,
                )
        world.desk.refund(order, Reason.BEFORE_SUCCESS)

    def _expire(self, world: World, group: Group, restarts: int) -> None:
        if not group.open or restarts != group.restarts:
            return
        enough = len(group.orders) >= self.config.seats_needed
        new_enough = group.new >= self.config.min_new_customers
        if enough and new_enough:
            self._succeed(world, group)
        elif not enough and self._fills_virtually(group):
            fakes = self.config.seats_needed - len(group.orders)
            self._row(world, Kind.GROUP_VIRTUAL_FILL, group, group.leader, -1, fakes)
            self._succeed(world, group)
        else:
            self._fail(world, group, Reason.GROUP_EXPIRED if not enough else Reason.TOO_FEW_NEW)

    def _fills_virtually(self, group: Group) -> bool:
        if self.config.virtual_fill == "off":
            return False
        return self.config.virtual_fill == "any" or (
            len(group.orders) >= self.config.virtual_fill_share * self.config.seats_needed
        )

    def _succeed(self, world: World, group: Group) -> None:
        group.succeeded = True
        self._close(group)
        self.succeeded += 1
        self._row(world, Kind.GROUP_SUCCEEDED, group, group.leader, -1, len(group.orders))
        people = len(group.orders)
        leader_order = next((order for order in group.orders if order.member == group.leader), None)
        paid_fen = sum(order.price_fen - self._saved_fen(order, people) for order in group.orders)
        if self.config.leader_commission_share and leader_order is not None:
            group.reward = LeaderReward(
                group.leader,
                leader_order.number,
                group.number,
                group.product,
                self.index,
                group.cause,
                self.config.leader_commission_share,
                self.config.reward_after_return,
                list(group.orders),
                people,
            )
            group.reward.succeeded(world, paid_fen)
        for order in group.orders:
            self._serve(world, order, people)

    def returned(self, world: World, order: Order) -> None:
        """The leader's reward is for what the group keeps."""
        reward = self.groups[order.group].reward if order.offer == self.index else None
        if reward is not None:
            reward.returned(world, order)

    def final(self, world: World, order: Order) -> None:
        """The leader's reward may have waited for it."""
        reward = self.groups[order.group].reward if order.offer == self.index else None
        if reward is not None:
            reward.final(world, order)

    def _serve(self, world: World, order: Order, people: int) -> None:
        """Confirm an order of a group that has succeeded."""
        saved_fen = self._saved_fen(order, people)
        if saved_fen:
            world.desk.partial_refund(order, saved_fen)
        world.desk.confirm(order)

    def _saved_fen(self, order: Order, people: int) -> int:
        """What a ladder gives back on an order when the group has so many people."""
        price_now_fen = self.price[order.product]
        for step in self.config.ladder:
            if people >= step.people:
                price_now_fen = step.price_fen
        return min((self.price[order.product] - price_now_fen) * order.quantity, order.price_fen)

    def _fail(self, world: World, group: Group, reason: Reason) -> None:
        self._close(group)
        self.failed += 1
        self._row(world, Kind.GROUP_FAILED, group, group.leader, -1, int(reason))
        for order in group.orders:
            world.desk.refund(order, reason)

    def _close(self, group: Group) -> None:
        group.open = False
        self._unlist(group)
        for order in group.orders:
            self.waiting.pop((order.member, order.product), None)

    def _list(self, group: Group) -> None:
        self.listed[group.product].append(group)  # later ones never end earlier

    def _unlist(self, group: Group) -> None:
        if group in self.listed[group.product]:
            self.listed[group.product].remove(group)

    def _joined(self, world: World, group: Group, order: Order) -> None:
        world.emit(
            Kind.GROUP_JOINED,
            order.member,
            source=order.source,
            product=group.product,
            offer=self.index,
            group=group.number,
            order=order.number,
            channel=order.seen_on,
            value=len(group.orders),
            cause=order.cause,
        )

    def _row(self, world: World, kind: Kind, group: Group, actor: int, source: int, value: int) -> None:
        world.emit(
            kind,
            actor,
            source=source,
            product=group.product,
            offer=self.index,
            group=group.number,
            value=value,
            cause=group.cause,
        )
