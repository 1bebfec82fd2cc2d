"""Ids that a spreadsheet has rounded: different members or orders would count as one."""

import re
from collections.abc import Iterable

from sim.errors import InputError
from sim.tables.rows import clean
from sim.tables.source import where
from sim.tables.table import Table

_ROUNDED = re.compile(r"[1-9](\.\d+)?[eE]\+\d{2,3}")  # as spreadsheets show long numbers
_KEPT_DIGITS = 15  # source: Microsoft, "Excel specifications and limits": number precision 15 digits
_SEVERAL = 3  # assumption: so many long numbers that all end in 0 are no accident


def check_exact(table: Table, columns: Iterable[int], ids: Iterable[str]) -> None:
    """Refuse ids that were rounded.

    Args:
        table: where they come from.
        columns: where in it they stand.
        ids: those that turned up in these columns.

    Raises:
        InputError: the first one that was rounded, by its line and column.
    """
    long = []
    wrong = False
    workbook = table.rows.text is None
    for name in ids:
        if "+" in name:
            wrong = wrong or _ROUNDED.fullmatch(name) is not None
        if workbook and len(name) > _KEPT_DIGITS and name.isdecimal():
            long.append(name)
    rounded = set(long) if len(long) >= _SEVERAL and all(one[-1] == "0" for one in long) else set()
    if not wrong and not rounded:
        return
    for line, cells in table.records():
        for column in columns:
            cell = clean(cells[column])
            if cell in rounded or _ROUNDED.fullmatch(cell):
                at, name = where(table.path, line), table.named(column)
                raise InputError(
                    f"{at}: column {name}: the number was rounded by a spreadsheet, so different ids may "
                    "have become one; export the table again and keep this column as text",
                    f"{at}: {name} 列：数字被电子表格四舍五入，不同的 id 可能已变成同一个；"
                    "请重新导出，并把该列保存为文本",
                )
