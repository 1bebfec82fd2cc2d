"""Where a member stands with a product."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.mechanics.world import Order


@dataclass(slots=True)
class Standing:
    """Where a member stands with one product."""

    heard: set[int] = field(default_factory=set)  # adopters heard from
    adopted: bool = False
    pending: Order | None = None  # placed, and neither confirmed nor ended
    ordered: int = 0  # orders ever placed; the next one's intrinsic name
    bought: int = 0
    reference_fen: float = 0.0
    due_s: int = -1  # when a consumable runs out
