"""Independent Cascade against NDlib and CyNetDiff: on the same coins exactly, and on their own by sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.network.csr import Floats
from sim.network.graph import SocialGraph
from sim.seeding import FIRST_CHOICE, choose_seeds
from sim.settings.problems import Text
from sim.streams import TASTE_NOISE, normal, normal_quantile
from sim.verification.finding import Finding
from sim.verification.graphs import SMALL, Ground, arcs
from sim.verification.references import REFERENCES, Reference, Tick
from sim.verification.statistics import two_samples, two_samples_power
from sim.verification.textbook import (
    PRODUCT_ADDRESS,
    adopters,
    from_members,
    played,
    response,
    textbook,
)

MODEL = Text("Independent Cascade", "独立级联")

STARTS = 10  # assumption: members a cascade starts from
OUR_RUNS = 1000
"""With as many of NDlib enough to see means `MEAN_SD` apart with a chance of 0.9 at the strictest level."""

MEAN_SD = 0.25
"""The difference of mean sizes that is to be detected, in standard deviations of sizes."""

EXACT_GRAPHS = 50


def same_coins(graphs: int, tick: Tick) -> Iterator[Finding]:
    """Whether v is convinced by u is one addressed draw: handed over, it must give the same final set."""
    references = [one for one in REFERENCES if one.missing() is None]
    different = dict.fromkeys((one.name for one in references), 0)
    kinds = list(SMALL.values())
    for number in range(graphs):
        graph = kinds[number % len(kinds)](number)
        prob = 1.2 / float(graph.degree.mean())  # assumption: convinces a little more than one friend
        seeds = choose_seeds(graph, "random", 5, number, FIRST_CHOICE)
        ours = _our_set(graph, prob, seeds, number)
        thrown = coins(graph, prob, number)
        for one in references:
            different[one.name] += next(one.cascades(graph, thrown, seeds, 1)) != ours
        tick((number + 1) / graphs)
    for reference in REFERENCES:
        yield _exact(reference, graphs, different.get(reference.name))


def _exact(reference: Reference, graphs: int, different: int | None) -> Finding:
    against = Text(f"{reference.name}, same coins", f"{reference.name}，相同的随机数")
    if different is None:
        return Finding(MODEL, against, missing=reference.missing())
    return Finding(
        MODEL,
        against,
        Text(f"final sets equal on {graphs} graphs", f"{graphs} 个图上最终集合相同"),
        Text(f"{different} differ", f"{different} 个不同"),
        differences=different,
    )


def coins(graph: SocialGraph, prob: float, seed: int) -> Floats:
    """1.0 for each of the `arcs` over which telling convinces in the run of that seed, else 0.0."""
    at_least = -normal_quantile(prob)
    thrown = [
        normal(seed, TASTE_NOISE, told, PRODUCT_ADDRESS, teller) for teller, told in arcs(graph).tolist()
    ]
    return (np.array(thrown) > at_least).astype(float)


def _our_set(graph: SocialGraph, prob: float, seeds: Sequence[int], seed: int) -> set[int]:
    settings = from_members(seeds) | response("constant", (0, prob))
    return adopters(played(textbook("independent-cascade", graph, settings), graph, seed))


def our_sizes(graph: SocialGraph, prob: float, starts: Sequence[int], runs: int, tick: Tick) -> list[int]:
    """How many so many of our cascades from the same members reach."""
    settings = from_members(starts) | response("constant", (0, prob))
    scenario = textbook("independent-cascade", graph, settings)
    sizes = []
    for seed in range(runs):
        sizes.append(len(adopters(played(scenario, graph, seed))))
        tick((seed + 1) / runs)
    return sizes


def sizes_on(ground: Ground, share: float, tick: Tick) -> Iterator[Finding]:
    """Sizes of cascades on one graph against each program; share: of the runs of a full verification."""
    if ground.graph is None:
        missing = Text("the data file is not there (--data)", "缺少数据文件（--data）")
        for reference in REFERENCES:
            yield Finding(MODEL, _name(reference, ground), missing=missing)
        return
    graph = ground.graph
    starts = choose_seeds(graph, "random", STARTS, 1, FIRST_CHOICE)
    runs = round(OUR_RUNS * share)
    ours = our_sizes(graph, ground.prob, starts, runs, lambda done: tick(0.4 * done))
    for place, reference in enumerate(REFERENCES):
        if reference.missing() is not None:
            yield Finding(MODEL, _name(reference, ground), missing=reference.missing())
            continue
        begun = 0.4 + 0.3 * place
        theirs = reference.sizes(
            graph,
            ground.prob,
            starts,
            round(reference.runs * share),
            lambda done, begun=begun: tick(begun + 0.3 * done),  # type: ignore[misc]
        )
        yield compared(_name(reference, ground), ours, theirs)


def _name(reference: Reference, ground: Ground) -> Text:
    members = "" if ground.graph is None else f" ({ground.graph.n:,})"
    return Text(
        f"{reference.name}, {ground.name.en}{members}", f"{reference.name}，{ground.name.zh}{members}"
    )


def compared(against: Text, ours: Sequence[int], theirs: Sequence[int]) -> Finding:
    """Two samples of sizes, by Cramér and von Mises's test."""
    statistic, p = two_samples(ours, theirs)
    means = f"{np.mean(ours):.1f}, {np.mean(theirs):.1f}"
    return Finding(
        MODEL,
        against,
        Text(
            f"Cramér–von Mises, {len(ours)} and {len(theirs)} sizes",
            f"Cramér–von Mises 检验，规模 {len(ours)} 与 {len(theirs)} 个",
        ),
        Text(f"T = {statistic:.3f}; means {means}", f"T = {statistic:.3f}；均值 {means}"),
        p=p,
        power=two_samples_power(theirs, len(ours), len(theirs), MEAN_SD),
        detects=Text(f"a mean larger by {MEAN_SD} SD", f"均值大 {MEAN_SD} 个标准差"),
    )
