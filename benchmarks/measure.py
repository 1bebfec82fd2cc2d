"""One measurement in a process of its own: `python -m benchmarks.measure WORKLOAD` prints a JSON object."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from sim.play import play
from sim.run import prepare
from sim.scenario.load import load_scenario
from sim.seeding import choose_seeds

CASCADE_PROB = 0.05  # of the cascade workloads; W1 of the performance notes
CASCADE_SEEDS = 10
CASCADE_MEDIAN_DEGREE = 8.0  # assumption: about the degree of W1's graph


@dataclass(frozen=True)
class Cost:
    """What a workload took.

    setup_seconds: network and population; run_seconds: from the populated model to the result; events:
    rows of the event table, or messages and purchases of a toy.
    """

    setup_seconds: float
    run_seconds: float
    events: int


def staple_group_buy(members: int, days: int, seed: int) -> Cost:
    """This engine: the staple group-buy, without its twin."""
    scenario = load_scenario("staple-group-buy", sets={"run.horizon_days": days}).scenario
    prepared = prepare(scenario, members=members, seed=seed)
    played = play(prepared.scenario, prepared.graph)
    return Cost(prepared.seconds + played.build_seconds, played.run_seconds, len(played.table))


def mesa_hourly(members: int, days: int, seed: int) -> Cost:
    """Plain Mesa, every agent every hour, on the network of the staple group-buy."""
    from benchmarks.mesa_toys import HourlyModel

    prepared = prepare(load_scenario("staple-group-buy").scenario, members=members, seed=seed)
    began = time.perf_counter()
    model = HourlyModel(prepared.graph, seed)
    built = time.perf_counter()
    events = model.run(days)
    return Cost(prepared.seconds + built - began, time.perf_counter() - built, events)


_CASCADE_FILE = Path(__file__).resolve().parents[1] / "scenarios" / "base" / "independent-cascade.yaml"
_CASCADE = {
    "network.median_degree": CASCADE_MEDIAN_DEGREE,
    "mechanics.seeds.choose": "by_degree",
    "mechanics.seeds.count": CASCADE_SEEDS,
    "behaviour.deciding.response.low_effort.points": [{"at": 0, "prob": CASCADE_PROB}],
}


def cascade(members: int, days: int, seed: int) -> Cost:
    """This engine: Independent Cascade by settings."""
    scenario = load_scenario(_CASCADE_FILE, sets={"population.members": members, **_CASCADE}).scenario
    prepared = prepare(scenario, seed=seed)
    played = play(prepared.scenario, prepared.graph)
    return Cost(prepared.seconds + played.build_seconds, played.run_seconds, len(played.table))


def mesa_cascade(members: int, days: int, seed: int) -> Cost:
    """Plain Mesa: Independent Cascade on the same network, from the same seeds."""
    from benchmarks.mesa_toys import CascadeModel

    scenario = load_scenario(_CASCADE_FILE, sets={"population.members": members, **_CASCADE}).scenario
    prepared = prepare(scenario, seed=seed)
    began = time.perf_counter()
    seeds = choose_seeds(prepared.graph, "by_degree", CASCADE_SEEDS, seed)
    model = CascadeModel(prepared.graph, CASCADE_PROB, seeds, seed)
    built = time.perf_counter()
    told = model.run()
    return Cost(prepared.seconds + built - began, time.perf_counter() - built, told)


WORKLOADS: dict[str, Callable[[int, int, int], Cost]] = {
    "staple-group-buy": staple_group_buy,
    "mesa-hourly": mesa_hourly,
    "cascade": cascade,
    "mesa-cascade": mesa_cascade,
}
"""Name -> workload, called with (members, days, seed)."""


def peak_mib() -> float:
    """Most memory this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most) / (2**20 if sys.platform == "darwin" else 2**10)


def cpu_seconds() -> float:
    """Processor time of this process, imports included: steadier than the clock on a busy machine."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure one workload and print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workload", choices=WORKLOADS)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    cost = WORKLOADS[chosen.workload](chosen.members, chosen.days, chosen.seed)
    print(json.dumps({**asdict(cost), "cpu_seconds": cpu_seconds(), "peak_mib": peak_mib()}))


if __name__ == "__main__":
    main()
