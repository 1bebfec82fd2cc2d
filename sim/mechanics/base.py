"""What every mechanic has in common: its settings, its offers to a reader, and its moments.

A mechanic is one file (or a small folder): its configuration (a `MechanicConfig`), who is eligible,
what is offered (`routes`), and how it settles (the moments `paid`, `confirmed`, `received`, ...).
A moment does its own part first; what it asks of the world's desk comes last, so that both engines may
do it right after the moment. The world it acts on is described by `sim.mechanics.world`;
`sim.mechanics.registry` lists the mechanics and is the one place that hands moments to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import model_validator

from sim.events import Reason, Route
from sim.mechanics.rewards import waits_for_final
from sim.settings.fields import Count, Days, Frozen, Id, PositiveItemFen, Text
from sim.settings.problems import RuleError
from sim.streams import address_of
from sim.units import DAY

if TYPE_CHECKING:
    from sim.mechanics.world import Order, Reading, World


class MechanicConfig(Frozen):
    """Settings shared by all mechanics."""

    id: Id
    name: Text = Text()
    products: tuple[Id, ...] = ()  # empty: the whole catalogue
    from_day: Days = 0.0
    days: Days | None = None  # null: to the end of the campaign

    @model_validator(mode="after")
    def _window(self) -> MechanicConfig:
        if self.days is not None and self.days <= 0:
            raise RuleError(
                "days must be more than 0",
                "days 必须大于 0",
                "days",
            )
        return self


class Offered(NamedTuple):
    """One way to buy that is open to a reader now.

    price_fen: for one unit, before coupons; belief: chance, as the reader sees it, that it comes to
    something; urgency: share of the window that has passed (0-1); scarcity: share of the stock shown
    as sold (0-1); limit_units: most units in one order; leader_discount: the price has one in it.
    """

    route: Route
    price_fen: int
    effort: float
    offer: int = -1
    group: int = -1
    belief: float = 1.0
    urgency: float = 0.0
    scarcity: float = 0.0
    limit_units: int = 1
    leader_discount: bool = False


class PricedProduct(Frozen):
    """A product's price in a promotion. quota: units set aside for it; null: as many as there are."""

    id: Id
    price_fen: PositiveItemFen
    quota: Count | None = None


class Mechanic:
    """One mechanic at work in one run. Subclasses override the moments they care about.

    index: the offer's number in the event table; address: its name in addresses of luck and in causes,
    which its id alone makes: the number changes when another mechanic is put before it; products: the
    product numbers it covers; start_s, end_s: its window in seconds.
    """

    def __init__(self, config: Any, index: int, products: tuple[int, ...], horizon_s: int) -> None:
        """Take the validated settings; no run state is shared between two instances."""
        self.config = config
        self.index = index
        self.address = address_of(config.id)
        self.products = products
        self.start_s = int(config.from_day * DAY)
        self.end_s = horizon_s if config.days is None else int((config.from_day + config.days) * DAY)

    def open_at(self, time_s: int) -> bool:
        """Whether the window is open."""
        return self.start_s <= time_s < self.end_s

    def start(self, world: World) -> None:
        """Before the first event: schedule what happens at set times."""

    def routes(self, world: World, reading: Reading) -> list[Offered]:
        """The ways to buy that this mechanic opens to the reader."""
        return []

    def rewards_sharing_fen(self, world: World, member: int, product: int) -> int:
        """What a member is promised for bringing one buyer, in fen."""
        return 0

    def rewards_buying(self, world: World, reading: Reading) -> bool:
        """Whether the reader gets something personally for buying through this message."""
        return False

    def units_for_discount(self, world: World, member: int, product: int, offered: Offered) -> int:
        """How many units an order must have for this mechanic's discount; 0 where it gives none."""
        return 0

    def discount_fen(self, world: World, member: int, product: int, offered: Offered, units: int) -> int:
        """What this mechanic takes off an order of so many units, in fen."""
        return 0

    def units_left(self, product: int) -> int | None:
        """How many units of a product are left of what is set aside for this offer; None: not limited."""
        return None

    def accept(self, world: World, order: Order) -> Reason:
        """Whether an order can be placed; `Reason.NONE` if so. Takes quota where there is one."""
        return Reason.NONE

    def reserved(self, world: World, reading: Reading, offered: Offered) -> None:
        """The reader chose to be reminded of this mechanic's offer."""

    def placed(self, world: World, order: Order) -> None:
        """An order was placed."""

    def paid(self, world: World, order: Order) -> None:
        """An order was paid. For the order's own offer this decides when it is confirmed."""

    def cancelled(self, world: World, order: Order) -> None:
        """An unpaid order was cancelled, or a paid one refunded before it was confirmed."""

    def confirmed(self, world: World, order: Order) -> None:
        """An order will be served."""

    def received(self, world: World, order: Order) -> None:
        """Receipt was confirmed."""

    def returned(self, world: World, order: Order) -> None:
        """The goods came back and the money was returned."""

    @property
    def waits_for_final(self) -> bool:
        """Whether it cares for the moment `final`."""
        return waits_for_final(self.config)

    def final(self, world: World, order: Order) -> None:
        """The goods can no longer come back; only where a mechanic waits for it."""

    def reviewed(self, world: World, order: Order, rating: int) -> None:
        """The buyer left a review."""

    def seeded(self, world: World, member: int, product: int, cause: int) -> None:
        """A member was given one of the products."""

    def heard(self, world: World, reading: Reading) -> None:
        """A member read a message about one of the products."""
