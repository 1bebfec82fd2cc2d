"""Tables of orders: customers are linked by what they share, or with who invited them."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from sim.errors import InputError
from sim.network.csr import Ints
from sim.network.edge_columns import in_doubt, said_columns
from sim.network.graph import SocialGraph
from sim.network.groups import NobodyTogether, bought_together
from sim.network.invites import load_invites
from sim.network.members import MemberIds
from sim.network.persons import MASK, MASKED, NO_CUSTOMER, person_column
from sim.network.reading import LINK_BY, Reading
from sim.network.report import LoadReport
from sim.network.rounded import check_exact
from sim.network.table_report import tables_report
from sim.tables.columns import columns_for, field_named, is_empty
from sim.tables.rows import clean
from sim.tables.table import Table
from sim.text import Text

WAYS: Mapping[str, Text] = {
    "order": Text("order", "订单"),
    "product": Text("product", "商品"),
    "group": Text("group", "团"),
    "inviter": Text("inviter", "邀请人"),
    "address": Text("address", "地址"),
}
"""What may link two customers, by its name in `Reading.link_by`."""

NO_ORDER = Text("rows without an order number", "没有订单号的行")
_NO_GROUP_TIMES = 3  # assumption: group 0 is none where it is so many times as large as every other


@dataclass(frozen=True)
class OrderColumns:
    """Columns by their places.

    Attributes:
        customer: who bought.
        way: what links customers, one of `WAYS`.
        link: the columns whose cells together are what is shared.
        order: the number of the order; None if there is none.
    """

    customer: int
    way: str
    link: tuple[int, ...]
    order: int | None


def link_columns(table: Table, way: str, said: Mapping[str, int]) -> tuple[int, ...]:
    """The columns that hold what links customers in a way; none if the table has none."""
    if way in said:
        return (said[way],)
    names = table.names or ()
    found = columns_for(way, names)
    if not found:
        return ()
    parts = columns_for("address_part", names) if way == "address" else []
    return (*sorted(parts), found[0])


def way_named(word: str) -> str:
    """The way to link that a word means: one of `LINK_BY`, or one of the names of its column.

    Raises:
        InputError: no such way.
    """
    way = word if word in LINK_BY else field_named(word)
    if way not in LINK_BY:
        raise InputError(
            f"link by: must be one of {', '.join(LINK_BY)}, got {word!r}",
            f"link by：应为 {', '.join(LINK_BY)} 之一，实际为 {word!r}",
        )
    return way


def ways_of(table: Table, said: Mapping[str, int]) -> list[str]:
    """In which ways a table can link customers."""
    ways = [way for way in WAYS if way != "inviter" and link_columns(table, way, said)]
    return ways + ["inviter"] * (person_column(table, "inviter", said) is not None)


def order_columns(table: Table, reading: Reading) -> OrderColumns:
    """Find the columns of a table of orders: as the user says, else by their names.

    Raises:
        InputError: there is no column of customers, or none of what is to link them.
    """
    said = said_columns(table, reading.columns)
    if table.names is None and not said:
        raise in_doubt(
            table,
            Text(
                "a table of orders needs a header with a column for the customer",
                "订单表须有表头，其中一列为客户",
            ),
        )
    customer = person_column(table, "customer", said)
    if customer is None:
        raise in_doubt(table, Text("no column is known to name the customer", "没有一列可认出是客户"))
    way = _asked_way(reading, said)
    if way is None:
        there = [one for one in ("group", "order") if link_columns(table, one, said)]
        filled = [one for one in there if _is_filled(table, link_columns(table, one, said))]
        way = next(iter(filled or there), None)
    link = () if way is None else link_columns(table, way, said)
    if way is None or not link:
        wanted = WAYS["order" if way is None else way]
        no = Text(f"no column is known to name the {wanted.en}", f"没有一列可认出是{wanted.zh}")
        others = _other_ways(table, said, way or "")
        raise in_doubt(table, Text(f"{no.en}{others.en}", f"{no.zh}{others.zh}"))
    if customer in link:
        raise in_doubt(table, Text("one column is both customer and link", "同一列既是客户又是连接依据"))
    order = link_columns(table, "order", said)
    return OrderColumns(customer, way, link, order[0] if order else None)


def _asked_way(reading: Reading, said: Mapping[str, int]) -> str | None:
    """The way to link that the user names: by itself, or by naming no other column than that one's."""
    if reading.link_by is not None:
        return way_named(reading.link_by)
    ways = [way for way in WAYS if way in said]
    return ways[0] if len(ways) == 1 else None


def _is_filled(table: Table, columns: Sequence[int]) -> bool:
    return any(not is_empty(row[column]) for column in columns for row in table.sample if len(row) > column)


def _other_ways(table: Table, said: Mapping[str, int], taken: str) -> Text:
    ways = [way for way in ways_of(table, said) if way != taken]
    if not ways:
        return Text("", "")
    named = ", ".join(
        f"--link-by {way} ({table.named((link_columns(table, way, said) or (0,))[-1])})"
        if way != "inviter"
        else "--link-by inviter"
        for way in ways
    )
    return Text(f"; this table can link customers by {named}", f"；这张表可以这样连接客户：{named}")


class _Records:
    """Customers and what they share, read from one table after another."""

    def __init__(self, ids: MemberIds) -> None:
        self.ids = ids
        self.shared: dict[str, int] = {}
        self.group, self.member = array("q"), array("q")
        self.continued = 0

    def read(self, table: Table, columns: OrderColumns) -> None:
        """Read a table, and count in it what is left out.

        A row without order number and customer belongs to the order above it: its cells were merged. A row
        that shares nothing makes its customer a member.
        """
        ids, group, member = self.ids, self.group, self.member
        ids.path = table.path
        left_out: Counter[Text] = Counter()
        customer, order, by_order = columns.customer, columns.order, columns.way == "order"
        number_of: dict[str, int] = {}  # of what is shared, as it stands there
        above, above_place = -1, -1
        for lines, rows in table.blocks():
            numbers = self._numbers(rows, columns.link, number_of)
            places = map(ids.find, [row[customer] for row in rows])
            for line, cells, number, place in zip(lines, rows, numbers, places, strict=True):
                if place is None:
                    name = clean(cells[customer])
                    goes_on = order is not None and above_place >= 0 and is_empty(clean(cells[order]))
                    if is_empty(name) and goes_on:
                        place, number = above_place, above if by_order else number
                        self.continued += 1
                    elif is_empty(name) or MASK in name:
                        left_out[NO_CUSTOMER if is_empty(name) else MASKED] += 1
                        above_place = -1
                        continue
                if number < 0 and by_order:
                    left_out[NO_ORDER] += 1
                    continue
                if place is None:
                    place = ids.new(cells[customer], line)
                above, above_place = number, place
                if number >= 0:
                    group.append(number)
                    member.append(place)
        table.left_out.update(left_out)

    def _numbers(
        self, rows: Sequence[list[str]], link: Sequence[int], number_of: dict[str, int]
    ) -> Sequence[int]:
        """The number of what each row shares; -1: nothing."""
        if len(link) == 1:
            texts = [row[link[0]] for row in rows]
        else:
            texts = [" ".join(row[column] for column in link) for row in rows]
        found = list(map(number_of.get, texts))
        for i, number in enumerate(found):
            if number is None and (number := number_of.get(texts[i])) is None:
                text = clean(texts[i])
                number = -1 if is_empty(text) else self.shared.setdefault(text, len(self.shared))
                number_of[texts[i]] = number
            found[i] = number
        return cast("list[int]", found)

    def without_zero(self) -> tuple[Ints, Ints, int]:
        """Groups and members without the group 0, where that stands for no group; and its records."""
        groups, members = np.array(self.group, dtype=np.int64), np.array(self.member, dtype=np.int64)
        zero = self.shared.get("0", -1)
        sizes = np.bincount(groups, minlength=len(self.shared))
        if zero < 0 or sizes[zero] <= _NO_GROUP_TIMES * np.delete(sizes, zero).max(initial=1):
            return groups, members, 0
        used = groups != zero
        return groups[used], members[used], int((~used).sum())


def load_orders(tables: Sequence[Table], reading: Reading) -> tuple[SocialGraph, LoadReport]:
    """Read orders, one a row; several tables count as one.

    Customers are linked in the co-purchase layer when they share an order, a group, a product or an address
    (`Reading.link_by`; by default a group, or else an order); by inviter they are friends of those who
    invited them (`load_invites`). They are called by keys (`sim.tables.keys`); nothing else of the table is
    kept.

    Raises:
        InputError: columns that are not to be told, ids that were rounded, or nobody to link.
    """
    if _asked_way(reading, said_columns(tables[0], reading.columns)) == "inviter":
        graph, report = load_invites(tables, reading)
        return graph, replace(report, format="orders")
    ids = MemberIds(tables[0].path)
    records = _Records(ids)
    found = [order_columns(table, reading) for table in tables]
    for table, columns in zip(tables, found, strict=True):
        records.read(table, columns)
        check_exact(table, (columns.customer,), ids.names)
        if columns.way != "address":
            check_exact(table, columns.link, records.shared)
    way = found[0].way
    what = ", ".join(str(table.path) for table in tables)
    if len(ids) < 2:
        raise _too_few(what, len(ids), tables, found[0])
    group, member, no_group = records.without_zero()
    try:
        graph, report = bought_together(
            what, ids, group, member, WAYS[way], keyed=True, content=records.shared
        )  # fmt: skip
    except NobodyTogether as error:
        raise _nobody_linked(what, tables[0], found[0], said_columns(tables[0], reading.columns)) from error
    notes = []
    if records.continued:
        notes.append(
            Text(
                f"{records.continued:,} rows without order number and customer belong to the order above",
                f"{records.continued:,} 行没有订单号和客户，归入其上的订单",
            )
        )
    if no_group:
        notes.append(
            Text(
                f"{no_group:,} rows of {WAYS[way].en} 0 link nobody: it stands for none",
                f"{no_group:,} 行的{WAYS[way].zh}为 0，表示没有，不连接任何人",
            )
        )
    used = [("customer", found[0].customer), *((way, column) for column in found[0].link)]
    report = tables_report(tables, replace(report, format="orders"), used, notes)
    return graph, replace(report, records=sum(table.records_seen for table in tables))


def _too_few(what: str, customers: int, tables: Sequence[Table], columns: OrderColumns) -> InputError:
    """The error of tables that name fewer than two customers: what became of their rows."""
    left_out: Counter[Text] = Counter()
    for table in tables:
        left_out.update(table.left_out)
    en = "".join(f"; {rows:,} {why.en} left out" for why, rows in left_out.items())
    zh = "".join(f"；略去 {rows:,} 条{why.zh}" for why, rows in left_out.items())
    name = tables[0].named(columns.customer)
    return InputError(
        f"{what}: a graph must have at least 2 members, got {customers} from column {name}{en}",
        f"{what}: 图至少要有 2 名成员，从 {name} 列只得到 {customers} 名{zh}",
    )


def _nobody_linked(what: str, table: Table, columns: OrderColumns, said: Mapping[str, int]) -> InputError:
    way, name = WAYS[columns.way], table.named(columns.link[-1])
    others = _other_ways(table, said, columns.way)
    every = ", ".join(LINK_BY)
    return InputError(
        f"{what}: no two members bought together by {way.en} (column {name}), so there is nobody to link"
        f"{others.en}; the ways to link are {every}, and a column is named by {columns.way}=… and the like",
        f"{what}: 按{way.zh}（{name} 列）没有两名成员共同购买过，无人可以相连{others.zh}；"
        f"可选的连接方式有 {every}，列可用 {columns.way}=… 等指明",
    )
