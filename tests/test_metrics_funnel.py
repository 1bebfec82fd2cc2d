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
        row(3, Kind.READ, 4, channel=CHAT),
        row(4, Kind.READ, 6, channel=PUSH),
        row(5, Kind.READ, 7, channel=BROWSE),
        row(5, Kind.READ, 7, channel=BROWSE, product=1),
        row(5, Kind.READ, 3, channel=OWN_NEED),
        row(5, Kind.READ, 8, channel=Channel.REMINDER),
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
        row(9, Kind.ORDER_PAID, 4, order=5, channel=Channel.OPEN_LIST),
    )
)
EMPTY = TableView(table())


def test_reach():
    assert funnel.members(VIEW) == 10
    assert funnel.reached(VIEW) == 4  # not 7, who browsed, 3, who ran out, nor 8, who had asked for it
    assert funnel.reach_share(VIEW) == 0.4
    assert funnel.exposures(VIEW) == 5
    assert funnel.exposures_per_reached(VIEW) == 5 / 4
    assert funnel.visitors(VIEW) == 3
    assert funnel.visits(VIEW) == 4
    assert funnel.readers(VIEW) == 7


def test_frequency():
    assert funnel.reached_by_frequency(VIEW) == {"1": 3, "2_to_3": 1, "4_to_9": 0, "10_or_more": 0}
    read = (0, 1, 2, 3, 4, 9, 10, 50, 0, 1)
    reads = [row(0, Kind.READ, member, channel=CHAT) for member in range(10) for _ in range(read[member])]
    alone = [row(0, Kind.READ, 8, channel=BROWSE)] * 3
    frequency = funnel.reached_by_frequency(TableView(table(*reads, *alone)))
    assert frequency == {"1": 2, "2_to_3": 2, "4_to_9": 2, "10_or_more": 2}


def test_reading_and_looking_closer():
    assert funnel.delivered(VIEW) == 4 + 1 + 3
    assert funnel.read_rate(VIEW) == 5 / 8  # not the four that were found otherwise
    assert funnel.considered(VIEW) == 4
    assert funnel.considering(VIEW) == 3
    assert funnel.consider_rate(VIEW) == 3 / 5  # not the one who browsed


def test_the_conversions():
    assert funnel.conversion_of_readers(VIEW) == 4 / 7  # 1, 3, 4 and 7; 2 was refunded
    assert funnel.conversion_of_reached(VIEW) == 1 / 4  # 4 found a group on the list
    assert funnel.conversion_of_members(VIEW) == 4 / 10
    assert funnel.conversion_of_messages(VIEW) == 2 / 8


def test_by_channel():
    assert funnel.exposures_by_channel(VIEW)["chat"] == 4
    assert funnel.exposures_by_channel(VIEW)["moments"] == 0
    shares = funnel.conversion_by_channel(VIEW)
    assert shares["chat"] == 1 / 3  # twice read and twice bought counts once
    assert shares["browse"] == 1 / 2  # of two products read, one bought
    assert shares["push"] == 0
    assert shares["private"] is None
    assert shares["own_need"] == 1
    assert shares["moments"] is None
    assert "open_list" not in shares  # nothing is read there
    assert "open_list" not in funnel.exposures_by_channel(VIEW)


def test_by_segment():
    assert funnel.reach_share_by_segment(VIEW) == {"student": 3 / 6, "parent": 1 / 4}
    assert funnel.conversion_by_segment(VIEW) == {"student": 3 / 4, "parent": 1 / 3}


@pytest.mark.parametrize(
    "share",
    [
        funnel.exposures_per_reached,
        funnel.read_rate,
        funnel.consider_rate,
        funnel.conversion_of_readers,
        funnel.conversion_of_reached,
        funnel.conversion_of_messages,
    ],
)
def test_nothing_over_nothing_is_none(share):
    assert share(EMPTY) is None
