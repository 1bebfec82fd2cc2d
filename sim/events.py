"""The event table: everything that happens in a run, one integer row each.

Both engines write this table and nothing else; metrics, explanations, charts and reports read only
it. `EventTable.columns` are parallel one-dimensional arrays of equal length, in the order in which
things happened; `EventTable.header` says what the codes in them stand for.

Columns (a code of -1 means "none"):

| column | dtype | meaning |
|---|---|---|
| time_s | int64 | whole seconds since the campaign's start |
| kind | int16 | what happened, a `Kind` |
| actor | int32 | the member who did it or to whom it happened |
| source | int32 | the member behind it: sender of what was read, buyer a commission comes from |
| product | int16 | index into `header.products` |
| offer | int16 | index into `header.offers` |
| group | int32 | number of the group, in the order of opening |
| order | int32 | number of the order, in the order of placing |
| channel | int8 | a `Channel` |
| amount_fen | int64 | money, in fen; moved between accounts as `sim.ledger` says |
| value | int32 | depends on the kind, see `Kind` |
| cause | int64 | intrinsic name of what caused it (of the message, the trigger, the order) |
| segment | int8 | the actor's segment, index into `header.segments` |
| runoff | int8 | 1 when it happened after the horizon, while obligations ran off |

An *outcomes* table (`header.events` is "outcomes") has counts by period in place of the rows of single
messages and exposures; `sim.outcomes` says how.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

EVENT_SCHEMA_VERSION = 5
"""Raised whenever a column, a code or the meaning of a value changes."""

EventDetail = Literal["full", "outcomes"]
"""Whether messages and exposures are rows of their own or counted by period, see `sim.outcomes`."""

COLUMNS: dict[str, str] = {
    "time_s": "int64",
    "kind": "int16",
    "actor": "int32",
    "source": "int32",
    "product": "int16",
    "offer": "int16",
    "group": "int32",
    "order": "int32",
    "channel": "int8",
    "amount_fen": "int64",
    "value": "int32",
    "cause": "int64",
    "segment": "int8",
    "runoff": "int8",
}
"""Column name -> numpy dtype, in the table's order."""


class Channel(IntEnum):
    """How a message or an exposure reaches a member. The UI's Chinese terms are in `sim.ui`."""

    PRIVATE = 0  # a private message to one friend
    CHAT = 1  # a post in a chat
    MOMENTS = 2  # a post in the sender's feed, seen by friends
    KOL_POST = 3  # a KOL's post, seen by followers
    PUBLIC = 4  # a post recommended by the platform to people who do not follow
    PUSH = 5  # a message from the operator
    BROWSE = 6  # own discovery, search and public traffic
    OPEN_LIST = 7  # the list of groups that strangers can join
    REMINDER = 8  # a reminder the member had asked for
    OWN_NEED = 9  # a consumable has run out


class Kind(IntEnum):
    """What a row says. `value` and `amount_fen` are given where they carry something."""

    # who hears what
    SEED = 1  # actor adopts at the operator's wish (free sample or handed-over adopter)
    # actor (-1: the operator) passes it on; source: from whom the actor had it; value: recipients
    SEND = 2
    READ = 3  # actor reads a message (an exposure); source: its sender; cause: the message
    CONSIDER = 4  # actor looks closer after reading (click-through); cause: the message
    MUTE = 5  # actor mutes chat `value`; -1 mutes the operator's pushes
    LEAVE = 6  # actor leaves chat `value`
    CHAT_DEAD = 7  # chat `value` has lost its readers (死群)
    REVIEW = 8  # actor reviews; value: rating 1-5
    RESERVE = 9  # actor asks to be reminded
    # orders
    ORDER_PLACED = 20  # amount: what is to be paid, postage included; value: the `Route`
    ORDER_ITEMS = 36  # of an order placed; value: its units; amount: memo, its postage
    # amount: customer -> escrow; value: 1 if the actor never paid before; source: who gets the credit
    ORDER_PAID = 21
    ORDER_CANCELLED = 22  # value: a `Reason`
    ORDER_CONFIRMED = 23  # the order will be served (a group order when its group succeeds)
    SHIPPED = 24  # amount: merchant -> supplier, cost of the goods
    CARRIAGE = 25  # amount: merchant -> carrier
    DELIVERED = 26  # the parcel arrives; value: satisfaction in thousandths
    RECEIVED = 27  # receipt confirmed; amount: escrow -> merchant
    REFUNDED = 28  # amount: escrow -> customer; value: a `Reason`
    REFUNDED_AFTER = 29  # after receipt; amount: merchant -> customer; value: a `Reason`
    PARTIAL_REFUND = 30  # amount: escrow -> customer, the order stands (ladder difference, leader discount)
    RESTOCKED = 31  # returned goods; amount: supplier -> merchant
    # a discount the platform bears; amount: platform -> escrow, negative when taken back
    SUBSIDY = 32
    PLATFORM_FEE = 33  # amount: merchant -> platform
    STOCK = 34  # value: change of the product's sellable stock
    QUOTA = 35  # value: change of the offer's remaining quota
    # groups
    GROUP_OPENED = 40  # actor: the leader; value: people needed
    # actor has paid a seat (the leader too); source: whose message, of any group; value: paid people after it
    GROUP_JOINED = 41
    GROUP_SUCCEEDED = 42  # actor: the leader; value: paid people
    GROUP_FAILED = 43  # actor: the leader; value: a `Reason`
    GROUP_VIRTUAL_FILL = 44  # value: fake members added
    LEADER_CHANGED = 45  # actor: the new leader; source: the old one
    # flash sale
    SALE_OPENED = 50  # value: quota on sale
    SALE_CLOSED = 51  # value: quota left
    SOLD_OUT = 52  # nothing left of the product or the offer's quota
    DISAPPOINTED = 53  # actor wanted it and could not; value: a `Reason`
    # incentives
    # actor earns on source's order; value: level; amount: merchant -> commission liability
    COMMISSION_ACCRUED = 60
    COMMISSION_REVERSED = 61  # amount: commission liability -> merchant
    COMMISSION_PAID = 62  # amount: commission liability -> distributor
    COMMISSION_CLAWED = 63  # paid before the refund, asked for again: a claim, no cash yet; amount: memo
    COMMISSION_LOST = 64  # paid before the refund, and not asked for again; amount: memo
    WITHDRAW_FEE = 65  # amount: distributor -> platform
    WITHDRAWN = 66  # amount: memo, leaves the platform
    PRIZE = 67  # ranking prize; amount: merchant -> distributor
    # referral or review cash, leader's bonus; amount: merchant -> customer; source: for whom
    REWARD_PAID = 68
    COUPON_GRANTED = 69  # amount: memo, face value
    COUPON_USED = 70  # amount: memo, the discount
    COUPON_RETURNED = 71  # amount: memo
    KOL_FEE = 72  # amount: merchant -> KOL
    SAMPLE = 73  # amount: merchant -> supplier
    PUSH_COST = 74  # amount: merchant -> platform; value: people pushed to
    RECRUITED = 75  # actor becomes a distributor; source: the upline
    DORMANT = 76  # a distributor stops promoting
    BOUND = 77  # actor becomes source's customer
    JOINING_FEE = 78  # an entry fee (入门费); amount: distributor -> merchant
    # the marketing budget has too little left; value: people not sent to, hired or given a prize; actor: none
    BUDGET_SHORT = 79
    # part of what was asked for again is got back; value: its level; amount: distributor -> merchant
    COMMISSION_COLLECTED = 90
    # what is no longer earned of a reward comes back; amount: customer -> merchant; source: for whom
    REWARD_REVERSED = 91
    # counts, in outcomes tables only, in place of SEND, READ and CONSIDER; value: how many in the period
    COUNT_SENDS = 100  # sends (segment -1: the operator's)
    COUNT_RECIPIENTS = 101  # people they were put before
    COUNT_SENDS_AFTER_PAYING = 102  # sends of members who had paid for something by then
    COUNT_SENDERS = 103  # members who send for the first time
    COUNT_READS = 104  # reads
    COUNT_READERS = 105  # members who read for the first time
    COUNT_READERS_OF_DAY = 106  # members who read for the first time on this local calendar day
    COUNT_READERS_OF_PRODUCT = 107  # members who read about this product for the first time
    COUNT_READERS_IN_CHANNEL = 108  # the same, in this channel
    COUNT_READERS_EARLY = 109  # members who read for the first time in the first week
    COUNT_READERS_KEPT = 110  # of those, members who read for the first time in the last week
    COUNT_CONSIDERS = 111  # closer looks
    COUNT_CONSIDERERS = 112  # members who look closer for the first time
    COUNT_READERS_OR_SENDERS = 113  # members who read or send for the first time
    COUNT_ACTIVE = 114  # members who send, look closer, reserve or order for the first time
    COUNT_REACHED = 115  # members who read a message for the first time
    COUNT_VISITORS = 116  # members who read something that nobody sent for the first time
    COUNT_PUSH_READERS = 117  # members who read a push for the first time
    COUNT_BACK_D1 = 118  # members who do one of these things again on the local day after their first
    COUNT_BACK_D7 = 119  # the same, on the seventh day after it
    COUNT_BACK_D30 = 120  # the same, on the thirtieth day after it


class Route(IntEnum):
    """The ways open to somebody who reads about a product."""

    NONE = 0
    BUY_ALONE = 1
    OPEN_GROUP = 2
    JOIN_GROUP = 3
    FLASH = 4
    RESERVE = 5
    COMMUNITY = 6


class Reason(IntEnum):
    """Why an order or a group came to nothing, or money went back."""

    NONE = 0
    UNPAID = 1  # not paid in time
    STOCK = 2  # no stock or quota left
    GROUP_EXPIRED = 3  # not enough people in time
    GROUP_FULL = 4  # somebody else paid the last seat
    LEADER_QUIT = 5
    OFFER_ENDED = 6
    OVERSOLD = 7  # paid, but the platform had sold more than there was
    RETURNED = 8  # goods sent back
    BEFORE_SUCCESS = 9  # a member asked for the money back before the group was complete
    TOO_FEW_NEW = 10  # the group lacked new customers
    QUEUE = 11  # the server's queue was full
    MINIMUM = 12  # below the minimum order


@dataclass(frozen=True, slots=True)
class ProductInfo:
    """What the table's reader needs to know of a product. stock: None is unlimited."""

    id: str
    name_zh: str
    name_en: str
    category: str
    list_price_fen: int
    stock: int | None


@dataclass(frozen=True, slots=True)
class OfferInfo:
    """What the table's reader needs to know of a mechanic. quota: None is unlimited."""

    id: str
    type: str
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What the codes of a table stand for, and the frame it was recorded in.

    members: how many; horizon_s: the end of decisions, in seconds; start: local ISO date and time;
    segment_members: members by segment, same order as `segments`; kols and distributors: the member
    numbers of those who start as such; events, period_s: whether messages and exposures are counted by
    period, and its length in seconds (0 in a full table); washout_s: how long before the horizon the campaign
    was over, 0 without a washout.
    """

    event_schema_version: int
    model_version: str
    scenario_id: str
    seed: int
    members: int
    start: str
    horizon_s: int
    segments: tuple[str, ...]
    segment_members: tuple[int, ...]
    products: tuple[ProductInfo, ...]
    offers: tuple[OfferInfo, ...]
    chats: int
    kols: tuple[int, ...]
    distributors: tuple[int, ...]
    events: EventDetail = "full"
    period_s: int = 0
    washout_s: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a file's metadata."""
        return asdict(self)


def header_from_dict(data: dict[str, Any]) -> Header:
    """The inverse of `Header.as_dict` (lists from JSON become tuples)."""
    plain = dict(data)
    plain["products"] = tuple(ProductInfo(**product) for product in plain["products"])
    plain["offers"] = tuple(OfferInfo(**offer) for offer in plain["offers"])
    for name in ("segments", "segment_members", "kols", "distributors"):
        plain[name] = tuple(plain[name])
    return Header(**plain)


@dataclass(frozen=True)
class EventTable:
    """A finished run: read-only columns (see the module's table; at least one) and their header."""

    header: Header
    columns: dict[str, NDArray[Any]]

    def __repr__(self) -> str:
        head = self.header
        size = f"{len(self):,} rows, {len(self.columns)} columns"
        return f"<EventTable of {head.scenario_id}: {size}, {head.members:,} members, seed {head.seed}>"

    def __len__(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())))

    def __getitem__(self, column: str) -> NDArray[Any]:
        """One column, e.g. `table["kind"]`."""
        return self.columns[column]

    def rows(self, *kinds: Kind) -> dict[str, NDArray[Any]]:
        """The columns of the rows of the given kinds, in order."""
        wanted = np.isin(self.columns["kind"], np.array([int(kind) for kind in kinds], dtype=np.int16))
        return {name: column[wanted] for name, column in self.columns.items()}

    def at_horizon(self) -> EventTable:
        """The same table without the rows of the run-off."""
        rows = int(np.searchsorted(self.columns["runoff"], 1))  # the run-off comes last
        return EventTable(self.header, {name: column[:rows] for name, column in self.columns.items()})


def table_from_rows(header: Header, rows: list[tuple[int, ...]]) -> EventTable:
    """Build a table from rows in `COLUMNS` order.

    Raises:
        OverflowError: a number does not fit its column.
    """
    return table_from_matrix(header, np.array(rows, dtype=np.int64).reshape(len(rows), len(COLUMNS)))


def table_from_matrix(header: Header, matrix: NDArray[np.int64]) -> EventTable:
    """Build a table from int64[rows, columns], columns in `COLUMNS` order.

    Raises:
        OverflowError: a number does not fit its column.
    """
    columns: dict[str, NDArray[Any]] = {}
    for position, (name, dtype) in enumerate(COLUMNS.items()):
        wide = matrix[:, position]
        column = wide.astype(dtype)
        if not np.array_equal(column, wide):
            raise OverflowError(f"event table column {name} holds a number that does not fit {dtype}")
        column.setflags(write=False)
        columns[name] = column
    return EventTable(header, columns)
