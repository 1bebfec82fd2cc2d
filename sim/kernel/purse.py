"""The marketing budget in a compiled run: the same as `sim.mechanics.purse`, function by function."""

from __future__ import annotations

from sim.compiled import internal
from sim.kernel.records import world_at
from sim.ledger import GIVES_BACK_TO_BUDGET, TAKES_FROM_BUDGET

_TAKES = tuple(int(kind) for kind in TAKES_FROM_BUDGET)
_GIVES_BACK = tuple(int(kind) for kind in GIVES_BACK_TO_BUDGET)


@internal
def pays_for(w: int, count: int, cost_fen: int) -> int:
    """For how many of `count` things at `cost_fen` each there is money."""
    world = world_at(w, 0)
    if not world.budgeted or count * cost_fen <= max(0, world.budget_left_fen):
        return count
    return int(max(0, world.budget_left_fen) // cost_fen)


@internal
def set_aside(w: int, amount_fen: int) -> None:
    """Keep money for what is hired now and paid later; negative: it is paid now."""
    world_at(w, 0).budget_left_fen -= amount_fen


@internal
def note(w: int, kind: int, amount_fen: int) -> None:
    """A row of the event table moves money."""
    if kind in _TAKES:
        world_at(w, 0).budget_left_fen -= amount_fen
    elif kind in _GIVES_BACK:
        world_at(w, 0).budget_left_fen += amount_fen
