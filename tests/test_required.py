"""`SHAPAN_REQUIRE` makes a failure of what is skipped because this machine lacks something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

TESTS = """
import pytest

@pytest.mark.browser
def test_page():
    pytest.skip("no browser at all")

@pytest.mark.browser
@pytest.mark.xfail
def test_page_that_is_known_to_fail():
    assert False

@pytest.mark.browser
def test_page_that_is_there():
    pass

def test_other():
    pytest.skip("for another reason")

def test_data(data_folder):
    pass
"""


@pytest.mark.parametrize(
    ("required", "status", "counts"),
    [
        ("", 0, {"passed": 1, "skipped": 3, "xfailed": 1}),
        ("browser", 1, {"passed": 1, "skipped": 2, "failed": 1, "xfailed": 1}),
        ("data", 1, {"passed": 1, "skipped": 2, "error": 1, "xfailed": 1}),
        ("browser,data", 1, {"passed": 1, "skipped": 1, "failed": 1, "error": 1, "xfailed": 1}),
        ("browsers", 4, {}),
    ],
)
def test_what_is_required_must_not_be_skipped(tmp_path, required, status, counts):
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    browser: as here\n")
    options = ("-q", "-p", "conftest", "-p", "no:cacheprovider", "--rootdir", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, tmp_path],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.fspath(HERE), "SHAPAN_REQUIRE": required,
             "SHAPAN_DATA": os.fspath(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1:]
    assert all(f"{number} {word}" in last[0] for word, number in counts.items())
    if "browser" in required.split(","):
        assert "SHAPAN_REQUIRE=browser: Skipped: no browser at all" in done.stdout
