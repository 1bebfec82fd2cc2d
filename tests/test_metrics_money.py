import pytest
from event_rows import SALE, row, table

from sim.events import Kind, OfferInfo
from sim.ledger import Account, balances_fen, books_residual_fen
from sim.metrics import commission, money
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


FULL = TableView(
    table(
        # kept: 2 of rice at 30.00 for 23.00 each, 2.00 of postage, a coupon of 5.00, 1.00 given back
        row(1, Kind.ORDER_ITEMS, 1, order=0, amount_fen=200, value=2),
        row(1, Kind.COUPON_USED, 1, order=0, amount_fen=500),
        row(1, Kind.ORDER_PAID, 1, order=0, amount_fen=4300, value=1),
        row(2, Kind.PARTIAL_REFUND, 1, order=0, amount_fen=100),
        # kept: a course at its own price, 9.00 of it by a coupon that the platform bears
        row(3, Kind.ORDER_ITEMS, 2, order=1, product=1, value=1),
        row(3, Kind.COUPON_USED, 2, order=1, product=1, amount_fen=900),
        row(3, Kind.ORDER_PAID, 2, order=1, product=1, amount_fen=9000),
        row(3, Kind.SUBSIDY, 2, order=1, product=1, amount_fen=900),
        # not kept: sent back before receipt, after it, and never paid
        row(4, Kind.ORDER_ITEMS, 3, order=2, value=1),
        row(4, Kind.COUPON_USED, 3, order=2, amount_fen=500),
        row(4, Kind.ORDER_PAID, 3, order=2, amount_fen=1000),
        row(5, Kind.REFUNDED, 3, order=2, amount_fen=1000),
        row(5, Kind.COUPON_RETURNED, 3, order=2, amount_fen=500),
        row(6, Kind.ORDER_ITEMS, 4, order=3, value=1),
        row(6, Kind.ORDER_PAID, 4, order=3, amount_fen=1000),
        row(7, Kind.RECEIVED, 4, order=3, amount_fen=1000),
        row(8, Kind.REFUNDED_AFTER, 4, order=3, amount_fen=1000),
        row(9, Kind.ORDER_ITEMS, 5, order=4, value=3),
        row(9, Kind.PUSH_COST, value=9, amount_fen=40),
        row(9, Kind.COUPON_GRANTED, 1),
        row(9, Kind.COUPON_GRANTED, 1),
        row(9, Kind.COUPON_GRANTED, 2),
        row(9, Kind.COUPON_GRANTED, 3),
    )
)


def test_price_cuts_and_coupons_are_what_kept_orders_were_cheaper_by():
    assert money.coupon_cost_fen(FULL) == 500
    assert money.price_cuts_fen(FULL) == 2 * (3000 - 2300) + 100
    assert money.promotion_fen(FULL) == 40 + 500 + 1500
    assert money.marketing_fen(FULL) == 40
    assert money.gross_after_success_fen(FULL) == 4300 + 9000 + 1000


def test_what_counts_cuts_and_coupons_is_named_full():
    gross, net, margin = money.gross_fen(FULL), money.net_fen(FULL), money.margin_fen(FULL)
    assert gross == 4300 + 9000 + 1000 + 1000
    assert money.sales_to_spend(FULL) == gross / 40
    assert money.sales_to_promotion(FULL) == gross / 2040
    assert money.roi(FULL) == margin / 40
    assert money.roi_full(FULL) == margin / 2040
    assert money.spend_share(FULL) == 40 / net
    assert money.promotion_share(FULL) == 2040 / net
    assert money.acquisition_cost_fen(FULL) == 40
    assert money.acquisition_cost_full_fen(FULL) == 2040


def test_coupons():
    assert (money.coupons_granted(FULL), money.coupons_used(FULL)) == (4, 2)
    assert money.coupon_redemption_rate(FULL) == 0.5
    assert money.coupon_redemption_rate(EMPTY) is None


def test_entry_fees_are_no_margin_and_can_be_more_than_is_earned():
    offers = (OfferInfo("fenxiao", "commission"), OfferInfo("invite", "referral"))
    view = TableView(
        table(
            row(1, Kind.RECRUITED, 1),
            row(1, Kind.JOINING_FEE, 1, offer=0, amount_fen=990),
            row(1, Kind.RECRUITED, 2),
            row(1, Kind.JOINING_FEE, 2, offer=0, amount_fen=990),
            row(2, Kind.COMMISSION_ACCRUED, 1, order=0, amount_fen=500, value=1),
            row(2, Kind.COMMISSION_ACCRUED, 2, order=0, amount_fen=700, value=2),
            row(3, Kind.REWARD_PAID, 2, offer=0, amount_fen=200),  # for a recruit
            row(3, Kind.REWARD_PAID, 1, offer=1, amount_fen=900),  # for a buyer: no distributor's earning
            row(4, Kind.PRIZE, 2, offer=0, amount_fen=100),
            row(5, Kind.WITHDRAW_FEE, 2, offer=0, amount_fen=10),
            offers=offers,
        )
    )
    assert money.joining_fees_fen(view) == 1980
    assert money.margin_fen(view) == -(500 + 700 + 200 + 900 + 100)
    assert money.margin_fen(view) + money.joining_fees_fen(view) == balances_fen(view.table)[Account.MERCHANT]
    # member 1: 500 - 990 < 0; member 2: 700 + 200 + 100 - 990 - 10 = 0; member 8 was one all along
    assert commission.distributors_out_of_pocket_share(view) == 1 / 3


def test_cash_at_its_lowest():
    view = TableView(
        table(
            row(1, Kind.KOL_FEE, 9, amount_fen=300),
            row(2, Kind.SHIPPED, 1, order=0, amount_fen=200),
            row(3, Kind.ORDER_PAID, 1, order=0, amount_fen=900),
            row(4, Kind.RECEIVED, 1, order=0, amount_fen=900),
        )
    )
    assert money.cash_lowest_fen(view) == -500
    assert money.cash_lowest_fen(EMPTY) == 0


def test_commission():
    assert commission.commission_fen(VIEW) == 380
    assert commission.commission_uncollected_fen(VIEW) == 30 + 50
    assert commission.commission_share(VIEW) == 380 / 2800
    assert commission.commission_by_fate_fen(VIEW) == {
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
    assert commission.distributors(VIEW) == 3  # 8 from the start, 5 recruited, 7 earned (and lost) some
    assert commission.distributors_earning_nothing_share(VIEW) == 2 / 3
    assert commission.commission_gini(VIEW) == pytest.approx(2 / 3)  # all with one of three


@pytest.mark.parametrize(
    ("earned_fen", "gini"), [([5, 5, 5], 0), ([1, 2, 3, 4], 0.25), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)]
)
def test_gini_is_half_the_relative_mean_difference(earned_fen, gini):
    rows = [
        row(0, Kind.COMMISSION_ACCRUED, member, order=member, amount_fen=fen, value=1)
        for member, fen in enumerate(earned_fen)
    ]
    assert commission.commission_gini(TableView(table(*rows, distributors=()))) == pytest.approx(
        gini, abs=1e-15
    )


def test_commission_got_back_was_not_earned():
    rows = [
        row(0, Kind.COMMISSION_ACCRUED, 1, order=0, amount_fen=30, value=1),
        row(0, Kind.COMMISSION_ACCRUED, 2, order=1, amount_fen=10, value=1),
        row(1, Kind.COMMISSION_CLAWED, 1, order=0, amount_fen=25),
        row(1, Kind.COMMISSION_COLLECTED, 1, order=0, amount_fen=20),
    ]
    assert commission.commission_gini(TableView(table(*rows, distributors=()))) == 0


def test_nothing_over_nothing_is_none():
    for metric in (money.margin_share, money.roi, money.acquisition_cost_fen, commission.commission_gini):
        assert metric(EMPTY) is None
    assert commission.distributors_earning_nothing_share(TableView(table(distributors=()))) is None
