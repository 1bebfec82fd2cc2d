"""The boundary before compiled code: arrays of the documented kind, and no entry that points nowhere."""

from dataclasses import replace

import numpy as np
import pytest
from chat_kinds import Kind

from sim.errors import InputError
from sim.network.chats import lay_chats
from sim.network.check import check_graph
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.network.load import load_graph


def graph() -> SocialGraph:
    return lay_chats(generate(3, 100, median_degree=6, follow_mean=2.0), [Kind("deal", 30, 1)], 1)


def edited(name: str, place: int, value: float) -> SocialGraph:
    array = getattr(graph(), name).copy()
    array[place] = value
    return replace(graph(), **{name: array})


@pytest.mark.parametrize(
    ("name", "place", "value", "message"),
    [
        ("friend_start", 5, 10**12, r"row of friends of member 5 ends before it begins"),
        ("friend_start", 5, -1, r"row of friends of member 4 ends before it begins"),
        ("friend_target", 0, -1, r"row of friends of member 0 holds a number that no member has"),
        ("friend_target", -1, 100, r"row of friends of member 99 holds a number that no member has"),
        ("friend_target", 1, 1, r"row of friends of member 0 is not ascending"),
        ("friend_target", 0, 0, r"row of friends of member 0 holds the member itself"),
        ("friend_tie", 0, 0.0, r"row of friends of member 0 holds a tie that is not above 0"),
        ("friend_tie", 0, 1.5, r"row of friends of member 0 holds a tie that is not above 0"),
        ("friend_tie", 0, np.nan, r"row of friends of member 0 holds a tie that is not above 0"),
        ("friend_tie", -1, 0.123, r"holds a tie that differs in the other direction"),
        ("follow_target", -1, 100, r"row of followers of member \d+ holds a number that no member has"),
        ("chat_member", 0, 100, r"row of members of chat 0 holds a number that no member has"),
        ("chat_member", 1, 0, r"row of members of chat 0 is not ascending"),
        ("chat_start", 1, 1000, r"row of members of chat 1 ends before it begins"),
        ("chat_kind", 0, -1, r"a kind of chat must be 0 or above, got -1"),
        ("community", 0, 1, r"member 0 is in 1"),
        ("community", 50, -1, r"member 50 is in -1"),
    ],
)
def test_what_is_wrong_is_said_and_where(name: str, place: int, value: float, message: str):
    with pytest.raises(InputError, match=rf"^town: .*{message}"):
        check_graph(edited(name, place, value), "town")


def test_every_friendship_stands_in_both_rows():
    """Each way in which one direction of a friendship can be missing, in all graphs of few members."""
    rows = {0: [1, 2], 1: [0], 2: [0], 3: []}
    for i, j in ((0, 1), (0, 2), (1, 0), (2, 0), (3, 0), (3, 2), (1, 3), (2, 3)):
        changed = {k: sorted(set(row) ^ ({j} if k == i else set())) for k, row in rows.items()}
        target = np.array([x for row in changed.values() for x in row], dtype=np.int32)
        start = np.cumsum([0, *(len(row) for row in changed.values())])
        whole = SocialGraph.of_friends(4, np.zeros(0, dtype=np.int64), np.arange(4, dtype=np.int32))
        for layer in ("friend", "co_purchase"):
            arrays = {f"{layer}_start": start, f"{layer}_target": target}
            if layer == "friend":
                arrays["friend_tie"] = np.full(target.size, 0.5)
            with pytest.raises(InputError, match="each pair must be there both ways"):
                check_graph(replace(whole, **arrays), "town")


def test_what_shapan_makes_is_sound(data_folder):
    check_graph(graph(), "drawn")
    check_graph(load_graph(data_folder / "facebook_combined.txt.gz"), "friends")
    check_graph(load_graph(data_folder / "beibei_tune.txt.gz", format="groups"), "co-purchases")


def test_two_members_of_one_label_are_refused():
    with pytest.raises(InputError, match="two members have the same label"):
        check_graph(replace(graph(), labels=("a",) * 100), "town")


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("friend_target", np.zeros(4, dtype=np.int64), "friend_target must be int32 in 1 dim.*int64 in 1"),
        ("community", np.zeros((10, 10), dtype=np.int32), "community must be int32 in 1 dim.*int32 in 2"),
        ("community", list(range(100)), "community must be int32 in 1 dimension, got list"),
        ("community", np.zeros(99, dtype=np.int32), "community must have 100 entries, got 99"),
        ("friend_tie", np.ones(3), "friend_tie must have"),
        ("follow_start", np.zeros(100, dtype=np.int64), "follow_start must have 101 entries"),
        ("chat_kind", np.zeros(9, dtype=np.int8), "chat_start must have 10 entries"),
        ("labels", ("a",), "labels must have 100 entries, got 1"),
    ],
)
def test_arrays_of_another_kind_are_refused(name: str, array: object, message: str):
    with pytest.raises(InputError, match=message):
        replace(graph(), **{name: array})


def test_arrays_are_contiguous_whatever_came_in():
    made = graph()
    wide = np.zeros((100, 2), dtype=np.int32)
    wide[:, 0] = made.community
    assert not wide[:, 0].flags.c_contiguous
    again = replace(made, community=wide[:, 0])
    assert again.community.flags.c_contiguous
    assert again.sha256 == made.sha256
