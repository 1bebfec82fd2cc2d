from event_rows import header, row, table

from sim.events import Kind, ProductInfo, Reason
from sim.metrics import orders
from sim.metrics.view import TableView

VIEW = TableView(
    table(
        row(0, Kind.STOCK, value=-2),
        row(1, Kind.STOCK, value=-2),
        row(2, Kind.STOCK, value=-1, product=1),  # of the other product, whose stock has no limit
        row(3, Kind.STOCK, value=3),
        *(row(order, Kind.ORDER_PLACED, 1, order=order) for order in range(8)),
        row(3600, Kind.ORDER_PAID, 1, order=0, amount_fen=1000, value=1),
        row(7200, Kind.ORDER_PAID, 1, order=1, amount_fen=1000),
        row(7200, Kind.ORDER_PAID, 2, order=2, amount_fen=1000, value=1),  # its group fails
        row(7300, Kind.ORDER_CANCELLED, 3, order=3, value=Reason.UNPAID),
        row(7400, Kind.REFUNDED, 2, order=2, amount_fen=1000, value=Reason.GROUP_EXPIRED),
        row(10800, Kind.ORDER_PAID, 4, order=4, amount_fen=2000),
        row(14400, Kind.ORDER_PAID, 5, order=5, amount_fen=2000),  # oversold
        row(14400, Kind.SOLD_OUT),
        row(14500, Kind.ORDER_CANCELLED, 5, order=5, value=Reason.OVERSOLD),
        row(14500, Kind.REFUNDED, 5, order=5, amount_fen=2000, value=Reason.OVERSOLD),
        row(14600, Kind.DISAPPOINTED, 6, value=Reason.STOCK),
        row(14600, Kind.DISAPPOINTED, 6, value=Reason.QUEUE),
        row(14700, Kind.RECEIVED, 1, order=0, amount_fen=1000),
        row(14700, Kind.RECEIVED, 4, order=4, amount_fen=2000),
        row(14800, Kind.REFUNDED_AFTER, 4, order=4, amount_fen=2000, value=Reason.RETURNED),
        row(14900, Kind.RESERVE, 7),
    )
)
EMPTY = TableView(table())


def test_orders():
    assert orders.orders_placed(VIEW) == 8
    assert orders.orders_paid(VIEW) == 5
    assert orders.payment_rate(VIEW) == 5 / 8
    assert orders.orders_standing(VIEW) == 3
    assert orders.orders_refunded(VIEW) == 3
    assert orders.refund_rate(VIEW) == 3 / 5
    assert orders.return_rate(VIEW) == 1 / 2
    assert orders.order_value_fen(VIEW) == 7000 / 5
    assert orders.unpaid_holds(VIEW) == 1
    assert orders.reservations(VIEW) == 1


def test_buyers_are_those_whose_order_stands():
    assert orders.buyers(VIEW) == 2  # 1 and 4, who returned it; not 2, whose group failed, nor 5
    assert orders.new_customers(VIEW) == 1
    assert orders.old_customers(VIEW) == 1
    assert orders.repeat_rate(VIEW) == 1 / 2
    assert orders.hours_to_half_of_buyers(VIEW) == 1


def test_a_new_customer_whose_first_payment_was_refunded_is_still_new():
    view = TableView(
        table(
            row(0, Kind.ORDER_PAID, 2, order=0, value=1),
            row(1, Kind.REFUNDED, 2, order=0),
            row(2, Kind.ORDER_PAID, 2, order=1),
        )
    )
    assert orders.new_customers(view) == 1


def test_stock():
    assert orders.stock_min(VIEW) == 1
    assert orders.oversold(VIEW) == 1
    assert orders.hours_to_sold_out(VIEW) == 4
    assert orders.disappointed(VIEW) == 2


def test_stock_before_any_change_counts_and_below_zero_shows():
    assert orders.stock_min(TableView(table(row(0, Kind.STOCK, value=4)))) == 5
    assert orders.stock_min(TableView(table(row(0, Kind.STOCK, value=-6), row(1, Kind.STOCK, value=6)))) == -1
    unlimited = tuple(product for product in header().products if product.stock is None)
    assert orders.stock_min(TableView(table(products=unlimited))) is None
    two = (ProductInfo("a", "", "", "", 1, 5), ProductInfo("b", "", "", "", 1, 3))
    assert orders.stock_min(TableView(table(row(0, Kind.STOCK, value=-3), products=two))) == 2


def test_by_reason():
    by_reason = orders.disappointed_by_reason(VIEW)
    assert (by_reason["stock"], by_reason["queue"], sum(by_reason.values())) == (1, 1, 2)
    by_reason = orders.cancelled_by_reason(VIEW)
    assert (by_reason["unpaid"], by_reason["oversold"], sum(by_reason.values())) == (1, 1, 2)


def test_nothing_over_nothing_is_none():
    for metric in (
        orders.refund_rate,
        orders.return_rate,
        orders.payment_rate,
        orders.order_value_fen,
        orders.repeat_rate,
        orders.hours_to_half_of_buyers,
        orders.hours_to_sold_out,
    ):
        assert metric(EMPTY) is None
    assert orders.buyers(EMPTY) == 0
