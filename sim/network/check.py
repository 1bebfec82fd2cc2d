"""Whether every entry of a graph is what compiled code and mechanics rely on.

Compiled code looks nothing up twice: a friend beyond the last member would be read from memory that is not
the graph's. Graphs that Shapan draws or builds from pairs are right by construction; one whose arrays come
from elsewhere is checked here, in one pass over each layer.
"""

import numpy as np

from sim.compiled import compiled
from sim.errors import InputError
from sim.network.csr import Floats, Ints, Members
from sim.network.graph import SocialGraph
from sim.streams import mix3
from sim.text import Text

_FALLING, _OUTSIDE, _UNSORTED, _ITSELF, _ONE_WAY, _TIE, _UNEVEN = range(1, 8)
_FAULTS = {
    _FALLING: Text("ends before it begins", "的终点先于起点"),
    _OUTSIDE: Text("holds a number that no member has", "含有不存在的成员编号"),
    _UNSORTED: Text("is not ascending without repeats", "不是无重复的升序"),
    _ITSELF: Text("holds the member itself", "含有成员自己"),
    _ONE_WAY: Text(
        "does not match the rows of those it names: each pair must be there both ways",
        "与其所列成员的行不符：每一对须双向都有",
    ),
    _TIE: Text("holds a tie that is not above 0 and at most 1", "含有不在 0（不含）至 1 之间的关系强度"),
    _UNEVEN: Text("holds a tie that differs in the other direction", "含有两个方向不一致的关系强度"),
}


@compiled
def _row_fault(start: Ints, target: Members, n: int, members_rows: bool) -> tuple[int, int]:
    """The first fault of rows of members and the row it is in; (0, 0) if there is none."""
    for i in range(start.size - 1):  # all of them first: only then is it safe to look into the rows
        if start[i] > start[i + 1]:
            return _FALLING, i
    for i in range(start.size - 1):
        before = -1
        for a in range(start[i], start[i + 1]):
            if target[a] < 0 or target[a] >= n:
                return _OUTSIDE, i
            if target[a] <= before:
                return _UNSORTED, i
            if members_rows and target[a] == i:
                return _ITSELF, i
            before = target[a]
    return 0, 0


@compiled
def _is_symmetric(start: Ints, target: Members, tie_bits: Ints) -> bool:
    """Whether sound rows name each pair both ways with one tie: by sums of 63-bit hashes of either way.

    It reads the arrays from front to back; looking each pair up takes tens of times as long in a graph of
    millions. Rows do not repeat, so that sums of unequal sets agree once in 2**63 times.
    """
    upward, downward = 0, 0
    for i in range(start.size - 1):
        for a in range(start[i], start[i + 1]):
            tie = tie_bits[a] if tie_bits.size > 0 else 0
            if target[a] > i:
                upward += mix3(i, target[a], tie)
            else:
                downward += mix3(target[a], i, tie)
    return upward == downward


@compiled
def _tie_fault(start: Ints, tie: Floats) -> tuple[int, int]:
    for i in range(start.size - 1):
        for a in range(start[i], start[i + 1]):
            if not 0.0 < tie[a] <= 1.0:
                return _TIE, i
    return 0, 0


@compiled
def _pair_fault(start: Ints, target: Members, tie: Floats) -> tuple[int, int]:
    """The first fault of sound rows that are not symmetric, and the row it is in.

    Rows ascend, so the lower members who name j come by in the order in which j's row lists them.
    """
    next_lower = start[:-1].copy()
    for i in range(start.size - 1):
        for a in range(next_lower[i], start[i + 1]):
            j = target[a]
            back = next_lower[j]
            if back >= start[j + 1] or target[back] != i:
                return _ONE_WAY, i
            next_lower[j] += 1
            if tie.size > 0 and tie[a] != tie[back]:
                return _UNEVEN, i
    return 0, 0


@compiled
def _community_fault(community: Members) -> int:
    """The first member whose community breaks the numbering by lowest member; -1 if there is none."""
    found = 0
    for i in range(community.size):
        if community[i] < 0 or community[i] > found:
            return i
        found += community[i] == found
    return -1


def check_graph(graph: SocialGraph, what: str) -> None:
    """Refuse a graph whose entries are not as `SocialGraph` documents them; `what` is named in the error.

    Raises:
        InputError: which row of which layer, and what is wrong with it.
    """
    nothing = graph.friend_tie[:0]
    layers = (
        (Text("friends", "好友"), graph.friend_start, graph.friend_target, graph.friend_tie),
        (Text("co-purchases", "共同购买"), graph.co_purchase_start, graph.co_purchase_target, nothing),
        (Text("followers", "粉丝"), graph.follow_start, graph.follow_target, None),
    )
    for name, start, target, tie in layers:
        fault, member = _row_fault(start, target, graph.n, True)
        if not fault and tie is not None:
            fault, member = _tie_fault(start, tie) if tie.size else (0, 0)
            if not fault and not _is_symmetric(start, target, tie.view(np.int64)):
                fault, member = _pair_fault(start, target, tie)
        if fault:
            raise InputError(
                f"{what}: the row of {name.en} of member {member} {_FAULTS[fault].en}",
                f"{what}: 成员 {member} 的{name.zh}行{_FAULTS[fault].zh}",
            )
    fault, chat = _row_fault(graph.chat_start, graph.chat_member, graph.n, False)
    if fault:
        raise InputError(
            f"{what}: the row of members of chat {chat} {_FAULTS[fault].en}",
            f"{what}: 群 {chat} 的成员行{_FAULTS[fault].zh}",
        )
    if graph.chats and graph.chat_kind.min() < 0:
        raise InputError(
            f"{what}: a kind of chat must be 0 or above, got {graph.chat_kind.min()}",
            f"{what}: 群的类别应为 0 或以上，实际为 {graph.chat_kind.min()}",
        )
    member = _community_fault(graph.community)
    if member >= 0:
        raise InputError(
            f"{what}: communities must be numbered 0, 1, 2, ... by their lowest members; "
            f"member {member} is in {graph.community[member]}",
            f"{what}: 社群须按其编号最小的成员编为 0、1、2……；成员 {member} 却在 {graph.community[member]}",
        )
    if graph.labels is not None and len(set(graph.labels)) < graph.n:
        raise InputError(f"{what}: two members have the same label", f"{what}: 有两名成员的标签相同")
