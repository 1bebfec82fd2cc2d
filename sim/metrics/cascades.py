"""Cascades: the trees along which a product was passed on.

A node is a member who passed a product on or adopted it (bought it, or was given it as a seed). Its
parent is the person it was had from, as the first of the member's rows that tells says, provided that person
had acted on the product before the member first did; otherwise the node is a root. A row tells that names
somebody else as its source; a seed's, or of joining a group found on the list of open groups, tells that it
was had from nobody. One forest a product; nodes are numbered by when they first acted, so parents come before
their children.

A stranger's place on a list of the platform is no message from one person to another, which is what trees of
diffusion are made of (Goel, Anderson, Hofman and Watts 2016). The sender last read, of a message about
something else, has not brought that order: it names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.events import Channel, EventTable, Kind


@dataclass(frozen=True)
class Forest:
    """All trees of a table; node arrays in the order of first acts, parents before children.

    member: int32[nodes]; product: int16[nodes]; first: int64[nodes], the row of the first act; parent:
    int64[nodes], -1 for a root; depth: int64[nodes], 0 for a root; root: int64[nodes], the tree's root node;
    descendants: int64[nodes], the node itself included; adopted: bool[nodes], bought it or was seeded.
    """

    member: NDArray[np.int32]
    product: NDArray[np.int16]
    first: NDArray[np.int64]
    parent: NDArray[np.int64]
    depth: NDArray[np.int64]
    root: NDArray[np.int64]
    descendants: NDArray[np.int64]
    adopted: NDArray[np.bool_]


@dataclass(frozen=True)
class Trees:
    """One entry a tree, ordered by root.

    root: int64[trees], its root node; size: int64[trees]; depth: int64[trees], 0 for a lone root;
    virality: float64[trees], structural virality, NaN for a lone root.
    """

    root: NDArray[np.int64]
    size: NDArray[np.int64]
    depth: NDArray[np.int64]
    virality: NDArray[np.float64]


def forest(table: EventTable) -> Forest:
    """Grow the forest of a table. A member's acts on different products are different nodes."""
    kinds = np.array([Kind.SEND, Kind.SEED, Kind.ORDER_PAID], dtype=np.int16)
    rows = np.flatnonzero(np.isin(table["kind"], kinds) & (table["actor"] >= 0))
    actor, source, product = table["actor"][rows], table["source"][rows], table["product"][rows]
    kind, from_list = table["kind"][rows], table["channel"][rows] == Channel.OPEN_LIST
    members = table.header.members
    name = (product.astype(np.int64) + 1) * members + actor
    names, first, which = np.unique(name, return_index=True, return_inverse=True)
    by_first = np.argsort(first, kind="stable")
    number = np.empty(len(names), dtype=np.int64)  # of a node, by the place of its name
    number[by_first] = np.arange(len(names))

    parent = np.full(len(names), -1, dtype=np.int64)
    from_nobody = from_list | (kind == Kind.SEED)
    told = np.flatnonzero(from_nobody | ((source >= 0) & (source != actor)))
    children, first_told = np.unique(which[told], return_index=True)
    told = told[first_told]
    wanted = (product[told].astype(np.int64) + 1) * members + source[told]
    place = np.minimum(np.searchsorted(names, wanted), max(len(names) - 1, 0))
    had_it = (names[place] == wanted) & (number[place] < number[children]) & ~from_nobody[told]
    parent[number[children[had_it]]] = number[place[had_it]]

    adopted = np.zeros(len(names), dtype=np.bool_)
    adopted[number[which[kind != Kind.SEND]]] = True
    nodes = np.arange(len(parent))
    depth, root, descendants = np.zeros_like(nodes), nodes.copy(), np.ones_like(nodes)
    _shape(parent, depth, root, descendants)
    first = first[by_first]
    return Forest(actor[first], product[first], rows[first], parent, depth, root, descendants, adopted)


def trees(grown: Forest) -> Trees:
    """Measure every tree: size, depth and structural virality.

    Structural virality is the mean distance between all pairs of a tree's nodes (Goel, Anderson, Hofman
    and Watts 2016). An edge lies on the path of s (n - s) pairs, s being the nodes below it and n the
    tree's size, so their sum over edges is the sum of all distances.
    """
    roots = np.flatnonzero(grown.parent < 0)
    size = grown.descendants[roots]
    depth = np.zeros(len(grown.parent), dtype=np.int64)
    np.maximum.at(depth, grown.root, grown.depth)
    below = np.where(grown.parent < 0, 0, grown.descendants)
    crossing = np.zeros(len(grown.parent), dtype=np.int64)
    np.add.at(crossing, grown.root, below * (grown.descendants[grown.root] - below))
    pairs = size * (size - 1) // 2
    virality = np.full(len(roots), np.nan)
    np.divide(crossing[roots], pairs, out=virality, where=pairs > 0)
    return Trees(roots, size, depth[roots], virality)


@compiled
def _shape(
    parent: NDArray[np.int64],
    depth: NDArray[np.int64],
    root: NDArray[np.int64],
    descendants: NDArray[np.int64],
) -> None:
    """Write depth, root and number of descendants (itself included) of every node."""
    nodes = len(parent)
    for node in range(nodes):
        if parent[node] >= 0:
            depth[node] = depth[parent[node]] + 1
            root[node] = root[parent[node]]
    for node in range(nodes - 1, -1, -1):
        if parent[node] >= 0:
            descendants[parent[node]] += descendants[node]
