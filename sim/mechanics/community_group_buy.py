"""Community group-buy 社区团购: order by cut-off, fetch tomorrow at the leader's pick-up point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.compiled import compiled
from sim.events import Kind, Reason, Route
from sim.mechanics.base import Mechanic, MechanicConfig, Offered, PricedProduct
from sim.mechanics.clock import hour_of_day, midnight_before
from sim.mechanics.quota import Quota
from sim.mechanics.world import Counter, Phase
from sim.network.graph import SocialGraph
from sim.people import People
from sim.settings.fields import Fen, Frozen, HourOfDay, Share, Units
from sim.settings.problems import RuleError
from sim.streams import Integer, mix, mix3, mix4
from sim.units import DAY, HOUR, fen_share

if TYPE_CHECKING:
    from sim.mechanics.world import Order, Reading, World

CYCLE, POST, _LEADER = 7801, 7802, 7803  # name the causes made here


class CommissionTier(Frozen):
    """From this monthly turnover on, the leader earns this share."""

    from_fen: Fen = 0
    share: Share


class CommunityGroupBuyConfig(MechanicConfig):
    """Settings of a community group-buy (MECHANICS section 1)."""

    type: Literal["community_group_buy"] = "community_group_buy"
    prices: tuple[PricedProduct, ...] = Field(min_length=1, max_length=1000)  # quota: for each day
    open_hour: HourOfDay = 14.0
    cut_off_hour: HourOfDay = 24.0
    arrival_hour: HourOfDay = 11.5  # of the next day
    leader_commission: tuple[CommissionTier, ...] = Field(
        default=(
            CommissionTier(from_fen=0, share=0.08),
            CommissionTier(from_fen=200_000, share=0.09),
            CommissionTier(from_fen=500_000, share=0.10),
            CommissionTier(from_fen=1_000_000, share=0.12),
        ),
        min_length=1,
        max_length=20,
    )  # tiers 8/9/10/12 %: platforms' published schedules; thresholds: assumption
    minimum_order_fen: Fen = 0  # of one leader's group on one day; below it the day's orders are refunded
    limit_per_order: Units = 2
    limit_per_member_day: Units = 4
    leader_posts_per_day: Annotated[int, Field(strict=True, ge=0, le=24)] = 1  # into the leader's chats

    @model_validator(mode="after")
    def _cycle(self) -> CommunityGroupBuyConfig:
        if self.cut_off_hour <= self.open_hour:
            raise RuleError(
                "cut_off_hour must be later than open_hour",
                "cut_off_hour 必须晚于 open_hour",
                "cut_off_hour",
                "open_hour",
            )
        tiers = [tier.from_fen for tier in self.leader_commission]
        if tiers != sorted(set(tiers)) or tiers[0] != 0:
            raise RuleError(
                "leader_commission must start at from_fen: 0 and ascend",
                "leader_commission 必须从 from_fen: 0 开始并递增",
                "leader_commission",
            )
        return self


def nearest_leaders(people: People, graph: SocialGraph, seed: int) -> NDArray[np.int32]:
    """The leader of each member, int32[members], -1 for none: of several who are near, a lot decides."""
    leader_of = np.full(people.members, -1, dtype=np.int32)
    leaders = np.array(people.distributors, dtype=np.int64)
    chats_start, chats = graph.chats_of
    _find_leaders(
        seed,
        leaders,
        graph.friend_start,
        graph.friend_target,
        chats_start,
        chats,
        graph.chat_start,
        graph.chat_member,
        np.zeros(people.members, dtype=np.int64),
        leader_of,
    )
    leader_of[leaders] = leaders
    return leader_of


@compiled
def _find_leaders(
    seed: Integer,
    leaders: NDArray[np.int64],
    friend_start: NDArray[np.int64],
    friend_target: NDArray[np.int32],
    chats_start: NDArray[np.int64],
    chats: NDArray[np.int32],
    chat_start: NDArray[np.int64],
    chat_member: NDArray[np.int32],
    lots: NDArray[np.int64],
    leader_of: NDArray[np.int32],
) -> None:
    for leader in leaders:
        for place in range(friend_start[leader], friend_start[leader + 1]):
            _draw_lot(seed, friend_target[place], leader, lots, leader_of)
        for row in range(chats_start[leader], chats_start[leader + 1]):
            for place in range(chat_start[chats[row]], chat_start[chats[row] + 1]):
                _draw_lot(seed, chat_member[place], leader, lots, leader_of)


@compiled
def _draw_lot(
    seed: Integer, member: Integer, leader: Integer, lots: NDArray[np.int64], leader_of: NDArray[np.int32]
) -> None:
    lot = mix4(_LEADER, seed, member, leader)
    if leader_of[member] < 0 or lot < lots[member]:
        lots[member] = lot
        leader_of[member] = leader


class CommunityGroupBuy(Mechanic):
    """A community group-buy at work. Leaders are the members who start as distributors."""

    config: CommunityGroupBuyConfig

    def __init__(
        self, config: CommunityGroupBuyConfig, index: int, products: tuple[int, ...], horizon_s: int
    ) -> None:
        """The first day has not begun."""
        super().__init__(config, index, products, horizon_s)
        self.price = {p: priced.price_fen for p, priced in zip(products, config.prices, strict=True)}
        self.quota = Quota(index, products, [priced.quota for priced in config.prices])
        self.leader_of = np.empty(0, dtype=np.int32)  # of each member, -1 for none
        self.today: dict[int, list[Order]] = {}  # leader -> orders of the day
        self.cycle_s = 0  # when the running day began: at the last cut-off
        self.last_cut_off_s = 0
        self.bought_today = Counter()
        self.turnover: dict[tuple[int, int], int] = {}  # (leader, month) -> fen
        self.earned: dict[int, tuple[int, int]] = {}  # order cause -> (leader, commission)

    def start(self, world: World) -> None:
        """Every member who shares a chat with a leader, or is a leader's friend, belongs to one."""
        self.leader_of = nearest_leaders(world.people, world.graph, world.seed)
        day_s = midnight_before(world.clock_s, self.start_s)
        number = 0
        while day_s < self.end_s:
            cut_off_s = day_s + int(self.config.cut_off_hour * HOUR)
            if cut_off_s > self.start_s:
                cause = mix3(CYCLE, self.address, number)
                world.agenda.at(cut_off_s, Phase.DEADLINE, -1, cause, self._cut_off, world, day_s)
                self.last_cut_off_s = cut_off_s
                self._plan_posts(world, day_s, number)
            day_s += DAY
            number += 1

    def _plan_posts(self, world: World, day_s: int, number: int) -> None:
        for leader in world.people.distributors:
            for post in range(self.config.leader_posts_per_day):
                span_s = (self.config.cut_off_hour - self.config.open_hour) * HOUR
                when_s = (
                    day_s
                    + int(self.config.open_hour * HOUR + span_s * post / self.config.leader_posts_per_day)
                    + 60
                )
                if self.start_s <= when_s < self.end_s:
                    product = self.products[
                        (number * self.config.leader_posts_per_day + post) % len(self.products)
                    ]
                    cause = mix4(POST, self.address, number, post)
                    world.agenda.at(
                        when_s,
                        Phase.DISTRIBUTOR,
                        leader,
                        mix(cause, leader),
                        self._post,
                        world,
                        leader,
                        product,
                        cause,
                    )

    def _post(self, world: World, leader: int, product: int, cause: int) -> None:
        world.promote(leader, product, self.index, mix(cause, leader), only_chats=True)

    def routes(self, world: World, reading: Reading) -> list[Offered]:
        """Order while the day's list is open, through one's leader."""
        product, member = reading.product, reading.member
        if product not in self.price or self.leader_of[member] < 0 or not self.open_at(world.now_s):
            return []
        hour = hour_of_day(world.clock_s, world.now_s)
        if not self.config.open_hour <= hour < self.config.cut_off_hour:
            return []
        left = self.config.limit_per_member_day - self.bought_today.of(member)
        if left <= 0:
            return []
        span = self.config.cut_off_hour - self.config.open_hour
        return [
            Offered(
                Route.COMMUNITY,
                self.price[product],
                world.behaviour.deciding.effort.community,
                self.index,
                urgency=(hour - self.config.open_hour) / span,
                limit_units=min(self.config.limit_per_order, left),
            )
        ]

    def rewards_sharing_fen(self, world: World, member: int, product: int) -> int:
        """What a leader earns on one unit."""
        if self.leader_of[member] != member or product not in self.price or not self.open_at(world.now_s):
            return 0
        return fen_share(self.price[product], self.config.leader_commission[0].share)

    def units_left(self, product: int) -> int | None:
        """What is left of the quota."""
        return self.quota.left[product]

    def accept(self, world: World, order: Order) -> Reason:
        """Take the day's quota."""
        if order.offer != self.index:
            return Reason.NONE
        return self.quota.claim(world, order, self.bought_today)

    def cancelled(self, world: World, order: Order) -> None:
        """Give the day's quota back, while it is still that day."""
        if order.offer == self.index and order.placed_s >= self.cycle_s:
            self.quota.give_back(world, order)
            self.bought_today.add(order.member, -order.quantity)

    def paid(self, world: World, order: Order) -> None:
        """Paid orders wait for the cut-off; one paid after it goes with the next day's, if there is one."""
        if order.offer != self.index:
            return
        if world.now_s >= self.last_cut_off_s:
            world.desk.refund(order, Reason.OFFER_ENDED)
        else:
            self.today.setdefault(int(self.leader_of[order.member]), []).append(order)

    def _cut_off(self, world: World, day_s: int) -> None:
        orders_by_leader, self.today = self.today, {}
        self.cycle_s = world.now_s
        self.bought_today = Counter()
        self.quota = Quota(self.index, self.products, [priced.quota for priced in self.config.prices])
        arrival_s = day_s + DAY + int(self.config.arrival_hour * HOUR)
        enough = {}
        for leader in sorted(orders_by_leader):
            total_fen = sum(order.price_fen for order in orders_by_leader[leader])
            enough[leader] = total_fen >= self.config.minimum_order_fen
            if enough[leader]:
                self._accrue(world, leader, orders_by_leader[leader], total_fen)
        for leader in sorted(orders_by_leader):  # what is asked of the desk comes last
            for order in orders_by_leader[leader]:
                if enough[leader]:
                    world.desk.confirm(order, arrives_s=arrival_s)
                else:
                    world.desk.refund(order, Reason.MINIMUM)

    def _accrue(self, world: World, leader: int, orders: list[Order], total_fen: int) -> None:
        month = world.now_s // (30 * DAY)
        before_fen = self.turnover.get((leader, month), 0)
        share = [tier.share for tier in self.config.leader_commission if tier.from_fen <= before_fen][-1]
        self.turnover[(leader, month)] = before_fen + total_fen
        for order in orders:
            amount_fen = fen_share(order.price_fen, share)
            if amount_fen and order.member != leader:
                self.earned[order.cause] = (leader, amount_fen)
                self._row(world, Kind.COMMISSION_ACCRUED, order, leader, amount_fen)

    def received(self, world: World, order: Order) -> None:
        """Fetched: the leader is paid."""
        if order.cause in self.earned:
            leader, amount_fen = self.earned[order.cause]
            self._row(world, Kind.COMMISSION_PAID, order, leader, amount_fen)

    def returned(self, world: World, order: Order) -> None:
        """Returned: the leader's commission is taken back, all of it, as leaders do not withdraw."""
        earned = self.earned.pop(order.cause, None)
        if earned is not None:
            if order.received_s >= 0:
                self._row(world, Kind.COMMISSION_CLAWED, order, *earned)
                self._row(world, Kind.COMMISSION_COLLECTED, order, *earned)
            else:
                self._row(world, Kind.COMMISSION_REVERSED, order, *earned)

    def _row(self, world: World, kind: Kind, order: Order, leader: int, amount_fen: int) -> None:
        world.emit(
            kind,
            leader,
            source=order.member,
            product=order.product,
            offer=self.index,
            order=order.number,
            amount_fen=amount_fen,
            value=1,
            cause=order.cause,
        )
