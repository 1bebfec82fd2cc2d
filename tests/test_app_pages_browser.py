"""Every page in a real browser: a switch of language and then an action, on every page; what can be read."""

import sys

import pytest
from app_server import serving
from in_browser import cut_off, idle, show, unreadable

from sim.scenario.shipped import shipped_scenarios
from sim.ui.draft import base_of
from sim.ui.state import plain
from sim.ui.texts import text

pytestmark = pytest.mark.browser

SHAPES = {"desk": (1280, 800), "phone": (390, 844)}
NAMES = {one.id: {"zh": one.name_zh, "en": one.name_en} for one in shipped_scenarios()}
STAPLE = "staple-group-buy"
SIZE = {"zh": "成团人数", "en": "Group size"}
LIST = {"zh": "开放凑团列表", "en": "Open list"}


def switch(tab, lang):
    folded = tab.get_by_test_id("stExpandSidebarButton")
    if folded.is_visible():
        folded.click()
    tab.get_by_test_id("stSidebar").get_by_text({"zh": "中文", "en": "English"}[lang], exact=True).click()
    tab.wait_for_function(f"document.documentElement.lang.startsWith('{lang}')")
    idle(tab)
    assert f"lang={lang}" in tab.url
    if tab.viewport_size["width"] < 700:
        tab.get_by_test_id("stSidebarCollapseButton").locator("button").click()


def select(tab, label, number=0):
    return tab.get_by_test_id("stSelectbox").filter(has_text=label).nth(number)


def pick(tab, label, option, number=0):
    select(tab, label, number).locator("input").click()
    tab.get_by_role("option", name=option, exact=True).click()
    idle(tab)


def shown(tab, label, number=0):
    return select(tab, label, number).locator("input").input_value()


def write(tab, label, value, number=0):
    one = tab.get_by_label(label, exact=True).nth(number)
    one.fill(value)
    one.press("Enter")
    idle(tab)


def fine(tab):
    """Nothing went wrong, in our words or in Streamlit's."""
    assert tab.locator("[class*=st-key-failure-]").count() == 0
    assert tab.get_by_test_id("stException").count() == 0
    assert tab.get_by_role("dialog").count() == 0


def variant_name(variant, lang):
    return getattr(base_of(STAPLE, variant).scenario.name, lang)


def test_home_switch_then_act(page, server):
    page.goto(f"{server}/?lang=en")
    show(page, text("home.title", "en"))
    switch(page, "zh")
    show(page, text("home.title", "zh"))
    page.locator(f".st-key-change-{STAPLE} button").click()
    show(page, text("design.title", "zh"))
    fine(page)
    page.go_back()
    show(page, text("home.title", "zh"))
    fine(page)
    switch(page, "en")
    page.locator(".st-key-change-flash-sale button").click()
    show(page, text("design.title", "en"))
    assert shown(page, text("design.scenario", "en")) == NAMES["flash-sale"]["en"]
    fine(page)


def test_a_click_is_one_step_back_and_forward(page, server):
    page.goto(f"{server}/?lang=en")
    show(page, text("home.title", "en"))
    page.locator(f".st-key-change-{STAPLE} button").click()
    show(page, text("design.title", "en"))
    page.get_by_role("link", name=text("nav.home", "en")).click()
    show(page, text("home.title", "en"))
    page.locator(".st-key-change-flash-sale button").click()
    show(page, text("design.title", "en"))
    for key in ("home.title", "design.title", "home.title"):
        page.go_back()
        show(page, text(key, "en"))
    for key in ("design.title", "home.title", "design.title"):
        page.go_forward()
        show(page, text(key, "en"))
    fine(page)


@pytest.mark.parametrize("address", ["home", "nowhere", "design/more"])
def test_an_address_that_is_no_page_leads_home_in_its_language(page, server, address):
    page.goto(f"{server}/{address}?lang=zh")
    show(page, text("home.title", "zh"))
    fine(page)


@pytest.mark.parametrize(("first", "then"), [("zh", "en"), ("en", "zh")])
def test_design_switch_then_act(page, server, first, then):
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.goto(f"{server}/design?scenario={STAPLE}&lang={first}")
    show(page, text("design.title", first))
    switch(page, then)
    show(page, text("design.title", then))
    # the action that used to end in an error page: any at all
    write(page, SIZE[then], "4人" if then == "zh" else "4 people")
    fine(page)
    pick(page, text("design.start", then), variant_name("no-open-list", then), 1)
    fine(page)
    page.get_by_text(LIST[then], exact=True).first.click()
    idle(page)
    switch(page, first)
    assert shown(page, text("design.start", first), 1) == variant_name("no-open-list", first)
    assert shown(page, text("design.scenario", first)) == NAMES[STAPLE][first]
    assert page.get_by_label(SIZE[first], exact=True).first.input_value().startswith("4")
    assert not page.get_by_label(LIST[first], exact=True).first.is_checked()
    page.locator(".st-key-reset-0 button").click()
    idle(page)
    assert page.get_by_label(SIZE[first], exact=True).first.input_value() == "2"
    pick(page, text("design.scenario", first), NAMES["flash-sale"][first])
    switch(page, then)
    assert shown(page, text("design.scenario", then)) == NAMES["flash-sale"][then]
    fine(page)
    page.reload()
    show(page, text("design.title", then))
    assert shown(page, text("design.scenario", then)) == NAMES["flash-sale"][then]
    fine(page)


def test_a_folded_part_stays_open_when_the_language_changes(page, server):
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.goto(f"{server}/design?scenario=flash-sale&lang=zh")
    show(page, text("design.title", "zh"))
    page.locator("summary").filter(has_text="商品").first.click()
    page.get_by_label("原价（元）", exact=True).first.wait_for(state="visible")
    switch(page, "en")
    page.get_by_label("List price (¥)", exact=True).first.wait_for(state="visible")


def test_results_switch_then_act(page, server):
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.goto(f"{server}/design?scenario={STAPLE}&lang=zh")
    show(page, text("design.title", "zh"))
    write(page, "成员数", "300")
    write(page, "天数", "3天")
    write(page, text("design.seeds", "zh"), "2")
    switch(page, "en")
    page.locator(".st-key-run button").click()
    page.locator(".st-key-change button").wait_for()
    switch(page, "zh")
    fine(page)
    address = page.url
    page.locator(".st-key-progress").wait_for(state="detached")
    switch(page, "en")
    fine(page)
    page.locator(".st-key-change button").click()
    show(page, text("design.title", "en"))
    assert page.get_by_label("Members", exact=True).input_value() == "300"
    switch(page, "zh")
    pick(page, text("design.start", "zh"), variant_name("no-open-list", "zh"), 1)
    fine(page)
    page.goto(address)
    page.locator(".st-key-change button").wait_for()
    idle(page)
    switch(page, "en")
    fine(page)
    assert unreadable(page) == []


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_can_be_read_and_fits(page, server, pictures, lang, shape):
    width, height = SHAPES[shape]
    page.set_viewport_size({"width": width, "height": height})
    other = "en" if lang == "zh" else "zh"
    for name, address, title in (
        ("home", "/", "home.title"),
        ("design", "/design?scenario=distribution-shop", "design.title"),
        ("missing", "/design?scenario=..%2Fetc", "design.title"),
        ("results", "/results", "nav.results"),
    ):
        page.goto(f"{server}{address}{'&' if '?' in address else '?'}lang={other}")
        show(page, text(title, other))
        switch(page, lang)
        show(page, text(title, lang))
        if name == "design":  # with something wrong, and warnings
            label = {"zh": "各级佣金（%）", "en": "Rates by level (%)"}[lang]
            write(page, label, "10, 5, 3")
            write(page, label, "0.12", 1)
            fine(page)
        page.wait_for_timeout(300)
        page.screenshot(path=pictures / f"{name}-{lang}-{shape}.png")
        assert cut_off(page) == [], name
        assert unreadable(page) == [], name
        assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]


HOSTILE = [
    ":red[x]",
    "$a$ $b$",
    "<img src=x onerror=alert(1)>",
    "[a](http://b.c)",
    "**b** _c_ ~~d~~ `e`",
    ":material/home: :smile: :streamlit: :blue-background[x]",
    "# h",
    "- a",
    "1. a",
    "> q",
    "a = b == c",
    "www.a.com a@b.com https://d.e",
    "&lt;b&gt; &amp;",
    "| a | b |",
]
PAGE = f"""
import streamlit as st
from sim.ui.state import plain
from sim.ui.widgets import button, expander, field, segmented, toggle
names = {HOSTILE!r}
for number, name in enumerate(names):
    st.markdown(plain(name))
    st.caption(plain(name))
    st.markdown(f":red[**{{plain(name)}}** {{plain(name)}}]")
    field(f"field{{number}}", name, "", print)
    toggle(f"toggle{{number}}", name, False, print)
    button(f"button{{number}}", name)
    expander(f"expander{{number}}", name)
segmented("several", "label", {{str(n): one for n, one in enumerate(names)}}, "0", print)
st.title("end", anchor=False)
"""


def test_names_are_shown_as_they_are(browser, tmp_path):
    script = tmp_path / "names.py"
    script.write_text(PAGE, encoding="utf-8")
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(script), "--server.port={port}"]
    command += ["--server.headless=true", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"]
    with serving(command, tmp_path) as port:
        tab = browser.new_page()
        tab.goto(f"http://127.0.0.1:{port}")
        show(tab, "end")
        everywhere = (
            "[...document.querySelectorAll('[data-testid=stMarkdownContainer], "
            "[data-testid=stCaptionContainer]')]"
        )
        tab.wait_for_function(f"{everywhere}.length >= {8 * len(HOSTILE)}")  # widgets come one by one
        read = tab.evaluate(f"{everywhere}.map(one => one.innerText)")
        made = tab.evaluate(
            f"{everywhere}.map(one => [one.innerText, "
            "one.querySelector('a, img, li, h2, code, em, del, svg, blockquote, .katex')])"
            ".filter(([words, found]) => found).map(([words, found]) => words + found.outerHTML)"
        )
        tab.close()
    assert made == []
    read = [one.replace("\u2060", "").strip() for one in read]
    for name in HOSTILE:
        assert read.count(name) >= 7, (name, plain(name))
    assert all(read.count(f"{name} {name}") == 1 for name in HOSTILE)
