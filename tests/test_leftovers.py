"""What a killed process leaves is cleared away by the next one, what a living one works on is not."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from small_shop import write_shop

from sim.errors import InputError
from sim.leftovers import clear_leftovers, new_part, new_stage
from sim.replace_file import replace_file
from sim.results import check_folder, scratch_folder, staged_folder, write_json

FILES = {
    "by_leader.csv", "by_offer.csv", "by_product.csv", "daily.csv", "daily.parquet", "events.parquet",
    "manifest.json", "scenario.yaml", "summary.json",
}  # fmt: skip
ROOT = Path(__file__).resolve().parent.parent

HOLD = """\
import sys, time
from pathlib import Path
from sim.leftovers import new_part, new_stage
folder = Path(sys.argv[1])
new_part(folder / "table.csv")
with new_stage(folder) as stage:
    (stage / "events.parquet").write_bytes(b"half")
    print("ready", flush=True)
    time.sleep(600)
"""


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def another(tmp_path):
    """A process at work in the folder `work`."""
    (tmp_path / "work").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "work"], stdout=subprocess.PIPE, cwd=ROOT, encoding="utf-8"
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def test_what_a_process_works_on_stays_until_it_is_no_more(another, tmp_path):
    work = tmp_path / "work"
    before = names(work)
    assert len(before) == 3
    clear_leftovers(work)
    check_folder(work, force=True)
    assert names(work) == before
    another.kill()
    another.wait()
    (work / "mine.part").write_bytes(b"mine")
    (work / ".movie.part").write_bytes(b"mine")
    check_folder(work, force=True)
    assert names(work) == {"mine.part", ".movie.part"}


def test_writing_a_file_clears_its_folder_too(another, tmp_path):
    another.kill()
    another.wait()
    with replace_file(tmp_path / "work" / "page.md") as file:
        file.write(b"page")
    assert names(tmp_path / "work") == {"page.md"}


def test_a_folder_in_which_only_leftovers_are_is_empty(another, tmp_path):
    another.kill()
    another.wait()
    with staged_folder(tmp_path / "work", force=False, last="a.json") as stage:
        write_json(stage / "a.json", 1)
    assert names(tmp_path / "work") == {"a.json"}


def test_an_empty_folder_may_hold_the_scratch_of_its_own_run(tmp_path):
    with scratch_folder(tmp_path) as scratch:
        assert scratch.parent == tmp_path
        with staged_folder(tmp_path, force=False, last="a.json") as stage:
            write_json(stage / "a.json", 1)
    assert names(tmp_path) == {"a.json"}
    with pytest.raises(InputError, match="is not empty"):
        check_folder(tmp_path, force=False)


def test_many_writers_and_clearers_do_not_meet(tmp_path):
    def write(number):
        for _ in range(40):
            with new_stage(tmp_path) as stage:
                (stage / "x").write_bytes(b"x")
                descriptor, part = new_part(tmp_path / f"{number}")
                clear_leftovers(tmp_path)
                kept.append(part.exists() and (stage / "x").exists())
                os.replace(part, tmp_path / f"{number}")
                os.close(descriptor)

    kept = []
    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == [True] * 160
    assert names(tmp_path) == {"0", "1", "2", "3"}


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_left_alone(another, tmp_path):
    another.kill()
    another.wait()
    for path in (tmp_path / "work").iterdir():
        os.chown(path, 12345, 12345)
    before = names(tmp_path / "work")
    check_folder(tmp_path / "work", force=True)
    assert names(tmp_path / "work") == before


def test_a_link_is_never_followed(tmp_path):
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / ".shapan-link.lock").symlink_to(tmp_path / "mine")
    (tmp_path / ".x.link.shapan-part").symlink_to(tmp_path / "mine")
    clear_leftovers(tmp_path)
    assert (tmp_path / "mine").read_bytes() == b"mine"


# a run, killed at several moments

KILL_AT = """\
import os, signal, sys
import sim.event_files, sim.leftovers, sim.play, sim.replace_file, sim.results, sim.commands.one_run
from sim.cli import main

def kill(*given, **more):
    os.kill(os.getpid(), signal.SIGKILL)

def second_rows(self, columns, written=sim.event_files.EventWriter.write, calls=[]):
    written(self, columns)
    calls.append(columns)
    if len(calls) > 1:
        kill()

moment = sys.argv.pop(1)
for module in (sim.play, sim.commands.one_run):  # a small community goes the way of a large one
    module.FULL_MEMBERS_MAX = 10
sim.event_files._ROW_GROUP_ROWS = 100
if moment == "streaming":
    sim.event_files.EventWriter._write_group = kill
elif moment == "staging":
    sim.results.write_series_csv = kill
elif moment == "in a file":
    sim.replace_file.os.fsync = kill
elif moment == "exchanging":
    def twice(source, target, put=sim.replace_file.put_in_place, calls=[]):
        put(source, target)
        calls.append(source)
        if len(calls) > 1:
            kill()
    sim.results.put_in_place = twice
elif moment == "before the exchange":
    sim.results.put_in_place = kill
sys.argv = ["shapan", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("streaming", False),
        ("streaming", True),
        ("staging", False),
        ("in a file", True),
        ("before the exchange", False),
        ("before the exchange", True),
        ("exchanging", True),
    ],
)
def test_a_killed_run_leaves_nothing_that_the_next_does_not_clear_away(tmp_path, moment, there):
    scenario, out = write_shop(tmp_path), tmp_path / "results" / "out"
    if there:
        out.mkdir(parents=True)
    options = ["run", str(scenario), "--out", str(out), "--engine", "mesa", "--no-twin", "--force"]

    def run(moment):
        return subprocess.run(
            [sys.executable, "-c", KILL_AT, moment, *options, "--json"],
            cwd=ROOT,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    killed = run(moment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not (out / "manifest.json").exists()
    left = {path.name for path in tmp_path.rglob(".*")}
    assert any(name.startswith(".shapan-") for name in left)
    done = run("never")
    assert done.returncode == 0, done.stderr
    assert names(out) == FILES
    assert not list(tmp_path.rglob(".*"))
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["members"] == 120
