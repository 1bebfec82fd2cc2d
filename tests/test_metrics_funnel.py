import pytest
from event_rows import row, table

from sim.events import Channel, Kind
from sim.metrics import funnel
from sim.metrics.view import TableView

CHAT, PRIVATE, BROWSE, PUSH = Channel.CHAT, Channel.PRIVATE, Channel.BROWSE, Channel.PUSH
OWN_NEED = Channel.OWN_NEED

VIEW = TableView(
    table(
        row(0, Kind.SEND, 0, value=4, channel=CHAT),
        row(0, Kind.SEND, 0, value=1, channel=PRIVATE),
        row(0, Kind.SEND, value=3, channel=PUSH),  # counted by its cost row
        row(0, Kind.PUSH_COST, value=3, channel=PUSH),
        row(1, Kind.READ, 1, channel=CHAT),
        row(2, Kind.READ, 1, channel=CHAT),
        row(3, Kind.READ, 2, channel=CHAT),
        row(4, Kind.READ, 6, channel=PUSH),
        row(5, Kind.READ, 7, channel=BROWSE),
        row(5, Kind.READ, 7, channel=BROWSE, product=1),
        row(5, Kind.READ, 3, channel=OWN_NEED),
        row(6, Kind.CONSIDER, 1, channel=CHAT),
        row(6, Kind.CONSIDER, 1, channel=CHAT),
        row(6, Kind.CONSIDER, 7, channel=BROWSE),
        row(6, Kind.CONSIDER, 6, channel=PUSH),
        row(7, Kind.ORDER_PAID, 1, order=0, channel=CHAT),
        row(8, Kind.ORDER_PAID, 1, order=1, channel=CHAT),
        row(8, Kind.ORDER_PAID, 2, order=2, channel=CHAT),
        row(9, Kind.REFUNDED, 2, order=2),
        row(9, Kind.ORDER_PAID, 7, order=3, channel=BROWSE, product=1),
        row(9, Kind.ORDER_PAID, 3, order=4, channel=OWN_NEED),
    )
)
EMPTY = TableView(table())


def test_reach():
    assert funnel.members(VIEW) == 10
    assert funnel.reached(VIEW) == 5
    assert funnel.reach_share(VIEW) == 0.5
    assert funnel.exposures(VIEW) == 7
    assert funnel.exposures_per_reached(VIEW) == 1.4


def test_reading_and_looking_closer():
    assert funnel.delivered(VIEW) == 4 + 1 + 3
    assert funnel.read_rate(VIEW) == 4 / 8  # not the three that were found otherwise
    assert funnel.considered(VIEW) == 4
    assert funnel.considering(VIEW) == 3
    assert funnel.consider_rate(VIEW) == 4 / 7


def test_the_three_conversions():
    assert funnel.conversion_of_readers(VIEW) == 3 / 5  # 1, 3 and 7; 2 was refunded
    assert funnel.conversion_of_members(VIEW) == 3 / 10
    assert funnel.conversion_of_messages(VIEW) == 2 / 8


def test_by_channel():
    assert funnel.exposures_by_channel(VIEW)["chat"] == 3
    assert funnel.exposures_by_channel(VIEW)["moments"] == 0
    shares = funnel.conversion_by_channel(VIEW)
    assert shares["chat"] == 1 / 2  # twice read and twice bought counts once
    assert shares["browse"] == 1 / 2  # of two products read, one bought
    assert shares["push"] == 0
    assert shares["private"] is None
    assert shares["own_need"] == 1
    assert shares["moments"] is None


def test_by_segment():
    assert funnel.reach_share_by_segment(VIEW) == {"student": 3 / 6, "parent": 2 / 4}
    assert funnel.conversion_by_segment(VIEW) == {"student": 2 / 3, "parent": 1 / 2}


@pytest.mark.parametrize(
    "share",
    [
        funnel.exposures_per_reached,
        funnel.read_rate,
        funnel.consider_rate,
        funnel.conversion_of_readers,
        funnel.conversion_of_messages,
    ],
)
def test_nothing_over_nothing_is_none(share):
    assert share(EMPTY) is None
