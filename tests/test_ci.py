"""The scripts of `.ci`: the README's command decides, the newest versions are reported and decide nothing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(
    os.name != "posix" or shutil.which("git") is None, reason="scripts of the shell, in a clone"
)


def checkout(folder: Path, line: str, newest: str) -> Path:
    """A checkout with our `.ci/run`, whose README says `line`, and another script in the place of ours."""
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
    (folder / ".ci" / "newest").write_text(f"#!/bin/sh\n{newest}\n")
    (folder / ".ci" / "newest").chmod(0o755)
    (folder / "README.md").write_text(f"<!-- .ci/run takes this -->\n```\n{line}\n```\n")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", folder)
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "all")):
        subprocess.run([*git, *words], check=True)
    return folder


@pytest.mark.parametrize(("newest", "said"), [("echo 9 passed; exit 0", "9 passed"), ("exit 3", "given up")])
@pytest.mark.parametrize(("counts", "status"), [("5 passed", 0), ("4 passed, 1 failed", 1)])
def test_the_main_run_decides_and_has_the_last_word(tmp_path, counts, status, newest, said):
    here = "mkdir -p .venv/bin && touch .venv/bin/python && chmod +x .venv/bin/python"
    line = f"{here} && echo $SHAPAN_REQUIRE, '{counts}' && exit {status}"
    folder = checkout(tmp_path / "it", line, newest)
    environment = {name: value for name, value in os.environ.items() if name != "SHAPAN_REQUIRE"}
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):  # nothing is installed
        (tmp_path / "chromium").touch()
        (tmp_path / "chromium").chmod(0o755)
        environment["PATH"] += f":{tmp_path}"
    done = subprocess.run(
        [folder / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stderr
    assert done.stdout.splitlines()[-1] == f"browser, {counts}"
    assert said in done.stdout


def test_without_a_newer_python_nothing_is_tried(tmp_path):
    for name in ("bash", "sort"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [tmp_path / "bash", ROOT / ".ci" / "newest", sys.executable, tmp_path],
        env={"PATH": os.fspath(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "not tried, there is no Python here that is newer than Python 3." in done.stdout
    assert done.returncode == 0


def test_the_smoke_set_is_there():
    listed = re.findall(r"^    (tests/\S+)$", (ROOT / ".ci" / "newest").read_text(), re.MULTILINE)
    assert len(listed) > 10
    assert [one for one in listed if not (ROOT / one).is_file()] == []
