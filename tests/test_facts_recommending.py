"""Facts on what a friend's word does: their counts and statistics, on tables and samples made by hand."""

import numpy as np
import pytest
from event_rows import row, table
from pydantic import BaseModel

from sim.events import Channel, Kind
from sim.facts import (
    f01_friends_convert,
    f04_recommendations,
    f05_repeated_exposure,
    f15_adopting_friend,
    f27_deep_discount,
)
from sim.facts.contexts import behavioural, changed_paths, layers_of, scenario_of
from sim.facts.fact import Fact, Row, Trial
from sim.facts.shared.exposures import exposures, occurrence
from sim.metrics.view import TableView
from sim.network.csr import pair_codes
from sim.network.graph import SocialGraph
from sim.scenario.load import load_scenario
from sim.scenario.shipped import shipped_file

FACTS = (
    f01_friends_convert.FACT,
    f04_recommendations.FACT,
    f05_repeated_exposure.FACT,
    f15_adopting_friend.FACT,
    f27_deep_discount.FACT,
)

TOLD = {"source": 4, "channel": Channel.PRIVATE}

ROWS = [
    row(0, Kind.SEND, 4, channel=Channel.PRIVATE, value=3),
    row(0, Kind.SEND, 4, channel=Channel.MOMENTS, value=9),
    row(1, Kind.READ, 1, channel=Channel.BROWSE),
    row(2, Kind.READ, 2, **TOLD),
    row(2, Kind.CONSIDER, 2, **TOLD),
    row(2, Kind.ORDER_PLACED, 2, order=0, **TOLD),
    row(3, Kind.READ, 3, **TOLD),
    row(3, Kind.ORDER_PLACED, 3, order=1, **TOLD),  # never paid
    row(4, Kind.ORDER_PAID, 2, order=0, **TOLD),
    row(5, Kind.READ, 1, product=-1),  # not about an item
    row(6, Kind.READ, 1, **TOLD),
    row(6, Kind.ORDER_PLACED, 1, order=2, **TOLD),
    row(7, Kind.ORDER_PAID, 1, order=2, **TOLD),
    row(8, Kind.READ, 2, product=1, channel=Channel.BROWSE),
    row(8, Kind.ORDER_PLACED, 2, product=1, order=3, channel=Channel.BROWSE),
    row(9, Kind.ORDER_PAID, 2, product=1, order=3, channel=Channel.BROWSE),
    row(9, Kind.REFUNDED, 2, product=1, order=3, channel=Channel.BROWSE),
]


def _counted(fact: Fact) -> Row:
    arm = next(iter(fact.arms))
    scenario = scenario_of("test", fact.arms[arm], {"population.members": 40})
    graph = SocialGraph.of_friends(10, np.zeros(0, dtype=np.int64), np.zeros(10, dtype=np.int32))
    return fact.count(arm, Trial(1, scenario, graph, table(*ROWS)))


def test_an_exposure_knows_what_was_bought_at_it_and_which_of_the_pair_it_is() -> None:
    seen = exposures(TableView(table(*ROWS)))
    assert seen.actor.tolist() == [1, 2, 3, 1, 2]
    assert seen.nth.tolist() == [1, 1, 1, 2, 1]
    assert seen.bought.tolist() == [False, True, False, True, False]


def test_occurrences_are_counted_key_by_key() -> None:
    assert occurrence(np.array([7, 3, 7, 7, 3, 5])).tolist() == [1, 1, 2, 3, 2, 1]
    assert occurrence(np.zeros(0, dtype=np.int64)).tolist() == []


def test_only_first_readings_count_for_what_friends_convert() -> None:
    counts = _counted(f01_friends_convert.FACT)
    assert counts["private_reads"] == 2
    assert counts["private_purchases"] == 1
    assert counts["browse_reads"] == 2
    assert counts["browse_purchases"] == 0


def test_the_ratio_is_of_rates_over_all_runs() -> None:
    samples = [
        {"shop": {"private_reads": 100, "private_purchases": 9, "moments_reads": 100, "moments_purchases": 1,
                  "browse_reads": 1000, "browse_purchases": browsed}}
        for browsed in (6, 14)
    ]  # fmt: skip
    both, private, moments, browse = f01_friends_convert.FACT.conclude(samples)
    assert [both.value, private.value, moments.value] == pytest.approx([5, 9, 1])
    assert browse.value == pytest.approx(0.01)
    assert both.n == 400


def test_purchases_are_set_against_the_private_messages_delivered() -> None:
    assert _counted(f04_recommendations.FACT) == {"messages": 3, "reads": 3, "purchases": 2}
    sample = {"shop": {"messages": 400, "reads": 300, "purchases": 6}}
    delivered, read = f04_recommendations.FACT.conclude([sample, sample])
    assert (delivered.value, read.value) == pytest.approx((0.015, 0.02))


def test_recommendations_are_measured_on_the_scenario_that_ships() -> None:
    sets = {"population.members": 500, "run.seed": 1}
    shipped = load_scenario(shipped_file("base/referral-messages.yaml"), sets=sets).scenario
    measured = scenario_of("test", f04_recommendations.FACT.arms["shop"], sets)
    assert _settings(shipped) == _settings(measured)


def _settings(part: BaseModel) -> object:
    """What a scenario sets: all but what its parts are called."""
    return _unnamed(part.model_dump(exclude={"id", "about"}))


def _unnamed(data: object) -> object:
    if isinstance(data, dict):
        return {key: _unnamed(value) for key, value in data.items() if key != "name"}
    return [_unnamed(item) for item in data] if isinstance(data, (list, tuple)) else data


def test_readers_are_assigned_one_to_thirty_friends_in_equal_numbers() -> None:
    arm = f05_repeated_exposure.FACT.arms["many senders"]
    scenario = scenario_of("test", arm, {"population.members": 30 + 90})
    graph = f05_repeated_exposure.assigned(scenario, 1)
    assert np.bincount(graph.degree[30:]).tolist() == [0] + [3] * 30
    assert all(
        graph.friends(reader).tolist() == list(range(graph.degree[reader])) for reader in (30, 61, 119)
    )


def test_who_bought_is_no_longer_at_risk() -> None:
    reader = np.array([0, 1, 0, 1, 0, 1], dtype=np.int32)
    bought = np.array([False, False, True, False, False, True])
    counts = f05_repeated_exposure.life_table(np.array([1, 1, 2, 2, 3, 3]), bought, reader)
    assert [counts[f"risk {k}"] for k in (1, 2, 3, 4)] == [2, 2, 1, 0]
    assert [counts[f"bought {k}"] for k in (1, 2, 3, 4)] == [0, 1, 1, 0]


def test_the_last_ten_senders_add_little_where_the_hazard_falls() -> None:
    many = {f"risk {k}": 1000.0 for k in range(1, 31)}
    many |= {f"bought {k}": 100.0 if k <= 10 else 10.0 if k <= 20 else 1.0 for k in range(1, 31)}
    one = many | {f"bought {k}": 50.0 for k in range(2, 31)}
    estimates = f05_repeated_exposure.FACT.conclude([{"many senders": many, "one sender": one}])
    left = [0.9**10, 0.9**10 * 0.99**10, 0.9**10 * 0.99**10 * 0.999**10]
    added = [1 - left[0], left[0] - left[1], left[1] - left[2]]
    assert estimates[0].value == pytest.approx(added[2] / added[0])
    curve = 1 - np.cumprod([0.9] * 10 + [0.99] * 10 + [0.999] * 10)
    first, last = (np.polyfit(np.arange(10), curve[part], 1)[0] for part in (slice(10), slice(20, 30)))
    assert estimates[1].value == pytest.approx(last / first)
    assert estimates[2].value == pytest.approx(added[1] / added[0])
    assert estimates[3].value == pytest.approx(added[2] / added[1])
    assert estimates[4].value == pytest.approx(0.5)
    assert estimates[5].value == pytest.approx((1 - 0.9 * 0.95**9) / (1 - 0.9**10))


def test_friends_of_exactly_one_gifted_member_are_watched() -> None:
    # 0 and 1 are gifted and friends; 2 knows 0, 3 knows both, 4 knows neither
    codes = np.sort(pair_codes(np.array([0, 0, 0, 1, 3]), np.array([1, 2, 3, 3, 4])))
    graph = SocialGraph.of_friends(5, codes, np.zeros(5, dtype=np.int32))
    assert f15_adopting_friend.friends_of_one(graph, (0, 1)).tolist() == [2]
    assert f15_adopting_friend.friends_of_one(graph, (4,)).tolist() == [3]


def test_odds_are_compared_with_those_without_gifts() -> None:
    control = {"few friends": 110.0, "few buyers": 10.0, "many friends": 120.0, "many buyers": 20.0}
    gift = control | {"few buyers": 20.0}
    both, falling, few, many, level = f15_adopting_friend.FACT.conclude([{"gift": gift, "control": control}])
    assert few.value == pytest.approx((20 / 90) / (10 / 100))
    assert many.value == pytest.approx(1)
    assert falling.value == pytest.approx(few.value)
    assert both.value == pytest.approx((40 / 190) / (30 / 200))
    assert level.value == pytest.approx(30 / 230)


def test_the_change_of_sales_is_for_one_point_of_discount() -> None:
    sample = {
        "unknown-55": {"orders": 200.0}, "unknown-65": {"orders": 180.0},
        "known-55": {"orders": 200.0}, "known-65": {"orders": 300.0},
    }  # fmt: skip
    unknown, known = f27_deep_discount.FACT.conclude([sample])
    assert (unknown.value, known.value) == pytest.approx((-0.01, 0.05))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_arms_are_scenarios_without_coefficients_of_behaviour(fact: Fact) -> None:
    for arm in fact.arms.values():
        scenario_of("test", arm, {})
        assert not [path for lays in layers_of(arm) for path in changed_paths(lays) if behavioural(path)]
    for mechanism in fact.mechanisms:
        scenario_of("test", arm, mechanism.off)
