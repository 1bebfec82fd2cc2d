"""A real browser on a running page, shared by the tests of a module."""

import os
import shutil
import sys

import pytest
from app_server import serving

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
_IDLE = """() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true]')"""
_CUT_OFF = """() => {
    const wide = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > wide) found.push('the page scrolls sideways');
    for (const one of document.querySelectorAll('[data-testid=stMain] *')) {
        const box = one.getBoundingClientRect(), style = getComputedStyle(one);
        if (box.width > 1 && box.left < wide && box.right > wide + 1)
            found.push('beyond the edge: ' + one.innerText);
        const hides = style.textOverflow === 'ellipsis' || style.overflowX === 'hidden';
        if (hides && one.innerText && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
            found.push('cut off: ' + one.innerText);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Address of a running page with jobs of its own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    command = [sys.executable, "-P", "-m", "sim", "app", "--port", "{port}"]
    folder, jobs = tmp_path_factory.mktemp("elsewhere"), tmp_path_factory.mktemp("jobs")
    with serving(command, folder, SHAPAN_JOBS=str(jobs)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A browser with a profile of its own."""
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


def idle(tab):
    """Wait until the server has answered and the page shows it."""
    tab.wait_for_timeout(250)  # what was typed or clicked is on its way
    tab.wait_for_function(_IDLE, timeout=60_000)
    tab.wait_for_timeout(100)


def show(tab, title):
    """Wait for a page's title."""
    tab.get_by_role("heading", name=title, exact=True).first.wait_for()
    idle(tab)


def cut_off(tab):
    """What does not fit the window."""
    return tab.evaluate(_CUT_OFF)


def unreadable(tab):
    """What those who see or hear the page badly would miss, as axe finds it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    found = axe.Axe().run(tab).response["violations"]
    return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]
