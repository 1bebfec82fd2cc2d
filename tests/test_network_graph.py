"""The arrays of a graph: rows, ties, hash; and the measures, against networkx."""

import subprocess
import sys
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from chat_kinds import Kind
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.network.chats import lay_chats
from sim.network.csr import (
    canonical_numbers,
    codes_of,
    directed_rows,
    pair_codes,
    sorted_unique,
    symmetric_rows,
)
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.network.load import load_graph
from sim.network.measure import largest_component, local_clustering, measure_friends
from sim.network.networkx_graph import from_networkx, to_networkx
from sim.network.partition import partition
from sim.network.ties import common_friends, overlap_ties

PAIRS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


def friends_of(n: int, pairs: list[tuple[int, int]]) -> SocialGraph:
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    codes = sorted_unique(pair_codes(ends[:, 0], ends[:, 1]))
    return SocialGraph.of_friends(n, codes, np.zeros(n, dtype=np.int32))


@given(PAIRS)
def test_symmetric_rows_hold_each_pair_both_ways(pairs: list[tuple[int, int]]):
    graph = friends_of(13, pairs)
    expected = {(a, b) for a, b in pairs if a != b} | {(b, a) for a, b in pairs if a != b}
    assert [(i, int(j)) for i in range(13) for j in graph.friends(i)] == sorted(expected)
    assert codes_of(graph.friend_start, graph.friend_target).size * 2 == graph.friend_target.size


@given(PAIRS)
def test_directed_rows_hold_each_arc_once(arcs: list[tuple[int, int]]):
    ends = np.array(arcs, dtype=np.int64).reshape(-1, 2)
    start, target = directed_rows(13, ends[:, 0], ends[:, 1])
    found = [(i, int(j)) for i in range(13) for j in target[start[i] : start[i + 1]]]
    assert found == sorted(set(arcs))


@given(PAIRS)
def test_common_friends_are_counted_right(pairs: list[tuple[int, int]]):
    graph = friends_of(13, pairs)
    codes = codes_of(graph.friend_start, graph.friend_target)
    expected = [
        np.intersect1d(graph.friends(c >> 32), graph.friends(c & 0xFFFFFFFF)).size for c in codes.tolist()
    ]
    assert common_friends(13, codes).tolist() == expected


def test_ties_rank_by_overlap():
    # Two triangles joined by a bridge: the bridge is the weakest, ties of the free corners are the strongest.
    graph = friends_of(6, [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)])
    codes = codes_of(graph.friend_start, graph.friend_target)
    tie = dict(zip(codes.tolist(), overlap_ties(6, codes).tolist(), strict=True))
    assert tie[(2 << 32) | 3] == pytest.approx(0.5 / 7)
    assert tie[(0 << 32) | 1] == tie[(4 << 32) | 5] == pytest.approx(6 / 7)
    assert tie[(0 << 32) | 2] == pytest.approx(3 / 7)


def test_canonical_numbers_follow_the_lowest_member():
    assert canonical_numbers(np.array([7, 7, 2, 9, 2])).tolist() == [0, 0, 1, 2, 1]


def test_arrays_are_read_only_and_the_hash_sees_every_layer():
    graph = lay_chats(generate(2, 200, follow_mean=2.0), [Kind("deal", 20, 1)], 1)
    with pytest.raises(ValueError, match="read-only"):
        graph.friend_tie[0] = 0.5
    hashes = {graph.sha256}
    for name in ("friend_tie", "follow_target", "community", "chat_member", "chat_kind", "friend_target"):
        changed = getattr(graph, name).copy()
        changed[0] += 1
        hashes.add(replace(graph, **{name: changed}).sha256)
    hashes.add(replace(graph, labels=tuple(f"m{i}" for i in range(200))).sha256)
    assert len(hashes) == 8
    assert replace(graph).sha256 == graph.sha256


def test_networkx_holds_every_layer():
    graph = lay_chats(generate(2, 60, follow_mean=2.0), [Kind("deal", 20, 1)], 1)
    upline = np.full(60, -1)
    upline[5] = 7
    made = to_networkx(graph, upline)
    layers = [data["layer"] for _, _, data in made.edges(data=True)]
    assert layers.count("friend") == graph.friend_target.size
    assert layers.count("follow") == graph.follow_target.size
    assert [(a, b) for a, b, layer in made.edges(data="layer") if layer == "upline"] == [(5, 7)]
    followed = int(np.argmax(np.diff(graph.follow_start)))
    follower = int(graph.follow_target[graph.follow_start[followed]])
    assert any(data["layer"] == "follow" for data in made[follower][followed].values())
    assert made.nodes[0]["chats"] == [(int(graph.chats_of[1][0]), 0)]


def test_a_graph_comes_back_from_networkx():
    base, other = generate(2, 60, follow_mean=2.0), generate(4, 60, median_degree=3)
    graph = replace(base, co_purchase_start=other.friend_start, co_purchase_target=other.friend_target)
    graph = lay_chats(graph, [Kind("deal", 20, 1), Kind("interest", 8, 0.5)], 1)
    named = replace(graph, labels=tuple(f"m{i:02}" for i in range(60)))
    for one in (graph, named):
        made = to_networkx(one)
        assert from_networkx(made).sha256 == one.sha256
        first, second = (
            (one.label(0), one.label(int(one.friends(0)[0]))) if one.labels else (0, int(one.friends(0)[0]))
        )
        weights = [data["weight"] for data in made[first][second].values() if data["layer"] == "friend"]
        assert weights == [one.ties(0)[0]]
        assert nx.get_node_attributes(made, "community")[first] == one.community[0]


def test_any_networkx_graph_is_read_and_what_is_wrong_is_said():
    club = from_networkx(nx.karate_club_graph())
    assert (club.n, club.friend_target.size) == (34, 2 * 78)
    with pytest.raises(InputError, match=r"^town: holds no edges"):
        from_networkx(nx.empty_graph(5), "town")
    broken = nx.path_graph(3)
    broken.nodes[1]["chats"] = [(0, 0), (0, 0)]
    with pytest.raises(
        InputError, match=r"^town: the row of members of chat 0 is not ascending without repeats"
    ):
        from_networkx(broken, "town")
    for value in (7, "3", "3:200", [(1,)], [(-1, 0)]):
        broken.nodes[1]["chats"] = value
        with pytest.raises(InputError, match=r"^town: node '1': chats must read like 3:0 17:1"):
            from_networkx(broken, "town")


def test_a_run_imports_neither_networkx_nor_scipy():
    code = "import sys, sim.run, sim.network.write; print({'networkx', 'scipy.sparse'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"


def test_measures_agree_with_networkx():
    graph = generate(6, 600, median_degree=8)
    reference = nx.Graph(to_networkx(graph))
    measures = measure_friends(graph)
    clustering = nx.clustering(reference)
    assert local_clustering(graph).tolist() == pytest.approx([clustering[i] for i in range(graph.n)])
    assert measures.assortativity == pytest.approx(nx.degree_assortativity_coefficient(reference))
    assert measures.component_share == len(max(nx.connected_components(reference), key=len)) / graph.n
    degree = dict(reference.degree())
    below = [degree[i] < np.median([degree[j] for j in reference[i]]) for i in range(graph.n)]
    assert measures.paradox_share == pytest.approx(np.mean(below))


def test_of_equal_components_the_one_with_the_lowest_member_is_the_largest():
    graph = friends_of(7, [(3, 5), (1, 6), (0, 0)])
    assert largest_component(graph.friend_start, graph.friend_target).tolist() == [1, 6]


def modularity(graph: SocialGraph) -> float:
    parts = [np.flatnonzero(graph.community == one).tolist() for one in range(graph.communities)]
    return float(nx.community.modularity(nx.Graph(to_networkx(graph)), parts, weight=None))


def test_partition_finds_two_cliques_and_leaves_the_lonely_alone():
    pairs = [(a, b) for base in (0, 5) for a in range(base, base + 5) for b in range(base, a)]
    ends = np.array([*pairs, (4, 5)])
    start, target = symmetric_rows(11, sorted_unique(pair_codes(ends[:, 0], ends[:, 1])))
    assert partition(start, target).tolist() == [0] * 5 + [1] * 5 + [2]


def test_partition_of_facebook_is_as_good_as_the_best_known(data_folder):
    graph = load_graph(data_folder / "facebook_combined.txt.gz")
    assert modularity(graph) > 0.82  # Leiden's algorithm (Traag et al. 2019) reaches 0.836
    assert 10 <= graph.communities <= 30
