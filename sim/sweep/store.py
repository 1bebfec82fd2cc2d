"""The finished runs of a folder: one file for each chunk, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from filelock import lock_descriptor

from sim.errors import InputError, cannot_read, cannot_write, reason
from sim.replace_file import put_in_place, replace_file
from sim.sweep.job import Outcome
from sim.version import MODEL_VERSION

_LOG = logging.getLogger(__name__)

_LOCK = ".lock"
_SUFFIX = ".jsonl"
_DAMAGED = ".damaged"


@dataclass(frozen=True)
class _Chunk:
    """A file.

    version: of the model that made its runs; None: the file does not say it. others: outcomes that another
    version of this program wrote, which this one cannot read.
    """

    version: str | None
    outcomes: Sequence[Outcome]
    others: int


class Store:
    """Keeps outcomes under the ids of their runs; get one from `open_store`.

    A file's first line is the SHA-256 of the others, of which each is an `Outcome` as JSON, and the version
    of the model. Files of other versions are kept as they are and not used. A file that is damaged counts
    as if it were not there, and is renamed. (A form that this one cannot tell from damage must have another
    suffix.)

    Attributes:
        others: how many outcomes of other versions there are, as `finished` found.
    """

    others = 0

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def finished(self) -> dict[str, Outcome]:
        """All outcomes kept of this version, by run id.

        Raises:
            InputError: the folder cannot be read.
        """
        kept: dict[str, Outcome] = {}
        self.others = 0
        try:
            for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
                chunk = _read(path)
                if chunk is None:
                    _LOG.warning("%s is damaged; its runs will be made again", path)
                    put_in_place(path, path.with_name(path.name + _DAMAGED))
                elif chunk.version not in (None, str(MODEL_VERSION)):
                    self.others += len(chunk.outcomes) + chunk.others
                else:
                    self.others += chunk.others
                    for outcome in chunk.outcomes:  # one that failed may have been made again
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
        # a name of its own for what an `Outcome` is in this version, so that no other's file is replaced
        named = (*(field.name for field in fields(Outcome)), *(outcome.run_id for outcome in outcomes))
        name = hashlib.sha256("\n".join(named).encode()).hexdigest()
        with replace_file(self._folder / f"{name[:24]}{_SUFFIX}") as file:
            file.write(f"{hashlib.sha256(lines).hexdigest()} {MODEL_VERSION}\n".encode())
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
            held = lock_descriptor(lock.fileno(), blocking=False)  # gone with the process, however it ends
        except OSError as error:
            raise InputError(
                f"{folder}: cannot be locked: {reason(error).en}", f"{folder}: 无法锁定：{reason(error).zh}"
            ) from error
        if not held:
            raise InputError(
                f"{folder}: is in use by another sweep; wait for it, or stop it",
                f"{folder}: 另一个扫描正在使用；请等它结束，或停止它",
            )
        yield Store(folder)


def _read(path: Path) -> _Chunk | None:
    """What is in a file; None if it is damaged."""
    first, _, lines = path.read_bytes().partition(b"\n")
    digest, _, version = first.decode(errors="replace").partition(" ")
    if digest != hashlib.sha256(lines).hexdigest():
        return None
    try:
        return _Chunk(version or None, [Outcome(**json.loads(line)) for line in lines.splitlines()], 0)
    except (ValueError, TypeError):  # whole, but not as this version writes it
        return _Chunk(version or None, [], len(lines.splitlines()))
