"""Spread: how far it was passed on, by whom, and what sold it."""

from __future__ import annotations

import math
import statistics
from collections import Counter

from sim.events import Channel

from .cascades import Cascades, grow, virality
from .events import Events, members, share
from .funnel import Figures

CHANNELS = {"PUSH": "push", "CHAT": "chat", "PRIVATE": "friend", "MOMENTS": "friend", "OPEN_LIST": "list"}
SOURCES = ("kol", "distributor", "friend", "chat", "push", "list", "own")
GENERATIONS = range(5)
LARGE = 10


def figures(events: Events) -> Figures:
    """All of the family `spread`."""
    sends, paid = events.of("SEND"), events.of("ORDER_PAID")
    sends = sends[sends["actor"] >= 0]
    paid_in_row = dict(zip(paid["actor"][::-1], paid.index[::-1], strict=True))
    after = sum(
        row > paid_in_row.get(who, math.inf) for row, who in zip(sends.index, sends["actor"], strict=True)
    )
    senders = members(sends)
    return {
        "sends": len(sends),
        "senders": len(senders),
        "share_rate": share(len(senders), len(senders | members(events.of("READ")))),
        "sends_per_buyer": share(after, len(paid_in_row)),
        **_sources(events),
    }


def of_messages(events: Events) -> Figures:
    """The figures that ask who told whom."""
    cascades = grow(events)
    trees = cascades.trees()
    sizes = [len(tree) for tree in trees]
    people, delays_s = sum(sizes), cascades.delays_s()
    shapes = [(len(tree), virality(tree)) for tree in trees if len(tree) > 1]
    large = sorted(shape for size, shape in shapes if size >= LARGE)
    depths = [depth for _, depth in cascades.graph.nodes(data="depth")]
    return {
        "cycle_hours_median": statistics.median_low(delays_s) / 3600 if delays_s else None,
        "brought_by_others_share": share(cascades.graph.number_of_edges(), people),
        "cascades": len(trees),
        "cascade_singleton_share": share(sizes.count(1), len(trees)),
        "cascade_size_mean": share(people, len(trees)),
        "cascade_size_max": max(sizes, default=None),
        "cascade_depth_max": max(depths, default=None),
        "acts_beyond_first_step_share": share(sum(depth >= 2 for depth in depths), people),
        "structural_virality_mean": statistics.fmean(shape for _, shape in shapes) if shapes else None,
        "cascades_large": len(large),
        "structural_virality_large_median": statistics.median_low(large) if large else None,
        "structural_virality_large_p90": large[math.ceil(0.9 * len(large)) - 1] if large else None,
        **_invitations(events, cascades),
    }


def _completed_until_s(events: Events, delays_s: list[int]) -> int:
    """Who acted until then has had a cycle; in a cycle nine in ten of the brought follow."""
    cycle_s = delays_s[-(-9 * len(delays_s) // 10) - 1] if delays_s else 0
    return int(events.header["horizon_s"]) - cycle_s


def _invitations(events: Events, cascades: Cascades) -> Figures:
    until_s = _completed_until_s(events, cascades.delays_s())
    stands = events.standing
    bought = {}  # (member, product) -> first standing payment: row, second
    for row in stands.itertuples():
        bought.setdefault((row.actor, row.product), (row.Index, row.time_s))
    customers = {pair: row for pair, (row, time_s) in bought.items() if time_s <= until_s}
    sends = events.of("SEND")
    invited, first_sent = 0, {}
    for row in sends.itertuples():
        pair = (row.actor, row.product)
        if row.Index > customers.get(pair, math.inf):
            invited += row.value
            first_sent.setdefault(pair, row.Index)
    graph = cascades.graph
    brought = sum(
        child in bought and graph.nodes[child]["row"] > first_sent.get(parent, math.inf)
        for parent, child in graph.edges
    )
    completed: Counter[int] = Counter()
    children: Counter[int] = Counter()
    for node, facts in graph.nodes(data=True):
        if facts["time_s"] <= until_s:
            completed[facts["depth"]] += 1
            children[facts["depth"]] += graph.out_degree(node)
    return {
        "invites_per_customer": share(invited, len(customers)),
        "invite_conversion": share(brought, invited),
        "k_factor": share(brought, len(customers)),
        **{f"k_factor_by_generation.{one}": share(children[one], completed[one]) for one in GENERATIONS},
    }


def _sources(events: Events) -> Figures:
    recruited = events.of("RECRUITED")
    since = dict(zip(recruited["actor"][::-1], recruited.index[::-1], strict=True))
    since |= dict.fromkeys(events.header["distributors"], -1)
    kols, by_source = set(events.header["kols"]), Counter(dict.fromkeys(SOURCES, 0))
    for row in events.standing.itertuples():
        channel = Channel(row.channel).name if row.channel >= 0 else ""
        if row.source in kols or channel in ("KOL_POST", "PUBLIC"):
            source = "kol"
        elif row.source >= 0 and row.Index > since.get(row.source, math.inf):
            source = "distributor"
        else:
            source = CHANNELS.get(channel, "own")
        by_source[source] += row.amount_fen
    whole_fen = by_source.total()
    return {f"sales_share_by_source.{name}": share(by_source[name], whole_fen) for name in SOURCES}
