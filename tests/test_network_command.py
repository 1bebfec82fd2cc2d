"""`shapan network`: a community saved once gives the runs it would have given without."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_shop import write_ring, write_shop

from sim.cli import cli
from sim.network.load import load_graph


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A scenario file in the working folder, which holds nothing else."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return write_shop(tmp_path).name


def call(*arguments: object) -> str:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: object) -> str:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.stderr
    return result.stderr


def test_a_saved_community_gives_the_same_events(shop: str):
    call("network", shop, "--seed", 3, "--out", "town.shapan-graph", "--quiet")
    direct = json.loads(call("run", shop, "--seed", 3, "--json", "--no-twin"))["manifest"]
    saved = json.loads(call("run", shop, "--seed", 3, "--graph", "town.shapan-graph", "--json", "--no-twin"))[
        "manifest"
    ]
    assert saved["graph_sha256"] == direct["graph_sha256"]
    assert saved["events_sha256"] == direct["events_sha256"]
    assert saved["rows"] > 0


def test_it_says_what_the_community_looks_like(shop: str):
    data = json.loads(call("network", shop, "--members", 150, "--out", "town.shapan-graph", "--json"))
    graph = load_graph(Path("town.shapan-graph"))
    assert data["graph_sha256"] == graph.sha256
    assert data["measures"]["members"] == graph.n == 150
    assert data["measures"]["friendships"] == graph.friend_target.size // 2
    assert data["measures"]["chats"] == graph.chats > 0
    assert 0 < data["measures"]["clustering_mean"] < 1
    shown = call("network", shop, "--out", "town.graphml", "--lang", "zh")
    assert "成员数" in shown
    assert "已写入 town.graphml" in shown


def test_a_graph_of_any_format_is_cut_and_converted(shop: str, tmp_path: Path):
    ring = write_ring(tmp_path)
    shown = call("network", shop, "--graph", ring, "--members", 20, "--out", "ring.shapan-graph")
    assert "cut 20 of the graph's" in shown
    assert load_graph(Path("ring.shapan-graph")).n == 20


def test_nothing_is_replaced_unasked_and_the_name_says_how(shop: str):
    Path("town.shapan-graph").write_text("mine")
    assert "town.shapan-graph: exists already; --force" in refused(
        "network", shop, "--out", "town.shapan-graph"
    )
    assert Path("town.shapan-graph").read_text() == "mine"
    call("network", shop, "--out", "town.shapan-graph", "--force", "--quiet")
    assert load_graph(Path("town.shapan-graph")).n > 0
    assert "a graph is written as .shapan-graph, " in refused("network", shop, "--out", "town.png")
    assert sorted(os.listdir()) == [shop, "town.shapan-graph"]
