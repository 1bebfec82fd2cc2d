"""Records of group purchases, one a line without a header; and the graph of those who bought together."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.errors import InputError
from sim.network.csr import Ints, sort_in_place, symmetric_rows
from sim.network.graph import SocialGraph, check_size, plain_labels
from sim.network.members import MemberIds
from sim.network.partition import partition
from sim.network.report import LoadReport
from sim.network.together import pairs_of_groups
from sim.tables.decode import read_text, text_lines
from sim.tables.personal import is_personal
from sim.tables.source import shown, where
from sim.text import Text


def bought_together(
    what: str, ids: MemberIds, group: Ints, member: Ints, way: Text, *, keyed: bool | None,
    content: Iterable[str] = (),
) -> tuple[SocialGraph, LoadReport]:  # fmt: skip
    """The graph whose co-purchase layer links all members of one group, and a report of its counts alone.

    Args:
        what: names the files in errors.
        ids: the members.
        group: int64, the group of each record.
        member: int64, the place of its member.
        way: what the groups are, in errors.
        keyed: as `MemberIds.final`.
        content: as `MemberIds.final`.

    Raises:
        InputError: as `pairs_of_groups`; fewer than two members; or no two in one group.
    """
    check_size(len(ids), what)
    labels, number, keys = ids.final(keyed=keyed, content=content)
    check_size(len(labels), what)
    pairs, repeats = pairs_of_groups(group, number[member], what, way)
    made = pairs.size
    codes = sort_in_place(pairs)
    if codes.size == 0:
        raise NobodyTogether(
            f"{what}: no two members bought together, so there is nobody to link",
            f"{what}: 没有两名成员共同购买过，无人可以相连",
        )
    start, target = symmetric_rows(len(labels), codes)
    nobody: Ints = np.zeros(0, dtype=np.int64)
    graph = SocialGraph.of_friends(len(labels), nobody, partition(start, target), labels=plain_labels(labels))
    report = LoadReport(
        files=(), format="", records=group.size, self_loops=repeats, duplicates=made - codes.size,
        members=len(labels), links=codes.size, keys=keys,
    )  # fmt: skip
    return replace(graph, co_purchase_start=start, co_purchase_target=target), report


class NobodyTogether(InputError):  # noqa: N818 - it says what was found
    """No two members of a table share what was to link them."""


def load_groups(paths: Sequence[Path]) -> tuple[SocialGraph, LoadReport]:
    """Read group purchases, one a line: initiator, item, joiners..., with tabs (or else commas) between.

    All who bought in a group are linked with each other. A line without joiners (a failed group) makes its
    initiator a member and links nobody. There is no header. Several files are read as one table.

    Raises:
        InputError: unreadable, not such a table, or no two members who bought together.
    """
    ids = MemberIds(paths[0])
    group, member = array("q"), array("q")
    records, encoding = 0, ""
    for path in paths:
        ids.path = path
        text = read_text(path)
        encoding = text.encoding
        for line, record in text_lines(text):
            parts = record.split("\t" if "\t" in record else ",")
            if len(parts) < 2:
                got = "…" if is_personal(record) else shown(record)
                raise InputError(
                    f"{where(path, line)}: a group has an initiator, an item and joiners, with tabs between; "
                    f"got {got}",
                    f"{where(path, line)}: 一个团应有发起人、商品和参团人，以制表符分隔；实际为 {got}",
                )
            for person in (parts[0], *filter(None, parts[2:])):
                group.append(records)
                member.append(ids.place(person, line))
            records += 1
    graph, report = bought_together(
        ", ".join(map(str, paths)), ids, np.array(group, dtype=np.int64), np.array(member, dtype=np.int64),
        Text("group", "团"), keyed=None,
    )  # fmt: skip
    files = tuple(path.name for path in paths)
    return graph, replace(report, files=files, format="groups", records=records, encoding=encoding)
