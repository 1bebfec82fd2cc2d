from collections import Counter
from typing import Any

import numpy as np
import pytest
from event_rows import row, table

from sim.conform.cases import drawn_case
from sim.conform.offers import BY_TYPE
from sim.engine.model import CommunityModel
from sim.event_files import table_sha256
from sim.events import COLUMNS, Channel, EventTable, Kind
from sim.outcomes import MESSAGE_CHANNELS, MESSAGE_KINDS, WEEK_S, condensed, period_end_s
from sim.units import DAY, HOUR

CHAT, PUSH, BROWSE = Channel.CHAT, Channel.PUSH, Channel.BROWSE
MIDNIGHT = 4 * HOUR  # of the tables by hand, which start at 20:00

BY_HAND = table(
    row(0, Kind.SEND, value=3, channel=PUSH),
    row(5, Kind.READ, 1, channel=PUSH),
    row(5, Kind.CONSIDER, 1, channel=PUSH),
    row(5, Kind.ORDER_PLACED, 1, order=0, channel=PUSH),
    row(HOUR - 1, Kind.ORDER_PAID, 1, order=0, channel=PUSH),
    row(HOUR - 1, Kind.SEND, 1, value=4, channel=CHAT),
    row(HOUR, Kind.STOCK, value=-1),
    row(MIDNIGHT - 1, Kind.READ, 1, channel=CHAT),
    row(MIDNIGHT, Kind.READ, 1, channel=CHAT),
    row(MIDNIGHT, Kind.CONSIDER, 1, channel=CHAT),
    row(MIDNIGHT, Kind.READ, 7, channel=CHAT, product=-1),
    row(8 * DAY, Kind.READ, 7, channel=CHAT),
    row(8 * DAY, Kind.READ, 7, channel=BROWSE),
    row(14 * DAY - 5, Kind.READ, 7, channel=CHAT),
    row(14 * DAY, Kind.RECEIVED, 1, order=0, runoff=1),
)


def rows_of(shown: EventTable) -> list[dict[str, Any]]:
    return [
        dict(zip(COLUMNS, one, strict=True))
        for one in zip(*(shown[name].tolist() for name in COLUMNS), strict=True)
    ]


def counts_of(shown: EventTable, kind: Kind) -> list[tuple[int, int, int, int, int]]:
    return [
        (one["time_s"], one["product"], one["channel"], one["segment"], one["value"])
        for one in rows_of(shown)
        if one["kind"] == kind
    ]


def test_counts_by_hand() -> None:
    made = condensed(BY_HAND, HOUR)
    end = 14 * DAY - 1
    noon = 8 * DAY + HOUR - 1
    first, night, day = HOUR - 1, MIDNIGHT - 1, MIDNIGHT + HOUR - 1
    assert made.header.events == "outcomes"
    assert made.header.period_s == HOUR
    assert counts_of(made, Kind.COUNT_SENDS) == [(first, 0, CHAT, 0, 1), (first, 0, PUSH, -1, 1)]
    assert counts_of(made, Kind.COUNT_RECIPIENTS) == [(first, 0, CHAT, 0, 4), (first, 0, PUSH, -1, 3)]
    assert counts_of(made, Kind.COUNT_SENDS_AFTER_PAYING) == [(first, 0, CHAT, 0, 1)]
    assert counts_of(made, Kind.COUNT_SENDERS) == [(first, 0, CHAT, 0, 1)]
    assert counts_of(made, Kind.COUNT_READS) == [
        (first, 0, PUSH, 0, 1),
        (night, 0, CHAT, 0, 1),
        (day, -1, CHAT, 1, 1),
        (day, 0, CHAT, 0, 1),
        (noon, 0, CHAT, 1, 1),
        (noon, 0, BROWSE, 1, 1),
        (end, 0, CHAT, 1, 1),
    ]
    assert counts_of(made, Kind.COUNT_READERS) == [(first, 0, PUSH, 0, 1), (day, -1, CHAT, 1, 1)]
    assert len(counts_of(made, Kind.COUNT_READERS_OF_DAY)) == 5  # 1 on both sides of midnight
    assert counts_of(made, Kind.COUNT_READERS_OF_PRODUCT) == [
        (first, 0, PUSH, 0, 1),
        (day, -1, CHAT, 1, 1),
        (noon, 0, CHAT, 1, 1),
    ]
    assert (night, 0, CHAT, 0, 1) in counts_of(made, Kind.COUNT_READERS_IN_CHANNEL)
    assert counts_of(made, Kind.COUNT_READERS_EARLY) == counts_of(made, Kind.COUNT_READERS)
    assert counts_of(made, Kind.COUNT_READERS_KEPT) == [(noon, 0, CHAT, 1, 1)]
    assert counts_of(made, Kind.COUNT_REACHED) == counts_of(made, Kind.COUNT_READERS)
    assert counts_of(made, Kind.COUNT_VISITORS) == [(noon, 0, BROWSE, 1, 1)]
    assert counts_of(made, Kind.COUNT_PUSH_READERS) == [(first, 0, PUSH, 0, 1)]
    assert counts_of(made, Kind.COUNT_BACK_D1) == [(day, 0, CHAT, 0, 1)]
    assert not counts_of(made, Kind.COUNT_BACK_D7)
    assert counts_of(made, Kind.COUNT_CONSIDERS) == [(first, 0, PUSH, 0, 1), (day, 0, CHAT, 0, 1)]
    for kind in (Kind.COUNT_CONSIDERERS, Kind.COUNT_ACTIVE):
        assert counts_of(made, kind) == [(first, 0, PUSH, 0, 1)]
    assert counts_of(made, Kind.COUNT_READERS_OR_SENDERS) == counts_of(made, Kind.COUNT_READERS)


def test_periods_end_at_midnight_and_at_the_horizon() -> None:
    assert period_end_s(0, DAY, 20 * HOUR, 14 * DAY) == MIDNIGHT - 1
    assert period_end_s(MIDNIGHT, DAY, 20 * HOUR, 14 * DAY) == DAY - 1
    assert period_end_s(14 * DAY - 10, 5 * HOUR, 20 * HOUR, 14 * DAY - 3) == 14 * DAY - 4
    assert period_end_s(7, 1, 0, DAY) == 7


def test_counts_stand_behind_the_rows_of_their_period() -> None:
    found = [(one["time_s"], Kind(one["kind"])) for one in rows_of(condensed(BY_HAND, HOUR))]
    first = [kind for time_s, kind in found if time_s <= HOUR - 1]
    assert first[:2] == [Kind.ORDER_PLACED, Kind.ORDER_PAID]
    assert first[2:] == sorted(first[2:])
    assert found[len(first)] == (HOUR, Kind.STOCK)
    assert found[-1] == (14 * DAY, Kind.RECEIVED)
    assert [time_s for time_s, _ in found] == sorted(time_s for time_s, _ in found)


def test_retention_is_counted_where_there_are_two_weeks() -> None:
    short = condensed(table(row(0, Kind.READ, 1), row(8 * DAY, Kind.READ, 1), horizon_s=2 * WEEK_S - 1), HOUR)
    assert not np.isin(short["kind"], (Kind.COUNT_READERS_EARLY, Kind.COUNT_READERS_KEPT)).any()


def test_what_cannot_be_condensed() -> None:
    with pytest.raises(ValueError, match="full table"):
        condensed(condensed(BY_HAND, HOUR), HOUR)
    with pytest.raises(ValueError, match="one second"):
        condensed(BY_HAND, 0)
    with pytest.raises(ValueError, match="after the horizon"):
        condensed(table(row(14 * DAY, Kind.READ, 1)), HOUR)
    assert len(condensed(table(), HOUR)) == 0


def written_as_it_happens(full: EventTable, period_s: int) -> list[dict[str, Any]]:
    """An engine's way: flags, and counts of the running period; slow, and written apart from `condensed`."""
    header = full.header
    start_s = int(header.start[11:13]) * HOUR
    out: list[dict[str, Any]] = []
    counts: Counter[tuple[int, int, int, int]] = Counter()
    flags: set[Any] = set()
    last_day: dict[int, int] = {}
    acted_day: dict[int, int] = {}
    end_s = -1

    def flush() -> None:
        for (kind, product, channel, segment), count in sorted(counts.items()):
            blank = dict.fromkeys(COLUMNS, -1) | {"amount_fen": 0, "cause": 0, "runoff": 0}
            known = {"kind": kind, "product": product, "channel": channel, "segment": segment}
            if count:
                out.append(blank | known | {"time_s": end_s, "value": count})
        counts.clear()

    for one in rows_of(full):
        time_s, member, kind = one["time_s"], one["actor"], one["kind"]

        def add(what: Kind, by: int = 1, one: dict[str, Any] = one) -> None:
            counts[what, one["product"], one["channel"], one["segment"]] += by

        def first(*flag: Any) -> bool:
            fresh = flag not in flags
            flags.add(flag)
            return fresh

        if time_s > end_s:
            flush()
            to_midnight = (start_s + time_s) // DAY * DAY + DAY - start_s
            end_s = min((time_s // period_s + 1) * period_s, to_midnight, header.horizon_s) - 1
        if kind == Kind.ORDER_PAID:
            flags.add(("paid", member))
        if kind == Kind.SEND:
            add(Kind.COUNT_SENDS)
            add(Kind.COUNT_RECIPIENTS, one["value"])
            if ("paid", member) in flags:
                add(Kind.COUNT_SENDS_AFTER_PAYING)
            if member >= 0 and first("sent", member):
                add(Kind.COUNT_SENDERS)
        if kind == Kind.READ:
            add(Kind.COUNT_READS)
            if first("read", member):
                add(Kind.COUNT_READERS)
                if time_s < 7 * DAY and header.horizon_s >= 14 * DAY:
                    flags.add(("early", member))
                    add(Kind.COUNT_READERS_EARLY)
            sent = one["channel"] in MESSAGE_CHANNELS
            if first("reached" if sent else "visited", member):
                add(Kind.COUNT_REACHED if sent else Kind.COUNT_VISITORS)
            if one["channel"] == PUSH and first("pushed to", member):
                add(Kind.COUNT_PUSH_READERS)
            if last_day.get(member, -1) != (time_s + start_s) // DAY:
                last_day[member] = (time_s + start_s) // DAY
                add(Kind.COUNT_READERS_OF_DAY)
            if first("product", member, one["product"]):
                add(Kind.COUNT_READERS_OF_PRODUCT)
            if first("channel", member, one["product"], one["channel"]):
                add(Kind.COUNT_READERS_IN_CHANNEL)
            if ("early", member) in flags and time_s >= header.horizon_s - 7 * DAY and first("kept", member):
                add(Kind.COUNT_READERS_KEPT)
        if kind == Kind.CONSIDER:
            add(Kind.COUNT_CONSIDERS)
            if first("considered", member):
                add(Kind.COUNT_CONSIDERERS)
        if kind in (Kind.READ, Kind.SEND) and member >= 0 and first("read or sent", member):
            add(Kind.COUNT_READERS_OR_SENDERS)
        acts = (Kind.SEND, Kind.CONSIDER, Kind.RESERVE, Kind.ORDER_PLACED)
        if kind in acts and member >= 0:
            day = (time_s + start_s) // DAY
            if first("active", member):
                add(Kind.COUNT_ACTIVE)
                acted_day[member] = day
            for days in (1, 7, 30):
                if day == acted_day[member] + days and first("back", days, member):
                    add(Kind[f"COUNT_BACK_D{days}"])
        if kind not in MESSAGE_KINDS:
            out.append(one)
    flush()
    return out


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_an_engine_can_write_it_as_it_happens(type_: str) -> None:
    seen: Counter[int] = Counter()
    for number in range(3):
        case = drawn_case(3, number, type_)
        full = CommunityModel(case.scenario, case.graph).run()
        for period_s in (HOUR, 7 * HOUR + 1):
            made = condensed(full, period_s)
            assert rows_of(made) == written_as_it_happens(full, period_s)
            seen.update(made["kind"].tolist())
        assert table_sha256(made) != table_sha256(full)
    assert Kind.COUNT_READERS_IN_CHANNEL in seen
    assert not seen.keys() & set(MESSAGE_KINDS)


def test_firsts_are_found_by_places_or_by_sorting_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few reads of many products take a place for each name or are sorted, whichever is less work."""
    case = drawn_case(5, 1)
    full = CommunityModel(case.scenario, case.graph).run()
    made = []
    for sparse in (0, 10**9):
        monkeypatch.setattr("sim.outcomes._SPARSE", sparse)
        made.append(table_sha256(condensed(full, HOUR)))
    assert made[0] == made[1]
