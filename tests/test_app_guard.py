"""What goes wrong becomes a box in the user's language; hostile links and names change nothing."""

import html
import re
import shutil

import pytest
import streamlit as st
from app_page import IdleDesk, boxes, field, healthy, linked, opened, set_desk, start_of, switch, words

from sim.scenario import shipped
from sim.settings.problems import Problem, ScenarioError, Text
from sim.ui import frame
from sim.ui.state import plain
from sim.ui.texts import text

CHANGE = "change-staple-group-buy"


@pytest.fixture
def desk(monkeypatch):
    yield set_desk(monkeypatch, IdleDesk())
    st.cache_resource.clear()


def failing(*args, **kwargs):
    raise ZeroDivisionError("on purpose")


def box_of(at, lang):
    """The one box, after what it must have was found in it."""
    assert not at.exception
    (back,) = boxes(at)
    assert back.label == text("failure.back", lang)
    assert text("failure.title", lang) in words(at)
    assert at.sidebar.button_group, "the switch of language is there"
    assert text("app.foot", lang) in "".join(one.value for one in at.sidebar.caption)
    return back


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("page", "broken"),
    [
        ("design", "sim.ui.design_page.check"),
        ("results", "sim.ui.results_page.draft_of"),
        ("home", "sim.ui.home_page.shipped_scenarios"),
    ],
)
def test_a_page_that_fails_says_so_and_leads_back(desk, monkeypatch, page, broken, lang):
    at = healthy(opened(lang))
    clicks = {"design": CHANGE, "results": "rehearse-staple-group-buy", "home": None}[page]
    with monkeypatch.context() as patch:
        patch.setattr(broken, failing)
        at = at.run() if clicks is None else at.button(key=clicks).click().run()
        box_of(at, lang)
        assert text("failure.unforeseen", lang) in words(at)
        assert "ZeroDivisionError: on purpose" in at.code[0].value
        other = "en" if lang == "zh" else "zh"
        box_of(switch(at, other), other)
    healthy(boxes(at)[0].click().run())


def test_from_a_page_that_keeps_failing_one_comes_to_the_scenarios(desk, monkeypatch):
    at = healthy(opened("en"))
    monkeypatch.setattr("sim.ui.design_page.check", failing)
    at = at.button(key=CHANGE).click().run()
    box_of(at, "en")
    healthy(at.button(key="failure-home-page").click().run())
    assert at.title[0].value == text("home.title", "en")
    assert "scenario" not in at.query_params


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_click_that_fails_leaves_the_page_as_it_was(desk, monkeypatch, lang):
    at = healthy(opened(lang))
    healthy(at.button(key=CHANGE).click().run())
    healthy(field(at, "group_size").set_value("5").run())
    with monkeypatch.context() as patch:
        patch.setattr("sim.ui.design_page.Side", failing)
        at = start_of(at, 1).set_value("no-open-list").run()
        box_of(at, lang)
        assert field(at, "group_size").value == "5"
        assert start_of(at, 1).value == "group-of-3"
    healthy(boxes(at)[0].click().run())
    healthy(start_of(at, 1).set_value("no-open-list").run())
    assert start_of(at, 1).value == "no-open-list"


def test_a_button_that_fails_and_a_part_that_fails_say_so_too(desk, monkeypatch):
    at = healthy(opened("zh"))
    healthy(at.button(key="rehearse-staple-group-buy").click().run())
    with monkeypatch.context() as patch:
        patch.setattr(desk, "ready", False)
        patch.setattr("sim.ui.home_page.st.progress", failing)
        patch.setattr(type(desk), "prepared_share", 0.5, raising=False)
        home = opened("zh")
        assert not home.exception
        assert [one.key for one in boxes(home)] == ["failure-back-part"]
        assert home.button(key=CHANGE), "the rest of the page is there"


def test_what_was_foreseen_is_said_in_the_language(desk, monkeypatch):
    def refused(*args):
        raise ScenarioError([Problem("a.yaml", 3, "", Text("no such thing", "没有这样的东西"))])

    at = healthy(opened("zh"))
    monkeypatch.setattr("sim.ui.design_page.check", refused)
    at = at.button(key=CHANGE).click().run()
    box_of(at, "zh")
    assert "没有这样的东西" in words(at)
    assert text("failure.unforeseen", "zh") not in words(at)


@pytest.mark.parametrize(
    "asked",
    ["/etc/passwd", "../../etc/passwd", "{folder}/own.yaml", "{folder}/own", "own", "\0", "x" * 5000, "a\nb"],
)
def test_a_link_opens_no_file_of_the_machine(desk, monkeypatch, tmp_path, asked):
    shutil.copy(shipped.shipped_paths()["flash-sale"], tmp_path / "own.yaml")
    shutil.copy(shipped.shipped_paths()["flash-sale"], tmp_path / "own")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(frame, "home_page", frame.design_page)
    at = opened("en", scenario=asked.format(folder=tmp_path))
    assert not at.exception
    assert not boxes(at)
    assert text("design.missing", "en", name="")[:20] in words(at)
    assert linked(at, "scenario") in shipped.shipped_paths()


def test_a_file_of_the_users_with_a_shipped_name_is_not_taken_for_it(desk, monkeypatch, tmp_path):
    (tmp_path / "kol-seeding").write_text("not a scenario", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    at = healthy(opened("en"))
    healthy(at.button(key="change-kol-seeding").click().run())
    assert linked(at, "scenario") == "kol-seeding"


@pytest.mark.parametrize("asked", ["../../etc", "<img src=x>", "0" * 5000, ":red[x]", "\0"])
def test_other_values_of_a_link_are_refused(desk, monkeypatch, asked):
    monkeypatch.setattr(frame, "home_page", frame.results_page)
    at = opened(asked, job=asked, over=asked)
    assert not at.exception
    assert not boxes(at)
    assert linked(at, "lang") in ("zh", "en")
    assert len(words(at)) < 2_000


HOSTILE = [
    ":red[x]",
    "$a$ $b$",
    "<img src=x onerror=alert(1)>",
    "[a](http://b.c)",
    "**b** _c_ ~~d~~ `e`",
    ":material/home: :smile: :streamlit:",
    "# h",
    "- a",
    "1. a",
    "> q",
    "a\\nb\\n===",
    "www.a.com a@b.com",
    "&lt;b&gt;",
]


@pytest.fixture
def hostile(monkeypatch, tmp_path):
    """A shipped scenario in which every name is one that Markdown would read."""
    source = shipped.shipped_paths()["distribution-shop"].read_text(encoding="utf-8")
    names = iter(HOSTILE * 50)

    def renamed(match):
        name = next(names)
        return f'{match[1]}{{zh: "{name}", en: "{name}"}}'

    changed = re.sub(r"(name: )\{[^}]*\}", renamed, source)
    assert changed.count(":red[x]") > 1
    (tmp_path / "hostile.yaml").write_text(changed, encoding="utf-8")
    base = shipped.scenario_folders()
    monkeypatch.setattr(shipped, "scenario_folders", lambda: (tmp_path, *base))
    return "hostile"


def shown_as_markdown(at):
    """Everything on the page that Streamlit reads as Markdown."""
    for kind in ("title", "header", "subheader", "markdown", "caption", "error", "warning", "info"):
        for one in getattr(at, kind):
            yield one.proto.body
    for kind in ("button", "text_input", "toggle", "selectbox", "expander"):
        for one in getattr(at, kind):
            yield one.label
            yield getattr(one.proto, "help", "")


def is_read(name, words):
    """Whether a name stands in a text in such a way that Markdown would read it."""
    if name[0] in "-1":  # a list only where a line begins
        return words.startswith(name)
    return re.search(rf"(?<!\\){re.escape(name)}", words) is not None


def test_names_are_shown_as_they_are(desk, hostile):
    at = healthy(opened("en"))
    texts = list(shown_as_markdown(at))
    healthy(at.button(key=f"change-{hostile}").click().run())
    texts += shown_as_markdown(at)
    names = [one.replace("\\n", "\n") for one in HOSTILE]
    for name in names:
        assert [one for one in texts if is_read(name, one)] == [], name
    shown = sum(plain(name) in one for one in texts for name in names)
    assert shown > 10
    healthy(at.button(key="run").click().run())
    pages = "".join(str(one.proto.body) for one in at.get("html"))
    assert html.escape("<img src=x onerror=alert(1)>") in pages or "<img" not in pages
    texts = list(shown_as_markdown(at))
    for name in names:
        assert [one for one in texts if is_read(name, one)] == [], name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_scenario_that_somebody_has_broken_leaves_the_others_usable(desk, monkeypatch, tmp_path, lang):
    source = shipped.shipped_paths()["flash-sale"].read_text(encoding="utf-8")
    (tmp_path / "a-broken.yaml").write_text(f"{source}\nnobody_knows_this: 1\n", encoding="utf-8")
    base = shipped.scenario_folders()
    monkeypatch.setattr(shipped, "scenario_folders", lambda: (tmp_path, *base))
    at = healthy(opened(lang))
    assert "nobody_knows_this" in words(at).replace("\\", "")
    assert not [one for one in at.button if one.key == "change-a-broken"]
    healthy(at.button(key=CHANGE).click().run())
    (scenario,) = (one for one in at.selectbox if one.key.startswith("scenario."))
    at = scenario.set_value("a-broken").run()
    box_of(at, lang)
    assert "nobody_knows_this" in words(at).replace("\\", "")
    healthy(boxes(at)[0].click().run())
    assert linked(at, "scenario") == "staple-group-buy"
