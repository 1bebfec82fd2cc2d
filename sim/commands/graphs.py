"""Graphs that a command is given: read as asked, told in a line, and a file of keys where one is named."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

from sim.commands.options import GraphAsked
from sim.commands.session import Session
from sim.errors import InputError, cannot_read, cannot_write
from sim.network.report import LoadReport
from sim.run import GraphFiles, read_files

_HEAD = ("key", "original")
_LARGE_BYTES = 5_000_000  # assumption: of a smaller file the reading is over before one wonders


def read_asked(session: Session, asked: GraphAsked) -> GraphFiles | None:
    """Read what was asked for, and say how; None without files.

    Raises:
        InputError: it is no graph; the file of keys cannot be written; or something is said of how to read
            a graph, and there is none.
    """
    if not asked.paths:
        if flags := asked.flags:
            raise InputError(
                f"{', '.join(flags)}: say how a graph is read, and there is none; name its file with --graph",
                f"{'、'.join(flags)}：说明如何读取图，但没有图；请用 --graph 指明文件",
            )
        return None
    if asked.keys is not None:
        _check_free(asked.keys)
    size = sum(map(_size, asked.paths))
    if size > _LARGE_BYTES:
        names, size_mb = ", ".join(path.name for path in asked.paths), f"{size / 1e6:,.0f} MB"
        session.say_aside(
            session.text(f"Reading {names} ({size_mb}) ...", f"正在读取 {names}（{size_mb}）……")
        )
    files = read_files(asked.paths, asked.reading)
    assert files is not None
    say_loaded(session, files.report)
    if asked.keys is not None:
        write_keys(asked.keys, files.report)
    return files


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0  # whoever reads it says why


def say_loaded(session: Session, report: LoadReport) -> None:
    """What was read, in a line, and what a user should know of it, beside the results."""
    session.say_aside(session.text("Read: ", "已读入：") + report.line.get(session.lang))
    for note in report.notes:
        session.say_aside(session.text("Note: ", "说明：") + note.get(session.lang))


def write_keys(path: Path, report: LoadReport) -> None:
    """Write which key stands for what in the file, for its owner only; a file that is there is kept.

    Raises:
        InputError: there are no keys, the file is there already, or it cannot be written.
    """
    if not report.keys:
        raise InputError(
            f"{path}: no member of this graph has a key: they are called as in the file",
            f"{path}: 此图的成员没有键：名称与文件中相同",
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    for name in sorted(report.keys, key=lambda one: (len(report.keys[one]), report.keys[one])):
        writer.writerow((report.keys[name], name))
    try:
        # It is for its owner from the first byte on, and whatever has been put there meanwhile is kept.
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        _check_free(path)
        raise
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        with os.fdopen(number, "wb") as file:
            file.write(text.getvalue().encode("utf-8-sig"))
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise cannot_write(path, error) from error
        raise


def _check_free(path: Path) -> None:
    if os.path.lexists(path):
        raise InputError(f"{path}: exists already; keys are not overwritten", f"{path}: 已存在；不覆盖键文件")


def read_keys(path: Path) -> Mapping[str, str]:
    """What members were called -> their keys, from a file that `write_keys` wrote.

    Raises:
        InputError: unreadable, or no such file.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError, csv.Error) as error:
        raise cannot_read(path, error) from error
    if not rows or tuple(rows[0]) != _HEAD or any(len(row) != 2 for row in rows):
        raise InputError(
            f"{path}: is not a file of keys, with the columns {', '.join(_HEAD)}",
            f"{path}: 不是键文件，其列应为 {', '.join(_HEAD)}",
        )
    return {name: key for key, name in rows[1:]}
