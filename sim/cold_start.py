"""Making the engine ready: compiling what this machine has not compiled yet.

Processes that start at once share the work. It is cut into parts; whoever comes first to a part takes its
lock, compiles it into the cache and leaves a mark, and the others go on to the next part or wait. The locks
are the system's, so a process that is killed leaves its part to the others. Without a usable cache, or where
files cannot be locked, each process compiles for itself.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sim.apart import functions_of
from sim.compiled import cache_folder, compile_once, is_cached, open_cache
from sim.errors import InputError, ShapanError
from sim.fast.loop import advance
from sim.fast.reader import plan_browsing
from sim.mechanics.kernel_registry import start
from sim.metrics.summary import summarise
from sim.network.cut import cut_ball
from sim.network.generate import generate
from sim.network.graph_file import map_graph, save_graph
from sim.network.load import load_graph
from sim.network.measure import measure_friends
from sim.play import play
from sim.replace_file import replace_file
from sim.run import prepare
from sim.scenario.load import load_scenario
from sim.scenario.shipped import shipped_paths

Part = Callable[[], None]
Functions = Sequence[Callable[..., Any]]

_MARK = "engine-is-prepared"
_PARTS = "parts"
_MEMBERS = 120  # assumption: enough for something to happen in each shipped scenario
_FUNCTIONS_A_PART = 8  # assumption: a second's work, so that progress is seen and little is waited for
_LOOK_SECONDS = 0.1  # assumption: how often a process that waits looks again
_PATIENCE_SECONDS = 120.0  # assumption: a part takes seconds; whoever holds one for so long is stopped


def engine_is_prepared() -> bool:
    """Whether a run would begin at once; otherwise it compiles first, for about a minute.

    The mark names the files of machine code that were there when it was made, and does not count when one of
    them has gone.
    """
    folder = cache_folder()
    try:
        names = (folder / _MARK).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return bool(names) and set(names) <= _machine_code(folder)


def prepare_engine(progress: Callable[[int, int], None] | None = None) -> None:
    """Compile what runs need, part by part, unless that has been done on this machine.

    Without a writable cache the engine is compiled anew in every process.

    Args:
        progress: called after each part, whoever did it, with (parts done, all parts); it may raise to stop:
            what is compiled stays so.
    """
    functions = functions_of(plan_browsing, start, advance)
    if not functions or engine_is_prepared():  # none: numba is told to compile nothing
        return
    folder = open_cache()
    if folder is None:
        _go_through(_engine_parts(functions), lambda number, part, waited: _do(part), progress)
        return
    marks = folder / _PARTS
    if (folder / _MARK).exists():  # of machine code that has gone since
        shutil.rmtree(marks, ignore_errors=True)
        (folder / _MARK).unlink(missing_ok=True)
    parts = [_draw_community, _read_friends, *_engine_parts(functions), *map(_rehearsal, shipped_paths())]
    _go_through(parts, partial(_share, marks), progress)
    _finish(folder, functions)


def _go_through(
    parts: Sequence[Part],
    take: Callable[[int, Part, float], bool],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Take part after part until all are done, coming back to those that another process is at."""
    waiting = dict(enumerate(parts))
    moved = time.monotonic()
    while waiting:
        before = len(waiting)
        for number, part in list(waiting.items()):
            if take(number, part, time.monotonic() - moved):
                del waiting[number]
                moved = time.monotonic()
                if progress is not None:
                    progress(len(parts) - len(waiting), len(parts))
        if len(waiting) == before:
            time.sleep(_LOOK_SECONDS)


def _share(marks: Path, number: int, part: Part, waited_seconds: float) -> bool:
    """Do a part unless it is done; False while another process is at it."""
    from filelock import FileLock, Timeout  # a twentieth of a second, and only a cold start needs it

    done = marks / f"{number}.done"
    if done.exists():
        return True
    if waited_seconds > _PATIENCE_SECONDS:
        return _do(part)
    try:
        with FileLock(marks / f"{number}.lock", timeout=0):
            if not done.exists():
                part()
                done.touch()
    except Timeout:
        return False
    except (OSError, NotImplementedError):  # no locks here, or a full disk
        return _do(part)
    return True


def _do(part: Part) -> bool:
    part()
    return True


def _finish(folder: Path, functions: Functions) -> None:
    """Leave the mark, if all that should be in the cache is really there."""
    _compile(functions)  # what another process has compiled is loaded, what has gone since is made anew
    if not engine_is_prepared() and all(map(is_cached, functions)):
        with contextlib.suppress(InputError), replace_file(folder / _MARK) as file:
            file.write("\n".join(sorted(_machine_code(folder))).encode())


def _machine_code(folder: Path) -> set[str]:
    """The files of machine code below a folder, and numba's lists of them."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.nb[ci]")}


def _engine_parts(functions: Functions) -> list[Part]:
    size = _FUNCTIONS_A_PART
    return [partial(_compile, functions[first : first + size]) for first in range(0, len(functions), size)]


def _compile(functions: Functions) -> None:
    for function in functions:
        compile_once(function)


# What has a version for each combination of arrays is compiled by being used.


def _draw_community() -> None:
    """Draw and measure a community and a part of it, and read it from Shapan's own file."""
    graph = generate(1, _MEMBERS)
    measure_friends(graph)
    cut_ball(graph, _MEMBERS // 2, 1)
    with contextlib.suppress(ShapanError, OSError), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "community.graph"
        save_graph(graph, path)
        map_graph(path)


def _read_friends() -> None:
    """Read a list of friends, as users bring them."""
    with contextlib.suppress(ShapanError, OSError), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "friends.txt"
        path.write_text("".join(f"{a} {b}\n" for a in range(6) for b in range(a)), encoding="utf-8")
        load_graph(path)


def _rehearsal(name: str) -> Part:
    """A small run of a shipped scenario, measured."""
    return partial(_rehearse, name)


def _rehearse(name: str) -> None:
    with contextlib.suppress(ShapanError):  # whoever runs it will be told
        prepared = prepare(load_scenario(name).scenario, members=_MEMBERS)
        table = play(prepared.scenario, prepared.graph).table
        summarise(table, table)
