"""Counts of runs that are kept in the user's cache, and runs made in processes."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from sim.errors import InputError, RunError
from sim.program.store import cache_folder
from sim.replace_file import replace_file
from sim.sweep.pool import Ended, each, pool
from sim.text import Text

J = TypeVar("J")
R = TypeVar("R")

_LOG = logging.getLogger(__name__)


_PACKAGE = Path(__file__).resolve().parents[1]
_BESIDE_THE_ENGINE = tuple(
    _PACKAGE / place for place in ("settings", "scenario", "facts/fact.py", "facts/lab.py")
)
"""Sources that every run comes from and that the engine's own digest, of what is compiled, leaves out."""
_LIBRARIES = (
    "networkx",
    "numpy",
    "scipy",
)  # whose numbers runs hang on; the engine's digest has the compilers


def key_of(*parts: str | Path) -> str:
    """Name of what comes of parts: a text is itself, a path all the sources there.

    The engine, what stands beside it and the versions of the libraries are in it unasked.
    """
    digest = hashlib.sha256()
    for part in (cache_folder().name, _versions(), *_BESIDE_THE_ENGINE, *parts):
        digest.update((_sources(part) if isinstance(part, Path) else part).encode() + b"\0")
    return digest.hexdigest()[:32]


@cache
def _versions() -> str:
    return " ".join(version(library) for library in _LIBRARIES)


@cache  # as first read in this process: what is edited afterwards is not what runs here
def _sources(path: Path) -> str:
    """Hash of a source, or of all in a folder."""
    digest = hashlib.sha256()
    for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        digest.update(f"{source.relative_to(path.parent).as_posix()}\0".encode())
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def place_of(folder: str, *parts: str | Path) -> Path:
    """Where the counts of a run are kept: see `key_of`."""
    return cache_folder().parents[1] / "facts" / folder / f"{key_of(*parts)}.json"


def read_kept(path: Path) -> Any:
    """What is kept there; None where there is nothing, or nothing whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep(path: Path, counts: object) -> None:
    """Keep counts where there is a place for them."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as file:
            file.write(json.dumps(counts).encode())
    except (OSError, InputError) as error:
        _LOG.info("counts are not kept: %s", error)


def done(do: Callable[[J], R], jobs: Sequence[J], workers: int) -> Iterator[tuple[J, R]]:
    """Each job with what came of it, as they end; one worker works in this process.

    Raises:
        RunError: a job ended its process; it is raised after all others have been done.
    """
    waiting, ended = deque(jobs), []
    with pool(max(1, min(workers, len(jobs))), each(do), here=workers == 1) as working:
        while waiting or working.under_way:
            while waiting and working.under_way < (1 if workers == 1 else 2 * workers):
                working.submit([waiting.popleft()])
            for (job,), found in working.finished():
                if isinstance(found, Ended):
                    ended.append(Text(f"{job}: {found.how.en}", f"{job}：{found.how.zh}"))
                else:
                    yield job, found[0]
    if ended:
        raise RunError("; ".join(one.en for one in ended), "；".join(one.zh for one in ended))
