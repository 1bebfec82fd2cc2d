"""Tables of members with who invited each: both are friends."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.errors import InputError
from sim.network.csr import arc_codes, code_ends, sorted_unique
from sim.network.edge_columns import in_doubt, said_columns
from sim.network.edge_list import Links, link_graph
from sim.network.graph import SocialGraph
from sim.network.members import MemberIds
from sim.network.persons import MASK, MASKED, NO_CUSTOMER, person_column
from sim.network.reading import Reading
from sim.network.report import LoadReport
from sim.network.rounded import check_exact
from sim.network.table_report import tables_report
from sim.tables.columns import is_empty, is_nobody, kinds_for
from sim.tables.rows import clean
from sim.tables.table import Table
from sim.text import Text

NOBODY = Text("rows without an inviter (0, -1, NULL or empty)", "没有邀请人（0、-1、NULL 或空）的行")
MASKED_INVITER = Text("rows whose inviter is masked (***)", "邀请人被打码（***）的行")


def _columns(table: Table, said: Mapping[str, int]) -> tuple[int, int]:
    """The columns of members and of who invited them, of one kind (ids, phones, names) if there are such."""
    names = table.names or ()
    kinds = [kind for kind in kinds_for("customer", names) if kind in tuple(kinds_for("inviter", names))]
    kind = kinds[0] if kinds and not {"customer", "inviter"} & said.keys() else None
    member, inviter = (person_column(table, field, said, kind) for field in ("customer", "inviter"))
    if member is None or inviter is None or member == inviter:
        missing = Text("inviter", "邀请人") if inviter is None else Text("member", "成员")
        raise in_doubt(
            table, Text(f"no column is known to name the {missing.en}", f"没有一列可认出是{missing.zh}")
        )
    return member, inviter


class _Records:
    """Members and their inviters, read from one table after another."""

    def __init__(self, ids: MemberIds) -> None:
        self.ids = ids
        self.member, self.inviter = array("q"), array("q")
        self.inviters: dict[str, int] = {}
        self.lines: list[int] = []

    def read(self, table: Table, member: int, inviter: int) -> None:
        ids, inviters = self.ids, self.inviters
        ids.path = table.path
        left_out: Counter[Text] = Counter()
        for lines, rows in table.blocks():
            places = map(ids.find, [row[member] for row in rows])
            for line, cells, place in zip(lines, rows, places, strict=True):
                if place is None:
                    name = clean(cells[member])
                    if is_empty(name) or MASK in name:
                        left_out[NO_CUSTOMER if is_empty(name) else MASKED] += 1
                        continue
                    place = ids.new(cells[member], line)
                self.member.append(place)
                number = inviters.get(cells[inviter])
                if number is None:
                    number = inviters.setdefault(clean(cells[inviter]), len(inviters))
                    if number == len(self.lines):
                        self.lines.append(line)
                self.inviter.append(number)
        table.left_out.update(left_out)

    def links(self) -> tuple[Links, Counter[Text]]:
        """The links, and how many rows have none, by reason."""
        place_of = np.full(max(1, len(self.inviters)), -1, dtype=np.int64)
        why: dict[int, Text] = {}
        for cell, number in self.inviters.items():
            place = self.ids.find(cell)
            if is_empty(cell) or (place is None and is_nobody(cell)):
                why[number] = NOBODY
            elif MASK in cell:
                why[number] = MASKED_INVITER
            else:
                line = self.lines[number]
                place_of[number] = self.ids.place(cell, line) if place is None else place
        inviter = np.array(self.inviter, dtype=np.int64)
        counts = np.bincount(inviter, minlength=len(self.inviters))
        left_out: Counter[Text] = Counter()
        for number, text in why.items():
            left_out[text] += int(counts[number])
        member = np.array(self.member, dtype=np.int64)
        there = place_of[inviter] >= 0 if inviter.size else np.zeros(0, dtype=np.bool_)
        none = np.zeros(0)
        links = Links(member[there], place_of[inviter][there], none, np.zeros(0, dtype=np.bool_))
        return links, left_out


def load_invites(tables: Sequence[Table], reading: Reading) -> tuple[SocialGraph, LoadReport]:
    """Read members, one a row with who invited them; several tables count as one.

    A member and who invited them are friends. 0, -1, NULL and the like are nobody, unless a member of the
    table is called so. Members are called by keys (`sim.tables.keys`), and nothing else of the table is kept.

    Raises:
        InputError: columns that are not to be told, ids that were rounded, or nobody to link.
    """
    ids = MemberIds(tables[0].path)
    records = _Records(ids)
    found = [_columns(table, said_columns(table, reading.columns)) for table in tables]
    for table, (member, inviter) in zip(tables, found, strict=True):
        records.read(table, member, inviter)
        check_exact(table, (member, inviter), (*ids.names, *records.inviters))
    links, left_out = records.links()
    what = ", ".join(str(table.path) for table in tables)
    if not links.a.size:
        raise InputError(
            f"{what}: column {tables[0].named(found[0][1])} names no inviter, so there is nobody to link",
            f"{what}: {tables[0].named(found[0][1])} 列没有任何邀请人，无人可以相连",
        )
    names = ids.names
    ends = code_ends(sorted_unique(arc_codes(links.a, links.b)))
    pairs = [f"{names[a]} {names[b]}" for a, b in zip(*(side.tolist() for side in ends), strict=True)]
    graph, report = link_graph(what, ids, links, directed=False, keyed=True, content=pairs)
    tables[0].left_out.update(left_out)
    used = [("customer", found[0][0]), ("inviter", found[0][1])]
    report = tables_report(tables, replace(report, format="invites"), used)
    return graph, replace(report, records=sum(table.records_seen for table in tables))
