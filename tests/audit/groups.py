"""Group-buying: opened, filled, failed, how fast, and by whom."""

from __future__ import annotations

from fractions import Fraction

from sim.events import Channel, Reason

from .events import PAIR, Events, share
from .funnel import Figures


def figures(events: Events) -> Figures:
    """All of the family `groups`."""
    opened, failed = events.of("GROUP_OPENED"), events.of("GROUP_FAILED")
    groups, filled = set(opened["group"]), set(events.of("GROUP_SUCCEEDED")["group"])
    undecided = groups - filled - set(failed["group"])
    seats = events.of("GROUP_JOINED")
    opener = dict(zip(opened["group"], opened["actor"], strict=True))
    joined = seats[seats["actor"] != seats["group"].map(opener)]
    from_list = int((joined["channel"] == Channel.OPEN_LIST).sum())
    paid = events.of("ORDER_PAID")
    firsts = set(paid.loc[paid["value"] == 1, "order"])
    read = events.of("READ")
    read = read[read["product"].isin(set(opened["product"]))]
    real = seats[seats["group"].isin(filled) & ~seats["order"].isin(events.orders("REFUNDED"))]
    figures: Figures = {
        "groups_opened": len(opened),
        "groups_succeeded": len(filled),
        "groups_failed": len(failed),
        "groups_undecided": len(undecided),
        "groups_virtually_filled": len(set(events.of("GROUP_VIRTUAL_FILL")["group"])),
        "group_success_rate": share(len(filled), len(filled) + len(failed)),
        "group_success_of_opened": share(len(filled), len(opened)),
        "grouped_share_of_visitors": share(
            len(real[PAIR].drop_duplicates()), len(read[PAIR].drop_duplicates())
        ),
        "hours_to_fill_median": _filled_by_hours(events, 1, 2),
        "hours_to_fill_p90": _filled_by_hours(events, 9, 10),
        "joiners": len(joined),
        "joins_from_list": from_list,
        "joins_from_list_share": share(from_list, len(joined)),
        "joiners_new_share": share(int(joined["order"].isin(firsts).sum()), len(joined)),
    }
    for reason in Reason:
        figures[f"groups_failed_by_reason.{reason.name.lower()}"] = int((failed["value"] == reason).sum())
    for channel in Channel:
        figures[f"joiners_by_channel.{channel.name.lower()}"] = int((joined["channel"] == channel).sum())
    return figures


def _filled_by_hours(events: Events, part: int, whole: int) -> float | None:
    """When the Kaplan-Meier curve of groups still open has fallen to 1 - part/whole or below."""
    opened_s = events.of("GROUP_OPENED").set_index("group")["time_s"]
    filled_s = events.of("GROUP_SUCCEEDED").set_index("group")["time_s"]
    failed_s = events.of("GROUP_FAILED").set_index("group")["time_s"]
    seen_until_s = max(events.header["horizon_s"], events.frame["time_s"].max())
    lasted: list[tuple[int, bool]] = []
    for group, began_s in opened_s.items():
        filled = group in filled_s.index
        ended_s = filled_s[group] if filled else failed_s.get(group, seen_until_s)
        lasted.append((int(ended_s - began_s), filled))
    still_open = Fraction(1)
    for seconds in sorted({seconds for seconds, filled in lasted if filled}):
        at_risk = sum(1 for other, _ in lasted if other >= seconds)
        still_open *= 1 - Fraction(sum(1 for one in lasted if one == (seconds, True)), at_risk)
        if 1 - still_open >= Fraction(part, whole):
            return seconds / 3600
    return None
