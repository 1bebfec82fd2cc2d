"""How much memory this process has held."""

from __future__ import annotations

import resource
import sys


def peak_mib() -> float:
    """Most memory this process has held so far, mapped files that it read included."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most) / (2**20 if sys.platform == "darwin" else 2**10)
