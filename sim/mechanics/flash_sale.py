"""Flash sale 秒杀: little stock, short sessions, a crowd at the door, a server with a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.events import Kind, Reason, Route
from sim.mechanics.base import Mechanic, MechanicConfig, Offered, PricedProduct
from sim.mechanics.clock import midnight_before
from sim.mechanics.quota import Quota
from sim.mechanics.reminders import Reminders
from sim.mechanics.world import Counter, Phase
from sim.settings.fields import Days, HourOfDay, Minutes, Seconds, Share, Units
from sim.settings.problems import RuleError
from sim.streams import BOT, mix4, uniform
from sim.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from sim.mechanics.world import Order, Reading, World

OPENING, SCRIPT = 7201, 7202  # name the causes made here


class FlashSaleConfig(MechanicConfig):
    """Settings of a flash sale (MECHANICS section 2)."""

    type: Literal["flash_sale"] = "flash_sale"
    prices: tuple[PricedProduct, ...] = Field(min_length=1, max_length=1000)  # quota: for each session
    # of each day of the window; a session that would open while another is running is left out
    start_hours: tuple[HourOfDay, ...] = Field(default=(20.0,), min_length=1, max_length=24)
    duration_hours: Annotated[float, Field(gt=0, le=24)] = 2.0
    every_days: Annotated[int, Field(strict=True, ge=1, le=366)] = 1  # counted from the window's first day
    limit_per_order: Units = 1
    limit_total: Units = 1  # units a member may buy over all sessions
    progress_bar: bool = True
    progress_start_share: Share = 0.0  # claimed before the first sale; more than the truth is fake progress
    reminders: bool = True
    reminder_days: Days = 1.0  # how long before a session one can ask
    remind_minutes: Minutes = 3.0  # before the session; who is there early waits for it, and makes a crowd
    arrival_seconds: Seconds = 20.0  # assumption: mean delay between the reminder and being there
    # orders the server takes; assumption: at least one in a quarter of an hour
    throughput_per_second: Annotated[float, Field(ge=0.001, le=1_000_000)] = 200.0
    patience_seconds: Seconds = 10.0  # assumption: a longer queue turns people away
    # units that scripts try to buy in each session. assumption: a large gang at most
    bots: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 0
    bot_seconds: Seconds = 3.0  # assumption: they are all there within so many seconds

    @model_validator(mode="after")
    def _limits(self) -> FlashSaleConfig:
        if self.limit_total < self.limit_per_order:
            raise RuleError(
                "limit_total must be at least limit_per_order",
                "limit_total 不能小于 limit_per_order",
                "limit_total",
                "limit_per_order",
            )
        if len(set(self.start_hours)) != len(self.start_hours):
            raise RuleError(
                "start_hours must differ from each other",
                "start_hours 不能重复",
                "start_hours",
            )
        return self


def session_times(
    config: FlashSaleConfig, start_s: int, end_s: int, horizon_s: int, clock_s: int
) -> list[tuple[int, int]]:
    """When each session opens and closes, in seconds."""
    sessions: list[tuple[int, int]] = []
    day_s = midnight_before(clock_s, start_s)
    while day_s < min(end_s, horizon_s):
        for hour in sorted(config.start_hours):
            opens_s = day_s + int(hour * HOUR)
            closes_s = min(opens_s + int(config.duration_hours * HOUR), end_s)
            inside = start_s <= opens_s < min(closes_s, horizon_s)
            if inside and (not sessions or opens_s >= sessions[-1][1]):
                sessions.append((opens_s, closes_s))
        day_s += config.every_days * DAY
    return sessions


class FlashSale(Mechanic):
    """A flash sale at work."""

    config: FlashSaleConfig

    def __init__(
        self, config: FlashSaleConfig, index: int, products: tuple[int, ...], horizon_s: int
    ) -> None:
        """No session is open."""
        super().__init__(config, index, products, horizon_s)
        self.price = {p: priced.price_fen for p, priced in zip(products, config.prices, strict=True)}
        self.sessions: list[tuple[int, int]] = []
        self.current: tuple[int, int] | None = None
        self.quota = Quota(index, products, [0] * len(products))
        self.bought = Counter()
        self.reminders = Reminders(index, self.address, config.arrival_seconds)
        self.next_slot_s = 0.0
        self.sold_out: set[int] = set()

    def start(self, world: World) -> None:
        """Lay out the sessions; each opens and closes at its time."""
        self.sessions = session_times(self.config, self.start_s, self.end_s, world.horizon_s, world.clock_s)
        for number, (opens_s, closes_s) in enumerate(self.sessions):
            cause = mix4(OPENING, self.address, number, 0)
            world.agenda.at(opens_s, Phase.OFFER, -1, cause, self._open, world, number)
            world.agenda.at(closes_s, Phase.OFFER, -1, cause, self._close, world, number)

    def _open(self, world: World, number: int) -> None:
        if self.current is not None:
            self._close(world, number - 1)  # it ends in this very second
        self.current = self.sessions[number]
        self.next_slot_s = float(world.now_s)
        self.sold_out.clear()
        quotas = [priced.quota for priced in self.config.prices]
        self.quota = Quota(self.index, self.products, quotas)
        for product, quota in zip(self.products, quotas, strict=True):
            world.emit(
                Kind.SALE_OPENED,
                product=product,
                offer=self.index,
                value=-1 if quota is None else quota,
                cause=mix4(OPENING, self.address, number, 0),
            )
        for bot in range(self.config.bots):
            cause = mix4(SCRIPT, self.address, number, bot)
            wait_s = 1 + int(uniform(world.seed, BOT, bot, number, cause) * self.config.bot_seconds)
            product = self.products[bot % len(self.products)]
            world.agenda.at(
                world.now_s + wait_s, Phase.ARRIVAL, -1, cause, self._bot_arrives, world, product, cause
            )

    def _close(self, world: World, number: int) -> None:
        if self.current != self.sessions[number]:
            return
        self.current = None
        for product in self.products:
            left = self.quota.left[product]
            world.emit(
                Kind.SALE_CLOSED,
                product=product,
                offer=self.index,
                value=-1 if left is None else left,
                cause=mix4(OPENING, self.address, number, 0),
            )

    def routes(self, world: World, reading: Reading) -> list[Offered]:
        """Buy while a session is open; ask to be reminded before."""
        product, member = reading.product, reading.member
        if product not in self.price or self.bought.of(member) >= self.config.limit_total:
            return []
        limit = min(self.config.limit_per_order, self.config.limit_total - self.bought.of(member))
        effort = world.behaviour.deciding.effort.flash
        if self.current is not None:
            opens_s, closes_s = self.current
            return [
                Offered(
                    Route.FLASH,
                    self.price[product],
                    effort,
                    self.index,
                    urgency=(world.now_s - opens_s) / (closes_s - opens_s),
                    scarcity=self._shown_progress(product),
                    limit_units=limit,
                )
            ]
        next_s = self._next_opening(world.now_s)
        if (
            not self.config.reminders
            or next_s is None
            or next_s - world.now_s > self.config.reminder_days * DAY
        ):
            return []
        if self.reminders.has_asked(member, product, next_s):
            return []
        return [Offered(Route.RESERVE, self.price[product], 0.0, self.index)]

    def _shown_progress(self, product: int) -> float:
        if not self.config.progress_bar:
            return 0.0
        start = self.config.progress_start_share
        return start + (1.0 - start) * self.quota.sold_share(product)

    def _next_opening(self, time_s: int) -> int | None:
        return next((opens_s for opens_s, _ in self.sessions if opens_s > time_s), None)

    def reserved(self, world: World, reading: Reading, offered: Offered) -> None:
        """Remind the member shortly before the next session; the reminded come as it opens."""
        opens_s = self._next_opening(world.now_s)
        if opens_s is not None:
            self.reminders.ask(world, reading, opens_s, opens_s - int(self.config.remind_minutes * MINUTE))

    def _gets_through(self, world: World) -> bool:
        """Line up for the server; False when the queue is too long to stay. The wait itself is seconds."""
        ready_s = max(self.next_slot_s, float(world.now_s))
        if ready_s - world.now_s > self.config.patience_seconds:
            return False
        self.next_slot_s = ready_s + 1.0 / self.config.throughput_per_second
        return True

    def units_left(self, product: int) -> int | None:
        """What is left of the quota."""
        return self.quota.left[product]

    def accept(self, world: World, order: Order) -> Reason:
        """First the server's queue, then the quota."""
        if order.offer != self.index:
            return Reason.NONE
        if not self._gets_through(world):
            return Reason.QUEUE
        reason = self.quota.claim(world, order, self.bought)
        if reason is Reason.NONE:
            self._note_sold_out(world, order.product)
        return reason

    def _note_sold_out(self, world: World, product: int) -> None:
        if self.quota.left[product] == 0 and product not in self.sold_out:
            self.sold_out.add(product)
            world.emit(Kind.SOLD_OUT, product=product, offer=self.index)

    def cancelled(self, world: World, order: Order) -> None:
        """An unpaid hold goes back on sale while its session is open."""
        if order.offer != self.index:
            return
        self.bought.add(order.member, -order.quantity)
        if self.current is not None and order.placed_s >= self.current[0]:
            self.quota.give_back(world, order)
            self.sold_out.discard(order.product)

    def paid(self, world: World, order: Order) -> None:
        """A paid order is served at once."""
        if order.offer == self.index:
            world.desk.confirm(order)

    def _bot_arrives(self, world: World, product: int, cause: int) -> None:
        """A script takes a unit that nobody will pay for: it blocks the hold until it times out."""
        left = self.quota.left[product]
        if self.current is None or not self._gets_through(world) or left == 0:
            return
        if left is not None:
            self.quota.left[product] = left - 1
            world.emit(Kind.QUOTA, product=product, offer=self.index, value=-1, cause=cause)
            self._note_sold_out(world, product)
        release_s = world.now_s + max(1, int(world.rules.unpaid_timeout_minutes * MINUTE))
        world.agenda.at(
            release_s, Phase.DEADLINE, -1, cause, self._bot_released, world, product, cause, self.current
        )

    def _bot_released(self, world: World, product: int, cause: int, session: tuple[int, int]) -> None:
        left = self.quota.left[product]
        if self.current == session and left is not None:
            self.quota.left[product] = left + 1
            self.sold_out.discard(product)
            world.emit(Kind.QUOTA, product=product, offer=self.index, value=1, cause=cause)
