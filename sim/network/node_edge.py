"""Loading the files that list nodes and edges: GraphML, GEXF, GML, Pajek, JSON, Matrix Market and DIMACS."""

from collections.abc import Callable, Mapping
from pathlib import Path

from sim.network.assemble import assemble
from sim.network.dimacs import read_dimacs
from sim.network.gexf import GEXF
from sim.network.gml import read_gml
from sim.network.graph import SocialGraph
from sim.network.graphml import GraphML
from sim.network.matrix_market import read_matrix_market
from sim.network.node_link import read_node_link
from sim.network.pajek import read_pajek
from sim.network.reading import Reading
from sim.network.recorded import Recorded
from sim.network.report import LoadReport

RECORDED: Mapping[str, Callable[[Path], Recorded]] = {
    "graphml": lambda path: GraphML(path).read(),
    "gexf": lambda path: GEXF(path).read(),
    "gml": read_gml,
    "pajek": read_pajek,
    "json": read_node_link,
    "mtx": read_matrix_market,
    "dimacs": read_dimacs,
}
"""Format -> what reads it."""


def load_recorded(path: Path, reading: Reading, form: str) -> tuple[SocialGraph, LoadReport]:
    """Read a file, plain or gzipped, of one of the formats `RECORDED`; `assemble` says what becomes of it.

    Raises:
        InputError: unreadable, not such a file, or as `assemble` says.
    """
    return assemble(RECORDED[form](path), reading, form)
