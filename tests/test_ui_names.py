"""Names on the page: every field of a scenario and every choice has one, and no path of the file is shown."""

import re
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.shipped import shipped_paths
from sim.settings.problems import Limits, Problem, Text
from sim.ui.draft import base_of, check, differences, new_draft
from sim.ui.form import said
from sim.ui.names import _ZH, CHOICES, field_name, in_words, path_name, value_name
from sim.ui.settings import Setting, setting_groups


def parts(model, seen):
    """Every field name and choice of a model and of what it is made of."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        yield name, "field"
        stack = [field.annotation]
        while stack:
            one = stack.pop()
            if get_origin(one) is Literal:
                yield from ((choice, "choice") for choice in get_args(one) if isinstance(choice, str))
            elif isinstance(one, type) and issubclass(one, BaseModel):
                yield from parts(one, seen)
            stack += [arg for arg in get_args(one) if not isinstance(arg, str)]


def test_every_field_and_choice_has_a_name_in_both_languages():
    found = set(parts(Scenario, set()))
    assert {name for name, kind in found if kind == "field"} - set(_ZH) == set()
    assert {name for name, kind in found if kind == "choice"} - set(CHOICES) == set()
    for name, _ in found:
        assert "_" not in field_name(name).en


@pytest.mark.parametrize("name", sorted(shipped_paths()))
def test_differences_and_warnings_show_no_path(name):
    base = base_of(name, None)
    for variant in base.variants:
        other = base_of(name, variant)
        for one in differences(base, other):
            assert "_" not in one.label.en + one.label.zh
            assert re.search("[\u4e00-\u9fff]", one.label.zh), one.label
            for value in (one.a, one.b):
                if one.setting is None and not one.whole:
                    assert "_" not in value_name(one.path, value, "zh")
        for warning in other.warnings:
            label = path_name(warning.path, other.scenario)
            assert "_" not in label.zh
            assert not re.search("[a-z]_[a-z]", in_words(warning.message("zh"), "zh"))


def test_a_label_that_several_settings_have_says_whose_it_is():
    draft = new_draft("staple-group-buy")
    draft.sides[1].variant = None
    prices = [
        one.path
        for group in setting_groups(base_of("staple-group-buy", None).scenario)
        for one in group.all()
        if one.path.endswith("price_fen") and one.path.startswith("mechanics")
    ]
    for path in prices[:2]:
        draft.sides[1].edits[path] = "99"
    a, b = (side.loaded for side in check(draft).sides)
    labels = [one.label.zh for one in differences(a, b)]
    assert len(set(labels)) == 2
    assert all("›" in label for label in labels)


def test_messages_speak_of_fields_by_name():
    assert in_words("cut_off_hour 必须晚于 open_hour", "zh") == "截单时刻 必须晚于 开团时刻"
    assert in_words("cut_off_hour must be later than open_hour", "en") == (
        "cut off hour must be later than open hour"
    )
    assert in_words("set orders.exclusive: false", "en") == "set exclusive: false"
    assert in_words("recruit 为 'spent' 时 spent_fen 必须大于 0", "zh").startswith("成为分销员 为 '消费满额'")


def of(kind, name="a"):
    return Setting(f"x.{name}", Text("a", "a"), kind, None)


@pytest.mark.parametrize(
    ("setting", "limits", "value", "en", "zh"),
    [
        (
            of("yuan"), Limits(low=0, high=10**8, whole=True), 2390,
            "must be ¥0 to ¥1,000,000, got ¥23.9", "应为 0 到 1,000,000 元，实际为 23.9 元",
        ),
        (
            of("percent"), Limits(low=0, high=1), 1.2,
            "must be 0 to 100%, got 120%", "应为 0 到 100%，实际为 120%",
        ),
        (
            of("number", "group_size"), Limits(low=2, high=10_000, whole=True), 2.5,
            "must be a whole number, 2 to 10,000 people, got 2.5 people",
            "应为整数，2 到 10,000 人，实际为 2.5 人",
        ),
        (
            of("number", "days"), Limits(above=0), -1,
            "must be more than 0, got -1", "应为大于 0，实际为 -1",
        ),
    ],
)  # fmt: skip
def test_a_limit_is_told_in_the_unit_that_is_typed(setting, limits, value, en, zh):
    problem = Problem("f", 1, setting.path, Text("raw", "raw"), value, limits=limits)
    assert said(problem, setting, "en") == en
    assert said(problem, setting, "zh") == zh


def test_what_the_scenario_checks_comes_in_the_unit_that_is_typed():
    draft = new_draft("staple-group-buy")
    by_path = {
        one.path: one
        for group in setting_groups(load_scenario("staple-group-buy").scenario)
        for one in group.all()
    }
    for path, typed, zh in (
        ("mechanics.pintuan.prices.nuts.price_fen", "-3元", "应为 0.01 到 10,000,000 元，实际为 -3 元"),
        ("mechanics.pintuan.leader_commission_share", "120", "应为 0 到 100%，实际为 120%"),
        ("mechanics.pintuan.group_size", "1人", "实际为 1 人"),
    ):
        draft.sides[0].edits = {path: typed}
        (problem,) = check(draft).sides[0].problems[path]
        assert zh in said(problem, by_path[path], "zh")
