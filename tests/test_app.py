"""The page as a user drives it, without a browser: choosing, changing, running, switching the language."""

import json
import os
import re
import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from sim.calibration.calibration import calibration_paths
from sim.scenario.shipped import shipped_scenarios
from sim.ui.job_files import JobState
from sim.ui.jobs import Desk
from sim.ui.texts import text

RATES = "mechanics.commission.rates"


class IdleDesk:
    """Takes jobs and never runs them."""

    ready = True

    def __init__(self):
        self.requests = {}
        self.stopped = []

    def start(self, request):
        self.requests[request.id] = request
        return request.id

    def stop(self, job):
        self.stopped.append(job)

    def state(self, job):
        if job not in self.requests:
            return None
        return JobState("stopped" if job in self.stopped else "running", 0.25, 10.0)

    def request(self, job):
        return self.requests.get(job)

    def results(self, job):
        return []

    def result_files(self, job):
        return ()


@pytest.fixture
def desk(monkeypatch):
    one = IdleDesk()
    monkeypatch.setattr("sim.ui.state.Desk", lambda: one)
    st.cache_resource.clear()
    yield one
    st.cache_resource.clear()


@pytest.fixture
def open_app(root):
    def opened(lang="en", **query):
        at = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        for name, value in {"lang": lang, **query}.items():
            at.query_params[name] = value
        return healthy(at.run())

    return opened


def healthy(at):
    assert not at.exception, at.exception
    return at


def place(one):
    """Where a widget stands: its key without version and language."""
    return one.key.rsplit(".", 2)[0]


def field(at, path, side=0):
    (one,) = (
        one
        for one in [*at.text_input, *at.toggle, *at.selectbox]
        if one.key.startswith("set.") and place(one).endswith(path) and one.key.split(".")[2] == str(side)
    )
    return one


def start_of(at, side):
    (one,) = (one for one in at.selectbox if one.key.startswith("start.") and place(one)[-1] == str(side))
    return one


def shared(at, path):
    (one,) = (
        one for one in at.text_input if one.key.startswith("general.") and place(one).endswith(path)
    )
    return one


def linked(at, name):
    """A value in the address; a list or not, depending on who has put it there."""
    value = at.query_params[name]
    return value[0] if isinstance(value, list) else value


def words(at):
    return "\n".join(one.value for one in [*at.title, *at.markdown, *at.caption])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_home_shows_every_scenario_and_what_to_learn(desk, open_app, lang):
    at = open_app(lang)
    for one in shipped_scenarios():
        assert at.button(key=f"rehearse-{one.id}").label == text("home.rehearse", lang)
        assert (one.name_zh if lang == "zh" else one.name_en) in words(at).replace("\\", "")
        assert (one.about_zh if lang == "zh" else one.about_en)[:30] in words(at).replace("\\", "")


def test_a_click_on_a_scenario_runs_it_against_its_first_variant(desk, open_app):
    at = open_app()
    healthy(at.button(key="rehearse-staple-group-buy").click().run())
    (request,) = desk.requests.values()
    assert [one.variant for one in request.designs] == [None, "group-of-3"]
    assert linked(at, "job") == request.id
    assert "Group size: 2 → 3" in words(at).replace("\\", "")
    healthy(at.button(key="stop").click().run())
    assert desk.stopped == [request.id]
    assert text("results.stopped", "en") in words(at)


def test_results_of_an_earlier_state_say_so_and_can_be_made_again(desk, open_app, monkeypatch):
    at = open_app()
    healthy(at.button(key="rehearse-staple-group-buy").click().run())
    (earlier,) = desk.requests
    monkeypatch.setattr(desk, "state", lambda job: JobState("done", 1.0) if job in desk.requests else None)
    assert text("results.earlier", "en") not in words(healthy(at.run()))
    monkeypatch.setattr("sim.ui.job_files._shipped_hash", lambda: "a calibration was edited")
    assert text("results.earlier", "en") in words(healthy(at.run()))
    healthy(at.button(key="again").click().run())
    assert linked(at, "job") != earlier
    assert text("results.earlier", "en") not in words(at)


def test_another_run_of_the_same_tab_stops_the_first(desk, open_app):
    at = open_app()
    healthy(at.button(key="rehearse-staple-group-buy").click().run())
    (first,) = desk.requests
    healthy(at.button(key="change").click().run())
    healthy(field(at, "group_size", 1).set_value("4").run())
    healthy(at.button(key="run").click().run())
    assert desk.stopped == [first]
    assert len(desk.requests) == 2


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
    healthy(at.button_group(key=f"lang.0.{linked(at, 'lang')}").set_value("zh").run())
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


def test_a_link_to_nothing_says_so(desk, open_app, monkeypatch):
    at = open_app()
    healthy(at.button(key="rehearse-staple-group-buy").click().run())
    desk.requests.clear()
    healthy(at.run())
    assert "There is no rehearsal" in words(at)


def test_a_run_finishes_and_shows_figures_with_denominators(open_app, monkeypatch, tmp_path):
    one = Desk(tmp_path)
    monkeypatch.setattr("sim.ui.state.Desk", lambda: one)
    st.cache_resource.clear()
    try:
        at = open_app("zh")
        healthy(at.button(key="change-staple-group-buy").click().run())
        for path, value in (("population.members", "120"), ("run.horizon_days", "3"), ("seeds", "2")):
            healthy(shared(at, path).set_value(value).run())
        healthy(at.button(key="run").click().run())
        job = linked(at, "job")
        until = time.monotonic() + 300
        while one.state(job).active:
            assert time.monotonic() < until
            time.sleep(0.2)
        healthy(at.run())
        assert one.state(job).stage == "done"
        for title in ("adoption", "paired", "funnel", "money", "figures"):
            assert text(f"results.{title}", "zh") in words(at)
        (table,) = at.table
        shown = table.value.set_index("指标")
        assert shown.loc["触达率", "分母"] == "成员"
        assert list(shown.columns) == ["A", "B", "B − A", "分母"]
        healthy(at.toggle(key=f"over.0.{linked(at, 'lang')}").set_value(True).run())
        (beside,) = set(os.listdir(tmp_path)) - {job}
        while one.state(beside).active:
            assert time.monotonic() < until
            time.sleep(0.2)
        healthy(at.run())
        assert linked(at, "job") == job
        (table,) = at.table
        assert len(at.warning) + len(at.info) == 1
        for path in (tmp_path / beside).glob("result-0-*.json"):  # among so few, all calibrations are alike
            told = json.loads(path.read_text(encoding="utf-8"))
            told["summary"]["runoff"]["groups_opened"] = 99
            path.write_text(json.dumps(told), encoding="utf-8")
        healthy(at.run())
        (table,) = at.table
        cell = table.value.set_index("指标").loc["开团数", "A"]
        assert re.fullmatch(r"[\d.]+ ⟨[\d.]+ … 99⟩", cell)
        healthy(at.button_group(key=f"lang.0.{linked(at, 'lang')}").set_value("en").run())
        assert linked(at, "job") == job
        assert text("results.figures", "en") in words(at)
    finally:
        one.close()
        st.cache_resource.clear()


def test_the_switch_runs_the_same_with_the_other_calibrations_beside(desk, open_app):
    at = open_app()
    healthy(at.button(key="rehearse-staple-group-buy").click().run())
    (request,) = desk.requests.values()
    assert all(one.calibration is None for one in request.designs)
    healthy(at.toggle(key=f"over.0.{linked(at, 'lang')}").set_value(True).run())
    _, beside = desk.requests.values()
    others = list(calibration_paths())[1:]
    assert [one.calibration for one in beside.designs] == [name for name in others for _ in request.designs]
    assert [(one.scenario, one.variant, one.sets) for one in beside.designs[:2]] == [
        (one.scenario, one.variant, one.sets) for one in request.designs
    ]
    assert (beside.members, beside.seeds) == (request.members, request.seeds)
    assert linked(at, "job") == request.id
    assert linked(at, "over") == "all"
    healthy(at.button(key="stop-beside").click().run())
    assert desk.stopped == [beside.id]
    assert text("results.over_stopped", "en") in words(at)
    healthy(at.toggle(key=f"over.0.{linked(at, 'lang')}").set_value(False).run())
    assert "over" not in at.query_params
    healthy(at.button(key="change").click().run())
    healthy(field(at, "group_size", 1).set_value("4").run())
    healthy(at.button(key="run").click().run())
    assert desk.stopped == [beside.id, request.id, beside.id]  # what nobody waits for any more
