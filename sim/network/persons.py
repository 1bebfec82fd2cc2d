"""Columns of persons in the tables of a shop."""

from collections.abc import Mapping

from sim.network.edge_columns import in_doubt
from sim.tables.columns import columns_for, is_empty
from sim.tables.table import Table
from sim.text import Text

MASK = "**"
"""What stands in names and numbers that were made unreadable."""

NO_CUSTOMER = Text("rows without a customer", "没有客户的行")
MASKED = Text("rows whose customer is masked (***)", "客户被打码（***）的行")
_TRIED_SHARE = 0.5  # assumption: with fewer usable cells another column that may be meant is taken


def _usable_share(table: Table, column: int) -> float:
    cells = [row[column] for row in table.sample if len(row) > column]
    return sum(not is_empty(cell) and MASK not in cell for cell in cells) / max(1, len(cells))


def person_column(table: Table, field: str, said: Mapping[str, int], kind: str | None = None) -> int | None:
    """The column of persons of a field: as the user says, else the first known one that is filled, unmasked.

    Raises:
        InputError: two columns have the name of the best one, and differ.
    """
    if field in said:
        return said[field]
    names = table.names or ()
    found = columns_for(field, names, kind)
    if not found:
        return None
    best = next((column for column in found if _usable_share(table, column) >= _TRIED_SHARE), found[0])
    twins = [column for column in range(len(names)) if names[column] == names[best]]
    rows = [row for row in table.sample if len(row) > max(twins)]
    if any(row[column] != row[best] for row in rows for column in twins):
        numbers = ", ".join(str(column + 1) for column in twins)
        raise in_doubt(
            table,
            Text(
                f"columns {numbers} have one name and differ; say which is meant, such as {field}={best + 1}",
                f"第 {numbers} 列同名而内容不同；请指明，如 {field}={best + 1}",
            ),
        )
    return best
