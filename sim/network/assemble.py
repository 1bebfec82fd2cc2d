"""From the nodes and edges that a file records to a community, with an account of every record."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.network.check import check_graph
from sim.network.csr import (
    Floats,
    Ints,
    arc_codes,
    canonical_numbers,
    code_ends,
    directed_rows,
    empty_rows,
    is_among,
    pair_codes,
    sorted_unique,
    symmetric_rows,
)
from sim.network.graph import SocialGraph, check_size, plain_labels
from sim.network.members import Numbered, is_whole_number, numbered
from sim.network.partition import partition
from sim.network.reading import Reading
from sim.network.recorded import LAYERS, NO_LAYER, OTHER_LAYER, Recorded, masked
from sim.network.report import LeftOut, LoadReport
from sim.network.ties import strongest_ties
from sim.text import Text

Kinds = NDArray[np.int8]

# What an edge is; the first two come of the file's edges, the others of its attribute `layer`.
_EDGE, _ARC, _FRIEND, _FOLLOW, _CO_PURCHASE, _UPLINE = range(6)
_OF_LAYER = np.array([_EDGE, _FRIEND, _FOLLOW, _CO_PURCHASE, _UPLINE, _EDGE], dtype=np.int8)


def assemble(recorded: Recorded, reading: Reading, form: str) -> tuple[SocialGraph, LoadReport]:
    """The graph that a file records, and the account of its edges.

    Members are called by the nodes' labels where every node has one of its own, else by their ids; those that
    lead to a person by keys. Undirected edges are friendships. Directed ones say who follows whom, and who
    follow each other are also friends; in a file that has both kinds, friends follow each other too.
    `reading.directed` may make friendships of arcs, and arcs of edges of which the file says nothing. Edges
    of weight 0 are left out, repeated ones merged, keeping the largest weight. Weights become tie strengths,
    divided by the largest if that is above 1; without weights ties come from the overlap of friends. The
    attributes that Shapan writes are understood: `layer` of edges, `community` and `chats` of nodes. Uplines
    are passed over: the scenario gives them.

    Raises:
        InputError: an edge to a node that is not listed, weights below 0, directions that contradict the
            file, attributes of Shapan that mean something else, no edges, or fewer than two members.
    """
    what, notes = recorded.what, recorded.notes
    recorded.finish()
    _check_ends(recorded)
    check_size(len(recorded.ids), what)
    if not recorded.a:
        raise InputError(f"{what}: holds no edges", f"{what}: 没有边")
    if recorded.repeated:
        notes.append(
            Text(
                f"{recorded.repeated:,} nodes are listed again and count once",
                f"{recorded.repeated:,} 个节点重复列出，只计一次",
            )
        )
    labels, number, keys = _names(recorded)
    n = len(labels)
    a, b = number[np.array(recorded.a)], number[np.array(recorded.b)]
    kinds = _kinds(recorded, reading)
    values = _weights(recorded, kinds)
    records = kinds.size
    zero, uplines = values == 0, kinds == _UPLINE
    used = ~zero & ~uplines
    left_out = [
        LeftOut(why if rows > 1 else one, rows)
        for rows, why, one in (
            (
                int(zero.sum()),
                Text("edges of weight 0", "权重为 0 的边"),
                Text("edge of weight 0", "权重为 0 的边"),
            ),
            (
                int((uplines & ~zero).sum()),
                Text("uplines, which the scenario gives,", "上级关系（由场景给出）"),
                Text("upline, which the scenario gives,", "上级关系（由场景给出）"),
            ),
        )
        if rows
    ]  # fmt: skip
    loops = used & (a == b)
    used &= ~loops
    if not used.any():
        raise InputError(f"{what}: holds no edge between two members", f"{what}: 没有连接两名成员的边")
    a, b, kinds, values = a[used], b[used], kinds[used], values[used]

    layers = _Layers(a, b, kinds, values)
    community = _community(recorded, number)
    if community is None:
        community = partition(*symmetric_rows(n, layers.near))
    graph = SocialGraph.of_friends(
        n, layers.friends, community, ties=layers.ties, labels=plain_labels(labels)
    )
    co_start, co_target = symmetric_rows(n, layers.bought)
    follower, followed = code_ends(layers.arcs)
    follow_start, follow_target = directed_rows(n, followed, follower) if follower.size else empty_rows(n)
    chats = sorted(_chats(recorded, number).items())
    size = np.array([len(members) for _, (_, members) in chats], dtype=np.int64)
    graph = replace(
        graph,
        follow_start=follow_start,
        follow_target=follow_target,
        co_purchase_start=co_start,
        co_purchase_target=co_target,
        chat_start=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(size))),
        chat_member=np.array([m for _, (_, members) in chats for m in sorted(members)], dtype=np.int32),
        chat_kind=np.array([kind for _, (kind, _) in chats], dtype=np.int8),
    )
    check_graph(graph, what)
    notes.extend(layers.notes)
    report = LoadReport(
        files=(what.replace("\\", "/").rpartition("/")[2],),
        format=form,
        records=records,
        self_loops=int(loops.sum()),
        duplicates=int(used.sum()) - layers.links,
        members=n,
        links=layers.links,
        encoding=recorded.encoding,
        directed=bool(layers.arcs.size),
        left_out=tuple(left_out),
        notes=tuple(notes),
        keys=keys,
    )
    return graph, report


def _check_ends(recorded: Recorded) -> None:
    if 0 not in recorded.declared:
        return
    listed = np.frombuffer(bytes(recorded.declared), dtype=np.bool_)
    ends = (np.array(recorded.a), np.array(recorded.b))
    edge = int(np.argmin(listed[ends[0]] & listed[ends[1]]))
    one, other = (recorded.ids[side[edge]] for side in ends)
    unknown = other if listed[ends[0][edge]] else one
    raise recorded.wrong(
        recorded.place[edge],
        f"edge {masked(one)} to {masked(other)}: no node has the id {masked(unknown)}",
        f"边 {masked(one)} 至 {masked(other)}：没有 id 为 {masked(unknown)} 的节点",
    )


def _names(recorded: Recorded) -> Numbered:
    """What the members are called, in final order."""
    names, ids = recorded.ids, recorded.ids
    for mark in ("label", "name"):
        found = recorded.marks[mark]
        if not found:
            continue
        written = {node: " ".join(str(text).split()) for node, text in found.items()}
        missing = len(ids) - sum(map(bool, written.values()))
        if missing == 0 and len(set(written.values())) == len(ids):
            names = [written[node] for node in range(len(ids))]
            if names != ids:
                recorded.notes.append(
                    Text(
                        f'members are called by the nodes\' attribute "{mark}"',
                        f"成员以节点属性 {mark} 为名",
                    )
                )
            break
        if missing:
            why = Text(f"{missing:,} nodes have none", f"{missing:,} 个节点没有")
        else:
            text, count = Counter(written.values()).most_common(1)[0]
            why = Text(f"{count:,} nodes have {masked(text)}", f"{count:,} 个节点同为 {masked(text)}")
        recorded.notes.append(
            Text(
                f'members are not called by the nodes\' attribute "{mark}": {why.en}',
                f"成员不以节点属性 {mark} 为名：{why.zh}",
            )
        )
    if names is ids and len({" ".join(id.split()) for id in ids}) == len(ids):
        names = [" ".join(id.split()) for id in ids]
    return numbered(names, are_numbers=all(map(is_whole_number, names)), keyed=None, content=ids)


def _kinds(recorded: Recorded, reading: Reading) -> Kinds:
    """What each edge is, by its direction, its layer and what the user says."""
    what, notes = recorded.what, recorded.notes
    kinds: Kinds = np.array(recorded.arc, dtype=np.int8)  # _ARC is 1
    layer = np.array(recorded.layer)
    own = (layer != NO_LAYER) & (layer != OTHER_LAYER)
    if own.any():
        if (layer == OTHER_LAYER).any():
            edge = int(np.argmax(layer == OTHER_LAYER))
            one, other = (masked(recorded.ids[side[edge]]) for side in (recorded.a, recorded.b))
            raise recorded.wrong(
                recorded.place[edge],
                f"edge {one} to {other}: layer must be one of {', '.join(LAYERS)}, as of other edges",
                f"边 {one} 至 {other}：layer 应与其他边一样，为 {', '.join(LAYERS)} 之一",
            )
        kinds[own] = _OF_LAYER[layer[own]]
    elif (layer == OTHER_LAYER).any():
        notes.append(
            Text(
                f'the edges\' attribute "layer" is not used: it says none of {", ".join(LAYERS)}',
                f"未使用边的属性 layer：其值不是 {', '.join(LAYERS)} 之一",
            )
        )
    arcs, edges = kinds == _ARC, kinds == _EDGE
    if reading.directed and edges.any() and not arcs.any():
        if recorded.says_undirected:
            raise InputError(
                f"{what}: says itself that its edges have no direction; read it without directed",
                f"{what}: 文件自己说明边是无向的；请不要按 directed 读取",
            )
        kinds[edges] = _ARC
    elif reading.directed is False and arcs.any():
        kinds[arcs] = _EDGE
        a, b = np.array(recorded.a)[arcs], np.array(recorded.b)[arcs]
        count, made = int(arcs.sum()), sorted_unique(pair_codes(a, b)).size
        notes.append(
            Text(
                f"{count:,} arcs became {made:,} friendships, as was said",
                f"按要求，{count:,} 条有向边成为 {made:,} 对好友",
            )
        )
    return kinds


def _weights(recorded: Recorded, kinds: Kinds) -> Floats:
    """The weight of each edge; NaN of all of them where there are none."""
    weights, values = np.array(recorded.weight), np.array(recorded.value)
    notes = recorded.notes
    plain = kinds <= _FRIEND
    if not (plain & ~np.isnan(weights)).any() and not np.isnan(values).all():
        if not recorded.values_are_numbers:
            notes.append(
                Text(
                    'the edges\' attribute "value" is not used: it holds no numbers',
                    "未使用边的属性 value：其值不是数",
                )
            )
        else:
            weights = values
            notes.append(Text('weights are the edges\' attribute "value"', "权重取自边的属性 value"))
            wrong = ~np.isnan(weights) & ~((weights >= 0) & (weights < np.inf))
            if wrong.any():
                edge = int(np.argmax(wrong))
                one, other = (recorded.ids[side[edge]] for side in (recorded.a, recorded.b))
                raise recorded.bad_weight(one, other, recorded.place[edge], values[edge])
    missing = plain & np.isnan(weights)
    if missing.any() and (plain & ~missing).any():
        weights = np.where(missing, 1.0, weights)
        count = int(missing.sum())
        said = Text("as the format says", "格式如此规定") if recorded.default_weight else Text(
            "which is an assumption", "这是假设")  # fmt: skip
        notes.append(
            Text(
                f"edges without a weight ({count:,}) have the weight 1, {said.en}",
                f"没有权重的边（{count:,} 条）权重为 1，{said.zh}",
            )
        )
    return weights


class _Layers:
    """The links of each layer, as codes in order, and how many distinct ones the records name.

    Attributes:
        friends: pairs of friends.
        ties: float64 of each, or None where there are no weights.
        arcs: who follows whom.
        bought: pairs who bought together.
        near: pairs from which communities are found.
        links: distinct links.
        notes: which kinds they are of, where that does not go without saying.
    """

    def __init__(self, a: Ints, b: Ints, kinds: Kinds, values: Floats) -> None:
        def of(*wanted: int) -> NDArray[np.bool_]:
            return np.isin(kinds, wanted)

        edges, arcs, follows = of(_EDGE), of(_ARC), of(_FOLLOW)
        plain = of(_EDGE, _ARC, _FRIEND)
        pairs = pair_codes(a[plain], b[plain])
        codes = sorted_unique(pairs)
        weighted = bool(plain.any()) and not np.isnan(values[plain]).any()
        ties = strongest_ties(pairs, values[plain]) if weighted else None
        said_friends = sorted_unique(pair_codes(*(side[of(_EDGE, _FRIEND)] for side in (a, b))))
        there = sorted_unique(arc_codes(a[arcs], b[arcs]))
        mutual = np.zeros(0, dtype=np.int64)
        if there.size:
            both = there[is_among(arc_codes(*reversed(code_ends(there))), there)]
            mutual = sorted_unique(pair_codes(*code_ends(both)))
        self.friends = sorted_unique(np.concatenate((said_friends, mutual)))
        self.ties = None if ties is None else ties[is_among(codes, self.friends)]
        followers, followed = a[arcs | follows], b[arcs | follows]
        said_arcs = sorted_unique(arc_codes(followers, followed))
        self.arcs = said_arcs
        if there.size and edges.any():
            back_and_forth = arc_codes(
                np.concatenate((a[edges], b[edges])), np.concatenate((b[edges], a[edges]))
            )
            self.arcs = sorted_unique(np.concatenate((said_arcs, back_and_forth)))
        self.bought = sorted_unique(pair_codes(a[of(_CO_PURCHASE)], b[of(_CO_PURCHASE)]))
        self.near = codes if codes.size else self.bought
        if not self.near.size:
            self.near = sorted_unique(pair_codes(followers, followed))
        self.links = said_friends.size + said_arcs.size + self.bought.size
        self.notes: list[Text] = []
        if there.size:
            self.notes.append(
                Text(
                    f"{there.size:,} arcs say who follows whom; {mutual.size:,} pairs follow each other and "
                    "are friends",
                    f"{there.size:,} 条有向边表示谁关注谁；{mutual.size:,} 对互相关注，成为好友",
                )
            )
        counts = (
            (said_friends.size, Text("friendships", "对好友")),
            (said_arcs.size, Text("who follow another", "条关注")),
            (self.bought.size, Text("pairs who bought together", "对共同购买")),
        )
        if sum(count > 0 for count, _ in counts) > 1:
            said = [(f"{count:,} {name.en}", f"{count:,} {name.zh}") for count, name in counts if count]
            self.notes.append(
                Text(
                    f"links are {', '.join(en for en, _ in said)}",
                    f"连接包括 {'、'.join(zh for _, zh in said)}",
                )
            )


def _community(recorded: Recorded, number: Ints) -> NDArray[np.int32] | None:
    """The communities that the file gives, where it gives every node a whole number."""
    found = recorded.marks["community"]
    values = np.zeros(len(recorded.ids), dtype=np.int64)
    if len(found) != values.size:
        return None
    for node, value in found.items():
        text = str(value)
        if not is_whole_number(text) or len(text) > 18:  # it fits into int64
            return None
        values[number[node]] = int(text)
    return canonical_numbers(np.unique(values, return_inverse=True)[1])


def _chats_of_node(value: Any) -> Iterator[tuple[int, int]]:
    """The (chat, kind) of a node's attribute `chats`: pairs, or a text such as "3:0 17:1"."""
    for item in value.split() if isinstance(value, str) else value:
        chat, kind = map(int, item.split(":") if isinstance(item, str) else item)
        if chat < 0 or not 0 <= kind < 128:
            raise ValueError(item)
        yield chat, kind


def _chats(recorded: Recorded, number: Ints) -> dict[int, tuple[int, list[int]]]:
    """Members and kind of each chat named in the nodes' attribute `chats`."""
    chats: dict[int, tuple[int, list[int]]] = {}
    for node, value in recorded.marks["chats"].items():
        try:
            for chat, kind in _chats_of_node(value):
                chats.setdefault(chat, (kind, []))[1].append(int(number[node]))
        except (TypeError, ValueError, OverflowError) as error:
            what, name = recorded.what, masked(recorded.ids[node])
            raise InputError(
                f"{what}: node {name}: chats must read like 3:0 17:1 (chat:kind), got {masked(str(value))}",
                f"{what}: 节点 {name}：chats 应写成 3:0 17:1（群:类别），实际为 {masked(str(value))}",
            ) from error
    return chats
