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
    assert "exists already" in call(*asked, "again", "--keys", "keys.csv", "--lang", "en", code=2).stderr
    assert "--keys" in call("run", shop, "--keys", "new.csv", "--no-twin", code=2).stderr


@pytest.mark.parametrize("form", ["orders.csv", "edges.csv", "net.gml", "net.gexf"])
def test_nothing_that_leads_to_a_person_is_kept_or_told(shop, form, tmp_path, monkeypatch):
    monkeypatch.setenv("SHAPAN_CACHE", os.environ.get("SHAPAN_CACHE", str(tmp_path / "cache")))
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
