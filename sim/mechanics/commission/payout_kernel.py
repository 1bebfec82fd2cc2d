"""What is paid out, asked for again and got back, compiled: as in `sim.mechanics.commission.rules`."""

from __future__ import annotations

from sim.compiled import internal
from sim.events import Kind
from sim.kernel.records import note_of, offer_of, order_of
from sim.kernel.rows import emit
from sim.kernel.shares import share_of_fen
from sim.mechanics.commission.record import LEVELS, commission_at, distributor_at
from sim.mechanics.commission.rules import WITHDRAW
from sim.streams import mix3

_PAID, _CLAWED, _COLLECTED, _WITHDRAW_FEE, _WITHDRAWN = (
    int(kind)
    for kind in (
        Kind.COMMISSION_PAID,
        Kind.COMMISSION_CLAWED,
        Kind.COMMISSION_COLLECTED,
        Kind.WITHDRAW_FEE,
        Kind.WITHDRAWN,
    )
)


@internal
def pay(w: int, k: int, number: int, place: int) -> None:
    """Pay a claim, less what its earner owes; withdraw from the minimum on."""
    claim = note_of(w, place)
    claim.settled = 1
    row(w, k, _PAID, number, place, claim.amount_fen, claim.level)
    _withdraw(w, k, claim.who, claim.amount_fen - _repay(w, k, number, place), number)


@internal
def _repay(w: int, k: int, number: int, place: int) -> int:
    """Keep back of a commission what its earner owes, the first level's debts first; how much."""
    claim = note_of(w, place)
    standing = distributor_at(commission_at(offer_of(w, k).own, 0).distributors, claim.who)
    kept_fen = 0
    for level in range(LEVELS):
        part_fen = min(standing.owed_fen[level], claim.amount_fen - kept_fen)
        standing.owed_fen[level] -= part_fen
        kept_fen += part_fen
        row(w, k, _COLLECTED, number, place, part_fen, level + 1)
    return int(kept_fen)


@internal
def _withdraw(w: int, k: int, distributor: int, amount_fen: int, number: int) -> None:
    own = commission_at(offer_of(w, k).own, 0)
    standing = distributor_at(own.distributors, distributor)
    standing.balance_fen += amount_fen
    if standing.balance_fen < max(1, own.withdraw_min_fen):
        return
    fee_fen = share_of_fen(standing.balance_fen, own.withdraw_fee_ppm)
    cause = mix3(WITHDRAW, distributor, order_of(w, number).cause)
    if fee_fen:
        emit(w, _WITHDRAW_FEE, distributor, -1, -1, k, -1, -1, -1, fee_fen, 0, cause)
    emit(w, _WITHDRAWN, distributor, -1, -1, k, -1, -1, -1, standing.balance_fen - fee_fen, 0, cause)
    standing.balance_fen = 0


@internal
def claw(w: int, k: int, number: int, place: int) -> None:
    """Ask for a commission again: the balance gives what it has, the rest is owed, or paid in cash."""
    own, claim = commission_at(offer_of(w, k).own, 0), note_of(w, place)
    standing = distributor_at(own.distributors, claim.who)
    row(w, k, _CLAWED, number, place, claim.amount_fen, claim.level)
    had_fen = min(standing.balance_fen, claim.amount_fen)
    standing.balance_fen -= had_fen
    if own.debts_paid:
        had_fen = claim.amount_fen
    standing.owed_fen[claim.level - 1] += claim.amount_fen - had_fen
    row(w, k, _COLLECTED, number, place, had_fen, claim.level)


@internal
def row(w: int, k: int, kind: int, number: int, place: int, amount_fen: int, level: int) -> None:
    """A row about a claim, if any money moves."""
    if amount_fen:
        order, claim = order_of(w, number), note_of(w, place)
        emit(
            w, kind, claim.who, order.member, order.product, k, -1, number, -1, amount_fen, level, order.cause
        )
