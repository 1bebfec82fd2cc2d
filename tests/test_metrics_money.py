import pytest
from event_rows import SALE, row, table

from sim.events import Kind
from sim.ledger import Account, balances_fen, books_residual_fen
from sim.metrics import money
from sim.metrics.view import TableView

CAMPAIGN = [
    *SALE,
    row(6, Kind.ORDER_PAID, 2, order=1, amount_fen=3000, value=1),
    row(7, Kind.RECEIVED, 2, order=1, amount_fen=3000),
    row(8, Kind.REFUNDED_AFTER, 2, order=1, amount_fen=3000),
    row(8, Kind.COMMISSION_ACCRUED, 8, order=1, amount_fen=200, value=1),
    row(8, Kind.COMMISSION_PAID, 8, order=1, amount_fen=200, value=1),
    row(8, Kind.COMMISSION_CLAWED, 8, order=1, amount_fen=150, value=1),
    row(8, Kind.COMMISSION_COLLECTED, 8, order=1, amount_fen=120, value=1),
    row(8, Kind.COMMISSION_LOST, 8, order=1, amount_fen=50, value=1),
    row(8, Kind.PUSH_COST, value=9, amount_fen=40),
    row(9, Kind.RECRUITED, 5, source=8),
    row(9, Kind.COUPON_USED, 2, amount_fen=30),
    row(9, Kind.COUPON_USED, 2, amount_fen=30),
    row(9, Kind.COUPON_RETURNED, 2, amount_fen=30),
]
VIEW = TableView(table(*CAMPAIGN))
EMPTY = TableView(table())


def test_sales():
    assert money.gross_fen(VIEW) == 6000
    assert money.refunds_fen(VIEW) == 3200
    assert money.net_fen(VIEW) == 2800
    assert money.coupon_discount_fen(VIEW) == 30


def test_margin_is_the_merchants_balance_once_all_has_run_off():
    assert books_residual_fen(VIEW.table) == 0
    assert money.margin_fen(VIEW) == 2800 + 500 - (1800 + 400 + 30) - (300 + 80) - 40
    assert money.margin_fen(VIEW) == balances_fen(VIEW.table)[Account.MERCHANT]
    assert money.margin_share(VIEW) == money.margin_fen(VIEW) / 2800


def test_marketing():
    assert money.marketing_fen(VIEW) == 380 + 40
    assert money.roi(VIEW) == money.margin_fen(VIEW) / 420
    assert money.acquisition_cost_fen(VIEW) == 420
    assert money.spending_fen(VIEW)["push"] == 40


def test_commission():
    assert money.commission_fen(VIEW) == 380
    assert money.commission_uncollected_fen(VIEW) == 30 + 50
    assert money.commission_by_fate_fen(VIEW) == {
        "accrued": 590,
        "reversed": 90,
        "paid": 500,
        "frozen": 0,
        "kept": 300,
        "clawed": 150,
        "collected": 120,
        "uncollected": 80,
        "lost": 50,
    }
    assert money.distributors(VIEW) == 3  # 8 from the start, 5 recruited, 7 earned (and lost) some
    assert money.distributors_earning_nothing_share(VIEW) == 2 / 3
    assert money.commission_gini(VIEW) == pytest.approx(2 / 3)  # all with one of three


@pytest.mark.parametrize(
    ("earned_fen", "gini"), [([5, 5, 5], 0), ([1, 2, 3, 4], 0.25), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)]
)
def test_gini_is_half_the_relative_mean_difference(earned_fen, gini):
    rows = [
        row(0, Kind.COMMISSION_ACCRUED, member, order=member, amount_fen=fen, value=1)
        for member, fen in enumerate(earned_fen)
    ]
    assert money.commission_gini(TableView(table(*rows, distributors=()))) == pytest.approx(gini, abs=1e-15)


def test_commission_got_back_was_not_earned():
    rows = [
        row(0, Kind.COMMISSION_ACCRUED, 1, order=0, amount_fen=30, value=1),
        row(0, Kind.COMMISSION_ACCRUED, 2, order=1, amount_fen=10, value=1),
        row(1, Kind.COMMISSION_CLAWED, 1, order=0, amount_fen=25),
        row(1, Kind.COMMISSION_COLLECTED, 1, order=0, amount_fen=20),
    ]
    assert money.commission_gini(TableView(table(*rows, distributors=()))) == 0


def test_nothing_over_nothing_is_none():
    for metric in (money.margin_share, money.roi, money.acquisition_cost_fen, money.commission_gini):
        assert metric(EMPTY) is None
    assert money.distributors_earning_nothing_share(TableView(table(distributors=()))) is None
