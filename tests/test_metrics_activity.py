from event_rows import row, table

from sim.events import Kind
from sim.metrics import activity
from sim.metrics.view import TableView
from sim.units import DAY

VIEW = TableView(
    table(
        row(0, Kind.READ, 1),
        row(1, Kind.READ, 2),
        row(2, Kind.READ, 3),
        row(2, Kind.SEND, 3),
        row(3, Kind.CONSIDER, 2),
        row(3, Kind.MUTE, 1, value=0),
        row(3, Kind.MUTE, 4, value=1),
        row(4, Kind.MUTE, 1, value=-1),
        row(4, Kind.MUTE, 2, value=-1),
        row(5, Kind.LEAVE, 4, value=0),
        row(6, Kind.CHAT_DEAD, value=0),
        row(6, Kind.REVIEW, 3, value=5),
        row(6, Kind.REVIEW, 3, value=2),
        row(6, Kind.RESERVE, 5),
        row(7, Kind.ORDER_PLACED, 2, order=0),
        row(7 * DAY, Kind.READ, 2),
        row(14 * DAY, Kind.READ, 3),  # after the horizon
    )
)
EMPTY = TableView(table(chats=0))


def test_activity():
    assert activity.active_members(VIEW) == 3  # 2, 3 and 5 did something; 1 only read
    assert activity.active_share(VIEW) == 3 / 10
    assert activity.rating_mean(VIEW) == 3.5


def test_retention_compares_the_first_week_with_the_last():
    assert activity.retention(VIEW) == 1 / 3
    assert activity.retention(TableView(table(row(0, Kind.READ, 1), horizon_s=14 * DAY - 1))) is None


def test_turning_away():
    assert activity.chats_muted(VIEW) == 2
    assert activity.opt_out_share(VIEW) == 2 / 10
    assert activity.chats_left(VIEW) == 1
    assert activity.members_muting_share(VIEW) == 3 / 10
    assert activity.chats_dead(VIEW) == 1
    assert activity.chats_dead_share(VIEW) == 1 / 2


def test_nothing_over_nothing_is_none():
    for metric in (activity.retention, activity.chats_dead_share, activity.rating_mean):
        assert metric(EMPTY) is None
