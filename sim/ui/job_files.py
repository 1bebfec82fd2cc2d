"""The folder of a job: what was asked for, how far it is, and what has come out so far.

A worker adds a file for each task, the desk says how far the job is, any page of any tab reads both. A job's
name is made of what was asked for and of every file that the answer comes from, so that the same question is
answered once, a link to it stays good, and what is done is not made again. Only the user who runs the page
can read these files.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple

import platformdirs

from sim.calibration.calibration import calibration_paths
from sim.compare import seeds_from
from sim.errors import cannot_write
from sim.network.graph import SocialGraph
from sim.network.graph_file import SUFFIX, save_graph
from sim.replace_file import replace_file
from sim.text import Text
from sim.ui.job_name import answer_digest
from sim.verdict import LOOKS

Stage = Literal["queued", "starting", "running", "done", "failed", "stopped", "left"]
"""`stopped`: the last tab that waited for it stopped it; `left`: nobody waits for it any more."""

ACTIVE: tuple[Stage, ...] = ("queued", "starting", "running")
"""Stages of a job that is still going to change."""

LOOKS_ASKED = (160, 320)
"""Further looks than `LOOKS`, if the user asks for more: five in all, each with a fifth of the error."""

KEPT_JOBS = 60  # assumption: some megabytes each
_ID = re.compile(r"[0-9a-f]{16}")
_REQUEST, _STATE = "request.json", "state.json"
_GRAPHS = "graphs"
_GRAPH_UNUSED_SECONDS = 24 * 3600  # assumption: a draft that was left for a day is not run any more
_PRIVATE_FOLDER = 0o700


class Task(NamedTuple):
    """The smallest piece of a job: all designs and their twin with one seed under one calibration."""

    seed: int
    calibration: str

    @property
    def file_name(self) -> str:
        """The file of its results in the job's folder."""
        return f"{self.calibration}-{self.seed}.json"


@dataclass(frozen=True)
class OwnGraph:
    """A social graph that the user gave, which is kept beside the jobs without what the file held of people.

    Attributes:
        name: of the file.
        sha256: of the graph, by which it is kept.
        members: how many it has.
        told: what was read, in one line, and what a user should know of it.
    """

    name: str
    sha256: str
    members: int
    told: tuple[Text, ...]


@dataclass(frozen=True)
class DesignRequest:
    """One design to run: a scenario, perhaps a variant of it, and values set by hand (dotted path: value)."""

    scenario: str
    variant: str | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)


def _shipped_calibrations() -> tuple[str, ...]:
    return tuple(calibration_paths())


@dataclass(frozen=True)
class JobRequest:
    """What to run: every design with every seed under every calibration, in a community of `members`.

    Attributes:
        designs: one or two.
        members: how many.
        seed: the first one; the others follow it.
        repeats: with how many seeds; None: until the verdict is clear, see `looks`.
        calibrations: their ids, the one of the defaults first.
        graph: who knows whom; None: as the scenario makes it.
    """

    designs: tuple[DesignRequest, ...]
    members: int
    seed: int = 1
    repeats: int | None = None
    calibrations: tuple[str, ...] = field(default_factory=_shipped_calibrations)
    graph: OwnGraph | None = None

    @property
    def looks(self) -> tuple[int, ...]:
        """After how many pairs it may end."""
        return LOOKS if self.repeats is None else (self.repeats,)

    @property
    def all_looks(self) -> tuple[int, ...]:
        """Those too that the user has to ask for."""
        return (*LOOKS, *LOOKS_ASKED) if self.repeats is None else (self.repeats,)

    def look_after(self, pairs: int) -> int | None:
        """The first look beyond so many pairs; None after the last one."""
        return next((look for look in self.all_looks if look > pairs), None)

    def until_clear(self) -> JobRequest:
        """The same with as many repeats as it takes."""
        return replace(self, repeats=None)

    def tasks(self, pairs: int) -> tuple[Task, ...]:
        """All tasks of so many pairs, in the order in which they are to be done."""
        return tuple(Task(s, name) for s in seeds_from(self.seed, pairs) for name in self.calibrations)

    @property
    def id(self) -> str:
        """The name of the job: the same for the same question to the same code, libraries and data."""
        graph = None if self.graph is None else self.graph.sha256
        asked = json.dumps(asdict(self) | {"graph": graph}, sort_keys=True)
        answer = answer_digest(design.scenario for design in self.designs)
        return sha256(f"{asked}\0{answer}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class JobState:
    """How far a job is.

    Attributes:
        stage: see `Stage`.
        share: of the work up to `goal` that is done (0-1); of compiling, while it is `starting`.
        pairs: seeds that are done under every calibration.
        goal: so many are wanted for now.
        left_seconds: about how long until then, jobs before it included; None if that cannot be said yet.
        ahead: jobs that go before it.
        message: why it failed.
        verdicts: outcome -> kind of verdict and number of the better design, as of the last look.
    """

    stage: Stage
    share: float = 0.0
    pairs: int = 0
    goal: int = 0
    left_seconds: float | None = None
    ahead: int = 0
    message: Text | None = None
    verdicts: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether it is still going to change."""
        return self.stage in ACTIVE


@dataclass(frozen=True)
class DesignResult:
    """What one design gave with one seed under one calibration.

    Attributes:
        design: its number in the request.
        calibration: its id.
        seed: the luck.
        members: how many there were.
        summary: `runoff`, `incremental`, `books_residual_fen` and `unavailable` of `sim.metrics.summary`.
        funnel: members who came so far, by step.
        day: days of the daily series up to the horizon, from 0.
        buyers: cumulative buyers on each of them.
        twin_buyers: the same without the campaign.
        written: for how many members the scenario is written, if sums were scaled from there; else `members`.
        by_day_fen: the merchant's cash, margin and marketing up to the end of each day of the daily series.
        illegal_offers: mechanics that may not be used in the real world.
    """

    design: int
    calibration: str
    seed: int
    members: int
    summary: dict[str, Any]
    funnel: dict[str, int]
    day: list[int]
    buyers: list[int]
    twin_buyers: list[int]
    written: int
    by_day_fen: dict[str, list[int]]
    illegal_offers: list[str]


@dataclass(frozen=True)
class KeptJob:
    """A job that is kept: its name, what was asked for, how it ended, and when (seconds since 1970)."""

    name: str
    request: JobRequest
    state: JobState
    when: float


def jobs_folder() -> Path:
    """Where jobs are kept: in `$SHAPAN_JOBS`, else in the cache, else in a folder for now."""
    chosen, cache = os.environ.get("SHAPAN_JOBS"), os.environ.get("SHAPAN_CACHE")
    root = Path(cache) if cache else platformdirs.user_cache_path("shapan", appauthor=False)
    folder = (Path(chosen) if chosen else root / "jobs").absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(_PRIVATE_FOLDER, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="shapan-jobs-"))


def is_job_id(text: str) -> bool:
    """Whether a text from outside can be the name of a job."""
    return _ID.fullmatch(text) is not None


def job_folders(folder: Path) -> list[Path]:
    """The folders of all jobs, the newest first."""
    jobs = [(one.stat().st_mtime_ns, one) for one in folder.iterdir() if is_job_id(one.name)]
    return [one for _, one in sorted(jobs, reverse=True)]


def prune(folder: Path, keep: int = KEPT_JOBS) -> None:
    """Drop all but the newest, and graphs of one's own that none of these runs in."""
    folders = job_folders(folder)
    for one in folders[keep:]:
        shutil.rmtree(one, ignore_errors=True)
    requests = [read_request(one) for one in folders[:keep]]
    used = {one.graph.sha256 for one in requests if one is not None and one.graph is not None}
    for path in (folder / _GRAPHS).glob(f"*{SUFFIX}"):
        if path.stem not in used and time.time() - path.stat().st_mtime > _GRAPH_UNUSED_SECONDS:
            path.unlink(missing_ok=True)


def graph_file(folder: Path, sha256: str) -> Path:
    """Where a graph of one's own is kept, beside the jobs in `folder`."""
    return folder / _GRAPHS / f"{sha256}{SUFFIX}"


def keep_graph(folder: Path, graph: SocialGraph) -> None:
    """Keep a graph for the jobs that run in it.

    Raises:
        InputError: it cannot be written.
    """
    path = graph_file(folder, graph.sha256)
    try:
        path.parent.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    if not path.exists():
        save_graph(graph, path)


def write_request(job: Path, request: JobRequest) -> None:
    """Begin a job's folder, or go on with it: what is there was made from the same files."""
    job.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
    _write(job / _REQUEST, asdict(request))


def read_request(job: Path) -> JobRequest | None:
    """What was asked for; None if there is no such job, or its file is not one of this version."""
    data = _read(job / _REQUEST)
    try:
        designs = tuple(DesignRequest(**one) for one in data.pop("designs"))
        calibrations = tuple(data.pop("calibrations"))
        graph = data.pop("graph")
        if graph is not None:
            graph = OwnGraph(**graph | {"told": tuple(Text(**one) for one in graph["told"])})
        return JobRequest(designs=designs, calibrations=calibrations, graph=graph, **data)
    except (KeyError, TypeError):
        return None


def write_state(job: Path, state: JobState) -> None:
    """Say how far the job is."""
    _write(job / _STATE, asdict(state) | {"when": time.time()})


def read_state(job: Path) -> tuple[JobState, float] | None:
    """How far the desk last said it is, and when; None before it said anything."""
    data = _read(job / _STATE)
    try:
        when = float(data.pop("when"))
        message = data.pop("message")
        verdicts = {name: (str(kind), better) for name, (kind, better) in data.pop("verdicts").items()}
        return JobState(**data, message=None if message is None else Text(**message), verdicts=verdicts), when
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def write_results(job: Path, task: Task, results: list[DesignResult]) -> None:
    """Add what a task gave, one result a design."""
    _write(job / task.file_name, [asdict(one) for one in results])


def read_results(path: Path) -> list[DesignResult]:
    """What a task gave; nothing if the file is missing, broken, or of another version."""
    data = _read_any(path)
    names = {one.name for one in fields(DesignResult)}
    if not isinstance(data, list) or not all(isinstance(one, dict) and one.keys() == names for one in data):
        return []
    return [DesignResult(**one) for one in data]


def result_files(job: Path) -> tuple[str, ...]:
    """The names of all results so far."""
    try:
        return tuple(sorted(one.name for one in job.glob("*-*.json")))
    except OSError:
        return ()


def _write(path: Path, data: Any) -> None:
    with replace_file(path, private=True) as file:
        file.write(json.dumps(data, ensure_ascii=False, allow_nan=False).encode())


def _read(path: Path) -> dict[str, Any]:
    """The file's content; empty if it is missing or broken."""
    data = _read_any(path)
    return data if isinstance(data, dict) else {}


def _read_any(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
