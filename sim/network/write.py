"""Writing a social graph for other programs."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.network.csr import row_numbers
from sim.network.graph import SocialGraph
from sim.network.markup import write_markup


def write_graph(graph: SocialGraph, path: Path, upline: NDArray[np.integer] | None = None) -> None:
    """Write a graph; the suffix decides: .graphml, .gexf (all layers), .csv, .tsv or .txt (friends and ties).

    GraphML and GEXF load to the same graph again; an edge list keeps friendships and ties alone.

    Raises:
        InputError: another suffix, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    try:
        if suffix in (".graphml", ".gexf"):
            write_markup(graph, path, suffix[1:], upline)
        elif suffix in (".csv", ".tsv", ".txt"):
            _write_edges(graph, path, "," if suffix == ".csv" else "\t")
        else:
            raise InputError(f"{path}: a graph is written as .graphml, .gexf, .csv, .tsv or .txt")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error


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
