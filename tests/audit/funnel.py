"""The funnel: reached, read, looked closer, bought."""

from __future__ import annotations

import pandas as pd

from sim.events import Channel

from .events import MESSAGES, PAIR, VISITS, Events, members, share

Figures = dict[str, int | float | None]


def over(rows: pd.DataFrame, names: frozenset[str] | set[str]) -> pd.DataFrame:
    """The rows in these channels."""
    return rows[rows["channel"].isin({int(Channel[name]) for name in names})]


def figures(events: Events) -> Figures:
    """All of the family `funnel`."""
    everybody = events.header["members"]
    read, looked = events.of("READ"), events.of("CONSIDER")
    heard, found = over(read, MESSAGES), over(read, VISITS)
    reached, readers = members(heard), members(read)
    delivered = int(events.of("SEND")["value"].sum())
    by_message = over(events.standing, MESSAGES)
    figures: Figures = {
        "members": everybody,
        "reached": len(reached),
        "reach_share": share(len(reached), everybody),
        "exposures": len(heard),
        "exposures_per_reached": share(len(heard), len(reached)),
        "visitors": len(members(found)),
        "visits": len(found),
        "readers": len(readers),
        "delivered": delivered,
        "read_rate": share(len(heard), delivered),
        "considering": len(members(looked)),
        "ordering": len(members(events.of("ORDER_PLACED"))),
        "considered": len(looked),
        "consider_rate": share(len(over(looked, MESSAGES)), len(heard)),
        "conversion_of_readers": share(len(events.buyers), len(readers)),
        "conversion_of_reached": share(len(members(by_message)), len(reached)),
        "conversion_of_members": share(len(events.buyers), everybody),
        "conversion_of_messages": share(len(by_message), delivered),
    }
    figures |= frequencies(heard)
    for name in [one.name for one in Channel if one.name in MESSAGES | VISITS]:
        seen, bought = over(read, {name}), over(events.standing, {name})
        figures[f"exposures_by_channel.{name.lower()}"] = len(seen)
        figures[f"conversion_by_channel.{name.lower()}"] = share(
            len(bought[PAIR].drop_duplicates()), len(seen[PAIR].drop_duplicates())
        )
    for number, (name, size) in enumerate(
        zip(events.header["segments"], events.header["segment_members"], strict=True)
    ):
        inside = {
            what: len(members(rows[rows["segment"] == number]))
            for what, rows in (("reached", heard), ("readers", read), ("buyers", events.standing))
        }
        figures[f"reach_share_by_segment.{name}"] = share(inside["reached"], size)
        figures[f"conversion_by_segment.{name}"] = share(inside["buyers"], inside["readers"])
    return figures


def frequencies(heard: pd.DataFrame) -> Figures:
    """How many members heard how many messages."""
    often = heard.groupby("actor").size()
    return {
        "reached_by_frequency.1": int((often == 1).sum()),
        "reached_by_frequency.2_to_3": int(often.between(2, 3).sum()),
        "reached_by_frequency.4_to_9": int(often.between(4, 9).sum()),
        "reached_by_frequency.10_or_more": int((often >= 10).sum()),
    }
