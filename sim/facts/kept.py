"""Counts of runs that are kept in the user's cache, and runs made in processes."""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, TypeVar

from sim.compiled import cache_folder
from sim.errors import InputError
from sim.replace_file import replace_file

J = TypeVar("J")
R = TypeVar("R")

_LOG = logging.getLogger(__name__)


def place_of(folder: str, *parts: str) -> Path:
    """Where the counts of a run are kept: named by the engine's sources and what else makes them."""
    digest = hashlib.sha256()
    for part in (cache_folder().name, *parts):
        digest.update(part.encode() + b"\0")
    return cache_folder().parents[1] / "facts" / folder / f"{digest.hexdigest()[:32]}.json"


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
    """Each job with what came of it, as they end; one worker, or one job, works in this process."""
    if workers == 1 or len(jobs) < 2:
        for job in jobs:
            yield job, do(job)
        return
    executor = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
    try:
        futures = {executor.submit(do, job): job for job in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
