"""Facts on a large catalogue and on deals that tip: counts by hand, the catalogue, and that arms build."""

import math

import numpy as np
import pytest
from event_rows import row, table

from sim.events import Channel, Kind
from sim.facts import f02_group_success, f03_group_size, f26_tipping, f35_concentration
from sim.facts.contexts import behavioural, changed_paths, layers_of, scenario_of
from sim.facts.shared import catalogue
from sim.facts.shared.group_shop import by_item, resolved, share_in_items, share_of_largest, shop
from sim.metrics.view import TableView

FACTS = [module.FACT for module in (f02_group_success, f03_group_size, f26_tipping, f35_concentration)]
ARMS = [pytest.param(arm, id=f"{fact.id}-{name}") for fact in FACTS for name, arm in fact.arms.items()]


@pytest.mark.parametrize("arm", ARMS)
def test_arms_build_without_touching_behaviour(arm):
    assert scenario_of("by-hand", arm, {}).mechanics
    assert not [path for lays in layers_of(arm) for path in changed_paths(lays) if behavioural(path)]


def test_an_item_goes_well_or_badly_strictly_beyond_the_limits():
    won, lost = np.array([9.0, 10.0, 1.0, 1.0, 0.0]), np.array([1.0, 0.0, 4.0, 9.0, 0.0])
    assert share_in_items(won, lost, 0.90, 2.0) == pytest.approx(10 / 35)
    assert share_in_items(won, lost, -1.0, 0.20) == pytest.approx(10 / 35)
    assert math.isnan(share_in_items(won * 0, lost * 0, -1.0, 2.0))


def test_what_the_largest_have():
    amounts = np.array([1.0, 5.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert share_of_largest(amounts, 0.2) == pytest.approx(0.7)
    assert share_of_largest(amounts, 0.01) == pytest.approx(0.5)


def test_resolved_groups_are_counted_by_item():
    view = TableView(
        table(
            row(1, Kind.GROUP_SUCCEEDED, 1, group=0, product=1),
            row(2, Kind.GROUP_SUCCEEDED, 1, group=1, product=1),
            row(3, Kind.GROUP_FAILED, 2, group=2, product=0),
        )
    )
    counts = resolved(view)
    assert counts == {"won-1": 2, "lost-0": 1}
    assert by_item(counts, "won", 3).tolist() == [0, 2, 0]


def test_success_is_over_all_groups_of_all_seeds():
    samples = [
        {f"{way}-{size}": row_ for way in ("list", "chats") for size in (2, 3, 5)}
        for row_ in ({"won-0": 3.0, "lost-1": 1.0}, {"won-1": 4.0})
    ]
    by_name = {one.name: one for one in f02_group_success.FACT.conclude(samples)}
    assert by_name["list: succeeded ÷ resolved, groups of 2"].value == pytest.approx(7 / 8)
    assert by_name["list: groups in items above 90 % ÷ groups"].value == pytest.approx(3 / 8)
    assert by_name["list: groups in items below 20 % ÷ groups"].value == 0


def test_late_joiners_make_a_group_larger_than_two():
    def joined(group: int, people: int):
        return [row(9, Kind.GROUP_JOINED, one, group=group, value=one + 1) for one in range(people)]

    rows = [*joined(0, 2), *joined(1, 3), *joined(2, 1), *joined(3, 2)]
    rows += [row(10, Kind.GROUP_SUCCEEDED, 0, group=group) for group in (0, 1, 3)]
    assert f03_group_size.people(TableView(table(*rows))) == {"succeeded": 3, "two": 2, "most": 3}


def test_the_top_fifth_of_customers():
    rows = [row(1, Kind.ORDER_PAID, one, order=one, amount_fen=100) for one in range(9)]
    rows += [row(2, Kind.ORDER_PAID, 9, order=9, amount_fen=1100)]
    rows += [row(3, Kind.REFUNDED, 0, order=0, amount_fen=100)]
    assert f35_concentration.customers(TableView(table(*rows))) == {
        "customers": 9,
        "sales_fen": 1900,
        "top_fen": 1200,
    }


def test_looks_orders_and_messages_before_and_after_tipping():
    browse = int(Channel.BROWSE)
    rows = [
        row(1, Kind.READ, 1, channel=browse),
        row(1, Kind.ORDER_PLACED, 1, order=0),
        row(2, Kind.ORDER_PAID, 1, order=0, amount_fen=10),
        row(2, Kind.GROUP_JOINED, 1, group=0, value=1),
        row(2, Kind.SEND, 1, value=3),
        row(3, Kind.READ, 2, channel=browse),  # looks, and refuses
        row(4, Kind.READ, 3, channel=int(Channel.PRIVATE)),  # was told
        row(4, Kind.ORDER_PLACED, 3, order=1),
        row(5, Kind.ORDER_PAID, 3, order=1, amount_fen=10),
        row(5, Kind.GROUP_JOINED, 3, group=0, value=2),  # and tips it
        row(6, Kind.READ, 2, channel=browse),  # looks again
        row(6, Kind.ORDER_PLACED, 2, order=2),
        row(7, Kind.READ, 4, channel=browse),
        row(7, Kind.ORDER_PLACED, 4, order=3),
        row(8, Kind.READ, 5, channel=browse, product=1),  # another deal, which never tips
    ]
    assert f26_tipping.around_tipping(TableView(table(*rows)), 2) == {
        "looks-before": 3,
        "looks-after": 1,
        "ordered-before": 1,
        "ordered-after": 1,
        "paid-before": 2,
        "paid-after": 0,
        "told-before": 1,
        "told-after": 0,
    }


def test_the_catalogue_is_large_unequal_and_always_the_same():
    items = catalogue.products()
    assert len(items) >= 200
    assert items == catalogue.products()
    popularity = [one["popularity"] for one in items]
    assert popularity == sorted(popularity, reverse=True)
    assert np.std(np.log(popularity)) == pytest.approx(catalogue.POPULARITY_SIGMA, rel=0.02)
    assert np.std([one["utility"] for one in items]) == pytest.approx(catalogue.APPEAL_SIGMA, rel=0.1)
    assert np.std(np.log([one["list_price_fen"] for one in items])) == pytest.approx(
        catalogue.PRICE_SIGMA, rel=0.1
    )
    plain = {one["id"]: one["price_fen"] for one in catalogue.group_prices()}
    giveaways = {one["id"]: one["price_fen"] for one in catalogue.newcomer_prices()}
    assert len(giveaways) == len(items) // catalogue.NEWCOMER_EVERY
    assert {*plain, *giveaways} == {one["id"] for one in items}
    for item in items:
        prices, share = (
            (giveaways, catalogue.NEWCOMER_PRICE_SHARE)
            if item["id"] in giveaways
            else (plain, catalogue.GROUP_PRICE_SHARE)
        )
        assert prices[item["id"]] == pytest.approx(item["list_price_fen"] * share, abs=1)


def test_only_giveaways_need_a_newcomer():
    plain, giveaways = shop(50, group_size=3)["mechanics"]
    assert "min_new_customers" not in plain
    assert giveaways["min_new_customers"] == 1
    assert {plain["group_size"], giveaways["group_size"]} == {3}
    assert len(plain["prices"]) == 45
    assert len(giveaways["prices"]) == 5
