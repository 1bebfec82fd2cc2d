"""Writing GraphML and GEXF, through networkx; `sim.network.graphml` and `sim.network.gexf` read them."""

from pathlib import Path

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.network.graph import SocialGraph
from sim.network.networkx_graph import one_way_networkx


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
