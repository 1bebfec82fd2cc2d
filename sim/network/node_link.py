"""JSON of nodes and links, as networkx, D3, sigma.js and many pages write it.

Source: networkx, `node_link_data` ("links" or "edges"), https://networkx.org; D3, d3-force: links by the id
of their nodes or by their place in the list, https://d3js.org/d3-force/link; graphology (of sigma.js),
https://graphology.github.io/serialization.html.
"""

import json
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.network.graph_text import read_graph_text
from sim.network.recorded import Recorded, edge_marks, masked, node_mark
from sim.tables.source import where
from sim.text import Text

_ITEMS_MAX = 20_000_000  # assumption: a million links with four values each have five million
_LISTS = ("links", "edges")
_KNOWN = "an object with the lists nodes and links (or edges)"
_KNOWN_ZH = "含有列表 nodes 和 links（或 edges）的对象"


def _id(value: Any) -> str | None:
    """An id as its name; None: it is none."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    try:
        return str(value)
    except ValueError:  # a number of thousands of digits
        return None


def _end(link: dict[str, Any], name: str) -> Any:
    """An end of a link: D3 puts the whole node there once it has laid the graph out."""
    value = link.get(name)
    return value.get("id") if isinstance(value, dict) else value


def _plain(items: list[Any]) -> list[Any]:
    """Nodes or links as others have them: graphology keeps their attributes apart, and calls ids keys."""
    return [
        {"id": item.get("key"), **item["attributes"], **item}
        if isinstance(item, dict) and isinstance(item.get("attributes"), dict)
        else item
        for item in items
    ]


def _parsed(path: Path, text: str) -> Any:
    if sum(map(text.count, ",[{")) > _ITEMS_MAX:
        raise InputError(
            f"{path}: holds more than {_ITEMS_MAX:,} values; for larger graphs use edge lists or GraphML",
            f"{path}: 值超过 {_ITEMS_MAX:,} 个；更大的图请用边列表或 GraphML",
        )
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{where(path, error.lineno)}: is not JSON ({error.msg})",
            f"{where(path, error.lineno)}: 不是 JSON（{error.msg}）",
        ) from error
    except RecursionError as error:
        raise InputError(f"{path}: is nested too deep", f"{path}: 嵌套过深") from error
    except ValueError as error:  # a number of thousands of digits
        raise InputError(f"{path}: is not JSON ({error})", f"{path}: 不是 JSON（{error}）") from error


def read_node_link(path: Path) -> Recorded:
    """Read JSON of nodes and links.

    Links name their ends by the nodes' ids; where these do not fit, by the nodes' places in the list, from 0,
    or by their names. Errors name a node or link by its place, as links[0].

    Raises:
        InputError: no JSON, no nodes or links, a link to no node, or beyond the limits.
    """
    text, encoding = read_graph_text(path)
    data = _parsed(path, text)
    del text
    name = next((key for key in _LISTS if isinstance(data, dict) and isinstance(data.get(key), list)), None)
    if name is None or not isinstance(data.get("nodes"), list):
        raise InputError(f"{path}: is not {_KNOWN}", f"{path}: 不是{_KNOWN_ZH}")
    nodes, links = _plain(data["nodes"]), _plain(data[name])
    recorded = Recorded(
        path, lambda place: f"{path}: {f'{name}[{place}]' if place >= 0 else f'nodes[{~place}]'}"
    )
    recorded.encoding = encoding
    recorded.says_undirected = data.get("directed") is False
    options = data.get("options")  # of graphology
    kind = options.get("type") if isinstance(options, dict) else None
    arcs = data.get("directed") is True or kind in ("directed", "mixed")
    for place, link in enumerate(links):
        if not isinstance(link, dict) or "source" not in link or "target" not in link:
            raise recorded.wrong(place, "a link must have a source and a target", "连接应有 source 和 target")
    ends = [(_id(_end(link, "source")), _id(_end(link, "target"))) for link in links]
    ids = _ids(recorded, nodes, {end for both in ends for end in both})
    for place, (called, node) in enumerate(zip(ids, nodes, strict=True)):
        number = recorded.node(called, ~place)
        if isinstance(node, dict):
            for key, value in node.items():
                mark = node_mark(key)
                if mark is not None and (not isinstance(value, dict | list) or mark == "chats"):
                    recorded.mark(number, mark, value)
    for place, (link, (one, other)) in enumerate(zip(links, ends, strict=True)):
        if one is None or other is None:
            end = "source" if one is None else "target"
            got = masked(str(link[end])[:100])
            raise recorded.wrong(
                place, f"{end} must be the id of a node, got {got}", f"{end} 应为节点的 id，实际为 {got}"
            )
        arc = arcs and link.get("undirected") is not True
        recorded.edge(one, other, place, arc, edge_marks(link.items()))
    return recorded


def _ids(recorded: Recorded, nodes: list[Any], ends: set[str | None]) -> list[str]:
    """What links call each node."""
    places = [str(place) for place in range(len(nodes))]
    if not any(isinstance(node, dict) and "id" in node for node in nodes):
        names = [_id(node.get("name") if isinstance(node, dict) else node) for node in nodes]
        if ends <= set(places) and not ends <= set(names):
            return places
        known = [name for name in names if name is not None]
        if len(set(known)) == len(nodes) and ends <= set(known):
            return known
        return places
    ids: list[str] = []
    for place, node in enumerate(nodes):
        id = _id(node.get("id")) if isinstance(node, dict) else None
        if id is None:
            raise recorded.wrong(
                ~place, "a node must have an id that is a text or a number", "节点应有 id，为文本或数字"
            )
        ids.append(id)
    if not ends <= set(ids) and ends <= set(places):
        recorded.notes.append(
            Text(
                "links name nodes by their places in the list, from 0, for they are none of the ids",
                "连接以节点在列表中的位置（从 0 起）指明节点，因为它们不是节点的 id",
            )
        )
        for place, called in enumerate(ids):  # the ids still are what the nodes are called
            recorded.marks["label"].setdefault(place, called)
        return places
    return ids
