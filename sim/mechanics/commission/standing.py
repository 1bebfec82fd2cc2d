"""Where a distributor stands with a commission scheme, and what is earned on an order."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Distributing:
    """One distributor's standing.

    balance_fen: paid and not withdrawn yet; owed_fen: by level, what was asked for again and is not got back.
    Where something is owed the balance is empty.
    """

    effort_per_day: float
    earned_week_fen: int = 0
    balance_fen: int = 0
    owed_fen: list[int] = field(default_factory=lambda: [0, 0, 0])
    own_sales_fen: int = 0
    downline_sales_fen: int = 0
    sales_ranked_fen: int = 0
    invites: int = 0
    dormant: bool = False
    invited_on: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Claim:
    """A commission on one order at one level. bonus: the higher tier's rate is added."""

    distributor: int
    level: int
    bonus: bool = False
    amount_fen: int = 0
    settled: bool = False
