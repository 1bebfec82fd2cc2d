"""The funnel: who was reached, read, looked closer and bought."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, ratio
from sim.outcomes import MESSAGE_CHANNELS

FREQUENCIES = {"1": 1, "2_to_3": 2, "4_to_9": 4, "10_or_more": 10}
"""Parts of `reached_by_frequency`, and from how many messages on each begins."""

_READ_CHANNELS = tuple(channel for channel in Channel if channel is not Channel.OPEN_LIST)
"""Channels over which something is read; the list of open groups is where orders are found, not messages."""


def members(view: TableView) -> int:
    """People in the community."""
    return view.header.members


def reached(view: TableView) -> int:
    """Members who read at least one message that somebody sent: a member, a KOL, the platform, the operator.

    What members come upon by themselves (browsing, having run out, a reminder they asked for) reaches nobody:
    those are `visitors`.
    """
    return view.counts(Kind.COUNT_REACHED).total()


def reach_share(view: TableView) -> float | None:
    """Reached / members."""
    return ratio(reached(view), members(view))


def exposures(view: TableView) -> int:
    """Messages read: each time a member reads something that somebody sent counts."""
    return view.counts(Kind.COUNT_READS).over_messages


def exposures_per_reached(view: TableView) -> float | None:
    """Exposures / reached: the frequency of a media plan."""
    return ratio(exposures(view), reached(view))


def visitors(view: TableView) -> int:
    """Members who at least once read something that nobody sent: browsing, out of need, at a reminder."""
    return view.counts(Kind.COUNT_VISITORS).total()


def visits(view: TableView) -> int:
    """Times a member read something that nobody sent."""
    return view.counts(Kind.COUNT_READS).total() - exposures(view)


def readers(view: TableView) -> int:
    """Members who read anything: reached, or visitors, or both."""
    return view.counts(Kind.COUNT_READERS).total()


def delivered(view: TableView) -> int:
    """Messages put before people: a send to 200 is 200; the operator's pushes by people pushed to."""
    return view.counts(Kind.COUNT_RECIPIENTS).total()


def read_rate(view: TableView) -> float | None:
    """Exposures / delivered."""
    return ratio(exposures(view), delivered(view))


def considering(view: TableView) -> int:
    """Members who looked closer at least once."""
    return view.counts(Kind.COUNT_CONSIDERERS).total()


def ordering(view: TableView) -> int:
    """Members who placed an order, paid or not."""
    return int(view.members_in(view.column(Kind.ORDER_PLACED, "actor")).sum())


def considered(view: TableView) -> int:
    """Times a member looked closer after reading, be it a message or not."""
    return view.counts(Kind.COUNT_CONSIDERS).total()


def consider_rate(view: TableView) -> float | None:
    """Times a member looked closer after reading a message / exposures (click-through)."""
    return ratio(view.counts(Kind.COUNT_CONSIDERS).over_messages, exposures(view))


def conversion_of_readers(view: TableView) -> float | None:
    """Buyers / members who read anything (nobody buys what they have not read about)."""
    return ratio(int(view.buyers.sum()), readers(view))


def conversion_of_reached(view: TableView) -> float | None:
    """Members with a standing order that came over a message / reached."""
    buyer = view.table["actor"][view.standing[_over_messages(view)]]
    return ratio(int(view.members_in(buyer).sum()), reached(view))


def conversion_of_members(view: TableView) -> float | None:
    """Buyers / members."""
    return ratio(int(view.buyers.sum()), members(view))


def conversion_of_messages(view: TableView) -> float | None:
    """Standing orders that came over a message / messages delivered."""
    return ratio(int(_over_messages(view).sum()), delivered(view))


def reached_by_frequency(view: TableView) -> dict[str, int]:
    """Members reached, by how many messages they read."""
    table = view.messages
    rows = view.rows(Kind.READ)
    rows = rows[np.isin(table["channel"][rows], np.array(MESSAGE_CHANNELS))]
    times = np.bincount(table["actor"][rows], minlength=members(view))
    part = np.searchsorted(list(FREQUENCIES.values()), times[times > 0], side="right") - 1
    people = np.bincount(part, minlength=len(FREQUENCIES))
    return {name: int(people[number]) for number, name in enumerate(FREQUENCIES)}


def exposures_by_channel(view: TableView) -> dict[str, int]:
    """Times something was read in each channel: exposures, and visits by what led to them."""
    reads = view.counts(Kind.COUNT_READS)
    return {channel.name.lower(): reads.total(reads.channel == channel) for channel in _READ_CHANNELS}


def conversion_by_channel(view: TableView) -> dict[str, float | None]:
    """Pairs of member and product bought through the channel / pairs read through it.

    Repeated reads and repeated orders of one product by one member count once; a purchase counts at the
    channel of its order, over which the product was read about before. Seats found on the list of open groups
    came over none of them.
    """
    readers = view.counts(Kind.COUNT_READERS_IN_CHANNEL)
    channel_of = view.table["channel"][view.standing]
    return {
        channel.name.lower(): ratio(
            len(view.pairs(view.standing[channel_of == channel])), readers.total(readers.channel == channel)
        )
        for channel in _READ_CHANNELS
    }


def conversion_by_segment(view: TableView) -> dict[str, float | None]:
    """Buyers of the segment / members of the segment who read anything."""
    readers = view.counts(Kind.COUNT_READERS)
    segment_of = view.table["segment"][view.standing]
    buyer = view.table["actor"][view.standing]
    return {
        name: ratio(
            int(view.members_in(buyer[segment_of == number]).sum()), readers.total(readers.segment == number)
        )
        for number, name in enumerate(view.header.segments)
    }


def reach_share_by_segment(view: TableView) -> dict[str, float | None]:
    """Members of the segment who were reached / members of the segment."""
    counts = view.counts(Kind.COUNT_REACHED)
    return {
        name: ratio(counts.total(counts.segment == number), people)
        for number, (name, people) in enumerate(
            zip(view.header.segments, view.header.segment_members, strict=True)
        )
    }


def _over_messages(view: TableView) -> NDArray[np.bool_]:
    """Which of the standing orders came over a message: bool[orders]."""
    over: NDArray[np.bool_] = np.isin(view.table["channel"][view.standing], np.array(MESSAGE_CHANNELS))
    return over


METRICS: tuple[Metric, ...] = (
    Metric("members", members, "members", "成员", "members", "neither"),
    Metric("reached", reached, "members", "触达人数", "members reached", "more"),
    Metric("reach_share", reach_share, "share", "触达率", "reach", "more", "成员", "members"),
    Metric("exposures", exposures, "times", "曝光次数", "exposures", "neither"),
    Metric(
        "exposures_per_reached",
        exposures_per_reached,
        "ratio",
        "人均曝光（频次）",
        "exposures per person",
        "neither",
        "触达人数",
        "members reached",
    ),
    Metric("visitors", visitors, "members", "自主访客", "visitors of their own accord", "more"),
    Metric("visits", visits, "times", "自主访问次数", "visits", "neither"),
    Metric("readers", readers, "members", "看过的成员", "readers", "more"),
    Metric("delivered", delivered, "messages", "消息送达", "messages delivered", "neither"),
    Metric("read_rate", read_rate, "share", "阅读率", "read rate", "more", "消息送达", "messages delivered"),
    Metric("considering", considering, "members", "点击人数", "members who looked closer", "more"),
    Metric("ordering", ordering, "members", "下单人数", "members who ordered", "more"),
    Metric("considered", considered, "times", "点击查看", "click-throughs", "more"),
    Metric(
        "consider_rate",
        consider_rate,
        "share",
        "点击率（按消息）",
        "click-through of messages",
        "more",
        "曝光次数",
        "exposures",
    ),
    Metric(
        "conversion_of_readers",
        conversion_of_readers,
        "share",
        "转化率（按看过的成员）",
        "conversion of readers",
        "more",
        "看过的成员",
        "readers",
    ),
    Metric(
        "conversion_of_reached",
        conversion_of_reached,
        "share",
        "触达转化率",
        "conversion of those reached",
        "more",
        "触达人数",
        "members reached",
    ),
    Metric(
        "conversion_of_members",
        conversion_of_members,
        "share",
        "转化率（按成员）",
        "conversion of members",
        "more",
        "成员",
        "members",
    ),
    Metric(
        "conversion_of_messages",
        conversion_of_messages,
        "share",
        "转化率（按消息）",
        "conversion of messages",
        "more",
        "消息送达",
        "messages delivered",
    ),
)


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "exposures_by_channel", exposures_by_channel, "times", "各渠道阅读次数", "reads by channel", "neither"
    ),
    Breakdown(
        "reached_by_frequency",
        reached_by_frequency,
        "members",
        "触达频次分布",
        "reached by frequency",
        "neither",
        needs_messages=True,
        parts=tuple(FREQUENCIES),
    ),
    Breakdown(
        "conversion_by_channel",
        conversion_by_channel,
        "share",
        "各渠道转化率",
        "conversion by channel",
        "more",
        "经该渠道看过的人与商品",
        "pairs of member and product read through it",
    ),
    Breakdown(
        "reach_share_by_segment",
        reach_share_by_segment,
        "share",
        "各人群触达率",
        "reach by segment",
        "more",
        "该人群成员",
        "members of the segment",
    ),
    Breakdown(
        "conversion_by_segment",
        conversion_by_segment,
        "share",
        "各人群转化率",
        "conversion by segment",
        "more",
        "该人群看过的成员",
        "readers of the segment",
    ),
)
