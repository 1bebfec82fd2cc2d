"""The graphs that textbook models are compared on: real ones, generated ones, stars and trees."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from sim.network.csr import Ints, codes_of, pair_codes, row_numbers, sorted_unique
from sim.network.cut import cut_ball
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.network.load import load_graph
from sim.settings.problems import Text

FACEBOOK, BEIBEI = "facebook_combined.txt.gz", "beibei_test.txt.gz"
"""McAuley and Leskovec 2012 (SNAP ego-Facebook); successful group purchases of BeiBei (Zhang et al. 2021)."""

BEIBEI_MEMBERS = 10_000  # assumption: large enough for cascades of every size


@dataclass(frozen=True)
class Ground:
    """A graph to compare cascades on.

    Attributes:
        name: what it is called.
        prob: chance that telling convinces. assumption: cascades neither end at once nor reach everybody.
        graph: None if its file is not there.
    """

    name: Text
    prob: float
    graph: SocialGraph | None


def data_folder(chosen: Path | None = None) -> Path | None:
    """Where the real data are: as told, else `SHAPAN_DATA`, else beside the checkout; None if nowhere."""
    named = chosen or os.environ.get("SHAPAN_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "data"
    return folder if folder.is_dir() else None


def grounds(folder: Path | None) -> tuple[Ground, ...]:
    """Two real graphs and a generated one.

    Raises:
        InputError: a file is there and cannot be read.
    """
    return (
        Ground(Text("Facebook", "Facebook"), 0.02, _real(folder, FACEBOOK, load_graph)),
        Ground(Text("BeiBei", "贝贝"), 0.4, _real(folder, BEIBEI, _co_purchases)),
        Ground(Text("generated", "生成网络"), 0.02, generate(1, 5000, median_degree=12.0)),
    )


def _real(folder: Path | None, name: str, load: Callable[[Path], SocialGraph]) -> SocialGraph | None:
    return load(folder / name) if folder is not None and (folder / name).is_file() else None


@cache
def _co_purchases(path: Path) -> SocialGraph:
    """A ball of those who bought together, as friends: nobody tells anybody over co-purchases."""
    ball = cut_ball(load_graph(path, format="groups"), BEIBEI_MEMBERS, 1)
    return SocialGraph.of_friends(
        ball.n, codes_of(ball.co_purchase_start, ball.co_purchase_target), ball.community
    )


def of_pairs(n: int, pairs: Ints) -> SocialGraph:
    """A graph of friends in one community; pairs: int64[m, 2]."""
    codes = sorted_unique(pair_codes(pairs[:, 0], pairs[:, 1]))
    return SocialGraph.of_friends(n, codes, np.zeros(n, dtype=np.int32))


def of_edges(n: int, edges: Iterable[Any]) -> SocialGraph:
    """As `of_pairs`, from the edges of a networkx graph."""
    return of_pairs(n, np.array(list(edges), dtype=np.int64).reshape(-1, 2))


SMALL: dict[str, Callable[[int], SocialGraph]] = {
    "communities": lambda seed: generate(seed, 300, median_degree=12.0),
    "hubs": lambda seed: of_edges(250, nx.barabasi_albert_graph(250, 3, seed=seed).edges),
    "small world": lambda seed: of_edges(250, nx.watts_strogatz_graph(250, 6, 0.1, seed=seed).edges),
    # some have no friend
    "random": lambda seed: of_edges(250, nx.gnm_random_graph(250, 600, seed=seed).edges),
    "tree": lambda seed: of_edges(200, nx.random_labeled_tree(200, seed=seed).edges),
}
"""Small graphs of different kinds, for exact comparisons: name -> from a seed to a graph."""


def star(leaves: int) -> SocialGraph:
    """Member 0 is the friend of all others, who have no other friend."""
    ends = np.arange(1, leaves + 1)
    return of_pairs(leaves + 1, np.column_stack((np.zeros_like(ends), ends)))


def binary_trees(trees: int, depth: int) -> tuple[SocialGraph, Ints]:
    """So many complete binary trees of `depth` generations below the root, and their roots, int64[trees]."""
    size = 2 ** (depth + 1) - 1
    roots = np.arange(trees, dtype=np.int64) * size
    child = np.arange(1, size, dtype=np.int64)
    parents, children = (roots[:, None] + (child - 1) // 2, roots[:, None] + child)
    return of_pairs(trees * size, np.column_stack((parents.ravel(), children.ravel()))), roots


def random_graph(n: int, mean_degree: float, seed: int) -> SocialGraph:
    """Erdős and Rényi's graph with that many edges: near any member it is a tree."""
    return of_edges(n, nx.gnm_random_graph(n, round(n * mean_degree / 2), seed=seed).edges)


def arcs(graph: SocialGraph) -> Ints:
    """Both directions of each friendship in the order of the rows, int64[2m, 2]."""
    return np.column_stack((row_numbers(graph.friend_start), graph.friend_target)).astype(np.int64)
