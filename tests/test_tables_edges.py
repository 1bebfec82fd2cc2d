"""Edge lists and matrices as people have them: what graph they are, and what is said of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.network.load import read_graph
from tests.graph_shape import arcs_of, friends_of, names_of

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes, name: str = "graph.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


RING = {"1-2", "2-3", "3-4", "1-4"}


@pytest.mark.parametrize(
    ("text", "links"),
    [
        # columns by name, wherever they stand
        ("Source,Target,Type,Id,Label,timeset,Weight\n张三,李四,Undirected,0,,,3.0\n李四,王五,Undirected,1,,,1.0\n",
         {"张三-李四": 1, "李四-王五": 0.333}),
        ("Id;Weight;Target;Source\n0;3;b;a\n1;1;c;b\n", {"a-b": 1, "b-c": 0.333}),
        ("时间,收件人,亲密度,发件人\n2024-05-01,李四,4,张三\n2024-05-02,王五,1,李四\n",
         {"张三-李四": 1, "李四-王五": 0.25}),
        # a separator at the end of each line
        ("source,target,\n1,2,\n2,3,\n", {"1-2", "2-3"}),
        ("1\t2\t\n2\t3\t\n", {"1-2", "2-3"}),
        ("1;2;;\n2;3;;\n", {"1-2", "2-3"}),
        ("source,target,weight,\n1,2,4,\n2,3,2,\n", {"1-2": 1, "2-3": 0.5}),
        # matrices
        (",张三,李四,王五\n张三,0,1,0\n李四,1,0,2\n王五,0,2,0\n", {"张三-李四": 0.5, "李四-王五": 1}),
        (";7;8;9\n8;1;0;\n7;0;1;\n9;;;0\n", {"7-8": None}),
        ("0,1,0\n1,0,1\n0,1,0\n", {"0-1", "1-2"}),
        ("0 2 0 0\n2 0 1 0\n0 1 0 4\n0 0 4 0\n", {"0-1": 0.5, "1-2": 0.25, "2-3": 1}),
        ("甲,乙,丙\n0,1,0\n1,0,1\n0,1,0\n", {"丙-乙", "乙-甲"}),
        (" ;7;8;9\n7;0;0,5;0\n8;0,5;0;1\n9;0;1;0\n", {"7-8": 0.5, "8-9": 1}),
        ("id\ta\tb\tc\na\t0\t1\t1\nb\t\t0\t0\nc\t\t\t0\n", {"a-b", "a-c"}),
        # comments
        ("% sym unweighted\n% 4 4 4\n1 2\n2 3\n3 4\n1 4\n", RING),
        ("%sym positive\n1\t2\n2\t3\n3\t4\n1\t4\n", RING),
        ("# FromNodeId\tToNodeId\n1\t2\n2\t3\n# the rest\n3\t4\n1\t4\n", RING),
        ("source,target\n#春节,#年货\n#年货,张三\n张三,#春节\n", {"#年货-#春节", "#年货-张三", "#春节-张三"}),
        ("#a,#b\n#b,c\nc,#a\n", {"#a-#b", "#b-c", "#a-c"}),
        ("sender\treceiver\n%x\ty\ny\t# z\n", {"%x-y", "# z-y"}),
        # a header that no list of words holds
        ("寄件人,收件人\n张三,李四\n李四,王五\n王五,张三\n", {"张三-李四", "李四-王五", "张三-王五"}),
        ("甲方,乙方\n张三,李四\n李四,王五\n", {"张三-李四", "李四-王五"}),
        ("user_a,user_b\nann,bob\nbob,cid\n", {"ann-bob", "bob-cid"}),
        ("from_user_id,to_user_id\nu1,u2\nu2,u3\n", {"u1-u2", "u2-u3"}),
        ("id,friend_id\nx,y\ny,z\n", {"x-y", "y-z"}),
        ("好友关系表\n导出时间：2024-05-01\n用户ID,好友ID\na,b\nb,c\n", {"a-b", "b-c"}),
        # no header, though no id of the first line comes again
        ("u1,u2\nu3,u4\nu4,u5\n", {"u1-u2", "u3-u4", "u4-u5"}),
        # numbers of rows in front
        (",source,target\n0,12,13\n1,13,14\n2,14,12\n", {"12-13", "13-14", "12-14"}),
        ("#,source,target\n0,12,13\n1,13,14\n2,14,12\n", {"12-13", "13-14", "12-14"}),
        (",甲,乙\n1,张三,李四\n2,李四,王五\n", {"张三-李四", "李四-王五"}),
        ('"from" "to"\n"1" 12 13\n"2" 13 14\n', {"12-13", "13-14"}),
        # times are no weights
        ("1 2 1082040961\n3 4 1082155839\n5 2 1082414391\n2 1 1082414392\n", {"1-2", "3-4", "2-5"}),
        ("1 2 1082040961000\n3 2 1282155839000\n", {"1-2", "2-3"}),
        ("1,2,2004-04-15 10:00\n3,2,2004-04-16 11:00\n", {"1-2", "2-3"}),
        ("1 2 20040415\n3 2 20191231\n", {"1-2", "2-3"}),
        ("1 2 1 1082040961\n3 2 2 1082155839\n", {"1-2": 0.5, "2-3": 1}),
        ("source,target,timestamp\n1,2,5\n2,3,9\n", {"1-2", "2-3"}),
        ("source,target,since\n1,2,5\n2,3,9\n", {"1-2", "2-3"}),
        # weights
        ("1 2 8\n2 3 2\n", {"1-2": 1, "2-3": 0.25}),
        ("1;2;0,5\n2;3;0,25\n", {"1-2": 0.5, "2-3": 0.25}),
        ("1 2 3\n2 3 0\n", {"1-2": None}),
        # marks of text in spreadsheets, full-width separators
        ("source,target\n=\"007\",'008\n'008,=\"9\"\n", {"7-8", "8-9"}),
        ("张三，李四\n李四，王五\n", {"张三-李四", "李四-王五"}),
        ("source|target\na|b\nb|c\n", {"a-b", "b-c"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_an_edge_list_is_read_as_it_is_meant(write: Write, text: str, links, encoding: str):
    graph, report = read_graph(write(text.encode(encoding)))
    found = friends_of(graph, report)
    assert set(found) == set(links)
    if isinstance(links, dict):
        assert {pair: tie for pair, tie in found.items() if links[pair] is not None} == {
            pair: tie for pair, tie in links.items() if tie is not None
        }
    left_out = sum(out.rows for out in report.left_out)
    assert report.records == report.links + report.self_loops + report.duplicates + left_out
    assert report.encoding == {"utf-16": "UTF-16"}.get(
        encoding, "UTF-8" if text.isascii() else report.encoding
    )


@pytest.mark.parametrize("body", [
    ["1001,1002", "1002,wx_abc", "wx_abc,1001"],
    ["7,007", "7,x", "x,y", "y,7"],
    ["#a,b", "b,12", "12,#a", "b,c"],
])  # fmt: skip
def test_what_is_accepted_does_not_depend_on_the_order_of_lines(write: Write, body: list[str]):
    found = set()
    for shift in range(len(body)):
        turned = body[shift:] + body[:shift]
        graph, _ = read_graph(write("\n".join(["source,target", *turned])))
        found.add((graph.sha256, graph.labels))
    assert len(found) == 1


def test_kinds_of_links_make_arcs(write: Write):
    edges = "Source,Target,Type\nann,star,Directed\nbob,star,{}\nstar,bob,directed\n"
    graph, report = read_graph(write(edges.format("Directed")))
    assert report.directed
    assert arcs_of(graph, report) == {"ann>star", "bob>star", "star>bob"}
    assert set(friends_of(graph, report)) == {"bob-star"}
    mixed = "Source,Target,Type\nann,star,Directed\nbob,star,Undirected\n"
    assert arcs_of(*read_graph(write(mixed))) == {"ann>star", "bob>star", "star>bob"}
    graph, report = read_graph(write(mixed), directed=False)
    assert not report.directed
    assert set(friends_of(graph, report)) == {"ann-star", "bob-star"}
    with pytest.raises(InputError, match=":3: the type of an edge must be"):
        read_graph(write("Source,Target,Type\na,b,Directed\nb,c,Direct\n"), columns={"type": "Type"})


def test_who_follows_whom_is_said_by_the_user(write: Write):
    path = write("# follower followed\nann star\nbob star\ncid star\ndan star\nstar bob\n", "follows.txt")
    graph, report = read_graph(path, directed=True)
    assert arcs_of(graph, report) == {"ann>star", "bob>star", "cid>star", "dan>star", "star>bob"}
    assert set(friends_of(graph, report)) == {"bob-star"}
    plain, said = read_graph(path)
    assert (plain.links, said.records, said.duplicates) == (4, 5, 1)
    assert any("directed" in note.en for note in said.notes)
    matrix = write(",a,b,c\na,0,1,1\nb,0,0,0\nc,1,0,0\n")
    graph, report = read_graph(matrix)
    assert arcs_of(graph, report) == {"a>b", "a>c", "c>a"}
    assert set(friends_of(*read_graph(matrix, directed=False))) == {"a-b", "a-c"}


def test_columns_are_named_by_hand(write: Write):
    path = write("who,whom,how,when\na,b,2,5\nb,c,1,6\n")
    graph, report = read_graph(path, columns={"source": "WHO", "target": "whom", "weight": "How"})
    assert friends_of(graph, report) == {"a-b": 1, "b-c": 0.5}
    assert report.columns == (("source", "who"), ("target", "whom"), ("weight", "how"))
    assert report.columns_unused == ("when",)
    bare = write("9 1 2 x\n8 2 3 y\n", "bare.txt")
    assert set(friends_of(*read_graph(bare, columns={"source": "2", "target": "3"}))) == {"1-2", "2-3"}
    signed = write("1 2 1\n2 3 -1\n", "signed.txt")
    assert set(friends_of(*read_graph(signed, columns={"source": "1", "target": "2"}))) == {"1-2", "2-3"}
    with pytest.raises(InputError, match=r"no column is called 'whose'; there are who, whom, how, when"):
        read_graph(path, columns={"source": "who", "target": "whose"})
    with pytest.raises(InputError, match="no field 'colour'"):
        read_graph(path, columns={"colour": "who"})


def test_what_was_done_is_said(write: Write):
    _, report = read_graph(write("甲方,乙方\n张三,李四\n李四,王五\n王五,王五\n".encode("gb18030")))
    assert (report.encoding, report.header_line, report.self_loops) == ("GB18030", 1, 1)
    assert any("line 1 is taken for the names of columns (甲方, 乙方)" in note.en for note in report.notes)
    _, report = read_graph(write("1 2 1082040961\n2 3 1082155839\n"))
    assert any("looks like times" in note.en for note in report.notes)
    assert report.columns_unused == ("3",)
    _, report = read_graph(write("1 2 3 1082040961\n2 3 1 1082155839\n"))
    assert "columns used: source = 1, target = 2, weight = 3; columns not used: 4" in report.line.en
    _, report = read_graph(write("1 2\n2 3\n"))
    assert "columns" not in report.line.en
    _, report = read_graph(write("1 2 3\n2 3 0\n1 2 1\n"))
    assert [(out.why.en, out.rows) for out in report.left_out] == [("rows with a weight of 0", 1)]
    assert (report.records, report.duplicates) == (3, 1)
    _, report = read_graph(write("1 2\n# later\n2 3\n"))
    assert any("1 lines that begin with # or %" in note.en for note in report.notes)
    _, report = read_graph(write("title\nsource,target\n1,2\n2,3\n合计,2\n"))
    assert [(out.why.en, out.rows) for out in report.left_out] == [("rows of totals", 1)]
    assert (report.header_line, report.records, report.links) == (2, 3, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("姓名,年龄,城市,性别\n张三,23,杭州,男\n", r"look|columns|no column|link"),
        ("name,age\nann,23\nbob,24\n", "no member stands in both"),
        ("a,b,c,d\nx,y,1,2\nz,x,3,4\n", "an edge list has 2 or 3 columns.*columns: a, b, c, d; say which"),
        ("source,target\n1.23E+17,1.23E+17\n", ":2: column source: the number was rounded by a spreadsheet"),
        ("1 2\n3 2.5e+11\n", ":2: column 2: the number was rounded"),
        ("1 2 1\n2 3 -1\n", ":2: a weight must be a number above 0, got '-1'.*name the columns"),
        ("1 2 1\n2 3 x\n", ":2: a weight must be a number above 0, got 'x'"),
        (",a,b\na,0,-1\nb,1,0\n", ":2: a cell of a matrix must be a number of 0 or above, got '-1'"),
        ("<html><table></table></html>", "holds markup"),
        ("source,target\n1,2,3\n", ":2: has 3 columns, the header 2"),
        ("t1,t2,t3,t4\n1,2,3,4\n2,3,4,5\n", "an edge list has 2 or 3 columns"),
        ("spot x,spot y,spot z,name\n1,2,3,a\n2,3,4,b\n", "an edge list has 2 or 3 columns"),
        ("spot_x,spot_y\n1.5,2.5\n2.5,3.25\n", "column spot_x holds numbers with decimal places"),
        ("0.5 1.25\n1.25 0.5\n", ":1: column 1 holds numbers with decimal places.*source=1"),
        ("1,Ann,a\n2,Bob,b\n3,Cy,c\n", ":1: no member stands in both 1 and 2.*source=1"),
        ("1\n2\n3\n", ":1: each line is one cell, and a link has two ends"),
        ("name\nann\nbob\n", ":1: each line is one cell, and a link has two ends"),
        ("1,2\n,3\n", ":2: a member's id must have 1 to 1,000 characters, got 0; complete the line"),
        ("user_id,amount\n1,5\n2,6\n", "does not show what links the people.*columns: user_id, amount"),
    ],
)
def test_in_doubt_an_error_says_how_to_go_on(write: Write, text: str, message: str):
    path = write(text)
    with pytest.raises(InputError, match=message) as caught:
        read_graph(path)
    assert str(path) in str(caught.value)


def test_what_is_said_of_columns_goes_before_doubts(write: Write):
    ends = {"source": "1", "target": "2"}
    for text, links in (("1,Ann\n2,Bob\n", 2), ("0.5 1.25\n1.25 0.75\n", 2), ("a_1,a_2,a_3\n1,2,x\n", 1)):
        assert read_graph(write(text), columns=ends)[1].links == links
    assert read_graph(write("user1,user2\nann,bob\nbob,cy\n"))[1].columns == (
        ("source", "user1"),
        ("target", "user2"),
    )


def test_ids_that_lead_to_a_person_are_replaced_and_all_others_kept(write: Write):
    text = "source,target\n13800138000,ann\nann,bob@example.com\nk1,ann\n"
    graph, report = read_graph(write(text))
    assert set(graph.labels or ()) == {"ann", "k1", "kk1", "kk2"}
    assert set(names_of(graph, report)) == {"ann", "k1", "13800138000", "bob@example.com"}
    assert "13800138000" not in repr(report) + report.line.en
    numbers = "13800138000,5\n5,7\n7,13900139000\n"
    graph, report = read_graph(write(numbers))
    assert (graph.labels or ())[:2] == ("5", "7")
    assert set(report.keys) == {"13800138000", "13900139000"}
    turned = "\n".join(reversed(numbers.splitlines()))
    assert read_graph(write(turned))[0].sha256 == graph.sha256


@pytest.mark.parametrize("text", [
    "13800138000,ann,13900139000\nann,bob,x\nbob,cid\n",
    "1 2 0.5\n2 3 13800138000张\n",
    "source,target,weight\na,b,13800138000x\n",
])  # fmt: skip
def test_no_error_shows_a_telephone(write: Write, text: str):
    with pytest.raises(InputError) as caught:
        read_graph(write(text))
    assert "138001" not in str(caught.value) + caught.value.text.zh


def test_the_first_line_of_konect_says_the_direction(write: Write):
    rows = "1 2\n2 1\n2 3\n"
    graph, report = read_graph(write(f"% asym unweighted\n% 3 3 3\n{rows}", "out.net"))
    assert arcs_of(graph, report) == {"1>2", "2>1", "2>3"}
    assert 'says "asym"' in report.notes[-1].en
    assert not read_graph(write(f"% asym unweighted\n{rows}"), directed=False)[1].directed
    assert not read_graph(write(f"% sym unweighted\n{rows}"))[1].directed
    bip = write(f"% bip unweighted\n{rows}1 1\n")
    with pytest.raises(InputError, match=r":1: .*bipartite .*customer=1 product=2"):
        read_graph(bip)
    graph, report = read_graph(bip, columns={"customer": "1", "product": "2"})
    assert (report.format, report.members, report.links) == ("orders", 2, 1)


@pytest.mark.parametrize(
    "names", ["id,department", "name,dept", "学生,班级", "voter,candidate", "name,dept,weight"]
)
def test_a_header_without_a_known_end_asks_what_is_meant(write: Write, names: str):
    extra = ",1" * (names.count(",") - 1)
    path = write(f"{names}\n" + "".join(f"{i},{i % 7 + 1}{extra}\n" for i in range(1, 40)))
    one, other, *_ = names.split(",")
    with pytest.raises(InputError, match=rf":1: .*columns: {one}, {other}.*source=…, target=…"):
        read_graph(path)
    assert read_graph(path, columns={"source": one, "target": other})[1].records == 39


@pytest.mark.parametrize(
    "names",
    [
        "source,target", "from,to", "node1,node2", "FromNodeId,ToNodeId", "id1,id2", "u,v", "i,j",
        "user,friend", "follower,followee", "rater,ratee", "V1,V2", "userA,userB",
        "numeric_id_1,numeric_id_2", "A,B", "甲,乙", "truster,trustee", "ego,alter",
        "node,neighbor", "成员,好友", "Source Node,Target Node",
    ],
)  # fmt: skip
@pytest.mark.parametrize("mark", [",", "\t"])
def test_headers_of_public_files_are_known(write: Write, names: str, mark: str):
    rows = "".join(f"{i}{mark}{i % 7 + 1}\n" for i in range(1, 40))
    report = read_graph(write(names.replace(",", mark) + "\n" + rows))[1]
    assert (report.format, report.records, report.header_line) == ("edges", 39, 1)


@pytest.mark.parametrize("above", ["\n", " \n", "# x\n", "%\n"])
def test_any_number_of_lines_that_say_nothing_may_stand_above(write: Write, above: str):
    graph, report = read_graph(write(above * 12_000 + "1,2\n2,3\n"))
    assert set(friends_of(graph, report)) == {"1-2", "2-3"}
    _, report = read_graph(write(above * 12_000 + "source,target\n1,2\n2,3\n"))
    assert (report.header_line, report.records) == (12_001, 2)
    with pytest.raises(InputError, match=r":12003: has 3 columns"):
        read_graph(write(above * 12_000 + "source,target\n1,2\n2,3,4\n"))
