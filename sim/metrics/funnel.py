"""The funnel: who was reached, read, looked closer and bought."""

from __future__ import annotations

import numpy as np

from sim.events import Channel, Kind
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.view import TableView, ratio

MESSAGE_CHANNELS = (
    Channel.PRIVATE,
    Channel.CHAT,
    Channel.MOMENTS,
    Channel.KOL_POST,
    Channel.PUBLIC,
    Channel.PUSH,
)
"""Channels over which something is delivered to people; the others are what members do of their own."""


def members(view: TableView) -> int:
    """People in the community."""
    return view.header.members


def reached(view: TableView) -> int:
    """Members who read at least once, in any channel, own browsing included."""
    return view.counts(Kind.COUNT_READERS).total()


def reach_share(view: TableView) -> float | None:
    """Reached / members."""
    return ratio(reached(view), members(view))


def exposures(view: TableView) -> int:
    """Reads: each time a member reads an item counts."""
    return view.counts(Kind.COUNT_READS).total()


def exposures_per_reached(view: TableView) -> float | None:
    """Exposures / reached."""
    return ratio(exposures(view), reached(view))


def delivered(view: TableView) -> int:
    """Messages put before people: a send to 200 is 200; the operator's pushes by people pushed to."""
    return view.counts(Kind.COUNT_RECIPIENTS).total()


def read_rate(view: TableView) -> float | None:
    """Reads in `MESSAGE_CHANNELS` / delivered."""
    reads = view.counts(Kind.COUNT_READS)
    return ratio(reads.total(np.isin(reads.channel, np.array(MESSAGE_CHANNELS))), delivered(view))


def considering(view: TableView) -> int:
    """Members who looked closer at least once."""
    return view.counts(Kind.COUNT_CONSIDERERS).total()


def ordering(view: TableView) -> int:
    """Members who placed an order, paid or not."""
    return int(view.members_in(view.column(Kind.ORDER_PLACED, "actor")).sum())


def considered(view: TableView) -> int:
    """Times a member looked closer after reading."""
    return view.counts(Kind.COUNT_CONSIDERS).total()


def consider_rate(view: TableView) -> float | None:
    """Considered / exposures (click-through)."""
    return ratio(considered(view), exposures(view))


def conversion_of_readers(view: TableView) -> float | None:
    """Buyers / members who have read something (nobody buys what they have not read about)."""
    return ratio(int(view.buyers.sum()), reached(view))


def conversion_of_members(view: TableView) -> float | None:
    """Buyers / members."""
    return ratio(int(view.buyers.sum()), members(view))


def conversion_of_messages(view: TableView) -> float | None:
    """Standing orders that came over `MESSAGE_CHANNELS` / messages delivered."""
    over = np.isin(view.table["channel"][view.standing], np.array(MESSAGE_CHANNELS))
    return ratio(int(over.sum()), delivered(view))


def exposures_by_channel(view: TableView) -> dict[str, int]:
    """Exposures of each channel."""
    reads = view.counts(Kind.COUNT_READS)
    return {channel.name.lower(): reads.total(reads.channel == channel) for channel in Channel}


def conversion_by_channel(view: TableView) -> dict[str, float | None]:
    """Pairs of member and product bought through the channel / pairs read through it.

    Repeated reads and repeated orders of one product by one member count once; a purchase counts at the
    channel of its order, over which the product was read about before.
    """
    readers = view.counts(Kind.COUNT_READERS_IN_CHANNEL)
    channel_of = view.table["channel"][view.standing]
    return {
        channel.name.lower(): ratio(
            len(view.pairs(view.standing[channel_of == channel])), readers.total(readers.channel == channel)
        )
        for channel in Channel
    }


def conversion_by_segment(view: TableView) -> dict[str, float | None]:
    """Buyers of the segment / members of the segment who have read."""
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
    """Members of the segment who have read / members of the segment."""
    readers = view.counts(Kind.COUNT_READERS)
    return {
        name: ratio(readers.total(readers.segment == number), people)
        for number, (name, people) in enumerate(
            zip(view.header.segments, view.header.segment_members, strict=True)
        )
    }


METRICS: tuple[Metric, ...] = (
    Metric("members", members, "members", "成员", "members", "neither"),
    Metric("reached", reached, "members", "触达人数", "members reached", "more"),
    Metric("reach_share", reach_share, "share", "触达率", "reach", "more", "成员", "members"),
    Metric("exposures", exposures, "times", "曝光次数", "exposures", "neither"),
    Metric(
        "exposures_per_reached",
        exposures_per_reached,
        "ratio",
        "人均曝光",
        "exposures per person",
        "neither",
        "触达人数",
        "members reached",
    ),
    Metric("delivered", delivered, "messages", "消息送达", "messages delivered", "neither"),
    Metric("read_rate", read_rate, "share", "阅读率", "read rate", "more", "消息送达", "messages delivered"),
    Metric("considering", considering, "members", "点击人数", "members who looked closer", "more"),
    Metric("ordering", ordering, "members", "下单人数", "members who ordered", "more"),
    Metric("considered", considered, "times", "点击查看", "click-throughs", "more"),
    Metric(
        "consider_rate",
        consider_rate,
        "share",
        "点击率",
        "click-through rate",
        "more",
        "曝光次数",
        "exposures",
    ),
    Metric(
        "conversion_of_readers",
        conversion_of_readers,
        "share",
        "转化率(按触达)",
        "conversion of readers",
        "more",
        "触达人数",
        "members reached",
    ),
    Metric(
        "conversion_of_members",
        conversion_of_members,
        "share",
        "转化率(按成员)",
        "conversion of members",
        "more",
        "成员",
        "members",
    ),
    Metric(
        "conversion_of_messages",
        conversion_of_messages,
        "share",
        "转化率(按消息)",
        "conversion of messages",
        "more",
        "消息送达",
        "messages delivered",
    ),
)


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "exposures_by_channel", exposures_by_channel, "times", "各渠道曝光", "exposures by channel", "neither"
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
        "该人群触达人数",
        "members of the segment reached",
    ),
)
