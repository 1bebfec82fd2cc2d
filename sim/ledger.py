"""Double-entry money: which account each kind of event takes from and gives to.

Every fen that a row of the event table moves leaves one account and enters another, so the balances of
all accounts always add up to zero. Escrow and the commission liability hold other people's money for a
time and must be empty once all obligations have run off.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sim.events import EventTable, Kind


class Account(StrEnum):
    """Who holds money."""

    CUSTOMER = "customer"
    ESCROW = "escrow"
    MERCHANT = "merchant"
    SUPPLIER = "supplier"
    CARRIER = "carrier"
    PLATFORM = "platform"
    COMMISSION_LIABILITY = "commission_liability"
    DISTRIBUTOR = "distributor"
    KOL = "kol"


DEBIT_CREDIT: dict[Kind, tuple[Account, Account]] = {
    Kind.ORDER_PAID: (Account.ESCROW, Account.CUSTOMER),
    Kind.SHIPPED: (Account.SUPPLIER, Account.MERCHANT),
    Kind.CARRIAGE: (Account.CARRIER, Account.MERCHANT),
    Kind.RECEIVED: (Account.MERCHANT, Account.ESCROW),
    Kind.REFUNDED: (Account.CUSTOMER, Account.ESCROW),
    Kind.REFUNDED_AFTER: (Account.CUSTOMER, Account.MERCHANT),
    Kind.PARTIAL_REFUND: (Account.CUSTOMER, Account.ESCROW),
    Kind.RESTOCKED: (Account.MERCHANT, Account.SUPPLIER),
    Kind.SUBSIDY: (Account.ESCROW, Account.PLATFORM),
    Kind.PLATFORM_FEE: (Account.PLATFORM, Account.MERCHANT),
    Kind.COMMISSION_ACCRUED: (Account.COMMISSION_LIABILITY, Account.MERCHANT),
    Kind.COMMISSION_REVERSED: (Account.MERCHANT, Account.COMMISSION_LIABILITY),
    Kind.COMMISSION_PAID: (Account.DISTRIBUTOR, Account.COMMISSION_LIABILITY),
    Kind.COMMISSION_COLLECTED: (Account.MERCHANT, Account.DISTRIBUTOR),
    Kind.WITHDRAW_FEE: (Account.PLATFORM, Account.DISTRIBUTOR),
    Kind.JOINING_FEE: (Account.MERCHANT, Account.DISTRIBUTOR),
    Kind.PRIZE: (Account.DISTRIBUTOR, Account.MERCHANT),
    Kind.REWARD_PAID: (Account.CUSTOMER, Account.MERCHANT),
    Kind.REWARD_REVERSED: (Account.MERCHANT, Account.CUSTOMER),
    Kind.KOL_FEE: (Account.KOL, Account.MERCHANT),
    Kind.SAMPLE: (Account.SUPPLIER, Account.MERCHANT),
    Kind.PUSH_COST: (Account.PLATFORM, Account.MERCHANT),
}
"""(debited, credited): the amount enters the first account and leaves the second. Kinds that are not
here move nothing; where they carry an amount, it is a memo."""

TAKEN_BACK = (Kind.SUBSIDY, Kind.PLATFORM_FEE)
"""Kinds whose amount may be negative: what the platform takes back, or gives back, after a refund."""


TAKES_FROM_BUDGET = (
    Kind.COMMISSION_ACCRUED,
    Kind.PRIZE,
    Kind.REWARD_PAID,
    Kind.KOL_FEE,
    Kind.SAMPLE,
    Kind.PUSH_COST,
)
GIVES_BACK_TO_BUDGET = (Kind.COMMISSION_REVERSED, Kind.COMMISSION_COLLECTED, Kind.REWARD_REVERSED)
"""Kinds whose amounts are marketing, and those by which it comes back."""


def balances_fen(table: EventTable) -> dict[Account, int]:
    """What each account has gained (negative: given) over the table; they add up to zero."""
    totals = totals_fen(table)
    balances = dict.fromkeys(Account, 0)
    for kind, (debited, credited) in DEBIT_CREDIT.items():
        balances[debited] += totals[kind]
        balances[credited] -= totals[kind]
    return balances


def books_residual_fen(table: EventTable) -> int:
    """How far the books of a run that has run off are from being in order; 0 when they are.

    The sum, in fen, of what must be zero: what escrow still holds of each order; what is still owed to
    each distributor; how deep either was ever overdrawn (paid out before it came in); refunds of an
    order beyond what was paid for it, or after receipt beyond what was received; commission asked for
    again or written off beyond what was paid out, or got back beyond what was asked for; rewards taken
    back beyond what was paid; amounts below zero (but for `TAKEN_BACK`). Before the run-off it is not zero:
    money is under way.
    """
    return (
        _holding_residual(table, Account.ESCROW, "order")
        + _holding_residual(table, Account.COMMISSION_LIABILITY, "actor")
        + _excess(
            table,
            "order",
            (Kind.REFUNDED, Kind.REFUNDED_AFTER, Kind.PARTIAL_REFUND),
            (Kind.ORDER_PAID,),
        )
        + _excess(table, "order", (Kind.REFUNDED_AFTER,), (Kind.RECEIVED,))
        + _excess(table, "actor", (Kind.COMMISSION_CLAWED, Kind.COMMISSION_LOST), (Kind.COMMISSION_PAID,))
        + _excess(table, "actor", (Kind.COMMISSION_COLLECTED,), (Kind.COMMISSION_CLAWED,))
        + _excess(table, "order", (Kind.REWARD_REVERSED,), (Kind.REWARD_PAID,))
        + _below_zero(table)
    )


def money_by_line_fen(table: EventTable) -> dict[str, int]:
    """What the merchant spent, by line, in fen, less what came back; lines are always the same.

    Commission is what was accrued less what was reversed or got back, at the level of the accrual; what was
    asked for again in vain is spent.
    `commission_other` holds levels beyond the second and bonuses without a level. `joining_fees` come
    in, so they count below zero. `subsidy` is what
    the platform bore, not the merchant.
    """
    totals = totals_fen(table)
    commission = commission_by_level_fen(table)
    return {
        "goods": totals[Kind.SHIPPED] - totals[Kind.RESTOCKED],
        "carriage": totals[Kind.CARRIAGE],
        "platform_fee": totals[Kind.PLATFORM_FEE],
        "commission_level_1": commission.get(1, 0),
        "commission_level_2": commission.get(2, 0),
        "commission_other": sum(fen for level, fen in commission.items() if level not in (1, 2)),
        "rewards": totals[Kind.REWARD_PAID] - totals[Kind.REWARD_REVERSED],
        "prizes": totals[Kind.PRIZE],
        "kol_fees": totals[Kind.KOL_FEE],
        "samples": totals[Kind.SAMPLE],
        "push": totals[Kind.PUSH_COST],
        "joining_fees": -totals[Kind.JOINING_FEE],
        "subsidy": totals[Kind.SUBSIDY],
    }


def cash_by_row_fen(table: EventTable) -> NDArray[np.int64]:
    """The merchant's account after each row, from 0: int64[rows].

    Commission leaves it when it accrues, as it is owed from then on.
    """
    running: NDArray[np.int64] = np.cumsum(_signed(table.columns, Account.MERCHANT))
    return running


def commission_by_level_fen(table: EventTable) -> dict[int, int]:
    """Commission accrued less reversed and got back, in fen, by level, levels ascending.

    Money that is reversed counts at the level at which the same person earned on the same order, money got
    back at the level that its row says: it may be kept back from another order's commission.
    """
    accrued, collected = table.rows(Kind.COMMISSION_ACCRUED), table.rows(Kind.COMMISSION_COLLECTED)
    back = table.rows(Kind.COMMISSION_REVERSED)
    names, first = np.unique(_order_and_actor(table, accrued), return_index=True)
    parts = [(accrued["value"], accrued["amount_fen"]), (collected["value"], -collected["amount_fen"])]
    if len(names):
        wanted = _order_and_actor(table, back)
        place = np.minimum(np.searchsorted(names, wanted), len(names) - 1)
        back_level = np.where(names[place] == wanted, accrued["value"][first][place], 0)
        parts.append((back_level, -back["amount_fen"]))
    by_level: dict[int, int] = {}
    for levels, amounts_fen in parts:
        for level in np.unique(levels):
            moved_fen = int(amounts_fen[levels == level].sum())
            by_level[int(level)] = by_level.get(int(level), 0) + moved_fen
    return dict(sorted(by_level.items()))


def totals_fen(table: EventTable) -> dict[Kind, int]:
    """The sum of the amounts of each kind."""
    size = max(Kind) + 1
    kinds = table["kind"].astype(np.int64)
    sums = np.zeros(size, dtype=np.int64)
    moved = table["amount_fen"] != 0
    np.add.at(sums, kinds[moved], table["amount_fen"][moved])
    return {kind: int(sums[kind]) for kind in Kind}


def _signed(rows: dict[str, NDArray[np.int64]], account: Account) -> NDArray[np.int64]:
    """The rows' amounts as they change `account`: positive in, negative out."""
    sign = np.zeros(max(Kind) + 1, dtype=np.int64)
    for kind, (debited, credited) in DEBIT_CREDIT.items():
        sign[kind] = (debited is account) - (credited is account)
    return rows["amount_fen"] * sign[rows["kind"]]


def _holding_residual(table: EventTable, account: Account, owner: str) -> int:
    """What `account` still holds for each owner, and how deep it was overdrawn for any, added up."""
    rows = table.rows(*(kind for kind, accounts in DEBIT_CREDIT.items() if account in accounts))
    by_owner = np.argsort(rows[owner], kind="stable")
    owners = rows[owner][by_owner]
    if not len(owners):
        return 0
    running = np.cumsum(_signed(rows, account)[by_owner])
    starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    before = np.r_[0, running[starts[1:] - 1]]
    held = np.diff(np.r_[before, running[-1]])
    lowest = np.minimum.reduceat(running, starts) - before
    overdrawn = np.minimum(held, 0) - np.minimum(lowest, 0)  # beyond what `held` shows
    return int(np.abs(held).sum() + overdrawn.sum())


def _excess(table: EventTable, owner: str, out: tuple[Kind, ...], within: tuple[Kind, ...]) -> int:
    """By how much, over all owners, the `out` amounts exceed the `within` amounts."""
    size = int(table[owner].max(initial=-1)) + 2  # the last is of rows without an owner
    room = np.zeros(size, dtype=np.int64)
    for kinds, sign in ((within, 1), (out, -1)):
        rows = table.rows(*kinds)
        np.add.at(room, rows[owner], sign * rows["amount_fen"])
    return -int(np.minimum(room, 0).sum())


def _below_zero(table: EventTable) -> int:
    negative = table["amount_fen"] < 0
    allowed = np.isin(table["kind"][negative], np.array(TAKEN_BACK))
    return -int(table["amount_fen"][negative][~allowed].sum())


def _order_and_actor(table: EventTable, rows: dict[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    return (rows["order"].astype(np.int64) + 1) * (table.header.members + 1) + rows["actor"] + 1
