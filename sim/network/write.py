"""Writing a social graph to a file, for Shapan or for other programs."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, cannot_write
from sim.network.csr import row_numbers
from sim.network.graph import SocialGraph
from sim.network.graph_file import SUFFIX, save_graph

SUFFIXES = (SUFFIX, ".graphml", ".gexf", ".csv", ".tsv", ".txt")


def check_suffix(path: Path) -> None:
    """Refuse a name that does not say how to write the graph.

    Raises:
        InputError: another suffix than `SUFFIXES`.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"{path}: a graph is written as {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}",
            f"{path}: 图只能写为 {', '.join(SUFFIXES[:-1])} 或 {SUFFIXES[-1]}",
        )


def write_graph(graph: SocialGraph, path: Path, upline: NDArray[np.integer] | None = None) -> None:
    """Write a graph; the suffix decides: one of `SUFFIXES`.

    Shapan's own files, GraphML and GEXF load to the same graph again; an edge list (the others) keeps
    friendships and ties alone. Uplines are written to GraphML and GEXF.

    Raises:
        InputError: another suffix, or the file cannot be written.
    """
    check_suffix(path)
    suffix = path.suffix.lower()
    try:
        if suffix == SUFFIX:
            save_graph(graph, path)
        elif suffix in (".graphml", ".gexf"):
            from sim.network.markup import write_markup  # see `sim.network.load`

            write_markup(graph, path, suffix[1:], upline)
        else:
            _write_edges(graph, path, "," if suffix == ".csv" else "\t")
    except OSError as error:
        raise cannot_write(path, error) from error


def _write_edges(graph: SocialGraph, path: Path, mark: str) -> None:
    names = [graph.label(i) for i in range(graph.n)]
    rows = zip(
        row_numbers(graph.friend_start).tolist(),
        graph.friend_target.tolist(),
        graph.friend_tie.tolist(),
        strict=True,
    )
    with path.open("w", encoding="utf-8") as out:
        out.write(mark.join(("source", "target", "weight")) + "\n")
        out.writelines(f"{names[i]}{mark}{names[j]}{mark}{tie!r}\n" for i, j, tie in rows if i < j)
