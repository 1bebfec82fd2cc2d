"""A social graph as a networkx graph, and the other way round: for looking at small ones with other tools.

networkx is imported when it is asked for, not before: a run needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.network.check import check_graph
from sim.network.csr import (
    Floats,
    Ints,
    canonical_numbers,
    directed_rows,
    empty_rows,
    pair_codes,
    row_numbers,
    sorted_unique,
    symmetric_rows,
)
from sim.network.graph import SocialGraph, check_size, plain_labels
from sim.network.members import MemberIds
from sim.network.partition import partition
from sim.network.ties import strongest_ties
from sim.tables.source import shown

if TYPE_CHECKING:
    import networkx as nx

_SYMMETRIC = ("friend", "co_purchase")
_LAYERS = ("friend", "follow", "co_purchase", "upline")


def to_networkx(graph: SocialGraph, upline: NDArray[np.integer] | None = None) -> nx.MultiDiGraph[Any]:
    """All layers in one networkx graph, whose nodes are the labels (numbers 0..n-1 where there are none).

    Every arc has the attribute `layer`: friend and co_purchase (both directions of each pair), follow (from
    the follower), upline (from the member, if `upline` gives each one's upline or -1); friend arcs also
    `weight`, the tie. Nodes have `community` and `chats`, a list of (chat, kind). Meant for up to about
    100,000 members.
    """
    made = one_way_networkx(graph, upline)
    back = [(b, a, data) for a, b, data in made.edges(data=True) if data["layer"] in _SYMMETRIC]
    made.add_edges_from((a, b, dict(data)) for a, b, data in back)
    return made


def one_way_networkx(graph: SocialGraph, upline: NDArray[np.integer] | None) -> nx.MultiDiGraph[Any]:
    """As `to_networkx`, with each undirected pair once, from its lower member: half the size in a file."""
    import networkx as nx

    names: list[Any] = list(range(graph.n)) if graph.labels is None else list(graph.labels)
    made: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    start, chats = graph.chats_of
    kind = graph.chat_kind.tolist()
    for i, (community, first, last) in enumerate(
        zip(graph.community.tolist(), start[:-1].tolist(), start[1:].tolist(), strict=True)
    ):
        made.add_node(names[i], community=community, chats=[(c, kind[c]) for c in chats[first:last].tolist()])

    def arcs(start: Ints, target: NDArray[np.int32]) -> list[tuple[int, int]]:
        return list(zip(row_numbers(start).tolist(), target.tolist(), strict=True))

    friends = zip(arcs(graph.friend_start, graph.friend_target), graph.friend_tie.tolist(), strict=True)
    made.add_edges_from(
        (names[i], names[j], {"layer": "friend", "weight": tie}) for (i, j), tie in friends if i < j
    )
    follows = arcs(graph.follow_start, graph.follow_target)
    made.add_edges_from(((names[j], names[i]) for i, j in follows), layer="follow")
    bought = arcs(graph.co_purchase_start, graph.co_purchase_target)
    made.add_edges_from(((names[i], names[j]) for i, j in bought if i < j), layer="co_purchase")
    if upline is not None:
        lines = ((names[i], names[j]) for i, j in enumerate(upline.tolist()) if j >= 0)
        made.add_edges_from(lines, layer="upline")
    return made


def _tie(attributes: Mapping[str, Any], what: str, ends: tuple[Any, Any]) -> float | None:
    value = attributes.get("tie", attributes.get("weight"))
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise InputError(
            f"{what}: edge {ends[0]} to {ends[1]}: tie must be a number above 0, got {shown(str(value))}",
            f"{what}: 边 {ends[0]} 至 {ends[1]}：tie 应为大于 0 的数，实际为 {shown(str(value))}",
        )
    return float(value)


def _chats_of_node(value: Any) -> Iterator[tuple[int, int]]:
    """The (chat, kind) of a node's attribute `chats`: pairs, or a text such as "3:0 17:1"."""
    for item in value.split() if isinstance(value, str) else value:
        chat, kind = map(int, item.split(":") if isinstance(item, str) else item)
        if chat < 0 or not 0 <= kind < 128:
            raise ValueError(item)
        yield chat, kind


def _chats(made: nx.Graph[Any], number: Mapping[Any, int], what: str) -> dict[int, tuple[int, list[int]]]:
    """Members and kind of each chat named in the nodes' attribute `chats`."""
    chats: dict[int, tuple[int, list[int]]] = {}
    for node, value in made.nodes(data="chats", default=""):
        try:
            for chat, kind in _chats_of_node(value):
                chats.setdefault(chat, (kind, []))[1].append(number[node])
        except (TypeError, ValueError) as error:
            raise InputError(
                f"{what}: node {node}: chats must read like 3:0 17:1 (chat:kind), got {shown(str(value))}",
                f"{what}: 节点 {node}：chats 应写成 3:0 17:1（群:类别），实际为 {shown(str(value))}",
            ) from error
    return chats


def _community(made: nx.Graph[Any], order: list[Any]) -> NDArray[np.int32] | None:
    values = [made.nodes[node].get("community") for node in order]
    if not all(type(v) is int for v in values):
        return None
    return canonical_numbers(np.unique(np.array(values, dtype=np.int64), return_inverse=True)[1])


def _layers(
    made: nx.Graph[Any], number: Mapping[Any, int], what: str
) -> tuple[dict[str, list[tuple[int, int]]], list[float]]:
    """The arcs of each layer, and the ties of the friend arcs (none, or one of each)."""
    layers: dict[str, list[tuple[int, int]]] = {layer: [] for layer in _LAYERS}
    ties: list[float] = []
    plain = "follow" if made.is_directed() else "friend"
    for a, b, attributes in made.edges(data=True):
        layer = attributes.get("layer", plain)
        if layer not in layers:
            raise InputError(
                f"{what}: edge {a} to {b}: layer must be one of {', '.join(_LAYERS)}, "
                f"got {shown(str(layer))}",
                f"{what}: 边 {a} 至 {b}：layer 应为 {', '.join(_LAYERS)} 之一，实际为 {shown(str(layer))}",
            )
        if a == b:
            continue
        layers[layer].append((number[a], number[b]))
        tie = _tie(attributes, what, (a, b))
        if layer == "friend" and tie is not None:
            ties.append(tie)
    if ties and len(ties) != len(layers["friend"]):
        raise InputError(
            f"{what}: some friendships have a tie and some have none", f"{what}: 好友关系有的有 tie，有的没有"
        )
    if made.is_directed() and not any(layers[layer] for layer in _LAYERS if layer != "follow"):
        arcs = set(layers["follow"])
        layers["friend"] = [(a, b) for a, b in layers["follow"] if a < b and (b, a) in arcs]
    return layers, ties


def from_networkx(made: nx.Graph[Any], what: str = "networkx graph") -> SocialGraph:
    """A social graph from a networkx graph of any kind; `what` names it in errors.

    The attributes of `to_networkx` are understood: `layer`, `weight` (or `tie`) of edges, `community` and
    `chats` of nodes. Without `layer`, the edges of an undirected graph are friendships; those of a directed
    one are the follow layer, and who follow each other are also friends. Missing ties come from the overlap
    of friends, missing communities from a partition. Uplines are read over: the scenario gives them.

    Raises:
        InputError: it has no edges, fewer than two members, or attributes that mean something else.
    """
    return read_networkx(made, what)[0]


def read_networkx(made: nx.Graph[Any], what: str) -> tuple[SocialGraph, int]:
    """As `from_networkx`, and how many friendships were there more than once."""
    ids = MemberIds(Path(what))
    places = {node: ids.place(str(node), 1) for node in made.nodes}
    check_size(len(ids), what)
    labels, final, _ = ids.final()
    number = {node: int(final[place]) for node, place in places.items()}
    n = len(labels)
    if made.number_of_edges() == 0:
        raise InputError(f"{what}: holds no edges", f"{what}: 没有边")
    layers, tie_values = _layers(made, number, what)

    def ends(layer: str) -> tuple[Ints, Ints]:
        arcs = np.array(layers[layer], dtype=np.int64).reshape(-1, 2)
        return arcs[:, 0], arcs[:, 1]

    pairs = pair_codes(*ends("friend"))
    friends = sorted_unique(pairs)
    ties: Floats | None = None
    if tie_values:
        ties = strongest_ties(pairs, np.array(tie_values))
    bought = sorted_unique(pair_codes(*ends("co_purchase")))
    co_start, co_target = symmetric_rows(n, bought)
    follower, followed = ends("follow")
    follow_start, follow_target = directed_rows(n, followed, follower) if follower.size else empty_rows(n)
    community = _community(made, sorted(number, key=number.__getitem__))
    if community is None:
        near = (
            friends
            if friends.size
            else bought
            if bought.size
            else sorted_unique(pair_codes(follower, followed))
        )
        community = partition(*symmetric_rows(n, near))
    graph = SocialGraph.of_friends(n, friends, community, ties=ties, labels=plain_labels(labels))
    chats = sorted(_chats(made, number, what).items())
    size = np.array([len(members) for _, (_, members) in chats], dtype=np.int64)
    graph = replace(
        graph,
        follow_start=follow_start,
        follow_target=follow_target,
        co_purchase_start=co_start,
        co_purchase_target=co_target,
        chat_start=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(size))),
        chat_member=np.array([m for _, (_, members) in chats for m in sorted(members)], dtype=np.int32),
        chat_kind=np.array([kind for _, (kind, _) in chats], dtype=np.int8),
    )
    check_graph(graph, what)
    return graph, pairs.size - friends.size
