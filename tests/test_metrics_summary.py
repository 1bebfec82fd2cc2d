import inspect
import json

import numpy as np
import pytest
from event_rows import row, table

from sim.conform.cases import drawn_case
from sim.events import COLUMNS, Channel, EventTable, Kind
from sim.metrics import activity, added, commission, customers, funnel, groups, money, orders, spread, stock
from sim.metrics.measure import measure
from sim.metrics.registry import BREAKDOWNS, INCREMENTS, METRICS
from sim.metrics.sources import SOURCES
from sim.metrics.summary import TOP_LEVEL, summarise
from sim.metrics.view import TableView
from sim.play import play

CAMPAIGN = table(
    row(0, Kind.READ, 1),
    row(1, Kind.ORDER_ITEMS, 1, order=0, value=1),
    row(1, Kind.ORDER_PAID, 1, order=0, amount_fen=1000, value=1),
    row(1, Kind.STOCK, value=-1),
    row(2, Kind.ORDER_PAID, 2, order=1, amount_fen=1000, value=1),
    row(2, Kind.PUSH_COST, value=9, amount_fen=50),
    row(3, Kind.RECEIVED, 1, order=0, amount_fen=1000, runoff=1),
    row(3, Kind.RECEIVED, 2, order=1, amount_fen=1000, runoff=1),
    row(4, Kind.REFUNDED_AFTER, 2, order=1, amount_fen=1000, runoff=1),
)
TWIN = table(
    row(2, Kind.ORDER_ITEMS, 1, order=0, amount_fen=400),  # at no discount
    row(2, Kind.ORDER_PAID, 1, order=0, amount_fen=400),
    row(3, Kind.RECEIVED, 1, order=0, amount_fen=400, runoff=1),
)


def test_top_level_is_after_the_run_off():
    summary = summarise(CAMPAIGN, None)
    assert summary["members"] == 10
    assert summary["buyers"] == 2
    assert summary["gross_fen"] == 2000
    assert summary["net_fen"] == 1000
    assert summary["stock_min"] == 4
    assert summary["books_residual_fen"] == 0
    assert summary["horizon"]["refunds_fen"] == 0
    assert summary["runoff"]["refunds_fen"] == 1000
    assert [name for name in summary if name in TOP_LEVEL] == list(TOP_LEVEL)


def test_what_the_campaign_added():
    assert summarise(CAMPAIGN, TWIN)["incremental"] == {
        "reached": 0,
        "buyers": 1,
        "new_customers": 2,
        "orders": 1,
        "net_fen": 600,
        "margin_fen": 550,
        "margin_share": 550 / 950,
        "marketing_fen": 50,
        "promotion_fen": 2050,  # rice at 30.00 was sold, and kept, for 10.00
        "roi": 11,
        "roi_full": 550 / 2050,
        "cost_per_buyer_fen": 50,
        "cost_per_buyer_full_fen": 2050,
        "cost_per_new_customer_fen": 25,
        "cost_per_new_customer_full_fen": 1025,
        "buyers_in_both": 1,
        "buyers_in_both_share": 0.5,
        "pulled_forward_buyers": 1,  # on second 1, without the campaign on second 2
        "pulled_forward_share": 0.5,
        "lost_buyers": 0,
        "given_to_both_share": None,  # no commission, no coupon
    }
    other_way = summarise(TWIN, CAMPAIGN)["incremental"]
    assert other_way["lost_buyers"] == 1
    assert other_way["cost_per_buyer_fen"] is other_way["cost_per_new_customer_full_fen"] is None
    assert other_way["pulled_forward_buyers"] == 0
    assert other_way["buyers_in_both"] == 1


def test_who_buys_later_or_at_the_same_time_was_not_pulled_forward():
    rows = [(5, 1), (7, 2), (9, 3)]  # member 1 earlier, 2 in the same second, 3 later
    there = [(6, 1), (7, 2), (8, 3), (9, 4)]
    campaign, twin = (
        table(*(row(when, Kind.ORDER_PAID, who, order=who, amount_fen=100) for when, who in one))
        for one in (rows, there)
    )
    gained = summarise(campaign, twin)["incremental"]
    assert (gained["buyers_in_both"], gained["pulled_forward_buyers"], gained["lost_buyers"]) == (3, 1, 1)
    assert gained["pulled_forward_share"] == 1 / 3


def test_what_was_given_to_who_would_have_bought_anyway():
    """On orders kept: 30 + 10 to member 1, who buys in both, and 60 - 20 to member 2."""
    campaign = table(
        row(1, Kind.COUPON_USED, 1, order=0, amount_fen=30),
        row(1, Kind.ORDER_PAID, 1, order=0, amount_fen=100),
        row(1, Kind.COMMISSION_ACCRUED, 8, order=0, amount_fen=10, value=1),
        row(2, Kind.ORDER_PAID, 2, order=1, amount_fen=100),
        row(2, Kind.COMMISSION_ACCRUED, 8, order=1, amount_fen=60, value=1),
        row(2, Kind.COMMISSION_REVERSED, 8, order=1, amount_fen=20),
        row(3, Kind.COUPON_USED, 1, order=2, amount_fen=900),
        row(3, Kind.ORDER_PAID, 1, order=2, amount_fen=100),
        row(4, Kind.REFUNDED, 1, order=2, amount_fen=100),
    )
    twin = table(row(9, Kind.ORDER_PAID, 1, order=0, amount_fen=100))
    assert summarise(campaign, twin)["incremental"]["given_to_both_share"] == 40 / 80


def test_nothing_is_added_to_nothing():
    assert set(summarise(CAMPAIGN, None)["incremental"].values()) == {None}


def test_all_values_are_plain_numbers_and_none_for_an_empty_run():
    for run in (
        CAMPAIGN,
        table(),
        table(members=0, segments=(), segment_members=(), kols=(), distributors=()),
    ):
        summary = summarise(run, run)
        assert json.loads(json.dumps(summary, allow_nan=False)) == summary
        for section in ("horizon", "runoff", "incremental"):
            assert {type(value) for value in summary[section].values()} <= {int, float, type(None)}


def test_every_metric_is_in_the_registry_once_with_labels():
    names = [metric.name for metric in (*METRICS, *BREAKDOWNS)]
    assert len(set(names)) == len(names)
    listed = {metric.function for metric in (*METRICS, *BREAKDOWNS, *INCREMENTS)}
    for module in (activity, added, commission, customers, funnel, groups, money, orders, spread, stock):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                assert function in listed, name
    for metric in (*METRICS, *BREAKDOWNS, *INCREMENTS):
        assert metric.function.__doc__
        assert metric.zh
        assert metric.en
        assert bool(metric.per_zh) == bool(metric.per_en)
        if metric.unit == "share":
            assert metric.per_en, metric.name
        assert (metric.unit == "fen") == metric.name.endswith("_fen")


def test_every_measure_says_where_its_definition_comes_from():
    assert SOURCES.keys() == {one.full_name for one in (*METRICS, *BREAKDOWNS, *INCREMENTS)}
    assert all(len(source) > 5 for source in SOURCES.values())


def test_reach_that_the_campaign_added():
    def heard(*people):
        return table(*(row(1, Kind.READ, who, channel=Channel.CHAT) for who in people))

    browsed = table(row(1, Kind.READ, 9, channel=Channel.BROWSE))
    assert summarise(heard(1, 2, 3), heard(2))["incremental"]["reached"] == 2
    assert summarise(heard(1), browsed)["incremental"]["reached"] == 1
    assert summarise(browsed, heard(1, 2))["incremental"]["reached"] == -2


@pytest.mark.parametrize("events", ["full", "outcomes"])
@pytest.mark.parametrize("number", range(4))
def test_what_is_shared_with_the_whole_table_is_the_same_at_the_horizon(number, events):
    case = drawn_case(2027, number)
    made = play(case.scenario, case.graph, engine="fast", events=events).table
    whole = TableView(made)
    measure(whole)
    assert measure(whole.at_horizon) == measure(TableView(made.at_horizon()))


def test_messages_and_acts_of_the_run_off_are_not_of_the_horizon():
    """No engine writes them; a table of other code may."""
    made = table(
        row(1, Kind.READ, 1, channel=Channel.CHAT),
        row(1, Kind.ORDER_PAID, 1, order=0, amount_fen=5),
        row(2, Kind.SEND, 1, value=3, channel=Channel.CHAT, runoff=1),
        row(3, Kind.READ, 2, source=1, channel=Channel.CHAT, runoff=1),
        row(4, Kind.ORDER_PAID, 2, source=1, order=1, amount_fen=5, runoff=1),
    )
    whole = TableView(made)
    assert measure(whole)["cascade_size_max"] == 2
    assert measure(whole.at_horizon) == measure(TableView(made.at_horizon()))
    assert measure(whole.at_horizon)["reached"] == measure(whole.at_horizon)["cascade_size_max"] == 1


def test_the_order_of_the_columns_does_not_matter():
    shuffled = EventTable(CAMPAIGN.header, {name: np.array(CAMPAIGN[name]) for name in reversed(COLUMNS)})
    assert summarise(shuffled, None) == summarise(CAMPAIGN, None)
