"""What a user can do wrong is said in both languages, by every command; errors survive other processes."""

import ast
import copy
import errno
import json
import multiprocessing
import os
import pickle
import re
from concurrent.futures import ProcessPoolExecutor

import pytest
from click.testing import CliRunner
from small_shop import write_shop
from test_structure import SOURCES

import sim.errors
from sim.cli import cli
from sim.commands.usage import in_chinese
from sim.errors import (
    Cancelled,
    InputError,
    RunError,
    ShapanError,
    cannot_read,
    cannot_write,
    out_of_memory,
    reason,
    unexpected,
    unknown_name,
)
from sim.scenario.shipped import shipped_file
from sim.settings.problems import NO_VALUE, BrokenRulesError, Problem, RuleError, ScenarioError
from sim.text import Text

TWO_TEXTS = {"ShapanError", "InputError", "RunError", "Cancelled", "RuleError"}
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
ENGLISH_SENTENCE = re.compile(r"\b[a-z]+ [a-z]+ [a-z]+\b")


def made(tree: ast.AST) -> list[ast.Call]:
    """Every place where an error is made."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", None)) in TWO_TEXTS]


def written(text: ast.expr) -> str | None:
    """What stands of a text in the source itself; None if it is made elsewhere."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    if isinstance(text, ast.JoinedStr):  # with the literals inside what is filled in
        return "".join(
            str(node.value)
            for node in ast.walk(text)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
    return None


@pytest.mark.parametrize("name", SOURCES)
def test_every_error_is_made_with_two_texts(name):
    for call in made(ast.parse(SOURCES[name].read_text(encoding="utf-8"))):
        place = f"{name}, line {call.lineno}"
        assert len(call.args) >= 2, f"{place}: one text only"
        english, chinese = (written(text) for text in call.args[:2])
        if english is None and chinese is None:  # put together elsewhere, for each language
            assert ast.dump(call.args[0]) != ast.dump(call.args[1]), f"{place}: the same text twice"
            continue
        assert english is not None, f"{place}: write the English text here"
        assert chinese is not None, f"{place}: write the Chinese text here"
        in_english, in_chinese = (len(CHINESE.findall(text)) for text in (english, chinese))
        assert in_english < in_chinese, (
            f"{place}: English first, Chinese second"
        )  # a law may be named in both


def test_the_check_of_the_sources_finds_what_it_looks_for():
    assert sum(len(made(ast.parse(path.read_text(encoding="utf-8")))) for path in SOURCES.values()) > 150


PROBLEM = Problem("a.yaml", 3, "run.seed", Text("must be a number", "应为数字"))


@pytest.mark.parametrize(
    "error",
    [
        ShapanError("wrong", "不对"),
        InputError("wrong", "不对"),
        RunError("broke", "坏了"),
        Cancelled("stopped", "已停止"),
        ScenarioError([PROBLEM], 2),
        RuleError("too many", "太多", "limit", "stock"),
        BrokenRulesError([RuleError("too many", "太多", "limit")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_are_the_same_after_a_way_between_processes(error):
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is type(error)
        assert str(other) == str(error)
        if isinstance(error, ShapanError):
            assert other.text == error.text
            assert other.render("zh") == error.render("zh") != error.render("en") == str(error)
        if isinstance(error, ScenarioError):
            assert other.problems == error.problems
            assert other.problems[0].value is NO_VALUE
            assert other.unlisted == 2
        if isinstance(error, RuleError):
            assert (other.text, other.fields) == (error.text, error.fields)


def test_an_error_of_another_process_has_both_texts():
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        error = pool.submit(shipped_file, "nowhere.yaml").exception()
    assert isinstance(error, InputError)
    assert "nowhere.yaml is not among" in error.text.en
    assert "没有 scenarios/nowhere.yaml" in error.text.zh


def test_what_an_error_wraps_keeps_both_languages(tmp_path):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert reason(full) == Text("No space left on device", "磁盘已满")
    assert reason(OSError(errno.EBADF, "Bad file")) == Text("Bad file", "Bad file")
    assert reason(ValueError()) == Text("ValueError", "ValueError")
    assert reason(InputError("wrong", "不对")) == Text("wrong", "不对")
    assert cannot_write(tmp_path, full).render("zh") == f"{tmp_path}: 无法写入：磁盘已满"
    assert cannot_read(tmp_path, InputError("wrong", "不对")).render("zh") == f"{tmp_path}: 无法读取：不对"
    assert unknown_name(Text("fact", "事实"), "F99", ["F01", "F02"]).text == Text(
        "there is no fact 'F99'; known: F01, F02", "没有事实 'F99'；可用：F01, F02"
    )
    assert unexpected(KeyError("a")).render("zh") == "意外错误 KeyError: 'a'"
    assert out_of_memory().exit_code == RunError.exit_code
    for number, chinese in sim.errors._SYSTEM_ZH.items():
        assert CHINESE.search(chinese), number


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a scenario and files that are wrong in one way each."""
    monkeypatch.chdir(tmp_path)
    write_shop(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "loop.txt").write_text("1 1\n", encoding="utf-8")
    (tmp_path / "wide.txt").write_text("1 2 3 4\n", encoding="utf-8")
    (tmp_path / "words.txt").write_text("1 2\n2\n", encoding="utf-8")
    (tmp_path / "weight.txt").write_text("1 2 -1\n", encoding="utf-8")
    (tmp_path / "orders.csv").write_text("customer,order\n1,2,3\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(b"1 \xff\n")
    (tmp_path / "bad.gz").write_text("1 2\n", encoding="utf-8")
    (tmp_path / "bad.shapan-graph").write_text("1 2\n", encoding="utf-8")
    (tmp_path / "bad.graphml").write_text("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", encoding="utf-8")
    (tmp_path / "one.yaml").write_text("id: shop\nrun: {seed: x}\n", encoding="utf-8")
    (tmp_path / "sweep.yaml").write_text("scenario: nowhere\noutputs: [nothing]\n", encoding="utf-8")
    return tmp_path


S = "small-shop.yaml"


@pytest.mark.parametrize(
    "command",
    [
        ("run", "nowhere"),
        ("run", "one.yaml"),
        ("run", S, "--out", "full"),
        ("run", S, "--out", "empty.txt"),
        ("run", S, "--rules", "nonsense"),
        ("run", S, "--rules", "os:nothing"),
        ("run", S, "--rules", "os:sep"),
        ("run", S, "--graph", "nowhere.txt"),
        ("run", S, "--graph", "full"),
        ("run", S, "--graph", "empty.txt"),
        ("run", S, "--graph", "loop.txt"),
        ("run", S, "--graph", "wide.txt"),
        ("run", S, "--graph", "words.txt"),
        ("run", S, "--graph", "weight.txt"),
        ("run", S, "--graph", "orders.csv"),
        ("run", S, "--graph", "bad.gz"),
        ("run", S, "--graph", "bad.shapan-graph"),
        ("run", S, "--graph", "bad.graphml"),
        ("run", S, "--graph", "wide.txt", "--graph", "loop.txt"),
        ("run", S, "--graph-format", "edges"),
        ("run", S, "--calibration", "nothing"),
        ("run", S, "--calibration", "a", "--calibrations"),
        ("run", S, "--graph", "latin.txt"),
        ("run", S, "--set", "nothing.at=all"),
        ("compare", S),
        ("compare", S, S, "--calibration", "a", "--calibrations"),
        ("compare", "--variants", S, S),
        ("validate", "one.yaml"),
        ("sweep", "sweep.yaml", "--out", "new"),
        ("sweep", "nowhere.yaml"),
        ("network", S, "--out", "a.pdf"),
        ("network", S, "--out", "empty.txt"),
        ("explain", "full", "--order", "1"),
        ("explain", "full"),
        ("calibrations", "--out", "a.md"),
        ("calibrations", "--table", "--scenario", "nowhere"),
        ("facts", "--only", "F99"),
        ("verify", "--only", "nothing"),
        ("verify", "--data", "nowhere"),
        ("beibei", "nowhere"),
        ("conform", "--mechanic", "os:sep"),
        ("conform", "--settings", '{"a": 1}'),
        ("conform", "--members", "3"),
        ("conform", "--mechanic", "sim.mechanics.base:Mechanic"),
        ("odd", "--check"),
        ("identify", "--out", "full"),
        # what click finds
        ("nothing",),
        ("run",),
        ("run", S, "more"),
        ("run", S, "--nothing"),
        ("run", S, "--seeed", "3"),
        ("run", S, "--seed"),
        ("run", S, "--seed", "x"),
        ("run", S, "--seed", "-1"),
        ("run", S, "--engine", "steam"),
        ("run", S, "--quiet=yes"),
        ("app", "--port", "0"),
        ("network", S),
    ],
    ids=" ".join,
)
def test_a_wrong_input_is_said_in_either_language(folder, command):
    said = {}
    for lang in ("en", "zh"):
        result = CliRunner().invoke(cli, [command[0], "--lang", lang, *command[1:]])
        assert result.exit_code == 2, (result.output, result.exception)
        assert result.stdout == ""
        usage, mark, said[lang] = result.stderr.rpartition("错误：" if lang == "zh" else "Error: ")
        assert mark, result.stderr
        assert ("Usage: " if lang == "zh" else "用法：") not in usage
    assert not CHINESE.search(said["en"])
    assert CHINESE.search(said["zh"])
    assert not ENGLISH_SENTENCE.search(said["zh"]), said["zh"]


def test_json_has_both_languages_whichever_was_asked_for(folder):
    for command, english, chinese in (
        (("run", "empty.yaml", "--graph-format", "edges"), "no such scenario", "没有该场景"),
        (("run", S, "--graph", "empty.txt"), "is empty", "是空文件"),
        (("run", S, "--nothing"), "No such option '--nothing'.", "没有选项 --nothing"),
    ):
        result = CliRunner().invoke(cli, [*command, "--json", "--lang", "zh"])
        error = json.loads(result.stdout)["error"]
        assert error["message"] == error["message_en"]
        assert english in error["message_en"]
        assert chinese in error["message_zh"]
        assert error["exit_code"] == result.exit_code == 2


def test_a_command_line_that_cannot_be_read_is_answered_in_its_language(folder, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for command in (
        ("run", "--nothing", "--lang", "zh"),
        ("--lang=zh", "nothing"),
        ("--nothing", "--lang=zh"),
    ):
        assert "错误：没有" in CliRunner().invoke(cli, command).stderr
    assert "Error: No such" in CliRunner().invoke(cli, ("run", "--nothing")).stderr
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "错误：没有选项 --nothing" in CliRunner().invoke(cli, ("run", "--nothing")).stderr
    assert "Error: No such" in CliRunner().invoke(cli, ("run", "--nothing", "--lang", "en")).stderr


@pytest.mark.parametrize(
    ("message", "chinese"),
    [
        ("Missing argument 'DIR'.", "缺少参数 DIR"),
        ("Missing option '--out'.", "缺少选项 '--out'"),
        (
            "Missing option '--kind'. Choose from:\n\ta,\n\tb",
            "缺少选项 '--kind'；可选：a, b",
        ),
        ("Got unexpected extra argument (x)", "多余的参数：x"),
        ("Option '--pair' requires 2 arguments.", "选项 --pair 需要 2 个值"),
        ("No such option '--se'. Did you mean '--seed'?", "没有选项 --se；是否想写 '--seed'？"),
        ("Invalid value for 'F': File 'a.b' does not exist.", "'F' 的值不对：文件 'a.b' 不存在"),
        ("Invalid value for 'F': Path 'a' is a directory.", "'F' 的值不对：'a' 是文件夹，应为路径"),
        ("Something new.", "Something new."),
    ],
)
def test_what_click_says_is_known_by_its_form(message, chinese):
    assert in_chinese(message) == chinese
