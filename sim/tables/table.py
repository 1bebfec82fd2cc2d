"""A table: rows with the header they have, wherever it stands, and without what is no record of it."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import InputError
from sim.tables.columns import field_named, is_known, is_total, plain, starts_of_totals
from sim.tables.personal import is_personal
from sim.tables.rows import SAMPLE, Block, Row, Rows, clean, read_rows
from sim.tables.source import where
from sim.text import Text

_HEADER_ROWS = 20  # assumption: titles, times and blank rows above a header are no more
_SAMPLE_CELLS = 1_000_000  # assumption: of wide rows so much will do
_LISTED = 40  # assumption: how many columns a message lists
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|\.\d+)([eE][+-]?\d+)?%?")

TOTALS = Text("rows of totals", "合计行")
HEADERS = Text("repeated header rows", "重复的表头行")
SINGLE = Text("rows of one cell (titles, footers)", "只有一个单元格的行（标题、脚注）")
BELOW = Text("rows of another table below", "下方另一张表的行")


def is_number(text: str) -> bool:
    """Whether a cell is a number, as people and programs write them."""
    return _NUMBER.fullmatch(text) is not None


@dataclass
class Table:
    """A table of one file.

    Attributes:
        rows: all rows of the file.
        names: what its columns are called, "" where one has no name; None: there is no header.
        header_line: the line of the header.
        start: records stand below this line.
        width: number of columns.
        known: whether the header was told by names that are known (and not by where it stands).
        sample: some of the records.
        notes: what a user should know.
        records_seen: records at the last going through, those left out included.
        left_out: records of which nothing is made, by reason, at the last going through.
    """

    rows: Rows
    names: tuple[str, ...] | None
    header_line: int | None
    start: int
    width: int
    known: bool
    sample: list[list[str]]
    notes: list[Text]
    records_seen: int = 0
    left_out: Counter[Text] = field(default_factory=Counter)

    @property
    def path(self) -> Path:
        """The file."""
        return self.rows.path

    def records(self) -> Iterator[Row]:
        """The records, each with its line and as many cells as the table has columns; as `blocks`."""
        return (row for lines, rows in self.blocks() for row in zip(lines, rows, strict=True))

    def blocks(self) -> Iterator[Block]:
        """The records, many at a time, all with as many cells as the table has columns.

        Left out are rows of totals, headers that come again, rows of one cell (titles, footers) and other
        tables that follow below. Without a header every row is a record.

        Raises:
            InputError: a row of another width.
        """
        self.records_seen = 0
        self.left_out.clear()
        after, below = self.start, False
        for lines, rows in self.rows.blocks():
            if lines[0] <= self.start:
                first = bisect_right(lines, self.start)
                lines, rows = lines[first:], rows[first:]
            if not rows:
                continue
            self.records_seen += len(rows)
            if not below and self._are_records(lines, rows, after):
                after = lines[-1]
                yield lines, rows
                continue
            found: list[Row] = []
            for line, cells in zip(lines, rows, strict=True):
                if len(cells) != self.width:
                    cells = self._fitted(line, cells)
                why, below = self._why_not(cells, line != after + 1, below)
                after = 0 if why is SINGLE else line  # whatever comes after a title may be another header
                if why is None:
                    found.append((line, cells))
                else:
                    self.left_out[why] += 1
            if found:
                yield [line for line, _ in found], [cells for _, cells in found]

    def _are_records(self, lines: Sequence[int], rows: Sequence[list[str]], after: int) -> bool:
        """Whether it shows at once that all of these rows are records, as nearly all are."""
        if set(map(len, rows)) != {self.width}:
            return False
        if self.names is None:
            return True
        if lines[0] != after + 1 or lines[-1] - after != len(lines):
            return False
        firsts = {row[0] for row in rows}
        if "" in firsts or not firsts.isdisjoint(self.names):
            return False
        starts = starts_of_totals()
        if any(first[0] in starts and is_total(clean(first)) for first in firsts):
            return False
        return self.width < 3 or not any(row[1] == "" and row.count("") >= self.width - 1 for row in rows)

    def _why_not(self, cells: Sequence[str], apart: bool, below: bool) -> tuple[Text | None, bool]:
        """Why a row is no record, and whether it belongs to another table below; `apart`: after a gap."""
        if self.names is None:
            return None, False
        first = cells[0] or next(filter(None, cells), "")
        why = None
        if below or apart or (first and first in self.names):
            below = below or self._begins_another(cells, apart)
            why = BELOW if below else HEADERS if [*map(clean, cells)] == [*self.names] else None
        if why is None and first[:1] in starts_of_totals() and is_total(clean(first)):
            why = TOTALS
        if why is None and "" in cells[:2] and self.width > 2 and cells.count("") >= self.width - 1:
            why = SINGLE
        return why, below

    def _begins_another(self, cells: Sequence[str], apart: bool) -> bool:
        """Whether a row is the header of another table; `apart`: it stands below a blank row or a title."""
        words = [word for word in map(clean, cells) if word]
        if not self.known or len(words) < 2 or words == [*filter(None, self.names or ())]:
            return False
        known = sum(map(is_known, words))
        if apart and known and not any(map(str.isdigit, "".join(words))):
            return True
        return known > 1 and known * 2 > len(words)

    def _fitted(self, line: int, cells: list[str]) -> list[str]:
        width = self.width
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        filled = sum(1 for cell in cells if cell.strip())
        if self.names is not None and len(cells) < width and (filled == 1 or len(cells) >= width - 1 > 1):
            return cells + [""] * (width - len(cells))
        at = where(self.path, line)
        if self.names is None:
            raise InputError(
                f"{at}: has {len(cells)} columns, but the other lines have {width}",
                f"{at}: 有 {len(cells)} 列，而其他行有 {width} 列",
            )
        raise InputError(
            f"{at}: has {len(cells)} columns, the header {width}; a cell that holds a separator or an end "
            "of line must stand in double quotes",
            f"{at}: 有 {len(cells)} 列，而表头有 {width} 列；含分隔符或换行的单元格须用双引号括起",
        )

    def listed(self) -> str:
        """The names of the columns, as a message shows them."""
        return listed(self.names or ())

    def named(self, column: int) -> str:
        """What a column is called, or its number."""
        return shown_name(self.names, column)

    def column_called(self, name: str) -> int:
        """The column that a user names: as in the header, or by its number from 1.

        Raises:
            InputError: no column is called so, or two are.
        """
        found = [column for column, one in enumerate(self.names or ()) if one == name]
        if not found:
            found = [
                column for column, one in enumerate(self.names or ()) if one and plain(one) == plain(name)
            ]
        if len(found) == 1:
            return found[0]
        if not found and name.isdecimal() and 1 <= int(name) <= self.width:
            return int(name) - 1
        if found:
            raise InputError(
                f"{self.path}: {len(found)} columns are called {name!r}; name the one you mean by its number "
                f"({', '.join(str(column + 1) for column in found)})",
                f"{self.path}: 有 {len(found)} 列名为 {name!r}；请用列号指明"
                f"（{'、'.join(str(column + 1) for column in found)}）",
            )
        there = self.listed() or f"1 … {self.width}"
        raise InputError(
            f"{self.path}: no column is called {name!r}; there are {there}",
            f"{self.path}: 没有名为 {name!r} 的列；现有 {there}",
        )


def shown_name(names: Sequence[str] | None, column: int) -> str:
    """What a column is called; its number where it has no name or one that no message may show."""
    name = names[column] if names else ""
    return str(column + 1) if not name or is_personal(name) else name[:_LISTED]


def listed(names: Sequence[str]) -> str:
    """Names of columns, as a message shows them."""
    shown = [shown_name(names, column) for column in range(min(len(names), _LISTED))]
    return ", ".join(shown) + (", …" if len(names) > _LISTED else "")


def _sample(rows: Rows) -> list[Row]:
    """The first rows, cleaned."""
    taken: list[Row] = []
    cells = 0
    for line, row in rows:
        taken.append((line, [clean(cell) for cell in row]))
        cells += len(row)
        if len(taken) >= SAMPLE or cells > _SAMPLE_CELLS:
            break
    return taken


def _known_header(head: Sequence[Row], said: Mapping[str, str]) -> int | None:
    """The place of the row with most names that are known, or with all that the user names."""
    wanted = {plain(name) for name in said.values() if not name.isdecimal()}
    best, place = 1, None
    for i, (_, cells) in enumerate(head[:_HEADER_ROWS]):
        names = {plain(cell) for cell in cells if cell}
        if wanted and wanted <= names:
            return i
        if any(is_number(cell) or is_personal(cell) for cell in cells):
            continue
        fields = {field_named(cell) for cell in cells if cell}
        known = sum(1 for name in names if is_known(name))
        if known > best and len(fields - {None}) > 1:
            best, place = known, i
    return place


def _form(text: str) -> str:
    """What a text is made of: runs of letters, of digits, of others."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text))


def _stands_out(head: Sequence[Row], rows: Rows, width: int) -> Text | None:
    """Why the first row must be a header, in words; None if it need not be one.

    It is one if it is of words above a column of numbers, or if none of the words that would be members
    occurs anywhere below (unless they look as many ids do, such as u1, u2).
    """
    cells = head[0][1]
    below = [row for _, row in head[1:] if len(row) == len(cells)]
    names = cells[1:] if cells and not cells[0] else cells
    if not below or len(names) < 2 or any(not name or is_number(name) or is_personal(name) for name in names):
        return None
    if len(set(names)) < len(names) < 4:
        return None
    for column in range(len(cells) - len(names), len(cells)):
        values = [row[column] for row in below if row[column]]
        if values and all(map(is_number, values)) and len(values) * 2 > len(below):
            return Text("it stands above numbers", "其下是数字")
    ends = range(len(cells) - len(names), min(len(cells), len(cells) - len(names) + 2))
    ids = [row[column] for row in below for column in ends]
    forms = Counter(map(_form, ids))
    if all("9" in (form := _form(cells[column])) and forms[form] * 10 >= len(ids) for column in ends):
        return None
    words = {cells[column] for column in ends}
    first = head[0][0]
    for line, row in rows:
        if line > first and any(clean(row[column]) in words for column in ends if column < len(row)):
            return None
    return Text("its words occur nowhere below", "其中的词在下面都没有出现")


def read_table(path: Path, said: Mapping[str, str], sheet: str | None = None) -> Table:
    """Read a file as a table: find its header, which may stand below titles, or that it has none.

    Args:
        path: the file.
        said: field -> name of the column, as the user says.
        sheet: of a workbook, which sheet.

    Raises:
        InputError: as `read_rows`; no rows; or the user names a column that no row near the top has.
    """
    rows = read_rows(path, sheet)
    head = _sample(rows)
    if not head:
        raise InputError(f"{path}: holds no edges and no other rows", f"{path}: 没有边，也没有其他行")
    notes = list(rows.notes)
    place, known = _known_header(head, said), True
    width = rows.width
    if rows.text is None:
        width = max((max((i + 1 for i, c in enumerate(row) if c), default=0) for _, row in head), default=0)
    if place is None:
        known = False
        titles = 0
        while titles < min(len(head), _HEADER_ROWS) - 1 and sum(map(bool, head[titles][1])) < 2 <= width:
            titles += 1
        if titles and (why := _stands_out(head[titles:], rows, width)) is None:
            titles = 0
        elif why := why if titles else _stands_out(head, rows, width):
            place = titles
            line, first = head[place]
            notes.append(
                Text(
                    f"line {line} is taken for the names of columns ({listed(first)}), since {why.en}; "
                    "if it is a record, put a line such as source,target above it",
                    f"第 {line} 行当作列名（{listed(first)}），因为{why.zh}；若它是一条记录，"
                    "请在其上加一行，如 source,target",
                )
            )
    names: list[str] | None = None
    header_line, start = None, 0
    if place is not None:
        header_line, cells = head[place]
        names, start = list(cells), header_line
        if place:
            notes.append(
                Text(
                    f"{place} rows above the header in line {header_line} are read over",
                    f"第 {header_line} 行表头之上有 {place} 行，未读取",
                )
            )
    sample = [row for _, row in head[place + 1 if place is not None else 0 :]]
    if names is not None:
        if len(names) == width - 1 and sample and all(len(row) == width and row[-1] for row in sample):
            names.insert(0, "")  # as R writes it: a header has no cell above the names of rows
        width = max(len(names), 1)
    filled = [any(column < len(row) and row[column] for row in sample) for column in range(width)]
    while width > 1 and sample and not filled[width - 1] and not (names and names[width - 1]):
        width -= 1  # a separator at each line's end
    if names is not None:
        names = names[:width]
        if not rows.named:
            rows.marks = ""  # in a table with a header # is no comment
    return Table(
        rows, None if names is None else tuple(names), header_line, start, width, known, sample, notes
    )
