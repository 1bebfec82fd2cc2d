import pytest
from event_rows import SALE, row, table

from sim.conform.cases import drawn_case
from sim.events import Kind
from sim.metrics import customers, money
from sim.metrics.view import TableView
from sim.play import play
from sim.units import DAY, HOUR

MIDNIGHT = 4 * HOUR  # of the tables by hand, which start at 20:00


def order(number: int, who: int, time_s: int, paid_fen: int, goods_fen: int, *, first: bool = False):
    """An order that costs goods and freight of 10; its goods are paid for much later."""
    return (
        row(time_s, Kind.ORDER_PAID, who, order=number, amount_fen=paid_fen, value=int(first)),
        row(time_s + 3 * DAY, Kind.SHIPPED, who, order=number, amount_fen=goods_fen),
        row(time_s + 3 * DAY, Kind.CARRIAGE, who, order=number, amount_fen=10),
    )


ROWS = (
    row(0, Kind.CONSIDER, 1),
    row(0, Kind.CONSIDER, 1),
    row(0, Kind.CONSIDER, 2),
    row(0, Kind.CONSIDER, 3),
    row(1, Kind.KOL_FEE, 9, amount_fen=150),
    *order(0, 1, 5, 100, 60, first=True),  # leaves 30 on day 0
    *order(1, 1, MIDNIGHT + 7 * DAY, 300, 190),  # leaves 100 on the eighth day after it
    *order(2, 2, MIDNIGHT - 1, 500, 0, first=True),  # goes back before it is received
    row(MIDNIGHT - 1, Kind.REFUNDED, 2, order=2, amount_fen=500),
    *order(3, 2, MIDNIGHT, 80, 50),  # leaves 20 on day 1, the first that stands
    *order(4, 3, 6, 900, 100),  # of somebody who had paid before the run
)
VIEW = TableView(table(*sorted(ROWS, key=lambda one: one[0]), horizon_s=14 * DAY))
ORDER_2_FEN = -10  # its freight


def test_value_to_date_is_the_margin_before_marketing_of_who_is_new():
    assert customers.new_customer_margin_fen(VIEW) == 30 + 100 + ORDER_2_FEN + 20
    assert customers.ltv_to_date_fen(VIEW) == 70
    assert customers.ltv_to_cac(VIEW) == 140 / 150
    assert customers.uv_value_fen(VIEW) == (100 + 300 + 500 + 80 + 900) / 3


def test_value_within_a_week_is_of_who_had_a_week():
    assert customers.ltv_d7_fen(VIEW) == (30 + ORDER_2_FEN + 20) / 2
    assert customers.ltv_d30_fen(VIEW) is None
    short = TableView(table(*ROWS[:10], horizon_s=7 * DAY + MIDNIGHT))  # day 7 after day 0 is over at its end
    assert customers.ltv_d7_fen(short) == 30
    assert customers.ltv_d7_fen(TableView(table(*ROWS[:10], horizon_s=7 * DAY + MIDNIGHT - 1))) is None


@pytest.mark.parametrize(("day", "counted"), [(7, 100 + 30), (8, 30)])
def test_the_seventh_day_is_within_a_week(day, counted):
    later = order(1, 1, MIDNIGHT + (day - 1) * DAY, 300, 190)
    rows = sorted([*order(0, 1, 5, 100, 60, first=True), *later], key=lambda one: one[0])
    assert customers.ltv_d7_fen(TableView(table(*rows, horizon_s=14 * DAY))) == counted


@pytest.mark.parametrize(("marketing_fen", "days"), [(0, 0), (40, 0), (41, 8), (140, 8), (141, None)])
def test_payback_is_the_day_on_which_they_have_brought_in_the_marketing(marketing_fen, days):
    """40 on the first days: 30 of member 1, and of member 2 an order before the first that stands, and it."""
    fee = row(1, Kind.KOL_FEE, 9, amount_fen=marketing_fen)
    rows = sorted([fee, *(one for one in ROWS if one[1] != Kind.KOL_FEE)], key=lambda one: one[0])
    assert customers.payback_days(TableView(table(*rows, horizon_s=14 * DAY))) == days


def test_cohorts_are_weeks_of_the_first_standing_payment():
    late = order(9, 4, MIDNIGHT + 6 * DAY, 55, 0, first=True)  # the eighth local day
    view = TableView(table(*sorted([*ROWS, *late], key=lambda one: one[0]), horizon_s=14 * DAY))
    assert customers.ltv_by_cohort_fen(view) == {"week_1": 70, "week_2": 45, "week_3": None}


def test_nobody_new_nothing_told():
    view = TableView(table(*SALE[:1]))
    assert (
        customers.ltv_to_date_fen(view)
        is customers.payback_days(view)
        is customers.uv_value_fen(view)
        is None
    )
    assert customers.new_customer_margin_fen(view) == 0


@pytest.mark.parametrize("number", range(6))
def test_of_all_customers_it_is_the_margin_and_the_marketing(number):
    case = drawn_case(77, number)
    view = TableView(play(case.scenario, case.graph, engine="fast", events="outcomes").table)
    whole_fen = int(customers._margin_by_order_fen(view).sum())
    assert whole_fen == money.margin_fen(view) + money.marketing_fen(view)
