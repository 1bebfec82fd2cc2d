"""The folder of a job: what was asked for, how far it is, and what has come out so far.

The worker writes it, any page of any tab reads it. A job's name is made of what was asked for and of what
answers it, so that the same question is answered once, and a link to it stays good.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import platformdirs

from sim.facts.kept import key_of
from sim.replace_file import replace_file
from sim.scenario.shipped import scenario_folders
from sim.text import Lang, Text

Stage = Literal["queued", "starting", "running", "done", "failed", "stopped"]
ACTIVE: tuple[Stage, ...] = ("queued", "starting", "running")
"""Stages of a job that is still going to change."""

QUICK_MEMBERS = 300
"""Members of the first look. assumption: enough for a picture, within a second."""

KEPT_JOBS = 60  # assumption: some megabytes
_ID = re.compile(r"[0-9a-f]{16}")
_PACKAGE = Path(__file__).resolve().parents[1]
_ANSWERING = (_PACKAGE / "ui" / "worker.py", _PACKAGE / "calibration" / "under.py")
"""Sources that an answer comes from, beside those that `key_of` takes in unasked."""
_REQUEST, _STATE = "request.json", "state.json"


@dataclass(frozen=True)
class DesignRequest:
    """One design to run: a scenario, perhaps a variant of it, and values set by hand (dotted path: value).

    calibration: id of the one it is laid over; None: the defaults.
    """

    scenario: str
    variant: str | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)
    calibration: str | None = None


@dataclass(frozen=True)
class JobRequest:
    """What to run: every design with every seed, in a community of `members`."""

    designs: tuple[DesignRequest, ...]
    members: int
    seeds: tuple[int, ...]

    def over(self, calibrations: Sequence[str]) -> JobRequest:
        """The same with each of these calibrations: designs of the first one first."""
        designs = tuple(replace(one, calibration=name) for name in calibrations for one in self.designs)
        return replace(self, designs=designs)

    @property
    def id(self) -> str:
        """The name of the job: the same for the same question to the same model, scenarios, calibrations."""
        asked = json.dumps(asdict(self), sort_keys=True)
        return key_of(asked, _shipped_hash(), *_ANSWERING)[:16]


@dataclass(frozen=True)
class JobState:
    """How far a job is.

    Attributes:
        stage: see `Stage`.
        share: of all its work that is done (0-1).
        elapsed_seconds: since the worker took it.
        message_en: why it failed, in English.
        message_zh: the same in Chinese.
    """

    stage: Stage
    share: float = 0.0
    elapsed_seconds: float = 0.0
    message_en: str = ""
    message_zh: str = ""

    def message(self, lang: Lang) -> str:
        """Why it failed, in `lang`."""
        return self.message_zh if lang == "zh" else self.message_en

    @property
    def active(self) -> bool:
        """Whether it is still going to change."""
        return self.stage in ACTIVE

    @property
    def left_seconds(self) -> float | None:
        """How long it will take from here, by how long it took so far; None if that cannot be said yet."""
        if self.stage != "running" or self.share < 0.03:  # assumption: earlier it would only jump about
            return None
        return self.elapsed_seconds * (1.0 - self.share) / self.share


def failed(why: Text, share: float = 0.0, elapsed_seconds: float = 0.0) -> JobState:
    """The state of a job that has come to a bad end."""
    return JobState("failed", share, elapsed_seconds, why.en, why.zh)


@dataclass(frozen=True)
class DesignResult:
    """What one design gave with one seed.

    Attributes:
        design: its number in the request.
        seed: the luck.
        members: how many there were.
        quick: whether this is the first look, in a small community and without a twin.
        summary: see `sim.metrics.summary`.
        funnel: members who came so far, by step.
        day: days of the daily series up to the horizon, from 0.
        buyers: cumulative buyers on each of them.
        twin_buyers: the same without the campaign; empty if that was not run.
        illegal_offers: mechanics that may not be used in the real world.
    """

    design: int
    seed: int
    members: int
    quick: bool
    summary: dict[str, Any]
    funnel: dict[str, int]
    day: list[int]
    buyers: list[int]
    twin_buyers: list[int]
    illegal_offers: list[str]

    @property
    def file_name(self) -> str:
        """Its file in the job's folder."""
        return f"{'quick' if self.quick else 'result'}-{self.design}-{self.seed}.json"


def _shipped_hash() -> str:
    """Hash of the scenarios and calibrations that ship, as they are now: they may be edited meanwhile."""
    digest = hashlib.sha256()
    for folder in scenario_folders():
        for path in sorted(folder.rglob("*.yaml")):
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def jobs_folder() -> Path:
    """Where jobs are kept: in `$SHAPAN_JOBS`, else in the cache, else in a folder for now."""
    chosen, cache = os.environ.get("SHAPAN_JOBS"), os.environ.get("SHAPAN_CACHE")
    root = Path(cache) if cache else platformdirs.user_cache_path("shapan", appauthor=False)
    folder = Path(chosen) if chosen else root / "jobs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="shapan-jobs-"))


def is_job_id(text: str) -> bool:
    """Whether a text from outside can be the name of a job."""
    return _ID.fullmatch(text) is not None


def prune(folder: Path) -> None:
    """Drop all but the newest `KEPT_JOBS`."""
    jobs = sorted(
        (one for one in folder.iterdir() if is_job_id(one.name)), key=lambda one: one.stat().st_mtime
    )
    for one in jobs[:-KEPT_JOBS]:
        shutil.rmtree(one, ignore_errors=True)


def write_request(job: Path, request: JobRequest) -> None:
    """Begin a job's folder anew."""
    shutil.rmtree(job, ignore_errors=True)
    job.mkdir(parents=True)
    _write(job / _REQUEST, asdict(request))


def read_request(job: Path) -> JobRequest | None:
    """What was asked for; None if there is no such job, or its file is not one of this version."""
    data = _read(job / _REQUEST)
    try:
        designs = tuple(DesignRequest(**one) for one in data["designs"])
        return JobRequest(designs, data["members"], tuple(data["seeds"]))
    except (KeyError, TypeError):
        return None


def write_state(job: Path, state: JobState) -> None:
    """Say how far the job is."""
    _write(job / _STATE, asdict(state))


def read_state(job: Path) -> JobState | None:
    """How far the worker said it is; None before it said anything."""
    try:
        return JobState(**_read(job / _STATE))
    except TypeError:
        return None


def write_result(job: Path, result: DesignResult) -> None:
    """Add a result."""
    _write(job / result.file_name, asdict(result))


def read_results(job: Path) -> list[DesignResult]:
    """All results so far, by kind, design and seed."""
    results = []
    for path in job.glob("*-*-*.json"):
        try:
            results.append(DesignResult(**_read(path)))
        except TypeError:
            continue  # of another version
    return sorted(results, key=lambda one: (one.quick, one.design, one.seed))


def result_files(job: Path) -> tuple[str, ...]:
    """The names of all results so far: a page is out of date when they change."""
    return tuple(sorted(path.name for path in job.glob("*-*-*.json")))


def _write(path: Path, data: Any) -> None:
    with replace_file(path) as file:
        file.write(json.dumps(data, ensure_ascii=False, allow_nan=False).encode())


def _read(path: Path) -> dict[str, Any]:
    """The file's content; empty if it is missing or broken."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
