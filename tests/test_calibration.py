"""Calibrations: other defaults, laid under scenarios and under nothing else; every mistake with its place."""

import pytest

from sim.calibration.calibration import (
    DEFAULT,
    OPEN_PARAMETERS,
    calibration_paths,
    find_calibration,
    shipped_calibrations,
)
from sim.metrics.groups import joiners_by_channel
from sim.metrics.view import TableView
from sim.play import play
from sim.run import prepare
from sim.scenario.load import load_scenario, load_variants
from sim.scenario.shipped import shipped_paths
from sim.settings.behaviour import Behaviour
from sim.settings.problems import ScenarioError

OTHER = """\
name: {en: Other, zh: 其他}
behaviour:
  deciding:
    homophily: 0.4
    response:
      low_effort: {points: [{at: 0, prob: 0.3}]}
  sharing: {private_limit: 3, chats_limit: 7}
"""
RULE = "must be left out: a rule of the platform, which only a scenario may set"
SHOP = """\
id: shop
products: [{id: tissue, list_price_fen: 3990, cost_fen: 1500}]
behaviour:
  deciding: {homophily: 0.1}
  sharing: {private_limit: null}
variants:
  reset: {behaviour: {deciding: {homophily: null}}}
  own: {behaviour: {sharing: {chats_limit: 1}}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.yaml").write_text(OTHER, encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    (tmp_path / "bare.yaml").write_text(SHOP.partition("behaviour:")[0], encoding="utf-8")
    return tmp_path


def behaviour(scenario, variant=None, sets=None, calibration="other.yaml"):
    return load_scenario(scenario, variant, sets, calibration).scenario.behaviour


def problems(folder, text, name="wrong.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        find_calibration(name)
    return [problem.render() for problem in caught.value.problems]


def test_the_defaults_ship_as_a_calibration_beside_at_least_one_other():
    shipped = shipped_calibrations()
    assert shipped[0].id == DEFAULT
    assert len(shipped) >= 2
    assert OPEN_PARAMETERS not in calibration_paths()
    assert all(one.name.zh and one.name.en and one.about.zh and one.about.en for one in shipped)


@pytest.mark.parametrize("name", shipped_paths())
def test_shipped_scenarios_take_the_calibration_and_the_default_one_changes_nothing(name):
    for plain, default in zip(load_variants(name), load_variants(name, None, DEFAULT), strict=True):
        assert plain == default
    for other in shipped_calibrations()[1:]:
        assert load_scenario(name, calibration=other).sha256 != load_scenario(name).sha256


def test_it_takes_the_place_of_defaults_and_of_nothing_else(folder):
    bare = load_scenario("bare.yaml", calibration="other.yaml").scenario
    assert bare.behaviour.deciding.homophily == 0.4
    assert bare.behaviour.sharing.private_limit == 3
    assert bare.behaviour.deciding.response.low_effort.points[0].prob == 0.3
    assert bare.behaviour.deciding.response.high_effort == Behaviour().deciding.response.high_effort
    rest = bare.behaviour.model_copy(
        update={"deciding": Behaviour().deciding, "sharing": Behaviour().sharing}
    )
    assert rest == Behaviour()
    without = load_scenario("bare.yaml").scenario
    assert bare.model_copy(update={"behaviour": Behaviour()}) == without


def test_what_a_file_sets_itself_stays_even_null(folder):
    found = behaviour("shop.yaml")
    assert found.deciding.homophily == 0.1
    assert found.sharing.private_limit is None
    assert found.sharing.chats_limit == 7


def test_a_base_counts_as_the_file(folder):
    (folder / "child.yaml").write_text("extends: shop.yaml\nid: child\n", encoding="utf-8")
    assert behaviour("child.yaml") == behaviour("shop.yaml")


def test_what_a_variant_or_a_hand_resets_becomes_the_calibrated_default(folder):
    assert behaviour("shop.yaml", "reset").deciding.homophily == 0.4
    assert behaviour("shop.yaml", None, {"behaviour.deciding.homophily": None}).deciding.homophily == 0.4
    assert behaviour("shop.yaml", None, {"behaviour": None}) == behaviour("bare.yaml")
    assert behaviour("shop.yaml", "own").sharing.chats_limit == 1


def test_a_value_set_by_hand_brings_back_no_default_beside_it(folder):
    found = behaviour("bare.yaml", None, {"behaviour.deciding.tie_slope": 0.9})
    assert found.deciding.tie_slope == 0.9
    assert found.deciding.homophily == 0.4
    assert found.sharing.chats_limit == 7


def test_textbook_models_keep_every_term_they_set(root, folder):
    for name in ("bass", "independent-cascade", "linear-threshold"):
        path = root / "scenarios" / "base" / f"{name}.yaml"
        plain, laid = load_scenario(path).scenario.behaviour, behaviour(path)
        assert laid.deciding.homophily == plain.deciding.homophily == 0
        assert laid.sharing.private_limit is None
        assert laid.deciding.response.low_effort == plain.deciding.response.low_effort


def test_every_variant_is_loaded_over_it(folder):
    loaded = load_variants("shop.yaml", None, "other.yaml")
    assert [one.scenario.behaviour.deciding.homophily for one in loaded] == [0.1, 0.4, 0.1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("behaviour: {}\n", "wrong.yaml:1: name: is required: a mapping (`key: value`)"),
        (
            "name: {en: x}\npopulation: {members: 5}\n",
            "wrong.yaml:2: population: unknown key; known: name, about, behaviour",
        ),
        (
            "name: {en: x}\nbehaviour:\n  deciding:\n    homofily: 1\n",
            "wrong.yaml:4: behaviour.deciding.homofily: unknown key; did you mean `homophily`?",
        ),
        (
            "name: {en: x}\nbehaviour:\n  sharing:\n    chats_limit: 0\n",
            "wrong.yaml:4: behaviour.sharing.chats_limit: must be 1 to 500, got 0",
        ),
        (
            "name: {en: x}\nbehaviour:\n  sharing:\n    channels: [chat]\n",
            f'wrong.yaml:4: behaviour.sharing.channels: {RULE}, got ["chat"]',
        ),
        (
            "name: {en: x}\nbehaviour: {deciding: {response: {argument: constant}}}\n",
            f'wrong.yaml:2: behaviour.deciding.response.argument: {RULE}, got "constant"',
        ),
        (
            "extends: chats.yaml\nname: {en: x}\n",
            "wrong.yaml:1: extends: unknown key; known: name, about, behaviour",
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_and_path(folder, text, expected):
    assert problems(folder, text) == [expected]


def test_a_rule_of_the_platform_is_refused_in_chinese_too(folder):
    (folder / "wrong.yaml").write_text("name: {en: x}\nbehaviour: {sharing: {triggers: []}}\n")
    with pytest.raises(ScenarioError) as caught:
        find_calibration("wrong.yaml")
    assert "behaviour.sharing.triggers: 应删去：属于平台规则" in caught.value.render("zh")


def test_all_mistakes_are_named_at_once(folder):
    text = "name: {en: x}\nname: {en: y}\nbehaviour: {deciding: {homophily: 2, tie_slope: a}}\n"
    assert len(problems(folder, text)) == 3


def test_an_unknown_one_is_named_with_the_nearest(folder):
    with pytest.raises(ScenarioError, match="did you mean `chats`"):
        find_calibration("chat")
    with pytest.raises(ScenarioError, match="no such calibration"):
        load_scenario("shop.yaml", calibration="x\0y")
    (folder / "chats").mkdir()  # a folder of results does not hide a shipped one
    assert find_calibration("chats").id == "chats"
    assert find_calibration("other.yaml").id == "other.yaml"


def test_every_value_knows_its_place(folder):
    shown = find_calibration("other.yaml").behaviour
    assert isinstance(shown.value, dict)
    assert (shown.value["sharing"].file, shown.value["sharing"].line) == ("other.yaml", 7)


@pytest.mark.parametrize(("calibration", "carries"), [("open-list", "open_list"), ("chats", "chat")])
def test_groups_are_carried_by_what_the_calibration_says(calibration, carries):
    seats = dict.fromkeys(("chat", "open_list"), 0)
    for seed in (1, 2, 3):
        sets = {"population.members": 2000, "run.seed": seed}
        scenario = load_scenario("staple-group-buy", None, sets, calibration).scenario
        table = play(scenario, prepare(scenario).graph).table
        by_channel = joiners_by_channel(TableView(table))
        seats = {channel: number + by_channel[channel] for channel, number in seats.items()}
    assert max(seats, key=seats.get) == carries
    assert seats[carries] > 1.5 * min(seats.values())
