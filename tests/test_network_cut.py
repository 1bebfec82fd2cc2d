"""The ball cut out of a graph."""

import networkx as nx
import numpy as np
import pytest
from chat_kinds import Kind

from sim.errors import InputError
from sim.network.chats import lay_chats
from sim.network.csr import symmetric_rows
from sim.network.cut import cut_ball
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.network.networkx_graph import to_networkx

GRAPH = lay_chats(generate(8, 2_000, follow_mean=2.0), [Kind("deal", 40, 1)], 1)


@pytest.mark.parametrize("members", [2, 17, 500, 1_900])
def test_a_ball_has_exactly_so_many_members_and_hangs_together(members: int):
    ball = cut_ball(GRAPH, members, 3)
    assert ball.n == ball.friend_start.size - 1 == members
    assert nx.is_connected(nx.Graph(to_networkx(ball).to_undirected()))


def test_a_ball_keeps_every_layer_between_its_members():
    ball = cut_ball(GRAPH, 500, 3)
    old = [int(label) for label in ball.labels or ()]
    assert old == sorted(old)
    whole = to_networkx(GRAPH).subgraph(old)
    cut = to_networkx(ball)
    for layer in ("friend", "follow"):
        expected = {(a, b, d.get("weight")) for a, b, d in whole.edges(data=True) if d["layer"] == layer}
        found = {(int(a), int(b), d.get("weight")) for a, b, d in cut.edges(data=True) if d["layer"] == layer}
        assert found == expected
    assert np.all(np.diff(ball.chat_start) >= 2)
    together = {frozenset(GRAPH.chat_member[a:b].tolist()) & set(old)
                for a, b in zip(GRAPH.chat_start[:-1], GRAPH.chat_start[1:], strict=True)}  # fmt: skip
    found_chats = {frozenset(old[m] for m in ball.chat_member[a:b].tolist())
                   for a, b in zip(ball.chat_start[:-1], ball.chat_start[1:], strict=True)}  # fmt: skip
    assert found_chats == {chat for chat in together if len(chat) >= 2}
    assert ball.community.max() + 1 == len({GRAPH.community[i] for i in old})


def test_a_ball_depends_on_its_seed_and_grows_around_the_same_root():
    assert cut_ball(GRAPH, 300, 3).sha256 == cut_ball(GRAPH, 300, 3).sha256
    assert cut_ball(GRAPH, 300, 3).sha256 != cut_ball(GRAPH, 300, 4).sha256
    assert set(cut_ball(GRAPH, 300, 3).labels or ()) < set(cut_ball(GRAPH, 600, 3).labels or ())


def test_a_ball_comes_from_the_largest_component():
    start, target = symmetric_rows(5, np.array([(0 << 32) | 1, (2 << 32) | 3, (3 << 32) | 4]))
    graph = SocialGraph.of_friends(
        5, np.array([1, (2 << 32) | 3, (3 << 32) | 4]), np.arange(5, dtype=np.int32)
    )
    assert np.array_equal(graph.friend_target, target)
    assert np.array_equal(graph.friend_start, start)
    assert cut_ball(graph, 3, 1).labels == ("2", "3", "4")
    with pytest.raises(InputError, match=r"must be 2 to 3 .*got 4"):
        cut_ball(graph, 4, 1)
    with pytest.raises(InputError, match="got 1"):
        cut_ball(graph, 1, 1)
