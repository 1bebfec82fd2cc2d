"""What stands beside its place for the time being, and the clearing away of what killed processes left of it.

A file or folder for the time being is named so that it is known again (`.NAME.xxxxxxxx.shapan-part`;
`.shapan-xxxxxxxx` with a file `.shapan-xxxxxxxx.lock` beside it) and its maker holds a lock as long as it
lives, however it ends. What nobody holds is left over.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import lock_descriptor

_PART = ".shapan-part"
_STAGE, _LOCK = ".shapan-", ".lock"


def new_part(path: Path) -> tuple[int, Path]:
    """Make the file that is to take the place of `path`, beside it; its lock is gone when it is closed.

    Returns:
        The descriptor, to be closed by the caller, and the name.

    Raises:
        OSError: it cannot be made.
    """
    return _held_file(path.parent, f".{path.name}.", _PART)


@contextmanager
def new_stage(folder: Path) -> Iterator[Path]:
    """A folder in `folder` while the body runs; at its end what is left of it is removed.

    Raises:
        OSError: it cannot be made.
    """
    descriptor, lock = _held_file(folder, _STAGE, _LOCK)
    stage = lock.with_suffix("")
    try:
        stage.mkdir()
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        os.close(descriptor)
        if not stage.exists():  # else the lock says to the next process what is left over
            with suppress(OSError):
                lock.unlink()


def clear_leftovers(folder: Path) -> None:
    """Remove from a folder what processes that live no more have left; what cannot be removed stays.

    Left alone are what a living process is at work on, what belongs to another user, and what is on a disk
    that knows no locks.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if is_for_now(entry.name)]
    except OSError:
        return
    for name in names:
        with suppress(OSError):
            _clear(folder / name)


def is_for_now(name: str) -> bool:
    """Whether a file or folder of this name is one for the time being."""
    return name.startswith(_STAGE) or (name.startswith(".") and name.endswith(_PART))


def _held_file(folder: Path, prefix: str, suffix: str) -> tuple[int, Path]:
    while True:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=prefix, suffix=suffix)
        if _hold(descriptor) and os.path.exists(name):
            return descriptor, Path(name)
        os.close(descriptor)  # it was taken for a leftover in the moment before it was held


def _hold(descriptor: int) -> bool:
    """Take the lock, if it is free; on a disk without locks there is none, and nothing is ever cleared."""
    try:
        return lock_descriptor(descriptor, blocking=False)
    except OSError:
        return True


def _clear(path: Path) -> None:
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        if not lock_descriptor(descriptor, blocking=False):
            return
        stage = path.with_suffix("")
        if path.name.endswith(_LOCK) and stage.exists():
            shutil.rmtree(stage)
        with suppress(PermissionError):  # Windows removes no open file, and nobody will make this one again
            path.unlink()
    finally:
        os.close(descriptor)
    path.unlink(missing_ok=True)
