"""How much memory processes have held."""

from __future__ import annotations

import resource
import sys


def peak_mib(whose: int = resource.RUSAGE_SELF) -> float:
    """Most memory this process has held so far, mapped files that it read included.

    whose: with `RUSAGE_CHILDREN` that of the largest of its ended child processes and of theirs.
    """
    most = resource.getrusage(whose).ru_maxrss
    return float(most) / (2**20 if sys.platform == "darwin" else 2**10)
