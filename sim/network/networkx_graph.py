"""A social graph as a networkx graph, and the other way round: for looking at small ones with other tools.

networkx is imported when it is asked for, not before: a run needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.network.assemble import assemble
from sim.network.csr import Ints, row_numbers
from sim.network.graph import SocialGraph
from sim.network.reading import Reading
from sim.network.recorded import Recorded, edge_marks

if TYPE_CHECKING:
    import networkx as nx

_SYMMETRIC = ("friend", "co_purchase")


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


def from_networkx(made: nx.Graph[Any], what: str = "networkx graph") -> SocialGraph:
    """A social graph from a networkx graph of any kind, as `assemble` reads one; `what` names it in errors.

    Nodes are called by what they are, not by their labels. The attributes of `to_networkx` are understood.

    Raises:
        InputError: it has no edges, fewer than two members, or attributes that mean something else.
    """
    recorded = Recorded(what, lambda place: what)
    arcs = made.is_directed()
    for node, attributes in made.nodes(data=True):
        number = recorded.node(str(node), 0)
        for name in ("community", "chats"):
            recorded.mark(number, name, attributes.get(name))
    for a, b, attributes in made.edges(data=True):
        recorded.edge(str(a), str(b), 0, arcs, edge_marks(attributes.items()))
    return assemble(recorded, Reading(), "networkx")[0]
