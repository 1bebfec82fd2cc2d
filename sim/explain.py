"""Why something happened: one member, one group or one order of a saved run.

What people did stands in the event table. What they thought does not: the run is repeated on the same luck
with a watch on them, and must give the same table again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import InputError, RunError
from sim.event_files import table_sha256
from sim.events import Kind, Reason, Route
from sim.order_story import (
    Happening,
    OrderStory,
    Seat,
    explain_order,
    first_row,
    full_table,
    happenings,
    no_number,
    seats_of,
)
from sim.people import DISTRIBUTOR, KOL
from sim.play import OwnRules, play
from sim.population import populate
from sim.results import SCENARIO, SavedRun
from sim.run import GraphFiles, Prepared, prepare
from sim.scenario.load import scenario_sha256
from sim.text import Text

if TYPE_CHECKING:
    from sim.engine.decision import Decision, RouteTerms


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

    def __repr__(self) -> str:
        return f"<MemberStory of {self.member}: {len(self.decisions)} decisions, {len(self.orders)} orders>"


@dataclass(frozen=True)
class Reader:
    """Somebody who read about a group, or could have joined it from the open list.

    reads: messages about this group it has read; decision: the time it was closest to joining, or else what
    it thought of the last of these messages; None: it had bought, or was waiting, and did not think.
    join: the way into this group as weighed then; None: it was never open to this member.
    joined: whether it paid a seat.
    """

    member: int
    reads: int
    decision: Decision | None
    join: RouteTerms | None
    joined: bool


@dataclass(frozen=True)
class GroupStory:
    """One group: seats, what was sent about it, who read or saw it, and what they thought of joining.

    sends: the messages about it; recipients: of all of them together; rows do not name recipients, so that
    somebody who got two of them counts twice. mean_terms: over the readers who did not join, what spoke for
    and against it, by term.
    """

    group: int
    product: str
    offer: str
    needed: int
    opened_s: int
    ended_s: int | None
    succeeded: bool
    reason: Reason | None
    seats: tuple[Seat, ...]
    sends: tuple[Happening, ...]
    recipients: int
    readers: tuple[Reader, ...]
    mean_terms: dict[str, float]

    def __repr__(self) -> str:
        return f"<GroupStory of {self.group}: {len(self.seats)} seats, {len(self.readers)} readers>"


def explain_member(
    saved: SavedRun,
    member: int,
    *,
    files: GraphFiles | None = None,
    own: OwnRules | None = None,
    progress: Callable[[float], None] | None = None,
) -> MemberStory:
    """Why a member bought, or did not.

    Args:
        saved: the run.
        member: its number.
        files: the graph it was run on, if it came from files.
        own: the user's own Python rules, if it was run with some.
        progress: called with the share of the repetition that is done.

    Raises:
        InputError: there is no such member, the run's messages were counted only, or it cannot be repeated
            with what is there.
        RunError: the repetition gave another table.
    """
    table, header = full_table(saved), saved.table.header
    if not 0 <= member < header.members:
        raise InputError(
            f"--member: must be 0 to {header.members - 1}, got {member}",
            f"--member：应为 0 至 {header.members - 1}，实际为 {member}",
        )
    prepared, decisions = repeat(saved, {member}, files=files, own=own, progress=progress)
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
    own: OwnRules | None = None,
    progress: Callable[[float], None] | None = None,
) -> GroupStory:
    """Why a group filled, or did not; arguments and errors as `explain_member`."""
    table, header = full_table(saved), saved.table.header
    mine = table["group"] == group
    opened = first_row(mine & (table["kind"] == Kind.GROUP_OPENED))
    if group < 0 or opened is None:
        groups = int((table["kind"] == Kind.GROUP_OPENED).sum())
        raise no_number(
            "--group", group, groups, Text("no group was opened in this run", "本次运行中没有开团")
        )
    end = first_row(mine & np.isin(table["kind"], (Kind.GROUP_SUCCEEDED, Kind.GROUP_FAILED)))
    seats = tuple(seats_of(table, group).values())
    sends = happenings(table, mine & (table["kind"] == Kind.SEND))
    reading = table["kind"] == Kind.READ
    about_it = table["actor"][mine & reading]
    # From the open list anybody may have joined who read about the product while the group stood open.
    meanwhile = reading & (table["product"] == table["product"][opened])
    meanwhile &= table["time_s"] >= table["time_s"][opened]
    if end is not None:
        meanwhile &= table["time_s"] <= table["time_s"][end]
    near = np.union1d(about_it, table["actor"][meanwhile])
    decisions: dict[int, list[Decision]] = {int(member): [] for member in near}
    for decision in repeat(saved, decisions, files=files, own=own, progress=progress)[1]:
        decisions[decision.member].append(decision)
    seated = {seat.member for seat in seats}
    everybody = (
        _reader(member, int((about_it == member).sum()), thoughts, group, member in seated)
        for member, thoughts in decisions.items()
    )
    readers = tuple(reader for reader in everybody if reader.reads or reader.join is not None)
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
        recipients=sum(send.value for send in sends),
        readers=readers,
        mean_terms=_mean_terms(reader.join for reader in readers if not reader.joined),
    )


def repeat(
    saved: SavedRun,
    watch: Iterable[int],
    *,
    files: GraphFiles | None = None,
    own: OwnRules | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Prepared, list[Decision]]:
    """Run a saved run again; returns its community and the decisions of the watched members, in order.

    Raises:
        InputError: what is there is not what it was run with.
        RunError: it gave another table.
    """
    folder, wanted = saved.folder, saved.manifest["events_sha256"]
    if table_sha256(saved.table) != wanted:
        raise InputError(
            f"{folder}: the event table is not the one that its manifest names; it was changed",
            f"{folder}: 事件表与清单中登记的不一致，已被改动",
        )
    scenario = scenario_sha256(saved.scenario.model_dump(mode="json"))
    if scenario != saved.manifest["scenario_sha256"]:
        raise InputError(
            f"{folder}: {SCENARIO} is not the one that was run; changed, or now read otherwise",
            f"{folder}: {SCENARIO} 不是当时运行的场景；它已被改动，或现在的读法不同",
        )
    if bool(saved.manifest["graph_files"]) != (files is not None):
        raise InputError(
            f"{folder}: was run on a {'loaded' if files is None else 'generated'} network, not this one",
            f"{folder}: 当时运行在{'读入' if files is None else '生成'}的网络上，不是这一个",
        )
    if saved.manifest.get("own_rules", False) != (own is not None):
        raise InputError(
            f"{folder}: was run {'with' if own is None else 'without'} own Python rules; "
            "--rules must name the rules it was run with",
            f"{folder}: 当时运行时{'使用了' if own is None else '没有使用'}自编 "
            "Python 规则；--rules 须指明当时的规则",
        )
    prepared = prepare(
        saved.scenario, files=files, members=saved.manifest["members_asked"], seed=saved.table.header.seed
    )
    if prepared.graph.sha256 != saved.manifest["graph_sha256"]:
        raise InputError(
            f"{folder}: the graph has changed since; name the file it was run on with --graph",
            f"{folder}: 图在此后有改动；请用 --graph 指明当时运行所用的文件",
        )
    decisions: list[Decision] = []
    played = play(
        prepared.scenario,
        prepared.graph,
        own=own,
        progress=progress,
        watch=frozenset(watch),
        on_decision=decisions.append,
    )
    if table_sha256(played.table) != wanted:
        theirs, ours = saved.table.header.model_version, played.table.header.model_version
        if theirs != ours:
            raise InputError(
                f"{folder}: was run by model version {theirs}, this is {ours}; run it again",
                f"{folder}: 由模型版本 {theirs} 运行，现为 {ours}；请重新运行",
            )
        raise RunError(
            f"{folder}: running it again gave another event table; please report this",
            f"{folder}: 重新运行得到了不同的事件表；请报告此问题",
        )
    return prepared, decisions


def turning_points(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions to act; of a member who never did, the one that came closest."""
    weighed = [decision for decision in decisions if decision.routes]
    acted = tuple(decision for decision in weighed if decision.chosen is not None)
    return acted or tuple(sorted(weighed, key=lambda decision: -decision.routes[0].utility)[:1])


def _reader(member: int, reads: int, decisions: list[Decision], group: int, joined: bool) -> Reader:
    ways = [(one, way) for one in decisions for way in one.routes if _into(way, group)]
    if ways:
        decision, join = max(ways, key=lambda pair: pair[1].utility)
        return Reader(member, reads, decision, join, joined)
    about_it = [one for one in decisions if one.message.group == group]
    return Reader(member, reads, about_it[-1] if about_it else None, None, joined)


def _into(way: RouteTerms, group: int) -> bool:
    return way.offered.route is Route.JOIN_GROUP and way.offered.group == group


def _mean_terms(ways: Iterable[RouteTerms | None]) -> dict[str, float]:
    known = [way.terms for way in ways if way is not None]
    if not known:
        return {}
    return {name: sum(terms[name] for terms in known) / len(known) for name in known[0]}
