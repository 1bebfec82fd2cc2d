"""The page as a user drives it, without a browser: choosing, changing, running, switching the language."""

import pytest
import streamlit as st
from app_page import IdleDesk, field, healthy, linked, opened, set_desk, shared, start_of, switch, words

from sim.scenario.shipped import shipped_scenarios
from sim.ui.texts import text

RATES = "mechanics.commission.rates"


@pytest.fixture
def desk(monkeypatch):
    yield set_desk(monkeypatch, IdleDesk())
    st.cache_resource.clear()


@pytest.fixture
def open_app():
    return lambda lang="en", **query: healthy(opened(lang, **query))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_home_shows_every_scenario_and_what_to_learn(desk, open_app, lang):
    at = open_app(lang)
    for one in shipped_scenarios():
        assert at.button(key=f"rehearse-{one.id}").label == text("home.rehearse", lang)
        assert (one.name_zh if lang == "zh" else one.name_en) in words(at).replace("\\", "")
        assert (one.about_zh if lang == "zh" else one.about_en)[:30] in words(at).replace("\\", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_errors_and_legal_warnings_stand_at_the_field_in_the_language(desk, open_app, lang):
    at = open_app(lang)
    healthy(at.button(key="change-distribution-shop").click().run())
    warned = {"zh": "并非安全港", "en": "no safe harbour"}[lang]
    assert warned in words(at)
    assert "禁止传销条例" in words(at)
    assert not at.button(key="run").disabled
    healthy(field(at, RATES).set_value("10, 5, 3").run())
    refused = {"zh": "不允许三级分佣", "en": "three commission levels are refused"}[lang]
    assert f":red[**{field(at, RATES).label}**" in words(at)
    assert refused in words(at)
    assert at.button(key="run").disabled
    healthy(field(at, "allow_illegal").set_value(True).run())
    assert not at.button(key="run").disabled


def test_what_no_number_is_and_what_is_out_of_range_reaches_the_check(desk, open_app):
    at = open_app()
    healthy(at.button(key="change-staple-group-buy").click().run())
    healthy(field(at, "group_size").set_value("two").run())
    assert 'got "two"' in words(at)
    healthy(field(at, "group_size").set_value("1").run())
    assert "got 1" in words(at)
    healthy(shared(at, "population.members").set_value("1").run())
    assert at.button(key="run").disabled


def test_switching_the_language_loses_neither_edits_nor_place(desk, open_app):
    at = open_app("en")
    healthy(at.button(key="change-staple-group-buy").click().run())
    healthy(field(at, "group_size").set_value("5").run())
    healthy(start_of(at, 1).set_value("no-open-list").run())
    healthy(switch(at, "zh"))
    assert at.title[0].value == text("design.title", "zh")
    assert linked(at, "lang") == "zh"
    assert field(at, "group_size").label == "成团人数"
    assert field(at, "group_size").value == "5"
    assert start_of(at, 1).value == "no-open-list"
    assert field(at, "open_list", 1).value is False
    healthy(at.button(key="run").click().run())
    (request,) = desk.requests.values()
    assert request.designs[0].sets["mechanics.pintuan.group_size"] == 5
    assert request.designs[1].variant == "no-open-list"


def test_a_change_can_be_undone_and_the_second_design_left_out(desk, open_app):
    at = open_app()
    healthy(at.button(key="change-staple-group-buy").click().run())
    healthy(field(at, "group_size").set_value("5").run())
    healthy(at.button(key="reset-0").click().run())
    assert field(at, "group_size").value == "2"
    healthy(start_of(at, 1).set_value("").run())
    healthy(at.button(key="run").click().run())
    (request,) = desk.requests.values()
    assert len(request.designs) == 1


def test_ways_of_buying_are_chosen_by_name_and_helped_in_the_language(desk, open_app):
    at = open_app("en")
    healthy(at.button(key="change-distribution-shop").click().run())
    ways = field(at, "earns_on")
    assert ways.value == ["alone", "group", "flash", "community"]
    assert "CRMEB" in ways.help
    healthy(ways.set_value(["group", "alone"]).run())
    healthy(field(at, "binding").set_value("first_click").run())
    healthy(field(at, "binding_days").set_value("15").run())
    healthy(field(at, "debts_paid").set_value(True).run())
    healthy(switch(at, "zh"))
    assert field(at, "earns_on").value == ["alone", "group"]
    assert "返佣" in field(at, "earns_on").help
    healthy(start_of(at, 1).set_value("").run())
    healthy(at.button(key="run").click().run())
    (request,) = desk.requests.values()
    sets = {path.rpartition(".")[2]: value for path, value in request.designs[0].sets.items()}
    assert sets == {
        "earns_on": ["alone", "group"], "binding": "first_click", "binding_days": 15, "debts_paid": True,
        "horizon_days": 30,
    }  # fmt: skip


def test_no_way_of_buying_at_all_is_refused_at_the_field(desk, open_app):
    at = open_app("en")
    healthy(at.button(key="change-distribution-shop").click().run())
    healthy(field(at, "earns_on").set_value([]).run())
    assert f":red[**{field(at, 'earns_on').label}**" in words(at)
    assert at.button(key="run").disabled
