import pytest
from event_rows import row, table

from sim.events import Channel, Kind
from sim.metrics import spread
from sim.metrics.view import TableView
from sim.units import HOUR

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
    assert spread.brought_by_others_share(VIEW) == 3 / 5
    assert spread.acts_beyond_first_step_share(VIEW) == 1 / 5
    assert spread.cycle_hours_median(VIEW) == 2 / HOUR  # of 2, 2 and 3 seconds
    generations = spread.k_factor_by_generation(VIEW)
    assert generations == {"0": 2 / 2, "1": 1 / 2, "2": 0, "3": None, "4": None}


PAID, CHAT = Kind.ORDER_PAID, Channel.CHAT
H = HOUR


def invited(*more, horizon_s=100 * H):
    """1 pays, invites 7 in two messages, and brings 2, 3 and 4; 3 brings 5, who is refunded; 2 brings 6."""
    return TableView(
        table(
            row(0, Kind.SEND, 1, value=50, channel=CHAT),  # before paying: no customer's invitation
            row(1 * H, PAID, 1, order=0),
            row(2 * H, Kind.SEND, 1, value=4, channel=CHAT),
            row(3 * H, Kind.SEND, 1, value=3, channel=CHAT),
            row(3 * H, Kind.SEND, 1, value=9, channel=CHAT, product=1),  # about what 1 has not bought
            row(4 * H, PAID, 2, order=1, source=1, channel=CHAT),
            row(5 * H, PAID, 3, order=2, source=1, channel=CHAT),
            row(5 * H, PAID, 8, order=3, source=1, channel=Channel.OPEN_LIST),  # a stranger's group
            row(6 * H, Kind.SEND, 7, source=1, value=1, channel=CHAT),  # passes on, and never buys
            row(6 * H, Kind.SEND, 2, source=1, value=1, channel=CHAT),
            row(6 * H, Kind.SEND, 3, source=1, value=2, channel=CHAT),
            row(9 * H, PAID, 4, order=4, source=1, channel=CHAT),
            row(9 * H, PAID, 5, order=5, source=3, channel=CHAT),
            row(10 * H, Kind.REFUNDED, 5, order=5),
            row(20 * H, PAID, 6, order=6, source=2, channel=CHAT),
            *more,
            horizon_s=horizon_s,
        )
    )


def test_k_is_invitations_a_customer_times_their_conversion():
    view = invited()
    assert spread.invites_per_customer(view) == (4 + 3 + 1 + 2) / 6  # of 1, 2, 3, 4, 6 and 8
    assert spread.invite_conversion(view) == (3 + 1) / 10  # 1 brings 2, 3 and 4; 2 brings 6
    assert spread.k_factor(view) == pytest.approx(4 / 6)
    assert spread.k_factor(view) == pytest.approx(
        spread.invites_per_customer(view) * spread.invite_conversion(view)
    )


def test_k_leaves_out_customers_who_had_no_cycle_left():
    """Nine in ten follow within 16 hours; 6, who paid at 20, could not have brought anybody by 36."""
    view = invited(horizon_s=36 * H)
    assert spread.k_factor(view) == pytest.approx(4 / 6)
    view = invited(row(21 * H, Kind.SEND, 0, source=6, value=1), horizon_s=36 * H - 1)
    assert spread.k_factor(view) == pytest.approx(4 / 5)
    assert spread.k_factor_by_generation(view) == pytest.approx(
        {"0": 4 / 3, "1": 2 / 4, "2": 0.0, "3": None, "4": None}
    )  # roots are 1, 8, and 1 with the other product; of generation 2, 5 alone and not 6


def test_who_was_brought_before_the_customer_invited_is_not_counted():
    view = TableView(
        table(
            row(0, Kind.SEND, 1, value=5, channel=CHAT),
            row(1, PAID, 2, order=0, source=1, channel=CHAT),  # brought, but not by a customer
            row(2, PAID, 1, order=1),
            row(3, PAID, 3, order=2, source=1, channel=CHAT),  # by what was sent before paying
            row(4, Kind.SEND, 1, value=5, channel=CHAT),
        )
    )
    assert spread.invites_per_customer(view) == 5 / 3
    assert spread.invite_conversion(view) == 0


def test_without_followers_every_customer_is_completed():
    view = TableView(table(row(5, PAID, 1, order=0), horizon_s=6))
    assert spread.k_factor(view) == 0
    assert spread.invite_conversion(view) is None
    assert spread.cycle_hours_median(view) is None


def test_virality_of_large_cascades():
    """Stars of 9, 10 and 20, and a chain of 10: the first is no large one, and a chain of 10 is at 11 / 3."""
    rows, member = [], 0
    for people, chain in ((9, False), (10, False), (20, False), (10, True)):
        root = member
        for number in range(people):
            source = -1 if number == 0 else member - 1 if chain else root
            rows.append(row(member, Kind.SEND, member, source=source, segment=0))
            member += 1
    view = TableView(table(*rows, members=50))
    assert spread.cascades_large(view) == 3
    assert spread.structural_virality_large_median(view) == pytest.approx(2 * 19 / 20)
    assert spread.structural_virality_large_p90(view) == pytest.approx(11 / 3)


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
        ({"channel": Channel.OPEN_LIST}, "list"),
        ({"channel": Channel.REMINDER}, "own"),
    ]
    rows = [
        row(order, Kind.ORDER_PAID, 2, order=order, amount_fen=1 << order, **how)
        for order, (how, _) in enumerate(paid)
    ]
    later = [
        row(50, Kind.RECRUITED, 5, source=8),
        row(51, Kind.ORDER_PAID, 2, order=8, amount_fen=1 << 8, source=5, channel=Channel.CHAT),
        row(52, Kind.ORDER_PAID, 2, order=9, amount_fen=1 << 9, source=5, channel=Channel.CHAT),
        row(53, Kind.REFUNDED, 2, order=9, amount_fen=1 << 9),
    ]
    shares = spread.sales_share_by_source(TableView(table(*rows, *later)))
    expected = dict.fromkeys(spread.SALES_SOURCES, 0)
    for order, (_, name) in enumerate([*paid, (None, "distributor")]):
        expected[name] += 1 << order
    assert {name: share * 511 for name, share in shares.items()} == pytest.approx(expected)


def test_nothing_over_nothing_is_none():
    for metric in (
        spread.share_rate,
        spread.sends_per_buyer,
        spread.k_factor,
        spread.invites_per_customer,
        spread.brought_by_others_share,
        spread.acts_beyond_first_step_share,
        spread.structural_virality_large_median,
        spread.cascade_singleton_share,
        spread.cascade_size_max,
        spread.structural_virality_mean,
    ):
        assert metric(EMPTY) is None
    assert set(spread.sales_share_by_source(EMPTY).values()) == {None}
