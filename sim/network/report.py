"""What a loader found in a file and made of it."""

from dataclasses import dataclass, field, fields
from typing import Any

from sim.tables.keys import Keys
from sim.text import Text

_FORMATS_ZH = {
    "edges": "关系列表",
    "matrix": "邻接矩阵",
    "groups": "拼团记录",
    "orders": "订单表",
    "invites": "会员邀请表",
    "shapan": "沙盘图文件",
}
"""The formats that have no name of their own."""


@dataclass(frozen=True)
class LeftOut:
    """Rows that nothing was made of. why: in words that follow a number ("rows without an inviter")."""

    why: Text
    rows: int


@dataclass(frozen=True)
class LoadReport:
    """Counts of a load, which account for every row.

    Attributes:
        files: names of the files.
        format: how they were read.
        records: edges, groups or orders that the files hold: those used and those left out.
        self_loops: records that tied a member to itself, of which nothing but the member was used.
        duplicates: records of a pair that had one already, merged (undirected: in either direction).
        members: members of the graph.
        links: distinct pairs: friendships, or co-purchases where there are none, or arcs if directed.
        encoding: of texts, such as "UTF-8" or "GB18030"; None where it says nothing.
        sheet: of a workbook, the sheet that was read.
        directed: whether the records were taken for who follows whom.
        header_line: the line that names the columns; None: the file has none.
        columns: (field, name of the column) of those used.
        columns_unused: names of the others.
        left_out: records of which nothing was made, by reason.
        notes: what a user should know of how the file was read.
        keys: what the file calls members -> their labels, of those who got keys (`sim.tables.keys`); in
            memory only, for it leads back to persons.
    """

    files: tuple[str, ...]
    format: str
    records: int
    self_loops: int
    duplicates: int
    members: int
    links: int
    encoding: str | None = None
    sheet: str | None = None
    directed: bool = False
    header_line: int | None = None
    columns: tuple[tuple[str, str], ...] = ()
    columns_unused: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Text, ...] = ()
    keys: Keys = field(default_factory=Keys, repr=False, compare=False)

    def plain(self) -> dict[str, Any]:
        """All of it as data for a file; nothing of it leads to a person."""
        names = (one.name for one in fields(self) if one.name not in ("left_out", "notes", "keys"))
        left_out = [{"en": one.why.en, "zh": one.why.zh, "rows": one.rows} for one in self.left_out]
        return {
            **{name: getattr(self, name) for name in names},
            "left_out": left_out,
            "notes": [{"en": one.en, "zh": one.zh} for one in self.notes],
        }

    @property
    def line(self) -> Text:
        """All of it in one line, as every command says it after a load."""
        en = [", ".join(self.files), self.format]
        zh = [", ".join(self.files), _FORMATS_ZH.get(self.format, self.format)]
        if self.encoding:
            en.append(self.encoding)
            zh.append(self.encoding)
        if self.sheet:
            en.append(f"sheet {self.sheet}")
            zh.append(f"工作表 {self.sheet}")
        en.append("directed" if self.directed else "undirected")
        zh.append("有向" if self.directed else "无向")
        if self.header_line is not None:
            en.append(f"header in line {self.header_line}")
            zh.append(f"表头在第 {self.header_line} 行")
        if self.columns:
            used = ", ".join(name if name == what else f"{what} = {name}" for what, name in self.columns)
            en.append(f"columns used: {used}")
            zh.append(f"所用列：{used}")
        if self.columns_unused:
            en.append(f"columns not used: {', '.join(self.columns_unused)}")
            zh.append(f"未用列：{', '.join(self.columns_unused)}")
        en.append(f"{self.records:,} records, {self.members:,} members, {self.links:,} links")
        zh.append(f"{self.records:,} 条记录，{self.members:,} 名成员，{self.links:,} 条连接")
        en.append(f"{self.self_loops:,} self-loops, {self.duplicates:,} repeats")
        zh.append(f"自环 {self.self_loops:,} 条，重复 {self.duplicates:,} 条")
        for out in self.left_out:
            en.append(f"{out.rows:,} {out.why.en} left out")
            zh.append(f"略去 {out.rows:,} 条{out.why.zh}")
        return Text("; ".join(en), "；".join(zh))
