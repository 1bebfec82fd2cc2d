"""GraphML and GEXF, through networkx: own files load to the same graph, those of others load too."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.network.edge_list import EDGES_MAX
from sim.network.graph import SocialGraph
from sim.network.networkx_graph import one_way_networkx, read_networkx
from sim.network.report import LoadReport
from sim.tables.source import read_chunks


def write_markup(
    graph: SocialGraph, path: Path, form: str, upline: NDArray[np.integer] | None = None
) -> None:
    """Write GraphML or GEXF, each undirected pair once; `chats` as a text such as "3:0 17:1" (chat:kind)."""
    made = one_way_networkx(graph, upline)
    for _, attributes in made.nodes(data=True):
        attributes["chats"] = " ".join(f"{chat}:{kind}" for chat, kind in attributes["chats"])
    if form == "graphml":
        nx.write_graphml(made, path, prettyprint=False)
    else:
        nx.write_gexf(made, path, prettyprint=False)


def _parsed(path: Path, form: str) -> "nx.Graph[Any]":
    data = b"".join(read_chunks(path))
    if b"<!ENTITY" in data:
        raise InputError(
            f"{path}: defines XML entities, which a graph does not need",
            f"{path}: 定义了 XML 实体，图文件不需要它",
        )
    readers: Mapping[str, Callable[[io.BytesIO], Any]] = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}
    try:
        made: nx.Graph[Any] = readers[form](io.BytesIO(data))
    except ParseError as error:
        raise InputError(
            f"{path}:{error.position[0]}: is not XML ({error})",
            f"{path}:{error.position[0]}: 不是 XML（{error}）",
        ) from error
    except (nx.NetworkXException, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise InputError(
            f"{path}: is not {form} that networkx can read ({error})",
            f"{path}: 不是 networkx 能读的 {form}（{error}）",
        ) from error
    if made.number_of_edges() > EDGES_MAX:
        raise InputError(f"{path}: more than {EDGES_MAX:,} edges", f"{path}: 边超过 {EDGES_MAX:,} 条")
    return made


def load_markup(path: Path, form: str) -> tuple[SocialGraph, LoadReport]:
    """Read GraphML or GEXF (plain or gzipped), as `from_networkx` understands it.

    Raises:
        InputError: unreadable, not such a file, or fewer than two members.
    """
    made = _parsed(path, form)
    graph, duplicates = read_networkx(made, str(path))
    report = LoadReport(
        files=(path.name,),
        format=form,
        records=made.number_of_edges(),
        self_loops=nx.number_of_selfloops(made),
        duplicates=duplicates,
        members=graph.n,
        links=graph.links,
    )
    return graph, report
