from event_rows import row, table

from sim.events import Channel, Kind
from sim.metrics import activity
from sim.metrics.view import TableView
from sim.outcomes import condensed
from sim.units import DAY, HOUR

VIEW = TableView(
    table(
        row(0, Kind.READ, 1, channel=Channel.PUSH),
        row(1, Kind.READ, 2, channel=Channel.PUSH),
        row(1, Kind.READ, 2, channel=Channel.PUSH),
        row(1, Kind.READ, 5, channel=Channel.PUSH),
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
    assert activity.reading_retention(VIEW) == 1 / 4
    short = TableView(table(row(0, Kind.READ, 1), horizon_s=14 * DAY - 1))
    assert activity.reading_retention(short) is None


def test_retention_by_action_counts_local_days_that_are_over():
    """From 20:00, so that days end at 4 h, 28 h, ...; by the horizon eight of them have."""
    acts = [
        row(0, Kind.CONSIDER, 1),  # on day 0; back on days 1 and 7
        row(4 * HOUR, Kind.SEND, 1),
        row(5 * HOUR, Kind.SEND, 1),
        row(7 * DAY, Kind.ORDER_PLACED, 1, order=0),
        row(1, Kind.RESERVE, 2),  # on day 0; then only reads
        row(5 * HOUR, Kind.READ, 2, channel=Channel.PUSH),
        row(2 * HOUR, Kind.CONSIDER, 6),  # on day 0, again on that day and on day 2
        row(3 * HOUR, Kind.CONSIDER, 6),
        row(2 * DAY, Kind.CONSIDER, 6),
        row(5 * HOUR, Kind.CONSIDER, 3),  # on day 1: its seventh day is day 8, which is not over
        row(8 * DAY, Kind.CONSIDER, 3),
        row(8 * DAY, Kind.CONSIDER, 4),  # on day 8: nothing can be told of it
    ]
    full = table(*sorted(acts, key=lambda one: one[0]), horizon_s=8 * DAY + 3 * HOUR)
    for view in (TableView(full), TableView(condensed(full, HOUR))):
        assert activity.retention_d1(view) == 1 / 4  # of 1, 2, 3 and 6
        assert activity.retention_d7(view) == 1 / 3  # of 1, 2 and 6
        assert activity.retention_d30(view) is None


def test_retention_after_thirty_days():
    back = [row(0, Kind.CONSIDER, 1), row(0, Kind.CONSIDER, 2), row(30 * DAY, Kind.CONSIDER, 2)]
    assert activity.retention_d30(TableView(table(*back, horizon_s=31 * DAY))) == 1 / 2
    assert activity.retention_d30(TableView(table(*back, horizon_s=30 * DAY + HOUR))) is None


def test_turning_away():
    assert activity.chats_muted(VIEW) == 2
    assert activity.opted_out(VIEW) == 2
    assert activity.opt_out_share(VIEW) == 2 / 3  # 1 and 2 of 1, 2 and 5
    assert activity.chats_left(VIEW) == 1
    assert activity.members_muting_share(VIEW) == 3 / 10
    assert activity.chats_dead(VIEW) == 1
    assert activity.chats_dead_share(VIEW) == 1 / 2


def test_nothing_over_nothing_is_none():
    for metric in (
        activity.retention_d1,
        activity.reading_retention,
        activity.opt_out_share,
        activity.chats_dead_share,
        activity.rating_mean,
    ):
        assert metric(EMPTY) is None
