"""What every test shares: a cache of its own making, the path of the real data, hypothesis without clocks."""

import os
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
        pytest.skip(
            f"no real data: {'SHAPAN_DATA' if chosen else 'no SHAPAN_DATA, and ../shared/data'} is missing"
        )
    return folder
