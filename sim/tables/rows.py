"""The rows of a table, whatever file they come from: text with separators, or a workbook."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from sim.errors import InputError
from sim.tables.columns import is_known
from sim.tables.decode import Decoded, decoded
from sim.tables.source import read_chunks, where
from sim.tables.workbook import Sheet, is_workbook, read_sheet
from sim.text import Text

SAMPLE = 10_000  # assumption: rows by which separator and width are told; every row is held to them
_TEXT_MARKS = "='"
_AFTER_APOSTROPHE = frozenset("0123456789+-=")
_SAMPLE_CHARACTERS = 2_000_000  # assumption: of wide rows so much will do
_SEPARATORS = "\t,;|，"
_COMMENTS = "#%"
_BLOCK_CELLS = 100_000
_SEPARATED_MIN_SHARE = 0.3  # assumption: of the rows; below it the marks stand in sentences

Row = tuple[int, list[str]]
"""The line of a row in its file, from 1, and its cells."""

Block = tuple[Sequence[int], Sequence[list[str]]]
"""Lines of several rows, ascending, and their cells."""


def clean(cell: str) -> str:
    """A cell without what spreadsheets put around it to keep it text: `="123"`, a leading `'`, spaces."""
    text = cell.strip()
    if text[:1] not in _TEXT_MARKS or not text:
        return text
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].strip()
    return text[1:] if text[0] == "'" and text[1:2] in _AFTER_APOSTROPHE else text


@dataclass
class Rows:
    """The rows of a file, without blank ones; iterating goes through the file again.

    Attributes:
        path: the file.
        encoding: of a text.
        sheet: of a workbook, the sheet that is read.
        separator: between cells of a text; None: any white space.
        width: how many cells most rows have.
        top: so many lines at the top are comments.
        named: the comment line that names the columns; 0: none.
        marks: lines that begin with one of these characters are comments.
        spaced: only if a space follows the mark, or the width is another: ids begin with it too.
        comments: lines below the top that were taken for comments, at the last going through.
        notes: what a user should know.
    """

    path: Path
    encoding: str | None
    sheet: str | None
    width: int
    notes: list[Text]
    separator: str | None = None
    top: int = 0
    named: int = 0
    marks: str = ""
    spaced: bool = False
    comments: int = 0
    text: Decoded | None = None
    cells: Sequence[list[str]] = ()

    def __iter__(self) -> Iterator[Row]:
        return (row for lines, rows in self.blocks() for row in zip(lines, rows, strict=True))

    def blocks(self) -> Iterator[Block]:
        """The rows, many at a time: what is done with whole columns of them takes a fraction of the time."""
        if self.text is None:
            step = max(1, _BLOCK_CELLS // max(1, self.width))
            numbers = range(1, len(self.cells) + 1)
            parts: Iterator[Block] = (
                (numbers[first : first + step], self.cells[first : first + step])
                for first in range(0, len(self.cells), step)
            )
        else:
            parts = self._of_words(self.text) if self.separator is None else self._of_csv(self.text)
        for lines, rows in parts:
            if all(map(any, rows)):
                yield lines, rows
            elif filled := [(line, row) for line, row in zip(lines, rows, strict=True) if any(row)]:
                yield [line for line, _ in filled], [row for _, row in filled]

    def _uncommented(self, text: Decoded) -> Iterator[list[str]]:
        """The lines in lists, blank ones in place of comments."""
        before = self.comments = 0
        for lines in text.blocks():
            if before < self.top or (self.marks and not _AT_COMMENTS.isdisjoint({line[0] for line in lines})):
                yield [self._without_comment(number, line) for number, line in enumerate(lines, before + 1)]
            else:
                yield lines
            before += len(lines)

    def _without_comment(self, number: int, line: str) -> str:
        if number == self.named:
            return line.lstrip()[1:].lstrip()
        if number > self.top and not (line[0] in _AT_COMMENTS and self._is_comment(line)):
            return line
        self.comments += number > self.top
        return "\n"

    def _of_words(self, text: Decoded) -> Iterator[Block]:
        before = 0
        for lines in self._uncommented(text):
            quoted = any('"' in line for line in lines)
            yield range(before + 1, before + len(lines) + 1), [*map(_split if quoted else str.split, lines)]
            before += len(lines)

    def _of_csv(self, text: Decoded) -> Iterator[Block]:
        given = 0

        def lines() -> Iterator[list[str]]:
            nonlocal given
            for block in self._uncommented(text):
                given += len(block)
                yield block

        reader = csv.reader(chain.from_iterable(lines()), delimiter=self.separator or ",", strict=True)
        ends: list[int] = []
        rows: list[list[str]] = []
        try:
            for row in reader:
                rows.append(row)
                ends.append(reader.line_num)
                if reader.line_num == given:
                    yield ends, rows
                    ends, rows = [], []
        except csv.Error as error:
            at = where(self.path, reader.line_num)
            raise InputError(
                f"{at}: is not a line of CSV ({error})", f"{at}: 不是一行 CSV（{error}）"
            ) from error

    def _is_comment(self, line: str) -> bool:
        text = line.lstrip()
        if text[:1] not in self.marks or not text:
            return False
        return not self.spaced or _says(text) or len(_cells(text, self.separator)) != self.width


_SAYING_NOTHING = frozenset(("", *_COMMENTS))
_AT_COMMENTS = frozenset(_COMMENTS + " \t")


def _says(text: str) -> bool:
    """Whether what follows the mark of a line is a remark and no id."""
    return not text[1:2].strip() or text[1] == text[0]


def _split(line: str) -> list[str]:
    if '"' in line:
        return next(csv.reader([line.strip().replace("\t", " ")], delimiter=" ", skipinitialspace=True), [])
    return line.split()


def _cells(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return _split(line)
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _most(widths: Sequence[int]) -> tuple[int, int]:
    """The most frequent width of two or more, and how many rows have it; (0, 0) if none has."""
    several = Counter(width for width in widths if width > 1)
    return several.most_common(1)[0] if several else (0, 0)


def _separated(lines: Sequence[str]) -> tuple[str | None, int]:
    """The separator by which most cells fall into rows of one width, and that width."""
    best, separator, width = 0, None, 0
    for mark in _SEPARATORS:
        if any(mark in line for line in lines):
            most, rows = _most([len(_cells(line, mark)) for line in lines])
            if rows * (most - 1) > best and rows >= _SEPARATED_MIN_SHARE * len(lines):
                best, separator, width = rows * (most - 1), mark, most
    return (separator, width) if separator else (None, _most([len(_split(line)) for line in lines])[0])


def _rows_of_text(text: Decoded) -> Rows:
    """Find what separates cells and what are comments, by the first `SAMPLE` of other lines."""
    lines: list[str] = []
    characters = said = 0
    for line in text.lines():  # blank ones and comments at the top say nothing of the rows
        lines.append(line)
        characters += len(line)
        said += line.lstrip()[:1] not in _SAYING_NOTHING
        if said >= SAMPLE or characters > _SAMPLE_CHARACTERS:
            break
    marked = [line for line in lines if line.lstrip()[:1] in tuple(_COMMENTS)]
    others = [line for line in lines if line.strip() and line.lstrip()[:1] not in tuple(_COMMENTS)]
    separator, width = _separated(others or marked)
    rows = Rows(text.path, text.encoding, None, width, [], separator, text=text)
    rows.marks = _COMMENTS
    later = (cell for line in lines for cell in _cells(line.lstrip(), separator)[1:])
    rows.spaced = any(cell[:1] in tuple(_COMMENTS) for cell in later) if marked else False
    for number, line in enumerate(lines, 1):
        if line.strip() and not rows._is_comment(line):
            break
        rows.top = number
    for number in range(rows.top, 0, -1):  # the last comment at the top may name the columns
        comment = lines[number - 1].lstrip()
        if comment:
            names = _cells(comment[1:].lstrip(), separator)
            if len(names) == width and sum(map(is_known, map(clean, names))) > 1:
                rows.named = number
            break
    return rows


def _rows_of_sheet(path: Path, sheet: Sheet) -> Rows:
    notes = []
    if sheet.others:
        others = ", ".join(sheet.others)
        notes.append(
            Text(
                f"of the workbook the sheet {sheet.name} is read; its other sheets are {others}",
                f"工作簿中读取的是工作表 {sheet.name}；其他工作表有 {others}",
            )
        )
    width = max(map(len, islice(filter(any, sheet.rows), SAMPLE)), default=0)
    return Rows(path, None, sheet.name, width, notes, cells=sheet.rows)


def read_rows(path: Path, sheet: str | None = None) -> Rows:
    """Read a file in rows: a text of any usual encoding and separator (plain or gzipped), or a workbook.

    Args:
        path: the file.
        sheet: of a workbook, which sheet; None: the first one.

    Raises:
        InputError: unreadable, too large, no text, no such sheet, or of a kind that holds no rows.
    """
    raw = b"".join(read_chunks(path))
    if is_workbook(raw):
        return _rows_of_sheet(path, read_sheet(path, raw, sheet))
    if sheet is not None:
        raise InputError(
            f"{path}: is no workbook and has no sheets, so no sheet {sheet!r}",
            f"{path}: 不是工作簿，没有工作表，更没有 {sheet!r}",
        )
    text = decoded(path, raw)
    start = next((line for line in text.lines() if line.strip()), "").lstrip()
    if start.startswith("<"):
        raise InputError(
            f"{path}: holds markup (HTML or XML), not rows; open it in a spreadsheet, save it as xlsx or CSV",
            f"{path}: 内容是标记语言（HTML 或 XML），不是表格的行；请用电子表格打开后另存为 xlsx 或 CSV",
        )
    return _rows_of_text(text)
