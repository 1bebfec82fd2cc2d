"""Edge lists and tables of purchases: what they become, and what is refused how."""

import gzip
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.network import edge_list, together
from sim.network.graph import SocialGraph
from sim.network.load import load_graph, read_graph
from sim.network.report import LoadReport
from sim.tables import source

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes, name: str = "graph.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def edges(graph: SocialGraph) -> set[tuple[str, str]]:
    return {(graph.label(i), graph.label(int(j))) for i in range(graph.n) for j in graph.friends(i) if i < j}


def bought(graph: SocialGraph, report: LoadReport | None = None) -> set[tuple[str, str]]:
    """The pairs who bought together, by what the file calls them, in order."""
    start, target = graph.co_purchase_start, graph.co_purchase_target
    called = {key: name for name, key in report.keys.items()} if report else {}
    names = [called.get(graph.label(i), graph.label(i)) for i in range(graph.n)]
    pairs = {(names[i], names[j]) for i in range(graph.n) for j in target[start[i] : start[i + 1]] if i < j}
    return {(min(pair), max(pair)) for pair in pairs} if report else pairs


@pytest.mark.parametrize(
    "text",
    [
        "1 2\n2 3\n",
        "1\t2\n2\t3",
        "1,2\r\n2,3\r\n",
        "1;2\n2;3\n",
        "# Nodes are users, edges “friends”\n\n1 2\n  \n2   3\n",
        "source,target\n1,2\n2,3\n",
        "person_a\tperson_b\n1\t2\n2\t3\n",
        "\ufeff1 2\n2 3\n",
        "1 2\n2 1\n1 2\n3 3\n2 3\n",
        '"1","2"\n"2","3"\n',
        "01 2\n2 003\n",
    ],
)
def test_forms_of_one_edge_list_are_the_same_graph(write: Write, text: str):
    graph = load_graph(write(text))
    assert graph.labels == ("1", "2", "3")
    assert edges(graph) == {("1", "2"), ("2", "3")}
    assert graph.sha256 == load_graph(write(gzip.compress(text.encode()), "graph.csv.gz")).sha256


def test_text_ids_are_sorted_and_may_have_spaces_between_tabs(write: Write):
    graph = load_graph(write("王 芳\t李雷\nAnn\t李雷\n"))
    assert graph.labels == ("Ann", "李雷", "王 芳")
    assert edges(graph) == {("李雷", "王 芳"), ("Ann", "李雷")}


def test_whole_numbers_are_ordered_by_size_and_need_no_labels_from_0(write: Write):
    assert load_graph(write("10 9\n100 9\n")).labels == ("9", "10", "100")
    assert load_graph(write("2 1\n0 1\n")).labels is None


def test_loops_and_duplicates_are_counted(write: Write):
    graph, report = read_graph(write("1 2\n2 1\n1 2\n3 3\n2 3\n4 4\n"))
    assert (report.records, report.self_loops, report.duplicates, report.links) == (6, 2, 2, 2)
    assert (report.members, graph.n, report.format, report.files) == (4, 4, "edges", ("graph.txt",))


def test_weights_become_ties(write: Write):
    assert load_graph(write("1 2 0.5\n2 3 0.25\n2 1 0.75\n")).friend_tie.tolist() == [0.75, 0.75, 0.25, 0.25]
    assert load_graph(write("a,b,weight\n1,2,8\n2,3,2\n")).friend_tie.tolist() == [1, 1, 0.25, 0.25]


def test_a_directed_list_is_who_follows_whom_and_mutual_ones_are_friends(write: Write):
    graph, report = read_graph(write("1 2 1\n2 1 3\n3 2 1\n3 2 1\n4 3 6\n"), directed=True)
    assert edges(graph) == {("1", "2")}
    assert graph.friend_tie.tolist() == [0.5, 0.5]
    followers = [graph.follow_target[a:b].tolist()
                 for a, b in zip(graph.follow_start[:-1], graph.follow_start[1:], strict=True)]  # fmt: skip
    assert followers == [[1], [0, 2], [3], []]
    assert report.duplicates == 1


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=60), st.randoms())
def test_any_order_of_any_pairs_gives_one_graph(
    tmp_path_factory, pairs: list[tuple[int, int]], luck: random.Random
):
    path = tmp_path_factory.getbasetemp() / "pairs.txt"
    path.write_text("".join(f"{a} {b}\n" for a, b in pairs))
    expected = {(str(min(p)), str(max(p))) for p in pairs if p[0] != p[1]}
    if not expected:
        with pytest.raises(InputError, match=r"at least 2 members|no edge"):
            load_graph(path)
        return
    graph = load_graph(path)
    assert edges(graph) == expected
    assert graph.n == len({m for pair in pairs for m in pair})
    mixed = [(b, a) if luck.random() < 0.5 else (a, b) for a, b in luck.sample(pairs, len(pairs))]
    path.write_text("".join(f"{a}\t{b}\n" for a, b in mixed))
    assert load_graph(path).sha256 == graph.sha256


@given(st.text(max_size=200))
def test_any_text_is_a_graph_or_one_clear_error(tmp_path_factory, text: str):
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for form in ("edges", "groups", "orders", "graphml", "gexf"):
        try:
            assert load_graph(path, format=form).n >= 2
        except InputError as error:
            assert str(path) in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("# nothing\n", "holds no edges"),
        ("1 1\n", "at least 2 members, got 1"),
        ("1 1\n2 2\n", "no edge between two members"),
        ("1 2\n3\n", ":2: has 1 columns, but the other lines have 2"),
        ("1 2\n1 2 3\n1 2\n", ":2: has 3 columns, but the other lines have 2"),
        ("1 2 3 4\n", ":1: an edge list has 2 or 3 columns .* got 4.* format groups"),
        ("1 2 0.5\n1 3 strong\n", ":2: a weight must be a number above 0, got 'strong'"),
        ("1 2 0.5\n1 3 -1\n", ":2: a weight must be"),
        ("1 2 0.5\n1 3 nan\n", ":2: a weight must be"),
        ("1 2 0.5\n1 3 inf\n", ":2: a weight must be"),
        ("Dear reader\nthis is a letter and no graph.\n", ":2: has 7 columns"),
        ("1,2\n,3\n", ":2: .*id must have 1 to"),
        (b"1 2\n\x00\x01\x02\n", ":2: is binary"),
        (b"1 2\n2 3\n\xff\xfe 1\n", ":3: is not UTF-8"),
        (b"1 " + b"2" * 1_200_000, ":1: is longer than"),
    ],
)
def test_what_is_no_edge_list_is_one_clear_error(write: Write, text: str | bytes, message: str):
    path = write(text)
    with pytest.raises(InputError, match=message) as caught:
        load_graph(path)
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value)) < len(str(path)) + 300


def test_what_is_no_file_is_one_clear_error(write: Write, tmp_path: Path):
    whole = gzip.compress(b"1 2\n2 3\n" * 1000)
    for path, message in (
        (tmp_path, "is a folder"),
        (tmp_path / "missing.txt", "cannot be read"),
        (write("1 2\n", "a.txt.gz"), "named .gz, but is not gzipped"),
        (write(whole[: len(whole) // 2], "b.gz"), "not a whole gzip"),
        (write(whole[:40] + b"garbage" * 20, "c.gz"), "not a whole gzip"),
        (write(gzip.compress(b""), "d.gz"), "is empty"),
    ):
        with pytest.raises(InputError, match=message) as caught:
            load_graph(path)
        assert str(path) in str(caught.value)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_one_clear_error(write: Write):
    path = write("1 2\n")
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read"):
        load_graph(path)


@pytest.mark.parametrize("form", [None, "edges", "groups", "gml", "graphml", "json", "shapan"])
def test_a_folder_that_may_not_be_entered_is_one_clear_error(write: Write, monkeypatch, form: str | None):
    path = write("1 2\n")

    def refused(*_: object, **__: object):
        raise PermissionError(13, "Permission denied")

    for name in ("is_file", "is_dir", "open"):
        monkeypatch.setattr(Path, name, refused)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        load_graph(path, format=form)


def test_caps_hold_while_unpacking(write: Write, monkeypatch: pytest.MonkeyPatch):
    bomb = write(gzip.compress(b"1 2\n" * 2_000_000), "bomb.gz")
    assert bomb.stat().st_size < 50_000
    with monkeypatch.context() as small:
        small.setattr(source, "BYTES_MAX", 3_000_000)
        with pytest.raises(InputError, match="holds more than 3,000,000 bytes"):
            load_graph(bomb)
    monkeypatch.setattr(edge_list, "EDGES_MAX", 1_000)
    with pytest.raises(InputError, match=r":1001: more than 1,000 edges"):
        load_graph(bomb)
    monkeypatch.setattr(together, "PAIRS_MAX", 1_000)
    with pytest.raises(InputError, match="at most 1,000 are made"):
        load_graph(write("\t".join(map(str, range(100)))), format="groups")


def test_a_bomb_of_one_endless_line_stops_early(write: Write):
    with pytest.raises(InputError, match="unpacks to more than 200 times its size"):
        load_graph(write(gzip.compress(b"1" * 30_000_000), "bomb.gz"))
    with pytest.raises(InputError, match=":1: is longer than"):
        load_graph(write(gzip.compress(b"1" * 10_000_000), "line.gz"))


def test_groups_link_all_who_bought_together(write: Write):
    first = write("5\t100\t7\t9\n5\t101\t7\n11\t100\n", "a.txt")
    second = write(gzip.compress(b"9\t100\t12\n12\t3\t12\n"), "b.gz")
    graph, report = read_graph([first, second], format="groups")
    assert graph.labels == ("5", "7", "9", "11", "12")
    assert bought(graph) == {("5", "7"), ("5", "9"), ("7", "9"), ("9", "12")}
    assert graph.friend_target.size == 0
    assert (report.records, report.duplicates, report.self_loops, report.links) == (5, 1, 1, 4)
    assert load_graph([second, first], format="groups").sha256 == graph.sha256


def test_orders_link_customers_of_one_group(write: Write):
    table = 'Order_ID,Customer,Item\n1,Ann,"rice, 5 kg"\n1,Bo,rice\n2,Bo,oil\n2,Cy,oil\n3,Dee,oil\n'
    graph, report = read_graph(write(table), format="orders")
    assert set(report.keys) == {"Ann", "Bo", "Cy", "Dee"}
    assert bought(graph, report) == {("Ann", "Bo"), ("Bo", "Cy")}
    numbered = write("order_id;user_id;amount\n1;7;30\n1;8;40\n2;9;10\n")  # as edges: orders taken for people
    assert bought(*read_graph(numbered)) == {("7", "8")}
    with_group = "order,customer,group\n1,Ann,g\n2,Bo,g\n3,Cy,\n"
    graph, report = read_graph(write(with_group), format="orders")
    assert bought(graph, report) == {("Ann", "Bo")}
    assert graph.n == 3


@pytest.mark.parametrize(
    ("form", "text", "message"),
    [
        ("groups", "", "is empty"),
        ("groups", "1\t2\t3\nlonely\n", ":2: a group has an initiator"),
        ("groups", "1\t2\n3\t2\n", "no two members bought together"),
        ("orders", "1,2,3\n4,5,6\n", ":1: a table of orders needs a header with a column for the customer"),
        (
            "orders",
            "customer,item\n1,2\n",
            ":1: no column is known to name the order.* --link-by product .item.; columns: customer, item",
        ),
        ("orders", "customer,order\n1,2\n1,2,3\n", ":3: has 3 columns, the header 2"),
        ("orders", "customer,order\n1,2\n2,3\n", "no two members bought together"),
        ("orders", 'customer,order\na,"b\nc,2\n', ":3: is not a line of CSV"),
        ("orders", 'customer,order\na,"b"c\nc,2\n', ":2: is not a line of CSV"),
        ("orders", "customer,order\n", "at least 2 members, got 0"),
    ],
)
def test_what_is_no_table_is_one_clear_error(write: Write, form, text: str, message: str):
    path = write(text)
    with pytest.raises(InputError, match=message) as caught:
        load_graph(path, format=form)
    assert str(path) in str(caught.value)


def test_several_files_and_formats_must_fit(write: Write):
    path = write("1 2\n")
    with pytest.raises(InputError, match="several files"):
        load_graph([path, path])
    with pytest.raises(InputError, match="format must be one of"):
        load_graph(path, format="excel")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no file"):
        load_graph([])


def test_facebook_is_what_snap_says(data_folder: Path):
    graph, report = read_graph(data_folder / "facebook_combined.txt.gz")
    assert (graph.n, report.links, report.duplicates, report.self_loops) == (4_039, 88_234, 0, 0)
    assert graph.labels is None


def test_beibei_is_what_was_counted(data_folder: Path):
    graph, report = read_graph(
        [data_folder / f"beibei_{part}.txt.gz" for part in ("tune", "test")], format="groups"
    )
    assert report.records == 332_826
    assert report.links == 333_125
    assert 3.4 < graph.co_purchase_target.size / graph.n < 3.6
