"""The operator's marketing budget: what is left of it as the campaign goes on.

What the shop decides to spend (pushes, opinion leaders, samples, prizes) ends where the budget ends. What it
has promised (commission, rewards, cash-back) is paid all the same and counts against what is left, so that it
stops what the shop would have sent next.
"""

from __future__ import annotations

from sim.events import Kind
from sim.ledger import GIVES_BACK_TO_BUDGET, TAKES_FROM_BUDGET


class Purse:
    """What is left of the marketing budget. left_fen: None is without limit; negative is overdrawn."""

    def __init__(self, budget_fen: int | None) -> None:
        """Nothing is spent yet."""
        self.left_fen = budget_fen

    def pays_for(self, count: int, cost_fen: int) -> int:
        """For how many of `count` things at `cost_fen` each there is money."""
        if self.left_fen is None or count * cost_fen <= max(0, self.left_fen):
            return count
        return max(0, self.left_fen) // cost_fen

    def set_aside(self, amount_fen: int) -> None:
        """Keep money for what is hired now and paid later; negative: it is paid now."""
        if self.left_fen is not None:
            self.left_fen -= amount_fen

    def note(self, kind: Kind, amount_fen: int) -> None:
        """A row of the event table moves money."""
        if self.left_fen is not None:
            if kind in TAKES_FROM_BUDGET:
                self.left_fen -= amount_fen
            elif kind in GIVES_BACK_TO_BUDGET:
                self.left_fen += amount_fen
