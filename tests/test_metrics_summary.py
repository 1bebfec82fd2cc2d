import inspect
import json

import numpy as np
from event_rows import row, table

from sim.events import COLUMNS, EventTable, Kind
from sim.metrics import activity, funnel, groups, money, orders, spread
from sim.metrics.registry import BREAKDOWNS, METRICS
from sim.metrics.summary import TOP_LEVEL, summarise

CAMPAIGN = table(
    row(0, Kind.READ, 1),
    row(1, Kind.ORDER_PAID, 1, order=0, amount_fen=1000, value=1),
    row(1, Kind.STOCK, value=-1),
    row(2, Kind.ORDER_PAID, 2, order=1, amount_fen=1000, value=1),
    row(2, Kind.PUSH_COST, value=9, amount_fen=50),
    row(3, Kind.RECEIVED, 1, order=0, amount_fen=1000, runoff=1),
    row(3, Kind.RECEIVED, 2, order=1, amount_fen=1000, runoff=1),
    row(4, Kind.REFUNDED_AFTER, 2, order=1, amount_fen=1000, runoff=1),
)
TWIN = table(
    row(1, Kind.ORDER_PAID, 1, order=0, amount_fen=400),
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
        "buyers": 1,
        "orders": 1,
        "net_fen": 600,
        "margin_fen": 550,
        "marketing_fen": 50,
        "pulled_forward_buyers": 1,
        "pulled_forward_share": 0.5,
        "lost_buyers": 0,
        "roi": 11,
        "cost_per_buyer_fen": 50,
    }
    assert summarise(TWIN, CAMPAIGN)["incremental"]["lost_buyers"] == 1
    assert summarise(TWIN, CAMPAIGN)["incremental"]["cost_per_buyer_fen"] is None
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
    listed = {metric.function for metric in (*METRICS, *BREAKDOWNS)}
    for module in (activity, funnel, groups, money, orders, spread):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                assert function in listed, name
    for metric in (*METRICS, *BREAKDOWNS):
        assert metric.function.__doc__
        assert metric.zh
        assert metric.en
        assert bool(metric.per_zh) == bool(metric.per_en)
        if metric.unit == "share":
            assert metric.per_en, metric.name
        assert (metric.unit == "fen") == metric.name.endswith("_fen")


def test_the_order_of_the_columns_does_not_matter():
    shuffled = EventTable(CAMPAIGN.header, {name: np.array(CAMPAIGN[name]) for name in reversed(COLUMNS)})
    assert summarise(shuffled, None) == summarise(CAMPAIGN, None)
