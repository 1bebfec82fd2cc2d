"""Graph files of other programs, GraphML to Matrix Market: what they become, what is refused how."""

# ruff: noqa: E501 - files of few lines are read best in few lines
import gzip
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from sim.errors import InputError
from sim.network.graph import SocialGraph
from sim.network.load import read_graph
from sim.network.report import LoadReport

Read = Callable[..., tuple[SocialGraph, LoadReport]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(content: str | bytes, name: str, **said):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        graph, report = read_graph(path, **said)
        left_out = sum(out.rows for out in report.left_out)
        assert report.records == report.links + report.duplicates + report.self_loops + left_out
        return graph, report

    return read


def ties(graph: SocialGraph) -> dict[tuple[str, str], float]:
    return {
        (graph.label(i), graph.label(int(j))): round(float(tie), 3)
        for i in range(graph.n)
        for j, tie in zip(graph.friends(i), graph.ties(i), strict=True)
        if i < j
    }


def follows(graph: SocialGraph) -> set[tuple[str, str]]:
    return {(graph.label(int(j)), graph.label(i)) for i in range(graph.n) for j in graph.followers(i)}


def names(graph: SocialGraph) -> list[str]:
    return [graph.label(i) for i in range(graph.n)]


def said(report: LoadReport) -> str:
    return " | ".join(note.en for note in report.notes)


# GEXF ----------------------------------------------------------------------------------------------------

NODES = (
    '<nodes><node id="0.0" label="张三"/><node id="1.0" label="李四"/><node id="2.0" label="王五"/></nodes>'
)


@pytest.mark.parametrize(
    "head",
    [
        '<gexf xmlns="http://www.gexf.net/1.3" version="1.3">',
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        '<gexf xmlns="http://www.gexf.net/1.3draft" version="1.3">',
        '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2" xmlns:viz="http://www.gexf.net/1.2draft/viz">',
        '<gexf xmlns="http://www.gexf.net/1.1draft" version="1.1">',
        '<gexf version="1.0">',
        "<gexf>",
    ],
)
def test_gexf_of_every_namespace(read: Read, head: str):
    graph, report = read(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<meta><creator>x</creator></meta>'
        f'<graph defaultedgetype="undirected" mode="static">{NODES}'
        '<edges><edge id="0" source="0.0" target="1.0"/>'
        '<edge id="0" source="1.0" target="2.0" weight="3.0"/></edges></graph></gexf>',
        "net.gexf",
    )
    assert names(graph) == ["张三", "李四", "王五"]
    assert ties(graph) == {("张三", "李四"): 0.333, ("李四", "王五"): 1.0}
    assert (report.format, report.encoding, report.directed) == ("gexf", "UTF-8", False)
    assert 'attribute "label"' in said(report)
    assert "edges without a weight (1) have the weight 1, as the format says" in said(report)


def test_gexf_with_a_prefix_everywhere_and_other_namespaces(read: Read):
    graph, _ = read(
        '<g:gexf xmlns:g="http://www.gexf.net/1.2draft" xmlns:viz="v"><g:graph><g:nodes>'
        '<g:node id="a"><viz:size value="3"/><viz:node id="no"/></g:node><g:node id="b"/></g:nodes>'
        '<g:edges><g:edge source="a" target="b"/></g:edges></g:graph></g:gexf>',
        "net.xml",
    )
    assert names(graph) == ["a", "b"]


def test_gexf_edges_of_both_types_and_weights_among_the_attributes(read: Read):
    graph, report = read(
        '<gexf><graph defaultedgetype="directed"><attributes class="edge"><attribute id="0" title="Weight" '
        'type="double"><default>2</default></attribute></attributes>'
        '<nodes><node id="a"/><node id="b"/><node id="c"/><node id="d"/></nodes><edges>'
        '<edge id="1" source="a" target="b"><attvalues><attvalue for="0" value="4"/></attvalues></edge>'
        '<edge source="b" target="a"/><edge source="c" target="a"/>'
        '<edge source="c" target="d" type="undirected"/></edges></graph></gexf>',
        "net.gexf",
    )
    assert ties(graph) == {("a", "b"): 1.0, ("c", "d"): 0.5}
    assert follows(graph) == {("a", "b"), ("b", "a"), ("c", "a"), ("c", "d"), ("d", "c")}
    assert report.directed
    assert "3 arcs say who follows whom; 1 pairs follow each other" in said(report)
    assert "links are 1 friendships, 3 who follow another" in said(report)


def test_gexf_with_times_and_nodes_within_nodes(read: Read):
    graph, report = read(
        '<gexf><graph mode="dynamic" timeformat="date"><nodes><node id="a"><nodes><node id="b"/></nodes></node>'
        '<node id="c"><spells><spell start="2009-01-01"/></spells></node></nodes>'
        '<edges><edge source="a" target="b" start="1"/><edge source="b" target="a" start="2"/>'
        '<edge source="b" target="c"/></edges></graph></gexf>',
        "net.gexf",
    )
    assert (graph.n, report.links, report.duplicates) == (3, 2, 1)
    assert "times are not used" in said(report)
    assert "nodes within nodes" in said(report)


# GraphML -------------------------------------------------------------------------------------------------

GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
WEIGHT = '<key attr.name="weight" attr.type="double" for="edge" id="w"><default>1.0</default></key>'
UNDIRECTED = '<graph edgedefault="undirected">'


def test_graphml_a_weight_of_zero_is_left_out_and_said(read: Read):
    graph, report = read(
        f'{GRAPHML}{WEIGHT}{UNDIRECTED}<node id="u1"/><node id="u2"/><node id="u3"/><edge source="u1" target="u2">'
        '<data key="w">0.0</data></edge><edge source="u2" target="u3"/></graph></graphml>',
        "net.graphml",
    )
    assert ties(graph) == {("u2", "u3"): 1.0}
    assert "1 edge of weight 0 left out" in report.line.en
    assert graph.n == 3


def test_graphml_defaults_names_of_keys_and_labels(read: Read):
    key = WEIGHT.replace('"weight"', '"Weight"').replace("1.0", "4")
    graph, report = read(
        f'{GRAPHML}<key id="n" for="node" attr.name="Label" attr.type="string"/>{key}{UNDIRECTED}'
        '<node id="1"><data key="n"> Ann\n Lee </data></node><node id="2"><data key="n">Bo</data></node>'
        '<node id="10"><data key="n">Cy</data></node><edge source="1" target="2"><data key="w">1</data></edge>'
        '<edge source="2" target="10"/></graph></graphml>',
        "net.xml",
    )
    assert ties(graph) == {("Ann Lee", "Bo"): 0.25, ("Bo", "Cy"): 1.0}
    assert report.format == "graphml"


def test_graphml_of_yed_with_groups(read: Read):
    graph, report = read(
        '<graphml xmlns:y="http://www.yworks.com/xml/graphml"><key for="node" id="d6" yfiles.type="nodegraphics" '
        'xmlns:yfiles="x"/><graph edgedefault="directed" id="G"><node id="n0"><data key="d6"><y:ShapeNode>'
        "<y:NodeLabel>Ann<y:LabelModel><y:X/></y:LabelModel></y:NodeLabel></y:ShapeNode></data>"
        '<graph id="n0:" edgedefault="directed"><node id="n0::n0"><data key="d6"><y:NodeLabel>Bo</y:NodeLabel>'
        '</data></node></graph></node><node id="n1"><data key="d6"><y:NodeLabel>Cy</y:NodeLabel></data></node>'
        '<edge source="n0" target="n1"><data key="d6"><y:EdgeLabel>no</y:EdgeLabel></data></edge>'
        '<edge source="n1" target="n0::n0" directed="false"/></graph></graphml>',
        "net.graphml",
    )
    assert names(graph) == ["Ann", "Bo", "Cy"]
    assert follows(graph) == {("Ann", "Cy"), ("Bo", "Cy"), ("Cy", "Bo")}
    assert "graphs within nodes" in said(report)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "iso-8859-1"])
def test_xml_of_every_encoding(read: Read, encoding: str):
    name = "José" if encoding == "iso-8859-1" else "王五"
    declared = "GB2312" if encoding == "gb18030" else encoding.removesuffix("-sig")
    graph, _ = read(
        f'<?xml version="1.0" encoding="{declared}"?>{GRAPHML}{UNDIRECTED}<node id="a"/><node id="{name}"/>'
        f'<edge source="a" target="{name}"/></graph></graphml>'.encode(encoding),
        "net.graphml",
    )
    assert set(names(graph)) == {"a", name}


def bad_graphml(edges: str, nodes: str = '<node id="A"/><node id="B"/>') -> str:
    return f'<?xml version="1.0"?>\n{GRAPHML}\n{UNDIRECTED}\n{nodes}\n{edges}</graph></graphml>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (bad_graphml('<edge source="A" target="B"/>\n<edge source="B" target=""/>'), ":6: edge 'B' to ''"),
        (bad_graphml('<edge source="A" target="C"/>'), ":5: edge 'A' to 'C': no node has the id 'C'"),
        (bad_graphml('<edge source="A"/>'), ":5: an edge has no target"),
        (bad_graphml('<edge source="A" target="B"><data key="weight">-2</data></edge>'), ":5: .*, got '-2'"),
        (bad_graphml('<edge source="A" target="B"><data key="weight">NaN</data></edge>'), ":5: .*'NaN'"),
        (bad_graphml('<edge source="A" target="B"><data key="weight">x</data></edge>'), ":5: .*'x'"),
        (bad_graphml("<hyperedge/>"), ":5: has a hyperedge"),
        (bad_graphml("", '<node id="A"><port name="x"/></node>'), ":4: has a port"),
        (bad_graphml('</graph><graph edgedefault="undirected">'), ":5: a second graph begins here"),
        (bad_graphml('<edge source="A" target="A"/>'), "no edge between two members"),
        (bad_graphml("<x>" * 200), ":5: elements are nested more than 100 deep"),
        ('<?xml version="1.0" encoding="zlib"?><graphml/>', ":1: the encoding 'zlib' is not known"),
        ('<?xml version="1.0"?>\n<graphml><graph id="\xff"', ":2: is not XML"),
    ],
)
def test_what_is_wrong_in_graphml_is_named_by_its_line(read: Read, text: str, message: str):
    with pytest.raises(InputError, match=message):
        read(text, "net.graphml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("root", ["graphml", "gexf"])
def test_a_doctype_is_refused_in_any_encoding(read: Read, root: str, encoding: str):
    text = (
        f'<?xml version="1.0"?>\n<!DOCTYPE {root} [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><{root}>&b;</{root}>'
    )
    with pytest.raises(InputError, match=":2: has a DOCTYPE"):
        read(text.encode(encoding), f"net.{root}")


def test_what_unpacks_beyond_measure_is_refused(read: Read):
    text = GRAPHML.encode() + b" " * 60_000_000
    with pytest.raises(InputError, match="unpacks to more than"):
        read(gzip.compress(text), "net.graphml.gz")
    with pytest.raises(InputError, match="a tag is longer than"):
        read(f'<graphml id="{"a" * 40_000_000}"/>', "net.graphml")


# GML -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["net.gml", "net.txt"])
def test_gml(read: Read, name: str):
    graph, report = read(
        'Creator "me on Mon"\nVersion 1\n# a comment\ngraph [\n  directed 0\n  node [ id 0 label "张三" ]\n'
        '  node [ id 1 label "R&amp;D" graphics [ x 1.5 label "no" ] ]\n  node [ id 2.0 label "王五" phone "x" ]\n'
        "  edge [ source 0 target 1 value 2 ]\n  edge [ source 1 target 2 value 1 ]\n"
        '  edge [ target 1 source 0 value 1 label "again" ]\n]\n',
        name,
    )
    assert ties(graph) == {("R&D", "张三"): 1.0, ("R&D", "王五"): 0.5}
    assert (report.format, report.duplicates) == ("gml", 1)
    assert 'weights are the edges\' attribute "value"' in said(report)


def test_gml_without_labels_directed_after_its_edges(read: Read):
    graph, report = read(
        "graph\n[\n  node\n  [\n   id 7\n  ]\n  node [ id 10 ] node [ id -3 ]\n  edge [ source 7 target 10 ]\n"
        "  edge [ source 10 target 7 ] edge [ source -3 target 7 ] directed 1 ]",
        "net.gml",
    )
    assert names(graph) == ["-3", "7", "10"]
    assert follows(graph) == {("7", "10"), ("10", "7"), ("-3", "7")}
    assert list(ties(graph)) == [("7", "10")]
    assert report.directed


def test_gml_passes_over_what_it_does_not_need(read: Read):
    graph, _ = read(
        "graph [ node [ id 1 d -Inf e +nan ] node [ id 2 f nan ] edge [ source 1 target 2 x [ y [ ] ] ] ]",
        "net.gml",
    )
    assert names(graph) == ["1", "2"]


# As Gephi writes it: how a node is drawn stands in a list, colours in quotes.
OF_GEPHI = """Creator "Gephi"
graph
[
  directed 0
  node
  [
    id 0
    label "A &quot;x&quot; #1"
    graphics
    [
      x -1.5
      fill "#99[9]"
    ]
    phone "13800138000"
  ]
  node
  [
    id 1
    graphics [ x 1 ]
    label "B"
  ]
  edge
  [
    source 0
    target 1
    value 2.0
    fill "#000000"
  ]
]
"""


@pytest.mark.parametrize(
    "text",
    [
        OF_GEPHI,
        OF_GEPHI.replace("graphics", "att [ a [ b 1 ] ] graphics"),  # lists in lists, and two of them
        OF_GEPHI.replace("id 0", "# a remark ]\n id 0"),
        re.sub(r"\s+", " ", OF_GEPHI),
    ],
)
def test_gml_of_gephi(read: Read, text: str):
    graph, report = read(text, "net.gml")
    assert ties(graph) == {('A "x" #1', "B"): 1.0}
    assert report.records == 1


@pytest.mark.parametrize("node", ["id 1 graphics x [ ]", "id [ 1 ]", 'id 1 "label" B', "id 1 [ x 1 ]", "id"])
def test_gml_that_only_looks_like_a_node_is_refused(read: Read, node: str):
    with pytest.raises(InputError, match=":2: "):
        read(f"graph [\nnode [ {node} ]\nnode [ id 2 ] edge [ source 1 target 2 ] ]", "net.gml")


def test_gml_labels_that_repeat_are_not_names(read: Read):
    graph, report = read(
        'graph [ node [ id 1 label "A" ] node [ id 2 label "A" ] edge [ source 1 target 2 ] ]', "net.gml"
    )
    assert names(graph) == ["1", "2"]
    assert "members are not called by the nodes' attribute \"label\": 2 nodes have 'A'" in said(report)


@pytest.mark.parametrize(
    ("name", "encoding", "shown"),
    [("José", "latin-1", "Latin-1"), ("王五在此", "gbk", "GB18030"), ("é", "utf-8", "UTF-8")],
)
def test_gml_in_other_encodings(read: Read, name: str, encoding: str, shown: str):
    text = f'graph [ node [ id 1 label "A" ] node [ id 2 label "{name}" ] edge [ source 1 target 2 ] ]'
    graph, report = read(text.encode(encoding), "net.gml")
    assert names(graph) == ["A", name]
    assert report.encoding == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "graph [\n node [ id 1 ]\n edge [ source 1 target 5 ]\n]",
            ":3: edge '1' to '5': no node has the id '5'",
        ),
        ("graph [\n node [ id 1 ] node [ id 2 ]\n edge [ source 1 ]\n]", ":3: an edge has no target"),
        ("graph [\n node [ label 1 ]\n]", ":2: a node has no id"),
        ("graph [\n node [ id 1 ]\n edge [ source 1", ":3: is not GML"),
        ("graph [ node [ id 1 ] node [ id 2 ]\nedge [ source 1 target 2 weight -1 ] ]", ":2: .* got '-1'"),
        ("graph [ a [ ] ]\ngraph [ ]", ":2: a second graph"),
        ("Creator x", "holds no graph"),
        ("graph [ " + "a [ " * 200, "nested more than 100 deep"),
        ("graph [\n ]\n ]", ":3: is not GML"),
        ("graph [\n\n & ]", ":3: is not GML: cannot read '& ]'"),
    ],
)
def test_what_is_wrong_in_gml_is_named_by_its_line(read: Read, text: str, message: str):
    with pytest.raises(InputError, match=message):
        read(text, "net.gml")


# Pajek ---------------------------------------------------------------------------------------------------


def test_pajek(read: Read):
    graph, report = read(
        '% made by hand\n*Vertices 4\n1 "Ann Lee" 0.1 0.2 0.5 ic Red\n2 Bo\n3 "Cy"\n4 \'D\'\n*Edges\n1 2 2.5 c Blue\n'
        "% no\n2 3\n3 2\n",
        "net.net",
    )
    assert ties(graph) == {("Ann Lee", "Bo"): 1.0, ("Bo", "Cy"): 0.4}
    assert (report.format, report.records, report.duplicates, graph.n) == ("pajek", 3, 1, 4)
    assert "weight 1, as the format says" in said(report)


@pytest.mark.parametrize(
    "text",
    [
        "*vertices 3\n*arcs\n1 2\n2 1\n3 1\n",
        "*Network x\r\n*Vertices 3\r\n*Arcslist\r\n1 2\r\n2 1\r\n3 1\r\n",
        "*Vertices     3\n*Matrix\n0 1 0\n1 0 0\n1 0 0\n*Partition p\n*Vertices 3\n".replace(
            "*Partition p\n*Vertices 3\n", "*Partition p\n1\n1\n2\n"
        ),
    ],
)
def test_pajek_arcs_in_lines_lists_and_matrices(read: Read, text: str):
    graph, report = read(text, "net.txt")
    assert names(graph) == ["1", "2", "3"]
    assert follows(graph) == {("1", "2"), ("2", "1"), ("3", "1")}
    assert report.directed
    _, report = read(text, "net.txt", directed=False)
    assert not report.directed
    assert "3 arcs became 2 friendships" in said(report)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("*Vertices 2\n*Edges\n1 3\n", ":3: a vertex must be a number from 1 to 2, got '3'"),
        ("*Vertices 2\n*Edges\n1\n", ":3: must have two vertices"),
        ("*Vertices 2\n*Edges\n1 2 -4\n", ":3: edge '1' to '2': a weight .* got '-4'"),
        ("*Vertices x\n", ":1: .*Vertices must be followed"),
        ("*Vertices 99999999999\n", ":1: claims 99,999,999,999 nodes"),
        ("*Vertices 2\n*Matrix\n0 1 1\n", ":3: the matrix must have 2 rows and 2 columns"),
        ("*Vertices 2\n*Edges\n1 2\n*Vertices 2\n", ":4: a second network"),
        ("*Vertices 2\n*Events\n", ":2: is not a section"),
    ],
)
def test_what_is_wrong_in_pajek_is_named_by_its_line(read: Read, text: str, message: str):
    with pytest.raises(InputError, match=message):
        read(text, "net.net")


@pytest.mark.parametrize("kind", ["Partition", "Vector", "Permutation", "Cluster"])
@pytest.mark.parametrize("first", [True, False])
def test_pajek_values_of_vertices_are_no_second_network(read: Read, kind: str, first: bool):
    network, values = "*Network a\n*Vertices 3\n*Edges\n1 2\n2 3\n", f"*{kind} b\n*Vertices 3\n1\n2\n1\n"
    graph, report = read(values + network if first else network + values, "net.paj")
    assert (graph.n, report.records, report.links) == (3, 2, 2)
    with pytest.raises(InputError, match="a second network"):
        read(network + values + network, "net.paj")


def test_pajek_of_two_kinds_with_a_title_and_old_line_ends(read: Read):
    graph, report = read("of schools\r\r*Vertices 3 1\r1 a\r2 b\r3 c\r*Matrix\r2 1\r", "net.net")
    assert ties(graph) == {("a", "b"): 1.0, ("a", "c"): 0.5}
    assert "two kinds of vertices" in said(report)


def test_a_konect_list_named_net_is_an_edge_list(read: Read):
    graph, report = read("% sym unweighted\n% 4 4 4\n1 2\n2 3\n3 4\n1 4\n", "out.net")
    assert (report.format, graph.n, report.links) == ("edges", 4, 4)


# JSON ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("links", ["links", "edges"])
def test_json_of_networkx(read: Read, links: str):
    data = nx.node_link_data(nx.DiGraph([(1, 2), (2, 1), (3, 1)]), edges=links)
    graph, report = read(json.dumps(data), "net.json")
    assert follows(graph) == {("1", "2"), ("2", "1"), ("3", "1")}
    assert (report.format, report.directed) == ("json", True)


@pytest.mark.parametrize(
    "text",
    [
        '{"nodes":[{"id":"A"},{"id":"B"},{"id":"C"}],"links":[{"source":"A","target":"B","value":1},'
        '{"source":"B","target":"C","value":4}]}',
        '{"nodes":[{"name":"A"},{"name":"B"},{"name":"C"}],"links":[{"source":0,"target":1,"value":1},'
        '{"source":1,"target":2,"value":4}]}',
        '{"nodes":[{"name":"A"},{"name":"B"},{"name":"C"}],"edges":[{"source":"A","target":"B","weight":0.25},'
        '{"source":"B","target":"C","weight":1}]}',
        '{"nodes":[{"id":"A"},{"id":"B"},{"id":"C"}],"links":[{"source":0,"target":1,"weight":"1"},'
        '{"source":{"id":1},"target":2,"weight":4}]}',
        '{"options":{"type":"undirected"},"nodes":[{"key":"0","attributes":{"label":"A"}},{"key":"1","attributes":'
        '{"label":"B"}},{"key":"2","attributes":{"label":"C"}}],"edges":[{"key":"9","source":"0","target":"1",'
        '"attributes":{"weight":1}},{"source":"1","target":"2","attributes":{"weight":4}}]}',
        '{"nodes":[{"id":0.0,"label":"A"},{"id":1,"label":"B"},{"id":2,"label":"C"}],"links":['
        '{"source":"0","target":1.0,"value":1},{"source":1,"target":2,"value":4}]}',
    ],
)
def test_json_by_id_by_place_and_by_name(read: Read, text: str):
    graph, _ = read(text, "net.txt")
    assert ties(graph) == {("A", "B"): 0.25, ("B", "C"): 1.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"nodes":[{"id":1},{"id":2}],"links":[{"source":1,"target":7}]}',
            r"links\[0\]: .*no node has the id '7'",
        ),
        ('{"nodes":[{"id":1},{"id":2}],"edges":[{"source":1}]}', r"edges\[0\]: a link must have"),
        ('{"nodes":[{"id":1},{"id":[2]}],"links":[]}', r"nodes\[1\]: a node must have an id"),
        (
            '{"nodes":[{"id":1},{"id":2}],"links":[{"source":1,"target":2,"weight":-1}]}',
            r"links\[0\]: .*'-1'",
        ),
        (
            '{"nodes":[{"id":1},{"id":2}],"links":[{"source":1,"target":2,"weight":NaN}]}',
            r"links\[0\]: .*'nan'",
        ),
        ('{"nodes":\n[', ":2: is not JSON"),
        ("[1, 2]", "is not an object with the lists nodes and links"),
        ("[" * 100_000, "is nested too deep"),
        ('{"nodes":[{"id":' + "9" * 5000 + '}],"links":[]}', "is not JSON"),
    ],
)
def test_what_is_wrong_in_json_is_named_by_its_place(read: Read, text: str, message: str):
    with pytest.raises(InputError, match=message):
        read(text, "net.json")


# DIMACS --------------------------------------------------------------------------------------------------


def test_dimacs(read: Read):
    graph, report = read("c a\nc\np edge 4 3\nn 1 2\ne 1 2\ne 2 3 9\ne 2 1\n", "x.col.b")
    assert (set(ties(graph)), graph.n, report.format) == ({("1", "2"), ("2", "3")}, 4, "dimacs")
    assert (report.directed, report.duplicates) == (False, 1)
    assert "1 lengths" in said(report)
    assert "but has" not in said(report)
    graph, report = read("p sp 3 9\na 1 2 803\na 2 1 803\na 2 3 5\n", "roads.gr")
    assert follows(graph) == {("1", "2"), ("2", "1"), ("2", "3")}
    assert "3 lengths of arcs or edges are not used" in said(report)
    assert "9 links, but has 3" in said(report)
    assert ties(graph) == {("1", "2"): 0.5}  # no length became a strength


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p edge 3 1\ne 1 4\n", ":2: a member must be a number from 1 to 3, got '4'"),
        ("c x\np edge 3 1\nq 1 2\n", ":3: is not DIMACS: a line must begin"),
        ("p edge 3 1\ne 1\n", ":2: is not DIMACS: a line must begin"),
        ("p edge 3 1\np edge 3 1\ne 1 2\n", ":2: is not DIMACS"),
        ("p col 0 1\ne 1 2\n", ":1: is not DIMACS: a line such as p edge 5 8"),
        ("p sp 900000000 900000000\na 1 2 3\n", ":1: claims 900,000,000 nodes"),
        ("p edge 3 1\ne 1 13800138000\n", ":2: a member must be a number from 1 to 3, got '…'"),
    ],
)
def test_dimacs_is_refused(read: Read, text: str, message: str):
    with pytest.raises(InputError, match=re.escape(message)):
        read(text, "net.col")


def test_many_edges_are_as_one_after_another(read: Read):
    """Alike and unlike ones, before and behind what is taken together."""
    luck = random.Random(1)
    edges = [(luck.randrange(300), luck.randrange(300), luck.randrange(1, 9)) for _ in range(5_000)]
    forms = [
        "edge [ source {0} target {1} weight {2} ]", "edge [ source {0}.0 target {1} weight {2} ]",
        'edge [ source {0} target {1} weight {2} label "[" ]', "edge [ target {1} source {0} weight {2} ]",
    ]  # fmt: skip
    shapes = [forms[0] if i % 1_500 else luck.choice(forms) for i in range(len(edges))]
    gml = "".join(form.format(*edge) + "\n" for form, edge in zip(shapes, edges, strict=True))
    lines = "".join(f"{a} {b} {w}\n" for a, b, w in edges)
    nodes = "".join(f"node [ id {i} ]\n" for i in range(300))
    graph, _ = read(f"graph [\n{nodes}{gml}]\n", "net.gml")
    assert graph.sha256 == read(lines, "net.txt")[0].sha256
    broken = gml.splitlines()
    broken[3_333] = "edge [ source 1 target 2 weight -1 ]"
    with pytest.raises(InputError, match=r":3635: edge '1' to '2': a weight"):
        read(f"graph [\n{nodes}" + "\n".join(broken) + "\n]\n", "net.gml")


# Matrix Market -------------------------------------------------------------------------------------------

MTX = "%%MatrixMarket matrix coordinate"


def test_matrix_market(read: Read):
    graph, report = read(f"{MTX} integer symmetric\n% x\n4 4 3\n2 1 2\n3 2 4\n3 3 1\n", "net.mtx")
    assert ties(graph) == {("1", "2"): 0.5, ("2", "3"): 1.0}
    assert (graph.n, report.records, report.self_loops, report.format) == (4, 3, 1, "mtx")
    graph, report = read(f"{MTX} pattern general\n3 3 3\n1 2\n2 1\n3 1\n", "net.txt")
    assert follows(graph) == {("1", "2"), ("2", "1"), ("3", "1")}
    graph, report = read(f"{MTX} real general\n3 3 2\n1 2 0.5\n3 1 0\n".replace("3 1 0", "1 3 0"), "net.mtx")
    assert ties(graph) == {("1", "2"): 0.5}
    assert "1 edge of weight 0 left out" in report.line.en
    graph, _ = read("%%MatrixMarket matrix array real general\n2 2\n0\n3\n3\n0\n", "net.mtx")
    assert ties(graph) == {("1", "2"): 1.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{MTX} pattern general\n3 4 1\n1 2\n", "3 rows and 4 columns"),
        (f"{MTX} pattern general\n3 3 1\n1 9\n", ":3: must be a whole number from 1 to 3, got '9'"),
        (f"{MTX} pattern general\n3 3 9\n1 2\n", ":2: says that it has 9 entries, but has 1"),
        (f"{MTX} complex general\n3 3 1\n1 2 1 1\n", ":1: a 'complex' 'general' matrix"),
        (f"{MTX} real general\n3 3 1\n1 2 -1\n", ":3: edge '1' to '2': a weight .* got '-1'"),
        (f"{MTX} pattern general\n900000000 900000000 1\n1 2\n", ":2: claims 900,000,000 nodes"),
        (f"{MTX} real general\n3 3 99999999999\n1 2 1\n", ":2: must be a whole number from 1 to 50,000,000"),
        ("%%MatrixMarket matrix array real general\n900000 900000\n1\n", ":2: more than 50,000,000 entries"),
    ],
)
def test_what_is_no_matrix_market_is_one_clear_error(read: Read, text: str, message: str):
    with pytest.raises(InputError, match=message):
        read(text, "net.mtx")


# All of them ---------------------------------------------------------------------------------------------


def test_directed_is_what_the_user_says_unless_the_file_contradicts(read: Read):
    undirected = (
        f'{GRAPHML}{UNDIRECTED}<node id="a"/><node id="b"/><edge source="a" target="b"/></graph></graphml>'
    )
    with pytest.raises(InputError, match="says itself that its edges have no direction"):
        read(undirected, "net.graphml", directed=True)
    silent = '{"nodes":[{"id":"a"},{"id":"b"}],"links":[{"source":"a","target":"b"}]}'
    assert ties(read(silent, "net.json")[0]) == {("a", "b"): 0.5}
    assert follows(read(silent, "net.json", directed=True)[0]) == {("a", "b")}


@pytest.mark.parametrize("mark", ["label", "phone"])
def test_what_leads_to_a_person_is_in_no_name(read: Read, mark: str):
    phones = [f"1380013{8000 + i}" for i in range(3)]
    nodes = "".join(f'node [ id {i} {mark} "{phone}" name "n{i}" ] ' for i, phone in enumerate(phones))
    graph, report = read(
        f"graph [ {nodes} edge [ source 0 target 1 ] edge [ source 1 target 2 ] ]", "net.gml"
    )
    shown = " ".join([*names(graph), report.line.en, said(report), repr(report)])
    assert not any(phone in shown for phone in phones)
    assert sorted(names(graph)) == (["k1", "k2", "k3"] if mark == "label" else ["n0", "n1", "n2"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("*Vertices 3\n*13800138000\n", "net.net"),
        ("*Vertices 13800138000x\n", "net.net"),
        ("*Vertices 3\n*Edges\n13800138000\n", "net.net"),
        ("graph [\n@li@example.com\n]", "net.gml"),
        ("graph [\nnode [ id 1 ] 13800138000 ]", "net.gml"),
    ],
)
def test_no_error_of_a_graph_file_shows_a_person(read: Read, text: str, name: str):
    with pytest.raises(InputError) as caught:
        read(text, name)
    assert not re.search("1380013|example", str(caught.value) + caught.value.text.zh)


def test_an_error_does_not_name_a_person(read: Read):
    with pytest.raises(InputError) as caught:
        read(bad_graphml('<edge source="A" target="13800138000"/>'), "net.graphml")
    assert "13800138000" not in caught.value.text.en + caught.value.text.zh


SEEDS: dict[str, str] = {
    "net.graphml": bad_graphml(
        '<edge source="A" target="B"><data key="weight">2</data></edge><edge source="B" target="A"/>'
    ),
    "net.gexf": f'<gexf version="1.2"><graph defaultedgetype="undirected">{NODES}<edges><edge source="0.0" '
    'target="1.0" weight="2"/><edge source="1.0" target="2.0" type="directed"/></edges></graph></gexf>',
    "net.gml": 'graph [ directed 0 node [ id 0 label "张三" ] node [ id 1 label "b" ] node [ id 2 label "c" g [ x 1 ]'
    " ]\n edge [ source 0 target 1 value 2 ] edge [ source 1 target 2 value 1 ] ]",
    "net.net": '*Vertices 3\n1 "张三"\n2 "b"\n3 c\n*Edges\n1 2 3\n2 3\n*Arcs\n1 3 1.5\n*Matrix\n0 1 0\n1 0 0\n0 0 0\n',
    "net.json": '{"directed": false, "nodes": [{"id": "张三"}, {"id": 1}, {"id": 2}], "links": [{"source": 1, '
    '"target": 2, "weight": 1.5}, {"source": "张三", "target": 1}]}',
    "net.mtx": f"{MTX} real general\n3 3 3\n1 2 0.5\n2 3 1\n3 1 2\n",
}
ENCODINGS = ("utf-8", "utf-8", "utf-16", "gb18030", "utf-8-sig")


def mutated(luck: random.Random, raw: bytes) -> bytes:
    """A file after a few accidents."""
    data = bytearray(raw)
    for _ in range(luck.randint(1, 2)):
        place, length = luck.randrange(len(data) + 1), luck.randint(1, 12)
        match luck.randrange(5):
            case 0:
                del data[place : place + length]
            case 1:
                data[place:place] = luck.randbytes(length)
            case 2:
                data[place:place] = luck.choice(
                    (
                        b'"',
                        b"<",
                        b"]",
                        b"[",
                        b"{",
                        b"}",
                        b"\n",
                        b"9" * 30,
                        b"-",
                        b"nan",
                        b"1e999",
                        b"\0",
                        b"*",
                        b"%",
                    )
                )
            case 3:
                data[place:place] = data[place : place + 40]
            case 4 if place < len(data):
                data[place] ^= 1 << luck.randrange(8)
    return bytes(data)


def reworded(luck: random.Random, text: str) -> str:
    """A file of which some words say something else."""
    words = re.split(r"(\w+)", text)
    for _ in range(luck.randint(1, 3)):
        place = luck.randrange(len(words))
        words[place] = luck.choice(
            (
                "0",
                "7",
                "-1",
                "nan",
                "",
                " ",
                "1e400",
                "张",
                "directed",
                "true",
                "9" * 25,
                "1.0",
                "\r\n",
                luck.choice(words),
            )
        )
    return "".join(words)


def fuzz(read: Read, seed: int, rounds: int) -> int:
    """How many of so many damaged files were read all the same; the others are one clear error each."""
    luck, good = random.Random(seed), 0
    for _ in range(rounds):
        name = luck.choice(list(SEEDS))
        text, encoding = SEEDS[name], luck.choice(ENCODINGS)
        raw = (
            reworded(luck, text).encode(encoding)
            if luck.random() < 0.6
            else mutated(luck, text.encode(encoding))
        )
        if luck.random() < 0.1:
            raw = gzip.compress(raw)
        try:
            read(raw, name)
            good += 1
        except InputError:
            pass
    return good


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("graph [\n" + "#" * 60 + "\n & ]", "net.gml"),
        ("a b\n" * 20_000, "net.gml"),
        ("<?x?>" * 60, "net.xml"),
        ("<!-- x -->" * 60 + "<", "net.xml"),
        ("*Vertices 3\n" + "1 " * 400_000, "net.net"),
        ("graph [ node [ id 1 label " + '"" ' * 100_000 + "&", "net.gml"),
    ],
)
def test_no_text_takes_ages(read: Read, text: str, name: str):
    """Where a pattern fits in several ways, each of these would take years."""
    with pytest.raises(InputError):
        read(text, name)


def test_the_files_to_be_damaged_are_whole(read: Read):
    for name, text in SEEDS.items():
        read(text, name)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_read_or_refused_and_every_record_is_accounted_for(read: Read, seed: int):
    assert 0 < fuzz(read, seed, 100) < 100
