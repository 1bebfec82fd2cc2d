"""Workload of files of one's own: a large table or graph file as people have it, read."""

from __future__ import annotations

import gzip
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.campaigns import Numbers
from benchmarks.memory import peak_mib
from sim.network.load import read_graph
from sim.streams import mix

WARM_UP_ROWS = 1_000  # assumption: enough for everything to be loaded or compiled
_MEMBERS_SHARE = 0.2  # assumption: members by rows, as of a shop whose members buy five times

KINDS = {
    "edges": "table.csv",
    "edges, gzipped": "table.csv.gz",
    "weighted edges without a header": "table.txt",
    "orders, UTF-8": "orders.csv",
    "orders, GBK": "orders-gbk.csv",
    "members and inviters": "members.csv",
    "orders, xlsx": "orders.xlsx",
    "GML": "net.gml",
    "GML of Gephi": "gephi.gml",
    "GraphML": "net.graphml",
    "GEXF": "net.gexf",
    "Pajek": "net.net",
    "JSON": "net.json",
    "Matrix Market": "net.mtx",
    "DIMACS": "net.col",
    "KONECT": "out.net",
}
"""What is read, by the name of its file."""

# Of graph files: what stands before the nodes, a node, what stands between, an edge, and the end.
_FORMS = {
    "GML": (
        "graph [\n", '  node [\n    id {0}\n    label "user {0}"\n  ]\n', "",
        "  edge [\n    source {1}\n    target {2}\n    value {3}\n  ]\n", "]\n",
    ),
    "GML of Gephi": (
        'Creator "Gephi"\ngraph\n[\n  directed 0\n',
        '  node\n  [\n    id {0}\n    label "user {0}"\n    graphics\n    [\n      x 1.5\n      y 2.5\n'
        '      fill "#999999"\n    ]\n  ]\n',
        "",
        "  edge\n  [\n    id {0}\n    source {1}\n    target {2}\n    value {3}.0\n"
        '    fill "#999999"\n  ]\n',
        "]\n",
    ),
    "GraphML": (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="d0" for="edge" attr.name="weight"/>'
        '<key id="d1" for="node" attr.name="label"/><graph edgedefault="undirected">\n',
        '<node id="{0}"><data key="d1">user {0}</data></node>\n', "",
        '<edge source="{1}" target="{2}"><data key="d0">{3}</data></edge>\n', "</graph></graphml>\n",
    ),
    "GEXF": (
        '<gexf xmlns="http://gexf.net/1.3" version="1.3"><graph defaultedgetype="undirected"><nodes>\n',
        '<node id="{0}" label="user {0}"/>\n', "</nodes><edges>\n",
        '<edge id="{0}" source="{1}" target="{2}" weight="{3}.0"/>\n', "</edges></graph></gexf>\n",
    ),
    "Pajek": ("*Vertices {0}\n", '{4} "user {0}" 0.5 0.5 0.5\n', "*Edges\n", "{4} {5} {3}\n", ""),
    "JSON": (
        '{{"directed": false, "nodes": [', '{{"id": {0}, "label": "user {0}"}}, ',
        '{{"id": "-"}}], "links": [',
        '{{"source": {1}, "target": {2}, "weight": {3}}}, ', '{{"source": 0, "target": 1, "weight": 1}}]}}\n',
    ),
    "Matrix Market": (
        "%%MatrixMarket matrix coordinate real symmetric\n", "", "{0} {0} {1}\n", "{4} {5} {3}\n", "",
    ),
    "DIMACS": ("c made\n", "", "p edge {0} {1}\n", "e {4} {5}\n", ""),
    "KONECT": ("% asym positive\n", "", "% {1} {0} {0}\n", "{4} {5} {3}\n", ""),
}  # fmt: skip


def _graph(kind: str, rows: int) -> Iterator[str]:
    members = max(2, int(rows * _MEMBERS_SHARE))
    start, node, between, edge, end = _FORMS[kind]
    yield start.format(members)
    if node:
        yield from (node.format(i, 0, 0, 0, i + 1) for i in range(members))
    yield between.format(members, rows)
    for i in range(rows):
        a, b = mix(i, 1) % members, mix(i, 2) % members
        numbers = (a + 1, b + 1) if kind == "Pajek" else (max(a, b) + 1, min(a, b) + 1)
        yield edge.format(i, a, b, 1 + mix(i, 3) % 9, *numbers)
    yield end.format()


def _rows(kind: str, rows: int) -> Iterator[str]:
    members = max(2, int(rows * _MEMBERS_SHARE))
    if kind in _FORMS:
        yield from _graph(kind, rows)
    elif kind.startswith("edges"):
        yield "source,target\n"
        yield from (f"{mix(i, 1) % members},{mix(i, 2) % members}\n" for i in range(rows))
    elif kind.startswith("weighted"):
        yield from (f"{mix(i, 1) % members} {mix(i, 2) % members} {1 + mix(i, 3) % 9}\n" for i in range(rows))
    elif kind.startswith("members"):
        yield "会员ID,推荐人ID,注册时间\n"
        yield from (f"u{i},u{mix(i, 1) % rows},2024-05-01 12:00:00\n" for i in range(rows))
    else:
        yield "订单号,用户ID,商品ID,商品名称,商品数量,订单实付金额,支付时间,收货地址,买家备注\n"
        for i in range(rows):
            order, member, product = mix(i, 1) % (rows // 2), mix(i, 2) % members, mix(i, 3) % 5_000
            yield (
                f"2024{order:012d},u{member},p{product},五常大米 5kg 装,1,59.90,2024-05-01 12:00:00,"
                f"示例市示例路 {member} 号,\n"
            )


_WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": "<Relationships "
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="orders" sheetId="1" r:id="a"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": "<Relationships "
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
"""What a workbook of one sheet must hold besides it (ECMA-376)."""


def _write_workbook(path: Path, lines: Iterator[str]) -> None:
    """Write a sheet: a row for each line, with texts and numbers as Excel keeps them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in _WORKBOOK.items():
            package.writestr(name, part)
        with package.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            )
            for number, line in enumerate(lines, 1):
                cells = "".join(
                    f'<c r="{chr(65 + i)}{number}"><v>{cell}</v></c>'
                    if cell.replace(".", "").isdigit()
                    else f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
                    for i, cell in enumerate(line.rstrip("\n").split(","))
                )
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def read_table(rows: int, kind: str) -> Numbers:
    """Write a table of so many rows, or a graph file of so many edges, and read it as a graph."""
    encoding = "gbk" if kind.endswith("GBK") else "utf-8"
    opened = gzip.open if kind.endswith("gzipped") else open
    with TemporaryDirectory() as folder:
        path = Path(folder) / KINDS[kind]
        for count in (WARM_UP_ROWS, rows):
            if kind.endswith("xlsx"):
                _write_workbook(path, _rows(kind, count))
            else:
                with opened(path, "wt", encoding=encoding) as file:
                    file.writelines(_rows(kind, count))
            before, began = peak_mib(), time.process_time()
            _, report = read_graph(path)
            seconds = time.process_time() - began
        size = path.stat().st_size
    return {
        "cpu_seconds": seconds,
        "file_mib": size / 2**20,
        "members": report.members,
        "links": report.links,
        "before_mib": before,
        "peak_mib": peak_mib(),
    }
