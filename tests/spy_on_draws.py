"""Runs scenarios without numba and prints which places of the code drew luck at the same address.

A place is a function of `sim` with the two that called it; `shared` lists the sets of different places that
drew at one address in one run.
"""

import json
import sys
from collections import defaultdict
from typing import Any

from sim import streams
from sim.conform.cases import drawn_case
from sim.engine.model import CommunityModel

CASES = 30
_philox = streams.philox4x32
_places: dict[tuple[int, ...], set[str]] = defaultdict(set)


def spied(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """The generator, noting who asks."""
    frame, names = sys._getframe(1), list[str]()
    while frame is not None and len(names) < 3:
        file = frame.f_code.co_filename.replace("\\", "/")
        if "/sim/" in file and not file.endswith("/sim/streams.py"):
            line = "" if names else f":{frame.f_lineno}"
            names.append(f"{file.rpartition('/sim/')[2]}:{frame.f_code.co_name}{line}")
        frame = frame.f_back
    _places[(int(k1), int(c0), int(c1), int(c2), int(c3))].add(" < ".join(names))
    return _philox(c0, c1, c2, c3, k0, k1)


def main() -> None:
    """Run the cases and print what was found."""
    streams.philox4x32 = spied
    draws, used, shared = 0, set[int](), set[frozenset[str]]()
    for number in range(CASES):
        _places.clear()
        case = drawn_case(7, number)
        CommunityModel(case.scenario, case.graph).run()
        draws += len(_places)
        used |= {address[0] for address in _places}
        shared |= {frozenset(places) for places in _places.values() if len(places) > 1}
    listed = [sorted(places) for places in shared]
    print(json.dumps({"draws": draws, "streams": len(used), "shared": listed}))


if __name__ == "__main__":
    main()
