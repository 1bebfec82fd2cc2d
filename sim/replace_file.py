"""Files that appear whole or not at all."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sim.errors import cannot_write
from sim.leftovers import clear_leftovers, new_part

_PAUSES_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64)
"""assumption: a virus scanner or a reader lets go of a small file within a second."""


@contextmanager
def replace_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`; on success it is flushed to disk and takes `path`'s place.

    private: nobody but its owner may read it, whatever others may read of this user's new files.

    When the body raises, the temporary file is removed and `path` is left as it was. What killed processes
    left in the folder is cleared away the first time that this process writes there.

    Raises:
        InputError: the folder cannot be written to, or the disk is full.
    """
    _clear_once(path.parent.absolute())
    try:
        number, temporary = new_part(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if not private:
                temporary.chmod(0o666 & ~_umask())  # so far nobody else may read it
            if os.name != "nt":  # there an open file cannot be moved
                put_in_place(temporary, path)
        if os.name == "nt":
            put_in_place(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise cannot_write(path, error) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def put_in_place(source: Path, target: Path) -> None:
    """Rename a file or folder; a file that `target` names is replaced.

    On Windows that fails as long as somebody has one of them open, so it is tried for about a second.

    Raises:
        OSError: it cannot be.
    """
    for seconds in _PAUSES_SECONDS:
        try:
            os.replace(source, target)
            return
        except PermissionError:
            time.sleep(seconds)
    os.replace(source, target)


@functools.cache
def _clear_once(folder: Path) -> None:
    clear_leftovers(folder)


@functools.cache
def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
