"""Which format a graph file is of, by how it begins, whatever its name."""

import re
from itertools import islice
from pathlib import Path

from sim.errors import InputError
from sim.network.graph_xml import xml_codec
from sim.network.reading import GraphFormat
from sim.tables.source import is_regular, read_chunks

_HEAD_BYTES = 100_000  # assumption: what stands before the first word that tells is shorter
_SUFFIXES: dict[str, GraphFormat] = {
    ".graphml": "graphml",
    ".gexf": "gexf",
    ".gml": "gml",
    ".paj": "pajek",
    ".json": "json",
    ".mtx": "mtx",
    ".dimacs": "dimacs",
}
_ROOT = re.compile(
    r"(?:<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->|<!(?!--)[^>]*>|\s)*<(?:[\w.\-]+:)?(\w+)", re.DOTALL
)
# Words with values may stand before the graph.
_GML = re.compile(
    r"""(?:\#[^\n]*\n|\s|(?!graph\b)[A-Za-z_]\w*[ \t]+(?:"[^"]*"|[\w.+\-]+)[ \t]*\r?\n)*graph\s*\[""",
    re.IGNORECASE,
)
_PAJEK = re.compile(r"(?:%[^\n]*\n|\s)*\*\s*(?:vertices|network)\b", re.IGNORECASE)
_PAJEK_BELOW = re.compile(r"^\s*\*vertices\s+\d", re.IGNORECASE | re.MULTILINE)
_JSON = re.compile(r"""\s*\{\s*["}]""")
_DIMACS = re.compile(r"(?:c(?:[ \t][^\n]*)?\n|\s)*p[ \t]+(?:edges?|col|sp)[ \t]+\d+[ \t]+\d+\s", re.ASCII)
_MTX = re.compile(r"%%MatrixMarket\b", re.IGNORECASE)


def _head(path: Path) -> str:
    """The first characters of a file; "" of one that cannot be read, of which whoever reads it says why."""
    try:
        head = b"".join(islice(read_chunks(path), 1))[:_HEAD_BYTES]
        codec, _ = xml_codec(head, path)
    except InputError:
        return ""
    return head.decode(codec, "replace").lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def graph_format(path: Path) -> GraphFormat | None:
    """The format that the content of a file shows, else the one of its suffix; None: some kind of table."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    named = _SUFFIXES.get(suffixes[-1]) if suffixes else None
    if not is_regular(path):
        return named
    head = _head(path)
    if _MTX.match(head):
        return "mtx"
    if _DIMACS.match(head):
        return "dimacs"
    root = _ROOT.match(head)
    if root is not None and root[1].casefold() in ("graphml", "gexf"):
        return "gexf" if root[1].casefold() == "gexf" else "graphml"
    if _GML.match(head):
        return "gml"
    if _PAJEK.match(head) or (suffixes[-1:] == [".net"] and _PAJEK_BELOW.search(head)):
        return "pajek"
    return named or ("json" if _JSON.match(head) else None)
