"""`run`, `compare` and `calibrations` with one calibration, a file of one, or all that ship."""

import csv
import json
import re

import numpy as np
import pytest
from click.testing import CliRunner
from small_shop import write_shop

from sim.calibration.calibration import calibration_paths
from sim.cli import cli
from sim.compare import Comparison

ALL = list(calibration_paths())


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    keen = "name: {en: Keen}\nbehaviour: {deciding: {base: {staple: -1.0}}}\n"
    (tmp_path / "keen.yaml").write_text(keen, encoding="utf-8")
    return write_shop(tmp_path).name


def call(*arguments, code=0):
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


def data(*arguments):
    return json.loads(call(*arguments, "--json").stdout)


def test_a_run_says_which_calibration_it_was_run_with(shop, tmp_path):
    default = data("run", shop, "--no-twin")
    assert default["manifest"]["inputs"]["calibration"] == default["summary"]["calibration"] == "open-list"
    keen = data("run", shop, "--no-twin", "--calibration", "keen.yaml", "--out", "out")
    assert keen["summary"]["buyers"] > default["summary"]["buyers"]
    assert json.loads((tmp_path / "out/manifest.json").read_text())["inputs"]["calibration"] == "keen.yaml"
    assert json.loads((tmp_path / "out/summary.json").read_text())["calibration"] == "keen.yaml"
    assert (
        (tmp_path / "out/scenario.yaml").read_text(encoding="utf-8").startswith("# calibration: keen.yaml\n")
    )
    again = data("run", "out/scenario.yaml", "--no-twin")
    assert again["manifest"]["events_sha256"] == keen["manifest"]["events_sha256"]
    assert "calibration keen.yaml" in call("run", shop, "--no-twin", "--calibration", "keen.yaml").stdout


def test_a_run_over_all_has_a_folder_for_each_and_the_range(shop, tmp_path):
    found = data("run", shop, "--calibrations", "--out", "out")
    assert found["default"] == "open-list"
    assert found["calibrations"] == list(found["runs"]) == ALL
    for section in ("horizon", "runoff", "incremental"):
        values = [one["summary"][section]["buyers"] for one in found["runs"].values()]
        assert found["ranges"][section]["buyers"] == {
            "default": values[0],
            "lowest": min(values),
            "highest": max(values),
        }
    kept = json.loads((tmp_path / "out/calibrations.json").read_text(encoding="utf-8"))
    assert kept == {key: found[key] for key in ("default", "calibrations", "ranges")}
    for name in ALL:
        single = data("run", shop, "--calibration", name)
        written = json.loads((tmp_path / "out" / name / "manifest.json").read_text(encoding="utf-8"))
        assert written["events_sha256"] == single["manifest"]["events_sha256"]
        assert written["inputs"]["calibration"] == name
    assert "--force" in call("run", shop, "--calibrations", "--out", "out", code=2).stderr


def test_the_table_of_ranges_fits_a_terminal(shop):
    for lang, words, after in (("en", "lowest – highest", "Range over"), ("zh", "最低 – 最高", "范围涵盖")):
        table, found, _ = call("run", shop, "--calibrations", "--lang", lang).stdout.partition(after)
        assert found
        assert words in table
        assert max(map(len, table.splitlines())) <= 80
    lines = call("run", shop, "--calibrations", "--events", "outcomes", "--lang", "en").stdout
    assert "not recorded" in lines


def test_both_switches_at_once_and_an_unknown_one_are_refused(shop):
    for command in (("run", shop), ("compare", shop, f"{shop}:five")):
        both = call(*command, "--calibration", "chats", "--calibrations", code=2)
        assert "cannot be used together" in both.stderr
        assert "did you mean `chats`" in call(*command, "--calibration", "chat", code=2).stderr


def test_a_comparison_over_all_has_the_differences_of_each(shop, tmp_path):
    asked = ("compare", shop, "--variants", "--seeds", 2)
    found = data(*asked, "--out", "out")
    assert found == data(*asked, "--calibrations")
    assert list(found["calibrations"]) == ALL
    for name in ALL:
        single = data(*asked, "--calibration", name)
        assert single.pop("calibration") == name
        assert single.pop("by") == found["by"] == "incremental.margin_fen"
        assert [list(one["by_calibration"]) for one in single.pop("verdicts")] == [[name]] * 2
        assert found["calibrations"][name] == single
    assert [one["design"] for one in found["verdicts"]] == ["five", "crowd"]
    assert {one["kind"] for one in found["verdicts"]} == {"early"}
    assert [one["designs"] for one in found["orders"]["buyers"]] == [
        ["small-shop", "five"],
        ["small-shop", "crowd"],
        ["five", "crowd"],
    ]
    assert found["orders"]["buyers"][0] == {
        "designs": ["small-shop", "five"],
        "better": dict.fromkeys(ALL),
        "agreement": "early",
    }
    with (tmp_path / "out/values.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["calibration"] for row in rows} == set(ALL)
    first = found["calibrations"][ALL[1]]["metrics"]["buyers"][1]
    assert [
        float(row["value"])
        for row in rows
        if (row["calibration"], row["metric"], row["design"]) == (ALL[1], "buyers", first["design"])
    ] == first["values"]


def told(monkeypatch, shop, lang, gaps, *more):
    """What `compare` says of two designs whose buyers have these mean differences, with 20 seeds."""
    luck = np.linspace(-1.0, 1.0, 20)

    def compared(designs, seeds, **asked):
        names = tuple(one.name for one in designs[ALL[0]])
        found = {}
        for name, gap in zip(designs, gaps, strict=True):
            buyers = np.array([luck * 0 + 30, luck + 30 + gap])
            values = {"buyers": buyers, "incremental.margin_fen": buyers * 100, "reach_share": buyers / 100}
            found[name] = Comparison(names, tuple(seeds), values, (), (), 0, "fast", None, "full")
        return found

    monkeypatch.setattr("sim.commands.compare.compare", compared)
    return call("compare", shop, f"{shop}:five", "--lang", lang, *more).stdout


def test_a_comparison_opens_with_a_verdict_on_a_named_outcome(shop, monkeypatch):
    for gaps, en, zh in (
        ((9, 9), "Clear: small-shop:five is better than small-shop by", "明确：按"),
        ((9, 0.32), "Likely: small-shop:five is better", "很可能：按"),
        ((0.1, 0.1), "cannot be told apart by", "分不出"),
    ):
        said = " ".join(told(monkeypatch, shop, "en", gaps).split("A: small-shop")[0].split())
        assert en in said
        assert "incremental margin after marketing" in said
        assert zh in told(monkeypatch, shop, "zh", gaps).split("A: small-shop")[0]
        by = told(monkeypatch, shop, "en", gaps, "--by", "buyers")
        assert "buyers" in by.split("A: small-shop")[0]
        assert "margin" not in by.split("A: small-shop")[0]


def test_what_depends_on_the_calibration_is_told_by_intervals(shop, monkeypatch):
    turned = told(monkeypatch, shop, "en", (9, -9))
    assert "WHICH DESIGN IS BETTER DEPENDS ON THE CALIBRATION, beyond luck, by:" in turned
    assert f"  buyers: A better than B only under {ALL[1]}; B better than A only under {ALL[0]}\n" in turned
    assert "REVERSED" in turned
    assert "哪个方案更好取决于标定" in told(monkeypatch, shop, "zh", (9, -9))
    partly = told(monkeypatch, shop, "en", (9, 0.1))
    assert f"  buyers: B better than A only under {ALL[0]}\n" in partly
    assert "Holds only under some calibrations" in partly
    assert "DEPENDS" not in partly
    assert re.search(r"\n +B +39.00 +\+9.00 .* 20 of 20 +1 of 2 *\n", partly)
    for gaps in ((9, 8), (0.1, -0.1)):  # means of another sign are no other order
        assert "No order shown that has an interval depends" in told(monkeypatch, shop, "en", gaps)


def test_few_seeds_do_not_say_whether_the_calibration_matters(shop):
    few = call("compare", shop, f"{shop}:five", "--seeds", 2, "--lang", "en").stdout
    assert "Too few seeds to say whether the calibration matters" in few
    assert "No order" not in few


def test_figures_under_each_calibration_are_shown_if_asked(shop, monkeypatch):
    short = told(monkeypatch, shop, "en", (9, 0.1))
    assert "(open-list)" in short
    assert "+0.10" not in short
    assert "--calibrations" in short
    long = told(monkeypatch, shop, "en", (9, 0.1), "--calibrations")
    assert "+9.00" in long
    assert "+0.10" in long
    assert all(f"buyers, {name}" in " ".join(long.split()) for name in ALL)


def test_calibrations_are_listed(shop):
    assert [one["id"] for one in data("calibrations")] == ALL
    assert [one["default"] for one in data("calibrations")] == [True, *[False] * (len(ALL) - 1)]
    text = call("calibrations", "--lang", "zh").stdout
    assert all(name in text for name in ALL)
    assert "--table" in call("calibrations", "--out", "x.md", code=2).stderr


def test_the_table_of_movements_is_written(shop, tmp_path):
    asked = ("calibrations", "--table", "--scenario", "staple-group-buy", "--members", 60, "--seeds", 2)
    call(*asked, "--points", 2, "--workers", 1, "--out", "page.md")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "## staple-group-buy" in page
    assert "2 points" in page
    assert "flash-sale" not in page
    found = data(*asked, "--points", 0, "--workers", 1)["scenarios"]["staple-group-buy"]["buyers"]
    assert list(found["others"]) == ALL[1:]
    assert found["low"] is None
    assert "known: " in call("calibrations", "--table", "--scenario", "stapel", code=2).stderr
