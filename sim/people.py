"""The people of a run: everybody's lasting traits, roles and tastes, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import streams
from sim.compiled import compiled
from sim.decisions import taste_z
from sim.streams import Integer, normal

MEMBER, KOL, DISTRIBUTOR = 0, 1, 2
"""Roles at the start."""


@dataclass(frozen=True, eq=False)
class People:
    """Everybody's lasting traits; arrays of length `members`, read-only.

    product_address: int64, by product, the name its luck hangs on; segment: int8; role: int8
    (`MEMBER`, `KOL`, `DISTRIBUTOR`); tier: int16, KOL tier or -1; upline: int32 or -1;
    sessions_per_hour, browse_per_hour: mean rates; attention: items read in a session;
    price_coefficient, trust, conformity, tolerance: positive; sharing: logit shift; privacy: 0-1;
    wallet_fen: int64 per 30 days, or -1; old_customer: bool; kols_by_tier: members of each tier;
    person_share: what part of a whole person each KOL stands for in fees and samples;
    audience: the followers of each KOL besides those of the graph's follow layer.
    """

    seed: int
    members: int
    product_address: NDArray[np.int64]
    homophily: float
    community: NDArray[np.int32]
    segment: NDArray[np.int8]
    role: NDArray[np.int8]
    tier: NDArray[np.int16]
    upline: NDArray[np.int32]
    sessions_per_hour: NDArray[np.float64]
    browse_per_hour: NDArray[np.float64]
    attention: NDArray[np.int64]
    price_coefficient: NDArray[np.float64]
    trust: NDArray[np.float64]
    conformity: NDArray[np.float64]
    tolerance: NDArray[np.float64]
    sharing: NDArray[np.float64]
    privacy: NDArray[np.float64]
    wallet_fen: NDArray[np.int64]
    old_customer: NDArray[np.bool_]
    kols_by_tier: dict[str, tuple[int, ...]]
    person_share: dict[int, float]
    audience: dict[int, NDArray[np.int32]]

    def __repr__(self) -> str:
        return f"<People: {self.members:,} members, seed {self.seed}>"

    @property
    def kols(self) -> tuple[int, ...]:
        """Members who start as KOLs, ascending."""
        return tuple(int(member) for member in np.flatnonzero(self.role == KOL))

    @property
    def distributors(self) -> tuple[int, ...]:
        """Members who start as distributors, ascending."""
        return tuple(int(member) for member in np.flatnonzero(self.role == DISTRIBUTOR))

    def taste(self, member: int, product: int) -> float:
        """Lasting taste z of a member for a product, N(0, 1) over members."""
        address = self.product_address[product]
        return lasting_taste(self.seed, self.homophily, int(self.community[member]), member, address)


@compiled
def lasting_taste(
    seed: Integer, homophily: float, community: Integer, member: Integer, product_address: Integer
) -> float:
    """Z of MODEL section 3: shared with the community by sqrt(h), otherwise one's own."""
    shared = normal(seed, streams.TASTE_COMMUNITY, community, product_address, 0)
    own = normal(seed, streams.TASTE_OWN, member, product_address, 0)
    return taste_z(homophily, shared, own)
