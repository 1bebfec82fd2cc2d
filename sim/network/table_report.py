"""What is to be said of the tables that a graph came from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sim.network.report import LeftOut, LoadReport
from sim.tables.table import Table
from sim.text import Text


def tables_report(
    tables: Sequence[Table], report: LoadReport, used: Sequence[tuple[str, int]], notes: Iterable[Text] = ()
) -> LoadReport:
    """A report of counts, with files, encoding, columns and what was left out of tables that count as one.

    Args:
        tables: the tables, read to their ends.
        report: the counts.
        used: fields and their columns, in the first table.
        notes: what else a user should know.
    """
    first = tables[0]
    left_out: Counter[Text] = Counter()
    said: dict[Text, None] = {}
    for table in tables:
        left_out.update(table.left_out)
        said.update(dict.fromkeys(table.notes))
        if count := table.rows.comments:
            said[
                Text(
                    f"{count:,} lines that begin with # or % are taken for comments",
                    f"{count:,} 行以 # 或 % 开头，当作注释",
                )
            ] = None
    said.update(dict.fromkeys(notes))
    taken = {column for _, column in used}
    names = first.names
    told = names is not None or first.width > len(taken & {0, 1})  # of two columns it goes without saying
    unused = [i for i in range(first.width) if i not in taken and (names is None or names[i])]
    return replace(
        report,
        files=tuple(table.path.name for table in tables),
        encoding=first.rows.encoding,
        sheet=first.rows.sheet,
        header_line=first.header_line,
        columns=tuple((field, first.named(column)) for field, column in used) if told else (),
        columns_unused=tuple(map(first.named, unused)),
        left_out=tuple(LeftOut(why, rows) for why, rows in left_out.items()),
        notes=tuple(said),
    )
