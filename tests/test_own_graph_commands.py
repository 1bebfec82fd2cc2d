"""Files of one's own on the command line: told in a line, members by name, nothing that leads to a person."""

import gzip
import json
import os
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from small_shop import write_shop

from sim.cli import cli

PHONE, MAIL, CARD = "13912345678", "li.si@example.com", "11010519491231002X"
NAME, STREET, REMARK = "欧阳测试甲", "测试路一百号", "请轻放谢谢"
PERSONAL = (PHONE, MAIL, CARD, NAME, STREET, REMARK)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHAPAN_JOBS", str(tmp_path / "jobs"))
    return str(write_shop(tmp_path))


def call(*words, code=0):
    result = CliRunner().invoke(cli, list(map(str, words)))
    assert result.exit_code == code, result.output
    return result


def write_orders(path=Path("orders.csv"), encoding="gb18030"):
    """Fifteen orders of a made-up shop, as one exports them; three of the buyers are persons by their ids."""
    buyers = [PHONE, MAIL, CARD, *(f"买家{number}" for number in range(12))]
    rows = ["订单号,买家会员名,收货人姓名,收货地址,联系手机,订单备注,商品id"]
    rows += [f"D{i},{buyer},{NAME},{STREET},{PHONE},{REMARK},p{i % 4}" for i, buyer in enumerate(buyers)]
    rows += [
        f"D{20 + i},{buyer},{NAME},{STREET},{PHONE},{REMARK},p{(i + 1) % 4}" for i, buyer in enumerate(buyers)
    ]
    path.write_text("\n".join(rows) + "\n", encoding=encoding)
    return path


def contents(folder):
    """Every byte below a folder, unpacked."""
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()
            if path.suffix == ".parquet":
                yield path, repr(pq.read_table(path).to_pydict()).encode()
            if path.suffix == ".gz":
                yield path, gzip.decompress(path.read_bytes())


def test_a_load_is_told_in_a_line_beside_the_results(shop):
    Path("follows.txt").write_text("star,ann\nbob,star\nstar,bob\nann,ann\nbob,star\n", encoding="utf-8")
    asked = ("run", shop, "--graph", "follows.txt", "--no-twin")
    told = call(*asked, "--directed", "--lang", "en", "--json")
    assert "follows.txt" in told.stderr
    assert "directed" in told.stderr
    assert "5 records, 3 members, 3 links; 1 self-loops, 1 repeats" in told.stderr
    report = json.loads(told.stdout)["manifest"]["graph_report"]
    assert (report["directed"], report["links"], report["self_loops"], report["duplicates"]) == (
        True,
        3,
        1,
        1,
    )
    assert "无向" in call(*asked, "--lang", "zh").stderr
    assert "follows.txt" not in call(*asked, "--quiet").output


def test_that_a_large_file_is_being_read_is_told_before(shop, monkeypatch):
    Path("edges.csv").write_text("source,target\na,b\nb,c\n", encoding="utf-8")
    asked = ("network", "--inspect", "edges.csv")
    assert "Reading" not in call(*asked, "--lang", "en").stderr
    monkeypatch.setattr("sim.commands.graphs._LARGE_BYTES", 10)
    first, second = call(*asked, "--lang", "en").stderr.splitlines()
    assert first.startswith("Reading edges.csv (")
    assert second.startswith("Read: edges.csv")
    assert "正在读取 edges.csv" in call(*asked, "--lang", "zh").stderr
    assert call(*asked, "--quiet").stderr == ""


def test_a_file_is_inspected_without_a_scenario(shop):
    write_orders()
    told = call("network", "--inspect", "orders.csv", "--link-by", "product", "--lang", "zh")
    assert "GB18030" in told.stderr
    assert "买家会员名" in told.stderr
    report = json.loads(call("network", "--inspect", "orders.csv", "--link-by", "product", "--json").stdout)[
        "graph"
    ]
    assert (report["format"], report["members"], report["records"]) == ("orders", 15, 30)
    assert "联系手机" in report["columns_unused"]
    assert "name a file" in call("network", "--inspect", "--lang", "en", code=2).stderr
    assert "needs a SCENARIO" in call("network", "--lang", "en", code=2).stderr


def test_columns_are_named_by_hand(shop):
    Path("odd.csv").write_text("谁,票\nann,1\nbob,1\ncy,2\nann,2\n", encoding="utf-8")
    named = ("--column", "customer=谁", "--column", "order=票")
    report = json.loads(call("network", "--inspect", "odd.csv", *named, "--json").stdout)["graph"]
    assert (report["format"], report["members"], report["links"]) == ("orders", 3, 2)
    assert (
        "FIELD=COLUMN"
        in call("network", "--inspect", "odd.csv", "--column", "customer", "--lang", "en", code=2).stderr
    )


def test_members_are_asked_for_by_name_and_called_so(shop):
    lines = [
        f"{who},{friend}" for who in ("张三", "李四", "王五") for friend in ("张三", "李四", "王五", "赵六")
    ]
    Path("edges.csv").write_text("source,target\n" + "\n".join(lines) + "\n", encoding="utf-8")
    call("run", shop, "--graph", "edges.csv", "--no-twin", "--out", "out")
    told = call("explain", "out", "--member", "李四", "--lang", "en").stdout
    assert "(李四)" in told.splitlines()[0]
    number = told.split()[1]
    assert call("explain", "out", "--member", number, "--lang", "en").stdout == told
    assert "nobody of this name" in call("explain", "out", "--member", "陈七", "--lang", "en", code=2).stderr


def test_keys_are_written_where_asked_for_their_owner_and_lead_back(shop):
    write_orders()
    asked = ("run", shop, "--graph", "orders.csv", "--link-by", "product", "--no-twin", "--out")
    call(*asked, "out", "--keys", "keys.csv")
    assert stat.S_IMODE(os.stat("keys.csv").st_mode) == 0o600
    rows = dict(
        line.split(",")[::-1] for line in Path("keys.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    )
    assert len(rows) == 15
    by_name = call("explain", "out", "--member", PHONE, "--keys", "keys.csv", "--lang", "en").stdout
    assert f"({rows[PHONE]})" in by_name
    assert PHONE not in by_name
    assert call("explain", "out", "--member", rows[PHONE], "--lang", "en").stdout == by_name
    os.symlink("nowhere", "link.csv")
    for there in ("keys.csv", "link.csv", "orders.csv"):
        before = (os.lstat(there).st_ino, os.lstat(there).st_mtime_ns)
        refused = call(*asked, "again", "--keys", there, "--lang", "en", code=2).stderr
        assert f"{there}: exists already" in refused
        assert (os.lstat(there).st_ino, os.lstat(there).st_mtime_ns) == before
    assert "--member" in call("explain", "out", "--group", 0, "--keys", "keys.csv", code=2).stderr


def test_a_file_of_keys_is_for_its_owner_from_its_first_byte_on(shop, monkeypatch):
    write_orders()
    modes = []

    def opened(number, *given, **more):
        modes.append((os.fstat(number).st_size, stat.S_IMODE(os.fstat(number).st_mode)))
        return fdopen(number, *given, **more)

    fdopen, mask = os.fdopen, os.umask(0)
    monkeypatch.setattr("sim.commands.graphs.os.fdopen", opened)
    try:
        call("network", "--inspect", "orders.csv", "--link-by", "product", "--keys", "keys.csv")
    finally:
        os.umask(mask)
    assert modes == [(0, 0o600)]


def test_a_file_of_keys_that_cannot_be_written_whole_is_not_left(shop, monkeypatch):
    write_orders()

    def full(number, *given):
        os.close(number)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.commands.graphs.os.fdopen", full)
    told = call("network", "--inspect", "orders.csv", "--link-by", "product", "--keys", "keys.csv", code=2)
    assert "keys.csv" in told.stderr
    assert not Path("keys.csv").exists()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--directed",), "--directed"),
        (("--undirected",), "--undirected"),
        (("--column", "customer=Buyer"), "--column"),
        (("--sheet", "a"), "--sheet"),
        (("--link-by", "product"), "--link-by"),
        (("--graph-format", "edges"), "--graph-format"),
        (("--keys", "keys.csv", "--directed"), "--directed, --keys"),
    ],
)
def test_how_to_read_a_graph_that_is_not_there_is_one_error(shop, words, named):
    for command in (
        ("run", shop),
        ("compare", shop, f"{shop}:five"),
        ("network", shop, "--out", "n.csv"),
    ):
        assert f"{named}: say how a graph is read" in call(*command, *words, "--lang", "en", code=2).stderr


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("edges.csv", ("--link-by", "product"), "link by applies to orders only"),
        ("edges.csv", ("--column", "customer=1"), "columns: customer applies to orders, invites only"),
        ("orders.csv", ("--directed",), "directed applies to"),
        ("orders.csv", ("--column", "weight=商品id"), "columns: weight applies to edges only"),
        ("net.json", ("--sheet", "a"), "sheet applies to"),
        ("net.json", ("--column", "source=a"), "columns: source applies to edges only"),
        ("net.json", ("--link-by", "order"), "link by applies to"),
        ("own.shapan-graph", ("--undirected",), "undirected applies to"),
    ],
)
def test_what_does_not_apply_to_a_file_is_no_silent_wish(shop, name, words, said):
    write_orders()
    Path("edges.csv").write_text("source,target\na,b\nb,c\n", encoding="utf-8")
    net = {"nodes": [{"id": "a"}, {"id": "b"}], "links": [{"source": "a", "target": "b"}]}
    Path("net.json").write_text(json.dumps(net), encoding="utf-8")
    call("network", shop, "--out", "own.shapan-graph")
    assert said in call("network", "--inspect", name, *words, "--lang", "en", code=2).stderr


def test_customers_are_linked_by_the_column_that_is_named(shop):
    path = write_orders()
    report = json.loads(call("network", "--inspect", path, "--column", "product=商品id", "--json").stdout)[
        "graph"
    ]
    assert report["columns"] == [["customer", "买家会员名"], ["product", "商品id"]]


def test_a_name_that_is_the_number_of_another_member_is_refused(shop):
    ids = (1, 2, 3, 40, 41)
    Path("edges.csv").write_text("".join(f"{a} {b}\n" for a in ids for b in ids if a < b), encoding="utf-8")
    call("run", shop, "--graph", "edges.csv", "--no-twin", "--out", "out")
    asked = ("explain", "out", "--lang", "en", "--member")
    told = call(*asked, "3", code=2).stderr
    assert "number:2 (3)" in told
    assert "number:3 (40)" in told
    assert call(*asked, "number:3").stdout == call(*asked, "40").stdout
    assert "3 (40)" in call(*asked, "number:3").stdout.splitlines()[0]
    assert "0 (1)" in call(*asked, "0").stdout.splitlines()[0]
    assert "must be 0 to 4" in call(*asked, "number:40", code=2).stderr


def test_a_name_that_is_the_key_of_another_member_is_refused(shop):
    rows = [f"D{order},k{who}" for order in range(3) for who in range(1, 7)]
    Path("orders.csv").write_text("订单号,用户ID\n" + "\n".join(rows) + "\n", encoding="utf-8")
    call("run", shop, "--graph", "orders.csv", "--keys", "keys.csv", "--no-twin", "--out", "out")
    keys = [line.split(",") for line in Path("keys.csv").read_text(encoding="utf-8-sig").split()[1:]]
    other = next((key, name) for key, name in keys if key != name)
    asked = ("explain", "out", "--lang", "en", "--keys", "keys.csv", "--member")
    told = call(*asked, other[1], code=2).stderr
    assert f"({other[0]})" in told
    assert f"({other[1]})" in told


@pytest.mark.parametrize("form", ["orders.csv", "edges.csv", "net.gml", "net.gexf"])
def test_nothing_that_leads_to_a_person_is_kept_or_told(shop, form, tmp_path, monkeypatch):
    monkeypatch.setenv("SHAPAN_CACHE", os.environ.get("SHAPAN_CACHE", str(tmp_path / "cache")))
    Path(os.environ["SHAPAN_CACHE"]).mkdir(exist_ok=True)
    given = tmp_path / "given"
    given.mkdir()
    path, wanted = given / form, (PHONE, MAIL, CARD)
    ids = [PHONE, MAIL, CARD, "a", "b", "c"]
    pairs = [(i, j) for i in range(6) for j in range(i)]
    if form == "orders.csv":
        write_orders(path)
        wanted = PERSONAL
    elif form == "edges.csv":
        path.write_text("".join(f"{ids[i]},{ids[j]}\n" for i, j in pairs), encoding="utf-8")
    elif form == "net.gml":
        nodes = "".join(f'node [ id {i} label "{one}" phone "{PHONE}" ]\n' for i, one in enumerate(ids))
        links = "".join(f"edge [ source {i} target {j} ]\n" for i, j in pairs)
        path.write_text(f"graph [\n{nodes}{links}]\n", encoding="utf-8")
    else:
        nodes = "".join(f'<node id="{i}" label="{one}"/>' for i, one in enumerate(ids))
        links = "".join(f'<edge source="{i}" target="{j}"/>' for i, j in pairs)
        path.write_text(
            f"<gexf><graph><nodes>{nodes}</nodes><edges>{links}</edges></graph></gexf>", encoding="utf-8"
        )
    how = ("--graph", path, *(("--link-by", "product") if form == "orders.csv" else ()))
    said = [
        call("run", shop, *how, "--no-twin", "--out", "out", "--verbose"),
        call("run", shop, *how, "--no-twin", "--json"),
        call("network", shop, *how, "--out", "net.shapan-graph"),
        call("network", shop, *how, "--out", "saved.graphml"),
        call("network", "--inspect", *how, "--json"),
        call("compare", shop, f"{shop}:five", *how, "--seeds", 1, "--no-twin", "--out", "cmp"),
        call("explain", "out", "--member", 0, "--graph", path),
    ]
    reading = "link_by: product" if form == "orders.csv" else ""
    sweep = f"scenario: {shop}\nseeds: [1]\noutputs: [buyers]\ngraphs:\n  - name: own\n"
    sweep += f"    files: ['{path}']\n    {reading}\n"
    Path("sweep.yaml").write_text(sweep, encoding="utf-8")
    said.append(call("sweep", "sweep.yaml", "--out", "swept", "--workers", 1))
    broken = given / "broken.csv"
    broken.write_text(f"订单号,买家会员名,订单号\nD1,{PHONE}\n{PHONE},{NAME},{MAIL},x\n", encoding="utf-8")
    said.append(CliRunner().invoke(cli, ["network", "--inspect", str(broken), "--verbose"]))
    for one in said:
        for person in wanted:
            assert person not in one.output
    for place in ("out", "cmp", "swept", "net.shapan-graph", "saved.graphml", os.environ["SHAPAN_CACHE"]):
        found = contents(place) if Path(place).is_dir() else [(Path(place), Path(place).read_bytes())]
        for where, content in found:
            for person in wanted:
                for encoding in ("utf-8", "gb18030", "utf-16-le"):
                    assert person.encode(encoding) not in content, where
