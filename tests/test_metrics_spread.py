import pytest
from event_rows import row, table

from sim.events import Channel, Kind
from sim.metrics import spread
from sim.metrics.view import TableView

VIEW = TableView(
    table(
        row(0, Kind.READ, 0),
        row(0, Kind.READ, 7),
        row(0, Kind.SEND, 0, value=3),
        row(1, Kind.SEND, 0, value=3),
        row(2, Kind.SEND, 1, source=0, value=1),
        row(2, Kind.SEND, value=9, channel=Channel.PUSH),  # the operator's
        row(3, Kind.ORDER_PAID, 2, source=0, order=0, amount_fen=100, channel=Channel.PRIVATE),
        row(4, Kind.SEND, 2, source=0, value=1),
        row(5, Kind.SEND, 3, source=2, value=1),
        row(6, Kind.ORDER_PAID, 4, order=1, amount_fen=100, channel=Channel.BROWSE),
    )
)
EMPTY = TableView(table())


def test_sending():
    assert spread.sends(VIEW) == 5
    assert spread.senders(VIEW) == 4
    assert spread.share_rate(VIEW) == 4 / 5
    assert spread.sends_per_buyer(VIEW) == 1 / 2  # 2 sends once after paying, 4 never


def test_growth():
    assert spread.k_factor(VIEW) == 3 / 5
    generations = spread.k_factor_by_generation(VIEW)
    assert generations == {"0": 2 / 2, "1": 1 / 2, "2": 0, "3": None, "4": None}


def test_cascades():
    assert spread.cascades(VIEW) == 2
    assert spread.cascade_singleton_share(VIEW) == 1 / 2
    assert spread.cascade_size_mean(VIEW) == 5 / 2
    assert spread.cascade_size_max(VIEW) == 4
    assert spread.cascade_depth_max(VIEW) == 2
    assert spread.structural_virality_mean(VIEW) == pytest.approx((1 + 1 + 2 + 2 + 1 + 3) / 6)


def test_what_sold_it():
    paid = [
        ({"source": 9, "channel": Channel.CHAT}, "kol"),  # KOL 9, whatever the channel
        ({"source": 1, "channel": Channel.PUBLIC}, "kol"),
        ({"source": 8, "channel": Channel.CHAT}, "distributor"),
        ({"source": 5, "channel": Channel.CHAT}, "chat"),  # before 5 is recruited
        ({"source": 1, "channel": Channel.MOMENTS}, "friend"),
        ({"channel": Channel.PUSH}, "push"),
        ({"channel": Channel.OPEN_LIST}, "own"),
    ]
    rows = [
        row(order, Kind.ORDER_PAID, 2, order=order, amount_fen=1 << order, **how)
        for order, (how, _) in enumerate(paid)
    ]
    later = [
        row(50, Kind.RECRUITED, 5, source=8),
        row(51, Kind.ORDER_PAID, 2, order=7, amount_fen=1 << 7, source=5, channel=Channel.CHAT),
        row(52, Kind.ORDER_PAID, 2, order=8, amount_fen=1 << 8, source=5, channel=Channel.CHAT),
        row(53, Kind.REFUNDED, 2, order=8, amount_fen=1 << 8),
    ]
    shares = spread.sales_share_by_source(TableView(table(*rows, *later)))
    expected = dict.fromkeys(spread.SALES_SOURCES, 0)
    for order, (_, name) in enumerate([*paid, (None, "distributor")]):
        expected[name] += 1 << order
    assert {name: share * 255 for name, share in shares.items()} == pytest.approx(expected)


def test_nothing_over_nothing_is_none():
    for metric in (
        spread.share_rate,
        spread.sends_per_buyer,
        spread.k_factor,
        spread.cascade_singleton_share,
        spread.cascade_size_max,
        spread.structural_virality_mean,
    ):
        assert metric(EMPTY) is None
    assert set(spread.sales_share_by_source(EMPTY).values()) == {None}
