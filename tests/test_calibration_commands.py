"""`run`, `compare` and `calibrations` with one calibration, a file of one, or all that ship."""

import csv
import json

import pytest
from click.testing import CliRunner
from small_shop import write_shop

from sim.calibration.calibration import calibration_paths
from sim.cli import cli

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
    found = data(*asked, "--calibrations", "--out", "out")
    assert list(found["calibrations"]) == ALL
    for name in ALL:
        single = data(*asked, "--calibration", name)
        assert single.pop("calibration") == name
        assert found["calibrations"][name] == single
    assert set(found["recommended"]["buyers"]) == {"designs", "differs", "beyond_luck"}
    assert list(found["recommended"]["buyers"]["designs"]) == ALL
    with (tmp_path / "out/values.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["calibration"] for row in rows} == set(ALL)
    first = found["calibrations"][ALL[1]]["metrics"]["buyers"][1]
    assert [
        float(row["value"])
        for row in rows
        if (row["calibration"], row["metric"], row["design"]) == (ALL[1], "buyers", first["design"])
    ] == first["values"]


def test_a_recommendation_that_differs_is_flagged(shop, monkeypatch):
    def flagged(lang):
        return call("compare", shop, f"{shop}:five", "--seeds", 2, "--calibrations", "--lang", lang).stdout

    calm = flagged("en")
    assert all(f" {name}\n" in "\n".join(map(str.rstrip, calm.splitlines())) for name in ALL)
    monkeypatch.setattr("sim.commands.compare_table.recommended", disagreeing)
    assert "THE BEST DESIGN DEPENDS ON THE CALIBRATION" in flagged("en")
    assert "buyers: open-list: a; chats: b (by more than luck)" in flagged("en")
    assert "最优方案取决于标定" in flagged("zh")
    monkeypatch.setattr("sim.commands.compare_table.recommended", agreeing)
    assert "The best design is the same with all calibrations" in flagged("en")


def disagreeing(comparisons, metric):
    from sim.calibration.recommended import Recommended

    return Recommended(dict(zip(comparisons, "ab", strict=False)), metric == "buyers", True)


def agreeing(comparisons, metric):
    from sim.calibration.recommended import Recommended

    return Recommended(dict.fromkeys(comparisons, "a"), False, False)


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
