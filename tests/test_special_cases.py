"""Textbook models by settings alone (MODEL section 7), against NDlib and against the analytic solution.

Independent Cascade is held to NDlib twice. Once exactly: whether u's telling convinces v is one addressed
draw, so the coins of a run can be handed to NDlib as edge thresholds 0 and 1, and the sets must be equal.
And once blindly: the distribution of sizes against NDlib's own luck, `OURS` against `THEIRS` replicates, by a
two-sample Kolmogorov-Smirnov test and the difference of means, each at level `ALPHA`. With a power of 0.9
this finds distributions that are 0.2 apart somewhere (more than sqrt((1/150 + 1/1000) ln(2/0.01) / 2) = 0.14
is rejected, plus 1.28 standard deviations of at most 0.5/sqrt(150)), and means 0.34 standard deviations
apart ((2.58 + 1.28) sqrt(1/150 + 1/1000)); a control shows that it does tell another p.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from ndlib.models import ModelConfig
from ndlib.models.epidemics import IndependentCascadesModel, ThresholdModel
from scipy.stats import ks_2samp

from sim.events import EventTable, Kind
from sim.network.csr import pair_codes, row_numbers, sorted_unique
from sim.network.cut import cut_ball
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.network.load import load_graph
from sim.people import lasting_taste
from sim.play import play
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.scaling import scaled
from sim.streams import TASTE_NOISE, address_of, normal, normal_cdf, normal_quantile
from sim.units import DAY

BASE = Path(__file__).resolve().parent.parent / "scenarios" / "base"
OURS, THEIRS, ALPHA = 150, 1000, 0.01

IDEA = address_of("idea")
"""The only product of the textbook scenarios."""


# the parts


@cache
def _facebook(folder: Path) -> SocialGraph:
    return load_graph(folder / "facebook_combined.txt.gz")


@pytest.fixture(scope="module")
def facebook(data_folder: Path) -> SocialGraph:
    return _facebook(data_folder)


def _of_edges(n: int, edges: Any) -> SocialGraph:
    pairs = np.array(list(edges), dtype=np.int64).reshape(-1, 2)
    return SocialGraph.of_friends(
        n, sorted_unique(pair_codes(pairs[:, 0], pairs[:, 1])), np.zeros(n, dtype=np.int32)
    )


GENERATED: dict[str, Callable[[int], SocialGraph]] = {
    "communities": lambda seed: generate(seed, 300, median_degree=12.0),
    "hubs": lambda seed: _of_edges(250, nx.barabasi_albert_graph(250, 3, seed=seed).edges),
    "small-world": lambda seed: _of_edges(250, nx.watts_strogatz_graph(250, 6, 0.1, seed=seed).edges),
    # some have no friend
    "random": lambda seed: _of_edges(250, nx.gnm_random_graph(250, 600, seed=seed).edges),
    "tree": lambda seed: _of_edges(200, nx.random_labeled_tree(200, seed=seed).edges),
}


def _scenario(name: str, graph: SocialGraph, seed: int, sets: dict[str, Any]) -> Scenario:
    scenario = load_scenario(BASE / f"{name}.yaml", sets={"run.seed": seed, **sets}).scenario
    return scaled(scenario, graph.n, loaded_graph=True)[0]


def _named(seeds: Sequence[int]) -> dict[str, Any]:
    return {
        "mechanics.seeds.choose": "members",
        "mechanics.seeds.count": None,
        "mechanics.seeds.members": [int(one) for one in seeds],
    }


def _response(argument: str, *points: tuple[float, float]) -> dict[str, Any]:
    return {
        "behaviour.deciding.response.argument": argument,
        "behaviour.deciding.response.low_effort.points": [{"at": at, "prob": prob} for at, prob in points],
    }


def _adopters(table: EventTable) -> set[int]:
    """Seeds and buyers, after making sure that the run came to rest: all that was sent has been read."""
    assert table.rows(Kind.SEND)["value"].sum() == len(table.rows(Kind.READ)["time_s"])
    return set(table.rows(Kind.SEED, Kind.ORDER_PAID)["actor"].tolist())


def _played(scenario: Scenario, graph: SocialGraph) -> set[int]:
    return _adopters(play(scenario, graph).table)


def _some(graph: SocialGraph, count: int, seed: int) -> list[int]:
    """Members to start from; what is asserted holds for any."""
    chosen: list[int] = np.random.default_rng(seed).choice(graph.n, count, replace=False).tolist()
    return chosen


def _arcs(graph: SocialGraph) -> list[tuple[int, int]]:
    return list(zip(row_numbers(graph.friend_start).tolist(), graph.friend_target.tolist(), strict=True))


def _both_ways(graph: SocialGraph) -> nx.DiGraph:
    """Both arcs of each friendship, as NDlib has one threshold for an undirected edge."""
    both = nx.DiGraph()
    both.add_nodes_from(range(graph.n))
    both.add_edges_from(_arcs(graph))
    return both


def _spread(model: Any, seeds: Sequence[int]) -> set[int]:
    """The final set of an NDlib model."""
    model.reset(infected_nodes=list(seeds))
    model.iteration()
    while True:
        before = dict(model.status)
        model.iteration()
        if model.status == before:
            return {member for member, status in before.items() if status}


def _ndlib_cascade(graph: SocialGraph, probs: Sequence[float], seed: int) -> Any:
    """An NDlib Independent Cascade with one probability an arc."""
    model = IndependentCascadesModel(_both_ways(graph), seed=seed)
    config = ModelConfig.Configuration()
    config.add_edge_set_configuration("threshold", dict(zip(_arcs(graph), probs, strict=True)))
    config.add_model_initial_configuration("Infected", [])
    model.set_initial_status(config)
    assert len(model.params["edges"]["threshold"]) == len(probs)  # else it silently takes 1/degree
    return model


@pytest.fixture(autouse=True)
def _global_luck() -> Any:
    """NDlib seeds numpy's global generator: leave it as it was."""
    state = np.random.get_state()
    yield
    np.random.set_state(state)


# Independent Cascade


def _coins(graph: SocialGraph, probs: Sequence[float], seed: int) -> list[float]:
    """1.0 for each arc over which telling convinces in the run of that seed, else 0.0."""
    return [
        float(normal_quantile(prob) + normal(seed, TASTE_NOISE, told, IDEA, teller) > 0.0)
        for (teller, told), prob in zip(_arcs(graph), probs, strict=True)
    ]


@pytest.mark.parametrize("kind", GENERATED)
@pytest.mark.parametrize("seed", range(4))
def test_cascade_on_the_same_coins_ends_in_ndlibs_set(kind: str, seed: int) -> None:
    graph = GENERATED[kind](seed)
    seeds, p = _some(graph, 5, seed), 1.2 / float(graph.degree.mean())
    theirs = _spread(_ndlib_cascade(graph, _coins(graph, [p] * len(_arcs(graph)), seed), seed), seeds)
    settings = _scenario("independent-cascade", graph, seed, _named(seeds) | _response("constant", (0, p)))
    assert _played(settings, graph) == theirs
    assert len(theirs) > len(seeds)


def test_cascade_on_the_same_coins_with_a_probability_for_each_tie(facebook: SocialGraph) -> None:
    ball = cut_ball(facebook, 300, 1)
    probs = (0.15 * ball.friend_tie).tolist()
    assert len(set(probs)) > 100
    sizes = set()
    for seed in range(3):
        seeds = _some(ball, 5, seed)
        theirs = _spread(_ndlib_cascade(ball, _coins(ball, probs, seed), seed), seeds)
        settings = _scenario(
            "independent-cascade", ball, seed, _named(seeds) | _response("tie", (0, 0), (1, 0.15))
        )
        assert _played(settings, ball) == theirs
        sizes.add(len(theirs))
    assert len(sizes) > 1


def _our_sizes(graph: SocialGraph, seeds: Sequence[int], response: dict[str, Any]) -> list[int]:
    scenario = _scenario("independent-cascade", graph, 0, _named(seeds) | response)
    runs = [scenario.run.model_copy(update={"seed": seed}) for seed in range(OURS)]
    return [len(_played(scenario.model_copy(update={"run": run}), graph)) for run in runs]


def _same_distribution(ours: Sequence[int], theirs: Sequence[int]) -> bool:
    """Kolmogorov-Smirnov, and the means within their Monte-Carlo error, each at `ALPHA`."""
    error = np.sqrt(np.var(ours, ddof=1) / len(ours) + np.var(theirs, ddof=1) / len(theirs))
    apart = abs(np.mean(ours) - np.mean(theirs)) / error
    return bool(ks_2samp(ours, theirs).pvalue > ALPHA and apart < -normal_quantile(ALPHA / 2))


def test_cascade_sizes_on_a_real_graph_are_distributed_as_ndlibs(facebook: SocialGraph) -> None:
    ball = cut_ball(facebook, 300, 1)
    seeds, p, arcs = _some(ball, 3, 5), 0.02, len(_arcs(ball))
    ours = _our_sizes(ball, seeds, _response("constant", (0, p)))

    def theirs(prob: float) -> list[int]:
        model = _ndlib_cascade(ball, [prob] * arcs, 1)
        return [len(_spread(model, seeds)) for _ in range(THEIRS)]

    assert _same_distribution(ours, theirs(p))
    assert not _same_distribution(ours, theirs(1.3 * p)), "the test has the power to tell"


# Linear Threshold


def _ndlib_threshold(graph: SocialGraph, seed: int, homophily: float = 0.0) -> Any:
    """NDlib's Linear Threshold with the thresholds Phi(-z) of the members of a run."""
    model = ThresholdModel(_both_ways(graph), seed=0)
    config = ModelConfig.Configuration()
    for member in range(graph.n):
        z = lasting_taste(seed, homophily, int(graph.community[member]), member, IDEA)
        config.add_node_configuration("threshold", member, normal_cdf(-z))
    config.add_model_initial_configuration("Infected", [])
    model.set_initial_status(config)
    return model


def _threshold_sets(
    graph: SocialGraph, seed: int, seeds: Sequence[int], homophily: float
) -> tuple[set[int], set[int]]:
    sets = _named(seeds) | {"behaviour.deciding.homophily": homophily}
    ours = _played(_scenario("linear-threshold", graph, seed, sets), graph)
    return ours, _spread(_ndlib_threshold(graph, seed, homophily), seeds)


@pytest.mark.parametrize("kind", GENERATED)
@pytest.mark.parametrize("seed", range(4))
def test_threshold_sets_are_ndlibs(kind: str, seed: int) -> None:
    graph = GENERATED[kind](seed)
    seeds = _some(graph, 8, seed)
    ours, theirs = _threshold_sets(graph, seed, seeds, homophily=0.0)
    assert ours == theirs
    assert len(seeds) < len(theirs) < graph.n


def test_threshold_sets_on_a_real_graph_are_ndlibs(facebook: SocialGraph) -> None:
    ours, theirs = _threshold_sets(facebook, 1, _some(facebook, 60, 1), homophily=0.0)
    assert ours == theirs
    assert 100 < len(theirs) < facebook.n


def test_threshold_sets_with_tastes_shared_in_communities_are_ndlibs() -> None:
    graph = generate(1, 400, median_degree=12.0)
    ours, theirs = _threshold_sets(graph, 1, _some(graph, 8, 1), homophily=0.5)
    assert ours == theirs
    assert theirs != _threshold_sets(graph, 1, _some(graph, 8, 1), homophily=0.0)[1]


# Bass


def _bass(p: float, q: float, members: int, horizon_days: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of adopters by day, and the standard deviation of it among so many members.

    The share is Bass's solution; the deviation that of the linear noise approximation (van Kampen 1981, ch.
    10) to the birth process with rate (p + q F) (1 - F): dv/dt = 2 (q - p - 2 q F) v + (p + q F)(1 - F) / n.
    """
    steps = 2000
    days = np.arange(horizon_days * steps + 1) / steps
    decay = np.exp(-(p + q) * days)
    share = (1.0 - decay) / (1.0 + q / p * decay)
    variance = np.zeros_like(share)
    for step in range(len(days) - 1):
        f, v = share[step], variance[step]
        variance[step + 1] = v + (2.0 * (q - p - 2.0 * q * f) * v + (p + q * f) * (1.0 - f) / members) / steps
    return share[::steps], np.sqrt(variance[::steps])


def test_bass_keeps_to_its_solution() -> None:
    members, replicates, days = 1000, 3, 25
    browse_per_day, p, q = 0.5, 0.03, 0.3
    nobody = _of_edges(members, [(0, 1)])
    sets: dict[str, Any] = {
        "population.segments.everyone.browse_per_day": browse_per_day,
        "run.horizon_days": days,
    } | _response("population_share", (0, p / browse_per_day), (1, (p + q) / browse_per_day))
    shares = []
    for seed in range(replicates):
        table = play(_scenario("bass", nobody, seed, sets), nobody).table
        buyers = table.rows(Kind.ORDER_PAID)
        assert len(set(buyers["actor"].tolist())) == len(buyers["actor"]), "nobody adopts twice"
        shares.append(np.searchsorted(buyers["time_s"], np.arange(days + 1) * DAY, side="right") / members)
    share = np.mean(shares, axis=0)
    expected, deviation = _bass(p, q, members, days)
    band = 3.5 * deviation / np.sqrt(replicates) + 1.0 / members
    assert (np.abs(share - expected) <= band).all()
    assert expected[-1] > 0.95
    for other in (_bass(1.3 * p, q, members, days), _bass(p, 1.3 * q, members, days)):
        assert not (np.abs(share - other[0]) <= band).all(), "the band has the power to tell"
