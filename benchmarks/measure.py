"""One measurement in a process of its own: `python -m benchmarks.measure WORKLOAD ARGUMENTS`.

Arguments and result are JSON objects; see `WORKLOADS`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.campaigns import campaign, network
from benchmarks.cascades import attachment_graph, cascade
from benchmarks.comparing import comparison
from benchmarks.page import page_job
from benchmarks.small_runs import small_runs
from benchmarks.tables import read_table

WORKLOADS: dict[str, Callable[..., dict[str, Any]]] = {
    "network": network,
    "campaign": campaign,
    "small-runs": small_runs,
    "attachment-graph": attachment_graph,
    "cascade": cascade,
    "comparison": comparison,
    "page-job": page_job,
    "read-table": read_table,
}


def main() -> None:
    """Measure one workload and print it."""
    name, arguments = sys.argv[1:]
    print(json.dumps(WORKLOADS[name](**json.loads(arguments))))


if __name__ == "__main__":
    main()
