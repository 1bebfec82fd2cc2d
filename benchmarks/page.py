"""The workload of the page: a job as its desk does it, over all processors, without a browser."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.sweep.pool import usable_processors
from sim.ui.draft import DAYS
from sim.ui.job_files import DesignRequest, JobRequest
from sim.ui.jobs import Desk

_LOOK_SECONDS = 0.05  # as often as it is looked how far the job is
_WAITER = "benchmark"


def page_job(members: int, days: int, repeats: int) -> dict[str, Any]:
    """The staple group-buy against groups of three, under every calibration that ships, twins included.

    Loading (or compiling) the engine is measured by itself: on the page it is done while people read.
    """
    designs = tuple(DesignRequest("staple-group-buy", one, {DAYS: days}) for one in (None, "group-of-3"))
    request = JobRequest(designs, members, 1, repeats)
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        desk = Desk(Path(folder))
        try:
            while desk.ready_workers < usable_processors() and desk.trouble is None:
                time.sleep(_LOOK_SECONDS)
            load_seconds, began = time.perf_counter() - began, time.perf_counter()
            job = desk.start(request, _WAITER)
            eta_seconds = first_seconds = eta_told_seconds = None
            while (state := desk.state(job)) is not None and state.active:
                passed = time.perf_counter() - began
                if state.left_seconds is not None and eta_seconds is None:
                    eta_seconds, eta_told_seconds = passed + state.left_seconds, passed
                if state.pairs and first_seconds is None:
                    first_seconds = passed
                desk.attend(job, _WAITER)
                time.sleep(_LOOK_SECONDS)
            seconds = time.perf_counter() - began
            assert state is not None
            assert state.stage == "done", state
            began_cpu = sum(os.times()[2:4])  # of ended child processes
        finally:
            desk.close()
    return {
        "cpu_seconds": sum(os.times()[2:4]) - began_cpu,
        "workers": usable_processors(),
        "load_seconds": load_seconds,
        "eta_told_seconds": eta_told_seconds,
        "eta_seconds": eta_seconds,
        "first_seconds": first_seconds,
        "seconds": seconds,
    }
