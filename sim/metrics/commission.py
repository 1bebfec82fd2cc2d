"""Commission: what distributors earned, what became of it, and how it is spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Kind
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.money import COMMISSION_LINES, net_fen
from sim.metrics.view import TableView, ratio


def commission_fen(view: TableView) -> int:
    """Commission accrued, less what was reversed or got back; what was asked for again in vain is spent."""
    return sum(view.spending_fen[line] for line in COMMISSION_LINES)


def distributors(view: TableView) -> int:
    """Members who were or became distributors, or earned commission."""
    return len(_earnings_fen(view))


def commission_share(view: TableView) -> float | None:
    """Commission / net sales."""
    return ratio(commission_fen(view), net_fen(view))


def commission_gini(view: TableView) -> float | None:
    """Gini coefficient of commission over distributors, those who earned nothing included."""
    earned = np.sort(_earnings_fen(view))
    total = int(earned.sum())
    if not total:
        return None
    weighted = int((earned * np.arange(1, len(earned) + 1)).sum())
    return 2 * weighted / (len(earned) * total) - (len(earned) + 1) / len(earned)


def distributors_earning_nothing_share(view: TableView) -> float | None:
    """Distributors without commission / distributors."""
    earned = _earnings_fen(view)
    return ratio(int((earned <= 0).sum()), len(earned))


def distributors_out_of_pocket_share(view: TableView) -> float | None:
    """Distributors who paid more in entry and withdrawal fees than they earned / distributors.

    Earned: commission that was not taken back, prizes, and rewards for recruits.
    """
    earned = _earnings_fen(view, fees=True)
    return ratio(int((earned < 0).sum()), len(earned))


def commission_uncollected_fen(view: TableView) -> int:
    """Commission paid on orders that were sent back, and never got back: withdrawn, or not asked for."""
    return commission_by_fate_fen(view)["uncollected"]


def commission_by_fate_fen(view: TableView) -> dict[str, int]:
    """Commission by what became of it: accrued = reversed + frozen + kept + collected + uncollected.

    `frozen` is still owed. What was `paid` is `kept`, or its order was sent back: then it was asked for again
    (`clawed`) or not (`lost`), and got back (`collected`) or not (`uncollected`, which holds `lost`).
    """
    accrued, reversed_fen = view.total(Kind.COMMISSION_ACCRUED), view.total(Kind.COMMISSION_REVERSED)
    paid, clawed = view.total(Kind.COMMISSION_PAID), view.total(Kind.COMMISSION_CLAWED)
    lost, collected = view.total(Kind.COMMISSION_LOST), view.total(Kind.COMMISSION_COLLECTED)
    return {
        "accrued": accrued,
        "reversed": reversed_fen,
        "paid": paid,
        "frozen": accrued - reversed_fen - paid,
        "kept": paid - clawed - lost,
        "clawed": clawed,
        "collected": collected,
        "uncollected": clawed - collected + lost,
        "lost": lost,
    }


def _earnings_fen(view: TableView, *, fees: bool = False) -> NDArray[np.int64]:
    """Commission accrued less reversed and got back of every distributor: int64[distributors].

    fees: prizes and rewards for recruits count too, and what was paid for entry and withdrawals comes off.
    """
    earned = np.zeros(view.header.members, dtype=np.int64)
    signs = {Kind.COMMISSION_ACCRUED: 1, Kind.COMMISSION_REVERSED: -1, Kind.COMMISSION_COLLECTED: -1}
    if fees:
        signs |= {Kind.PRIZE: 1, Kind.JOINING_FEE: -1, Kind.WITHDRAW_FEE: -1}
    for kind, sign in signs.items():
        np.add.at(earned, view.column(kind, "actor"), sign * view.column(kind, "amount_fen"))
    if fees:
        schemes = [place for place, offer in enumerate(view.header.offers) if offer.type == "commission"]
        bonus = view.rows(Kind.REWARD_PAID)
        bonus = bonus[np.isin(view.table["offer"][bonus], schemes)]
        np.add.at(earned, view.table["actor"][bonus], view.table["amount_fen"][bonus])
    counted = view.members_in(view.column(Kind.COMMISSION_ACCRUED, "actor"))
    counted |= view.members_in(view.column(Kind.RECRUITED, "actor"))
    counted[np.array(view.header.distributors, dtype=np.int64)] = True
    return earned[counted]


METRICS: tuple[Metric, ...] = (
    Metric("commission_fen", commission_fen, "fen", "佣金", "commission", "less"),
    Metric(
        "commission_share",
        commission_share,
        "share",
        "佣金占比",
        "commission to sales",
        "less",
        "净销售额",
        "net sales",
        of=("commission_fen", "net_fen"),
    ),
    Metric("distributors", distributors, "members", "分销员", "distributors", "neither"),
    Metric(
        "commission_uncollected_fen",
        commission_uncollected_fen,
        "fen",
        "未追回佣金",
        "commission not got back",
        "less",
    ),
    Metric("commission_gini", commission_gini, "ratio", "佣金基尼系数", "Gini of commission", "less"),
    Metric(
        "distributors_earning_nothing_share",
        distributors_earning_nothing_share,
        "share",
        "零收入分销员占比",
        "distributors earning nothing",
        "less",
        "分销员",
        "distributors",
    ),
    Metric(
        "distributors_out_of_pocket_share",
        distributors_out_of_pocket_share,
        "share",
        "入不敷出的分销员占比",
        "distributors out of pocket",
        "less",
        "分销员",
        "distributors",
    ),
)

BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "commission_by_fate_fen", commission_by_fate_fen, "fen", "佣金去向", "commission by fate", "neither"
    ),
)
