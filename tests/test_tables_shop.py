"""Tables of shops: orders, and members with who invited them."""

import io
import pickle
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from sim.errors import InputError
from sim.network import together
from sim.network.load import read_graph
from sim.tables.columns import is_empty, words
from tests.graph_shape import bought_of, friends_of, names_of

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes, name: str = "orders.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def workbook(*sheets: Sequence[Sequence[object]], merged: str = "") -> bytes:
    made = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = made.worksheets[0] if number == 0 else made.create_sheet(f"二{number}")
        for row in rows:
            sheet.append(list(row))
        if merged and number == 0:
            sheet.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


THREE = {"张三-李四", "李四-王五"}


@pytest.mark.parametrize(
    ("text", "pairs", "members"),
    [
        ("订单号,用户ID,实付金额\n2001,501,19.90\n2001,502,19.90\n2002,502,9.90\n2002,503,9.90\n2003,504,29.90\n",
         {"501-502", "502-503"}, 4),
        ("订单编号,买家会员名,买家实际支付金额,宝贝标题\n2001,张三,19.90,纸巾\n2001,李四,19.90,纸巾\n2002,李四,9.90,洗衣液\n"
         "2002,王五,9.90,洗衣液\n", THREE, 3),
        ("团号,买家昵称,商品\n1,张三,a\n1,李四,a\n2,李四,b\n2,王五,b\n", THREE, 3),
        ("拼团ID\topenid\no1\tu1\no1\tu2\n", {"u1-u2"}, 2),
        ('InvoiceNo,StockCode,Description,Quantity,CustomerID\n536365,85123A,"HOLDER, WHITE",6,17850\n'
         "536365,71053,LANTERN,6,13047\n536366,22633,WARMER,6,13047\n536366,22633,WARMER,6,12583\n",
         {"13047-17850", "12583-13047"}, 3),
        ("Order No.;Customer Name\n1;Ann\n1;Bo\n", {"Ann-Bo"}, 2),
        ("order-number,Member ID\n0,x\n0,y\n1,z\n", {"x-y"}, 3),
        # titles above, totals, a header again, another table below
        ("拼多多订单,,\n导出时间：2024-05-01,,\n\n订单号,用户ID,金额(元)\n=\"1\",a,5\n'1,b,5\n总计,,10\n",
         {"a-b"}, 2),
        ("订单号,用户ID,商品\n1,a,x\n1,b,y\n订单号,用户ID,商品\n2,b,x\n2,c,x\n\n商品汇总,,\n商品,数量,金额\nx,3,9\ny,1,4\n",
         {"a-b", "b-c"}, 3),
        ("订单号,用户ID,商品\n1,a,x\n,,y\n1,b,x\n合计：,,3\n", {"a-b"}, 2),
        # cells that say that there is nothing; masked ones
        ("order_id,user_id\n1,a\n1,\n1,NULL\n1,b\n\\N,c\n-,d\n2,138****8000\n", {"a-b"}, 2),
        # by group where there is one
        ("order,customer,group\n1,Ann,g\n2,Bo,g\n3,Cy,\n", {"Ann-Bo"}, 3),
        ("订单号,用户ID,拼团订单团编号\n1,a,0\n2,b,0\n3,c,0\n4,d,0\n5,e,9\n6,f,9\n7,g,0\n8,h,0\n9,i,0\n",
         {"e-f"}, 9),
        # the better of several columns of customers
        ("主订单编号,收件人手机号,用户ID,收件人\n1,13800138000,a,张三\n1,13800138000,b,李四\n", {"a-b"}, 2),
        ("订单号,买家手机号,买家昵称\n1,138****8000,张三\n1,139****9000,李四\n", {"张三-李四"}, 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16-le"])
def test_orders_of_any_shop_link_who_bought_together(
    write: Write, text: str, pairs, members: int, encoding: str
):
    graph, report = read_graph(write(text.encode(encoding)))
    assert report.format == "orders"
    assert bought_of(graph, report) == pairs
    assert graph.n == members
    assert graph.friend_target.size == 0


def test_rows_are_accounted_for(write: Write):
    text = (
        "订单号,用户ID,商品\n1,a,x\n1,a,y\n1,b,y\n订单号,用户ID,商品\n2,,x\n2,c,x\n,d,x\n3,张**,x\n总计,3,\n说明：演示,,\n"
        "\n商品,数量,金额\nx,3,9\n"
    )
    _, report = read_graph(write(text))
    out = {left.why.en: left.rows for left in report.left_out}
    assert out == {
        "repeated header rows": 1, "rows of totals": 1, "rows of one cell (titles, footers)": 1,
        "rows of another table below": 2, "rows without a customer": 1, "rows without an order number": 1,
        "rows whose customer is masked (***)": 1,
    }  # fmt: skip
    assert report.records == 12
    assert (report.self_loops, report.links) == (1, 1)


def test_a_group_that_only_rows_without_a_customer_have_is_no_group(write: Write):
    """Group 0 stands for none where it is large; here no customer is in it at all."""
    for rows in ("1,a\n1,b\n0,\n0,***\n", "0,\n1,a\n1,b\n", "1,a\n1,b\n2,\n0,\n3,\n"):
        graph, report = read_graph(write(f"团号,用户ID\n{rows}"))
        assert (graph.n, report.links, report.records) == (2, 1, rows.count("\n"))
        assert sum(out.rows for out in report.left_out) == rows.count("\n") - 2


ONE_EACH = "order_id,user_id,product_id\n1,u1,p1\n2,u2,p1\n3,u1,p2\n4,u3,p2\n5,u3,p1\n"


def test_customers_are_linked_as_the_user_says(write: Write):
    path = write(ONE_EACH)
    with pytest.raises(
        InputError, match=r"by order \(column order_id\).*--link-by product \(product_id\)"
    ) as caught:
        read_graph(path)
    assert "order, product, group, inviter, address" in str(caught.value)
    for way in ("product", "product_id", "商品ID"):
        graph, report = read_graph(path, link_by=way)
        assert bought_of(graph, report) == {"u1-u2", "u1-u3", "u2-u3"}
    assert dict(report.columns) == {"customer": "user_id", "product": "product_id"}
    with pytest.raises(InputError, match=r"no column is known to name the group.*columns: order_id"):
        read_graph(path, link_by="group")
    with pytest.raises(InputError, match="link by: must be one of"):
        read_graph(path, link_by="colour")
    by_hand = write("nr,wer,was\n1,u1,p1\n2,u2,p1\n")
    graph, report = read_graph(by_hand, link_by="product", columns={"customer": "wer", "product": "was"})
    assert bought_of(graph, report) == {"u1-u2"}
    homes = write(
        "订单号,用户ID,省,市,详细地址\n1,a,浙江,杭州,1号楼\n2,b,浙江,杭州,1号楼\n3,c,江苏,南京,1号楼\n"
    )
    assert bought_of(*read_graph(homes, link_by="address")) == {"a-b"}
    invited = write("订单号,用户ID,推荐人ID\n1,a,0\n2,b,a\n3,c,a\n4,b,a\n")
    graph, report = read_graph(invited, link_by="inviter")
    assert set(friends_of(graph, report)) == {"a-b", "a-c"}


def test_a_group_too_large_to_link_all_with_all_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(together, "GROUP_MAX", 3)
    rows = "".join(f"{i},u{i},p1\n" for i in range(4))
    with pytest.raises(InputError, match=r"4 members have one product, and at most 3 .*--link-by"):
        read_graph(write("order_id,user_id,product_id\n" + rows), link_by="product")


def test_more_links_than_memory_holds_are_refused_before_they_are_made(
    write: Write, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(together, "PAIRS_MAX", 11)
    rows = "".join(f"{i},u{i},p{i % 2}\n" for i in range(8))
    path = write("order_id,user_id,product_id\n" + rows)
    with pytest.raises(
        InputError, match=r"12 links between members of one product, and at most 11 .*--link-by"
    ):
        read_graph(path, link_by="product")
    monkeypatch.setattr(together, "PAIRS_MAX", 12)
    assert read_graph(path, link_by="product")[1].links == 12


@pytest.mark.parametrize("name", ["下单账号", "下单帐号", "买家账号"])
def test_accounts_are_customers(write: Write, name: str):
    graph, report = read_graph(write(f"订单编号,{name},商品名称\n1,a,x\n1,b,x\n2,c,x\n"))
    assert report.columns[0] == ("customer", name)
    assert bought_of(graph, report) == {"a-b"}


@pytest.mark.parametrize(
    ("text", "links", "members"),
    [
        ("uid,spread_uid\n1,0\n2,0\n3,0\n4,1\n5,1\n6,2\n", {"1-4", "1-5", "2-6"}, 6),
        ("会员ID,推荐人ID\n1,-1\n2,NULL\n3,\n4,\\N\n5,1\n6,无\n", {"1-5"}, 6),
        ("member_id;invited_by;joined\na;None;2024\nb;a;2024\nc;b;2024\n", {"a-b", "b-c"}, 3),
        ("user_id,parent_id\n0,-1\n1,0\n2,0\n", {"0-1", "0-2"}, 3),
        ("邀请人,被邀请人\n张三,李四\n李四,王五\n", THREE, 3),
        ("inviter,invitee\nx,y\nx,z\n", {"x-y", "x-z"}, 3),
        ("会员ID,手机号,推荐人手机号,昵称\n1,13800138000,,甲\n2,13900139000,13800138000,乙\n",
         {"13800138000-13900139000"}, 2),
    ],
)  # fmt: skip
def test_who_invited_whom_are_friends_and_nobody_is_nobody(write: Write, text: str, links, members: int):
    graph, report = read_graph(write(text, "members.csv"))
    assert report.format == "invites"
    assert set(friends_of(graph, report)) == links
    assert graph.n == members
    left_out = sum(out.rows for out in report.left_out)
    assert report.records == report.links + left_out
    if left_out:
        assert "rows without an inviter" in report.line.en


@pytest.mark.parametrize("mark", [0, 1, 2])
def test_a_workbook_is_read_like_a_text(write: Write, mark: int):
    head = [["订单报表"], [], ["订单号", "用户ID", "实付金额", "时间"]][2 * (mark == 0) :]
    when = datetime(2024, 5, 1, 12)
    rows = [
        ["2001", "u1", 19.9, when],
        ["2001", "u2", 19.9, when],
        [2002, "u2", 9.9, when],
        [2002.0, "u3", 9.9, when],
    ]
    raw = workbook([*head, *rows, *([["总计", None, 59.6]] if mark == 2 else [])], [["a"]])
    graph, report = read_graph(write(raw, "orders.xlsx"))
    assert bought_of(graph, report) == {"u1-u2", "u2-u3"}
    assert (report.sheet, report.encoding, report.header_line) == ("Sheet", None, 3 if mark else 1)
    assert report.records == 4 + (mark == 2)
    other, _ = read_graph(write("订单号,用户ID\n2002,u3\n2002,u2\n2001,u2\n2001,u1\n"))
    assert other.sha256 == graph.sha256


def test_sheets_and_merged_cells(write: Write):
    orders = [["订单号", "用户ID", "商品"], ["1", "a", "x"], [None, "b", "y"], ["2", "c", "x"]]
    raw = workbook([["nothing"]], orders)
    graph, report = read_graph(write(raw, "book.xlsx"), sheet="二1", link_by="product")
    assert bought_of(graph, report) == {"a-c"}
    with pytest.raises(InputError, match="there is no sheet 'x'; known: Sheet, 二1"):
        read_graph(write(raw, "book.xlsx"), sheet="x")
    with pytest.raises(InputError, match="is no workbook"):
        read_graph(write("a,b\n"), sheet="x")
    merged, said = read_graph(write(workbook(orders, merged="A2:A3"), "book.xlsx"))
    assert bought_of(merged, said) == {"a-b"}


@pytest.mark.parametrize("rows", [
    [["订单号", "用户ID"], [202311138123456789, "a"], [202311138123456788, "b"]],
    [["订单号", "用户ID"], [2023111381234560, "a"], [2023111381234570, "b"], [2023111381234580, "b"]],
    [["订单号", "用户ID"], ["1", 123456789012345680000], ["1", "b"]],
])  # fmt: skip
def test_numbers_that_a_spreadsheet_has_rounded_are_refused(write: Write, rows):
    with pytest.raises(InputError, match=r":2: column .*: the number was rounded by a spreadsheet.*as text"):
        read_graph(write(workbook(rows), "orders.xlsx"))


def test_what_is_no_workbook_or_too_large_is_one_clear_error(write: Write):
    whole = workbook([["订单号", "用户ID"], ["1", "a"]])
    far = openpyxl.Workbook()
    far.active["XFD1048576"] = 1  # type: ignore[index]
    out = io.BytesIO()
    far.save(out)
    for raw, message in (
        (whole[: len(whole) // 2], "is not an Excel workbook that can be read"),
        (b"PK\x03\x04" + bytes(100), "is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is not an Excel workbook"),
        (out.getvalue(), "reaches to row 1,048,576 and column 16,384"),
    ):
        with pytest.raises(InputError, match=message):
            read_graph(write(raw, "orders.xlsx"))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BOF = b"\x09\x08\x10\0\0\x06\x05\0" + bytes(12)


@pytest.mark.parametrize("name", ["book.xlsx", "book.xls", "book.csv"])
@pytest.mark.parametrize(
    "content",
    [
        OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512),  # as Excel and WPS encrypt xlsx
        OLE + BOF + b"\x2f\0\x36\0" + bytes(54),  # and xls
        OLE + BOF + b"\x86\0\0\0" + b"\x2f\0\x36\0" + bytes(54),
    ],
)
def test_a_workbook_with_a_password_is_told_as_such(write: Write, name: str, content: bytes):
    with pytest.raises(InputError, match="protected by a password") as told:
        read_graph(write(content, name))
    assert "密码" in told.value.text.zh


def test_a_zip_file_of_tables_is_to_be_unpacked(write: Write):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("orders.csv", "订单号,用户ID\n1,2\n")
    with pytest.raises(InputError, match="unpack it and name a file in it"):
        read_graph(write(packed.getvalue(), "orders.zip"))


def test_members_of_a_shop_get_keys_that_tell_nothing(write: Write):
    body = [
        "1,13800138000,张三,杭州",
        "1,13900139000,李四,杭州",
        "2,13900139000,李四,南京",
        "2,13700137000,王五,上海",
    ]
    head = "订单号,买家手机号,收件人,收货地址"
    path = write("\n".join([head, *body]))
    graph, report = read_graph(path)
    assert graph.labels == ("k1", "k2", "k3")
    assert sorted(names_of(graph, report)) == ["13700137000", "13800138000", "13900139000"]
    turned = read_graph(write("\n".join([head, *body[::-1]])))
    assert turned[0].sha256 == graph.sha256
    assert turned[1].keys == report.keys
    for said in (
        repr(report),
        str(report),
        report.line.en,
        report.line.zh,
        str(asdict(report)),
        repr(report.keys),
    ):
        assert not any(word in said for word in ("1380", "张三", "杭州"))
    assert b"138001" not in pickle.dumps(report)
    first = set()
    for i in range(3, 12):
        keys = read_graph(write("\n".join([head, *body, f"{i},a{i},x,y"])))[1].keys
        first.add(next(name for name, key in keys.items() if key == "k1"))
    assert len(first) > 2  # who is k1 depends on the whole file, not on the ids alone


def test_no_error_shows_what_stands_in_a_shop_s_table(write: Write):
    for text in (
        "订单号,买家手机号\n1,13800138000\n2,13900139000\n",
        "订单号,买家手机号\n1,13800138000,张三\n",
        "订单号,手机号\n1.38E+10,13800138000\n",
        "1,13800138000,张三,杭州\n2,13900139000,李四,南京\n",
        "13800138000,张三,五,六\n",
        "订单号,收货人,收货人手机号\n1,张三,138****0000\n1,李四,139****0000\n",
        "订单号,商品,收货人\n1,米,张三\n2,面,13800138000\n",
        "uid,spread_uid\n13800138000,0\n13900139000,0\n",
    ):
        with pytest.raises(InputError) as caught:
            read_graph(write(text))
        said = str(caught.value) + caught.value.text.zh
        assert not any(word in said for word in ("1380013", "1390013", "张三", "杭州")), said


def test_two_columns_of_one_name_that_differ_are_told_apart_by_number(write: Write):
    text = "订单号,用户ID,分销员,分销员\n1,a,x,\n共 2 条\n2,b,x,y\n"
    with pytest.raises(InputError, match=r"columns 3, 4 have one name and differ.*inviter=3"):
        read_graph(write(text), link_by="inviter")
    graph, report = read_graph(write(text), link_by="inviter", columns={"inviter": "3"})
    assert set(friends_of(graph, report)) == {"a-x", "b-x"}


def test_several_tables_count_as_one(write: Write):
    first, second = (
        write("订单号,用户ID\n1,a\n1,b\n", "1.csv"),
        write("user_id;order_id\nb;2\nc;2\n", "2.csv"),
    )
    graph, report = read_graph([first, second])
    assert bought_of(graph, report) == {"a-b", "b-c"}
    assert (report.files, report.records) == (("1.csv", "2.csv"), 4)


def test_no_word_for_nothing_is_longer_than_is_looked_at():
    assert all(is_empty(word.upper()) for word in words().empty)
    assert not is_empty("undefined1")
