"""A graph of one's own on the page: given, looked at, run in, and nothing of its people kept."""

import os
import threading

import pytest
import streamlit as st
from app_page import IdleDesk, healthy, linked, opened, set_desk, shared, switch, words

from sim.ui.job_files import DesignRequest, JobRequest, Task, graph_file, prune, read_results, write_request
from sim.ui.texts import text
from sim.ui.worker import run_task

EDGES = ("source,target\n" + "".join(f"u{i},u{(i * 7 + 1) % 60}\n" for i in range(60))).encode()
MEMBERS = "population.members"


@pytest.fixture
def desk(monkeypatch, tmp_path):
    idle = IdleDesk()
    idle.folder = tmp_path
    yield set_desk(monkeypatch, idle)
    st.cache_resource.clear()


def own(at):
    """The page after a graph of one's own was asked for."""
    lang = linked(at, "lang")
    (which,) = (one for one in at.button_group if one.key.startswith("graph.") and ".which." in one.key)
    assert text("graph.own", lang)
    return healthy(which.set_value("own").run())


def give(at, name, content):
    """The page after a file was uploaded."""
    (place,) = at.file_uploader
    return healthy(place.upload(name, content, "text/csv").run())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_graph_is_read_told_and_asked_for(desk, lang):
    at = own(healthy(opened(lang)).button(key="change-staple-group-buy").click().run())
    assert at.button(key="run").disabled
    assert text("graph.none", lang) in words(at)
    give(at, "friends.csv", EDGES)
    assert "friends.csv" in words(at).replace("\\", "")
    assert shared(at, MEMBERS).value == "60"
    healthy(at.button(key="run").click().run())
    (request,) = desk.requests.values()
    assert request.graph.members == request.members == 60
    assert graph_file(desk.folder, request.graph.sha256).is_file()


def test_a_switch_of_language_keeps_the_graph_and_says_it_anew(desk):
    at = own(healthy(opened("en")).button(key="change-staple-group-buy").click().run())
    give(at, "friends.csv", EDGES)
    assert "60 members" in words(at)
    healthy(switch(at, "zh"))
    assert "60 名成员" in words(at)
    assert not at.button(key="run").disabled


def test_more_members_than_the_file_has_are_refused_and_fewer_are_cut(desk):
    at = own(healthy(opened("en")).button(key="change-staple-group-buy").click().run())
    give(at, "friends.csv", EDGES)
    healthy(shared(at, MEMBERS).set_value("61").run())
    assert at.button(key="run").disabled
    assert "2 to 60: so many has your file" in words(at).replace("\\", "")
    healthy(shared(at, MEMBERS).set_value("30").run())
    assert not at.button(key="run").disabled


def test_what_is_no_graph_is_told_and_the_way_to_read_it_can_be_said(desk):
    at = own(healthy(opened("en")).button(key="change-staple-group-buy").click().run())
    give(at, "orders.csv", b"buyer,thing\nann,tea\nbob,tea\n,\n")
    (how,) = (one for one in at.text_input if ".columns." in one.key)
    healthy(how.set_value("customer:buyer").run())
    assert "field=column" in words(at)
    assert at.button(key="run").disabled


def test_the_worker_plays_in_the_graph_and_nothing_says_who_is_in_it(desk, tmp_path):
    content = EDGES.replace(b"u1,", b"Wang Xiaoming 13812345678,")
    at = own(healthy(opened("en")).button(key="change-staple-group-buy").click().run())
    give(at, "friends.csv", content)
    healthy(at.button(key="run").click().run())
    (request,) = desk.requests.values()
    job = tmp_path / request.id
    write_request(job, request)
    said = []
    run_task(job, Task(1, request.calibrations[0]), threading.Event(), said.append)
    assert said[-1] == {"done": True}, said
    (result, *_) = read_results(next(job.glob("*-1.json")))
    assert result.members == request.graph.members
    kept = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert b"13812345678" not in kept
    assert b"Xiaoming" not in kept


def test_a_graph_that_no_kept_job_runs_in_goes_after_a_day(desk, tmp_path):
    at = own(healthy(opened("en")).button(key="change-staple-group-buy").click().run())
    give(at, "friends.csv", EDGES)
    healthy(at.button(key="run").click().run())
    (request,) = desk.requests.values()
    path = graph_file(tmp_path, request.graph.sha256)
    prune(tmp_path)
    assert path.exists(), "a draft may be about to run in it"
    os.utime(path, (0, 0))
    write_request(tmp_path / request.id, request)
    prune(tmp_path)
    assert path.exists()
    write_request(tmp_path / request.id, JobRequest((DesignRequest("staple-group-buy"),), 60))
    prune(tmp_path)
    assert not path.exists()
