"""Excel workbooks (xlsx, and xls as it was before), one sheet of them as rows of text."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import python_calamine as calamine
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.errors import InputError, unknown_name
from sim.tables.source import check_ratio
from sim.text import Text

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNPACKED_BYTES_MAX = 1_500_000_000  # assumption: a million rows of 20 columns need about 1 GB of XML
_CELLS_MAX = 30_000_000  # assumption: from the first to the last cell; the reader keeps them all in memory
_CHUNK_BYTES = 1 << 20
_R, _EQUALS, _QUOTE, _APOSTROPHE, _A, _Z, _ZERO, _NINE = b"r=\"'AZ09"
_CAPITAL = 0xDF  # of a letter, whichever it is
_LETTERS_MAX, _DIGITS_MAX = 4, 8  # of a place: a sheet has no more columns and rows
_PLACE_BYTES = 32  # no place of a cell is longer
# source: [MS-OFFCRYPTO] 2.3.4.4, the stream of an encrypted package; [MS-XLS] 2.1.7.20.3, a workbook's first
# records: BOF of its globals, maybe WriteProtect, and FilePass, which says that the rest is encrypted.
_PASSWORD = re.compile(
    re.escape("EncryptedPackage".encode("utf-16-le"))
    + rb"\0{32}|\x09\x08(?:\x10\0\0\x06\x05\0.{12}|\x08\0\0\x05\x05\0.{4})(?:\x86\0\0\0)?\x2f\0",
    re.DOTALL,
)
_ENCRYPTED_PART = 1  # source: PKWARE, APPNOTE 4.4.4, general purpose bit 0
_WHOLE_MAX = 2**53  # a double is exact up to it


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows from the first row of the sheet on, and the names of the other sheets."""

    name: str
    rows: list[list[str]]
    others: tuple[str, ...]


def is_workbook(raw: bytes) -> bool:
    """Whether the bytes of a file begin as those of a workbook do."""
    return raw.startswith((_ZIP, _OLE))


def _unreadable(path: Path, why: str) -> InputError:
    return InputError(
        f"{path}: is not an Excel workbook that can be read ({why}); save it again as xlsx or as CSV UTF-8",
        f"{path}: 不是可读取的 Excel 工作簿（{why}）；请重新另存为 xlsx 或 CSV UTF-8",
    )


def _has_password(path: Path) -> InputError:
    return InputError(
        f"{path}: is protected by a password; open it, take the password away and save it again",
        f"{path}: 有密码保护；请打开后取消密码并重新保存",
    )


@compiled
def _reach(text: NDArray[np.uint8], rows: int, columns: int) -> tuple[int, int]:
    """The largest row and column among those known and the places of cells in a text, such as r="AB12"."""
    for i in range(text.size - 3):
        if text[i] != _R or text[i + 1] != _EQUALS or (text[i + 2] != _QUOTE and text[i + 2] != _APOSTROPHE):
            continue
        at, column, row = i + 3, 0, 0
        while at < text.size and at < i + 3 + _LETTERS_MAX and _A <= text[at] & _CAPITAL <= _Z:
            column = column * 26 + (text[at] & _CAPITAL) - _A + 1
            at += 1
        first = at
        while at < text.size and at < first + _DIGITS_MAX and _ZERO <= text[at] <= _NINE:
            row = row * 10 + text[at] - _ZERO
            at += 1
        if first > i + 3 and at > first and at < text.size and text[at] == text[i + 2]:
            rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def _check_sizes(path: Path, raw: bytes) -> None:
    """Refuse a package that unpacks to more than a table, or whose cells lie far apart."""
    total, rows, columns = 0, 0, 0
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        if "xl/workbook.xml" not in package.namelist():
            raise InputError(
                f"{path}: is a zip file, but no Excel workbook (xlsx); unpack it and name a file in it",
                f"{path}: 是 zip 文件，但不是 Excel 工作簿（xlsx）；请解压后指明其中的文件",
            )
        for part in package.infolist():
            if part.flag_bits & _ENCRYPTED_PART:
                raise _has_password(path)
            sheet, rest = part.filename.startswith("xl/worksheets/"), b""
            with package.open(part) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    total += len(chunk)
                    check_ratio(path, total, len(raw))
                    if total > _UNPACKED_BYTES_MAX:
                        raise InputError(
                            f"{path}: unpacks to more than {_UNPACKED_BYTES_MAX:,} bytes; save it as CSV",
                            f"{path}: 解压后超过 {_UNPACKED_BYTES_MAX:,} 字节；请另存为 CSV",
                        )
                    if sheet:
                        rows, columns = _reach(np.frombuffer(rest + chunk, dtype=np.uint8), rows, columns)
                    rest = chunk[-_PLACE_BYTES:]
    if rows * columns > _CELLS_MAX:
        raise InputError(
            f"{path}: a sheet reaches to row {rows:,} and column {columns:,}, more than "
            f"{_CELLS_MAX:,} cells; delete what stands far from the table, or save it as CSV",
            f"{path}: 工作表延伸到第 {rows:,} 行、第 {columns:,} 列，超过 {_CELLS_MAX:,} 个单元格；"
            "请删除远离表格的内容，或另存为 CSV",
        )


def _text(cell: object) -> str:
    """A cell as text; a number that a double cannot hold exactly stays recognisable as rounded."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        if float(cell).is_integer():
            return str(int(cell)) if abs(cell) <= _WHOLE_MAX else f"{float(cell):.14E}"
        return repr(float(cell))
    return str(cell)


def _fill_down(sheet: calamine.CalamineSheet, rows: list[list[str]]) -> None:
    """Give every row of a merged cell what stands in its first row."""
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = rows[top][left]


def read_sheet(path: Path, raw: bytes, wanted: str | None = None) -> Sheet:
    """Read one sheet of a workbook, the first one unless another is wanted.

    Raises:
        InputError: no workbook, a password, too large, or no such sheet.
    """
    try:
        if raw.startswith(_ZIP):
            _check_sizes(path, raw)
        elif _PASSWORD.search(raw):
            raise _has_password(path)
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        names = book.sheet_names
        if wanted is not None and wanted not in names:
            error = unknown_name(Text("sheet", "工作表"), wanted, names)
            raise InputError(f"{path}: {error.text.en}", f"{path}：{error.text.zh}")
        if not names:
            raise _unreadable(path, "no sheet")
        name = names[0] if wanted is None else wanted
        sheet = book.get_sheet_by_name(name)
        rows = [
            [cell if type(cell) is str else _text(cell) for cell in row]
            for row in sheet.to_python(skip_empty_area=False)
        ]
        _fill_down(sheet, rows)
    except calamine.PasswordError as error:
        raise _has_password(path) from error
    except (calamine.CalamineError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _unreadable(path, str(error) or type(error).__name__) from error
    except (RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of compiled code that met what it did not foresee
            raise
        raise _unreadable(path, "damaged") from error
    return Sheet(name, rows, tuple(other for other in names if other != name))
