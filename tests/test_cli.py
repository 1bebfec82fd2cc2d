import gzip
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_shop import SHOP, write_ring, write_shop

import sim.cli
import sim.commands.options
import sim.play
from sim import __version__
from sim.cli import cli
from sim.commands.engine import PREPARING
from sim.commands.names import CHANNELS, KINDS, REASONS, ROUTES
from sim.commands.progress import PROGRESS_STYLES
from sim.commands.session import language
from sim.commands.summary_table import shown
from sim.events import Channel, Kind, Reason, Route
from sim.metrics.view import TableView
from sim.results import read_results
from sim.run import run


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A scenario file in the working folder, which holds nothing else."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return write_shop(tmp_path).name


def call(*arguments):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def refused(*arguments, code=2):
    """Call, see that it ends with one clear error and no traceback, and return that."""
    result = call(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert [line.startswith("Error: ") for line in result.stderr.splitlines()].count(True) == 1
    assert "Traceback" not in result.stderr
    return result.stderr.partition("Error: ")[2].strip()


def names(folder="."):
    return {path.name for path in Path(folder).iterdir()}


def shapan(*arguments, prepare=lambda: None, **options):
    """The command in a process of its own; it hears Ctrl-C even if these tests run in the background."""

    def begin():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        prepare()

    return subprocess.Popen(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=begin,
        **options,
    )


# running


def test_a_run_shows_key_figures_with_denominators_and_balanced_books(shop):
    result = call("run", shop, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Small shop  (seed 5, engine fast, events: full)")
    assert re.search(r"reach +[\d.]+% +[\d.]+% +members", result.output)
    assert re.search(r"gross sales +¥[\d,.]+ +¥[\d,.]+", result.output)
    assert "More than without the campaign" in result.output
    assert "The books balance." in result.output
    assert max(map(len, result.output.splitlines()[:60])) <= 80
    assert names() == {shop}


def test_the_same_in_chinese(shop):
    result = call("run", shop, "--lang", "zh", "--no-twin")
    assert result.output.startswith("小店  (种子 5, 引擎 fast, events: full)")
    assert "账目平衡" in result.output
    assert "成团率" in result.output
    assert "较无活动的增量" not in result.output


def test_json_is_one_document_and_the_files_agree(shop):
    result = call("run", shop, "--out", "out", "--json", "--seed", 8, "--set", "run.horizon_days=2")
    data = json.loads(result.stdout)
    assert data["manifest"] == json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert data["summary"] == json.loads(Path("out/summary.json").read_text(encoding="utf-8"))
    assert data["manifest"]["seed"] == 8
    assert "horizon_days: 2" in Path("out/scenario.yaml").read_text(encoding="utf-8")


def test_quiet_says_nothing(shop):
    result = call("run", shop, "--quiet", "--out", "out")
    assert (result.exit_code, result.output) == (0, "")
    assert "events.parquet" in names("out")


def test_progress_lines_are_for_programs(shop):
    result = call("run", shop, "--quiet", "--progress", "lines")
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    lines = [line for line in lines if line["stage"] != PREPARING]  # only before the first run
    assert lines[0]["stage"] == "campaign"
    assert lines[-1] == {"stage": "twin", "share": 1.0}


def test_the_first_use_says_that_it_prepares_the_engine_and_how_far_it_is(shop, monkeypatch):
    prepared = []

    def prepare(progress):
        prepared.append(progress)
        if progress is not None:
            progress(1, 4)

    monkeypatch.setattr("sim.commands.engine.engine_is_prepared", lambda: bool(prepared))
    monkeypatch.setattr("sim.commands.engine.prepare_engine", prepare)
    given = call("run", shop, "--no-twin", "--lang", "zh", "--json")
    assert given.stderr.startswith("安装后首次使用")
    assert json.loads(given.stdout)["manifest"]["engine"] == "fast"
    assert call("run", shop, "--no-twin", "--lang", "en").stderr == ""
    for command in (("compare", shop, f"{shop}:five", "--seeds", 1), ("run", shop), ("prepare",)):
        prepared.clear()
        lines = call(*command, "--progress", "lines").stderr.splitlines()
        assert json.loads(lines[0]) == {"stage": "engine", "share": 0.25}
        prepared.clear()
        assert call(*command, "--quiet").output == ""


def test_large_communities_on_mesa_are_warned_of(shop, monkeypatch):
    monkeypatch.setattr("sim.commands.engine.MESA_MEMBERS", 100)
    for command in (("compare", shop, f"{shop}:five", "--seeds", 1), ("run", shop)):
        ask = (*command, "--no-twin", "--lang", "en")
        assert "120 members on mesa" in call(*ask, "--engine", "mesa").stderr
        assert "on mesa" not in call(*ask, "--engine", "mesa", "--members", 100).stderr
        assert "on mesa" not in call(*ask).stderr


def test_large_tables_are_written_as_they_come(shop, monkeypatch):
    files = []

    def noting(*args, events_file, **options):
        files.append(events_file)
        assert events_file is None or events_file.parent.parent == Path.cwd()
        return run(*args, events_file=events_file, **options)

    monkeypatch.setattr("sim.commands.one_run.run", noting)
    assert call("run", shop, "--no-twin", "--out", "small").exit_code == 0
    monkeypatch.setattr("sim.commands.one_run.FULL_MEMBERS_MAX", 100)
    assert call("run", shop, "--no-twin", "--out", "large").exit_code == 0
    assert call("run", shop, "--no-twin").exit_code == 0
    assert [file is None for file in files] == [True, False, True]
    assert names() == {shop, "small", "large"}
    small, large = (Path(name, "events.parquet").read_bytes() for name in ("small", "large"))
    assert small == large

    def stopped(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.commands.one_run.run", stopped)
    assert call("run", shop, "--out", "stopped").exit_code == 130
    assert names() == {shop, "small", "large"}


def test_messages_are_counted_if_asked(shop):
    result = call("run", shop, "--events", "outcomes", "--no-twin", "--out", "out", "--lang", "en")
    assert result.output.startswith("Small shop  (seed 5, engine fast, events: outcomes)")
    assert re.search(r"largest cascade +not recorded", result.output)
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert (manifest["engine"], manifest["events"]) == ("fast", "outcomes")
    asked = ("--seeds", 1, "--calibration", "open-list", "--events", "outcomes", "--json")
    data = json.loads(call("compare", shop, f"{shop}:five", *asked).stdout)
    assert (data["engine"], data["events"]) == ("fast", "outcomes")
    assert "cascade_size_max" in data["unavailable"]


RULES = """\
from sim.engine.member import Member
from sim.play import OwnRules


class Idle(Member):
    def weigh(self, reading):
        return [way for way in super().weigh(reading) if way.price_fen == 0]


OWN = OwnRules(member_class=Idle)
"""


def test_rules_of_one_s_own_run_on_mesa_and_all_that_is_written_says_so(shop, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    Path("rules_of_mine.py").write_text(RULES, encoding="utf-8")
    rules = ("--rules", "rules_of_mine:OWN")
    result = call("run", shop, *rules, "--out", "out", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "engine mesa, events: full" in result.output
    reason = "own Python rules run on mesa only"
    assert f"\nNote: engine mesa: {reason}\n" in result.output
    for name in ("manifest", "summary"):
        data = json.loads(Path(f"out/{name}.json").read_text(encoding="utf-8"))
        assert (data["engine"], data["fallback_reason"]) == ("mesa", reason)
    assert data["buyers"] == 0
    found = json.loads(call("compare", shop, f"{shop}:five", "--seeds", 1, *rules, "--json").stdout)
    for data in found["calibrations"].values():
        assert (data["engine"], data["fallback_reason"]) == ("mesa", reason)
        assert data["metrics"]["buyers"][1]["values"] == [0]
    assert "引擎 mesa" in call("compare", shop, f"{shop}:five", "--seeds", 1, *rules, "--lang", "zh").stdout
    assert reason in refused("run", shop, *rules, "--engine", "fast")
    assert reason in refused("compare", shop, f"{shop}:five", *rules, "--engine", "fast")
    assert "with own Python rules" in refused("explain", "out", "--member", 3)
    assert call("explain", "out", "--member", 3, *rules).exit_code == 0


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere", "must be written"),
        ("no.such:RULES", "cannot be imported"),
        ("sim.play:NOTHING", "sim.play has no NOTHING"),
        ("sim.play:ENGINES", "must be an OwnRules"),
    ],
)
def test_rules_that_are_none_are_refused(shop, place, said):
    assert said in refused("run", shop, "--rules", place)


def test_notes_are_few_and_in_the_reader_s_language(shop, tmp_path):
    ring = write_ring(tmp_path)
    given = call("run", shop, "--graph", ring, "--members", 40, "--no-twin", "--lang", "zh").stdout
    assert "说明：从图的 60 名成员中截取 40 名\n" in given
    products = "".join(
        f"  - {{id: p{i}, list_price_fen: 900, cost_fen: 500, stock: 300, utility: 0}}\n" for i in range(9)
    )
    text = Path(shop).read_text(encoding="utf-8").replace("mechanics:\n", f"{products}mechanics:\n", 1)
    Path(shop).write_text(text, encoding="utf-8")
    shown_ = call("run", shop, "--members", 60, "--no-twin", "--lang", "en").stdout
    assert shown_.count("Note: ") == 4
    assert "... and 7 more notes (--json has all)" in shown_
    data = json.loads(call("run", shop, "--members", 60, "--no-twin", "--json").stdout)
    assert len(data["manifest"]["notes"]) == 11


def test_a_graph_may_be_given_and_cut(shop, tmp_path):
    ring = write_ring(tmp_path)
    data = json.loads(call("run", shop, "--graph", ring, "--members", 40, "--json").stdout)
    assert data["manifest"]["members"] == 40
    assert data["manifest"]["graph_files"] == [str(ring.resolve())]


def test_a_variant_and_its_comparison(shop):
    result = call(
        "compare", shop, f"{shop}:five", "--seeds", 2, "--calibration", "open-list", "--out", "cmp", "--json"
    )
    data = json.loads(result.stdout)
    assert data == json.loads(Path("cmp/comparison.json").read_text(encoding="utf-8"))
    assert data["designs"] == ["small-shop", "small-shop:five"]
    assert data["seeds"] == [5, 6]
    single = json.loads(call("run", shop, "--variant", "five", "--seed", 6, "--json").stdout)
    assert data["metrics"]["buyers"][1]["values"][1] == single["summary"]["buyers"]
    rows = Path("cmp/values.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "metric,design,seed,value"
    assert f"buyers,small-shop:five,6,{single['summary']['buyers']}" in rows
    assert names("cmp") == {"comparison.json", "values.csv"}


def test_variants_are_compared_at_once_and_shown(shop):
    result = call("compare", shop, "--variants", "--seeds", 1, "--no-twin", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "Differences to A" in result.output
    assert "A: small-shop\nB: five\nC: crowd\n" in result.output
    assert re.search(r"\n +B +[\d.]+ +[+-]?[\d.]+ +\[[+-]?[\d.]+\] +[01] of 1", result.output)
    said = " ".join(result.output.split())
    assert "Too early to compare five with small-shop by margin after marketing" in said
    assert "too few seeds for an interval" in result.output
    assert re.search(r"\nC - A, margin after marketing: [+-]?¥", result.output)


def test_a_verdict_on_a_share_gets_the_seeds_that_its_interval_takes(shop):
    asked = ("compare", shop, f"{shop}:five", "--no-twin", "--calibration", "open-list", "--json")
    assert len(json.loads(call(*asked, "--by", "refund_rate").stdout)["seeds"]) == 40
    assert len(json.loads(call(*asked).stdout)["seeds"]) == 20
    assert len(json.loads(call(*asked, "--by", "refund_rate", "--seeds", 3).stdout)["seeds"]) == 3


def test_an_outcome_is_named_for_the_verdict(shop):
    asked = ("compare", shop, f"{shop}:five", "--seeds", 1)
    for by, said in (("buyers", "by buyers"), ("incremental.roi", "margin added per marketing added")):
        assert said in " ".join(call(*asked, "--by", by, "--lang", "en").stdout.split())
        assert json.loads(call(*asked, "--by", by, "--json").stdout)["by"] == by
    assert json.loads(call(*asked, "--by", "runoff.buyers", "--json").stdout)["by"] == "buyers"
    assert json.loads(call(*asked, "--no-twin", "--json").stdout)["by"] == "margin_fen"
    for words, said in (
        (("--by", "byers"), "did you mean `buyers`"),
        (("--by", "horizon.buyers"), "after the run-off"),
        (("--by", "books_residual_fen"), "one number"),
        (("--by", "conversion_by_channel"), "one number"),
        (("--by", "incremental.buyers", "--no-twin"), "leave out --no-twin"),
        (("--by", "k_factor", "--events", "outcomes"), "not recorded"),
    ):
        assert said in refused(*asked, *words)


def test_a_comparison_says_how_far_it_is_and_how_long_it_will_take(shop):
    result = call("compare", shop, f"{shop}:five", "--seeds", 3, "--progress", "lines", "--quiet")
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    lines = [line for line in lines if line["stage"] == "compare"]
    assert lines[-1] == {"stage": "compare", "share": 1.0}


def test_designs_are_told_apart_however_long_their_names(shop, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    name = f"{'long-' * 7}shop"
    text = Path(shop).read_text(encoding="utf-8").replace("id: small-shop", f"id: {name}")
    Path(shop).write_text(text, encoding="utf-8")
    shown_ = call(
        "compare", f"{shop}:five", f"{shop}:crowd", "--seeds", 2, "--no-twin", "--lang", "en"
    ).stdout
    assert "…" not in shown_.replace(" … ", "")
    assert f"A: {name}:five\nB: {name}:crowd\n" in shown_


def test_the_twin_s_events_are_kept_beside_the_run_s(shop):
    call("run", shop, "--out", "plain", "--quiet")
    assert "twin_events.parquet" not in names("plain")
    assert call("run", shop, "--out", "out", "--quiet", "--keep-twin").exit_code == 0
    saved = read_results(Path("out"))
    buyers, without = (int(TableView(table).buyers.sum()) for table in (saved.table, saved.twin_table()))
    summary = json.loads(Path("out/summary.json").read_text(encoding="utf-8"))
    assert summary["incremental"]["buyers"] == buyers - without > 0
    assert "--keep-twin" in call("run", "--help").output
    assert "nothing to keep" in refused("run", shop, "--keep-twin", "--no-twin", "--out", "x", "--lang", "en")
    assert "--out" in refused("run", shop, "--keep-twin", "--lang", "en")
    assert "没有可保留的" in call("run", shop, "--keep-twin", "--no-twin", "--lang", "zh").stderr
    assert "请用 --out 指明" in call("run", shop, "--keep-twin", "--lang", "zh").stderr
    assert not Path("x").exists()


def test_with_every_calibration_the_twin_of_each_is_kept(shop):
    assert call("run", shop, "--out", "all", "--quiet", "--keep-twin", "--calibrations").exit_code == 0
    folders = [path for path in Path("all").iterdir() if path.is_dir()]
    assert len(folders) > 1
    assert all(read_results(folder).twin_table() is not None for folder in folders)


def test_results_are_explained(shop):
    call("run", shop, "--out", "out", "--quiet", "--variant", "five")
    order = call("explain", "out", "--order", 0, "--json")
    member = json.loads(order.stdout)["order"]["member"]
    told = call("explain", "out", "--member", member, "--lang", "en")
    assert told.exit_code == 0, told.output
    assert "utility (acts above 0)" in told.output
    assert "Who stands behind it" in told.output
    group = json.loads(call("explain", "out", "--group", 0, "--json").stdout)["group"]
    assert group["needed"] == 5
    told = call("explain", "out", "--group", 0, "--lang", "zh")
    assert "告知" in told.output
    codes = re.compile("[a-z]+_[a-z]+")
    assert not codes.search(told.output)
    assert not codes.search(call("explain", "out", "--order", 0, "--lang", "zh").output)
    assert refused("explain", "out") == "explain: name one of --member N, --group N and --order N"
    assert "--order: must be 0 to" in refused("explain", "out", "--order", 10**6)
    assert "no manifest.json" in refused("explain", ".", "--order", 0)


# without running


def test_validate_says_valid_or_everything_that_is_wrong(shop):
    result = call("validate", shop, "--lang", "en")
    assert result.exit_code == 0
    assert "small-shop.yaml: valid. Variants: five, crowd." in result.output
    data = json.loads(call("validate", shop, "--json").stdout)
    assert data["valid"] is True
    assert data["variants"] == ["five", "crowd"]
    Path("bad.yaml").write_text(SHOP.replace("group_size: 2", "group_size: 1").replace("stock", "stok"))
    error = refused("validate", "bad.yaml")
    assert "bad.yaml:8: products[id=tissue].stok: unknown key; did you mean `stock`?" in error
    assert "bad.yaml:10: mechanics[id=pintuan].group_size" in error
    found = call("validate", "bad.yaml", "--json")
    assert found.exit_code == 2
    problems = json.loads(found.stdout)["error"]["problems"]
    assert {problem["line"] for problem in problems} >= {8, 10}


def test_a_warning_of_one_variant_names_it(shop):
    text = Path(shop).read_text(encoding="utf-8")
    tiny = "  tiny:\n    products: [{id: tissue, list_price_fen: 900, cost_fen: 1500}]\n"
    Path(shop).write_text(text + tiny, encoding="utf-8")
    lines = [
        line for line in call("validate", shop, "--lang", "en").stdout.splitlines() if "Warning:" in line
    ]
    assert any(line.endswith("(variant tiny)") for line in lines)
    assert not all(line.endswith("(variant tiny)") for line in lines)
    listed = json.loads(call("validate", shop, "--json").stdout)["warnings"]
    assert {warning["variant"] for warning in listed} == {None, "tiny", "crowd"}


def test_schema_and_list_are_json(shop):
    assert "properties" in json.loads(call("schema").stdout)
    assert "extends" in json.loads(call("schema", "--override").stdout)["properties"]
    listed = json.loads(call("scenarios", "--json").stdout)
    assert all(Path(one["path"]).is_file() for one in listed)
    assert "…" not in call("scenarios", "--lang", "zh").output
    text = call("scenarios", "--lang", "en").output
    assert all(one["id"] in text for one in listed)


def test_version_and_help_need_no_engine():
    assert call("--version").output == f"shapan, version {__version__}\n"
    code = (
        "import sys, sim.cli\n"
        "from click.testing import CliRunner\n"
        "assert CliRunner().invoke(sim.cli.cli, ['run', '--help']).exit_code == 0\n"
        "print([name for name in ('mesa', 'numba', 'pydantic', 'pandas') if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"


def test_the_choices_repeated_for_a_quick_start_are_those_there_are():
    assert sim.commands.options.ENGINES == sim.play.ENGINES
    assert sim.commands.options.EVENTS == sim.play.EVENTS
    assert sim.commands.options.PROGRESS_STYLES == PROGRESS_STYLES


def test_every_code_has_a_name_in_both_languages():
    for codes, known in ((Kind, KINDS), (Channel, CHANNELS), (Reason, REASONS), (Route, ROUTES)):
        assert list(known) == list(codes)
        assert all(en and zh for en, zh in known.values())


def test_the_environment_chooses_the_language():
    assert language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}) == "en"
    assert language({}) == "en"


def test_values_are_shown_as_people_read_them():
    assert shown(123456, "fen") == "¥1,234.56"
    assert shown(0.1234, "share") == "12.3%"
    assert shown(0.0123, "share") == "1.23%"
    assert shown(1234567, "members", signed=True) == "+1,234,567"
    assert shown(-5, "members", signed=True) == "-5"
    assert shown(None, "fen") == "–"


# bad input


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("just some words\n", "mapping"),
        ("id: x\nproducts: 5\n", "products: must be a list"),
        ("a: &a [x]\nb: [*a, *a]\n", "aliases"),
        ("id: x\nid: y\n", "id"),
        ("x: [" * 40, "bad.yaml"),
        ("\x00\x01\x02", "bad.yaml"),
    ],
)
def test_a_scenario_that_is_none_is_refused(shop, text, said):
    Path("bad.yaml").write_text(text, encoding="utf-8")
    assert said in refused("run", "bad.yaml", "--out", "out")
    assert names() == {shop, "bad.yaml"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello world this is text\n", "2 or 3 columns"),
        (b"1 1\n", "at least 2 members"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "bad.txt"),
        (gzip.compress(b"\x00" * 50_000_000), "bad.txt"),
    ],
)
def test_a_graph_that_is_none_is_refused(shop, content, said):
    Path("bad.txt").write_bytes(content)
    assert said in refused("run", shop, "--graph", "bad.txt", "--out", "out")
    assert names() == {shop, "bad.txt"}


def test_a_bomb_of_short_lines_is_refused_once_it_is_too_much(shop, monkeypatch):
    monkeypatch.setattr("sim.tables.source.BYTES_MAX", 1_000_000)
    Path("bomb.gz").write_bytes(gzip.compress(b"1 2\n" * 1_000_000))
    assert "more than 1,000,000 bytes" in refused("run", shop, "--graph", "bomb.gz")


def test_what_is_not_there_or_a_folder_is_refused(shop):
    assert "no such scenario" in refused("run", "nosuch")
    assert "directory" in refused("run", ".")
    assert "No such file" in refused("run", shop, "--graph", "nosuch.txt")
    assert "folder" in refused("run", shop, "--graph", ".")
    assert "no such variant" in refused("run", shop, "--variant", "nosuch")
    assert "unknown key" in refused("run", shop, "--set", "no.such=1")
    assert "path=value" in refused("run", shop, "--set", "nothing")
    assert "--variants" in refused("compare", shop)
    assert "one scenario" in refused("compare", shop, shop, "--variants")


def test_options_out_of_range_are_refused(shop):
    assert "--seed" in refused("run", shop, "--seed", 2**32)
    assert "--members" in refused("run", shop, "--members", 1)
    assert "--engine" in refused("run", shop, "--engine", "warp")
    assert "No such command" in refused("nosuch")


def test_an_output_folder_that_cannot_be_is_refused_before_the_run(shop, monkeypatch):
    def never(*args, **options):
        raise AssertionError("it ran")

    monkeypatch.setattr("sim.commands.one_run.run", never)
    Path("full").mkdir()
    Path("full/mine.txt").write_text("mine", encoding="utf-8")
    assert "is a file" in refused("run", shop, "--out", shop)
    assert "is a file" in refused("run", shop, "--out", f"{shop}/below")
    assert "not empty" in refused("run", shop, "--out", "full")
    assert names() == {shop, "full"}
    assert names("full") == {"mine.txt"}


def test_a_failing_run_is_code_3_and_leaves_nothing(shop, monkeypatch):
    from sim.engine.model import CommunityModel

    def broken(self, *args, **options):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(CommunityModel, "advance", broken)
    assert "ZeroDivisionError" in refused("run", shop, "--engine", "mesa", "--out", "out", code=3)
    monkeypatch.setattr("sim.fast.engine.FastRun.run", broken)
    assert "ZeroDivisionError" in refused("run", shop, "--out", "out", code=3)
    assert names() == {shop}


def test_the_unexpected_is_one_line_and_more_if_asked(shop, monkeypatch, caplog):
    def broken(*args, **options):
        raise LookupError("never thought of")

    monkeypatch.setattr("sim.commands.one_run.prepare", broken)
    assert "unexpected LookupError: never thought of" in refused("run", shop, code=3)
    assert not caplog.records
    call("run", shop, "--verbose")
    assert any(record.exc_info and record.exc_info[0] is LookupError for record in caplog.records)


def test_errors_are_json_too_if_asked(shop):
    result = call("run", "nosuch", "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["exit_code"] == 2
    assert "no such scenario" in error["message"]


def test_ctrl_c_is_code_130(shop, monkeypatch):
    def stop(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.commands.one_run.run", stop)
    assert refused("run", shop, "--out", "out", code=130) == "cancelled"
    assert names() == {shop}


# in a process of its own


def test_equal_runs_in_different_processes_write_equal_bytes(shop):
    for seed in ("1", "2"):
        process = shapan("run", shop, "--quiet", "--out", seed, env=os.environ | {"PYTHONHASHSEED": seed})
        assert process.communicate()[1] == ""
        assert process.returncode == 0
    for name in ("events.parquet", "daily.parquet", "daily.csv", "scenario.yaml", "summary.json"):
        assert (Path("1") / name).read_bytes() == (Path("2") / name).read_bytes(), name


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_130_and_leaves_nothing(shop, number):
    long = ("--set", "run.horizon_days=300", "--members", "2000")
    process = shapan("run", shop, "--out", "out", "--quiet", "--progress", "lines", *long)
    assert json.loads(process.stderr.readline())["stage"] == "campaign"
    process.send_signal(number)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in error
    assert error.splitlines()[-1] == "Error: cancelled"
    assert names() == {shop}


def test_a_disk_that_fills_up_is_one_error_and_leaves_nothing(shop):
    def tiny_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    process = shapan("run", shop, "--out", "out", env=env, prepare=tiny_files)
    output, error = process.communicate()
    assert process.returncode == 2, error
    assert output == ""
    assert re.fullmatch(r"Error: out: cannot be written: .+\n", error)
    assert names() == {shop}


def test_the_app_is_served_on_this_machine_only(shop):
    from sim.commands.app import app_file

    assert app_file().name == "app.py"
    port = 18_000 + os.getpid() % 2000
    process = shapan("app", "--port", port)
    try:
        connected = ""
        for _ in range(60):
            time.sleep(0.5)
            listening = Path("/proc/net/tcp")
            if not listening.exists():
                pytest.skip("no /proc/net/tcp to look into")
            connected = next(
                (line for line in listening.read_text().splitlines() if f":{port:04X} 00000000" in line), ""
            )
            if connected or process.poll() is not None:
                break
        assert f"0100007F:{port:04X}" in connected  # 127.0.0.1
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130


def test_what_a_budget_was_too_small_for_is_said(shop):
    poor = (
        "--set",
        "operator.schedule.launch.cost_fen_per_person=5",
        "--set",
        "operator.budget_fen=12",
        "--no-twin",
    )
    english, chinese = (call("run", shop, "--lang", lang, *poor).output for lang in ("en", "zh"))
    missed = re.search(r"The budget was too small: launch did without ([\d,]+) \(messages, hires", english)
    assert missed is not None, english
    assert f"预算不足：launch 少了 {missed[1]} 人次" in chinese
    assert "OVER IT" not in english
    summary = json.loads(call("run", shop, "--json", *poor).output)["summary"]
    assert summary["budget_short_by_offer"] == {"launch": int(missed[1].replace(",", ""))}
    assert summary["runoff"]["budget_short"] == summary["budget_short_by_offer"]["launch"]
    every = call("run", shop, "--lang", "en", "--calibrations", *poor).output
    assert "open-list: The budget was too small" in every
    assert "chats: Marketing took" in every
    both = ("compare", shop, f"{shop}:five", "--seeds", 2, *poor)
    assert "small-shop (chats): the budget was too small in 2 of 2 runs" in call(*both, "--lang", "en").output
    assert "预算不足" in call(*both, "--lang", "zh").output


def test_what_ends_a_run_of_a_comparison_is_said_in_both_languages(shop, monkeypatch):
    monkeypatch.setattr("sim.allowance.TOLD_LEAST", 10)
    monkeypatch.setattr("sim.allowance.TOLD_PER_MEMBER_DAY", 0)
    both = ("compare", shop, f"{shop}:five", "--seeds", 2, "--workers", 1)
    english, chinese = (call(*both, "--lang", lang).output for lang in ("en", "zh"))
    assert "small-shop: the run was ended" in english
    assert "small-shop：运行已中止" in chinese
    assert "RunError" not in english + chinese
