import numpy as np
from event_rows import row, table
from scipy.stats import CensoredData, ecdf

from sim.events import Channel, Kind, Reason
from sim.metrics import groups
from sim.metrics.view import TableView

H = 3600
VIEW = TableView(
    table(
        *(row(0, Kind.READ, member) for member in range(6)),
        row(0, Kind.READ, 8),
        row(0, Kind.READ, 8),
        row(0, Kind.READ, 9, product=1),  # no groups for this product: not a visitor
        row(0, Kind.GROUP_OPENED, 0, group=0, value=2),
        row(0, Kind.GROUP_JOINED, 0, group=0, order=0, channel=Channel.BROWSE),
        row(0, Kind.ORDER_PAID, 1, order=1, value=1),
        row(2 * H, Kind.GROUP_JOINED, 1, group=0, order=1, source=0, channel=Channel.PRIVATE),
        row(2 * H, Kind.GROUP_SUCCEEDED, 0, group=0, value=2),
        row(2 * H, Kind.GROUP_OPENED, 2, group=1, value=2),
        row(2 * H, Kind.GROUP_JOINED, 2, group=1, order=2),
        row(2 * H, Kind.GROUP_OPENED, 3, group=2, value=2),
        row(2 * H, Kind.GROUP_JOINED, 3, group=2, order=3),
        row(3 * H, Kind.GROUP_JOINED, 4, group=2, order=4, channel=Channel.OPEN_LIST),
        row(3 * H, Kind.GROUP_SUCCEEDED, 3, group=2, value=2),
        row(4 * H, Kind.GROUP_JOINED, 8, group=2, order=5, channel=Channel.OPEN_LIST),
        row(4 * H, Kind.GROUP_OPENED, 5, group=3, value=3),
        row(4 * H, Kind.GROUP_JOINED, 5, group=3, order=6),
        row(5 * H, Kind.GROUP_VIRTUAL_FILL, 5, group=3, value=2),
        row(8 * H, Kind.GROUP_SUCCEEDED, 5, group=3, value=1),
        row(8 * H, Kind.REFUNDED, 4, order=4),  # asked for the money back
        row(26 * H, Kind.GROUP_FAILED, 2, group=1, value=Reason.GROUP_EXPIRED),
        row(26 * H, Kind.REFUNDED, 2, order=2),
        row(27 * H, Kind.GROUP_OPENED, 1, group=4, value=2),
    )
)
EMPTY = TableView(table())


def test_counts():
    assert groups.groups_opened(VIEW) == 5
    assert groups.groups_succeeded(VIEW) == 3
    assert groups.groups_failed(VIEW) == 1
    assert groups.groups_undecided(VIEW) == 1
    assert groups.groups_virtually_filled(VIEW) == 1
    by_reason = groups.groups_failed_by_reason(VIEW)
    assert (by_reason["group_expired"], sum(by_reason.values())) == (1, 1)


def test_the_three_success_rates():
    assert groups.group_success_rate(VIEW) == 3 / 4
    assert groups.group_success_of_opened(VIEW) == 3 / 5
    assert groups.grouped_share_of_visitors(VIEW) == 5 / 7  # 0, 1, 3, 5, 8 of 0..5 and 8


def test_time_to_fill():
    """Of five groups three fill after 1, 2 and 4 hours; one fails after 24, one is still open."""
    assert groups.hours_to_fill_median(VIEW) == 4
    assert groups.hours_to_fill_p90(VIEW) is None  # fewer than nine in ten fill


def lasting(*groups_h, horizon_h=1000):
    """Groups by how many hours they lasted, and how they ended: filled, failed, or not by the horizon."""
    rows = []
    for number, (began_h, lasted_h, end) in enumerate(groups_h):
        rows.append(row(began_h * H, Kind.GROUP_OPENED, 0, group=number, value=2))
        if end is not None:
            rows.append(row((began_h + lasted_h) * H, end, 0, group=number))
    return TableView(table(*sorted(rows, key=lambda one: one[0]), horizon_s=horizon_h * H))


WON, LOST = Kind.GROUP_SUCCEEDED, Kind.GROUP_FAILED


def test_groups_that_fail_tell_that_they_took_longer():
    slow = lasting((0, 1, WON), (0, 2, LOST), (0, 3, LOST), (0, 5, WON), (0, 9, WON))
    # 4/5 are left after 1 hour; of the two left at 5 one fills: 4/5 x 1/2 = 2/5
    assert groups.hours_to_fill_median(slow) == 5
    assert groups.hours_to_fill_p90(slow) == 9
    assert groups.hours_to_fill_median(lasting((0, 1, WON), (0, 24, LOST), (0, 24, LOST))) is None
    at_once = lasting((0, 24, WON), (0, 24, LOST))  # who fails in that hour was still there
    assert groups.hours_to_fill_median(at_once) == 24
    assert groups.hours_to_fill_p90(at_once) is None


def test_a_group_still_open_at_the_horizon_lasted_until_then():
    early = lasting((0, 1, WON), (0, 8, WON), (0, 0, None), horizon_h=9)
    assert groups.hours_to_fill_median(early) == 8
    late = lasting((0, 1, WON), (0, 8, WON), (2, 0, None), horizon_h=9)  # known of for 7 hours only
    assert groups.hours_to_fill_p90(late) == 8


def test_fill_times_are_those_of_scipy():
    draws = np.random.default_rng(3)
    lasted, won = draws.integers(1, 30, 300), draws.random(300) < 0.6
    view = lasting(*((0, int(h), WON if w else LOST) for h, w in zip(lasted, won, strict=True)))
    left = ecdf(CensoredData(uncensored=lasted[won], right=lasted[~won])).sf
    for share, metric in ((0.5, groups.hours_to_fill_median), (0.9, groups.hours_to_fill_p90)):
        expected = left.quantiles[left.probabilities <= 1 - share]
        assert metric(view) == (expected[0] if len(expected) else None)


def test_joiners():
    assert groups.joiners(VIEW) == 3  # not the four openers
    channels = groups.joiners_by_channel(VIEW)
    assert (channels["private"], channels["open_list"], sum(channels.values())) == (1, 2, 3)
    assert groups.joiners_new_share(VIEW) == 1 / 3
    assert groups.joins_from_list(VIEW) == 2
    assert groups.joins_from_list_share(VIEW) == 2 / 3


def test_nothing_over_nothing_is_none():
    for metric in (
        groups.group_success_rate,
        groups.group_success_of_opened,
        groups.grouped_share_of_visitors,
        groups.hours_to_fill_median,
        groups.joiners_new_share,
        groups.joins_from_list_share,
    ):
        assert metric(EMPTY) is None
