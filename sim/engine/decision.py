"""One decision of one member, term by term, for those who watch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sim.mechanics.base import Offered
from sim.mechanics.world import Message


class RouteTerms(NamedTuple):
    """One way to buy as a member weighed it: `utility` is the sum of `terms`, in SD of taste."""

    offered: Offered
    price_fen: int  # of one unit alone, after coupons
    discounts_fen: dict[int, int]
    terms: dict[str, float]
    utility: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What a member thought on reading a message, and what came of it (None: nothing)."""

    member: int
    time_s: int
    product: int
    message: Message
    routes: tuple[RouteTerms, ...]
    chosen: RouteTerms | None
