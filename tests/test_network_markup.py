"""GraphML, GEXF and written edge lists: own files come back whole, those of others are read."""

import gzip
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from chat_kinds import Kind

from sim.errors import InputError
from sim.network.chats import lay_chats
from sim.network.cut import cut_ball
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.network.load import load_graph, read_graph
from sim.network.write import write_graph


@pytest.fixture(scope="module")
def full() -> SocialGraph:
    """A graph with every layer, labels, and a member without friends."""
    base = generate(3, 400, median_degree=6, follow_mean=2.0)
    other = generate(4, 400, median_degree=3)
    graph = replace(base, co_purchase_start=other.friend_start, co_purchase_target=other.friend_target)
    return cut_ball(lay_chats(graph, [Kind("deal", 30, 1), Kind("interest", 20, 0.5)], 1), 200, 1)


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_what_is_written_loads_to_the_same_graph(tmp_path: Path, full: SocialGraph, suffix: str):
    path = tmp_path / f"graph.{suffix}"
    upline = np.full(full.n, -1)
    upline[3] = 5
    write_graph(full, path, upline)
    assert load_graph(path).sha256 == full.sha256
    packed = tmp_path / f"packed.{suffix}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert load_graph(packed).sha256 == full.sha256


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_text_labels_and_no_labels_come_back(tmp_path: Path, suffix: str):
    plain = generate(3, 50, median_degree=4)
    named = replace(plain, labels=tuple(sorted(f"客户 {i} <&>" for i in range(50))))
    for graph in (plain, named):
        write_graph(graph, tmp_path / f"graph.{suffix}")
        assert load_graph(tmp_path / f"graph.{suffix}").sha256 == graph.sha256


@pytest.mark.parametrize("suffix", ["csv", "tsv", "txt"])
def test_a_written_edge_list_keeps_friends_and_ties(tmp_path: Path, suffix: str):
    graph = generate(3, 80, median_degree=4)
    write_graph(graph, tmp_path / f"graph.{suffix}")
    loaded = load_graph(tmp_path / f"graph.{suffix}")
    assert np.array_equal(loaded.friend_target, graph.friend_target)
    assert np.array_equal(loaded.friend_tie, graph.friend_tie)


def test_graphs_of_other_programs_load(tmp_path: Path):
    club = nx.karate_club_graph()
    nx.write_graphml(club, tmp_path / "club.graphml")
    graph = load_graph(tmp_path / "club.graphml")
    assert (graph.n, graph.friend_target.size) == (34, 2 * 78)
    assert graph.friend_tie.max() == 1.0  # the weights of 1 to 7, scaled
    assert graph.communities in (3, 4)
    directed = nx.DiGraph([("a", "b"), ("b", "a"), ("c", "a")])
    nx.write_gexf(directed, tmp_path / "arcs.gexf")
    graph = load_graph(tmp_path / "arcs.gexf")
    assert graph.friend_target.tolist() == [1, 0]
    assert graph.follow_target.tolist() == [1, 2, 0]


def test_ids_of_nodes_may_mix_numbers_and_text(tmp_path: Path):
    nx.write_graphml(nx.Graph([("1", "n2"), ("10", "9")]), tmp_path / "graph.graphml")
    assert load_graph(tmp_path / "graph.graphml").labels == ("1", "10", "9", "n2")


def test_loops_and_duplicates_are_counted(tmp_path: Path):
    made = nx.MultiGraph([("a", "b"), ("b", "a"), ("a", "a"), ("b", "c")])
    nx.write_graphml(made, tmp_path / "graph.graphml")
    _, report = read_graph(tmp_path / "graph.graphml")
    assert (report.records, report.self_loops, report.duplicates, report.links) == (4, 1, 1, 2)


HEAD = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
KEYS = (
    '<key id="l" for="edge" attr.name="layer" attr.type="string"/><key id="t" for="edge" attr.name="tie" '
    'attr.type="double"/><key id="c" for="node" attr.name="chats" attr.type="string"/>'
)
NODES = '<graph edgedefault="undirected"><node id="1"/><node id="2"/>'
EDGE, END = '<edge source="1" target="2">', "</graph></graphml>"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 2\n2 3\n", "is not XML"),
        ("<html><body>no graph</body></html>", "is not graphml"),
        (HEAD, ":1: is not XML"),
        (f"{HEAD}</graphml>", "is not graphml"),
        (f'{HEAD}<graph edgedefault="undirected"></graph></graphml>', "at least 2 members, got 0"),
        (
            f'{HEAD}<graph edgedefault="undirected"><node id="1"/></graph></graphml>',
            "at least 2 members, got 1",
        ),
        (f"{HEAD}{NODES}</graph></graphml>", "holds no edges"),
        (
            f'{HEAD}{KEYS}{NODES}{EDGE}<data key="l">friend</data></edge>\n'
            f'<edge source="2" target="1"><data key="l">foe</data></edge>{END}',
            ":2: edge '2' to '1': layer must be one of friend, follow, co_purchase, upline",
        ),
        (
            f'{HEAD}{KEYS}{NODES}{EDGE}<data key="t">-1</data></edge>{END}',
            ":1: edge '1' to '2': a weight must be a number above 0 .* got '-1'",
        ),
        (
            f'{HEAD}{KEYS}<graph edgedefault="undirected"><node id="1"><data key="c">x:y</data></node>'
            '<node id="2"/><edge source="1" target="2"/></graph></graphml>',
            "node '1': chats must read like",
        ),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><graphml>&a;</graphml>', ":1: has a DOCTYPE"),
    ],
)
def test_what_is_no_graphml_is_one_clear_error(tmp_path: Path, text: str, message: str):
    path = tmp_path / "graph.graphml"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        load_graph(path)
    assert str(caught.value).startswith(str(path))


def test_a_graph_is_not_written_where_it_cannot_be(tmp_path: Path):
    graph = generate(3, 10)
    with pytest.raises(InputError, match="is written as"):
        write_graph(graph, tmp_path / "graph.xlsx")
    with pytest.raises(InputError, match="cannot be written"):
        write_graph(graph, tmp_path / "missing" / "graph.graphml")
