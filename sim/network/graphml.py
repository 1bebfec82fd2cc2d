"""GraphML, as its primer describes it and as yEd, Gephi, igraph, JUNG and networkx write it.

Source: GraphML primer, http://graphml.graphdrawing.org/primer/graphml-primer.html.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.network.edge_runs import EdgeForm
from sim.network.graph_xml import XmlGraph
from sim.network.recorded import edge_mark, node_mark
from sim.text import Text


class GraphML(XmlGraph):
    """Reads GraphML; see `XmlGraph`."""

    root = "graphml"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.opened = {
            "key": self._key,
            "default": self._default,
            "graph": self._graph,
            "node": self._node,
            "edge": self._edge,
            "data": self._data,
            "port": self._refuse_port,
            "hyperedge": self._refuse_hyperedge,
            "y:NodeLabel": self._drawn_label,  # of yEd
        }
        self.closed = {
            "default": self._default_end,
            "graph": self._graph_end,
            "node": self._node_end,
            "edge": self._edge_end,
            "data": self._data_end,
            "y:NodeLabel": self._drawn_label_end,
        }
        self._names: dict[str, dict[str, str | None]] = {"node": {}, "edge": {}}
        self._defaults: dict[str, str] = {}
        self._default_of: str | None = None
        self._directed: list[bool] = []
        self._nodes: list[int] = []
        self._ends: tuple[str, str, int, bool] | None = None
        self._found: dict[str, Any] = {}
        self._taking: str | None = None
        self._keys: tuple[str, ...] = ()
        self._data_keys: list[str] = []
        self._edge_begins = 0

    def _key(self, attributes: dict[str, str]) -> None:
        id = self.attribute(attributes, "id")
        name = attributes.get("attr.name", id)
        whose = attributes.get("for", "all")
        self._default_of = None
        if whose in ("node", "all"):
            self._names["node"][id] = node_mark(name)
        if whose in ("edge", "all"):
            self._names["edge"][id] = self._default_of = edge_mark(name)

    def _default(self, attributes: dict[str, str]) -> None:
        if self._default_of is not None and not self._directed:
            self.take_text()

    def _default_end(self) -> None:
        text = self.taken()
        if text and self._default_of is not None:
            self._defaults[self._default_of] = text
        self._default_of = None

    def _graph(self, attributes: dict[str, str]) -> None:
        directed = attributes.get("edgedefault", "").strip().casefold() == "directed"
        if not self._directed:
            self.a_graph()
            self.recorded.says_undirected = "edgedefault" in attributes and not directed
        else:
            nested = Text(
                "nodes and edges of graphs within nodes are read with the others",
                "节点内嵌套的图，其节点和边与其他的一并读取",
            )
            if nested not in self.recorded.notes:
                self.recorded.notes.append(nested)
        self._directed.append(directed)

    def _graph_end(self) -> None:
        self._directed.pop()

    def _node(self, attributes: dict[str, str]) -> None:
        self._nodes.append(self.recorded.node(self.attribute(attributes, "id"), self.line))

    def _node_end(self) -> None:
        self._nodes.pop()

    def _edge(self, attributes: dict[str, str]) -> None:
        try:
            source, target = attributes["source"], attributes["target"]
        except KeyError as error:
            raise self.wrong(f"an edge has no {error.args[0]}", f"边没有 {error.args[0]}") from error
        arc = self._directed[-1] if self._directed else False
        if "directed" in attributes:
            arc = attributes["directed"].strip().casefold() in ("true", "1")
        self._ends = (source, target, self.line, arc)
        self._found = {}
        self._keys, self._data_keys, self._edge_begins = tuple(attributes), [], self.elements

    def _edge_end(self) -> None:
        if self._ends is not None:
            a, b, line, arc = self._ends
            found = self._defaults | self._found if self._defaults else self._found
            self.recorded.edge(a, b, line, arc, found)
            self._ends = None
            self.form = self._form()

    def _form(self) -> EdgeForm | None:
        """How the edge that ends is written, if it has one mark at most and no default."""
        data = tuple(self._data_keys)
        if self.elements - self._edge_begins != len(data) or len(set(data)) < len(data):
            return None
        if self._defaults or len(self._found) > 1 or "directed" in self._keys:
            return None
        return EdgeForm(self._keys, data)

    def between_edges(self) -> bool:
        """Whether an edge may begin here, and nothing else is on its way."""
        return self._ends is None and self._taking is None and not self._nodes and bool(self._directed)

    def take_run(self, form: EdgeForm, columns: list[tuple[str, ...]], lines: list[int]) -> None:
        """Take edges that are written as `form` says."""
        ones, others = (list(columns[form.attributes.index(end)]) for end in ("source", "target"))
        mark: str | None = None
        written: Sequence[Any] = lines
        for key, column in zip(form.data, columns[len(form.attributes) :], strict=True):
            name = self._edge_name(key)
            if name is not None:
                mark, written = name, list(map(str.strip, column))
        self.recorded.edges(ones, others, lines, self._directed[-1], mark, written)

    def _edge_name(self, key: str) -> str | None:
        names = self._names["edge"]
        return names[key] if key in names else edge_mark(key)

    def _data(self, attributes: dict[str, str]) -> None:
        key = attributes.get("key", "")
        if self._ends is not None:
            self._taking = self._edge_name(key)
            if len(attributes) == 1:
                self._data_keys.append(key)
        elif self._nodes:
            names = self._names["node"]
            self._taking = names[key] if key in names else node_mark(key)
        if self._taking is not None:
            self.take_text()

    def _data_end(self) -> None:
        if self._taking is None:
            return
        text = self.taken()
        if self._ends is not None:
            self._found[self._taking] = text
        elif self._nodes:
            self.recorded.mark(self._nodes[-1], self._taking, text)
        self._taking = None

    def _drawn_label(self, attributes: dict[str, str]) -> None:
        if self._nodes and self._ends is None and self._taking is None:
            self.take_text()

    def _drawn_label_end(self) -> None:
        if self._nodes and self._taking is None:
            self.recorded.mark(self._nodes[-1], "label", self.taken())

    def _refuse_port(self, attributes: dict[str, str]) -> None:
        raise self.wrong(
            "has a port, which is not read: save the graph without ports",
            "含有端口（port），不支持：请去掉端口",
        )

    def _refuse_hyperedge(self, attributes: dict[str, str]) -> None:
        raise self.wrong(
            "has a hyperedge, which is not read: save it as edges between two nodes each",
            "含有超边（hyperedge），不支持：请存为两两之间的边",
        )
