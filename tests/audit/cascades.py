"""Who had a product from whom, as directed trees of networkx; nodes are pairs (member, product)."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from sim.events import Channel, Kind

from .events import Events

Node = tuple[int, int]


@dataclass(frozen=True)
class Cascades:
    """graph: edges from who brought somebody to that person; each node has `time_s` and `depth`."""

    graph: nx.DiGraph[Node]

    def trees(self) -> list[nx.DiGraph[Node]]:
        """One graph a cascade."""
        return [self.graph.subgraph(one) for one in nx.weakly_connected_components(self.graph)]

    def delays_s(self) -> list[int]:
        """From the act of who brought somebody to that of who was brought, ascending."""
        time_s = self.graph.nodes(data="time_s")
        return sorted(time_s[child] - time_s[parent] for parent, child in self.graph.edges)


def grow(events: Events) -> Cascades:
    """Walk through all acts in order: to pass on, to be seeded, to pay."""
    graph: nx.DiGraph[Node] = nx.DiGraph()
    named: set[Node] = set()
    parent: dict[Node, Node] = {}
    acts = events.of("SEND", "SEED", "ORDER_PAID")
    for row in acts[acts["actor"] >= 0].itertuples():
        node = (row.actor, row.product)
        if node not in graph:
            graph.add_node(node, time_s=row.time_s, row=row.Index)
        if node in named:
            continue
        if row.kind == Kind.SEED or row.channel == Channel.OPEN_LIST:
            named.add(node)
        elif row.source >= 0 and row.source != row.actor:
            named.add(node)
            parent[node] = (row.source, row.product)
    for node, source in parent.items():
        if source in graph and graph.nodes[source]["row"] < graph.nodes[node]["row"]:
            graph.add_edge(source, node)
    for root in [node for node, degree in graph.in_degree if degree == 0]:
        for node, depth in nx.single_source_shortest_path_length(graph, root).items():
            graph.nodes[node]["depth"] = depth
    return Cascades(graph)


def virality(tree: nx.DiGraph[Node]) -> float:
    """Mean distance between all pairs (Goel, Anderson, Hofman and Watts 2016)."""
    people = tree.number_of_nodes()
    return nx.wiener_index(tree.to_undirected(as_view=True)) / (people * (people - 1) / 2)
