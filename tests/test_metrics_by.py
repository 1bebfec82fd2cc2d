"""Orders and money by product, offer and leader: parts that add up, and who sold what."""

import csv
import io

import pytest
from event_rows import row, table

from sim.event_files import write_series_csv
from sim.events import EventTable, Kind, OfferInfo
from sim.metrics.by import ALONE, MEASURES, by_leader, by_offer, by_product, series_of
from sim.metrics.measure import measure
from sim.metrics.view import TableView
from sim.run import prepare, run
from sim.scenario.load import load_scenario

ADD_UP = (
    "orders_placed", "orders_paid", "orders_standing", "units_sold", "gross_fen", "refunds_fen", "net_fen",
    "price_cuts_fen", "coupon_cost_fen", "margin_fen", "commission_fen", "disappointed",
)  # fmt: skip
WITHOUT_PRODUCT = (Kind.PUSH_COST, Kind.PRIZE, Kind.JOINING_FEE, Kind.REWARD_PAID)


@pytest.fixture(scope="module", params=["distribution-shop", "wechat-private-domain", "community-group-buy"])
def played(request: pytest.FixtureRequest) -> EventTable:
    prepared = prepare(load_scenario(request.param).scenario, members=500, seed=1)
    return run(prepared, engine="fast", twin=False).table


def test_parts_add_up_to_the_whole(played: EventTable) -> None:
    whole = measure(TableView(played))
    by_offers, by_products = by_offer(played), by_product(played)
    assert len(by_products) > 1
    assert len(by_offers) > 1
    for name in ADD_UP:
        if name not in ("coupon_cost_fen", "price_cuts_fen", "margin_fen"):  # of schemes, see `by_offer`
            assert sum(one[name] or 0 for one in by_offers.values()) == whole[name], name
    assert sum(one["margin_fen"] or 0 for one in by_offers.values()) == whole["margin_fen"]
    columns = played.rows(*WITHOUT_PRODUCT)
    spent_on_none = sum(
        int(fen)
        for fen, product, kind in zip(columns["amount_fen"], columns["product"], columns["kind"], strict=True)
        if product < 0 and kind != Kind.JOINING_FEE
    )
    for name in ADD_UP:
        found = sum(one[name] or 0 for one in by_products.values())
        assert found == (whole[name] or 0) + (spent_on_none if name == "margin_fen" else 0), name


def test_leaders_have_what_their_orders_are(played: EventTable) -> None:
    leaders = by_leader(played)
    assert len(leaders["leader"]) > 1
    assert list(leaders["gross_fen"]) == sorted(leaders["gross_fen"], reverse=True)
    assert (leaders["net_fen"] == leaders["gross_fen"] - leaders["refunds_fen"]).all()
    assert (leaders["buyers"] <= leaders["orders_paid"]).all()
    assert (leaders["orders_standing"] <= leaders["orders_paid"]).all()
    assert leaders["gross_fen"].sum() <= TableView(played).total(Kind.ORDER_PAID)


HAND = table(
    row(1, Kind.ORDER_ITEMS, 1, order=0, offer=0, value=2),
    row(1, Kind.ORDER_PAID, 1, order=0, offer=0, amount_fen=4000),
    row(1, Kind.GROUP_OPENED, 1, group=0, offer=0, value=2),
    row(1, Kind.GROUP_JOINED, 1, group=0, order=0, offer=0, value=1),
    row(2, Kind.ORDER_ITEMS, 2, order=1, offer=0, value=1),
    row(2, Kind.ORDER_PAID, 2, order=1, offer=0, amount_fen=2000),
    row(2, Kind.GROUP_JOINED, 2, group=0, order=1, offer=0, value=2),
    row(3, Kind.REWARD_PAID, 1, group=0, order=0, offer=0, amount_fen=300),
    row(4, Kind.ORDER_ITEMS, 3, order=2, product=1, value=1),
    row(4, Kind.ORDER_PAID, 3, order=2, product=1, amount_fen=9900),
    row(4, Kind.COMMISSION_ACCRUED, 8, order=2, product=1, offer=1, source=3, amount_fen=990, value=1),
    row(4, Kind.COMMISSION_ACCRUED, 7, order=2, product=1, offer=1, source=3, amount_fen=99, value=2),
    row(5, Kind.REFUNDED, 3, order=2, product=1, amount_fen=9900),
    row(5, Kind.COMMISSION_REVERSED, 8, order=2, product=1, offer=1, amount_fen=990, value=1),
    row(6, Kind.ORDER_ITEMS, 4, order=3, value=1),
    row(6, Kind.ORDER_PAID, 4, order=3, amount_fen=3000),
    offers=(OfferInfo("pintuan", "group_buy"), OfferInfo("fenxiao", "commission")),
)


def test_by_hand() -> None:
    products = by_product(HAND)
    assert list(products) == ["rice", "course"]
    assert [products[id_]["gross_fen"] for id_ in products] == [9000, 9900]
    assert [products[id_]["net_fen"] for id_ in products] == [9000, 0]
    assert [products[id_]["units_sold"] for id_ in products] == [4, 1]
    offers = by_offer(HAND)
    assert list(offers) == [ALONE, "pintuan", "fenxiao"]
    assert [offers[id_]["gross_fen"] for id_ in offers] == [12_900, 6000, 0]
    assert [offers[id_]["marketing_fen"] for id_ in offers] == [0, 300, 99]
    leaders = by_leader(HAND)
    assert {name: column.tolist() for name, column in leaders.items()} == {
        "leader": [8, 1],
        "orders_paid": [1, 2],
        "orders_standing": [0, 2],
        "units_sold": [1, 3],
        "buyers": [1, 2],
        "gross_fen": [9900, 6000],
        "refunds_fen": [9900, 0],
        "net_fen": [0, 6000],
        "earned_fen": [99, 300],
    }


def test_nothing_sold_is_an_empty_table_of_leaders(tmp_path) -> None:
    empty = by_leader(table())
    assert all(len(column) == 0 for column in empty.values())
    write_series_csv(series_of(by_product(table()), "product"), tmp_path / "by_product.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "by_product.csv").read_text("utf-8-sig"))))
    assert [one["product"] for one in rows] == ["rice", "course"]
    assert list(rows[0]) == ["product", *(one.name for one in MEASURES)]
    assert rows[0]["refund_rate"] == ""  # nothing to divide by is no zero
