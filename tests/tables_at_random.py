"""Tables drawn at random, as people have them: encodings, separators, titles, totals, damage."""

import csv
import gzip
import io
import random
from dataclasses import dataclass

PHONE = "13800138000"  # nobody's: no output may hold it
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk")
_HEADERS = {
    "edges": (
        ["source", "target"],
        ["Source", "Target", "Weight"],
        ["寄件人", "收件人"],
        ["user_id", "friend_id"],
    ),
    "orders": (
        ["订单号", "用户ID", "手机号", "商品名称"],
        ["order_id", "user_id", "product_id"],
        ["InvoiceNo", "StockCode", "CustomerID", "Phone"],
        ["主订单编号", "买家会员名", "收货地址", "买家手机号", "备注"],
    ),
    "invites": (["uid", "spread_uid"], ["会员ID", "推荐人ID", "手机号"]),
}
_WORDS = ("五常大米 5kg", "纸巾", "HOLDER, WHITE", 'a "quoted" word', "两\n行", "", "0", "—")


@dataclass
class Drawn:
    """A file, and how many records it holds; None where it may not be readable at all."""

    name: str
    raw: bytes
    kind: str
    records: int | None


def _cell(name: str, luck: random.Random) -> str:
    person = luck.choice((f"u{luck.randrange(12)}", f"u{luck.randrange(12)}", f"{luck.randrange(900, 912)}"))
    plain = name.casefold().replace(" ", "").replace("_", "")
    if plain in ("手机号", "买家手机号", "phone"):
        return PHONE
    if plain in ("订单号", "orderid", "invoiceno", "主订单编号"):
        number = f"20240501{luck.randrange(6):06d}"
        return luck.choice((number, f'="{number}"', f"'{number}"))
    if plain == "weight":
        return luck.choice(("1", "0.5", "3"))
    if plain in ("spreaduid", "推荐人id"):
        return luck.choice((person, "0", "NULL", ""))
    if plain in ("商品名称", "productid", "stockcode", "收货地址", "备注"):
        return luck.choice(_WORDS)
    return person


def _damaged(raw: bytes, luck: random.Random) -> bytes:
    spoilt = bytearray(raw)
    for _ in range(luck.randrange(1, 4)):
        place = luck.randrange(len(spoilt))
        if luck.random() < 0.5:
            spoilt[place] = luck.randrange(256)
        else:
            del spoilt[place : place + luck.randrange(1, 9)]
        if not spoilt:
            return b"\x00"
    return bytes(spoilt)


def draw(luck: random.Random) -> Drawn:
    """A table at random."""
    kind = luck.choice(("edges", "edges", "orders", "invites", "bare"))
    mark = luck.choice(",\t;")
    header = list(luck.choice(_HEADERS[kind])) if kind != "bare" else ["a", "b"]
    rows = [[_cell(name, luck) for name in header] for _ in range(luck.randrange(2, 15))]
    records = len(rows)
    top: list[list[str]] = []
    if kind in ("orders", "invites") and len(header) > 2 and luck.random() < 0.5:
        top = [["导出的表"], ["导出时间：2024-05-01"]][: luck.randrange(1, 3)]
        rows.append(["总计"] + ["3"] * (len(header) - 1))
        records += 1
    lines = top + ([header] if kind != "bare" else []) + rows
    if luck.random() < 0.2:
        lines = [[*line, ""] for line in lines]
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=luck.choice(("\n", "\r\n"))).writerows(lines)
    encoding = luck.choice(_ENCODINGS)
    raw = out.getvalue().encode(encoding)
    if luck.random() < 0.3:
        return Drawn("table.csv", _damaged(raw, luck), kind, None)
    if luck.random() < 0.2:
        raw = gzip.compress(raw)
    return Drawn(luck.choice(("table.csv", "table.txt", "table")), raw, kind, records)
