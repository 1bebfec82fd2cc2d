"""Edge lists: a row for each link, with the ids of its two ends and maybe a weight."""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import nan

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.network.csr import (
    Floats,
    Ints,
    arc_codes,
    code_ends,
    directed_rows,
    is_among,
    pair_codes,
    sorted_unique,
    symmetric_rows,
)
from sim.network.edge_columns import DIRECTED, UNDIRECTED, EdgeColumns, are_times, edge_columns, said_columns
from sim.network.graph import SocialGraph, check_size, plain_labels
from sim.network.members import MemberIds
from sim.network.partition import partition
from sim.network.reading import Reading
from sim.network.report import LoadReport
from sim.network.rounded import check_exact
from sim.network.table_report import tables_report
from sim.network.ties import strongest_ties
from sim.tables.personal import is_personal
from sim.tables.rows import clean
from sim.tables.source import shown, where
from sim.tables.table import Table
from sim.text import Text

EDGES_MAX = 50_000_000  # assumption: what fits into the memory of a desktop machine

_KONECT = re.compile(r"\ufeff?%\s*(sym|asym|bip)\b\s*[a-z]*", re.IGNORECASE)

ZERO = Text("rows with a weight of 0", "权重为 0 的行")


@dataclass(frozen=True)
class Links:
    """What an edge list holds, one entry for each record.

    Attributes:
        a: int64, places of the first ends, or of those who follow.
        b: int64, places of the other ends.
        weight: float64 above 0 of each, or none.
        both: bool, of directed lists: which records hold in both directions; or none.
    """

    a: Ints
    b: Ints
    weight: Floats
    both: NDArray[np.bool_]


def link_graph(
    what: str,
    ids: MemberIds,
    links: Links,
    *,
    directed: bool,
    keyed: bool | None,
    content: Iterable[str] = (),
) -> tuple[SocialGraph, LoadReport]:
    """The graph of links, and a report of their counts alone.

    Self-loops are left out, though their member stays; repeated links are merged, keeping the largest weight.
    Weights become tie strengths, divided by the largest if that is above 1; without weights ties come from
    the overlap of friends. Undirected, "a b" and "b a" are the same link. Directed, "a b" says that a follows
    b: all arcs form the follow layer, and those who follow each other are also friends, with the stronger of
    the two weights.

    Raises:
        InputError: fewer than two members, or no link between two.
    """
    check_size(len(ids), what)
    labels, number, keys = ids.final(keyed=keyed, content=content)
    n = len(labels)
    check_size(n, what)
    a, b, weights = number[links.a], number[links.b], links.weight
    loops = a == b
    if loops.all():
        raise InputError(f"{what}: holds no edge between two members", f"{what}: 没有连接两名成员的边")
    if directed and links.both.any():
        back = links.both & ~loops
        a, b = np.concatenate((a, b[back])), np.concatenate((b, a[back]))
        weights = np.concatenate((weights, weights[back])) if weights.size else weights
    others = a != b
    arcs = sorted_unique(arc_codes(a[others], b[others]))
    pairs = pair_codes(a, b)
    codes = sorted_unique(pairs)
    ties = strongest_ties(pairs, weights[others]) if weights.size else None
    community = partition(*symmetric_rows(n, codes))
    if directed:
        mutual = is_among(codes, arcs) & is_among(arc_codes(*reversed(code_ends(codes))), arcs)
        codes, ties = codes[mutual], None if ties is None else ties[mutual]
    graph = SocialGraph.of_friends(n, codes, community, ties=ties, labels=plain_labels(labels))
    found = codes.size
    if directed:
        follower, followed = code_ends(arcs)
        follow_start, follow_target = directed_rows(n, followed, follower)
        graph = replace(graph, follow_start=follow_start, follow_target=follow_target)
        found = arcs.size
    report = LoadReport(
        files=(), format="edges", records=loops.size, self_loops=int(loops.sum()),
        duplicates=pairs.size - found, members=n, links=found, directed=directed, keys=keys,
    )  # fmt: skip
    return graph, report


def number_in(cell: str, table: Table) -> float:
    """The number in a cell; NaN if there is none."""
    text = clean(cell)
    try:
        return float(text.replace(",", ".") if table.rows.separator != "," else text)
    except ValueError:
        return nan


def _numbers(cells: Sequence[str], table: Table) -> list[float]:
    """The numbers in cells; NaN where there is none."""
    try:
        return list(map(float, cells))
    except ValueError:
        return [number_in(cell, table) for cell in cells]


def _weights(table: Table, columns: EdgeColumns, values: Floats, notes: list[Text]) -> Floats:
    """The weights of all records, or none where the column holds something else.

    Raises:
        InputError: some are no numbers, or below 0.
    """
    if columns.weight is None or not values.size:
        return np.zeros(0)
    name = table.named(columns.weight)
    numbers = np.isfinite(values)
    if not numbers.any() and not columns.weight_said:
        notes.append(Text(f"column {name} holds no numbers and is not used", f"第 {name} 列不是数字，未使用"))
        return np.zeros(0)
    for wrong in (~numbers, values < 0):
        if wrong.any():
            raise _no_weight(table, columns.weight, int(np.argmax(wrong)))
    if are_times(values) and not columns.weight_by_user:
        notes.append(
            Text(
                f"column {name} looks like times, so it is no weight; ties come from common friends",
                f"第 {name} 列像是时间，不作权重；关系强度由共同好友得出",
            )
        )
        return np.zeros(0)
    return values


def _no_weight(table: Table, column: int, record: int) -> InputError:
    """The error of the weight of a record, by its place among all."""
    line, cells = next(islice(table.records(), record, None))
    name, cell, at = table.named(column), cells[column], where(table.path, line)
    got = Text("another text", "其他内容") if is_personal(cell) else Text(shown(cell), shown(cell))
    return InputError(
        f"{at}: a weight must be a number above 0, got {got.en}; 0 is left out; if column {name} is no "
        "weight, name the columns to be used, such as source=… and target=…",
        f"{at}: 权重应为大于 0 的数，实际为 {got.zh}；0 会被略去；"
        f"若第 {name} 列不是权重，请指明所用的列，如 source=… 和 target=…",
    )


def _konect(table: Table, reading: Reading) -> bool:
    """Whether the first line says, as KONECT's files do, that links have a direction.

    Source: Kunegis, "Handbook of Network Analysis: the KONECT project", on the format of files: a first line
    such as "% asym positive", of sym, asym or bip and of a kind of weight.

    Raises:
        InputError: it says that the two columns number different things, unless the user names both.
    """
    found = None if table.rows.text is None else _KONECT.match(next(iter(table.rows.text.lines())))
    if found is None:
        return False
    if found[1].casefold() == "bip" and not {"source", "target"} <= reading.columns.keys():
        raise InputError(
            f"{where(table.path, 1)}: says that its network is bipartite (bip): the two columns number "
            "different things, such as people and what they like, so no row links two members; to link "
            "those who share something name both, as customer=1 product=2",
            f"{where(table.path, 1)}: 首行说明这是二部网络（bip）：两列是两类对象"
            "（如人与其喜好）各自的编号，一行不是两名成员的连接；"
            "若要连接有共同对象的人，请指明两列，如 customer=1 product=2",
        )
    return found[1].casefold() == "asym"


def _direction(cell: str, table: Table, line: int) -> bool:
    """Whether a record's kind says that it is directed."""
    word = clean(cell).casefold()
    if word not in DIRECTED | UNDIRECTED:
        allowed = "Directed, Undirected"
        raise InputError(
            f"{where(table.path, line)}: the type of an edge must be one of {allowed}",
            f"{where(table.path, line)}: 边的类型应为 {allowed} 之一",
        )
    return word in DIRECTED


def load_edge_list(table: Table, reading: Reading) -> tuple[SocialGraph, LoadReport]:
    """Read an edge list; see `link_graph` for what becomes of it.

    Ends, weights and kinds of links are told by the names of the columns, else by their places. A column of
    kinds (Directed, Undirected) makes arcs unless the user says otherwise. Members are called as in the file,
    except those whose ids lead to a person, who get keys.

    Raises:
        InputError: no edge list, columns that are not to be told, or fewer than two members.
    """
    columns = edge_columns(table, said_columns(table, reading.columns))
    konect = _konect(table, reading)
    ids = MemberIds(table.path)
    ends_a, ends_b, directions = array("q"), array("q"), array("b")
    notes: list[Text] = []
    weights = array("d")
    source, target, weight, kind = columns.source, columns.target, columns.weight, columns.kind
    for lines, rows in table.blocks():
        ends_a.extend(ids.places([row[source] for row in rows], lines))
        ends_b.extend(ids.places([row[target] for row in rows], lines))
        if weight is not None:
            weights.extend(_numbers([row[weight] for row in rows], table))
        if kind is not None:
            directions.extend(
                _direction(row[kind], table, line) for line, row in zip(lines, rows, strict=True)
            )
        if len(ends_a) > EDGES_MAX:
            at = where(table.path, lines[EDGES_MAX - len(ends_a)])
            raise InputError(f"{at}: more than {EDGES_MAX:,} edges", f"{at}: 边超过 {EDGES_MAX:,} 条")
    if not ends_a:
        raise InputError(f"{table.path}: holds no edges", f"{table.path}: 没有边")
    check_exact(table, (source, target), ids.names)
    a_places, b_places = np.array(ends_a, dtype=np.int64), np.array(ends_b, dtype=np.int64)
    values = _weights(table, columns, np.array(weights, dtype=np.float64), notes)
    is_directed = np.array(directions, dtype=np.bool_)
    if values.size and not (values > 0).all():
        used = values > 0
        table.left_out[ZERO] += int((~used).sum())
        a_places, b_places, values = a_places[used], b_places[used], values[used]
        is_directed = is_directed[used] if is_directed.size else is_directed
    directed = konect or bool(is_directed.any()) if reading.directed is None else reading.directed
    both = ~is_directed if reading.directed is None else np.zeros(0, dtype=np.bool_)
    graph, report = link_graph(
        str(table.path), ids, Links(a_places, b_places, values, both), directed=directed, keyed=None
    )
    if konect and reading.directed is None:
        notes.append(
            Text(
                'the first line says "asym", as KONECT writes it: the first column names who follows, the '
                "second who is followed",
                "首行写有 asym（KONECT 的格式）：第一列的成员关注第二列的成员",
            )
        )
    places = {"source": source, "target": target, "weight": weight if values.size else None, "type": kind}
    named = [(field, column) for field, column in places.items() if column is not None]
    if not directed and table.names and _follow(table, columns):
        notes.append(
            Text(
                "the columns name who follows whom; the links are taken for friendships unless said directed",
                "列名表示谁关注谁，但这里按好友关系读取；如需有向，请指明 directed",
            )
        )
    report = tables_report([table], report, named, notes)
    return graph, replace(report, records=table.records_seen)


def _follow(table: Table, columns: EdgeColumns) -> bool:
    return any("follow" in name.casefold() or "关注" in name for name in (
        table.named(columns.source), table.named(columns.target)))  # fmt: skip
