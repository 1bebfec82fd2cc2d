"""What the form holds: the settings it shows, what is written in them, what is wrong, and what is run."""

import json

import pytest

from sim.mechanics.registry import MECHANICS
from sim.scenario.load import load_scenario
from sim.scenario.shipped import shipped_paths
from sim.settings.problems import Text
from sim.ui import settings as form_settings
from sim.ui.cell import CellError
from sim.ui.draft import (
    DAYS,
    MEMBERS,
    MEMBERS_MOST,
    SEED,
    Side,
    base_of,
    check,
    differences,
    draft_of,
    new_draft,
)
from sim.ui.job_files import DesignRequest, JobRequest
from sim.ui.names import CHOICES
from sim.ui.settings import Setting, parsed, setting_groups, written
from sim.ui.texts import TEXTS, text

SHIPPED = sorted(shipped_paths())


def setting(kind, *, optional=False):
    return Setting("push.hours", Text("a", "a"), kind, None, optional)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_setting_reads_back_what_it_shows(name):
    for one in (one for group in setting_groups(load_scenario(name).scenario) for one in group.all()):
        if one.kind not in ("flag", "choice"):
            value = list(one.value) if isinstance(one.value, tuple) else one.value
            assert parsed(one, written(one, one.value)) == value, one.path


def test_every_mechanic_has_settings_and_every_choice_a_name():
    assert set(form_settings._MECHANICS) == set(MECHANICS)
    for name in SHIPPED:
        for group in setting_groups(load_scenario(name).scenario):
            for one in group.all():
                assert set(one.choices) <= set(CHOICES), one.path
                assert one.kind != "choice" or one.value in one.choices, one.path


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        ("yuan", "23.9", 2390),
        ("yuan", " ¥0.07 ", 7),
        ("yuan", "-1", -100),
        ("percent", "12.5", 0.125),
        ("percent", "7%", 0.07),
        ("percents", "12，4", [0.12, 0.04]),
        ("numbers", "10, 19.5", [10, 19.5]),
        ("numbers", "8点、20点", [8, 20]),
        ("choices", "alone, group", ["alone", "group"]),
        ("choices", "", []),
    ],
)
def test_what_is_written_means(kind, words, value):
    result = parsed(setting(kind), words)
    assert result == value
    assert type(result) is type(value)


def test_an_empty_field_means_none_only_where_there_may_be_none():
    assert parsed(setting("number", optional=True), " ") is None
    with pytest.raises(CellError):
        parsed(setting("number"), " ")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_new_draft_can_be_run(name):
    request = check(new_draft(name)).request
    assert request is not None
    assert request.members == 2000
    assert [design.variant for design in request.designs] == [None, load_scenario(name).variants[0]]


def test_wrong_values_stand_at_their_fields_and_keep_the_run_back():
    draft = new_draft("staple-group-buy")
    draft.general |= {MEMBERS: "1", DAYS: "soon"}
    draft.seeds = "0"
    price = "mechanics.pintuan.prices.nuts.price_fen"
    draft.sides[1].edits |= {"mechanics.pintuan.group_size": "1", price: "-3"}
    checked = check(draft)
    assert set(checked.general) == {MEMBERS, DAYS}
    assert checked.seeds_problem
    assert checked.request is None
    assert not checked.sides[0].problems
    assert set(checked.sides[1].problems) == {"mechanics.pintuan.group_size", price}
    assert "应" in checked.sides[1].problems[price][0].message("zh")


def test_three_levels_are_an_error_and_two_a_legal_warning_at_the_rates():
    draft = new_draft("distribution-shop")
    rates = "mechanics.commission.rates"
    (warning,) = (one for one in check(draft).sides[0].warnings[rates] if one.law)
    assert warning.code == "two-levels"
    draft.sides[0].edits[rates] = "10, 5, 3"
    assert check(draft).sides[0].problems[rates]
    draft.sides[0].edits["mechanics.commission.allow_illegal"] = True
    checked = check(draft)
    assert checked.request is not None
    assert {"three-levels"} <= {one.code for one in checked.sides[0].warnings[rates]}


def test_what_is_asked_for_has_the_changes_and_comes_back_from_the_job():
    draft = new_draft("staple-group-buy")
    draft.general |= {MEMBERS: "500", DAYS: "12.5", SEED: "7"}
    draft.seeds = "2"
    draft.sides[0].edits["mechanics.pintuan.open_list"] = False
    draft.sides[1].edits["mechanics.pintuan.prices.nuts.price_fen"] = "45.50"
    request = check(draft).request
    assert request == JobRequest(
        (
            DesignRequest("staple-group-buy", None, {"mechanics.pintuan.open_list": False, DAYS: 12.5}),
            DesignRequest(
                "staple-group-buy",
                "group-of-3",
                {"mechanics.pintuan.prices.nuts.price_fen": 4550, DAYS: 12.5},
            ),
        ),
        500,
        7,
        2,
    )
    assert draft_of(request) == draft


@pytest.mark.parametrize(
    ("words", "repeats"),
    [("", None), (" ", None), ("auto", None), ("自动", None), ("320", 320), ("２０", 20), ("1百", 100)],
)
def test_seeds_are_a_number_or_as_many_as_it_takes(words, repeats):
    draft = new_draft("staple-group-buy")
    assert check(draft).request.repeats is None  # unless a number is asked for
    draft.seeds = words
    checked = check(draft)
    assert not checked.seeds_problem
    assert checked.request.repeats == repeats
    assert check(draft_of(checked.request)).request == checked.request


@pytest.mark.parametrize("words", ["0", "321", "-1", "2.5", "many", "③x", "1万"])
def test_what_is_no_number_of_seeds_is_told(words):
    draft = new_draft("staple-group-buy")
    draft.seeds = words
    assert f'实际为 "{words}"' in check(draft).seeds_problem.zh
    assert check(draft).request is None


def test_more_members_than_the_page_takes_are_for_the_command_line():
    draft = new_draft("staple-group-buy")
    draft.general[MEMBERS] = str(MEMBERS_MOST)
    assert check(draft).request is not None
    draft.general[MEMBERS] = str(MEMBERS_MOST + 1)
    checked = check(draft)
    (problem,) = checked.general[MEMBERS]
    command = "shapan compare staple-group-buy staple-group-buy:group-of-3 --members 50001"
    assert command in problem.message("en")
    assert command in problem.message("zh")
    assert checked.request is None
    draft.sides = [Side("group-of-3")]
    (problem,) = check(draft).general[MEMBERS]
    assert "shapan run staple-group-buy --variant group-of-3 --members 50001" in problem.message("en")


@pytest.mark.parametrize("words", ["1", "0", "2.5", "1e9", "50001"])
def test_one_range_of_members_is_told_whatever_is_wrong(words):
    draft = new_draft("staple-group-buy")
    draft.general[MEMBERS] = words
    (problem,) = check(draft).general[MEMBERS]
    assert f"2 to {MEMBERS_MOST:,}" in problem.message("en")
    assert "20,000,000" not in problem.message("en")


def test_what_is_scaled_is_told_and_warned_about_as_it_is_run():
    draft = new_draft("kol-seeding")
    (a, *_) = check(draft).sides
    assert any("fen" in one.path for one in a.changes)
    draft.general[MEMBERS] = str(base_of("kol-seeding", None).scenario.population.members)
    assert check(draft).sides[0].changes == ()
    codes = []
    for members in ("50", "5000"):
        one = new_draft("staple-group-buy")
        one.sides[0].edits["mechanics.pintuan.group_size"] = "100"
        one.general[MEMBERS] = members
        codes.append({w.code for ws in check(one).sides[0].warnings.values() for w in ws})
    assert codes[0] - codes[1]


def test_a_job_is_named_by_what_is_asked():
    one = JobRequest((DesignRequest("a", None, {"x": 1, "y": 2}),), 10, 1)
    again = JobRequest((DesignRequest("a", None, json.loads('{"y": 2, "x": 1}')),), 10, 1)
    other = JobRequest((DesignRequest("a", None, {"x": 1, "y": 2}),), 10, 2)
    assert one.id == again.id != other.id


def test_differences_name_settings_and_whole_mechanics():
    base, three = base_of("staple-group-buy", None), base_of("staple-group-buy", "group-of-3")
    (size,) = differences(base, three)
    assert (size.label.zh, size.a, size.b) == ("成团人数", 2, 3)
    gone = differences(base_of("kol-seeding", None), base_of("kol-seeding", "koc-only"))
    assert [(one.a, one.b) for one in gone] == [(True, None), (True, None)]
    assert differences(base, base) == []


def test_every_text_is_there_in_both_languages():
    for key, (zh, en) in TEXTS.items():
        assert zh, key
        assert en, key
        places = [sorted(part.split("}")[0] for part in words.split("{")[1:]) for words in (zh, en)]
        assert places[0] == places[1], key
    assert text("design.changed", "en", n=3) == "3 changed"
