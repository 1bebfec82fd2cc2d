"""The machine code of functions: kept, or made now.

The package's functions are one program, made once for each state of the sources (`sim.program.store`). A
function of somebody else, or one that Python calls only in a test, is a small program of its own, of it and
what it calls, made anew in each process. Where no program can be made, each function is compiled by numba
itself (JIT), which takes minutes, and a warning says so; `SHAPAN_JIT=1` asks for it.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pkgutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numba.core.errors import NumbaError

from sim.program import store
from sim.program.link import link
from sim.program.loaded import Entry, Loaded
from sim.program.lower import Lowered, Lowering
from sim.program.source import SHIPPED, Source

Progress = Callable[[int, int], None]

_JIT = "SHAPAN_JIT"
_LOG = logging.getLogger(__name__)
_PACKAGE = Path(__file__).resolve().parent.parent
_LOCK = threading.RLock()
_LOADED: list[Loaded] = []  # the package's program, once it is there


class NoProgramError(Exception):
    """The functions cannot be made one program here."""


def machine_code(source: Source) -> Callable[..., Any]:
    """What Python calls for a function; makes its program, or loads it, the first time."""
    with _LOCK:
        if not _by_itself():
            try:
                if source.shipped and source.exported:
                    return prepare().function(source.name)
                return Loaded(*_make([source], None)).function(source.name)
            except NoProgramError as error:
                do_without(error)
        from sim.program.jit import jit

        return jit(source)


def do_without(error: NoProgramError) -> None:
    """Have each function compiled by itself from now on, also in the processes that this one starts."""
    os.environ[_JIT] = "1"
    _LOG.warning("%s; each function is compiled by itself, which takes minutes", error)


def is_prepared() -> bool:
    """Whether the package's program is there; otherwise it is made first, which takes a while."""
    return _by_itself() or store.is_kept()


def prepare(progress: Progress | None = None) -> Loaded:
    """Load the package's program; make it first if nobody has. Processes that start at once wait for one.

    Args:
        progress: called with (functions done, all that are known of); it may raise to stop.
    """
    if not _LOADED:
        with _LOCK:
            _LOADED.append(_kept() or _alone(progress))
    return _LOADED[0]


def _alone(progress: Progress | None) -> Loaded:
    with store.alone():
        found = _kept()  # another process has made it meanwhile
        if found is not None:
            return found
        program = _make(_all_exported(), progress)
        with _refusing():
            made = Loaded(*program)
        store.keep(program)
        return made


def _kept() -> Loaded | None:
    """What is kept, if it can be used."""
    try:
        program = store.kept()
        return None if program is None else Loaded(*program)
    except Exception as error:  # a foreign pickle can raise anything; making it anew is the remedy
        _LOG.info("the program that is kept is unusable: %s", error)
        return None


def _by_itself() -> bool:
    return os.environ.get(_JIT) == "1"


def _all_exported() -> list[Source]:
    """Every function of the package that Python calls."""
    for found in pkgutil.walk_packages([str(_PACKAGE)], "sim."):
        first = found.name.split(".")[1]
        if first not in store.NEVER_COMPILED and f"{first}.py" not in store.NEVER_COMPILED:
            importlib.import_module(found.name)
    return [one for _, one in sorted(SHIPPED.items()) if one.exported]


def _make(sources: Sequence[Source], progress: Progress | None) -> tuple[bytes, list[str], dict[str, Entry]]:
    """Lower and link functions and all that they call."""
    lowered: list[Lowered] = []
    with _no_collection():
        with _refusing():
            lowering = Lowering()
            found = lowering.all(sources)
        while True:
            with _refusing():
                one, waiting = next(found, (None, 0))
            if one is None:
                break
            lowered.append(one)
            if progress is not None:
                progress(len(lowered), len(lowered) + waiting)
        with _refusing():
            entries = {one.source.name: _entry(one) for one in lowered if one.wrapper}
            kept = {name for one in entries.values() for name in (one.wrapper, one.environment)}
            modules = [(one.source.name, one.bitcode) for one in lowered]
            return *link(modules, lowering.library_code(), kept), entries


def _entry(one: Lowered) -> Entry:
    function = one.source.py_func
    return Entry(
        function.__module__, function.__name__, one.wrapper, one.environment, one.constants, one.arrays
    )


@contextmanager
def _refusing() -> Iterator[None]:
    """Say that there can be no program, unless it is a function's own fault."""
    try:
        yield
    except (NumbaError, TypeError):  # of its types: numba would not compile it either
        raise
    except Exception as error:  # of what numba and LLVM promise nobody
        raise NoProgramError(f"the engine cannot be made as one program here ({error})") from error


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without collections of garbage, which take a fifth of the time and find little."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
