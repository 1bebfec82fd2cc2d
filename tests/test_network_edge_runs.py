"""Edges of XML read many at a stroke are what the parser alone would read of them."""

import random

import pytest

from sim.errors import InputError
from sim.network import graph_xml
from sim.network.gexf import GEXF
from sim.network.graph_xml import XmlGraph
from sim.network.graphml import GraphML

QUOTE = '"'
NAMES = [
    ("source", "target"), ("id", "source", "target", "weight"), ("target", "source", "label"),
    ("id", "source", "target", "type", "weight"), ("source", "target", "directed"),
    ("source", "target", "start"),
]  # fmt: skip


def value(rng, kind):
    odd = ["a&amp;b", "", "x\ty", "张三", "\x01", "a>b", " 4 ", "-1"]
    return rng.choice(odd) if rng.random() < 0.05 else str(rng.randrange(1, kind))


def edge(rng, names, kind, data):
    """An edge as many programs would write it; now and then in another way than the others."""
    if rng.random() < 0.05:
        names = rng.sample(names, len(names))
    said = {"type": kind if rng.random() < 0.95 else "directed", "directed": "true"}
    quote = QUOTE if rng.random() < 0.97 else "'"
    space = [" ", " ", " ", "\n", "\r\n"]
    written = "".join(
        f"{rng.choice(space)}{name}={quote}{said.get(name) or value(rng, 9)}{quote}" for name in names
    )
    inside = "".join(f'\n<data key="{key}">{value(rng, 9)}</data>' for key in data)
    if rng.random() < 0.02:
        inside += rng.choice(["<!-- <edge source='1' target='2'/> -->", "<desc/>", '<attvalue for="w"/>'])
    return f"<edge{written}" + (f">{inside}\n</edge>" if inside or rng.random() < 0.3 else "/>")


def file_of(rng):
    """A small file, sometimes broken; and how it is read."""
    is_graphml = rng.random() < 0.5
    names, kind = rng.choice(NAMES), rng.choice(["undirected", "directed", "mutual"])
    data = rng.choice([(), ("d0",), ("d0", "d1"), ("d0", "d0"), ("zz",)]) if is_graphml else ()
    space = ["", "\n", " ", "\r\n"]
    edges = "".join(rng.choice(space) + edge(rng, names, kind, data) for _ in range(rng.randrange(40)))
    nodes = "".join(f'\n<node id="{i}"/>' for i in range(rng.randrange(9)))
    default = rng.choice(["", "<default>2</default>"])
    named = rng.choice(["weight", "value", "layer", "colour"])
    text = (
        f'<graphml><key id="d0" for="edge" attr.name="weight"/><key id="d1" for="edge" attr.name="{named}">'
        f'{default}</key><graph edgedefault="{rng.choice(["directed", "undirected"])}">'
        f"{nodes}{edges}\n</graph></graphml>"
        if is_graphml
        else f"<gexf><graph><nodes>{nodes}</nodes><edges>{edges}\n</edges></graph></gexf>"
    )
    if rng.random() < 0.2:
        text = text[: rng.randrange(len(text))]
    if rng.random() < 0.1:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["<", "&", QUOTE, "<!--", "<?x ?>", "]]>"]) + text[at:]
    return text, GraphML if is_graphml else GEXF


def read(kind, path):
    """All that was found; "refused" where there is an error (which of several comes first may differ)."""
    try:
        found = kind(path).read()
        found.finish()
    except InputError:
        return "refused"
    numbers = [[str(one) for one in values] for values in (found.weight, found.value)]
    ends = list(found.a), list(found.b), list(found.place), list(found.arc), list(found.layer)
    return found.ids, found.declared, found.marks, found.notes, numbers, ends


@pytest.mark.parametrize("seed", range(4))
def test_runs_of_edges_are_read_as_the_parser_reads_them(tmp_path, monkeypatch, seed):
    rng, taken = random.Random(seed), 0
    find = graph_xml.edge_run

    def counted(*given):
        nonlocal taken
        run = find(*given)
        taken += len(run.rows)
        return run

    monkeypatch.setattr(graph_xml, "edge_run", counted)
    path = tmp_path / "file.xml"
    for _ in range(150):
        text, kind = file_of(rng)
        path.write_text(text, encoding="utf-8", newline="")
        content, size = path.read_bytes(), rng.choice([7, 40, 200, 5_000])
        parts = [content[:1_000], *(content[at : at + size] for at in range(1_000, len(content), size))]
        monkeypatch.setattr(graph_xml, "read_chunks", lambda path, parts=parts: iter(parts))
        found = read(kind, path)
        with monkeypatch.context() as only:
            only.setattr(XmlGraph, "_feed", XmlGraph._parse)
            assert read(kind, path) == found, text
    assert taken > 500


def test_errors_after_a_run_name_their_line(tmp_path):
    path = tmp_path / "file.graphml"
    edges = "".join(f'<edge source="{i}" target="{i + 1}"/>\n' for i in range(50))
    path.write_text(f'<graphml><graph edgedefault="undirected">\n{edges}<edge source="1"/>\n')
    with pytest.raises(InputError, match=r":52: an edge has no target"):
        GraphML(path).read()
    path.write_text(f'<graphml><graph edgedefault="undirected">\n{edges}</graph></oops>\n')
    with pytest.raises(InputError, match=r":52: is not XML"):
        GraphML(path).read()
