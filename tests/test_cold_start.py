"""A cold start: done once where there is a cache, by one of those that start at once, lost by no kill."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cold_start import engine_is_prepared, prepare_engine
from sim.program import machine, store

SMALL = """
import os, sys, time
from sim.program import machine
from sim.cold_start import engine_is_prepared, prepare_engine
from sim import streams

machine._all_exported = lambda: [streams.normal, streams.uniform]
made = machine._make

def make(sources, progress):
    with open(os.environ["MADE"], "a") as log:
        log.write("once\\n")
    while os.environ.get("HANGS"):
        time.sleep(1)
    return made(sources, progress)

machine._make = make
print("begins", flush=True)
prepare_engine(lambda done, parts: print(done, parts, flush=True))
print(engine_is_prepared(), 0 < streams.uniform(1, 2, 3, 4, 5) < 1)
"""
"""A process that prepares a program of two functions and what they call."""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A program of a function and what it calls, in a cache of its own."""
    from sim import streams

    monkeypatch.setenv("SHAPAN_CACHE", os.fspath(tmp_path))
    monkeypatch.setattr(machine, "_all_exported", lambda: [streams.uniform])
    monkeypatch.setattr(machine, "_LOADED", [])
    return tmp_path


def test_it_is_done_once_and_says_how_far_it_is(small):
    assert not engine_is_prepared()
    seen = []
    prepare_engine(lambda done, parts: seen.append((done, parts)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1] == (len(seen), len(seen))
    assert len(seen) > 2
    assert engine_is_prepared()
    prepare_engine(lambda done, parts: seen.append((0, 0)))
    assert (0, 0) not in seen


def test_without_a_cache_it_is_done_and_not_remembered(small, monkeypatch):
    (small / "file").touch()
    monkeypatch.setenv("SHAPAN_CACHE", os.fspath(small / "file"))
    seen = []
    prepare_engine(lambda done, parts: seen.append(done))
    assert seen
    assert not engine_is_prepared()


def test_stopped_on_the_way_it_is_not_taken_for_done(small):
    def stop(done, parts):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_engine(stop)
    assert not engine_is_prepared()
    prepare_engine()
    assert engine_is_prepared()


@pytest.mark.parametrize("fault", [OSError("no locks here"), NotImplementedError("no locks here")])
def test_where_files_cannot_be_locked_everybody_compiles(small, monkeypatch, fault):
    def refuse(*given, **named):
        raise fault

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    prepare_engine()
    assert engine_is_prepared()


class Processes:
    """Processes that prepare the small program, with one cache."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "made"
        self.log.touch()
        self.environment = {**os.environ, "SHAPAN_CACHE": str(folder / "cache"), "MADE": str(self.log)}
        self.script = folder / "small.py"
        self.script.write_text(SMALL)

    def start(self, **more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, self.script],
            cwd=Path(__file__).parent.parent,
            env={**self.environment, "PYTHONPATH": os.fspath(Path(__file__).parent.parent), **more},
            stdout=subprocess.PIPE,
            text=True,
        )

    def made(self) -> int:
        return len(self.log.read_text().split())


@pytest.fixture
def processes(tmp_path):
    return Processes(tmp_path)


def test_of_processes_that_start_at_once_one_does_the_work(processes):
    together = [processes.start() for _ in range(3)]
    for said in [process.communicate()[0].splitlines() for process in together]:
        assert said[0] == "begins"
        assert said[-1] == "True True"
    assert processes.made() == 1


def test_what_a_killed_process_was_at_another_does(processes):
    killed = processes.start(HANGS="yes")
    while processes.made() == 0:
        assert killed.poll() is None
    other = processes.start()
    assert other.stdout is not None
    assert other.stdout.readline() == "begins\n"
    killed.kill()
    killed.communicate()
    assert other.communicate()[0].splitlines()[-1] == "True True"
    assert processes.made() == 2


LEFT = """
from sim.program import machine
from sim.cold_start import prepare_engine

prepare_engine()
left, made = [], machine._make

def make(sources, progress):
    left.extend(one.name for one in sources)
    return made(sources, progress)

machine._make = make

import sys
from pathlib import Path
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


def test_the_program_hangs_on_the_sources_and_not_on_their_place():
    assert store.cache_folder().name == store._digest()
