"""Linking all members of a group with each other, for groups of any number."""

import numpy as np

from sim.errors import InputError
from sim.network.csr import Ints, arc_codes, sorted_unique
from sim.text import Text

GROUP_MAX = 4_000
"""assumption: members of one group that are linked all with all; of 4,000 these are 8 million links."""

PAIRS_MAX = 9_000_000
"""What a gigabyte of memory holds: measured, 9 million links of one table take 0.9 GB."""


def pairs_of_groups(group: Ints, member: Ints, what: str, way: Text) -> tuple[Ints, int]:
    """The pairs of members who are in one group, as codes, and how many records repeat a member of a group.

    Args:
        group: int64, the group of each record.
        member: int64, its member.
        what: names the files in errors.
        way: what the groups are, in errors.

    Returns:
        int64 codes of pairs (`sim.network.csr`), one for each group the two are in; and the repeats.

    Raises:
        InputError: a group of more than `GROUP_MAX` members, or more than `PAIRS_MAX` pairs.
    """
    codes = sorted_unique(arc_codes(group, member))
    groups, members = codes >> 32, codes & 0xFFFFFFFF
    sizes = np.bincount(groups) if groups.size else np.zeros(0, dtype=np.int64)
    largest = int(sizes.max(initial=0))
    links = int((sizes * (sizes - 1) // 2).sum())
    if largest > GROUP_MAX:
        raise InputError(
            f"{what}: {largest:,} members have one {way.en}, and at most {GROUP_MAX:,} are linked all "
            "with all; link them by something that fewer share (--link-by)",
            f"{what}: 有 {largest:,} 名成员的{way.zh}相同，而两两相连最多 {GROUP_MAX:,} 名；"
            "请换一种更少人共有的连接方式（--link-by）",
        )
    if links > PAIRS_MAX:
        raise InputError(
            f"{what}: {links:,} links between members of one {way.en}, and at most {PAIRS_MAX:,} are made; "
            "link them by something that fewer share (--link-by), or give fewer rows",
            f"{what}: {way.zh}相同的成员之间有 {links:,} 条连接，最多 {PAIRS_MAX:,} 条；"
            "请换一种更少人共有的连接方式（--link-by），或减少行数",
        )
    found, filled = np.empty(links, dtype=np.int64), 0
    first, step = np.arange(groups.size), 1
    while (first := first[first + step < groups.size]).size:
        first = first[groups[first] == groups[first + step]]  # members ascend within a group
        found[filled : filled + first.size] = arc_codes(members[first], members[first + step])
        filled += first.size
        step += 1
    return found, group.size - codes.size
