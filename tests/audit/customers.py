"""What customers are worth: a visitor's spending, a new customer's margin so far, and when it pays back."""

from __future__ import annotations

from collections import Counter, defaultdict

import pandas as pd

from .events import DAY_S, Events, members, share
from .funnel import Figures
from .money import MARKETING, spending_fen

_SIGNS = {
    "ORDER_PAID": 1, "SUBSIDY": 1, "RESTOCKED": 1,
    "REFUNDED": -1, "REFUNDED_AFTER": -1, "PARTIAL_REFUND": -1, "SHIPPED": -1, "CARRIAGE": -1,
    "PLATFORM_FEE": -1,
}  # fmt: skip


def figures(events: Events) -> Figures:
    """All of the family `customers`."""
    left_fen: Counter[int] = Counter()
    for name, sign in _SIGNS.items():
        for order, fen in events.of(name).groupby("order")["amount_fen"].sum().items():
            left_fen[order] += sign * int(fen)
    day = events.local_day
    first = {who: int(day[rows.index[0]]) for who, rows in events.standing.groupby("actor")}
    brought: dict[int, list[tuple[int, int]]] = defaultdict(list)  # member -> (days after the first, margin)
    for row in events.of("ORDER_PAID").itertuples():
        if row.actor in events.new_customers:
            lag = max(0, int(day[row.Index]) - first[row.actor])
            brought[row.actor].append((lag, left_fen[row.order]))
    new = sorted(events.new_customers)
    worth_fen = {who: sum(fen for _, fen in brought[who]) for who in new}
    whole_fen = sum(worth_fen.values())
    lines = spending_fen(events)
    marketing_fen = sum(lines[name] for name in MARKETING)
    figures: Figures = {
        "uv_value_fen": share(events.sum_fen("ORDER_PAID"), len(members(events.of("CONSIDER")))),
        "new_customer_margin_fen": whole_fen,
        "ltv_to_date_fen": share(whole_fen, len(new)),
        "ltv_to_cac": share(whole_fen, marketing_fen),
        "payback_days": _payback([one for who in new for one in brought[who]], marketing_fen),
    }
    for days in (7, 30):
        ripe = [who for who in new if first[who] + days + 1 <= _whole_days(events)]
        fen = sum(fen for who in ripe for lag, fen in brought[who] if lag <= days)
        figures[f"ltv_d{days}_fen"] = share(fen, len(ripe))
    for week in range(_weeks(events)):
        mine = [who for who in new if first[who] // 7 == week]
        figures[f"ltv_by_cohort_fen.week_{week + 1}"] = share(sum(worth_fen[one] for one in mine), len(mine))
    return figures


def _payback(brought: list[tuple[int, int]], marketing_fen: int) -> int | None:
    for days in range(1 + max((lag for lag, _ in brought), default=-1)):
        if sum(fen for lag, fen in brought if lag <= days) >= marketing_fen:
            return days
    return None


def _end(events: Events) -> pd.Timedelta:
    """From the midnight before the start to the horizon."""
    start = pd.Timestamp(events.header["start"])
    return start + pd.Timedelta(seconds=events.header["horizon_s"]) - start.normalize()


def _whole_days(events: Events) -> int:
    return int(_end(events).total_seconds() // DAY_S)


def _weeks(events: Events) -> int:
    return int(-(-_end(events).total_seconds() // (7 * DAY_S)))
