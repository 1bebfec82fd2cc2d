"""YAML text is read by YAML 1.2, and what must not be read is refused with its line."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.source import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_VALUES,
    Source,
    parse_source,
    parse_value,
    plain,
    read_source,
)
from sim.settings.problems import ScenarioError


def parse(text: str) -> Source:
    return parse_source(text, "x.yaml")


def refusal(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("off", "off"),
        ("yes", "yes"),
        ("14:00", "14:00"),
        ("010", 10),
        ("0o10", 8),
        ("1e-3", 0.001),
        ("2025-11-01", "2025-11-01"),
        ("true", True),
        ("~", None),
        ("'5'", "5"),
        ("-1", -1),
        ("1.0", 1.0),
        ("<<", "<<"),
    ],
)
def test_scalars_follow_yaml_1_2(written: str, value: object) -> None:
    read = plain(parse(f"key: {written}\n").root)["key"]
    assert read == value
    assert type(read) is type(value)


def test_every_value_knows_its_line() -> None:
    root = parse("# comment\na:\n  b:\n    - 1\n    - c: 2\n").root
    assert root.value["a"].line == 2
    assert root.value["a"].value["b"].line == 3
    items = root.value["a"].value["b"].value
    assert [item.line for item in items] == [4, 5]
    assert items[1].value["c"].line == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.yaml: is empty"),
        ("# only a comment\n", "x.yaml: is empty"),
        ("- a\n", "x.yaml:1: must be a mapping"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: holds a second YAML document"),
        ("a: [1\n", "is not valid YAML"),
        ("a: 1\nb: c: d\n", "x.yaml:2: is not valid YAML"),
        ("a: 1\nb: \x07\n", "x.yaml:2: holds a character that YAML forbids"),
        ("%YAML 1.1\n---\na: off\n", "x.yaml:2: must be YAML 1.2"),
        ("a: 1\n? [b]\n: 2\n", "x.yaml:2: has a key that is not plain text"),
    ],
)
def test_unreadable_text_is_one_clear_error(text: str, message: str) -> None:
    said = refusal(text)
    assert message in said
    assert said.count("\n") == 0


def test_duplicates_anchors_aliases_and_tags_are_all_reported_with_lines() -> None:
    text = "a: &x 1\nb: *x\nc: !!int '5'\nd:\n  e: 1\n  e: 2\n"
    lines = [problem.render() for problem in parse(text).problems]
    assert lines == [
        "x.yaml:1: a: anchors (&name) are refused",
        "x.yaml:2: b: aliases (*name) are refused",
        "x.yaml:3: c: tags (!name) are refused",
        "x.yaml:6: d.e: duplicate key, first on line 5",
    ]


def test_an_alias_bomb_never_unfolds() -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    rows += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    source = parse("\n".join(rows))
    assert sum(len(item.value) for item in source.root.value.values()) == 81
    assert len(source.problems) == 9 + 8 * 9


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_depth_is_refused_before_it_is_built(opening: str) -> None:
    assert f"deeper than {MAX_DEPTH}" in refusal("a: " + opening * 1000 if opening != "- " else "- " * 1000)


def test_depth_at_the_limit_is_read() -> None:
    inner = MAX_DEPTH - 1
    parse("a: " + "[" * inner + "]" * inner)
    refusal("a: " + "[" * (inner + 1) + "]" * (inner + 1))


def test_too_many_values_are_refused() -> None:
    assert f"more than {MAX_VALUES} values" in refusal("a: [" + "1," * (MAX_VALUES + 1) + "]")


def test_numbers_and_text_that_python_or_utf8_cannot_hold() -> None:
    assert "is not a number" in parse("a: " + "1" * 5000).problems[0].render()
    assert "Unicode" in parse('a: "\\ud800"').problems[0].render()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def said(path: Path) -> str:
        with pytest.raises(ScenarioError) as caught:
            read_source(path, path.name)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    assert "no such file" in said(tmp_path / "none.yaml")
    assert "is a directory" in said(tmp_path)
    big = tmp_path / "big.yaml"
    big.write_bytes(b"#" * 2 * MAX_BYTES)
    assert f"must be at most {MAX_BYTES} bytes, has {2 * MAX_BYTES}" in said(big)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"a: 1\n\xff\xfe\x00")
    assert "binary.yaml:2: is not UTF-8 text" in said(binary)
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    assert "not a regular file" in said(pipe)
    assert "cannot be read" in said(tmp_path / "nul\0.yaml")


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")
    assert plain(read_source(path, "bom.yaml").root) == {"name": "x"}


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("off", "off"), ("[1, 2]", [1, 2]), ("{a: 1}", {"a": 1}), ("", None)]
)
def test_values_by_hand(text: str, value: object) -> None:
    assert parse_value(text) == value


@pytest.mark.parametrize("text", ["[1", "a: b", "1\nb: 2", "&x 1"])
def test_wrong_values_by_hand(text: str) -> None:
    with pytest.raises(ScenarioError):
        parse_value(text)


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!%|>'\"#,? \n\t\\0x1.~@`é\x85\ufeff"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ScenarioError):
        plain(parse(text).root)
