"""GEXF of versions 1.0 to 1.3, whatever their namespaces, as Gephi and others write it.

Source: GEXF 1.3 schema and primer, https://gexf.net. An edge without a weight has the weight 1, one without a
type is of the graph's `defaultedgetype`, which is undirected where it is not given.
"""

from pathlib import Path
from typing import Any

from sim.network.edge_runs import EdgeForm
from sim.network.graph_xml import XmlGraph
from sim.network.recorded import edge_mark, masked, node_mark
from sim.text import Text

_TYPES = {"directed": True, "undirected": False, "mutual": False}
_TIMES = frozenset(("start", "end", "startopen", "endopen", "timestamp", "timestamps", "intervals"))


class GEXF(XmlGraph):
    """Reads GEXF; see `XmlGraph`."""

    root = "gexf"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.recorded.default_weight = True
        self.opened = {
            "graph": self._graph,
            "attributes": self._attributes,
            "attribute": self._attribute,
            "default": self._default,
            "node": self._node,
            "edge": self._edge,
            "attvalue": self._attvalue,
            "spell": self._time,
            "slice": self._time,
        }
        self.closed = {"node": self._node_end, "edge": self._edge_end, "default": self._default_end}
        self._arcs = False
        self._class = ""
        self._names: dict[str, dict[str, str | None]] = {"node": {}, "edge": {}}
        self._defaults: dict[str, str] = {}
        self._default_of: str | None = None
        self._nodes: list[int] = []
        self._ends: tuple[str, str, int, bool] | None = None
        self._found: dict[str, Any] = {}
        self._has_times = False
        self._keys: tuple[str, ...] = ()
        self._type: str | None = None
        self._edge_begins = 0
        self._run_arcs = False

    def _arc(self, word: str) -> bool:
        kind = _TYPES.get(word.strip().casefold())
        if kind is None:
            raise self.wrong(
                f"the type of an edge must be one of {', '.join(_TYPES)}, got {masked(word)}",
                f"边的类型应为 {', '.join(_TYPES)} 之一，实际为 {masked(word)}",
            )
        return kind

    def _graph(self, attributes: dict[str, str]) -> None:
        self.a_graph()
        word = attributes.get("defaultedgetype")
        self._arcs = self._arc(word) if word else False
        self.recorded.says_undirected = bool(word) and not self._arcs
        if attributes.get("mode") == "dynamic":
            self._time(attributes)

    def _attributes(self, attributes: dict[str, str]) -> None:
        self._class = attributes.get("class", "node")

    def _attribute(self, attributes: dict[str, str]) -> None:
        id = self.attribute(attributes, "id")
        name = attributes.get("title", id)
        self._default_of = None
        if self._class == "edge":
            self._names["edge"][id] = self._default_of = edge_mark(name)
        else:
            self._names["node"][id] = node_mark(name)

    def _default(self, attributes: dict[str, str]) -> None:
        if self._default_of is not None:
            self.take_text()

    def _default_end(self) -> None:
        text = self.taken()
        if text and self._default_of is not None:
            self._defaults[self._default_of] = text

    def _node(self, attributes: dict[str, str]) -> None:
        if len(self._nodes) == 1:
            nested = Text("nodes within nodes are read as the others", "节点内嵌套的节点与其他节点一样读取")
            if nested not in self.recorded.notes:
                self.recorded.notes.append(nested)
        node = self.recorded.node(self.attribute(attributes, "id"), self.line)
        self.recorded.mark(node, "label", attributes.get("label"))
        self._nodes.append(node)

    def _node_end(self) -> None:
        self._nodes.pop()

    def _edge(self, attributes: dict[str, str]) -> None:
        try:
            source, target = attributes["source"], attributes["target"]
        except KeyError as error:
            raise self.wrong(f"an edge has no {error.args[0]}", f"边没有 {error.args[0]}") from error
        word = attributes.get("type")
        self._ends = (source, target, self.line, self._arc(word) if word else self._arcs)
        self._found = {"weight": attributes["weight"]} if "weight" in attributes else {}
        if not self._has_times and not _TIMES.isdisjoint(attributes):
            self._time(attributes)
        self._keys, self._type, self._edge_begins = tuple(attributes), word, self.elements

    def _edge_end(self) -> None:
        if self._ends is not None:
            a, b, line, arc = self._ends
            found = self._defaults | self._found if self._defaults else self._found
            self.recorded.edge(a, b, line, arc, found)
            self._ends = None
            alike = self.elements == self._edge_begins and not self._defaults
            fixed = () if self._type is None else (("type", self._type),)
            self.form = EdgeForm(self._keys, fixed=fixed) if alike else None
            self._run_arcs = arc

    def between_edges(self) -> bool:
        """Whether an edge may begin here, and nothing else is on its way."""
        return self._ends is None and not self._nodes and self.graphs > 0

    def take_run(self, form: EdgeForm, columns: list[tuple[str, ...]], lines: list[int]) -> None:
        """Take edges that are written as `form` says."""
        ones, others = (list(columns[form.attributes.index(end)]) for end in ("source", "target"))
        mark = "weight" if "weight" in form.attributes else None
        written = lines if mark is None else columns[form.attributes.index(mark)]
        self.recorded.edges(ones, others, lines, self._run_arcs, mark, written)

    def _attvalue(self, attributes: dict[str, str]) -> None:
        key = attributes.get("for", attributes.get("id", ""))  # id: before version 1.2
        value = attributes.get("value")
        if self._ends is not None:
            mark = self._names["edge"].get(key)
            if mark is not None and value is not None:
                self._found.setdefault(mark, value)
        elif self._nodes:
            mark = self._names["node"].get(key)
            if mark is not None:
                self.recorded.mark(self._nodes[-1], mark, value)

    def _time(self, attributes: dict[str, str]) -> None:
        if not self._has_times:
            self._has_times = True
            self.recorded.notes.append(
                Text(
                    "times are not used: every edge counts, whenever it was there",
                    "未使用时间：每条边不论何时存在都计入",
                )
            )
