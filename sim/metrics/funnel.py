"""The funnel: who was reached, read, looked closer and bought."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind
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
    return int(view.readers.sum())


def reach_share(view: TableView) -> float | None:
    """Reached / members."""
    return ratio(reached(view), members(view))


def exposures(view: TableView) -> int:
    """Reads: each time a member reads an item counts."""
    return view.count(Kind.READ)


def exposures_per_reached(view: TableView) -> float | None:
    """Exposures / reached."""
    return ratio(exposures(view), reached(view))


def delivered(view: TableView) -> int:
    """Messages put before people: a send to 200 is 200; the operator's pushes by people pushed to."""
    return view.total(Kind.SEND, "value")


def read_rate(view: TableView) -> float | None:
    """Reads in `MESSAGE_CHANNELS` / delivered."""
    read = np.isin(view.column(Kind.READ, "channel"), np.array(MESSAGE_CHANNELS))
    return ratio(int(read.sum()), delivered(view))


def considering(view: TableView) -> int:
    """Members who looked closer at least once."""
    return int(view.members_in(view.column(Kind.CONSIDER, "actor")).sum())


def ordering(view: TableView) -> int:
    """Members who placed an order, paid or not."""
    return int(view.members_in(view.column(Kind.ORDER_PLACED, "actor")).sum())


def considered(view: TableView) -> int:
    """Times a member looked closer after reading."""
    return view.count(Kind.CONSIDER)


def consider_rate(view: TableView) -> float | None:
    """Considered / exposures (click-through)."""
    return ratio(considered(view), exposures(view))


def conversion_of_readers(view: TableView) -> float | None:
    """Buyers who have read something / members who have read something."""
    return ratio(int((view.buyers & view.readers).sum()), reached(view))


def conversion_of_members(view: TableView) -> float | None:
    """Buyers / members."""
    return ratio(int(view.buyers.sum()), members(view))


def conversion_of_messages(view: TableView) -> float | None:
    """Standing orders that came over `MESSAGE_CHANNELS` / messages delivered."""
    over = np.isin(view.table["channel"][view.standing], np.array(MESSAGE_CHANNELS))
    return ratio(int(over.sum()), delivered(view))


def exposures_by_channel(view: TableView) -> dict[str, int]:
    """Exposures of each channel."""
    channels = view.column(Kind.READ, "channel")
    return {channel.name.lower(): int((channels == channel).sum()) for channel in Channel}


def conversion_by_channel(view: TableView) -> dict[str, float | None]:
    """Pairs of member and product bought through the channel / pairs read through it.

    Repeated reads and repeated orders of one product by one member count once; a purchase counts at the
    channel of its order.
    """
    table = view.table
    read, bought = view.rows(Kind.READ), view.standing
    shares: dict[str, float | None] = {}
    for channel in Channel:
        readers = view.pairs(read[table["channel"][read] == channel])
        buyers = view.pairs(bought[table["channel"][bought] == channel])
        shares[channel.name.lower()] = ratio(
            len(np.intersect1d(buyers, readers, assume_unique=True)), len(readers)
        )
    return shares


def conversion_by_segment(view: TableView) -> dict[str, float | None]:
    """Buyers of the segment who have read / members of the segment who have read."""
    segment = _segment_of_members(view)
    return {
        name: ratio(
            int((view.buyers & view.readers & (segment == number)).sum()),
            int((view.readers & (segment == number)).sum()),
        )
        for number, name in enumerate(view.header.segments)
    }


def reach_share_by_segment(view: TableView) -> dict[str, float | None]:
    """Members of the segment who have read / members of the segment."""
    segment = _segment_of_members(view)
    return {
        name: ratio(int((view.readers & (segment == number)).sum()), people)
        for number, (name, people) in enumerate(
            zip(view.header.segments, view.header.segment_members, strict=True)
        )
    }


def _segment_of_members(view: TableView) -> NDArray[np.int8]:
    """The segment of every member who has read: int8[members], -1 for the others."""
    segment = np.full(view.header.members, -1, dtype=np.int8)
    segment[view.column(Kind.READ, "actor")] = view.column(Kind.READ, "segment")
    return segment
