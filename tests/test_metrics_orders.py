from event_rows import header, row, table

from sim.events import Kind, ProductInfo, Reason
from sim.metrics import orders, stock
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
        *(row(7200, Kind.ORDER_CONFIRMED, 1, order=order) for order in (0, 1)),
        row(7300, Kind.ORDER_CANCELLED, 3, order=3, value=Reason.UNPAID),
        row(7400, Kind.REFUNDED, 2, order=2, amount_fen=1000, value=Reason.GROUP_EXPIRED),
        row(10800, Kind.ORDER_PAID, 4, order=4, amount_fen=2000),
        row(10800, Kind.ORDER_CONFIRMED, 4, order=4),
        row(14400, Kind.ORDER_PAID, 5, order=5, amount_fen=2000),  # oversold
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
    assert orders.refund_rate(VIEW) == 1 / 3  # 4 of 0, 1 and 4: what was confirmed
    assert orders.unfilled_refund_rate(VIEW) == 1 / 5  # 2; an oversold order is no unfilled group
    assert orders.return_rate(VIEW) == 1 / 2
    assert orders.order_value_fen(VIEW) == 7000 / 5
    assert orders.sales_per_buyer_fen(VIEW) == 7000 / 4  # 1, 2, 4 and 5
    assert orders.unpaid_holds(VIEW) == 1
    assert stock.reservations(VIEW) == 1


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
    assert stock.stock_min(VIEW) == 1
    assert stock.oversold(VIEW) == 1
    assert stock.stock_min_by_product(VIEW) == {"rice": 1}
    assert stock.disappointed(VIEW) == 2


def test_units_are_those_of_the_orders_paid():
    view = TableView(
        table(
            row(0, Kind.ORDER_PLACED, 1, order=0),
            row(0, Kind.ORDER_ITEMS, 1, order=0, value=3, amount_fen=600),
            row(0, Kind.ORDER_PLACED, 2, order=1),
            row(0, Kind.ORDER_ITEMS, 2, order=1, value=8, amount_fen=0),  # never paid
            row(0, Kind.ORDER_PLACED, 1, order=2),
            row(0, Kind.ORDER_ITEMS, 1, order=2, value=1, amount_fen=0),
            row(1, Kind.ORDER_PAID, 1, order=0, amount_fen=3600),
            row(1, Kind.ORDER_PAID, 1, order=2, amount_fen=1200),
            row(2, Kind.REFUNDED, 1, order=2, amount_fen=1200),
        )
    )
    assert orders.units_sold(view) == 4
    assert orders.unit_value_fen(view) == (3600 + 1200 - 600) / 4
    assert orders.units_per_order(view) == 4 / 2
    assert orders.order_value_fen(view) == 4800 / 2
    assert orders.sales_per_buyer_fen(view) == 4800


def test_who_buys_again_in_the_second_half():
    paid = [(0, 1), (1, 2), (1, 2), (49, 3), (50, 1), (50, 4), (60, 4), (70, 3)]  # at, by whom
    rows = [row(at_s, Kind.ORDER_PAID, member, order=n) for n, (at_s, member) in enumerate(paid)]
    view = TableView(table(*rows, row(80, Kind.REFUNDED, 3, order=7), horizon_s=100))
    assert orders.repurchase_rate(view) == 1 / 3  # 1 of 1, 2 and 3, whose second one was refunded
    assert orders.repeat_rate(view) == 3 / 4  # 2 twice in a second, 4 twice in the second half


def test_rounds_of_a_sale():
    """Three rounds of offer 0 with 5 s, none and 9 s; the product's stock runs out in the second."""
    sale = {"offer": 0}
    view = TableView(
        table(
            row(1, Kind.SOLD_OUT, **sale, product=1),  # before any round of that product
            row(100, Kind.SALE_OPENED, **sale, value=10),
            row(100, Kind.SALE_OPENED, **sale, value=-1, product=1),  # without a quota
            row(101, Kind.ORDER_PLACED, 1, order=0),
            row(105, Kind.SOLD_OUT, **sale),
            row(107, Kind.SOLD_OUT, **sale),  # again, after a hold was released
            row(110, Kind.SOLD_OUT, offer=1),  # another offer
            row(200, Kind.SALE_OPENED, **sale, value=10),
            row(203, Kind.SOLD_OUT),
            row(300, Kind.SALE_OPENED, **sale, value=10),
            row(300, Kind.SALE_OPENED, offer=1, value=10),
            row(309, Kind.SOLD_OUT, **sale),
        )
    )
    assert stock.rounds_sold_out_share(view) == 2 / 4
    assert stock.seconds_to_sold_out_median(view) == 5


def test_stock_without_rounds_sells_out_from_the_first_order_on():
    rows = [
        row(50, Kind.ORDER_PLACED, 1, order=0, product=1),
        row(60, Kind.ORDER_PLACED, 1, order=1),
        row(70, Kind.ORDER_PLACED, 2, order=2),
        row(90, Kind.SOLD_OUT),
        row(95, Kind.SOLD_OUT),
    ]
    assert stock.seconds_to_sold_out_median(TableView(table(*rows))) == 30
    assert stock.rounds_sold_out_share(TableView(table(*rows))) is None


def test_stock_before_any_change_counts_and_below_zero_shows():
    assert stock.stock_min(TableView(table(row(0, Kind.STOCK, value=4)))) == 5
    assert stock.stock_min(TableView(table(row(0, Kind.STOCK, value=-6), row(1, Kind.STOCK, value=6)))) == -1
    unlimited = tuple(product for product in header().products if product.stock is None)
    assert stock.stock_min(TableView(table(products=unlimited))) is None
    two = (ProductInfo("a", "", "", "", 1, 5), ProductInfo("b", "", "", "", 1, 3))
    assert stock.stock_min(TableView(table(row(0, Kind.STOCK, value=-3), products=two))) == 2


def test_by_reason():
    by_reason = stock.disappointed_by_reason(VIEW)
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
        orders.unfilled_refund_rate,
        orders.sales_per_buyer_fen,
        orders.unit_value_fen,
        orders.units_per_order,
        orders.repurchase_rate,
        stock.rounds_sold_out_share,
        stock.seconds_to_sold_out_median,
    ):
        assert metric(EMPTY) is None
    assert orders.buyers(EMPTY) == 0


def test_the_busiest_minute_is_one_of_the_clock():
    """Starting at 20:00:00; 3 orders in the minute from 60 s on, 2 in the next, though 5 lie within 60 s."""
    placed = [row(when, Kind.ORDER_PLACED, 1, order=n) for n, when in enumerate([0, 90, 95, 119, 120, 149])]
    view = TableView(table(*placed))
    assert stock.orders_per_minute_peak(view) == 3
    assert stock.hours_to_peak_minute(view) == 60 / 3600
    tied = TableView(table(*placed[:1], *placed[4:5]))
    assert (stock.orders_per_minute_peak(tied), stock.hours_to_peak_minute(tied)) == (1, 0)
    assert (stock.orders_per_minute_peak(EMPTY), stock.hours_to_peak_minute(EMPTY)) == (0, None)
