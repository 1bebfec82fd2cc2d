"""Why something happened: one member, one group or one order of a saved run.

What people did stands in the event table. What they thought does not: the run is repeated on the same luck
with a watch on them, and must give the same table again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, RunError
from sim.event_files import REASON_KINDS, table_sha256
from sim.events import Channel, EventTable, Kind, Reason, Route
from sim.metrics.cascades import forest, purchase_chain
from sim.people import DISTRIBUTOR, KOL
from sim.population import populate
from sim.results import SavedRun
from sim.run import GraphFiles, Prepared, play, prepare

if TYPE_CHECKING:
    from sim.engine.decision import Decision, RouteTerms


@dataclass(frozen=True)
class Happening:
    """One row of the table, in words. reason: why it came to nothing, for kinds that say so."""

    time_s: int
    kind: Kind
    actor: int
    source: int
    channel: Channel | None
    amount_fen: int
    value: int
    reason: Reason | None


@dataclass(frozen=True)
class Link:
    """A person in the chain that led to an order: what they first did about the product, and from whom."""

    member: int
    first: Happening


@dataclass(frozen=True)
class OrderStory:
    """One order: what came of it, and the chain of people back to the one who started it."""

    order: int
    member: int
    product: str
    route: Route
    group: int
    happenings: tuple[Happening, ...]
    chain: tuple[Link, ...]


@dataclass(frozen=True)
class MemberStory:
    """One member: who it is, everything it weighed, and its orders.

    decisions: in the order of time; of each, the ways to buy, the best first.
    """

    member: int
    label: str
    segment: str
    role: str
    friends: int
    chats: int
    price_coefficient: float
    trust: float
    conformity: float
    sharing: float
    reads: int
    decisions: tuple[Decision, ...]
    orders: tuple[OrderStory, ...]


@dataclass(frozen=True)
class Reader:
    """Somebody who read about a group, and thought it over (or had no need to).

    decision: the time it was closest to joining; None: it did not think about it, having bought already.
    join: the way into this group as weighed then; None: it was not open to this member then.
    joined: whether it paid a seat.
    """

    member: int
    reads: int
    decision: Decision | None
    join: RouteTerms | None
    joined: bool


@dataclass(frozen=True)
class GroupStory:
    """One group: seats, who was told, who read, and what they thought of joining.

    mean_terms: over the readers who did not join, what spoke for and against it, by term.
    """

    group: int
    product: str
    offer: str
    needed: int
    opened_s: int
    ended_s: int | None
    succeeded: bool
    reason: Reason | None
    seats: tuple[Happening, ...]
    sends: tuple[Happening, ...]
    told: int
    readers: tuple[Reader, ...]
    mean_terms: dict[str, float]


def explain_member(
    saved: SavedRun,
    member: int,
    *,
    files: GraphFiles | None = None,
    progress: Callable[[float], None] | None = None,
) -> MemberStory:
    """Why a member bought, or did not.

    Args:
        saved: the run.
        member: its number.
        files: the graph it was run on, if it came from files.
        progress: called with the share of the repetition that is done.

    Raises:
        InputError: there is no such member, or the run cannot be repeated with what is there.
        RunError: the repetition gave another table.
    """
    table, header = saved.table, saved.table.header
    if not 0 <= member < header.members:
        raise InputError(f"--member: must be 0 to {header.members - 1}, got {member}")
    prepared, decisions = repeat(saved, {member}, files=files, progress=progress)
    graph = prepared.graph
    people = populate(prepared.scenario, graph, header.seed)
    chats, _ = graph.chats_of
    role = int(people.role[member])
    mine = table["actor"] == member
    orders = np.unique(table["order"][mine & (table["kind"] == Kind.ORDER_PLACED)])
    return MemberStory(
        member=member,
        label=graph.label(member),
        segment=header.segments[people.segment[member]],
        role="kol" if role == KOL else "distributor" if role == DISTRIBUTOR else "member",
        friends=int(graph.degree[member]),
        chats=int(chats[member + 1] - chats[member]),
        price_coefficient=float(people.price_coefficient[member]),
        trust=float(people.trust[member]),
        conformity=float(people.conformity[member]),
        sharing=float(people.sharing[member]),
        reads=int((mine & (table["kind"] == Kind.READ)).sum()),
        decisions=tuple(decisions),
        orders=tuple(explain_order(saved, int(order)) for order in orders),
    )


def explain_group(
    saved: SavedRun,
    group: int,
    *,
    files: GraphFiles | None = None,
    progress: Callable[[float], None] | None = None,
) -> GroupStory:
    """Why a group filled, or did not; arguments and errors as `explain_member`."""
    table, header = saved.table, saved.table.header
    mine = table["group"] == group
    opened = _first(table, mine & (table["kind"] == Kind.GROUP_OPENED))
    if group < 0 or opened is None:
        groups = int((table["kind"] == Kind.GROUP_OPENED).sum())
        known = f"must be 0 to {groups - 1}" if groups else "no group was opened in this run"
        raise InputError(f"--group: {known}, got {group}")
    end = _first(table, mine & np.isin(table["kind"], (Kind.GROUP_SUCCEEDED, Kind.GROUP_FAILED)))
    seats = _happenings(table, mine & (table["kind"] == Kind.GROUP_JOINED))
    sends = _happenings(table, mine & (table["kind"] == Kind.SEND))
    read = table["actor"][mine & (table["kind"] == Kind.READ)]
    members, reads = np.unique(read, return_counts=True)
    watch = [int(member) for member in members]
    _, decisions = repeat(saved, watch, files=files, progress=progress)
    seated = {seat.actor for seat in seats}
    readers = tuple(
        _reader(member, int(times), decisions, group, member in seated)
        for member, times in zip(watch, reads, strict=True)
    )
    failed = end is not None and table["kind"][end] == Kind.GROUP_FAILED
    return GroupStory(
        group=group,
        product=header.products[table["product"][opened]].id,
        offer=header.offers[table["offer"][opened]].id,
        needed=int(table["value"][opened]),
        opened_s=int(table["time_s"][opened]),
        ended_s=None if end is None else int(table["time_s"][end]),
        succeeded=end is not None and not failed,
        reason=Reason(int(table["value"][end])) if failed else None,
        seats=seats,
        sends=sends,
        told=sum(send.value for send in sends),
        readers=readers,
        mean_terms=_mean_terms(reader.join for reader in readers if not reader.joined),
    )


def explain_order(saved: SavedRun, order: int) -> OrderStory:
    """Who stands behind an order; the event table alone knows.

    Raises:
        InputError: there is no such order.
    """
    table = saved.table
    mine = table["order"] == order
    placed = _first(table, mine & (table["kind"] == Kind.ORDER_PLACED))
    if order < 0 or placed is None:
        orders = int((table["kind"] == Kind.ORDER_PLACED).sum())
        known = f"must be 0 to {orders - 1}" if orders else "no order was placed in this run"
        raise InputError(f"--order: {known}, got {order}")
    member, product = int(table["actor"][placed]), int(table["product"][placed])
    acts = np.isin(table["kind"], (Kind.SEND, Kind.SEED, Kind.ORDER_PAID)) & (table["product"] == product)
    links = []
    for person in purchase_chain(forest(table), member, product):
        first = _first(table, acts & (table["actor"] == person))
        assert first is not None  # it is a node for this act
        links.append(Link(person, _happening(table, first)))
    return OrderStory(
        order=order,
        member=member,
        product=table.header.products[product].id,
        route=Route(int(table["value"][placed])),
        group=int(table["group"][mine].max()),
        happenings=_happenings(table, mine),
        chain=tuple(links),
    )


def repeat(
    saved: SavedRun,
    watch: Iterable[int],
    *,
    files: GraphFiles | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Prepared, list[Decision]]:
    """Run a saved run again; returns its community and the decisions of the watched members, in order.

    Raises:
        InputError: what is there is not what it was run with.
        RunError: it gave another table.
    """
    folder, wanted = saved.folder, saved.manifest["events_sha256"]
    if table_sha256(saved.table) != wanted:
        raise InputError(f"{folder}: the event table is not the one that its manifest names; it was changed")
    if bool(saved.manifest["graph_files"]) != (files is not None):
        raise InputError(
            f"{folder}: was run on a {'loaded' if files is None else 'generated'} network, not this one"
        )
    prepared = prepare(
        saved.scenario, files=files, members=saved.manifest["members_asked"], seed=saved.table.header.seed
    )
    if prepared.graph.sha256 != saved.manifest["graph_sha256"]:
        raise InputError(f"{folder}: the graph has changed since; name the file it was run on with --graph")
    decisions: list[Decision] = []
    played = play(
        prepared.scenario,
        prepared.graph,
        progress=progress,
        watch=frozenset(watch),
        on_decision=decisions.append,
    )
    if table_sha256(played.table) != wanted:
        theirs, ours = saved.table.header.model_version, played.table.header.model_version
        if theirs != ours:
            raise InputError(f"{folder}: was run by model version {theirs}, this is {ours}; run it again")
        raise RunError(f"{folder}: running it again gave another event table; please report this")
    return prepared, decisions


def turning_points(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions to act; of a member who never did, the one that came closest."""
    weighed = [decision for decision in decisions if decision.routes]
    acted = tuple(decision for decision in weighed if decision.chosen is not None)
    return acted or tuple(sorted(weighed, key=lambda decision: -decision.routes[0].utility)[:1])


def _reader(member: int, reads: int, decisions: list[Decision], group: int, joined: bool) -> Reader:
    mine = [one for one in decisions if one.member == member and one.message.group == group and one.routes]
    ways = [(one, way) for one in mine for way in one.routes if _into(way, group)]
    if ways:
        decision, join = max(ways, key=lambda pair: pair[1].utility)
        return Reader(member, reads, decision, join, joined)
    return Reader(member, reads, mine[0] if mine else None, None, joined)


def _into(way: RouteTerms, group: int) -> bool:
    return way.offered.route is Route.JOIN_GROUP and way.offered.group == group


def _mean_terms(ways: Iterable[RouteTerms | None]) -> dict[str, float]:
    known = [way.terms for way in ways if way is not None]
    if not known:
        return {}
    return {name: sum(terms[name] for terms in known) / len(known) for name in known[0]}


def _first(table: EventTable, rows: NDArray[np.bool_]) -> int | None:
    found = np.flatnonzero(rows)
    return int(found[0]) if len(found) else None


def _happenings(table: EventTable, rows: NDArray[np.bool_]) -> tuple[Happening, ...]:
    return tuple(_happening(table, int(row)) for row in np.flatnonzero(rows))


def _happening(table: EventTable, row: int) -> Happening:
    at: dict[str, Any] = {name: int(column[row]) for name, column in table.columns.items()}
    kind = Kind(at["kind"])
    return Happening(
        time_s=at["time_s"],
        kind=kind,
        actor=at["actor"],
        source=at["source"],
        channel=None if at["channel"] < 0 else Channel(at["channel"]),
        amount_fen=at["amount_fen"],
        value=at["value"],
        reason=Reason(at["value"]) if kind in REASON_KINDS else None,
    )
