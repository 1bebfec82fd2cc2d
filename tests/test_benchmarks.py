"""The benchmarks measure what they say: the graph, the count of events, what is printed."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.bench import number, spread, table
from benchmarks.campaigns import digest, events_in, staple
from benchmarks.cascades import LINKS, PROGRAMS, attachment_graph
from benchmarks.comparing import comparison
from benchmarks.tables import KINDS, read_table
from sim.calibration.calibration import shipped_calibrations
from sim.network.csr import row_numbers
from sim.network.graph_file import map_graph
from sim.play import play
from sim.run import prepare


def test_the_attachment_graph_has_its_edges_once_and_hubs(tmp_path: Path) -> None:
    path = tmp_path / "a.shapan-graph"
    members = 400
    attachment_graph(members, str(path), 1)
    graph, _ = map_graph(path)
    assert graph.links == LINKS * (members - LINKS)
    old = row_numbers(graph.friend_start) > graph.friend_target
    to_older = np.bincount(row_numbers(graph.friend_start)[old], minlength=members)
    assert (to_older[LINKS + 1 :] == LINKS).all()
    assert np.sort(graph.degree)[-1] > 8 * LINKS  # an even choice would give about half of that


def test_events_are_counted_alike_in_both_tables_and_digests_tell_them_apart() -> None:
    prepared = prepare(staple(300, 3))
    full = play(prepared.scenario, prepared.graph).table
    outcomes = play(prepared.scenario, prepared.graph, events="outcomes").table
    assert events_in(full) == len(full) == events_in(outcomes) != len(outcomes)
    assert digest(full) == digest(play(prepared.scenario, prepared.graph).table) != digest(outcomes)


def test_a_cascade_reaches_its_seeds_and_more(tmp_path: Path) -> None:
    path = tmp_path / "a.shapan-graph"
    attachment_graph(400, str(path), 1)
    graph, _ = map_graph(path)
    seeds = [0, 1, 2]
    for name in ("Shapan, full", "Shapan, outcomes", "plain Mesa", "NDlib"):
        once = PROGRAMS[name](graph, seeds)
        sizes = [once(seed)[2] for seed in range(20)]
        assert len(seeds) < np.mean(sizes) < 100, name  # about 20 to 30


def test_a_comparison_is_measured_with_its_first_eta() -> None:
    found = comparison(300, 2, 1)
    assert found["runs"] == 2 * 2 * len(shipped_calibrations())
    assert 0 < found["first_eta_seconds"] < found["seconds"]
    assert found["peak_mib"] > 50


def test_numbers_are_shown_with_three_digits_and_their_range() -> None:
    assert [number(one) for one in (0, 0.000118, 0.5, 5.0, 25.34, 1234567.0)] == [
        "0", "0.000118", "0.500", "5.00", "25.3", "1,234,567",
    ]  # fmt: skip
    assert spread([2.0]) == "2.00"
    assert spread([3.0, 1.0, 2.0]) == "2.00 (1.00–3.00)"
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_every_kind_are_read_as_what_they_are(kind: str) -> None:
    found = read_table(1_000, kind)
    assert found["members"] == pytest.approx({"members and inviters": 1_000}.get(kind, 200), rel=0.02)
    assert found["links"] > 900
