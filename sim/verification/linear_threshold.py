"""Linear Threshold against NDlib, exactly: the thresholds Phi(-z) of the members of a run are handed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.network.graph import SocialGraph
from sim.people import lasting_taste
from sim.seeding import FIRST_CHOICE, choose_seeds
from sim.settings.problems import Text
from sim.streams import normal_cdf
from sim.verification.finding import Finding
from sim.verification.graphs import SMALL, Ground
from sim.verification.references import NDLIB, Tick
from sim.verification.textbook import PRODUCT_ADDRESS, adopters, from_members, played, textbook

MODEL = Text("Linear Threshold", "线性阈值")

SMALL_GRAPHS = 200
SMALL_STARTS = 8  # assumption: as are the two below; most runs then end between the start and everybody
START_SHARE = 0.02  # of the members of a large graph
HOMOPHILY = (0.0, 0.5)  # small graphs in turn; tastes shared in communities are thresholds like others


def small_graphs(graphs: int, tick: Tick) -> Iterator[Finding]:
    """Final sets on small graphs of all kinds."""
    against = Text("NDlib, small graphs", "NDlib，小型网络")
    if NDLIB.missing() is not None:
        yield Finding(MODEL, against, missing=NDLIB.missing())
        return
    kinds = list(SMALL.values())
    different = spread = 0
    for number in range(graphs):
        graph = kinds[number % len(kinds)](number)
        seeds = choose_seeds(graph, "random", SMALL_STARTS, number, FIRST_CHOICE)
        ours, theirs = final_sets(graph, seeds, number, HOMOPHILY[number // len(kinds) % len(HOMOPHILY)])
        different += ours != theirs
        spread += len(seeds) < len(theirs) < graph.n
        tick((number + 1) / graphs)
    yield _finding(against, graphs, different, spread)


def large_graph(ground: Ground, tick: Tick) -> Iterator[Finding]:
    """The final set on one of the graphs of cascades."""
    members = "" if ground.graph is None else f" ({ground.graph.n:,})"
    against = Text(f"NDlib, {ground.name.en}{members}", f"NDlib，{ground.name.zh}{members}")
    if ground.graph is None or NDLIB.missing() is not None:
        missing = NDLIB.missing() or Text("the data file is not there (--data)", "缺少数据文件（--data）")
        yield Finding(MODEL, against, missing=missing)
        return
    graph = ground.graph
    seeds = choose_seeds(graph, "random", round(START_SHARE * graph.n), 1, FIRST_CHOICE)
    ours, theirs = final_sets(graph, seeds, 1, 0.0)
    tick(1.0)
    yield _finding(against, 1, int(ours != theirs), int(len(seeds) < len(theirs) < graph.n))


def final_sets(
    graph: SocialGraph, seeds: Sequence[int], seed: int, homophily: float
) -> tuple[set[int], set[int]]:
    """Ours and NDlib's."""
    settings = from_members(seeds) | {"behaviour.deciding.homophily": homophily}
    ours = adopters(played(textbook("linear-threshold", graph, settings), graph, seed))
    thresholds = [
        normal_cdf(-lasting_taste(seed, homophily, community, member, PRODUCT_ADDRESS))
        for member, community in enumerate(graph.community.tolist())
    ]
    return ours, NDLIB.threshold_set(graph, thresholds, seeds)


def _finding(against: Text, graphs: int, different: int, spread: int) -> Finding:
    return Finding(
        MODEL,
        against,
        Text(
            f"final sets equal, thresholds handed over (graphs: {graphs})",
            f"交付阈值后，{graphs} 个图上最终集合相同",
        ),
        Text(
            f"{different} differ ({spread} spread, not to all)",
            f"{different} 个不同（{spread} 个扩散而未及全体）",
        ),
        differences=different,
    )
