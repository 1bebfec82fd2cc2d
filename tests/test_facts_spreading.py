"""Facts on spreading: networks laid out, counts and statistics, on tables and samples made by hand."""

import networkx as nx
import numpy as np
import pytest
from event_rows import row, table

from sim.events import Channel, EventTable, Kind
from sim.facts import (
    f07_viral_features,
    f08_seeding,
    f09_complex_contagion,
    f17_friends_likes,
    f22_referral_reward,
)
from sim.facts.contexts import behavioural, changed_paths, layers_of, scenario_of
from sim.facts.fact import Fact, Row, Trial
from sim.facts.shared.graphs import copies, lattice, rewired, stars
from sim.facts.shared.ties import ties_between
from sim.network.check import check_graph
from sim.network.csr import pair_codes
from sim.network.graph import SocialGraph
from sim.network.networkx_graph import to_networkx
from sim.units import DAY

FACTS = (
    f07_viral_features.FACT,
    f08_seeding.FACT,
    f09_complex_contagion.FACT,
    f17_friends_likes.FACT,
    f22_referral_reward.FACT,
)


def _friends(*pairs: tuple[int, int], ties: tuple[float, ...] | None = None) -> SocialGraph:
    """Ten members with these friendships, given in ascending order."""
    ends = np.array(pairs)
    strength = np.full(len(pairs), 0.5) if ties is None else np.array(ties)
    codes = pair_codes(ends[:, 0], ends[:, 1])
    return SocialGraph.of_friends(10, codes, np.zeros(10, dtype=np.int32), ties=strength)


def _counted(fact: Fact, arm: str, graph: SocialGraph, events: EventTable) -> Row:
    return fact.count(arm, Trial(1, scenario_of("test", fact.arms[arm], {}), graph, events))


def _shape(graph: SocialGraph) -> tuple[set[int], float, bool]:
    drawn = nx.Graph(to_networkx(graph))
    return set(graph.degree.tolist()), nx.average_clustering(drawn), nx.is_connected(drawn)


def test_lattices_are_clustered_and_their_rewired_likes_are_not() -> None:
    hexagonal = copies([lattice(128, (1, 11, 12))], 128)
    moore = copies([lattice(144, (1, 11, 12, 13))], 144)
    random = copies([rewired(128, 6, 5)], 128)
    assert _shape(hexagonal) == ({6}, pytest.approx(0.4), True)
    assert _shape(moore) == ({8}, pytest.approx(3 / 7), True)
    degrees, clustering, connected = _shape(random)
    assert degrees == {6}
    assert connected
    assert clustering < 0.1
    assert rewired(128, 6, 5).tolist() == rewired(128, 6, 5).tolist()
    assert rewired(128, 6, 5).tolist() != rewired(128, 6, 6).tolist()


def test_copies_stand_side_by_side_and_share_no_taste() -> None:
    graph = copies([lattice(10, (1,)), lattice(10, (2,)), stars(2, 4)], 10)
    check_graph(graph, "copies")
    assert graph.friends(0).tolist() == [1, 9]
    assert graph.friends(10).tolist() == [12, 18]
    assert graph.friends(20).tolist() == [22, 23, 24, 25]
    assert graph.friends(29).tolist() == [21]
    assert graph.communities == 30
    assert set(graph.friend_tie.tolist()) == {0.5}


def test_ties_are_looked_up_both_ways_and_strangers_have_none() -> None:
    graph = _friends((0, 1), (0, 2), (3, 9), ties=(0.1, 0.2, 0.9))
    found = ties_between(graph, np.array([0, 2, 9, 1, 9]), np.array([1, 0, 3, 2, 9]))
    assert found.tolist() == [0.1, 0.2, 0.9, 0.0, 0.0]
    strangers = SocialGraph.of_friends(3, np.zeros(0, dtype=np.int64), np.zeros(3, dtype=np.int32))
    assert ties_between(strangers, np.array([0]), np.array([1])).tolist() == [0.0]


def test_contagion_is_counted_among_friends_of_first_users() -> None:
    private, moments = {"source": 0, "channel": Channel.PRIVATE}, {"source": 0, "channel": Channel.MOMENTS}
    events = table(
        row(0, Kind.SEED, 0),
        row(0, Kind.SEED, 1),
        row(1, Kind.READ, 1, **moments),
        row(2, Kind.READ, 2, **moments),
        row(2, Kind.ORDER_PLACED, 2, order=0, **moments),
        row(3, Kind.ORDER_PAID, 2, order=0, **moments),
        row(4, Kind.READ, 3, **private),
        row(5, Kind.READ, 4, channel=Channel.BROWSE),
        row(5, Kind.ORDER_PLACED, 4, order=1, channel=Channel.BROWSE),
        row(6, Kind.ORDER_PAID, 4, order=1, channel=Channel.BROWSE),
    )
    friendships = _friends((0, 1), (0, 2), (0, 3), (4, 5))
    assert _counted(f07_viral_features.FACT, "notices", friendships, events) == {
        "friends": 2, "adopters": 1,
        "private_reads": 1, "private_adoptions": 0, "moments_reads": 2, "moments_adoptions": 1,
    }  # fmt: skip


def test_both_lifts_are_parts_of_the_control() -> None:
    rest = {"friends": 1000.0, "private_reads": 100.0, "private_adoptions": 6.0,
            "moments_reads": 200.0, "moments_adoptions": 4.0}  # fmt: skip
    sample = {
        arm: rest | {"adopters": adopters}
        for arm, adopters in (("control", 10.0), ("notices", 34.6), ("invitations", 44.4))
    }
    notices, invitations, message, level = f07_viral_features.FACT.conclude([sample, sample])
    assert [notices.value, invitations.value, message.value] == pytest.approx([2.46, 0.98, 3.0])
    assert level.value == pytest.approx(0.01)


def test_seeds_are_not_reached_and_only_their_word_is_judged() -> None:
    by_seed, by_other = (
        {"source": 0, "channel": Channel.PRIVATE},
        {"source": 2, "channel": Channel.PRIVATE},
    )
    events = table(
        row(0, Kind.SEED, 0),
        row(0, Kind.SEED, 1),
        row(1, Kind.READ, 1, **by_seed),
        row(2, Kind.READ, 2, **by_seed),
        row(2, Kind.ORDER_PLACED, 2, order=0, **by_seed),
        row(3, Kind.ORDER_PAID, 2, order=0, **by_seed),
        row(4, Kind.READ, 3, **by_seed),
        row(5, Kind.READ, 3, **by_other),
        row(6, Kind.READ, 4, **by_other),
    )
    assert _counted(f08_seeding.FACT, "hubs", _friends((0, 1), (0, 2), (0, 3), (2, 4)), events) == {
        "seeds": 2, "friends": 4, "reached": 3, "reads": 2, "adoptions": 1,
    }  # fmt: skip


def test_hubs_are_set_against_the_other_seeds() -> None:
    sample = {
        arm: {"seeds": 9.0, "friends": 9.0, "reached": reached, "reads": 100.0, "adoptions": adoptions}
        for arm, reached, adoptions in (
            ("hubs", 30.0, 22.0), ("random", 20.0, 20.0), ("fringe", 5.0, 9.0), ("bridges", 15.0, 9.0)
        )
    }  # fmt: skip
    found = [one.value for one in f08_seeding.FACT.conclude([sample, sample])]
    assert found == pytest.approx([1.5, 6, 2, 1.1, 0.22, 0.2, 0.09, 0.09])


def test_adopters_are_counted_once_and_without_the_seeds() -> None:
    events = table(
        row(0, Kind.SEED, 0),
        row(9, Kind.ORDER_PAID, 1, order=0),
        row(2 * DAY, Kind.ORDER_PAID, 1, order=1),
        row(2 * DAY, Kind.ORDER_PAID, 2, order=2),
    )
    counts = _counted(f09_complex_contagion.FACT, "random-high", _friends((0, 1)), events)
    assert counts == {"adopters": 2, "early": 1, "members": 9}


def test_gaps_are_between_networks_at_the_same_effort() -> None:
    sample = {
        arm: {"adopters": adopters, "early": adopters / 2, "members": 100.0}
        for arm, adopters in (
            ("clustered-high", 54.0), ("random-high", 38.0), ("clustered-low", 30.0), ("random-low", 45.0)
        )
    }  # fmt: skip
    high, low, early, *levels = f09_complex_contagion.FACT.conclude([sample, sample])
    assert [high.value, low.value, early.value] == pytest.approx([0.16, -0.15, 0.08])
    assert [one.value for one in levels] == pytest.approx([0.54, 0.38, 0.30, 0.45])


def test_clicks_are_those_at_the_last_friends_notice() -> None:
    # two people; the others are their friends
    events = table(
        *(row(when, Kind.READ, 0, source=2, channel=Channel.MOMENTS) for when in (1, 2)),
        row(2, Kind.CONSIDER, 0, source=2, channel=Channel.MOMENTS),
        row(3, Kind.READ, 1, source=5, channel=Channel.MOMENTS),
        row(3, Kind.CONSIDER, 1, source=5, channel=Channel.MOMENTS),
        row(4, Kind.READ, 1, source=6, channel=Channel.MOMENTS),
        row(5, Kind.READ, 7, source=6, channel=Channel.MOMENTS),
        row(6, Kind.READ, 1, channel=Channel.PUSH),
    )
    likes, graph = f17_friends_likes.FACT, _friends((0, 2), (1, 5), (1, 6))
    assert _counted(likes, "2", graph, events) == {"reads": 2, "clicks": 1}
    assert _counted(likes, "1", graph, events) == {"reads": 2, "clicks": 1}
    assert _counted(likes, "0", graph, table(*[row(6, Kind.READ, 1, channel=Channel.PUSH)])) == {
        "reads": 1, "clicks": 0,
    }  # fmt: skip


def test_further_likes_are_set_against_the_first() -> None:
    sample = {str(k): {"reads": 100.0, "clicks": clicks} for k, clicks in enumerate((2.0, 6.0, 6.5, 7.0))}
    first, further, *rates = f17_friends_likes.FACT.conclude([sample, sample])
    assert [first.value, further.value] == pytest.approx([0.04, 0.25])
    assert [one.value for one in rates] == pytest.approx([0.02, 0.06, 0.065, 0.07])


def test_only_customers_recommend_and_their_ties_are_summed() -> None:
    private = {"channel": Channel.PRIVATE}
    events = table(
        row(0, Kind.SEED, 0),
        row(0, Kind.SEED, 1),
        row(1, Kind.SEND, 0, value=2, **private),
        row(2, Kind.SEND, 2, value=1, **private),
        row(3, Kind.READ, 2, source=0, **private),
        row(4, Kind.READ, 3, source=0, **private),
        row(5, Kind.READ, 4, source=2, **private),
        row(6, Kind.READ, 3, channel=Channel.BROWSE),
    )
    graph = _friends((0, 2), (0, 3), (2, 4), ties=(0.25, 0.5, 0.9))
    assert _counted(f22_referral_reward.FACT, "small", graph, events) == {
        "customers": 2, "recommenders": 1, "told": 2, "tie": 0.75,
    }  # fmt: skip


def test_a_jump_is_told_from_a_slope() -> None:
    sample = {
        arm: {"customers": 100.0, "recommenders": number, "told": 10.0, "tie": tie}
        for arm, number, tie in (
            ("none", 10.0, 6.0), ("small", 16.0, 5.0), ("large", 18.0, 5.0), ("receiver", 11.0, 7.0)
        )
    }  # fmt: skip
    found = [one.value for one in f22_referral_reward.FACT.conclude([sample, sample])]
    assert found == pytest.approx([1.6, 0.04, -0.1, 0.1, 1.1, 0.1])


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_arms_are_scenarios_without_coefficients_of_behaviour(fact: Fact) -> None:
    for arm in fact.arms.values():
        scenario_of("test", arm, {})
        assert not [path for lays in layers_of(arm) for path in changed_paths(lays) if behavioural(path)]
    for mechanism in fact.mechanisms:
        scenario_of("test", arm, mechanism.off)
