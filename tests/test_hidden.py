"""Names are a user's: no letter of them is a command to the terminal, and what cannot be seen is refused."""

import json

import pytest
from click.testing import CliRunner
from rich.table import Table
from rich.text import Text
from small_shop import SHOP, write_ring, write_shop

from sim.calibration.calibration import find_calibration
from sim.cli import cli
from sim.commands.progress import reporting
from sim.commands.session import Session
from sim.compare import Design, compare
from sim.explain import explain_group, explain_member, explain_order
from sim.hidden import hidden_character, visible
from sim.population import populate
from sim.results import read_results
from sim.run import prepare, read_files, run
from sim.scenario.load import load_scenario
from sim.settings.problems import ScenarioError
from sim.sweep.many import run_many
from sim.sweep.plan import read_plan

HOSTILE = "[/red] [bold] :smile: [link=x] {0} %s"
HIDDEN = ("\x1b[2J", "\x9b2J", "\x07", "\x7f", "\r", "\u202e", "\u2066", "\u2028")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a scenario whose names are as hostile as visible letters can be."""
    monkeypatch.chdir(tmp_path)
    write_shop(tmp_path)
    text = SHOP.replace("zh: 小店", f'zh: "小{HOSTILE}"').replace("en: Small shop", f'en: "{HOSTILE}"')
    text = text.replace("  five:", '  "[/red]":')
    assert text.count(HOSTILE) == 2
    assert text.count('"[/red]"') == 1
    (tmp_path / "[bold].yaml").write_text(text, encoding="utf-8")
    return tmp_path


def call(*args: str) -> str:
    result = CliRunner().invoke(cli, args, env={"COLUMNS": "100"})
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def letters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_are_printed_letter_by_letter(folder, lang):
    file, shown = "[bold].yaml", letters(HOSTILE)
    text = letters(call("run", file, "--lang", lang, "--out", "[red]out[/red]"))
    assert shown in text
    assert "[red]out[/red]" in text
    assert shown in letters(call("run", file, "--lang", lang, "--variant", "[/red]"))
    assert shown in letters(
        call("run", file, "--lang", lang, "--calibrations", "--members", "40", "--no-twin")
    )
    text = call("compare", file, f"{file}:[/red]", "--lang", lang, "--seeds", "2")
    assert "small-shop:[/red]" in text
    assert "[/red]" in call("compare", "--variants", file, "--lang", lang, "--seeds", "2")
    assert "[/red]" in call("validate", file, "--lang", lang)
    call("explain", "[red]out[/red]", "--lang", lang, "--member", "0")
    assert "[g].shapan-graph" in call("network", file, "--lang", lang, "--out", "[g].shapan-graph", "--force")
    (folder / "[s].yaml").write_text(f"scenario: '{file}'\nseeds: [1]\noutputs: [buyers]\n", encoding="utf-8")
    assert "[s].yaml" in call("sweep", "[s].yaml", "--dry-run", "--lang", lang)


def test_tables_and_bars_know_no_markup(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal
    monkeypatch.setenv("COLUMNS", "60")
    text = "[/red] :smile: \x1b[2J\u202e"
    table = Table(text, title=text)
    table.add_row(text)
    table.add_row(Text(text, style="bold"))
    session = Session("en")
    session.console.print(table)
    session.console.print(text)
    session.say(text)
    shown = capsys.readouterr().out
    assert shown.count("[/red] :smile: \\u001b[2J\\u202e") == 6
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
    with reporting(session, "bar") as report:
        report("[/red] :smile:", 0.5)
    assert "[/red] :smile:" in capsys.readouterr().err


def test_a_very_long_name_leaves_the_figures_whole(folder):
    (folder / "long.yaml").write_text(SHOP.replace("en: Small shop", f"en: {'x' * 5000}"), encoding="utf-8")
    short, long = (call("run", name, "--lang", "en") for name in ("small-shop.yaml", "long.yaml"))
    short_figures, long_figures = (
        text.partition("at the horizon")[2].splitlines()[1:9] for text in (short, long)
    )
    assert short_figures == long_figures


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_what_cannot_be_seen_is_refused_with_its_place(folder, hidden):
    escaped = json.dumps(hidden)[1:-1].replace("\x9b", "\\x9b").replace("\x7f", "\\x7f")
    character = f"U+{ord(hidden[0]):04X}"
    for place, wrong in (
        ("name.en", SHOP.replace("en: Small shop", f'en: "Small{escaped} shop"')),
        ("about.en", SHOP.replace("\npopulation", f'\nabout: {{en: "A{escaped}"}}\npopulation', 1)),
        ("variants.?", SHOP.replace("  five:", f'  "five{escaped}":')),
    ):
        (folder / "wrong.yaml").write_text(wrong, encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load_scenario(folder / "wrong.yaml")
        problem = next(one for one in caught.value.problems if character in one.text.en)
        assert problem.line > 1
        assert problem.file.endswith("wrong.yaml")
        if place != "variants.?":
            assert problem.path == place
        for lang, said in (("en", "cannot be seen"), ("zh", "不可见字符")):
            result = CliRunner().invoke(cli, ["run", "wrong.yaml", "--lang", lang])
            assert result.exit_code == 2
            assert f"wrong.yaml:{problem.line}: " in result.stderr
            assert f"{said}{' (' if lang == 'en' else '（'}{character}" in result.stderr
            assert hidden[0] not in result.output


def test_names_stand_on_one_line_and_long_texts_need_not(folder):
    (folder / "about.yaml").write_text(
        SHOP.replace("\npopulation", '\nabout: {en: "A\\n\\tB"}\npopulation', 1)
    )
    assert load_scenario(folder / "about.yaml").scenario.about.en == "A\n\tB"
    (folder / "name.yaml").write_text(SHOP.replace("en: Small shop", 'en: "Small\\nshop"'))
    with pytest.raises(ScenarioError, match=r"name\.yaml:2: name\.en: holds a character .*U\+000A"):
        load_scenario(folder / "name.yaml")


def test_values_set_by_hand_are_looked_at_too(folder):
    for value in ("a\x1b[2J", "a\nb", "\u202ea"):
        with pytest.raises(ScenarioError, match="cannot be seen"):
            load_scenario("small-shop.yaml", sets={"name.en": value})
    with pytest.raises(ScenarioError, match=r"products\[id=tissue\]\.name\.en: holds a character"):
        load_scenario("small-shop.yaml", sets={"products.tissue.name.en": "\x07"})


def test_ids_of_graphs_and_paths_are_written_out(folder):
    hostile = "a\u202eb"
    lines = write_ring(folder, 120).read_text().splitlines()
    (folder / "graph.txt").write_text(
        "".join(f"{hostile}{line.split()[0]}\t{hostile}{line.split()[1]}\n" for line in lines)
    )
    call("run", "small-shop.yaml", "--graph", "graph.txt", "--out", "out")
    for args in (("--lang", "en"), ("--lang", "zh"), ("--json",)):
        text = call("explain", "out", "--member", "0", *args)
        assert "\\u202e" in text
        assert "\u202e" not in text
    for name in ("\x1b[2J.yaml", "\u202ex", "new\nline"):
        result = CliRunner().invoke(cli, ["run", name, "--lang", "en"])
        assert result.exit_code == 2
        assert "\x1b" not in result.output
        assert "\u202e" not in result.output


def test_what_is_hidden():
    assert hidden_character("plain 文字 👩\u200d💻\n\t", name=False) is None
    assert hidden_character("plain 文字 👩\u200d💻", name=True) is None
    for text in ("\n", "\t", "\ufeff", "\u200b", "\u2060", "\u061c", "\u200e"):
        assert hidden_character(f"a{text}", name=True) == f"U+{ord(text):04X}"
        assert hidden_character(f"a{text}", name=False) is None
    for text in HIDDEN:
        assert hidden_character(text, name=False) == f"U+{ord(text[0]):04X}"
        assert visible(text) == f"\\u{ord(text[0]):04x}{text[1:]}"
    assert visible("文字\n\t👩\u200d💻") == "文字\n\t👩\u200d💻"
    assert visible("\udcff\ufeff") == "\\udcff\\ufeff"
    assert json.loads(visible(json.dumps({"a": "\x9b\u202e\x1b"}, ensure_ascii=False))) == {
        "a": "\x9b\u202e\x1b"
    }


def test_objects_show_themselves_in_one_short_line(folder):
    loaded = load_scenario("small-shop.yaml")
    ring = read_files([write_ring(folder, 120)])
    prepared, other = prepare(loaded.scenario), prepare(loaded.scenario, files=ring)
    result = run(prepared)
    call("run", "small-shop.yaml", "--out", "out")
    saved = read_results(folder / "out")
    designs = [Design(name, loaded.scenario) for name in ("a", "b")]
    (outcome,) = run_many([(loaded.scenario, 1)], outputs=["buyers"], workers=1)
    (folder / "sweep.yaml").write_text("scenario: small-shop.yaml\nseeds: [1]\noutputs: [buyers]\n")
    shown = {
        type(one).__name__: repr(one)
        for one in (
            loaded,
            loaded.scenario,
            ring,
            prepared.graph,
            prepared,
            other,
            result,
            result.table,
            saved,
            designs[0],
            compare({"default": designs}, [1, 2])["default"],
            outcome,
            read_plan(folder / "sweep.yaml"),
            find_calibration("chats"),
            populate(prepared.scenario, prepared.graph, 1),
            explain_member(saved, 0),
            explain_group(saved, 0),
            explain_order(saved, 0),
        )
    }
    for name, text in shown.items():
        assert len(text) < 200 + len(str(folder)), name
        assert "\n" not in text, name
        assert "array" not in text, name
        assert name in text
    assert "120 members" in shown["RunResult"]
    assert "engine" in shown["RunResult"]
    assert "seed 5" in shown["RunResult"]
    assert str(loaded.scenario) == shown["Scenario"]
