"""Loading a social graph from a file, whatever its format."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.network.edge_list import load_edge_list
from sim.network.graph import SocialGraph
from sim.network.graph_file import is_graph_file, map_graph
from sim.network.orders import load_groups, load_orders, names_orders
from sim.network.reading import FORMATS, GraphFormat, Reading
from sim.network.report import LoadReport


def _guessed(path: Path) -> GraphFormat:
    if is_graph_file(path):
        return "shapan"
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    last = suffixes[-1] if suffixes else ""
    if last in (".graphml", ".gexf"):
        return "graphml" if last == ".graphml" else "gexf"
    # what is no regular file, such as a pipe, can be read only once
    return "orders" if path.is_file() and names_orders(path) else "edges"


def read_graph(
    paths: Path | Sequence[Path], reading: Reading | None = None, **said: Any
) -> tuple[SocialGraph, LoadReport]:
    """Load a graph and say what was found.

    Args:
        paths: one file, or several tables of groups or orders that count as one.
        reading: how they are to be read.
        said: fields of `Reading` by name, in place of those (`read_graph(path, directed=True)`).

    The formats are "edges" (`load_edge_list`), "groups" (`load_groups`), "orders" (`load_orders`),
    "graphml" or "gexf" (`load_markup`), or "shapan" (`map_graph`). By default Shapan's own files are
    known by how they are named or begin, and the two markup formats by their suffix; any other file is a
    table of orders if its first line names the columns of one, else an edge list. Groups of two look just
    like weighted edges, so they must be named.

    Raises:
        InputError: the file cannot be read as that format.
    """
    reading = replace(reading or Reading(), **said)
    format, directed = reading.format, bool(reading.directed)
    files = [paths] if isinstance(paths, Path) else list(paths)
    if not files:
        raise InputError("graph: no file was given", "graph：没有给出文件")
    if format is not None and format not in FORMATS:
        raise InputError(
            f"graph format must be one of {', '.join(FORMATS)}, got {format!r}",
            f"图的格式应为 {', '.join(FORMATS)} 之一，实际为 {format!r}",
        )
    form = format or _guessed(files[0])
    if form == "groups":
        return load_groups(files)
    if form == "orders":
        return load_orders(files)
    if len(files) > 1:
        raise InputError(
            f"several files make one graph only as groups or orders, not as {form}: {files[1]}",
            f"多个文件只有按 groups 或 orders 读取才能合成一张图，不能按 {form}：{files[1]}",
        )
    if directed and form != "edges":
        raise InputError(
            f"directed applies to edge lists only, not to {form}", f"directed 只适用于边列表，不适用于 {form}"
        )
    if form == "shapan":
        return map_graph(files[0])
    if form == "edges":
        return load_edge_list(files[0], directed=directed)
    from sim.network.markup import load_markup  # networkx takes a moment to import, and few files need it

    return load_markup(files[0], form)


def load_graph(paths: Path | Sequence[Path], reading: Reading | None = None, **said: Any) -> SocialGraph:
    """Load a graph; as `read_graph`, without the report."""
    return read_graph(paths, reading, **said)[0]
