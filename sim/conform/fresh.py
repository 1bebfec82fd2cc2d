"""The same run in a process that knows nothing of this one: `python -m sim.conform.fresh` on a pickle."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence

from sim.conform.cases import Case
from sim.conform.engines import Engine
from sim.errors import RunError
from sim.event_files import table_sha256

_HASH_SEED = "4321"  # any but this process's: nothing may depend on it


def hashes_elsewhere(engine: Engine, cases: Sequence[Case]) -> list[str]:
    """The hashes of the tables of these cases, run in another process with another hash seed.

    Raises:
        RunError: that process failed.
    """
    environment = os.environ | {"PYTHONHASHSEED": _HASH_SEED, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sim.conform.fresh"],  # -P: the same sources, whatever folder this is
        input=pickle.dumps((engine, list(cases))),
        env=environment,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise RunError(f"a fresh process failed: {' '.join(last)}", f"新进程运行失败：{' '.join(last)}")
    return done.stdout.decode().split()


def _main() -> None:
    engine, cases = pickle.load(sys.stdin.buffer)
    for case in cases:
        print(table_sha256(engine(case.scenario, case.graph, None)))


if __name__ == "__main__":
    _main()
