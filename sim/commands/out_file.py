"""The file that a command writes at its end, seen to be writable before the work for it is done."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sim.commands.session import Session
from sim.errors import InputError
from sim.replace_file import replace_file


class _TriedError(Exception):
    """Ends a trial: nothing is left of it."""


def check_file(path: Path | None) -> None:
    """See that `path` can be written, where one is named; what stands there stays as it is.

    Raises:
        InputError: it is a folder or a device, or its folder is not there or cannot be written to.
    """
    if path is None:
        return
    with suppress(_TriedError), replace_file(path):
        raise _TriedError
    if path.exists() and not path.is_file():
        raise InputError(
            f"{path}: is {'a folder' if path.is_dir() else 'no file'}; name a file",
            f"{path}: {'是文件夹' if path.is_dir() else '不是文件'}；请写明一个文件",
        )


def write_file(session: Session, path: Path, text: str) -> None:
    """Write it, and say where.

    Raises:
        InputError: it cannot be written.
    """
    with replace_file(path) as file:
        file.write(text.encode())
    session.say(session.text(f"Written to {path}", f"已写入 {path}"))
