"""Sizes of cascades against the total progeny of a branching process (Otter 1949; Dwass 1969)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import gammaln
from scipy.stats import binom

from sim.metrics.cascades import forest, trees
from sim.network.csr import Floats, Ints
from sim.network.graph import SocialGraph
from sim.settings.problems import Text
from sim.verification.finding import Finding
from sim.verification.graphs import binary_trees, random_graph
from sim.verification.references import Tick
from sim.verification.statistics import classes
from sim.verification.textbook import Settings, from_members, played, response, textbook

MODEL = Text("branching process", "分支过程")

OFFSPRING = 0.8  # assumption: below 1, so that cascades end, and near enough for long ones
OTHER_OFFSPRING = 0.88
"""The mean offspring that is to be told apart: larger by a tenth."""

TREES, DEPTH = 100, 9  # a cascade smaller than DEPTH + 1 never meets the end of its tree
RANDOM_MEMBERS, MEAN_DEGREE = 100_000, 4.0  # so many that cascades hardly ever meet
RANDOM_STARTS = 100
RUNS = 40
"""With 100 cascades each they have the power to see a tenth more offspring."""


def check(share: float, tick: Tick) -> Iterator[Finding]:
    """Binomial offspring on trees, exactly, and Poisson on a large random graph; share: of the runs."""
    runs = max(1, round(RUNS * share))
    graph, roots = binary_trees(TREES, DEPTH)
    sizes = cascade_sizes(
        graph, OFFSPRING / 2.0, from_members(roots.tolist()), runs, lambda done: tick(0.5 * done)
    )
    yield compared(
        Text("binomial offspring, binary trees", "二项后代，二叉树"),
        sizes,
        binomial_progeny(2, OFFSPRING, DEPTH),
        binomial_progeny(2, OTHER_OFFSPRING, DEPTH),
    )
    graph = random_graph(RANDOM_MEMBERS, MEAN_DEGREE, 1)
    settings: Settings = {"mechanics.seeds.choose": "random", "mechanics.seeds.count": RANDOM_STARTS}
    sizes = cascade_sizes(graph, OFFSPRING / MEAN_DEGREE, settings, runs, lambda done: tick(0.5 + 0.5 * done))
    yield compared(
        Text("Poisson offspring (Borel), random graph", "泊松后代（Borel 分布），随机图"),
        sizes,
        borel(OFFSPRING, 60),
        borel(OTHER_OFFSPRING, 60),
    )


def cascade_sizes(graph: SocialGraph, prob: float, starts: Settings, runs: int, tick: Tick) -> Ints:
    """The size of each cascade of so many runs, as the metrics have it, int64."""
    scenario = textbook("independent-cascade", graph, starts | response("constant", (0, prob)))
    sizes = []
    for seed in range(runs):
        sizes.append(trees(forest(played(scenario, graph, seed))).size)
        tick((seed + 1) / runs)
    return np.concatenate(sizes)


def binomial_progeny(children: int, mean: float, largest: int) -> Floats:
    """Chances of 1, 2, ... `largest` in all and of more, if each has Binomial(children, mean / children)."""
    n = np.arange(1, largest + 1)
    return _with_rest(binom.pmf(n - 1, children * n, mean / children) / n)


def borel(mean: float, largest: int) -> Floats:
    """Chances of 1, 2, ... `largest` in all and of more, if each has Poisson(mean) (Borel 1942)."""
    n = np.arange(1, largest + 1)
    return _with_rest(np.exp(-mean * n + (n - 1) * np.log(mean * n) - gammaln(n + 1)))


def _with_rest(probs: Floats) -> Floats:
    return np.append(probs, 1.0 - probs.sum())


def compared(against: Text, sizes: Ints, probs: Floats, other: Floats) -> Finding:
    """Sizes against their chances, by Pearson's chi-square."""
    counts = np.bincount(np.minimum(sizes, len(probs)), minlength=len(probs) + 1)[1:]
    statistic, degrees, p, power = classes(counts, probs, other)
    return Finding(
        MODEL,
        against,
        Text(
            f"chi-square, {len(sizes):,} cascades in {degrees + 1} classes of size",
            f"卡方检验，{len(sizes):,} 个级联，{degrees + 1} 个规模组",
        ),
        Text(
            f"X² = {statistic:.1f}, df {degrees}; mean {sizes.mean():.2f}",
            f"X² = {statistic:.1f}，自由度 {degrees}；均值 {sizes.mean():.2f}",
        ),
        p=p,
        power=power,
        detects=Text("offspring more by a tenth", "后代多一成"),
    )
