"""Orders and money by product, by offer and by leader."""

from __future__ import annotations

from collections import Counter

from . import money, orders
from .events import Events
from .funnel import Figures

_EARNED = {
    "COMMISSION_ACCRUED": 1, "REWARD_PAID": 1,
    "COMMISSION_REVERSED": -1, "COMMISSION_COLLECTED": -1, "REWARD_REVERSED": -1,
}  # fmt: skip
_REFUNDS = ("REFUNDED", "REFUNDED_AFTER", "PARTIAL_REFUND")

Rows = dict[str, Figures]
"""Name in the first column of a file -> figures by column."""


def by_product(events: Events) -> Rows:
    """The rows of the event table about each product, as if nothing else had happened."""
    return {
        one["id"]: _only(events, "product", number) for number, one in enumerate(events.header["products"])
    }


def by_offer(events: Events) -> Rows:
    """The same of each offer, and of what was bought at the shop's own price."""
    ids = ["alone", *(one["id"] for one in events.header["offers"])]
    return {id_: _only(events, "offer", number) for number, id_ in enumerate(ids, start=-1)}


def by_leader(events: Events) -> Rows:
    """Order by order: who led its group, or else who earned its first level's commission."""
    leads = {row.group: row.actor for row in events.of("GROUP_OPENED", "LEADER_CHANGED").itertuples()}
    leader_of = {
        row.order: row.actor for row in events.of("COMMISSION_ACCRUED").itertuples() if row.value == 1
    }
    leader_of |= {row.order: leads.get(row.group, -1) for row in events.of("GROUP_JOINED").itertuples()}
    units: Counter[int] = Counter()
    for row in events.of("ORDER_ITEMS").itertuples():
        units[row.order] += row.value
    standing, rows = set(events.standing["order"]), {}
    buyers: dict[int, set[int]] = {}
    for row in events.of("ORDER_PAID").itertuples():
        leader = leader_of.get(row.order, -1)
        if leader < 0:
            continue
        found = rows.setdefault(leader, Counter())
        found["orders_paid"] += 1
        found["orders_standing"] += row.order in standing
        found["units_sold"] += units[row.order]
        found["gross_fen"] += row.amount_fen
        buyers.setdefault(leader, set()).add(row.actor)
    for names, column in ((dict.fromkeys(_REFUNDS, 1), "refunds_fen"), (_EARNED, "earned_fen")):
        for name, sign in names.items():
            for row in events.of(name).itertuples():
                if (leader := leader_of.get(row.order, -1)) in rows:
                    rows[leader][column] += sign * row.amount_fen
    columns = ("orders_paid", "orders_standing", "units_sold", "gross_fen", "refunds_fen", "earned_fen")
    by_sales = sorted(rows, key=lambda one: (-rows[one]["gross_fen"], one))
    return {
        str(one): {column: rows[one][column] for column in columns}
        | {"buyers": len(buyers[one]), "net_fen": rows[one]["gross_fen"] - rows[one]["refunds_fen"]}
        for one in by_sales
    }


def _only(events: Events, column: str, number: int) -> Figures:
    part = Events(events.header, events.frame[events.frame[column] == number])
    return orders.figures(part) | money.figures(part)
