"""What every test shares: compiled code, the path of the real data, what must not be skipped."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from in_browser import browser, page, pictures, server  # noqa: F401 - fixtures

ROOT = Path(__file__).resolve().parent.parent

# Compilation makes first examples slow, and machines differ: no deadline, and the same examples each time.
settings.register_profile(
    "shapan", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shapan")


REQUIRED = set(filter(None, os.environ.get("SHAPAN_REQUIRE", "").split(",")))
"""What this machine is to have: a test that is skipped for want of it fails instead."""

KNOWN = {"browser", "data"}


def pytest_configure(config: pytest.Config) -> None:
    if REQUIRED - KNOWN:
        raise pytest.UsageError(f"SHAPAN_REQUIRE knows {', '.join(sorted(KNOWN))}; got {', '.join(REQUIRED)}")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Several processes that test at once compile the engine together, not each for itself."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        from sim.cold_start import prepare_engine

        prepare_engine()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and "browser" in REQUIRED and item.get_closest_marker("browser"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"SHAPAN_REQUIRE=browser: {reason}"
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Folder of the real graphs and orders, which are not part of the repository."""
    chosen = os.environ.get("SHAPAN_DATA")
    folder = Path(chosen) if chosen else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        (pytest.fail if "data" in REQUIRED else pytest.skip)(
            f"no real data: {'SHAPAN_DATA' if chosen else 'no SHAPAN_DATA, and ../shared/data'} is missing"
        )
    return folder
