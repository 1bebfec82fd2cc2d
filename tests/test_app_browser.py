"""The page in a real browser: both languages, nobody outside is asked, a run comes to pictures."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from sim.scenario.shipped import shipped_paths
from sim.ui.texts import text

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LONG_MS = 240_000  # compiling the engine on a busy machine

SHAPES = {"desk": (1280, 800), "tall": (1280, 2400)}


@pytest.fixture(scope="module")
def server(root, tmp_path_factory):
    """Address of a running page with jobs of its own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "app", "--port", str(port)],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        env={**os.environ, "SHAPAN_JOBS": str(tmp_path_factory.mktemp("jobs"))},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while True:
            assert process.poll() is None, "the page's server ended"
            assert time.monotonic() < until, "the page's server did not start"
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.3)
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    with playwright.sync_playwright() as running:
        context = running.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")), executable_path=CHROMIUM, args=[*FLAGS], headless=True
        )
        context.set_default_timeout(LONG_MS)
        yield context
        context.close()


@pytest.fixture
def page(browser, server):
    """A tab that keeps what it asked others for, and fails if that was anybody outside."""
    tab = browser.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    yield tab
    tab.close()
    assert asked
    assert [one for one in asked if not one.startswith((server, "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Where screenshots go: `$SHAPAN_PICTURES`, else a temporary folder."""
    chosen = os.environ.get("SHAPAN_PICTURES")
    return tmp_path_factory.mktemp("pictures") if not chosen else type(tmp_path_factory.getbasetemp())(chosen)


def shoot(tab, pictures, name):
    for shape, (width, height) in SHAPES.items():
        tab.set_viewport_size({"width": width, "height": height})
        tab.wait_for_timeout(1500)
        tab.screenshot(path=pictures / f"{name}-{shape}.png")
        wide = tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} pixels wide"


def show(tab, title):
    tab.get_by_role("heading", name=title, exact=True).first.wait_for()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_load_in_both_languages(page, server, pictures, lang):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{server}/?lang={lang}")
    show(page, text("home.title", lang))
    for name in shipped_paths():
        page.locator(f".st-key-rehearse-{name} button").wait_for()
    shoot(page, pictures, f"home-{lang}")
    page.goto(f"{server}/design?scenario=distribution-shop&lang={lang}")
    show(page, text("design.title", lang))
    page.locator(".st-key-run button").wait_for()
    shoot(page, pictures, f"design-{lang}")


def test_a_run_comes_to_pictures_and_survives_a_switch_and_a_link(page, server, pictures):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{server}/design?scenario=staple-group-buy&lang=zh")
    show(page, text("design.title", "zh"))
    for label, value in (("成员数", "400"), ("天数", "4"), ("几个种子", "2")):
        field = page.get_by_label(label, exact=True)
        field.fill(value)
        field.press("Enter")
        page.wait_for_timeout(1500)
    page.locator(".st-key-run button").click()
    page.locator(".st-key-chart-adoption [data-testid=stVegaLiteChart]").wait_for()
    page.locator(".st-key-progress").wait_for(state="detached")
    page.get_by_text("400 名成员").first.wait_for()
    page.locator(".st-key-first-look").wait_for(state="detached")
    # what a finished run replaces may take a moment to go
    page.wait_for_function("document.querySelectorAll('[data-testid=stVegaLiteChart]').length === 4")
    shoot(page, pictures, "results-zh")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_text("English", exact=True).click()
    page.get_by_text(text("results.funnel", "en"), exact=True).wait_for()
    shoot(page, pictures, "results-en")
    address = page.url
    assert "job=" in address
    assert "lang=en" in address
    page.goto("about:blank")
    page.goto(address)  # the same job in a tab that has not started it
    page.get_by_text(text("results.funnel", "en"), exact=True).wait_for()


def test_stopping_takes_a_second(page, server):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{server}/design?scenario=staple-group-buy&lang=en")
    show(page, text("design.title", "en"))
    field = page.get_by_label("Members", exact=True)
    field.fill("20000")
    field.press("Enter")
    page.wait_for_timeout(1500)
    page.locator(".st-key-run button").click()
    page.locator(".st-key-stop button").click()
    page.locator(".st-key-again button").wait_for()
    page.locator(".st-key-progress").wait_for(state="detached")
