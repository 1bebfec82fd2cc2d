import pytest
from event_rows import SALE, row, table
from hypothesis import given
from hypothesis import strategies as st

from sim.events import Kind
from sim.ledger import (
    DEBIT_CREDIT,
    Account,
    balances_fen,
    books_residual_fen,
    commission_by_level_fen,
    money_by_line_fen,
)


def test_a_finished_sale_balances():
    books = table(*SALE)
    assert balances_fen(books) == {
        Account.CUSTOMER: -2800,
        Account.ESCROW: 0,
        Account.MERCHANT: 3300 - 1800 - 400 - 30 - 300,
        Account.SUPPLIER: 1800,
        Account.CARRIER: 400,
        Account.PLATFORM: 30 - 500,
        Account.COMMISSION_LIABILITY: 0,
        Account.DISTRIBUTOR: 300,
        Account.KOL: 0,
    }
    assert books_residual_fen(books) == 0


@pytest.mark.parametrize(
    ("extra", "residual_fen"),
    [
        (row(9, Kind.ORDER_PAID, 2, order=1, amount_fen=3000), 3000),  # never received nor refunded
        (row(9, Kind.COMMISSION_ACCRUED, 8, order=0, amount_fen=50, value=1), 50),  # still owed
        # 100 out of an empty escrow: it is short, and overdrawn no deeper than that
        (row(9, Kind.PARTIAL_REFUND, 1, order=0, amount_fen=100), 100),
        # 3,000 paid, 200 refunded in part: 2,800 more can go back
        (row(9, Kind.REFUNDED_AFTER, 1, order=0, amount_fen=2800), 0),
        (row(9, Kind.REFUNDED_AFTER, 1, order=0, amount_fen=2900), 100),
        (row(9, Kind.COMMISSION_CLAWED, 8, order=0, amount_fen=300), 0),
        (row(9, Kind.COMMISSION_COLLECTED, 8, order=0, amount_fen=1), 1),  # nobody asked for it
        (row(9, Kind.COMMISSION_LOST, 8, order=0, amount_fen=301), 1),
        (row(9, Kind.CARRIAGE, 1, order=0, amount_fen=-7), 7),
        (row(9, Kind.PLATFORM_FEE, 1, order=0, amount_fen=-7), 0),  # the platform gives its fee back
        (row(9, Kind.COUPON_GRANTED, 1, amount_fen=700), 0),  # a memo
    ],
)
def test_residual_of_one_more_row(extra, residual_fen):
    assert books_residual_fen(table(*SALE, extra)) == residual_fen


def test_two_orders_that_are_wrong_by_opposite_amounts_do_not_cancel():
    books = table(
        row(0, Kind.ORDER_PAID, 1, order=0, amount_fen=100),
        row(0, Kind.ORDER_PAID, 2, order=1, amount_fen=100),
        row(1, Kind.RECEIVED, 1, order=0, amount_fen=90),
        row(1, Kind.RECEIVED, 2, order=1, amount_fen=110),
    )
    assert balances_fen(books)[Account.ESCROW] == 0
    assert books_residual_fen(books) == 20


def test_money_that_leaves_before_it_came_is_seen():
    late = table(
        row(0, Kind.RECEIVED, 1, order=0, amount_fen=100), row(1, Kind.ORDER_PAID, 1, order=0, amount_fen=100)
    )
    assert books_residual_fen(late) == 100


def test_empty_books():
    assert books_residual_fen(table()) == 0
    assert set(balances_fen(table()).values()) == {0}
    assert set(money_by_line_fen(table()).values()) == {0}


def test_spending_lines():
    lines = money_by_line_fen(
        table(
            *SALE,
            row(6, Kind.RESTOCKED, 1, order=0, amount_fen=800),
            row(6, Kind.COMMISSION_CLAWED, 8, order=0, amount_fen=150),
            row(6, Kind.COMMISSION_COLLECTED, 8, order=0, amount_fen=100, value=1),
            row(6, Kind.REWARD_PAID, 3, source=1, amount_fen=11),
            row(6, Kind.PRIZE, 8, amount_fen=12),
            row(6, Kind.KOL_FEE, 9, amount_fen=13),
            row(6, Kind.SAMPLE, 9, amount_fen=14),
            row(6, Kind.PUSH_COST, amount_fen=15, value=5),
        )
    )
    assert lines == {
        "goods": 1000,
        "carriage": 400,
        "platform_fee": 30,
        "commission_level_1": 200,
        "commission_level_2": 0,
        "commission_other": 0,
        "rewards": 11,
        "prizes": 12,
        "kol_fees": 13,
        "samples": 14,
        "push": 15,
        "joining_fees": 0,
        "subsidy": 500,
    }


def test_commission_taken_back_counts_at_the_level_it_was_earned_at():
    books = table(
        row(0, Kind.COMMISSION_ACCRUED, 8, order=0, amount_fen=300, value=1),
        row(0, Kind.COMMISSION_ACCRUED, 8, order=1, amount_fen=90, value=2),
        row(1, Kind.COMMISSION_REVERSED, 8, order=1, amount_fen=90),
        row(1, Kind.COMMISSION_REVERSED, 8, order=5, amount_fen=4),
        row(2, Kind.COMMISSION_CLAWED, 8, order=0, amount_fen=300, value=1),
        row(
            3, Kind.COMMISSION_COLLECTED, 8, order=7, amount_fen=120, value=1
        ),  # kept back of another order's
    )
    assert commission_by_level_fen(books) == {0: -4, 1: 180, 2: 0}


@given(st.lists(st.tuples(st.sampled_from(list(Kind)), st.integers(0, 4), st.integers(-999, 99999))))
def test_no_money_is_made_or_lost(moves):
    books = table(*(row(0, kind, order, order=order, amount_fen=fen) for kind, order, fen in moves))
    balances = balances_fen(books)
    assert sum(balances.values()) == 0
    residual = books_residual_fen(books)
    assert residual >= abs(balances[Account.ESCROW]) + abs(balances[Account.COMMISSION_LIABILITY])


def test_every_kind_whose_comment_names_two_accounts_moves_money():
    memo = {Kind.COMMISSION_CLAWED, Kind.COMMISSION_LOST, Kind.WITHDRAWN}
    memo |= {Kind.COUPON_GRANTED, Kind.COUPON_USED, Kind.COUPON_RETURNED, Kind.ORDER_ITEMS}
    assert not memo & DEBIT_CREDIT.keys()
    assert len(DEBIT_CREDIT) == 22
    assert all(debited is not credited for debited, credited in DEBIT_CREDIT.values())
