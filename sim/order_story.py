"""One order of a saved run: what came of it, how its seat came about, and who passed it on to whom.

The event table alone knows; nothing is run again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.event_files import REASON_KINDS
from sim.events import Channel, EventTable, Kind, Reason, Route
from sim.metrics.seats import Way, seats
from sim.results import SavedRun
from sim.text import Text


@dataclass(frozen=True)
class Happening:
    """One row of the table, in words. reason: why it came to nothing, for kinds that say so."""

    time_s: int
    kind: Kind
    actor: int
    source: int
    group: int
    channel: Channel | None
    amount_fen: int
    value: int
    reason: Reason | None


@dataclass(frozen=True)
class Seat:
    """A paid seat of a group, and how it came about (see `sim.metrics.seats`).

    people: how many had paid after it; inviter: -1 unless invited; sender, channel: of the message on which
    it was ordered, -1 and None for none; wanted: the other group that was ordered into, or -1.
    """

    time_s: int
    member: int
    people: int
    way: Way
    inviter: int
    sender: int
    channel: Channel | None
    wanted: int


@dataclass(frozen=True)
class Link:
    """A person in the chain that led to an order.

    act: of the buyer, the order; of the others, the order or gift that made them pass it on, or else the
    passing on itself. sent: the message of theirs that the one before them in the chain had read; None of
    the buyer.
    """

    member: int
    act: Happening
    sent: Happening | None


@dataclass(frozen=True)
class OrderStory:
    """One order: what came of it, its seat, and the chain of people back to the one who started it.

    seat: None where it never had one. chain: whose message each of them had read, from the buyer on; it ends
    with the one whom no member had told, as their rows say it.
    """

    order: int
    member: int
    product: str
    route: Route
    group: int
    happenings: tuple[Happening, ...]
    seat: Seat | None
    chain: tuple[Link, ...]

    def __repr__(self) -> str:
        return (
            f"<OrderStory of {self.order}: member {self.member}, {self.product}, {self.route.name.lower()}>"
        )


def explain_order(saved: SavedRun, order: int) -> OrderStory:
    """Who stands behind an order; the event table alone knows.

    Raises:
        InputError: there is no such order, or the run's messages were counted only.
    """
    table = full_table(saved)
    mine = table["order"] == order
    placed = first_row(mine & (table["kind"] == Kind.ORDER_PLACED))
    if order < 0 or placed is None:
        orders = int((table["kind"] == Kind.ORDER_PLACED).sum())
        raise no_number(
            "--order", order, orders, Text("no order was placed in this run", "本次运行中没有订单")
        )
    seated = first_row(mine & (table["kind"] == Kind.GROUP_JOINED))
    if seated is None:
        seat = None
    else:
        (seat,) = (one for row, one in seats_of(table, int(table["group"][seated])).items() if row == seated)
    return OrderStory(
        order=order,
        member=int(table["actor"][placed]),
        product=table.header.products[table["product"][placed]].id,
        route=Route(int(table["value"][placed])),
        group=int(table["group"][mine].max() if seated is None else table["group"][seated]),
        happenings=happenings(table, mine),
        seat=seat,
        chain=_chain(table, placed),
    )


def full_table(saved: SavedRun) -> EventTable:
    """The event table, if it says who told whom.

    Raises:
        InputError: the run's messages were counted only.
    """
    if saved.table.header.events != "full":
        raise InputError(
            f"{saved.folder}: was run with events: outcomes, which counts messages and does not keep them; "
            "to explain it, run it again with events: full",
            f"{saved.folder}: 当时以 events: outcomes 运行，只对消息计数而不保留；"
            "要解释它，请以 events: full 重新运行",
        )
    return saved.table


def no_number(option: str, given: int, count: int, none: Text) -> InputError:
    """Numbers run from 0 to below `count`; `none` says that there are none."""
    known = Text(f"must be 0 to {count - 1}", f"应为 0 至 {count - 1}") if count else none
    return InputError(f"{option}: {known.en}, got {given}", f"{option}: {known.zh}，实际为 {given}")


def first_row(rows: NDArray[np.bool_]) -> int | None:
    """The number of the first of these rows, if there is one."""
    found = np.flatnonzero(rows)
    return int(found[0]) if len(found) else None


def happenings(table: EventTable, rows: NDArray[np.bool_]) -> tuple[Happening, ...]:
    """These rows, in order."""
    return tuple(_happening(table, int(row)) for row in np.flatnonzero(rows))


def seats_of(table: EventTable, group: int) -> dict[int, Seat]:
    """The seats of a group, in the order of paying, by row."""
    found = seats(table, group)
    return {
        row: Seat(
            time_s=int(table["time_s"][row]),
            member=int(table["actor"][row]),
            people=int(table["value"][row]),
            way=Way(int(found.way[place])),
            inviter=int(found.inviter[place]),
            sender=int(found.sender[place]),
            channel=_channel(int(found.channel[place])),
            wanted=int(found.wanted[place]),
        )
        for place, row in enumerate(found.row.tolist())
    }


def _chain(table: EventTable, placed: int) -> tuple[Link, ...]:
    """From an order back, message by message, each read before it was acted on."""
    links = [Link(int(table["actor"][placed]), _happening(table, placed), None)]
    row = placed
    while (sent := _message(table, row)) is not None:
        row = _occasion(table, sent)
        links.append(Link(int(table["actor"][sent]), _happening(table, row), _happening(table, sent)))
    return tuple(links)


def _message(table: EventTable, row: int) -> int | None:
    """The SEND row of what the actor of a row had read from its source before, last of all."""
    actor, source = table["actor"][row], table["source"][row]
    if source < 0 or source == actor:
        return None
    read = (table["kind"][:row] == Kind.READ) & (table["actor"][:row] == actor)
    read &= (table["source"][:row] == source) & (table["product"][:row] == table["product"][row])
    read &= table["channel"][:row] != Channel.REMINDER  # asked for on a message of the source, not sent by it
    reads = np.flatnonzero(read)
    if not len(reads):
        return None
    before = slice(0, int(reads[-1]))
    sent = (table["kind"][before] == Kind.SEND) & (table["actor"][before] == source)
    sends = np.flatnonzero(sent & (table["cause"][before] == table["cause"][reads[-1]]))
    return int(sends[-1]) if len(sends) else None


def _occasion(table: EventTable, sent: int) -> int:
    """The order or gift, of the same source, after which somebody passed a product on; else the sending."""
    before = slice(0, sent)
    mine = (table["actor"][before] == table["actor"][sent]) & (
        table["product"][before] == table["product"][sent]
    )
    mine &= table["source"][before] == table["source"][sent]
    found = np.flatnonzero(mine & np.isin(table["kind"][before], (Kind.ORDER_PAID, Kind.SEED)))
    if not len(found):
        return sent
    last = int(found[-1])
    if table["kind"][last] == Kind.SEED:
        return last
    of_it = (table["order"][:last] == table["order"][last]) & (table["kind"][:last] == Kind.ORDER_PLACED)
    placed = first_row(of_it)
    return last if placed is None else placed


def _channel(code: int) -> Channel | None:
    return None if code < 0 else Channel(code)


def _happening(table: EventTable, row: int) -> Happening:
    at: dict[str, Any] = {name: int(column[row]) for name, column in table.columns.items()}
    kind = Kind(at["kind"])
    return Happening(
        time_s=at["time_s"],
        kind=kind,
        actor=at["actor"],
        source=at["source"],
        group=at["group"],
        channel=_channel(at["channel"]),
        amount_fen=at["amount_fen"],
        value=at["value"],
        reason=Reason(at["value"]) if kind in REASON_KINDS else None,
    )
