"""Workload of tables: a large one as people have it, read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.campaigns import Numbers
from benchmarks.memory import peak_mib
from sim.network.load import read_graph
from sim.streams import mix

WARM_UP_ROWS = 1_000  # assumption: enough for everything to be loaded or compiled
_MEMBERS_SHARE = 0.2  # assumption: members by rows, as of a shop whose members buy five times

KINDS = ("edges", "weighted edges without a header", "orders, UTF-8", "orders, GBK")


def _rows(kind: str, rows: int) -> Iterator[str]:
    members = max(2, int(rows * _MEMBERS_SHARE))
    if kind == "edges":
        yield "source,target\n"
        yield from (f"{mix(i, 1) % members},{mix(i, 2) % members}\n" for i in range(rows))
    elif kind.startswith("weighted"):
        yield from (f"{mix(i, 1) % members} {mix(i, 2) % members} {1 + mix(i, 3) % 9}\n" for i in range(rows))
    else:
        yield "订单号,用户ID,商品ID,商品名称,商品数量,订单实付金额,支付时间,收货地址,买家备注\n"
        for i in range(rows):
            order, member, product = mix(i, 1) % (rows // 2), mix(i, 2) % members, mix(i, 3) % 5_000
            yield (
                f"2024{order:012d},u{member},p{product},五常大米 5kg 装,1,59.90,2024-05-01 12:00:00,"
                f"示例市示例路 {member} 号,\n"
            )


def read_table(rows: int, kind: str) -> Numbers:
    """Write a table of so many rows, and read it as a graph."""
    encoding = "gbk" if kind.endswith("GBK") else "utf-8"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        for count in (WARM_UP_ROWS, rows):
            with path.open("w", encoding=encoding) as file:
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
