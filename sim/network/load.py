"""Loading a social graph from a file, whatever its format."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.network.edge_columns import said_columns
from sim.network.edge_list import load_edge_list
from sim.network.graph import SocialGraph
from sim.network.graph_file import is_graph_file, map_graph
from sim.network.groups import load_groups
from sim.network.invites import load_invites
from sim.network.kinds import kind_of
from sim.network.matrix import load_matrix
from sim.network.node_edge import RECORDED, load_recorded
from sim.network.orders import WAYS, load_orders, way_named
from sim.network.reading import FORMATS, Reading
from sim.network.report import LoadReport
from sim.network.sniff import graph_format
from sim.tables.table import Table, read_table

Loaded = tuple[SocialGraph, LoadReport]

_ONE_TABLE: Mapping[str, Callable[[Table, Reading], Loaded]] = {
    "edges": load_edge_list,
    "matrix": load_matrix,
}
_TABLES: Mapping[str, Callable[[Sequence[Table], Reading], Loaded]] = {
    "orders": load_orders,
    "invites": load_invites,
}
_SEVERAL = ("groups", *_TABLES)
_DIRECTED = (*_ONE_TABLE, *RECORDED)
_FIELDS: Mapping[str, Sequence[str]] = {
    "edges": ("source", "target", "weight", "edge_type"),
    "orders": ("customer", *WAYS),
    "invites": ("customer", "inviter"),
}
"""Format -> the columns that a user may name in it."""


def read_graph(
    paths: Path | Sequence[Path], reading: Reading | None = None, **said: Any
) -> tuple[SocialGraph, LoadReport]:
    """Load a graph and say what was found.

    Args:
        paths: one file, or several tables of groups, orders or members that count as one.
        reading: how they are to be read.
        said: fields of `Reading` by name, in place of those (`read_graph(path, directed=True)`).

    The formats are "edges" (`load_edge_list`), "matrix" (`load_matrix`), "groups" (`load_groups`), "orders"
    (`load_orders`), "invites" (`load_invites`), "graphml", "gexf", "gml", "pajek", "json", "mtx" or
    "dimacs" (`load_recorded`), or "shapan" (`map_graph`). By default files are known by how they begin or
    are named; any other file is a table, whose kind shows in its columns (`kind_of`). Groups of two look just
    like weighted edges, so they must be named.

    Raises:
        InputError: the file cannot be read as that format.
    """
    reading = replace(reading or Reading(), **said)
    files = [paths] if isinstance(paths, Path) else list(paths)
    if not files:
        raise InputError("graph: no file was given", "graph：没有给出文件")
    if reading.format is not None and reading.format not in FORMATS:
        raise InputError(
            f"graph format must be one of {', '.join(FORMATS)}, got {reading.format!r}",
            f"图的格式应为 {', '.join(FORMATS)} 之一，实际为 {reading.format!r}",
        )
    form = reading.format or ("shapan" if is_graph_file(files[0]) else graph_format(files[0]))
    tables: list[Table] = []
    if form is None or form in _ONE_TABLE or form in _TABLES:
        tables = [read_table(files[0], reading.columns, reading.sheet)]
        form = form or kind_of(tables[0], reading)
    if len(files) > 1 and form not in _SEVERAL:
        several = ", ".join(_SEVERAL)
        raise InputError(
            f"several files make one graph only as {several}, not as {form}: {files[1]}",
            f"多个文件只有按 {several} 读取才能合成一张图，不能按 {form}：{files[1]}",
        )
    _check_applies(files[0], reading, form, tables[0] if tables else None)
    if form in _ONE_TABLE:
        return _ONE_TABLE[form](tables[0], reading)
    if form in _TABLES:
        tables += [read_table(path, reading.columns, reading.sheet) for path in files[1:]]
        return _TABLES[form](tables, reading)
    if form == "groups":
        return load_groups(files)
    if form == "shapan":
        return map_graph(files[0])
    return load_recorded(files[0], reading, form)


def _check_applies(path: Path, reading: Reading, form: str, table: Table | None) -> None:
    """Refuse what a user says of files of another format: it would be passed over in silence.

    Raises:
        InputError: it does not apply to this one.
    """
    fields: Iterable[str] = reading.columns
    if table is not None and reading.columns:
        fields = said_columns(table, reading.columns)
    said: list[tuple[str, list[str]]] = [
        (f"columns: {field}", [one for one, known in _FIELDS.items() if field in known]) for field in fields
    ]
    if reading.directed or (reading.directed is False and form == "shapan"):
        said.append(("directed" if reading.directed else "undirected", [*_DIRECTED]))
    if reading.link_by is not None:
        said.append(("link by", [*_TABLES] if way_named(reading.link_by) == "inviter" else ["orders"]))
    if reading.sheet is not None:
        said.append(("sheet", [*_ONE_TABLE, *_TABLES]))
    for name, forms in said:
        if form not in forms:
            raise InputError(
                f"{path}: {name} applies to {', '.join(forms) or 'tables'} only, not to {form}",
                f"{path}: {name} 只适用于 {'、'.join(forms) or '表格'}，不适用于 {form}",
            )


def load_graph(paths: Path | Sequence[Path], reading: Reading | None = None, **said: Any) -> SocialGraph:
    """Load a graph; as `read_graph`, without the report."""
    return read_graph(paths, reading, **said)[0]
