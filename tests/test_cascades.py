import math

import networkx as nx
import numpy as np
import pytest
from event_rows import row, table
from hypothesis import given
from hypothesis import strategies as st

from sim.events import Channel, Kind
from sim.metrics.cascades import forest, trees


def parents(grown):
    """(member, product) -> the parent's member, None for a root."""
    return {
        (int(grown.member[node]), int(grown.product[node])): None
        if grown.parent[node] < 0
        else int(grown.member[grown.parent[node]])
        for node in range(len(grown.member))
    }


def test_who_had_it_from_whom():
    grown = forest(
        table(
            row(0, Kind.SEED, 9),
            row(1, Kind.SEND, 9, value=5),
            row(1, Kind.SEED, 8, source=9),  # a seed is a root, whoever is named
            row(2, Kind.READ, 4, source=9),  # reading alone is no act
            row(3, Kind.SEND, 1, source=9, value=2),
            row(4, Kind.ORDER_PAID, 2, source=1, order=0),
            row(5, Kind.SEND, 2, source=9, value=2),  # had it from 1 before
            row(6, Kind.ORDER_PAID, 3, order=1),  # of her own, and told to tell by 2 only later
            row(7, Kind.SEND, 3, source=2, value=1),
            row(8, Kind.ORDER_PAID, 5, source=6, order=2),  # 6 acts only later: not where it came from
            row(9, Kind.SEND, 6, source=5, value=1),
            row(10, Kind.ORDER_PAID, 1, source=2, product=1, order=3),  # another product, another forest
            row(11, Kind.SEND, 7, source=7, value=1),  # nobody is one's own source
            row(12, Kind.SEND, 7, source=6, value=1),
        )
    )
    assert parents(grown) == {
        (9, 0): None,
        (8, 0): None,
        (1, 0): 9,
        (2, 0): 1,
        (3, 0): 2,
        (5, 0): None,
        (6, 0): 5,
        (1, 1): None,
        (7, 0): 6,
    }
    by_member = {
        int(m): bool(a) for m, p, a in zip(grown.member, grown.product, grown.adopted, strict=True) if p == 0
    }
    assert by_member == {9: True, 8: True, 1: False, 2: True, 3: True, 5: True, 6: False, 7: False}


def test_who_joins_from_the_list_of_open_groups_is_a_root():
    from_list = {"channel": Channel.OPEN_LIST, "order": 0}
    grown = forest(
        table(
            row(0, Kind.SEND, 9, value=5),
            row(1, Kind.ORDER_PAID, 1, source=9, **from_list),
            row(2, Kind.SEND, 1, source=9, value=1),  # about a stranger's group, though read from 9
            row(3, Kind.ORDER_PAID, 2, source=1, order=1, channel=Channel.CHAT),
            row(4, Kind.SEND, 3, source=9, value=1),
            row(5, Kind.ORDER_PAID, 3, source=9, **from_list),  # had passed it on before
            row(6, Kind.ORDER_PAID, 4, order=2, channel=Channel.BROWSE),
            row(7, Kind.ORDER_PAID, 4, source=9, **from_list),
            row(8, Kind.SEND, 4, source=9, value=1),  # the stranger's group again
        )
    )
    assert parents(grown) == {(9, 0): None, (1, 0): None, (2, 0): 1, (3, 0): 9, (4, 0): None}
    assert grown.first.tolist() == [0, 1, 3, 4, 6]


def test_tree_sizes_and_depths():
    grown = forest(
        table(
            row(0, Kind.SEND, 0),
            row(1, Kind.SEND, 1, source=0),
            row(1, Kind.SEND, 2, source=0),
            row(2, Kind.SEND, 3, source=1),
            row(3, Kind.SEND, 4),
        )
    )
    measured = trees(grown)
    assert measured.size.tolist() == [4, 1]
    assert measured.depth.tolist() == [2, 0]
    assert measured.virality[0] == pytest.approx((1 + 1 + 2 + 2 + 1 + 3) / 6)
    assert math.isnan(measured.virality[1])


def test_no_acts_no_trees():
    assert len(trees(forest(table())).size) == 0


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 2)), min_size=1, max_size=40))
def test_structural_virality_is_the_mean_distance_of_all_pairs(drawn):
    """Random forests of at most three trees, against shortest paths of networkx."""
    rows, graph, people = [], nx.Graph(), [[], [], []]
    for member, (pick, tree) in enumerate(drawn):
        graph.add_node(member)
        source = people[tree][pick % len(people[tree])] if people[tree] else -1
        if source >= 0:
            graph.add_edge(source, member)
        people[tree].append(member)
        rows.append(row(member, Kind.SEND, member, source=source, segment=0))
    grown = forest(table(*rows, members=50))
    measured = trees(grown)
    for root, size, depth, virality in zip(
        measured.root, measured.size, measured.depth, measured.virality, strict=True
    ):
        top = int(grown.member[root])
        part = graph.subgraph(nx.node_connected_component(graph, top))
        assert size == len(part)
        assert depth == nx.eccentricity(part, top)
        if size > 1:
            assert virality == pytest.approx(nx.average_shortest_path_length(part), rel=1e-12)
        else:
            assert np.isnan(virality)
    assert measured.size.sum() == len(drawn)
