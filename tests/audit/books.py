"""Double entry, order by order: who gives and who takes with each kind of row."""

from __future__ import annotations

from collections import Counter, defaultdict

from sim.events import Kind

from .events import Events

_SIDES = {
    "ORDER_PAID": "customer escrow",
    "SHIPPED": "merchant supplier",
    "CARRIAGE": "merchant carrier",
    "RECEIVED": "escrow merchant",
    "REFUNDED": "escrow customer",
    "REFUNDED_AFTER": "merchant customer",
    "PARTIAL_REFUND": "escrow customer",
    "RESTOCKED": "supplier merchant",
    "SUBSIDY": "platform escrow",
    "PLATFORM_FEE": "merchant platform",
    "COMMISSION_ACCRUED": "merchant commission",
    "COMMISSION_REVERSED": "commission merchant",
    "COMMISSION_PAID": "commission distributor",
    "WITHDRAW_FEE": "distributor platform",
    "PRIZE": "merchant distributor",
    "REWARD_PAID": "merchant customer",
    "KOL_FEE": "merchant kol",
    "SAMPLE": "merchant supplier",
    "PUSH_COST": "merchant platform",
    "JOINING_FEE": "distributor merchant",
    "COMMISSION_COLLECTED": "distributor merchant",
    "REWARD_REVERSED": "customer merchant",
}
ACCOUNTS: dict[int, tuple[str, str]] = {
    int(Kind[name]): (sides.split()[0], sides.split()[1]) for name, sides in _SIDES.items()
}
"""Kind -> (giver, taker), as the comments of `sim.events.Kind` say."""

MAY_BE_NEGATIVE = {Kind.SUBSIDY, Kind.PLATFORM_FEE}
REFUNDS = {Kind.REFUNDED, Kind.REFUNDED_AFTER, Kind.PARTIAL_REFUND}


def faults(events: Events, merchant_fen: int) -> list[str]:
    """What is wrong in the books of a run that has run off; empty when they are in order.

    merchant_fen: what the merchant must have gained: margin and entry fees.
    """
    by_order: dict[int, Counter[str]] = defaultdict(Counter)
    owed: Counter[int] = Counter()
    sums: dict[int, Counter[int]] = defaultdict(Counter)
    by_member: dict[int, Counter[int]] = defaultdict(Counter)
    found: list[str] = []
    rows = events.frame[(events.frame["amount_fen"] != 0)]
    for row in rows[["kind", "order", "actor", "amount_fen"]].itertuples():
        if row.amount_fen < 0 and row.kind not in MAY_BE_NEGATIVE:
            found.append(f"row {row.Index}: a negative amount")
        sums[row.order][row.kind] += row.amount_fen
        by_member[row.actor][row.kind] += row.amount_fen
        if row.kind not in ACCOUNTS:
            continue
        giver, taker = ACCOUNTS[row.kind]
        by_order[row.order][giver] -= row.amount_fen
        by_order[row.order][taker] += row.amount_fen
        if "commission" in (giver, taker):
            owed[row.actor] += row.amount_fen if taker == "commission" else -row.amount_fen
            if owed[row.actor] < 0:
                found.append(f"row {row.Index}: member {row.actor} was paid commission not owed")
        if by_order[row.order]["escrow"] < 0:
            found.append(f"row {row.Index}: escrow of order {row.order} is overdrawn")
    total: Counter[str] = Counter()
    for order, balances in by_order.items():
        total.update(balances)
        if sum(balances.values()):
            found.append(f"order {order}: the accounts do not sum to zero")
        if order >= 0 and (balances["escrow"] or balances["commission"]):
            found.append(f"order {order}: {balances['escrow']} in escrow, {balances['commission']} owed")
        found += _excesses(order, sums[order]) if order >= 0 else []
    found += [f"member {who}: {fen} of commission still owed" for who, fen in owed.items() if fen]
    found += [
        f"member {who}: more commission got back than asked for"
        for who, fen in by_member.items()
        if fen[Kind.COMMISSION_COLLECTED] > fen[Kind.COMMISSION_CLAWED]
    ]
    if total["escrow"] or total["commission"]:
        found.append("escrow or the commission liability is not empty")
    if total["merchant"] != merchant_fen:
        found.append(f"the merchant gained {total['merchant']}, not margin and entry fees, {merchant_fen}")
    return found


def _excesses(order: int, fen: Counter[int]) -> list[str]:
    """Money that went out of an order beyond what came in."""
    found = []
    if sum(fen[kind] for kind in REFUNDS) > fen[Kind.ORDER_PAID]:
        found.append(f"order {order}: more refunded than paid")
    if fen[Kind.REFUNDED_AFTER] > fen[Kind.RECEIVED]:
        found.append(f"order {order}: more refunded after receipt than received")
    if fen[Kind.COMMISSION_CLAWED] + fen[Kind.COMMISSION_LOST] > fen[Kind.COMMISSION_PAID]:
        found.append(f"order {order}: more commission asked for again than paid")
    if fen[Kind.REWARD_REVERSED] > fen[Kind.REWARD_PAID]:
        found.append(f"order {order}: more reward taken back than paid")
    return found
