"""Workloads of Independent Cascade: one graph, one probability, the same seeds, four programs.

`build_seconds` is from the graph's arrays to a model that is ready, `run_seconds` from there to the result:
of this engine the event table, of the others the set of those reached. None of them uses a second thread, and
processor time is taken, which a busy machine disturbs less. A cascade is repeated with other luck until
`SECONDS` have passed; the numbers are medians.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.campaigns import Numbers
from benchmarks.memory import peak_mib
from sim.compiled import compiled
from sim.events import EventDetail, EventTable, Kind
from sim.fast.engine import FastRun
from sim.network.csr import pair_codes, row_numbers, sorted_unique
from sim.network.graph import SocialGraph
from sim.network.graph_file import map_graph
from sim.network.write import write_graph
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.scaling import scaled
from sim.seeding import FIRST_CHOICE, choose_seeds
from sim.streams import NETWORK_EDGE, uniform

LINKS, PROB, SEEDS = 5, 0.05, 10  # W1 of the performance notes: m of the graph, p, and how many hubs start
SECONDS, CASCADES_MAX = 1.0, 200  # assumption: medians of that many are steady

_FILE = Path(__file__).resolve().parents[1] / "scenarios" / "base" / "independent-cascade.yaml"

Cascade = Callable[[int], tuple[float, float, int]]
"""Called with a seed; gives CPU seconds to build and to run, and how many were reached."""


@compiled
def _attach(seed: int, n: int, links: int, out: NDArray[np.int64]) -> None:
    """Barabási and Albert (1999): each new member is tied to some others, by chances as their degrees.

    Every edge stands in `out` by its two ends, so one drawn from it at random is drawn by its degree.
    """
    used = 0
    for member in range(1, links + 1):  # a star to begin with
        out[used], out[used + 1] = 0, member
        used += 2
    for member in range(links + 1, n):
        ends, chosen, tries = used, 0, 0
        while chosen < links:
            other = out[int(uniform(seed, NETWORK_EDGE, member, tries, 0) * ends)]
            tries += 1
            new = True
            for place in range(chosen):
                new = new and out[ends + 2 * place] != other
            if new:
                out[ends + 2 * chosen], out[ends + 2 * chosen + 1] = other, member
                chosen += 1
        used += 2 * links


def attachment_graph(members: int, path: str, seed: int) -> Numbers:
    """Make the Barabási-Albert graph that all cascades run on, and save it."""
    ends = np.empty(2 * LINKS * (members - LINKS), dtype=np.int64)
    _attach(seed, members, LINKS, ends)
    began = time.perf_counter()
    codes = sorted_unique(pair_codes(ends[::2], ends[1::2]))
    ties = np.full(codes.size, 0.5)
    graph = SocialGraph.of_friends(members, codes, np.zeros(members, dtype=np.int32), ties=ties)
    write_graph(graph, Path(path))
    return {"friendships": graph.links, "seconds": time.perf_counter() - began}


def cascade(program: str, path: str, seed: int) -> Numbers:
    """Run cascades in a graph from a file; program: one of `PROGRAMS`."""
    graph, _ = map_graph(Path(path))
    seeds = choose_seeds(graph, "by_degree", SEEDS, 1, FIRST_CHOICE)
    before_mib = peak_mib()
    once = PROGRAMS[program](graph, seeds)
    once(1000 * seed)  # loads or compiles
    builds: list[float] = []
    runs: list[float] = []
    reached: list[int] = []
    began = time.perf_counter()
    while len(runs) < CASCADES_MAX and (not runs or time.perf_counter() - began < SECONDS):
        build_seconds, run_seconds, count = once(1000 * seed + 1 + len(runs))
        builds.append(build_seconds)
        runs.append(run_seconds)
        reached.append(count)
    return {
        "build_seconds": statistics.median(builds),
        "run_seconds": statistics.median(runs),
        "cascades": len(runs),
        "reached": statistics.mean(reached),
        "before_mib": before_mib,
        "peak_mib": peak_mib(),
    }


def _scenario(members: int, seeds: Sequence[int]) -> Scenario:
    """Independent Cascade by settings alone; all 30 days of it."""
    sets = {
        "mechanics.seeds.choose": "members",
        "mechanics.seeds.count": None,
        "mechanics.seeds.members": list(seeds),
        "behaviour.deciding.response.low_effort.points": [{"at": 0, "prob": PROB}],
    }
    return scaled(load_scenario(_FILE, sets=sets).scenario, members, loaded_graph=True)[0]


def _engine(graph: SocialGraph, seeds: Sequence[int], events: EventDetail) -> Cascade:
    scenario = _scenario(graph.n, seeds)

    def once(seed: int) -> tuple[float, float, int]:
        began = time.process_time()
        model = FastRun(scenario, graph, seed=seed, events=events)
        built = time.process_time()
        table = model.run()
        return built - began, time.process_time() - built, _adopters(table)

    return once


def _adopters(table: EventTable) -> int:
    """The seeds and all who came to have it."""
    reached = table.rows(Kind.SEED, Kind.ORDER_PAID)["actor"]
    return int(np.unique(reached).size)


def _cynetdiff(graph: SocialGraph, seeds: Sequence[int]) -> Cascade:
    from array import array

    from cynetdiff.models import IndependentCascadeModel

    def once(seed: int) -> tuple[float, float, int]:
        began = time.process_time()
        starts, edges = array("I"), array("I")
        starts.frombytes(graph.friend_start[:-1].astype(np.uint32).tobytes())
        edges.frombytes(graph.friend_target.astype(np.uint32).tobytes())
        model = IndependentCascadeModel(starts, edges, activation_prob=PROB, rng=seed)
        model.set_seeds(list(seeds))
        built = time.process_time()
        model.advance_until_completion()
        return built - began, time.process_time() - built, int(model.get_num_activated_nodes())

    return once


def _ndlib(graph: SocialGraph, seeds: Sequence[int]) -> Cascade:
    import networkx as nx
    from ndlib.models import ModelConfig
    from ndlib.models.epidemics import IndependentCascadesModel

    arcs = np.column_stack((row_numbers(graph.friend_start), graph.friend_target)).tolist()
    edges: Any = [(a, b) for a, b in arcs if a < b]

    def once(seed: int) -> tuple[float, float, int]:
        began = time.process_time()
        network: Any = nx.Graph()
        network.add_nodes_from(range(graph.n))
        network.add_edges_from(edges)
        model = IndependentCascadesModel(network, seed=seed)
        config = ModelConfig.Configuration()
        config.add_edge_set_configuration("threshold", dict.fromkeys(edges, PROB))
        config.add_model_initial_configuration("Infected", list(seeds))
        model.set_initial_status(config)
        built = time.process_time()
        model.iteration(node_status=False)  # the first only tells the initial state
        while model.iteration(node_status=False)["node_count"][1]:  # those who have not told yet
            pass
        reached = sum(status != 0 for status in model.status.values())
        return built - began, time.process_time() - built, reached

    return once


def _mesa(graph: SocialGraph, seeds: Sequence[int]) -> Cascade:
    from benchmarks.mesa_toys import CascadeModel

    def once(seed: int) -> tuple[float, float, int]:
        began = time.process_time()
        model = CascadeModel(graph, PROB, seeds, seed)
        built = time.process_time()
        reached = model.run()
        return built - began, time.process_time() - built, reached

    return once


PROGRAMS: dict[str, Callable[[SocialGraph, Sequence[int]], Cascade]] = {
    "Shapan, outcomes": lambda graph, seeds: _engine(graph, seeds, "outcomes"),
    "Shapan, full": lambda graph, seeds: _engine(graph, seeds, "full"),
    "CyNetDiff": _cynetdiff,
    "NDlib": _ndlib,
    "plain Mesa": _mesa,
}
"""Name -> from graph and seeds to something that runs a cascade."""
