"""Tables of purchases: who bought together is linked in the co-purchase layer."""

import csv
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.errors import InputError
from sim.network.csr import Ints, pair_codes, sorted_unique, symmetric_rows
from sim.network.edge_list import EDGES_MAX
from sim.network.graph import SocialGraph, check_size, plain_labels
from sim.network.members import MemberIds
from sim.network.partition import partition
from sim.network.report import LoadReport
from sim.network.source import read_lines, shown, where
from sim.text import Text

_CUSTOMER_COLUMNS = ("customer", "customer_id", "user", "user_id", "member", "member_id", "buyer", "buyer_id")
_GROUP_COLUMNS = ("group", "group_id", "order", "order_id", "order_no")


class _Links:
    """Pairs of members who bought together, collected group by group."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.name = ", ".join(map(str, paths))
        self.a, self.b = array("q"), array("q")
        self.records = 0
        self.self_loops = 0

    def add(self, people: Sequence[int]) -> None:
        """Link everybody in a group with everybody else in it."""
        self.records += 1
        once = list(dict.fromkeys(people))
        self.self_loops += len(people) - len(once)
        if len(self.a) + len(once) * (len(once) - 1) // 2 > EDGES_MAX:
            raise InputError(
                f"{self.name}: more than {EDGES_MAX:,} links between those who bought together",
                f"{self.name}: 共同购买者之间的连接超过 {EDGES_MAX:,} 条",
            )
        for k, first in enumerate(once):
            for second in once[:k]:
                self.a.append(first)
                self.b.append(second)

    def graph(self, ids: MemberIds, paths: Sequence[Path], form: str) -> tuple[SocialGraph, LoadReport]:
        check_size(len(ids), self.name)
        labels, number = ids.final()
        pairs = pair_codes(number[np.array(self.a, dtype=np.int64)], number[np.array(self.b, dtype=np.int64)])
        codes = sorted_unique(pairs)
        if codes.size == 0:
            raise InputError(
                f"{self.name}: no two members bought together, so there is nobody to link",
                f"{self.name}: 没有两名成员共同购买过，无人可以相连",
            )
        start, target = symmetric_rows(len(labels), codes)
        nobody: Ints = np.zeros(0, dtype=np.int64)
        community = partition(start, target)
        graph = SocialGraph.of_friends(len(labels), nobody, community, labels=plain_labels(labels))
        report = LoadReport(
            files=tuple(path.name for path in paths),
            format=form,
            records=self.records,
            self_loops=self.self_loops,
            duplicates=pairs.size - codes.size,
            members=len(labels),
            links=codes.size,
        )
        return replace(graph, co_purchase_start=start, co_purchase_target=target), report


def load_groups(paths: Sequence[Path]) -> tuple[SocialGraph, LoadReport]:
    """Read group purchases, one a line: initiator, item, joiners..., with tabs (or else commas) between.

    All who bought in a group are linked with each other. A line without joiners (a failed group) makes its
    initiator a member and links nobody. There is no header. Several files are read as one table.

    Raises:
        InputError: unreadable, not such a table, or no two members who bought together.
    """
    ids = MemberIds(paths[0])
    links = _Links(paths)
    for path in paths:
        ids.path = path
        for line, text in read_lines(path):
            parts = text.split("\t" if "\t" in text else ",")
            if len(parts) < 2:
                raise InputError(
                    f"{where(path, line)}: a group has an initiator, an item and joiners, with tabs between; "
                    f"got {shown(text)}",
                    f"{where(path, line)}: 一个团应有发起人、商品和参团人，"
                    f"以制表符分隔；实际为 {shown(text)}",
                )
            people = [ids.place(parts[0], line)]
            people += [ids.place(part, line) for part in parts[2:] if part]
            links.add(people)
    return links.graph(ids, paths, "groups")


def _cells(text: str, mark: str, place: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=mark))
    except csv.Error as error:
        raise InputError(
            f"{place}: is not a line of CSV ({error})", f"{place}: 不是一行 CSV（{error}）"
        ) from error


def _column(header: Sequence[str], names: Iterable[str], what: Text, place: str) -> int:
    lowered = [part.strip().lower() for part in header]
    for name in names:
        if name in lowered:
            return lowered.index(name)
    raise InputError(
        f"{place}: an orders table needs a header with a column for the {what.en} "
        f"({', '.join(names)}); got {shown(', '.join(header))}",
        f"{place}: 订单表须有表头，其中一列为{what.zh}（{', '.join(names)}）；"
        f"实际为 {shown(', '.join(header))}",
    )


def names_orders(path: Path) -> bool:
    """Whether the first line of a file is the header of a table that `load_orders` can read.

    Raises:
        InputError: the file cannot be read.
    """
    _, line = next(read_lines(path), (0, ""))
    names = {part.strip().strip('"').lower() for part in line.split(_separator(line))}
    return not names.isdisjoint(_CUSTOMER_COLUMNS) and not names.isdisjoint(_GROUP_COLUMNS)


def _separator(header: str) -> str:
    return next((mark for mark in "\t;" if mark in header), ",")


def load_orders(paths: Sequence[Path]) -> tuple[SocialGraph, LoadReport]:
    """Read orders, one a line, as CSV (comma, semicolon or tab) with a header.

    One column names the customer, one the group or order they bought in; customers of the same group are
    linked. If there is a column for a group and one for an order, the group counts. Several files are read
    as one table.

    Raises:
        InputError: unreadable, not such a table, or no two members who bought together.
    """
    ids = MemberIds(paths[0])
    groups: dict[str, list[int]] = {}
    for path in paths:
        ids.path = path
        lines = read_lines(path)
        first = next(lines, None)
        if first is None:
            raise InputError(f"{path}: holds no orders", f"{path}: 没有订单")
        mark = _separator(first[1])
        header = _cells(first[1], mark, where(path, first[0]))
        customer = _column(header, _CUSTOMER_COLUMNS, Text("customer", "客户"), where(path, first[0]))
        group = _column(header, _GROUP_COLUMNS, Text("group or order", "团或订单"), where(path, first[0]))
        for line, text in lines:
            parts = _cells(text, mark, where(path, line))
            if len(parts) != len(header):
                raise InputError(
                    f"{where(path, line)}: has {len(parts)} columns, the header {len(header)}",
                    f"{where(path, line)}: 有 {len(parts)} 列，而表头有 {len(header)} 列",
                )
            if parts[group].strip():
                groups.setdefault(parts[group].strip(), []).append(ids.place(parts[customer], line))
    links = _Links(paths)
    for people in groups.values():
        links.add(people)
    return links.graph(ids, paths, "orders")
