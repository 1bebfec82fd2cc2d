"""What a graph file records, as it is written: nodes and edges, before they are members and links."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from math import inf, nan
from pathlib import Path
from typing import Any, cast

import numpy as np

from sim.errors import InputError
from sim.network.edge_list import EDGES_MAX
from sim.tables.personal import is_personal
from sim.tables.source import shown, where
from sim.text import Text

NODES_MAX = EDGES_MAX
_ID_LENGTH_MAX = 1000
_NAMES_KEPT = 1000  # assumption: attributes of one file; they are looked up at every edge
TOGETHER = 1_000  # assumption: so many edges stay in the processor's cache
_CLAIMED_FREE = 1_000_000  # assumption: so many members may be claimed by a file that names none of them
_CLAIMED_PER_EDGE = 100  # assumption: published graphs have fewer members than this for each edge

LAYERS = ("friend", "follow", "co_purchase", "upline")
"""What the attribute `layer` of an edge may say, in files that Shapan has written."""

NO_LAYER, OTHER_LAYER = 0, len(LAYERS) + 1
_LAYER_CODES = {name: code for code, name in enumerate(LAYERS, 1)}

EDGE_MARKS = ("tie", "weight", "value", "layer")
"""The attributes of edges that are looked at. Strength is called `tie`, or else `weight`; `value` is one only
where no edge has any of these."""

NODE_MARKS = ("label", "name", "community", "chats")
"""The attributes of nodes that are looked at; all others, whatever they hold, are passed over unread."""


def masked(text: str) -> str:
    """An id or value as an error shows it: without what leads to a person."""
    return "'…'" if is_personal(text) else shown(text)


@lru_cache(_NAMES_KEPT)
def edge_mark(name: str) -> str | None:
    """Which attribute of edges a name is, however it is spelt; None: none that is looked at."""
    name = name.strip().casefold()
    return name if name in EDGE_MARKS else None


@lru_cache(_NAMES_KEPT)
def node_mark(name: str) -> str | None:
    """Which attribute of nodes a name is, however it is spelt; None: none that is looked at."""
    name = name.strip().casefold()
    return name if name in NODE_MARKS else None


def edge_marks(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What means something among the attributes of an edge."""
    found = {}
    for name, value in pairs:
        mark = edge_mark(name)
        if mark is not None:
            found[mark] = value
    return found


def _float(written: Any) -> float:
    """A number as it is written; NaN of what is none."""
    try:
        return nan if isinstance(written, bool) else float(written)
    except (TypeError, ValueError, OverflowError):
        return nan


class Recorded:
    """Nodes and edges of one file; each edge has its place, from which errors say where it stands.

    Attributes:
        what: names the file in errors.
        encoding: of its text; None where it has none.
        says_undirected: whether the file itself says that its edges have no direction.
        default_weight: whether the format says that an edge without a weight has the weight 1.
        notes: what a user should know of how the file was read.
        ids: of the nodes, in the order in which they turn up.
        declared: for each node 1 if the file lists it, 0 if only an edge names it.
        marks: attribute (`NODE_MARKS`) -> place of a node -> its value.
        a, b: the nodes at the two ends of each edge.
        arc: 1 for each edge that is directed, from a to b.
        weight, value: of each edge, what is called so; NaN where there is none.
        layer: of each edge, 1 + its place in `LAYERS`, `NO_LAYER` or `OTHER_LAYER`.
        place: of each edge, what `at` makes a place in the file of, such as its line.
    """

    def __init__(self, what: Path | str, at: Callable[[int], str] | None = None) -> None:
        self.what = str(what)
        self.encoding: str | None = None
        self.says_undirected = False
        self.default_weight = False
        self.notes: list[Text] = []
        self._at = at
        self._numbers: dict[str, int] = {}
        self.ids: list[str] = []
        self.declared = bytearray()
        self.repeated = 0
        self.marks: dict[str, dict[int, Any]] = {name: {} for name in NODE_MARKS}
        self.a, self.b, self.place = array("q"), array("q"), array("q")
        self.arc, self.layer = array("b"), array("b")
        self.weight, self.value = array("d"), array("d")
        self.values_are_numbers = True
        self._ones: list[str] = []
        self._others: list[str] = []
        self._places: list[int] = []
        self._written: list[Any] = []
        self._mark: str | None = None
        self._arcs = False

    def at(self, place: int) -> str:
        """The place of an edge or node as errors name it: file and line, unless the format says otherwise."""
        return where(Path(self.what), place) if self._at is None else self._at(place)

    def wrong(self, place: int, en: str, zh: str) -> InputError:
        """The error of what stands at a place."""
        at = self.at(place)
        return InputError(f"{at}: {en}", f"{at}：{zh}")

    def node(self, id: str, place: int) -> int:
        """A node that the file lists; its number.

        Raises:
            InputError: an empty or very long id, or too many nodes.
        """
        number = self._numbers.get(id)
        if number is None:
            number = self._new(id, place)
        elif self.declared[number]:
            self.repeated += 1
        self.declared[number] = 1
        return number

    def _new(self, id: str, place: int) -> int:
        if not id.strip() or len(id) > _ID_LENGTH_MAX:
            raise self.wrong(
                place,
                f"the id of a node must have 1 to {_ID_LENGTH_MAX:,} characters, got {masked(id)}",
                f"节点的 id 应有 1 至 {_ID_LENGTH_MAX:,} 个字符，实际为 {masked(id)}",
            )
        number = self._numbers[id] = len(self.ids)
        if number >= NODES_MAX:
            raise self.wrong(place, f"more than {NODES_MAX:,} nodes", f"节点超过 {NODES_MAX:,} 个")
        self.ids.append(id)
        self.declared.append(0)
        return number

    def numbered_nodes(self, count: int, edges: int, place: int) -> None:
        """Nodes that are not listed but counted: "1", "2", ... to `count`, before any other.

        Raises:
            InputError: many more than a file with so many edges needs.
        """
        most = min(NODES_MAX, max(_CLAIMED_FREE, _CLAIMED_PER_EDGE * edges))
        if count > most:
            raise self.wrong(
                place,
                f"claims {count:,} nodes; with {edges:,} edges at most {most:,} are read",
                f"声称有 {count:,} 个节点；{edges:,} 条边最多可有 {most:,} 个",
            )
        self.ids = [str(i) for i in range(1, count + 1)]
        self._numbers = {id: i for i, id in enumerate(self.ids)}
        self.declared = bytearray(b"\1") * count

    def mark(self, node: int, name: str, value: Any) -> None:
        """An attribute of a node, one of `NODE_MARKS`; empty ones are none, of several the first counts."""
        if value is not None and value != "":
            self.marks[name].setdefault(node, value)

    def find(self, id: str) -> int | None:
        """The number of a node that has turned up."""
        return self._numbers.get(id)

    def edge(self, a: str, b: str, place: int, arc: bool, found: Mapping[str, Any]) -> None:
        """An edge between two nodes, listed before or later.

        Args:
            a: id of one end; of an arc, of the one it comes from.
            b: id of the other end.
            place: where it stands.
            arc: whether it is directed.
            found: its attributes `EDGE_MARKS`, as they are written.

        Raises:
            InputError: an empty end, or a weight that is no number of 0 or above.
        """
        if len(found) > 1:
            self.take()
            self._take_one(a, b, place, arc, found)
            return
        name = value = None
        if found:
            [(name, value)] = found.items()
        if name != self._mark or arc != self._arcs or len(self._ones) >= TOGETHER:
            self.take()
            self._mark, self._arcs = name, arc
        self._ones.append(a)
        self._others.append(b)
        self._places.append(place)
        self._written.append(value)

    def take(self) -> None:
        """Number the ends of the edges that have come since the last time, many at once.

        Raises:
            InputError: as `edge`.
        """
        ones, others, places, written = self._ones, self._others, self._places, self._written
        self._ones, self._others, self._places, self._written = [], [], [], []
        if ones:
            self.edges(ones, others, places, self._arcs, self._mark, written)

    def edges(
        self, ones: list[str], others: list[str], places: Sequence[int], arc: bool, mark: str | None,
        written: Sequence[Any],
    ) -> None:  # fmt: skip
        """As `edge`, for many that have one attribute and are all directed, or none of them.

        Columns of many edges are numbered in half the time that one after another takes.
        """
        a, b = list(map(self._numbers.get, ones)), list(map(self._numbers.get, others))
        if None in a or None in b or not (mark is None or self._take_marks(mark, written)):
            for one, other, place, value in zip(ones, others, places, written, strict=True):
                self._take_one(one, other, place, arc, {} if mark is None else {mark: value})
            return
        if arc:
            self._fill(self.arc, 0)
            self.arc.extend(repeat(1, len(ones)))
        self.a.extend(cast("list[int]", a))
        self.b.extend(cast("list[int]", b))
        self.place.extend(places)

    def _take_marks(self, mark: str, written: Sequence[Any]) -> bool:
        """Take an attribute of many edges, if each is a plain number."""
        if mark == "layer" or bool in set(map(type, written)):
            return False
        try:
            numbers = np.array(list(map(float, written)))
        except (TypeError, ValueError, OverflowError):
            return False
        if not ((numbers >= 0) & (numbers < inf)).all():
            return False
        values = self.value if mark == "value" else self.weight
        self._fill(values, nan)
        values.frombytes(numbers.tobytes())
        return True

    def _take_one(self, a: str, b: str, place: int, arc: bool, found: Mapping[str, Any]) -> None:
        one, other = self._numbers.get(a), self._numbers.get(b)
        if one is None or other is None:
            one, other = self._new_ends(a, b, place)
        if found:
            self._marks_of_edge(a, b, place, found)
        if arc:
            self._put(self.arc, 1, 0)
        self.a.append(one)
        self.b.append(other)
        self.place.append(place)

    def _new_ends(self, a: str, b: str, place: int) -> tuple[int, int]:
        if not a.strip() or not b.strip():
            raise self.wrong(
                place,
                f"edge {masked(a)} to {masked(b)}: an end is empty",
                f"边 {masked(a)} 至 {masked(b)}：有一端为空",
            )
        if len(self.a) >= EDGES_MAX:
            raise self.wrong(place, f"more than {EDGES_MAX:,} edges", f"边超过 {EDGES_MAX:,} 条")
        one = self._numbers.get(a)
        one = self._new(a, place) if one is None else one
        other = self._numbers.get(b)
        return one, self._new(b, place) if other is None else other

    def _put(self, values: "array[Any]", value: float, nothing: float) -> None:
        """Append what the edge has that comes next; earlier edges that had none of it get `nothing`."""
        self._fill(values, nothing)
        values.append(value)

    def _fill(self, values: "array[Any]", nothing: float) -> None:
        if len(values) < len(self.a):
            values.extend(repeat(nothing, len(self.a) - len(values)))

    def _marks_of_edge(self, a: str, b: str, place: int, found: Mapping[str, Any]) -> None:
        written = found.get("tie")
        if written is None or written == "":
            written = found.get("weight")
        if written is not None and written != "":
            number = _float(written)
            if not 0 <= number < inf:
                raise self.bad_weight(a, b, place, written)
            self._put(self.weight, number, nan)
            if len(found) == 1:
                return
        value = found.get("value")
        if value is not None and value != "":
            number = _float(value)
            self.values_are_numbers = self.values_are_numbers and number == number
            self._put(self.value, number, nan)
        layer = found.get("layer")
        if layer is not None:
            self._put(self.layer, _LAYER_CODES.get(str(layer), OTHER_LAYER), NO_LAYER)

    def finish(self) -> None:
        """Give every edge what only some have had so far; nothing is added afterwards.

        Raises:
            InputError: too many edges.
        """
        self.take()
        if len(self.a) > EDGES_MAX:
            raise InputError(
                f"{self.what}: more than {EDGES_MAX:,} edges", f"{self.what}: 边超过 {EDGES_MAX:,} 条"
            )
        for kinds in (self.arc, self.layer):
            self._fill(kinds, 0)
        for numbers in (self.weight, self.value):
            self._fill(numbers, nan)

    def direct(self) -> None:
        """All edges so far are directed."""
        self.take()
        self.arc = array("b", b"\1") * len(self.a)

    def bad_weight(self, a: str, b: str, place: int, got: Any) -> InputError:
        """The error of a weight that is none."""
        return self.wrong(
            place,
            f"edge {masked(a)} to {masked(b)}: a weight must be a number above 0 (0 is left out), "
            f"got {masked(str(got))}",
            f"边 {masked(a)} 至 {masked(b)}：权重应为大于 0 的数（0 会被略去），实际为 {masked(str(got))}",
        )
