"""Loading real scenarios: names, variants, warnings, hashes, and the way back to YAML."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.hidden import hidden_character
from sim.scenario import load as load_module
from sim.scenario.layers import read_layers
from sim.scenario.load import (
    dump_yaml,
    load_scenario,
    load_text,
    load_variants,
    parse_assignment,
    scenario_sha256,
)
from sim.scenario.merge import merge
from sim.scenario.model import Scenario
from sim.scenario.schema_json import full_schema, override_schema
from sim.scenario.shipped import find_scenario, shipped_paths, shipped_scenarios
from sim.scenario.source import node_of, plain
from sim.scenario.validate import validate
from sim.settings.problems import ScenarioError, ScenarioWarning

TEXT = """\
id: tiny
name: {zh: 小, en: Small}
products:
  - {id: rice, list_price_fen: 2990, cost_fen: 1000}
mechanics:
  - id: pintuan
    type: group_buy
    prices: [{id: rice, price_fen: 1990}]
variants:
  three:
    mechanics: [{id: pintuan, group_size: 3}]
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def group_size(scenario: Scenario) -> int:
    return int(scenario.model_dump()["mechanics"][0]["group_size"])


def test_variants_and_sets(tiny: Path) -> None:
    assert load_scenario(tiny).variants == ("three",)
    assert group_size(load_scenario(tiny).scenario) == 2
    assert group_size(load_scenario(tiny, "three").scenario) == 3
    assert group_size(load_scenario(tiny, "three", {"mechanics.pintuan.group_size": 4}).scenario) == 4
    assert [loaded.variant for loaded in load_variants(tiny)] == [None, "three"]


def test_the_hash_is_of_the_meaning_not_of_the_text(tiny: Path) -> None:
    plain = load_scenario(tiny)
    spelt = TEXT.replace("2990", "0xBAE").replace(
        "name: {zh: 小, en: Small}\n", "name:\n  en: Small\n  zh: 小\n"
    )
    assert load_text(spelt + "run: {horizon_days: 30}\n", tiny).sha256 == plain.sha256
    assert load_scenario(tiny, "three").sha256 != plain.sha256
    assert scenario_sha256({"a": 1, "b": 2}) == scenario_sha256({"b": 2, "a": 1})
    program = f"from sim.scenario.load import load_scenario; print(load_scenario({str(tiny)!r}).sha256)"
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert other.stdout.strip() == plain.sha256


def test_problems_of_every_variant_at_once(tiny: Path) -> None:
    text = TEXT.replace("price_fen: 1990", "price_fen: -1").replace("group_size: 3", "group_size: 1")
    tiny.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_variants(tiny)
    lines = str(caught.value).splitlines()
    assert [line.split("tiny.yaml:")[1].split(", got")[0] for line in lines] == [
        "8: mechanics[id=pintuan].prices[id=rice].price_fen: must be 1 to 1000000000",
        "11: mechanics[id=pintuan].group_size (variant three): must be 2 to 10000",
    ]


def test_warnings_get_file_and_line(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def warn(scenario: Scenario) -> tuple[ScenarioWarning, ...]:
        size = ScenarioWarning("a", "mechanics.pintuan.group_size", "大", "big")
        return size, ScenarioWarning("b", "run.seed", "种", "seed")

    monkeypatch.setattr(load_module, "scenario_warnings", warn)
    found = load_scenario(tiny, "three").warnings
    assert [(w.code, Path(w.file).name, w.line) for w in found] == [
        ("a", "tiny.yaml", 11),
        ("b", "tiny.yaml", 1),
    ]


def test_resolved_yaml_loads_to_an_equal_scenario(tiny: Path) -> None:
    loaded = load_scenario(tiny, "three")
    assert "小" in dump_yaml(loaded.scenario)
    again = load_text(dump_yaml(loaded.scenario), tiny)
    assert again.scenario == loaded.scenario
    assert again.sha256 == loaded.sha256


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zh=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30).filter(
            lambda text: hidden_character(text, name=True) is None
        ),
        st.sampled_from(
            ["off", "14:00", "010", "1e-3", "~", "", "- a", "2025-11-01", "a: b", "#", "&x", "'"]
        ),
    ),
    en=st.text(alphabet="ab :#\n\t '\"-", max_size=200),
    days=st.floats(min_value=0.04, max_value=3660),
)
def test_any_text_and_number_survives_the_round_trip(tiny: Path, zh: str, en: str, days: float) -> None:
    scenario = load_scenario(tiny, None, {"name.zh": zh, "about.en": en, "run.horizon_days": days}).scenario
    assert load_text(dump_yaml(scenario), tiny).scenario == scenario


JUNK = st.recursive(
    st.sampled_from([None, True, -1, 0, 3, 0.5, float("nan"), "", "rice", "pintuan", "group_buy", "off"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "kind", "x", "zh", "prices"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_wrong_data_are_scenario_errors(tiny: Path, data: st.DataObject) -> None:
    layers = read_layers(tiny)
    root = {**plain(layers.root), "population": {"members": 9, "segments": [{"id": "a"}]}, "run": {"seed": 1}}
    for _ in range(data.draw(st.integers(1, 3))):
        node: Any = root
        while isinstance(node, (dict, list)) and node:
            key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
            if data.draw(st.booleans()):
                node[key] = data.draw(JUNK)
                break
            node = node[key]
    with suppress(ScenarioError):
        validate(node_of(root, "x.yaml", 1), Scenario)
    with suppress(ScenarioError):
        root = merge(layers.root, node_of(root, "x.yaml", 1), problems := [])
        validate(root, Scenario, problems)


def test_assignments_by_hand() -> None:
    assert parse_assignment("run.seed=3") == ("run.seed", 3)
    assert parse_assignment("name.zh=a=b") == ("name.zh", "a=b")
    for wrong in ("run.seed", "=3", "a=[1"):
        with pytest.raises(ScenarioError):
            parse_assignment(wrong)


def test_names_that_find_no_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no such scenario"):
        find_scenario("nothing-like-it")
    with pytest.raises(InputError, match="no such scenario"):
        find_scenario("x" * 5000)
    with pytest.raises(ScenarioError, match="is a directory"):
        load_scenario(tmp_path)


def test_shipped_scenarios_are_found_by_id_and_never_hide_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "tiny-one.yaml").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr("sim.scenario.shipped.scenario_folders", lambda: (folder,))
    monkeypatch.chdir(tmp_path)
    assert find_scenario("tiny-one") == find_scenario("tiny-one.yaml") == folder / "tiny-one.yaml"
    (shipped,) = shipped_scenarios()
    assert (shipped.id, shipped.name_zh, shipped.name_en, shipped.about_en) == ("tiny-one", "小", "Small", "")
    with pytest.raises(InputError, match="did you mean `tiny-one`"):
        find_scenario("tinyone")
    (tmp_path / "over.yaml").write_text("extends: tiny-one\nid: over\n", encoding="utf-8")
    assert load_scenario("over.yaml").scenario.id == "over"
    (tmp_path / "tiny-one.yaml").write_text(TEXT.replace("id: tiny", "id: mine"), encoding="utf-8")
    assert find_scenario("tiny-one.yaml") == Path("tiny-one.yaml")


def test_schemas_of_the_real_model(tiny: Path) -> None:
    full, override = full_schema(Scenario), override_schema(Scenario)
    for schema in (full, override):
        jsonschema.Draft202012Validator.check_schema(schema)
    assert "uniqueItems" not in json.dumps(full), "a set has no order: the hash would depend on the hash seed"
    fits_full, fits_override = (jsonschema.Draft202012Validator(s).is_valid for s in (full, override))
    assert fits_full(load_scenario(tiny).data)
    over = {"extends": "x.yaml", "mechanics": [{"id": "pintuan", "group_size": 3}]}
    assert fits_override(over)
    assert not fits_override({**over, "mechanics": [{"id": "pintuan", "group_size": 1}]})


@pytest.mark.parametrize("name", shipped_paths())
def test_each_shipped_scenario_loads_in_every_variant_and_round_trips(name: str) -> None:
    for loaded in load_variants(name):
        assert load_text(dump_yaml(loaded.scenario), find_scenario(name)).scenario == loaded.scenario
        assert jsonschema.Draft202012Validator(full_schema(Scenario)).is_valid(loaded.data)
    assert loaded.scenario.id == name
    shipped = {one.id: one for one in shipped_scenarios()}[name]
    assert shipped.name_zh
    assert shipped.name_en
    assert shipped.about_zh
    assert shipped.about_en


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-02-30", "that exists"),
        ("tomorrow", "that exists"),
        ("2026-11-02T00:30", "full hour"),
        ("2026-11-02T00:00+08:00", "without a time zone"),
        ("9999-12-25", "from 1900 to 2900"),
    ],
)
def test_a_campaign_starts_on_a_day_that_the_calendar_has(start: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load_scenario("staple-group-buy", sets={"run.start": start})
