"""The daily series, day by day."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from .books import ACCOUNTS
from .events import MESSAGES, VISITS, Events
from .funnel import over
from .parts import Rows

_COUNTED = {
    "sends": "SEND",
    "considered": "CONSIDER",
    "orders_placed": "ORDER_PLACED",
    "orders_paid": "ORDER_PAID",
    "groups_opened": "GROUP_OPENED",
    "groups_succeeded": "GROUP_SUCCEEDED",
    "groups_failed": "GROUP_FAILED",
    "disappointed": "DISAPPOINTED",
    "reviews": "REVIEW",
    "mutes": "MUTE",
    "leaves": "LEAVE",
}
_MARKETING = {
    "COMMISSION_ACCRUED": 1, "PRIZE": 1, "REWARD_PAID": 1, "KOL_FEE": 1, "SAMPLE": 1, "PUSH_COST": 1,
    "COMMISSION_REVERSED": -1, "COMMISSION_COLLECTED": -1, "REWARD_REVERSED": -1,
}  # fmt: skip
_SUMMED = {
    "gross_fen": {"ORDER_PAID": 1},
    "refunds_fen": {"REFUNDED": 1, "REFUNDED_AFTER": 1, "PARTIAL_REFUND": 1},
    "commission_accrued_fen": {"COMMISSION_ACCRUED": 1},
    "marketing_fen": _MARKETING,
    "margin_fen": {
        "ORDER_PAID": 1, "REFUNDED": -1, "REFUNDED_AFTER": -1, "PARTIAL_REFUND": -1, "SUBSIDY": 1,
        "SHIPPED": -1, "RESTOCKED": 1, "CARRIAGE": -1, "PLATFORM_FEE": -1,
        **{name: -sign for name, sign in _MARKETING.items()},
    },
}  # fmt: skip


def rows(events: Events) -> Rows:
    """Every column but the date, by the number of the day."""
    day = events.local_day
    start = pd.Timestamp(events.header["start"])
    horizon = start + pd.Timedelta(seconds=events.header["horizon_s"])
    last = max([*day, (horizon - pd.Timedelta(seconds=1) - start.normalize()).days])
    columns: dict[str, Counter[int]] = {}
    read, members_act = events.of("READ"), events.frame["actor"] >= 0
    heard, found = over(read, MESSAGES), over(read, VISITS)
    columns["readers"] = Counter(when for _, when in set(zip(read["actor"], day[read.index], strict=True)))
    columns["newly_reached"] = Counter(day[heard.index].groupby(heard["actor"]).min())
    bought = events.standing
    columns["new_buyers"] = Counter(day[bought.index].groupby(bought["actor"]).min())
    columns["exposures"], columns["visits"] = Counter(day[heard.index]), Counter(day[found.index])
    for name, kind in _COUNTED.items():
        chosen = events.of(kind)
        if name == "sends":
            chosen = chosen[members_act[chosen.index]]
        columns[name] = Counter(day[chosen.index])
    for name, signs in _SUMMED.items():
        columns[name] = Counter()
        for kind, sign in signs.items():
            for when, fen in zip(day[events.of(kind).index], events.of(kind)["amount_fen"], strict=True):
                columns[name][when] += sign * int(fen)
    by_day = {
        number: {name: column[number] for name, column in columns.items()} for number in range(last + 1)
    }
    _add_cash(events, by_day)
    reached = buyers = 0
    for number, one in by_day.items():
        reached += one["newly_reached"]
        buyers += one["new_buyers"]
        midnight = start.normalize() + pd.Timedelta(days=number)
        one |= {"cumulative_reached": reached, "cumulative_buyers": buyers, "runoff": midnight >= horizon}
    return {str(number): dict(one) for number, one in by_day.items()}


def _add_cash(events: Events, by_day: dict[int, dict[str, int]]) -> None:
    """Walk through the merchant's account; a day begins where the one before ended."""
    balance = 0
    moves: dict[int, list[int]] = {}
    for row, when in zip(events.frame.itertuples(), events.local_day, strict=True):
        if row.kind in ACCOUNTS and "merchant" in ACCOUNTS[row.kind]:
            giver, taker = ACCOUNTS[row.kind]
            moves.setdefault(when, []).append(
                row.amount_fen * ((taker == "merchant") - (giver == "merchant"))
            )
    for number, one in by_day.items():
        began = lowest = balance
        for fen in moves.get(number, []):
            balance += fen
            lowest = min(lowest, balance)
        one |= {"cash_fen": balance - began, "cash_balance_fen": balance, "cash_lowest_fen": lowest}
