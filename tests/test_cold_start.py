"""A cold start: remembered where there is a cache, shared by those that start at once, lost by no kill."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cold_start
from sim.cold_start import engine_is_prepared, prepare_engine
from sim.compiled import cache_folder

NAMES = [f"function-{number}" for number in range(20)]
PARTS = 3  # of so many functions

PRETENDED = """
import os, sys, time
from pathlib import Path
from sim import cold_start
from sim.compiled import cache_folder

def compile_once(name):
    saved = cache_folder() / f"{name}.nbc"
    if saved.exists():
        return
    with open(os.environ["COMPILED"], "a") as log:
        log.write(name + "\\n")
    while name == os.environ.get("HANGS"):
        time.sleep(1)
    time.sleep(0.05)
    saved.touch()

cold_start.functions_of = lambda *roots: [f"function-{number}" for number in range(20)]
cold_start.compile_once = compile_once
cold_start.is_cached = lambda name: (cache_folder() / f"{name}.nbc").exists()
cold_start._draw_community = cold_start._read_friends = lambda: None
cold_start.shipped_paths = dict
print("begins", flush=True)
cold_start.prepare_engine(lambda done, parts: print(done, parts, flush=True))
print(cold_start.engine_is_prepared())
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SHAPAN_CACHE", os.fspath(tmp_path))
    return cache_folder()


@pytest.fixture
def compiled(monkeypatch):
    """The functions compiled, of twenty there are, and nothing else to prepare."""
    found = []

    def compile_once(name):
        saved = cache_folder() / f"{name}.nbc"
        if not saved.exists():
            found.append(name)
            if saved.parent.is_dir():
                saved.touch()

    monkeypatch.setattr(cold_start, "functions_of", lambda *roots: NAMES)
    monkeypatch.setattr(cold_start, "compile_once", compile_once)
    monkeypatch.setattr(cold_start, "is_cached", lambda name: (cache_folder() / f"{name}.nbc").exists())
    monkeypatch.setattr(cold_start, "_draw_community", lambda: None)
    monkeypatch.setattr(cold_start, "_read_friends", lambda: None)
    monkeypatch.setattr(cold_start, "shipped_paths", dict)
    return found


def test_it_is_done_once_and_says_how_far_it_is(compiled, cache):
    assert not engine_is_prepared()
    seen = []
    prepare_engine(lambda done, parts: seen.append((done, parts)))
    assert seen == [(number, 2 + PARTS) for number in range(1, 3 + PARTS)]
    assert engine_is_prepared()
    prepare_engine()
    assert compiled == NAMES


def test_without_a_cache_it_is_done_and_not_remembered(compiled, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SHAPAN_CACHE", os.fspath(tmp_path / "file"))
    seen = []
    prepare_engine(lambda done, parts: seen.append((done, parts)))
    assert seen == [(number, PARTS) for number in range(1, 1 + PARTS)]
    assert compiled == NAMES
    assert not engine_is_prepared()


def test_stopped_on_the_way_it_is_not_taken_for_done_and_goes_on_from_there(compiled, cache):
    def stop(done, parts):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_engine(stop)
    assert not engine_is_prepared()
    assert compiled == NAMES[:8]
    prepare_engine()
    assert engine_is_prepared()
    assert compiled == NAMES


def test_a_cache_that_has_lost_a_file_is_not_prepared(compiled, cache):
    prepare_engine()
    (cache / "function-7.nbc").unlink()
    assert not engine_is_prepared()
    prepare_engine()
    assert engine_is_prepared()
    assert compiled == [*NAMES, "function-7"]


def test_what_could_not_be_saved_is_not_taken_for_prepared(compiled, cache, monkeypatch):
    monkeypatch.setattr(cold_start, "is_cached", lambda name: name != "function-7")
    prepare_engine()
    assert not engine_is_prepared()


@pytest.mark.parametrize("fault", [OSError("no locks here"), NotImplementedError("no locks here")])
def test_where_files_cannot_be_locked_everybody_compiles(compiled, cache, monkeypatch, fault):
    def refuse(*given, **named):
        raise fault

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    prepare_engine()
    assert compiled == NAMES
    assert engine_is_prepared()


def test_a_part_that_somebody_holds_for_ever_is_not_waited_for_for_ever(compiled, cache, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(cold_start, "_PATIENCE_SECONDS", 0.0)
    (cache / "parts").mkdir(parents=True)
    with FileLock(cache / "parts" / "3.lock"):
        prepare_engine()
    assert sorted(compiled) == sorted(NAMES)
    assert engine_is_prepared()


class Processes:
    """Processes that prepare the pretended engine, with one cache."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "compiled"
        self.log.touch()
        self.environment = {**os.environ, "SHAPAN_CACHE": str(folder / "cache"), "COMPILED": str(self.log)}
        self.script = folder / "pretended.py"
        self.script.write_text(PRETENDED)

    def start(self, **more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, self.script],
            cwd=Path(__file__).parent.parent,
            env={**self.environment, "PYTHONPATH": os.fspath(Path(__file__).parent.parent), **more},
            stdout=subprocess.PIPE,
            text=True,
        )

    def compiled(self) -> list[str]:
        return self.log.read_text().split()


@pytest.fixture
def processes(tmp_path):
    return Processes(tmp_path)


def test_processes_that_start_at_once_share_the_work(processes):
    together = [processes.start() for _ in range(3)]
    for said in [process.communicate()[0].splitlines() for process in together]:
        assert said[0] == "begins"
        assert said[-1] == "True"
        assert len(said) == 2 or said[-2] == "5 5"  # or all was done when it came
    assert sorted(processes.compiled()) == sorted(NAMES)


def test_what_a_killed_process_was_at_another_does(processes):
    killed = processes.start(HANGS="function-12")
    assert killed.stdout is not None
    while "function-12" not in processes.compiled():
        assert killed.poll() is None
    other = processes.start()
    assert other.stdout is not None
    lines = iter(other.stdout.readline, "")
    assert next(line for line in lines if line == "4 5\n")  # all but the one part that it waits for
    killed.kill()
    killed.communicate()
    assert other.communicate()[0].splitlines() == ["5 5", "True"]
    assert sorted(processes.compiled()) == sorted([*NAMES, "function-12"])


LEFT = """
from pathlib import Path
from sim import compiled
from sim.cold_start import prepare_engine

prepare_engine()
left = []
compiled._SourceKeyedCache.save_overload = lambda self, *given: left.append(self._function.__qualname__)

import sys
from sim.metrics.summary import summarise
from sim.network.load import load_graph
from sim.network.measure import measure_friends
from sim.play import play
from sim.run import prepare, read_files
from sim.scenario.load import load_scenario
from sim.scenario.shipped import shipped_paths

friends = Path(sys.argv[1])
measure_friends(load_graph(friends))
load_graph(friends, directed=True)
for name in shipped_paths():
    for files, members in ((None, 90), (read_files([friends]), 30)):
        prepared = prepare(load_scenario(name).scenario, files=files, members=members)
        for events in ("full", "outcomes"):
            table = play(prepared.scenario, prepared.graph, events=events).table
            summarise(table, table)
print(left)
"""


@pytest.mark.slow
def test_nothing_is_left_to_compile_for_what_users_do_first(tmp_path):
    friends = tmp_path / "friends.csv"
    pairs = [f"{a},{b},{1 + a % 3}\n" for a in range(40) for b in range(a) if a - b < 4]
    friends.write_text("from,to,weight\n" + "".join(pairs))
    done = subprocess.run(
        [sys.executable, "-c", LEFT, friends],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[]\n", done.stderr
