"""The page in a real browser: both languages, nobody outside is asked, a run comes to pictures."""

import pytest
from in_browser import show

from sim.scenario.shipped import shipped_paths
from sim.ui.texts import text

pytestmark = pytest.mark.browser

SHAPES = {"desk": (1280, 800), "tall": (1280, 2400)}


def shoot(tab, pictures, name):
    for shape, (width, height) in SHAPES.items():
        tab.set_viewport_size({"width": width, "height": height})
        tab.wait_for_timeout(1500)
        tab.screenshot(path=pictures / f"{name}-{shape}.png")
        wide = tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} pixels wide"


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
    for label, value in (("成员数", "400"), ("天数", "4"), ("几个种子", "5")):
        field = page.get_by_label(label, exact=True)
        field.fill(value)
        field.press("Enter")
        page.wait_for_timeout(1500)
    page.locator(".st-key-run button").click()
    page.locator(".st-key-chart-adoption [data-testid=stVegaLiteChart]").wait_for()
    page.locator(".st-key-progress").wait_for(state="detached")
    page.get_by_text("400 名成员").first.wait_for()
    # what a finished run replaces may take a moment to go
    page.wait_for_function("document.querySelectorAll('[data-testid=stVegaLiteChart]').length === 6")
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
