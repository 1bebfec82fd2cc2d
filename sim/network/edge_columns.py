"""Which columns of a table hold the ends of links, their weights and their kind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import InputError
from sim.network.csr import Floats
from sim.tables.columns import are_ends, columns_for, field_named, plain, two_ends
from sim.tables.source import where
from sim.tables.table import Table, is_number
from sim.text import Text

FIELDS = (
    "source", "target", "weight", "edge_type", "customer", "order", "group", "product", "address", "inviter",
)  # fmt: skip
DIRECTED = frozenset(("directed", "mixed", "有向", "混合", "true"))
UNDIRECTED = frozenset(("undirected", "无向", "false"))
_MEASURE = re.compile(r"[+-]?\d*\.\d*[1-9]\d*")
_FEW_ROWS = 10  # assumption: in so many real links some member stands at both ends


@dataclass(frozen=True)
class EdgeColumns:
    """Columns by their places; weight and kind may be absent.

    Attributes:
        source: one end, or who follows.
        target: the other end.
        weight: how strong the link is.
        weight_said: whether somebody says that it is a weight: the user, or the name of the column.
        weight_by_user: whether the user does.
        kind: whether a link is directed.
    """

    source: int
    target: int
    weight: int | None = None
    weight_said: bool = False
    weight_by_user: bool = False
    kind: int | None = None


def said_columns(table: Table, said: Mapping[str, str]) -> dict[str, int]:
    """The columns that the user names, by field.

    Raises:
        InputError: no such field, or no such column.
    """
    found = {}
    for word, name in said.items():
        field = "edge_type" if word == "type" else field_named(word)
        if field not in FIELDS:
            raise InputError(
                f"columns: there is no field {word!r}; known: {', '.join(FIELDS)}",
                f"columns：没有字段 {word!r}；可用：{', '.join(FIELDS)}",
            )
        found[field] = table.column_called(name)
    return found


def named_ends(table: Table) -> tuple[int, int] | None:
    """The columns that are called as the two ends of a link; None if none are."""
    names = table.names or ()
    for one, other in (("source", "target"), ("source", "friend"), ("customer", "friend")):
        for a in columns_for(one, names):
            for b in columns_for(other, names):
                if a != b:
                    return a, b
    ends = two_ends(names)
    return None if ends is None or any(_holds_measures(table, column) for column in ends) else ends


def in_doubt(table: Table, what: Text) -> InputError:
    """The error of a table whose columns are not understood: which there are, and how to name them."""
    if table.width < 2:
        return InputError(
            f"{where(table.path, table.header_line or 1)}: each line is one cell, and a link has two ends; "
            "put a comma, a tab or the like between the columns",
            f"{where(table.path, table.header_line or 1)}: 每行只有一个单元格，而连接有两端；"
            "请用逗号或制表符等分隔各列",
        )
    if table.names is None:
        return InputError(
            f"{where(table.path, 1)}: {what.en}; the file has no header, and {table.width} columns: name "
            "them in a first line, or by number, such as source=1 target=2",
            f"{where(table.path, 1)}: {what.zh}；文件没有表头，有 {table.width} 列：请在首行写明列名，"
            "或用列号指明，如 source=1 target=2",
        )
    at = where(table.path, table.header_line or 1)
    return InputError(
        f"{at}: {what.en}; columns: {table.listed()}; say which is which, such as source=…, target=…, "
        "weight=… of links, or customer=…, order=…, group=…, product=…, inviter=… of orders",
        f"{at}: {what.zh}；现有列：{table.listed()}；请指明各列，如连接的 source=…、target=…、weight=…，"
        "或订单的 customer=…、order=…、group=…、product=…、inviter=…",
    )


def _filled(table: Table) -> list[int]:
    return [
        column
        for column in range(table.width)
        if any(row[column : column + 1] not in ([], [""]) for row in table.sample)
    ]


def _by_place(table: Table) -> tuple[int, int, int | None]:
    """The two ends and maybe a third column, of a table that does not say which is which."""
    columns = _filled(table) if table.sample else list(range(table.width))
    if table.names and not table.names[0] and len(columns) > 2 and columns[0] == 0:
        del columns[0]  # the numbers or names of rows
    if table.names is None and len(columns) == 4 and _ends_in_times(table, columns):
        del columns[3]
    if not 2 <= len(columns) <= 3:
        what = Text(
            f"an edge list has 2 or 3 columns (two ids, weight), got {len(columns)}",
            f"边列表应有 2 列或 3 列（两个 id、权重），实际为 {len(columns)} 列",
        )
        if table.names is None:
            what = Text(
                f"{what.en} (group purchases without a header are of format groups)",
                f"{what.zh}（没有表头的拼团记录，格式为 groups）",
            )
        raise in_doubt(table, what)
    source, target = columns[:2]
    _check_members(table, source, target)
    _check_names(table, source, target)
    return source, target, columns[2] if len(columns) == 3 else None


def _ends_in_times(table: Table, columns: Sequence[int]) -> bool:
    """Whether the fourth column of a list says when."""
    last = [row[columns[3]] for row in table.sample if len(row) > columns[3]]
    numbers = [float(cell) for cell in last if is_number(cell) and "," not in cell and "%" not in cell]
    if len(numbers) == len(last):
        return are_times(np.array(numbers))
    return all(":" in cell for cell in last)


def are_times(values: Floats) -> bool:
    """Whether numbers are times (Unix time in seconds or parts, or dates such as 20240131), no strengths."""
    low, high = float(values.min()), float(values.max())
    if low >= 1e8 and high <= 1.05 * low:  # assumption: strengths are not all alike and as large
        return True
    if (values != np.trunc(values)).any():
        return False
    if any(5e8 * unit <= low and high <= 4.1e9 * unit for unit in (1.0, 1e3, 1e6, 1e9)):  # 1985 to 2099
        return True
    month, day = values // 100 % 100, values % 100
    dates = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    return low >= 19_000_101 and high <= 21_001_231 and bool(dates.all())


def _check_names(table: Table, source: int, target: int) -> None:
    """Refuse two columns of which neither is called as an end of a link: it may be no list of links."""
    names = table.names
    if names is None or not (names[source] or names[target]):
        return
    one, other = plain(names[source]), plain(names[target])
    known = any(columns_for(field, (one, other)) for field in ("source", "target", "friend"))
    if not known and one != other and not are_ends(one, other):
        raise in_doubt(
            table,
            Text(
                f"neither {table.named(source)} nor {table.named(target)} is known as an end of a link",
                f"{table.named(source)} 与 {table.named(target)} 都认不出是连接的一端",
            ),
        )


def _check_members(table: Table, source: int, target: int) -> None:
    """Refuse two columns that name different things, such as people and their ages; or hold measures."""
    for column in (source, target):
        if _holds_measures(table, column):
            raise in_doubt(
                table,
                Text(
                    f"column {table.named(column)} holds numbers with decimal places, which are no ids",
                    f"{table.named(column)} 列是小数，不是 id",
                ),
            )
    a = {row[source] for row in table.sample if len(row) > source} - {""}
    b = {row[target] for row in table.sample if len(row) > target} - {""}
    numbers = [sum(map(is_number, ids)) * 2 > len(ids) for ids in (a, b)]
    many = table.names is not None and len(table.sample) >= _FEW_ROWS
    if a.isdisjoint(b) and (numbers[0] != numbers[1] or many):
        raise in_doubt(
            table,
            Text(
                f"no member stands in both {table.named(source)} and {table.named(target)}: may be no links",
                f"{table.named(source)} 与 {table.named(target)} 两列没有共同的成员，可能不是连接",
            ),
        )


def _holds_measures(table: Table, column: int) -> bool:
    """Whether most cells are numbers with decimal places, such as places on a map."""
    cells = [row[column] for row in table.sample if len(row) > column]
    return sum(_MEASURE.fullmatch(cell) is not None for cell in cells) * 2 > len(cells)


def edge_columns(table: Table, said: Mapping[str, int]) -> EdgeColumns:
    """Find the columns of an edge list: as the user says, else by name, else by place.

    Raises:
        InputError: they are not to be told.
    """
    names = table.names or ()
    third = None
    if "source" in said or "target" in said:
        if "source" not in said or "target" not in said:
            raise in_doubt(table, Text("name both source and target", "source 与 target 须同时指明"))
        source, target = said["source"], said["target"]
    elif (ends := named_ends(table)) is not None:
        source, target = ends
    else:
        source, target, third = _by_place(table)
    taken = {source, target}
    if source == target:
        raise in_doubt(table, Text("source and target are one column", "source 与 target 是同一列"))
    weight = said.get("weight")
    called = [column for column in columns_for("weight", names) if column not in taken]
    if weight is None and called:
        weight = called[0]
    weight_said = weight is not None
    if weight is None and third is not None and table.names is None:
        weight = third
    kinds = [column for column in columns_for("edge_type", names) if column not in taken]
    kind = said.get("edge_type", kinds[0] if kinds and _says_kind(table, kinds[0]) else None)
    return EdgeColumns(source, target, weight, weight_said, "weight" in said, kind)


def _says_kind(table: Table, column: int) -> bool:
    said = {row[column].casefold() for row in table.sample if len(row) > column} - {""}
    return bool(said) and said <= DIRECTED | UNDIRECTED
