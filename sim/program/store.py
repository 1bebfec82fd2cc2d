"""Where the program of this state of the sources is kept.

`<cache>/numba/<digest>`, where `<cache>` is `$SHAPAN_CACHE` or the platform's user cache folder. The digest
covers every source file of `sim` that compiled code may come from (all but settings, pages, commands, sweeps
and the suites that judge runs), the versions of Python, numba and llvmlite, and the processor. All clones of
a state share the program. Without a usable folder (not writable, disk full, broken file) everything works,
compiled anew in each process.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numba
import platformdirs

_LOG = logging.getLogger(__name__)
_PACKAGE = Path(__file__).resolve().parent.parent
_KEPT_FOLDERS = 4  # assumption: a few checkouts used in turn keep their machine code
_KEPT_SECONDS = 86_400.0  # assumption: a folder opened within a day is in use
_GOING = ".going"
_PROGRAM = "program"
_CHECK_BYTES = 32  # of SHA-256, before the rest

NEVER_COMPILED = (
    "allowance.py",
    "calibration",
    "cli.py",
    "commands",
    "compare.py",
    "conform",
    "estimate.py",
    "facts",
    "odd",
    "scenario",
    "settings",
    "sweep",
    "ui",
    "verdict.py",
    "verdict_text.py",
    "verification",
)
"""What holds no compiled function: editing a text must not make anybody wait for the compiler."""


def cache_folder() -> Path:
    """Return where this state of the sources keeps its machine code (the folder may not exist yet)."""
    return _cache_root() / _digest_at_import()


def is_kept() -> bool:
    """Whether there is a program of this state of the sources."""
    return (cache_folder() / _PROGRAM).is_file()


def kept() -> Any:
    """Return what `keep` was given; None if there is nothing whole."""
    try:
        content = (cache_folder() / _PROGRAM).read_bytes()
    except OSError:
        return None
    check, content = content[:_CHECK_BYTES], content[_CHECK_BYTES:]
    if hashlib.sha256(content).digest() != check:
        _LOG.info("the program in %s is broken", cache_folder())
        return None
    open_cache()
    return pickle.loads(content)


def keep(program: Any) -> bool:
    """Keep a program for other processes; False if that is not possible, or it is not of the sources on disk.

    The sources may have been edited since they were read: then the code in memory is not the code on disk.
    """
    folder = open_cache()
    if folder is None or _digest() != _digest_at_import():
        return False
    content = pickle.dumps(program)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(hashlib.sha256(content).digest() + content)
        os.replace(file.name, folder / _PROGRAM)
    except OSError as error:
        _LOG.info("machine code is not kept: %s", error)
        return False
    return True


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time make the program; where files cannot be locked, all do.

    The lock is the system's: a process that is killed leaves it to the others.
    """
    from filelock import FileLock  # a twentieth of a second, and only a cold start needs it

    folder = open_cache()
    lock = None if folder is None else FileLock(folder / "lock")
    try:
        if lock is not None:
            lock.acquire()
    except (OSError, NotImplementedError) as error:
        _LOG.info("machine code is made without a lock: %s", error)
        lock = None
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def _cache_root() -> Path:
    chosen = os.environ.get("SHAPAN_CACHE")
    return (Path(chosen) if chosen else platformdirs.user_cache_path("shapan", appauthor=False)) / "numba"


def _digest() -> str:
    """Hash every source that compiled code may come from, and what compiles it for which processor."""
    digest = hashlib.sha256()
    processor = f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"
    digest.update(f"{sys.version} {numba.__version__} {llvmlite.__version__} {processor}".encode())
    for path in sorted(_PACKAGE.rglob("*.py")):
        if path.relative_to(_PACKAGE).parts[0] in NEVER_COMPILED:
            continue
        source = path.read_bytes()
        digest.update(f"\0{path.relative_to(_PACKAGE).as_posix()}\0{len(source)}\0".encode())
        digest.update(source)
    return digest.hexdigest()[:24]


@functools.cache
def _digest_at_import() -> str:
    return _digest()


_digest_at_import()  # now, not at the first compilation: the sources may be edited in between


def open_cache() -> Path | None:
    """Return `cache_folder`, made if it was not there; None if it cannot be written to."""
    folder = cache_folder()
    return folder if _open_folder(folder) else None


@functools.cache
def _open_folder(folder: Path) -> bool:
    """Make `folder` and drop siblings that nobody uses; say whether it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        os.utime(folder)
        siblings = list(folder.parent.iterdir())
    except OSError as error:
        _LOG.info("machine code is not kept: %s", error)
        return False
    ages = sorted((_age_seconds(path), path) for path in siblings if path != folder)
    for age_seconds, path in ages[_KEPT_FOLDERS - 1 :]:
        if age_seconds > _KEPT_SECONDS:
            _drop(path)
    return True


def _age_seconds(folder: Path) -> float:
    """For how long nobody has opened it."""
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:  # another process has dropped it
        return 0.0


def _drop(folder: Path) -> None:
    """Delete a folder, which is whole or gone to all others meanwhile."""
    going = folder.with_name(f"{folder.name.removesuffix(_GOING)}{_GOING}")
    try:
        folder.replace(going)
    except OSError:  # in use, or dropped by another process
        return
    shutil.rmtree(going, ignore_errors=True)
