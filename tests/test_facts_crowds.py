"""Facts on what crowds do: cascades, participation, networks, curves and chats, on what is made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from event_rows import row, table

from sim.events import Channel, Kind
from sim.facts import (
    f06_cascades,
    f12_participation,
    f13_friend_graph,
    f14_bass_curve,
    f19_tie_strength,
    f37_chat_lifetimes,
)
from sim.facts.contexts import behavioural, changed_paths, layers_of, scenario_of
from sim.facts.fact import Fact, Trial
from sim.facts.shared.reshares import message_forest, parents, shape
from sim.metrics.cascades import Trees, trees
from sim.network.csr import pair_codes
from sim.network.graph import SocialGraph
from sim.units import DAY

FACTS = (
    f06_cascades.FACT,
    f12_participation.FACT,
    f13_friend_graph.FACT,
    f14_bass_curve.FACT,
    f19_tie_strength.FACT,
    f37_chat_lifetimes.FACT,
)

# 0 posts twice; 1 passes on the second, 2 passes on 1's message; 3 reads 0's first and passes that on
PASSED_ON = [
    row(0, Kind.SEND, 0, cause=10, value=2),
    row(1, Kind.SEND, 0, cause=11, value=2),
    row(2, Kind.READ, 1, source=0, cause=11),
    row(2, Kind.CONSIDER, 1, source=0, cause=11),
    row(2, Kind.SEND, 1, source=0, cause=12, value=2),
    row(3, Kind.READ, 2, source=1, cause=12),
    row(3, Kind.SEND, 2, source=1, cause=13, value=1),
    row(4, Kind.READ, 3, source=0, cause=10),
    row(4, Kind.SEND, 3, source=0, cause=14, value=1),
    row(5, Kind.READ, 2, source=3, cause=14),
    row(6, Kind.SEND, -1, cause=15, channel=Channel.PUSH, value=9),
]

TWO_AT_MOST = SocialGraph.of_friends(
    10,
    np.sort(pair_codes(np.array([0, 0, 1, 2]), np.array([1, 3, 2, 3]))),
    np.zeros(10, dtype=np.int32),
    ties=np.array([0.9, 0.3, 0.6, 0.85]),
)


def _trial(fact: Fact, *rows: dict[str, int], graph: SocialGraph = TWO_AT_MOST) -> Trial:
    scenario = scenario_of("test", next(iter(fact.arms.values())), {})
    return Trial(1, scenario, graph, table(*rows))


def test_a_message_is_passed_on_from_the_one_just_read() -> None:
    assert parents(table(*PASSED_ON)).tolist() == [-1, -1, 1, 2, 0]


def test_a_message_that_names_a_source_without_a_reading_is_refused() -> None:
    with pytest.raises(ValueError, match="another reason"):
        parents(table(*PASSED_ON, row(7, Kind.SEND, 4, source=2, cause=16)))


def test_cascades_of_messages_have_their_sizes_depths_and_virality() -> None:
    measured = trees(message_forest(table(*PASSED_ON)))
    assert measured.size.tolist() == [2, 3]
    assert measured.depth.tolist() == [1, 2]
    assert measured.virality.tolist() == pytest.approx([1, 4 / 3])


def test_shapes_do_not_hang_on_the_order_of_the_nodes() -> None:
    depth, root, descendants = shape(np.array([-1, 3, -1, 0, 3]))
    assert depth.tolist() == [0, 2, 0, 1, 2]
    assert root.tolist() == [0, 0, 2, 0, 0]
    assert descendants.tolist() == [4, 1, 1, 3, 1]


def test_the_correlation_over_runs_is_that_of_all_their_big_cascades() -> None:
    rng = np.random.default_rng(5)
    size = rng.integers(50, 5000, 60)
    virality = 2 + 0.1 * np.log(size) + 0.1 * rng.standard_normal(60)
    measured = Trees(np.arange(60), size, np.where(size > 900, 2, 1), virality)
    halves = [
        Trees(np.arange(30), size[part], measured.depth[part], virality[part])
        for part in (slice(30), slice(30, None))
    ]
    samples = [{"posts": f06_cascades.sums(half)} for half in halves]
    big = size >= 100
    wanted = np.corrcoef(np.log(size[big]), virality[big])[0, 1]
    assert f06_cascades.correlation(samples) == pytest.approx(wanted)
    counts = f06_cascades.sums(measured)
    assert counts["cascades"] == 60
    assert counts["big"] == big.sum() < 60
    assert counts["one hop"] + counts["deeper"] == 60


def test_posts_of_full_chats_are_ranked_and_others_left_out() -> None:
    members = np.arange(510, dtype=np.int32)
    graph = replace(
        SocialGraph.of_friends(510, np.zeros(0, dtype=np.int64), np.zeros(510, dtype=np.int32)),
        chat_start=np.array([0, 500, 510]), chat_member=members, chat_kind=np.zeros(2, dtype=np.int8),
    )  # fmt: skip
    chat = {"channel": Channel.CHAT}
    actors = [*range(100), *[0] * 60, *[1] * 40, 505, -1]
    trial = _trial(f12_participation.FACT, *(row(1, Kind.SEND, who, **chat) for who in actors), graph=graph)
    assert [posts[:3].tolist() for posts in f12_participation.full_chats(trial)] == [[61, 41, 1]]
    counts = f12_participation.FACT.count("forum", trial)
    assert {name: counts[name] for name in ("chats", "posts", "top", "rest", "posters")} == {
        "chats": 1, "posts": 200, "top": 105, "rest": 50, "posters": 100,
    }  # fmt: skip


def test_strong_ties_are_the_closest_and_the_others_are_weak() -> None:
    counts = f19_tie_strength.FACT.count("feed", _trial(f19_tie_strength.FACT, *PASSED_ON))
    # read: 1 of 0 (0.9), 2 of 1 (0.6), 3 of 0 (0.3), 2 of 3 (0.85, not passed on)
    assert counts == {
        "strong reads": 2, "strong shares": 1, "closer reads": 3, "closer shares": 2, "reads": 4, "shares": 3,
    }  # fmt: skip
    advantage, weak, closer, far = f19_tie_strength.FACT.conclude([{"feed": counts}])
    assert (advantage.value, weak.value) == pytest.approx(((1 / 2) / (2 / 2), 2 / 3))
    assert (closer.value, far.value) == pytest.approx(((2 / 3) / (1 / 1), 1 / 3))


def test_a_curve_of_bass_is_found_again() -> None:
    days = np.arange(1, 121) / 4
    for wanted in ((800.0, 0.03, 0.5), (5000.0, 0.2, 4.0), (300.0, 0.1, 0.02)):
        adopters = f14_bass_curve.bass(days, *wanted)
        assert f14_bass_curve.fitted(days, adopters) == pytest.approx(wanted, rel=1e-3)


def test_adopters_are_counted_at_their_first_purchase() -> None:
    rows = [row(when_s, Kind.ORDER_PAID, who, order=order) for order, (when_s, who) in enumerate(
        [(3600, 0), (7200, 1), (6 * 3600, 2), (7 * 3600, 0), (10**6, 3)]
    )]  # fmt: skip
    counts = f14_bass_curve.FACT.count("launch", _trial(f14_bass_curve.FACT, *rows))
    assert counts["adopters"] == 4
    assert counts["reading 1 of 12"] == 3
    assert counts["reading 12 of 12"] == 3  # the last twentieth is no part of the life cycle
    assert 6 / 24 < counts["life_days"] < 10**6 / DAY


def test_what_is_fitted_does_not_hang_on_how_often_an_s_is_read() -> None:
    curve = {
        f"reading {place} of {readings}": f14_bass_curve.bass(np.array([place / readings]), 5000, 0.3, 6.0)[0]
        for readings in (6, 12, 24)
        for place in range(1, readings + 1)
    }
    sample = {"launch": curve | {"members": 9000.0, "adopters": 5000.0, "life_days": 12.0}}
    ratio, explained, half, twice, first, life, share = f14_bass_curve.FACT.conclude([sample])
    assert [ratio.value, half.value, twice.value] == pytest.approx([20, 20, 20], rel=1e-3)
    assert [explained.value, life.value, share.value] == pytest.approx([1, 12, 5 / 9])
    assert 0 < first.value < 0.1
    assert {ratio.verdict, explained.verdict} == {"holds"}


def test_a_curve_without_an_s_fails() -> None:
    curve = {
        f"reading {place} of {readings}": 1000.0 * (place / readings) ** 0.3
        for readings in (6, 12, 24)
        for place in range(1, readings + 1)
    }
    sample = {"launch": curve | {"members": 9000.0, "adopters": 1053.0, "life_days": 12.0}}
    assert f14_bass_curve.FACT.conclude([sample])[0].verdict == "fails"


def test_chats_die_early_in_between_or_live_to_the_end() -> None:
    posted_s = np.array([0, 0, 5, 10, 50, 70, 95, 96, 99])
    chat = np.array([0, 1, 0, 2, 1, 3, 2, 4, 3])
    # 0: 5 of 100; 1: 50; 2: 85 and alive; 3: 29 and alive; 4: one post, late; 5: none
    assert f37_chat_lifetimes.lifetimes(posted_s, chat, 6, 100).tolist() == [2, 0, 0, 0, 0, 1, 0, 0, 0, 2]


def test_the_middle_is_set_against_the_lesser_end() -> None:
    def counted(*tenths: int) -> dict[str, float]:
        row = {f"tenth {place}": float(number) for place, number in enumerate(tenths)}
        row |= {f"by chance {place}": 2.0 if place in (0, 9) else 1.0 for place in range(10)}
        return row | {
            "left in a week": 0.0,
            "turned away in a week": 30.0,
            "members": 100.0,
            "largest": 500.0,
        }

    ends, middle = counted(20, *[1] * 8, 10), counted(0, *[1] * 8, 0)
    sample = {"small": ends, "middling": middle, "large": middle, "full": middle}
    largest, ratio, beyond, lost, left, *_ = f37_chat_lifetimes.FACT.conclude([sample])
    assert ratio.value == pytest.approx(3 / 10)
    assert beyond.value == pytest.approx(3 / 10 / (1 / 2))
    assert (lost.value, lost.verdict) == (pytest.approx(0.3), "fails")
    assert (left.value, left.verdict) == (0.0, "reported")
    assert largest.verdict == "holds"


def test_lives_by_chance_are_those_of_posts_at_random_times() -> None:
    rng, chats = np.random.default_rng(1), 20_000
    for posts in (1, 2, 5, 40):
        when_s = np.sort(rng.integers(0, 10**6, (chats, posts)), axis=1).T.ravel()
        drawn = f37_chat_lifetimes.lifetimes(when_s, np.tile(np.arange(chats), posts), chats, 10**6)
        expected = f37_chat_lifetimes.by_chance(np.full(chats, posts))
        assert expected.sum() == pytest.approx(chats)
        # four standard deviations of a count
        assert np.abs(drawn - expected).max() <= 4 * np.sqrt(expected.max())


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_arms_are_scenarios_without_coefficients_of_behaviour(fact: Fact) -> None:
    for arm in fact.arms.values():
        scenario_of("test", arm, {})
        assert not [path for lays in layers_of(arm) for path in changed_paths(lays) if behavioural(path)]
    for mechanism in fact.mechanisms:
        scenario_of("test", next(iter(fact.arms.values())), mechanism.off)
