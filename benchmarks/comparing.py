"""The workload of a comparison as a user makes it: `shapan compare` from start to end."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

from benchmarks.campaigns import NAME, Numbers
from benchmarks.memory import peak_mib
from sim.calibration.calibration import shipped_calibrations

AGAINST = f"{NAME}:no-open-list"


def comparison(members: int, seeds: int, workers: int | None) -> Numbers:
    """Compare two designs under all calibrations that ship.

    workers: how many processes; None: as many as the command takes by itself.

    `first_eta_seconds` is when it can say for the first time how long it will take, `peak_mib` the memory of
    its largest process.
    """
    words = ["compare", NAME, AGAINST, "--members", str(members), "--seeds", str(seeds)]
    words += [] if workers is None else ["--workers", str(workers)]
    command = [sys.executable, "-m", "sim", *words, "--progress", "lines"]
    began, first_eta_seconds = time.perf_counter(), None
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            told = json.loads(line)
            if first_eta_seconds is None and told["stage"] == "compare" and "left_seconds" in told:
                first_eta_seconds = time.perf_counter() - began
    if process.returncode or first_eta_seconds is None:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.perf_counter() - began,
        "first_eta_seconds": first_eta_seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mib": peak_mib(resource.RUSAGE_CHILDREN),
        "runs": 2 * seeds * len(shipped_calibrations()),
    }
