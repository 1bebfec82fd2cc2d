"""Shapan's own graph files: they come back whole, mapped and not copied, and nothing broken gets in."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chat_kinds import Kind
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.network.chats import lay_chats
from sim.network.generate import generate
from sim.network.graph import ARRAYS, SocialGraph
from sim.network.graph_file import map_graph, save_graph
from sim.network.load import load_graph, read_graph
from sim.network.write import write_graph


@pytest.fixture(scope="module")
def full() -> SocialGraph:
    """A graph with every layer."""
    base = generate(3, 300, median_degree=6, follow_mean=2.0)
    other = generate(4, 300, median_degree=3)
    graph = replace(base, co_purchase_start=other.friend_start, co_purchase_target=other.friend_target)
    return lay_chats(graph, [Kind("deal", 30, 1), Kind("interest", 20, 0.5)], 1)


@pytest.fixture(scope="module")
def content(full: SocialGraph, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("graph") / "full.shapan-graph"
    save_graph(full, path)
    return path.read_bytes()


def test_a_saved_graph_comes_back_whole_and_read_only(tmp_path: Path, full: SocialGraph):
    path = tmp_path / "full.shapan-graph"
    write_graph(full, path)
    graph, report = read_graph(path)
    assert graph.sha256 == full.sha256
    assert (report.format, report.members, report.links) == ("shapan", 300, full.friend_target.size // 2)
    for name, array in graph.arrays():
        assert np.array_equal(array, getattr(full, name))
        assert array.dtype == ARRAYS[name]
        assert not array.flags.writeable
        assert array.flags.aligned
        assert array.size == 0 or not array.flags.owndata  # mapped, not copied
    with pytest.raises(ValueError, match="read-only"):
        graph.friend_tie[0] = 0.5


def test_labels_and_empty_layers_come_back(tmp_path: Path):
    plain = generate(3, 50, median_degree=4)
    named = replace(plain, labels=tuple(sorted(f'客户 {i} "\n' for i in range(50))))
    for graph in (plain, named):
        save_graph(graph, tmp_path / "graph.shapan-graph")
        loaded = load_graph(tmp_path / "graph.shapan-graph")
        assert (loaded.labels, loaded.sha256) == (graph.labels, graph.sha256)


def test_a_graph_file_is_known_by_what_it_begins_with(tmp_path: Path, full: SocialGraph, content: bytes):
    path = tmp_path / "town.bin"
    path.write_bytes(content)
    assert load_graph(path).sha256 == full.sha256


def test_a_graph_can_be_written_over_the_file_it_is_mapped_from(tmp_path: Path, full: SocialGraph):
    path = tmp_path / "full.shapan-graph"
    save_graph(full, path)
    mapped = load_graph(path)
    save_graph(generate(1, 20), path)
    assert mapped.friend_target.tolist() == full.friend_target.tolist()
    assert load_graph(path).n == 20
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_run_on_a_mapped_graph_needs_the_same_machine_code(tmp_path: Path, full: SocialGraph):
    save_graph(full, tmp_path / "full.shapan-graph")
    mapped = load_graph(tmp_path / "full.shapan-graph")
    kinds = [Kind("deal", 30, 1)]
    assert lay_chats(mapped, kinds, 5).sha256 == lay_chats(full, kinds, 5).sha256


def header_changed(content: bytes, change: Callable[[dict[str, object]], object]) -> bytes:
    first, second, rest = content.split(b"\n", 2)
    header = json.loads(second)
    change(header)
    line = json.dumps(header, separators=(",", ":")).encode()
    return b"\n".join((first, line + b" " * (len(second) - len(line)), rest))


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda c: b"", "is not a graph file of Shapan"),
        (lambda c: b"a b\nb c\n", "is not a graph file of Shapan"),
        (lambda c: c.replace(b"GRAPH 1", b"GRAPH 2", 1), "schema version '2'"),
        (lambda c: c[:20], ":2: the header is broken"),
        (lambda c: c[:5000], "cut off or damaged"),
        (lambda c: c + b"x", "cut off or damaged"),
        (lambda c: header_changed(c, lambda h: h.update(n=301)), "friend_start must have 302 entries"),
        (lambda c: header_changed(c, lambda h: h.update(n=-1)), ":2: the header is broken: n"),
        (lambda c: header_changed(c, lambda h: h["sizes"].pop("community")), "sizes must name"),
        (lambda c: header_changed(c, lambda h: h["sizes"].update(community=2**47)), "cut off or damaged"),
        (lambda c: header_changed(c, lambda h: h.update(sha256="0" * 64)), "the hash that its header says"),
    ],
)
def test_a_broken_file_is_one_clear_error(
    tmp_path: Path, content: bytes, broken: Callable[[bytes], bytes], message: str
):
    path = tmp_path / "broken.shapan-graph"
    path.write_bytes(broken(content))
    with pytest.raises(InputError, match=message) as caught:
        load_graph(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_whose_hash_is_right_is_still_looked_through(tmp_path: Path, full: SocialGraph):
    target = full.friend_target.copy()
    target[-1] = full.n
    path = tmp_path / "foreign.shapan-graph"
    save_graph(replace(full, friend_target=target), path)
    with pytest.raises(InputError, match="row of friends of member 299 holds a number that no member has"):
        load_graph(path)


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_no_changed_byte_gets_in(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, place: float, flip: int
):
    """Or else it changes nothing: bytes between arrays are no part of the graph."""
    at = int(place * len(content))
    path = tmp_path_factory.getbasetemp() / "flipped.shapan-graph"
    path.write_bytes(content[:at] + bytes([content[at] ^ flip]) + content[at + 1 :])
    try:
        graph, _ = map_graph(path)
    except InputError:
        return
    path.write_bytes(content)
    assert graph.sha256 == map_graph(path)[0].sha256


def test_what_is_no_file_is_said(tmp_path: Path):
    with pytest.raises(InputError, match="No such file"):
        load_graph(tmp_path / "none.shapan-graph")
    (tmp_path / "folder.shapan-graph").mkdir()
    with pytest.raises(InputError, match="Is a directory"):
        load_graph(tmp_path / "folder.shapan-graph")
    with pytest.raises(InputError, match="cannot be written"):
        write_graph(generate(1, 10), tmp_path / "no" / "graph.shapan-graph")
