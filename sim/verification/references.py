"""Other programs for the textbook models, which textbook scenarios are held to."""

from __future__ import annotations

import importlib.util
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from sim.errors import RunError
from sim.network.csr import Floats
from sim.network.graph import SocialGraph
from sim.settings.problems import Text
from sim.verification.graphs import arcs

Tick = Callable[[float], None]
"""Called with the share that is done; may raise `Cancelled`."""


class Reference(ABC):
    """A program that runs Independent Cascades."""

    name: str
    runs: int
    """Cascades in a comparison of sizes."""

    def missing(self) -> Text | None:
        """Why it cannot be used; None if it can."""
        found = importlib.util.find_spec(self.name.lower()) is not None
        return None if found else Text(f"{self.name} is not installed", f"未安装 {self.name}")

    @abstractmethod
    def cascades(
        self, graph: SocialGraph, probs: Floats, seeds: Sequence[int], random_state: int
    ) -> Iterator[set[int]]:
        """The final sets of one cascade after the other, without end.

        probs: float64[2m], the chance that telling convinces, for each of the `arcs` of the graph.
        """

    def sizes(
        self, graph: SocialGraph, prob: float, seeds: Sequence[int], runs: int, tick: Tick
    ) -> list[int]:
        """How many so many cascades from the same seeds reach."""
        cascades = self.cascades(graph, np.full(graph.friend_target.size, prob), seeds, 1)
        sizes = []
        for run in range(runs):
            sizes.append(len(next(cascades)))
            tick((run + 1) / runs)
        return sizes


class NDlib(Reference):
    """NDlib (Rossetti et al. 2018). It seeds numpy's global generator, which we never draw from."""

    name, runs = "NDlib", 1000

    def cascades(
        self, graph: SocialGraph, probs: Floats, seeds: Sequence[int], random_state: int
    ) -> Iterator[set[int]]:
        """See `Reference`."""
        from ndlib.models import ModelConfig
        from ndlib.models.epidemics import IndependentCascadesModel

        model = IndependentCascadesModel(_both_ways(graph), seed=random_state)
        config = ModelConfig.Configuration()
        ends = map(tuple, arcs(graph).tolist())
        config.add_edge_set_configuration("threshold", dict(zip(ends, probs.tolist(), strict=True)))
        _prepare(model, config)
        if len(model.params["edges"]["threshold"]) != len(probs):  # it would silently take 1 / degree
            raise RunError("NDlib has not taken the chances of all ties", "NDlib 没有采用全部关系的概率")
        while True:
            yield _final_set(model, seeds)

    def threshold_set(
        self, graph: SocialGraph, thresholds: Sequence[float], seeds: Sequence[int]
    ) -> set[int]:
        """The final set of a Linear Threshold model with these thresholds of the members."""
        from ndlib.models import ModelConfig
        from ndlib.models.epidemics import ThresholdModel

        config = ModelConfig.Configuration()
        for member, threshold in enumerate(thresholds):
            config.add_node_configuration("threshold", member, threshold)
        model = ThresholdModel(_both_ways(graph), seed=0)
        _prepare(model, config)
        return _final_set(model, seeds)


def _both_ways(graph: SocialGraph) -> Any:
    """Both arcs of each friendship, as NDlib has one threshold for an undirected edge."""
    import networkx as nx

    both: Any = nx.DiGraph()
    both.add_nodes_from(range(graph.n))
    both.add_edges_from(arcs(graph).tolist())
    return both


def _prepare(model: Any, config: Any) -> None:
    config.add_model_initial_configuration("Infected", [])
    model.set_initial_status(config)


def _final_set(model: Any, seeds: Sequence[int]) -> set[int]:
    """Run until nobody is new."""
    model.reset(infected_nodes=list(seeds))
    model.iteration(node_status=False)  # the first only tells the initial state
    reached, before = len(seeds), 0
    while reached > before:
        before = reached
        untouched = model.iteration(node_status=False)["node_count"][0]
        reached = len(model.status) - untouched
    return {member for member, status in model.status.items() if status}


class CyNetDiff(Reference):
    """CyNetDiff (Robson, Reddy and Umrawal 2024), compiled."""

    name, runs = "CyNetDiff", 4000

    def cascades(
        self, graph: SocialGraph, probs: Floats, seeds: Sequence[int], random_state: int
    ) -> Iterator[set[int]]:
        """See `Reference`."""
        from cynetdiff.models import IndependentCascadeModel

        starts, ends, chances = array("I"), array("I"), array("f")
        starts.frombytes(graph.friend_start[:-1].astype(np.uint32).tobytes())
        ends.frombytes(graph.friend_target.astype(np.uint32).tobytes())
        chances.frombytes(probs.astype(np.float32).tobytes())
        model: Any = IndependentCascadeModel(starts, ends, activation_probs=chances, rng=random_state)
        model.set_seeds(list(seeds))
        while True:
            model.advance_until_completion()
            yield set(model.get_activated_nodes())
            model.reset_model()


NDLIB = NDlib()
REFERENCES: tuple[Reference, ...] = (NDLIB, CyNetDiff())
