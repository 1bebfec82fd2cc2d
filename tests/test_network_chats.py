"""Chats over a graph: their cap, their number, and that friends are together."""

from dataclasses import replace

import numpy as np
import pytest
from chat_kinds import Kind

from sim.errors import InputError
from sim.network.chats import CHAT_MAX, lay_chats
from sim.network.generate import generate

KINDS = [Kind("acquaintance", 30, 2), Kind("deal", 300, 0.5)]


def test_everybody_is_in_as_many_chats_as_asked_for():
    graph = lay_chats(generate(8, 3_000), KINDS, seed=4)
    row, chat = graph.chats_of
    for kind, low, high in ((0, 2.0, 2.0), (1, 0.45, 0.55)):
        members = graph.chat_member[np.isin(np.repeat(np.arange(graph.chats), np.diff(graph.chat_start)),
                                            np.flatnonzero(graph.chat_kind == kind))]  # fmt: skip
        assert low <= members.size / graph.n <= high
    assert np.all(np.diff(row) >= 2)
    assert chat.max() == graph.chats - 1


def test_chats_keep_the_cap_and_their_members_ascend():
    graph = lay_chats(generate(8, 3_000), [Kind("deal", 450, 3)], seed=4)
    size = np.diff(graph.chat_start)
    assert size.max() == CHAT_MAX
    for chat in range(graph.chats):
        assert np.all(np.diff(graph.chat_member[graph.chat_start[chat] : graph.chat_start[chat + 1]]) > 0)


def test_sizes_are_about_as_asked_for():
    graph = lay_chats(generate(8, 20_000), [Kind("deal", 60, 2)], seed=4)
    size = np.diff(graph.chat_start)
    assert size.mean() == pytest.approx(60, rel=0.1)
    assert size.max() > 3 * np.median(size)


def test_friends_are_together():
    graph = lay_chats(generate(8, 5_000), [Kind("acquaintance", 40, 1)], seed=4)
    chat_of = np.empty(graph.n, dtype=int)
    chat_of[graph.chat_member] = np.repeat(np.arange(graph.chats), np.diff(graph.chat_start))
    row = np.repeat(np.arange(graph.n), graph.degree)
    together = (chat_of[row] == chat_of[graph.friend_target]).mean()
    assert together > 10 * 40 / graph.n


def test_chats_over_co_purchases_follow_them():
    base = generate(8, 2_000)
    bare = replace(
        base, friend_start=np.zeros(2_001, dtype=np.int64), friend_target=np.zeros(0, dtype=np.int32),
        friend_tie=np.zeros(0), co_purchase_start=base.friend_start, co_purchase_target=base.friend_target,
    )  # fmt: skip
    assert np.array_equal(lay_chats(bare, KINDS, 1).chat_member, lay_chats(base, KINDS, 1).chat_member)


def test_a_layout_depends_on_its_seed_alone():
    graph = generate(8, 1_000)
    assert lay_chats(graph, KINDS, 1).sha256 == lay_chats(lay_chats(graph, KINDS, 2), KINDS, 1).sha256
    assert lay_chats(graph, KINDS, 1).sha256 != lay_chats(graph, KINDS, 2).sha256
    one = lay_chats(graph, KINDS[:1], 1)
    assert np.array_equal(one.chat_member, lay_chats(graph, KINDS, 1).chat_member[: one.chat_member.size])


@pytest.mark.parametrize("members", [2, 3, 7])
def test_a_few_people_share_one_chat(members: int):
    graph = lay_chats(generate(8, members), [Kind("deal", 200, 1)], 1)
    assert graph.chat_member.tolist() == list(range(members))


def test_chats_above_the_cap_are_refused():
    with pytest.raises(InputError, match="size_mean must be 3 to 500, got 501"):
        lay_chats(generate(8, 100), [Kind("deal", 501, 1)], 1)


def test_the_layout_of_a_seed_is_pinned():
    """A change here changes every result on a generated community."""
    kinds = [Kind("deal", 60, 1.5), Kind("interest", 20, 0.5)]
    graph = lay_chats(generate(11, 300, follow_mean=2.0), kinds, 11)
    assert (graph.chats, graph.chat_member.size) == (22, 606)
    assert graph.sha256 == "a2f6da39c3700c16526e8c34ddd53579aa8f533fe8508ec93112d188f402f432"
