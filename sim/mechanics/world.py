"""What a mechanic may see and do: orders, messages, and the world as an engine offers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

from sim.events import Channel, Kind, Reason, Route
from sim.mechanics.purse import Purse
from sim.network.graph import SocialGraph
from sim.people import People
from sim.settings.behaviour import Behaviour
from sim.settings.community import Roles, Segment
from sim.settings.shop import Orders, Product


class Phase(IntEnum):
    """The order of what falls into the same second; published once, intrinsic.

    Windows are half-open: a deadline comes before a payment in the same second. Up to `INCENTIVE`
    these are obligations and run off after the horizon; the rest are decisions and end with it.
    """

    OFFER = 0
    DEADLINE = 1
    PAYMENT = 2
    PARCEL = 3
    INCENTIVE = 4
    OPERATOR = 5
    KOL = 6
    DISTRIBUTOR = 7
    NEED = 8
    ARRIVAL = 9
    BROWSE = 10
    SESSION = 11


LAST_OBLIGATION = Phase.INCENTIVE


@dataclass(slots=True, eq=False)
class Order:
    """One order on its way. `cause` is its intrinsic name; `number` only labels its rows."""

    number: int
    cause: int
    member: int
    product: int
    route: Route
    offer: int
    group: int
    quantity: int
    price_fen: int  # of all units, after discounts, without postage
    postage_fen: int
    discounts_fen: dict[int, int]  # by offer
    source: int
    channel: Channel
    placed_s: int
    from_list: bool = False  # joins a group nobody told of, found on the open list
    paid_s: int = -1
    confirmed: bool = False
    received_s: int = -1
    refunded_fen: int = 0
    closed: bool = False  # nothing more can happen to it
    past_stock: bool = False  # sold when there was no stock left for it
    first_order: bool = False  # the member had never ordered in this shop, paid or not
    first_purchase: bool = False  # the member had never paid in this shop
    subsidy_fen: int = 0
    expected_quality: float = 0.0
    wanted: float = 0.0  # see `sim.decisions.wanted_for_itself`
    satisfaction: float = 0.0

    @property
    def seen_on(self) -> Channel:
        """Where the buyer saw what was ordered: the list of open groups, or over whose channel it came."""
        return Channel.OPEN_LIST if self.from_list else self.channel

    @property
    def payable_fen(self) -> int:
        """What the customer pays, postage included."""
        return self.price_fen + self.postage_fen


@dataclass(slots=True, frozen=True, eq=False)
class Message:
    """Something sent: to one friend, a chat, a feed, an audience.

    cause: its intrinsic name; sender: -1 for the operator; adopted: the sender has bought it;
    promotional: it adds to the reader's load; advertising: disclosed as paid; step: added to the
    channel's source step; rewarded: the sender earns by it; offer: a mechanic it is about, or -1.
    """

    cause: int
    time_s: int
    channel: Channel
    sender: int
    product: int
    offer: int = -1
    group: int = -1
    chat: int = -1
    adopted: bool = False
    promotional: bool = True
    advertising: bool = False
    rewarded: bool = False
    step: float = 0.0
    charm: float = 1.0


@dataclass(slots=True, eq=False)
class Reading:
    """A member reading a message now."""

    member: int
    product: int
    message: Message
    time_s: int
    tie: float  # strength of the tie to the sender, 0 for none


@dataclass(slots=True, eq=False)
class ProductState:
    """What changes about a product during a run. stock: None is unlimited."""

    stock: int | None
    rating_sum: int = 0
    ratings: int = 0
    adopters: int = 0


class Agenda(Protocol):
    """What is due, in the order (time, phase, tie, cause)."""

    def at(
        self, time_s: int, phase: Phase, who: int, cause: int, action: Callable[..., None], *args: Any
    ) -> None:
        """Have `action(*args)` called at a time; (`who`, `cause`) is unique in a phase and breaks ties."""


class Desk(Protocol):
    """Where orders are served and refunded."""

    def confirm(self, order: Order, arrives_s: int | None = None) -> None:
        """The order will be served: ship it, to arrive at a set time or after the product's delivery time."""

    def refund(self, order: Order, reason: Reason) -> None:
        """Give a paid, unconfirmed order its money back and its stock."""

    def subsidise(self, order: Order, amount_fen: int, offer: int) -> None:
        """The platform adds to escrow what an offer took off the price."""

    def partial_refund(self, order: Order, amount_fen: int) -> None:
        """Give part of the price back; the order stands."""


class Talk(Protocol):
    """Who tells whom."""

    def deliver(self, message: Message, recipients: Sequence[int], source: int) -> None:
        """Put a message in inboxes and write its SEND row; `source`: from whom the sender had it."""

    def look_in(self, member: int, when_s: int, cause: int) -> None:
        """Have a member look at the inbox at a time outside the usual sessions (@)."""

    def has_muted_pushes(self, member: int) -> bool:
        """Whether the member no longer gets the operator's pushes."""


class Offers(Protocol):
    """The mechanics of the run, as one of them sees the others."""

    all: list[Any]  # in the scenario's order

    def number_of(self, id_: str) -> int:
        """The offer number of a mechanic."""

    def seeded(self, world: World, member: int, product: int, cause: int) -> None:
        """A member was given a product."""


class World(Protocol):
    """The running community, as mechanics see it."""

    seed: int
    now_s: int
    horizon_s: int
    clock_s: int  # seconds since local midnight as the campaign starts
    catalogue: tuple[Product, ...]
    products: list[ProductState]
    behaviour: Behaviour
    rules: Orders
    roles: Roles
    segments: tuple[Segment, ...]
    graph: SocialGraph
    people: People
    agenda: Agenda
    desk: Desk
    talk: Talk
    purse: Purse
    mechanics: Offers

    def emit(
        self,
        kind: Kind,
        actor: int = -1,
        *,
        source: int = -1,
        product: int = -1,
        offer: int = -1,
        group: int = -1,
        order: int = -1,
        channel: int = -1,
        amount_fen: int = 0,
        value: int = 0,
        cause: int = 0,
    ) -> None:
        """Write one row of the event table, at `now_s`."""

    def read(self, member: int, message: Message) -> None:
        """Have a member read a message now, outside a session (a reminder, an arrival)."""

    def promote(self, member: int, product: int, offer: int, cause: int, only_chats: bool = False) -> None:
        """A distributor tells others, for the commission."""

    def post_as_kol(
        self,
        member: int,
        product: int,
        offer: int,
        cause: int,
        *,
        step: float,
        advertising: bool,
        adopted: bool,
    ) -> None:
        """A seed posts to followers, friends and the public pool."""

    def share_as_buyer(self, member: int, product: int, cause: int) -> None:
        """A seed passes it on like anybody who has bought."""

    def announce(self, member: int, product: int, cause: int, order: Order | None) -> None:
        """The platform shows a member's friends what the member has got, by order or as a gift."""

    def adopt(self, member: int, product: int) -> None:
        """A seed has the product from now on."""

    def new_group(self) -> int:
        """The number of a group opened now."""

    def has_paid_before(self, member: int) -> bool:
        """Whether the member has ever paid in this shop, before the campaign or in it."""

    def has_ordered_before(self, member: int) -> bool:
        """Whether the member has ever placed an order in this shop, paid or not."""

    def registered_s(self, member: int) -> int:
        """When the member first ordered here; before the campaign: -1; not yet: the far future."""


@dataclass(slots=True)
class Counter:
    """How often something was done by each member; missing means never."""

    by_member: dict[int, int] = field(default_factory=dict)

    def of(self, member: int) -> int:
        """The count of one member."""
        return self.by_member.get(member, 0)

    def add(self, member: int, change: int = 1) -> None:
        """Count it once more (or less)."""
        self.by_member[member] = self.by_member.get(member, 0) + change
