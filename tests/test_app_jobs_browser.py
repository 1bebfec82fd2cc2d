"""Jobs in a real browser: two people on one job, ten at once, and nothing cut off on a phone."""

import pytest
from in_browser import CHROMIUM, LONG_MS, cut_off, idle, show

from sim.ui.texts import text

pytestmark = pytest.mark.browser

LONG_JOB = "/design?scenario=staple-group-buy&lang=en"


@pytest.fixture
def contexts(server):
    """Opens browser contexts that share nothing: each is a person of its own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    opened = []

    def another(browser):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(LONG_MS)
        opened.append(context)
        return context.new_page()

    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield lambda: another(chromium)
        for context in opened:
            context.close()
        chromium.close()


def start(tab, server, **values):
    """Start a job from the form; returns its address."""
    tab.goto(server + LONG_JOB)
    show(tab, text("design.title", "en"))
    for label, value in values.items():
        field = tab.get_by_label(label.replace("_", " "), exact=True)
        field.fill(value)
        field.press("Enter")
        idle(tab)
    tab.locator(".st-key-run button").click()
    tab.wait_for_url("**/results?*job=*")
    return tab.url


def test_two_people_on_one_job_do_not_stop_each_other(server, contexts):
    mine, theirs = contexts(), contexts()
    address = start(mine, server, Members="40000", Days="30")
    mine.locator(".st-key-stop button").wait_for()
    theirs.goto(address)
    theirs.locator(".st-key-stop button").wait_for()
    mine.get_by_text(text("results.leave", "en"), exact=True).wait_for()  # somebody else waits too
    mine.locator(".st-key-stop button").click()
    mine.locator(".st-key-wait button").wait_for()
    mine.get_by_text(text("results.others", "en"), exact=True).wait_for()
    theirs.get_by_text(text("results.stop", "en"), exact=True).wait_for()  # the only one now
    theirs.locator(".st-key-stop button").click()
    for tab in (theirs, mine):
        tab.locator(".st-key-again button").wait_for()
        tab.locator(".st-key-progress").wait_for(state="detached")


def test_ten_at_once_see_the_same(server, contexts):
    first = contexts()
    address = start(first, server, Members="120", Days="2", How_many_seeds="5")
    tabs = [first, *(contexts() for _ in range(9))]
    for tab in tabs[1:]:
        tab.goto(address)
    for tab in tabs:
        tab.locator(".st-key-chart-paired [data-testid=stVegaLiteChart]").wait_for()
        tab.locator(".st-key-progress").wait_for(state="detached")
    first.locator(".st-key-verdict").wait_for()
    said = {tab.locator(".st-key-verdict div[style*='1.5rem']").inner_text() for tab in tabs}
    assert said == {text("verdict.few", "en", n=5, least=20)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_off_on_a_phone(server, contexts, lang, pictures):
    tab = contexts()
    address = start(tab, server, Members="120", Days="2", How_many_seeds="20")
    tab.goto(address.replace("lang=en", f"lang={lang}"))
    tab.locator(".st-key-chart-paired [data-testid=stVegaLiteChart]").wait_for()
    tab.locator(".st-key-progress").wait_for(state="detached")
    for width, height in ((390, 844), (1280, 800)):
        tab.set_viewport_size({"width": width, "height": height})
        idle(tab)
        tab.screenshot(path=pictures / f"verdict-{lang}-{width}.png")
        assert cut_off(tab) == []
    tab.goto(f"{server}/results?lang={lang}")
    tab.get_by_text(text("kept.title", lang), exact=True).wait_for()
    tab.set_viewport_size({"width": 390, "height": 844})
    idle(tab)
    assert cut_off(tab) == []
