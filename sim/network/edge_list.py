"""Edge lists: two ids a line, maybe a weight; tabs, commas, semicolons or spaces between; `#` comments."""

import math
from array import array
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np

from sim.errors import InputError
from sim.network.csr import (
    Floats,
    Ints,
    arc_codes,
    code_ends,
    directed_rows,
    pair_codes,
    sorted_unique,
    symmetric_rows,
)
from sim.network.graph import SocialGraph, check_size, plain_labels
from sim.network.members import MemberIds, is_whole_number
from sim.network.partition import partition
from sim.network.report import LoadReport
from sim.network.source import read_lines, shown, where
from sim.network.ties import strongest_ties
from sim.text import Text

EDGES_MAX = 50_000_000  # assumption: what fits into the memory of a desktop machine
_HEADER_WORDS = frozenset(
    mark + number
    for marks, numbers in (
        (
            ("source", "target", "from", "to", "src", "dst", "u", "v", "follower", "followee", "followed"),
            ("",),
        ),
        (("id", "node", "user", "member", "person"), ("1", "2", "_1", "_2")),
    )
    for mark in marks
    for number in numbers
)


def _separator(line: str) -> str | None:
    for mark in "\t,;":
        if mark in line:
            return mark
    return None


def _fields(line: str, separator: str | None) -> list[str]:
    return [part.strip().strip('"') for part in line.split(separator)]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_header(first: list[str], second: list[str] | None) -> bool:
    """Whether the first line names columns: it says so, or stands out from the second one."""
    if {part.lower() for part in first[:2]} <= _HEADER_WORDS and len(first) >= 2:
        return True
    if second is None or len(first) != len(second):
        return False
    texts = not any(is_whole_number(part) for part in first[:2])
    if len(first) == 3 and not _is_number(first[2]) and _is_number(second[2]):
        return texts
    return texts and all(is_whole_number(part) for part in second[:2])


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines of a file in fields, without a header."""
    lines = read_lines(path)
    head = list(zip(range(2), lines, strict=False))
    if not head:
        raise InputError(f"{path}: holds no edges", f"{path}: 没有边")
    separator = _separator(head[0][1][1])
    first = _fields(head[0][1][1], separator)
    second = _fields(head[1][1][1], separator) if len(head) > 1 else None
    for number, line in chain((item for _, item in head[_is_header(first, second) :]), lines):
        yield number, _fields(line, separator)


def _weight(text: str, path: Path, line: int) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        raise InputError(
            f"{where(path, line)}: a weight must be a number above 0, got {shown(text)}",
            f"{where(path, line)}: 权重应为大于 0 的数，实际为 {shown(text)}",
        )
    return weight


def _parse(path: Path) -> tuple[MemberIds, Ints, Ints, Floats]:
    """Ids, the two places of each record, and the weights (none, or one of each record)."""
    ids = MemberIds(path)
    ends_a, ends_b, weights = array("q"), array("q"), array("d")
    width = 0
    place = ids.place
    for line, parts in _records(path):
        width = width or len(parts)
        if len(parts) != width or not 2 <= width <= 3:
            allowed = Text("2 or 3 columns (two ids, weight)", "2 列或 3 列（两个 id、权重）")
            if 2 <= width <= 3:
                allowed = Text(f"{width} columns as on the lines before", f"与前面各行一样的 {width} 列")
            at, given = where(path, line), shown(" ".join(parts))
            raise InputError(
                f"{at}: an edge list has {allowed.en}, got {len(parts)}: {given} (for a table of group "
                "purchases or orders give the format groups or orders)",
                f"{at}: 边列表应有{allowed.zh}，实际为 {len(parts)} 列：{given}"
                "（若是拼团或订单表，请给出格式 groups 或 orders）",
            )
        ends_a.append(place(parts[0], line))
        ends_b.append(place(parts[1], line))
        if width == 3:
            weights.append(_weight(parts[2], path, line))
        if len(ends_a) > EDGES_MAX:
            raise InputError(
                f"{where(path, line)}: more than {EDGES_MAX:,} edges",
                f"{where(path, line)}: 边超过 {EDGES_MAX:,} 条",
            )
    return (
        ids,
        np.array(ends_a, dtype=np.int64),
        np.array(ends_b, dtype=np.int64),
        np.array(weights, dtype=np.float64),
    )


def load_edge_list(path: Path, *, directed: bool = False) -> tuple[SocialGraph, LoadReport]:
    """Read an edge list (plain or gzipped).

    A first line that names columns is skipped. Self-loops are left out, though their member stays; repeated
    edges are merged, keeping the largest weight. Weights become tie strengths, divided by the largest if
    that is above 1; without weights ties come from the overlap of friends. Undirected, "a b" and "b a" are
    the same edge. Directed, "a b" says that a follows b: all arcs form the follow layer, and those who
    follow each other are also friends, with the stronger of the two weights.

    Raises:
        InputError: unreadable (`sim.network.source`), no edge list, or fewer than two members.
    """
    ids, a, b, weights = _parse(path)
    check_size(len(ids), str(path))
    labels, number = ids.final()
    n = len(labels)
    a, b = number[a], number[b]
    loops = a == b
    if loops.all():
        raise InputError(f"{path}: holds no edge between two members", f"{path}: 没有连接两名成员的边")
    arcs = sorted_unique(arc_codes(a[~loops], b[~loops]))
    pairs = pair_codes(a, b)
    codes = sorted_unique(pairs)
    ties = strongest_ties(pairs, weights[~loops]) if weights.size else None
    community = partition(*symmetric_rows(n, codes))
    if directed:
        mutual = np.isin(codes, arcs) & np.isin(codes, arc_codes(*reversed(code_ends(arcs))))
        codes, ties = codes[mutual], None if ties is None else ties[mutual]
    graph = SocialGraph.of_friends(n, codes, community, ties=ties, labels=plain_labels(labels))
    links = codes.size
    if directed:
        follower, followed = code_ends(arcs)
        follow_start, follow_target = directed_rows(n, followed, follower)
        graph = replace(graph, follow_start=follow_start, follow_target=follow_target)
        links = arcs.size
    report = LoadReport(
        files=(path.name,), format="edges", records=loops.size, self_loops=int(loops.sum()),
        duplicates=pairs.size - links, members=n, links=links,
    )  # fmt: skip
    return graph, report
