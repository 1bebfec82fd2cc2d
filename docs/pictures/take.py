"""Takes the pictures of the page that the READMEs show: `python docs/pictures/take.py`.

Needs Chromium, the extra `test`, and half a minute: two designs are rehearsed until the verdict, then the
page is looked at in both languages.
"""

from __future__ import annotations

import sys
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from app_server import serving  # noqa: E402
from in_browser import CHROMIUM, FLAGS  # noqa: E402

from sim.ui.draft import DAYS  # noqa: E402
from sim.ui.job_files import DesignRequest, JobRequest  # noqa: E402
from sim.ui.jobs import Desk  # noqa: E402

REQUEST = JobRequest(
    tuple(DesignRequest("community-group-buy", one, {DAYS: 14}) for one in (None, "eight-posts-a-day")), 2_000
)
MOST_BYTES = 150_000
SIZE = {"width": 1280, "height": 1000}


def rehearsed(folder: Path) -> str:
    """Run the job whose results are shown; its name."""
    desk = Desk(folder)
    try:
        job = desk.start(REQUEST, "picture")
        while (state := desk.state(job)) is not None and state.active:
            desk.attend(job, "picture")
            time.sleep(0.2)
        assert state is not None
        assert state.stage == "done", state
        return job
    finally:
        desk.close()


def take(page: Page, address: str, path: Path) -> None:
    """Look at a page and keep what is seen, in as many colours as fit into the size."""
    page.goto(address)
    page.locator(".st-key-chart-funnel canvas, .st-key-chart-funnel svg").first.wait_for()
    page.wait_for_timeout(3_000)  # charts are drawn after they are there
    seen = Image.open(BytesIO(page.screenshot()))
    for colours in (256, 128, 64, 32):
        seen.convert("RGB").quantize(colours).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            break


def main() -> None:
    """Take both."""
    with TemporaryDirectory() as folder:
        job = rehearsed(Path(folder))
        command = [sys.executable, "-P", "-m", "sim", "app", "--port", "{port}"]
        with serving(command, folder, SHAPAN_JOBS=folder) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            page = browser.new_page(viewport=SIZE)
            for lang, name in (("en", "results.png"), ("zh", "results.zh.png")):
                take(page, f"http://127.0.0.1:{port}/results?job={job}&lang={lang}", HERE / name)
            browser.close()


if __name__ == "__main__":
    main()
