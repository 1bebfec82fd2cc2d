"""The finished runs of a folder: one file for each chunk, whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from sim.errors import InputError, cannot_read, cannot_write, reason
from sim.replace_file import replace_file
from sim.sweep.job import Outcome

_LOG = logging.getLogger(__name__)

_LOCK = ".lock"
_SUFFIX = ".jsonl"


class Store:
    """Keeps outcomes under the ids of their runs; get one from `open_store`.

    A file's first line is the SHA-256 of the others, of which each is an `Outcome` as JSON. A file that is
    damaged counts as if it were not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def finished(self) -> dict[str, Outcome]:
        """All outcomes kept, by run id; damaged files are removed.

        Raises:
            InputError: the folder cannot be read.
        """
        kept: dict[str, Outcome] = {}
        try:
            for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
                outcomes = _read(path)
                if outcomes is None:
                    _LOG.warning("%s is damaged; its runs will be made again", path)
                    path.unlink()
                else:
                    for outcome in outcomes:  # one that failed may have been made again
                        if outcome.run_id not in kept or kept[outcome.run_id].error is not None:
                            kept[outcome.run_id] = outcome
        except OSError as error:
            raise cannot_read(self._folder, error) from error
        return kept

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        """Write outcomes to the disk.

        Raises:
            InputError: the folder cannot be written to, or the disk is full.
        """
        lines = "".join(f"{json.dumps(asdict(outcome), allow_nan=False)}\n" for outcome in outcomes).encode()
        name = hashlib.sha256("\n".join(outcome.run_id for outcome in outcomes).encode()).hexdigest()
        with replace_file(self._folder / f"{name[:24]}{_SUFFIX}") as file:
            file.write(f"{hashlib.sha256(lines).hexdigest()}\n".encode())
            file.write(lines)


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """The store of a folder, for this process alone while the body runs; made if there is none.

    Raises:
        InputError: another process uses it, or it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("wb")
    except OSError as error:
        raise cannot_write(folder, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # gone with the process, however it ends
        except BlockingIOError:
            raise InputError(
                f"{folder}: is in use by another sweep; wait for it, or stop it",
                f"{folder}: 另一个扫描正在使用；请等它结束，或停止它",
            ) from None
        except OSError as error:
            raise InputError(
                f"{folder}: cannot be locked: {reason(error).en}", f"{folder}: 无法锁定：{reason(error).zh}"
            ) from error
        for rest in folder.glob(f".*{_SUFFIX}.*.part"):  # of a process that was killed while it wrote
            rest.unlink(missing_ok=True)
        yield Store(folder)


def _read(path: Path) -> list[Outcome] | None:
    """The outcomes in a file; None if it is damaged."""
    first, _, lines = path.read_bytes().partition(b"\n")
    if first.decode(errors="replace") != hashlib.sha256(lines).hexdigest():
        return None
    try:
        return [Outcome(**json.loads(line)) for line in lines.splitlines()]
    except (ValueError, TypeError):  # written by another version
        return None
