from event_rows import row, table

from sim.events import Channel, Kind
from sim.metrics import funnel, money, orders
from sim.metrics.daily import daily_series
from sim.metrics.view import TableView
from sim.units import DAY, HOUR

TABLE = table(  # starts at 20:00: four hours to midnight
    row(0, Kind.READ, 1, channel=Channel.BROWSE),
    row(1, Kind.READ, 1, channel=Channel.CHAT),
    row(4 * HOUR - 1, Kind.READ, 2, channel=Channel.BROWSE),
    row(4 * HOUR, Kind.READ, 2, channel=Channel.PUSH),
    row(4 * HOUR, Kind.READ, 3, channel=Channel.CHAT),
    row(4 * HOUR, Kind.ORDER_PAID, 2, order=0, amount_fen=100),
    row(5 * HOUR, Kind.REFUNDED, 2, order=0, amount_fen=100),
    row(2 * DAY, Kind.ORDER_PAID, 2, order=1, amount_fen=70),
    row(3 * DAY, Kind.ORDER_PAID, 2, order=2, amount_fen=70),
    row(3 * DAY, Kind.ORDER_PAID, 1, order=3, amount_fen=70, runoff=1),
    row(5 * DAY, Kind.PARTIAL_REFUND, 1, order=3, amount_fen=10, runoff=1),
    horizon_s=3 * DAY,
)


def test_days_are_local_calendar_days():
    series = daily_series(TABLE)
    assert series["day"].tolist() == [0, 1, 2, 3, 4, 5]
    assert series["date"].tolist()[:2] == ["2026-03-02", "2026-03-03"]
    assert series["runoff"].tolist() == [False] * 4 + [True] * 2
    assert series["exposures"].tolist() == [1, 2, 0, 0, 0, 0]
    assert series["visits"].tolist() == [2, 0, 0, 0, 0, 0]
    assert series["readers"].tolist() == [2, 2, 0, 0, 0, 0]
    assert series["newly_reached"].tolist() == [1, 2, 0, 0, 0, 0]  # 2 only browsed on the first day
    assert series["cumulative_reached"].tolist() == [1, 3, 3, 3, 3, 3]


def test_sales_by_day():
    series = daily_series(TABLE)
    assert series["orders_paid"].tolist() == [0, 1, 1, 2, 0, 0]
    assert series["new_buyers"].tolist() == [0, 0, 1, 1, 0, 0]  # the refunded one of day 1 does not stand
    assert series["gross_fen"].tolist() == [0, 100, 70, 140, 0, 0]
    assert series["refunds_fen"].tolist() == [0, 100, 0, 0, 0, 10]


def test_the_series_adds_up_to_the_metrics():
    series, view = daily_series(TABLE), TableView(TABLE)
    assert series["cumulative_buyers"].iloc[-1] == orders.buyers(view)
    assert series["cumulative_reached"].iloc[-1] == funnel.reached(view)
    assert series["exposures"].sum() == funnel.exposures(view)
    assert series["visits"].sum() == funnel.visits(view)
    assert series["gross_fen"].sum() == money.gross_fen(view)
    assert series["refunds_fen"].sum() == money.refunds_fen(view)


def test_quiet_days_are_there_too():
    series = daily_series(table(horizon_s=28 * HOUR))  # 20:00 to midnight of the next day: two days
    assert series["day"].tolist() == [0, 1]
    assert daily_series(table(horizon_s=28 * HOUR + 1))["day"].tolist() == [0, 1, 2]
    assert series.drop(columns=["day", "date", "runoff"]).to_numpy().sum() == 0


def test_margin_marketing_and_cash_by_day():
    account = table(  # customers' money comes in on day 3, and the account is lowest within day 1
        row(0, Kind.KOL_FEE, 9, amount_fen=300),
        row(4 * HOUR, Kind.ORDER_PAID, 1, order=0, amount_fen=900),
        row(5 * HOUR, Kind.SHIPPED, 1, order=0, amount_fen=200),
        row(5 * HOUR, Kind.COMMISSION_ACCRUED, 8, order=0, amount_fen=90, value=1),
        row(6 * HOUR, Kind.COMMISSION_REVERSED, 8, order=0, amount_fen=40),
        row(2 * DAY + 4 * HOUR, Kind.RECEIVED, 1, order=0, amount_fen=900, runoff=1),
        row(2 * DAY + 5 * HOUR, Kind.PARTIAL_REFUND, 1, order=0, amount_fen=10, runoff=1),
        row(2 * DAY + 5 * HOUR, Kind.JOINING_FEE, 8, amount_fen=7, runoff=1),
        horizon_s=2 * DAY,
    )
    series, view = daily_series(account), TableView(account)
    assert series["marketing_fen"].tolist() == [300, 50, 0, 0]
    assert series["margin_fen"].tolist() == [-300, 650, 0, -10]
    assert series["cash_fen"].tolist() == [-300, -250, 0, 907]
    assert series["cash_balance_fen"].tolist() == [-300, -550, -550, 357]
    assert series["cash_lowest_fen"].tolist() == [-300, -590, -550, -550]
    assert series["cash_lowest_fen"].min() == money.cash_lowest_fen(view) == -590
    assert series["margin_fen"].sum() == money.margin_fen(view)
    assert series["marketing_fen"].sum() == money.marketing_fen(view)
