"""Generated graphs: the facts they answer to, and that the same seed gives the same graph anywhere."""

import os
import subprocess
import sys

import numpy as np
import pytest

from sim.errors import InputError
from sim.network.csr import row_numbers
from sim.network.generate import generate
from sim.network.measure import measure_friends


def test_a_graph_at_median_degree_100_meets_f13():
    measures = measure_friends(generate(7, 20_000, median_degree=100))
    assert measures.component_share > 0.99
    assert 90 <= measures.degree_median <= 110
    assert 0.10 <= measures.clustering_at_median <= 0.25
    assert 0.10 <= measures.assortativity <= 0.35
    assert 0.75 <= measures.paradox_share <= 0.90


@pytest.mark.parametrize("median", [10, 20, 30])
def test_an_everyday_graph_hangs_together_and_clusters(median: int):
    measures = measure_friends(generate(3, 5_000, median_degree=median))
    assert measures.component_share > 0.99
    assert abs(measures.degree_median / median - 1) <= 0.1
    assert 1.5 <= measures.degree_mean / measures.degree_median <= 2.2
    assert 0.08 <= measures.clustering_mean <= 0.25


def test_rows_are_symmetric_ascending_and_without_loops():
    graph = generate(5, 800)
    row, target = row_numbers(graph.friend_start), graph.friend_target
    assert np.all(row != target)
    codes = row * graph.n + target
    assert np.all(np.diff(codes) > 0)
    back = np.argsort(target.astype(np.int64) * graph.n + row)
    assert np.array_equal(codes, (target.astype(np.int64) * graph.n + row)[back])
    assert np.array_equal(graph.friend_tie, graph.friend_tie[back])
    assert graph.friend_tie.min() > 0
    assert graph.friend_tie.max() <= 1


def test_ties_inside_communities_are_the_strong_ones():
    graph = generate(5, 3_000)
    same = graph.community[row_numbers(graph.friend_start)] == graph.community[graph.friend_target]
    assert same.mean() > 0.3
    assert graph.friend_tie[same].mean() > graph.friend_tie[~same].mean() + 0.2
    assert np.median(graph.friend_tie) == pytest.approx(0.5, abs=0.02)


def test_the_graph_of_a_seed_is_pinned():
    """A change here changes every result on a generated community."""
    graph = generate(11, 300, follow_mean=2.0)
    assert graph.friend_target.size == 7388
    assert graph.sha256 == "8e75599706aa27ffaa45c76a8dad836a3b932b5f7510964ab17e62d21d3b310c"


def test_another_process_with_another_hash_seed_gives_the_same_graph():
    code = "from sim.network.generate import generate; print(generate(9, 400, follow_mean=3.0).sha256)"
    environment = os.environ | {"PYTHONHASHSEED": "123"}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == generate(9, 400, follow_mean=3.0).sha256
    assert generate(10, 400, follow_mean=3.0).sha256 != generate(9, 400, follow_mean=3.0).sha256


def test_following_prefers_those_with_many_friends_and_leaves_friends_alone():
    graph, without = generate(4, 3_000, follow_mean=5.0), generate(4, 3_000)
    assert np.array_equal(graph.friend_target, without.friend_target)
    assert without.follow_target.size == 0
    assert 4.0 < graph.follow_target.size / graph.n <= 5.1
    many = np.argsort(graph.degree)[-300:]
    assert np.diff(graph.follow_start)[many].sum() > 0.5 * graph.follow_target.size
    assert np.all(graph.follow_target != row_numbers(graph.follow_start))


@pytest.mark.parametrize("members", [2, 3, 10, 50])
def test_a_small_graph_is_a_graph(members: int):
    graph = generate(1, members)
    assert graph.n == members
    assert graph.degree.max() <= members - 1
    assert graph.friend_target.size > 0


def test_arguments_out_of_range_are_refused():
    with pytest.raises(InputError, match="members must be 2 to"):
        generate(1, 1)
    with pytest.raises(InputError, match=r"inside_share must be 0 to 1, got 1\.5"):
        generate(1, 100, inside_share=1.5)
    with pytest.raises(InputError, match="seed must be"):
        generate(-1, 100)
    with pytest.raises(InputError, match="median_degree"):
        generate(1, 100, median_degree=float("nan"))
